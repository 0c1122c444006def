/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define ROUNDS 3
#define LAMBDA_LOW 0.01
#define LAMBDA_HIGH 0.99

/* u from the rates, expected matches removed. */
static void u_update(const struct lac_link_data *data, struct lac_link_model *model)
{
    for (size_t f = 0; f < data->fields; f++) {
        const struct lac_link_rates *rate = &model->rate[f];
        double floor_u = rate->pairs > 0 ? 0.5 / rate->pairs : 0.5, total = 0;
        unsigned levels = lac_link_kinds[data->field[f].kind].levels;
        for (unsigned l = 1; l <= levels; l++) {
            double u = (rate->t[l] - model->lambda * model->m[f][l]) / (1 - model->lambda);
            model->u[f][l] = u > floor_u ? u : floor_u;
            total += model->u[f][l];
        }
        for (unsigned l = 1; l <= levels; l++) model->u[f][l] /= total;
    }
}

/* Near-certain: two names or texts and a date exact, or an identifier equal and nothing against it on the
 * names. */
static bool certain(const struct lac_link_data *data, uint32_t pattern)
{
    int exact_names = 0, other_names = 0, dates = 0, identifiers = 0;
    for (size_t f = 0; f < data->fields; f++) {
        const struct lac_link_field *field = &data->field[f];
        unsigned level = lac_link_level_of(field, pattern);
        if (field->kind == LAC_LINK_NAME || field->kind == LAC_LINK_TEXT) {
            exact_names += level == 1;
            other_names += level > 1;
        }
        dates += field->kind == LAC_LINK_DATE && level == 1;
        identifiers += lac_link_is_scoped(field->kind) && field->key && level == 1;
    }
    return (exact_names >= 2 && other_names == 0 && dates > 0) || (identifiers > 0 && exact_names > 0);
}

static double known(const struct lac_link_data *data, size_t f)
{
    double count = 0;
    for (uint32_t v = 0; v < data->field[f].values.dict.count; v++)
        count += data->field[f].values.frequency[v];
    return count;
}

static void prior_update(const struct lac_link_data *data, const struct lac_link_counts *counts,
                         double recall, struct lac_link_model *model)
{
    model->certain = 0;
    for (size_t g = 0; g < counts->count; g++)
        if (certain(data, counts->pattern[g])) model->certain += (double)counts->pairs[g];
    model->comparable = lac_link_comparable_pairs(data);
    double pairs = model->comparable > 1 ? model->comparable : 1;
    double lambda = (model->certain > 0.5 ? model->certain : 0.5) / (recall > 0 ? recall : 0.5) / pairs;
    model->lambda = lambda < 0.2 ? lambda : 0.2;
}

/* EM for every rule; expected counts of the accepted ones are added up. */
static void train_round(const struct lac_link_data *data, struct lac_link_training_rule *training,
                        const struct lac_link_counts *counts, size_t n, struct lac_link_model *model)
{
    lac_link_table expected;
    memset(expected, 0, sizeof expected);
    for (size_t r = 0; r < n; r++) {
        lac_link_table m;
        struct lac_link_em em;
        uint32_t fields = 0;
        training[r].used = false;
        if (counts[r].count == 0) continue;
        for (size_t f = 0; f < data->fields; f++)
            if (!(training[r].rule.fields >> f & 1) && model->rate[f].pairs > 0) fields |= UINT32_C(1) << f;
        memcpy(m, model->m, sizeof m);
        lac_link_em(data, &counts[r], fields, (const double(*)[LAC_LINK_LEVELS])model->u, m, &em);
        training[r].lambda = em.lambda;
        training[r].iterations = em.iterations;
        training[r].converged = em.converged;
        training[r].used = em.lambda >= LAMBDA_LOW && em.lambda <= LAMBDA_HIGH;
        for (size_t f = 0; training[r].used && f < data->fields; f++)
            for (unsigned l = 1; l < LAC_LINK_LEVELS; l++) expected[f][l] += em.expected[f][l];
    }
    for (size_t f = 0; f < data->fields; f++) {
        model->trained[f] = 0;
        for (unsigned l = 1; l < LAC_LINK_LEVELS; l++) model->trained[f] += expected[f][l];
        lac_link_m_update(&data->field[f], expected[f], model->m[f]);
    }
}

#define SHARE_ROUNDS 40

/* Shares of household members and twins among comparable pairs, and of matches when `fit` says so, from the
 * candidates' patterns: pairs outside the candidates count as neither. */
static void shares_update(const struct lac_link_data *data, const struct lac_link_counts *counts, bool fit,
                          struct lac_link_model *model)
{
    uint32_t household, twins;
    double pairs = model->comparable > 1 ? model->comparable : 1;
    lac_link_classes(data, UINT32_MAX, &household, &twins);
    model->household = household ? 1e-5 : 0;
    model->twins = LAC_LINK_TWINS * model->household;
    for (int round = 0; (household || fit) && round < SHARE_ROUNDS; round++) {
        double matches = 0, in_household = 0, are_twins = 0;
        for (size_t g = 0; g < counts->count; g++) {
            double all = 1, home = 1, born = 1;
            for (size_t f = 0; f < data->fields; f++) {
                unsigned level = lac_link_level_of(&data->field[f], counts->pattern[g]);
                double ratio = level ? model->m[f][level] / model->u[f][level] : 1;
                all *= ratio;
                if (household >> f & 1) home *= ratio;
                if (twins >> f & 1) born *= ratio;
            }
            double h = model->household * home, t = model->twins * born;
            double sum = model->lambda * all + h + t + 1 - model->lambda - model->household - model->twins;
            matches += (double)counts->pairs[g] * model->lambda * all / sum;
            in_household += (double)counts->pairs[g] * h / sum;
            are_twins += (double)counts->pairs[g] * t / sum;
        }
        if (household) model->household = (in_household + are_twins + 0.01) / (1 + LAC_LINK_TWINS) / pairs;
        model->twins = LAC_LINK_TWINS * model->household;
        if (fit) model->lambda = fmin((matches + 0.5) / pairs, 0.2);
    }
}

