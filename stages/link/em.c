/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "em.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

struct tally {
    uint64_t key;   /* pair of lists << 32 | pattern */
    uint64_t pairs; /* 0: a free place */
};
/* Open addressing; `places` is a power of two above twice the patterns. */
struct tallies {
    struct tally *at;
    size_t places, count;
};

static struct tally *tally_find(const struct tallies *tallies, uint64_t key)
{
    size_t at = (size_t)(key * UINT64_C(0x9e3779b97f4a7c15) >> 32) & (tallies->places - 1);
    while (tallies->at[at].pairs && tallies->at[at].key != key) at = (at + 1) & (tallies->places - 1);
    return &tallies->at[at];
}

static enum lac_status tallies_grow(struct tallies *tallies, struct lac_error *err)
{
    struct tallies more = {NULL, tallies->places ? 2 * tallies->places : 1024, tallies->count};
    more.at = calloc(more.places, sizeof *more.at);
    if (!more.at) return lac_fail_memory(err, "pattern counts");
    for (size_t k = 0; k < tallies->places; k++)
        if (tallies->at[k].pairs) *tally_find(&more, tallies->at[k].key) = tallies->at[k];
    free(tallies->at);
    *tallies = more;
    return LAC_OK;
}

static enum lac_status tally_add(struct tallies *tallies, uint64_t key, uint64_t pairs)
{
    enum lac_status st = LAC_OK;
    if (2 * tallies->count >= tallies->places && (st = tallies_grow(tallies, NULL))) return st;
    struct tally *tally = tally_find(tallies, key);
    tallies->count += tally->pairs == 0;
    tally->key = key;
    tally->pairs += pairs;
    return LAC_OK;
}

/* Every thread counts for itself; whole numbers, so the order in which they are joined does not matter. */
static enum lac_status tallies_fill(const struct lac_link_data *data, const struct lac_link_pairs *pairs,
                                    uint32_t mask, struct tallies *tallies, struct lac_error *err)
{
    enum lac_status worst = LAC_OK;
#pragma omp parallel
    {
        struct tallies own = {0};
        enum lac_status st = LAC_OK;
#pragma omp for schedule(static)
        for (size_t i = 0; i < pairs->count; i++) {
            const struct lac_link_pair *pair = &pairs->pair[i];
            if (st || (mask != UINT32_MAX && !(pair->mask & mask))) continue;
            uint64_t lists = lac_link_lists_of(data, lac_link_left(pair), lac_link_right(pair));
            st = tally_add(&own, lists << 32 | pair->pattern, 1);
        }
#pragma omp critical
        {
            for (size_t k = 0; !st && k < own.places; k++)
                if (own.at[k].pairs) st = tally_add(tallies, own.at[k].key, own.at[k].pairs);
            if (st) worst = st;
        }
        free(own.at);
    }
    return worst ? lac_fail_memory(err, "pattern counts") : LAC_OK;
}

static int by_key(const void *a, const void *b)
{
    uint64_t x = ((const struct tally *)a)->key, y = ((const struct tally *)b)->key;
    return x < y ? -1 : x > y;
}

enum lac_status lac_link_counts_make(const struct lac_link_data *data, const struct lac_link_pairs *pairs,
                                     uint32_t mask, struct lac_link_counts *counts, struct lac_error *err)
{
    struct tallies tallies = {0};
    size_t kept = 0;
    memset(counts, 0, sizeof *counts);
    enum lac_status st = tallies_fill(data, pairs, mask, &tallies, err);
    for (size_t k = 0; !st && k < tallies.places; k++)
        if (tallies.at[k].pairs) tallies.at[kept++] = tallies.at[k];
    if (kept) qsort(tallies.at, kept, sizeof *tallies.at, by_key);
    counts->lists = malloc((kept + 1) * sizeof *counts->lists);
    counts->pattern = malloc((kept + 1) * sizeof *counts->pattern);
    counts->pairs = malloc((kept + 1) * sizeof *counts->pairs);
    if (!st && (!counts->lists || !counts->pattern || !counts->pairs))
        st = lac_fail_memory(err, "pattern counts");
    for (size_t k = 0; !st && k < kept; k++) {
        counts->lists[k] = (uint32_t)(tallies.at[k].key >> 32);
        counts->pattern[k] = (uint32_t)tallies.at[k].key;
        counts->pairs[k] = tallies.at[k].pairs;
    }
    counts->count = st ? 0 : kept;
    free(tallies.at);
    return st;
}

