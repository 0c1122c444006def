/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "pooled_cells.h"
#include <string.h>

/* What is being made. */
struct forces {
    const struct lac_estimate_cell *nation;
    const struct lac_table *lists;
    struct lac_pooled_force *force;
    double *count; /* forces x cells */
    size_t made, cells;
};

static bool is_force_of(const struct lac_estimate_cell *cell, const struct lac_estimate_cell *nation)
{
    return strcmp(cell->geography, "force") == 0 && cell->window_start == nation->window_start &&
           cell->window_end == nation->window_end && strcmp(cell->population, nation->population) == 0 &&
           strcmp(cell->definition, nation->definition) == 0 && strcmp(cell->stratum, nation->stratum) == 0 &&
           strcmp(cell->variant, nation->variant) == 0;
}

/* Number of a list in the nation; -1 when nobody of the nation is on it. */
static int place_of(const struct lac_estimate_cell *nation, const char *list)
{
    for (int k = 0; k < nation->table.lists; k++)
        if (strcmp(nation->table.list[k], list) == 0) return k;
    return -1;
}

/* Whether all lists of a cell are lists of the nation. */
static bool known(const struct lac_estimate_cell *cell, const struct lac_estimate_cell *nation)
{
    for (int k = 0; k < cell->table.lists; k++)
        if (place_of(nation, cell->table.list[k]) < 0) return false;
    return true;
}

static enum lac_status bad_forces(const struct lac_estimate_cell *nation, struct lac_error *err)
{
    (void)lac_fail(err, LAC_INPUT, "the forces of %s have persons whom the nation does not have",
                   nation->definition);
    lac_error_file(err, "store/histories.h5");
    lac_error_remedy(err, "run the stage reconcile again");
    return LAC_INPUT;
}

/* Adds the persons of a cell by history over the nation's lists. */
static void add_counts(const struct lac_estimate_cell *cell, const struct lac_estimate_cell *nation,
                       double *count)
{
    for (int64_t r = 0; r < cell->table.rows; r++) {
        unsigned history = 0;
        for (int k = 0; k < cell->table.lists; k++)
            if (cell->table.history[r] >> k & 1U) history |= 1U << place_of(nation, cell->table.list[k]);
        count[history] += (double)cell->table.count[r];
    }
}

static void add_force(struct forces *made, const struct lac_estimate_cell *cell)
{
    const struct lac_table *t = made->lists;
    struct lac_pooled_force *force = &made->force[made->made];
    double *count = made->count + made->made++ * made->cells;
    *force = (struct lac_pooled_force){.count = count, .size = 1};
    for (int k = 0; k < cell->table.lists; k++)
        force->returned |= UINT32_C(1) << place_of(made->nation, cell->table.list[k]);
    add_counts(cell, made->nation, count);
    force->operating = force->returned;
    for (size_t r = 0; r < t->rows; r++) {
        int k = place_of(made->nation, lac_text(t, LAC_COL_history_lists_list, r));
        if (k < 0 || lac_i32(t, LAC_COL_history_lists_window_start)[r] != cell->window_start ||
            lac_i32(t, LAC_COL_history_lists_window_end)[r] != cell->window_end ||
            strcmp(lac_text(t, LAC_COL_history_lists_geography_code, r), cell->geography_code) != 0)
            continue;
        if (lac_i32(t, LAC_COL_history_lists_expected)[r] > 0) force->operating |= UINT32_C(1) << k;
        if (lac_i32(t, LAC_COL_history_lists_received)[r] > 0 ||
            lac_i32(t, LAC_COL_history_lists_partial)[r] > 0)
            force->returned |= UINT32_C(1) << k;
    }
    force->operating |= force->returned;
}

/* Persons of the nation in no force, as a force. */
static enum lac_status add_unplaced(struct forces *made, struct lac_pooled_cells *pooled,
                                    struct lac_error *err)
{
    double *rest = made->count + made->made * made->cells, unplaced = 0;
    uint32_t all = (uint32_t)(made->cells - 1);
    add_counts(made->nation, made->nation, rest);
    for (size_t w = 1; w < made->cells; w++) {
        for (size_t f = 0; f < made->made; f++) rest[w] -= made->count[f * made->cells + w];
        if (rest[w] < 0) return bad_forces(made->nation, err);
        unplaced += rest[w];
    }
    pooled->unplaced = (int64_t)unplaced;
    if (unplaced > 0) made->force[made->made++] = (struct lac_pooled_force){all, all, rest, 1};
    return LAC_OK;
}

enum lac_status lac_pooled_cells_make(const struct lac_estimate_cells *cells,
                                      const struct lac_estimate_cell *nation, const struct lac_table *lists,
                                      struct lac_arena *arena, struct lac_pooled_cells *pooled,
                                      struct lac_error *err)
{
    struct forces made = {.nation = nation, .lists = lists, .cells = (size_t)1 << nation->table.lists};
    size_t forces = 0;
    *pooled = (struct lac_pooled_cells){.data.lists = nation->table.lists};
    for (size_t c = 0; c < cells->count; c++) {
        if (!is_force_of(&cells->item[c], nation)) continue;
        if (!known(&cells->item[c], nation)) return bad_forces(nation, err);
        forces++;
    }
    if (forces == 0 || nation->table.lists > LAC_POOLED_LISTS) return LAC_OK;
    made.force = LAC_NEW(arena, struct lac_pooled_force, forces + 1);
    made.count = LAC_NEW(arena, double, (forces + 1) * made.cells);
    if (!made.force || !made.count) return lac_fail_memory(err, "forces");
    for (size_t c = 0; c < cells->count; c++)
        if (is_force_of(&cells->item[c], nation) && cells->item[c].observed > 0)
            add_force(&made, &cells->item[c]);
    for (size_t f = 0; f < made.made; f++) {
        pooled->not_operating += nation->table.lists - __builtin_popcount(made.force[f].operating);
        pooled->not_returned += __builtin_popcount(made.force[f].operating & ~made.force[f].returned);
    }
    enum lac_status st = add_unplaced(&made, pooled, err);
    pooled->data.force = made.force;
    pooled->data.forces = made.made;
    return st;
}
