/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_RECONCILE_TRACE_H
#define LAC_RECONCILE_TRACE_H
/* The tables of histories.h5 that say why a count is what it is. */
#include "output.h"
#include "overlap.h"

/* Overlap of every pair of definitions in one window: outcome[i] is that of rule i, all of the same n
 * persons. O(definitions squared times persons). */
enum lac_status lac_reconcile_overlaps_put(struct lac_table *table, const struct lac_reconcile_block *block,
                                           const struct lac_reconcile_rules *rules,
                                           struct lac_reconcile_outcome *const *outcome, size_t n,
                                           struct lac_error *err) LAC_CHECKED;

#endif
