/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A store from tables written by hand: `test_reconcile_fixture FOLDER RUN` reads FOLDER/TABLE.csv for the
 * tables the stage reads and writes RUN/store/records.h5 and links.h5. A CSV may leave columns out (their
 * cells are missing) and whole tables (then they are empty). Days are YYYY-MM-DD. Without arguments it checks
 * itself on the golden case.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/date.h"
#include "base/file.h"
#include "base/text.h"
#include "table/csv.h"
#include "table/store.h"

#define MUST(call)                                                                                           \
    do {                                                                                                     \
        if ((call) != LAC_OK) {                                                                              \
            lac_error_print(&err, "fixture", 0, stderr);                                                     \
            exit(1);                                                                                         \
        }                                                                                                    \
    } while (0)

static struct lac_error err;
static struct lac_arena arena;

static int64_t number(const char *text, const char *unit)
{
    int32_t day;
    int64_t value;

    if (strcmp(unit, "day") == 0 && lac_date_parse(text, &day)) return day;
    if (strcmp(unit, "ymd") == 0 && lac_partial_parse(text, &day)) return day;
    if (!lac_text_i64(text, &value)) {
        fprintf(stderr, "fixture: '%s' is no number\n", text);
        exit(1);
    }
    return value;
}

static void set_cell(struct lac_table *table, enum lac_column_id column, size_t row, const char *text)
{
    const struct lac_column_schema *schema = &lac_column_schemas[column];

    if (text[0] == '\0') return;
    switch (schema->type) {
    case LAC_TYPE_STR:
        MUST(lac_set_text(table, column, row, text, &err));
        break;
    case LAC_TYPE_U32:
        lac_u32(table, column)[row] = (uint32_t)number(text, schema->unit);
        break;
    case LAC_TYPE_I32:
        lac_i32(table, column)[row] = (int32_t)number(text, schema->unit);
        break;
    case LAC_TYPE_I64:
        lac_i64(table, column)[row] = number(text, schema->unit);
        break;
    default:
        exit(1);
    }
}

static void fill(struct lac_table *table, const char *folder)
{
    const struct lac_table_schema *schema = &lac_table_schemas[table->id];
    const char *path = lac_arena_printf(&arena, "%s/%s.csv", folder, schema->name);
    struct lac_csv csv;
    size_t row;

    if (!lac_file_exists(path)) return;
    MUST(lac_csv_load(path, &arena, &csv, &err));
    for (int64_t i = 0; i < csv.rows; i++) {
        MUST(lac_table_row(table, &row, &err));
        for (size_t c = 0; c < schema->columns; c++) {
            enum lac_column_id column = (enum lac_column_id)(schema->first + c);

            set_cell(table, column, row,
                     lac_csv_cell(&csv, i, lac_csv_column(&csv, lac_column_schemas[column].name)));
        }
    }
}

static void write_file(enum lac_file_id file, const char *folder, const char *run)
{
    const struct lac_provenance provenance = {"fixture", "0", "0", 1};
    struct lac_table table[LAC_TABLE_COUNT];
    const struct lac_table *list[LAC_TABLE_COUNT];
    size_t n = 0;

    for (int i = 0; i < LAC_TABLE_COUNT; i++) {
        if (lac_table_schemas[i].file != file) continue;
        MUST(lac_table_init(&table[n], (enum lac_table_id)i, &err));
        fill(&table[n], folder);
        list[n] = &table[n];
        n++;
    }
    MUST(lac_store_write(run, file, &provenance, list, n, &err));
    for (size_t i = 0; i < n; i++) lac_table_release(&table[i]);
}

static void write_store(const char *folder, const char *run)
{
    MUST(lac_dir_make(lac_arena_printf(&arena, "%s/store", run), true, &err));
    write_file(LAC_FILE_records, folder, run);
    write_file(LAC_FILE_links, folder, run);
}

static void round_trip(void **state)
{
    char run[] = "/tmp/lacuna-fixture-XXXXXX";
    struct lac_table records, persons;

    (void)state;
    assert_non_null(mkdtemp(run));
    write_store(lac_arena_printf(&arena, "%s/tests/golden/reconcile/store", getenv("LACUNA_SOURCE")), run);
    MUST(lac_store_read(run, LAC_TABLE_records, &records, &err));
    MUST(lac_store_read(run, LAC_TABLE_persons, &persons, &err));
    assert_true(records.rows > 40);
    assert_int_equal(persons.rows, records.rows);
    assert_string_equal(lac_text(&records, LAC_COL_records_local_ref, 0), "a0");
    assert_int_equal(lac_i32(&records, LAC_COL_records_n_suspects)[0], 2);
    assert_int_equal(lac_i32(&records, LAC_COL_records_dob)[0], 20100504);
    assert_int_equal(lac_i32(&records, LAC_COL_records_offence_from)[0], lac_date_from_civil(2025, 3, 1));
    assert_int_equal(lac_i32(&records, LAC_COL_records_age)[0], LAC_MISSING_I32);
    lac_table_release(&records);
    lac_table_release(&persons);
    for (int i = 0; i < 2; i++)
        assert_int_equal(
            remove(lac_arena_printf(&arena, "%s/store/%s.h5", run, i == 0 ? "records" : "links")), 0);
    assert_int_equal(rmdir(lac_arena_printf(&arena, "%s/store", run)), 0);
    assert_int_equal(rmdir(run), 0);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(round_trip)};
    int status = 0;

    lac_error_init(&err);
    lac_arena_init(&arena);
    if (argc == 3)
        write_store(argv[1], argv[2]);
    else
        status = cmocka_run_group_tests(tests, NULL, NULL);
    lac_arena_release(&arena);
    return status;
}
