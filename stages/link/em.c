/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "em.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

struct tally {
    uint32_t pattern;
    uint64_t pairs; /* 0: a free place */
};
/* Open addressing; `places` is a power of two above twice the patterns. */
struct tallies {
    struct tally *at;
    size_t places, count;
};

static struct tally *tally_find(const struct tallies *tallies, uint32_t pattern)
{
    size_t at = (size_t)(pattern * UINT64_C(0x9e3779b97f4a7c15) >> 32) & (tallies->places - 1);
    while (tallies->at[at].pairs && tallies->at[at].pattern != pattern) at = (at + 1) & (tallies->places - 1);
    return &tallies->at[at];
}

static enum lac_status tallies_grow(struct tallies *tallies, struct lac_error *err)
{
    struct tallies more = {NULL, tallies->places ? 2 * tallies->places : 1024, tallies->count};
    more.at = calloc(more.places, sizeof *more.at);
    if (!more.at) return lac_fail_memory(err, "pattern counts");
    for (size_t k = 0; k < tallies->places; k++)
        if (tallies->at[k].pairs) *tally_find(&more, tallies->at[k].pattern) = tallies->at[k];
    free(tallies->at);
    *tallies = more;
    return LAC_OK;
}

static enum lac_status tally_add(struct tallies *tallies, uint32_t pattern, uint64_t pairs)
{
    enum lac_status st = LAC_OK;
    if (2 * tallies->count >= tallies->places && (st = tallies_grow(tallies, NULL))) return st;
    struct tally *tally = tally_find(tallies, pattern);
    tallies->count += tally->pairs == 0;
    tally->pattern = pattern;
    tally->pairs += pairs;
    return LAC_OK;
}

/* Every thread counts for itself; whole numbers, so the order in which they are joined does not matter. */
static enum lac_status tallies_fill(const struct lac_link_pairs *pairs, uint32_t mask,
                                    struct tallies *tallies, struct lac_error *err)
{
    enum lac_status worst = LAC_OK;
#pragma omp parallel
    {
        struct tallies own = {0};
        enum lac_status st = LAC_OK;
#pragma omp for schedule(static)
        for (size_t i = 0; i < pairs->count; i++)
            if (!st && (mask == UINT32_MAX || pairs->pair[i].mask & mask))
                st = tally_add(&own, pairs->pair[i].pattern, 1);
#pragma omp critical
        {
            for (size_t k = 0; !st && k < own.places; k++)
                if (own.at[k].pairs) st = tally_add(tallies, own.at[k].pattern, own.at[k].pairs);
            if (st) worst = st;
        }
        free(own.at);
    }
    return worst ? lac_fail_memory(err, "pattern counts") : LAC_OK;
}

static int by_pattern(const void *a, const void *b)
{
    uint32_t x = ((const struct tally *)a)->pattern, y = ((const struct tally *)b)->pattern;
    return x < y ? -1 : x > y;
}

enum lac_status lac_link_counts_make(const struct lac_link_pairs *pairs, uint32_t mask,
                                     struct lac_link_counts *counts, struct lac_error *err)
{
    struct tallies tallies = {0};
    size_t kept = 0;
    memset(counts, 0, sizeof *counts);
    enum lac_status st = tallies_fill(pairs, mask, &tallies, err);
    for (size_t k = 0; !st && k < tallies.places; k++)
        if (tallies.at[k].pairs) tallies.at[kept++] = tallies.at[k];
    if (kept) qsort(tallies.at, kept, sizeof *tallies.at, by_pattern);
    counts->pattern = malloc((kept + 1) * sizeof *counts->pattern);
    counts->pairs = malloc((kept + 1) * sizeof *counts->pairs);
    if (!st && (!counts->pattern || !counts->pairs)) st = lac_fail_memory(err, "pattern counts");
    for (size_t k = 0; !st && k < kept; k++) {
        counts->pattern[k] = tallies.at[k].pattern;
        counts->pairs[k] = tallies.at[k].pairs;
    }
    counts->count = st ? 0 : kept;
    free(tallies.at);
    return st;
}

void lac_link_counts_release(struct lac_link_counts *counts)
{
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
    uint32_t dates = 0;
    *household = 0;
    for (size_t f = 0; f < data->fields; f++) {
        if (data->field[f].household) *household |= UINT32_C(1) << f;
        if (data->field[f].kind == LAC_LINK_DATE) dates |= UINT32_C(1) << f;
    }
    *household = dates & fields ? *household & fields : 0;
    *twins = *household ? *household | (dates & fields) : 0;
}

/* One E step: expected matches per level into em->expected. */
static void expect(const struct lac_link_data *data, const struct lac_link_counts *counts, uint32_t fields,
                   const lac_link_table ratio, struct lac_link_em *em)
{
    uint32_t household, twins;
    double total = 0, in_household = 0, are_twins = 0, rest = 1 - em->lambda - em->household - em->twins;
    lac_link_classes(data, fields, &household, &twins);
    memset(em->expected, 0, sizeof em->expected);
    em->matches = 0;
    for (size_t g = 0; g < counts->count; g++) {
        double pairs = (double)counts->pairs[g], all = 0, home = 0, born = 0;
        for (size_t f = 0; f < data->fields; f++) {
            unsigned level = lac_link_level_of(&data->field[f], counts->pattern[g]);
            if (!level || !(fields >> f & 1)) continue;
            all += ratio[f][level];
            if (household >> f & 1) home += ratio[f][level];
            if (twins >> f & 1) born += ratio[f][level];
        }
        double match = em->lambda * exp(all), h = em->household * exp(home), t = em->twins * exp(born);
        double scale = pairs / (match + h + t + rest), matched = match * scale;
        total += pairs;
        em->matches += matched;
        in_household += h * scale;
        are_twins += t * scale;
        for (size_t f = 0; f < data->fields; f++) {
            unsigned level = lac_link_level_of(&data->field[f], counts->pattern[g]);
            if (level && fields >> f & 1) em->expected[f][level] += matched;
        }
    }
    em->lambda = (em->matches + 1) / (total + 2);
    em->household = household ? (in_household + are_twins + 0.01) / (1 + LAC_LINK_TWINS) / (total + 2) : 0;
    em->twins = LAC_LINK_TWINS * em->household;
}

/* ratio = ln(m / u) of the fields that take part. */
static void ratios(const struct lac_link_data *data, uint32_t fields, const lac_link_table m,
                   const lac_link_table u, lac_link_table ratio)
{
    for (size_t f = 0; f < data->fields; f++)
        for (unsigned l = 1; fields >> f & 1 && l <= lac_link_kinds[data->field[f].kind].levels; l++)
            ratio[f][l] = log(m[f][l] / u[f][l]);
}

void lac_link_em(const struct lac_link_data *data, const struct lac_link_counts *counts, uint32_t fields,
                 const lac_link_table u, lac_link_table m, struct lac_link_em *em)
{
    lac_link_table ratio;
    uint32_t household, twins;
    memset(em, 0, sizeof *em);
    memset(ratio, 0, sizeof ratio);
    em->lambda = 0.5;
    lac_link_classes(data, fields, &household, &twins);
    em->household = household ? 0.02 : 0;
    em->twins = LAC_LINK_TWINS * em->household;
    while (em->iterations < LAC_LINK_EM_ITERATIONS && !em->converged) {
        double change = 0;
        ratios(data, fields, m, u, ratio);
        expect(data, counts, fields, ratio, em);
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
}
