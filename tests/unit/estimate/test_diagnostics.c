/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What stands beside the estimates: curve, tipping points, variations of a table, totals over strata. */
#include "reference.h"

#include "diagnostics.h"
#include "existence.h"
#include "fit.h"
#include "totals.h"

static struct lac_arena arena;
static struct lac_error err;

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
    return 0;
}

static void near(double value, double expected, double relative)
{
    if (!(fabs(value - expected) <= relative * fabs(expected)))
        fail_msg("%.12g, expected %.12g", value, expected);
}

/* Kosovo, main effects alone: N with odds ratios 2 and 3 for EXH and ABA, and what halves and doubles N. */
static void tipping(void **state)
{
    struct lac_estimate_history history;
    struct lac_estimate_model model;
    struct lac_tipping *tip;
    size_t count;

    (void)state;
    reference_table(&arena, "kosovo-1999.csv", &history);
    lac_estimate_model_main(&model, 4);
    assert_int_equal(lac_tipping_run(&history, &model, &arena, &tip, &count, &err), LAC_OK);
    assert_int_equal(count, 6);
    assert_int_equal(tip[0].pair, 3);
    assert_int_equal((int)lrint(tip[0].at[2]), 8134);
    assert_int_equal((int)lrint(tip[0].at[3]), 8693);
    assert_true(tip[0].below_observed); /* 7395 / 2 is below 4400 */
    assert_true(isnan(tip[0].halves));
    /* the tipping point, checked by a fit with that offset */
    for (size_t i = 0; i < count; i++) {
        if (isnan(tip[i].doubles)) continue;
        double offset[16];
        struct lac_fit_options options = {.offset = offset};
        struct lac_fit_space *space = lac_fit_space_new(4);
        struct lac_fit fit;

        assert_non_null(space);
        for (unsigned w = 0; w < 16; w++)
            offset[w] = (w & tip[i].pair) == tip[i].pair ? log(tip[i].doubles) : 0;
        lac_estimate_fit(space, history.count, &model, &options, &fit);
        near(fit.estimate, 2 * 7394.5906, 1e-4);
        lac_fit_space_free(space);
    }
}

/* A pair already in the model is not tipped, and with only one pair absent one is left. */
static void tipping_absent(void **state)
{
    struct lac_estimate_history history;
    struct lac_estimate_model model;
    struct lac_tipping *tip;
    size_t count;

    (void)state;
    reference_table(&arena, "hepatitis-a-taiwan.csv", &history);
    lac_estimate_model_main(&model, 3);
    assert_int_equal(lac_estimate_model_add(&model, 3, &err), LAC_OK);
    assert_int_equal(lac_estimate_model_add(&model, 5, &err), LAC_OK);
    assert_int_equal(lac_tipping_run(&history, &model, &arena, &tip, &count, &err), LAC_OK);
    assert_int_equal(count, 1);
    assert_int_equal(tip[0].pair, 6);
}

static void curve(void **state)
{
    struct lac_estimate_history history;
    struct lac_curve raw;
    double zero[8] = {0, 5, 5, 5, 0, 0, 0, 0}; /* pairs and the triple empty: undefined */
    double odd[8] = {0, 0, 5, 5, 5, 5, 5, 5};
    double even[8] = {0, 5, 5, 0, 5, 5, 5, 5};
    const char *name[3] = {"A", "B", "C"};

    (void)state;
    assert_int_equal(lac_estimate_history_init(&history, 3, name, zero, &arena, &err), LAC_OK);
    lac_curve_raw(&history, &raw);
    assert_int_equal(raw.status, LAC_CURVE_UNDEFINED);
    assert_true(isnan(raw.ratio) && isnan(raw.se));
    assert_int_equal(lac_estimate_history_init(&history, 3, name, odd, &arena, &err), LAC_OK);
    lac_curve_raw(&history, &raw);
    assert_int_equal(raw.status, LAC_CURVE_ZERO);
    assert_int_equal(lac_estimate_history_init(&history, 3, name, even, &arena, &err), LAC_OK);
    lac_curve_raw(&history, &raw);
    assert_int_equal(raw.status, LAC_CURVE_INFINITE);
    /* the factor that halves Kosovo's N of the raw counts */
    reference_table(&arena, "kosovo-1999.csv", &history);
    lac_curve_raw(&history, &raw);
    double xi = lac_curve_tipping(raw.n, raw.ratio, 0.5);
    assert_int_equal((int)lrint(100 * xi), 308);
    near(lac_curve_at(raw.n, raw.ratio, log(xi)), 0.5 * (raw.n + raw.ratio), 1e-12);
    assert_true(isnan(lac_curve_tipping(100, 50, 0.5)));
}

