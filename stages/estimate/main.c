/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * lacuna-estimate: estimates from a capture-history table (--table), or the pipeline stage (--config, --run).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/file.h"
#include "base/plot.h"
#include "base/text.h"
#include "pipeline.h"
#include "plots.h"
#include "report.h"
#include "runner/stage.h"
#include "table_frequencies.h"
#include "table_run.h"

#define METHODS_LIMIT 64
#define STRATA_LIMIT 16

struct arguments {
    struct lac_stage stage;
    const char *table, *json, *plots;
    const char *method[METHODS_LIMIT], *strata[STRATA_LIMIT];
    size_t methods;
    int strata_count;
    bool no_diagnostics;
    int lists; /* 0: not given */
    struct lac_estimate_options options;
};

enum {
    KEY_TABLE = 0x3000,
    KEY_METHOD,
    KEY_JSON,
    KEY_STRATA,
    KEY_NO_DIAGNOSTICS,
    KEY_PLOTS,
    KEY_LISTS,
    KEY_MODEL,
    KEY_BOOTSTRAP,
    KEY_LEVEL,
    KEY_INTERVAL,
    KEY_CRITERION,
    KEY_PVALUE,
    KEY_ORDER,
    KEY_TOP,
    KEY_KEEP,
    KEY_DRAWS
};

static const struct argp_option argp_options[] = {
    {"table", KEY_TABLE, "FILE", 0, "Capture-history table: a 0/1 column per list, then count", 1},
    {"method", KEY_METHOD, "NAME", 0, "Method, repeatable; `all` runs every one that applies", 1},
    {"model", KEY_MODEL, "TEXT", 0, "Model \"A*B + C\", or the pair \"A,B\" of two-list methods", 1},
    {"strata", KEY_STRATA, "COLUMN", 0, "Estimate each value of a stratum apart, repeatable", 1},
    {"bootstrap", KEY_BOOTSTRAP, "B|auto", 0,
     "Bootstrap replicates, default 1000; 0 for none; auto: as many as the limits need", 1},
    {"level", KEY_LEVEL, "L", 0, "Level of intervals, default 0.95", 1},
    {"interval", KEY_INTERVAL, "KIND", 0,
     "wald, lognormal, profile, bootstrap or bca, where the method has it", 1},
    {"criterion", KEY_CRITERION, "bic|aic", 0, "Ranking of models, default bic", 1},
    {"pvalue", KEY_PVALUE, "P", 0, "Threshold of stepwise selection, default 0.02", 1},
    {"order", KEY_ORDER, "N", 0, "Largest size of an interaction; 2 for two-way models only", 1},
    {"top", KEY_TOP, "N", 0, "Models that take part in the bootstrap of loglinear-all", 1},
    {"keep", KEY_KEEP, "N", 0, "Models kept in loglinear-average, default 200", 1},
    {"draws", KEY_DRAWS, "N", 0, "Draws of latent-class that are kept, all chains together", 1},
    {"no-diagnostics", KEY_NO_DIAGNOSTICS, NULL, 0, "Estimates alone, without what stands beside them", 1},
    {"lists", KEY_LISTS, "K", 0, "Number of lists of a table with ncaptures, default the largest there", 1},
    {"plots", KEY_PLOTS, "DIR", 0, "Draw pictures into a folder: SVG, PNG, and CSV with their numbers", 1},
    {"json", KEY_JSON, "FILE", 0, "Write results as JSON; - for standard output", 1},
    {0},
};

static int64_t whole(struct argp_state *state, const char *option, const char *text, int64_t low,
                     int64_t high)
{
    int64_t value;
    if (lac_text_i64(text, &value) && value >= low && value <= high) return value;
    argp_error(state, "--%s: '%s' is not a whole number from %lld to %lld", option, text, (long long)low,
               (long long)high);
    return low;
}

static double share(struct argp_state *state, const char *option, const char *text, double low, double high)
{
    double value;
    if (lac_text_double(text, &value) && value >= low && value <= high) return value;
    argp_error(state, "--%s: '%s' is not a number from %g to %g", option, text, low, high);
    return low;
}

static bool criterion(struct argp_state *state, const char *text)
{
    if (strcmp(text, "bic") != 0 && strcmp(text, "aic") != 0)
        argp_error(state, "--criterion: '%s' is not bic or aic", text);
    return strcmp(text, "aic") == 0;
}

static void give(struct lac_estimate_options *options, unsigned option)
{
    options->given |= option;
}

