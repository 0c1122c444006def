/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_ESTIMATE_TABLE_READ_INTERNAL_H
#define LAC_ESTIMATE_TABLE_READ_INTERNAL_H
/* What the two forms of a table share while they are read. */
#include "table/csv.h"
#include "table_read.h"

/* 2^53: above it a double no longer counts persons. */
#define LAC_TABLE_COUNT_LIMIT INT64_C(9007199254740992)
#define LAC_TABLE_CAPTURES "ncaptures"

/* Places an error that lac_fail() has filled. */
enum lac_status lac_table_refuse(struct lac_error *err, const struct lac_csv *csv, int64_t row,
                                 const char *column, const char *rule) LAC_CHECKED;
/* The count of a row (from 0) in column `count`; `zeros`: the row of those never seen, which has none. */
enum lac_status lac_table_count(const struct lac_csv *csv, int count, int64_t row, bool zeros, int64_t *value,
                                struct lac_error *err) LAC_CHECKED;
/* The form with `ncaptures`, in column `captures`. */
enum lac_status lac_table_frequencies(const struct lac_csv *csv, int count, int captures,
                                      struct lac_arena *arena, struct lac_estimate_table *table,
                                      struct lac_error *err) LAC_CHECKED;
/* Refuses a sum of counts above the limit, at `row`; after the last row (-1) also a sum of 0. */
enum lac_status lac_table_total(const struct lac_csv *csv, int64_t row, int64_t total,
                                struct lac_error *err) LAC_CHECKED;

#endif
