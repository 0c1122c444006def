/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What must hold of every method whatever the table: the order and the names of lists do not matter, counts
 * ten times as large give ten times the estimate where theory says so, a list that is there twice says
 * nothing new, and a wider level gives a wider interval. Run through the methods of the command line, so a
 * new method is covered as soon as it is in the list.
 */
#include "reference.h"

#include "method.h"
#include "model.h"

static struct lac_error err;

static const char *const tables[] = {"kosovo-1999.csv",     "hiv-rome.csv",
                                     "korea-palembang.csv", "hepatitis-a-taiwan.csv",
                                     "diabetes-casale.csv", "uk-2013-modern-slavery-5.csv",
                                     "new-orleans-5.csv"};
#define ORDERS 3
#define TABLES ((int)(sizeof tables / sizeof *tables))

/* Draws a Markov chain: its figures carry chance, and with lists in another order the chance is another. */
static bool by_chance(const struct lac_estimate_method *method)
{
    return strcmp(method->name, "latent-class") == 0;
}

static struct lac_estimate_options plain(void)
{
    struct lac_estimate_options options;

    lac_estimate_options_init(&options);
    options.bootstrap = 0;
    options.order = 2; /* searches take a second for every table with all terms of five lists */
    return options;
}

static void run(const struct lac_estimate_method *method, const struct lac_estimate_history *history,
                const struct lac_estimate_options *options, struct lac_results *results)
{
    lac_error_init(&err);
    assert_ok(method->run(history, options, results, &err));
    assert_true(results->count > 0);
}

static const struct lac_estimate_method *method_of(const char *name)
{
    const struct lac_estimate_method *method;

    assert_ok(lac_estimate_method_find(name, &method, &err));
    return method;
}

static bool applies(const struct lac_estimate_method *method)
{
    struct lac_estimate_options options = plain();

    return lac_estimate_method_applies(method, &options);
}

/* A table of `lists` lists; `count` is the arena's. */
static struct lac_estimate_history table_of(struct lac_arena *arena, int lists, const char **name,
                                            double *count)
{
    struct lac_estimate_history history;

    assert_ok(lac_estimate_history_init(&history, lists, name, count, arena, &err));
    return history;
}

