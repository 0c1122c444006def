/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "table/table.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const size_t type_sizes[] = {
    [LAC_TYPE_U8] = sizeof(uint8_t),  [LAC_TYPE_U32] = sizeof(uint32_t), [LAC_TYPE_I32] = sizeof(int32_t),
    [LAC_TYPE_I64] = sizeof(int64_t), [LAC_TYPE_F64] = sizeof(double),   [LAC_TYPE_STR] = sizeof(uint32_t),
};

enum lac_status lac_table_init(struct lac_table *table, enum lac_table_id id, struct lac_error *err)
{
    const struct lac_table_schema *schema = &lac_table_schemas[id];

    memset(table, 0, sizeof *table);
    table->id = id;
    table->columns = schema->columns;
    table->column = calloc(schema->columns, sizeof *table->column);
    if (table->column == NULL) return lac_fail_memory(err, schema->name);
    for (size_t i = 0; i < schema->columns; i++) {
        table->column[i].id = (enum lac_column_id)(schema->first + i);
        lac_dict_init(&table->column[i].dict);
    }
    return LAC_OK;
}

void lac_table_release(struct lac_table *table)
{
    for (size_t i = 0; table->column != NULL && i < table->columns; i++) {
        free(table->column[i].data);
        lac_dict_release(&table->column[i].dict);
    }
    free(table->column);
    memset(table, 0, sizeof *table);
}

static void set_missing(enum lac_type type, void *data, size_t row)
{
    switch (type) {
    case LAC_TYPE_U8:
        ((uint8_t *)data)[row] = LAC_MISSING_U8;
        break;
    case LAC_TYPE_U32:
    case LAC_TYPE_STR:
        ((uint32_t *)data)[row] = LAC_MISSING_U32;
        break;
    case LAC_TYPE_I32:
        ((int32_t *)data)[row] = LAC_MISSING_I32;
        break;
    case LAC_TYPE_I64:
        ((int64_t *)data)[row] = LAC_MISSING_I64;
        break;
    case LAC_TYPE_F64:
        ((double *)data)[row] = (double)NAN;
        break;
    }
}

enum lac_status lac_table_reserve(struct lac_table *table, size_t rows, struct lac_error *err)
{
    size_t capacity = table->capacity;

    if (rows <= capacity) return LAC_OK;
    for (size_t i = 0; i < table->columns; i++) {
        size_t grown = table->capacity;
        enum lac_status status = lac_grow(&table->column[i].data, &grown, rows,
                                          type_sizes[lac_column_schemas[table->column[i].id].type], err);

        if (status != LAC_OK) return status;
        capacity = grown;
    }
    table->capacity = capacity;
    return LAC_OK;
}

enum lac_status lac_table_row(struct lac_table *table, size_t *row, struct lac_error *err)
{
    enum lac_status status = lac_table_reserve(table, table->rows + 1, err);

    if (status != LAC_OK) return status;
    for (size_t i = 0; i < table->columns; i++)
        set_missing(lac_column_schemas[table->column[i].id].type, table->column[i].data, table->rows);
    *row = table->rows++;
    return LAC_OK;
}

/* Only a programming error gets here: no input can choose a column. */
static _Noreturn void wrong_column(const struct lac_table *table, enum lac_column_id id)
{
    fprintf(stderr, "lacuna: defect: column %s is not of table %s or has another type\n",
            (unsigned)id < LAC_COLUMN_COUNT ? lac_column_schemas[id].name : "?",
            lac_table_schemas[table->id].name);
    abort();
}

static struct lac_column *column_of(const struct lac_table *table, enum lac_column_id id, enum lac_type type)
{
    size_t at = (size_t)id - lac_table_schemas[table->id].first;

    if ((size_t)id < (size_t)lac_table_schemas[table->id].first || at >= table->columns ||
        lac_column_schemas[id].type != type)
        wrong_column(table, id);
    return &table->column[at];
}

uint8_t *lac_u8(const struct lac_table *table, enum lac_column_id column)
{
    return column_of(table, column, LAC_TYPE_U8)->data;
}

uint32_t *lac_u32(const struct lac_table *table, enum lac_column_id column)
{
    return column_of(table, column, LAC_TYPE_U32)->data;
}

int32_t *lac_i32(const struct lac_table *table, enum lac_column_id column)
{
    return column_of(table, column, LAC_TYPE_I32)->data;
}

int64_t *lac_i64(const struct lac_table *table, enum lac_column_id column)
{
    return column_of(table, column, LAC_TYPE_I64)->data;
}

double *lac_f64(const struct lac_table *table, enum lac_column_id column)
{
    return column_of(table, column, LAC_TYPE_F64)->data;
}

uint32_t *lac_codes(const struct lac_table *table, enum lac_column_id column)
{
    return column_of(table, column, LAC_TYPE_STR)->data;
}

struct lac_dict *lac_dict_of(const struct lac_table *table, enum lac_column_id column)
{
    return &column_of(table, column, LAC_TYPE_STR)->dict;
}

const char *lac_text(const struct lac_table *table, enum lac_column_id column, size_t row)
{
    const struct lac_column *c = column_of(table, column, LAC_TYPE_STR);

    return lac_dict_text(&c->dict, ((const uint32_t *)c->data)[row]);
}

enum lac_status lac_set_text(struct lac_table *table, enum lac_column_id column, size_t row, const char *text,
                             struct lac_error *err)
{
    struct lac_column *c = column_of(table, column, LAC_TYPE_STR);

    return lac_dict_code(&c->dict, text, (uint32_t *)c->data + row, err);
}
