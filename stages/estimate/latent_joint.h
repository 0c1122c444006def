/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_ESTIMATE_LATENT_JOINT_H
#define LAC_ESTIMATE_LATENT_JOINT_H
/*
 * Steps of all larger classes at once, along directions learned while a chain burns in.
 *
 * The classes with more than 1 % of the persons, largest first, have coordinates z: every logit lambda, and
 * log(nu_j / nu_1). t = logit p_0 is log of unseen over seen but for noise. From the states of a rung that
 * have as many such classes the covariance of (t, z) is taken, and factored as U'U. Row 0 of U is the
 * direction in which z goes with N, the other rows are what is left: steps along them have about the
 * posterior's width, however the coordinates hang together. What is proposed is symmetric in z, for the
 * directions stay fixed once burnt in; a step that changes which classes are the larger ones, or their order,
 * is refused, for it could not be undone. The other classes keep their weights and chances.
 */
#include "latent_state.h"

#define LAC_LATENT_LARGE 5   /* at most so many classes are moved together */
#define LAC_LATENT_COORDS 48 /* and so many coordinates; with t */

struct lac_latent_guide {
    int coords;   /* with t; 0: too many */
    double count; /* states taken */
    double *shift, *sum,
        *product;      /* coords; coords; coords x coords, upper triangle: of what differs from shift */
    double *direction; /* coords x coords, row 0 that of N, column 0 not used */
    bool ready;
};
struct lac_latent_guides {
    struct lac_latent_guide of[LAC_LATENT_LARGE + 1]; /* by number of large classes; 0 not used */
};

enum lac_status lac_latent_guides_init(struct lac_latent_guides *guides, int lists, struct lac_arena *arena,
                                       struct lac_error *err) LAC_CHECKED;
/* Takes a state into the moments. */
void lac_latent_guides_learn(struct lac_latent_guides *guides, const struct lac_latent_state *state);
/* Directions from what was taken in since the last time; those with too few states stay as they were. */
void lac_latent_guides_turn(struct lac_latent_guides *guides);
/* Steps along all directions; leaves prior times likelihood^beta unchanged. Nothing where nothing was
 * learned. */
void lac_latent_joint_sweep(struct lac_latent_state *state, const struct lac_latent_guides *guides,
                            double beta, struct lac_random *random);

#endif
