/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "../unit.h"

#include <math.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/digest.h"
#include "base/file.h"
#include "table/store.h"

static struct lac_error err;
static struct lac_arena arena;
static char folder[] = "/tmp/lacuna-store-XXXXXX";
static const struct lac_provenance provenance = {"lacuna-test 0", "c0ffee", "beef", 7};

static int setup(void **state)
{
    (void)state;
    lac_arena_init(&arena);
    if (mkdtemp(folder) == NULL) return 1;
    return lac_dir_make(lac_path_join(&arena, folder, "store"), true, NULL) != LAC_OK;
}

static int teardown(void **state)
{
    char *command = lac_arena_printf(&arena, "rm -r '%s'", folder);
    int failed = command == NULL || system(command) != 0;

    (void)state;
    lac_arena_release(&arena);
    return failed;
}

/* Writes tables.h5 with `rows` rows: texts with repeats and gaps, numbers with missing values. */
static void write_tables(size_t rows)
{
    struct lac_table table;
    struct lac_table empty;
    const struct lac_table *tables[] = {&table, &empty};

    assert_ok(lac_table_init(&table, LAC_TABLE_published, &err));
    assert_ok(lac_table_init(&empty, LAC_TABLE_suppressions, &err));
    for (size_t i = 0; i < rows; i++) {
        char text[32];
        size_t row;

        assert_ok(lac_table_row(&table, &row, &err));
        snprintf(text, sizeof text, "é%zu", i % 1000);
        if (i % 3 != 0) assert_ok(lac_set_text(&table, LAC_COL_published_note, row, text, &err));
        if (i % 5 != 0) lac_f64(&table, LAC_COL_published_value)[row] = (double)i / 7;
    }
    assert_ok(lac_store_write(folder, LAC_FILE_tables, &provenance, tables, 2, &err));
    lac_table_release(&empty);
    lac_table_release(&table);
}

static void round_trip(void **state)
{
    struct lac_table table;
    char text[80];
    char *path = lac_store_path(&arena, folder, LAC_FILE_tables);
    enum lac_file_id file;

    (void)state;
    write_tables(150000);
    assert_ok(lac_store_read(folder, LAC_TABLE_published, &table, &err));
    assert_int_equal(table.rows, 150000);
    for (size_t i = 0; i < table.rows; i++) {
        double value = lac_f64(&table, LAC_COL_published_value)[i];

        snprintf(text, sizeof text, "é%zu", i % 1000);
        assert_string_equal(lac_text(&table, LAC_COL_published_note, i), i % 3 != 0 ? text : "");
        assert_true(i % 5 != 0 ? value == (double)i / 7 : isnan(value));
    }
    assert_int_equal(lac_dict_find(lac_dict_of(&table, LAC_COL_published_note), "nowhere"), LAC_MISSING_STR);
    lac_table_release(&table);
    assert_ok(lac_store_attribute(path, "config_digest", text, sizeof text, &err));
    assert_string_equal(text, "c0ffee");
    assert_ok(lac_store_identify(path, &file, &err));
    assert_int_equal(file, LAC_FILE_tables);
    assert_ok(lac_store_link(folder, &err));
}

static void equal_bytes(void **state)
{
    char first[LAC_DIGEST_SIZE], second[LAC_DIGEST_SIZE];
    char *path = lac_store_path(&arena, folder, LAC_FILE_tables);

    (void)state;
    write_tables(70000);
    assert_ok(lac_digest_file(path, first, &err));
    sleep(1); /* a time stamp inside would change */
    write_tables(70000);
    assert_ok(lac_digest_file(path, second, &err));
    assert_string_equal(first, second);
}

static void empty_table(void **state)
{
    struct lac_table table;

    (void)state;
    write_tables(0);
    assert_ok(lac_store_read(folder, LAC_TABLE_published, &table, &err));
    assert_int_equal(table.rows, 0);
    lac_table_release(&table);
}

/* Cut off at many lengths and with bytes flipped: a clear refusal or, where the flip does no harm, a table.
 */
static void damaged(void **state)
{
    char *path = lac_store_path(&arena, folder, LAC_FILE_tables), *bytes;
    size_t length;

    (void)state;
    write_tables(2000);
    assert_ok(lac_file_read(path, 1 << 24, &arena, &bytes, &length, &err));
    for (size_t cut = 0; cut < length; cut += length / 23 + 1) {
        struct lac_table table;

        assert_ok(lac_file_write(path, bytes, cut, true, &err));
        assert_int_equal(lac_store_read(folder, LAC_TABLE_published, &table, &err), LAC_INPUT);
        assert_string_equal(err.file, path);
        assert_true(err.remedy[0] != '\0');
    }
    for (size_t at = 0; at < length; at += length / 97 + 1) {
        struct lac_table table;

        bytes[at] = (char)(bytes[at] ^ 0x55);
        assert_ok(lac_file_write(path, bytes, length, true, &err));
        if (lac_store_read(folder, LAC_TABLE_published, &table, &err) == LAC_OK) lac_table_release(&table);
        bytes[at] = (char)(bytes[at] ^ 0x55);
    }
}

static void missing_file_or_table(void **state)
{
    struct lac_table table;

    (void)state;
    assert_int_equal(lac_store_read(folder, LAC_TABLE_pairs, &table, &err), LAC_IO);
    write_tables(3);
    assert_int_equal(
        lac_store_read_path(lac_store_path(&arena, folder, LAC_FILE_tables), LAC_TABLE_pairs, &table, &err),
        LAC_INPUT);
}

/* Every table of the schema can be made, and its columns are the schema's. */
static void schema(void **state)
{
    size_t columns = 0;

    (void)state;
    for (int id = 0; id < LAC_TABLE_COUNT; id++) {
        struct lac_table table;

        assert_ok(lac_table_init(&table, (enum lac_table_id)id, &err));
        assert_true(table.columns > 0);
        for (size_t i = 0; i < table.columns; i++)
            assert_int_equal(lac_column_schemas[table.column[i].id].table, id);
        columns += table.columns;
        lac_table_release(&table);
    }
    assert_int_equal(columns, LAC_COLUMN_COUNT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(round_trip), cmocka_unit_test(equal_bytes),           cmocka_unit_test(empty_table),
        cmocka_unit_test(damaged),    cmocka_unit_test(missing_file_or_table), cmocka_unit_test(schema),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
