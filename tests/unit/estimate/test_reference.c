/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Every deterministic row of tests/reference/estimates.csv whose method exists, to the row's own tolerance.
 *
 * The ranks of the searches are tested by test_search.c, the rows of resampling by test_monte_carlo.c and
 * test_latent_class.c.
 *
 * A method is a row of `methods` below: its name and the function that gives the figures of one reference
 * row. Rows that are not run are counted by reason. Fewer rows than ROWS_EXPECTED is a failure: a method that
 * stops being run must not pass unnoticed.
 */
#include "reference.h"

#include "chao.h"
#include "chao_mt.h"
#include "closed.h"
#include "decomposable.h"
#include "diagnostics_curve.h"
#include "existence.h"
#include "interval.h"
#include "lincoln_petersen.h"
#include "method.h"
#include "model.h"
#include "national.h"
#include "sample_coverage.h"

#define ROWS_EXPECTED 1074
#define REASONS_MAX 64

/* Columns of the reference. */
enum {
    TABLE,
    METHOD,
    MODEL,
    PACKAGE,
    ESTIMATE,
    SE,
    LOWER,
    UPPER,
    INTERVAL,
    AIC,
    BIC,
    KIND,
    TOLERANCE,
    NOTE,
    COLUMNS
};
static const char *const columns[COLUMNS] = {"table", "method", "model",     "package",       "estimate",
                                             "se",    "lower",  "upper",     "interval_kind", "aic",
                                             "bic",   "kind",   "tolerance", "note"};

struct row {
    const char *text[COLUMNS];
    double level;
};

/* What a method gives; NaN where the row's column does not apply to it. */
struct figures {
    enum lac_fit_status status;
    double estimate, se, lower, upper, aic, bic, deviance;
    int parameters;
};

struct bench {
    struct lac_arena *arena;
    struct lac_estimate_history history;
    struct lac_fit_space *space;
    struct lac_existence *existence;
};

/* Returns NULL when the row was run, else why not. */
typedef const char *method_run(struct bench *bench, const struct row *row, struct figures *out);

static bool note_has(const struct row *row, const char *text)
{
    return strstr(row->text[NOTE], text) != NULL;
}

static void take_simple(const struct lac_simple *simple, struct figures *out)
{
    *out =
        (struct figures){simple->status, simple->estimate, simple->se,       simple->lower,     simple->upper,
                         simple->aic,    simple->bic,      simple->deviance, simple->parameters};
}

/* --- methods
 * -------------------------------------------------------------------------------------------------- */

static void two_lists(const struct bench *bench, const struct row *row, int pair[2])
{
    const char *comma = strchr(row->text[MODEL], ',');

    assert_non_null(comma);
    pair[0] = pair[1] = -1;
    for (int k = 0; k < bench->history.lists; k++) {
        const char *name = bench->history.name[k];

        if (strlen(name) == (size_t)(comma - row->text[MODEL]) &&
            !strncmp(name, row->text[MODEL], strlen(name)))
            pair[0] = k;
        if (strcmp(name, comma + 1) == 0) pair[1] = k;
    }
    assert_true(pair[0] >= 0 && pair[1] >= 0);
}

static const char *run_lincoln_petersen(struct bench *bench, const struct row *row, struct figures *out)
{
    struct lac_simple simple;
    int pair[2];

    two_lists(bench, row, pair);
    lac_lincoln_petersen(&bench->history, pair[0], pair[1], &simple);
    take_simple(&simple, out);
    return NULL;
}

static const char *run_chapman(struct bench *bench, const struct row *row, struct figures *out)
{
    struct lac_simple simple;
    int pair[2];

    two_lists(bench, row, pair);
    lac_chapman(&bench->history, pair[0], pair[1], row->level, &simple);
    take_simple(&simple, out);
    return NULL;
}

static const char *run_chao(struct bench *bench, const struct row *row, struct figures *out)
{
    struct lac_simple simple;
    enum lac_chao_form form = LAC_CHAO_STANDARD;

    if (strncmp(row->text[MODEL], "without", 7) == 0)
        form = LAC_CHAO_NO_FACTOR;
    else if (strncmp(row->text[MODEL], "bias-corrected", 14) == 0)
        form = LAC_CHAO_BIAS_CORRECTED;
    else
        assert_string_equal(row->text[MODEL], "with (K-1)/K");
    lac_chao(&bench->history, form, row->level, &simple);
    take_simple(&simple, out);
    return NULL;
}

