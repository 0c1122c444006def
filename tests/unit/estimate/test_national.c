/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * national: the reference rows of the point estimate and of the floor; the counts of distinct candidates;
 * both intervals rebuilt from the replicates; delta; two lists, seven lists and beyond; tables that must be
 * refused.
 */
#include <omp.h>
#include "reference.h"

#include "base/random.h"
#include "base/sum.h"
#include "bca.h"
#include "lincoln_petersen.h"
#include "method.h"
#include "national.h"

static struct lac_arena arena;

static int setup(void **state)
{
    (void)state;
    lac_arena_init(&arena);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    lac_arena_release(&arena);
    return 0;
}

static void search(const struct lac_estimate_history *history, struct lac_national *national)
{
    struct lac_error err;
    assert_ok(lac_national_search(history, national, &err));
}

static void test_reference_rows(void **state)
{
    const char *wanted[] = {"table", "method", "estimate", "tolerance", "note"};
    struct lac_csv csv;
    struct lac_error err;
    int at[5], averages = 0, floors = 0;
    (void)state;
    char *path = lac_arena_printf(&arena, "%s/tests/reference/estimates.csv", getenv("LACUNA_SOURCE"));
    assert_ok(lac_csv_load(path, &arena, &csv, &err));
    assert_ok(lac_csv_require(&csv, wanted, 5, at, &err));
    for (int64_t r = 0; r < csv.rows; r++) {
        bool average = strcmp(lac_csv_cell(&csv, r, at[1]), "national") == 0;
        if (!average && strcmp(lac_csv_cell(&csv, r, at[1]), "H-floor average") != 0) continue;
        struct lac_estimate_history history;
        struct lac_national national;
        double expected, tolerance;
        const char *note = lac_csv_cell(&csv, r, at[4]);
        reference_table(&arena, lac_csv_cell(&csv, r, at[0]), &history);
        search(&history, &national);
        assert_true(lac_text_double(lac_csv_cell(&csv, r, at[2]), &expected));
        assert_true(lac_text_double(lac_csv_cell(&csv, r, at[3]), &tolerance));
        if (average) {
            assert_close(national.estimate, expected, tolerance);
            assert_int_equal((int)national.admissible, atoi(strstr(note, "distinct candidates=") + 20));
            double weight = atof(strstr(note, "all pairs=") + 10);
            assert_true(fabs(national.floor_weight - weight) <= 1e-5 * fmax(weight, 1e-6));
            averages++;
        } else {
            assert_close(national.floor, expected, tolerance);
            assert_int_equal((int)national.floor_candidates, atoi(strstr(note, "candidates=") + 11));
            floors++;
        }
    }
    assert_int_equal(averages, 9);
    assert_int_equal(floors, 8);
}

/* A table with a person in every cell, so that every candidate is admissible. */
static void full_table(int lists, struct lac_estimate_history *history)
{
    static const char *const names[] = {"A", "B", "C", "D", "E", "F", "G", "H", "I"};
    struct lac_error err;
    const char **name = LAC_NEW(&arena, const char *, 9);
    double *count = LAC_NEW(&arena, double, (size_t)1 << lists);
    assert_non_null(name);
    assert_non_null(count);
    for (int k = 0; k < 9; k++) name[k] = names[k];
    for (unsigned w = 1; w < 1U << lists; w++)
        count[w] = floor(2 + 900 * pow(0.3, __builtin_popcount(w)) * (1 + 0.3 * sin(w)));
    assert_ok(lac_estimate_history_init(history, lists, name, count, &arena, &err));
}

static void test_distinct_candidates(void **state)
{
    static const uint64_t distinct[] = {0, 0, 2, 12, 121, 2037, 65520};
    (void)state;
    for (int lists = 3; lists <= 6; lists++) {
        struct lac_estimate_history history;
        struct lac_national national;
        full_table(lists, &history);
        search(&history, &national);
        assert_int_equal(national.considered, distinct[lists]);
        assert_int_equal(national.admissible, distinct[lists]);
        assert_int_equal(national.kept, lists == 3 ? 12 : 60);
        int with = 0;
        for (size_t i = 0; i < national.kept; i++) with += national.item[i].h;
        assert_int_equal(with, lists == 3 ? 4 : 30);
    }
}

/* All pairs but one, with h, is the model of all pairs: the same fit, so it must not be counted again. */
static void test_h_is_a_common_pair_parameter(void **state)
{
    struct lac_estimate_history history;
    struct lac_estimate_model model;
    struct lac_fitted with, all;
    (void)state;
    full_table(4, &history);
    struct lac_fitter *fitter = lac_fitter_new(4);
    assert_non_null(fitter);
    lac_national_terms(&(struct lac_national_model){.pairs = 63}, 4, &model);
    assert_true(lac_fitter_model(fitter, history.count, &model, &all));
    for (uint32_t out = 0; out < 6; out++) {
        lac_national_terms(&(struct lac_national_model){.pairs = 63 & ~(1U << out), .h = true}, 4, &model);
        assert_true(lac_fitter_model(fitter, history.count, &model, &with));
        assert_close(with.log_n0, all.log_n0, 1e-9);
        assert_close(with.bic, all.bic, 1e-9);
    }
    lac_national_terms(&(struct lac_national_model){.pairs = 63, .h = true}, 4, &model);
    assert_false(lac_fitter_model(fitter, history.count, &model, &with));
    lac_fitter_free(fitter);
}

