/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_RECONCILE_OUTCOME_H
#define LAC_RECONCILE_OUTCOME_H
/*
 * A person in a definition and a window.
 *
 * - The person is in when one involvement in the window is in; failing that cannot tell, then apart, then
 * out. Scope is a property of the person: a person in scope through one list's case is on every list that has
 * evidence, in the window, of an event of the definition's kind, also where that list's record cannot tell
 * the number of persons.
 * - `own` leaves out the lists on which every such record was referred by another capture list.
 * - Place: the force of the home (district, failing that postcode) at the first event in the window for which
 * a home is recorded; without any, the reporting force of the first event that has one.
 * A group's is that of the first home in England and Wales among its people.
 * - Age: on the first day of the first event that lies in the window.
 *
 * Rows that form no capture list take no part. O(rows).
 */
#include "population.h"
#include "verdict.h"

struct lac_reconcile_window {
    int32_t start, end;
};

struct lac_reconcile_outcome {
    uint32_t person;
    uint8_t verdict, reason;
    uint8_t age_low, age_high; /* what is known of the age: 0 and 200 when nothing is */
    uint32_t pattern, own;     /* of events of the kind if in or cannot tell, else of any evidence */
    uint32_t force;            /* LAC_RECONCILE_NONE or _OUTSIDE possible */
    uint32_t home, offence;    /* force of the home and of recording, the same */
    int32_t age;               /* LAC_RECONCILE_UNSAID when not known to the year */
};

/* Whether the row's event touches the window and the row forms a capture list; *day is then the event's first
 * day in the window. */
bool lac_reconcile_window_holds(struct lac_reconcile_window window, const struct lac_reconcile_row *row,
                                int32_t *day);

/* One outcome per person with evidence in the window, by person, and per definition: decision[rule] is per
 * row, outcome[rule] has room for every person. A person whose home lies outside England and Wales is out.
 * Returns how many persons. */
size_t lac_reconcile_outcomes_make(const struct lac_reconcile_population *population,
                                   struct lac_reconcile_decision *const *decision, size_t rules,
                                   struct lac_reconcile_window window,
                                   struct lac_reconcile_outcome *const *outcome);

/* Persons whom the first definition holds more surely than the second: in against cannot tell or out, cannot
 * tell against out. Without any, both the low and the high count of the first lie inside those of the second.
 * Both come from one window. */
size_t lac_reconcile_nesting_breaches(const struct lac_reconcile_outcome *inner,
                                      const struct lac_reconcile_outcome *outer, size_t n);

/* Quarters of a period: three months each from its first day, the last cut at its end. Returns how many (room
 * for `most`). */
size_t lac_reconcile_quarters(struct lac_reconcile_window period, struct lac_reconcile_window *quarter,
                              size_t most);
/* Rolling twelve months: from the first day of each quarter, those that end inside the period. A year that
 * reaches out of the period would count a list where it was not asked to return. Returns how many. */
size_t lac_reconcile_rolling(struct lac_reconcile_window period, struct lac_reconcile_window *year,
                             size_t most);

struct lac_reconcile_window_kinds {
    bool period, quarters, rolling;
};
/* The windows of a run: the period first, whether or not it is asked for; then the others. One that is the
 * period itself does not stand twice. `counted` says which are asked for. Room for 2 * `most` + 1; returns
 * how many. */
size_t lac_reconcile_windows(struct lac_reconcile_window period, struct lac_reconcile_window_kinds kinds,
                             size_t most, struct lac_reconcile_window *window, bool *counted);

#endif
