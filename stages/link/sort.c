/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sort.h"
#include <string.h>

#define BITS 11
#define DIGITS (1 << BITS)

static void pass(const struct lac_link_pair *from, struct lac_link_pair *to, size_t count, unsigned shift)
{
    size_t start[DIGITS] = {0}, at = 0;
    for (size_t i = 0; i < count; i++) start[from[i].key >> shift & (DIGITS - 1)]++;
    for (size_t d = 0; d < DIGITS; d++) {
        size_t here = start[d];
        start[d] = at;
        at += here;
    }
    for (size_t i = 0; i < count; i++) to[start[from[i].key >> shift & (DIGITS - 1)]++] = from[i];
}

void lac_link_sort(struct lac_link_pair *item, struct lac_link_pair *spare, size_t count)
{
    uint64_t differ = 0;
    for (size_t i = 1; i < count; i++) differ |= item[i].key ^ item[0].key;
    struct lac_link_pair *from = item, *to = spare;
    for (unsigned shift = 0; shift < 64; shift += BITS) {
        if ((differ >> shift & (DIGITS - 1)) == 0) continue;
        pass(from, to, count, shift);
        struct lac_link_pair *swap = from;
        from = to;
        to = swap;
    }
    if (from != item && count) memcpy(item, from, count * sizeof *item);
}

void lac_link_sort_hashed(struct lac_link_pair *item, struct lac_link_pair *spare, size_t count)
{
    pass(item, spare, count, 31);
    pass(spare, item, count, 42);
    pass(item, spare, count, 53);
    for (size_t i = 0; i < count; i++) { /* what agrees in the upper 33 bits is nearly always equal */
        size_t to = i;
        for (; to > 0 && item[to - 1].key > spare[i].key; to--) item[to] = item[to - 1];
        item[to] = spare[i];
    }
}
