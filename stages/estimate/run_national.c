/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * national: the heterogeneity-inclusive average with an allowance for residual dependence.
 *
 * (b) N_b = n + exp(L_b + delta_b), delta_b from N(0, delta_sd^2), 0.35 unless set, by the stream (seed,
 * delta; b, part, 0): the result's interval. (a) N_b = n + exp(L_b): "if the identifying assumption holds
 * exactly". Both percentile limits. delta is a stated judgement, 95 % within a factor 2 of the unseen part,
 * never an estimate. With two lists L_b is of Chapman's estimate, which assumes independence.
 */
#include <math.h>
#include <stdlib.h>
#include "base/sum.h"
#include "lincoln_petersen.h"
#include "model_run.h"
#include "national.h"
#include "resample.h"
#include "runs.h"
#include "uncertainty.h"

#define FAILED_MAXIMUM 0.2

/* What a run of this method works with. */
struct job {
    const struct lac_estimate_history *history;
    const struct lac_estimate_options *options;
    struct lac_result *result;
    struct lac_estimate_parametric parametric;
    double *replicate, *sorted; /* replicates with delta, by number and ascending; room for `room` */
    size_t room;
    double model_only[2];
    bool lost; /* memory is out */
};

static bool has_empty_pair(const struct lac_estimate_history *history)
{
    for (unsigned s = 1; s < 1U << history->lists; s++)
        if (__builtin_popcount(s) == 2 && !(history->overlap[s] > 0)) return true;
    return false;
}

/* --- limits --------------------------------------------------------------------------------------------- */

static bool make_room(struct job *job, size_t b)
{
    if (b <= job->room) return true;
    job->replicate = LAC_NEW(job->result->arena, double, b);
    job->sorted = LAC_NEW(job->result->arena, double, b);
    job->room = b;
    job->lost = !job->replicate || !job->sorted;
    return !job->lost;
}

static double with_delta(const struct job *job, double unseen, size_t b)
{
    const struct lac_estimate_options *options = job->options;
    if (!isfinite(unseen)) return (double)INFINITY;
    return lac_estimate_history_persons(job->history, b) +
           unseen * lac_national_factor(options->delta_sd, options->seed, b, options->part);
}

/* Replicates are unseen persons. */
static struct lac_estimate_limits limits_of(const void *context, const struct lac_estimate_resampled *r)
{
    struct job *job = *(struct job *const *)context;
    double level = job->options->level;
    struct lac_estimate_limits none = {.lower = (double)NAN, .upper = (double)NAN, .status = LAC_BCA_TOO_FEW};
    if (!make_room(job, r->b)) return none;
    for (size_t b = 0; b < r->b; b++)
        job->sorted[b] = lac_estimate_history_persons(job->history, b) + r->replicate[b];
    lac_sort(job->sorted, r->b);
    struct lac_estimate_limits model_only = lac_estimate_percentile(job->sorted, r->b, level);
    job->model_only[0] = model_only.lower;
    job->model_only[1] = model_only.upper;
    for (size_t b = 0; b < r->b; b++)
        job->sorted[b] = job->replicate[b] = with_delta(job, r->replicate[b], b);
    lac_sort(job->sorted, r->b);
    return lac_estimate_percentile(job->sorted, r->b, level);
}

static void take_limits(struct job *job, const struct lac_estimate_limits *limits, size_t replicates)
{
    struct lac_result *result = job->result;
    result->interval = "delta";
    result->level = job->options->level;
    result->lower = limits->lower;
    result->upper = limits->upper;
    result->model_only_lower = job->model_only[0];
    result->model_only_upper = job->model_only[1];
    lac_result_number(result, "model_only_lower", job->model_only[0]);
    lac_result_number(result, "model_only_upper", job->model_only[1]);
    lac_result_number(result, "delta_sd", job->options->delta_sd);
    lac_result_note(result,
                    "the interval allows for residual dependence: log N0 +- delta, delta from N(0, %.2f^2), "
                    "a stated judgement",
                    job->options->delta_sd);
    lac_result_note(result, "without that, if the identifying assumption holds exactly: %.0f to %.0f",
                    job->model_only[0], job->model_only[1]);
    if (!job->options->keep_replicates) return;
    result->replicate = job->replicate;
    result->replicate_count = replicates;
}

