/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The latent class sampler: that its moves leave the prior alone when the likelihood is switched off, that it
 * gives the posteriors of the reference (LCMCR: six chains of up to four million sweeps), convergence
 * measures against known answers, threads, refusals.
 *
 * Reference quantiles are compared on the scale of probability: the share of our draws at or below the
 * reference's 2.5 %, 50 % and 97.5 % points must be that within four standard errors, made from both
 * effective sample sizes. With 400 effective draws a median that is 0.5 posterior standard deviations off is
 * found with probability above 0.99; all seeds are fixed, so the test gives the same verdict every time.
 */
#include "reference.h"

#include <gsl/gsl_cdf.h>
#include <omp.h>

#include "convergence.h"
#include "latent_joint.h"
#include "latent_state.h"
#include "method.h"

/* --- convergence
 * -------------------------------------------------------------------------------------------- */

#define CHAINS 4
#define LENGTH 5000

/* Autoregressive chains; chain 0 shifted. */
static void measure(double correlation, double shift, struct lac_convergence *out)
{
    static double draw[CHAINS * LENGTH];
    struct lac_random random;
    struct lac_error err;

    lac_random_init(&random, 1, LAC_PURPOSE_TEST, 0, 0, 0);
    for (int c = 0; c < CHAINS; c++) {
        double x = lac_random_normal(&random);
        for (int i = 0; i < LENGTH; i++) {
            x = correlation * x + sqrt(1.0 - correlation * correlation) * lac_random_normal(&random);
            draw[c * LENGTH + i] = x + (c == 0 ? shift : 0.0);
        }
    }
    assert_ok(lac_convergence_make(draw, CHAINS, LENGTH, out, &err));
}

static void test_convergence(void **state)
{
    struct lac_convergence out;

    (void)state;
    measure(0.0, 0.0, &out);
    assert_true(out.r_hat < 1.002);
    assert_close(out.bulk, CHAINS * LENGTH, 0.05);
    assert_close(out.tail, CHAINS * LENGTH, 0.15);
    measure(0.8, 0.0, &out); /* (1 - r)/(1 + r) = 1/9 */
    assert_close(out.bulk, CHAINS * LENGTH / 9.0, 0.15);
    assert_true(out.r_hat < 1.01);
    measure(-0.5, 0.0, &out); /* better than independent */
    assert_true(out.bulk > 2.0 * CHAINS * LENGTH);
    measure(0.0, 1.0, &out);
    assert_true(out.r_hat > 1.05);
    assert_true(out.bulk < 100);
}

/* --- prior
 * ---------------------------------------------------------------------------------------------------- */

enum { ALPHA, FIRST, SECOND, LAST_STICK, LARGEST, CHANCE, UNSEEN, MEASURES };

static void add_measures(const struct lac_latent_state *s, double *share)
{
    double largest = 0.0, unseen = 0.0;

    for (int h = 0; h < LAC_LATENT_CLASSES; h++) {
        largest = fmax(largest, s->nu[h]);
        unseen += s->nu[h] * s->kernel[(size_t)h * s->table->cells];
    }
    share[ALPHA] += s->alpha < gsl_cdf_gamma_Pinv(0.6, 0.25, 4.0);
    share[FIRST] += s->nu[0] < 0.5;
    share[SECOND] += s->nu[1] < 0.05;
    share[LAST_STICK] += s->log_nu[LAC_LATENT_CLASSES - 1] < -8.0;
    share[LARGEST] += largest < 0.6;
    share[CHANCE] += s->in[0][1] < 0.3;
    share[UNSEEN] += unseen < 0.1;
}

static void test_prior(void **state)
{
    struct lac_estimate_history history;
    struct lac_latent_table table;
    struct lac_latent_state s;
    struct lac_random random;
    struct lac_arena arena;
    struct lac_error err;
    double moved[MEASURES] = {0}, drawn[MEASURES] = {0};
    const int draws = 20000;

    (void)state;
    lac_arena_init(&arena);
    reference_table(&arena, "hepatitis-a-taiwan.csv", &history);
    assert_ok(lac_latent_table_init(&table, &history, &arena, &err));
    assert_ok(lac_latent_state_init(&s, &table, &arena, &err));
    lac_random_init(&random, 3, LAC_PURPOSE_TEST, 0, 0, 0);
    for (int i = 0; i < draws; i++) {
        lac_latent_state_draw(&s, &random);
        add_measures(&s, drawn);
        for (int sweep = 0; sweep < 4; sweep++) lac_latent_state_sweep(&s, 0.0, &random);
        add_measures(&s, moved); /* independent draws from the prior too */
    }
    for (int m = 0; m < MEASURES; m++) {
        print_message("measure %d: drawn %.4f, moved %.4f\n", m, drawn[m] / draws, moved[m] / draws);
        /* four standard errors of a difference of shares are at most 0.02 */
        if (fabs(drawn[m] - moved[m]) > 0.02 * draws) fail_msg("measure %d", m);
    }
    assert_true(fabs(drawn[ALPHA] / draws - 0.6) < 0.01);
    assert_true(fabs(drawn[CHANCE] / draws - 0.3) < 0.01);
    lac_arena_release(&arena);
}

