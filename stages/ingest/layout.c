/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "layout.h"

#include <string.h>

const char *const lac_ingest_field_names[LAC_FIELD_COUNT] = {
#define LAC_FIELD(name, kind) #name,
#include "fields.def"
};
const enum lac_ingest_kind lac_ingest_field_kinds[LAC_FIELD_COUNT] = {
#define LAC_FIELD(name, kind) LAC_KIND_##kind,
#include "fields.def"
};

/* The file as YAML gives it. */
struct column {
    const char *field;
    struct lac_strings names;
    bool required;
    const char *constant;
    struct lac_string_lists codes;
    struct lac_strings date_formats;
};
struct file {
    const char *name;
    struct lac_strings date_formats, missing, ignore;
    int64_t skip_rows, header_rows;
    bool report_spellings;
    struct lac_sections columns;
};

static const char *const field_choices[] = {
#define LAC_FIELD(name, kind) #name,
#include "fields.def"
    NULL};

static const struct lac_config_field column_fields[] = {
    {.key = "field",
     .type = LAC_CONFIG_ENUM,
     .offset = offsetof(struct column, field),
     .required = true,
     .choices = field_choices,
     .text = "column of the national layout"},
    {.key = "names",
     .type = LAC_CONFIG_STRINGS,
     .offset = offsetof(struct column, names),
     .text = "names of the column in the agency's files"},
    {.key = "required",
     .type = LAC_CONFIG_BOOL,
     .offset = offsetof(struct column, required),
     .fallback = "false",
     .text = "a file without the column is rejected"},
    {.key = "constant",
     .type = LAC_CONFIG_STRING,
     .offset = offsetof(struct column, constant),
     .text = "value of the column where the agency's files have none"},
    {.key = "codes",
     .type = LAC_CONFIG_STRING_LISTS,
     .offset = offsetof(struct column, codes),
     .text = "each code and its other spellings"},
    {.key = "date_formats",
     .type = LAC_CONFIG_STRINGS,
     .offset = offsetof(struct column, date_formats),
     .text = "formats of the dates of this column"},
};
static const struct lac_config_schema column_schema = {"columns", sizeof(struct column), column_fields,
                                                       LAC_COUNT(column_fields)};
static const struct lac_config_field file_fields[] = {
    {.key = "name",
     .type = LAC_CONFIG_STRING,
     .offset = offsetof(struct file, name),
     .required = true,
     .text = "name of the layout"},
    {.key = "date_formats",
     .type = LAC_CONFIG_STRINGS,
     .offset = offsetof(struct file, date_formats),
     .required = true,
     .text = "formats of dates, tried in turn"},
    {.key = "missing",
     .type = LAC_CONFIG_STRINGS,
     .offset = offsetof(struct file, missing),
     .text = "words that mean that nothing is known"},
    {.key = "ignore",
     .type = LAC_CONFIG_STRINGS,
     .offset = offsetof(struct file, ignore),
     .text = "columns of the agency's files that are known and not read"},
    {.key = "skip_rows",
     .type = LAC_CONFIG_INT,
     .offset = offsetof(struct file, skip_rows),
     .fallback = "0",
     .low = 0,
     .high = 10,
     .text = "lines above the header; 0: they are found where that is certain"},
    {.key = "header_rows",
     .type = LAC_CONFIG_INT,
     .offset = offsetof(struct file, header_rows),
     .fallback = "1",
     .low = 1,
     .high = 5,
     .text = "rows of the header, joined with blanks; an empty cell above stands for the one at its left"},
    {.key = "report_spellings",
     .type = LAC_CONFIG_BOOL,
     .offset = offsetof(struct file, report_spellings),
     .fallback = "false",
     .text = "another spelling of a code, or a time behind a date, is worth a note"},
    {.key = "columns",
     .type = LAC_CONFIG_SECTIONS,
     .offset = offsetof(struct file, columns),
     .required = true,
     .sub = &column_schema,
     .map_key = "field",
     .text = "columns of the national layout"},
};
static const struct lac_config_schema file_schema = {"layout", sizeof(struct file), file_fields,
                                                     LAC_COUNT(file_fields)};

