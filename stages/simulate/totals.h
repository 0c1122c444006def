/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_SIMULATE_TOTALS_H
#define LAC_SIMULATE_TOTALS_H
/*
 * True totals: persons in a definition, by population, window and place, and how many of them the returns
 * show.
 *
 * Rules as in the contract: a victim is in a window if its involvement touches it, and belongs to the force
 * of its home. A suspect is in if a victim's case it takes part in is. Seen: a usable row of a live return,
 * with evidence, whose dates touch the window. Pure. O(definitions * windows * (persons + rows)).
 */
#include "returns.h"

#define LAC_SIMULATE_DEFINITIONS 6
#define LAC_SIMULATE_WINDOWS 5 /* the year, then its quarters */

extern const char *const lac_simulate_definitions[LAC_SIMULATE_DEFINITIONS]; /* the first is the headline */

/* Whether the victim's case is in the definition, by the truth. */
bool lac_simulate_definition_holds(const struct lac_simulate_nation *nation, size_t definition,
                                   const struct lac_simulate_person *victim);

struct lac_simulate_total {
    uint32_t definition, window;
    bool suspects; /* population */
    uint32_t force;
    int64_t persons, seen;
};
struct lac_simulate_totals {
    int32_t start[LAC_SIMULATE_WINDOWS], end[LAC_SIMULATE_WINDOWS];
    struct lac_simulate_total
        *item; /* definition, window, population, force: every combination, in this order */
    size_t count;
};
enum lac_status lac_simulate_totals_count(const struct lac_simulate_nation *nation,
                                          const struct lac_simulate_returns *returns,
                                          struct lac_simulate_totals *totals,
                                          struct lac_error *err) LAC_CHECKED;

#endif
