/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whole tables in memory. */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "table/csv.h"

struct loading {
    struct lac_csv *csv;
    struct lac_arena *arena;
    size_t cell_capacity, line_capacity;
    void *cell, *line; /* malloc'd while growing */
};

static enum lac_status load_header(void *context, const struct lac_csv_row *row, struct lac_error *err)
{
    struct loading *loading = context;

    loading->csv->columns = row->count;
    loading->csv->header = LAC_NEW(loading->arena, char *, row->count);
    if (loading->csv->header == NULL) return lac_fail_memory(err, "a table");
    for (size_t i = 0; i < row->count; i++) {
        loading->csv->header[i] = lac_arena_strndup(loading->arena, row->field[i], row->length[i]);
        if (loading->csv->header[i] == NULL) return lac_fail_memory(err, "a table");
    }
    return LAC_OK;
}

static enum lac_status load_record(void *context, const struct lac_csv_row *row, struct lac_error *err)
{
    struct loading *loading = context;
    size_t at = (size_t)(row->row - 1), columns = loading->csv->columns;
    enum lac_status status;

    status = lac_grow(&loading->cell, &loading->cell_capacity, (at + 1) * columns, sizeof(char *), err);
    if (status == LAC_OK)
        status = lac_grow(&loading->line, &loading->line_capacity, at + 1, sizeof(int64_t), err);
    if (status != LAC_OK) return status;
    ((int64_t *)loading->line)[at] = row->line;
    for (size_t i = 0; i < columns; i++) {
        char *copy = lac_arena_strndup(loading->arena, row->field[i], row->length[i]);

        if (copy == NULL) return lac_fail_memory(err, "a table");
        ((char **)loading->cell)[at * columns + i] = copy;
    }
    return LAC_OK;
}

static enum lac_status keep(struct loading *loading, struct lac_error *err)
{
    struct lac_csv *csv = loading->csv;
    size_t rows = (size_t)csv->rows, cells = rows * csv->columns;

    csv->cell = LAC_NEW(loading->arena, char *, cells);
    csv->line = LAC_NEW(loading->arena, int64_t, rows);
    if (csv->cell == NULL || csv->line == NULL) return lac_fail_memory(err, "a table");
    if (rows == 0) return LAC_OK;
    memcpy(csv->cell, loading->cell, cells * sizeof(char *));
    memcpy(csv->line, loading->line, rows * sizeof(int64_t));
    return LAC_OK;
}

enum lac_status lac_csv_load(const char *path, struct lac_arena *arena, struct lac_csv *csv,
                             struct lac_error *err)
{
    struct loading loading = {.csv = csv, .arena = arena};
    struct lac_csv_reader reader = {.header = load_header, .record = load_record, .context = &loading};
    enum lac_status status;

    memset(csv, 0, sizeof *csv);
    csv->path = lac_arena_strdup(arena, path);
    if (csv->path == NULL) return lac_fail_memory(err, "a table");
    status = lac_csv_read(path, &reader, err);
    csv->rows = reader.rows;
    if (status == LAC_OK) status = keep(&loading, err);
    free(loading.cell);
    free(loading.line);
    return status;
}

int lac_csv_column(const struct lac_csv *csv, const char *name)
{
    for (size_t i = 0; i < csv->columns; i++) {
        if (strcmp(csv->header[i], name) == 0) return (int)i;
    }
    return -1;
}

const char *lac_csv_cell(const struct lac_csv *csv, int64_t row, int column)
{
    if (column < 0) return "";
    return csv->cell[(size_t)row * csv->columns + (size_t)column];
}

enum lac_status lac_csv_require(const struct lac_csv *csv, const char *const *names, size_t n, int *index,
                                struct lac_error *err)
{
    for (size_t i = 0; i < n; i++) {
        index[i] = lac_csv_column(csv, names[i]);
        if (index[i] < 0) {
            const char *near = lac_text_nearest(names[i], (const char *const *)csv->header, csv->columns);
            enum lac_status status = lac_fail(err, LAC_INPUT, "the header has no column %s", names[i]);

            lac_error_file(err, csv->path);
            lac_error_row(err, 0, names[i]);
            lac_error_rule(err, "csv-column-missing");
            if (near != NULL)
                lac_error_remedy(err, "add the column; is it column %d?", lac_csv_column(csv, near) + 1);
            else
                lac_error_remedy(err, "add the column");
            return status;
        }
    }
    return LAC_OK;
}
