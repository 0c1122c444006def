/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "table/table.h"

/* Number of each table's first column: BEFORE_x steps the count back by one, so that FIRST_x and the first
 * column share a number. */
enum {
#define LAC_FILE(file, stage, personal, text)
#define LAC_TABLE(file, table, consumers, text) FIRST_##table, BEFORE_##table = FIRST_##table - 1,
#define LAC_COLUMN(table, column, type, unit, nullable, text) AT_##table##_##column,
#include "table/schema.def"
    AT_END
};

/* Columns of each table: one char each, so that sizeof counts them (and one more for the marker). */
struct columns_of_none {
    char marker;
#define LAC_FILE(file, stage, personal, text)
#define LAC_TABLE(file, table, consumers, text)                                                              \
    }                                                                                                        \
    ;                                                                                                        \
    struct columns_of_##table {                                                                              \
        char marker;
#define LAC_COLUMN(table, column, type, unit, nullable, text) char column_##column;
#include "table/schema.def"
};

const struct lac_file_schema lac_file_schemas[LAC_FILE_COUNT] = {
#define LAC_FILE(file, stage, personal, text) {#file, stage, text, personal},
#define LAC_TABLE(file, table, consumers, text)
#define LAC_COLUMN(table, column, type, unit, nullable, text)
#include "table/schema.def"
};

const struct lac_table_schema lac_table_schemas[LAC_TABLE_COUNT] = {
#define LAC_FILE(file, stage, personal, text)
#define LAC_TABLE(file, table, consumers, text)                                                              \
    {LAC_FILE_##file,                                                                                        \
     #table,                                                                                                 \
     consumers,                                                                                              \
     text,                                                                                                   \
     (enum lac_column_id)FIRST_##table,                                                                      \
     sizeof(struct columns_of_##table) - 1},
#define LAC_COLUMN(table, column, type, unit, nullable, text)
#include "table/schema.def"
};

const struct lac_column_schema lac_column_schemas[LAC_COLUMN_COUNT] = {
#define LAC_FILE(file, stage, personal, text)
#define LAC_TABLE(file, table, consumers, text)
#define LAC_COLUMN(table, column, type, unit, nullable, text)                                                \
    {LAC_TABLE_##table, #column, unit, text, LAC_TYPE_##type, nullable},
#include "table/schema.def"
};

_Static_assert((int)AT_END == (int)LAC_COLUMN_COUNT, "schema.def: a column stands outside its table");

const char *lac_type_name(enum lac_type type)
{
    static const char *const names[] = {"u8", "u32", "i32", "i64", "f64", "str"};

    return names[type];
}