/* A name or date that all records share tells nobody from anybody. */
static enum lac_status guard_single(const struct lac_link_data *data, struct lac_error *err)
{
    for (size_t f = 0; f < data->fields; f++) {
        const struct lac_link_field *field = &data->field[f];
        bool core = field->kind == LAC_LINK_NAME || field->kind == LAC_LINK_DATE;
        if (!core || field->values.dict.count != 1 || known(data, f) < LAC_LINK_LARGE) continue;
        enum lac_status st =
            lac_fail(err, LAC_REFUSED,
                     "the link model cannot be trained: field `%s` has one value in all %.0f records",
                     field->name, known(data, f));
        lac_error_rule(err, "link-one-value");
        lac_error_remedy(err, "link without the field, or take the value out if it stands for unknown");
        return st;
    }
    return LAC_OK;
}

static enum lac_status guard(const struct lac_link_data *data, struct lac_link_model *model,
                             struct lac_error *err)
{
    for (size_t f = 0; f < data->fields; f++) {
        const struct lac_link_field *field = &data->field[f];
        bool core = field->kind == LAC_LINK_NAME || field->kind == LAC_LINK_DATE;
        bool large = known(data, f) >= LAC_LINK_LARGE, untrained = model->trained[f] < LAC_LINK_TRAINED;
        bool inverted = model->m[f][1] <= model->u[f][1];
        model->training[f] = inverted ? LAC_LINK_LEFT_OUT : untrained ? LAC_LINK_BY_DEFAULT : LAC_LINK_BY_EM;
        if (!core || !large || (!untrained && !inverted)) continue;
        enum lac_status st =
            lac_fail(err, LAC_REFUSED, "the link model cannot be trained: field `%s` %s", field->name,
                     untrained ? "is left in by no training rule that works"
                               : "agrees no more often in matches than by chance");
        lac_error_rule(err, "link-untrained");
        lac_error_remedy(err, "name other rules in link.training, each with few fields and %s",
                         "a share of matches between 0.01 and 0.99");
        return st;
    }
    return LAC_OK;
}

static bool same_keys(const struct lac_link_rule *a, const struct lac_link_rule *b)
{
    for (size_t k = 0; k < a->count && k < b->count; k++)
        if (a->key[k].field != b->key[k].field || a->key[k].function != b->key[k].function ||
            a->key[k].length != b->key[k].length)
            return false;
    return a->count == b->count;
}

/* Pattern counts of one training rule's pairs: those blocking has at hand, when it has the same rule. */
static enum lac_status training_counts(const struct lac_link_data *data,
                                       const struct lac_link_candidates *candidates,
                                       struct lac_link_training_rule *training,
                                       const struct lac_link_block_options *options,
                                       struct lac_link_counts *counts, struct lac_error *err)
{
    struct lac_link_pairs pairs;
    struct lac_link_rule_count count;
    for (size_t r = 0; r < candidates->rules; r++)
        if (same_keys(&candidates->rule[r], &training->rule)) {
            enum lac_status st = lac_link_counts_make(candidates->pairs, UINT32_C(1) << r, counts, err);
            for (size_t g = 0; !st && g < counts->count; g++) training->pairs += counts->pairs[g];
            return st;
        }
    enum lac_status st = lac_link_block(data, &training->rule, 1, options, &pairs, &count, err);
    if (!st) {
        training->pairs = pairs.count;
        lac_link_patterns(data, &pairs);
        st = lac_link_counts_make(&pairs, UINT32_MAX, counts, err);
    }
    lac_link_pairs_release(&pairs);
    return st;
}

static void model_start(const struct lac_link_data *data, struct lac_link_model *model)
{
    for (size_t f = 0; f < data->fields; f++)
        for (unsigned l = 1; l <= lac_link_kinds[data->field[f].kind].levels; l++)
            model->m[f][l] = lac_link_kinds[data->field[f].kind].level[l].prior_m;
}

enum lac_status lac_link_model_train(const struct lac_link_data *data,
                                     const struct lac_link_candidates *candidates,
                                     struct lac_link_training_rule *training, size_t n,
                                     const struct lac_link_model_options *options,
                                     struct lac_link_model *model, struct lac_error *err)
{
    enum lac_status st = LAC_OK;
    struct lac_link_counts all = {0}, *counts = calloc(n + 1, sizeof *counts);
    memset(model, 0, sizeof *model);
    if (!counts) return lac_fail_memory(err, "pattern counts");
    for (size_t f = 0; !st && f < data->fields; f++) st = lac_link_rates(data, f, &model->rate[f], err);
    for (size_t r = 0; !st && r < n; r++)
        st = training_counts(data, candidates, &training[r], &options->block, &counts[r], err);
    if (!st) st = lac_link_counts_make(candidates->pairs, UINT32_MAX, &all, err);
    bool fixed = options->prior_recall > 0;
    if (!st) {
        model_start(data, model);
        for (int round = 0; round < ROUNDS; round++) {
            if (fixed || round == 0) prior_update(data, &all, options->prior_recall, model);
            u_update(data, model);
            train_round(data, training, counts, n, model);
            shares_update(data, &all, !fixed, model);
        }
        u_update(data, model);
        st = guard_single(data, err);
        if (!st) st = guard(data, model, err);
    }
    for (size_t r = 0; r < n; r++) lac_link_counts_release(&counts[r]);
    lac_link_counts_release(&all);
    free(counts);
    return st;
}
