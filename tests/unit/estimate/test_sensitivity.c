/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The sensitivity set: changed forces count as they should, every run is there, runs agree with the headline
 * where nothing is changed, the doubly robust estimate with its formula, the same at any number of threads.
 */
#include "reference.h"
#include "../arena.h"
#include <math.h>
#include <omp.h>
#include <stdlib.h>
#include "base/random.h"
#include "doubly_robust.h"
#include "pooled_vary.h"
#include "sensitivity.h"

#define FORCES 8
#define LISTS 4
#define CELLS 16

static double count[FORCES][CELLS];
static struct lac_pooled_force force[FORCES];
static const char *code[FORCES] = {"F0", "F1", "F2", "F3", "F4", "F5", "F6", ""};
static const char *region[FORCES] = {"N", "N", "N", "N", "S", "S", "S", ""};
static const char *name[LISTS] = {"A", "B", "C", "D"};

/* Eight forces; force 2 did not return list C, list D does not operate in force 3. */
static void make_forces(struct lac_pooled_cells *pooled)
{
    struct lac_random random;
    lac_random_init(&random, 3, LAC_PURPOSE_TEST, 0, 0, 0);
    memset(count, 0, sizeof count);
    for (int f = 0; f < FORCES; f++) {
        force[f] = (struct lac_pooled_force){15, 15, count[f], 1};
        if (f == 2) force[f].returned = 11;
        if (f == 3) force[f].operating = force[f].returned = 7;
        for (int person = 0; person < 260 + 40 * f; person++) {
            unsigned w = 0;
            for (int k = 0; k < LISTS; k++)
                if (lac_random_uniform(&random) < 0.3 - 0.04 * k) w |= 1U << k;
            count[f][w & force[f].returned]++;
        }
        count[f][0] = 0;
    }
    *pooled = (struct lac_pooled_cells){.input = {.data = {LISTS, FORCES, force}}, .code = code};
}

static double persons(const struct lac_pooled_data *data)
{
    double n = 0;
    for (size_t f = 0; f < data->forces; f++)
        for (unsigned w = 1; w < 1U << data->lists; w++) n += data->force[f].count[w];
    return n;
}

static void test_changes(void **state)
{
    struct lac_pooled_cells pooled;
    struct lac_pooled_change change;
    struct lac_pooled_input to;
    (void)state;
    make_forces(&pooled);
    double all = persons(&pooled.input.data), alone = 0, with = 0;
    for (int f = 0; f < FORCES; f++) {
        alone += count[f][2];
        for (unsigned w = 1; w < CELLS; w++)
            if ((w & ~6U) == 0) with += count[f][w]; /* on B or C and on no other list */
    }
    lac_pooled_as_is(&pooled.input, &change);
    lac_pooled_leave_out(1, LISTS, &change);
    assert_ok(lac_pooled_vary(&pooled.input, &change, &arena, &to, &err));
    assert_int_equal(to.data.lists, 3);
    assert_true(persons(&to.data) == all - alone);
    assert_int_equal(to.data.force[2].returned, 5); /* A and D: bits 0 and 2 */
    assert_int_equal(to.data.force[2].operating, 7);
    assert_true(to.data.force[0].count[5] == count[0][9] + count[0][11]);

    lac_pooled_as_is(&pooled.input, &change);
    lac_pooled_merge(1, 2, LISTS, &change);
    assert_ok(lac_pooled_vary(&pooled.input, &change, &arena, &to, &err));
    assert_true(persons(&to.data) == all); /* nobody is lost by merging */
    double merged = 0;
    for (size_t f = 0; f < FORCES; f++) merged += to.data.force[f].count[2];
    assert_true(merged == with);
    assert_int_equal(to.data.force[2].returned, 7); /* B came, so the merged list did */

    lac_pooled_as_is(&pooled.input, &change);
    change.missing_as_absent = true;
    assert_ok(lac_pooled_vary(&pooled.input, &change, &arena, &to, &err));
    assert_int_equal(to.data.force[2].operating, 11);
    change.missing_as_absent = false;
    change.missing_as_nobody = true;
    assert_ok(lac_pooled_vary(&pooled.input, &change, &arena, &to, &err));
    assert_int_equal(to.data.force[2].returned, 15);
    assert_int_equal(to.data.force[3].returned, 7); /* where a list does not operate nothing is missing */
}

static void run_set(struct lac_sensitivity *list, struct lac_result *headline)
{
    struct lac_pooled_cells pooled;
    struct lac_estimate_history history;
    struct lac_estimate_options options;
    double *table = LAC_NEW(&arena, double, CELLS);
    make_forces(&pooled);
    for (int f = 0; f < FORCES; f++)
        for (unsigned w = 1; w < CELLS; w++) table[w] += count[f][w];
    assert_ok(lac_estimate_history_init(&history, LISTS, name, table, &arena, &err));
    lac_estimate_options_init(&options);
    options.bootstrap = 100;
    options.part = 3;
    *headline = (struct lac_result){.arena = &arena};
    assert_ok(lac_pooled_run(&pooled.input, &options, headline, &err));
    assert_int_equal(headline->status, LAC_RESULT_OK);
    const struct lac_sensitivity_input input = {.history = &history,
                                                .pooled = &pooled,
                                                .region = region,
                                                .headline = headline,
                                                .options = &options,
                                                .independent = {0, 1}};
    *list = (struct lac_sensitivity){.arena = &arena};
    assert_ok(lac_sensitivity_run(&input, list, &err));
}

