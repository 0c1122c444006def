/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The ranked reference rows of loglinear-all, through the run function of the command line; and that the
 * shortcuts of the search change nothing.
 */
#include <omp.h>
#include "reference.h"

#include "downhill.h"
#include "fitter.h"
#include "method.h"
#include "search.h"
#include "search_wide.h"
#include "stepwise.h"

struct columns {
    int table, method, model, estimate, se, lower, upper, interval, bic, kind, tolerance, note, package;
};

static struct lac_csv rows;
static struct columns at;
static struct lac_arena arena;

static int setup(void **state)
{
    struct lac_error err;
    char path[1024];

    (void)state;
    lac_arena_init(&arena);
    snprintf(path, sizeof path, "%s/tests/reference/estimates.csv", getenv("LACUNA_SOURCE"));
    if (lac_csv_load(path, &arena, &rows, &err)) return 1;
    at = (struct columns){lac_csv_column(&rows, "table"),     lac_csv_column(&rows, "method"),
                          lac_csv_column(&rows, "model"),     lac_csv_column(&rows, "estimate"),
                          lac_csv_column(&rows, "se"),        lac_csv_column(&rows, "lower"),
                          lac_csv_column(&rows, "upper"),     lac_csv_column(&rows, "interval_kind"),
                          lac_csv_column(&rows, "bic"),       lac_csv_column(&rows, "kind"),
                          lac_csv_column(&rows, "tolerance"), lac_csv_column(&rows, "note"),
                          lac_csv_column(&rows, "package")};
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    lac_arena_release(&arena);
    return 0;
}

static const char *cell(int64_t row, int column)
{
    return lac_csv_cell(&rows, row, column);
}

static bool is_row(int64_t row, const char *method)
{
    return strcmp(cell(row, at.method), method) == 0 && strcmp(cell(row, at.kind), "deterministic") == 0;
}

static void run(const char *method, const char *table, const struct lac_estimate_options *options,
                struct lac_results *results)
{
    const struct lac_estimate_method *m;
    struct lac_estimate_history history;
    struct lac_error err;

    reference_table(results->arena, table, &history);
    assert_ok(lac_estimate_method_find(method, &m, &err));
    assert_ok(m->run(&history, options, results, &err));
    assert_int_equal(results->item[0].status, LAC_RESULT_OK);
}

static void check(int64_t row, int column, double value)
{
    double expected, tolerance;

    if (!lac_text_double(cell(row, column), &expected) || isnan(value)) return;
    assert_true(lac_text_double(cell(row, at.tolerance), &tolerance));
    /* the reference prints log-likelihood sums to ten digits */
    assert_close(value, expected, tolerance > 1e-9 ? tolerance : 1e-9);
}

/* One search of a table, kept while the rows ask for the same. */
struct kept {
    struct lac_arena arena;
    struct lac_results results;
    const char *table;
    int order;
    bool aic, used;
};

static const struct lac_result *search_of(struct kept *kept, int64_t r)
{
    const char *table = cell(r, at.table), *note = cell(r, at.note);
    int order = strstr(note, "two-way") ? 2 : 0;
    bool aic = strstr(note, "criterion aic") != NULL;
    struct lac_estimate_options options;

    if (kept->used && strcmp(kept->table, table) == 0 && kept->order == order && kept->aic == aic)
        return &kept->results.item[0];
    if (kept->used) lac_arena_release(&kept->arena);
    lac_arena_init(&kept->arena);
    kept->results = (struct lac_results){.arena = &kept->arena};
    kept->table = table;
    kept->order = order;
    kept->aic = aic;
    kept->used = true;
    lac_estimate_options_init(&options);
    options.bootstrap = 0;
    options.order = order;
    options.aic = aic;
    run("loglinear-all", table, &options, &kept->results);
    return &kept->results.item[0];
}

/* Rows that say "criterion C, rank R among/of A admissible (of M)". */
static void test_ranks(void **state)
{
    struct kept kept = {0};
    int done = 0;

    (void)state;
    for (int64_t r = 0; r < rows.rows; r++) {
        const char *rank = strstr(cell(r, at.note), "rank ");
        int admissible;

        if (!is_row(r, "loglinear-all") || strcmp(cell(r, at.package), "base R") != 0 || !rank) continue;
        const struct lac_result *result = search_of(&kept, r);
        int place = atoi(rank + 5) - 1;
        assert_true(place >= 0 && (size_t)place < result->model_count);
        check(r, at.estimate, result->models[place].estimate);
        check(r, at.se, result->models[place].se);
        check(r, at.bic, result->models[place].bic);
        if (sscanf(rank, "rank %*d of %d admissible", &admissible) == 1)
            assert_int_equal((int)lac_result_find(result, "models_admissible"), admissible);
        done++;
    }
    if (kept.used) lac_arena_release(&kept.arena);
    print_message("%d ranked rows of loglinear-all\n", done);
    assert_true(done >= 80);
}

