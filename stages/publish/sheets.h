/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_PUBLISH_SHEETS_H
#define LAC_PUBLISH_SHEETS_H
/*
 * The sheets of the workbook, which both formats print: cover, contents, notes, then one table a sheet. The
 * first line, in A1, is the title; lines of text follow; then the table, if there is one, in column A.
 */
#include "model.h"

#define LAC_PUBLISH_SHEET_LINES 10

struct lac_publish_sheet {
    const char *name;                          /* letters, digits and _ */
    const char *line[LAC_PUBLISH_SHEET_LINES]; /* the title first */
    size_t lines;
    bool wrap;              /* lines are wrapped in a wide first column */
    bool links;             /* the first column names sheets */
    int first_width, width; /* characters */
    const char *table_name; /* letters, digits and _; NULL without a table */
    struct lac_publish_table table;
};

/* All sheets, in the arena; NULL on failure. */
struct lac_publish_sheet *lac_publish_sheets(struct lac_publish_model *model, size_t *count);

#endif
