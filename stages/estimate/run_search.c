/* SPDX-License-Identifier: GPL-3.0-or-later */
/* loglinear-all and loglinear-average. */
#include <math.h>
#include <string.h>
#include "base/memory.h"
#include "enumerate.h"
#include "model_run.h"
#include "resample.h"
#include "run_downhill.h"
#include "runs.h"
#include "search.h"

#define MODELS_LISTED 10

/* Beyond six lists the models cannot be enumerated: refused, not guessed. */
static bool too_many_lists(const struct lac_estimate_history *history, struct lac_result *result)
{
    if (history->lists <= LAC_ESTIMATE_ENUMERATE_LISTS) return false;
    result->status = LAC_RESULT_REFUSED;
    lac_result_note(result, "%d lists have too many hierarchical models: merge lists to six or fewer",
                    history->lists);
    return true;
}

static bool none_admissible(const struct lac_estimate_search *search, struct lac_result *result)
{
    if (search->admissible > 0) return false;
    result->status = LAC_RESULT_NOT_IDENTIFIABLE;
    lac_result_note(result, "none of %llu models has an estimate", (unsigned long long)search->considered);
    return true;
}

/* The first result->model_count ranked models as rows of the result; `weight` may be NULL. */
static enum lac_status list_models(const struct lac_estimate_history *history,
                                   const struct lac_estimate_search *search, const double *weight,
                                   struct lac_result *result, struct lac_error *err)
{
    size_t n = result->model_count;
    result->models = LAC_NEW(result->arena, struct lac_result_model, n);
    if (!result->models) return lac_fail_memory(err, "models");
    for (size_t i = 0; i < n; i++) {
        const struct lac_fitted *fit = &search->item[i].fit;
        struct lac_result_model *model = &result->models[i];
        struct lac_estimate_model terms;
        lac_estimate_model_from_bits(&terms, history->lists, search->item[i].model);
        model->model = lac_model_text(&terms, history, result->arena);
        if (!model->model) return lac_fail_memory(err, "models");
        model->estimate = history->n + exp(fit->log_n0);
        model->se = fit->se;
        model->bic = fit->bic;
        model->aic = fit->aic;
        model->deviance = fit->deviance;
        model->parameters = fit->parameters;
        model->weight = weight ? weight[i] : (double)NAN;
        model->status = LAC_RESULT_OK;
    }
    return LAC_OK;
}

/* Text of a candidate a statistic chose; context is a struct named. */
struct named {
    const struct lac_estimate_history *history;
    const struct lac_estimate_search *search;
};

static const char *name_choice(const void *context, uint64_t choice, struct lac_arena *arena)
{
    const struct named *named = context;
    struct lac_estimate_model terms;
    lac_estimate_model_from_bits(&terms, named->history->lists, named->search->item[choice - 1].model);
    return lac_model_text(&terms, named->history, arena);
}

static void count_models(const struct lac_estimate_search *search, struct lac_result *result)
{
    uint64_t without = search->considered - search->admissible;
    bool bounded = search->fitted < search->considered;
    lac_result_number(result, "models_considered", (double)search->considered);
    lac_result_number(result, bounded ? "models_fitted" : "models_admissible",
                      (double)(bounded ? search->fitted : search->admissible));
    if (bounded)
        lac_result_note(
            result,
            "%llu of %llu models were fitted: bounds show that no other is among the best %zu, which "
            "are kept",
            (unsigned long long)search->fitted, (unsigned long long)search->considered, search->count);
    else if (without)
        lac_result_note(result, "%llu of %llu models have no estimate and are not ranked",
                        (unsigned long long)without, (unsigned long long)search->considered);
}

static void report_ranges(const struct lac_estimate_search *search, double n, struct lac_result *result)
{
    double low, high;
    lac_estimate_search_range(search, n, 2, &low, &high);
    lac_result_number(result, "range_2_low", low);
    lac_result_number(result, "range_2_high", high);
    lac_estimate_search_range(search, n, 6, &low, &high);
    lac_result_number(result, "range_6_low", low);
    lac_result_number(result, "range_6_high", high);
    /* the models kept may end before the range does */
    const struct lac_estimate_ranked *last = &search->item[search->count - 1];
    if (search->fitted < search->considered && last->key - search->item[0].key < 6e8)
        lac_result_note(result, "the range is that of the %zu models kept: others are within 6 units too",
                        search->count);
}