static const char *run_chao_mt(struct bench *bench, const struct row *row, struct figures *out)
{
    struct lac_simple simple;
    struct lac_error err;

    assert_int_equal(lac_chao_mt(&bench->history, bench->space, bench->existence, row->level, &simple, &err),
                     LAC_OK);
    take_simple(&simple, out);
    return NULL;
}

static const char *run_closed(struct bench *bench, const struct row *row, struct figures *out)
{
    struct lac_simple simple;
    struct lac_error err;
    int model = 0;

    if (strcmp(row->text[MODEL], "bias-corrected") == 0) {
        lac_closed_bias_corrected(&bench->history, row->level, &simple);
        take_simple(&simple, out);
        return NULL;
    }
    while (strcmp(lac_closed_name(model), row->text[METHOD]) != 0) model++;
    assert_int_equal(lac_closed(&bench->history, model, row->level, &simple, &err), LAC_OK);
    take_simple(&simple, out);
    if (strncmp(row->text[INTERVAL], "profile", 7) == 0) {
        struct lac_interval interval;
        bool ok;

        assert_int_equal(lac_closed_profile(&bench->history, model, row->level, &interval, &ok, &err),
                         LAC_OK);
        assert_true(ok);
        out->estimate = interval.estimate;
        out->lower = interval.lower;
        out->upper = interval.upper;
        out->se = NAN;
    }
    return NULL;
}

static const char *run_sample_coverage(struct bench *bench, const struct row *row, struct figures *out)
{
    struct lac_coverage coverage;
    enum lac_coverage_form form = LAC_COVERAGE_INDEPENDENT;

    if (strncmp(row->text[MODEL], "one-step", 8) == 0)
        form = LAC_COVERAGE_ONE_STEP;
    else if (strncmp(row->text[MODEL], "low", 3) == 0)
        form = LAC_COVERAGE_LOW;
    else
        assert_string_equal(row->text[MODEL], "independent (D/C)");
    lac_sample_coverage(&bench->history, &coverage);
    *out = (struct figures){coverage.status[form],
                            coverage.estimate[form],
                            (double)NAN,
                            (double)NAN,
                            (double)NAN,
                            (double)NAN,
                            (double)NAN,
                            (double)NAN,
                            -1};
    return NULL;
}

static void parse(const struct bench *bench, const char *text, struct lac_estimate_model *model)
{
    struct lac_error err;

    lac_error_init(&err);
    if (lac_estimate_model_parse(model, text, bench->history.lists, bench->history.name, &err) != LAC_OK)
        fail_msg("%s: %s", text, err.message);
}

static void take_interval(struct bench *bench, const struct row *row, const struct lac_estimate_model *model,
                          const struct lac_fit *fit, struct figures *out)
{
    struct lac_interval interval = {.lower = NAN, .upper = NAN};
    struct lac_error err;
    bool ok = true;

    if (strncmp(row->text[INTERVAL], "wald", 4) == 0) ok = lac_interval_wald(fit, row->level, &interval);
    if (strncmp(row->text[INTERVAL], "log-normal", 10) == 0)
        ok = lac_interval_lognormal(fit->n, fit->unseen, fit->se, row->level, &interval);
    if (strncmp(row->text[INTERVAL], "profile", 7) == 0) {
        assert_int_equal(lac_interval_profile(&(struct lac_profile){.space = bench->space,
                                                                    .count = bench->history.count,
                                                                    .model = model,
                                                                    .fit = fit},
                                              row->level, &interval, &ok, &err),
                         LAC_OK);
        out->estimate = interval.estimate;
        out->se = NAN;
    }
    assert_true(ok);
    out->lower = interval.lower;
    out->upper = interval.upper;
}

static const char *run_loglinear(struct bench *bench, const struct row *row, struct figures *out)
{
    struct lac_estimate_model model;
    struct lac_fit fit;

    parse(bench, row->text[MODEL], &model);
    enum lac_verdict verdict =
        lac_estimate_fit_checked(bench->existence, bench->space, bench->history.count, &model, &fit);
    assert_int_equal(verdict, LAC_VERDICT_EXISTS);
    *out = (struct figures){fit.status, fit.estimate, fit.se,       NAN,           NAN,
                            fit.aic,    fit.bic,      fit.deviance, fit.parameters};
    const char *infinite = strstr(row->text[NOTE], "parameter(s) at -infinity");
    if (infinite != NULL) {
        while (infinite > row->text[NOTE] && infinite[-1] != ';') infinite--;
        assert_int_equal(fit.empty, atoi(infinite));
    }
    take_interval(bench, row, &model, &fit, out);
    return NULL;
}

