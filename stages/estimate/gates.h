/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_ESTIMATE_GATES_H
#define LAC_ESTIMATE_GATES_H
/*
 * Gates: rules by which an estimate is refused on purpose, with reasons. The limits are judgement, set in the
 * configuration before the answer is seen.
 *
 * Before the estimate: fewer than two lists; a list with fewer than overlap_minimum persons who are on
 * another list too. After it: unseen / seen above unseen_ratio_maximum; more than failed_share_maximum of the
 * replicates failed; upper / lower limit above interval_ratio_maximum (an unbounded upper limit is above
 * every ratio). Groups are refused whatever the counts: see below. A gate adds a note for each reason and
 * sets the status to refused; both return true when something was refused.
 */
#include <stdbool.h>
#include "config/section_estimate.h"
#include "history.h"
#include "result.h"

/* Of the population. Groups (of people connected through cases) are refused: two lists that know one group by
 * different people hold it twice, so that neither the known number nor an estimate or a bound from it says
 * how many there are. Suspects get a note that the unidentified are left out. */
bool lac_estimate_gate_population(const char *population, struct lac_result *result);
bool lac_estimate_gates_before(const struct lac_gate_settings *gates,
                               const struct lac_estimate_history *history, struct lac_result *result);
bool lac_estimate_gates_after(const struct lac_gate_settings *gates,
                              const struct lac_estimate_history *history, struct lac_result *result);

#endif
