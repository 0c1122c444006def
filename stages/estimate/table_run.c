/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "table_run.h"
#include <math.h>
#include <string.h>
#include "pooled_run.h"
#include "table_frequencies.h"
#include "totals.h"

/* Moves the lists of `seen` together: bit k of the result is the k-th list of `seen` in `history`. */
static unsigned compact(unsigned history, unsigned seen)
{
    unsigned out = 0, place = 0;
    for (unsigned k = 0; seen >> k; k++)
        if (seen >> k & 1U) out |= (history >> k & 1U) << place++;
    return out;
}

static bool in_part(const struct lac_estimate_part *from, int64_t row)
{
    return from->number == NULL || from->number[row] == from->part;
}

/* The history table that stands for frequencies. */
static enum lac_status frequency_history(const struct lac_estimate_part *from, struct lac_arena *arena,
                                         struct lac_estimate_history *history, struct lac_error *err)
{
    double f[LAC_ESTIMATE_TABLE_LISTS + 1];
    int lists = from->table->lists;
    const char **name = LAC_NEW(arena, const char *, LAC_ESTIMATE_TABLE_LISTS);
    double *count = LAC_NEW(arena, double, (size_t)1 << lists);
    if (!name || !count) return lac_fail_memory(err, "a table");
    for (int k = 0; k < lists; k++)
        if (!(name[k] = lac_arena_printf(arena, "%d", k + 1))) return lac_fail_memory(err, "a table");
    lac_estimate_table_captured(from->table, from->number, from->part, f);
    lac_frequencies_spread(lists, f, count);
    return lac_estimate_history_init(history, lists, name, count, arena, err);
}

enum lac_status lac_estimate_table_history(const struct lac_estimate_part *from, struct lac_arena *arena,
                                           struct lac_estimate_history *history, const char **dropped,
                                           struct lac_error *err)
{
    const struct lac_estimate_table *table = from->table;
    unsigned seen = 0;
    *dropped = "";
    if (table->captures) return frequency_history(from, arena, history, err);
    for (int64_t r = 0; r < table->rows; r++)
        if (in_part(from, r) && table->count[r] > 0) seen |= table->history[r];
    int lists = __builtin_popcount(seen), place = 0;
    const char **name = LAC_NEW(arena, const char *, LAC_ESTIMATE_TABLE_LISTS);
    double *count = LAC_NEW(arena, double, (size_t)1 << lists);
    if (!name || !count) return lac_fail_memory(err, "a table");
    for (int k = 0; k < table->lists; k++) {
        if (seen >> k & 1U)
            name[place++] = table->list[k];
        else
            *dropped = lac_arena_printf(arena, "%s%s%s", *dropped, **dropped ? " " : "", table->list[k]);
        if (!*dropped) return lac_fail_memory(err, "a table");
    }
    for (int64_t r = 0; r < table->rows; r++)
        if (in_part(from, r)) count[compact(table->history[r], seen)] += (double)table->count[r];
    return lac_estimate_history_init(history, lists, name, count, arena, err);
}

static enum lac_status refuse(const struct lac_estimate_method *method, const char *why,
                              struct lac_results *results, struct lac_error *err)
{
    struct lac_result *result = lac_results_add(results, method->name);
    if (!result) return lac_fail_memory(err, "results");
    result->status = LAC_RESULT_REFUSED;
    lac_result_note(result, "%s", why);
    return LAC_OK;
}

/* The likelihood of the frequencies instead of that of the table that stands for them. */
static void frequency_criteria(const struct lac_estimate_history *history, struct lac_result *result)
{
    double f[LAC_ESTIMATE_TABLE_LISTS + 1] = {0};
    for (unsigned w = 1; w < 1U << history->lists; w++) f[__builtin_popcount(w)] += history->count[w];
    double constant = lac_frequencies_constant(history->lists, f);
    result->aic -= 2 * constant;
    result->bic -= 2 * constant;
}

