/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fit, existence, intervals and models against known values and against each other. */
#include "reference.h"

#include "closed.h"
#include "enumerate.h"
#include "existence.h"
#include "interval.h"
#include "model.h"
#include "sample_coverage.h"

static struct lac_error err; /* what assert_ok prints */

struct bench {
    struct lac_arena arena;
    struct lac_estimate_history history;
    struct lac_fit_space *space;
    struct lac_existence *existence;
};

static void bench_open(struct bench *b, const char *file)
{
    lac_arena_init(&b->arena);
    lac_error_init(&err);
    reference_table(&b->arena, file, &b->history);
    b->space = lac_fit_space_new(b->history.lists);
    b->existence = lac_existence_new(b->history.lists);
    assert_non_null(b->space);
    assert_non_null(b->existence);
}

static void bench_close(struct bench *b)
{
    lac_fit_space_free(b->space);
    lac_existence_free(b->existence);
    lac_arena_release(&b->arena);
}

static struct lac_estimate_model model_of(struct bench *b, const char *text)
{
    struct lac_estimate_model model;

    assert_ok(lac_estimate_model_parse(&model, text, b->history.lists, b->history.name, &err));
    return model;
}

static enum lac_verdict personsamed(struct bench *b, const char *text, struct lac_fit *fit)
{
    struct lac_estimate_model model = model_of(b, text);

    return lac_estimate_fit_checked(b->existence, b->space, b->history.count, &model, fit);
}

/* --- existence
 * ------------------------------------------------------------------------------------------------ */

static const struct {
    const char *model;
    int verdict;
    enum lac_fit_status status;
} artificial[] = {
    {"A + B + C", 0, LAC_FIT_OK},       {"A*B + C", 1, LAC_FIT_INFINITE},
    {"A*C + B", 0, LAC_FIT_OK},         {"B*C + A", 0, LAC_FIT_OK},
    {"A*B + A*C", 1, LAC_FIT_INFINITE}, {"A*B + B*C", 1, LAC_FIT_INFINITE},
    {"A*C + B*C", 0, LAC_FIT_OK},       {"A*B + A*C + B*C", 2, LAC_FIT_NOT_IDENTIFIABLE},
};

static void existence_of_artificial(void **state)
{
    struct bench b;

    (void)state;
    bench_open(&b, "artificial-3.csv");
    for (int round = 0; round < 2; round++) { /* the second time from memory */
        for (size_t i = 0; i < sizeof artificial / sizeof *artificial; i++) {
            struct lac_fit fit;

            assert_int_equal(personsamed(&b, artificial[i].model, &fit), artificial[i].verdict);
            assert_int_equal(fit.status, artificial[i].status);
            assert_false(fit.repaired);
            assert_int_equal(isnan(fit.estimate), artificial[i].verdict != 0);
        }
    }
    bench_close(&b);
}

/* All 6,893 models of five lists: the verdict with the fit as certificate is that of the linear program, a
 * model with an estimate is fitted, and as many are admissible as other programs find. */
static void all_models(const char *file, int expected)
{
    struct bench b;
    struct lac_estimate_enumeration e;
    int admissible = 0, programs = 0;

    bench_open(&b, file);
    struct lac_existence *second = lac_existence_new(5);
    assert_non_null(second);
    assert_true(lac_estimate_enumerate_first(&e, 5, 0));
    do {
        struct lac_estimate_model model;
        struct lac_fit fit;

        lac_estimate_model_from_bits(&model, 5, e.model);
        lac_estimate_fit(b.space, b.history.count, &model, NULL, &fit);
        enum lac_verdict quick =
            lac_estimate_existence(b.existence, b.history.count, &model, NULL, b.space, &fit);
        enum lac_verdict slow = lac_estimate_existence(second, b.history.count, &model, NULL, NULL, NULL);
        assert_int_equal(quick, slow);
        if (slow == LAC_VERDICT_EXISTS) assert_int_equal(fit.status, LAC_FIT_OK);
        admissible += slow == LAC_VERDICT_EXISTS;
        programs++;
    } while (lac_estimate_enumerate_next(&e));
    assert_int_equal(programs, 6893);
    assert_int_equal(admissible, expected);
    lac_existence_free(second);
    bench_close(&b);
}

