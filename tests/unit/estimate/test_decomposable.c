/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The average over decomposable graphs: the reference rows (computed by dga with N up to 21 n, with and
 * without the saturated graph), a brute-force sum over graphs written out by hand, counts of graphs, what
 * relabelling and threads may not change, and tables at the edges.
 */
#include "reference.h"

#include <omp.h>

#include "decomposable.h"
#include "graphs.h"
#include "method.h"

static void posterior(struct lac_arena *arena, const struct lac_estimate_history *history, double limit,
                      bool saturated, struct lac_decomposable *out)
{
    const struct lac_decomposable_settings settings = {0.95, limit, saturated};
    struct lac_error err;

    assert_ok(lac_decomposable(history, &settings, arena, out, &err));
}

static void make(struct lac_arena *arena, int lists, const double *count,
                 struct lac_estimate_history *history)
{
    static const char *names[] = {"A", "B", "C", "D", "E", "F"};
    double *own = LAC_NEW(arena, double, 1U << lists);
    struct lac_error err;

    assert_non_null(own);
    memcpy(own, count, sizeof(double) << lists);
    assert_ok(lac_estimate_history_init(history, lists, names, own, arena, &err));
}

static void test_graph_counts(void **state)
{
    static const size_t expected[] = {0, 0, 2, 8, 61, 822, 18154};

    (void)state;
    for (int lists = 2; lists <= 6; lists++) {
        struct lac_arena arena;
        struct lac_graph *graph;
        struct lac_error err;
        size_t count;

        lac_arena_init(&arena);
        assert_ok(lac_graphs_make(lists, &arena, &graph, &count, &err));
        assert_int_equal(count, expected[lists]);
        assert_int_equal(graph[count - 1].cliques, 1);
        assert_int_equal(graph[0].cliques, lists);
        for (size_t g = 0; g < count; g++) {
            int covered = 0; /* every list once, separators taken off */
            for (int c = 0; c < graph[g].cliques; c++) covered += __builtin_popcount(graph[g].clique[c]);
            for (int s = 0; s < graph[g].separators; s++)
                covered -= __builtin_popcount(graph[g].separator[s]);
            assert_int_equal(covered, lists);
        }
        lac_arena_release(&arena);
    }
}

static const char *cell(const struct lac_csv *rows, int64_t row, const char *column)
{
    return lac_csv_cell(rows, row, lac_csv_column(rows, column));
}

static double value(const struct lac_csv *rows, int64_t row, const char *column)
{
    double x;

    assert_true(lac_text_double(cell(rows, row, column), &x));
    return x;
}

static void test_reference_rows(void **state)
{
    struct lac_arena arena;
    struct lac_error err;
    struct lac_csv rows;
    char path[1024];
    int done = 0;

    (void)state;
    lac_arena_init(&arena);
    snprintf(path, sizeof path, "%s/tests/reference/estimates.csv", getenv("LACUNA_SOURCE"));
    assert_ok(lac_csv_load(path, &arena, &rows, &err));
    for (int64_t r = 0; r < rows.rows; r++) {
        struct lac_estimate_history history;
        struct lac_decomposable out;
        const char *note = cell(&rows, r, "note"), *weight = strstr(note, "weight of the saturated graph ");

        if (strcmp(cell(&rows, r, "method"), "decomposable") != 0) continue;
        double tolerance = value(&rows, r, "tolerance");
        reference_table(&arena, cell(&rows, r, "table"), &history);
        posterior(&arena, &history, 20.0 * history.n, weight != NULL, &out);
        assert_close(out.mean, value(&rows, r, "estimate"), tolerance);
        assert_close(out.sd, value(&rows, r, "se"), tolerance);
        assert_close(out.lower, value(&rows, r, "lower"), tolerance);
        assert_close(out.upper, value(&rows, r, "upper"), tolerance);
        assert_close(out.median, atof(strstr(note, "median=") + 7), tolerance);
        if (weight != NULL) assert_close(out.saturated, atof(weight + 30), 1e-5);
        if (weight != NULL) { /* what it would have when it takes no part */
            posterior(&arena, &history, 20.0 * history.n, false, &out);
            assert_close(out.saturated, atof(weight + 30), 1e-3);
        }
        done++;
    }
    print_message("%d reference rows\n", done);
    assert_int_equal(done, 18);
    lac_arena_release(&arena);
}

