/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Bias and coverage of every estimator on populations of known size (designs.h), as Markdown tables.
 *
 *   validate_estimators [--designs ABCDEF] [--lists 3,4] [--persons 600,3000] [--replicates 500] [--bootstrap
 * 199]
 *                       [--method NAME]... [--skip NAME]... [--order N] [--seed 1] [--threads N]
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

/* A method with its options; interval and model NULL: the method's own. Estimate and limits by name are
 * numbers of the result that stand in for its own. */
struct run {
    const struct lac_estimate_method *method;
    const char *label, *interval, *model;
    bool aic;
    const char *estimate, *lower, *upper;
};

/* What the list of methods does not hold by itself. The lists are called A, B, C, D, E. Runs of one method
 * with the same options stand together: it is run once for them. */
static const struct {
    const char *method;
    struct run run;
} variants[] = {
    {"lincoln-petersen", {.label = "lincoln-petersen A,B", .model = "A,B"}},
    {"chapman", {.label = "chapman A,B", .model = "A,B"}},
    {"loglinear", {.label = "loglinear all pairs, lognormal", .interval = "lognormal", .model = "pairs"}},
    {"loglinear", {.label = "loglinear all pairs, profile", .interval = "profile", .model = "pairs"}},
    {"loglinear-all", {.label = "loglinear-all AIC, wald", .interval = "wald", .aic = true}},
    {"loglinear-all", {.label = "loglinear-all, lognormal", .interval = "lognormal"}},
    {"loglinear-all", {.label = "loglinear-all, bootstrap", .interval = "bootstrap"}},
    {"loglinear-stepwise", {.label = "loglinear-stepwise, lognormal", .interval = "lognormal"}},
    {"national",
     {.label = "national without delta (a)", .lower = "model_only_lower", .upper = "model_only_upper"}},
    {"national", {.label = "national, floor", .estimate = "floor_estimate", .lower = "-", .upper = "-"}},
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
        for (size_t v = 0; v < sizeof variants / sizeof *variants; v++) {
            struct run run = variants[v].run;
            run.method = method;
            if (strcmp(variants[v].method, method->name) == 0) add_run(plan, run);
        }
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

static bool same_word(const char *a, const char *b)
{
    return a == b || (a && b && strcmp(a, b) == 0);
}

static bool same_options(const struct run *a, const struct run *b)
{
    return a->method == b->method && a->aic == b->aic && same_word(a->interval, b->interval) &&
           same_word(a->model, b->model);
}

static bool run_method(const struct plan *plan, const struct run *run,
                       const struct lac_estimate_history *history, uint32_t replicate,
                       struct lac_results *results)
{
    struct lac_estimate_options options = plan->options;
    struct lac_error err;
    options.part = replicate;
    options.interval = run->interval;
    options.aic = run->aic;
    options.model = same_word(run->model, "pairs") ? all_pairs(history->lists, results->arena) : run->model;
    results->count = 0;
    if (run->method->run(history, &options, results, &err) == LAC_OK && results->count > 0) return true;
    fprintf(stderr, "validate_estimators: %s: %s\n", run->label, err.message);
    return false;
}

static double number_or(const struct lac_result *result, const char *name, double own)
{
    return name ? lac_result_find(result, name) : own;
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
    struct lac_results results = {.arena = &arena};
    for (int i = 0; good && i < plan->runs; i++) {
        const struct run *run = &plan->run[i];
        if (i == 0 || !same_options(run, run - 1))
            good = run_method(plan, run, &history, replicate, &results);
        /* the first result: further ones are other forms of the method */
        const struct lac_result *r = good ? &results.item[0] : NULL;
        if (good)
            out[i] =
                (struct outcome){number_or(r, run->estimate, r->estimate), number_or(r, run->lower, r->lower),
                                 number_or(r, run->upper, r->upper), r->status};
    }
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
