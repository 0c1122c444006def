/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_ESTIMATE_GATES_H
#define LAC_ESTIMATE_GATES_H
/*
 * Gates: rules by which an estimate is refused on purpose, with reasons, and its grade. The limits are
 * judgement, set in the configuration before the answer is seen.
 *
 *   lists              at least 2 saw somebody
 *   overlap            on every list at least overlap_minimum persons who are on another list too
 *   linkage_precision  at least linkage_minimum, where people judged pairs of the linkage
 *   linkage_recall     the same
 *   unseen_ratio       unseen / seen at most unseen_ratio_maximum
 *   failed_share       of the replicates at most failed_share_maximum failed
 *   interval_ratio     upper / lower limit at most interval_ratio_maximum; an unbounded limit is above every
 *                      ratio. An interval with an allowance for residual dependence is wide by intent: the
 *                      one without is judged
 *   list_out_ratio     with one list left out the estimate changes, up or down, at most by the factor
 *                      list_out_ratio_maximum. Not largest over smallest: that grows with the number of lists
 *                      by chance alone, and the question is whether the figure hangs on one list
 *
 * The first four are judged before anything is estimated. Groups are refused whatever the counts: see below.
 * A gate that refuses adds a note and sets the status to refused. A gate that is passed is near when less
 * than half its room is left: overlaps below three times the minimum, three lists or fewer, errors of linkage
 * above half of what is allowed, unseen ratio and failed share above half their limit, ratios of figures
 * above the square root of theirs.
 *
 * The grade in plain words: `strong`, no gate is near; `moderate`, one kind of gate is; `weak`, two kinds or
 * more, or a linkage nobody judged and one kind; `none`, no estimate.
 */
#include <stdbool.h>
#include "config/section_estimate.h"
#include "history.h"
#include "result.h"

#define LAC_GATES_MAX (LAC_ESTIMATE_LISTS_MAX + 8)

struct lac_gate_verdict {
    const char *gate, *item; /* a word above; a list, NULL: none */
    double value, limit;
    bool refused, near;
};
struct lac_gates {
    const struct lac_gate_settings *settings;
    struct lac_gate_verdict verdict[LAC_GATES_MAX];
    int count;
};
/* What the linkage is worth; NaN where nobody judged pairs or nothing is known. */
struct lac_gate_linkage {
    double precision, recall;
};

/* Of the population. Groups (of people connected through cases) are refused: two lists that know one group by
 * different people hold it twice, so that neither the known number nor an estimate or a bound from it says
 * how many there are. Suspects get a note that the unidentified are left out. */
bool lac_estimate_gate_population(const char *population, struct lac_result *result);
/* Whether a stratum holds those whose value is not known: no part of a population. */
bool lac_estimate_is_unknown(const char *stratum);
/* Refuses a stratum of the unknown. Drawn linkages have them under the values. */
bool lac_estimate_gate_stratum(const char *stratum, struct lac_result *result);
/* Verdicts are added to `gates`; true when something was refused. */
bool lac_estimate_gates_before(struct lac_gates *gates, const struct lac_estimate_history *history,
                               const struct lac_gate_linkage *linkage, struct lac_result *result);
/* `left_out`: estimates without each list, NaN where there is none; NULL: not estimated. */
bool lac_estimate_gates_after(struct lac_gates *gates, const struct lac_estimate_history *history,
                              const double *left_out, struct lac_result *result);
/* A constant word. */
const char *lac_estimate_grade(const struct lac_gates *gates, const struct lac_gate_linkage *linkage,
                               const struct lac_result *result);

#endif
