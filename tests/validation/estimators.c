/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Bias and coverage of every estimator on populations of known size (designs.h), as Markdown tables.
 *
 *   validate_estimators [--designs ABCDEF] [--lists 3,4] [--persons 600,3000] [--replicates 500] [--bootstrap
 * 199]
 *                       [--method NAME]... [--skip NAME]... [--order N] [--draws N] [--seed 1] [--threads N]
 *
 * Methods are those of the command line that need no further word, with their own intervals, and a few more
 * intervals and models (`variants`). Table b of a design is the same for every method and whoever draws it;
 * results do not depend on the number of threads.
 */
#include <math.h>
#include <omp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/sum.h"
#include "base/text.h"
#include "designs.h"
#include "method.h"

#define RUNS_MAX 64
#define WORDS_MAX 32

/* A method with its options; interval and model NULL: the method's own. */
struct run {
    const struct lac_estimate_method *method;
    const char *label, *interval, *model, *lower, *upper; /* limits by name among the result's numbers */
    bool aic;
};

/* What the list of methods does not hold by itself. The lists are called A, B, C, D, E. */
static const struct {
    const char *method, *label, *interval, *model, *lower, *upper;
    bool aic;
} variants[] = {
    {"lincoln-petersen", "lincoln-petersen A,B", NULL, "A,B", NULL, NULL, false},
    {"chapman", "chapman A,B", NULL, "A,B", NULL, NULL, false},
    {"loglinear", "loglinear all pairs, lognormal", "lognormal", "pairs", NULL, NULL, false},
    {"loglinear", "loglinear all pairs, profile", "profile", "pairs", NULL, NULL, false},
    {"loglinear-all", "loglinear-all AIC, wald", "wald", NULL, NULL, NULL, true},
    {"loglinear-all", "loglinear-all, lognormal", "lognormal", NULL, NULL, NULL, false},
    {"loglinear-all", "loglinear-all, bootstrap", "bootstrap", NULL, NULL, NULL, false},
    {"loglinear-stepwise", "loglinear-stepwise, lognormal", "lognormal", NULL, NULL, NULL, false},
};

struct plan {
    const char *designs, *only[WORDS_MAX], *skip[WORDS_MAX];
    int only_count, skip_count;
    int lists[WORDS_MAX], persons[WORDS_MAX], lists_count, persons_count;
    int replicates, threads;
    struct lac_estimate_options options;
    struct run run[RUNS_MAX];
    int runs;
};

/* One estimate of one table. */
struct outcome {
    double estimate, lower, upper;
    enum lac_result_status status;
};

static _Noreturn void stop(const char *what)
{
    fprintf(stderr, "validate_estimators: %s\n", what);
    exit(2);
}

/* --- which methods ----------------------------------------------------------------------------------------
 */

static bool among(const char *name, const char *const *word, int words)
{
    for (int i = 0; i < words; i++)
        if (strcmp(name, word[i]) == 0) return true;
    return false;
}

static bool wanted(const struct plan *plan, const char *name)
{
    if (among(name, plan->skip, plan->skip_count)) return false;
    return plan->only_count == 0 || among(name, plan->only, plan->only_count);
}

static void add_run(struct plan *plan, struct run run)
{
    if (!wanted(plan, run.method->name)) return;
    if (plan->runs == RUNS_MAX) stop("too many methods");
    plan->run[plan->runs++] = run;
}

static bool two_list_method(const char *name)
{
    return strcmp(name, "lincoln-petersen") == 0 || strcmp(name, "chapman") == 0;
}

static void list_runs(struct plan *plan)
{
    for (size_t m = 0; m < lac_estimate_method_count; m++) {
        const struct lac_estimate_method *method = &lac_estimate_methods[m];
        if (!method->run) continue;
        if (lac_estimate_method_applies(method, &plan->options) && !two_list_method(method->name))
            add_run(plan, (struct run){.method = method, .label = method->name});
        for (size_t v = 0; v < sizeof variants / sizeof *variants; v++)
            if (strcmp(variants[v].method, method->name) == 0)
                add_run(plan, (struct run){method, variants[v].label, variants[v].interval, variants[v].model,
                                           variants[v].lower, variants[v].upper, variants[v].aic});
    }
    if (plan->runs == 0) stop("no such method");
}

/* --- one table --------------------------------------------------------------------------------------------
 */