/* Selection on a replicate passes models over whose penalty alone puts them behind: the choice must be that
 * of the full search on the same table. */
static void test_select_is_the_full_search(void **state)
{
    struct lac_estimate_history history, other;
    struct lac_estimate_search search = {0}, again = {0};
    struct lac_error err;
    struct lac_arena own;

    (void)state;
    lac_arena_init(&own);
    reference_table(&own, "kosovo-1999.csv", &history);
    assert_ok(lac_estimate_search_run(&history, &own, &search, &err));
    assert_int_equal(search.admissible, 113);
    struct lac_estimate_candidates candidates = {search.item, search.count, history.n, false};
    struct lac_fitter *fitter = lac_fitter_new(history.lists);
    assert_non_null(fitter);
    for (int change = 0; change < 8; change++) {
        double *count = LAC_NEW(&own, double, 16);
        for (int w = 1; w < 16; w++)
            count[w] = floor(history.count[w] * (1 + 0.15 * ((w * 7 + change * 5) % 11 - 5)));
        assert_ok(lac_estimate_history_init(&other, 4, history.name, count, &own, &err));
        assert_ok(lac_estimate_search_run(&other, &own, &again, &err));
        double expected = other.n + exp(again.item[0].fit.log_n0);
        assert_close(lac_estimate_search_select(&candidates, fitter, other.count), expected, 1e-9);
    }
    lac_fitter_free(fitter);
    lac_arena_release(&own);
}

/* Criteria of huge tables are ranked too: with 10^13 persons they reach 10^11. */
static void test_huge_tables_are_ranked(void **state)
{
    static const double cells[] = {0, 4e12, 3e12, 6e11, 2e12, 3e11, 5e11, 1e11};
    const char *names[] = {"A", "B", "C"};
    struct lac_estimate_search search = {0};
    struct lac_estimate_history history;
    struct lac_error err;
    struct lac_arena own;

    (void)state;
    lac_arena_init(&own);
    double *count = LAC_NEW(&own, double, 8);
    assert_non_null(count);
    memcpy(count, cells, sizeof cells);
    assert_ok(lac_estimate_history_init(&history, 3, names, count, &own, &err));
    assert_ok(lac_estimate_search_run(&history, &own, &search, &err));
    assert_true(search.count > 2);
    for (size_t i = 1; i < search.count; i++)
        assert_true(search.item[i - 1].fit.bic <= search.item[i].fit.bic);
    lac_arena_release(&own);
}

static void same_fit(const struct lac_fitted *a, const struct lac_fitted *b)
{
    assert_true(a->log_n0 == b->log_n0 && a->se == b->se && a->loglik == b->loglik && a->bic == b->bic);
    assert_true(a->deviance == b->deviance && a->parameters == b->parameters);
}

/* Branch and bound keeps what fitting and ranking all models keeps: the same models in the same order, with
 * the same fits, on tables with and without empty overlaps, for both criteria. */
static void test_bounds_keep_the_same_models(void **state)
{
    static const char *const tables[] = {"uk-2013-modern-slavery-5.csv", "new-orleans-5.csv",
                                         "kosovo-1999.csv", "korea-palembang.csv", "artificial-3.csv"};
    (void)state;
    for (size_t t = 0; t < sizeof tables / sizeof *tables; t++) {
        for (int kind = 0; kind < 4; kind++) {
            struct lac_estimate_search all = {.aic = kind & 1, .order = kind & 2 ? 3 : 0}, best = all;
            struct lac_estimate_history history;
            struct lac_error err;
            struct lac_arena own;

            lac_arena_init(&own);
            reference_table(&own, tables[t], &history);
            size_t limit = history.lists == 5 ? 60 : 3;
            assert_ok(lac_estimate_search_run(&history, &own, &all, &err));
            assert_ok(lac_estimate_search_wide(&history, limit, &own, &best, &err));
            assert_int_equal(best.considered, all.considered);
            assert_int_equal(best.count, all.count < limit ? all.count : limit);
            for (size_t i = 0; i < best.count; i++) {
                assert_int_equal(best.item[i].model, all.item[i].model);
                same_fit(&best.item[i].fit, &all.item[i].fit);
            }
            if (history.lists == 5 && kind == 0) { /* the bounds do rule models out */
                print_message("%s: %llu of %llu models fitted\n", tables[t], (unsigned long long)best.fitted,
                              (unsigned long long)best.considered);
                assert_true(best.fitted < best.considered / 4);
            }
            lac_arena_release(&own);
        }
    }
}

