/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_RECONCILE_SHEET_H
#define LAC_RECONCILE_SHEET_H
/*
 * A census summed up: persons by stratum, place (history.h), variant and capture pattern, as asked for.
 *
 * Rows come in the order of stratum, value, place, variant and pattern; those without a person in any linkage
 * are left out. Forces and variant `own` are of stratum 0 (all) alone.
 */
#include "census.h"

struct lac_reconcile_sheet_row {
    uint32_t place, pattern;
    enum lac_reconcile_variant variant;
    size_t stratum, value; /* as in struct lac_reconcile_spot */
};
struct lac_reconcile_sheet {
    size_t rows, draws;
    struct lac_reconcile_sheet_row *row;
    int32_t *best;  /* [row][certain, possible] */
    int32_t *drawn; /* [row][kind][draw], as in a census */
};
/* Memory belongs to the arena. O(cells * draws). */
enum lac_status lac_reconcile_sheet_make(const struct lac_reconcile_census *census, struct lac_arena *arena,
                                         struct lac_reconcile_sheet *sheet,
                                         struct lac_error *err) LAC_CHECKED;

/* Counts of a row in a draw, or in the best linkage (draw -1: counted is those certainly in). */
struct lac_reconcile_count {
    int32_t certain, possible, counted;
};
struct lac_reconcile_count lac_reconcile_sheet_count(const struct lac_reconcile_sheet *sheet, size_t row,
                                                     int32_t draw);

/* Conservation, in the best linkage and in every draw: the nation holds everyone who is in or cannot tell,
 * variant own all but the referred, the regions and the forces all but the unplaced; the values of a stratum,
 * `unknown` among them, add up to all in every place; no count is negative. LAC_DEFECT when not. */
enum lac_status lac_reconcile_sheet_check(const struct lac_reconcile_sheet *sheet,
                                          const struct lac_reconcile_census *census,
                                          struct lac_error *err) LAC_CHECKED;

#endif
