/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The resampling rows of the reference for loglinear-all, loglinear-stepwise and downhill search: BCa limits
 * of other programs and of papers, from 1,000 replicates with reselection unless the row says otherwise.
 *
 * Such a limit is one draw. Ours are taken from batches of 1,000 replicates of their own, and a row passes
 * when its limit lies within the row's tolerance of the mean of the batches, or within 4 standard deviations
 * of one batch. Estimates must agree to 1e-6 (printed ones to rounding). Power: a limit that is off by more
 * than the tolerance and by 5 standard deviations is found with probability 0.84 or more, as the reference is
 * a draw with that standard deviation itself; and nine limits in ten must be within their tolerance, so that
 * a shift of all limits by twice the tolerance cannot pass.
 */
#include "reference.h"

#include "base/sum.h"
#include "bca.h"
#include "downhill.h"
#include "resample.h"
#include "search.h"
#include "stepwise.h"

#define BATCH 1000
#define BATCHES 6

static struct lac_csv rows;
static struct lac_arena arena;
enum {
    TABLE,
    METHOD,
    MODEL,
    ESTIMATE,
    LOWER,
    UPPER,
    KIND,
    TOLERANCE,
    INTERVAL,
    NOTE,
    PACKAGE,
    CALL,
    COLUMNS
};
static const char *const names[COLUMNS] = {"table",         "method", "model",   "estimate",
                                           "lower",         "upper",  "kind",    "tolerance",
                                           "interval_kind", "note",   "package", "call"};
static int at[COLUMNS];

static int setup(void **state)
{
    struct lac_error err;
    char path[1024];
    (void)state;
    lac_arena_init(&arena);
    snprintf(path, sizeof path, "%s/tests/reference/estimates.csv", getenv("LACUNA_SOURCE"));
    if (lac_csv_load(path, &arena, &rows, &err)) return 1;
    return lac_csv_require(&rows, names, COLUMNS, at, &err) != LAC_OK;
}

static int teardown(void **state)
{
    (void)state;
    lac_arena_release(&arena);
    return 0;
}

static const char *cell(int64_t row, int column)
{
    return lac_csv_cell(&rows, row, at[column]);
}

/* What a row needs resampled; rows that need the same share it. */
struct need {
    char table[64], method[32];
    int order, top; /* top 0: all */
};

static struct need need_of(int64_t row)
{
    struct need need = {0};
    const char *model = cell(row, MODEL), *call = cell(row, CALL), *top = strstr(cell(row, INTERVAL), "top ");
    snprintf(need.table, sizeof need.table, "%s", cell(row, TABLE));
    snprintf(need.method, sizeof need.method, "%s", cell(row, METHOD));
    bool pairs = strstr(model, "two-way") != NULL || strstr(call, "maxorder=2") != NULL;
    need.order = pairs ? 2 : 0;
    need.top = top ? atoi(top + 4) : 0;
    return need;
}

/* Batches of one need. */
struct batches {
    struct need need;
    struct lac_arena arena;
    struct lac_estimate_resampled resampled;
    double estimate;
    int count;
    bool made;
};

static void resample(struct batches *b, const struct lac_estimate_history *history,
                     lac_estimate_statistic *statistic, const void *context)
{
    struct lac_error err;
    struct lac_estimate_resample job = {.history = history,
                                        .statistic = statistic,
                                        .context = context,
                                        .seed = 20261,
                                        .replicates = b->count * (int64_t)BATCH,
                                        .jackknife = true};
    assert_ok(lac_estimate_resample_run(&job, &b->arena, &b->resampled, &err));
}

static void make(struct batches *b)
{
    struct lac_estimate_history history;
    struct lac_error err;
    const struct need *need = &b->need;
    reference_table(&b->arena, need->table, &history);
    struct lac_fitter *fitter = lac_fitter_new(history.lists);
    assert_non_null(fitter);
    b->count = BATCHES;
    if (strcmp(need->method, "loglinear-all") == 0) {
        struct lac_estimate_search search = {.order = need->order};
        assert_ok(lac_estimate_search_run(&history, &b->arena, &search, &err));
        size_t top = need->top > 0 && (size_t)need->top < search.count ? (size_t)need->top : search.count;
        struct lac_estimate_candidates candidates = {search.item, top, history.n, false};
        b->estimate = history.n + exp(search.item[0].fit.log_n0);
        if (top > 500) b->count = 1; /* slow; their tolerance is wide */
        resample(b, &history, lac_estimate_search_select, &candidates);
    } else if (strcmp(need->method, "loglinear-stepwise") == 0) {
        double threshold = 0.02;
        b->estimate = lac_estimate_stepwise_estimate(&threshold, fitter, history.count);
        resample(b, &history, lac_estimate_stepwise_estimate, &threshold);
    } else {
        struct lac_estimate_downhill downhill = {.order = need->order};
        b->estimate = lac_estimate_downhill_estimate(&downhill, fitter, history.count);
        b->count = 2;
        resample(b, &history, lac_estimate_downhill_estimate, &downhill);
    }
    lac_fitter_free(fitter);
}

