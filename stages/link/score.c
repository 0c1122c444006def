/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "score.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "base/memory.h"
#include "compare.h"
#include "depend.h"

/* u_min = 5 / persons, or u_exact where that is smaller: a value seen once is not evidence without bound, yet
 * never weighs less than an average one. */
#define LEAST_BEARERS 5.0

/* Records in order of their persons, who are numbered below n. NULL when memory runs out. */
static uint32_t *by_person(uint32_t n, const uint32_t *person)
{
    uint32_t *order = lac_big_alloc((size_t)n + 1, sizeof *order);
    uint32_t *start = calloc((size_t)n + 2, sizeof *start);
    if (order && start) {
        for (uint32_t i = 0; i < n; i++) start[person[i] + 1]++;
        for (uint32_t k = 0; k < n; k++) start[k + 1] += start[k];
        for (uint32_t i = 0; i < n; i++) order[start[person[i]]++] = i;
    } else {
        free(order);
        order = NULL;
    }
    free(start);
    return order;
}

/* Persons that bear each value into bearers[], from the records in order of their persons; `last` has a place
 * per value. Returns the sum. */
static double bearers_count(const struct lac_link_data *data, size_t f, const uint32_t *person,
                            const uint32_t *order, uint32_t *last, double *bearers)
{
    const struct lac_link_field *field = &data->field[f];
    double total = 0;
    for (uint32_t v = 0; v < field->values.dict.count; v++) last[v] = UINT32_MAX;
    for (uint32_t i = 0; i < data->n; i++) {
        uint32_t record = order[i], v = field->value[record];
        if (v == LAC_LINK_NULL || last[v] == person[record]) continue;
        last[v] = person[record];
        bearers[v] += 1;
        total += 1;
    }
    return total;
}

static enum lac_status field_terms(const struct lac_link_data *data, size_t f, const uint32_t *person,
                                   const uint32_t *order, double u_exact, double *log2_share,
                                   struct lac_error *err)
{
    const struct lac_link_field *field = &data->field[f];
    uint32_t count = field->values.dict.count, *last = lac_big_alloc((size_t)count + 1, sizeof *last);
    double total = 0;
    if (!last) return lac_fail_memory(err, "term frequencies");
    if (person)
        total = bearers_count(data, f, person, order, last, log2_share);
    else
        for (uint32_t v = 0; v < count; v++) total += log2_share[v] = field->values.frequency[v];
    if (total <= 0) total = 1;
    double least = LEAST_BEARERS / total < u_exact ? LEAST_BEARERS / total : u_exact;
    for (uint32_t v = 0; v < count; v++) {
        double share = log2_share[v] / total;
        log2_share[v] = log2(share > least ? share : least);
    }
    free(last);
    return LAC_OK;
}

enum lac_status lac_link_terms_make(const struct lac_link_data *data, const struct lac_link_model *model,
                                    const uint32_t *person, struct lac_link_terms *terms,
                                    struct lac_error *err)
{
    enum lac_status st = LAC_OK;
    uint32_t *order = person ? by_person(data->n, person) : NULL;
    memset(terms, 0, sizeof *terms);
    if (person && !order) st = lac_fail_memory(err, "term frequencies");
    for (size_t f = 0; !st && f < data->fields; f++) {
        if (!data->field[f].term_frequency) continue;
        terms->log2_share[f] = calloc((size_t)data->field[f].values.dict.count + 1, sizeof(double));
        st = terms->log2_share[f]
                 ? field_terms(data, f, person, order, model->u[f][1], terms->log2_share[f], err)
                 : lac_fail_memory(err, "term frequencies");
    }
    free(order);
    return st;
}

void lac_link_terms_release(struct lac_link_terms *terms)
{
    for (size_t f = 0; f < LAC_LINK_FIELDS; f++) free(terms->log2_share[f]);
    memset(terms, 0, sizeof *terms);
}

static void list_scores_make(const struct lac_link_data *data, const struct lac_link_model *model,
                             const lac_link_table u, double lambda, struct lac_link_list_scores *scores)
{
    scores->prior = lambda > 0 ? log2(lambda / (1 - lambda)) : -HUGE_VAL;
    for (size_t f = 0; f < data->fields; f++) {
        scores->log2_u[f] = log2(u[f][1]);
        if (model->training[f] == LAC_LINK_LEFT_OUT) continue;
        for (unsigned l = 1; l <= lac_link_kinds[data->field[f].kind].levels; l++)
            scores->weight[f][l] = log2(model->m[f][l] / u[f][l]);
    }
}

enum lac_status lac_link_scorer_make(const struct lac_link_data *data, const struct lac_link_model *model,
                                     const struct lac_link_terms *terms, struct lac_link_scorer *scorer,
                                     struct lac_error *err)
{
    memset(scorer, 0, sizeof *scorer);
    scorer->data = data;
    scorer->terms = terms;
    scorer->model = model;
    lac_link_classes(data, UINT32_MAX, &scorer->in_household, &scorer->in_twins);
    scorer->household = model->household;
    scorer->twins = model->twins;
    for (size_t f = 0; f < data->fields; f++) scorer->scored[f] = model->training[f] != LAC_LINK_LEFT_OUT;
    for (size_t f = 0; f < data->fields; f++)
        for (size_t g = 0; scorer->scored[f] && g < data->fields; g++)
            if (scorer->scored[g] && fabs(model->lift[f][g]) > 0) scorer->lifted |= UINT32_C(1) << f;
    scorer->lists = calloc(data->lists, sizeof *scorer->lists);
    if (!scorer->lists) return lac_fail_memory(err, "weights");
    for (uint32_t c = 0; c < data->lists; c++)
        list_scores_make(data, model, (const double(*)[LAC_LINK_LEVELS])model->u_lists[c],
                         model->prior[c].lambda, &scorer->lists[c]);
    return LAC_OK;
}

