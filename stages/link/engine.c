/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "base/memory.h"
#include "compare.h"
#include "complete.h"
#include "context.h"
#include "errors.h"
#include "lists.h"

static enum lac_status rules_choose(const struct lac_link_data *data, const struct lac_link_options *options,
                                    struct lac_link_result *result, struct lac_error *err)
{
    enum lac_status st = LAC_OK;
    struct lac_link_rule training[LAC_LINK_RULES];
    result->rules = options->blocking_rules;
    if (options->blocking_rules)
        memcpy(result->rule, options->blocking, options->blocking_rules * sizeof *result->rule);
    else
        st = lac_link_auto_blocking(data, LAC_LINK_PAIRS_PER_RECORD, result->rule, &result->rules, err);
    if (st) return st;
    result->trainings = options->training_rules;
    if (options->training_rules)
        memcpy(training, options->training, options->training_rules * sizeof *training);
    else
        st = lac_link_auto_training(data, LAC_LINK_PAIRS_PER_RECORD, training, &result->trainings, err);
    for (size_t r = 0; !st && r < result->trainings; r++) result->training[r].rule = training[r];
    return st;
}

/* Clusters on weights measured from the operating point; only pairs inside a component matter. `positive`:
 * components of the pairs above 0, or NULL. */
static enum lac_status cluster(const struct lac_link_data *data, const struct lac_link_options *options,
                               const struct lac_link_components *positive, struct lac_link_result *result,
                               struct lac_error *err)
{
    double at = options->operating_point, shift = at > 0 ? log2(at / (1 - at)) : 0;
    const struct lac_link_weighted all = {data->n, result->pairs, result->weight};
    struct lac_link_components own = {0};
    bool given = positive && !(shift < 0) && !(shift > 0);
    const struct lac_link_clustering clustering = {data, &all, shift, options->unscored_weight,
                                                   given ? positive : &own};
    enum lac_status st = given ? LAC_OK : lac_link_components_make(&all, shift, &own, err);
    if (!st) st = lac_link_cluster(&clustering, result->person, &result->clusters, err);
    lac_link_components_release(&own);
    return st;
}

/* Adds the pairs that components of positive pairs lack, with their weights. */
static enum lac_status complete(const struct lac_link_data *data, const struct lac_link_scorer *scorer,
                                const struct lac_link_components *c, struct lac_link_result *result,
                                struct lac_error *err)
{
    struct lac_link_pairs added;
    double *weight = NULL;
    enum lac_status st = lac_link_complete(data, c, &result->pairs, &added, err);
    if (!st && added.count) {
        weight = malloc(added.count * sizeof *weight);
        if (!weight) st = lac_fail_memory(err, "weights");
        if (!st) lac_link_score_pairs(scorer, &added, weight);
        if (!st) st = lac_link_merge(&added, weight, &result->pairs, &result->weight, err);
        result->completed += added.count;
    }
    lac_link_pairs_release(&added);
    free(weight);
    return st;
}

/* Scores, completes, clusters. In the first pass term frequencies count records, then the persons found. */
static enum lac_status pass(const struct lac_link_data *data, const struct lac_link_options *options,
                            bool first, struct lac_link_result *result, struct lac_error *err)
{
    struct lac_link_scorer scorer = {0};
    struct lac_link_components c = {0};
    lac_link_terms_release(&result->terms);
    enum lac_status st =
        lac_link_terms_make(data, &result->model, first ? NULL : result->person, &result->terms, err);
    if (!st && first) {
        result->weight = lac_big_alloc(result->pairs.count + 1, sizeof *result->weight);
        if (!result->weight) st = lac_fail_memory(err, "weights");
    }
    if (!st) st = lac_link_scorer_make(data, &result->model, &result->terms, &scorer, err);
    if (!st) {
        lac_link_score_pairs(&scorer, &result->pairs, result->weight);
        const struct lac_link_weighted all = {data->n, result->pairs, result->weight};
        st = lac_link_components_make(&all, 0, &c, err);
    }
    if (!st) st = complete(data, &scorer, &c, result, err);
    lac_link_scorer_release(&scorer);
    if (!st) st = cluster(data, options, &c, result, err);
    lac_link_components_release(&c);
    return st;
}

