/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sheet.h"

#include <string.h>

#include "table/csv.h"

struct reading {
    struct lac_ingest_sheet *sheet;
    const struct lac_ingest_input *source;
    const struct lac_ingest_layout *layout;
    struct lac_arena *arena;
    struct lac_ingest_findings *findings;
    struct lac_ingest_finding finding; /* template: return and file */
    struct lac_digest digest;
    struct lac_error *err;
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

static enum lac_status keep_header(struct reading *reading, const struct lac_csv_row *row)
{
    struct lac_ingest_sheet *sheet = reading->sheet;

    sheet->columns = row->count;
    sheet->header = LAC_NEW(reading->arena, char *, row->count);
    if (sheet->header == NULL) return lac_fail_memory(reading->err, "a header");
    for (size_t c = 0; c < row->count; c++) {
        sheet->header[c] = lac_arena_strndup(reading->arena, row->field[c], row->length[c]);
        if (sheet->header[c] == NULL) return lac_fail_memory(reading->err, "a header");
    }
    return LAC_OK;
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

/* The fields the file has no column for: the required ones, or the others. */
static enum lac_status report_absent(struct reading *reading, bool required)
{
    const struct lac_ingest_sheet *sheet = reading->sheet;
    enum lac_status status = LAC_OK;

    for (int f = 0; f < LAC_FIELD_COUNT && status == LAC_OK; f++) {
        const struct lac_ingest_layout_field *field = &reading->layout->field[f];
        const char *name = lac_ingest_field_names[f];

        if (sheet->column[f] >= 0 || field->constant != NULL || !field->listed || field->required != required)
            continue;
        if (required) reading->sheet->usable = false;
        status = add(reading, required ? LAC_RULE_column_required : LAC_RULE_column_absent, name, name, 0);
    }
    return status;
}

/* Of a file whose header is not understood only the required columns are named. */
static enum lac_status report_columns(struct reading *reading, const bool *taken)
{
    struct lac_ingest_sheet *sheet = reading->sheet;
    enum lac_status status = report_absent(reading, true);

    if (status == LAC_OK && sheet->usable) status = report_absent(reading, false);
    for (size_t c = 0; c < sheet->columns && status == LAC_OK && sheet->usable; c++) {
        if (!taken[c] && !lac_ingest_layout_ignores(reading->layout, sheet->header[c]))
            status = add(reading, LAC_RULE_column_extra, sheet->header[c], NULL, (int64_t)c + 1);
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

static enum lac_status on_header(void *context, const struct lac_csv_row *row, struct lac_error *why)
{
    struct reading *reading = context;
    enum lac_status status = keep_header(reading, row);

    if (status == LAC_OK) status = map_header(reading);
    if (status == LAC_OK && reading->sheet->usable && reading->source->begin != NULL)
        status = reading->source->begin(reading->source->context);
    if (status != LAC_OK) *why = *reading->err;
    return status;
}

static enum lac_status on_record(void *context, const struct lac_csv_row *row, struct lac_error *why)
{
    struct reading *reading = context;
    struct lac_ingest_sheet *sheet = reading->sheet;
    enum lac_status status = LAC_OK;

    sheet->rows++;
    sheet->line = (struct lac_ingest_line){row->count, row->field, row->length};
    if (sheet->usable && reading->source->row != NULL)
        status = reading->source->row(reading->source->context);
    if (status != LAC_OK) *why = *reading->err;
    return status;
}

static void on_block(void *context, const char *bytes, size_t n)
{
    struct reading *reading = context;

    if (n > 0) lac_digest_add(&reading->digest, bytes, n);
}

/* The file cannot be read: one finding that points at the place. A header cell is named only when it is a
 * column of the layout: a file without a header would show a person's value. */
static enum lac_status broken(struct reading *reading, const struct lac_csv_reader *reader,
                              const struct lac_error *why)
{
    bool exact;
    struct lac_ingest_sheet *sheet = reading->sheet;
    bool utf8 = strcmp(why->rule, "csv-utf8") == 0;
    const char *column = NULL, *text = NULL;

    reading->finding.row = why->row > 0 ? why->row : LAC_INGEST_NO_ROW;
    if (utf8 && why->row > 0) {
        size_t at = reader->bad_field;

        if (at < sheet->columns &&
            lac_ingest_layout_field_of(reading->layout, sheet->header[at], &exact) < LAC_FIELD_COUNT)
            column = sheet->header[at];
    } else if (!utf8) {
        text = lac_arena_strdup(reading->arena, why->message);
        if (text == NULL) return lac_fail_memory(reading->err, "a return");
    }
    return add(reading, utf8 ? LAC_RULE_not_utf8 : LAC_RULE_not_csv, column, text, 0);
}

/* The digest of all bytes, also of those behind the place where reading stopped. */
static enum lac_status end_digest(struct reading *reading, bool stopped)
{
    const struct lac_ingest_input *source = reading->source;
    enum lac_status status = LAC_OK;
    char unused[LAC_DIGEST_SIZE];

    if (source->digest == NULL) return LAC_OK;
    if (source->path == NULL)
        return lac_digest_bytes(source->bytes, source->length, source->digest, reading->err);
    status = lac_digest_end(&reading->digest, stopped ? unused : source->digest, reading->err);
    return stopped && status == LAC_OK ? lac_digest_file(source->path, source->digest, reading->err) : status;
}

static enum lac_status read_rows(struct reading *reading, struct lac_csv_reader *reader,
                                 struct lac_error *why)
{
    const struct lac_ingest_input *source = reading->source;
    enum lac_status status;

    if (source->path == NULL)
        return lac_csv_read_bytes(source->name, source->bytes, source->length, reader, why);
    if (source->digest != NULL) {
        if ((status = lac_digest_begin(&reading->digest, why)) != LAC_OK) return status;
        reader->block = on_block;
    }
    return lac_csv_read(source->path, reader, why);
}

enum lac_status lac_ingest_sheet_read(struct lac_ingest_sheet *sheet, const struct lac_ingest_input *source,
                                      struct lac_arena *arena, struct lac_ingest_findings *findings,
                                      struct lac_error *err)
{
    struct reading reading = {.sheet = sheet,
                              .source = source,
                              .layout = source->layout,
                              .arena = arena,
                              .findings = findings,
                              .finding = {.entry = source->entry, .file = source->name},
                              .err = err};
    struct lac_csv_reader reader = {.ragged = true,
                                    .header = on_header,
                                    .record = on_record,
                                    .skip = source->skip,
                                    .first = source->first,
                                    .context = &reading};
    size_t before = findings->count;
    struct lac_error why;
    enum lac_status status, digested = LAC_OK;

    memset(sheet, 0, sizeof *sheet);
    sheet->name = source->name;
    for (int f = 0; f < LAC_FIELD_COUNT; f++) sheet->column[f] = -1;
    lac_error_init(&why);
    status = read_rows(&reading, &reader, &why);
    if (source->path == NULL || reading.digest.state != NULL)
        digested = end_digest(&reading, status != LAC_OK);
    if (status == LAC_INPUT) {
        findings->count = before;
        sheet->usable = false;
        status = broken(&reading, &reader, &why);
    } else if (status != LAC_OK) {
        *err = why;
    } else if (reader.byte_order_mark) {
        status = add(&reading, LAC_RULE_byte_order_mark, NULL, NULL, 0);
    }
    return status == LAC_OK ? digested : status;
}

const char *lac_ingest_sheet_column(const struct lac_ingest_sheet *sheet, enum lac_ingest_field field)
{
    int column = sheet->column[field];

    return column < 0 ? lac_ingest_field_names[field] : sheet->header[column];
}