static void certificate_agrees(void **state)
{
    (void)state;
    all_models("uk-2013-modern-slavery-5.csv", 6519);
    all_models("new-orleans-5.csv", 6327);
}

/* N of the ordinary fit when `epsilon` persons are added to every cell; then the estimate exists. NaN without
 * a fit. */
static double perturbed(struct bench *b, const struct lac_estimate_model *model, double epsilon)
{
    double count[32];
    struct lac_fit fit;

    for (unsigned w = 0; w < 1U << b->history.lists; w++) count[w] = b->history.count[w] + epsilon;
    lac_estimate_fit(b->space, count, model, NULL, &fit);
    return fit.status == LAC_FIT_OK ? fit.estimate : (double)NAN;
}

/* Where no estimate exists, the fit on the face is the limit of fits to tables with vanishing additions, and
 * a model called infinite has fits that grow without end. */
static void repairs_are_limits(void **state)
{
    struct bench b;
    struct lac_estimate_enumeration e;
    int seen[4] = {0}, compared = 0;

    (void)state;
    bench_open(&b, "uk-2013-modern-slavery-5.csv");
    assert_true(lac_estimate_enumerate_first(&e, 5, 0));
    do {
        struct lac_estimate_model model;
        struct lac_fit fit;
        const double persons = b.history.n;

        lac_estimate_model_from_bits(&model, 5, e.model);
        if (lac_estimate_fit_checked(b.existence, b.space, b.history.count, &model, &fit) ==
            LAC_VERDICT_EXISTS)
            continue;
        seen[fit.status]++;
        double near = perturbed(&b, &model, 1e-3), nearer = perturbed(&b, &model, 1e-4);
        if (isnan(near) || isnan(nearer)) continue;
        if (fit.status == LAC_FIT_OK)
            assert_true(fabs(nearer - fit.estimate) < 0.2 * fabs(near - fit.estimate) + 1e-6 * fit.estimate);
        if (fit.status == LAC_FIT_INFINITE) assert_true(nearer > 3 * near);
        if (fit.at_observed) assert_true(nearer - persons < 0.5 * (near - persons));
        compared++;
    } while (lac_estimate_enumerate_next(&e));
    assert_int_equal(seen[LAC_FIT_OK] + seen[LAC_FIT_INFINITE] + seen[LAC_FIT_NOT_IDENTIFIABLE], 6893 - 6519);
    assert_true(seen[LAC_FIT_OK] > 0 && seen[LAC_FIT_INFINITE] > 0 && compared > 300);
    bench_close(&b);
}

/* All two-way models of Korea: 6 of 8 admissible. */
static void existence_of_korea(void **state)
{
    struct bench b;
    int admissible = 0;

    (void)state;
    bench_open(&b, "korea-palembang.csv");
    for (unsigned mask = 0; mask < 8; mask++) {
        static const unsigned pair[3] = {3, 5, 6};
        struct lac_estimate_model model;

        lac_estimate_model_main(&model, 3);
        for (int i = 0; i < 3; i++)
            if (mask >> i & 1U) assert_ok(lac_estimate_model_add(&model, pair[i], &err));
        admissible += lac_estimate_existence(b.existence, b.history.count, &model, NULL, NULL, NULL) == 0;
    }
    assert_int_equal(admissible, 6);
    bench_close(&b);
}

/* --- known values
 * --------------------------------------------------------------------------------------------- */