void lac_link_scorer_release(struct lac_link_scorer *scorer)
{
    free(scorer->lists);
    scorer->lists = NULL;
}

struct lac_link_part lac_link_score_part(const struct lac_link_scorer *scorer, const uint32_t record[2],
                                         size_t f, unsigned level)
{
    const struct lac_link_field *field = &scorer->data->field[f];
    uint32_t lists = lac_link_lists_of(scorer->data, record[0], record[1]);
    const double *m = scorer->model->m[f], *u = scorer->model->u_lists[lists][f];
    const double *share = scorer->terms->log2_share[f];
    struct lac_link_part part = {m[level], u[level], scorer->lists[lists].weight[f][level], 0, 1};
    if (level != LAC_LINK_NAME_EXCHANGED) part.tries = lac_link_also_tries(field, record[0], record[1]);
    if (part.tries > 1) {
        struct lac_link_best best;
        lac_link_best_of(m, u, part.tries, &best);
        part.m = best.m[level];
        part.u = best.u[level];
        part.weight = scorer->scored[f] ? log2(part.m / part.u) : 0;
    }
    if (level == 1 && scorer->scored[f] && share)
        part.term = scorer->lists[lists].log2_u[f] -
                    share[part.tries > 1 ? lac_link_also_agreed(field, record[0], record[1], share)
                                         : field->value[record[0]]];
    return part;
}

double lac_link_score_lift(const struct lac_link_scorer *scorer, uint32_t pattern)
{
    const double bits_per_nat = 1.44269504088896340736;
    return scorer->lifted
               ? bits_per_nat * lac_link_lift_of(scorer->data, scorer->model->lift, scorer->lifted, pattern)
               : 0;
}

/* Sums of the fields' parts: of all fields and the prior, of those a household shares, of those twins do. */
struct parts {
    double weight, home, born;
};

static struct parts parts_sum(const struct lac_link_scorer *scorer, uint32_t left, uint32_t right,
                              uint32_t pattern)
{
    const struct lac_link_list_scores *own = &scorer->lists[lac_link_lists_of(scorer->data, left, right)];
    struct parts sum = {own->prior, 0, 0};
    for (size_t f = 0; f < scorer->data->fields; f++) {
        const struct lac_link_field *field = &scorer->data->field[f];
        unsigned level = lac_link_level_of(field, pattern);
        double part = own->weight[f][level];
        if (lac_link_tries_of(field, pattern)) {
            struct lac_link_part best =
                lac_link_score_part(scorer, (const uint32_t[2]){left, right}, f, level);
            part = best.weight + best.term;
        } else if (level == 1 && scorer->scored[f] && scorer->terms->log2_share[f])
            part += own->log2_u[f] - scorer->terms->log2_share[f][field->value[left]];
        sum.weight += part;
        if (scorer->in_household >> f & 1) sum.home += part;
        if (scorer->in_twins >> f & 1) sum.born += part;
    }
    sum.weight -= lac_link_score_lift(scorer, pattern);
    return sum;
}

/* What members of one household and twins take off. */
static double relatives(const struct lac_link_scorer *scorer, const struct parts *sum)
{
    return log2(1 - scorer->household - scorer->twins + scorer->household * exp2(sum->home) +
                scorer->twins * exp2(sum->born));
}

double lac_link_score(const struct lac_link_scorer *scorer, uint32_t left, uint32_t right, uint32_t pattern)
{
    struct parts sum = parts_sum(scorer, left, right, pattern);
    return scorer->in_household ? sum.weight - relatives(scorer, &sum) : sum.weight;
}

double lac_link_probability(double weight)
{
    return 1 / (1 + exp2(-weight));
}

#define MEMORY_BITS 13
#define MEMORY ((size_t)1 << MEMORY_BITS)

/* What relatives take off, already worked out, by the sums it depends on. */
struct memory {
    struct {
        double home, born, off; /* home NaN: a free place */
    } known[MEMORY];
};

static void memory_init(struct memory *memory)
{
    for (size_t k = 0; k < MEMORY; k++) memory->known[k].home = (double)NAN;
}

static double remembered(const struct lac_link_scorer *scorer, struct memory *memory,
                         const struct lac_link_pair *pair)
{
    struct parts sum = parts_sum(scorer, lac_link_left(pair), lac_link_right(pair), pair->pattern);
    uint64_t home, born;
    if (!scorer->in_household) return sum.weight;
    memcpy(&home, &sum.home, sizeof home);
    memcpy(&born, &sum.born, sizeof born);
    size_t at = (size_t)((home ^ born >> 7) * UINT64_C(0x9e3779b97f4a7c15) >> (64 - MEMORY_BITS));
    if (memcmp(&memory->known[at].home, &home, sizeof home) != 0 ||
        memcmp(&memory->known[at].born, &born, sizeof born) != 0) {
        memory->known[at].home = sum.home;
        memory->known[at].born = sum.born;
        memory->known[at].off = relatives(scorer, &sum);
    }
    return sum.weight - memory->known[at].off;
}

void lac_link_score_pairs(const struct lac_link_scorer *scorer, const struct lac_link_pairs *pairs,
                          double *weight)
{
#pragma omp parallel
    {
        struct memory *memory = malloc(sizeof *memory); /* without it every weight is worked out */
        if (memory) memory_init(memory);
#pragma omp for schedule(static)
        for (size_t p = 0; p < pairs->count; p++) {
            const struct lac_link_pair *pair = &pairs->pair[p];
            weight[p] =
                memory ? remembered(scorer, memory, pair)
                       : lac_link_score(scorer, lac_link_left(pair), lac_link_right(pair), pair->pattern);
        }
        free(memory);
    }
}
