/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_RECONCILE_CENSUS_H
#define LAC_RECONCILE_CENSUS_H
/*
 * Persons of one population, definition and window by place, variant and capture pattern, for the best
 * linkage and every drawn one.
 *
 * A cell holds the best linkage's counts, and for every draw the difference from them and how many were drawn
 * in, of those for whom the records cannot tell, less those drawn out. So a person whom no draw links
 * otherwise is added once. Beside the cells stand the accounts: what became of every person, in every draw.
 * The two are held against each other by lac_reconcile_census_check().
 *
 * Memory: 12 bytes per cell and draw. Adding a person: O(places), and O(draws) where it is drawn.
 */
#include "base/status.h"
#include "history.h"

/* Of the nation. Persons in or cannot tell stand in a cell; the other fields say why one does not. */
struct lac_reconcile_account {
    int64_t in, cannot_tell, counted; /* counted: in, or drawn in (of a draw) */
    int64_t apart, out;
    int64_t unplaced; /* of those in or cannot tell: without a place, in no region or force */
    int64_t referred; /* of those in or cannot tell: on lists by referral alone, not in variant own */
};

struct lac_reconcile_census {
    size_t draws, count, capacity, slots;
    uint64_t *key;  /* per cell: place, variant, pattern, in this order of weight */
    int32_t *best;  /* [cell][certain, possible] */
    int32_t *drawn; /* [cell][certain, possible, drawn in][draw]; the first two less those of the best */
    uint32_t *slot; /* hash table of cells */
    struct lac_reconcile_account total, *account; /* of the best, and per draw the difference from it */
};

enum lac_status lac_reconcile_census_init(struct lac_reconcile_census *census, size_t draws,
                                          struct lac_error *err) LAC_CHECKED;
void lac_reconcile_census_release(struct lac_reconcile_census *census);

/* The draws a change holds for; `sign` +1 adds the person there, -1 takes it away. */
struct lac_reconcile_change {
    const uint32_t *draw;
    size_t draws;
    int sign;
};
/* `in` says per draw (all of them) whether a person for whom the records cannot tell is drawn in; NULL:
 * never. With `change` NULL the person is one of the best linkage and of all draws. */
enum lac_status lac_reconcile_census_add(struct lac_reconcile_census *census,
                                         const struct lac_reconcile_geography *geography,
                                         const struct lac_reconcile_outcome *outcome, const int8_t *in,
                                         const struct lac_reconcile_change *change,
                                         struct lac_error *err) LAC_CHECKED;

/* Cells in order of place, variant and pattern: order[0 .. count-1], room for count. */
enum lac_status lac_reconcile_census_order(const struct lac_reconcile_census *census, uint32_t *order,
                                           struct lac_error *err) LAC_CHECKED;
struct lac_reconcile_place_of_cell {
    uint32_t place, pattern;
    enum lac_reconcile_variant variant;
};
struct lac_reconcile_place_of_cell lac_reconcile_census_cell(const struct lac_reconcile_census *census,
                                                             size_t cell);
/* Counts of a cell in a draw, or in the best linkage (draw -1: counted is those certainly in). */
struct lac_reconcile_count {
    int32_t certain, possible, counted;
};
struct lac_reconcile_count lac_reconcile_census_count(const struct lac_reconcile_census *census, size_t cell,
                                                      int32_t draw);
/* Account of a draw, or of the best linkage (draw -1). */
struct lac_reconcile_account lac_reconcile_census_account(const struct lac_reconcile_census *census,
                                                          int32_t draw);

/* Conservation, in the best linkage and in every draw: the cells of the nation hold everyone who is in or
 * cannot tell, those of variant own all but the referred, the regions and the forces all but the unplaced; no
 * count is negative. LAC_DEFECT when not. */
enum lac_status lac_reconcile_census_check(const struct lac_reconcile_census *census,
                                           const struct lac_reconcile_geography *geography,
                                           struct lac_error *err) LAC_CHECKED;

#endif
