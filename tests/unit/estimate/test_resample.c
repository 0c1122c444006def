/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Honest intervals: tables without an estimate in search, profile, bootstrap and jackknife; the automatic
 * number of replicates; which models the replicates chose; parametric draws.
 */
#include <omp.h>
#include "reference.h"

#include "downhill.h"
#include "existence.h"
#include "fitter.h"
#include "interval.h"
#include "method.h"
#include "resample.h"
#include "search.h"
#include "search_wide.h"

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

static const struct lac_result *run(const char *method, const char *table,
                                    const struct lac_estimate_options *options)
{
    const struct lac_estimate_method *m;
    struct lac_estimate_history history;
    struct lac_results *results = LAC_NEW(&arena, struct lac_results, 1);
    struct lac_error err;
    assert_non_null(results);
    results->arena = &arena;
    reference_table(&arena, table, &history);
    assert_ok(lac_estimate_method_find(method, &m, &err));
    assert_ok(m->run(&history, options, results, &err));
    return &results->item[0];
}

static bool noted(const struct lac_result *result, const char *text)
{
    for (int i = 0; i < result->notes; i++)
        if (strstr(result->note[i], text)) return true;
    return false;
}

/* artificial-3: 40 A, 30 B, 20 C, 6 AB; the overlaps AC and BC are empty. Of the 8 models, 4 have an
 * estimate.
 */
static void table_3(double a, double b, double c, double ab, struct lac_estimate_history *history)
{
    static const char *names[] = {"A", "B", "C"};
    struct lac_error err;
    double *count = LAC_NEW(&arena, double, 8);
    assert_non_null(count);
    count[1] = a, count[2] = b, count[4] = c, count[3] = ab;
    assert_ok(lac_estimate_history_init(history, 3, names, count, &arena, &err));
}

static void test_search_without_estimates(void **state)
{
    struct lac_estimate_options options;
    (void)state;
    lac_estimate_options_init(&options);
    options.bootstrap = 0;
    const struct lac_result *result = run("loglinear-all", "artificial-3.csv", &options);
    assert_int_equal(result->status, LAC_RESULT_OK);
    assert_int_equal((int)lac_result_find(result, "models_admissible"), 4);
    assert_int_equal(result->model_count, 4); /* a model that does not exist is not ranked first by BIC */
    for (size_t i = 0; i < result->model_count; i++) assert_true(result->models[i].estimate < 1000);
    /* branch and bound and downhill search on the same table */
    struct lac_estimate_history history;
    struct lac_estimate_search wide = {0};
    struct lac_estimate_downhill downhill = {0};
    struct lac_error err;
    reference_table(&arena, "artificial-3.csv", &history);
    assert_ok(lac_estimate_search_wide(&history, 3, &arena, &wide, &err));
    assert_int_equal(wide.count, 3);
    assert_close(history.n + exp(wide.item[0].fit.log_n0), result->models[0].estimate, 1e-12);
    struct lac_fitter *fitter = lac_fitter_new(3);
    assert_non_null(fitter);
    assert_true(lac_estimate_downhill_restart(fitter, history.count, &downhill));
    assert_close(history.n + exp(downhill.fit.log_n0), result->models[0].estimate, 1e-9);
    assert_true(downhill.admissible < downhill.considered);
    lac_fitter_free(fitter);
}

/* Nobody on two lists: every search says that there is nothing, none prints a number. */
static void test_nobody_on_two_lists(void **state)
{
    static const char *const methods[] = {"loglinear-all", "loglinear-stepwise", "loglinear-average",
                                          "national"};
    struct lac_estimate_history history;
    struct lac_error err;
    (void)state;
    table_3(10, 10, 10, 0, &history);
    for (size_t i = 0; i < sizeof methods / sizeof *methods; i++) {
        const struct lac_estimate_method *m;
        struct lac_estimate_options options;
        struct lac_results results = {.arena = &arena};
        lac_estimate_options_init(&options);
        assert_ok(lac_estimate_method_find(methods[i], &m, &err));
        assert_ok(m->run(&history, &options, &results, &err));
        assert_true(results.item[0].status == LAC_RESULT_NOT_IDENTIFIABLE ||
                    results.item[0].status == LAC_RESULT_INFINITE);
        assert_true(isnan(results.item[0].estimate) && isnan(results.item[0].upper));
        assert_true(results.item[0].notes > 0);
    }
}

