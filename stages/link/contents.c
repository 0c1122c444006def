/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "contents.h"
#include <stdlib.h>
#include <string.h>
#include "base/digest.h"
#include "sort.h"

/* Numbers of rows say where a record stands, and not what it says. */
static bool is_place(enum lac_column_id column)
{
    return column == LAC_COL_records_return_index || column == LAC_COL_records_row ||
           column == LAC_COL_records_case_index;
}

/* Mixes the hashes of a column of texts into those of the rows: row r has text code[r], or that of code
 * through[r]. */
static enum lac_status texts_mix(const struct lac_dict *dict, const uint32_t *code, const uint32_t *through,
                                 size_t rows, uint64_t *hash, struct lac_error *err)
{
    uint64_t *text = malloc(((size_t)dict->count + 1) * sizeof *text);
    if (!text) return lac_fail_memory(err, "the order of records");
    for (uint32_t c = 0; c < dict->count; c++) {
        const char *of = lac_dict_text(dict, c);
        text[c] = lac_hash64(of, strlen(of), 1);
    }
    for (size_t row = 0; row < rows; row++) {
        uint32_t c = code[through ? through[row] : row];
        uint64_t both[2] = {hash[row], c == LAC_MISSING_STR ? 0 : text[c]};
        hash[row] = lac_hash64(both, sizeof both, 0);
    }
    free(text);
    return LAC_OK;
}

static void numbers_mix(const int32_t *number, size_t rows, uint64_t *hash)
{
    for (size_t row = 0; row < rows; row++)
        hash[row] = lac_hash64(&number[row], sizeof number[row], hash[row]);
}

enum lac_status lac_link_contents_hash(const struct lac_table *records, const struct lac_table *returns,
                                       uint64_t *hash, struct lac_error *err)
{
    const struct lac_table_schema *schema = &lac_table_schemas[LAC_TABLE_records];
    memset(hash, 0, records->rows * sizeof *hash);
    enum lac_status st = LAC_OK;
    if (returns)
        st = texts_mix(lac_dict_of(returns, LAC_COL_returns_return_id),
                       lac_codes(returns, LAC_COL_returns_return_id),
                       lac_u32(records, LAC_COL_records_return_index), records->rows, hash, err);
    for (size_t c = 0; !st && c < schema->columns; c++) {
        enum lac_column_id column = (enum lac_column_id)(schema->first + c);
        if (is_place(column)) continue;
        if (lac_column_schemas[column].type == LAC_TYPE_STR)
            st = texts_mix(lac_dict_of(records, column), lac_codes(records, column), NULL, records->rows,
                           hash, err);
        else
            numbers_mix(lac_i32(records, column), records->rows, hash);
    }
    return st;
}

enum lac_status lac_link_contents_sort(const uint64_t *hash, uint32_t *row, uint32_t count,
                                       struct lac_error *err)
{
    struct lac_link_pair *item = malloc((2 * (size_t)count + 1) * sizeof *item);
    if (!item) return lac_fail_memory(err, "the order of records");
    for (uint32_t i = 0; i < count; i++) item[i] = (struct lac_link_pair){hash[row[i]], row[i], 0};
    if (count) lac_link_sort(item, item + count, count);
    for (uint32_t i = 0; i < count; i++) row[i] = item[i].pattern;
    free(item);
    return LAC_OK;
}