/* A fitted prior counts pairs one by one and so too many where fields depend on each other. Persons are
 * transitive: what the first clustering refused is taken out of the prior before the second. */
static enum lac_status prior_settle(const struct lac_link_data *data, struct lac_link_result *result,
                                    struct lac_error *err)
{
    double *right = calloc(data->lists, sizeof *right);
    enum lac_status st = right ? LAC_OK : lac_fail_memory(err, "priors");
    if (!st && data->lists == 1) {
        st = lac_link_errors_estimate(result, err);
        right[0] = result->errors.links - result->errors.false_links;
    }
    for (size_t p = 0; !st && data->lists > 1 && p < result->pairs.count; p++) {
        uint32_t i = lac_link_left(&result->pairs.pair[p]), j = lac_link_right(&result->pairs.pair[p]);
        if (result->person[i] == result->person[j])
            right[lac_link_lists_of(data, i, j)] += lac_link_probability(result->weight[p]);
    }
    if (!st) lac_link_priors_set(data, right, &result->model);
    free(right);
    return st;
}

/* Counts all pairs by weight where that is asked for, then keeps those at or above the threshold and those
 * inside a person: they say why, or what speaks against it. */
static void pairs_keep(const struct lac_link_options *options, struct lac_link_result *result)
{
    size_t kept = 0;
    double threshold = result->threshold = options->threshold;
    if (options->weights) lac_link_weights_count(result->weight, result->pairs.count, &result->weights);
    double near = log2(threshold / (1 - threshold));
    for (size_t p = 0; p < result->pairs.count; p++) {
        const struct lac_link_pair *pair = &result->pairs.pair[p];
        bool below = result->weight[p] < near - 1e-6 || /* no need to work the probability out */
                     (result->weight[p] < near + 1e-6 && lac_link_probability(result->weight[p]) < threshold);
        if (below && result->person[lac_link_left(pair)] != result->person[lac_link_right(pair)]) continue;
        result->pairs.pair[kept] = result->pairs.pair[p];
        if (result->by_model) result->by_model[kept] = result->by_model[p];
        result->weight[kept++] = result->weight[p];
    }
    result->pairs.count = kept;
}

static void step(const struct lac_link_options *options, const char *name)
{
    if (options->step) options->step(options->context, name);
}

/* Scores, by the model and in the light of the persons where that is asked for, the pairs so far and those
 * that components of positive pairs lack; how many these are in *added. Without any all weights are as they
 * were. */
static enum lac_status complete_in_context(const struct lac_link_data *data,
                                           const struct lac_link_options *options, uint64_t *added,
                                           struct lac_link_result *result, struct lac_error *err)
{
    struct lac_link_scorer scorer = {0};
    struct lac_link_components c = {0};
    uint64_t before = result->completed;
    const struct lac_link_weighted all = {data->n, result->pairs, result->weight};
    enum lac_status st = lac_link_scorer_make(data, &result->model, &result->terms, &scorer, err);
    if (!st) st = lac_link_components_make(&all, 0, &c, err);
    if (!st) st = complete(data, &scorer, &c, result, err);
    *added = result->completed - before;
    if (!st && *added) {
        lac_link_score_pairs(&scorer, &result->pairs, result->weight);
        if (options->in_context)
            st = lac_link_context(data->n, &result->pairs, result->person, result->weight, err);
    }
    lac_link_components_release(&c);
    lac_link_scorer_release(&scorer);
    return st;
}

/* Fits the curve to the judged pairs and puts all weights through it; by_model keeps them as they were. */
static enum lac_status curve_apply(const struct lac_link_data *data, const struct lac_link_options *options,
                                   struct lac_link_result *result, struct lac_error *err)
{
    struct lac_link_scored scored = {
        .data = data, .pairs = &result->pairs, .weight = result->weight, .person = result->person};
    struct lac_link_calibration *c = &result->calibration;
    lac_link_calibration_release(c);
    enum lac_status st = lac_link_calibration_fit(&scored, &options->labels, c, err);
    const struct lac_link_sampling sampling = {options->label_error, options->label_count, options->seed};
    if (!st && options->label_error > 0)
        st = lac_link_calibration_sample(&scored, &options->labels, &sampling, c, err);
    if (st || c->labels == 0) return st;
    free(result->by_model);
    result->by_model = malloc((result->pairs.count + 1) * sizeof *result->by_model);
    if (!result->by_model) return lac_fail_memory(err, "weights");
#pragma omp parallel for schedule(static)
    for (size_t p = 0; p < result->pairs.count; p++) {
        result->by_model[p] = result->weight[p];
        result->weight[p] = lac_link_calibrated(c, &result->pairs.pair[p], result->weight[p]);
    }
    return LAC_OK;
}

