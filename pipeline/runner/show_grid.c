/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/text.h"
#include "runner/show.h"
#include "table/csv.h"

#define WIDTH_LIMIT 60 /* of a column as text */

enum lac_status lac_show_grid_add(struct lac_show_grid *grid, const char *const *cell, struct lac_error *err)
{
    if (grid->rows == grid->capacity) {
        size_t capacity = grid->capacity == 0 ? 64 : 2 * grid->capacity;
        const char **grown = LAC_NEW(grid->arena, const char *, capacity * grid->columns);

        if (grown == NULL) return lac_fail_memory(err, "what is shown");
        if (grid->rows > 0) memcpy(grown, grid->cell, grid->rows * grid->columns * sizeof *grown);
        grid->cell = grown;
        grid->capacity = capacity;
    }
    for (size_t i = 0; i < grid->columns; i++) {
        const char *copy = lac_arena_strdup(grid->arena, cell[i]);

        if (copy == NULL) return lac_fail_memory(err, "what is shown");
        grid->cell[grid->rows * grid->columns + i] = copy;
    }
    grid->rows++;
    return LAC_OK;
}

/* --- cells
 * --------------------------------------------------------------------------------------------------- */

bool lac_show_is_number(enum lac_column_id column)
{
    const struct lac_column_schema *schema = &lac_column_schemas[column];

    return schema->type != LAC_TYPE_STR && strcmp(schema->unit, "day") != 0 &&
           strcmp(schema->unit, "ymd") != 0;
}

static const char *show_i32(enum lac_column_id column, int32_t value, char *buffer)
{
    const char *unit = lac_column_schemas[column].unit;

    if (strcmp(unit, "day") == 0) return lac_date_format(value, buffer);
    if (value == LAC_MISSING_I32) return "";
    if (strcmp(unit, "ymd") == 0) return lac_partial_format(value, buffer);
    snprintf(buffer, 64, "%d", value);
    return buffer;
}

/* Fewest digits that read back the same; six for a reader. */
const char *lac_show_double(double value, bool precise, char buffer[64])
{
    if (isnan(value)) return "";
    if (isinf(value)) return value > 0 ? "inf" : "-inf";
    snprintf(buffer, 64, "%.*g", precise ? 15 : 6, value);
    for (int digits = 16; precise && digits <= 17 && strtod(buffer, NULL) != value; digits++)
        snprintf(buffer, 64, "%.*g", digits, value);
    return buffer;
}

static const char *show_i64(int64_t value, char *buffer)
{
    snprintf(buffer, 64, "%lld", (long long)value);
    return buffer;
}

const char *lac_show_cell(const struct lac_table *table, size_t column, size_t row, bool precise,
                          char buffer[64])
{
    enum lac_column_id id = table->column[column].id;
    int64_t whole;

    switch (lac_column_schemas[id].type) {
    case LAC_TYPE_STR:
        return lac_text(table, id, row);
    case LAC_TYPE_F64:
        return lac_show_double(lac_f64(table, id)[row], precise, buffer);
    case LAC_TYPE_I32:
        return show_i32(id, lac_i32(table, id)[row], buffer);
    case LAC_TYPE_I64:
        whole = lac_i64(table, id)[row];
        return whole == LAC_MISSING_I64 ? "" : show_i64(whole, buffer);
    case LAC_TYPE_U32:
        whole = lac_u32(table, id)[row];
        return whole == LAC_MISSING_U32 ? "" : show_i64(whole, buffer);
    case LAC_TYPE_U8:
        whole = lac_u8(table, id)[row];
        return whole == LAC_MISSING_U8 ? "" : show_i64(whole, buffer);
    }
    return "";
}

/* --- printing
 * ------------------------------------------------------------------------------------------------ */

/* Characters, not bytes: continuation bytes of UTF-8 take no room. */
static size_t width_of(const char *text)
{
    size_t width = 0;

    for (; *text != '\0'; text++)
        if (((unsigned char)*text & 0xc0) != 0x80) width++;
    return width;
}

