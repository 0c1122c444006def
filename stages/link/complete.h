/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_LINK_COMPLETE_H
#define LAC_LINK_COMPLETE_H
#include "cluster.h"

#define LAC_LINK_COMPLETE 1000 /* components up to this many records have all their pairs scored */

/* The comparable pairs that blocking did not propose inside every component with at most LAC_LINK_COMPLETE
 * records, sorted: mask 0, patterns filled in. The caller releases them. O(n + pairs + sum of squared
 * component sizes). */
enum lac_status lac_link_complete(const struct lac_link_data *data, const struct lac_link_components *c,
                                  const struct lac_link_pairs *pairs, struct lac_link_pairs *added,
                                  struct lac_error *err) LAC_CHECKED;
/* Merges pairs in order, with their weights, into others that have none of them. */
enum lac_status lac_link_merge(const struct lac_link_pairs *added, const double *added_weight,
                               struct lac_link_pairs *pairs, double **weight,
                               struct lac_error *err) LAC_CHECKED;

#endif
