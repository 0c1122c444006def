/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_ESTIMATE_CLOSED_H
#define LAC_ESTIMATE_CLOSED_H
/*
 * Closed-population models as Poisson regressions on the 2^K - 1 observable cells (Rivest & Baillargeon 2007,
 * JSS 19(5)). With k = |w| and `first` the first list of w, the columns beside the intercept are
 *
 *     m0           k
 *     mt           one per list
 *     mh-X, mth-X  those of m0 or mt and h_X: poisson 2^k - 1; darroch k^2/2; gamma log 3.5 - log(3.5 + k);
 *                  chao K-2 columns eta_j = max(k-j+1, 0), j = 3..K
 *     mb           first-1, k-1
 *     mbh          [first > 1], first-1, k-1
 *
 * N = n + exp(intercept), standard error sqrt(N0 + N0^2 V00); mb and mbh have their own formulas (closed.c).
 * chao: fitted again without the first negative eta until none is negative; a level of k without a person
 * counts as negative. mb and mbh need occasions in time order. Interval: log-normal above n. Status INFINITE
 * where the fit diverges, and for mb and mbh where captures do not fall off from occasion to occasion.
 */
#include "base/status.h"
#include "history.h"
#include "interval.h"
#include "simple.h"

/* constant, name in the contract */
#define LAC_CLOSED_LIST(X)                                                                                   \
    X(M0, "m0")                                                                                              \
    X(MT, "mt")                                                                                              \
    X(MH_CHAO, "mh-chao")                                                                                    \
    X(MH_POISSON, "mh-poisson")                                                                              \
    X(MH_DARROCH, "mh-darroch")                                                                              \
    X(MH_GAMMA, "mh-gamma")                                                                                  \
    X(MTH_CHAO, "mth-chao")                                                                                  \
    X(MTH_POISSON, "mth-poisson")                                                                            \
    X(MTH_DARROCH, "mth-darroch")                                                                            \
    X(MTH_GAMMA, "mth-gamma")                                                                                \
    X(MB, "mb")                                                                                              \
    X(MBH, "mbh")

enum lac_closed_model {
#define LAC_CLOSED_ENUM(constant, name) LAC_CLOSED_##constant,
    LAC_CLOSED_LIST(LAC_CLOSED_ENUM)
#undef LAC_CLOSED_ENUM
        LAC_CLOSED_COUNT
};
const char *lac_closed_name(enum lac_closed_model model);

/* LAC_NOMEM when memory is out. O(2^K p^2) an iteration. */
enum lac_status lac_closed(const struct lac_estimate_history *history, enum lac_closed_model model,
                           double level, struct lac_simple *result, struct lac_error *err) LAC_CHECKED;

/* Profile interval (interval.h) of the same models but mb and mbh, whose N is not in one cell: *ok is false
 * for these, and where the fit or the profile fails. About 60 regressions. */
enum lac_status lac_closed_profile(const struct lac_estimate_history *history, enum lac_closed_model model,
                                   double level, struct lac_interval *interval, bool *ok,
                                   struct lac_error *err) LAC_CHECKED;

/* Mt corrected for bias in small samples (Rivest & Levesque 2001): list sizes n_k + (K+2)/(2K), persons n +
 * K/2; N solves prod(1 - n_k/N) = 1 - n/N, then K/2 is taken off. Variance (Darroch 1958), with p_k = n_k/N
 * and N before K/2 is taken off: N / (prod 1/(1-p_k) + K - 1 - sum 1/(1-p_k)). Log-normal interval above n.
 * Like Chapman's estimate it is finite even when nobody is on two lists. */
void lac_closed_bias_corrected(const struct lac_estimate_history *history, double level,
                               struct lac_simple *result);

#endif
