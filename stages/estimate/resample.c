/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "resample.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "base/random.h"
#include "base/sum.h"
#include "bca.h"

/* What one thread works with. */
struct thread {
    struct lac_fitter *fitter;
    double *count;  /* 2^K counts of the table at hand */
    double *weight; /* observed cells: their counts */
    int64_t *drawn;
    unsigned *cell;  /* observed cells: their bitmask */
    size_t observed; /* number of observed cells */
};

static void thread_release(struct thread *t)
{
    lac_fitter_free(t->fitter);
    free(t->count);
    free(t->weight);
    free(t->drawn);
    free(t->cell);
}

static enum lac_status thread_init(struct thread *t, const struct lac_estimate_history *history)
{
    size_t cells = (size_t)1 << history->lists;
    memset(t, 0, sizeof *t);
    t->count = calloc(cells, sizeof *t->count);
    t->weight = calloc(cells, sizeof *t->weight);
    t->drawn = calloc(cells, sizeof *t->drawn);
    t->cell = calloc(cells, sizeof *t->cell);
    t->fitter = lac_fitter_new(history->lists);
    if (!t->count || !t->weight || !t->drawn || !t->cell || !t->fitter) return LAC_NOMEM;
    for (unsigned w = 1; w < cells; w++)
        if (history->count[w] > 0) {
            t->cell[t->observed] = w;
            t->weight[t->observed++] = history->count[w];
        }
    return LAC_OK;
}

static double draw(struct thread *t, const struct lac_estimate_resample *job, int64_t b, bool *emptied)
{
    struct lac_random random;
    unsigned seen = 0, all = (1U << job->history->lists) - 1;
    lac_random_init(&random, job->seed, LAC_PURPOSE_BOOTSTRAP, (uint32_t)b, job->part, 0);
    lac_random_multinomial(&random, (uint64_t)job->history->n, t->observed, t->weight, t->drawn);
    for (size_t i = 0; i < t->observed; i++) {
        t->count[t->cell[i]] = (double)t->drawn[i];
        if (t->drawn[i] > 0) seen |= t->cell[i];
    }
    *emptied = seen != all;
    return job->statistic(job->context, t->fitter, t->count);
}

static double leave_out(struct thread *t, const struct lac_estimate_resample *job, size_t cell)
{
    for (size_t i = 0; i < t->observed; i++) t->count[t->cell[i]] = t->weight[i] - (i == cell);
    return job->statistic(job->context, t->fitter, t->count);
}

/* A statistic that is not a number would spoil the sort; it is a failure like any other. */
static double failed_or(double estimate)
{
    return isfinite(estimate) ? estimate : (double)INFINITY;
}

static enum lac_status run_all(const struct lac_estimate_resample *job, struct lac_estimate_resampled *out,
                               unsigned char *emptied)
{
    int64_t total = job->replicates + (int64_t)out->cells;
    int lost = 0;
#pragma omp parallel
    {
        struct thread t;
        enum lac_status st = thread_init(&t, job->history);
        if (st) {
#pragma omp atomic write
            lost = 1;
        }
#pragma omp for schedule(dynamic, 4)
        for (int64_t i = 0; i < total; i++) {
            bool empty = false;
            if (st) continue;
            if (i < job->replicates)
                out->replicate[i] = failed_or(draw(&t, job, i, &empty));
            else
                out->cell_estimate[i - job->replicates] =
                    failed_or(leave_out(&t, job, (size_t)(i - job->replicates)));
            emptied[i] = empty;
        }
        thread_release(&t);
    }
    return lost ? LAC_NOMEM : LAC_OK;
}

