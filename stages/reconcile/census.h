/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_RECONCILE_CENSUS_H
#define LAC_RECONCILE_CENSUS_H
/*
 * Persons of one population, definition and window by spot (strata.h) and capture pattern, for the best
 * linkage and every drawn one. A sheet (sheet.h) sums it up by place.
 *
 * A cell is a spot and a pattern with and without referral-only presence. It holds the best linkage's counts,
 * and for every draw the difference from them and how many were drawn in, of those for whom the records
 * cannot tell, less those drawn out. So a person whom no draw links otherwise is added once. Beside the cells
 * stand the accounts: what became of every person, in every draw.
 *
 * Memory: 12 bytes per cell and draw. Adding a person: O(strata), and O(draws) where something of it is
 * drawn.
 */
#include "base/status.h"
#include "strata.h"

/* Of the nation. Persons in or cannot tell stand in a cell; the other fields say why one does not. */
struct lac_reconcile_account {
    int64_t in, cannot_tell, counted; /* counted: in, or drawn in (of a draw) */
    int64_t apart, out;
    int64_t unplaced; /* of those in or cannot tell: without a place, in no region or force */
    int64_t referred; /* of those in or cannot tell: on lists by referral alone, not in variant own */
};

enum { LAC_RECONCILE_CERTAIN, LAC_RECONCILE_POSSIBLE, LAC_RECONCILE_DRAWN_IN, LAC_RECONCILE_KINDS };
struct lac_reconcile_cell {
    uint32_t spot, pattern, own;
    int32_t best[2]; /* certain, possible */
};
struct lac_reconcile_census {
    struct lac_reconcile_spots spots;
    size_t draws, count, capacity;
    struct lac_reconcile_cell *cell;
    int32_t *drawn; /* [cell][kind][draw]; certain and possible less those of the best */
    size_t width, patterns, pattern_capacity, slots;
    uint32_t *spot_cell; /* [pattern * width + spot]: the cell */
    uint32_t *slot;      /* hash table of patterns */
    uint64_t *pattern;   /* per pattern: the pattern, and without referral-only presence above */
    struct lac_reconcile_account total, *account; /* of the best, and per draw the difference from it */
};

enum lac_status lac_reconcile_census_init(struct lac_reconcile_census *census,
                                          const struct lac_reconcile_spots *spots, size_t draws,
                                          struct lac_error *err) LAC_CHECKED;
void lac_reconcile_census_release(struct lac_reconcile_census *census);

/* The draws a change holds for; `sign` +1 adds the person there, -1 takes it away. */
struct lac_reconcile_change {
    const uint32_t *draw;
    size_t draws;
    int sign;
};
/* What the draws say of a person. */
struct lac_reconcile_drawn {
    const int8_t *in; /* per draw (all of them): +1 drawn in, -1 out; NULL: never */
    const struct lac_reconcile_stand *stand;
};
/* With `change` NULL the person is one of the best linkage and of all draws. */
enum lac_status lac_reconcile_census_add(struct lac_reconcile_census *census,
                                         const struct lac_reconcile_outcome *outcome,
                                         const struct lac_reconcile_drawn *drawn,
                                         const struct lac_reconcile_change *change,
                                         struct lac_error *err) LAC_CHECKED;

/* Adds a cell of another census with the same spots, and its counts per kind and draw. */
enum lac_status lac_reconcile_census_merge(struct lac_reconcile_census *census,
                                           const struct lac_reconcile_cell *cell, const int32_t *drawn,
                                           struct lac_error *err) LAC_CHECKED;

/* Account of a draw, or of the best linkage (draw -1). */
struct lac_reconcile_account lac_reconcile_census_account(const struct lac_reconcile_census *census,
                                                          int32_t draw);
/* The counts of a kind in a cell, per draw. */
int32_t *lac_reconcile_census_drawn(const struct lac_reconcile_census *census, size_t cell, int kind);

#endif
