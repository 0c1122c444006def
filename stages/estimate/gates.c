/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gates.h"
#include <math.h>
#include <string.h>

#define LISTS_MINIMUM 2
#define LISTS_NEAR 3
#define OVERLAP_NEAR 3.0

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

bool lac_estimate_is_unknown(const char *stratum)
{
    const char *value = strchr(stratum, '=');

    return value != NULL && strcmp(value, "=unknown") == 0;
}

bool lac_estimate_gate_stratum(const char *stratum, struct lac_result *result)
{
    bool unknown = lac_estimate_is_unknown(stratum);

    if (unknown)
        lac_result_note(result, "refused: persons whose value is not known are no part of a population; each "
                                "drawn linkage has them under the values");
    return refuse_if(unknown, result);
}

/* Enters a verdict; gives `refused` back. */
static bool enter(struct lac_gates *gates, const struct lac_gate_verdict *verdict)
{
    if (gates->count < LAC_GATES_MAX) {
        gates->verdict[gates->count] = *verdict;
        gates->verdict[gates->count++].near &= !verdict->refused;
    }
    return verdict->refused;
}

static bool judge_overlaps(struct lac_gates *gates, const struct lac_estimate_history *history,
                           struct lac_result *result)
{
    double minimum = (double)gates->settings->overlap_minimum;
    bool refused = false;
    for (int k = 0; k < history->lists; k++) {
        double shared = shared_with_others(history, k);
        const struct lac_gate_verdict verdict = {
            "overlap", history->name[k], shared, minimum, shared < minimum, shared < OVERLAP_NEAR * minimum};
        if (!enter(gates, &verdict)) continue;
        lac_result_note(result, "refused: %.0f persons on %s are on another list too, fewer than %.0f",
                        shared, history->name[k], minimum);
        refused = true;
    }
    return refused;
}

static bool judge_linkage(struct lac_gates *gates, const char *gate, double value, struct lac_result *result)
{
    double limit = gates->settings->linkage_minimum;
    if (isnan(value)) return false;
    const struct lac_gate_verdict verdict = {gate, NULL, value, limit,
                                             value<limit, 1 - value>(1 - limit) / 2};
    if (!enter(gates, &verdict)) return false;
    lac_result_note(result, "refused: the %s of the linkage by judged pairs is %.2f, below %g",
                    strcmp(gate, "linkage_recall") == 0 ? "recall" : "precision", value, limit);
    return true;
}

bool lac_estimate_gates_before(struct lac_gates *gates, const struct lac_estimate_history *history,
                               const struct lac_gate_linkage *linkage, struct lac_result *result)
{
    const struct lac_gate_verdict lists = {"lists",
                                           NULL,
                                           history->lists,
                                           LISTS_MINIMUM,
                                           history->lists < LISTS_MINIMUM,
                                           history->lists <= LISTS_NEAR};
    bool refused = enter(gates, &lists);
    if (refused)
        lac_result_note(result, "refused: fewer than two lists saw anybody");
    else
        refused = judge_overlaps(gates, history, result);
    refused |= judge_linkage(gates, "linkage_precision", linkage->precision, result);
    refused |= judge_linkage(gates, "linkage_recall", linkage->recall, result);
    return refuse_if(refused, result);
}

static bool judge_unseen(struct lac_gates *gates, double unseen, struct lac_result *result)
{
    double limit = gates->settings->unseen_ratio_maximum;
    const struct lac_gate_verdict verdict = {"unseen_ratio",    NULL, unseen, limit, !(unseen <= limit),
                                             unseen > limit / 2};
    if (!enter(gates, &verdict)) return false;
    lac_result_note(result, "refused: the unseen would be %.1f times the seen, above %g", unseen, limit);
    return true;
}

static bool judge_failures(struct lac_gates *gates, struct lac_result *result)
{
    double limit = gates->settings->failed_share_maximum;
    double share = lac_result_find(result, "failed_replicates") / lac_result_find(result, "replicates");
    const struct lac_gate_verdict verdict = {"failed_share", NULL,          share,
                                             limit,          share > limit, share > limit / 2};
    if (isnan(share) || !enter(gates, &verdict)) return false;
    lac_result_note(result, "refused: %.0f %% of the replicates failed, above %g %%", 100 * share,
                    100 * limit);
    return true;
}

static bool judge_interval(struct lac_gates *gates, struct lac_result *result)
{
    double limit = gates->settings->interval_ratio_maximum;
    bool two = !isnan(result->model_only_lower);
    double ratio = two ? result->model_only_upper / result->model_only_lower : result->upper / result->lower;
    const struct lac_gate_verdict verdict = {"interval_ratio",   NULL, ratio, limit, !(ratio <= limit),
                                             ratio > sqrt(limit)};
    if (!result->interval || !enter(gates, &verdict)) return false;
    lac_result_note(result, "refused: the upper limit is %.1f times the lower one, above %g", ratio, limit);
    return true;
}

/* How far the estimate moves, either way, when one list is left out. A list without which there is no
 * estimate says nothing. */
static bool judge_lists_out(struct lac_gates *gates, const double *left_out, int lists,
                            struct lac_result *result)
{
    double ratio = 0, limit = gates->settings->list_out_ratio_maximum;
    for (int k = 0; left_out && k < lists; k++)
        if (isfinite(left_out[k]))
            ratio = fmax(ratio, fmax(left_out[k] / result->estimate, result->estimate / left_out[k]));
    const struct lac_gate_verdict verdict = {"list_out_ratio",   NULL, ratio, limit, ratio > limit,
                                             ratio > sqrt(limit)};
    if (ratio == 0 || !enter(gates, &verdict)) return false;
    lac_result_note(result,
                    "refused: with one list left out the estimate changes by a factor of %.1f, above %g",
                    ratio, limit);
    return true;
}

bool lac_estimate_gates_after(struct lac_gates *gates, const struct lac_estimate_history *history,
                              const double *left_out, struct lac_result *result)
{
    if (result->status != LAC_RESULT_OK) return false;
    bool refused = judge_unseen(gates, (result->estimate - history->n) / history->n, result);
    refused |= judge_failures(gates, result);
    refused |= judge_interval(gates, result);
    refused |= judge_lists_out(gates, left_out, history->lists, result);
    return refuse_if(refused, result);
}

const char *lac_estimate_grade(const struct lac_gates *gates, const struct lac_gate_linkage *linkage,
                               const struct lac_result *result)
{
    int kinds = 0;
    if (result->status != LAC_RESULT_OK) return "none";
    for (int i = 0; i < gates->count; i++) {
        bool new = gates->verdict[i].near;
        for (int j = 0; j < i; j++)
            new &= !gates->verdict[j].near || strcmp(gates->verdict[i].gate, gates->verdict[j].gate) != 0;
        kinds += new;
    }
    if (kinds > 0 && isnan(linkage->precision)) kinds++; /* what nobody judged tightens everything else */
    return kinds == 0 ? "strong" : kinds == 1 ? "moderate" : "weak";
}