/* --- three lists, all seven graphs written out ------------------------------------------------------------
 */

static double log_marginal(const double *count, unsigned set, double n, double unseen)
{
    int size = __builtin_popcount(set);
    double share = pow(0.5, size), sum = -lgamma(n + unseen + 1.0) - pow(2.0, size) * lgamma(share);

    for (unsigned v = 0; v < 8; v++) {
        double y = v == 0 ? unseen : 0.0;

        if ((v & set) != v) continue;
        for (unsigned w = 1; w < 8; w++) y += (w & set) == v ? count[w] : 0.0;
        sum += lgamma(y + share);
    }
    return sum;
}

static void test_brute_force(void **state)
{
    static const double count[8] = {0, 12, 9, 5, 7, 3, 2, 1};
    static const int graph[7][4] = {/* plus, minus; 0: none */
                                    {1, 2, 4, 0}, {3, 4, 0, 0}, {5, 2, 0, 0}, {6, 1, 0, 0},
                                    {3, 5, 0, 1}, {3, 6, 0, 2}, {5, 6, 0, 4}};
    enum { END = 39 * 20 };
    double mass = 0.0, mean = 0.0, n = 39.0, by_graph[7] = {0}, below = 0.0, density[END + 1] = {0};
    struct lac_estimate_history history;
    struct lac_decomposable out;
    struct lac_arena arena;
    int median = 0;

    (void)state;
    for (int g = 0; g < 7; g++) {
        for (int x = 0; x <= END; x++) {
            double value_ = lgamma(n + x + 1.0) - lgamma(x + 1.0) - log(n + x);
            for (int f = 0; f < 3; f++)
                if (graph[g][f]) value_ += log_marginal(count, (unsigned)graph[g][f], n, x);
            if (graph[g][3]) value_ -= log_marginal(count, (unsigned)graph[g][3], n, x);
            value_ = exp(value_ + 170.0);
            density[x] += value_;
            by_graph[g] += value_;
            mass += value_;
            mean += value_ * (n + x);
        }
    }
    assert_true(mass > 1e-200 && isfinite(mass));
    while ((below += density[median]) < 0.5 * mass) median++;
    lac_arena_init(&arena);
    make(&arena, 3, count, &history);
    posterior(&arena, &history, END, false, &out);
    assert_close(out.mean, mean / mass, 1e-10);
    assert_close(out.median, n + median, 1e-12);
    assert_int_equal(out.listed, 7);
    for (size_t i = 0; i < out.listed; i++) {
        double nearest = 1.0;
        for (int g = 0; g < 7; g++) nearest = fmin(nearest, fabs(by_graph[g] / mass - out.graph[i].weight));
        assert_true(nearest < 1e-11);
    }
    lac_arena_release(&arena);
}

/* --- invariants
 * --------------------------------------------------------------------------------------------- */

static void test_relabelling(void **state)
{
    static const int order[5] = {3, 0, 4, 1, 2};
    struct lac_estimate_history history, other;
    struct lac_decomposable a, b;
    struct lac_arena arena;
    double count[32] = {0};

    (void)state;
    lac_arena_init(&arena);
    reference_table(&arena, "uk-2013-modern-slavery-5.csv", &history);
    for (unsigned w = 1; w < 32; w++) {
        unsigned to = 0;
        for (int k = 0; k < 5; k++) to |= (w >> k & 1U) << order[k];
        count[to] = history.count[w];
    }
    make(&arena, 5, count, &other);
    posterior(&arena, &history, 0.0, false, &a);
    posterior(&arena, &other, 0.0, false, &b);
    assert_close(a.mean, b.mean, 1e-11);
    assert_true(a.median == b.median && a.lower == b.lower && a.upper == b.upper);
    lac_arena_release(&arena);
}