static double *cells_of(struct lac_arena *arena, int lists)
{
    double *count = LAC_NEW(arena, double, (size_t)1 << lists);

    assert_non_null(count);
    return count;
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

/* Estimates of all results, sorted: results of pairs of lists come in another order when lists do. */
static size_t estimates_of(const struct lac_results *results, double *estimate)
{
    size_t n = 0;

    for (size_t i = 0; i < results->count; i++)
        if (results->item[i].status == LAC_RESULT_OK) estimate[n++] = results->item[i].estimate;
    qsort(estimate, n, sizeof *estimate, ascending);
    return n;
}

/* Same number of estimates, `factor` times as large. */
static void assert_same(const struct lac_results *a, const struct lac_results *b, double factor,
                        const char *what)
{
    double x[64], y[64];
    size_t n = estimates_of(a, x);

    assert_int_equal(a->count, b->count);
    assert_int_equal(n, estimates_of(b, y));
    for (size_t i = 0; i < n; i++)
        if (!(fabs(y[i] - factor * x[i]) <= 1e-7 * fabs(y[i])))
            fail_msg("%s, %s: %.12g became %.12g", what, a->item[0].method, x[i], y[i]);
}

/* --- order and names of lists -----------------------------------------------------------------------------
 */

/* List k of the original becomes list to[k]. */
static struct lac_estimate_history permuted(struct lac_arena *arena,
                                            const struct lac_estimate_history *history, const int *to)
{
    double *count = cells_of(arena, history->lists);
    const char **name = LAC_NEW(arena, const char *, history->lists);

    assert_non_null(name);
    for (unsigned w = 0; w < 1U << history->lists; w++) {
        unsigned moved = 0;

        for (int k = 0; k < history->lists; k++) moved |= (w >> k & 1U) << to[k];
        count[moved] = history->count[w];
    }
    for (int k = 0; k < history->lists; k++) name[to[k]] = history->name[k];
    return table_of(arena, history->lists, name, count);
}

static void check_orders(const struct lac_estimate_history *history, struct lac_arena *arena,
                         const char *what)
{
    /* of 3, 4 and 5 lists: two exchanged, and two cycles */
    static const int order[3][ORDERS][5] = {
        {{1, 0, 2}, {2, 0, 1}, {1, 2, 0}},
        {{0, 3, 2, 1}, {1, 2, 3, 0}, {3, 0, 1, 2}},
        {{0, 4, 2, 3, 1}, {1, 2, 3, 4, 0}, {3, 0, 4, 2, 1}},
    };
    struct lac_estimate_options options = plain();

    for (size_t m = 0; m < lac_estimate_method_count; m++) {
        const struct lac_estimate_method *method = &lac_estimate_methods[m];
        struct lac_results before = {.arena = arena};

        if (!applies(method) || by_chance(method)) continue;
        run(method, history, &options, &before);
        for (int i = 0; i < ORDERS; i++) {
            struct lac_results after = {.arena = arena};
            struct lac_estimate_history moved = permuted(arena, history, order[history->lists - 3][i]);

            run(method, &moved, &options, &after);
            assert_same(&before, &after, 1, what);
        }
    }
}

static void test_order_of_lists(void **state)
{
    (void)state;
    for (int i = 0; i < TABLES; i++) {
        struct lac_arena arena;
        struct lac_estimate_history history;

        lac_arena_init(&arena);
        reference_table(&arena, tables[i], &history);
        check_orders(&history, &arena, tables[i]);
        lac_arena_release(&arena);
    }
}

/* Names appear in texts and nowhere else: the same bits come out. */
static void test_names_of_lists(void **state)
{
    static const char *other[] = {"zz", "list 2", "C+D", "a*b", "x,y"};
    struct lac_estimate_options options = plain();
    struct lac_estimate_history history;
    struct lac_arena arena;

    (void)state;
    lac_arena_init(&arena);
    reference_table(&arena, "uk-2013-modern-slavery-5.csv", &history);
    for (size_t m = 0; m < lac_estimate_method_count; m++) {
        struct lac_results before = {.arena = &arena}, after = {.arena = &arena};
        struct lac_estimate_history renamed = history;

        if (!applies(&lac_estimate_methods[m]) || by_chance(&lac_estimate_methods[m])) continue;
        renamed.name = other;
        run(&lac_estimate_methods[m], &history, &options, &before);
        run(&lac_estimate_methods[m], &renamed, &options, &after);
        assert_int_equal(before.count, after.count);
        for (size_t i = 0; i < before.count; i++) {
            assert_int_equal(before.item[i].status, after.item[i].status);
            assert_memory_equal(&before.item[i].estimate, &after.item[i].estimate, sizeof(double));
            if (before.item[i].model && strstr(before.item[i].model, "GO")) {
                assert_null(strstr(after.item[i].model, "GO"));
                assert_non_null(strstr(after.item[i].model, "a*b"));
            }
        }
    }
    lac_arena_release(&arena);
}

/* --- ten times the counts ---------------------------------------------------------------------------------
 */

static struct lac_estimate_history scaled(struct lac_arena *arena, const struct lac_estimate_history *history,
                                          double factor)
{
    double *count = cells_of(arena, history->lists);

    for (unsigned w = 0; w < 1U << history->lists; w++) count[w] = factor * history->count[w];
    return table_of(arena, history->lists, history->name, count);
}

/* Maximum likelihood under a fixed model and ratios of counts are of degree one. Not here: Chapman (it adds
 * one to counts), all that select or average by a penalty or a p-value, and posteriors. */
static const char *const degree_one[] = {"lincoln-petersen", "chao-mt",     "m0",          "mt",
                                         "mh-chao",          "mh-poisson",  "mh-darroch",  "mh-gamma",
                                         "mth-chao",         "mth-poisson", "mth-darroch", "mth-gamma",
                                         "sample-coverage",  "loglinear"};

static const char *all_pairs(struct lac_arena *arena, const struct lac_estimate_history *history)
{
    struct lac_estimate_model model;
    struct lac_buffer text = {0};

    lac_estimate_model_main(&model, history->lists);
    for (int i = 0; i < history->lists; i++)
        for (int j = 0; j < i; j++) assert_ok(lac_estimate_model_add(&model, 1U << i | 1U << j, &err));
    lac_estimate_model_format(&model, history->name, &text);
    const char *copy = lac_arena_strdup(arena, text.text);
    assert_non_null(copy);
    lac_buffer_release(&text);
    return copy;
}

static void test_ten_times_the_counts(void **state)
{
    (void)state;
    for (int i = 0; i < TABLES; i++) {
        struct lac_estimate_options options = plain();
        struct lac_estimate_history history, tenfold;
        struct lac_arena arena;

        lac_arena_init(&arena);
        reference_table(&arena, tables[i], &history);
        tenfold = scaled(&arena, &history, 10);
        options.model = all_pairs(&arena, &history);
        for (size_t m = 0; m < sizeof degree_one / sizeof *degree_one; m++) {
            const struct lac_estimate_method *method = method_of(degree_one[m]);
            struct lac_estimate_options own = options;
            struct lac_results before = {.arena = &arena}, after = {.arena = &arena};

            if (strcmp(method->name, "loglinear") != 0) own.model = NULL;
            run(method, &history, &own, &before);
            run(method, &tenfold, &own, &after);
            assert_same(&before, &after, 10, tables[i]);
            if (own.model && before.item[0].status == LAC_RESULT_OK) {
                assert_close(after.item[0].se, sqrt(10) * before.item[0].se, 1e-7);
                if (before.item[0].deviance > 1e-6)
                    assert_close(after.item[0].deviance, 10 * before.item[0].deviance, 1e-7);
            }
        }
        lac_arena_release(&arena);
    }
}

/* With ten times the counts BIC's price of a parameter falls from log n to log(10 n) / 10 of deviance, so the
 * best model has no fewer parameters and fits no worse. */
static void test_more_data_larger_model(void **state)
{
    (void)state;
    for (int i = 0; i < TABLES; i++) {
        struct lac_estimate_options options = plain();
        struct lac_estimate_history history, tenfold;
        struct lac_arena arena;

        lac_arena_init(&arena);
        reference_table(&arena, tables[i], &history);
        tenfold = scaled(&arena, &history, 10);
        struct lac_results before = {.arena = &arena}, after = {.arena = &arena};
        run(method_of("loglinear-all"), &history, &options, &before);
        run(method_of("loglinear-all"), &tenfold, &options, &after);
        assert_true(after.item[0].parameters >= before.item[0].parameters);
        assert_true(after.item[0].deviance / 10 <= before.item[0].deviance + 1e-6);
        lac_arena_release(&arena);
    }
}

/* --- a list that is there twice ---------------------------------------------------------------------------
 */

/* The table with list 0 once more as last list. */
static struct lac_estimate_history doubled(struct lac_arena *arena,
                                           const struct lac_estimate_history *history)
{
    int lists = history->lists;
    double *count = cells_of(arena, lists + 1);
    const char **name = LAC_NEW(arena, const char *, lists + 1);

    assert_non_null(name);
    for (unsigned w = 0; w < 1U << lists; w++) count[w | (w & 1U) << lists] = history->count[w];
    for (int k = 0; k < lists; k++) name[k] = history->name[k];
    name[lists] = "again";
    return table_of(arena, lists + 1, name, count);
}

/* With the pair of the two copies in the model nobody is on one without the other: the estimate lies on a
 * face, and on it the second copy is no news. Any model of the other lists gives the same N as without the
 * copy. */
static void test_copy_tied_to_its_list(void **state)
{
    (void)state;
    for (int i = 0; i < TABLES; i++) {
        struct lac_estimate_options options = plain();
        struct lac_estimate_history history, twice;
        struct lac_arena arena;

        lac_arena_init(&arena);
        reference_table(&arena, tables[i], &history);
        twice = doubled(&arena, &history);
        struct lac_results before = {.arena = &arena}, after = {.arena = &arena};
        options.model =
            lac_arena_printf(&arena, "%s*%s + %s", history.name[0], history.name[1], history.name[2]);
        run(method_of("loglinear"), &history, &options, &before);
        options.model = lac_arena_printf(&arena, "%s + %s*again", options.model, history.name[0]);
        run(method_of("loglinear"), &twice, &options, &after);
        assert_int_equal(after.item[0].status, before.item[0].status);
        assert_same(&before, &after, 1, tables[i]);
        lac_arena_release(&arena);
    }
}

/* Two copies overlap wholly: together they claim that nobody of the list's kind is missing. */
static void test_copy_as_a_pair(void **state)
{
    struct lac_estimate_options options = plain();
    struct lac_estimate_history history, twice;
    struct lac_arena arena;

    (void)state;
    lac_arena_init(&arena);
    reference_table(&arena, "kosovo-1999.csv", &history);
    twice = doubled(&arena, &history);
    struct lac_results results = {.arena = &arena};
    options.model = lac_arena_printf(&arena, "%s,again", history.name[0]);
    run(method_of("lincoln-petersen"), &twice, &options, &results);
    assert_close(results.item[0].estimate, history.overlap[1], 1e-12);
    lac_arena_release(&arena);
}

/* A list is no pair with itself: a plain refusal. */
static void test_list_with_itself(void **state)
{
    static const char *const method[] = {"lincoln-petersen", "chapman"};
    struct lac_estimate_options options = plain();
    struct lac_estimate_history history;
    struct lac_arena arena;

    (void)state;
    lac_arena_init(&arena);
    reference_table(&arena, "kosovo-1999.csv", &history);
    options.model = lac_arena_printf(&arena, "%s,%s", history.name[0], history.name[0]);
    for (int i = 0; i < 2; i++) {
        struct lac_results results = {.arena = &arena};

        assert_int_equal(method_of(method[i])->run(&history, &options, &results, &err), LAC_USAGE);
        assert_true(err.message[0] && err.remedy[0]);
    }
    lac_arena_release(&arena);
}

/* Whatever a method makes of a copy: it ends, and a figure that it calls an estimate is one. */
static void test_every_method_ends_with_a_copy(void **state)
{
    struct lac_estimate_options options = plain();
    struct lac_estimate_history history, twice;
    struct lac_arena arena;

    (void)state;
    lac_arena_init(&arena);
    for (int i = 0; i < 4; i++) { /* tables of three and four lists */
        reference_table(&arena, tables[i], &history);
        twice = doubled(&arena, &history);
        for (size_t m = 0; m < lac_estimate_method_count; m++) {
            struct lac_results results = {.arena = &arena};

            if (!applies(&lac_estimate_methods[m]) || by_chance(&lac_estimate_methods[m])) continue;
            run(&lac_estimate_methods[m], &twice, &options, &results);
            for (size_t r = 0; r < results.count; r++) {
                const struct lac_result *result = &results.item[r];

                if (result->status == LAC_RESULT_OK)
                    assert_true(isfinite(result->estimate) && result->estimate > 0);
                else
                    assert_true(result->notes > 0);
            }
        }
    }
    lac_arena_release(&arena);
}

/* --- levels -----------------------------------------------------------------------------------------------
 */

static void test_wider_level_wider_interval(void **state)
{
    static const double level[] = {0.5, 0.8, 0.95, 0.99};
    struct lac_estimate_history history;
    struct lac_arena arena;

    (void)state;
    lac_arena_init(&arena);
    reference_table(&arena, "kosovo-1999.csv", &history);
    for (size_t m = 0; m < lac_estimate_method_count; m++) {
        struct lac_estimate_options options = plain();
        double lower = INFINITY, upper = -INFINITY;

        if (!applies(&lac_estimate_methods[m])) continue;
        options.bootstrap = 199;
        for (size_t i = 0; i < sizeof level / sizeof *level; i++) {
            struct lac_results results = {.arena = &arena};

            options.level = level[i];
            run(&lac_estimate_methods[m], &history, &options, &results);
            const struct lac_result *result = &results.item[0];
            if (isnan(result->lower) || isnan(result->upper)) continue;
            assert_true(result->lower <= result->upper);
            if (!(result->lower <= lower + 1e-9 && result->upper >= upper - 1e-9))
                fail_msg("%s: the interval at %g does not hold the one below it", result->method, level[i]);
            lower = result->lower;
            upper = result->upper;
        }
    }
    lac_arena_release(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_order_of_lists),
        cmocka_unit_test(test_names_of_lists),
        cmocka_unit_test(test_ten_times_the_counts),
        cmocka_unit_test(test_more_data_larger_model),
        cmocka_unit_test(test_copy_tied_to_its_list),
        cmocka_unit_test(test_copy_as_a_pair),
        cmocka_unit_test(test_list_with_itself),
        cmocka_unit_test(test_every_method_ends_with_a_copy),
        cmocka_unit_test(test_wider_level_wider_interval),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