/* Steps along learned directions, alone: draws of the prior stay draws of the prior, and do move. */
static void test_joint(void **state)
{
    struct lac_latent_guides guides;
    struct lac_estimate_history history;
    struct lac_latent_table table;
    struct lac_latent_state s;
    struct lac_random random;
    struct lac_arena arena;
    struct lac_error err;
    double moved[MEASURES] = {0}, drawn[MEASURES] = {0}, changed = 0.0;
    const int draws = 40000;

    (void)state;
    lac_arena_init(&arena);
    reference_table(&arena, "hepatitis-a-taiwan.csv", &history);
    assert_ok(lac_latent_table_init(&table, &history, &arena, &err));
    assert_ok(lac_latent_state_init(&s, &table, &arena, &err));
    assert_ok(lac_latent_guides_init(&guides, table.lists, &arena, &err));
    lac_random_init(&random, 4, LAC_PURPOSE_TEST, 0, 0, 0);
    for (int i = 0; i < draws; i++) {
        if (i == draws / 10) lac_latent_guides_turn(&guides);
        lac_latent_state_draw(&s, &random);
        lac_latent_guides_learn(&guides, &s);
        add_measures(&s, drawn);
        double before = s.in[0][0];
        lac_latent_joint_sweep(&s, &guides, 0.0, &random);
        changed += s.in[0][0] != before;
        add_measures(&s, moved);
    }
    print_message("changed %.3f\n", changed / draws);
    assert_true(changed > 0.5 * draws); /* the first class is not always a large one */
    for (int m = 0; m < MEASURES; m++) {
        print_message("measure %d: drawn %.4f, moved %.4f\n", m, drawn[m] / draws, moved[m] / draws);
        if (fabs(drawn[m] - moved[m]) > 0.014 * draws) fail_msg("measure %d", m); /* four standard errors */
    }
    lac_arena_release(&arena);
}

/* --- reference
 * ------------------------------------------------------------------------------------------------ */

static double share_below(const struct lac_latent *latent, double x)
{
    size_t below = 0;

    for (size_t i = 0; i < latent->count; i++) below += latent->draw[i] <= x;
    return (double)below / (double)latent->count;
}

/* Half an integer more: N is whole, and quantiles fall on whole numbers. */
static bool agrees(const struct lac_latent *latent, double x, double q, double size, double reference_size)
{
    double error = sqrt(q * (1.0 - q) * (1.0 / size + 1.0 / reference_size));
    double high = share_below(latent, x), low = share_below(latent, ceil(x) - 1.0);
    bool ok = low < q + 4.0 * error && high > q - 4.0 * error;

    print_message("    share at or below %.0f is %.4f, expected %.3f, standard error %.4f\n", x, high, q,
                  error);
    return ok;
}

/* Effective draws of the reference are those its own chain medians bear out, where that is less. */
static void check_row(const char *file, int64_t draws, double reference_size)
{
    struct lac_latent_settings settings = {.seed = 1, .draws = draws};
    struct lac_estimate_history history;
    struct lac_latent latent;
    struct lac_arena arena;
    struct lac_error err;
    struct lac_csv rows;
    char path[1024];
    int found = 0;

    lac_arena_init(&arena);
    snprintf(path, sizeof path, "%s/tests/reference/estimates.csv", getenv("LACUNA_SOURCE"));
    assert_ok(lac_csv_load(path, &arena, &rows, &err));
    reference_table(&arena, file, &history);
    assert_ok(lac_latent_class(&history, &settings, &arena, &latent, &err));
    print_message("%s: R-hat %.4f, effective %.0f and %.0f of %zu, %.2f classes\n", file,
                  latent.convergence.r_hat, latent.convergence.bulk, latent.convergence.tail, latent.count,
                  latent.classes);
    assert_true(latent.convergence.r_hat <= LAC_LATENT_R_HAT);
    double size = fmin(latent.convergence.bulk, latent.convergence.tail);
    for (int64_t r = 0; r < rows.rows; r++) {
        static const char *const column[] = {"lower", "estimate", "upper"};
        static const double q[] = {0.025, 0.5, 0.975};

        if (strcmp(lac_csv_cell(&rows, r, lac_csv_column(&rows, "table")), file) != 0) continue;
        if (strcmp(lac_csv_cell(&rows, r, lac_csv_column(&rows, "method")), "latent-class") != 0) continue;
        for (int i = 0; i < 3; i++) {
            double x;
            assert_true(lac_text_double(lac_csv_cell(&rows, r, lac_csv_column(&rows, column[i])), &x));
            assert_true(agrees(&latent, x, q[i], size, reference_size));
        }
        found++;
    }
    assert_int_equal(found, 1);
    lac_arena_release(&arena);
}

