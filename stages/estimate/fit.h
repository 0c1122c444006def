/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_ESTIMATE_FIT_H
#define LAC_ESTIMATE_FIT_H
/*
 * One Poisson log-linear fit, log mu_w = sum of theta_s over s in S, s subset of w: the kernel that every
 * estimator stands on. N0 = exp(theta_0) is the unseen cell, N = n + N0.
 *
 * With t = Y(n) and M = Y(mu): gradient t_s - M_s, Hessian M[s or t], log-likelihood sum theta_s t_s - M_0;
 * no design matrix is formed. Newton with Cholesky from a weighted least-squares start, one more full step at
 * the end. A term whose overlap is empty is at minus infinity: its cells and the terms above it leave the
 * fit, but every term counts in the number of parameters. se = sqrt(N0 + N0^2 V00) (Rivest and Levesque
 * 2001). BIC has log(persons).
 *
 * A space is the work memory of one thread; fits allocate nothing. Results depend on counts, model and
 * options alone. O(K 2^K + p^3) an iteration, 3 to 6 iterations.
 *
 * Statuses here are the fast screens of a search (rank, divergence); existence.h decides.
 */
#include <stdbool.h>
#include <stdint.h>
#include "model.h"

enum lac_fit_status {
    LAC_FIT_OK,
    LAC_FIT_NOT_IDENTIFIABLE, /* columns of the remaining design are dependent */
    LAC_FIT_INFINITE,         /* the fit diverges */
    LAC_FIT_FAILED            /* no acceptable step */
};

/* Zero-initialise for the ordinary fit. */
struct lac_fit_options {
    const bool *drop;     /* 2^K: cells left out of the likelihood (mu = 0 there); NULL: none */
    const double *offset; /* 2^K: known terms of log mu; NULL: none */
    bool with_unseen;     /* cell 0 is observed too, with ... */
    double unseen;        /* ... this count (profile likelihood) */
};

struct lac_fit {
    enum lac_fit_status status;
    double n;        /* persons in the cells that were fitted */
    double theta0;   /* log N0 */
    double unseen;   /* N0 */
    double estimate; /* n + N0 */
    double v00;      /* variance of theta0 */
    double se;
    double log_likelihood; /* with the constant */
    double aic, bic, deviance;
    int parameters; /* terms at minus infinity and the heterogeneity column included */
    int empty;      /* terms at minus infinity */
    int iterations;
    bool repaired;    /* existence.h: the estimate is one on the face of the cone */
    bool at_observed; /* existence.h: the likelihood is greatest at N = n */
    double smallest;  /* smallest fitted mean of a cell that stayed in the fit */
};

struct lac_fit_space;
/* NULL when memory is out. */
struct lac_fit_space *lac_fit_space_new(int lists);
void lac_fit_space_free(struct lac_fit_space *space);
int lac_fit_space_lists(const struct lac_fit_space *space);

/* `count` has 2^K cells, cell 0 is not looked at. `options` may be NULL. Fills *fit whatever the status. */
void lac_estimate_fit(struct lac_fit_space *space, const double *count,
                      const struct lac_estimate_model *model, const struct lac_fit_options *options,
                      struct lac_fit *fit);

/* Of the last fit, valid until the next: fitted means (2^K; cell 0 is N0), cells that left the fit (2^K), and
 * the terms that stayed with their parameters. */
const double *lac_fit_means(const struct lac_fit_space *space);
const bool *lac_fit_removed(const struct lac_fit_space *space);
int lac_fit_terms(const struct lac_fit_space *space, const uint16_t **term, const double **theta);

#endif