static void known_values(void **state)
{
    struct bench b;
    struct lac_fit fit;
    struct lac_interval interval;
    bool ok;

    (void)state;
    bench_open(&b, "kosovo-1999.csv");
    const char *text = "EXH*ABA*OSCE + EXH*HRW + OSCE*HRW";
    struct lac_estimate_model model = model_of(&b, text);
    assert_int_equal(personsamed(&b, text, &fit), LAC_VERDICT_EXISTS);
    assert_close(fit.estimate, 10356.519, 1e-7);
    assert_ok(lac_interval_profile(&(struct lac_profile){b.space, b.history.count, &model, NULL, &fit}, 0.95,
                                   &interval, &ok, &err));
    assert_true(ok);
    assert_close(interval.lower, 8994.258, 1e-6);
    assert_close(interval.upper, 12110.41, 1e-6);
    bench_close(&b);

    bench_open(&b, "uk-2013-modern-slavery-5.csv");
    assert_int_equal(personsamed(&b, "LA*NG*PFNCA + NG*GP + PFNCA*GO", &fit), LAC_VERDICT_EXISTS);
    assert_close(fit.estimate, 25311.291, 1e-7);
    assert_close(fit.bic, 195.8791, 1e-6);
    bench_close(&b);
}

/* k^2/2 and k(k-1)/2 differ by main effects, so two kernels must give one answer. */
static void heterogeneity_column(void **state)
{
    static const char *const files[] = {"kosovo-1999.csv", "hiv-rome.csv", "uk-2013-modern-slavery.csv"};

    (void)state;
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        struct bench b;
        struct lac_fit fit;
        struct lac_simple closed;
        struct lac_estimate_model model;

        bench_open(&b, files[i]);
        lac_estimate_model_main(&model, b.history.lists);
        model.heterogeneity = true;
        lac_estimate_fit(b.space, b.history.count, &model, NULL, &fit);
        assert_ok(lac_closed(&b.history, LAC_CLOSED_MTH_DARROCH, 0.95, &closed, &err));
        assert_close(fit.estimate, closed.estimate, 1e-9);
        assert_close(fit.se, closed.se, 1e-8);
        assert_close(fit.bic, closed.bic, 1e-9);
        bench_close(&b);
    }
}

/* --- properties
 * ----------------------------------------------------------------------------------------------- */

static unsigned permute(unsigned w, const int *to, int lists)
{
    unsigned out = 0;

    for (int k = 0; k < lists; k++) out |= (w >> k & 1U) << to[k];
    return out;
}

/* Renumbering the lists changes nothing but rounding. */
static void permutation(void **state)
{
    static const int to[5] = {3, 0, 4, 1, 2};
    struct bench b;
    struct lac_fit fit, other;
    double count[32];
    struct lac_estimate_model moved;

    (void)state;
    bench_open(&b, "uk-2013-modern-slavery-5.csv");
    assert_int_equal(personsamed(&b, "LA*NG*PFNCA + NG*GP + PFNCA*GO", &fit), 0);
    struct lac_estimate_model model = model_of(&b, "LA*NG*PFNCA + NG*GP + PFNCA*GO");
    for (unsigned w = 0; w < 32; w++) count[permute(w, to, 5)] = b.history.count[w];
    lac_estimate_model_main(&moved, 5);
    for (int i = 0; i < model.terms; i++)
        assert_ok(lac_estimate_model_add(&moved, permute(model.term[i], to, 5), &err));
    assert_int_equal(moved.terms, model.terms);
    assert_int_equal(lac_estimate_fit_checked(b.existence, b.space, count, &moved, &other), 0);
    assert_close(other.estimate, fit.estimate, 1e-11);
    assert_close(other.se, fit.se, 1e-10);
    assert_close(other.bic, fit.bic, 1e-11);
    bench_close(&b);
}

/* The fitted means reproduce every overlap total of the model. */
static void likelihood_equations(void **state)
{
    struct bench b;
    struct lac_fit fit;
    double sum[32];

    (void)state;
    bench_open(&b, "uk-2013-modern-slavery-5.csv");
    struct lac_estimate_model model = model_of(&b, "LA*NG*PFNCA + NG*GO*PFNCA + NG*GP");
    lac_estimate_fit(b.space, b.history.count, &model, NULL, &fit);
    assert_int_equal(fit.status, LAC_FIT_OK);
    memcpy(sum, lac_fit_means(b.space), sizeof sum);
    assert_close(sum[0], fit.unseen, 1e-14);
    sum[0] = 0;
    lac_estimate_superset_transform(5, sum);
    for (int i = 0; i < model.terms; i++)
        assert_close(sum[model.term[i]], b.history.overlap[model.term[i]], 1e-10);
    bench_close(&b);
}

