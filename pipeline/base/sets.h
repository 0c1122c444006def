/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_BASE_SETS_H
#define LAC_BASE_SETS_H
/* Disjoint sets of the numbers 0 .. n-1 in an array of parents that the caller owns; for one thread.
 *
 * parent[i] == i marks a root. The lower root stays root, so the root of a set is its lowest number and does
 * not depend on the order of the unions. Paths are halved on the way: nearly constant time a call. Nothing
 * can fail. Source: R. E. Tarjan & J. van Leeuwen, Worst-case analysis of set union algorithms, J. ACM 31
 * (1984). */
#include <stdint.h>

/* Every number a set of its own. */
static inline void lac_sets_init(uint32_t *parent, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++) parent[i] = i;
}

static inline uint32_t lac_sets_root(uint32_t *parent, uint32_t i)
{
    while (parent[i] != i) i = parent[i] = parent[parent[i]];
    return i;
}

static inline void lac_sets_unite(uint32_t *parent, uint32_t a, uint32_t b)
{
    a = lac_sets_root(parent, a);
    b = lac_sets_root(parent, b);
    if (a < b)
        parent[b] = a;
    else
        parent[a] = b;
}

#endif
