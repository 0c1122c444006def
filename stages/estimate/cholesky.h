/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_ESTIMATE_CHOLESKY_H
#define LAC_ESTIMATE_CHOLESKY_H
/*
 * Cholesky for the small dense systems H x = b of Newton's method: H = U'U, U upper triangular.
 *
 * A system is p rows of `stride` doubles, stride at least LAC_CHOLESKY_STRIDE(p): the upper triangle of H in
 * columns 0..p-1 and b in column p. Factoring turns the triangle into U, with reciprocals on its diagonal,
 * and column p into y = U'^-1 b, so that b' H^-1 b is the sum of the squares of y. What lies beyond column p
 * is overwritten. Four columns are worked on at a time, each sum in the order of its terms: results do not
 * depend on the processor.
 */
#include <stdbool.h>

#define LAC_CHOLESKY_PIVOT 1e-12 /* of its original diagonal: below, columns are dependent */
#define LAC_CHOLESKY_STRIDE(p) ((p) + 4)

/* False when a pivot is too small. p^3/6 multiplications. */
bool lac_cholesky_factor(double *a, int p, int stride);
/* b' H^-1 b */
double lac_cholesky_norm(const double *a, int p, int stride);
/* x = H^-1 b */
void lac_cholesky_back(const double *a, int p, int stride, double *x);
/* x = H^-1 x for another right-hand side */
void lac_cholesky_solve(const double *a, int p, int stride, double *x);

#endif
