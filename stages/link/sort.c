/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sort.h"
#include <string.h>

#define DIGITS 256

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
    for (unsigned shift = 0; shift < 64; shift += 8) {
        if ((differ >> shift & (DIGITS - 1)) == 0) continue;
        pass(from, to, count, shift);
        struct lac_link_pair *swap = from;
        from = to;
        to = swap;
    }
    if (from != item && count) memcpy(item, from, count * sizeof *item);
}
