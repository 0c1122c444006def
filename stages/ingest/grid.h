/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_INGEST_GRID_H
#define LAC_INGEST_GRID_H
/*
 * The expected grid: which agency owes a return for which period, and what came. A force that several
 * agencies of a list report for (children's services) owes one return from each agency the register knows.
 * Missing is not nil, partial is not full, and an agency that does not work yet or any more owes nothing.
 */
#include "config/section_returns.h"
#include "register.h"

struct lac_ingest_cell {
    const char *list, *agency, *force; /* force "": an agency wider than one */
    int32_t start, end;                /* days */
    const char *state;                 /* FULL, PARTIAL, NIL, MISSING, REJECTED or NOT_OPERATING */
};
struct lac_ingest_grid {
    struct lac_ingest_cell *cell; /* owned, malloc'd */
    size_t count, capacity;
};
struct lac_ingest_grid_settings {
    const struct lac_sections *expected; /* of struct lac_expected_settings */
    int32_t period_start, period_end;    /* of the run */
    int32_t as_at;
    int64_t due_days; /* a return not yet due on the as-at day is no finding */
};

/* Expected cells first, in the order of the configuration, then returns nobody expected (a note each).
 * Without any expectation the returns themselves are the grid. Texts are borrowed from register, codes and
 * settings. */
enum lac_status lac_ingest_grid_make(struct lac_ingest_grid *grid, const struct lac_ingest_register *reg,
                                     const struct lac_ingest_grid_settings *settings,
                                     const struct lac_ingest_codes *codes, struct lac_arena *arena,
                                     struct lac_ingest_findings *findings, struct lac_error *err) LAC_CHECKED;
void lac_ingest_grid_release(struct lac_ingest_grid *grid);

#endif