/* Profile of a model that exists on the facial set alone: followed there. One that is infinite has none. */
static void test_profile_with_empty_overlaps(void **state)
{
    struct lac_estimate_options options;
    (void)state;
    lac_estimate_options_init(&options);
    options.interval = "profile";
    options.model = "A*C + B*C";
    const struct lac_result *result = run("loglinear", "artificial-3.csv", &options);
    assert_int_equal(result->status, LAC_RESULT_OK);
    assert_close(result->estimate, 296, 1e-9);
    assert_true(result->lower > 96 && result->lower < 296 && result->upper > 296 && isfinite(result->upper));
    options.model = "A*B + C";
    result = run("loglinear", "artificial-3.csv", &options);
    assert_int_equal(result->status, LAC_RESULT_INFINITE);
    assert_true(isnan(result->estimate) && isnan(result->lower) && isnan(result->upper));
}

/* One person on two lists: the likelihood falls as 1/N only, so at 10,000 times the fitted N0 it is still
 * above the cut of a very high level. There is no upper limit, and that is said. */
static void test_unbounded_profile(void **state)
{
    static const char *const methods[] = {"loglinear", "mt"};
    struct lac_estimate_history history;
    (void)state;
    table_3(40, 30, 20, 1, &history);
    for (int i = 0; i < 2; i++) {
        const struct lac_estimate_method *m;
        struct lac_estimate_options options;
        struct lac_results results = {.arena = &arena};
        struct lac_error err;
        lac_estimate_options_init(&options);
        options.interval = "profile";
        options.model = "A + B + C";
        assert_ok(lac_estimate_method_find(methods[i], &m, &err));
        for (int high = 0; high < 2; high++) {
            options.level = high ? 0.9999995 : 0.95;
            results.count = 0;
            assert_ok(m->run(&history, &options, &results, &err));
            const struct lac_result *result = &results.item[0];
            assert_int_equal(result->status, LAC_RESULT_OK);
            assert_true(isfinite(result->lower) &&
                        (high ? isinf(result->upper) : isfinite(result->upper)) != 0);
            assert_int_equal(noted(result, "unbounded"), high);
        }
    }
}

/* Replicates without an estimate are infinite and counted; here so many that there is no upper limit. */
static void test_bootstrap_with_failures(void **state)
{
    const struct lac_estimate_method *m;
    struct lac_estimate_history history;
    struct lac_estimate_options options;
    struct lac_results results = {.arena = &arena};
    struct lac_error err;
    (void)state;
    table_3(40, 30, 20, 2, &history);
    lac_estimate_options_init(&options);
    options.interval = "bootstrap";
    options.keep_replicates = true;
    assert_ok(lac_estimate_method_find("loglinear-all", &m, &err));
    assert_ok(m->run(&history, &options, &results, &err));
    const struct lac_result *result = &results.item[0];
    int infinite = 0;
    for (size_t b = 0; b < result->replicate_count; b++) infinite += isinf(result->replicate[b]) != 0;
    assert_int_equal(result->replicate_count, 1000);
    assert_int_equal((int)lac_result_find(result, "failed_replicates"), infinite);
    /* AB stays empty with probability (1 - 2/92)^92 = 0.133; four standard deviations are 0.043 */
    assert_true(infinite > 90 && infinite < 176);
    assert_true(isfinite(result->lower) && isinf(result->upper));
    assert_true(noted(result, "count as infinite") && noted(result, "unbounded"));
}

/* A single shared person: the jackknife table without it has no estimate, so there is no acceleration and no
 * BCa interval, and the reason is given. */