/* Judged pairs mend the weights and with them the persons; the sample to be judged is chosen before that, by
 * the weights of the model. Mended weights may hold larger components together, whose pairs are then scored
 * too: a link that nobody scored would be in no expected error. */
static enum lac_status calibrate(const struct lac_link_data *data, const struct lac_link_options *options,
                                 struct lac_link_result *result, struct lac_error *err)
{
    uint64_t added = 0;
    if (options->labels.count == 0 && !(options->label_error > 0)) return LAC_OK;
    enum lac_status st = curve_apply(data, options, result, err);
    if (st || result->calibration.labels == 0) return st;
    st = complete_in_context(data, options, &added, result, err);
    if (!st && added) st = curve_apply(data, options, result, err);
    return st ? st : cluster(data, options, NULL, result, err);
}

static enum lac_status draw(const struct lac_link_data *data, const struct lac_link_options *options,
                            struct lac_link_result *result, struct lac_error *err)
{
    struct lac_link_scored scored = {data,           &result->pairs,   result->weight,
                                     result->person, result->by_model, &result->calibration,
                                     &result->model, &result->misses};
    struct lac_link_draw_options with = {options->draws, options->seed, options->threshold,
                                         options->unscored_weight};
    return options->draws ? lac_link_draw(&scored, &with, &result->drawn, err) : LAC_OK;
}

static enum lac_status misses(const struct lac_link_data *data, const struct lac_link_options *options,
                              struct lac_link_result *result, struct lac_error *err)
{
    enum lac_status st = lac_link_misses_estimate(result->rule, result->rules, &result->pairs, result->weight,
                                                  &result->misses, err);
    if (st || !options->in_context) return st;
    return lac_link_misses_by_source(data, &result->pairs, result->weight, &result->misses, err);
}

enum lac_status lac_link_run(const struct lac_link_data *data, const struct lac_link_options *options,
                             struct lac_link_result *result, struct lac_error *err)
{
    struct lac_link_model_options model = {options->prior_recall,
                                           {options->block_maximum, options->pair_budget}};
    memset(result, 0, sizeof *result);
    result->person = lac_big_alloc((size_t)data->n + 1, sizeof *result->person);
    if (!result->person) return lac_fail_memory(err, "persons");
    step(options, "block");
    enum lac_status st = rules_choose(data, options, result, err);
    if (!st)
        st = lac_link_block(data, result->rule, result->rules, &model.block, &result->pairs,
                            result->rule_count, err);
    if (st) return st;
    result->candidates = result->pairs.count;
    step(options, "compare");
    lac_link_patterns(data, &result->pairs);
    step(options, "train");
    struct lac_link_candidates candidates = {&result->pairs, result->rule, result->rules, result->training,
                                             result->trainings};
    st = lac_link_model_train(data, &candidates, &model, &result->model, err);
    step(options, "persons");
    if (!st) st = pass(data, options, true, result, err);
    if (!st && options->prior_recall <= 0) st = prior_settle(data, result, err);
    step(options, "persons again");
    if (!st) st = pass(data, options, false, result, err);
    if (!st && options->in_context)
        st = lac_link_context(data->n, &result->pairs, result->person, result->weight, err);
    if (!st) st = calibrate(data, options, result, err);
    if (st) return st;
    step(options, "errors");
    st = misses(data, options, result, err);
    if (!st) st = lac_link_errors_estimate(result, err);
    step(options, "draws");
    if (!st) st = draw(data, options, result, err);
    if (!st) pairs_keep(options, result);
    return st;
}

void lac_link_result_release(struct lac_link_result *result)
{
    lac_link_pairs_release(&result->pairs);
    free(result->weight);
    free(result->by_model);
    free(result->person);
    lac_link_terms_release(&result->terms);
    lac_link_model_release(&result->model);
    lac_link_calibration_release(&result->calibration);
    lac_link_drawn_release(&result->drawn);
    memset(result, 0, sizeof *result);
}