/* Bytes of the first `width` characters. */
static size_t bytes_of(const char *text, size_t width)
{
    size_t at = 0;

    while (text[at] != '\0' && (width > 0 || ((unsigned char)text[at] & 0xc0) == 0x80)) {
        if (((unsigned char)text[at] & 0xc0) != 0x80) width--;
        at++;
    }
    return at;
}

static size_t column_width(const struct lac_show_grid *grid, size_t column)
{
    size_t width = width_of(grid->head[column]);

    for (size_t i = 0; i < grid->rows; i++) {
        size_t here = width_of(grid->cell[i * grid->columns + column]);

        if (here > width) width = here;
    }
    return width > WIDTH_LIMIT && column + 1 < grid->columns ? WIDTH_LIMIT : width;
}

static void print_line(const struct lac_show_grid *grid, const char *const *cell, const size_t *width,
                       FILE *to)
{
    for (size_t i = 0; i < grid->columns; i++) {
        size_t wide = width_of(cell[i]), pad = wide < width[i] ? width[i] - wide : 0;
        bool last = i + 1 == grid->columns;

        if (grid->number[i]) fprintf(to, "%*s", (int)pad, "");
        if (wide > width[i])
            fprintf(to, "%.*s...", (int)bytes_of(cell[i], width[i] - 3), cell[i]);
        else
            fputs(cell[i], to);
        if (!last) fprintf(to, "%*s", (int)(grid->number[i] ? 2 : pad + 2), "");
    }
    fputc('\n', to);
}

static enum lac_status print_text(const struct lac_show_grid *grid, FILE *to, struct lac_error *err)
{
    size_t *width = LAC_NEW(grid->arena, size_t, grid->columns);

    if (width == NULL) return lac_fail_memory(err, "what is shown");
    for (size_t i = 0; i < grid->columns; i++) width[i] = column_width(grid, i);
    print_line(grid, grid->head, width, to);
    for (size_t i = 0; i < grid->rows; i++) print_line(grid, grid->cell + i * grid->columns, width, to);
    return LAC_OK;
}

static void print_csv(const struct lac_show_grid *grid, FILE *to)
{
    for (size_t i = 0; i < grid->columns; i++) lac_csv_put(to, i == 0, grid->head[i]);
    lac_csv_end(to);
    for (size_t i = 0; i < grid->rows; i++) {
        for (size_t k = 0; k < grid->columns; k++) lac_csv_put(to, k == 0, grid->cell[i * grid->columns + k]);
        lac_csv_end(to);
    }
}

static json_t *json_cell(const char *text, bool number)
{
    int64_t whole;
    double value;

    if (text[0] == '\0') return json_null();
    if (number && lac_text_i64(text, &whole)) return json_integer(whole);
    if (number && lac_text_double(text, &value) && isfinite(value)) return json_real(value);
    return json_string(text);
}

static int print_json_row(const struct lac_show_grid *grid, size_t row, FILE *to)
{
    json_t *object = json_object();
    int failed = 0;

    for (size_t k = 0; k < grid->columns; k++)
        if (json_object_set_new(object, grid->head[k],
                                json_cell(grid->cell[row * grid->columns + k], grid->number[k])) != 0)
            failed = 1;
    fputs(row == 0 ? "\n" : ",\n", to);
    if (!failed) failed = json_dumpf(object, to, JSON_COMPACT) != 0;
    json_decref(object);
    return failed;
}

static enum lac_status print_json(const struct lac_show_grid *grid, FILE *to, struct lac_error *err)
{
    int failed = 0;

    fputc('[', to);
    for (size_t i = 0; !failed && i < grid->rows; i++) failed = print_json_row(grid, i, to);
    fputs("\n]\n", to);
    return failed ? lac_fail(err, LAC_IO, "the table could not be written as JSON") : LAC_OK;
}

enum lac_status lac_show_grid_print(const struct lac_show_grid *grid, enum lac_show_form form, FILE *to,
                                    struct lac_error *err)
{
    switch (form) {
    case LAC_SHOW_CSV:
        print_csv(grid, to);
        return LAC_OK;
    case LAC_SHOW_JSON:
        return print_json(grid, to, err);
    default:
        return print_text(grid, to, err);
    }
}
