/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_ESTIMATE_TABLE_READ_H
#define LAC_ESTIMATE_TABLE_READ_H
/*
 * A capture-history table from CSV: one column per list with 0 or 1, then `count`; other columns are strata.
 * Or, with a column `ncaptures`, only how many persons were seen k times (table_frequencies.h).
 *
 * Which columns are lists: every column before `count` that holds nothing but 0 and 1. A column before
 * `count` that holds a 0 beside something else is taken for a list with a wrong entry and refused, not for a
 * stratum; strata that are coded 0, 1, 2, ... stand after `count`.
 *
 * Rows that are absent count zero, repeated histories add up, the row of zeros may be present with an empty
 * count. Refused with LAC_INPUT, file, row, column, rule and remedy: a count that is not a whole number from
 * 0 to 2^53, an empty count, a total above 2^53, a wrong entry, no `count`, fewer than 2 or more than 16
 * lists, a list that no person is on, no persons, a count for the row of zeros, an empty or repeated column
 * name.
 */
#include "base/memory.h"
#include "base/status.h"

#define LAC_ESTIMATE_TABLE_LISTS 16

struct lac_estimate_table {
    const char *path;
    int lists, strata;
    const char *list[LAC_ESTIMATE_TABLE_LISTS]; /* names, in column order; bit k of a history is list k */
    const char **stratum;                       /* names of the strata columns */
    int64_t rows;
    int *captures;      /* per row, of a table with `ncaptures`; else NULL. Then `lists` is the number of
                           occasions and there are no names and histories */
    uint16_t *history;  /* per row */
    int64_t *count;     /* per row; 0 for the row of zeros */
    const char **value; /* rows * strata, row major */
};

/* Reads and checks. All memory is the arena's. O(cells of the file). */
enum lac_status lac_estimate_table_read(const char *path, struct lac_arena *arena,
                                        struct lac_estimate_table *table, struct lac_error *err) LAC_CHECKED;

/* The distinct combinations of the chosen strata columns, in order of first appearance: number[row] is the
 * combination of a row, *label its names "region=GGC;age=Young". With no column there is one combination,
 * without a label (NULL). LAC_USAGE for a column the table does not have. */
struct lac_estimate_strata {
    const char *const *column; /* set by the caller: the columns chosen */
    int chosen;                /* set by the caller: how many */
    int count;
    int *number;
    const char **label;
};
enum lac_status lac_estimate_table_strata(const struct lac_estimate_table *table, struct lac_arena *arena,
                                          struct lac_estimate_strata *strata,
                                          struct lac_error *err) LAC_CHECKED;

#endif
