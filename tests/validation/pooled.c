/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Bias, coverage and width of partial pooling over forces on nations of known size, beside a national table
 * that ignores forces and gaps, and a model for every force with the estimates added up.
 *
 *   validate_pooled [--persons 2500,6000,20000] [--replicates 120] [--draws 600] [--seed 1] [--gaps 6]
 *                   [--operate 20]
 *
 * 43 forces of log-normal sizes (sd .8); four lists with chances .25 .18 .12 .08, lower in big forces (slope
 * -.25 in the logarithm of size), differing by force (sd .4 on the logit); list 4 operates in 20 forces; list
 * 3 was not returned by 6; who is on list 1 has e times the odds to be on list 2. The same nations whatever
 * the methods.
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
#include "pooled_draw.h"

#define FORCES 43
#define LISTS 4
#define CELLS (1 << LISTS)
#define DELTA 0.35

enum { POOLED, POOLED_DELTA, IGNORED, ADDED, METHODS };
static const char *const words[METHODS] = {"partial pooling", "partial pooling, delta",
                                           "one table, forces and gaps ignored", "force by force, added"};

struct plan {
    int persons, replicates;
    size_t draws;
    uint32_t seed;
    int gaps, operate;
};

struct nation {
    double count[FORCES][CELLS];
    struct lac_pooled_force force[FORCES];
};

struct outcome {
    double estimate, lower, upper;
};

static double logistic(double x)
{
    return 1 / (1 + exp(-x));
}

static unsigned catch_person(struct lac_random *random, const double *logit, uint32_t operating)
{
    unsigned w = 0;
    for (int k = 0; k < LISTS; k++) {
        double chance = logistic(logit[k] + (k == 1 && (w & 1U) ? 1 : 0));
        if (lac_random_uniform(random) < chance && (operating >> k & 1U)) w |= 1U << k;
    }
    return w;
}

static void make_nation(const struct plan *plan, int replicate, struct nation *nation)
{
    static const double base[LISTS] = {.25, .18, .12, .08};
    struct lac_random random;
    double weight[FORCES], logit[FORCES][LISTS];
    int64_t size[FORCES];
    memset(nation, 0, sizeof *nation);
    lac_random_init(&random, plan->seed, LAC_PURPOSE_SIMULATE, (uint32_t)replicate, (uint32_t)plan->persons,
                    0);
    for (int f = 0; f < FORCES; f++) weight[f] = exp(.8 * lac_random_normal(&random));
    lac_random_multinomial(&random, (uint64_t)plan->persons, FORCES, weight, size);
    for (int f = 0; f < FORCES; f++) {
        struct lac_pooled_force *force = &nation->force[f];
        *force = (struct lac_pooled_force){f < plan->operate ? 15 : 7, 0, nation->count[f], 1};
        force->returned = f % 7 == 3 && f / 7 < plan->gaps ? force->operating & ~4U : force->operating;
        for (int k = 0; k < LISTS; k++)
            logit[f][k] =
                log(base[k] / (1 - base[k])) + .4 * lac_random_normal(&random) - .25 * log(weight[f]);
        for (int64_t i = 0; i < size[f]; i++)
            nation->count[f][catch_person(&random, logit[f], force->operating) & force->returned]++;
        nation->count[f][0] = 0;
    }
}

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
    const struct lac_pooled_drawing drawing = {.seed = plan->seed, .draws = plan->draws};
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
        lac_random_init(&random, plan->seed, LAC_PURPOSE_DELTA, (uint32_t)b, 0, 0);
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
            relative[ok] = o->estimate / plan->persons - 1;
            square += pow(log(o->estimate / plan->persons), 2);
            width[ok++] = (o->upper - o->lower) / plan->persons;
            below += o->upper < plan->persons;
            above += o->lower > plan->persons;
        }
        lac_sort(relative, ok);
        lac_sort(width, ok);
        printf("| %d | %s | %+.1f %% | %.3f | %.0f %% | %.1f / %.1f %% | %.2f | %zu |\n", plan->persons,
               words[m], 100 * lac_quantile7(relative, ok, .5), sqrt(square / (double)ok),
               100.0 * (double)(ok - below - above) / (double)ok, 100.0 * (double)below / (double)ok,
               100.0 * (double)above / (double)ok, lac_quantile7(width, ok, .5),
               (size_t)plan->replicates - ok);
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
        make_nation(plan, r, &nation);
        mine[POOLED] = mine[POOLED_DELTA] = (struct outcome){(double)NAN, (double)NAN, (double)NAN};
        (void)by_pooling(plan, &nation, &arena, mine, &err);
        by_tables(&nation, &arena, mine, &err);
        lac_arena_release(&arena);
    }
    report(plan, outcome);
    fflush(stdout);
    free(outcome);
}

int main(int argc, char **argv)
{
    struct plan plan = {.replicates = 120, .draws = 600, .seed = 1, .gaps = 6, .operate = 20};
    const char *persons = "2500,6000,20000";
    for (int i = 1; i + 1 < argc; i += 2) {
        if (strcmp(argv[i], "--persons") == 0) persons = argv[i + 1];
        if (strcmp(argv[i], "--replicates") == 0) plan.replicates = atoi(argv[i + 1]);
        if (strcmp(argv[i], "--draws") == 0) plan.draws = (size_t)atoi(argv[i + 1]);
        if (strcmp(argv[i], "--seed") == 0) plan.seed = (uint32_t)atoi(argv[i + 1]);
        if (strcmp(argv[i], "--gaps") == 0) plan.gaps = atoi(argv[i + 1]);
        if (strcmp(argv[i], "--operate") == 0) plan.operate = atoi(argv[i + 1]);
    }
    puts("| persons | method | median bias | RMSE of log N | coverage | truth above / below | width / N | no "
         "estimate |");
    puts("|---|---|---|---|---|---|---|---|");
    while (*persons) {
        char *end;
        plan.persons = (int)strtol(persons, &end, 10);
        if (plan.persons <= 0) return 2;
        run(&plan);
        persons = *end ? end + 1 : end;
    }
    return 0;
}
