/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_LINK_COMPLETE_H
#define LAC_LINK_COMPLETE_H
#include "cluster.h"

#define LAC_LINK_COMPLETE 1000 /* components up to this many records have all their pairs scored */

/* Adds the comparable pairs that blocking did not propose inside every component of positive pairs with at
 * most LAC_LINK_COMPLETE records: mask 0, patterns filled in, all pairs sorted. `weight` belongs to the pairs
 * as they come in. O(n + pairs + sum of squared component sizes). */
enum lac_status lac_link_complete(const struct lac_link_data *data, const double *weight,
                                  struct lac_link_pairs *pairs, struct lac_error *err) LAC_CHECKED;

#endif
