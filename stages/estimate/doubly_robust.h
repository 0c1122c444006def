/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_ESTIMATE_DOUBLY_ROBUST_H
#define LAC_ESTIMATE_DOUBLY_ROBUST_H
/*
 * Doubly robust estimate from two lists that are independent given a covariate, here the place (Das, Kennedy
 * & Jewell 2021, Stat Probab Lett 175:109116).
 *
 * With q1, q2, q12 the chances that a person seen is on list 1, on list 2, on both, given the place, and
 * g = q1 q2 / q12,
 *
 *     phi = g (Y1/q1 + Y2/q2 - Y1 Y2/q12),   r = max(mean phi, 1),   N = n r,
 *     var N = n var(phi) + n r (r - 1)
 *
 * The q of a person are those of all others in the place, drawn towards all places: nobody's own record
 * estimates it (cross-fitting by leaving one out). They are drawn with the weight of A persons, A the
 * precision of a Dirichlet-multinomial by moments: with X^2 the chi-squared of places against their sum, F
 * places and two degrees of freedom each, rho = (X^2/2 - F) / (n - F) and A = 1/rho - 1; where places differ
 * no more than by chance (rho <= 0) all have the q of the sum, and A is at least LAC_ROBUST_WEIGHT_MIN. q12
 * is at least 0.005, q1 within [q12, 1], q2 within [q12/q1, 1 + q12 - q1]. The interval is log-normal above
 * n.
 */
#include <stdbool.h>
#include <stddef.h>

#define LAC_ROBUST_WEIGHT_MIN 10.0

/* Persons of a place on list 1 alone, list 2 alone, both. */
struct lac_robust_place {
    double first, second, both;
};
struct lac_robust {
    double n, estimate, se, lower, upper;
};

/* False when nobody is on both lists. O(places). */
bool lac_doubly_robust(const struct lac_robust_place *place, size_t places, double level,
                       struct lac_robust *out);

#endif
