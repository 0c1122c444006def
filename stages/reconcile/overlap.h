/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_RECONCILE_OVERLAP_H
#define LAC_RECONCILE_OVERLAP_H
/*
 * How many persons two definitions share. Counted apart is not counted: it is outside, like out.
 */
#include "history.h"

struct lac_reconcile_overlap {
    int64_t both, both_high;  /* in both for sure; in both or cannot tell */
    int64_t only, other_only; /* in one for sure, outside the other for sure */
};

/* Adds persons per place: overlap[1 + regions + forces], zeroed by the caller. Both come from one window, so
 * item i of one and of the other are the same person. O(n). */
void lac_reconcile_overlaps_count(const struct lac_reconcile_outcome *first,
                                  const struct lac_reconcile_outcome *second, size_t n,
                                  const struct lac_reconcile_geography *geography,
                                  struct lac_reconcile_overlap *overlap);

#endif