static void test_jackknife_without_estimate(void **state)
{
    const struct lac_estimate_method *m;
    struct lac_estimate_history history;
    struct lac_estimate_options options;
    struct lac_results results = {.arena = &arena};
    struct lac_error err;
    (void)state;
    table_3(40, 30, 20, 1, &history);
    lac_estimate_options_init(&options);
    assert_ok(lac_estimate_method_find("loglinear-stepwise", &m, &err));
    assert_ok(m->run(&history, &options, &results, &err));
    const struct lac_result *result = &results.item[0];
    assert_int_equal(result->status, LAC_RESULT_OK);
    assert_true(isfinite(result->estimate) && isnan(result->lower) && isnan(result->upper));
    assert_true(noted(result, "leaving out one person gives a table without an estimate"));
    options.bootstrap_auto = true; /* more replicates cannot help: none are drawn */
    results.count = 0;
    assert_ok(m->run(&history, &options, &results, &err));
    assert_int_equal((int)lac_result_find(&results.item[0], "replicates"), 1000);
}

/* Everybody on A and B is on C too: the parameter of AB is minus infinity, that of ABC infinite, and N is
 * finite (facial set). A model asked for by name is repaired in the replicates as it is on the table. */
static void test_bootstrap_on_the_face(void **state)
{
    static const char *names[] = {"A", "B", "C", "D"};
    const struct lac_estimate_method *m;
    struct lac_estimate_history history;
    struct lac_estimate_options options;
    struct lac_results results = {.arena = &arena};
    struct lac_estimate_model model;
    struct lac_fitted fitted;
    struct lac_error err;
    double *count = LAC_NEW(&arena, double, 16);
    (void)state;
    assert_non_null(count);
    for (unsigned w = 1; w < 16; w++)
        count[w] = (w & 7) == 3 ? 0 : round(400 * pow(0.35, __builtin_popcount(w)));
    assert_ok(lac_estimate_history_init(&history, 4, names, count, &arena, &err));
    struct lac_fitter *fitter = lac_fitter_new(4);
    assert_non_null(fitter);
    assert_ok(lac_estimate_model_parse(&model, "A*B*C + D", 4, names, &err));
    assert_false(lac_fitter_model(fitter, history.count, &model, &fitted));
    assert_true(lac_fitter_named(fitter, history.count, &model, &fitted));
    assert_int_equal(fitted.parameters, 9);
    lac_fitter_free(fitter);
    lac_estimate_options_init(&options);
    options.model = "A*B*C + D";
    options.interval = "bca";
    assert_ok(lac_estimate_method_find("loglinear", &m, &err));
    assert_ok(m->run(&history, &options, &results, &err));
    const struct lac_result *result = &results.item[0];
    assert_int_equal(result->status, LAC_RESULT_OK);
    assert_true(noted(result, "facial set"));
    assert_close(result->estimate, history.n + exp(fitted.log_n0), 1e-12);
    assert_int_equal((int)lac_result_find(result, "failed_replicates"), 0);
    assert_true(result->lower < result->estimate && result->estimate < result->upper &&
                isfinite(result->upper));
}

/* --- automatic number of replicates --------------------------------------------------------------------- */

/* Limits that settle when there are `context` replicates. */
static int calls;
static struct lac_estimate_limits settling(const void *context, const struct lac_estimate_resampled *r)
{
    const size_t *enough = context;
    struct lac_estimate_limits limits = {.lower = 100, .upper = 200, .status = LAC_BCA_OK};
    calls++;
    if (r->b < *enough) limits.upper_extreme = true;
    return limits;
}

static double persons(const void *context, struct lac_fitter *fitter, const double *count)
{
    (void)context;
    lac_fitter_choose(fitter, (uint64_t)count[1]);
    return lac_fitter_persons(fitter, count) + count[1];
}

static void test_auto_rule(void **state)
{
    static const struct {
        size_t enough, drawn;
    } cases[] = {{0, 2000}, {1001, 4000}, {5000, 16000}, {1000000, 64000}};
    struct lac_estimate_history history;
    struct lac_error err;
    (void)state;
    table_3(40, 30, 20, 6, &history);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct lac_estimate_resample job = {.history = &history,
                                            .statistic = persons,
                                            .seed = 1,
                                            .replicates = 1000,
                                            .jackknife = true,
                                            .automatic = true};
        struct lac_estimate_resampled grown, fixed;
        struct lac_estimate_limiter limiter = {.limits_of = settling, .context = &cases[i].enough};
        calls = 0;
        assert_ok(lac_estimate_resample_until(&job, &limiter, &grown, &arena, &err));
        assert_true(grown.b <= cases[i].drawn);
        assert_int_equal(1000 << (calls - 1), grown.b);
        if (cases[i].enough > 0) assert_true(grown.b >= cases[i].enough || grown.b == 64000);
        /* what was drawn in steps is what is drawn at once */
        job.replicates = (int64_t)grown.b;
        assert_ok(lac_estimate_resample_run(&job, &arena, &fixed, &err));
        assert_int_equal(fixed.b, grown.b);
        assert_memory_equal(fixed.replicate, grown.replicate, grown.b * sizeof(double));
        assert_memory_equal(fixed.sorted, grown.sorted, grown.b * sizeof(double));
        assert_memory_equal(fixed.cell_estimate, grown.cell_estimate, grown.cells * sizeof(double));
    }
}