/* One result of a method of the command line, without resampling. */
static const struct lac_result *run_method(struct bench *bench, const struct row *row,
                                           const struct lac_estimate_options *options,
                                           struct lac_results *results)
{
    const struct lac_estimate_method *method;
    struct lac_error err;

    *results = (struct lac_results){.arena = bench->arena};
    assert_ok(lac_estimate_method_find(row->text[METHOD], &method, &err));
    assert_ok(method->run(&bench->history, options, results, &err));
    assert_int_equal(results->item[0].status, LAC_RESULT_OK);
    return &results->item[0];
}

static const char *interval_word(const struct row *row)
{
    if (strncmp(row->text[INTERVAL], "wald", 4) == 0) return "wald";
    if (strncmp(row->text[INTERVAL], "log-normal", 10) == 0) return "lognormal";
    return strncmp(row->text[INTERVAL], "profile", 7) == 0 ? "profile" : NULL;
}

/* The model selected must be the row's, whatever the order in which its terms are written. The notes of these
 * rows write p-values as "p=": the parameters are the model's and need no check. */
static const char *run_stepwise(struct bench *bench, const struct row *row, struct figures *out)
{
    struct lac_estimate_model expected, selected;
    struct lac_estimate_options options;
    struct lac_results results;

    lac_estimate_options_init(&options);
    options.bootstrap = 0;
    options.interval = interval_word(row);
    const struct lac_result *result = run_method(bench, row, &options, &results);
    bool profile = options.interval != NULL && strcmp(options.interval, "profile") == 0;
    parse(bench, row->text[MODEL], &expected);
    parse(bench, result->model, &selected);
    assert_true(lac_estimate_model_bits(&expected) == lac_estimate_model_bits(&selected));
    *out = (struct figures){LAC_FIT_OK,    result->estimate, profile ? (double)NAN : result->se,
                            result->lower, result->upper,    result->aic,
                            result->bic,   result->deviance, -1};
    if (profile) out->estimate = lac_result_find(result, "profile_estimate");
    return NULL;
}

static const char *run_average(struct bench *bench, const struct row *row, struct figures *out)
{
    const char *mean = strstr(row->text[NOTE], "weighted mean of N itself = ");
    struct lac_estimate_options options;
    struct lac_results results;

    lac_estimate_options_init(&options);
    options.bootstrap = 0;
    options.order = strstr(row->text[MODEL], "two-way") ? 2 : 0;
    const struct lac_result *result = run_method(bench, row, &options, &results);
    if (mean) assert_close(lac_result_find(result, "weighted_mean"), atof(mean + 28), 1e-7);
    *out = (struct figures){LAC_FIT_OK, result->estimate, NAN, NAN, NAN, NAN, NAN, NAN, -1};
    return NULL;
}

/* The average and, for the rows that say so, its floor. */
static const char *run_national(struct bench *bench, const struct row *row, struct figures *out)
{
    struct lac_national national;
    struct lac_error err;
    bool floor = strcmp(row->text[METHOD], "national") != 0;

    assert_ok(lac_national_search(&bench->history, &national, &err));
    *out = (struct figures){
        LAC_FIT_OK, floor ? national.floor : national.estimate, NAN, NAN, NAN, NAN, NAN, NAN, -1};
    return NULL;
}

/* Computed by a package that sums to 20 n and, in some rows, lets the saturated graph take part. */
static const char *run_decomposable(struct bench *bench, const struct row *row, struct figures *out)
{
    const struct lac_decomposable_settings settings = {row->level, 20.0 * bench->history.n,
                                                       note_has(row, "weight of the saturated graph ")};
    struct lac_decomposable posterior;
    struct lac_error err;

    assert_ok(lac_decomposable(&bench->history, &settings, bench->arena, &posterior, &err));
    *out = (struct figures){
        LAC_FIT_OK, posterior.mean, posterior.sd, posterior.lower, posterior.upper, NAN, NAN, NAN, -1};
    return NULL;
}

