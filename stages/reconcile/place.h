/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_RECONCILE_PLACE_H
#define LAC_RECONCILE_PLACE_H
/*
 * Forces, regions and homes. The code lists are datasets/codes/police_forces.csv, regions.csv and
 * lookup_lad24_pfa24.csv; texts belong to the arena.
 */
#include "base/memory.h"
#include "base/status.h"
#include "row.h"

struct lac_reconcile_area {
    const char *code, *name;
};
struct lac_reconcile_district {
    const char *code;
    uint32_t force;
};
struct lac_reconcile_places {
    struct lac_reconcile_area *force, *region;
    uint32_t *region_of; /* per force */
    size_t forces, regions;
    struct lac_reconcile_district *district; /* sorted by code */
    size_t districts;
};

/* Reads the lists from `folder` (datasets/codes). LAC_INPUT when a force names a region, or a district a
 * force, that is not listed. */
enum lac_status lac_reconcile_places_load(const char *folder, struct lac_arena *arena,
                                          struct lac_reconcile_places *places,
                                          struct lac_error *err) LAC_CHECKED;

/* GSS code of a place as history.h numbers them: 0 the nation, then the regions, then the forces. */
const char *lac_reconcile_place_code(const struct lac_reconcile_places *places, size_t place);
/* Index of a force by its code, or LAC_RECONCILE_NONE. */
uint32_t lac_reconcile_force_find(const struct lac_reconcile_places *places, const char *code);
/* Force of a district; _OUTSIDE for a Scottish or Northern Irish code, _NONE for one not known. */
uint32_t lac_reconcile_district_force(const struct lac_reconcile_places *places, const char *code);

/* Homes by postcode, learnt from the rows that give both a district and a postcode: an outward code, failing
 * that a postcode area, stands for a force when at least LAC_RECONCILE_POSTCODE_ROWS rows name it and at
 * least LAC_RECONCILE_POSTCODE_PERCENT per cent of them lie in one force. Sets `home` of rows without one.
 * Returns how many were set through *filled. O(n log n). */
#define LAC_RECONCILE_POSTCODE_ROWS 3
#define LAC_RECONCILE_POSTCODE_PERCENT 90
enum lac_status lac_reconcile_homes_fill(struct lac_reconcile_row *row, size_t rows, size_t *filled,
                                         struct lac_error *err) LAC_CHECKED;

#endif
