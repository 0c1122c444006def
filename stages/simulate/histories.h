/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_SIMULATE_HISTORIES_H
#define LAC_SIMULATE_HISTORIES_H
/*
 * True capture histories: persons in a definition by the lists whose returns show them, for every definition,
 * window, population and force.
 *
 * Who is in is the truth (totals.h); a list shows a person by a usable row of a live return, with evidence,
 * whose dates touch the window and whose victim is in. Variant own leaves out rows that another list
 * referred. A group of the histories is what perfect links make of the rows: persons tied by the crimes they
 * share, and by an agency's group reference; one true group may be several. Pure. O(rows + persons) a table.
 */
#include "totals.h"

#define LAC_SIMULATE_PATTERNS (1 << LAC_SIMULATE_LISTS)

enum lac_simulate_variant { LAC_SIMULATE_MAIN, LAC_SIMULATE_OWN, LAC_SIMULATE_VARIANTS };

/* Of one definition, window and population. Pattern 0 of victims and suspects are those nobody shows; of
 * groups it stays 0. */
struct lac_simulate_histories {
    int64_t count[LAC_SIMULATE_VARIANTS][LAC_SIMULATE_FORCES][LAC_SIMULATE_PATTERNS];
};

/* Which persons the rows of the live returns tie together: root[person], the same for all of a group. `root`
 * has room for the persons. Memory beside is the nation's arena's. */
enum lac_status lac_simulate_groups_tie(const struct lac_simulate_nation *nation,
                                        const struct lac_simulate_returns *returns, uint32_t *root,
                                        struct lac_error *err) LAC_CHECKED;

struct lac_simulate_question {
    size_t definition;
    int32_t start, end;
    enum lac_simulate_crowd population;
    const uint32_t *root; /* lac_simulate_groups_tie() */
    uint8_t *state;       /* scratch, a byte a person */
    uint32_t *seen;       /* scratch, LAC_SIMULATE_VARIANTS numbers a person */
};
void lac_simulate_histories_count(const struct lac_simulate_nation *nation,
                                  const struct lac_simulate_returns *returns,
                                  const struct lac_simulate_question *question,
                                  struct lac_simulate_histories *histories);

#endif