static const char *run_existence(struct bench *bench, const struct row *row, struct figures *out)
{
    struct lac_estimate_model model;

    parse(bench, row->text[MODEL], &model);
    *out = (struct figures){LAC_FIT_OK, NAN, NAN, NAN, NAN, NAN, NAN, NAN, -1};
    out->estimate = lac_estimate_existence(bench->existence, bench->history.count, &model, NULL, NULL, NULL);
    return NULL;
}

/* "log xi=-0.5", or "xi=1" where the ratio has no value. */
static const char *run_curve(struct bench *bench, const struct row *row, struct figures *out)
{
    struct lac_curve curve;
    double log_xi = 0;

    lac_curve_raw(&bench->history, &curve);
    if (strncmp(row->text[MODEL], "log xi=", 7) == 0)
        assert_true(lac_text_double(row->text[MODEL] + 7, &log_xi));
    else
        assert_string_equal(row->text[MODEL], "xi=1");
    *out = (struct figures){LAC_FIT_OK, NAN, NAN, NAN, NAN, NAN, NAN, NAN, -1};
    if (curve.status != LAC_CURVE_OK) {
        out->status = LAC_FIT_INFINITE; /* the reference knows one word for 0, infinite and undefined */
        return NULL;
    }
    out->estimate = lac_curve_at(curve.n, curve.ratio, log_xi);
    out->se = curve.se;
    return NULL;
}

static const struct {
    const char *name;
    method_run *run;
} methods[] = {
    {"lincoln-petersen", run_lincoln_petersen},
    {"chapman", run_chapman},
    {"chao", run_chao},
    {"chao-mt", run_chao_mt},
    {"sample-coverage", run_sample_coverage},
    {"m0", run_closed},
    {"mt", run_closed},
    {"mh-chao", run_closed},
    {"mh-poisson", run_closed},
    {"mh-darroch", run_closed},
    {"mh-gamma", run_closed},
    {"mth-chao", run_closed},
    {"mth-poisson", run_closed},
    {"mth-darroch", run_closed},
    {"mth-gamma", run_closed},
    {"mb", run_closed},
    {"mbh", run_closed},
    {"loglinear", run_loglinear},
    {"loglinear-all", run_loglinear}, /* the model by name; its rank is tested with the search */
    {"loglinear-stepwise", run_stepwise},
    {"loglinear-average", run_average},
    {"national", run_national},
    {"H-floor average", run_national},
    {"decomposable", run_decomposable},
    {"existence code", run_existence},
    {"identifying-assumption curve", run_curve},
};

/* --- comparison
 * ----------------------------------------------------------------------------------------------- */

struct tally {
    int run, failed, skipped, reasons;
    struct {
        char text[96];
        int rows;
    } reason[REASONS_MAX];
};

static void skip_row(struct tally *tally, const char *why, const char *method)
{
    char text[96];
    int i = 0;

    snprintf(text, sizeof text, "%s%s%s", why, *method ? ": " : "", method);
    tally->skipped++;
    while (i < tally->reasons && strcmp(tally->reason[i].text, text) != 0) i++;
    assert_true(i < REASONS_MAX);
    if (i == tally->reasons) snprintf(tally->reason[tally->reasons++].text, sizeof text, "%s", text);
    tally->reason[i].rows++;
}

static bool close_to(const struct row *row, int column, double value, double tolerance)
{
    double expected;

    if (!lac_text_double(row->text[column], &expected)) return true;
    if (fabs(value - expected) <=
        tolerance * fmax(fabs(expected), column == AIC || column == BIC ? 1.0 : 0.0))
        return true;
    print_message("%s, %s, %s, %s, %s: %s is %.12g, expected %s\n", row->text[TABLE], row->text[METHOD],
                  row->text[MODEL], row->text[PACKAGE], row->text[INTERVAL], columns[column], value,
                  row->text[column]);
    return false;
}

/* Rcapture stops early, which shows in its standard errors; the base R rows of the same models hold ours. */
static bool loose_error(const struct row *row)
{
    return strcmp(row->text[PACKAGE], "Rcapture") == 0;
}