static void profile_slope(void **state)
{
    static const double at[] = {5, 40, 300, 2000, 50000};
    struct bench b;

    (void)state;
    bench_open(&b, "hiv-rome.csv");
    struct lac_estimate_model model = model_of(&b, "c1*c2 + c3 + c4");
    for (size_t i = 0; i < sizeof at / sizeof *at; i++) {
        double h = at[i] * 1e-4, low, high, slope, unused;

        assert_true(lac_profile_at(&(struct lac_profile){b.space, b.history.count, &model, NULL, NULL},
                                   at[i] - h, &low, &unused));
        assert_true(lac_profile_at(&(struct lac_profile){b.space, b.history.count, &model, NULL, NULL},
                                   at[i] + h, &high, &unused));
        assert_true(lac_profile_at(&(struct lac_profile){b.space, b.history.count, &model, NULL, NULL}, at[i],
                                   &unused, &slope));
        assert_true(fabs((high - low) / (2 * h) - slope) < 1e-6 * fmax(fabs(slope), 1e-2));
    }
    bench_close(&b);
}

/* At the limits the profile lies half the chi-squared quantile below its top, and the slope vanishes at the
 * top. */
static void profile_cut(void **state)
{
    struct bench b;
    struct lac_fit fit;
    struct lac_interval interval;
    bool ok;
    double top, low, high, slope, unused;

    (void)state;
    bench_open(&b, "hepatitis-a-taiwan.csv");
    struct lac_estimate_model model = model_of(&b, "P*Q + E");
    assert_int_equal(personsamed(&b, "P*Q + E", &fit), 0);
    assert_ok(lac_interval_profile(&(struct lac_profile){b.space, b.history.count, &model, NULL, &fit}, 0.9,
                                   &interval, &ok, &err));
    assert_true(ok && !interval.unbounded && interval.lower > fit.n && interval.estimate < fit.estimate);
    assert_true(lac_profile_at(&(struct lac_profile){b.space, b.history.count, &model, NULL, NULL},
                               interval.estimate - fit.n, &top, &slope));
    assert_true(lac_profile_at(&(struct lac_profile){b.space, b.history.count, &model, NULL, NULL},
                               interval.lower - fit.n, &low, &unused));
    assert_true(lac_profile_at(&(struct lac_profile){b.space, b.history.count, &model, NULL, NULL},
                               interval.upper - fit.n, &high, &unused));
    assert_true(fabs(slope) < 1e-8);
    assert_close(top - low, 2.705543454095404 / 2, 1e-6);
    assert_close(top - high, 2.705543454095404 / 2, 1e-6);
    bench_close(&b);
}

/* Two lists without overlap beyond the first: N0 is not bounded above. */
static void profile_unbounded(void **state)
{
    double count[8] = {0, 30, 40, 1, 20, 0, 0, 0};
    const char *name[3] = {"a", "b", "c"};
    struct lac_arena arena;
    struct lac_estimate_history history;
    struct lac_fit fit;
    struct lac_interval interval;
    struct lac_estimate_model model;
    bool ok;

    (void)state;
    lac_arena_init(&arena);
    struct lac_fit_space *space = lac_fit_space_new(3);
    assert_non_null(space);
    assert_ok(lac_estimate_history_init(&history, 3, name, count, &arena, &err));
    lac_estimate_model_main(&model, 3);
    lac_estimate_fit(space, count, &model, NULL, &fit);
    assert_int_equal(fit.status, LAC_FIT_OK);
    assert_ok(lac_interval_profile(&(struct lac_profile){space, count, &model, NULL, &fit}, 0.999999,
                                   &interval, &ok, &err));
    assert_true(ok);
    assert_int_equal(interval.unbounded, isinf(interval.upper));
    assert_true(interval.unbounded);
    assert_true(lac_interval_wald(&fit, 0.95, &interval) && interval.lower > fit.n &&
                interval.upper > fit.estimate);
    assert_false(lac_interval_lognormal(10, 0, 1, 0.95, &interval));
    assert_true(isnan(interval.lower));
    lac_fit_space_free(space);
    lac_arena_release(&arena);
}