enum lac_status lac_ingest_layout_load(const char *path, struct lac_arena *arena,
                                       struct lac_ingest_layout **layout, struct lac_error *err)
{
    void *settings;
    const struct file *file;
    enum lac_status status = lac_config_load(path, &file_schema, arena, &settings, err);

    if (status != LAC_OK) return status;
    file = settings;
    if ((*layout = LAC_NEW(arena, struct lac_ingest_layout, 1)) == NULL)
        return lac_fail_memory(err, "a layout");
    (*layout)->name = file->name;
    (*layout)->missing = file->missing;
    (*layout)->ignore = file->ignore;
    (*layout)->skip_rows = file->skip_rows;
    (*layout)->header_rows = file->header_rows;
    (*layout)->report_spellings = file->report_spellings;
    for (int f = 0; f < LAC_FIELD_COUNT; f++) (*layout)->field[f].date_formats = file->date_formats;
    for (size_t i = 0; i < file->columns.count; i++) {
        const struct column *column = (const struct column *)file->columns.item + i;

        for (int f = 0; f < LAC_FIELD_COUNT; f++) {
            struct lac_ingest_layout_field *field = &(*layout)->field[f];

            if (strcmp(column->field, lac_ingest_field_names[f]) != 0) continue;
            field->names = column->names;
            field->required = column->required;
            field->listed = true;
            field->constant = column->constant;
            field->codes = column->codes;
            if (column->date_formats.count > 0) field->date_formats = column->date_formats;
        }
    }
    return LAC_OK;
}

static char letter(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* Compares without regard to case and to anything that is no letter, digit or byte above ASCII. */
static bool same_name(const char *a, const char *b)
{
    static const char skipped[] = " _-.\t'\"()/";

    for (;;) {
        while (*a != '\0' && strchr(skipped, *a) != NULL) a++;
        while (*b != '\0' && strchr(skipped, *b) != NULL) b++;
        if (letter(*a) != letter(*b)) return false;
        if (*a == '\0') return true;
        a++;
        b++;
    }
}

enum lac_ingest_field lac_ingest_layout_field_of(const struct lac_ingest_layout *layout, const char *header,
                                                 bool *exact)
{
    *exact = true;
    for (int f = 0; f < LAC_FIELD_COUNT; f++) {
        if (strcmp(header, lac_ingest_field_names[f]) == 0) return (enum lac_ingest_field)f;
        for (size_t i = 0; i < layout->field[f].names.count; i++)
            if (strcmp(header, layout->field[f].names.item[i]) == 0) return (enum lac_ingest_field)f;
    }
    *exact = false;
    for (int f = 0; f < LAC_FIELD_COUNT; f++) {
        if (same_name(header, lac_ingest_field_names[f])) return (enum lac_ingest_field)f;
        for (size_t i = 0; i < layout->field[f].names.count; i++)
            if (same_name(header, layout->field[f].names.item[i])) return (enum lac_ingest_field)f;
    }
    return LAC_FIELD_COUNT;
}

bool lac_ingest_layout_ignores(const struct lac_ingest_layout *layout, const char *header)
{
    for (size_t i = 0; i < layout->ignore.count; i++)
        if (same_name(header, layout->ignore.item[i])) return true;
    return false;
}

struct lac_ingest_fit lac_ingest_layout_fit(const struct lac_ingest_layout *layout, const char *const *header,
                                            size_t count, bool absent[LAC_FIELD_COUNT])
{
    struct lac_ingest_fit fit = {0, 0};
    bool exact;

    for (int f = 0; f < LAC_FIELD_COUNT; f++) {
        absent[f] = layout->field[f].listed && layout->field[f].constant == NULL;
        fit.columns += absent[f];
    }
    for (size_t c = 0; c < count; c++) {
        enum lac_ingest_field field = lac_ingest_layout_field_of(layout, header[c], &exact);

        if (field == LAC_FIELD_COUNT || !absent[field]) continue;
        absent[field] = false;
        fit.found++;
    }
    return fit;
}