/* Mean and standard deviation over batches of the log of a limit; the number of batches that have one. */
static int limits_of(const struct batches *b, double level, bool upper, double *mean, double *sd)
{
    const struct lac_estimate_jackknife jackknife = {b->resampled.cell_count, b->resampled.cell_estimate,
                                                     b->resampled.cells};
    double sum = 0, squares = 0, sorted[BATCH];
    int n = 0;
    for (int i = 0; i < b->count; i++) {
        memcpy(sorted, b->resampled.replicate + i * BATCH, sizeof sorted);
        lac_sort(sorted, BATCH);
        struct lac_estimate_limits limits = lac_estimate_bca(sorted, BATCH, b->estimate, &jackknife, level);
        double x = log(upper ? limits.upper : limits.lower);
        if (!isfinite(x)) continue;
        sum += x;
        squares += x * x;
        n++;
    }
    *mean = sum / n;
    *sd = n > 1 ? sqrt(fmax(0, (squares - sum * sum / n) / (n - 1))) : 0;
    return n;
}

/* 0 outside, 1 within 4 standard deviations, 2 within the tolerance. */
static int check_limit(int64_t row, const struct batches *b, bool upper, double tolerance)
{
    double expected, mean, sd, level = strstr(cell(row, INTERVAL), "80%") ? 0.8 : 0.95;
    assert_true(lac_text_double(cell(row, upper ? UPPER : LOWER), &expected));
    int n = limits_of(b, level, upper, &mean, &sd);
    double off = fabs(log(expected) - mean);
    int grade = off <= log1p(tolerance) ? 2 : off <= 4 * sd ? 1 : 0;
    if (grade < 2 || n < b->count)
        print_message("%s, %s, %s, %s: %s %g, ours %.1f (sd %.1f %%, %d batches)\n", b->need.table,
                      b->need.method, cell(row, PACKAGE), cell(row, INTERVAL), upper ? "upper" : "lower",
                      expected, exp(mean), 100 * sd, n);
    return grade;
}

static void check_estimate(int64_t row, const struct batches *b)
{
    double expected;
    assert_true(lac_text_double(cell(row, ESTIMATE), &expected));
    if (strcmp(cell(row, PACKAGE), "published") == 0)
        assert_true(fabs(b->estimate - expected) <= 0.51);
    else
        assert_close(b->estimate, expected, 1e-6);
}

static bool mine(int64_t row)
{
    static const char *const methods[] = {"loglinear-all", "loglinear-stepwise", "BIC downhill search"};
    for (size_t i = 0; i < 3; i++)
        if (strcmp(cell(row, METHOD), methods[i]) == 0) return strcmp(cell(row, KIND), "deterministic") != 0;
    return false;
}

static void test_rows(void **state)
{
    int done = 0, grade[3] = {0};
    bool *seen = LAC_NEW(&arena, bool, (size_t)rows.rows);
    (void)state;
    assert_non_null(seen);
    for (int64_t r = 0; r < rows.rows; r++) {
        if (!mine(r) || seen[r]) continue;
        struct batches b = {.need = need_of(r)};
        lac_arena_init(&b.arena);
        make(&b);
        for (int64_t s = r; s < rows.rows; s++) {
            struct need other = {0};
            double tolerance;
            if (!mine(s)) continue;
            other = need_of(s);
            if (memcmp(&other, &b.need, sizeof other) != 0) continue;
            seen[s] = true;
            assert_true(lac_text_double(cell(s, TOLERANCE), &tolerance));
            check_estimate(s, &b);
            grade[check_limit(s, &b, false, tolerance)]++;
            grade[check_limit(s, &b, true, tolerance)]++;
            done++;
        }
        lac_arena_release(&b.arena);
    }
    print_message("%d rows: %d limits within tolerance, %d within 4 standard deviations, %d outside\n", done,
                  grade[2], grade[1], grade[0]);
    assert_int_equal(grade[0], 0);
    assert_true(done >= 90);
    assert_true(grade[2] >= 9 * (grade[0] + grade[1]));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_rows)};
    return cmocka_run_group_tests(tests, setup, teardown);
}
