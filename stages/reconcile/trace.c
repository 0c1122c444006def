/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "trace.h"

#include <stdlib.h>
#include <string.h>

static bool is_asked(const struct lac_reconcile_geography *geography, size_t place)
{
    if (place == 0) return geography->nation;
    return place <= geography->regions ? geography->by_region : geography->by_force;
}

static size_t places_of(const struct lac_reconcile_geography *geography)
{
    return 1 + geography->regions + geography->forces;
}

static enum lac_status put_overlap(struct lac_table *table, const struct lac_reconcile_block *block,
                                   const char *other, size_t place, const struct lac_reconcile_overlap *o,
                                   struct lac_error *err)
{
    size_t row;
    enum lac_status status = lac_table_row(table, &row, err);

    if (status != LAC_OK) return status;
    status = lac_set_text(table, LAC_COL_definition_overlaps_population, row, block->population, err);
    if (status == LAC_OK)
        status = lac_set_text(table, LAC_COL_definition_overlaps_definition, row, block->definition, err);
    if (status == LAC_OK) status = lac_set_text(table, LAC_COL_definition_overlaps_other, row, other, err);
    if (status == LAC_OK)
        status = lac_set_text(table, LAC_COL_definition_overlaps_geography_code, row,
                              lac_reconcile_place_code(block->places, place), err);
    lac_i32(table, LAC_COL_definition_overlaps_window_start)[row] = block->window.start;
    lac_i32(table, LAC_COL_definition_overlaps_window_end)[row] = block->window.end;
    lac_i64(table, LAC_COL_definition_overlaps_both)[row] = o->both;
    lac_i64(table, LAC_COL_definition_overlaps_both_high)[row] = o->both_high;
    lac_i64(table, LAC_COL_definition_overlaps_only)[row] = o->only;
    lac_i64(table, LAC_COL_definition_overlaps_other_only)[row] = o->other_only;
    return status;
}

enum lac_status lac_reconcile_overlaps_put(struct lac_table *table, const struct lac_reconcile_block *block,
                                           const struct lac_reconcile_rules *rules,
                                           struct lac_reconcile_outcome *const *outcome, size_t n,
                                           struct lac_error *err)
{
    size_t places = places_of(block->geography), pairs = rules->count * rules->count;
    struct lac_reconcile_overlap *overlap = calloc(places, sizeof *overlap);
    struct lac_reconcile_block pair = *block;
    enum lac_status status = overlap == NULL ? lac_fail_memory(err, "overlaps of definitions") : LAC_OK;

    for (size_t k = 0; status == LAC_OK && k < pairs; k++) {
        size_t i = k / rules->count, j = k % rules->count;

        if (j <= i) continue;
        memset(overlap, 0, places * sizeof *overlap);
        lac_reconcile_overlaps_count(outcome[i], outcome[j], n, block->geography, overlap);
        pair.definition = rules->rule[i].id;
        for (size_t p = 0; status == LAC_OK && p < places; p++) {
            if (is_asked(block->geography, p))
                status = put_overlap(table, &pair, rules->rule[j].id, p, &overlap[p], err);
        }
    }
    free(overlap);
    return status;
}
