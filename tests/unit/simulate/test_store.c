/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A run store of four records and two estimates. As a test it is written and read back; with a folder as its
 * argument it only writes the store there, for the golden test of lacuna-truth. */
#include "../unit.h"
#include <unistd.h>
#include "base/date.h"
#include "base/file.h"
#include "table/store.h"

static struct lac_error err;

static void write_file(const char *run, enum lac_file_id file, struct lac_table *table)
{
    const struct lac_provenance provenance = {"fixture 1", "0000", "1111", 7};
    const struct lac_table *list[LAC_TABLE_COUNT];
    size_t n = 0;
    for (int i = 0; i < LAC_TABLE_COUNT; i++)
        if (lac_table_schemas[i].file == file) list[n++] = &table[i];
    assert_ok(lac_store_write(run, file, &provenance, list, n, &err));
}

static void person(struct lac_table *t, const char *return_id, uint32_t number, uint32_t person)
{
    size_t row;
    assert_ok(lac_table_row(t, &row, &err));
    lac_u32(t, LAC_COL_persons_record)[row] = (uint32_t)row;
    lac_u32(t, LAC_COL_persons_row)[row] = number;
    lac_u32(t, LAC_COL_persons_person)[row] = person;
    assert_ok(lac_set_text(t, LAC_COL_persons_return_id, row, return_id, &err));
    assert_ok(lac_set_text(t, LAC_COL_persons_population, row, "victims", &err));
    assert_ok(lac_set_text(t, LAC_COL_persons_person_id, row, person ? "V-b" : "V-a", &err));
}

static void estimate(struct lac_table *t, const char *code, const double value[3])
{
    size_t row;
    assert_ok(lac_table_row(t, &row, &err));
    const struct {
        enum lac_column_id column;
        const char *text;
    } texts[] = {{LAC_COL_summary_population, "victims"},
                 {LAC_COL_summary_definition, "D_IICSA"},
                 {LAC_COL_summary_geography, strcmp(code, "K04000001") == 0 ? "nation" : "region"},
                 {LAC_COL_summary_geography_code, code},
                 {LAC_COL_summary_geography_name, "somewhere"},
                 {LAC_COL_summary_stratum, "all"},
                 {LAC_COL_summary_variant, "main"},
                 {LAC_COL_summary_method, "loglinear-average"},
                 {LAC_COL_summary_lists, "PF LA"},
                 {LAC_COL_summary_status, "ok"}};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        assert_ok(lac_set_text(t, texts[i].column, row, texts[i].text, &err));
    lac_u32(t, LAC_COL_summary_cell)[row] = (uint32_t)row;
    lac_i32(t, LAC_COL_summary_window_start)[row] = lac_date_from_civil(2025, 1, 1);
    lac_i32(t, LAC_COL_summary_window_end)[row] = lac_date_from_civil(2025, 12, 31);
    lac_i64(t, LAC_COL_summary_observed)[row] = 10;
    lac_f64(t, LAC_COL_summary_estimate)[row] = value[0];
    lac_f64(t, LAC_COL_summary_lower)[row] = value[1];
    lac_f64(t, LAC_COL_summary_upper)[row] = value[2];
    lac_f64(t, LAC_COL_summary_level)[row] = 0.95;
}

static void write_store(const char *run)
{
    struct lac_table table[LAC_TABLE_COUNT];
    struct lac_arena arena;
    lac_arena_init(&arena);
    assert_ok(lac_dir_make(lac_path_join(&arena, run, "store"), true, &err));
    lac_arena_release(&arena);
    for (int i = 0; i < LAC_TABLE_COUNT; i++)
        assert_ok(lac_table_init(&table[i], (enum lac_table_id)i, &err));
    person(&table[LAC_TABLE_persons], "R1", 1, 0);
    person(&table[LAC_TABLE_persons], "R1", 2, 0);
    person(&table[LAC_TABLE_persons], "R2", 1, 0);
    person(&table[LAC_TABLE_persons], "R2", 2, 1);
    estimate(&table[LAC_TABLE_summary], "K04000001", (const double[]){20, 15, 30});
    estimate(&table[LAC_TABLE_summary], "E12000001", (const double[]){5, 4, 6});
    write_file(run, LAC_FILE_links, table);
    write_file(run, LAC_FILE_estimates, table);
    for (int i = 0; i < LAC_TABLE_COUNT; i++) lac_table_release(&table[i]);
}

static void store_reads_back(void **state)
{
    (void)state;
    char run[] = "lacuna-simulate-XXXXXX";
    struct lac_table persons;
    assert_non_null(mkdtemp(run));
    write_store(run);
    assert_ok(lac_store_read(run, LAC_TABLE_persons, &persons, &err));
    assert_int_equal(persons.rows, 4);
    lac_table_release(&persons);
    static const char *const files[] = {"store/links.h5", "store/estimates.h5", "store", ""};
    struct lac_arena arena;
    lac_arena_init(&arena);
    for (size_t i = 0; i < 4; i++) assert_int_equal(remove(lac_path_join(&arena, run, files[i])), 0);
    lac_arena_release(&arena);
}

int main(int argc, char **argv)
{
    lac_error_init(&err);
    if (argc == 2) {
        write_store(argv[1]);
        return 0;
    }
    const struct CMUnitTest tests[] = {cmocka_unit_test(store_reads_back)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
