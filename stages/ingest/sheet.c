/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sheet.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "table/csv.h"

struct reading {
    struct lac_ingest_sheet *sheet;
    const struct lac_ingest_layout *layout;
    struct lac_arena *arena;
    struct lac_ingest_findings *findings;
    struct lac_ingest_finding finding; /* template: return and file */
    struct lac_error *err;
    void *line; /* malloc'd while growing */
    size_t capacity;
};

static enum lac_status add(struct reading *reading, enum lac_ingest_rule rule, const char *column,
                           const char *text, int64_t a)
{
    struct lac_ingest_finding finding = reading->finding;

    finding.rule = rule;
    finding.column = column;
    finding.text = text;
    finding.a = a;
    return lac_ingest_findings_add(reading->findings, &finding, reading->err);
}

/* One piece of memory for all cells of a row. */
static char **copy_cells(struct lac_arena *arena, const struct lac_csv_row *row)
{
    char **cell = LAC_NEW(arena, char *, row->count), *text;
    size_t bytes = row->count, at = 0;

    for (size_t i = 0; i < row->count; i++) bytes += row->length[i];
    text = LAC_NEW(arena, char, bytes);
    if (cell == NULL || text == NULL) return NULL;
    for (size_t i = 0; i < row->count; i++) {
        cell[i] = text + at;
        memcpy(cell[i], row->field[i], row->length[i]); /* the arena is zeroed: a NUL follows */
        at += row->length[i] + 1;
    }
    return cell;
}

static enum lac_status on_header(void *context, const struct lac_csv_row *row, struct lac_error *err)
{
    struct reading *reading = context;

    reading->sheet->columns = row->count;
    reading->sheet->header = copy_cells(reading->arena, row);
    return reading->sheet->header == NULL ? lac_fail_memory(err, "a return") : LAC_OK;
}

static enum lac_status on_record(void *context, const struct lac_csv_row *row, struct lac_error *err)
{
    struct reading *reading = context;
    size_t at = (size_t)(row->row - 1);
    struct lac_ingest_line line = {row->count, copy_cells(reading->arena, row)};
    enum lac_status status;

    if (line.cell == NULL) return lac_fail_memory(err, "a return");
    status = lac_grow(&reading->line, &reading->capacity, at + 1, sizeof line, err);
    if (status == LAC_OK) ((struct lac_ingest_line *)reading->line)[at] = line;
    return status;
}

/* Column (from 0) of the row that holds the byte at `offset`: commas since the last line end outside quotes.
 */
static size_t column_at(const char *bytes, size_t offset)
{
    bool quoted = false;
    size_t column = 0;

    for (size_t i = 0; i < offset; i++) {
        if (bytes[i] == '"') quoted = !quoted;
        if (quoted) continue;
        if (bytes[i] == ',') column++;
        if (bytes[i] == '\n') column = 0;
    }
    return column;
}

/* The file cannot be read: one finding that points at the place. A header cell is named only when it is a
 * column of the layout: a file without a header would show a person's value. */
static enum lac_status broken(struct reading *reading, const char *bytes, size_t length,
                              const struct lac_error *why)
{
    bool exact;
    struct lac_ingest_sheet *sheet = reading->sheet;
    bool utf8 = strcmp(why->rule, "csv-utf8") == 0;
    const char *column = NULL, *text = NULL;

    reading->finding.row = why->row > 0 ? why->row : LAC_INGEST_NO_ROW;
    if (utf8 && why->row > 0) {
        size_t at = column_at(bytes, lac_text_utf8_valid(bytes, length));

        if (at < sheet->columns &&
            lac_ingest_layout_field_of(reading->layout, sheet->header[at], &exact) < LAC_FIELD_COUNT)
            column = sheet->header[at];
    } else if (!utf8) {
        text = lac_arena_strdup(reading->arena, why->message);
        if (text == NULL) return lac_fail_memory(reading->err, "a return");
    }
    return add(reading, utf8 ? LAC_RULE_not_utf8 : LAC_RULE_not_csv, column, text, 0);
}

static enum lac_status map_column(struct reading *reading, size_t c, bool exactly, bool *taken)
{
    struct lac_ingest_sheet *sheet = reading->sheet;
    bool exact;
    enum lac_ingest_field field = lac_ingest_layout_field_of(reading->layout, sheet->header[c], &exact);

