/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_LINK_SORT_H
#define LAC_LINK_SORT_H
#include "link.h"

/* Sorts by key, equal keys in the order they came (least-significant-digit radix sort, 11 bits a pass, equal
 * digits skipped). `spare` has room for `count` too. O(count). */
void lac_link_sort(struct lac_link_pair *item, struct lac_link_pair *spare, size_t count);

struct lac_link_keyed {
    uint64_t key;
    uint32_t record;
};
/* Records by key, those of equal keys ascending, into item[n]; keys of 0 are left out when `skip` says so.
 * Made for keys whose upper bits are spread evenly, as those of a hash are; right for any. One pass that
 * scatters into parts that fit a cache, which are sorted there, both on all threads; the same order on any
 * number of them. Returns how many in *count. O(n); memory: one part per thread besides. */
enum lac_status lac_link_sort_keys(const uint64_t *key, uint32_t n, bool skip, struct lac_link_keyed *item,
                                   uint32_t *count, struct lac_error *err) LAC_CHECKED;

#endif
