/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_ESTIMATE_BCA_H
#define LAC_ESTIMATE_BCA_H
/*
 * Limits from bootstrap replicates: percentile, and bias-corrected and accelerated (BCa; DiCiccio & Efron
 * 1996, Stat Sci 11:189, as used by Chan, Silverman & Vincent 2021, JASA 116:1297).
 *
 *   z0 = Phi^-1(#{N*_b < N} / B)                                              strict inequality
 *   d_w = sum(n_w J_w)/n - J_w,  J_w the estimate with one person fewer in cell w
 *   a  = sum n_w d_w^3 / (6 (sum n_w d_w^2)^1.5)
 *   q(alpha) = Phi(z0 + (z0 + z_alpha) / (1 - a (z0 + z_alpha)))
 *   limit = type-8 quantile of the replicates at q; the percentile limit is the type-7 quantile at alpha
 *
 * A failed replicate is +infinity; it is sorted last and counted like any other, never removed. An interval
 * can therefore have an infinite upper limit.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum lac_estimate_bca_status {
    LAC_BCA_OK,
    LAC_BCA_Z0,        /* every or no replicate lies below the estimate: z0 is infinite, no limits */
    LAC_BCA_TAIL,      /* 1 - a (z0 + z) is not positive: no limits */
    LAC_BCA_JACKKNIFE, /* a table with one person fewer has no estimate: no acceleration, no limits */
    LAC_BCA_TOO_FEW    /* fewer than two replicates */
};

struct lac_estimate_limits {
    double lower, upper; /* NaN when status is not LAC_BCA_OK */
    double z0, acceleration;
    bool lower_extreme; /* the limit rests on the first replicate or below it: qB < 1 */
    bool upper_extreme; /* the limit rests on the last replicates: qB > B - 1 */
    enum lac_estimate_bca_status status;
};

/* One term of the jackknife per non-empty cell. */
struct lac_estimate_jackknife {
    const double *count;    /* persons in the cell, > 0 */
    const double *estimate; /* estimate with one person fewer; not finite: none */
    size_t cells;
};

/* Acceleration; NaN when a jackknife estimate is missing, 0 when all are equal. */
double lac_estimate_acceleration(const struct lac_estimate_jackknife *jackknife);

/* `sorted`: b replicates ascending, +infinity for failures. `level` in (0,1). O(log b). */
struct lac_estimate_limits lac_estimate_bca(const double *sorted, size_t b, double estimate,
                                            const struct lac_estimate_jackknife *jackknife, double level);
struct lac_estimate_limits lac_estimate_percentile(const double *sorted, size_t b, double level);

/* Word for messages: why there are no limits. */
const char *lac_estimate_bca_reason(enum lac_estimate_bca_status status);

#endif
