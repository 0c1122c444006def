/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_ESTIMATE_POOLED_CELLS_H
#define LAC_ESTIMATE_POOLED_CELLS_H
/*
 * The forces behind a national cell, for partial pooling: the cells of geography `force` with the same
 * population, definition, window, stratum and variant, over the lists of the national cell, for every drawn
 * linkage and as their mean.
 *
 * A list operates in a force when a return of it was expected there, or somebody was seen by it; it returned
 * when at least a part of a return came, or somebody was seen. Persons of the nation in no force are one more
 * force, where every list operates: nobody is lost. A force without a cell, because nobody was seen there, is
 * left out and adds nobody.
 */
#include "cells.h"
#include "pooled_run.h"

struct lac_pooled_cells {
    struct lac_pooled_input input;   /* no forces: there are none behind the cell */
    int not_operating, not_returned; /* how often a list does not operate, or did not return */
    double unplaced;                 /* persons in no force */
    const char **code;               /* of each force; "" for the persons in none */
};

/* `lists` is the store's table history_lists. Persons in the forces whom the nation does not have are
 * LAC_INPUT. All memory is the arena's. O(cells + forces (lists + rows) draws). */
enum lac_status lac_pooled_cells_make(const struct lac_estimate_cells *cells,
                                      const struct lac_estimate_cell *nation, const struct lac_table *lists,
                                      struct lac_arena *arena, struct lac_pooled_cells *pooled,
                                      struct lac_error *err) LAC_CHECKED;

#endif
