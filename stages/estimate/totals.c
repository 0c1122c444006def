/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "totals.h"
#include <math.h>
#include <string.h>
#include "base/sum.h"
#include "bca.h"
#include "interval.h"

/* One total in the making: which result of every stratum it adds up. */
struct total {
    struct lac_results *results;
    const struct lac_estimate_strata *strata;
    const double *n;
    double level;
    const char *method, *model; /* model: NULL when a stratum has one result of the method */
    size_t *part;               /* index of the stratum's result; SIZE_MAX: none */
};

static bool same_text(const char *a, const char *b)
{
    return a == b || (a && b && strcmp(a, b) == 0);
}

/* Whether a stratum has more than one result of the method: those of a stratum and method stand together. */
static bool several(const struct lac_results *results, size_t count, const char *method)
{
    for (size_t i = 0; i + 1 < count; i++)
        if (strcmp(results->item[i].method, method) == 0 &&
            strcmp(results->item[i + 1].method, method) == 0 &&
            same_text(results->item[i].stratum, results->item[i + 1].stratum))
            return true;
    return false;
}

static void find_parts(struct total *total, size_t count)
{
    for (int s = 0; s < total->strata->count; s++) {
        total->part[s] = SIZE_MAX;
        for (size_t i = 0; i < count && total->part[s] == SIZE_MAX; i++) {
            const struct lac_result *item = &total->results->item[i];
            if (same_text(item->stratum, total->strata->label[s]) &&
                strcmp(item->method, total->method) == 0 &&
                (!total->model || !item->model || same_text(item->model, total->model)))
                total->part[s] = i;
        }
    }
}

static const struct lac_result *part_of(const struct total *total, int s)
{
    return total->part[s] == SIZE_MAX ? NULL : &total->results->item[total->part[s]];
}

/* Refuses when a stratum has no estimate; says which and why. */
static bool refuse(const struct total *total, struct lac_result *result)
{
    int without = 0;
    double others = 0;
    for (int s = 0; s < total->strata->count; s++) {
        const struct lac_result *part = part_of(total, s);
        if (part && part->status == LAC_RESULT_OK) {
            others += part->estimate;
            continue;
        }
        if (++without <= 5)
            lac_result_note(result, "no total: %s is %s%s%s", total->strata->label[s],
                            part ? lac_result_status_word(part->status) : "without it",
                            part && part->notes ? ": " : "", part && part->notes ? part->note[0] : "");
    }
    if (without == 0) return false;
    result->status = LAC_RESULT_REFUSED;
    lac_result_number(result, "strata_without_estimate", without);
    lac_result_number(result, "sum_of_others", others);
    lac_result_note(result, "the other %d strata add up to %.1f, which leaves out %d and is not a total",
                    total->strata->count - without, others, without);
    return true;
}

/* The replicates that every stratum has. Replicate b is the same draw however many there are. */
static size_t common_replicates(const struct total *total)
{
    size_t b = part_of(total, 0)->replicate_count;
    for (int s = 1; s < total->strata->count; s++)
        if (part_of(total, s)->replicate_count < b) b = part_of(total, s)->replicate_count;
    return b;
}

static enum lac_status by_replicates(const struct total *total, size_t b, struct lac_result *result,
                                     struct lac_error *err)
{
    double *sum = LAC_NEW(result->arena, double, b), *sorted = LAC_NEW(result->arena, double, b);
    size_t failed = 0;
    if (!sum || !sorted) return lac_fail_memory(err, "replicates of a total");
    for (size_t i = 0; i < b; i++) {
        for (int s = 0; s < total->strata->count; s++) sum[i] += part_of(total, s)->replicate[i];
        failed += isinf(sum[i]) != 0;
    }
    memcpy(sorted, sum, b * sizeof *sum);
    lac_sort(sorted, b);
    struct lac_estimate_limits limits = lac_estimate_percentile(sorted, b, total->level);
    double mean = lac_mean(sum, b), squares = 0;
    for (size_t i = 0; i < b; i++) squares += (sum[i] - mean) * (sum[i] - mean);
    result->se = b > 1 && isfinite(mean) ? sqrt(squares / (double)(b - 1)) : (double)NAN;
    result->interval = "percentile";
    result->lower = limits.lower;
    result->upper = limits.upper;
    result->replicate = sum;
    result->replicate_count = b;
    lac_result_number(result, "replicates", (double)b);
    lac_result_number(result, "failed_replicates", (double)failed);
    lac_result_note(result, "interval of the sums of replicates, replicate by replicate");
    if (failed)
        lac_result_note(result, "%zu of %zu replicates lack a stratum's estimate and count as infinite",
                        failed, b);
    if (limits.lower_extreme || limits.upper_extreme)
        lac_result_note(result, "a limit rests on extreme replicates: use more of them");
    return LAC_OK;
}

static void by_errors(const struct total *total, double n, struct lac_result *result)
{
    double variance = 0;
    struct lac_interval interval;
    for (int s = 0; s < total->strata->count; s++) variance += part_of(total, s)->se * part_of(total, s)->se;
    if (!isfinite(variance)) return;
    result->se = sqrt(variance);
    if (!lac_interval_lognormal(n, result->estimate - n, result->se, total->level, &interval)) return;
    result->interval = "lognormal";
    result->lower = interval.lower;
    result->upper = interval.upper;
    lac_result_note(result, "strata taken as independent: their variances add up");
}

static enum lac_status add_one(struct total *total, size_t count, struct lac_error *err)
{
    find_parts(total, count);
    struct lac_result *result = lac_results_add(total->results, total->method);
    double n = 0;
    if (!result) return lac_fail_memory(err, "results");
    result->stratum = LAC_TOTAL_STRATUM;
    result->model = total->model;
    result->level = total->level;
    lac_result_number(result, "strata", total->strata->count);
    if (refuse(total, result)) return LAC_OK;
    result->status = LAC_RESULT_OK;
    result->estimate = 0;
    for (int s = 0; s < total->strata->count; s++) {
        result->estimate += part_of(total, s)->estimate;
        n += total->n[s];
    }
    size_t b = common_replicates(total);
    if (b > 0) return by_replicates(total, b, result, err);
    by_errors(total, n, result);
    return LAC_OK;
}

enum lac_status lac_estimate_totals_add(struct lac_results *results, const struct lac_estimate_strata *strata,
                                        const double *n, double level, struct lac_error *err)
{
    size_t count = results->count;
    struct total total = {.results = results, .strata = strata, .n = n, .level = level};
    if (strata->count < 2) return LAC_OK;
    total.part = LAC_NEW(results->arena, size_t, strata->count);
    if (!total.part) return lac_fail_memory(err, "totals");
    for (size_t i = 0; i < count; i++) {
        bool apart = several(results, count, results->item[i].method), done = false;
        total.method = results->item[i].method;
        total.model = apart ? results->item[i].model : NULL;
        if (apart && !total.model) continue; /* refused as a whole in this stratum */
        for (size_t t = count; t < results->count; t++)
            done |= strcmp(results->item[t].method, total.method) == 0 &&
                    same_text(results->item[t].model, total.model);
        if (done) continue;
        enum lac_status st = add_one(&total, count, err);
        if (st) return st;
    }
    return LAC_OK;
}