/* The published interval of the low form, 442-600, has a width of about 3.9 standard errors. */
static void coverage_error(void **state)
{
    struct bench b;
    struct lac_coverage coverage;
    struct lac_coverage_bootstrap bootstrap = {.replicates = 1000};
    double se[3];
    int64_t failed;

    (void)state;
    bench_open(&b, "hepatitis-a-taiwan.csv");
    lac_sample_coverage(&b.history, &coverage);
    assert_close(coverage.estimate[LAC_COVERAGE_LOW], 507.77, 1e-5);
    for (int i = 0; i < 3; i++) {
        bootstrap.seed = i < 2 ? 1 : 2;
        assert_ok(lac_sample_coverage_error(&b.history, &coverage, LAC_COVERAGE_LOW, &bootstrap, &se[i],
                                            &failed, &err));
        assert_int_equal(failed, 0);
        assert_true(se[i] > 33 && se[i] < 60);
    }
    assert_true(se[0] == se[1]);
    assert_true(se[0] != se[2]);
    bench_close(&b);

    bench_open(&b, "artificial-3.csv");
    lac_sample_coverage(&b.history, &coverage);
    assert_int_equal(coverage.status[LAC_COVERAGE_ONE_STEP], LAC_FIT_INFINITE);
    /* two persons on the third list: one replicate in seven loses them both */
    b.history.count[4] = b.history.count[5] = 1;
    memcpy(b.history.overlap, b.history.count, 8 * sizeof(double));
    lac_estimate_superset_transform(3, b.history.overlap);
    b.history.n = b.history.overlap[0];
    lac_sample_coverage(&b.history, &coverage);
    assert_ok(lac_sample_coverage_error(&b.history, &coverage, LAC_COVERAGE_INDEPENDENT, &bootstrap, &se[0],
                                        &failed, &err));
    assert_true(failed > 80 && failed < 190 && isnan(se[0]));
    bench_close(&b);
}

/* --- models
 * --------------------------------------------------------------------------------------------------- */

static void model_text(void **state)
{
    static const char *const round_trip[] = {"a-b + c*d + e f", "a-b*c*d + e f", "a-b + c + d + e f"};
    static const char *const wrong[] = {"a-b*c*d*e f", "a-b + x", "a-b +", "", "a-b*", "a-b ++ c"};
    const char *name[4] = {"a-b", "c", "d", "e f"};
    struct lac_estimate_model model;
    struct lac_buffer out = {0};

    (void)state;
    for (size_t i = 0; i < sizeof round_trip / sizeof *round_trip; i++) {
        struct lac_estimate_model again;

        assert_ok(lac_estimate_model_parse(&model, round_trip[i], 4, name, &err));
        lac_buffer_clear(&out);
        lac_estimate_model_format(&model, name, &out);
        assert_ok(lac_estimate_model_parse(&again, out.text, 4, name, &err));
        assert_int_equal(lac_estimate_model_bits(&again), lac_estimate_model_bits(&model));
    }
    assert_string_equal(out.text, "a-b + c + d + e f");
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        lac_error_init(&err);
        if (lac_estimate_model_parse(&model, wrong[i], 4, name, &err) != LAC_USAGE)
            fail_msg("`%s` taken", wrong[i]);
        assert_true(err.message[0] != '\0' && err.remedy[0] != '\0');
    }
    lac_buffer_release(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(existence_of_artificial),
        cmocka_unit_test(certificate_agrees),
        cmocka_unit_test(existence_of_korea),
        cmocka_unit_test(repairs_are_limits),
        cmocka_unit_test(known_values),
        cmocka_unit_test(heterogeneity_column),
        cmocka_unit_test(permutation),
        cmocka_unit_test(likelihood_equations),
        cmocka_unit_test(profile_slope),
        cmocka_unit_test(profile_cut),
        cmocka_unit_test(profile_unbounded),
        cmocka_unit_test(coverage_error),
        cmocka_unit_test(model_text),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
