/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_ESTIMATE_POISSON_TAIL_H
#define LAC_ESTIMATE_POISSON_TAIL_H
/*
 * One-sided Poisson p-value of a count t with mean lambda: min{ P(X <= t), P(X >= t) }.
 *
 * The smaller tail is summed from its largest term outwards. When |t - lambda| >= 1 the smaller tail is known
 * without both sums: the median of a Poisson variable lies in [lambda - log 2, lambda + 1/3] (Choi 1994).
 * lambda = 0 gives 1 for t = 0 and 0 for t > 0. Relative error about 1e-15 lambda log(lambda).
 * O(sqrt(lambda)) terms at most.
 */
double lac_estimate_poisson_tail(double lambda, double t);

#endif
