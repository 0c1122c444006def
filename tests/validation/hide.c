/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hide.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "national.h"
#include "pooled_vary.h"

#define HIDDEN 6U /* lists 2 and 3 */

static double pooled(const struct nation *nation, bool as_nobody, struct lac_arena *arena)
{
    const struct lac_pooled_input input = {.data = {LISTS, FORCES, nation->force}};
    struct lac_pooled_input changed;
    struct lac_pooled_change change;
    struct lac_pooled_outcome outcome;
    struct lac_error err;
    const struct lac_pooled_trial trial = {.input = &changed};
    lac_error_init(&err);
    lac_pooled_as_is(&input, &change);
    change.missing_as_nobody = as_nobody;
    if (lac_pooled_vary(&input, &change, arena, &changed, &err) ||
        lac_pooled_try(&trial, arena, &outcome, &err) || !outcome.fitted)
        return (double)NAN;
    return outcome.n + outcome.unseen;
}

static double one_table(const struct nation *nation, struct lac_arena *arena)
{
    const char *name[LISTS] = {"A", "B", "C", "D"};
    struct lac_estimate_history history;
    struct lac_error err;
    double *count = LAC_NEW(arena, double, CELLS);
    struct lac_national *national = LAC_NEW(arena, struct lac_national, 1);
    lac_error_init(&err);
    if (!count || !national) return (double)NAN;
    for (int f = 0; f < FORCES; f++)
        for (int w = 1; w < CELLS; w++) count[w] += nation->count[f][w];
    if (lac_estimate_history_init(&history, LISTS, name, count, arena, &err) ||
        lac_national_search(&history, national, &err))
        return (double)NAN;
    return national->estimate;
}

/* Six of the forces lose two lists: who was on others too is seen by these alone. */
static void hide(struct nation *nation)
{
    for (int f = 3; f < FORCES; f += 7) {
        double kept[CELLS] = {0};
        for (unsigned w = 1; w < CELLS; w++) kept[w & ~HIDDEN] += nation->count[f][w];
        kept[0] = 0;
        memcpy(nation->count[f], kept, sizeof kept);
        nation->force[f].returned &= ~HIDDEN;
    }
}

struct hidden_estimates hide_and_estimate(int persons, int seed)
{
    const struct nation_plan plan = {
        .persons = persons, .seed = (uint32_t)seed, .operate = FORCES, .classes = true};
    struct nation *nation = calloc(1, sizeof *nation);
    struct lac_arena arena;
    struct hidden_estimates found = {(double)NAN, (double)NAN, (double)NAN, (double)NAN, (double)NAN};
    if (!nation) return found;
    lac_arena_init(&arena);
    nation_make(&plan, seed, nation);
    found.full = pooled(nation, false, &arena);
    found.table = one_table(nation, &arena);
    hide(nation);
    found.missing = pooled(nation, false, &arena);
    found.nobody = pooled(nation, true, &arena);
    found.table_nobody = one_table(nation, &arena);
    lac_arena_release(&arena);
    free(nation);
    return found;
}

struct hidden_distances hidden_distances_of(const struct hidden_estimates *found, int n)
{
    struct hidden_distances sum = {0};
    for (int s = 0; s < n; s++) {
        double missing = log(found[s].missing / found[s].full), nobody = log(found[s].nobody / found[s].full);
        sum.missing += missing * missing / n;
        sum.nobody += nobody * nobody / n;
        sum.table_nobody += pow(log(found[s].table_nobody / found[s].table), 2) / n;
        sum.nearer += fabs(missing) < fabs(nobody);
    }
    sum.missing = sqrt(sum.missing);
    sum.nobody = sqrt(sum.nobody);
    sum.table_nobody = sqrt(sum.table_nobody);
    return sum;
}