/* Why a method cannot run on a stratum; NULL when it can. */
static const char *obstacle(const struct lac_estimate_table *table, const struct lac_estimate_method *method,
                            const struct lac_estimate_history *history)
{
    if (!(history->n > 0)) return "nobody was seen in this stratum";
    if (history->lists < 2) return "fewer than two lists saw anybody in this stratum";
    if (table->captures && !lac_estimate_method_frequencies(method))
        return "needs to know on which lists persons are: the table only tells on how many";
    return NULL;
}

static enum lac_status run_method(const struct lac_estimate_table_job *job,
                                  const struct lac_estimate_method *method,
                                  const struct lac_estimate_history *history, struct lac_results *results,
                                  struct lac_error *err)
{
    size_t before = results->count;
    double started = job->clock();
    const char *why = obstacle(job->table, method, history);
    enum lac_status st =
        why ? refuse(method, why, results, err) : method->run(history, job->options, results, err);
    for (size_t i = before; !st && !why && job->table->captures && i < results->count; i++)
        frequency_criteria(history, &results->item[i]);
    for (size_t i = before; !st && i < results->count; i++) results->item[i].seconds = job->clock() - started;
    return st;
}

enum lac_status lac_estimate_table_run(const struct lac_estimate_table_job *job, struct lac_results *results,
                                       struct lac_error *err)
{
    struct lac_estimate_options options = *job->options;
    struct lac_estimate_table_job own = *job;
    enum lac_status st = LAC_OK;
    double *n = LAC_NEW(results->arena, double, job->strata->count);
    if (!n) return lac_fail_memory(err, "strata");
    own.options = &options;
    options.keep_replicates |= job->strata->count > 1;
    for (int part = 0; !st && part < job->strata->count; part++) {
        struct lac_estimate_part from = {job->table, job->strata->number, part};
        struct lac_estimate_history history = {0};
        const char *dropped, *label = job->strata->label[part];
        size_t before = results->count;
        st = lac_estimate_table_history(&from, results->arena, &history, &dropped, err);
        options.part = (uint32_t)part;
        n[part] = history.n;
        for (size_t m = 0; !st && m < job->method_count; m++)
            st = run_method(&own, job->methods[m], &history, results, err);
        for (size_t i = before; !st && i < results->count; i++) {
            results->item[i].stratum = label;
            if (dropped[0])
                lac_result_note(&results->item[i], "lists that saw nobody are left out: %s", dropped);
        }
    }
    if (!st) st = lac_estimate_totals_add(results, job->strata, n, options.level, err);
    return st ? st : lac_pooled_table_total(job->table, job->strata, &options, results, err);
}

enum lac_status lac_estimate_table_diagnose(const struct lac_estimate_table_job *job, struct lac_arena *arena,
                                            struct lac_estimate_table_diagnostics *out, struct lac_error *err)
{
    struct lac_estimate_part from = {.table = job->table};
    struct lac_estimate_history history;
    const char *dropped;
    memset(out, 0, sizeof *out);
    enum lac_status st = lac_estimate_table_history(&from, arena, &history, &dropped, err);
    if (!st && job->table->captures) return lac_diagnostics_frequencies(&history, arena, &out->whole, err);
    if (!st) st = lac_diagnostics_run(&history, job->options->order, arena, &out->whole, err);
    if (st || job->strata->chosen == 0) return st;
    out->part = LAC_NEW(arena, struct lac_diagnostics, job->strata->count);
    out->label = job->strata->label;
    out->parts = job->strata->count;
    if (!out->part) return lac_fail_memory(err, "diagnostics");
    from.number = job->strata->number;
    for (from.part = 0; !st && from.part < out->parts; from.part++) {
        st = lac_estimate_table_history(&from, arena, &history, &dropped, err);
        if (!st && history.lists >= 2)
            st = lac_diagnostics_run(&history, job->options->order, arena, &out->part[from.part], err);
    }
    return st;
}