/* More than a fifth of the replicates without an estimate: the figures are withdrawn. */
static void refuse_failures(const struct lac_estimate_resampled *resampled, struct lac_result *result)
{
    if ((double)resampled->failed <= FAILED_MAXIMUM * (double)resampled->b) return;
    result->status = LAC_RESULT_REFUSED;
    result->estimate = result->se = result->lower = result->upper = (double)NAN;
    result->model_only_lower = result->model_only_upper = (double)NAN;
    lac_result_note(result,
                    "refused: more than %.0f %% of the replicates have no estimate; merge lists or strata",
                    100 * FAILED_MAXIMUM);
}

/* --- where the width comes from ------------------------------------------------------------------------- */

/* Logarithms of the unseen at every drawn linkage. */
static enum lac_status points_of(const struct job *job, lac_estimate_statistic *statistic,
                                 const void *context, const double *count, double **point,
                                 struct lac_error *err)
{
    size_t draws = job->history->draws, cells = (size_t)1 << job->history->lists;
    struct lac_fitter_pool *pool = lac_fitter_pool_new(job->history->lists);
    *point = LAC_NEW(job->result->arena, double, draws);
    enum lac_status st = pool && *point ? LAC_OK : lac_fail_memory(err, "sources of uncertainty");
#pragma omp parallel for schedule(dynamic, 1)
    for (size_t d = 0; d < (st ? 0 : draws); d++)
        (*point)[d] = log(statistic(context, lac_fitter_pool_mine(pool), count + d * cells));
    lac_fitter_pool_free(pool);
    return st;
}

static enum lac_status split(const struct job *job, lac_estimate_statistic *statistic, const void *context,
                             const struct lac_estimate_resampled *resampled, struct lac_error *err)
{
    const struct lac_estimate_history *history = job->history;
    struct lac_arena *arena = job->result->arena;
    struct lac_uncertainty *made = LAC_NEW(arena, struct lac_uncertainty, 1);
    double *log_unseen = LAC_NEW(arena, double, resampled->b), *point = NULL, *settled = NULL;
    enum lac_status st = made && log_unseen ? LAC_OK : lac_fail_memory(err, "sources of uncertainty");
    for (size_t b = 0; !st && b < resampled->b; b++) log_unseen[b] = log(resampled->replicate[b]);
    if (!st && history->draws > 0) st = points_of(job, statistic, context, history->drawn, &point, err);
    if (!st && history->settled) st = points_of(job, statistic, context, history->settled, &settled, err);
    if (st) return st;
    const struct lac_uncertainty_input input = {.n = history->n,
                                                .unseen = job->result->estimate - history->n,
                                                .level = job->options->level,
                                                .delta_sd = job->options->delta_sd,
                                                .replicates = resampled->b,
                                                .log_unseen = log_unseen,
                                                .held = history->lists > 2 ? resampled->beside : NULL,
                                                .groups = history->draws > 0 ? history->draws : 1,
                                                .linkages = history->draws,
                                                .point = point,
                                                .settled = settled};
    st = lac_uncertainty_split(&input, arena, made, err);
    job->result->uncertainty = made;
    return st;
}

static enum lac_status interval(struct job *job, lac_estimate_statistic *statistic, const void *context,
                                struct lac_estimate_resampled *resampled, struct lac_error *err)
{
    struct lac_estimate_resample resample = {.history = job->history,
                                             .statistic = statistic,
                                             .context = context,
                                             .seed = job->options->seed,
                                             .part = job->options->part,
                                             .replicates = job->options->bootstrap,
                                             .automatic = job->options->bootstrap_auto,
                                             .parametric = job->parametric.models ? &job->parametric : NULL};
    struct lac_estimate_limiter limiter = {.limits_of = limits_of, .context = &job};
    if (job->options->bootstrap <= 0) return LAC_OK;
    enum lac_status st = lac_estimate_resample_until(&resample, &limiter, resampled, job->result->arena, err);
    if (st) return st;
    if (job->lost) return lac_fail_memory(err, "replicates");
    take_limits(job, &limiter.limits, resampled->b);
    lac_estimate_resample_report(&resample, resampled, &limiter.limits, job->result);
    refuse_failures(resampled, job->result);
    return job->result->status == LAC_RESULT_OK ? split(job, statistic, context, resampled, err) : LAC_OK;
}