void lac_link_counts_release(struct lac_link_counts *counts)
{
    free(counts->lists);
    free(counts->pattern);
    free(counts->pairs);
    memset(counts, 0, sizeof *counts);
}

void lac_link_m_update(const struct lac_link_field *field, const double *expected, double *m)
{
    const struct lac_link_kind_info *kind = &lac_link_kinds[field->kind];
    double total = LAC_LINK_PRIOR_PAIRS;
    for (unsigned l = 1; l <= kind->levels; l++) total += expected[l];
    for (unsigned l = 1; l <= kind->levels; l++)
        m[l] = (expected[l] + LAC_LINK_PRIOR_PAIRS * kind->level[l].prior_m) / total;
}

void lac_link_classes(const struct lac_link_data *data, uint32_t fields, uint32_t *household, uint32_t *twins)
{
    uint32_t dates = 0, homes = 0, names = 0;
    for (uint32_t f = 0; f < data->fields; f++) {
        const struct lac_link_field *field = &data->field[f];
        if (field->household) homes |= UINT32_C(1) << f;
        if (field->kind == LAC_LINK_DATE) dates |= UINT32_C(1) << f;
        if (field->kind == LAC_LINK_NAME && !field->household) names |= UINT32_C(1) << f;
    }
    *household = dates & fields ? homes & fields : 0;
    *twins = homes && dates && (*household || names & fields) ? (homes | dates) & fields : 0;
}

/* What one run of EM works on. */
struct work {
    const struct lac_link_data *data;
    const struct lac_link_counts *counts;
    uint32_t fields, household, twins;
    double *random;      /* per pattern: ln u over all fields, over the household's, over the twins' */
    lac_link_table ln_m; /* of the fields that take part */
    double more[LAC_LINK_FIELDS][LAC_LINK_TRIES][LAC_LINK_LEVELS]; /* ln of what several comparisons change */
};

double lac_link_lift_of(const struct lac_link_data *data, const double (*lift)[LAC_LINK_FIELDS],
                        uint32_t fields, uint32_t pattern)
{
    double sum = 0;
    uint32_t exact = 0;
    for (uint32_t f = 0; lift && f < data->fields; f++) {
        if (!(fields >> f & 1) || lac_link_level_of(&data->field[f], pattern) != 1) continue;
        for (uint32_t g = 0; g < f; g++)
            if (exact >> g & 1) sum += lift[f][g];
        exact |= UINT32_C(1) << f;
    }
    return sum;
}

static void random_fill(struct work *work, struct lac_link_u u)
{
    for (size_t g = 0; g < work->counts->count; g++) {
        double *sum = work->random + 3 * g;
        sum[0] = sum[1] = sum[2] = 0;
        for (size_t f = 0; f < work->data->fields; f++) {
            unsigned level = lac_link_level_of(&work->data->field[f], work->counts->pattern[g]);
            if (!level || !(work->fields >> f & 1)) continue;
            double ln_u = log(u.lists[work->counts->lists[g]][f][level]);
            sum[0] += ln_u;
            if (work->household >> f & 1) sum[1] += ln_u;
            if (work->twins >> f & 1) sum[2] += ln_u;
        }
        sum[0] += lac_link_lift_of(work->data, u.lift, work->fields, work->counts->pattern[g]);
    }
}

