/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_TABLE_TABLE_H
#define LAC_TABLE_TABLE_H
/*
 * Columnar tables in memory, typed by the schema list (schema.def).
 *
 * A table has one C array per column, all of the same length. Its memory belongs to the arena it was made in.
 * Columns are named by constants made from schema.def: LAC_COL_records_dob. Asking for a column with the
 * wrong type accessor is a defect and aborts with a message (it cannot happen on input, only on a programming
 * error).
 *
 * Missing values: I32 and I64 their minimum (LAC_MISSING_I32, LAC_MISSING_I64), F64 NaN, U8 255, U32
 * UINT32_MAX, STR code LAC_MISSING_STR. A string column is a code per row into its dictionary.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/memory.h"
#include "base/status.h"

#define LAC_MISSING_I32 INT32_MIN
#define LAC_MISSING_I64 INT64_MIN
#define LAC_MISSING_U8 UINT8_MAX
#define LAC_MISSING_U32 UINT32_MAX
#define LAC_MISSING_STR UINT32_MAX

enum lac_type { LAC_TYPE_U8, LAC_TYPE_U32, LAC_TYPE_I32, LAC_TYPE_I64, LAC_TYPE_F64, LAC_TYPE_STR };

/* Store files, tables and columns as constants: LAC_FILE_records, LAC_TABLE_records_findings,
 * LAC_COL_findings_rule. */
enum lac_file_id {
#define LAC_FILE(file, stage, personal, text) LAC_FILE_##file,
#define LAC_TABLE(file, table, consumers, text)
#define LAC_COLUMN(table, column, type, unit, nullable, text)
#include "table/schema.def"
    LAC_FILE_COUNT
};
enum lac_table_id {
#define LAC_FILE(file, stage, personal, text)
#define LAC_TABLE(file, table, consumers, text) LAC_TABLE_##table,
#define LAC_COLUMN(table, column, type, unit, nullable, text)
#include "table/schema.def"
    LAC_TABLE_COUNT
};
enum lac_column_id {
#define LAC_FILE(file, stage, personal, text)
#define LAC_TABLE(file, table, consumers, text)
#define LAC_COLUMN(table, column, type, unit, nullable, text) LAC_COL_##table##_##column,
#include "table/schema.def"
    LAC_COLUMN_COUNT
};

struct lac_file_schema {
    const char *name, *stage, *text;
    bool personal;
};
struct lac_table_schema {
    enum lac_file_id file;
    const char *name, *consumers, *text;
    enum lac_column_id first;
    size_t columns;
};
struct lac_column_schema {
    enum lac_table_id table;
    const char *name, *unit, *text;
    enum lac_type type;
    bool nullable;
};
extern const struct lac_file_schema lac_file_schemas[LAC_FILE_COUNT];
extern const struct lac_table_schema lac_table_schemas[LAC_TABLE_COUNT];
extern const struct lac_column_schema lac_column_schemas[LAC_COLUMN_COUNT];
const char *lac_type_name(enum lac_type type);

/* Dictionary of distinct texts: code 0, 1, ... in order of first appearance. */
struct lac_dict {
    uint32_t count;
    uint64_t *offset; /* count + 1 offsets into bytes; each text ends with a NUL, which the offsets include */
    char *bytes;
    uint64_t *slot; /* hash table while building: code + 1 below, 32 bits of the hash above; NULL when read
                       from a file */
    size_t slots, offset_capacity, bytes_capacity;
};
void lac_dict_init(struct lac_dict *dict);
void lac_dict_release(struct lac_dict *dict);
/* Empty again; memory is kept. */
void lac_dict_clear(struct lac_dict *dict);
/* Code of `text`, added when new. NULL or "" gives LAC_MISSING_STR: the store does not tell empty from
 * missing. */
enum lac_status lac_dict_code(struct lac_dict *dict, const char *text, uint32_t *code,
                              struct lac_error *err) LAC_CHECKED;
/* Codes of `n` texts that are not empty and lie one after another, each with its NUL: as lac_dict_code() for
 * each, but their places are fetched ahead, which counts where the dictionary is larger than the cache. */
enum lac_status lac_dict_codes(struct lac_dict *dict, const char *texts, size_t n, uint32_t *code,
                               struct lac_error *err) LAC_CHECKED;
/* Adds a text that is known to be new, with code `count`, and leaves the hash table as it is: for those who
 * look texts up themselves, and call lac_dict_index() before anyone else does. */
enum lac_status lac_dict_append(struct lac_dict *dict, const char *text, size_t length,
                                struct lac_error *err) LAC_CHECKED;
/* Code of `text` or LAC_MISSING_STR when it is not there (or is empty); adds nothing. Linear for dictionaries
 * read from a file until lac_dict_index() was called. */
uint32_t lac_dict_find(const struct lac_dict *dict, const char *text);
enum lac_status lac_dict_index(struct lac_dict *dict, struct lac_error *err) LAC_CHECKED;
/* Text of a code; "" for LAC_MISSING_STR. Valid as long as no text is added. */
const char *lac_dict_text(const struct lac_dict *dict, uint32_t code);

struct lac_column {
    enum lac_column_id id;
    void *data;           /* rows elements; uint32_t codes for STR */
    struct lac_dict dict; /* STR only */
};
struct lac_table {
    enum lac_table_id id;
    size_t rows, capacity;
    struct lac_column *column; /* in schema order */
    size_t columns;
};

/* A table being built grows by rows: init, then per row lac_table_row() and lac_set_*(). */
enum lac_status lac_table_init(struct lac_table *table, enum lac_table_id id,
                               struct lac_error *err) LAC_CHECKED;
void lac_table_release(struct lac_table *table);
/* Makes room for `rows` rows in all. */
enum lac_status lac_table_reserve(struct lac_table *table, size_t rows, struct lac_error *err) LAC_CHECKED;
/* Appends one row of missing values and gives its index. */
enum lac_status lac_table_row(struct lac_table *table, size_t *row, struct lac_error *err) LAC_CHECKED;

/* Typed arrays of a column; valid until the table grows or is released. */
uint8_t *lac_u8(const struct lac_table *table, enum lac_column_id column);
uint32_t *lac_u32(const struct lac_table *table, enum lac_column_id column);
int32_t *lac_i32(const struct lac_table *table, enum lac_column_id column);
int64_t *lac_i64(const struct lac_table *table, enum lac_column_id column);
double *lac_f64(const struct lac_table *table, enum lac_column_id column);
uint32_t *lac_codes(const struct lac_table *table, enum lac_column_id column); /* of a STR column */
struct lac_dict *lac_dict_of(const struct lac_table *table, enum lac_column_id column);
/* Text of a STR column's row; "" when missing. */
const char *lac_text(const struct lac_table *table, enum lac_column_id column, size_t row);
/* Sets a STR cell. */
enum lac_status lac_set_text(struct lac_table *table, enum lac_column_id column, size_t row, const char *text,
                             struct lac_error *err) LAC_CHECKED;

#endif