static void test_auto_of_a_method(void **state)
{
    struct lac_estimate_options options;
    (void)state;
    lac_estimate_options_init(&options);
    options.bootstrap_auto = true;
    const struct lac_result *result = run("loglinear-stepwise", "kosovo-1999.csv", &options);
    double drawn = lac_result_find(result, "replicates");
    assert_true(drawn >= 2000 && drawn <= 64000);
    assert_true(drawn == 64000 || lac_result_find(result, "lower_limit_extreme") == 0);
    assert_true(noted(result, "until the limits held") || noted(result, "the most there are"));
    /* New Orleans: the published limit is the smallest of 1,000 replicates */
    result = run("loglinear-stepwise", "new-orleans-5.csv", &options);
    drawn = lac_result_find(result, "replicates");
    bool extreme = lac_result_find(result, "lower_limit_extreme") > 0 ||
                   lac_result_find(result, "upper_limit_extreme") > 0;
    assert_true(drawn > 2000);
    assert_true(!extreme || (drawn == 64000 && noted(result, "do not rely on it")));
}

/* --- choices and draws ---------------------------------------------------------------------------------- */

static void test_choices(void **state)
{
    uint64_t choice[] = {3, 1, 0, 3, 2, 3, 1, 7, 2};
    struct lac_estimate_resampled resampled = {.b = 9, .choice = choice};
    struct lac_estimate_chosen chosen[3];
    (void)state;
    assert_int_equal(lac_estimate_resample_choices(&resampled, chosen, 3), 3);
    assert_int_equal(chosen[0].choice, 3);
    assert_int_equal(chosen[0].replicates, 3);
    assert_int_equal(chosen[1].choice, 1); /* ties by choice */
    assert_int_equal(chosen[2].choice, 2);
}

/* Kosovo: in 371 of 1,000 replicates the optimum is the best model of the table (375 published). */
static void test_share_of_replicates(void **state)
{
    struct lac_estimate_options options;
    (void)state;
    lac_estimate_options_init(&options);
    const struct lac_result *result = run("loglinear-all", "kosovo-1999.csv", &options);
    double total = 0;
    assert_true(result->choice_count == 10);
    assert_string_equal(result->choices[0].model, result->model);
    assert_true(fabs(result->choices[0].share - 0.375) < 4 * sqrt(2 * 0.375 * 0.625 / 1000));
    for (size_t i = 0; i < result->choice_count; i++) {
        total += result->choices[i].share;
        if (i > 0) assert_true(result->choices[i].share <= result->choices[i - 1].share);
    }
    assert_true(total > 0.9 && total <= 1 + 1e-12);
    result = run("loglinear-stepwise", "korea-palembang.csv", &options);
    assert_true(result->choice_count > 0);
    for (size_t i = 0; i < result->choice_count; i++) {
        bool own = strcmp(result->choices[i].model, result->model) == 0;
        if (own) return;
    }
    fail_msg("the selected model is not among those of the replicates");
}

static double cells_1_and_all(const void *context, struct lac_fitter *fitter, const double *count)
{
    (void)context;
    (void)fitter;
    return count[1] + 1000 * (count[1] + count[2] + count[3] + count[4]);
}

