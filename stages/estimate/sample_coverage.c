/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sample_coverage.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/random.h"
#include "base/sum.h"

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
            set(coverage, (enum lac_coverage_form)form, isnan(share) ? (double)NAN : (double)INFINITY);
        return;
    }
    struct pair_sums sums = sum_pairs(history, coverage->overlapping, coverage->coverage);
    double independent = coverage->overlapping / coverage->coverage;
    set(coverage, LAC_COVERAGE_INDEPENDENT, independent);
    set(coverage, LAC_COVERAGE_ONE_STEP, one_step(history, coverage, &sums));
    set(coverage, LAC_COVERAGE_LOW, independent + sums.low / (k * coverage->coverage));
}

/* --- bootstrap ------------------------------------------------------------------------------------------ */

struct resampling {
    struct lac_estimate_history history; /* of a replicate */
    double *buffer;                      /* counts, overlaps, weights */
    double *weight;
    int64_t *drawn;
    double *estimate; /* by replicate */
};

static void resampling_release(struct resampling *r)
{
    free(r->buffer);
    free(r->drawn);
    free(r->estimate);
}

static bool resampling_init(struct resampling *r, const struct lac_estimate_history *history,
                            int64_t replicates)
{
    size_t cells = (size_t)1 << history->lists;

    *r = (struct resampling){.history = *history};
    r->buffer = calloc(3 * cells, sizeof *r->buffer);
    r->drawn = calloc(cells, sizeof *r->drawn);
    r->estimate = calloc((size_t)replicates + 1, sizeof *r->estimate);
    if (r->buffer == NULL || r->drawn == NULL || r->estimate == NULL) return false;
    r->history.count = r->buffer;
    r->history.overlap = r->buffer + cells;
    r->weight = r->buffer + 2 * cells;
    memcpy(r->weight, history->count, cells * sizeof *r->weight);
    return true;
}

/* One replicate of `persons` persons; NaN when it has no estimate. */
static double replicate(struct resampling *r, enum lac_coverage_form form, uint64_t persons,
                        struct lac_random *random)
{
    size_t cells = (size_t)1 << r->history.lists;
    struct lac_coverage coverage;

    lac_random_multinomial(random, persons, cells, r->weight, r->drawn);
    r->history.count[0] = 0.0;
    for (size_t w = 1; w < cells; w++) r->history.count[w] = (double)r->drawn[w];
    memcpy(r->history.overlap, r->history.count, cells * sizeof(double));
    lac_estimate_superset_transform(r->history.lists, r->history.overlap);
    r->history.n = r->history.overlap[0];
    lac_sample_coverage(&r->history, &coverage);
    return coverage.estimate[form];
}

static double spread(double *x, size_t n)
{
    double mean = lac_mean(x, n);

    for (size_t i = 0; i < n; i++) x[i] = (x[i] - mean) * (x[i] - mean);
    return sqrt(lac_sum(x, n) / (double)(n - 1));
}

enum lac_status lac_sample_coverage_error(const struct lac_estimate_history *history,
                                          const struct lac_coverage *coverage, enum lac_coverage_form form,
                                          const struct lac_coverage_bootstrap *bootstrap, double *se,
                                          int64_t *failed, struct lac_error *err)
{
    struct resampling r;
    enum lac_status st = LAC_OK;

    *se = (double)NAN;
    *failed = 0;
    if (!resampling_init(&r, history, bootstrap->replicates)) {
        st = lac_fail_memory(err, "replicates");
        goto cleanup;
    }
    r.weight[0] = coverage->estimate[form] - history->n;
    for (int64_t b = 0; b < bootstrap->replicates; b++) {
        struct lac_random random;

        lac_random_init(&random, bootstrap->seed, LAC_PURPOSE_BOOTSTRAP, (uint32_t)b, bootstrap->part,
                        1U + (uint32_t)form);
        r.estimate[b] = replicate(&r, form, (uint64_t)llround(coverage->estimate[form]), &random);
        *failed += isnan(r.estimate[b]);
    }
    if (*failed == 0 && bootstrap->replicates > 1) *se = spread(r.estimate, (size_t)bootstrap->replicates);
cleanup:
    resampling_release(&r);
    return st;
}
