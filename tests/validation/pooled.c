/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Bias, coverage and width of partial pooling over forces on nations of known size, beside a national table
 * that ignores forces and gaps, and a model for every force with the estimates added up.
 *
 *   validate_pooled [--persons 2500,6000,20000] [--replicates 120] [--draws 600] [--seed 1] [--gaps 6]
 *                   [--operate 20]
 *
 * The nations are those of nations.h, the same whatever the methods.
 */
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/random.h"
#include "base/sum.h"
#include "lincoln_petersen.h"
#include "national.h"
#include "nations.h"
#include "pooled_draw.h"
#include "pooled_vary.h"

#define DELTA 0.35

enum { POOLED, POOLED_DELTA, IGNORED, ADDED, GROUPED, FIXED, METHODS };
static const char *const words[METHODS] = {
    "partial pooling",       "partial pooling, delta",   "one table, forces and gaps ignored",
    "force by force, added", "by lists returned, added", "forces as fixed effects"};

struct plan {
    struct nation_plan nation;
    int replicates;
    size_t draws;
};

struct outcome {
    double estimate, lower, upper;
};

static struct outcome percentiles(double n, double point, double *unseen, size_t draws)
{
    lac_sort(unseen, draws);
    return (struct outcome){n + point, n + lac_quantile7(unseen, draws, .025),
                            n + lac_quantile7(unseen, draws, .975)};
}

static bool by_pooling(const struct plan *plan, const struct nation *nation, struct lac_arena *arena,
                       struct outcome *outcome, struct lac_error *err)
{
    const struct lac_pooled_data data = {LISTS, FORCES, nation->force};
    const struct lac_pooled_terms terms = {63, false};
    const struct lac_pooled_drawing drawing = {.seed = plan->nation.seed, .draws = plan->draws};
    struct lac_pooled_draws draws;
    struct lac_pooled *pooled;
    double n = 0, point = 0;
    if (lac_pooled_new(&data, &terms, arena, &pooled, err) || !lac_pooled_fit(pooled) ||
        lac_pooled_draw(pooled, &drawing, arena, &draws, err))
        return false;
    for (size_t f = 0; f < FORCES; f++) {
        n += lac_pooled_seen(pooled, f);
        point += lac_pooled_unseen(pooled, f, lac_pooled_parameters(pooled));
    }
    for (size_t b = 0; b < plan->draws; b++) {
        struct lac_random random;
        lac_random_init(&random, plan->nation.seed, LAC_PURPOSE_DELTA, (uint32_t)b, 0, 0);
        draws.force_unseen[b] = draws.unseen[b] * exp(DELTA * lac_random_normal(&random));
    }
    outcome[POOLED] = percentiles(n, point, draws.unseen, plan->draws);
    outcome[POOLED_DELTA] = percentiles(n, point, draws.force_unseen, plan->draws);
    return true;
}

/* Log-normal interval of the best two-way model by BIC of one table. */
static bool by_table(const double *count, struct lac_arena *arena, double *n, double *unseen, double *se,
                     struct lac_error *err)
{
    const char *name[LISTS] = {"A", "B", "C", "D"};
    double *own = LAC_NEW(arena, double, CELLS);
    struct lac_estimate_history history;
    struct lac_national *national = LAC_NEW(arena, struct lac_national, 1);
    int lists = 0;
    if (!own || !national) return false;
    uint32_t seen = 0;
    for (unsigned w = 1; w < CELLS; w++)
        if (count[w] > 0) seen |= w;
    for (unsigned w = 1; w < CELLS; w++) {
        unsigned compact = 0, at = 0;
        for (int k = 0; k < LISTS; k++)
            if (seen >> k & 1U) compact |= (w >> k & 1U) << at++;
        if ((w & ~seen) == 0) own[compact] += count[w];
    }
    lists = __builtin_popcount(seen);
    if (lists < 2 || lac_estimate_history_init(&history, lists, name, own, arena, err)) return false;
    *n = history.n;
    if (lists == 2) {
        struct lac_simple simple;
        lac_chapman(&history, 0, 1, .95, &simple);
        *unseen = simple.estimate - history.n;
        *se = simple.se;
        return true;
    }
    if (lac_national_search(&history, national, err) || national->kept == 0) return false;
    size_t best = 0;
    while (best < national->kept && national->item[best].h) best++;
    if (best == national->kept) return false;
    *unseen = exp(national->item[best].fit.log_n0);
    *se = national->item[best].fit.se;
    return true;
}

static struct outcome lognormal(double n, double unseen, double se)
{
    double c = exp(1.96 * sqrt(log(1 + se * se / (unseen * unseen))));
    return (struct outcome){n + unseen, n + unseen / c, n + unseen * c};
}

static void by_tables(const struct nation *nation, struct lac_arena *arena, struct outcome *outcome,
                      struct lac_error *err)
{
    double all[CELLS] = {0}, n, unseen, se, total_n = 0, total = 0, variance = 0;
    for (int f = 0; f < FORCES; f++)
        for (int w = 1; w < CELLS; w++) all[w] += nation->count[f][w];
    outcome[IGNORED] = outcome[ADDED] = (struct outcome){(double)NAN, (double)NAN, (double)NAN};
    if (by_table(all, arena, &n, &unseen, &se, err)) outcome[IGNORED] = lognormal(n, unseen, se);
    for (int f = 0; f < FORCES; f++) {
        if (!by_table(nation->count[f], arena, &n, &unseen, &se, err)) {
            for (int w = 1; w < CELLS; w++) total_n += nation->count[f][w]; /* no estimate: those seen */
            continue;
        }
        total_n += n;
        total += unseen;
        variance += se * se;
    }
    outcome[ADDED] = lognormal(total_n, total, sqrt(variance));
}