static const struct lac_result *run(const struct lac_estimate_history *history, int64_t replicates,
                                    struct lac_results *results)
{
    const struct lac_estimate_method *method;
    struct lac_estimate_options options;
    struct lac_error err;
    *results = (struct lac_results){.arena = &arena};
    lac_estimate_options_init(&options);
    options.bootstrap = replicates;
    options.keep_replicates = true;
    assert_ok(lac_estimate_method_find("national", &method, &err));
    assert_ok(method->run(history, &options, results, &err));
    assert_int_equal(results->count, 1);
    return &results->item[0];
}

/* The interval is the percentile interval of n + exp(L_b + delta_b); without delta the model-only one. */
static void test_both_intervals(void **state)
{
    enum { B = 1000 };
    struct lac_estimate_history history;
    struct lac_results results;
    double plain[B], with[B];
    (void)state;
    reference_table(&arena, "kosovo-1999.csv", &history);
    const struct lac_result *result = run(&history, B, &results);
    assert_int_equal(result->status, LAC_RESULT_OK);
    assert_string_equal(result->interval, "delta");
    assert_int_equal(result->replicate_count, B);
    for (int b = 0; b < B; b++) {
        struct lac_random random;
        with[b] = result->replicate[b];
        lac_random_init(&random, 1, LAC_PURPOSE_DELTA, (uint32_t)b, 0, 0);
        plain[b] = history.n + (with[b] - history.n) / exp(0.35 * lac_random_normal(&random));
    }
    lac_sort(with, B);
    lac_sort(plain, B);
    struct lac_estimate_limits b = lac_estimate_percentile(with, B, 0.95);
    struct lac_estimate_limits a = lac_estimate_percentile(plain, B, 0.95);
    assert_close(result->lower, b.lower, 1e-12);
    assert_close(result->upper, b.upper, 1e-12);
    assert_close(result->model_only_lower, a.lower, 1e-9);
    assert_close(result->model_only_upper, a.upper, 1e-9);
    assert_true(result->upper / result->lower > 1.5 * (a.upper / a.lower));
    double share = 0;
    for (size_t i = 0; i < result->choice_count; i++) share += result->choices[i].share;
    assert_true(share > 0.9 && share <= 1 + 1e-12);
}

static void test_threads_change_nothing(void **state)
{
    struct lac_estimate_history history;
    struct lac_results one, three;
    int threads = omp_get_max_threads();
    (void)state;
    for (int table = 0; table < 2; table++) { /* draws over cells, and from the fitted models */
        reference_table(&arena, table ? "new-orleans-5.csv" : "diabetes-casale.csv", &history);
        omp_set_num_threads(1);
        const struct lac_result *a = run(&history, 60, &one);
        omp_set_num_threads(3);
        const struct lac_result *b = run(&history, 60, &three);
        assert_memory_equal(a->replicate, b->replicate, 60 * sizeof(double));
        assert_true(a->estimate == b->estimate && a->lower == b->lower && a->upper == b->upper);
        assert_true(a->model_only_lower == b->model_only_lower);
    }
    omp_set_num_threads(threads);
}

static void test_two_lists(void **state)
{
    struct lac_estimate_history history;
    struct lac_simple chapman;
    struct lac_results results;
    (void)state;
    full_table(2, &history);
    const struct lac_result *result = run(&history, 1000, &results);
    lac_chapman(&history, 0, 1, 0.95, &chapman);
    assert_int_equal(result->status, LAC_RESULT_OK);
    assert_close(result->estimate, chapman.estimate, 1e-12);
    assert_true(result->lower < chapman.estimate && result->upper > chapman.estimate);
    assert_non_null(strstr(result->note[0], "assumes independence"));
    assert_true(result->upper - result->lower > result->model_only_upper - result->model_only_lower);
}

/* The search over seven lists must find what enumeration would: its best model is better than every
 * neighbour, and it is the model the table was made from. */
static void test_seven_lists(void **state)
{
    struct lac_estimate_history history;
    struct lac_national national;
    struct lac_error err;
    (void)state;
    full_table(7, &history);
    double *count = LAC_NEW(&arena, double, 128);
    for (unsigned w = 1; w < 128; w++) {
        double mean = 40000 * pow(0.25, __builtin_popcount(w));
        if ((w & 3) == 3) mean *= 3;   /* pair 12 */
        if ((w & 12) == 12) mean *= 2; /* pair 34 */
        count[w] = round(mean);
    }
    assert_ok(lac_estimate_history_init(&history, 7, history.name, count, &arena, &err));
    search(&history, &national);
    assert_int_equal(national.kept, 60);
    assert_int_equal(national.item[0].pairs, 1U | 1U << 5);
    assert_false(national.item[0].h);
    assert_true(fabs(national.estimate - history.n - 40000) < 0.05 * 40000);
    assert_true(national.considered < 20000);
}

