/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/text.h"
#include "perfect.h"
#include "table/csv.h"
#include "table/store.h"

enum { RETURN, ROW, PERSON, COLUMNS };

/* Rows of returns and their true persons. */
struct known {
    struct lac_dict rows, persons;
    uint32_t *person;  /* per row code */
    uint32_t *number;  /* per person code: its number in the run, LAC_MISSING_U32 before its first record */
    uint32_t count[2]; /* victims, suspects numbered so far */
};

static const char *key_of(char out[256], const char *return_id, int64_t row)
{
    int n = snprintf(out, 256, "%s\t%lld", return_id, (long long)row);
    return n > 0 && n < 256 ? out : "";
}

static enum lac_status read_truth(const char *truth, struct lac_arena *arena, struct known *known,
                                  struct lac_error *err)
{
    static const char *const columns[COLUMNS] = {"return_id", "row", "person_id"};
    struct lac_csv csv;
    int index[COLUMNS];
    char *path = lac_path_join(arena, truth, "records.csv");
    if (!path) return lac_fail_memory(err, "paths");
    enum lac_status st = lac_csv_load(path, arena, &csv, err);
    if (!st) st = lac_csv_require(&csv, columns, COLUMNS, index, err);
    if (st) return st;
    known->person = LAC_NEW(arena, uint32_t, csv.rows);
    known->number = LAC_NEW(arena, uint32_t, csv.rows);
    if (!known->person || !known->number) return lac_fail_memory(err, "true records");
    for (int64_t r = 0; !st && r < csv.rows; r++) {
        char key[256];
        int64_t row = 0;
        uint32_t code = 0, person = 0;
        known->number[r] = LAC_MISSING_U32;
        if (!lac_text_i64(lac_csv_cell(&csv, r, index[ROW]), &row)) row = 0;
        st = lac_dict_code(&known->rows, key_of(key, lac_csv_cell(&csv, r, index[RETURN]), row), &code, err);
        if (!st) st = lac_dict_code(&known->persons, lac_csv_cell(&csv, r, index[PERSON]), &person, err);
        if (!st && code == (uint32_t)r)
            known->person[code] = person;
        else if (!st)
            st =
                lac_fail(err, LAC_INPUT, "records.csv names row %lld of a return twice, or has an empty cell",
                         (long long)row);
    }
    return st;
}

static enum lac_status fail_unknown(size_t record, struct lac_error *err)
{
    enum lac_status st = lac_fail(err, LAC_INPUT, "record %zu of the run is not in the truth", record);
    lac_error_file(err, "records.csv");
    lac_error_remedy(err, "give the truth of the returns that the run has read");
    return st;
}

static enum lac_status put_person(const struct lac_table *records, const struct lac_table *returns,
                                  size_t record, struct known *known, struct lac_table *persons,
                                  struct lac_error *err)
{
    size_t home = lac_u32(records, LAC_COL_records_return_index)[record], at;
    uint32_t row = lac_u32(records, LAC_COL_records_row)[record], code, person;
    bool suspect = strcmp(lac_text(records, LAC_COL_records_role, record), "VICTIM") != 0;
    const char *return_id = home < returns->rows ? lac_text(returns, LAC_COL_returns_return_id, home) : "";
    char key[256];
    code = lac_dict_find(&known->rows, key_of(key, return_id, row));
    if (code == LAC_MISSING_STR) return fail_unknown(record, err);
    person = known->person[code];
    if (known->number[person] == LAC_MISSING_U32) known->number[person] = known->count[suspect]++;
    enum lac_status st = lac_table_row(persons, &at, err);
    if (!st) st = lac_set_text(persons, LAC_COL_persons_return_id, at, return_id, err);
    if (!st)
        st = lac_set_text(persons, LAC_COL_persons_file, at, lac_text(returns, LAC_COL_returns_file, home),
                          err);
    if (!st)
        st = lac_set_text(persons, LAC_COL_persons_population, at, suspect ? "suspects" : "victims", err);
    if (!st)
        st =
            lac_set_text(persons, LAC_COL_persons_person_id, at, lac_dict_text(&known->persons, person), err);
    if (st) return st;
    lac_u32(persons, LAC_COL_persons_record)[at] = (uint32_t)record;
    lac_u32(persons, LAC_COL_persons_row)[at] = row;
    lac_u32(persons, LAC_COL_persons_person)[at] = known->number[person];
    return LAC_OK;
}

/* links.h5 with these persons; its other tables are empty. */
static enum lac_status write_links(const char *run, uint32_t seed, struct lac_table *persons,
                                   struct lac_error *err)
{
    const struct lac_provenance provenance = {"lacuna-truth", "", "", seed};
    struct lac_table table[LAC_TABLE_COUNT];
    const struct lac_table *tables[LAC_TABLE_COUNT];
    size_t n = 0, made = 0;
    enum lac_status st = LAC_OK;
    for (int id = 0; !st && id < LAC_TABLE_COUNT; id++) {
        if (lac_table_schemas[id].file != LAC_FILE_links) continue;
        if (id == LAC_TABLE_persons) {
            tables[n++] = persons;
            continue;
        }
        st = lac_table_init(&table[made], (enum lac_table_id)id, err);
        tables[n++] = &table[made++];
    }
    if (!st) st = lac_store_write(run, LAC_FILE_links, &provenance, tables, n, err);
    while (made > 0) lac_table_release(&table[--made]);
    return st;
}

enum lac_status lac_simulate_links_write(const char *truth, const char *run, uint32_t seed,
                                         struct lac_arena *arena, struct lac_error *err)
{
    struct known known = {0};
    struct lac_table records = {0}, returns = {0}, persons = {0};
    lac_dict_init(&known.rows);
    lac_dict_init(&known.persons);
    enum lac_status st = read_truth(truth, arena, &known, err);
    if (!st) st = lac_store_read(run, LAC_TABLE_records, &records, err);
    if (!st) st = lac_store_read(run, LAC_TABLE_returns, &returns, err);
    if (!st) st = lac_table_init(&persons, LAC_TABLE_persons, err);
    for (size_t i = 0; !st && i < records.rows; i++)
        st = put_person(&records, &returns, i, &known, &persons, err);
    if (!st) st = write_links(run, seed, &persons, err);
    lac_table_release(&persons);
    lac_table_release(&returns);
    lac_table_release(&records);
    lac_dict_release(&known.persons);
    lac_dict_release(&known.rows);
    return st;
}