/* Forces with the same lists as one table each, their estimates and variances added. */
static void by_groups(const struct nation *nation, struct lac_arena *arena, struct outcome *outcome,
                      struct lac_error *err)
{
    double n = 0, unseen = 0, variance = 0;
    for (int f = 0; f < FORCES; f++) {
        double group[CELLS] = {0}, here, there, se;
        bool first = true;
        for (int g = 0; g < FORCES; g++) {
            if (nation->force[g].returned != nation->force[f].returned) continue;
            first &= g >= f;
            for (int w = 1; w < CELLS; w++) group[w] += nation->count[g][w];
        }
        if (!first) continue;
        if (by_table(group, arena, &here, &there, &se, err)) {
            n += here;
            unseen += there;
            variance += se * se;
            continue;
        }
        for (int w = 1; w < CELLS; w++) n += group[w];
    }
    outcome[GROUPED] = lognormal(n, unseen, sqrt(variance));
}

static void by_fixed_effects(const struct plan *plan, const struct nation *nation, struct lac_arena *arena,
                             struct outcome *outcome, struct lac_error *err)
{
    const struct lac_pooled_input input = {.data = {LISTS, FORCES, nation->force}};
    const struct lac_pooled_trial trial = {
        .input = &input, .seed = plan->nation.seed, .draws = plan->draws, .fixed_variance = 25};
    struct lac_pooled_outcome found;
    outcome[FIXED] = (struct outcome){(double)NAN, (double)NAN, (double)NAN};
    if (lac_pooled_try(&trial, arena, &found, err) || !found.fitted) return;
    outcome[FIXED] = lognormal(found.n, found.unseen, found.log_error * found.unseen);
}

static void report(const struct plan *plan, const struct outcome *outcome)
{
    double *relative = malloc((size_t)plan->replicates * sizeof *relative);
    double *width = malloc((size_t)plan->replicates * sizeof *width);
    if (!relative || !width) exit(5);
    for (int m = 0; m < METHODS; m++) {
        size_t ok = 0, below = 0, above = 0;
        double square = 0;
        for (int r = 0; r < plan->replicates; r++) {
            const struct outcome *o = &outcome[r * METHODS + m];
            if (!isfinite(o->estimate)) continue;
            relative[ok] = o->estimate / plan->nation.persons - 1;
            square += pow(log(o->estimate / plan->nation.persons), 2);
            width[ok++] = (o->upper - o->lower) / plan->nation.persons;
            below += o->upper < plan->nation.persons;
            above += o->lower > plan->nation.persons;
        }
        lac_sort(relative, ok);
        lac_sort(width, ok);
        printf("| %d | %s | %+.1f %% | %.3f | %.0f %% | %.1f / %.1f %% | %.2f | %zu |\n",
               plan->nation.persons, words[m], 100 * lac_quantile7(relative, ok, .5),
               sqrt(square / (double)ok), 100.0 * (double)(ok - below - above) / (double)ok,
               100.0 * (double)below / (double)ok, 100.0 * (double)above / (double)ok,
               lac_quantile7(width, ok, .5), (size_t)plan->replicates - ok);
    }
    free(relative);
    free(width);
}

static void run(const struct plan *plan)
{
    struct outcome *outcome = calloc((size_t)plan->replicates * METHODS, sizeof *outcome);
    if (!outcome) exit(5);
#pragma omp parallel for schedule(dynamic, 1)
    for (int r = 0; r < plan->replicates; r++) {
        struct nation nation;
        struct lac_arena arena;
        struct lac_error err;
        struct outcome *mine = outcome + (ptrdiff_t)r * METHODS;
        lac_error_init(&err);
        lac_arena_init(&arena);
        nation_make(&plan->nation, r, &nation);
        mine[POOLED] = mine[POOLED_DELTA] = (struct outcome){(double)NAN, (double)NAN, (double)NAN};
        (void)by_pooling(plan, &nation, &arena, mine, &err);
        by_tables(&nation, &arena, mine, &err);
        by_groups(&nation, &arena, mine, &err);
        by_fixed_effects(plan, &nation, &arena, mine, &err);
        lac_arena_release(&arena);
    }
    report(plan, outcome);
    fflush(stdout);
    free(outcome);
}

int main(int argc, char **argv)
{
    struct plan plan = {.nation = {.seed = 1, .gaps = 6, .operate = 20}, .replicates = 120, .draws = 600};
    const char *persons = "2500,6000,20000";
    for (int i = 1; i + 1 < argc; i += 2) {
        if (strcmp(argv[i], "--persons") == 0) persons = argv[i + 1];
        if (strcmp(argv[i], "--replicates") == 0) plan.replicates = atoi(argv[i + 1]);
        if (strcmp(argv[i], "--draws") == 0) plan.draws = (size_t)atoi(argv[i + 1]);
        if (strcmp(argv[i], "--seed") == 0) plan.nation.seed = (uint32_t)atoi(argv[i + 1]);
        if (strcmp(argv[i], "--gaps") == 0) plan.nation.gaps = atoi(argv[i + 1]);
        if (strcmp(argv[i], "--operate") == 0) plan.nation.operate = atoi(argv[i + 1]);
    }
    puts("| persons | method | median bias | RMSE of log N | coverage | truth above / below | width / N | no "
         "estimate |");
    puts("|---|---|---|---|---|---|---|---|");
    while (*persons) {
        char *end;
        plan.nation.persons = (int)strtol(persons, &end, 10);
        if (plan.nation.persons <= 0) return 2;
        run(&plan);
        persons = *end ? end + 1 : end;
    }
    return 0;
}
