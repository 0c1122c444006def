/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The closed-population models m0 to mbh. */
#include "closed.h"
#include <math.h>
#include <string.h>
#include "run_simple.h"
#include "runs.h"

static enum lac_status set_profile(enum lac_closed_model model, const struct lac_estimate_history *history,
                                   double level, struct lac_result *result, struct lac_error *err)
{
    struct lac_interval interval;
    bool ok;
    enum lac_status st = lac_closed_profile(history, model, level, &interval, &ok, err);
    if (st) return st;
    result->interval = "profile";
    result->level = level;
    result->lower = interval.lower;
    result->upper = interval.upper;
    if (!ok) {
        lac_result_note(result, "no profile interval: the likelihood could not be followed");
        return LAC_OK;
    }
    lac_result_number(result, "profile_estimate", interval.estimate);
    if (interval.unbounded) lac_result_note(result, "the upper limit of the profile is unbounded");
    return LAC_OK;
}

static void add_bias_corrected(const struct lac_estimate_history *history, double level,
                               struct lac_result *result)
{
    struct lac_simple simple;
    lac_closed_bias_corrected(history, level, &simple);
    lac_result_number(result, "bias_corrected", simple.estimate);
    lac_result_number(result, "bias_corrected_se", simple.se);
    lac_result_number(result, "bias_corrected_lower", simple.lower);
    lac_result_number(result, "bias_corrected_upper", simple.upper);
}

static enum lac_status run_model(enum lac_closed_model model, const struct lac_estimate_history *history,
                                 const struct lac_estimate_options *options, struct lac_results *results,
                                 struct lac_error *err)
{
    struct lac_simple simple;
    struct lac_result *result = lac_results_add(results, lac_closed_name(model));
    if (!result) return lac_fail_memory(err, "results");
    enum lac_status st = lac_closed(history, model, options->level, &simple, err);
    if (st) return st;
    lac_result_take_simple(result, &simple, options->level);
    if (model == LAC_CLOSED_MT) add_bias_corrected(history, options->level, result);
    bool behaviour = model == LAC_CLOSED_MB || model == LAC_CLOSED_MBH;
    if (behaviour) lac_result_note(result, "presumes that the columns are occasions in time order");
    if (result->status == LAC_RESULT_OK && result->estimate <= history->n * (1 + 1e-9))
        lac_result_note(result, "the likelihood is largest when nobody is unseen, at N = n");
    if (result->status != LAC_RESULT_OK || behaviour || !options->interval ||
        strcmp(options->interval, "profile") != 0)
        return LAC_OK;
    return set_profile(model, history, options->level, result, err);
}

#define LAC_CLOSED_RUN(constant, function)                                                                   \
    enum lac_status lac_estimate_run_##function(const struct lac_estimate_history *history,                  \
                                                const struct lac_estimate_options *options,                  \
                                                struct lac_results *results, struct lac_error *err)          \
    {                                                                                                        \
        return run_model(LAC_CLOSED_##constant, history, options, results, err);                             \
    }

LAC_CLOSED_RUN(M0, m0)
LAC_CLOSED_RUN(MT, mt)
LAC_CLOSED_RUN(MH_CHAO, mh_chao)
LAC_CLOSED_RUN(MH_POISSON, mh_poisson)
LAC_CLOSED_RUN(MH_DARROCH, mh_darroch)
LAC_CLOSED_RUN(MH_GAMMA, mh_gamma)
LAC_CLOSED_RUN(MTH_CHAO, mth_chao)
LAC_CLOSED_RUN(MTH_POISSON, mth_poisson)
LAC_CLOSED_RUN(MTH_DARROCH, mth_darroch)
LAC_CLOSED_RUN(MTH_GAMMA, mth_gamma)
LAC_CLOSED_RUN(MB, mb)
LAC_CLOSED_RUN(MBH, mbh)
