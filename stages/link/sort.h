/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_LINK_SORT_H
#define LAC_LINK_SORT_H
#include "link.h"

/* Sorts by key, equal keys in the order they came (least-significant-digit radix sort, 11 bits a pass, equal
 * digits skipped). `spare` has room for `count` too. O(count). */
void lac_link_sort(struct lac_link_pair *item, struct lac_link_pair *spare, size_t count);
/* The same order in half the passes for keys whose upper 33 bits are spread evenly, as those of a hash are.
 */
void lac_link_sort_hashed(struct lac_link_pair *item, struct lac_link_pair *spare, size_t count);

#endif