static const char *names[LAC_DESIGN_LISTS_MAX] = {"A", "B", "C", "D", "E"};

static const char *all_pairs(int lists, struct lac_arena *arena)
{
    char *text = lac_arena_strdup(arena, "A*B");
    for (int i = 0; i < lists; i++)
        for (int j = i + 1; j < lists; j++)
            if (text && i + j > 1) text = lac_arena_printf(arena, "%s + %s*%s", text, names[i], names[j]);
    return text;
}

/* The first result: further ones are other forms of the same method, or other pairs. */
static bool estimate(const struct plan *plan, const struct run *run,
                     const struct lac_estimate_history *history, uint32_t replicate, struct lac_arena *arena,
                     struct outcome *out)
{
    struct lac_results results = {.arena = arena};
    struct lac_estimate_options options = plan->options;
    struct lac_error err;
    options.part = replicate;
    options.interval = run->interval;
    options.aic = run->aic;
    options.model =
        run->model && strcmp(run->model, "pairs") == 0 ? all_pairs(history->lists, arena) : run->model;
    if (run->method->run(history, &options, &results, &err) || results.count == 0) {
        fprintf(stderr, "validate_estimators: %s: %s\n", run->label, err.message);
        return false;
    }
    const struct lac_result *r = &results.item[0];
    *out = (struct outcome){r->estimate, r->lower, r->upper, r->status};
    if (run->lower) {
        out->lower = lac_result_find(r, run->lower);
        out->upper = lac_result_find(r, run->upper);
    }
    return true;
}

static bool run_table(const struct plan *plan, const struct lac_design_table *table, uint32_t replicate,
                      struct outcome *out)
{
    struct lac_arena arena;
    struct lac_estimate_history history;
    struct lac_error err;
    bool good = false;
    lac_arena_init(&arena);
    double *count = LAC_NEW(&arena, double, (size_t)1 << table->lists);
    if (!count) goto cleanup;
    lac_design_draw(table, replicate, count);
    if (lac_estimate_history_init(&history, table->lists, names, count, &arena, &err)) goto cleanup;
    good = true;
    for (int i = 0; good && i < plan->runs; i++)
        good = estimate(plan, &plan->run[i], &history, replicate, &arena, &out[i]);
cleanup:
    lac_arena_release(&arena);
    return good;
}

/* --- over tables ------------------------------------------------------------------------------------------
 */

static double quantile(double *value, int n, double at)
{
    if (n == 0) return NAN;
    lac_sort(value, (size_t)n);
    double h = (n - 1) * at;
    int low = (int)h;
    if (low + 1 >= n || isinf(value[low + 1])) return value[low];
    return value[low] + (h - low) * (value[low + 1] - value[low]);
}

static void print_share(int part, int whole)
{
    if (whole == 0)
        printf(" - |");
    else
        printf(" %.1f |", 100.0 * part / whole);
}

/* Column `run` of the outcomes of `plan->replicates` tables. */
static void print_row(const struct plan *plan, const struct outcome *all, int run, double persons)
{
    double *error = malloc(sizeof *error * (size_t)plan->replicates);
    double *width = malloc(sizeof *width * (size_t)plan->replicates);
    int given = 0, intervals = 0, below = 0, above = 0;
    if (!error || !width) stop("out of memory");
    for (int b = 0; b < plan->replicates; b++) {
        const struct outcome *o = &all[b * plan->runs + run];
        if (o->status != LAC_RESULT_OK || !isfinite(o->estimate)) continue;
        error[given++] = o->estimate / persons - 1;
        if (isnan(o->lower) || isnan(o->upper)) continue;
        width[intervals++] = (o->upper - o->lower) / persons;
        below += o->upper < persons;
        above += o->lower > persons;
    }
    printf("| %s |", plan->run[run].label);
    print_share(given, plan->replicates);
    if (given)
        printf(" %+.1f | %+.1f |", 100 * lac_mean(error, (size_t)given), 100 * quantile(error, given, 0.5));
    else
        printf(" - | - |");
    print_share(intervals, plan->replicates);
    print_share(intervals - below - above, intervals);
    print_share(below, intervals);
    print_share(above, intervals);
    if (intervals)
        printf(" %.2f |\n", quantile(width, intervals, 0.5));
    else
        printf(" - |\n");
    free(error);
    free(width);
}

