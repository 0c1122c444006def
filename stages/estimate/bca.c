/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bca.h"
#include <gsl/gsl_cdf.h>
#include <math.h>

static const struct lac_estimate_limits no_limits = {
    .lower = (double)NAN, .upper = (double)NAN, .z0 = (double)NAN, .acceleration = (double)NAN};

double lac_estimate_acceleration(const struct lac_estimate_jackknife *jackknife)
{
    double n = 0, total = 0, second = 0, third = 0;
    for (size_t i = 0; i < jackknife->cells; i++) {
        if (!isfinite(jackknife->estimate[i])) return (double)NAN;
        n += jackknife->count[i];
        total += jackknife->count[i] * jackknife->estimate[i];
    }
    for (size_t i = 0; i < jackknife->cells; i++) {
        double d = total / n - jackknife->estimate[i];
        second += jackknife->count[i] * d * d;
        third += jackknife->count[i] * d * d * d;
    }
    return second > 0 ? third / (6 * pow(second, 1.5)) : 0;
}

/* Quantile at h (a place from 1 to b, interpolated and clamped). Two infinite neighbours must not give NaN.
 */
static double at_place(const double *sorted, size_t b, double h)
{
    if (!(h > 1)) return sorted[0];
    if (h >= (double)b) return sorted[b - 1];
    size_t i = (size_t)floor(h) - 1;
    double part = h - floor(h);
    if (part <= 0 || isinf(sorted[i])) return sorted[i];
    return sorted[i] + part * (sorted[i + 1] - sorted[i]);
}

static size_t count_below(const double *sorted, size_t b, double estimate)
{
    size_t low = 0, high = b;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (sorted[middle] < estimate)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

struct lac_estimate_limits lac_estimate_bca(const double *sorted, size_t b, double estimate,
                                            const struct lac_estimate_jackknife *jackknife, double level)
{
    struct lac_estimate_limits limits = no_limits;
    limits.status = LAC_BCA_TOO_FEW;
    if (b < 2) return limits;
    limits.acceleration = lac_estimate_acceleration(jackknife);
    size_t below = count_below(sorted, b, estimate);
    limits.status = LAC_BCA_Z0;
    if (below == 0 || below == b) return limits;
    limits.z0 = gsl_cdf_ugaussian_Pinv((double)below / (double)b);
    limits.status = LAC_BCA_JACKKNIFE;
    if (isnan(limits.acceleration)) return limits;
    double q[2];
    for (int side = 0; side < 2; side++) {
        double z = limits.z0 + gsl_cdf_ugaussian_Pinv(side == 0 ? (1 - level) / 2 : (1 + level) / 2);
        double denominator = 1 - limits.acceleration * z;
        limits.status = LAC_BCA_TAIL;
        if (denominator <= 0) return limits;
        q[side] = gsl_cdf_ugaussian_P(limits.z0 + z / denominator);
    }
    double size = (double)b;
    limits.status = LAC_BCA_OK;
    limits.lower = at_place(sorted, b, (size + 1.0 / 3) * q[0] + 1.0 / 3);
    limits.upper = at_place(sorted, b, (size + 1.0 / 3) * q[1] + 1.0 / 3);
    limits.lower_extreme = q[0] * size < 1;
    limits.upper_extreme = q[1] * size > size - 1;
    return limits;
}

struct lac_estimate_limits lac_estimate_percentile(const double *sorted, size_t b, double level)
{
    struct lac_estimate_limits limits = no_limits;
    limits.status = LAC_BCA_TOO_FEW;
    if (b < 2) return limits;
    double alpha = (1 - level) / 2, span = (double)(b - 1);
    limits.status = LAC_BCA_OK;
    limits.lower = at_place(sorted, b, 1 + span * alpha);
    limits.upper = at_place(sorted, b, 1 + span * (1 - alpha));
    limits.lower_extreme = alpha * (double)b < 1;
    limits.upper_extreme = limits.lower_extreme;
    return limits;
}

const char *lac_estimate_bca_reason(enum lac_estimate_bca_status status)
{
    switch (status) {
    case LAC_BCA_Z0:
        return "the replicates all lie on one side of the estimate";
    case LAC_BCA_TAIL:
        return "bias correction and acceleration leave no finite quantile";
    case LAC_BCA_JACKKNIFE:
        return "leaving out one person gives a table without an estimate";
    case LAC_BCA_TOO_FEW:
        return "fewer than two replicates";
    case LAC_BCA_OK:
        break;
    }
    return "";
}