static void test_threads(void **state)
{
    int threads = omp_get_max_threads();
    struct lac_estimate_history history;
    struct lac_decomposable out[3];
    struct lac_arena arena;

    (void)state;
    lac_arena_init(&arena);
    reference_table(&arena, "kosovo-1999.csv", &history);
    for (int t = 0; t < 3; t++) {
        omp_set_num_threads(t + 1);
        posterior(&arena, &history, 0.0, false, &out[t]);
    }
    omp_set_num_threads(threads);
    for (int t = 1; t < 3; t++) {
        assert_true(out[t].mean == out[0].mean && out[t].sd == out[0].sd && out[t].lower == out[0].lower);
        assert_int_equal(out[t].listed, out[0].listed);
        assert_memory_equal(out[t].graph, out[0].graph, out[0].listed * sizeof *out[0].graph);
    }
    lac_arena_release(&arena);
}

/* --- edges
 * ---------------------------------------------------------------------------------------------------- */

static void test_large_counts(void **state)
{
    /* independent lists of a half, a quarter and an eighth of 64e9 persons: 21e9 are on none */
    double count[8] = {0};
    struct lac_estimate_history history;
    struct lac_decomposable out;
    struct lac_arena arena;

    (void)state;
    for (unsigned w = 1; w < 8; w++) count[w] = 1e9 * (w & 1 ? 1 : 1) * (w & 2 ? 1 : 3) * (w & 4 ? 1 : 7);
    lac_arena_init(&arena);
    make(&arena, 3, count, &history);
    posterior(&arena, &history, 0.0, false, &out);
    assert_close(out.median, 64e9, 1e-4);
    assert_close(out.mean, out.median, 1e-5);
    assert_true(out.lower < out.median && out.median < out.upper);
    assert_true(out.upper - out.lower < 1e-3 * out.median);
    lac_arena_release(&arena);
}

static enum lac_result_status run(struct lac_arena *arena, int lists, const double *count,
                                  struct lac_results *results)
{
    const struct lac_estimate_method *method;
    struct lac_estimate_options options;
    struct lac_estimate_history history;
    struct lac_error err;

    *results = (struct lac_results){.arena = arena};
    lac_estimate_options_init(&options);
    make(arena, lists, count, &history);
    assert_ok(lac_estimate_method_find("decomposable", &method, &err));
    assert_ok(method->run(&history, &options, results, &err));
    assert_true(results->item[0].notes > 0);
    return results->item[0].status;
}

static void test_edges(void **state)
{
    static const double two[4] = {0, 5, 6, 3}, apart[8] = {0, 5, 6, 0, 7, 0, 0, 0},
                        together[8] = {0, 0, 0, 0, 0, 0, 0, 50}, one[8] = {0, 0, 0, 0, 0, 0, 0, 1};
    struct lac_results results;
    struct lac_arena arena;

    (void)state;
    lac_arena_init(&arena);
    assert_int_equal(run(&arena, 2, two, &results), LAC_RESULT_REFUSED);
    assert_int_equal(run(&arena, 3, apart, &results), LAC_RESULT_NOT_IDENTIFIABLE);
    assert_true(isnan(results.item[0].estimate));
    assert_int_equal(run(&arena, 3, together, &results), LAC_RESULT_OK); /* the same persons on all lists */
    assert_true(results.item[0].estimate >= 50.0 && results.item[0].estimate < 52.0);
    assert_int_equal(run(&arena, 3, one, &results), LAC_RESULT_OK);
    assert_true(results.item[0].lower >= 1.0 && isfinite(results.item[0].upper));
    lac_arena_release(&arena);
}

static void test_no_hidden_end(void **state)
{
    /* weak overlap: a grid that ends at 20 n cuts the posterior off */
    static const double count[8] = {0, 40, 30, 1, 20, 0, 0, 0};
    struct lac_estimate_history history;
    struct lac_decomposable cut, whole;
    struct lac_arena arena;

    (void)state;
    lac_arena_init(&arena);
    make(&arena, 3, count, &history);
    posterior(&arena, &history, 20.0 * history.n, false, &cut);
    posterior(&arena, &history, 0.0, false, &whole);
    assert_true(whole.upper > 1.05 * cut.upper);
    assert_true(cut.beyond > 1e-4 && whole.beyond < 1e-8);
    lac_arena_release(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_graph_counts), cmocka_unit_test(test_reference_rows),
        cmocka_unit_test(test_brute_force),  cmocka_unit_test(test_relabelling),
        cmocka_unit_test(test_threads),      cmocka_unit_test(test_large_counts),
        cmocka_unit_test(test_edges),        cmocka_unit_test(test_no_hidden_end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