static void test_refusals(void **state)
{
    struct lac_estimate_history history;
    struct lac_results results;
    struct lac_error err;
    (void)state;
    full_table(8, &history);
    const struct lac_result *result = run(&history, 100, &results);
    assert_int_equal(result->status, LAC_RESULT_REFUSED);
    assert_non_null(strstr(result->note[0], "merge lists to 7 or fewer"));
    /* nobody on two lists: no candidate has an estimate */
    double *count = LAC_NEW(&arena, double, 8);
    count[1] = count[2] = count[4] = 10;
    full_table(3, &history);
    assert_ok(lac_estimate_history_init(&history, 3, history.name, count, &arena, &err));
    result = run(&history, 100, &results);
    assert_int_equal(result->status, LAC_RESULT_NOT_IDENTIFIABLE);
    /* a single person on two lists: many replicates have no estimate */
    count = LAC_NEW(&arena, double, 8);
    count[1] = count[2] = 10, count[4] = 12, count[3] = 1;
    assert_ok(lac_estimate_history_init(&history, 3, history.name, count, &arena, &err));
    result = run(&history, 1000, &results);
    assert_int_equal(result->status, LAC_RESULT_REFUSED);
    assert_true(isnan(result->estimate) && isnan(result->upper));
    assert_true(lac_result_find(result, "failed_replicates") > 200);
}

/* --- three-way terms -------------------------------------------------------------------------------------
 */

static void search_triples(const struct lac_estimate_history *history, struct lac_national *national)
{
    struct lac_error err;
    assert_ok(lac_national_search_triples(history, national, &err));
}

/* BIC of every hierarchical candidate of four lists, one at a time: the smallest of each kind. */
static double best_of_all(const struct lac_estimate_history *history, bool h, bool triples)
{
    static const unsigned inside[] = {7, 25, 42, 52}; /* pairs 12 13 23 14 24 34 in triples 123 124 134 234 */
    struct lac_fitter *fitter = lac_fitter_new(4);
    double best = (double)INFINITY;
    for (uint32_t pairs = 0; pairs < 64; pairs++)
        for (unsigned t = triples; t < (triples ? 16U : 1U); t++) {
            struct lac_national_model item = {.pairs = pairs, .h = h, .triples = t};
            struct lac_estimate_model model;
            struct lac_fitted fit;
            bool closed = !h || __builtin_popcount(pairs) <= 4;
            for (int i = 0; i < 4; i++) closed &= !(t >> i & 1U) || (inside[i] & ~pairs) == 0;
            if (!closed) continue;
            lac_national_terms(&item, 4, &model);
            if (lac_fitter_model(fitter, history->count, &model, &fit)) best = fmin(best, fit.bic);
        }
    lac_fitter_free(fitter);
    return best;
}

static void test_three_way(void **state)
{
    const char *const tables[] = {"kosovo-1999.csv", "diabetes-casale.csv"};
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct lac_estimate_history history;
        struct lac_national national, two;
        reference_table(&arena, tables[i], &history);
        search(&history, &two);
        search_triples(&history, &national);
        assert_true(national.three_way > 0 && national.admissible == two.admissible + national.three_way);
        for (int h = 0; h < 2; h++) {
            double best[2] = {(double)INFINITY, (double)INFINITY}; /* kept, by kind */
            for (size_t m = 0; m < national.kept; m++)
                if (national.item[m].h == h)
                    best[national.item[m].triples != 0] =
                        fmin(best[national.item[m].triples != 0], national.item[m].fit.bic);
            assert_close(best[0], best_of_all(&history, h, false), 1e-10);
            if (isfinite(best[1])) assert_close(best[1], best_of_all(&history, h, true), 1e-10);
        }
    }
}

/* Too few persons, or fewer than ten on any three lists: nothing but two-way models. */
static void test_three_way_needs_data(void **state)
{
    const char *const tables[] = {"new-orleans-5.csv", "uk-2013-modern-slavery-5.csv",
                                  "hepatitis-a-taiwan.csv"};
    (void)state;
    for (size_t i = 0; i < 3; i++) {
        struct lac_estimate_history history;
        struct lac_national national, two;
        reference_table(&arena, tables[i], &history);
        search(&history, &two);
        search_triples(&history, &national);
        assert_true(national.three_way == 0 && national.estimate == two.estimate);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reference_rows),
        cmocka_unit_test(test_distinct_candidates),
        cmocka_unit_test(test_h_is_a_common_pair_parameter),
        cmocka_unit_test(test_both_intervals),
        cmocka_unit_test(test_threads_change_nothing),
        cmocka_unit_test(test_three_way),
        cmocka_unit_test(test_three_way_needs_data),
        cmocka_unit_test(test_two_lists),
        cmocka_unit_test(test_seven_lists),
        cmocka_unit_test(test_refusals),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
