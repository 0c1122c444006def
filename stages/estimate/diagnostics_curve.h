/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_ESTIMATE_DIAGNOSTICS_CURVE_H
#define LAC_ESTIMATE_DIAGNOSTICS_CURVE_H
/*
 * What N would be under another identifying assumption.
 *
 * The 2^K - 1 observed cells do not determine the unseen one: log mu_0 = (-1)^K theta_top + sum over w != 0
 * of (-1)^(|w|+1) log mu_w, and every model fixes theta_top, the interaction of all lists, at 0. With
 * R = product of mu_w over odd |w| / product over even |w| > 0,
 *
 *     N(xi) = n + R / xi,    xi = exp(theta_top) for odd K, exp(-theta_top) for even K
 *
 * (Aleshin-Guendel, Sadinle & Wakefield, arXiv 2101.09304). xi = 1: no interaction of all lists. R comes
 * from the raw counts, which needs a person in every cell, or from a fitted model without theta_top, where
 * R = N0.
 */
#include "history.h"

enum lac_curve_status {
    LAC_CURVE_OK,
    LAC_CURVE_ZERO,      /* a cell with an odd number of lists is empty: R = 0 */
    LAC_CURVE_INFINITE,  /* one with an even number is empty: R is infinite */
    LAC_CURVE_UNDEFINED, /* both: 0/0 */
};

struct lac_curve {
    enum lac_curve_status status;
    double n;
    double ratio; /* R, NaN when the status is not OK */
    double se;    /* of N(1): sqrt(R^2 sum of 1/n_w + R) */
};

/* From raw counts. O(2^K). */
void lac_curve_raw(const struct lac_estimate_history *history, struct lac_curve *curve);
/* N(exp(log_xi)). */
double lac_curve_at(double n, double ratio, double log_xi);
/* The xi at which N is `factor` times what it is at xi = 1; NaN when N would fall to n or below. */
double lac_curve_tipping(double n, double ratio, double factor);

#endif