static void run_design(const struct plan *plan, const struct lac_design_table *table)
{
    struct outcome *all = calloc((size_t)plan->replicates * (size_t)plan->runs, sizeof *all);
    int lost = 0;
    if (!all) stop("out of memory");
#pragma omp parallel num_threads(plan->threads)
    {
        omp_set_num_threads(1); /* tables are the parallel work */
#pragma omp for schedule(dynamic, 1)
        for (int b = 0; b < plan->replicates; b++)
            if (!run_table(plan, table, (uint32_t)b, &all[b * plan->runs])) {
#pragma omp atomic write
                lost = 1;
            }
    }
    if (lost) stop("a method ended with an error");
    printf("\n### Design %c: %s; %d lists, N = %d\n\n", table->design, lac_design_words(table->design),
           table->lists, table->persons);
    printf(
        "| method | given | mean bias | median bias | intervals | coverage | N above | N below | width |\n");
    printf("|---|---|---|---|---|---|---|---|---|\n");
    for (int run = 0; run < plan->runs; run++) print_row(plan, all, run, table->persons);
    fflush(stdout);
    free(all);
}

/* --- command line -----------------------------------------------------------------------------------------
 */

static int64_t whole(const char *text, int64_t low, int64_t high)
{
    int64_t value;
    if (!lac_text_i64(text, &value) || value < low || value > high)
        stop("a number is missing or out of range");
    return value;
}

static int numbers(char *text, int64_t low, int64_t high, int *out)
{
    int n = 0;
    for (char *rest = NULL, *word = strtok_r(text, ",", &rest); word; word = strtok_r(NULL, ",", &rest)) {
        if (n == WORDS_MAX) stop("too many numbers");
        out[n++] = (int)whole(word, low, high);
    }
    return n;
}

static bool read_option(struct plan *plan, const char *name, char *value)
{
    if (strcmp(name, "--designs") == 0)
        plan->designs = value;
    else if (strcmp(name, "--lists") == 0)
        plan->lists_count = numbers(value, 3, LAC_DESIGN_LISTS_MAX, plan->lists);
    else if (strcmp(name, "--persons") == 0)
        plan->persons_count = numbers(value, 10, 10000000, plan->persons);
    else if (strcmp(name, "--replicates") == 0)
        plan->replicates = (int)whole(value, 1, 1000000);
    else if (strcmp(name, "--threads") == 0)
        plan->threads = (int)whole(value, 1, 1024);
    else if (strcmp(name, "--bootstrap") == 0)
        plan->options.bootstrap = whole(value, 0, 1000000);
    else if (strcmp(name, "--seed") == 0)
        plan->options.seed = (uint32_t)whole(value, 0, UINT32_MAX);
    else if (strcmp(name, "--order") == 0)
        plan->options.order = (int)whole(value, 0, 5);
    else if (strcmp(name, "--method") == 0 && plan->only_count < WORDS_MAX)
        plan->only[plan->only_count++] = value;
    else if (strcmp(name, "--skip") == 0 && plan->skip_count < WORDS_MAX)
        plan->skip[plan->skip_count++] = value;
    else
        return false;
    return true;
}

static void read_plan(struct plan *plan, int argc, char **argv)
{
    *plan = (struct plan){.designs = LAC_DESIGN_NAMES,
                          .lists = {4},
                          .lists_count = 1,
                          .persons = {600},
                          .persons_count = 1,
                          .replicates = 500,
                          .threads = omp_get_max_threads()};
    lac_estimate_options_init(&plan->options);
    plan->options.bootstrap = 199;
    for (int i = 1; i < argc; i += 2)
        if (i + 1 == argc || !read_option(plan, argv[i], argv[i + 1]))
            stop("see the head of tests/validation/estimators.c");
    if (strspn(plan->designs, LAC_DESIGN_NAMES) != strlen(plan->designs)) stop("designs are A to F");
}

int main(int argc, char **argv)
{
    static struct plan plan;
    read_plan(&plan, argc, argv);
    list_runs(&plan);
    for (int k = 0; k < plan.lists_count; k++)
        for (int n = 0; n < plan.persons_count; n++)
            for (const char *d = plan.designs; *d; d++)
                run_design(&plan,
                           &(struct lac_design_table){*d, plan.lists[k], plan.persons[n], plan.options.seed});
    return 0;
}
