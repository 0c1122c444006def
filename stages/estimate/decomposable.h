/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_ESTIMATE_DECOMPOSABLE_H
#define LAC_ESTIMATE_DECOMPOSABLE_H
/*
 * Bayesian average over decomposable graphs (Madigan & York 1997, Biometrika 84:19).
 *
 * With N = n + n0, hyper-Dirichlet prior of delta = 2^-K per cell, p(N) prop. 1/N and all graphs alike,
 *
 *     p(G, N | n) prop. 1/N  N!/n0!  prod over cliques m_U / prod over separators m_U
 *     log m_U = lgamma(1) - lgamma(N + 1) + lgamma(n0 + y_U(0) + d_U) + sum over other cells v of U:
 *               lgamma(y_U(v) + d_U) - 2^|U| lgamma(d_U)
 *
 * where y_U is the observed marginal table over the lists of U, y_U(0) the observed persons on no list of U,
 * and d_U = 2^-|U|.
 *
 * The saturated graph is left out: under it the data say nothing about N, only the prior does. The weight it
 * would have on the grid to 20 n is handed back.
 *
 * Grid. A coarse pass over all graphs, at every integer up to about 100 and then at steps of 1 % (finer with
 * many persons), finds the height of every graph's peak and the range of n0 that matters; its end starts at
 * 20 n and moves out until less than 1e-9 of the mass per unit of log n0 is there. The fine pass covers that
 * range with at most about 16,384 trapezoid nodes, every integer where there are fewer or n0 is small, for
 * the graphs whose peak is within e^-38 of the highest: what is passed over is below rounding. With steps
 * below a hundredth of the standard deviation the trapezoid sum agrees with the sum over all integers to
 * better than 1e-9. Only the vectors log m_U are kept, a block of nodes a thread.
 *
 * O(graphs nodes), nodes about 1,500 in the coarse pass; memory below 30 MB. Results do not depend on the
 * number of threads.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/memory.h"
#include "base/status.h"
#include "history.h"

struct lac_decomposable_settings {
    double level;
    double limit;   /* largest n0 of the grid; 0: 20 n, extended as long as there is mass */
    bool saturated; /* the saturated graph takes part */
};

struct lac_decomposable_graph {
    uint64_t terms;  /* of its log-linear model */
    double weight;   /* posterior probability */
    double mean, sd; /* of N under this graph alone */
};

struct lac_decomposable {
    double mean, sd, median, lower, upper; /* of N; quantiles are the smallest N with that much below or at */
    double saturated;                      /* weight the saturated graph has or would have */
    double uninformed; /* weight of graphs in which no overlap of lists bears on N: the prior alone does */
    double end;        /* last N of the grid */
    double beyond;     /* estimated posterior mass beyond it */
    size_t graphs;     /* that take part */
    size_t nodes;      /* of the fine grid */
    bool overlap;      /* some two lists share a person; if not, nothing else is filled */
    struct lac_decomposable_graph *graph; /* best first, `listed` of them; the arena's */
    size_t listed;
};

/* Tables of 3 to 6 lists, each with persons. LAC_NOMEM when memory is out. */
enum lac_status lac_decomposable(const struct lac_estimate_history *history,
                                 const struct lac_decomposable_settings *settings, struct lac_arena *arena,
                                 struct lac_decomposable *out, struct lac_error *err) LAC_CHECKED;

#endif