    if (taken[c] || field == LAC_FIELD_COUNT || sheet->column[field] >= 0 || exact != exactly) return LAC_OK;
    sheet->column[field] = (int)c;
    taken[c] = true;
    return exactly ? LAC_OK
                   : add(reading, LAC_RULE_header_mapped, sheet->header[c], lac_ingest_field_names[field], 0);
}

static enum lac_status report_columns(struct reading *reading, const bool *taken)
{
    struct lac_ingest_sheet *sheet = reading->sheet;
    enum lac_status status = LAC_OK;

    for (int f = 0; f < LAC_FIELD_COUNT && status == LAC_OK; f++) {
        const char *name = lac_ingest_field_names[f];

        if (sheet->column[f] >= 0) continue;
        if (reading->layout->field[f].required) sheet->usable = false;
        status = add(reading,
                     reading->layout->field[f].required ? LAC_RULE_column_required : LAC_RULE_column_absent,
                     name, name, 0);
    }
    for (size_t c = 0; c < sheet->columns && status == LAC_OK && sheet->usable; c++) {
        if (!taken[c]) status = add(reading, LAC_RULE_column_extra, sheet->header[c], NULL, (int64_t)c + 1);
    }
    return status;
}

static enum lac_status map_header(struct reading *reading)
{
    struct lac_ingest_sheet *sheet = reading->sheet;
    bool *taken = LAC_NEW(reading->arena, bool, sheet->columns);
    enum lac_status status = LAC_OK;

    if (taken == NULL) return lac_fail_memory(reading->err, "a header");
    for (size_t c = 0; c < sheet->columns && status == LAC_OK; c++)
        status = map_column(reading, c, true, taken);
    for (size_t c = 0; c < sheet->columns && status == LAC_OK; c++)
        status = map_column(reading, c, false, taken);
    sheet->usable = true;
    return status == LAC_OK ? report_columns(reading, taken) : status;
}

static enum lac_status keep_lines(struct reading *reading, size_t rows)
{
    struct lac_ingest_sheet *sheet = reading->sheet;

    sheet->line = LAC_NEW(reading->arena, struct lac_ingest_line, rows);
    if (sheet->line == NULL) return lac_fail_memory(reading->err, "a return");
    if (rows > 0) memcpy(sheet->line, reading->line, rows * sizeof *sheet->line);
    sheet->rows = rows;
    return LAC_OK;
}

enum lac_status lac_ingest_sheet_read(struct lac_ingest_sheet *sheet, const char *name, const char *bytes,
                                      size_t length, const struct lac_ingest_layout *layout, uint32_t entry,
                                      struct lac_arena *arena, struct lac_ingest_findings *findings,
                                      struct lac_error *err)
{
    struct reading reading = {
        .sheet = sheet, .layout = layout, .arena = arena, .findings = findings, .err = err};
    struct lac_csv_reader reader = {
        .ragged = true, .header = on_header, .record = on_record, .context = &reading};
    struct lac_error why;
    enum lac_status status;

    memset(sheet, 0, sizeof *sheet);
    sheet->name = name;
    for (int f = 0; f < LAC_FIELD_COUNT; f++) sheet->column[f] = -1;
    reading.finding = (struct lac_ingest_finding){.entry = entry, .file = name};
    lac_error_init(&why);
    status = lac_csv_read_bytes(name, bytes, length, &reader, &why);
    if (status == LAC_INPUT) {
        status = broken(&reading, bytes, length, &why);
    } else if (status != LAC_OK) {
        status = lac_fail(err, status, "%s", why.message);
    } else {
        if (reader.byte_order_mark) status = add(&reading, LAC_RULE_byte_order_mark, NULL, NULL, 0);
        if (status == LAC_OK) status = map_header(&reading);
        if (status == LAC_OK) status = keep_lines(&reading, (size_t)reader.rows);
    }
    free(reading.line);
    return status;
}

const char *lac_ingest_sheet_column(const struct lac_ingest_sheet *sheet, enum lac_ingest_field field)
{
    int column = sheet->column[field];

    return column < 0 ? lac_ingest_field_names[field] : sheet->header[column];
}

const char *lac_ingest_sheet_cell(const struct lac_ingest_sheet *sheet, size_t row,
                                  enum lac_ingest_field field)
{
    int column = sheet->column[field];

    return column < 0 || (size_t)column >= sheet->line[row].width ? "" : sheet->line[row].cell[column];
}
