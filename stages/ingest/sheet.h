/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_INGEST_SHEET_H
#define LAC_INGEST_SHEET_H
/*
 * A return's file as it comes: its header, which column is which, and its rows one after another. One row is
 * in memory at a time, as it stands in the file, so that a row set aside can be written back as it was.
 */
#include "base/digest.h"
#include "findings.h"
#include "layout.h"

struct lac_ingest_line {
    size_t width;
    const char *const *cell; /* one after another in memory, each with its NUL */
    const size_t *length;
};
struct lac_ingest_sheet {
    const char *name; /* file name for findings */
    size_t columns;
    char **header;               /* the arena's */
    size_t rows;                 /* read so far; the number of the row being read */
    struct lac_ingest_line line; /* the row being read; valid until the callback returns */
    int column[LAC_FIELD_COUNT]; /* column of a field, -1 when the file has none */
    bool usable;                 /* readable CSV with every required column; final when reading ends */
};

/* What is read, and who takes the rows. */
struct lac_ingest_input {
    const char *name; /* for findings */
    const char *path; /* the file; NULL: `bytes` */
    const char *bytes;
    size_t length;
    const struct lac_ingest_layout *layout;
    size_t skip;       /* bytes above the header */
    const char *first; /* header line to read in their place, NULL: none */
    uint32_t entry;    /* the return, for findings */
    char *digest;      /* LAC_DIGEST_SIZE characters for the SHA-256 of the bytes, NULL: none */
    /* After the header, when the file is usable; and for every row of a usable file. */
    enum lac_status (*begin)(void *context);
    enum lac_status (*row)(void *context);
    void *context;
};

/* Reads a file from its first to its last byte. What is wrong with the file becomes findings, not a failure;
 * then `usable` is false, and findings made since the call are dropped, whoever made them, since nothing of a
 * broken file counts. Fails when the file cannot be opened or read, for want of memory, or when a callback
 * does. O(length). */
enum lac_status lac_ingest_sheet_read(struct lac_ingest_sheet *sheet, const struct lac_ingest_input *source,
                                      struct lac_arena *arena, struct lac_ingest_findings *findings,
                                      struct lac_error *err) LAC_CHECKED;
/* Name of a field's column in the file, or its national name. */
const char *lac_ingest_sheet_column(const struct lac_ingest_sheet *sheet, enum lac_ingest_field field);
/* Cell of a field in the row being read; "" when there is none. */
static inline const char *lac_ingest_sheet_cell(const struct lac_ingest_sheet *sheet,
                                                enum lac_ingest_field field)
{
    int column = sheet->column[field];

    return column < 0 || (size_t)column >= sheet->line.width ? "" : sheet->line.cell[column];
}
static inline size_t lac_ingest_sheet_length(const struct lac_ingest_sheet *sheet,
                                             enum lac_ingest_field field)
{
    int column = sheet->column[field];

    return column < 0 || (size_t)column >= sheet->line.width ? 0 : sheet->line.length[column];
}

#endif
