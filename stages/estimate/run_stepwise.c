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

/* Text of a model by the pairs it has, as the statistic reports them; context is the history. */
static const char *name_choice(const void *context, uint64_t choice, struct lac_arena *arena)
{
    const struct lac_estimate_history *history = context;
    struct lac_estimate_model model;
    int pair = 0;
    lac_estimate_model_main(&model, history->lists);
    for (int i = 0; i < history->lists; i++)
        for (int j = i + 1; j < history->lists; j++, pair++)
            if (choice >> pair & 1U && lac_estimate_model_add(&model, 1U << i | 1U << j, NULL)) return NULL;
    return lac_model_text(&model, history, arena);
}

static enum lac_status interval(const struct lac_estimate_history *history,
                                const struct lac_estimate_options *options, struct lac_result *result,
                                struct lac_error *err)
{
    bool bca = !options->interval || strcmp(options->interval, "bca") == 0;
    bool resampled = bca || strcmp(options->interval, "bootstrap") == 0;
    if (!resampled || options->bootstrap == 0)
        return lac_model_interval(history, result->model, options, result, err);
    struct lac_estimate_resample job = {.history = history,
                                        .statistic = lac_estimate_stepwise_estimate,
                                        .context = &options->pvalue,
                                        .seed = options->seed,
                                        .part = options->part,
                                        .replicates = options->bootstrap,
                                        .jackknife = bca};
    const struct lac_estimate_choice_names names = {name_choice, history};
    return lac_estimate_resample_result(&job, bca, options, &names, result, err);
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
