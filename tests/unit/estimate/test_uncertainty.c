/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The width split by source: numbers made from known sources give those sources back; the parts of a national
 * estimate add up; an empty overlap keeps the doubt of linkage. */
#include "reference.h"
#include "../arena.h"
#include <math.h>
#include "base/random.h"
#include "method.h"
#include "runs.h"
#include "uncertainty.h"

#define LINKAGES 200
#define EACH 50
#define REPLICATES (LINKAGES * EACH)

/* log unseen = 7 + linkage + scope + sampling + model, standard deviations .3 .2 .1 .05 */
static void test_gives_known_sources_back(void **state)
{
    static double point[LINKAGES], settled[LINKAGES], value[REPLICATES], held[REPLICATES];
    struct lac_uncertainty split;
    struct lac_random random;
    (void)state;
    lac_random_init(&random, 1, LAC_PURPOSE_TEST, 0, 0, 0);
    for (size_t r = 0; r < LINKAGES; r++) {
        settled[r] = 7 + 0.3 * lac_random_normal(&random);
        point[r] = settled[r] + 0.2 * lac_random_normal(&random);
    }
    for (size_t b = 0; b < REPLICATES; b++) {
        held[b] = point[b % LINKAGES] + 0.1 * lac_random_normal(&random);
        value[b] = held[b] + 0.05 * lac_random_normal(&random);
    }
    value[17] = (double)INFINITY; /* a failed replicate is no variance */
    const struct lac_uncertainty_input input = {.n = 100,
                                                .unseen = exp(7),
                                                .level = 0.95,
                                                .delta_sd = 0.35,
                                                .replicates = REPLICATES,
                                                .log_unseen = value,
                                                .held = held,
                                                .groups = LINKAGES,
                                                .linkages = LINKAGES,
                                                .point = point,
                                                .settled = settled};
    assert_ok(lac_uncertainty_split(&input, &arena, &split, &err));
    assert_close(split.variance[LAC_SOURCE_LINKAGE], 0.09, 0.25);
    assert_close(split.variance[LAC_SOURCE_SCOPE], 0.04, 0.25);
    assert_close(split.variance[LAC_SOURCE_SAMPLING], 0.01, 0.05);
    assert_true(split.variance[LAC_SOURCE_MODEL] < 0.03); /* a rest: chance between linkages is in it */
    assert_true(split.variance[LAC_SOURCE_RESIDUAL] == 0.35 * 0.35);
    double sum = 0;
    for (int s = 0; s < LAC_SOURCES; s++) sum += split.variance[s];
    assert_close(sum, split.total, 1e-15);
    assert_close(split.upper[LAC_SOURCE_RESIDUAL], 100 + exp(7 + 1.959964 * 0.35), 1e-6);
    /* Rubin: T = W + (1 + 1/R) B, near .0125 + .13 */
    double half = log(split.rubin_upper - 100) - log(split.rubin_lower - 100);
    assert_close(half, 2 * 1.96 * sqrt(0.0125 + 0.13), 0.15);
    assert_true(split.rubin_df > LINKAGES - 1 && split.rubin_df < 2 * LINKAGES);
    assert_true(fabs(split.rubin_skewness) < 1);
}

static void test_without_linkages(void **state)
{
    static double value[1000];
    struct lac_uncertainty split;
    struct lac_random random;
    (void)state;
    lac_random_init(&random, 2, LAC_PURPOSE_TEST, 0, 0, 0);
    for (int b = 0; b < 1000; b++) value[b] = 5 + 0.2 * lac_random_normal(&random);
    const struct lac_uncertainty_input input = {
        .n = 10, .unseen = 150, .level = 0.9, .replicates = 1000, .log_unseen = value, .groups = 1};
    assert_ok(lac_uncertainty_split(&input, &arena, &split, &err));
    assert_close(split.variance[LAC_SOURCE_SAMPLING], 0.04, 0.15);
    assert_true(split.variance[LAC_SOURCE_LINKAGE] == 0 && split.variance[LAC_SOURCE_SCOPE] == 0);
    assert_true(split.variance[LAC_SOURCE_MODEL] == 0);
    assert_true(isnan(split.rubin_df));
}

/* Kosovo, and drawn linkages that move persons of both first lists to the first alone. */
static void national(struct lac_estimate_history *history, bool empty, struct lac_result **result)
{
    enum { DRAWS = 40, CELLS = 16 };
    static double drawn[DRAWS * CELLS], drawn_n[DRAWS];
    struct lac_results *results = LAC_NEW(&arena, struct lac_results, 1);
    struct lac_estimate_options options;
    reference_table(&arena, "kosovo-1999.csv", history);
    double *count = LAC_NEW(&arena, double, CELLS);
    for (int d = 0; d < DRAWS; d++) {
        for (int w = 1; w < CELLS; w++) drawn[d * CELLS + w] = history->count[w];
        double moved = 3 * d;
        drawn[d * CELLS + 3] -= moved;
        drawn[d * CELLS + 1] += moved;
        for (int w = 1; empty && w < CELLS; w++)
            if ((w & 9) == 9) drawn[d * CELLS + w] = 0;
        drawn_n[d] = 0;
        for (int w = 1; w < CELLS; w++) {
            drawn_n[d] += drawn[d * CELLS + w];
            count[w] += drawn[d * CELLS + w] / DRAWS;
        }
    }
    assert_ok(lac_estimate_history_init(history, 4, history->name, count, &arena, &err));
    history->draws = DRAWS;
    history->drawn = drawn;
    history->drawn_n = drawn_n;
    history->settled = NULL;
    lac_estimate_options_init(&options);
    options.bootstrap = 400;
    options.seed = 1;
    results->arena = &arena;
    assert_ok(lac_estimate_run_national(history, &options, results, &err));
    *result = &results->item[0];
}

static void test_national_carries_linkage(void **state)
{
    struct lac_estimate_history history;
    struct lac_result *result;
    (void)state;
    for (int empty = 0; empty < 2; empty++) {
        national(&history, empty, &result);
        assert_int_equal(result->status, LAC_RESULT_OK);
        const struct lac_uncertainty *split = result->uncertainty;
        assert_non_null(split);
        assert_true(split->variance[LAC_SOURCE_LINKAGE] > 1e-4);
        assert_true(split->variance[LAC_SOURCE_SAMPLING] > 1e-4);
        assert_true(split->variance[LAC_SOURCE_SCOPE] == 0);
        /* the replicates carry it, those drawn from fitted models too */
        assert_true(lac_result_find(result, "linkage_in_interval") == 1);
        assert_true(lac_result_find(result, "linkage_share") > 0.05);
        assert_true(split->rubin_lower > history.n && split->rubin_upper > split->rubin_lower);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_gives_known_sources_back),
        cmocka_unit_test(test_without_linkages),
        cmocka_unit_test(test_national_carries_linkage),
    };
    return cmocka_run_group_tests_name("uncertainty", tests, arena_setup, arena_teardown);
}