/* --- two lists ------------------------------------------------------------------------------------------ */

static double chapman_unseen(const void *context, struct lac_fitter *fitter, const double *count)
{
    (void)context;
    (void)fitter;
    double first = count[1] + count[3], second = count[2] + count[3];
    return (first + 1) * (second + 1) / (count[3] + 1) - 1 - (count[1] + count[2] + count[3]);
}

static enum lac_status run_two(struct job *job, struct lac_error *err)
{
    struct lac_result *result = job->result;
    struct lac_estimate_resampled resampled;
    struct lac_simple simple;
    lac_chapman(job->history, 0, 1, job->options->level, &simple);
    result->status = LAC_RESULT_OK;
    result->model = "Chapman";
    result->estimate = simple.estimate;
    result->se = simple.se;
    lac_result_note(result, "two lists only: assumes independence");
    return interval(job, chapman_unseen, NULL, &resampled, err);
}

/* --- three lists and more ------------------------------------------------------------------------------- */

/* Fitted means of the kept models on one table, and their weights there by BIC; all weights are 0 where none
 * is admissible. */
static void fit_means(const struct lac_national *national, struct lac_fitter *fitter, const double *count,
                      double *weight, double *mean)
{
    int lists = lac_fitter_lists(fitter);
    size_t cells = (size_t)1 << lists;
    double best = (double)INFINITY;
    for (size_t i = 0; i < national->kept; i++) {
        struct lac_estimate_model model;
        struct lac_fitted fit;
        weight[i] = (double)INFINITY;
        lac_national_terms(&national->item[i], lists, &model);
        if (!lac_fitter_model(fitter, count, &model, &fit)) continue;
        weight[i] = fit.bic;
        best = fmin(best, fit.bic);
        for (size_t w = 1; w < cells; w++) mean[i * cells + w] = lac_fitter_means(fitter)[w];
    }
    for (size_t i = 0; i < national->kept; i++)
        weight[i] = isinf(weight[i]) ? 0 : exp(-(weight[i] - best) / 2);
}

/* For parametric replicates: the kept models on the table, or on that of each drawn linkage. A linkage on
 * which none has an estimate lends the fit of the mean of all. */
static enum lac_status set_parametric(struct job *job, const struct lac_national *national,
                                      struct lac_error *err)
{
    const struct lac_estimate_history *history = job->history;
    size_t cells = (size_t)1 << history->lists, kept = national->kept;
    size_t sets = history->draws > 0 ? history->draws : 1;
    double *mean = LAC_NEW(job->result->arena, double, sets *kept *cells);
    double *weight = LAC_NEW(job->result->arena, double, sets *kept);
    struct lac_fitter_pool *pool = lac_fitter_pool_new(history->lists);
    enum lac_status st = mean && weight && pool ? LAC_OK : lac_fail_memory(err, "fitted means");
#pragma omp parallel for schedule(dynamic, 1)
    for (size_t s = 0; s < (st ? 0 : sets); s++) {
        struct lac_fitter *fitter = lac_fitter_pool_mine(pool);
        const double *count = history->draws > 0 ? history->drawn + s * cells : history->count;
        double any = 0;
        fit_means(national, fitter, count, weight + s * kept, mean + s * kept * cells);
        for (size_t i = 0; i < kept; i++) any += weight[s * kept + i];
        if (any == 0) fit_means(national, fitter, history->count, weight + s * kept, mean + s * kept * cells);
    }
    lac_fitter_pool_free(pool);
    job->parametric = (struct lac_estimate_parametric){kept, sets, weight, mean};
    return st;
}

static const char *text_of(const struct lac_national_model *item, const struct job *job)
{
    struct lac_estimate_model model;
    lac_national_terms(item, job->history->lists, &model);
    return lac_model_text(&model, job->history, job->result->arena);
}

static enum lac_status list_models(struct job *job, const struct lac_national *national,
                                   struct lac_error *err)
{
    struct lac_result *result = job->result;
    result->models = LAC_NEW(result->arena, struct lac_result_model, national->kept);
    if (!result->models) return lac_fail_memory(err, "models");
    for (size_t i = 0; i < national->kept; i++) {
        const struct lac_national_model *item = &national->item[i];
        const struct lac_fitted *fit = &item->fit;
        const char *text = text_of(item, job);
        if (!text) return lac_fail_memory(err, "models");
        result->models[i] = (struct lac_result_model){text,         job->history->n + exp(fit->log_n0),
                                                      fit->se,      fit->bic,
                                                      fit->aic,     fit->deviance,
                                                      item->weight, fit->parameters,
                                                      LAC_RESULT_OK};
    }
    result->model_count = national->kept;
    return LAC_OK;
}

