/* SPDX-License-Identifier: GPL-3.0-or-later */
/* loglinear: one model asked for by name, and the intervals of a model fixed in advance. */
#include <math.h>
#include <string.h>
#include "existence.h"
#include "interval.h"
#include "model_run.h"
#include "resample.h"
#include "runs.h"

/* A model with its fit and the work space both need. */
struct named {
    struct lac_estimate_model model;
    struct lac_fit_space *space;
    struct lac_existence *existence;
    struct lac_fit fit;
    const struct lac_estimate_history *history;
};

static void named_release(struct named *named)
{
    lac_fit_space_free(named->space);
    lac_existence_free(named->existence);
}

static enum lac_status named_fit(struct named *named, const char *text,
                                 const struct lac_estimate_history *history, struct lac_error *err)
{
    memset(named, 0, sizeof *named);
    named->history = history;
    enum lac_status st = lac_estimate_model_parse(&named->model, text, history->lists, history->name, err);
    if (st) return st;
    named->space = lac_fit_space_new(history->lists);
    named->existence = lac_existence_new(history->lists);
    if (!named->space || !named->existence) return lac_fail_memory(err, "a fit");
    (void)lac_estimate_fit_checked(named->existence, named->space, history->count, &named->model,
                                   &named->fit);
    return LAC_OK;
}

/* wald, lognormal or profile. */
static enum lac_status set_interval(struct named *named, const char *kind, double level,
                                    struct lac_result *result, struct lac_error *err)
{
    const struct lac_estimate_history *history = named->history;
    const struct lac_fit *fit = &named->fit;
    const struct lac_profile profile = {
        .space = named->space, .count = history->count, .model = &named->model, .fit = fit};
    struct lac_interval interval = {0};
    enum lac_status st = LAC_OK;
    bool ok;
    if (strcmp(kind, "wald") == 0)
        ok = lac_interval_wald(fit, level, &interval);
    else if (strcmp(kind, "profile") != 0)
        ok = lac_interval_lognormal(history->n, fit->unseen, fit->se, level, &interval);
    else
        st = lac_interval_profile(&profile, level, &interval, &ok, err);
    if (st) return st;
    result->interval = kind;
    result->level = level;
    result->lower = ok ? interval.lower : (double)NAN;
    result->upper = ok ? interval.upper : (double)NAN;
    if (!ok) lac_result_note(result, "no %s interval: the likelihood could not be followed", kind);
    if (ok && interval.unbounded) lac_result_note(result, "the upper limit is unbounded");
    if (ok && strcmp(kind, "profile") == 0) lac_result_number(result, "profile_estimate", interval.estimate);
    return LAC_OK;
}

enum lac_status lac_model_interval(const struct lac_estimate_history *history, const char *model,
                                   const struct lac_estimate_options *options, struct lac_result *result,
                                   struct lac_error *err)
{
    struct named named;
    bool resampled = options->interval &&
                     (strcmp(options->interval, "bca") == 0 || strcmp(options->interval, "bootstrap") == 0);
    enum lac_status st = named_fit(&named, model, history, err);
    if (!st && named.fit.status == LAC_FIT_OK)
        st = set_interval(&named, options->interval && !resampled ? options->interval : "lognormal",
                          options->level, result, err);
    named_release(&named);
    return st;
}

/* A model with two lists and an empty overlap, and the like: what became of it, in words. */
static void explain(const struct named *named, struct lac_result *result)
{
    static const enum lac_result_status status_of[] = {
        [LAC_FIT_OK] = LAC_RESULT_OK,
        [LAC_FIT_NOT_IDENTIFIABLE] = LAC_RESULT_NOT_IDENTIFIABLE,
        [LAC_FIT_INFINITE] = LAC_RESULT_INFINITE,
        [LAC_FIT_FAILED] = LAC_RESULT_FAILED,
    };
    result->status = status_of[named->fit.status];
    if (named->fit.at_observed)
        lac_result_note(result, "the likelihood is largest when nobody is unseen, at N = n");
    else if (result->status == LAC_RESULT_NOT_IDENTIFIABLE)
        lac_result_note(result, "the number of the unseen is not determined by this model and table");
    else if (result->status == LAC_RESULT_INFINITE)
        lac_result_note(result, "the likelihood rises without end as the number of the unseen grows");
    else if (result->status == LAC_RESULT_FAILED)
        lac_result_note(result, "the fit did not converge");
    if (named->fit.repaired)
        lac_result_note(result,
                        "the estimate exists only on the cells that can be positive (facial set); some "
                        "other parameters are not finite or not identified");
}

/* A statistic: the same model refitted; context is the model. */
static double refit(const void *context, struct lac_fitter *fitter, const double *count)
{
    const struct lac_estimate_model *model = context;
    struct lac_fitted fitted;
    if (!lac_fitter_named(fitter, count, model, &fitted)) return (double)INFINITY;
    return lac_fitter_persons(fitter, count) + exp(fitted.log_n0);
}

static enum lac_status add_interval(struct named *named, const struct lac_estimate_options *options,
                                    struct lac_result *result, struct lac_error *err)
{
    const struct lac_estimate_history *history = named->history;
    bool bca = options->interval && strcmp(options->interval, "bca") == 0;
    if (bca || (options->interval && strcmp(options->interval, "bootstrap") == 0)) {
        struct lac_estimate_resample job = {.history = history,
                                            .statistic = refit,
                                            .context = &named->model,
                                            .seed = options->seed,
                                            .part = options->part,
                                            .replicates = options->bootstrap,
                                            .jackknife = bca};
        return lac_estimate_resample_result(&job, bca, options, NULL, result, err);
    }
    return set_interval(named, options->interval ? options->interval : "lognormal", options->level, result,
                        err);
}

enum lac_status lac_estimate_run_loglinear(const struct lac_estimate_history *history,
                                           const struct lac_estimate_options *options,
                                           struct lac_results *results, struct lac_error *err)
{
    struct named named;
    struct lac_result *result = lac_results_add(results, "loglinear");
    if (!result) return lac_fail_memory(err, "results");
    enum lac_status st = named_fit(&named, options->model, history, err);
    if (st) goto cleanup;
    result->model = lac_model_text(&named.model, history, results->arena);
    if (!result->model) st = lac_fail_memory(err, "the model");
    explain(&named, result);
    if (st || named.fit.status != LAC_FIT_OK) goto cleanup;
    result->estimate = history->n + named.fit.unseen;
    result->se = named.fit.se;
    result->aic = named.fit.aic;
    result->bic = named.fit.bic;
    result->deviance = named.fit.deviance;
    result->parameters = named.fit.parameters;
    if (named.fit.empty)
        lac_result_note(result, "%d parameters are minus infinity (empty overlaps) and count as parameters",
                        named.fit.empty);
    st = add_interval(&named, options, result, err);
cleanup:
    named_release(&named);
    return st;
}