/* A, B, C with the counts of cells 1..7. */
static void three(struct lac_estimate_history *history, const double counts[8])
{
    static const char *name[3] = {"A", "B", "C"};
    double *count = LAC_NEW(&arena, double, 8);

    assert_non_null(count);
    for (int w = 0; w < 8; w++) count[w] = counts[w];
    assert_int_equal(lac_estimate_history_init(history, 3, name, count, &arena, &err), LAC_OK);
}

static void variations(void **state)
{
    const double counts[8] = {0, 1, 2, 4, 8, 16, 32, 64};
    const double apart[8] = {0, 9, 9, 9, 9, 0, 0, 0}; /* nobody on C is on another list */
    struct lac_estimate_history history, out;

    (void)state;
    three(&history, counts);
    assert_int_equal(lac_history_without(&history, 1, &arena, &out, &err), LAC_OK); /* B: A and C stay */
    assert_int_equal(out.lists, 2);
    assert_string_equal(out.name[1], "C");
    assert_true(out.count[1] == 1 + 4 && out.count[2] == 8 + 32 && out.count[3] == 16 + 64);
    assert_true(out.n == 125); /* two persons were on B only */
    assert_int_equal(lac_history_merged(&history, 0, 2, &arena, &out, &err), LAC_OK);
    assert_string_equal(out.name[0], "A or C");
    assert_string_equal(out.name[1], "B");
    assert_true(out.count[1] == 1 + 8 + 16 && out.count[2] == 2 && out.count[3] == 4 + 32 + 64);
    assert_true(out.n == history.n);
    assert_int_equal(lac_history_within(&history, 2, &arena, &out, &err), LAC_OK);
    assert_true(out.count[1] == 16 && out.count[2] == 32 && out.count[3] == 64);
    assert_true(out.n == 112); /* eight are on C only: those are what the others must find */
    three(&history, apart);
    assert_int_equal(lac_history_within(&history, 2, &arena, &out, &err), LAC_OK);
    assert_int_equal(out.lists, 0);
    assert_int_equal(lac_history_within(&history, 0, &arena, &out, &err), LAC_OK);
    assert_int_equal(out.lists, 1); /* C has nobody there */
    assert_string_equal(out.name[0], "B");
}

/* Independent lists with expected counts: every variation gives the same N, every list its own size. */
static void independence(void **state)
{
    const double p[4] = {0.5, 0.4, 0.3, 0.2}, n = 10000;
    static const char *name[4] = {"A", "B", "C", "D"};
    double *count = LAC_NEW(&arena, double, 16);
    struct lac_estimate_history history;
    struct lac_diagnostics d;

    (void)state;
    assert_non_null(count);
    for (int w = 0; w < 16; w++) {
        count[w] = n;
        for (int k = 0; k < 4; k++) count[w] *= w >> k & 1 ? p[k] : 1 - p[k];
    }
    assert_int_equal(lac_estimate_history_init(&history, 4, name, count, &arena, &err), LAC_OK);
    assert_int_equal(lac_diagnostics_run(&history, 0, &arena, &d, &err), LAC_OK);
    near(d.independence, n, 1e-9);
    near(d.all_pairs, n, 1e-9);
    near(d.point.estimate, n, 1e-9);
    near(history.n + d.raw.ratio, n, 1e-9);
    near(d.within_low, n, 1e-9);
    assert_int_equal(d.withouts, 4);
    assert_int_equal(d.mergers, 6);
    assert_int_equal(d.populations, 4);
    for (size_t i = 0; i < 4; i++) near(d.without[i].estimate, n, 1e-6);
    for (size_t i = 0; i < 6; i++) near(d.merged[i].estimate, n, 1e-6);
    for (size_t i = 0; i < 4; i++) {
        near(d.within_list[i].known, n * p[i], 1e-9);
        assert_true(fabs(d.within_list[i].log_ratio) < 1e-6);
    }
    for (size_t i = 0; i < d.cells; i++) assert_true(fabs(d.cell[i].residual) < 1e-6);
    near(d.bound[2].bound, n, 1e-8); /* chao-mt is exact under independence */
    assert_int_equal(d.tippings, 6);
    for (size_t i = 0; i < 6; i++) assert_true(d.tipping[i].at[0] < n && d.tipping[i].at[2] > n);
}

