/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sample-coverage: one result per form. */
#include <math.h>
#include "interval.h"
#include "run_simple.h"
#include "runs.h"
#include "sample_coverage.h"

#define LOW_COVERAGE 0.55

static const char *const form_names[LAC_COVERAGE_FORMS] = {
    [LAC_COVERAGE_INDEPENDENT] = "independent",
    [LAC_COVERAGE_ONE_STEP] = "one-step",
    [LAC_COVERAGE_LOW] = "low coverage",
};

static void add_notes(const struct lac_estimate_history *history, const struct lac_coverage *coverage,
                      enum lac_coverage_form form, struct lac_result *result)
{
    if (form == LAC_COVERAGE_INDEPENDENT) lac_result_note(result, "assumes that the lists are independent");
    if (form == LAC_COVERAGE_ONE_STEP && coverage->coverage < LOW_COVERAGE)
        lac_result_note(result, "sample coverage is below %.2f: this form is unstable there", LOW_COVERAGE);
    if (form == LAC_COVERAGE_ONE_STEP && coverage->status[form] == LAC_FIT_OK &&
        coverage->estimate[form] <= history->n)
        lac_result_note(result, "the form broke down and gives the number observed");
}

static enum lac_status add_form(const struct lac_estimate_history *history,
                                const struct lac_coverage *coverage, enum lac_coverage_form form,
                                const struct lac_estimate_options *options, struct lac_results *results,
                                struct lac_error *err)
{
    const struct lac_coverage_bootstrap bootstrap = {options->seed, options->part, options->bootstrap};
    struct lac_result *result = lac_results_add(results, "sample-coverage");
    struct lac_interval interval;
    struct lac_simple simple;
    int64_t failed = 0;

    if (!result) return lac_fail_memory(err, "results");
    result->model = form_names[form];
    lac_simple_init(&simple);
    simple.status = coverage->status[form];
    simple.estimate = coverage->estimate[form];
    if (simple.status == LAC_FIT_OK && options->bootstrap > 0) {
        enum lac_status st =
            lac_sample_coverage_error(history, coverage, form, &bootstrap, &simple.se, &failed, err);
        if (st) return st;
    }
    if (lac_interval_lognormal(history->n, simple.estimate - history->n, simple.se, options->level,
                               &interval)) {
        simple.lower = interval.lower;
        simple.upper = interval.upper;
    }
    lac_result_take_simple(result, &simple, options->level);
    lac_result_number(result, "coverage", coverage->coverage);
    lac_result_number(result, "replicates_failed", (double)failed);
    if (failed)
        lac_result_note(result, "%lld of %lld replicates have no estimate: no standard error",
                        (long long)failed, (long long)options->bootstrap);
    add_notes(history, coverage, form, result);
    return LAC_OK;
}

enum lac_status lac_estimate_run_sample_coverage(const struct lac_estimate_history *history,
                                                 const struct lac_estimate_options *options,
                                                 struct lac_results *results, struct lac_error *err)
{
    struct lac_coverage coverage;
    enum lac_status st = LAC_OK;

    lac_sample_coverage(history, &coverage);
    for (int form = 0; !st && form < LAC_COVERAGE_FORMS; form++)
        st = add_form(history, &coverage, (enum lac_coverage_form)form, options, results, err);
    return st;
}
