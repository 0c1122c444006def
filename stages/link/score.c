/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "score.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "sort.h"

/* u_min = 5 / persons, or u_exact where that is smaller: a value seen once is not evidence without bound, yet
 * never weighs less than an average one. */
#define LEAST_BEARERS 5.0

static enum lac_status field_terms(const struct lac_link_data *data, size_t f, const uint32_t *person,
                                   double u_exact, double *log2_share, struct lac_error *err)
{
    const struct lac_link_field *field = &data->field[f];
    size_t known = 0, bearers = 0;
    struct lac_link_pair *item = malloc(2 * ((size_t)data->n + 1) * sizeof *item);
    if (!item) return lac_fail_memory(err, "term frequencies");
    for (uint32_t i = 0; i < data->n; i++)
        if (field->value[i] != LAC_LINK_NULL)
            item[known++] =
                (struct lac_link_pair){(uint64_t)field->value[i] << 32 | (person ? person[i] : i), 0, 0};
    lac_link_sort(item, item + known, known);
    for (size_t i = 0; i < known; i++)
        if (i == 0 || item[i].key != item[i - 1].key) {
            log2_share[item[i].key >> 32] += 1;
            bearers++;
        }
    double total = bearers ? (double)bearers : 1;
    double least = LEAST_BEARERS / total < u_exact ? LEAST_BEARERS / total : u_exact;
    for (uint32_t v = 0; v < field->values.dict.count; v++) {
        double share = log2_share[v] / total;
        log2_share[v] = log2(share > least ? share : least);
    }
    free(item);
    return LAC_OK;
}

enum lac_status lac_link_terms_make(const struct lac_link_data *data, const struct lac_link_model *model,
                                    const uint32_t *person, struct lac_link_terms *terms,
                                    struct lac_error *err)
{
    memset(terms, 0, sizeof *terms);
    for (size_t f = 0; f < data->fields; f++) {
        if (!data->field[f].term_frequency) continue;
        terms->log2_share[f] = calloc((size_t)data->field[f].values.dict.count + 1, sizeof(double));
        if (!terms->log2_share[f]) return lac_fail_memory(err, "term frequencies");
        enum lac_status st = field_terms(data, f, person, model->u[f][1], terms->log2_share[f], err);
        if (st) return st;
    }
    return LAC_OK;
}

void lac_link_terms_release(struct lac_link_terms *terms)
{
    for (size_t f = 0; f < LAC_LINK_FIELDS; f++) free(terms->log2_share[f]);
    memset(terms, 0, sizeof *terms);
}

void lac_link_scorer_make(const struct lac_link_data *data, const struct lac_link_model *model,
                          const struct lac_link_terms *terms, struct lac_link_scorer *scorer)
{
    memset(scorer, 0, sizeof *scorer);
    scorer->data = data;
    scorer->terms = terms;
    scorer->prior = log2(model->lambda / (1 - model->lambda));
    lac_link_classes(data, UINT32_MAX, &scorer->in_household, &scorer->in_twins);
    scorer->household = model->household;
    scorer->twins = model->twins;
    for (size_t f = 0; f < data->fields; f++) {
        scorer->scored[f] = model->training[f] != LAC_LINK_LEFT_OUT;
        scorer->log2_u[f] = log2(model->u[f][1]);
        for (unsigned l = 1; scorer->scored[f] && l <= lac_link_kinds[data->field[f].kind].levels; l++)
            scorer->weight[f][l] = log2(model->m[f][l] / model->u[f][l]);
    }
}

double lac_link_score(const struct lac_link_scorer *scorer, uint32_t left, uint32_t pattern)
{
    double weight = scorer->prior, home = 0, born = 0;
    for (size_t f = 0; f < scorer->data->fields; f++) {
        const struct lac_link_field *field = &scorer->data->field[f];
        unsigned level = lac_link_level_of(field, pattern);
        double part = scorer->weight[f][level];
        if (level == 1 && scorer->scored[f] && scorer->terms->log2_share[f])
            part += scorer->log2_u[f] - scorer->terms->log2_share[f][field->value[left]];
        weight += part;
        if (scorer->in_household >> f & 1) home += part;
        if (scorer->in_twins >> f & 1) born += part;
    }
    if (!scorer->in_household) return weight;
    return weight - log2(1 - scorer->household - scorer->twins + scorer->household * exp2(home) +
                         scorer->twins * exp2(born));
}

double lac_link_probability(double weight)
{
    return 1 / (1 + exp2(-weight));
}

void lac_link_score_pairs(const struct lac_link_scorer *scorer, const struct lac_link_pairs *pairs,
                          double *weight)
{
#pragma omp parallel for schedule(static)
    for (size_t p = 0; p < pairs->count; p++) {
        const struct lac_link_pair *pair = &pairs->pair[p];
        weight[p] = lac_link_score(scorer, lac_link_left(pair), pair->pattern);
    }
}
