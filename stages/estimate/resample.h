/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_ESTIMATE_RESAMPLE_H
#define LAC_ESTIMATE_RESAMPLE_H
/*
 * Bootstrap and jackknife of any estimator of one table, over threads.
 *
 * Replicate b is n persons drawn multinomially over the observed cells from the stream (seed, bootstrap; b,
 * part, 0): its counts depend on nothing else. Such draws leave an empty cell empty; where that matters draws
 * are parametric: a model by its weight, then a Poisson count for every observable cell, from the same
 * stream. The jackknife takes one person from each non-empty cell in turn. Results are stored by number, so
 * they are the same for any number of threads.
 *
 * Automatic number of replicates: from 1,000, doubled until no limit rests on extreme replicates and both
 * moved by at most 1 % in the last doubling, at most 64,000. Earlier replicates are kept, so the outcome
 * depends on the table, the options and the seed alone.
 */
#include <stddef.h>
#include <stdint.h>
#include "base/memory.h"
#include "base/status.h"
#include "bca.h"
#include "fitter.h"
#include "history.h"
#include "method.h"

/* The estimate of a table: persons, or +infinity when there is none. Called from several threads, each with
 * its own fitter; `context` is shared and only read. */
typedef double lac_estimate_statistic(const void *context, struct lac_fitter *fitter, const double *count);

struct lac_estimate_parametric {
    size_t models;
    size_t sets;          /* of weights and means, one a drawn linkage: replicate b is of set b mod sets */
    const double *weight; /* per set and model */
    const double *mean;   /* sets * models * 2^K fitted means; cell 0 is not looked at */
};

struct lac_estimate_resample {
    const struct lac_estimate_history *history;
    lac_estimate_statistic *statistic;
    const void *context;
    uint32_t seed, part;
    int64_t replicates;
    bool jackknife;
    bool automatic;                                   /* raise the number of replicates until limits hold */
    const struct lac_estimate_parametric *parametric; /* NULL: draws over the observed cells */
};

struct lac_estimate_resampled {
    size_t b, failed;
    size_t emptied;    /* replicates in which a list has nobody: it is dropped there */
    double *replicate; /* by number */
    double *sorted;    /* ascending */
    uint64_t *choice;  /* by number: what lac_fitter_choose() was told last */
    double *beside;    /* by number: what lac_fitter_beside_set() was told last; NaN: nothing */
    size_t cells;      /* jackknife: non-empty cells, in order of their bitmask */
    double *cell_count, *cell_estimate;
};

/* Arrays belong to the arena. O(replicates * statistic / threads). */
enum lac_status lac_estimate_resample_run(const struct lac_estimate_resample *job, struct lac_arena *arena,
                                          struct lac_estimate_resampled *out,
                                          struct lac_error *err) LAC_CHECKED;

/* Limits of the replicates so far; called after each doubling. */
typedef struct lac_estimate_limits lac_estimate_limits_of(const void *context,
                                                          const struct lac_estimate_resampled *resampled);
struct lac_estimate_limiter {
    lac_estimate_limits_of *limits_of; /* NULL: no limits */
    const void *context;
    struct lac_estimate_limits limits; /* filled: the last ones */
};
/* The same, with as many replicates as the limits need when job->automatic. */
enum lac_status lac_estimate_resample_until(const struct lac_estimate_resample *job,
                                            struct lac_estimate_limiter *limiter,
                                            struct lac_estimate_resampled *out, struct lac_arena *arena,
                                            struct lac_error *err) LAC_CHECKED;

/* Notes and figures on replicates that every bootstrap gives: how many, failed, emptied lists, limits that
 * are extreme or unbounded. */
void lac_estimate_resample_report(const struct lac_estimate_resample *job,
                                  const struct lac_estimate_resampled *resampled,
                                  const struct lac_estimate_limits *limits, struct lac_result *result);

/* How often each choice was made, most often first, ties by choice; at most `most`. Returns how many. Sorts
 * resampled->choice. */
struct lac_estimate_chosen {
    uint64_t choice;
    size_t replicates;
};
size_t lac_estimate_resample_choices(struct lac_estimate_resampled *resampled,
                                     struct lac_estimate_chosen *chosen, size_t most);

/* Runs the bootstrap the options ask for and fills interval, standard error, counts of failures, z0 and
 * acceleration, and notes into the result: `bca` or percentile limits. With 0 replicates it does nothing.
 * `name_of` (may be NULL) gives the text of a choice for the result's list of models by replicate, NULL when
 * memory is out. */
typedef const char *lac_estimate_choice_name(const void *context, uint64_t choice, struct lac_arena *arena);
struct lac_estimate_choice_names {
    lac_estimate_choice_name *name_of;
    const void *context;
};
enum lac_status lac_estimate_resample_result(const struct lac_estimate_resample *job, bool bca,
                                             const struct lac_estimate_options *options,
                                             const struct lac_estimate_choice_names *names,
                                             struct lac_result *result, struct lac_error *err) LAC_CHECKED;

#endif
