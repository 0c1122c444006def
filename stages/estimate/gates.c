/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gates.h"
#include <math.h>
#include <string.h>

/* Persons on the list and on at least one other. */
static double shared_with_others(const struct lac_estimate_history *history, int list)
{
    return history->overlap[1U << list] - history->count[1U << list];
}

static bool refuse_if(bool refused, struct lac_result *result)
{
    if (refused) result->status = LAC_RESULT_REFUSED;
    return refused;
}

bool lac_estimate_gate_population(const char *population, struct lac_result *result)
{
    bool groups = strcmp(population, "groups") == 0;
    if (strcmp(population, "suspects") == 0)
        lac_result_note(result, "suspects whom no record names are in no list, and so not in the estimate");
    if (groups)
        lac_result_note(result, "refused: a group is what the records connect; two lists that know one group "
                                "by different people hold it twice, so the number of groups cannot be "
                                "estimated from them");
    return refuse_if(groups, result);
}

bool lac_estimate_gates_before(const struct lac_gate_settings *gates,
                               const struct lac_estimate_history *history, struct lac_result *result)
{
    bool refused = history->lists < 2;
    if (refused) lac_result_note(result, "refused: fewer than two lists saw anybody");
    for (int k = 0; k < history->lists && history->lists >= 2; k++) {
        double shared = shared_with_others(history, k);
        if (shared >= (double)gates->overlap_minimum) continue;
        lac_result_note(result, "refused: %.0f persons on %s are on another list too, fewer than %lld",
                        shared, history->name[k], (long long)gates->overlap_minimum);
        refused = true;
    }
    return refuse_if(refused, result);
}

bool lac_estimate_gates_after(const struct lac_gate_settings *gates,
                              const struct lac_estimate_history *history, struct lac_result *result)
{
    if (result->status != LAC_RESULT_OK) return false;
    bool refused = false;
    double unseen = (result->estimate - history->n) / history->n;
    if (!(unseen <= gates->unseen_ratio_maximum)) {
        lac_result_note(result, "refused: the unseen would be %.1f times the seen, above %g", unseen,
                        gates->unseen_ratio_maximum);
        refused = true;
    }
    double share = lac_result_find(result, "failed_replicates") / lac_result_find(result, "replicates");
    if (share > gates->failed_share_maximum) {
        lac_result_note(result, "refused: %.0f %% of the replicates failed, above %g %%", 100 * share,
                        100 * gates->failed_share_maximum);
        refused = true;
    }
    /* an interval with an allowance for residual dependence is wide by intent: the one without it is judged
     */
    bool two = !isnan(result->model_only_lower);
    double ratio = two ? result->model_only_upper / result->model_only_lower : result->upper / result->lower;
    if (result->interval && !(ratio <= gates->interval_ratio_maximum)) {
        lac_result_note(result, "refused: the upper limit is %.1f times the lower one, above %g", ratio,
                        gates->interval_ratio_maximum);
        refused = true;
    }
    return refuse_if(refused, result);
}
