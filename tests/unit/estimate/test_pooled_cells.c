/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The forces behind a national cell: which lists operate and returned where, nobody lost, every drawn
 * linkage. */
#include "../unit.h"
#include "pooled_cells.h"

static struct lac_error err;
static struct lac_arena arena;

#define ROWS 4
#define DRAWS 2

/* Rows of a cell, in the best linkage and two drawn ones. */
struct rows {
    uint16_t history[ROWS];
    int64_t count[ROWS];
    int32_t drawn[DRAWS * ROWS];
    float settled[DRAWS * ROWS];
};

static void fill_cell(struct lac_estimate_cell *cell, const char *geography, const char *code,
                      const char *lists, struct rows *rows)
{
    *cell = (struct lac_estimate_cell){.population = "victims",
                                       .definition = "D",
                                       .geography = geography,
                                       .geography_code = code,
                                       .geography_name = code,
                                       .stratum = "all",
                                       .variant = "main",
                                       .window_start = 10,
                                       .window_end = 20,
                                       .draws = DRAWS,
                                       .stride = ROWS,
                                       .drawn = rows->drawn,
                                       .settled = rows->settled[0] > 0 ? rows->settled : NULL};
    cell->table.history = rows->history;
    cell->table.count = rows->count;
    cell->table.rows = ROWS;
    for (; *lists; lists++)
        cell->table.list[cell->table.lists++] = *lists == 'A' ? "PF" : *lists == 'B' ? "LA" : "NGO";
}

static void add_list(struct lac_table *t, const char *code, const char *list, int expected, int received)
{
    size_t row;
    assert_ok(lac_table_row(t, &row, &err));
    assert_ok(lac_set_text(t, LAC_COL_history_lists_geography_code, row, code, &err));
    assert_ok(lac_set_text(t, LAC_COL_history_lists_list, row, list, &err));
    lac_i32(t, LAC_COL_history_lists_window_start)[row] = 10;
    lac_i32(t, LAC_COL_history_lists_window_end)[row] = 20;
    lac_i32(t, LAC_COL_history_lists_expected)[row] = expected;
    lac_i32(t, LAC_COL_history_lists_received)[row] = received;
    lac_i32(t, LAC_COL_history_lists_partial)[row] = 0;
}

/* Nation: A, B, AB, C. Force 1 has lists A and B; force 2 lists B and C, in that order of bits. */
static struct rows nation = {
    {1, 2, 3, 4}, {10, 8, 5, 3}, {10, 8, 5, 3, 12, 8, 4, 3}, {11, 8, 4.5F, 3, 11, 8, 4.5F, 3}};
static struct rows first = {
    {1, 2, 3, 3}, {9, 4, 5, 0}, {9, 4, 5, 0, 11, 4, 4, 0}, {9.5F, 4, 4.5F, 0, 10.5F, 4, 4.5F, 0}};
static struct rows second = {{1, 2, 2, 2}, {4, 2, 0, 0}, {4, 2, 0, 0, 4, 2, 0, 0}, {0}}; /* no doubt here */

static void make(struct lac_pooled_cells *pooled, enum lac_status expected)
{
    struct lac_estimate_cell item[4];
    struct lac_table lists;
    fill_cell(&item[0], "nation", "K", "ABC", &nation);
    fill_cell(&item[1], "force", "F1", "AB", &first);
    fill_cell(&item[2], "force", "F2", "BC", &second);
    fill_cell(&item[3], "force", "F2", "BC", &second);
    item[3].variant = "own"; /* of another cell */
    const struct lac_estimate_cells cells = {item, 4};
    assert_ok(lac_table_init(&lists, LAC_TABLE_history_lists, &err));
    add_list(&lists, "F1", "PF", 4, 4);
    add_list(&lists, "F1", "LA", 4, 4);
    add_list(&lists, "F1", "NGO", 4, 0); /* operates, nothing came */
    add_list(&lists, "F2", "LA", 4, 4);
    add_list(&lists, "F2", "PF", 0, 0); /* does not operate */
    assert_int_equal(lac_pooled_cells_make(&cells, &item[0], &lists, &arena, pooled, &err), expected);
    lac_table_release(&lists);
}

static void test_forces(void **state)
{
    struct lac_pooled_cells pooled;
    (void)state;
    make(&pooled, LAC_OK);
    const struct lac_pooled_data *data = &pooled.input.data;
    assert_int_equal(data->lists, 3);
    assert_int_equal(data->forces, 3); /* the third: persons in no force */
    assert_int_equal(data->force[0].operating, 7);
    assert_int_equal(data->force[0].returned, 3);
    assert_int_equal(data->force[1].operating, 6);
    assert_int_equal(data->force[1].returned, 6);
    assert_int_equal(data->force[2].returned, 7);
    assert_int_equal(pooled.not_returned, 1);
    assert_int_equal(pooled.not_operating, 1);
    assert_int_equal(pooled.input.linkages, DRAWS);
    /* second drawn linkage: bits moved to the nation's lists, nobody lost */
    const struct lac_pooled_data *drawn = &pooled.input.linkage[1];
    assert_true(drawn->force[0].count[1] == 11 && drawn->force[0].count[3] == 4);
    assert_true(drawn->force[1].count[2] == 4 && drawn->force[1].count[4] == 2);
    for (int set = 0; set <= DRAWS; set++) {
        const struct lac_pooled_data *one = set < DRAWS ? &pooled.input.linkage[set] : data;
        double sum = 0, all = 0;
        for (size_t f = 0; f < one->forces; f++)
            for (unsigned w = 1; w < 8; w++) sum += one->force[f].count[w];
        for (int r = 0; r < ROWS; r++)
            all +=
                set < DRAWS ? nation.drawn[set * ROWS + r] : (nation.drawn[r] + nation.drawn[ROWS + r]) / 2.0;
        assert_close(sum, all, 1e-12);
    }
    /* scope at its mean where there is doubt; as drawn where there is none, and for persons in no force */
    const struct lac_pooled_data *settled = &pooled.input.settled[1];
    assert_true(settled->force[0].count[1] == 10.5 && settled->force[0].count[3] == 4.5);
    assert_true(settled->force[1].count[2] == 4 && settled->force[1].count[4] == 2);
    for (unsigned w = 1; w < 8; w++) assert_true(settled->force[2].count[w] == drawn->force[2].count[w]);
    assert_close(pooled.unplaced, (26 - 24 + 27 - 25) / 2.0, 1e-12);
}

/* A person in a force whom the nation does not have. */
static void test_more_than_the_nation(void **state)
{
    struct lac_pooled_cells pooled;
    (void)state;
    first.drawn[ROWS] = 13;
    make(&pooled, LAC_INPUT);
    first.drawn[ROWS] = 11;
}

static int set_up(void **state)
{
    (void)state;
    lac_error_init(&err);
    lac_arena_init(&arena);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    lac_arena_release(&arena);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_forces),
        cmocka_unit_test(test_more_than_the_nation),
    };
    return cmocka_run_group_tests_name("pooled_cells", tests, set_up, tear_down);
}