static void published(void **state)
{
    struct lac_estimate_history history;
    struct lac_diagnostics d;

    (void)state;
    reference_table(&arena, "kosovo-1999.csv", &history);
    assert_int_equal(lac_diagnostics_run(&history, 0, &arena, &d, &err), LAC_OK);
    assert_int_equal((int)lrint(d.independence), 7395);
    assert_int_equal((int)lrint(d.all_pairs), 14402);
    near(d.history.n + exp(d.point.fit.log_n0), 10356.519, 1e-6);
    assert_string_equal(d.best, "EXH*ABA*OSCE + EXH*HRW + OSCE*HRW");
    assert_int_equal(d.degrees, 15 - d.point.fit.parameters);
    double deviance = 0, sum = 0;
    for (size_t i = 0; i < d.cells; i++) {
        const struct lac_diagnostics_cell *cell = &d.cell[i];
        deviance += 2 * (cell->count * log(cell->count / cell->mean) - (cell->count - cell->mean));
        sum += cell->mean;
    }
    near(deviance, d.point.fit.deviance, 1e-8);
    near(sum, history.n, 1e-8);
    /* artificial-3: only two models exist besides independence; a pair without persons */
    reference_table(&arena, "artificial-3.csv", &history);
    assert_int_equal(lac_diagnostics_run(&history, 0, &arena, &d, &err), LAC_OK);
    assert_int_equal(d.empty_overlaps, 2);
    assert_true(isnan(d.all_pairs));
    assert_int_equal(d.within_list[2].status, LAC_RESULT_REFUSED);
}

static void add_result(struct lac_results *results, const char *stratum, double estimate, double *replicate,
                       size_t b)
{
    struct lac_result *result = lac_results_add(results, "loglinear-average");

    assert_non_null(result);
    result->stratum = stratum;
    result->status = isnan(estimate) ? LAC_RESULT_INFINITE : LAC_RESULT_OK;
    result->estimate = estimate;
    result->se = 3;
    result->replicate = replicate;
    result->replicate_count = b;
}

static void totals(void **state)
{
    const char *label[3] = {"a=1", "a=2", "a=3"};
    const double n[3] = {50, 60, 70};
    struct lac_estimate_strata strata = {.count = 3, .label = label};
    double one[100], two[100], three_[100];
    struct lac_results results = {.arena = &arena};

    (void)state;
    for (int b = 0; b < 100; b++) {
        one[b] = 100 + b;
        two[b] = 300 - b; /* opposite: the sum of the first two never moves */
        three_[b] = b == 7 ? (double)INFINITY : 150;
    }
    add_result(&results, label[0], 150, one, 100);
    add_result(&results, label[1], 250, two, 100);
    add_result(&results, label[2], 150, three_, 100);
    assert_int_equal(lac_estimate_totals_add(&results, &strata, n, 0.9, &err), LAC_OK);
    assert_int_equal(results.count, 4);
    struct lac_result *total = &results.item[3];
    assert_int_equal(total->status, LAC_RESULT_OK);
    near(total->estimate, 550, 1e-12);
    near(total->lower, 550, 1e-12);
    near(total->upper, 550, 1e-12);
    assert_true(lac_result_find(total, "failed_replicates") == 1);
    assert_true(isinf(total->replicate[7]));

    /* without replicates: variances add up */
    results.count = 0;
    for (int i = 0; i < 3; i++) add_result(&results, label[i], 150, NULL, 0);
    assert_int_equal(lac_estimate_totals_add(&results, &strata, n, 0.9, &err), LAC_OK);
    near(results.item[3].se, 3 * sqrt(3), 1e-12);
    assert_string_equal(results.item[3].interval, "lognormal");

    /* a stratum without an estimate: no total, and the sum of the others under its own name */
    results.count = 0;
    add_result(&results, label[0], 150, NULL, 0);
    add_result(&results, label[1], (double)NAN, NULL, 0);
    add_result(&results, label[2], 200, NULL, 0);
    assert_int_equal(lac_estimate_totals_add(&results, &strata, n, 0.9, &err), LAC_OK);
    assert_int_equal(results.item[3].status, LAC_RESULT_REFUSED);
    assert_true(isnan(results.item[3].estimate));
    assert_true(lac_result_find(&results.item[3], "sum_of_others") == 350);
    assert_non_null(strstr(results.item[3].note[0], "a=2 is infinite"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tipping),    cmocka_unit_test(tipping_absent), cmocka_unit_test(curve),
        cmocka_unit_test(variations), cmocka_unit_test(independence),   cmocka_unit_test(published),
        cmocka_unit_test(totals),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
