/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sample_coverage.h"

#include <math.h>

/* Sums over pairs of lists. */
struct pair_sums {
    double a;     /* sum A */
    double ab;    /* sum A b */
    double inner; /* sum A (D b/C - 1) */
    double low;   /* sum A r */
};

static double exact_pair(const struct lac_estimate_history *history, unsigned i, unsigned j)
{
    const double *count = history->count;

    return count[i] + count[j] + 2.0 * count[i | j];
}

static double overlap_ratio(const struct lac_estimate_history *history, unsigned i, unsigned j)
{
    const double *overlap = history->overlap;

    return overlap[i | j] / (overlap[i] * overlap[j]);
}

static struct pair_sums sum_pairs(const struct lac_estimate_history *history, double d, double c)
{
    struct pair_sums sums = {0};
    double bracket;
    int lists = history->lists;

    for (int i = 0; i < lists; i++) {
        for (int j = i + 1; j < lists; j++) {
            double a = exact_pair(history, 1U << i, 1U << j), b = overlap_ratio(history, 1U << i, 1U << j);

            sums.a += a;
            sums.ab += a * b;
            sums.inner += a * (d * b / c - 1.0);
        }
    }
    bracket = d / c + sums.inner / (lists * c);
    for (int i = 0; i < lists; i++) {
        for (int j = i + 1; j < lists; j++) {
            double a = exact_pair(history, 1U << i, 1U << j), b = overlap_ratio(history, 1U << i, 1U << j);

            sums.low += a * (b * bracket - 1.0);
        }
    }
    return sums;
}

static void set(struct lac_coverage *coverage, enum lac_coverage_form form, double estimate)
{
    coverage->status[form] = isnan(estimate)   ? LAC_FIT_FAILED
                             : isinf(estimate) ? LAC_FIT_INFINITE
                                               : LAC_FIT_OK;
    coverage->estimate[form] = isfinite(estimate) ? estimate : (double)NAN;
}

static double one_step(const struct lac_estimate_history *history, const struct lac_coverage *coverage,
                       const struct pair_sums *sums)
{
    double numerator = history->lists * coverage->overlapping - sums->a;
    double denominator = history->lists * coverage->coverage - sums->ab;

    if (numerator < 1e-4 || denominator < 0.0) return history->n;
    return denominator > 0.0 ? fmax(history->n, numerator / denominator) : (double)INFINITY;
}

void lac_sample_coverage(const struct lac_estimate_history *history, struct lac_coverage *coverage)
{
    double alone = 0.0, share = 0.0, k = history->lists;

    for (int i = 0; i < history->lists; i++) {
        alone += history->count[1U << i];
        share += history->count[1U << i] / history->overlap[1U << i];
    }
    coverage->overlapping = history->n - alone / k;
    coverage->coverage = 1.0 - share / k;
    if (!(coverage->coverage > 0.0)) {
        for (int form = 0; form < LAC_COVERAGE_FORMS; form++)
            set(coverage, form, isnan(share) ? (double)NAN : (double)INFINITY);
        return;
    }
    struct pair_sums sums = sum_pairs(history, coverage->overlapping, coverage->coverage);
    double independent = coverage->overlapping / coverage->coverage;
    set(coverage, LAC_COVERAGE_INDEPENDENT, independent);
    set(coverage, LAC_COVERAGE_ONE_STEP, one_step(history, coverage, &sums));
    set(coverage, LAC_COVERAGE_LOW, independent + sums.low / (k * coverage->coverage));
}
