/* SPDX-License-Identifier: GPL-3.0-or-later */
/* loglinear-stepwise. */
#include <math.h>
#include <string.h>
#include "model_run.h"
#include "resample.h"
#include "runs.h"
#include "stepwise.h"

static enum lac_status name_model(const struct lac_estimate_history *history,
                                  const struct lac_estimate_stepwise *selected, struct lac_result *result,
                                  struct lac_error *err)
{
    struct lac_estimate_model model;
    enum lac_status st = LAC_OK;
    lac_estimate_model_main(&model, history->lists);
    for (int i = 0; !st && i < selected->pairs; i++)
        st = lac_estimate_model_add(&model, selected->pair[i], err);
    if (st) return st;
    result->model = lac_model_text(&model, history, result->arena);
    if (!result->model) return lac_fail_memory(err, "the model");
    struct lac_buffer order = {0};
    for (int i = 0; i < selected->pairs; i++) {
        const char *pair = lac_model_term_text(selected->pair[i], history, result->arena);
        lac_buffer_printf(&order, "%s%s (p %.2g)", i ? ", " : "", pair ? pair : "?", selected->pvalue[i]);
    }
    st = lac_buffer_status(&order, err);
    if (!st) lac_result_note(result, "order of entry: %s", selected->pairs ? order.text : "none");
    lac_buffer_release(&order);
    if (selected->barred)
        lac_result_note(result, "%d pairs were set aside because the model with them has no estimate",
                        selected->barred);
    return st;
}

static enum lac_status interval(const struct lac_estimate_history *history,
                                const struct lac_estimate_options *options, struct lac_result *result,
                                struct lac_error *err)
{
    bool bca = !options->interval || strcmp(options->interval, "bca") == 0;
    bool resampled = bca || strcmp(options->interval, "bootstrap") == 0;
    if (!resampled || options->bootstrap == 0)
        return lac_model_interval(history, result->model, options, result, err);
    struct lac_estimate_resample job = {history,
                                        lac_estimate_stepwise_estimate,
                                        &options->pvalue,
                                        options->seed,
                                        options->part,
                                        options->bootstrap,
                                        bca};
    return lac_estimate_resample_result(&job, bca, options, result, err);
}

enum lac_status lac_estimate_run_stepwise(const struct lac_estimate_history *history,
                                          const struct lac_estimate_options *options,
                                          struct lac_results *results, struct lac_error *err)
{
    struct lac_estimate_stepwise selected;
    struct lac_result *result = lac_results_add(results, "loglinear-stepwise");
    struct lac_fitter *fitter = lac_fitter_new(history->lists);
    if (!result || !fitter) {
        lac_fitter_free(fitter);
        return lac_fail_memory(err, "stepwise selection");
    }
    bool found = lac_estimate_stepwise_select(fitter, history->count, options->pvalue, &selected);
    lac_fitter_free(fitter);
    if (!found) {
        result->status = LAC_RESULT_INFINITE;
        lac_result_note(result, "the model of main effects has no finite estimate: too few persons are on "
                                "more than one list");
        return LAC_OK;
    }
    enum lac_status st = name_model(history, &selected, result, err);
    if (st) return st;
    lac_model_take_fit(history, &selected.fit, result);
    return interval(history, options, result, err);
}
