/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model.h"

#include <math.h>
#include <stdarg.h>
#include <string.h>
#include "words.h"

const char *lac_publish_text(struct lac_publish_model *model, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    int length = vsnprintf(NULL, 0, format, list);
    va_end(list);
    char *out = length < 0 ? NULL : LAC_NEW(model->arena, char, (size_t)length + 1);
    if (!out) {
        model->failed = true;
        return "";
    }
    va_start(list, format);
    (void)vsnprintf(out, (size_t)length + 1, format, list);
    va_end(list);
    return out;
}

void *lac_publish_new(struct lac_publish_model *model, size_t count, size_t size)
{
    void *memory = lac_arena_alloc(model->arena, count, size);
    if (!memory) model->failed = true;
    return memory;
}

void *lac_publish_grow(struct lac_publish_model *model, void *array, size_t used, size_t *capacity,
                       size_t size)
{
    if (used < *capacity) return array;
    size_t room = *capacity ? *capacity * 2 : 16;
    void *larger = lac_publish_new(model, room, size);
    if (!larger) return NULL;
    if (used) memcpy(larger, array, used * size);
    *capacity = room;
    return larger;
}

struct lac_publish_figure *lac_publish_figure_add(struct lac_publish_model *model)
{
    struct lac_publish_figure *array =
        lac_publish_grow(model, model->figure, model->figures, &model->figure_capacity, sizeof *array);
    if (!array) return NULL;
    model->figure = array;
    struct lac_publish_figure *figure = &array[model->figures++];
    *figure = (struct lac_publish_figure){.table = "",
                                          .definition = "",
                                          .population = "",
                                          .period = "",
                                          .place = "",
                                          .geography = "",
                                          .geography_code = "",
                                          .stratum = "all",
                                          .measure = "",
                                          .grade = "",
                                          .value = (double)NAN,
                                          .lower = (double)NAN,
                                          .upper = (double)NAN,
                                          .level = (double)NAN,
                                          .interval_kind = "",
                                          .note = "",
                                          .count = -1};
    return figure;
}

const struct lac_publish_figure *lac_publish_figure_find(const struct lac_publish_model *model,
                                                         const struct lac_publish_figure_key *key)
{
    for (size_t i = 0; i < model->figures; i++) {
        const struct lac_publish_figure *f = &model->figure[i];
        if (!strcmp(f->measure, key->measure) && !strcmp(f->table, key->table) &&
            !strcmp(f->definition, key->definition) && !strcmp(f->geography_code, key->geography_code) &&
            !strcmp(f->population, key->population) && !strcmp(f->period, key->period) &&
            !strcmp(f->stratum, "all"))
            return f;
    }
    return NULL;
}

struct lac_publish_table *lac_publish_table_add(struct lac_publish_model *model,
                                                enum lac_publish_section section, const char *id,
                                                const struct lac_publish_column *column, size_t columns)
{
    if (model->tables == LAC_PUBLISH_TABLES) {
        model->failed = true;
        return NULL;
    }
    struct lac_publish_table *table = lac_publish_new(model, 1, sizeof *table);
    if (!table) return NULL;
    *table = (struct lac_publish_table){
        .id = id, .title = "", .note = "", .section = section, .column = column, .columns = columns};
    model->table[model->tables++] = table;
    return table;
}

struct lac_publish_cell *lac_publish_row_add(struct lac_publish_model *model, struct lac_publish_table *table)
{
    if (!table) return NULL;
    struct lac_publish_cell *array =
        lac_publish_grow(model, table->cell, table->rows, &table->capacity, table->columns * sizeof *array);
    if (!array) return NULL;
    table->cell = array;
    struct lac_publish_cell *row = &array[table->rows++ * table->columns];
    for (size_t i = 0; i < table->columns; i++) row[i] = lac_publish_cell_text("");
    return row;
}

struct lac_publish_cell lac_publish_cell_text(const char *text)
{
    return (struct lac_publish_cell){.text = text, .value = (double)NAN};
}

struct lac_publish_cell lac_publish_cell_symbol(char symbol)
{
    return (struct lac_publish_cell){.value = (double)NAN, .symbol = symbol};
}

struct lac_publish_cell lac_publish_cell_number(double value, int decimals)
{
    if (isnan(value)) return lac_publish_cell_symbol('x');
    if (isinf(value)) return lac_publish_cell_text("no limit");
    double unit = pow(10, decimals); /* what is shown is all there is: no digit more goes into a workbook */
    return (struct lac_publish_cell){.value = floor(value * unit + 0.5) / unit, .decimals = decimals};
}

struct lac_publish_cell lac_publish_cell_share(double share)
{
    if (isnan(share)) return lac_publish_cell_symbol('c');
    return (struct lac_publish_cell){.value = floor(share * 100 + 0.5) / 100, .percent = true};
}

struct lac_publish_cell lac_publish_cell_count(const struct lac_publish_model *model, int64_t count)
{
    double value;
    if (lac_publish_count(model->profile, count, &value) == LAC_PUBLISH_PRIMARY)
        return lac_publish_cell_symbol(model->profile->symbol[0]);
    return lac_publish_cell_number(value, 0);
}

struct lac_publish_cell lac_publish_cell_figure(const struct lac_publish_figure *figure)
{
    if (!figure) return lac_publish_cell_symbol('z');
    if (isnan(figure->value)) return lac_publish_cell_symbol(figure->status ? figure->status : 'x');
    return lac_publish_cell_number(figure->value, 0);
}

const char *lac_publish_cell_show(const struct lac_publish_cell *cell, char *out, size_t size)
{
    if (cell->symbol) {
        (void)snprintf(out, size, "[%c]", cell->symbol);
    } else if (cell->text) {
        return cell->text;
    } else if (cell->percent) {
        (void)snprintf(out, size, "%.0f%%", cell->value * 100);
    } else {
        lac_publish_number(cell->value, cell->decimals, out, size);
    }
    return out;
}

enum lac_status lac_publish_model_status(const struct lac_publish_model *model, struct lac_error *err)
{
    if (model->failed) return lac_fail_memory(err, "the tables to publish");
    if (model->strayed)
        return lac_fail(err, LAC_DEFECT, "a count to be published was not seen by disclosure control");
    return LAC_OK;
}

const char *lac_publish_definition_title(const struct lac_publish_model *model, const char *id)
{
    for (size_t i = 0; i < model->definition_count; i++)
        if (!strcmp(model->definitions[i].id, id)) return model->definitions[i].title;
    return id;
}
