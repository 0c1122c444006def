/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_RECONCILE_TRACE_H
#define LAC_RECONCILE_TRACE_H
/* The tables of histories.h5 that say why a count is what it is. */
#include "output.h"
#include "overlap.h"
#include "reason.h"
#include "referral.h"

/* Overlap of every pair of definitions in one window: outcome[i] is that of rule i, all of the same n
 * persons. O(definitions squared times persons). */
enum lac_status lac_reconcile_overlaps_put(struct lac_table *table, const struct lac_reconcile_block *block,
                                           const struct lac_reconcile_rules *rules,
                                           struct lac_reconcile_outcome *const *outcome, size_t n,
                                           struct lac_error *err) LAC_CHECKED;

/* Rows of `reasons` for the counts that are not zero. */
enum lac_status lac_reconcile_reasons_put(struct lac_table *table, const struct lac_reconcile_block *block,
                                          const char *unit, const struct lac_reconcile_reasons *reasons,
                                          struct lac_error *err) LAC_CHECKED;
enum lac_status lac_reconcile_absences_put(struct lac_table *table, const struct lac_reconcile_block *block,
                                           const struct lac_reconcile_absence *absence,
                                           struct lac_error *err) LAC_CHECKED;

/* A row per ordered pair of lists: referral[list * lists->count + referrer]. */
enum lac_status lac_reconcile_referrals_put(struct lac_table *table, struct lac_reconcile_window window,
                                            const struct lac_sections *lists,
                                            const struct lac_reconcile_referral *referral,
                                            struct lac_error *err) LAC_CHECKED;

/* A row per record: what it gives its person, and the group it belongs to; `group` is per row or NULL. */
enum lac_status lac_reconcile_sources_put(struct lac_table *table, const struct lac_reconcile_set *set,
                                          const struct lac_reconcile_source *source, const char *const *group,
                                          struct lac_error *err) LAC_CHECKED;

#endif