enum lac_status lac_estimate_resample_run(const struct lac_estimate_resample *job, struct lac_arena *arena,
                                          struct lac_estimate_resampled *out, struct lac_error *err)
{
    size_t cells = (size_t)1 << job->history->lists;
    memset(out, 0, sizeof *out);
    out->b = (size_t)job->replicates;
    out->replicate = LAC_NEW(arena, double, out->b);
    out->sorted = LAC_NEW(arena, double, out->b);
    out->cell_count = LAC_NEW(arena, double, cells);
    out->cell_estimate = LAC_NEW(arena, double, cells);
    unsigned char *emptied = LAC_NEW(arena, unsigned char, out->b + cells);
    if (!out->replicate || !out->sorted || !out->cell_count || !out->cell_estimate || !emptied)
        return lac_fail_memory(err, "bootstrap replicates");
    for (size_t w = 1; job->jackknife && w < cells; w++)
        if (job->history->count[w] > 0) out->cell_count[out->cells++] = job->history->count[w];
    if (run_all(job, out, emptied)) return lac_fail_memory(err, "the work of a thread");
    for (size_t b = 0; b < out->b; b++) {
        out->sorted[b] = out->replicate[b];
        out->failed += isinf(out->replicate[b]) != 0;
        out->emptied += emptied[b];
    }
    lac_sort(out->sorted, out->b);
    return LAC_OK;
}

static double standard_error(const double *replicate, size_t b)
{
    double mean = lac_mean(replicate, b), sum = 0;
    for (size_t i = 0; i < b; i++) sum += (replicate[i] - mean) * (replicate[i] - mean);
    return b > 1 && isfinite(mean) ? sqrt(sum / (double)(b - 1)) : (double)NAN;
}

static void report_limits(const struct lac_estimate_limits *limits, bool bca, struct lac_result *result)
{
    result->interval = bca ? "bca" : "percentile";
    result->lower = limits->lower;
    result->upper = limits->upper;
    if (bca) {
        lac_result_number(result, "z0", limits->z0);
        lac_result_number(result, "acceleration", limits->acceleration);
    }
    if (limits->status != LAC_BCA_OK)
        lac_result_note(result, "no %s interval: %s", result->interval,
                        lac_estimate_bca_reason(limits->status));
    if (limits->lower_extreme || limits->upper_extreme)
        lac_result_note(result, "the %s limit rests on extreme replicates: use more of them",
                        limits->lower_extreme && limits->upper_extreme ? "lower and the upper"
                        : limits->lower_extreme                        ? "lower"
                                                                       : "upper");
    if (limits->status == LAC_BCA_OK && isinf(limits->upper))
        lac_result_note(result, "the upper limit is unbounded: failed replicates count as infinite");
}

enum lac_status lac_estimate_resample_result(const struct lac_estimate_resample *job, bool bca,
                                             const struct lac_estimate_options *options,
                                             struct lac_result *result, struct lac_error *err)
{
    struct lac_estimate_resampled resampled;
    if (job->replicates <= 0) return LAC_OK;
    enum lac_status st = lac_estimate_resample_run(job, result->arena, &resampled, err);
    if (st) return st;
    const struct lac_estimate_jackknife jackknife = {resampled.cell_count, resampled.cell_estimate,
                                                     resampled.cells};
    struct lac_estimate_limits limits =
        bca ? lac_estimate_bca(resampled.sorted, resampled.b, result->estimate, &jackknife, options->level)
            : lac_estimate_percentile(resampled.sorted, resampled.b, options->level);
    result->level = options->level;
    report_limits(&limits, bca, result);
    lac_result_number(result, "replicates", (double)resampled.b);
    lac_result_number(result, "failed_replicates", (double)resampled.failed);
    lac_result_number(result, "bootstrap_se", standard_error(resampled.replicate, resampled.b));
    if (isnan(result->se)) result->se = standard_error(resampled.replicate, resampled.b);
    if (resampled.failed)
        lac_result_note(result, "%zu of %zu replicates have no estimate and count as infinite",
                        resampled.failed, resampled.b);
    if (resampled.emptied)
        lac_result_note(result, "a list lost all its persons in %zu replicates and was dropped there",
                        resampled.emptied);
    if (options->keep_replicates) {
        result->replicate = resampled.replicate;
        result->replicate_count = resampled.b;
    }
    return LAC_OK;
}
