/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_LINK_SHARES_H
#define LAC_LINK_SHARES_H
/*
 * Shares of matches by stratum from few labels, leaning on the model.
 *
 * With p_h the model's share in stratum h, x_h = logit p_h, and y_h matches among n_h labels:
 *
 *   logit q_h = x_h + d_h,   y_h ~ binomial(n_h, q_h),   d ~ N(mu, S),
 *   S = chain + SLOPE^2 x+ x+',   x+ = max(x, 0)
 *
 * Two ways in which a model is wrong. Locally: a stationary chain over the bins, sd LAC_LINK_SHARE_SD,
 * correlation LAC_LINK_SHARE_TIE between neighbours, mu_h = sd^2 (p_h - 1/2), so that it leaves the prior
 * mean of q_h at p_h at both ends of the scale. And by scale: fields that do not err independently say the
 * same thing more than once, which multiplies log odds by a factor, 1 with sd LAC_LINK_SHARE_SLOPE. Without
 * it a stratum of pairs that the model calls certain, wrong in one pair of thirty, would need thousands of
 * labels to be believed: log odds of 16 that are really 3 are 13 sd off. Below even odds strata end at log
 * odds of -7, where the chain suffices. Where nothing is judged there is no factor, so that shares stay the
 * model's.
 *
 * A prior on the odds rather than on the share: one match among 25 labels of a stratum where the model
 * expects one in 400 must not turn 600 pairs into 24 matches. Labels in numbers overrule it. Labels count
 * n_h / (1 - n_h / N_h), as a stratum that is judged whole is known.
 *
 * The posterior by expectation propagation (Rasmussen & Williams 2006, chapter 3.6): each stratum's labels
 * are stood for by a normal factor, moments matched by integration on a grid. What is reported of a stratum
 * is the exact likelihood of its own labels times what the others leave (its tilted distribution): a stratum
 * without a false pair among its labels has a long tail, and no normal curve has its mean. Draws have these
 * distributions and the correlation of the normal posterior. O(bins^3 sweeps).
 */
#include "base/random.h"

#define LAC_LINK_SHARE_SD 1.0
#define LAC_LINK_SHARE_TIE 0.8
#define LAC_LINK_SHARE_SLOPE (1.0 / 3)
#define LAC_LINK_SHARE_BINS 10
#define LAC_LINK_SHARE_GRID 256

struct lac_link_share {
    double pairs, model, labels, matches;
};
struct lac_link_shares {
    int count;
    double mean[LAC_LINK_SHARE_BINS], sd[LAC_LINK_SHARE_BINS];  /* of the normal posterior of logit q */
    double factor[LAC_LINK_SHARE_BINS][LAC_LINK_SHARE_BINS];    /* its covariance: lower Cholesky factor */
    double low[LAC_LINK_SHARE_BINS], step[LAC_LINK_SHARE_BINS]; /* grids over logit q */
    double sum[LAC_LINK_SHARE_BINS][LAC_LINK_SHARE_GRID];       /* tilted distribution up to a point */
    double share[LAC_LINK_SHARE_BINS];                          /* its mean of q */
    double spread[LAC_LINK_SHARE_BINS]; /* and of sqrt(q (1 - q)): what a label of the stratum still tells */
};
/* Strata of one class in order of their bins, those without pairs left out; at most LAC_LINK_SHARE_BINS. */
void lac_link_shares_solve(const struct lac_link_share *share, int count, struct lac_link_shares *shares);
/* Posterior means, and a draw from the posterior; q has room for `count`. */
void lac_link_shares_mean(const struct lac_link_shares *shares, double *q);
void lac_link_shares_draw(const struct lac_link_shares *shares, struct lac_random *random, double *q);

#endif
