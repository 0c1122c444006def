/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_ESTIMATE_REGRESSION_H
#define LAC_ESTIMATE_REGRESSION_H
/*
 * Poisson regression with a dense design of a few columns, log mu = X beta: for the closed-population models,
 * whose columns are not subsets of lists. Hierarchical models are fitted by fit.h, which is faster.
 *
 * Newton's method with Cholesky and step halving from a weighted least-squares start; one full step more at
 * the end. O(rows columns^2) an iteration. Allocates its work memory.
 */
#include <stddef.h>
#include "base/status.h"
#include "fit.h"

#define LAC_REGRESSION_COLUMNS 32

struct lac_regression {
    size_t rows;
    int columns;     /* the first is the intercept */
    const double *x; /* rows * columns, row major */
    const double *y; /* counts */
};

struct lac_regression_fit {
    enum lac_fit_status status;
    double beta[LAC_REGRESSION_COLUMNS];
    double covariance[LAC_REGRESSION_COLUMNS][LAC_REGRESSION_COLUMNS]; /* inverse information at beta */
    double log_likelihood;                                             /* with the constant */
    double deviance;
    int iterations;
};

/* Fills *fit whatever its status. LAC_NOMEM when memory is out. */
enum lac_status lac_regression_fit(const struct lac_regression *regression, struct lac_regression_fit *fit,
                                   struct lac_error *err) LAC_CHECKED;

#endif