/* Six lists: all 7,785,061 models accounted for, the published two-way winner found, the same for 1 and 3
 * threads. */
static void test_six_lists(void **state)
{
    struct lac_estimate_history history;
    struct lac_estimate_search one = {0}, three = {0};
    struct lac_error err;
    struct lac_arena own;
    int threads = omp_get_max_threads();

    (void)state;
    lac_arena_init(&own);
    reference_table(&own, "uk-2013-modern-slavery.csv", &history);
    omp_set_num_threads(1);
    assert_ok(lac_estimate_search_wide(&history, 200, &own, &one, &err));
    omp_set_num_threads(3);
    assert_ok(lac_estimate_search_wide(&history, 200, &own, &three, &err));
    omp_set_num_threads(threads);
    assert_int_equal(one.considered, 7785061);
    assert_int_equal(one.count, 200);
    assert_close(history.n + exp(one.item[0].fit.log_n0), 12349.586953562, 1e-8);
    assert_int_equal(one.fitted, three.fitted);
    assert_int_equal(one.admissible, three.admissible);
    for (size_t i = 0; i < 200; i++) {
        assert_int_equal(one.item[i].model, three.item[i].model);
        same_fit(&one.item[i].fit, &three.item[i].fit);
    }
    lac_arena_release(&own);
}

static void test_thresholds_of_stepwise(void **state)
{
    struct lac_estimate_history history;
    struct lac_estimate_stepwise selected;
    struct lac_arena own;

    (void)state;
    lac_arena_init(&own);
    reference_table(&own, "kosovo-1999.csv", &history);
    struct lac_fitter *fitter = lac_fitter_new(history.lists);
    assert_non_null(fitter);
    assert_true(lac_estimate_stepwise_select(fitter, history.count, 0, &selected));
    assert_int_equal(selected.pairs, 0);
    assert_true(lac_estimate_stepwise_select(fitter, history.count, 1, &selected));
    assert_int_equal(selected.pairs, 6); /* all pairs have an estimate here */
    lac_fitter_free(fitter);
    reference_table(&own, "artificial-3.csv", &history);
    fitter = lac_fitter_new(history.lists);
    assert_non_null(fitter);
    assert_true(lac_estimate_stepwise_select(fitter, history.count, 1, &selected));
    assert_int_equal(selected.pairs, 2); /* AC and BC; with AB too nothing is identified */
    assert_true(selected.barred > 0);
    assert_close(history.n + exp(selected.fit.log_n0), 296.0, 1e-9);
    lac_fitter_free(fitter);
    lac_arena_release(&own);
}

/* Published: UK six and five lists, Kosovo (Silverman, Chan & Vincent 2024, Table 6). */
static void test_downhill(void **state)
{
    static const struct {
        const char *table;
        int order;
        double estimate, restarted; /* from many starts: the best of all models */
    } cases[] = {
        {"uk-2013-modern-slavery.csv", 2, 12349.5869536, 12349.5869536},
        {"uk-2013-modern-slavery.csv", 0, 12349.5869536, 12349.5869536},
        {"uk-2013-modern-slavery-5.csv", 2, 12262.4124205, 22991.3313142},
        {"uk-2013-modern-slavery-5.csv", 0, 12262.4124205, 25311.2906125},
        {"kosovo-1999.csv", 0, 10356.519, 10356.519},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct lac_estimate_history history;
        struct lac_estimate_downhill search = {.order = cases[i].order};
        struct lac_arena own;

        lac_arena_init(&own);
        reference_table(&own, cases[i].table, &history);
        struct lac_fitter *fitter = lac_fitter_new(history.lists);
        assert_non_null(fitter);
        assert_true(lac_estimate_downhill_search(fitter, history.count, &search));
        assert_close(history.n + exp(search.fit.log_n0), cases[i].estimate, 1e-7);
        assert_true(search.moves > 0 && search.admissible <= search.considered);
        assert_true(lac_estimate_downhill_restart(fitter, history.count, &search));
        assert_close(history.n + exp(search.fit.log_n0), cases[i].restarted, 1e-7);
        lac_fitter_free(fitter);
        lac_arena_release(&own);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ranks),
        cmocka_unit_test(test_select_is_the_full_search),
        cmocka_unit_test(test_bounds_keep_the_same_models),
        cmocka_unit_test(test_six_lists),
        cmocka_unit_test(test_thresholds_of_stepwise),
        cmocka_unit_test(test_downhill),
        cmocka_unit_test(test_huge_tables_are_ranked),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
