/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Expected errors by group and pairs by weight, against sums made one by one. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/random.h"
#include "groups.h"

#define PAIRS 5000

static void weights_add_up(void **state)
{
    (void)state;
    static double weight[PAIRS];
    struct lac_random random;
    struct lac_link_weights weights;
    struct lac_link_population population = {.name = "victims"};
    struct lac_table table;
    lac_random_init(&random, 5, LAC_PURPOSE_TEST, 0, 0, 0);
    for (int p = 0; p < PAIRS; p++) weight[p] = 90 * lac_random_uniform(&random) - 45;
    weight[0] = -HUGE_VAL;
    weight[1] = HUGE_VAL;
    weight[2] = 0;
    lac_link_weights_count(weight, PAIRS, &weights);
    assert_int_equal(lac_table_init(&table, LAC_TABLE_link_weights, NULL), LAC_OK);
    assert_int_equal(lac_link_weights_add(&population, &weights, &table, NULL), LAC_OK);
    assert_int_equal(table.rows, 32);
    for (size_t row = 0; row < table.rows; row++) {
        double from = lac_f64(&table, LAC_COL_link_weights_from)[row],
               to = lac_f64(&table, LAC_COL_link_weights_to)[row], matches = 0;
        int64_t pairs = 0;
        if (row) assert_true(from == lac_f64(&table, LAC_COL_link_weights_to)[row - 1]);
        for (int p = 0; p < PAIRS; p++) {
            bool last = row == table.rows - 1;
            if (weight[p] < from || (weight[p] >= to && !last)) continue;
            pairs++;
            matches += 1 / (1 + exp2(-weight[p]));
        }
        assert_int_equal(pairs, lac_i64(&table, LAC_COL_link_weights_pairs)[row]);
        double found = lac_f64(&table, LAC_COL_link_weights_matches)[row];
        assert_true(fabs(found - matches) < 0.002 * (double)pairs + 1e-6);
    }
    lac_table_release(&table);
}

/* Four records, two persons; sides of a pair in different groups take half of it each. */
static void groups_add_up(void **state)
{
    (void)state;
    static const char *const list[] = {"PF", "PF", "LA", "LA"}, *const sex[] = {"F", "F", NULL, "F"};
    static const int32_t age[] = {9, 10, LAC_MISSING_I32, LAC_MISSING_I32},
                         dob[] = {0, 0, 20000615, 20000600};
    struct lac_table records, groups;
    uint32_t row_of[] = {0, 1, 2, 3}, person[] = {0, 0, 1, 1};
    struct lac_link_pair pair[] = {{UINT64_C(1), 0, 1}, {UINT64_C(2), 0, 1}, {UINT64_C(2) << 32 | 3, 0, 1}};
    double weight[] = {log2(9), log2(0.25), log2(3)}; /* probabilities .9, .2, .75 */
    struct lac_link_population population = {.name = "victims", .record = row_of};
    struct lac_link_result result = {.person = person, .weight = weight};
    static const struct {
        const char *dimension, *value;
        double records, links, wrong, missed;
    } want[] = {{"list", "PF", 2, 1, .1, .1},         {"list", "LA", 2, 1, .25, .1},
                {"force", "", 4, 2, .35, .2},         {"sex", "F", 3, 1.5, .225, .1},
                {"sex", "", 1, .5, .125, .1},         {"ethnicity_frame", "", 4, 2, .35, .2},
                {"age", "0 to 9", 1, .5, .05, .1},    {"age", "10 to 12", 1, .5, .05, 0},
                {"age", "16 to 17", 1, .5, .125, .1}, {"age", "18 to 24", 1, .5, .125, 0}};
    population.data.n = 4;
    result.pairs.pair = pair;
    result.pairs.count = 3;
    assert_int_equal(lac_table_init(&records, LAC_TABLE_records, NULL), LAC_OK);
    assert_int_equal(lac_table_init(&groups, LAC_TABLE_link_groups, NULL), LAC_OK);
    for (int i = 0; i < 4; i++) {
        size_t row;
        assert_int_equal(lac_table_row(&records, &row, NULL), LAC_OK);
        assert_int_equal(lac_set_text(&records, LAC_COL_records_list, row, list[i], NULL), LAC_OK);
        assert_int_equal(lac_set_text(&records, LAC_COL_records_sex, row, sex[i], NULL), LAC_OK);
        lac_i32(&records, LAC_COL_records_age)[row] = age[i];
        if (dob[i]) lac_i32(&records, LAC_COL_records_dob)[row] = dob[i];
        /* 14 June 2018, the day before the eighteenth birthday of the third; a month is enough for the fourth
         */
        lac_i32(&records, LAC_COL_records_offence_from)[row] = 17696;
    }
    assert_int_equal(lac_link_groups_add(&population, &result, &records, &groups, NULL), LAC_OK);
    assert_int_equal(groups.rows, sizeof want / sizeof *want);
    for (size_t k = 0; k < groups.rows; k++) {
        assert_string_equal(lac_text(&groups, LAC_COL_link_groups_dimension, k), want[k].dimension);
        assert_string_equal(lac_text(&groups, LAC_COL_link_groups_value, k), want[k].value);
        assert_true(lac_u32(&groups, LAC_COL_link_groups_records)[k] == want[k].records);
        assert_true(fabs(lac_f64(&groups, LAC_COL_link_groups_links)[k] - want[k].links) < 1e-12);
        assert_true(fabs(lac_f64(&groups, LAC_COL_link_groups_false_links)[k] - want[k].wrong) < 1e-12);
        assert_true(fabs(lac_f64(&groups, LAC_COL_link_groups_missed)[k] - want[k].missed) < 1e-12);
    }
    lac_table_release(&records);
    lac_table_release(&groups);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(weights_add_up), cmocka_unit_test(groups_add_up)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
