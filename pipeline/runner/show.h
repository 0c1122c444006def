/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_RUNNER_SHOW_H
#define LAC_RUNNER_SHOW_H
/*
 * `lacuna show`: what is in a run, a store file or a table, as text, CSV or JSON.
 *
 * Dates appear as YYYY-MM-DD, partial dates as far as they are known, missing values as nothing (null in
 * JSON), infinity as inf. Nothing is written but to `to`. Memory: the table shown.
 */
#include <stdio.h>
#include "base/memory.h"
#include "base/status.h"
#include "table/store.h"

enum lac_show_form { LAC_SHOW_TEXT, LAC_SHOW_CSV, LAC_SHOW_JSON };

#define LAC_SHOW_CONDITIONS 16

struct lac_show_request {
    const char *path;                       /* run folder or store file */
    const char *table;                      /* name or NULL */
    const char *where[LAC_SHOW_CONDITIONS]; /* COLUMN=VALUE and so on; a row must meet all */
    size_t conditions;
    enum lac_show_form form;
    int64_t limit; /* rows at most; -1: 40 as text, all as CSV and JSON; 0: all */
    FILE *to;
};

enum lac_status lac_show(const struct lac_show_request *request, struct lac_error *err) LAC_CHECKED;

/* One table. Beside its own columns: `lists` after `pattern`, the names of its lists joined by +; and in a
 * run that has come to reconcile, with `persons`, the columns of `sources`. Conditions compare numbers as
 * numbers, everything else as the text shown; an empty value is a missing one. LAC_USAGE for a condition that
 * cannot be read or names no column; values are never repeated in a message. `run` is NULL when the path is a
 * file. */
enum lac_status lac_show_table(const struct lac_show_request *request, const char *run,
                               struct lac_arena *arena, struct lac_error *err) LAC_CHECKED;

/* A grid of texts for the three forms: overviews and tables are printed from it. Zero-initialise. */
struct lac_show_grid {
    struct lac_arena *arena; /* borrowed */
    const char *const *head;
    const bool *number; /* per column: right-aligned, bare in JSON */
    size_t columns, rows, capacity;
    const char **cell; /* rows * columns; "" is missing */
    bool precise;      /* doubles so that they read back; for whoever fills it */
};
/* Appends a row of texts, which are copied. */
enum lac_status lac_show_grid_add(struct lac_show_grid *grid, const char *const *cell,
                                  struct lac_error *err) LAC_CHECKED;
/* Prints it: aligned text, CSV, or a JSON array of objects. */
enum lac_status lac_show_grid_print(const struct lac_show_grid *grid, enum lac_show_form form, FILE *to,
                                    struct lac_error *err) LAC_CHECKED;

/* Text of one cell; valid until the next call with the same buffer. `precise`: doubles so that they read
 * back. */
const char *lac_show_cell(const struct lac_table *table, size_t column, size_t row, bool precise,
                          char buffer[64]);
/* The same of a double: "" for NaN, inf for infinity. */
const char *lac_show_double(double value, bool precise, char buffer[64]);
/* Whether values of the column are numbers to a reader: dates are not. */
bool lac_show_is_number(enum lac_column_id column);

#endif
