/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_INGEST_SHEET_H
#define LAC_INGEST_SHEET_H
/*
 * A return's file as it came: header, rows of cells, and which column is which. Nothing is changed, so that a
 * row set aside can be written back as it was. All memory is the arena's: about the size of the file and 8
 * bytes a cell.
 */
#include "findings.h"
#include "layout.h"

#define LAC_INGEST_FILE_LIMIT ((size_t)1 << 31) /* largest file read, bytes */

struct lac_ingest_line {
    size_t width;
    char **cell;
};
struct lac_ingest_sheet {
    const char *name; /* file name for findings */
    size_t columns;
    char **header;
    size_t rows;
    struct lac_ingest_line *line; /* [rows]; row number is the index plus 1 */
    int column[LAC_FIELD_COUNT];  /* column of a field, -1 when the file has none */
    bool usable;                  /* readable CSV with every required column */
};

/* Reads a file's bytes. What is wrong with the file becomes findings (of return `entry`), not a failure; then
 * `usable` is false. Fails only for want of memory. O(length). */
enum lac_status lac_ingest_sheet_read(struct lac_ingest_sheet *sheet, const char *name, const char *bytes,
                                      size_t length, const struct lac_ingest_layout *layout, uint32_t entry,
                                      struct lac_arena *arena, struct lac_ingest_findings *findings,
                                      struct lac_error *err) LAC_CHECKED;
/* Name of a field's column in the file, or its national name. */
const char *lac_ingest_sheet_column(const struct lac_ingest_sheet *sheet, enum lac_ingest_field field);
/* Cell of a field in a row (index from 0); "" when there is none. */
const char *lac_ingest_sheet_cell(const struct lac_ingest_sheet *sheet, size_t row,
                                  enum lac_ingest_field field);

#endif
