/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_ESTIMATE_CELLS_H
#define LAC_ESTIMATE_CELLS_H
/*
 * The store's capture histories as tables to estimate: one cell per population, definition, window,
 * geography, stratum and variant, of the best linkage and of every drawn one. A drawn linkage counts the
 * persons certainly in the definition and those drawn in among the ones for whom the records cannot tell; the
 * best linkage those certainly in. To each cell of variant `main` come one of variant `low`, the certain
 * alone, and one of variant `high`, with everyone for whom the records cannot tell: between the two lies what
 * a better record would have settled.
 *
 * Bit k of a history is the cell's k-th list. Only lists that saw somebody in the cell are its lists, in the
 * order of their bits in the store; the others are counted in `unused` and named in `unused_names`. Cells are
 * numbered in order of their first row. Texts are borrowed from the tables, arrays belong to the arena.
 * O(rows log rows).
 */
#include <stdint.h>
#include "base/memory.h"
#include "base/status.h"
#include "table/table.h"
#include "table_read.h"

#define LAC_ESTIMATE_LOW "low"
#define LAC_ESTIMATE_HIGH "high"

struct lac_estimate_cell {
    const char *population, *definition, *geography, *geography_code, *geography_name, *stratum, *variant;
    int32_t window_start, window_end;
    struct lac_estimate_table table; /* no strata; path is NULL */
    int64_t observed;                /* persons seen by a list of the cell, in the best linkage */
    size_t draws, stride;            /* drawn linkages; 0: none */
    const int32_t *drawn;            /* persons of a row of the table in a draw: drawn[draw * stride + row] */
    const float *settled;            /* the same with the persons drawn in at their mean over the draws; NULL:
                                        nobody is in doubt */
    int unused;                      /* lists of the geography and window that saw nobody here */
    const char *unused_names;        /* separated by blanks; "" when none */
    const char *missing_names;       /* lists in use whose returns did not all come; "" when none */
};

struct lac_estimate_cells {
    struct lac_estimate_cell *item;
    size_t count;
};

/* The store's tables of these names, and how many drawn linkages to use. */
struct lac_estimate_sources {
    const struct lac_table *histories, *history_draws, *history_lists;
    size_t draws;
};
/* A pattern bit without a list, more than 16 lists, a negative count, or a row of `history_draws` out of
 * order is LAC_INPUT. */
enum lac_status lac_estimate_cells_make(const struct lac_estimate_sources *sources, struct lac_arena *arena,
                                        struct lac_estimate_cells *cells, struct lac_error *err) LAC_CHECKED;

#endif
