/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Capture-history tables: what is a list, what is a stratum, how rows add up. */
#include "../unit.h"

#include "base/file.h"
#include "table_read.h"
#include "table_run.h"

static struct lac_arena arena;
static struct lac_error err;
static struct lac_estimate_table table;

static enum lac_status read_text(const char *text)
{
    if (lac_file_write("table-read-test.csv", text, strlen(text), false, &err)) return LAC_IO;
    return lac_estimate_table_read("table-read-test.csv", &arena, &table, &err);
}

static void test_lists_and_strata(void **state)
{
    (void)state;
    assert_ok(read_text(
        "A,year,B,sex,count,flag\n1,2019,0,F,5,0\n0,2019,1,M,3,1\n1,2020,1,F,2,1\n0,2020,0,F,,0\n"));
    assert_int_equal(table.lists, 2);
    assert_string_equal(table.list[0], "A");
    assert_string_equal(table.list[1], "B");
    assert_int_equal(table.strata, 3); /* year, sex, and flag: 0/1, but behind count */
    assert_string_equal(table.stratum[2], "flag");
    assert_string_equal(table.value[1 * 3 + 1], "M");
    assert_int_equal(table.history[2], 3);
    assert_true(table.count[3] == 0);
}

static void test_rows_add_up(void **state)
{
    struct lac_estimate_history history;
    const char *dropped;

    (void)state;
    assert_ok(read_text("A,B,C,s,count\n1,0,0,x,5\n1,0,0,x,4\n0,1,0,y,3\n1,1,0,x,2\n0,0,1,y,1\n"));
    const struct lac_estimate_part all = {.table = &table};
    assert_ok(lac_estimate_table_history(&all, &arena, &history, &dropped, &err));
    assert_int_equal(history.lists, 3);
    assert_true(history.count[1] == 9 && history.count[2] == 3 && history.count[3] == 2 && history.n == 15);
    assert_string_equal(dropped, "");
}

static void test_strata_apart(void **state)
{
    const char *const columns[] = {"s"}, *const wrong[] = {"z"};
    struct lac_estimate_strata strata = {.column = columns, .chosen = 1};
    struct lac_estimate_history history;
    const char *dropped;

    (void)state;
    assert_ok(read_text("A,B,C,s,count\n1,0,0,x,5\n0,1,1,y,3\n1,1,0,x,2\n0,0,1,y,1\n"));
    assert_ok(lac_estimate_table_strata(&table, &arena, &strata, &err));
    assert_int_equal(strata.count, 2);
    assert_string_equal(strata.label[0], "s=x");
    assert_string_equal(strata.label[1], "s=y");
    const struct lac_estimate_part second = {&table, strata.number, 1};
    assert_ok(lac_estimate_table_history(&second, &arena, &history, &dropped, &err));
    assert_int_equal(history.lists, 2); /* nobody in this stratum is on A; B becomes bit 0 and C bit 1 */
    assert_string_equal(dropped, "A");
    assert_string_equal(history.name[0], "B");
    assert_true(history.count[3] == 3 && history.count[2] == 1 && history.n == 4);
    strata = (struct lac_estimate_strata){.column = wrong, .chosen = 1};
    assert_int_equal(lac_estimate_table_strata(&table, &arena, &strata, &err), LAC_USAGE);
    strata = (struct lac_estimate_strata){0};
    assert_ok(lac_estimate_table_strata(&table, &arena, &strata, &err));
    assert_int_equal(strata.count, 1);
    assert_null(strata.label[0]);
}

static void test_refusals_point_at_the_place(void **state)
{
    (void)state;
    assert_int_equal(read_text("A,B,count\n1,0,5\n0,1,x\n"), LAC_INPUT);
    assert_int_equal(err.row, 2);
    assert_string_equal(err.column, "count");
    assert_string_equal(err.rule, "table-count");
    assert_string_equal(err.file, "table-read-test.csv");
    assert_int_equal(read_text("A,B,C,count\n1,0,0,5\n0,1,0,1\n1,1,3,1\n"), LAC_INPUT);
    assert_int_equal(err.row, 3);
    assert_string_equal(err.column, "C");
    char wide[512] = "";
    for (int k = 0; k < 17; k++) snprintf(wide + strlen(wide), sizeof wide - strlen(wide), "L%d,", k);
    strcat(wide, "count\n");
    for (int k = 0; k < 17; k++) strcat(wide, "1,");
    strcat(wide, "5\n");
    assert_int_equal(read_text(wide), LAC_INPUT);
    assert_string_equal(err.rule, "table-lists");
}

static int setup(void **state)
{
    (void)state;
    lac_arena_init(&arena);
    lac_error_init(&err);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    lac_arena_release(&arena);
    remove("table-read-test.csv");
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lists_and_strata),
        cmocka_unit_test(test_rows_add_up),
        cmocka_unit_test(test_strata_apart),
        cmocka_unit_test(test_refusals_point_at_the_place),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