static bool agrees(const struct row *row, const struct figures *figures)
{
    double tolerance;
    bool ok;

    if (note_has(row, "expected status")) {
        bool infinite = note_has(row, "infinite"), vague = note_has(row, "not-identifiable");

        ok = isnan(figures->estimate) && ((infinite && figures->status == LAC_FIT_INFINITE) ||
                                          (vague && figures->status == LAC_FIT_NOT_IDENTIFIABLE));
        if (!ok)
            print_message("%s, %s, %s: status %d, estimate %g\n", row->text[TABLE], row->text[METHOD],
                          row->text[MODEL], figures->status, figures->estimate);
        return ok;
    }
    assert_true(lac_text_double(row->text[TOLERANCE], &tolerance));
    ok = close_to(row, ESTIMATE, figures->estimate, tolerance);
    ok &= close_to(row, LOWER, figures->lower, tolerance) & close_to(row, UPPER, figures->upper, tolerance);
    ok &= close_to(row, SE, figures->se, loose_error(row) ? 1e-3 : fmax(tolerance, 1e-9));
    ok &= close_to(row, AIC, figures->aic, fmax(tolerance, 1e-9));
    ok &= close_to(row, BIC, figures->bic, fmax(tolerance, 1e-9));
    const char *deviance = strstr(row->text[NOTE], "deviance=");
    if (deviance != NULL &&
        fabs(figures->deviance - atof(deviance + 9)) > 1e-8 * fmax(1, figures->deviance)) {
        print_message("%s, %s: deviance %g\n", row->text[TABLE], row->text[MODEL], figures->deviance);
        ok = false;
    }
    const char *parameters = strstr(row->text[NOTE], " p=");
    return ok &&
           (parameters == NULL || figures->parameters < 0 || figures->parameters == atoi(parameters + 3));
}

static void bench_release(struct bench *bench)
{
    lac_fit_space_free(bench->space);
    lac_existence_free(bench->existence);
}

static void run_row(const struct row *row, struct tally *tally)
{
    struct lac_arena arena;
    size_t m = 0, count = sizeof methods / sizeof *methods;

    if (strcmp(row->text[KIND], "deterministic") != 0) {
        skip_row(tally, "not deterministic", row->text[METHOD]);
        return;
    }
    while (m < count && strcmp(methods[m].name, row->text[METHOD]) != 0) m++;
    if (m == count) {
        skip_row(tally, "not a method of the command line", row->text[METHOD]);
        return;
    }
    lac_arena_init(&arena);
    struct bench bench = {.arena = &arena};
    struct figures figures;
    reference_table(&arena, row->text[TABLE], &bench.history);
    bench.space = lac_fit_space_new(bench.history.lists);
    bench.existence = lac_existence_new(bench.history.lists);
    assert_non_null(bench.space);
    assert_non_null(bench.existence);
    const char *why = methods[m].run(&bench, row, &figures);
    if (why != NULL) {
        skip_row(tally, why, "");
    } else {
        tally->run++;
        if (!agrees(row, &figures)) tally->failed++;
    }
    bench_release(&bench);
    lac_arena_release(&arena);
}

static void reference(void **state)
{
    struct lac_arena arena;
    struct lac_error err;
    struct lac_csv csv;
    struct tally tally = {0};
    int index[COLUMNS];
    char path[1024];

    (void)state;
    lac_arena_init(&arena);
    snprintf(path, sizeof path, "%s/tests/reference/estimates.csv", getenv("LACUNA_SOURCE"));
    assert_int_equal(lac_csv_load(path, &arena, &csv, &err), LAC_OK);
    assert_int_equal(lac_csv_require(&csv, columns, COLUMNS, index, &err), LAC_OK);
    for (int64_t r = 0; r < csv.rows; r++) {
        struct row row = {.level = 0.95};

        for (int c = 0; c < COLUMNS; c++) row.text[c] = lac_csv_cell(&csv, r, index[c]);
        if (strstr(row.text[INTERVAL], "80%") != NULL) row.level = 0.8;
        run_row(&row, &tally);
    }
    print_message("%d rows run, %d skipped\n", tally.run, tally.skipped);
    for (int i = 0; i < tally.reasons; i++)
        print_message("  skipped %4d: %s\n", tally.reason[i].rows, tally.reason[i].text);
    lac_arena_release(&arena);
    assert_int_equal(tally.failed, 0);
    assert_true(tally.run >= ROWS_EXPECTED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(reference)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
