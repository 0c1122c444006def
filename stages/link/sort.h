/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_LINK_SORT_H
#define LAC_LINK_SORT_H
#include "link.h"

/* Sorts by key, equal keys in the order they came (least-significant-digit radix sort, a byte a pass, equal
 * bytes skipped). `spare` has room for `count` too. O(count). */
void lac_link_sort(struct lac_link_pair *item, struct lac_link_pair *spare, size_t count);

#endif
