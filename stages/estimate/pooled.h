/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_ESTIMATE_POOLED_H
#define LAC_ESTIMATE_POOLED_H
/*
 * Partial pooling: one model for the capture histories of many forces. Every force has a size and chances of
 * capture of its own, drawn towards those of all; how lists depend on one another is common.
 *
 *     log mu_fw = a_f + sum over k in w of (beta_k + u_fk) + sum over pairs in w of c_jk + tau |w|(|w|-1)/2
 *     a_f ~ N(m + log size_f, 5^2)   u_fk ~ N(0, t_k^2)   beta_k ~ N(-1.5, 5^2)   c_jk ~ N(0, 2^2)   tau ~
 * N(0, 1)
 *
 * m is the logarithm of all persons seen over the sum of the sizes: the prior of a_f is so weak that it only
 * keeps an empty force finite. A list that does not operate in a force empties every history that holds it
 * (structural zeros). A list that operates and was not returned is summed over: what was returned are
 * margins, M_v = sum of mu_w over the w that agree with v on the returned lists, and persons on such lists
 * alone are unseen, as those on none.
 *
 * The mode of sum over v != 0 of (n_v log M_v - M_v) minus half the penalties is found by Fisher scoring,
 * which for complete returns is Newton's method and for margins needs no EM: with e_v the mean of the design
 * x_w under mu_w / M_v, the gradient is sum (n_v - M_v) e_v, the information sum M_v e_v e_v', both sums over
 * one force only, so the system is an arrow (arrow.h). The observed information is sum M_v E(xx') - n_v
 * Cov_v(x): complete data less what is missing (Louis 1982, JRSSB 44:226).
 *
 * Variances: t_k^2 <- sum of u_fk^2 / i_k over the forces that returned k, i_k = sum of 1 - [H^-1]_uu / t_k^2
 * (Schall 1991, Biometrika 78:719; the fixed point is that of EM), floor 0.01, until they change by less than
 * 0.5 %. With every list returned the objective is concave and the mode is one; else three starts are tried
 * at the first variances and the best is followed.
 *
 * Sources: Zwane, van der Pal-de Bruin & van der Heijden 2004, Stat Med 23:2267 (populations that only partly
 * overlap); Breslow & Clayton 1993, JASA 88:9 (penalised quasi-likelihood, here for a Poisson log-linear
 * model).
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/memory.h"

#define LAC_POOLED_LISTS 7
#define LAC_POOLED_VARIANCE_FLOOR 0.01

/* What one force returned. */
struct lac_pooled_force {
    uint32_t operating, returned; /* bit k: list k; returned is part of operating, and not empty */
    const double *count; /* 2^K cells: persons by history over the returned lists; cell 0 is not looked at */
    double size;         /* children living there, or 1 everywhere when not known; positive */
};

struct lac_pooled_data {
    int lists; /* 2 to 7 */
    size_t forces;
    const struct lac_pooled_force *force;
};

/* Interactions. Pairs in the order 12, 13, 23, 14, ... */
struct lac_pooled_terms {
    uint32_t pairs; /* bit i: pair i has a parameter of its own */
    bool tau;       /* a parameter that all pairs share */
};

struct lac_pooled; /* a fit; its memory is the arena's. One thread at a time. */

/* LAC_DEFECT for data that break what is said above. The data are borrowed. */
enum lac_status lac_pooled_new(const struct lac_pooled_data *data, const struct lac_pooled_terms *terms,
                               struct lac_arena *arena, struct lac_pooled **pooled,
                               struct lac_error *err) LAC_CHECKED;

/* Mode and variances of the random effects. False when it does not converge. About a millisecond for 43
 * forces and five lists an iteration and some 30 iterations. */
bool lac_pooled_fit(struct lac_pooled *pooled);
/* The mode from the start with the variances held at `variance` (one a list), not estimated. */
bool lac_pooled_fit_fixed(struct lac_pooled *pooled, const double *variance);
/* The mode with the variances held at `variance` (one a list), from where it stands. */
bool lac_pooled_refit(struct lac_pooled *pooled, const double *variance);

/* A fit of its own where another stands, for another thread or for other counts: `data` has the same forces
 * and lists. */
enum lac_status lac_pooled_copy(const struct lac_pooled *from, const struct lac_pooled_data *data,
                                struct lac_arena *arena, struct lac_pooled **copy,
                                struct lac_error *err) LAC_CHECKED;

/* After a fit. Parameters: `forces` runs of a_f, u_f1 .. u_fK, then beta, pairs, tau. */
const double *lac_pooled_parameters(const struct lac_pooled *pooled);
size_t lac_pooled_parameter_count(const struct lac_pooled *pooled);
const double *lac_pooled_variances(const struct lac_pooled *pooled);
double lac_pooled_objective(const struct lac_pooled *pooled);
/* Expected unseen persons of a force under any parameters. */
double lac_pooled_unseen(const struct lac_pooled *pooled, size_t force, const double *parameters);
const struct lac_pooled_data *lac_pooled_data_of(const struct lac_pooled *pooled);
/* Persons seen in a force. */
double lac_pooled_seen(const struct lac_pooled *pooled, size_t force);

/* Factors the observed information at the mode, for the two below; false when it is not positive definite
 * even with a millionth added to its diagonal. */
bool lac_pooled_information(struct lac_pooled *pooled);
/* Parameters drawn from N(mode, H^-1): `normal` are standard normal numbers and become the draw. */
void lac_pooled_parameters_draw(const struct lac_pooled *pooled, double *normal);
/* Standard error of the logarithm of the unseen persons of all forces: sqrt(g' H^-1 g / U^2 + 1/U), U their
 * expectation, g its gradient, H the observed information, the last term for the Poisson count. NaN where H
 * is not positive definite. */
double lac_pooled_log_error(struct lac_pooled *pooled);
/* How many forces' worth of information the data hold on the variance of list k: sum of 1 - [H^-1]_uu /
 * t_k^2. */
double lac_pooled_variance_information(const struct lac_pooled *pooled, int list);

#endif
