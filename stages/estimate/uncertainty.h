/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_ESTIMATE_UNCERTAINTY_H
#define LAC_ESTIMATE_UNCERTAINTY_H
/*
 * Where the width of an interval comes from: the variance of log unseen persons, split by source.
 *
 * Replicate b is of drawn linkage b mod R, and L_b is the logarithm of its unseen persons before the
 * allowance for residual dependence. At each drawn linkage the estimator gives a point Q_r, and S_r where
 * persons of doubtful scope count at their mean over the draws in place of wholly or not at all.
 *
 *   linkage              variance of S_r over r
 *   scope                variance of Q_r - S_r: what drawing persons in or out adds to a linkage
 *   sampling             variance of the replicates of one linkage with the weights of models held (F_b), or
 *                        of one set of variances under partial pooling; averaged over linkages or sets
 *   model                the rest of the variance of L_b: what choosing models anew in every replicate adds,
 *                        or how much forces differ
 *   residual_dependence  the square of delta's standard deviation: a stated judgement, never an estimate
 *
 * Scope is drawn given the links, so linkage and scope are uncorrelated and the parts add up (law of total
 * variance); delta is drawn apart. Records that judges put out of scope are drawn with the links and stand
 * under linkage. Replicates without an estimate are left out of the variances; the gates count them.
 *
 * The check of Rubin (1987, Multiple imputation for nonresponse in surveys, chapter 3): W the mean variance
 * within a linkage, B the variance of Q_r, T = W + (1 + 1/R) B, nu = (R - 1)(1 + W / ((1 + 1/R) B))^2,
 * limits exp(mean Q_r +- t_nu sqrt T), without delta. It presumes Q_r near normal: its skewness stands beside
 * it. Where the check and the mixture of replicates disagree, believe the mixture.
 */
#include <stddef.h>
#include "base/memory.h"

/* constant, word in the store */
#define LAC_SOURCE_LIST(X)                                                                                   \
    X(SAMPLING, "sampling")                                                                                  \
    X(MODEL, "model")                                                                                        \
    X(LINKAGE, "linkage")                                                                                    \
    X(SCOPE, "scope")                                                                                        \
    X(RESIDUAL, "residual_dependence")
enum lac_source {
#define LAC_SOURCE_ENUM(name, word) LAC_SOURCE_##name,
    LAC_SOURCE_LIST(LAC_SOURCE_ENUM)
#undef LAC_SOURCE_ENUM
        LAC_SOURCES
};
const char *lac_source_word(enum lac_source source);

struct lac_uncertainty_input {
    double n, unseen;         /* persons seen, and the point estimate of those unseen */
    double level, delta_sd;   /* nominal coverage; of log unseen */
    size_t replicates;        /* all arrays of replicates have as many; 2 or more */
    const double *log_unseen; /* L_b; +infinity for a failed one */
    const double *held;       /* F_b; NULL: L_b */
    size_t groups;         /* replicate b is of group b mod groups: linkages or sets of variances; 1: none */
    size_t linkages;       /* R; 0: the links are certain */
    const double *point;   /* Q_r: log unseen persons */
    const double *settled; /* S_r; NULL: nobody's scope is in doubt */
};

struct lac_uncertainty {
    double variance[LAC_SOURCES], total;           /* of log unseen persons; the parts add up to the total */
    double lower[LAC_SOURCES], upper[LAC_SOURCES]; /* limits of N if a source were the only one: log-normal */
    double rubin_lower, rubin_upper, rubin_df, rubin_skewness; /* NaN: fewer than two linkages */
};

/* Not enough finite replicates leave NaN. O(replicates + linkages). `arena` for work. */
enum lac_status lac_uncertainty_split(const struct lac_uncertainty_input *input, struct lac_arena *arena,
                                      struct lac_uncertainty *out, struct lac_error *err) LAC_CHECKED;

#endif