/* One E step: expected matches per level into em->expected. */
static void expect(const struct work *work, struct lac_link_em *em)
{
    const struct lac_link_data *data = work->data;
    const struct lac_link_counts *counts = work->counts;
    double total = 0, in_household = 0, are_twins = 0, rest = 1 - em->lambda - em->household - em->twins;
    memset(em->expected, 0, sizeof em->expected);
    em->matches = 0;
    for (size_t g = 0; g < counts->count; g++) {
        double pairs = (double)counts->pairs[g];
        double all = -work->random[3 * g], home = -work->random[3 * g + 1], born = -work->random[3 * g + 2];
        for (size_t f = 0; f < data->fields; f++) {
            unsigned level = lac_link_level_of(&data->field[f], counts->pattern[g]);
            if (!level || !(work->fields >> f & 1)) continue;
            double part = work->ln_m[f][level] +
                          work->more[f][lac_link_tries_of(&data->field[f], counts->pattern[g])][level];
            all += part;
            if (work->household >> f & 1) home += part;
            if (work->twins >> f & 1) born += part;
        }
        double match = em->lambda * exp(all), h = em->household * exp(home), t = em->twins * exp(born);
        double scale = pairs / (match + h + t + rest), matched = match * scale;
        total += pairs;
        em->matches += matched;
        in_household += h * scale;
        are_twins += t * scale;
        for (size_t f = 0; f < data->fields; f++) {
            unsigned level = lac_link_level_of(&data->field[f], counts->pattern[g]);
            if (level && work->fields >> f & 1 && !lac_link_tries_of(&data->field[f], counts->pattern[g]))
                em->expected[f][level] += matched;
        }
    }
    em->lambda = (em->matches + 1) / (total + 2);
    if (!work->household) return; /* twins have the share they began with */
    em->household = (in_household + are_twins + 0.01) / (1 + em->twins_per_household) / (total + 2);
    em->twins = em->twins_per_household * em->household;
}

static void logs(struct work *work, const lac_link_table m, struct lac_link_u u)
{
    for (size_t f = 0; f < work->data->fields; f++) {
        unsigned levels = lac_link_kinds[work->data->field[f].kind].levels;
        if (!(work->fields >> f & 1)) continue;
        for (unsigned l = 1; l <= levels; l++) work->ln_m[f][l] = log(m[f][l]);
        for (unsigned t = 1; work->data->field[f].also && t < LAC_LINK_TRIES; t++) {
            struct lac_link_best best;
            lac_link_best_of(m[f], u.all[f], lac_link_tries_typical[t], &best);
            for (unsigned l = 1; l <= levels; l++)
                work->more[f][t][l] = log(best.m[l] / best.u[l] * u.all[f][l] / m[f][l]);
        }
    }
}

static void shares_start(const struct work *work, struct lac_link_em *em)
{
    double total = 0;
    for (size_t g = 0; g < work->counts->count; g++) total += (double)work->counts->pairs[g];
    em->lambda = 0.5;
    em->iterations = 0;
    em->converged = false;
    em->household = work->household ? 0.02 : 0;
    em->twins = 0;
    if (work->household)
        em->twins = em->twins_per_household * em->household;
    else if (work->twins)
        em->twins = fmin(em->twin_pairs / (total + 1), LAC_LINK_TWINS_MOST);
}

enum lac_status lac_link_em(const struct lac_link_data *data, const struct lac_link_counts *counts,
                            uint32_t fields, struct lac_link_u u, lac_link_table m, struct lac_link_em *em)
{
    struct work work = {.data = data, .counts = counts, .fields = fields};
    lac_link_classes(data, fields, &work.household, &work.twins);
    work.random = malloc((3 * counts->count + 1) * sizeof *work.random);
    if (!work.random) return lac_fail_memory(NULL, "pattern counts");
    random_fill(&work, u);
    shares_start(&work, em);
    while (em->iterations < LAC_LINK_EM_ITERATIONS && !em->converged) {
        double change = 0;
        logs(&work, (const double(*)[LAC_LINK_LEVELS])m, u);
        expect(&work, em);
        for (size_t f = 0; f < data->fields; f++) {
            double before[LAC_LINK_LEVELS];
            if (!(fields >> f & 1)) continue;
            memcpy(before, m[f], sizeof before);
            lac_link_m_update(&data->field[f], em->expected[f], m[f]);
            for (unsigned l = 1; l <= lac_link_kinds[data->field[f].kind].levels; l++)
                if (fabs(m[f][l] - before[l]) > change) change = fabs(m[f][l] - before[l]);
        }
        em->iterations++;
        em->converged = change < LAC_LINK_EM_TOLERANCE;
    }
    free(work.random);
    return LAC_OK;
}