static enum lac_status list_choices(struct job *job, const struct lac_national *national,
                                    struct lac_estimate_resampled *resampled, struct lac_error *err)
{
    struct lac_estimate_chosen chosen[10];
    struct lac_result *result = job->result;
    size_t n = lac_estimate_resample_choices(resampled, chosen, 10);
    result->choices = LAC_NEW(result->arena, struct lac_result_choice, n);
    if (!result->choices) return lac_fail_memory(err, "models");
    for (size_t i = 0; i < n; i++) {
        result->choices[i].model = text_of(&national->item[chosen[i].choice - 1], job);
        result->choices[i].share = (double)chosen[i].replicates / (double)resampled->b;
        if (!result->choices[i].model) return lac_fail_memory(err, "models");
    }
    result->choice_count = n;
    return LAC_OK;
}

static void report_point(const struct job *job, const struct lac_national *national)
{
    struct lac_result *result = job->result;
    double kept = 0;
    for (size_t i = 0; i < national->kept; i++) kept += national->item[i].weight;
    result->status = LAC_RESULT_OK;
    result->estimate = national->estimate;
    result->model = lac_arena_printf(result->arena, "average of %llu %s models with and without h",
                                     (unsigned long long)national->admissible,
                                     national->three_way > 0 ? "two-way and three-way" : "two-way");
    lac_result_number(result, "models_considered", (double)national->considered);
    lac_result_number(result, "models_admissible", (double)national->admissible);
    lac_result_number(result, "models_kept", (double)national->kept);
    lac_result_number(result, "weight_left_out", fmax(0, 1 - kept));
    lac_result_number(result, "weight_heterogeneity", national->floor_weight);
    lac_result_number(result, "range_6_low", national->best_low);
    lac_result_number(result, "range_6_high", national->best_high);
    lac_result_number(result, "floor_estimate", national->floor);
    if (job->history->lists >= LAC_NATIONAL_LISTS)
        lac_result_note(result, "the models were found by a search from many starts, not all were fitted");
}

static enum lac_status run_average(struct job *job, struct lac_error *err)
{
    struct lac_estimate_resampled resampled = {0};
    struct lac_national *national = LAC_NEW(job->result->arena, struct lac_national, 1);
    if (!national) return lac_fail_memory(err, "models");
    enum lac_status st = job->options->order >= 3 ? lac_national_search_triples(job->history, national, err)
                                                  : lac_national_search(job->history, national, err);
    if (st) return st;
    if (national->admissible == 0) {
        job->result->status = LAC_RESULT_NOT_IDENTIFIABLE;
        lac_result_note(job->result, "none of %llu models has an estimate",
                        (unsigned long long)national->considered);
        return LAC_OK;
    }
    report_point(job, national);
    if ((st = list_models(job, national, err))) return st;
    if (job->options->bootstrap > 0 && has_empty_pair(job->history)) {
        if ((st = set_parametric(job, national, err))) return st;
        lac_result_note(job->result, "some lists share nobody: replicates are drawn from the fitted models");
    }
    st = interval(job, lac_national_reweigh, national, &resampled, err);
    return st || resampled.b == 0 ? st : list_choices(job, national, &resampled, err);
}

enum lac_status lac_estimate_run_national(const struct lac_estimate_history *history,
                                          const struct lac_estimate_options *options,
                                          struct lac_results *results, struct lac_error *err)
{
    struct job job = {.history = history, .options = options};
    job.result = lac_results_add(results, "national");
    if (!job.result) return lac_fail_memory(err, "results");
    if (history->lists == 2) return run_two(&job, err);
    if (history->lists <= LAC_NATIONAL_LISTS) return run_average(&job, err);
    job.result->status = LAC_RESULT_REFUSED;
    lac_result_note(job.result, "%d lists have too many two-way models: merge lists to %d or fewer",
                    history->lists, LAC_NATIONAL_LISTS);
    return LAC_OK;
}
