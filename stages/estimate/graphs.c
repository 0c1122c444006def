/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "graphs.h"

#include <stdbool.h>
#include <string.h>

#define GRAPHS_MAX 18154

static void neighbours_of(int lists, uint32_t edges, unsigned *near)
{
    int edge = 0;

    memset(near, 0, LAC_GRAPH_LISTS_MAX * sizeof *near);
    for (int i = 0; i < lists; i++) {
        for (int j = i + 1; j < lists; j++, edge++) {
            if (!(edges >> edge & 1U)) continue;
            near[i] |= 1U << j;
            near[j] |= 1U << i;
        }
    }
}

static bool is_clique(unsigned set, const unsigned *near)
{
    for (unsigned rest = set; rest; rest &= rest - 1) {
        int v = __builtin_ctz(rest);

        if ((set & ~near[v]) != 1U << v) return false;
    }
    return true;
}

/* Lowest list whose neighbours in `left` are all joined; -1: none, so the graph is not chordal. */
static int simplicial(unsigned left, const unsigned *near)
{
    for (unsigned rest = left; rest; rest &= rest - 1) {
        int v = __builtin_ctz(rest);

        if (is_clique(near[v] & left, near)) return v;
    }
    return -1;
}

static void put_factors(const int8_t *power, struct lac_graph *graph)
{
    for (unsigned s = 1; s < 64; s++) {
        for (int8_t p = power[s]; p > 0; p--) graph->clique[graph->cliques++] = (uint8_t)s;
        for (int8_t p = power[s]; p < 0; p++) graph->separator[graph->separators++] = (uint8_t)s;
    }
}

static bool graph_make(int lists, uint32_t edges, struct lac_graph *graph)
{
    unsigned near[LAC_GRAPH_LISTS_MAX], left = (1U << lists) - 1;
    int8_t power[64] = {0};

    memset(graph, 0, sizeof *graph);
    graph->terms = 1;
    neighbours_of(lists, edges, near);
    while (left) {
        int v = simplicial(left, near);

        if (v < 0) return false;
        unsigned set = near[v] & left;
        unsigned with = set | 1U << v;
        if (set) power[set]--;
        power[with]++;
        for (unsigned s = with; s; s = (s - 1) & with) graph->terms |= UINT64_C(1) << s;
        left &= ~(1U << v);
    }
    put_factors(power, graph);
    return true;
}

enum lac_status lac_graphs_make(int lists, struct lac_arena *arena, struct lac_graph **graph, size_t *count,
                                struct lac_error *err)
{
    uint32_t sets = UINT32_C(1) << lists * (lists - 1) / 2;
    size_t room = sets < GRAPHS_MAX ? sets : GRAPHS_MAX;
    struct lac_graph next;

    *count = 0;
    *graph = LAC_NEW(arena, struct lac_graph, room);
    if (*graph == NULL) return lac_fail_memory(err, "graphs");
    for (uint32_t edges = 0; edges < sets; edges++)
        if (graph_make(lists, edges, &next) && *count < room) (*graph)[(*count)++] = next;
    return LAC_OK;
}
