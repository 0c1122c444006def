/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_ESTIMATE_CHOLESKY_H
#define LAC_ESTIMATE_CHOLESKY_H
/*
 * Cholesky for the small dense systems of Newton's method: H = U'U, U upper triangular, in rows of `stride`
 * doubles. Rows are updated from left to right, so that the inner loops are contiguous and short sums do not
 * wait for each other. The diagonal of the factor holds the reciprocals of U's.
 */
#include <stdbool.h>

#define LAC_CHOLESKY_PIVOT 1e-12 /* of its original diagonal: below, columns are dependent */

/* Factors the upper triangle of a (p x p) in place; false when a pivot is too small. p^3/6 multiplications.
 */
bool lac_cholesky_factor(double *a, int p, int stride);
/* x = H^-1 x */
void lac_cholesky_solve(const double *a, int p, int stride, double *x);
/* Element (0,0) of H^-1. `scratch` holds p doubles. */
double lac_cholesky_first(const double *a, int p, int stride, double *scratch);

#endif
