/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_ESTIMATE_RESAMPLE_H
#define LAC_ESTIMATE_RESAMPLE_H
/*
 * Bootstrap and jackknife of any estimator of one table, over threads.
 *
 * Replicate b is n persons drawn multinomially over the observed cells from the stream (seed, bootstrap; b,
 * part, 0): its counts depend on nothing else. The jackknife takes one person from each non-empty cell in
 * turn. Results are stored by number, so they are the same for any number of threads.
 */
#include <stddef.h>
#include <stdint.h>
#include "base/memory.h"
#include "base/status.h"
#include "fitter.h"
#include "history.h"
#include "method.h"

/* The estimate of a table: persons, or +infinity when there is none. Called from several threads, each with
 * its own fitter; `context` is shared and only read. */
typedef double lac_estimate_statistic(const void *context, struct lac_fitter *fitter, const double *count);

struct lac_estimate_resample {
    const struct lac_estimate_history *history;
    lac_estimate_statistic *statistic;
    const void *context;
    uint32_t seed, part;
    int64_t replicates;
    bool jackknife;
};

struct lac_estimate_resampled {
    size_t b, failed;
    size_t emptied;    /* replicates in which a list has nobody: it is dropped there */
    double *replicate; /* by number */
    double *sorted;    /* ascending */
    size_t cells;      /* jackknife: non-empty cells, in order of their bitmask */
    double *cell_count, *cell_estimate;
};

/* Arrays belong to the arena. O(replicates * statistic / threads). */
enum lac_status lac_estimate_resample_run(const struct lac_estimate_resample *job, struct lac_arena *arena,
                                          struct lac_estimate_resampled *out,
                                          struct lac_error *err) LAC_CHECKED;

/* Runs the bootstrap the options ask for and fills interval, standard error, counts of failures, z0 and
 * acceleration, and notes into the result: `bca` or percentile limits. With 0 replicates it does nothing. */
enum lac_status lac_estimate_resample_result(const struct lac_estimate_resample *job, bool bca,
                                             const struct lac_estimate_options *options,
                                             struct lac_result *result, struct lac_error *err) LAC_CHECKED;

#endif