static const struct lac_sensitivity_row *find(const struct lac_sensitivity *list, const char *run,
                                              const char *item)
{
    for (size_t i = 0; i < list->count; i++)
        if (strcmp(list->row[i].run, run) == 0 && (!item || strcmp(list->row[i].item, item) == 0))
            return &list->row[i];
    fail_msg("no row %s %s", run, item ? item : "");
    return NULL;
}

static void test_every_run_is_there(void **state)
{
    static const char *const runs[] = {"S0",       "S1",       "S2",         "S3",        "S4-three-way",
                                       "S4",       "S5",       "S6-without", "S6-merged", "S6-force",
                                       "S8-shift", "S8-curve", "S9"};
    struct lac_sensitivity list;
    struct lac_result headline;
    (void)state;
    run_set(&list, &headline);
    for (size_t i = 0; i < sizeof runs / sizeof *runs; i++) {
        const struct lac_sensitivity_row *row = find(&list, runs[i], NULL);
        if (row->status != LAC_RESULT_OK) fail_msg("%s: %s", row->run, row->note);
        /* 3,200 persons, none of them hidden from the lists: every choice is near */
        if (strcmp(runs[i], "S8-shift") != 0 && strcmp(runs[i], "S8-curve") != 0)
            assert_true(row->estimate > 2200 && row->estimate < 5000);
        if (!isnan(row->lower)) assert_true(row->lower <= row->estimate && row->estimate <= row->upper);
    }
    size_t without = 0, merged = 0, out = 0;
    for (size_t i = 0; i < list.count; i++) {
        without += strcmp(list.row[i].run, "S6-without") == 0;
        merged += strcmp(list.row[i].run, "S6-merged") == 0;
        out += strcmp(list.row[i].run, "S6-force") == 0;
    }
    assert_int_equal(without, LISTS);
    assert_int_equal(merged, LISTS * (LISTS - 1) / 2);
    assert_int_equal(out, FORCES - 1); /* persons in no force are no force */
    double n = persons(&(struct lac_pooled_data){LISTS, FORCES, force});
    const struct lac_sensitivity_row *shift = find(&list, "S8-shift", NULL);
    assert_close(shift->estimate, n + (headline.estimate - n) * exp(-0.7), 1e-12);
}

static void test_threads(void **state)
{
    struct lac_sensitivity one, three;
    struct lac_result headline;
    (void)state;
    omp_set_num_threads(1);
    run_set(&one, &headline);
    omp_set_num_threads(3);
    run_set(&three, &headline);
    omp_set_num_threads(1);
    assert_int_equal(one.count, three.count);
    for (size_t i = 0; i < one.count; i++) {
        assert_memory_equal(&one.row[i].value, &three.row[i].value, 4 * sizeof(double));
        assert_string_equal(one.row[i].note, three.row[i].note);
    }
}

/* One place of many persons: Lincoln-Petersen. Two places with opposite chances: the sum of the two, where
 * one table of both is far off. */
static void test_doubly_robust(void **state)
{
    struct lac_robust robust;
    const struct lac_robust_place one = {4000, 3000, 1000};
    const struct lac_robust_place two[] = {{2400, 100, 600}, {100, 2400, 600}};
    const struct lac_robust_place none = {30, 20, 0};
    (void)state;
    assert_true(lac_doubly_robust(&one, 1, 0.95, &robust));
    assert_close(robust.estimate, 5000.0 * 4000 / 1000, 0.005);
    /* Das, Kennedy & Jewell: with one place the variance is that of Lincoln-Petersen, n1 n2 (n1-m)(n2-m)/m^3
     */
    assert_close(robust.se, sqrt(5000.0 * 4000 * 4000 * 3000 / 1e9), 0.02);
    assert_true(robust.lower < robust.estimate && robust.estimate < robust.upper);
    assert_true(lac_doubly_robust(two, 2, 0.95, &robust));
    double apart = 2 * 3000.0 * 700 / 600, together = 3700.0 * 3700 / 1200;
    assert_close(robust.estimate, apart, 0.02);
    assert_true(together > 1.5 * apart);
    assert_false(lac_doubly_robust(&none, 1, 0.95, &robust));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_changes),
        cmocka_unit_test(test_every_run_is_there),
        cmocka_unit_test(test_threads),
        cmocka_unit_test(test_doubly_robust),
    };
    return cmocka_run_group_tests_name("sensitivity", tests, arena_setup, arena_teardown);
}
