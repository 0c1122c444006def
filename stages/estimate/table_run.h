/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_ESTIMATE_TABLE_RUN_H
#define LAC_ESTIMATE_TABLE_RUN_H
/*
 * Runs methods over a capture-history table: every stratum asked for, every method, results in that order,
 * then the totals over strata (totals.h). A list that saw nobody in a stratum is left out there, with a note.
 */
#include "diagnostics.h"
#include "method.h"
#include "table_read.h"

/* Rows of a table: all, or those whose number is `part`. */
struct lac_estimate_part {
    const struct lac_estimate_table *table;
    const int *number; /* per row; NULL: all rows */
    int part;
};

/* Counts of these rows as a history without empty lists;
 * `dropped` gets the names of lists left out, separated by blanks ("" when none). A table left with fewer
 * than two lists or without persons is no error here: look at history->lists and history->n. */
enum lac_status lac_estimate_table_history(const struct lac_estimate_part *from, struct lac_arena *arena,
                                           struct lac_estimate_history *history, const char **dropped,
                                           struct lac_error *err) LAC_CHECKED;

struct lac_estimate_table_job {
    const struct lac_estimate_table *table;
    const struct lac_estimate_strata *strata;
    const struct lac_estimate_method *const *methods;
    size_t method_count;
    const struct lac_estimate_options *options;
    double (*clock)(void); /* seconds, for the durations of the report; results do not depend on it */
};
enum lac_status lac_estimate_table_run(const struct lac_estimate_table_job *job, struct lac_results *results,
                                       struct lac_error *err) LAC_CHECKED;

/* Diagnostics of the table as a whole, and of every stratum when they were estimated apart. A stratum with
 * fewer than two lists has none. */
struct lac_estimate_table_diagnostics {
    struct lac_diagnostics whole;
    struct lac_diagnostics *part; /* per stratum; history.lists < 2: none */
    const char *const *label;
    int parts; /* 0: not estimated apart */
};
enum lac_status lac_estimate_table_diagnose(const struct lac_estimate_table_job *job, struct lac_arena *arena,
                                            struct lac_estimate_table_diagnostics *out,
                                            struct lac_error *err) LAC_CHECKED;

#endif
