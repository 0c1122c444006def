/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_TEST_ESTIMATE_REFERENCE_H
#define LAC_TEST_ESTIMATE_REFERENCE_H
/* Published tables and reference rows for the tests of estimate. Failures abort: these files are part of the
 * project. */
#include <math.h>

#include "../unit.h"
#include "base/memory.h"
#include "base/text.h"
#include "history.h"
#include "table/csv.h"

/* A published table with its strata summed: lists are the columns before `count`. */
static inline void reference_table(struct lac_arena *arena, const char *file,
                                   struct lac_estimate_history *history)
{
    struct lac_error err;
    struct lac_csv csv;
    char *path = lac_arena_printf(arena, "%s/datasets/published/%s", getenv("LACUNA_SOURCE"), file);
    double *count = LAC_NEW(arena, double, 1U << LAC_ESTIMATE_LISTS_MAX);
    int lists = 0, column, at;

    assert_non_null(path);
    assert_non_null(count);
    assert_int_equal(lac_csv_load(path, arena, &csv, &err), LAC_OK);
    column = lac_csv_column(&csv, "count");
    while (lists < column && strspn(lac_csv_cell(&csv, 0, lists), "01") == 1) lists++;
    for (int64_t row = 0; row < csv.rows; row++) {
        unsigned w = 0;

        for (at = 0; at < lists; at++) w |= (unsigned)(lac_csv_cell(&csv, row, at)[0] == '1') << at;
        count[w] += atof(lac_csv_cell(&csv, row, column));
    }
    assert_int_equal(lac_estimate_history_init(history, lists, (const char **)csv.header, count, arena, &err),
                     LAC_OK);
}

#endif
