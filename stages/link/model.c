/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "depend.h"
#include "lists.h"

#define ROUNDS 3
#define LAMBDA_LOW 0.01
#define LAMBDA_HIGH 0.99

/* u from the rates, expected matches removed; of all lists, then of every pair. */
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
    lac_link_u_by_lists(data, model);
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

/* From near-certain pairs and their recall. */
static void prior_update(const struct lac_link_data *data, const struct lac_link_counts *counts,
                         double recall, double *matches, struct lac_link_model *model)
{
    model->certain = 0;
    memset(matches, 0, model->lists * sizeof *matches);
    for (size_t g = 0; g < counts->count; g++) {
        if (!certain(data, counts->pattern[g])) continue;
        model->certain += (double)counts->pairs[g];
        matches[counts->lists[g]] += (double)counts->pairs[g] / (recall > 0 ? recall : 0.5);
    }
    lac_link_priors_set(data, matches, model);
}

/* EM for every rule; expected counts of the accepted ones are added up. */
static enum lac_status train_round(const struct lac_link_data *data,
                                   const struct lac_link_candidates *candidates,
                                   const struct lac_link_counts *counts, struct lac_link_model *model)
{
    struct lac_link_training_rule *training = candidates->training;
    lac_link_table expected;
    enum lac_status st = LAC_OK;
    memset(expected, 0, sizeof expected);
    for (size_t r = 0; r < candidates->trainings; r++) {
        lac_link_table m;
        struct lac_link_em em = {.twins_per_household =
                                     model->household > 0 ? model->twins / model->household : LAC_LINK_TWINS,
                                 .twin_pairs = model->twins * model->comparable};
        uint32_t fields = 0;
        training[r].used = false;
        if (counts[r].count == 0) continue;
        for (size_t f = 0; f < data->fields; f++)
            if (!(training[r].rule.fields >> f & 1) && model->rate[f].pairs > 0) fields |= UINT32_C(1) << f;
        memcpy(m, model->m, sizeof m);
        st = lac_link_em(data, &counts[r], fields,
                         (struct lac_link_u){(const lac_link_table *)model->u_lists,
                                             (const double(*)[LAC_LINK_LEVELS])model->u,
                                             (const double(*)[LAC_LINK_FIELDS])model->lift},
                         m, &em);
        if (st) return st;
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
    return LAC_OK;
}

#define SHARE_ROUNDS 40

/* m over u of a pattern, of the fields in a mask. */
static double ratio_of(const struct lac_link_data *data, const struct lac_link_model *model, uint32_t fields,
                       uint32_t lists, uint32_t pattern)
{
    double ratio = 1;
    for (size_t f = 0; f < data->fields; f++) {
        unsigned level = lac_link_level_of(&data->field[f], pattern),
                 tries = lac_link_tries_of(&data->field[f], pattern);
        const double *m = model->m[f], *u = model->u_lists[lists][f];
        struct lac_link_best best;
        if (!level || !(fields >> f & 1)) continue;
        if (tries) lac_link_best_of(m, u, lac_link_tries_typical[tries], &best);
        ratio *= tries ? best.m[level] / best.u[level] : m[level] / u[level];
    }
    return ratio;
}

struct shares {
    double household, twins; /* expected pairs */
    double *matches;         /* per pair of lists */
};

/* Expected household members, twins and matches among the candidates. ratio: three per pattern. */
static void shares_expect(const struct lac_link_model *model, const struct lac_link_counts *counts,
                          const double *ratio, struct shares *shares)
{
    shares->household = shares->twins = 0;
    memset(shares->matches, 0, model->lists * sizeof *shares->matches);
    for (size_t g = 0; g < counts->count; g++) {
        double lambda = model->prior[counts->lists[g]].lambda, all = lambda * ratio[3 * g];
        double h = model->household * ratio[3 * g + 1], t = model->twins * ratio[3 * g + 2];
        double pairs = (double)counts->pairs[g];
        double scale = pairs / (all + h + t + 1 - lambda - model->household - model->twins);
        shares->matches[counts->lists[g]] += all * scale;
        shares->household += h * scale;
        shares->twins += t * scale;
    }
}

/* Shares of household members and twins among comparable pairs, and of matches when `fit` says so, from the
 * candidates' patterns: pairs outside the candidates count as neither. */
static enum lac_status shares_update(const struct lac_link_data *data, const struct lac_link_counts *counts,
                                     bool fit, double *matches, struct lac_link_model *model)
{
    uint32_t household, twins;
    struct shares shares = {.matches = matches};
    double pairs = model->comparable > 1 ? model->comparable : 1;
    double *ratio = malloc((3 * counts->count + 1) * sizeof *ratio);
    if (!ratio) return lac_fail_memory(NULL, "pattern counts");
    lac_link_classes(data, UINT32_MAX, &household, &twins);
    for (size_t g = 0; g < counts->count; g++) {
        uint32_t lists = counts->lists[g], pattern = counts->pattern[g];
        ratio[3 * g] =
            ratio_of(data, model, UINT32_MAX, lists, pattern) /
            exp(lac_link_lift_of(data, (const double(*)[LAC_LINK_FIELDS])model->lift, UINT32_MAX, pattern));
        ratio[3 * g + 1] = ratio_of(data, model, household, lists, pattern);
        ratio[3 * g + 2] = ratio_of(data, model, twins, lists, pattern);
    }
    model->household = household ? 1e-5 : 0;
    model->twins = LAC_LINK_TWINS * model->household;
    for (int round = 0; (household || fit) && round < SHARE_ROUNDS; round++) {
        shares_expect(model, counts, ratio, &shares);
        if (household) {
            double weight = LAC_LINK_TWIN_PAIRS / LAC_LINK_TWINS;
            double per = (shares.twins + LAC_LINK_TWIN_PAIRS) / (shares.household + weight);
            model->household = (shares.household + shares.twins + 0.01) / (1 + per) / pairs;
            model->twins = per * model->household;
        }
        if (fit) lac_link_priors_set(data, matches, model);
    }
    free(ratio);
    return LAC_OK;
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
                                       const struct lac_link_candidates *candidates, size_t of,
                                       const struct lac_link_block_options *options,
                                       struct lac_link_counts *counts, struct lac_error *err)
{
    struct lac_link_training_rule *training = &candidates->training[of];
    struct lac_link_pairs pairs;
    struct lac_link_rule_count count;
    for (size_t r = 0; r < candidates->rules; r++)
        if (same_keys(&candidates->rule[r], &training->rule)) {
            enum lac_status st = lac_link_counts_make(data, candidates->pairs, UINT32_C(1) << r, counts, err);
            for (size_t g = 0; !st && g < counts->count; g++) training->pairs += counts->pairs[g];
            return st;
        }
    enum lac_status st = lac_link_block(data, &training->rule, 1, options, &pairs, &count, err);
    if (!st) {
        training->pairs = pairs.count;
        lac_link_patterns(data, &pairs);
        st = lac_link_counts_make(data, &pairs, UINT32_MAX, counts, err);
    }
    lac_link_pairs_release(&pairs);
    return st;
}

static enum lac_status model_start(const struct lac_link_data *data, struct lac_link_model *model,
                                   struct lac_error *err)
{
    double *comparable = malloc(data->lists * sizeof *comparable);
    enum lac_status st = LAC_OK;
    memset(model, 0, sizeof *model);
    model->lists = data->lists;
    model->prior = calloc(data->lists, sizeof *model->prior);
    model->u_lists = calloc(data->lists, sizeof *model->u_lists);
    model->rate_lists = calloc((size_t)data->lists * LAC_LINK_FIELDS, sizeof *model->rate_lists);
    if (!comparable || !model->prior || !model->u_lists || !model->rate_lists)
        st = lac_fail_memory(err, "the model");
    if (!st) {
        model->comparable = lac_link_comparable_pairs(data, comparable);
        for (uint32_t c = 0; c < data->lists; c++) model->prior[c].comparable = comparable[c];
        for (size_t f = 0; f < data->fields; f++)
            for (unsigned l = 1; l <= lac_link_kinds[data->field[f].kind].levels; l++)
                model->m[f][l] = lac_link_kinds[data->field[f].kind].level[l].prior_m;
    }
    free(comparable);
    return st;
}

void lac_link_model_release(struct lac_link_model *model)
{
    free(model->prior);
    free(model->u_lists);
    free(model->rate_lists);
    model->prior = NULL;
    model->u_lists = NULL;
    model->rate_lists = NULL;
}

static enum lac_status rates_make(const struct lac_link_data *data, struct lac_link_model *model,
                                  struct lac_error *err)
{
    struct lac_link_rates *lists = malloc(data->lists * sizeof *lists);
    enum lac_status st = lists ? LAC_OK : lac_fail_memory(err, "the model");
    for (size_t f = 0; !st && f < data->fields; f++) {
        st = lac_link_rates(data, f, &model->rate[f], lists, err);
        for (uint32_t c = 0; !st && c < data->lists; c++)
            model->rate_lists[c * LAC_LINK_FIELDS + f] = lists[c];
    }
    free(lists);
    return st;
}

/* Pattern counts of the candidates, and of every training rule. */
struct counted {
    struct lac_link_counts all, *rule;
    double *matches; /* room for one number per pair of lists */
};

static enum lac_status rounds(const struct lac_link_data *data, const struct lac_link_candidates *candidates,
                              const struct lac_link_model_options *options, struct counted *counted,
                              struct lac_link_model *model)
{
    enum lac_status st = LAC_OK;
    bool fixed = options->prior_recall > 0;
    for (int round = 0; !st && round < ROUNDS; round++) {
        if (fixed || round == 0)
            prior_update(data, &counted->all, options->prior_recall, counted->matches, model);
        u_update(data, model);
        st = lac_link_lifts_make(data, model, NULL);
        if (!st) st = train_round(data, candidates, counted->rule, model);
        if (!st) st = shares_update(data, &counted->all, !fixed, counted->matches, model);
    }
    u_update(data, model);
    return st ? st : lac_link_lifts_make(data, model, NULL);
}

enum lac_status lac_link_model_train(const struct lac_link_data *data,
                                     const struct lac_link_candidates *candidates,
                                     const struct lac_link_model_options *options,
                                     struct lac_link_model *model, struct lac_error *err)
{
    size_t n = candidates->trainings;
    struct counted counted = {.rule = calloc(n + 1, sizeof *counted.rule),
                              .matches = calloc(data->lists, sizeof *counted.matches)};
    enum lac_status st = model_start(data, model, err);
    if (!st && (!counted.rule || !counted.matches)) st = lac_fail_memory(err, "pattern counts");
    if (!st) st = rates_make(data, model, err);
    for (size_t r = 0; !st && r < n; r++)
        st = training_counts(data, candidates, r, &options->block, &counted.rule[r], err);
    if (!st) st = lac_link_counts_make(data, candidates->pairs, UINT32_MAX, &counted.all, err);
    if (!st && rounds(data, candidates, options, &counted, model)) st = lac_fail_memory(err, "the model");
    if (!st) st = guard_single(data, err);
    if (!st) st = guard(data, model, err);
    for (size_t r = 0; counted.rule && r < n; r++) lac_link_counts_release(&counted.rule[r]);
    lac_link_counts_release(&counted.all);
    free(counted.rule);
    free(counted.matches);
    return st;
}
