/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_ESTIMATE_GRAPHS_H
#define LAC_ESTIMATE_GRAPHS_H
/*
 * Decomposable (chordal) graphs on the lists, each as the product of marginal tables it stands for.
 *
 * With a perfect elimination order v_1, v_2, ... and B_i the neighbours of v_i among the later ones, the
 * joint distribution is the product of m({v_i} u B_i) / m(B_i); after cancelling, what is left are the
 * cliques over the separators (Dawid & Lauritzen 1993, Ann Stat 21:1272). An empty separator contributes
 * nothing. There are 8, 61, 822 and 18,154 of them on 3 to 6 lists, the complete graph included.
 */
#include <stddef.h>
#include <stdint.h>
#include "base/memory.h"
#include "base/status.h"

#define LAC_GRAPH_LISTS_MAX 6

struct lac_graph {
    uint64_t terms;    /* bit s: subset s is a term of the graph's log-linear model */
    uint8_t clique[6]; /* bitmasks of lists */
    uint8_t separator[5];
    uint8_t cliques, separators;
};

/* All graphs on 2 to 6 lists, by edge set; the complete graph comes last. The array is the arena's.
 * O(2^(K(K-1)/2) K^2). */
enum lac_status lac_graphs_make(int lists, struct lac_arena *arena, struct lac_graph **graph, size_t *count,
                                struct lac_error *err) LAC_CHECKED;

#endif