/* Interval of the winner: with reselection over the best models, or of that model alone. */
static enum lac_status all_interval(const struct lac_estimate_history *history,
                                    const struct lac_estimate_search *search,
                                    const struct lac_estimate_options *options, struct lac_result *result,
                                    struct lac_error *err)
{
    bool fixed = options->interval && strcmp(options->interval, "bca") != 0 &&
                 strcmp(options->interval, "bootstrap") != 0;
    if (fixed || options->bootstrap == 0)
        return lac_model_interval(history, result->model, options, result, err);
    size_t top = options->top > 0 ? (size_t)options->top : history->lists <= 5 ? search->count : 100;
    if (top > search->count) top = search->count;
    lac_result_number(result, "top", (double)top);
    struct lac_estimate_candidates candidates = {search->item, top, history->n, options->aic};
    bool bca = !options->interval || strcmp(options->interval, "bca") == 0;
    struct lac_estimate_resample job = {.history = history,
                                        .statistic = lac_estimate_search_select,
                                        .context = &candidates,
                                        .seed = options->seed,
                                        .part = options->part,
                                        .replicates = options->bootstrap,
                                        .jackknife = bca};
    const struct named named = {history, search};
    const struct lac_estimate_choice_names names = {name_choice, &named};
    return lac_estimate_resample_result(&job, bca, options, &names, result, err);
}

enum lac_status lac_estimate_run_all(const struct lac_estimate_history *history,
                                     const struct lac_estimate_options *options, struct lac_results *results,
                                     struct lac_error *err)
{
    struct lac_estimate_search search = {.order = options->order, .aic = options->aic};
    struct lac_result *result = lac_results_add(results, "loglinear-all");
    if (!result) return lac_fail_memory(err, "results");
    if (history->lists > LAC_ESTIMATE_ENUMERATE_LISTS)
        return lac_estimate_run_downhill(history, options, result, err);
    enum lac_status st = lac_estimate_search_run(history, results->arena, &search, err);
    if (st) return st;
    count_models(&search, result);
    if (none_admissible(&search, result)) return LAC_OK;
    result->model_count = search.count < MODELS_LISTED ? search.count : MODELS_LISTED;
    if ((st = list_models(history, &search, NULL, result, err))) return st;
    result->model = result->models[0].model;
    lac_model_take_fit(history, &search.item[0].fit, result);
    report_ranges(&search, history->n, result);
    return all_interval(history, &search, options, result, err);
}

/* `kept` models take part in the replicates, all of the search in the estimate. */
static void report_average(const struct lac_estimate_search *search,
                           const struct lac_estimate_average *average, const double *weight, size_t kept,
                           struct lac_result *result)
{
    size_t count = search->count;
    double left_out = 0;
    for (size_t i = kept; i < count; i++) left_out += weight[i];
    result->status = LAC_RESULT_OK;
    result->estimate = average->estimate;
    lac_result_number(result, "weighted_mean", average->mean);
    lac_result_number(result, "effective_models", average->effective);
    lac_result_number(result, "models_kept", (double)kept);
    lac_result_number(result, "weight_left_out", left_out);
    result->model = lac_arena_printf(result->arena, "average of %zu model%s", count, count == 1 ? "" : "s");
    if (search->fitted < search->considered) {
        double most = (double)(search->considered - count) * weight[count - 1];
        lac_result_number(result, "weight_not_ranked_at_most", most);
        lac_result_note(result, "the models not ranked carry at most %.2g of the weight", most / (1 + most));
    }
    if (left_out > 0.05)
        lac_result_note(result,
                        "replicates refit the %zu best models; the others carry %.1f %% of the weight", kept,
                        100 * left_out);
}

enum lac_status lac_estimate_run_average(const struct lac_estimate_history *history,
                                         const struct lac_estimate_options *options,
                                         struct lac_results *results, struct lac_error *err)
{
    struct lac_estimate_search search = {.order = options->order};
    struct lac_result *result = lac_results_add(results, "loglinear-average");
    if (!result) return lac_fail_memory(err, "results");
    if (too_many_lists(history, result)) return LAC_OK;
    enum lac_status st = lac_estimate_search_run(history, results->arena, &search, err);
    if (st) return st;
    count_models(&search, result);
    if (none_admissible(&search, result)) return LAC_OK;
    double *weight = LAC_NEW(results->arena, double, search.count);
    if (!weight) return lac_fail_memory(err, "weights");
    struct lac_estimate_average average = lac_estimate_search_average(&search, history->n, weight);
    size_t kept = search.count < (size_t)options->keep ? search.count : (size_t)options->keep;
    report_average(&search, &average, weight, kept, result);
    result->model_count = kept;
    if ((st = list_models(history, &search, weight, result, err))) return st;
    report_ranges(&search, history->n, result);
    struct lac_estimate_candidates candidates = {search.item, kept, history->n, false};
    struct lac_estimate_resample job = {.history = history,
                                        .statistic = lac_estimate_search_reweigh,
                                        .context = &candidates,
                                        .seed = options->seed,
                                        .part = options->part,
                                        .replicates = options->bootstrap};
    const struct named named = {history, &search};
    const struct lac_estimate_choice_names names = {name_choice, &named};
    return lac_estimate_resample_result(&job, false, options, &names, result, err);
}
