/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_ESTIMATE_POOLED_DRAW_H
#define LAC_ESTIMATE_POOLED_DRAW_H
/*
 * Unseen persons under partial pooling, drawn for all forces together.
 *
 * Draw b: variances of the random effects from log t_k^2 ~ N(log t_k^2, 2 / i_k), i_k the information on list
 * k (pooled.h), one of 20 such sets by b mod 20; the mode at them; parameters from N(mode, H^-1), H the
 * observed information; unseen persons of a force from Poisson. Forces share beta and the interactions, so
 * the total is summed inside the draw: variances of forces must never be added.
 *
 * With drawn linkages there is a set for each of them, at its counts: the draws are a mixture over linkages.
 *
 * A draw of a_f above log(50 n_f + 50) is cut off there and counted. A set of variances at which there is no
 * mode gives draws of +infinity, which are counted and never dropped.
 */
#include "pooled.h"

struct lac_pooled_drawing {
    uint32_t seed,
        part; /* keys of the streams (seed, Laplace; b, part, 0 for variances by set and 1 for the rest) */
    size_t draws;
    const struct lac_pooled_data
        *linkage; /* the data in each drawn linkage, with the forces of the fit; NULL: none */
    size_t linkages;
};

struct lac_pooled_draws {
    double *seen;         /* by draw: persons seen, which differ where linkages do */
    double *unseen;       /* by draw: of all forces */
    double *force_unseen; /* draws x forces */
    size_t failed;        /* draws of +infinity */
    size_t clipped;       /* forces cut off, over all draws */
};

/* Sets of variances, where linkages are not drawn: draw b is of set b mod this. */
#define LAC_POOLED_DRAW_SETS 20

/* Logarithms of the unseen persons of all forces at the mode for each of `sets` data of the same forces, with
 * the variances of `pooled`; +infinity where there is no mode. */
enum lac_status lac_pooled_points(const struct lac_pooled *pooled, const struct lac_pooled_data *data,
                                  size_t sets, struct lac_arena *arena, double *point,
                                  struct lac_error *err) LAC_CHECKED;

/* `pooled` stands at its fit and does again afterwards. The same at any number of threads. */
enum lac_status lac_pooled_draw(struct lac_pooled *pooled, const struct lac_pooled_drawing *drawing,
                                struct lac_arena *arena, struct lac_pooled_draws *draws,
                                struct lac_error *err) LAC_CHECKED;

#endif
