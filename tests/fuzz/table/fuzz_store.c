/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Any bytes as a store file: refused, or tables whose codes are in their dictionaries. */
#include "../file.h"
#include "base/file.h"
#include "table/store.h"

/* A store to start from: LACUNA_SEED/store/tables.h5. */
static void write_seed(const char *folder)
{
    static const struct lac_provenance provenance = {"lacuna-fuzz 0", "c0ffee", "beef", 7};
    static struct lac_table table[LAC_TABLE_COUNT];
    const struct lac_table *tables[LAC_TABLE_COUNT];
    struct lac_error err;
    char path[4096];
    size_t n = 0;

    lac_error_init(&err);
    snprintf(path, sizeof path, "%s/store", folder);
    if (lac_dir_make(path, true, &err) != LAC_OK) abort();
    for (int id = 0; id < LAC_TABLE_COUNT; id++) {
        if (lac_table_schemas[id].file != LAC_FILE_tables) continue;
        if (lac_table_init(&table[id], (enum lac_table_id)id, &err) != LAC_OK) abort();
        tables[n++] = &table[id];
    }
    for (size_t i = 0; i < 40; i++) {
        struct lac_table *published = &table[LAC_TABLE_published];
        size_t row;

        if (lac_table_row(published, &row, &err) != LAC_OK ||
            lac_set_text(published, LAC_COL_published_note, row, i % 3 == 0 ? "a" : "\xC3\xA9", &err) !=
                LAC_OK)
            abort();
        lac_f64(published, LAC_COL_published_value)[row] = (double)i / 7;
    }
    if (lac_store_write(folder, LAC_FILE_tables, &provenance, tables, n, &err) != LAC_OK) abort();
    for (size_t k = 0; k < n; k++) lac_table_release(&table[tables[k]->id]);
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    const char *seed = getenv("LACUNA_SEED");

    (void)argc;
    (void)argv;
    if (seed != NULL) write_seed(seed);
    return fuzz_file(".h5");
}

static void check(const struct lac_table *table)
{
    const struct lac_table_schema *schema = &lac_table_schemas[table->id];

    for (size_t c = 0; c < schema->columns; c++) {
        enum lac_column_id id = (enum lac_column_id)(schema->first + c);

        if (lac_column_schemas[id].type != LAC_TYPE_STR) continue;
        for (size_t i = 0; i < table->rows; i++) {
            uint32_t code = lac_codes(table, id)[i];

            if (code != LAC_MISSING_STR && code >= lac_dict_of(table, id)->count) abort();
            if (memchr(lac_text(table, id, i), '\0', 1 << 20) == NULL) abort();
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct lac_error err;
    enum lac_file_id file;

    fuzz_put(data, size);
    lac_error_init(&err);
    if (lac_store_identify(fuzz_path, &file, &err) != LAC_OK) return 0;
    for (int id = 0; id < LAC_TABLE_COUNT; id++) {
        struct lac_table table = {0};

        if (lac_table_schemas[id].file != file) continue;
        if (lac_store_read_path(fuzz_path, (enum lac_table_id)id, &table, &err) == LAC_OK) check(&table);
        lac_table_release(&table);
    }
    return 0;
}
