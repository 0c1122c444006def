/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_SIMULATE_TOTALS_H
#define LAC_SIMULATE_TOTALS_H
/*
 * True totals: persons in a definition, by population, window and place, and how many of them the returns
 * show.
 *
 * Rules as in the contract: a victim is in a window if its involvement touches it, and belongs to the force
 * of its home. A suspect is in if a victim's case it takes part in is, a group if one of its victims is.
 * Seen: a usable row of a live return, with evidence, whose dates touch the window. Pure. O(definitions *
 * windows * (persons + rows)).
 */
#include "returns.h"

/* The first is the headline. */
#define LAC_SIMULATE_DEFINITION_LIST(X)                                                                      \
    X(D_IICSA)                                                                                               \
    X(D_FLAG)                                                                                                \
    X(D_COCAD_CSE) X(D_COCAD_ALL) X(D_ADULT) X(D_MVMO) X(D_HMIC) X(D_HO2020) X(D_STAT) X(D_SOA) X(D_OCG)
enum lac_simulate_definition {
#define LAC_SIMULATE_DEFINITION_ENUM(name) LAC_SIMULATE_##name,
    LAC_SIMULATE_DEFINITION_LIST(LAC_SIMULATE_DEFINITION_ENUM)
#undef LAC_SIMULATE_DEFINITION_ENUM
        LAC_SIMULATE_DEFINITIONS
};
#define LAC_SIMULATE_WINDOWS 5 /* the year, then its quarters */

extern const char *const lac_simulate_definitions[LAC_SIMULATE_DEFINITIONS];

/* Victims; suspects and facilitators; groups. */
enum lac_simulate_crowd {
    LAC_SIMULATE_VICTIMS,
    LAC_SIMULATE_SUSPECTS,
    LAC_SIMULATE_GROUPS,
    LAC_SIMULATE_CROWDS
};
extern const char *const lac_simulate_crowds[LAC_SIMULATE_CROWDS];

/* Whether the nation says what the definition asks: D_SOA and D_OCG need a charge and a mapped group for
 * every case, which lists have when all of them are complete. */
bool lac_simulate_definition_known(const struct lac_simulate_nation *nation, size_t definition);

/* Marks, per person, who is in (1) and whom the returns show (2) in a window; victims and suspects. `state`
 * has a byte a person. */
void lac_simulate_marks_set(const struct lac_simulate_nation *nation,
                            const struct lac_simulate_returns *returns, size_t definition,
                            const int32_t window[2], uint8_t *state);
/* Whether a usable row with evidence touches the window. */
bool lac_simulate_row_shows(const struct lac_simulate_row *row, const int32_t window[2]);

/* Whether the victim's case is in the definition, by the truth. */
bool lac_simulate_definition_holds(const struct lac_simulate_nation *nation, size_t definition,
                                   const struct lac_simulate_person *victim);

struct lac_simulate_total {
    uint32_t definition, window;
    enum lac_simulate_crowd population;
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
