/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <string.h>
#include "pooled_run.h"
#include "totals.h"

#define EXPECTED_MIN 3.7 /* exp(-3.7) is 2.5 % */

struct lac_forces {
    struct lac_pooled_force *force;
    size_t count;
};

static struct lac_result *total_of(struct lac_results *results)
{
    for (size_t i = 0; i < results->count; i++) {
        struct lac_result *item = &results->item[i];
        if (item->stratum && strcmp(item->stratum, LAC_TOTAL_STRATUM) == 0 &&
            strcmp(item->method, "national") == 0)
            return item;
    }
    return NULL;
}

/* Persons of each stratum by list: share[k] is the part of all persons that list k saw. */
static uint32_t lists_of(const double *count, int lists, double *n, double *size)
{
    uint32_t seen = 0;
    *n = 0;
    memset(size, 0, (size_t)lists * sizeof *size);
    for (unsigned w = 1; w < 1U << lists; w++) {
        *n += count[w];
        if (count[w] > 0) seen |= w;
        for (int k = 0; k < lists; k++)
            if (w >> k & 1U) size[k] += count[w];
    }
    return seen;
}

/* Which lists operate where; how many do not. */
static int set_operating(struct lac_forces *forces, int lists)
{
    double all = 0, total[LAC_POOLED_LISTS] = {0}, n, size[LAC_POOLED_LISTS];
    int absent = 0;
    for (size_t f = 0; f < forces->count; f++) {
        (void)lists_of(forces->force[f].count, lists, &n, size);
        all += n;
        for (int k = 0; k < lists; k++) total[k] += size[k];
    }
    for (size_t f = 0; f < forces->count; f++) {
        uint32_t seen = lists_of(forces->force[f].count, lists, &n, size);
        for (int k = 0; k < lists; k++)
            if (!(seen >> k & 1U) && n * total[k] / all < EXPECTED_MIN) seen |= UINT32_C(1) << k;
        forces->force[f].operating = forces->force[f].returned = seen;
        absent += lists - __builtin_popcount(seen);
    }
    return absent;
}

/* Strata of the table as forces; those with nobody are left out. */
static enum lac_status collect(const struct lac_estimate_table *table,
                               const struct lac_estimate_strata *strata, struct lac_arena *arena,
                               struct lac_forces *forces, struct lac_error *err)
{
    size_t cells = (size_t)1 << table->lists, parts = (size_t)strata->count;
    double *count = LAC_NEW(arena, double, cells *parts);
    forces->force = LAC_NEW(arena, struct lac_pooled_force, parts);
    if (!count || !forces->force) return lac_fail_memory(err, "strata");
    for (int64_t r = 0; r < table->rows; r++)
        count[(size_t)strata->number[r] * cells + table->history[r]] += (double)table->count[r];
    for (size_t s = 0; s < parts; s++) {
        double n = 0;
        for (size_t w = 1; w < cells; w++) n += count[s * cells + w];
        if (n > 0)
            forces->force[forces->count++] = (struct lac_pooled_force){.count = count + s * cells, .size = 1};
    }
    return LAC_OK;
}

enum lac_status lac_pooled_table_total(const struct lac_estimate_table *table,
                                       const struct lac_estimate_strata *strata,
                                       const struct lac_estimate_options *options,
                                       struct lac_results *results, struct lac_error *err)
{
    struct lac_result *total = total_of(results), pooled;
    struct lac_results fresh = {.arena = results->arena};
    struct lac_estimate_options own = *options;
    struct lac_forces forces = {0};
    if (!total || table->captures || table->lists > LAC_POOLED_LISTS) return LAC_OK;
    enum lac_status st = collect(table, strata, results->arena, &forces, err);
    if (st || forces.count < LAC_POOLED_FORCES_MIN) return st;
    int absent = set_operating(&forces, table->lists);
    const struct lac_pooled_input input = {.data = {table->lists, forces.count, forces.force}};
    struct lac_result *made = lac_results_add(&fresh, total->method);
    if (!made) return lac_fail_memory(err, "results");
    made->stratum = total->stratum;
    own.part = (uint32_t)strata->count;
    if ((st = lac_pooled_run(&input, &own, made, err))) return st;
    lac_result_number(made, "sum_of_strata", total->estimate);
    if (absent)
        lac_result_note(
            made, "lists with nobody where %.1f or more were to be expected are taken not to operate: %d",
            EXPECTED_MIN, absent);
    pooled = *made;
    *total = pooled;
    return LAC_OK;
}
