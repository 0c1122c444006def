/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_LINK_SHARES_H
#define LAC_LINK_SHARES_H
/*
 * Shares of matches by stratum from few labels, leaning on the model.
 *
 * With p_h the model's share in stratum h and y_h matches among n_h labels:
 *
 *   logit q_h = logit p_h + d_h,   y_h ~ binomial(n_h, q_h),   d ~ N(mu, S), a stationary chain over the
 * bins: sd LAC_LINK_SHARE_SD, correlation LAC_LINK_SHARE_TIE between neighbours, mu_h = sd^2 (p_h - 1/2), so
 * that the prior mean of q_h is p_h at both ends of the scale
 *
 * A prior on the odds rather than on the share: one match among 25 labels of a stratum where the model
 * expects one in 400 must not turn 600 pairs into 24 matches. An sd of 1 lets the odds be off by a factor of
 * 7 at two standard deviations; models of this kind have been off by two to six. Labels in numbers overrule
 * it. Labels count n_h / (1 - n_h / N_h), as a stratum that is judged whole is known.
 *
 * The posterior is log-concave; it is taken as normal about its mode (Newton, tridiagonal). O(bins).
 */
#include "base/random.h"

#define LAC_LINK_SHARE_SD 1.0
#define LAC_LINK_SHARE_TIE 0.8
#define LAC_LINK_SHARE_BINS 10

struct lac_link_share {
    double pairs, model, labels, matches;
};
struct lac_link_shares {
    int count;
    double base[LAC_LINK_SHARE_BINS];                                 /* logit p */
    double mode[LAC_LINK_SHARE_BINS];                                 /* of d */
    double diagonal[LAC_LINK_SHARE_BINS], below[LAC_LINK_SHARE_BINS]; /* Cholesky factor of the precision */
};
/* Strata of one class in order of their bins, those without pairs left out; at most LAC_LINK_SHARE_BINS. */
void lac_link_shares_solve(const struct lac_link_share *share, int count, struct lac_link_shares *shares);
/* Posterior means, and a draw from the posterior; q has room for `count`. */
void lac_link_shares_mean(const struct lac_link_shares *shares, double *q);
void lac_link_shares_draw(const struct lac_link_shares *shares, struct lac_random *random, double *q);

#endif