/* Replicate b is drawn from the table of drawn linkage b modulo their number: as many persons, its cells. */
static void test_drawn_linkages(void **state)
{
    static const double drawn[3 * 8] = {0,  40, 30, 6, 20, 0, 0,  0, 0,  80, 30, 6,
                                        20, 0,  0,  0, 0,  0, 30, 6, 20, 0,  0,  0},
                                  persons_of[] = {96, 136, 56};
    struct lac_estimate_history history;
    struct lac_estimate_resampled all;
    struct lac_error err;
    double first[3] = {0, 0, 0};
    (void)state;
    table_3(40, 30, 20, 6, &history);
    history.draws = 3;
    history.drawn = drawn;
    history.drawn_n = persons_of;
    const struct lac_estimate_resample job = {
        .history = &history, .statistic = cells_1_and_all, .seed = 5, .replicates = 3000};
    assert_ok(lac_estimate_resample_run(&job, &arena, &all, &err));
    for (size_t b = 0; b < all.b; b++) {
        assert_int_equal((int)(all.replicate[b] / 1000), (int)persons_of[b % 3]);
        first[b % 3] += fmod(all.replicate[b], 1000) / 1000;
    }
    assert_true(fabs(first[0] - 40) < 0.7 && fabs(first[1] - 80) < 0.8); /* four standard errors */
    assert_true(first[2] == 0);
}

static double cell_3(const void *context, struct lac_fitter *fitter, const double *count)
{
    (void)context;
    (void)fitter;
    return count[3] == 0 ? (double)INFINITY : count[1] + 1000 * count[3] + 1e6 * count[5];
}

/* Poisson counts with the means given, one model or the other by weight; the same for any number of threads.
 */
static void test_parametric_draws(void **state)
{
    static const double mean[16] = {99, 50, 0, 4, 0, 0, 0, 0, 99, 20, 0, 9, 0, 0, 0, 0},
                        weight[2] = {0.75, 0.25};
    const struct lac_estimate_parametric parametric = {2, 1, weight, mean};
    struct lac_estimate_history history;
    struct lac_estimate_resampled one, three;
    struct lac_error err;
    int threads = omp_get_max_threads();
    double cells[2] = {0, 0};
    size_t zero = 0;
    (void)state;
    table_3(40, 30, 20, 6, &history);
    struct lac_estimate_resample job = {
        .history = &history, .statistic = cell_3, .seed = 5, .replicates = 20000, .parametric = &parametric};
    omp_set_num_threads(1);
    assert_ok(lac_estimate_resample_run(&job, &arena, &one, &err));
    omp_set_num_threads(3);
    assert_ok(lac_estimate_resample_run(&job, &arena, &three, &err));
    omp_set_num_threads(threads);
    assert_memory_equal(one.replicate, three.replicate, one.b * sizeof(double));
    for (size_t b = 0; b < one.b; b++) {
        if (isinf(one.replicate[b])) {
            zero++;
            continue;
        }
        assert_true(one.replicate[b] < 1e6); /* a cell with mean 0 stays empty */
        cells[0] += fmod(one.replicate[b], 1000);
        cells[1] += floor(one.replicate[b] / 1000);
    }
    /* cell 3: mean 0.75*4 + 0.25*9 = 5.25, variance 5.25 + 0.75*0.25*25 = 9.94; four standard errors */
    assert_true(fabs(cells[1] / 20000 - 5.25) < 4 * sqrt(9.94 / 20000));
    /* empty with probability 0.75 exp(-4) + 0.25 exp(-9) = 0.01377 */
    assert_true(fabs((double)zero / 20000 - 0.01377) < 4 * sqrt(0.01377 / 20000));
    assert_true(cells[0] / (20000 - (double)zero) > 41.5 && cells[0] / (20000 - (double)zero) < 43.5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_search_without_estimates),
        cmocka_unit_test(test_nobody_on_two_lists),
        cmocka_unit_test(test_profile_with_empty_overlaps),
        cmocka_unit_test(test_unbounded_profile),
        cmocka_unit_test(test_bootstrap_with_failures),
        cmocka_unit_test(test_jackknife_without_estimate),
        cmocka_unit_test(test_bootstrap_on_the_face),
        cmocka_unit_test(test_auto_rule),
        cmocka_unit_test(test_auto_of_a_method),
        cmocka_unit_test(test_choices),
        cmocka_unit_test(test_share_of_replicates),
        cmocka_unit_test(test_parametric_draws),
        cmocka_unit_test(test_drawn_linkages),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
