/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_RECONCILE_TRUTH_H
#define LAC_RECONCILE_TRUTH_H
/*
 * Strong Kleene logic: what is not known stays not known. The values are ordered so that AND is the minimum,
 * OR the maximum and NOT the reflection (Kleene 1952, section 64).
 */
#include <stdint.h>

enum lac_reconcile_truth { LAC_RECONCILE_FALSE, LAC_RECONCILE_UNKNOWN, LAC_RECONCILE_TRUE };

static inline enum lac_reconcile_truth lac_reconcile_and(enum lac_reconcile_truth a,
                                                         enum lac_reconcile_truth b)
{
    return a < b ? a : b;
}

static inline enum lac_reconcile_truth lac_reconcile_or(enum lac_reconcile_truth a,
                                                        enum lac_reconcile_truth b)
{
    return a > b ? a : b;
}

static inline enum lac_reconcile_truth lac_reconcile_not(enum lac_reconcile_truth a)
{
    return (enum lac_reconcile_truth)(LAC_RECONCILE_TRUE - a);
}

/* A number known to lie in low..high reaches `threshold`: for sure, perhaps, not. */
static inline enum lac_reconcile_truth lac_reconcile_reaches(int64_t low, int64_t high, int64_t threshold)
{
    if (low >= threshold) return LAC_RECONCILE_TRUE;
    return high < threshold ? LAC_RECONCILE_FALSE : LAC_RECONCILE_UNKNOWN;
}

#endif
