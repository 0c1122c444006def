/* SPDX-License-Identifier: GPL-3.0-or-later */
/* loglinear-all beyond six lists: downhill search. */
#include <math.h>
#include <string.h>
#include "downhill.h"
#include "model_run.h"
#include "resample.h"
#include "run_downhill.h"

static enum lac_status downhill_interval(const struct lac_estimate_history *history,
                                         const struct lac_estimate_downhill *search,
                                         const struct lac_estimate_options *options,
                                         struct lac_result *result, struct lac_error *err)
{
    bool bca = !options->interval || strcmp(options->interval, "bca") == 0;
    bool resampled = bca || strcmp(options->interval, "bootstrap") == 0;
    if (!resampled || options->bootstrap == 0)
        return lac_model_interval(history, result->model, options, result, err);
    struct lac_estimate_downhill settings = *search;
    settings.also = &search->model;
    struct lac_estimate_resample job = {.history = history,
                                        .statistic = lac_estimate_downhill_estimate,
                                        .context = &settings,
                                        .seed = options->seed,
                                        .part = options->part,
                                        .replicates = options->bootstrap,
                                        .jackknife = bca};
    return lac_estimate_resample_result(&job, bca, options, NULL, result, err);
}

enum lac_status lac_estimate_run_downhill(const struct lac_estimate_history *history,
                                          const struct lac_estimate_options *options,
                                          struct lac_result *result, struct lac_error *err)
{
    struct lac_estimate_downhill search = {.order = options->order, .aic = options->aic};
    struct lac_fitter *fitter = lac_fitter_new(history->lists);
    if (!fitter) return lac_fail_memory(err, "a search");
    bool found = lac_estimate_downhill_restart(fitter, history->count, &search);
    lac_fitter_free(fitter);
    if (!found) {
        result->status = LAC_RESULT_INFINITE;
        lac_result_note(result,
                        "the model of main effects has no finite estimate: too few persons are on more than "
                        "one list");
        return LAC_OK;
    }
    result->model = lac_model_text(&search.model, history, result->arena);
    if (!result->model) return lac_fail_memory(err, "the model");
    lac_model_take_fit(history, &search.fit, result);
    lac_result_number(result, "models_considered", (double)search.considered);
    lac_result_number(result, "models_admissible", (double)search.admissible);
    lac_result_number(result, "starts", search.starts);
    lac_result_number(result, "starts_to_this_model", search.same);
    lac_result_note(
        result,
        "more than six lists: downhill search, of which %d of %d starts led to this model; it can "
        "miss the best one",
        search.same, search.starts);
    return downhill_interval(history, &search, options, result, err);
}
