/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_TABLE_CSV_H
#define LAC_TABLE_CSV_H
/*
 * CSV in and out: libcsv behind a guard.
 *
 * Reading is strict RFC 4180: an unclosed quote, text after a closing quote, a NUL byte, bytes that are not
 * UTF-8, a field above the limit, a row whose width differs from the header's, and a repeated header name are
 * errors with file, line, row and remedy. Blanks around fields are kept. A byte-order mark is accepted and
 * reported. `row` counts data records from 1, `line` counts text lines from 1 (quoted line breaks count in
 * `line` only). Memory: one row at a time for lac_csv_read(); the whole table for lac_csv_load().
 * A line without a quote that stands between two rows is split at its commas here, which is all that the
 * grammar asks of it, at three times the speed; every other line goes through libcsv.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include "base/memory.h"
#include "base/status.h"

#define LAC_CSV_FIELD_LIMIT 65536
#define LAC_CSV_COLUMN_LIMIT 512

struct lac_csv_row {
    int64_t row;  /* 0 for the header */
    int64_t line; /* line on which the row starts */
    size_t count;
    const char *const *field; /* NUL terminated, never NULL, one after another in memory, each with its NUL;
                                 valid until the callback returns, when read by this reader; 16 bytes can be
                                 read from the start of any of them */
    const size_t *length;
};

struct lac_csv_reader {
    size_t field_limit;  /* 0: LAC_CSV_FIELD_LIMIT */
    size_t column_limit; /* 0: LAC_CSV_COLUMN_LIMIT */
    bool ragged;         /* accept rows of another width than the header */
    /* Any status but LAC_OK stops reading and is returned. `header` may be NULL. `context` is passed through.
     */
    enum lac_status (*header)(void *context, const struct lac_csv_row *row, struct lac_error *err);
    enum lac_status (*record)(void *context, const struct lac_csv_row *row, struct lac_error *err);
    void *context;
    /* Every block of a file as it comes, for a digest; NULL: none. Not called for lac_csv_read_bytes(). */
    void (*block)(void *context, const char *bytes, size_t n);
    /* What stands above the table: bytes of the file to pass over, a byte-order mark among them, and a header
     * line to read in their place, with its line end; NULL: none. */
    size_t skip;
    const char *first;
    bool libcsv_only; /* every line through libcsv: for tests and for measuring */
    /* Filled by reading: */
    int64_t rows, lines;
    bool byte_order_mark, crlf;
    size_t bad_field; /* after rule csv-utf8: the field (from 0) of the row that holds the byte */
};

/* Reads one file, or with `bytes` not NULL that memory under the name `path`. O(bytes). */
enum lac_status lac_csv_read(const char *path, struct lac_csv_reader *reader,
                             struct lac_error *err) LAC_CHECKED;
enum lac_status lac_csv_read_bytes(const char *path, const char *bytes, size_t length,
                                   struct lac_csv_reader *reader, struct lac_error *err) LAC_CHECKED;

/* A whole CSV file in memory. All text is owned by the arena. */
struct lac_csv {
    const char *path;
    size_t columns;
    char **header;
    int64_t rows;
    char **cell;   /* rows * columns, row major; never NULL */
    int64_t *line; /* per row */
};
enum lac_status lac_csv_load(const char *path, struct lac_arena *arena, struct lac_csv *csv,
                             struct lac_error *err) LAC_CHECKED;
/* Column index by exact name, or -1. */
int lac_csv_column(const struct lac_csv *csv, const char *name);
/* Cell of `row` (from 0) in `column`; "" when column is -1. */
const char *lac_csv_cell(const struct lac_csv *csv, int64_t row, int column);
/* Columns for all `names` (n of them) into index[]; a missing one is LAC_INPUT naming file and column. */
enum lac_status lac_csv_require(const struct lac_csv *csv, const char *const *names, size_t n, int *index,
                                struct lac_error *err) LAC_CHECKED;

/* Writes one field, quoted where RFC 4180 needs it; `first` false puts a comma before it. */
void lac_csv_put(FILE *to, bool first, const char *text);
void lac_csv_put_i64(FILE *to, bool first, int64_t value);
void lac_csv_put_double(FILE *to, bool first,
                        double value); /* shortest form that reads back the same; "" for NaN */
void lac_csv_end(FILE *to);            /* line end: LF */

#endif