static void test_small_tables(void **state)
{
    (void)state;
    check_row("hiv-rome.csv", 4000, 10000);
    check_row("korea-palembang.csv", 4000, 10000);
    check_row("hepatitis-a-taiwan.csv", 8000, 10000);
    check_row("new-orleans-5.csv", 4000, 10000);
}

static void test_kosovo(void **state)
{
    (void)state;
    check_row("kosovo-1999.csv", 8000, 5000);
}

static void test_diabetes(void **state)
{
    (void)state;
    /* its chain medians, 2,403 to 2,459, differ by a fifth of a standard deviation: worth 400 draws */
    check_row("diabetes-casale.csv", 8000, 400);
}

static void test_uk(void **state)
{
    (void)state;
    /* its chain medians, 21,272 to 22,492, bear out about 1,000 effective draws */
    check_row("uk-2013-modern-slavery-5.csv", 16000, 1000);
}

/* --- threads and refusals
 * --------------------------------------------------------------------------------------- */

static void test_threads(void **state)
{
    const struct lac_latent_settings settings = {.seed = 5, .part = 2, .draws = 400};
    int threads = omp_get_max_threads();
    struct lac_estimate_history history;
    struct lac_latent latent[4];
    struct lac_arena arena;
    struct lac_error err;

    (void)state;
    lac_arena_init(&arena);
    reference_table(&arena, "korea-palembang.csv", &history);
    for (int t = 0; t < 4; t++) {
        struct lac_latent_settings own = settings;

        own.seed += t == 3;
        omp_set_num_threads(t % 3 + 1);
        assert_ok(lac_latent_class(&history, &own, &arena, &latent[t], &err));
        assert_int_equal(latent[t].count, 400);
    }
    omp_set_num_threads(threads);
    assert_memory_equal(latent[0].draw, latent[1].draw, 400 * sizeof(double));
    assert_memory_equal(latent[0].draw, latent[2].draw, 400 * sizeof(double));
    assert_memory_not_equal(latent[0].draw, latent[3].draw, 400 * sizeof(double));
    assert_true(latent[0].convergence.r_hat == latent[2].convergence.r_hat);
    lac_arena_release(&arena);
}

static const struct lac_result *run(struct lac_arena *arena, int lists, const double *count, int64_t draws)
{
    static const char *names[] = {"A", "B", "C"};
    struct lac_results results = {.arena = arena};
    const struct lac_estimate_method *method;
    struct lac_estimate_options options;
    struct lac_estimate_history history;
    double *own = LAC_NEW(arena, double, 1U << lists);
    struct lac_error err;

    assert_non_null(own);
    memcpy(own, count, sizeof(double) << lists);
    assert_ok(lac_estimate_history_init(&history, lists, names, own, arena, &err));
    lac_estimate_options_init(&options);
    options.draws = draws;
    assert_ok(lac_estimate_method_find("latent-class", &method, &err));
    assert_ok(method->run(&history, &options, &results, &err));
    return &results.item[0];
}

static void test_refusals(void **state)
{
    static const double two[4] = {0, 5, 6, 3}, apart[8] = {0, 5, 6, 0, 7, 0, 0, 0},
                        some[8] = {0, 50, 40, 10, 30, 8, 7, 2}, together[8] = {0, 0, 0, 0, 0, 0, 0, 50},
                        huge[8] = {0, 3e9, 2e9, 1e9, 2e9, 1e9, 1e9, 1e9};
    const struct lac_result *result;
    struct lac_arena arena;

    (void)state;
    lac_arena_init(&arena);
    assert_int_equal(run(&arena, 2, two, 400)->status, LAC_RESULT_REFUSED);
    assert_int_equal(run(&arena, 3, apart, 400)->status, LAC_RESULT_NOT_IDENTIFIABLE);
    result = run(&arena, 3, some, 100); /* far too few draws */
    assert_int_equal(result->status, LAC_RESULT_REFUSED);
    assert_true(isnan(result->estimate) && result->interval == NULL);
    assert_non_null(strstr(result->note[0], "R-hat"));
    assert_non_null(strstr(result->note[1], "--draws"));
    result = run(&arena, 3, some, 20000);
    assert_int_equal(result->status, LAC_RESULT_OK);
    assert_true(result->lower > 147.0 && result->lower < result->estimate &&
                result->estimate < result->upper);
    result = run(&arena, 3, together, 20000);
    assert_int_equal(result->status, LAC_RESULT_OK);
    assert_true(result->lower >= 50.0 && result->upper < 60.0);
    result = run(&arena, 3, huge, 100); /* no number may overflow */
    assert_true(result->status == LAC_RESULT_REFUSED || result->lower > 11e9);
    lac_arena_release(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_convergence), cmocka_unit_test(test_prior),
        cmocka_unit_test(test_joint),       cmocka_unit_test(test_threads),
        cmocka_unit_test(test_refusals),    cmocka_unit_test(test_small_tables),
        cmocka_unit_test(test_kosovo),      cmocka_unit_test(test_diabetes),
        cmocka_unit_test(test_uk),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
