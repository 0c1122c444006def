/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "pooled_cells.h"
#include <math.h>
#include <string.h>

/* What is being made: sets of counts by force and history, one a drawn linkage, then their mean, then one a
 * drawn linkage with scope at its mean where anybody's is in doubt. */
struct forces {
    const struct lac_estimate_cell *nation;
    const struct lac_table *lists;
    struct lac_pooled_force *force;           /* of the mean */
    const char **code;                        /* of the forces, as in the store */
    double *count;                            /* sets x room x cells */
    size_t made, room, cells, draws, settled; /* settled: draws or 0 */
};

static double *count_of(const struct forces *made, size_t set, size_t force)
{
    return made->count + (set * made->room + force) * made->cells;
}

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

/* Counts of a cell by history over the nation's lists, into force `f` of every set. */
static void add_counts(const struct forces *made, const struct lac_estimate_cell *cell, size_t f)
{
    size_t draws = made->draws;
    for (int64_t r = 0; r < cell->table.rows; r++) {
        unsigned history = 0;
        double *mean = count_of(made, draws, f);
        for (int k = 0; k < cell->table.lists; k++)
            if ((unsigned)cell->table.history[r] >> k & 1U)
                history |= 1U << place_of(made->nation, cell->table.list[k]);
        if (draws == 0) mean[history] += (double)cell->table.count[r];
        for (size_t d = 0; d < draws; d++) {
            double persons = cell->drawn[d * cell->stride + (size_t)r];
            count_of(made, d, f)[history] += persons;
            mean[history] += persons / (double)draws;
            if (d < made->settled)
                count_of(made, draws + 1 + d, f)[history] +=
                    cell->settled ? (double)cell->settled[d * cell->stride + (size_t)r] : persons;
        }
    }
}

/* Where the lists of a force operate and what of them came, by the grid and by what was seen. */
static void set_lists(const struct forces *made, const struct lac_estimate_cell *cell,
                      struct lac_pooled_force *force)
{
    const struct lac_table *t = made->lists;
    for (int k = 0; k < cell->table.lists; k++)
        force->returned |= UINT32_C(1) << place_of(made->nation, cell->table.list[k]);
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

static void add_force(struct forces *made, const struct lac_estimate_cell *cell)
{
    struct lac_pooled_force *force = &made->force[made->made];
    *force = (struct lac_pooled_force){.size = 1};
    made->code[made->made] = cell->geography_code;
    set_lists(made, cell, force);
    add_counts(made, cell, made->made++);
}

/* Persons of the nation in no force, as a force where every list operates. */
static enum lac_status add_unplaced(struct forces *made, double *unplaced, struct lac_error *err)
{
    uint32_t all = (uint32_t)(made->cells - 1);
    *unplaced = 0;
    add_counts(made, made->nation, made->made);
    for (size_t set = 0; set <= made->draws; set++) {
        double *rest = count_of(made, set, made->made);
        for (size_t w = 1; w < made->cells; w++) {
            for (size_t f = 0; f < made->made; f++) rest[w] -= count_of(made, set, f)[w];
            if (rest[w] < -1e-6) return bad_forces(made->nation, err);
            rest[w] = set == made->draws && rest[w] < 1e-6 ? 0 : fmax(rest[w], 0);
            if (set == made->draws) *unplaced += rest[w];
        }
    }
    /* the nation's means of scope are not the sums of its forces': persons in no force count as drawn */
    for (size_t d = 0; d < made->settled; d++)
        memcpy(count_of(made, made->draws + 1 + d, made->made), count_of(made, d, made->made),
               made->cells * sizeof *made->count);
    made->code[made->made] = "";
    if (*unplaced > 0)
        made->force[made->made++] = (struct lac_pooled_force){.operating = all, .returned = all, .size = 1};
    return LAC_OK;
}

/* The sets as data of partial pooling. */
static enum lac_status hand_over(const struct forces *made, struct lac_arena *arena,
                                 struct lac_pooled_input *input, struct lac_error *err)
{
    size_t sets = made->draws + 1 + made->settled;
    struct lac_pooled_data *data = LAC_NEW(arena, struct lac_pooled_data, sets);
    struct lac_pooled_force *force = LAC_NEW(arena, struct lac_pooled_force, sets * made->made);
    if (!data || !force) return lac_fail_memory(err, "forces");
    for (size_t set = 0; set < sets; set++) {
        data[set] = (struct lac_pooled_data){made->nation->table.lists, made->made, force + set * made->made};
        for (size_t f = 0; f < made->made; f++) {
            force[set * made->made + f] = made->force[f];
            force[set * made->made + f].count = count_of(made, set, f);
        }
    }
    input->data = data[made->draws];
    input->linkage = made->draws > 0 ? data : NULL;
    input->settled = made->settled > 0 ? data + made->draws + 1 : NULL;
    input->linkages = made->draws;
    return LAC_OK;
}

static enum lac_status make_room(struct forces *made, struct lac_arena *arena)
{
    made->force = LAC_NEW(arena, struct lac_pooled_force, made->room);
    made->code = LAC_NEW(arena, const char *, made->room);
    made->count = LAC_NEW(arena, double, (made->draws + 1 + made->settled) * made->room * made->cells);
    return made->force && made->code && made->count ? LAC_OK : LAC_NOMEM;
}

enum lac_status lac_pooled_cells_make(const struct lac_estimate_cells *cells,
                                      const struct lac_estimate_cell *nation, const struct lac_table *lists,
                                      struct lac_arena *arena, struct lac_pooled_cells *pooled,
                                      struct lac_error *err)
{
    struct forces made = {.nation = nation,
                          .lists = lists,
                          .cells = (size_t)1 << nation->table.lists,
                          .room = 1,
                          .draws = nation->draws,
                          .settled = nation->settled ? nation->draws : 0};
    *pooled = (struct lac_pooled_cells){0};
    for (size_t c = 0; c < cells->count; c++) {
        if (!is_force_of(&cells->item[c], nation)) continue;
        if (!known(&cells->item[c], nation)) return bad_forces(nation, err);
        made.room++;
    }
    if (made.room == 1 || nation->table.lists < 2 || nation->table.lists > LAC_POOLED_LISTS) return LAC_OK;
    if (make_room(&made, arena)) return lac_fail_memory(err, "forces");
    pooled->code = made.code;
    for (size_t c = 0; c < cells->count; c++)
        if (is_force_of(&cells->item[c], nation) && cells->item[c].table.lists > 0)
            add_force(&made, &cells->item[c]);
    for (size_t f = 0; f < made.made; f++) {
        pooled->not_operating += nation->table.lists - __builtin_popcount(made.force[f].operating);
        pooled->not_returned += __builtin_popcount(made.force[f].operating & ~made.force[f].returned);
    }
    enum lac_status st = add_unplaced(&made, &pooled->unplaced, err);
    return st ? st : hand_over(&made, arena, &pooled->input, err);
}