static error_t parse_estimator(int key, char *text, struct argp_state *state,
                               struct lac_estimate_options *options)
{
    switch (key) {
    case KEY_MODEL:
        give(options, LAC_OPTION_MODEL);
        options->model = text;
        return 0;
    case KEY_BOOTSTRAP:
        give(options, LAC_OPTION_BOOTSTRAP);
        options->bootstrap_auto = strcmp(text, "auto") == 0;
        options->bootstrap = options->bootstrap_auto ? 1000 : whole(state, "bootstrap", text, 0, 10000000);
        return 0;
    case KEY_LEVEL:
        give(options, LAC_OPTION_LEVEL);
        options->level = share(state, "level", text, 0.01, 0.9999);
        return 0;
    case KEY_INTERVAL:
        give(options, LAC_OPTION_INTERVAL);
        options->interval = text;
        return 0;
    case KEY_CRITERION:
        give(options, LAC_OPTION_CRITERION);
        options->aic = criterion(state, text);
        return 0;
    case KEY_PVALUE:
        give(options, LAC_OPTION_PVALUE);
        options->pvalue = share(state, "pvalue", text, 0, 1);
        return 0;
    case KEY_ORDER:
        give(options, LAC_OPTION_ORDER);
        options->order = (int)whole(state, "order", text, 0, 16);
        return 0;
    case KEY_TOP:
        give(options, LAC_OPTION_TOP);
        options->top = whole(state, "top", text, 1, 10000000);
        return 0;
    case KEY_KEEP:
        give(options, LAC_OPTION_KEEP);
        options->keep = whole(state, "keep", text, 1, 10000000);
        return 0;
    case KEY_DRAWS:
        give(options, LAC_OPTION_DRAWS);
        options->draws = whole(state, "draws", text, 100, 100000000);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static error_t parse(int key, char *text, struct argp_state *state)
{
    struct arguments *a = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &a->stage;
        return 0;
    case KEY_TABLE:
        a->table = text;
        return 0;
    case KEY_JSON:
        a->json = text;
        return 0;
    case KEY_LISTS:
        a->lists = (int)whole(state, "lists", text, 2, LAC_ESTIMATE_TABLE_LISTS);
        return 0;
    case KEY_PLOTS:
        a->plots = text;
        return 0;
    case KEY_NO_DIAGNOSTICS:
        a->no_diagnostics = true;
        return 0;
    case KEY_METHOD:
        if (a->methods == METHODS_LIMIT) argp_error(state, "too many methods");
        a->method[a->methods++] = text;
        return 0;
    case KEY_STRATA:
        if (a->strata_count == STRATA_LIMIT) argp_error(state, "too many strata columns");
        a->strata[a->strata_count++] = text;
        return 0;
    default:
        return parse_estimator(key, text, state, &a->options);
    }
}

static const struct argp_child children[] = {{&lac_stage_argp, 0, "Pipeline:", 5}, {0}};
static const struct argp argp = {
    .options = argp_options,
    .parser = parse,
    .args_doc = "--table FILE [--method NAME]...\n--config FILE --run DIR",
    .doc = "Estimates how many persons no list has seen, by capture-recapture.\v"
           "With --table it reads a capture-history table, with --config and --run it is the stage of the "
           "pipeline "
           "that turns histories.h5 into estimates.h5. Exit status: 0 done, 1 done with findings, 2 wrong "
           "usage, "
           "3 unusable input, 4 no estimate (refused, infinite or not identifiable), 5 file error.",
    .children = children,
};

/* --method words to methods; `all` stands for every one that applies. */
static enum lac_status choose_methods(struct arguments *a, const struct lac_estimate_method **method,
                                      size_t *n, struct lac_error *err)
{
    if (a->methods == 0) a->method[a->methods++] = "loglinear-average";
    *n = 0;
    for (size_t i = 0; i < a->methods; i++) {
        if (strcmp(a->method[i], "all") == 0) {
            for (size_t m = 0; m < lac_estimate_method_count && *n < METHODS_LIMIT; m++)
                if (lac_estimate_method_applies(&lac_estimate_methods[m], &a->options))
                    method[(*n)++] = &lac_estimate_methods[m];
        } else if (*n < METHODS_LIMIT) {
            enum lac_status st = lac_estimate_method_find(a->method[i], &method[*n], err);
            if (st) return st;
            ++*n;
        }
    }
    return lac_estimate_options_check(&a->options, method, *n, err);
}

/* `--method all` is for a look at everything: with six lists it leaves the 7.8 million hierarchical models to
 * those who ask for them by --order, and with five or more it reselects among the 100 best models unless
 * --top says otherwise; latent-class does not go on drawing until it has converged, unless --draws is given.
 */
#define LOOK_TOP 100
#define LOOK_DRAWS 8000
struct look {
    bool pairs, top, draws;
};

/* What `all` limits, and says so beside the answers it bears on. */
static struct look look_at_all(struct arguments *a, int lists)
{
    struct look look;
    bool all = false;
    for (size_t i = 0; i < a->methods; i++) all |= strcmp(a->method[i], "all") == 0;
    look.pairs = all && lists == 6 && !(a->options.given & LAC_OPTION_ORDER);
    look.top = all && lists >= 5 && !(a->options.given & LAC_OPTION_TOP);
    look.draws = all && !(a->options.given & LAC_OPTION_DRAWS);
    if (look.draws) a->options.draws = LOOK_DRAWS;
    if (look.pairs) a->options.order = 2;
    if (look.top) a->options.top = LOOK_TOP;
    return look;
}

static void note_look(struct look look, struct lac_results *results)
{
    for (size_t i = 0; i < results->count; i++) {
        struct lac_result *result = &results->item[i];
        bool search = strcmp(result->method, "loglinear-all") == 0;
        if (look.pairs && (search || strcmp(result->method, "loglinear-average") == 0))
            lac_result_note(result,
                            "two-way models only, because all methods are run on six lists; --order 6 "
                            "looks at all hierarchical models");
        if (look.top && search)
            lac_result_note(result,
                            "replicates choose among the %d best models, because all methods are run; "
                            "--top takes more",
                            LOOK_TOP);
        if (look.draws && result->model && strcmp(result->method, "latent-class") == 0)
            lac_result_note(result, "%d draws and no more, because all methods are run; --draws takes more",
                            LOOK_DRAWS);
    }
}

static enum lac_status write_results(const struct arguments *a, const struct lac_estimate_report *report,
                                     struct lac_error *err)
{
    struct lac_buffer text = {0};
    enum lac_status st =
        a->json ? lac_estimate_report_json(report, &text, err) : lac_estimate_report_text(report, &text, err);
    if (!st && (!a->json || strcmp(a->json, "-") == 0)) {
        if (fwrite(text.text, 1, text.length, stdout) != text.length)
            st = lac_fail(err, LAC_IO, "standard output could not be written");
    } else if (!st) {
        st = lac_file_write(a->json, text.text, text.length, false, err);
    }
    lac_buffer_release(&text);
    return st;
}

static enum lac_status draw(const char *folder, const struct lac_estimate_report *report,
                            struct lac_error *err)
{
    struct lac_estimate_plots plots = {0};
    enum lac_status st = lac_estimate_plots_make(report, &plots, err);
    if (!st) st = lac_estimate_plots_write(&plots, folder, err);
    lac_estimate_plots_release(&plots);
    return st;
}

/* Exit 4 when nothing could be estimated; the first result's reasons go into the message. */
static enum lac_status judge(const struct lac_results *results, struct lac_error *err)
{
    for (size_t i = 0; i < results->count; i++)
        if (results->item[i].status == LAC_RESULT_OK) return LAC_OK;
    const struct lac_result *first = &results->item[0];
    (void)lac_fail(err, LAC_REFUSED, "no estimate: %s is %s%s%s", first->method,
                   lac_result_status_word(first->status), first->notes ? ": " : "",
                   first->notes ? first->note[0] : "");
    lac_error_remedy(err, "see the notes of each estimate; merge lists or strata, or use another method");
    return LAC_REFUSED;
}

static enum lac_status read_table(const struct arguments *a, struct lac_arena *arena,
                                  struct lac_estimate_table *table, struct lac_estimate_strata *strata,
                                  struct lac_error *err)
{
    enum lac_status st = lac_estimate_table_read(a->table, arena, table, err);
    if (!st) st = lac_estimate_table_occasions(table, a->lists, err);
    if (st) return st;
    if (a->plots && table->captures) {
        (void)lac_fail(err, LAC_USAGE, "--plots needs to know on which lists persons are");
        lac_error_remedy(err, "leave --plots out: a table with ncaptures has nothing to draw");
        return LAC_USAGE;
    }
    return lac_estimate_table_strata(table, arena, strata, err);
}

/* Diagnostics, the report, and the pictures. */
static enum lac_status report_table(const struct arguments *a, const struct lac_estimate_table_job *job,
                                    struct lac_results *results, struct lac_error *err)
{
    struct lac_estimate_table_diagnostics diagnostics;
    enum lac_status st = LAC_OK;
    if (!a->no_diagnostics) st = lac_estimate_table_diagnose(job, results->arena, &diagnostics, err);
    struct lac_estimate_report report = {job->table,      results,
                                         a->strata,       a->strata_count,
                                         a->options.seed, a->no_diagnostics ? NULL : &diagnostics};
    if (!st) st = write_results(a, &report, err);
    if (!st && a->plots) st = draw(a->plots, &report, err);
    return st;
}

static enum lac_status table_mode(struct arguments *a, struct lac_error *err)
{
    const struct lac_estimate_method *method[METHODS_LIMIT];
    struct lac_arena *arena = &a->stage.arena;
    struct lac_estimate_table table;
    struct lac_estimate_strata strata = {.column = a->strata, .chosen = a->strata_count};
    struct lac_results results = {.arena = arena};
    size_t n;
    enum lac_status st;
    a->stage.threads = lac_program_start(&a->stage.common, &a->stage.log);
    if (a->stage.common.seed_set) a->options.seed = a->stage.common.seed;
    a->options.keep_replicates = a->plots != NULL;
    if ((st = choose_methods(a, method, &n, err))) return st;
    if (a->plots && (st = lac_plot_check(err))) return st;
    if ((st = read_table(a, arena, &table, &strata, err))) return st;
    struct look look = look_at_all(a, table.lists);
    struct lac_estimate_table_job job = {&table, &strata, method, n, &a->options, lac_clock_seconds};
    if ((st = lac_estimate_table_run(&job, &results, err))) return st;
    note_look(look, &results);
    if ((st = report_table(a, &job, &results, err))) return st;
    return judge(&results, err);
}

/* Options that only a table can have. */
static bool table_options(const struct arguments *a)
{
    return a->plots || a->lists || a->no_diagnostics || a->methods || a->strata_count || a->json ||
           a->options.given;
}

static enum lac_status check_mode(const struct arguments *a, struct lac_error *err)
{
    bool pipeline = a->stage.config_path || a->stage.run;
    if (a->table && pipeline) {
        (void)lac_fail(err, LAC_USAGE, "--table does not go with --config and --run");
        lac_error_remedy(err, "give either a table or a configuration and a run folder");
        return LAC_USAGE;
    }
    if (!a->table && !pipeline && !a->methods) {
        (void)lac_fail(err, LAC_USAGE, "--table, or --config and --run, is needed");
        lac_error_remedy(
            err, "lacuna estimate --table FILE.csv, or lacuna estimate --config CONFIG.yaml --run DIR");
        return LAC_USAGE;
    }
    if (a->plots && a->no_diagnostics) {
        (void)lac_fail(err, LAC_USAGE, "--plots draws the diagnostics: it does not go with --no-diagnostics");
        lac_error_remedy(err, "leave one of the two out");
        return LAC_USAGE;
    }
    if (a->table || !table_options(a)) return LAC_OK;
    (void)lac_fail(err, LAC_USAGE,
                   "--method, --json, --strata, --plots and options of estimators need --table");
    lac_error_remedy(err, "in the pipeline the section `estimate` of the configuration sets them");
    return LAC_USAGE;
}

static enum lac_status pipeline_mode(struct arguments *a, struct lac_error *err)
{
    struct lac_csv forces;
    char *data = NULL;
    enum lac_status st = lac_stage_open(&a->stage, err);
    if (!st) st = lac_data_folder(&a->stage.arena, &data, err);
    if (st) return st;
    char *path = lac_path_join(&a->stage.arena, data, "datasets/codes/police_forces.csv");
    if (!path) return lac_fail_memory(err, "a file name");
    if ((st = lac_csv_load(path, &a->stage.arena, &forces, err))) return st;
    struct lac_estimate_pipeline job = {
        .run = a->stage.run,
        .settings = &a->stage.config->estimate,
        .headline = a->stage.config->definitions.headline,
        .forces = &forces,
        .seed = a->stage.seed,
        .provenance = &a->stage.provenance,
        .log = &a->stage.log,
    };
    return lac_estimate_pipeline_run(&job, err);
}

int main(int argc, char **argv)
{
    struct arguments a = {0};
    struct lac_error err;
    lac_error_init(&err);
    lac_stage_init(&a.stage, "estimate");
    lac_common_init(&a.stage.common, "lacuna-estimate");
    lac_estimate_options_init(&a.options);
    lac_program_usage();
    if (argp_parse(&argp, argc, argv, 0, NULL, &a)) return lac_status_exit(LAC_USAGE);
    enum lac_status st = check_mode(&a, &err);
    if (st)
        lac_log_init(&a.stage.log, "lacuna-estimate", a.stage.common.log_format, LAC_COLOR_NEVER, false);
    else
        st = a.table ? table_mode(&a, &err) : pipeline_mode(&a, &err);
    return lac_stage_close(&a.stage, st, &err);
}
