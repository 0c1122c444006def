/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <gsl/gsl_cdf.h>
#include <math.h>
#include <string.h>
#include "diagnostics.h"
#include "national.h"
#include "resample.h"
#include "runs.h"
#include "sensitivity.h"

#define DECOMPOSABLE_LEAST 3
#define DECOMPOSABLE_MOST 6

struct lac_sensitivity_row *lac_sensitivity_add(struct lac_sensitivity *list, const char *run,
                                                const char *item)
{
    if (list->count == list->capacity) {
        size_t capacity = list->capacity ? 2 * list->capacity : 64;
        struct lac_sensitivity_row *row = LAC_NEW(list->arena, struct lac_sensitivity_row, capacity);
        if (!row) return NULL;
        if (list->count) memcpy(row, list->row, list->count * sizeof *row);
        list->row = row;
        list->capacity = capacity;
    }
    struct lac_sensitivity_row *row = &list->row[list->count++];
    *row = (struct lac_sensitivity_row){.run = run,
                                        .item = item,
                                        .note = "",
                                        .value = (double)NAN,
                                        .estimate = (double)NAN,
                                        .lower = (double)NAN,
                                        .upper = (double)NAN,
                                        .status = LAC_RESULT_REFUSED};
    return row;
}

/* A row with an estimate at a value of the run. */
static enum lac_status add_at(struct lac_sensitivity *list, const char *run, const char *item, double value,
                              double estimate, struct lac_error *err)
{
    struct lac_sensitivity_row *row = lac_sensitivity_add(list, run, item);
    if (!row) return lac_fail_memory(err, "sensitivity runs");
    row->value = value;
    row->estimate = estimate;
    row->status = isfinite(estimate) ? LAC_RESULT_OK : LAC_RESULT_NOT_IDENTIFIABLE;
    return LAC_OK;
}

static void take_result(const struct lac_result *result, struct lac_sensitivity_row *row)
{
    row->status = result->status;
    if (result->status != LAC_RESULT_OK) {
        row->note = result->notes > 0 ? result->note[0] : "";
        return;
    }
    row->estimate = result->estimate;
    row->lower = result->lower;
    row->upper = result->upper;
}

/* --- S0, S4 --------------------------------------------------------------------------------------------- */

/* Standard deviation of the logarithms of the finite replicates; *failed counts the others. */
static double log_deviation(const struct lac_estimate_resampled *r, size_t *failed)
{
    double mean = 0, square = 0;
    size_t n = 0;
    *failed = 0;
    for (size_t b = 0; b < r->b; b++) {
        if (!isfinite(r->replicate[b])) ++*failed;
        if (!isfinite(r->replicate[b])) continue;
        mean += log(r->replicate[b]);
        n++;
    }
    mean /= (double)n;
    for (size_t b = 0; b < r->b; b++)
        if (isfinite(r->replicate[b])) square += pow(log(r->replicate[b]) - mean, 2);
    return n > 1 ? sqrt(square / (double)(n - 1)) : (double)NAN;
}

static enum lac_status floor_run(const struct lac_sensitivity_input *in, struct lac_sensitivity *list,
                                 struct lac_error *err)
{
    struct lac_sensitivity_row *row = lac_sensitivity_add(list, "S0", "");
    struct lac_national *national = LAC_NEW(list->arena, struct lac_national, 1);
    struct lac_estimate_resampled resampled;
    size_t failed = 0;
    if (!row || !national) return lac_fail_memory(err, "sensitivity runs");
    enum lac_status st = in->history->lists > 2 ? lac_national_search(in->history, national, err) : LAC_OK;
    if (st) return st;
    row->note = "no model that presumes heterogeneity has an estimate";
    if (national->floor_candidates == 0) return LAC_OK;
    const struct lac_estimate_resample job = {.history = in->history,
                                              .statistic = lac_national_reweigh_floor,
                                              .context = national,
                                              .seed = in->options->seed,
                                              .part = in->options->part,
                                              .replicates = in->options->bootstrap};
    row->note = "";
    row->estimate = national->floor;
    row->status = LAC_RESULT_OK;
    if (in->options->bootstrap <= 1) return LAC_OK;
    if ((st = lac_estimate_resample_run(&job, list->arena, &resampled, err))) return st;
    double sd = log_deviation(&resampled, &failed), z = gsl_cdf_ugaussian_Pinv((1 + in->options->level) / 2);
    double n = in->history->n, unseen = national->floor - n;
    row->lower = n + unseen * exp(-z * sd);
    row->upper = n + unseen * exp(z * sd);
    if (failed > resampled.b / 5) {
        row->estimate = row->lower = row->upper = (double)NAN;
        row->status = LAC_RESULT_REFUSED;
        row->note = "more than a fifth of the replicates have no estimate";
    }
    return LAC_OK;
}

static enum lac_status decomposable_run(const struct lac_sensitivity_input *in, struct lac_sensitivity *list,
                                        struct lac_error *err)
{
    struct lac_results results = {.arena = list->arena};
    struct lac_sensitivity_row *row = lac_sensitivity_add(list, "S4", "");
    if (!row) return lac_fail_memory(err, "sensitivity runs");
    row->note = "needs three to six lists";
    if (in->history->lists < DECOMPOSABLE_LEAST || in->history->lists > DECOMPOSABLE_MOST) return LAC_OK;
    row->note = "";
    enum lac_status st = lac_estimate_run_decomposable(in->history, in->options, &results, err);
    if (!st) take_result(&results.item[0], row);
    return st;
}

/* The average with three-way terms among its candidates, where the data carry them (national.h). */
static enum lac_status triples_run(const struct lac_sensitivity_input *in, struct lac_sensitivity *list,
                                   struct lac_error *err)
{
    const struct lac_estimate_history *history = in->history;
    struct lac_results results = {.arena = list->arena};
    struct lac_estimate_options options = *in->options;
    struct lac_sensitivity_row *row = lac_sensitivity_add(list, "S4-three-way", "");
    if (!row) return lac_fail_memory(err, "sensitivity runs");
    row->note = "needs four to six lists and 1,000 persons";
    if (history->lists < 4 || history->lists >= LAC_NATIONAL_LISTS ||
        history->n < LAC_NATIONAL_TRIPLE_PERSONS)
        return LAC_OK;
    row->note = "";
    options.order = 3;
    options.keep_replicates = false;
    enum lac_status st = lac_estimate_run_national(history, &options, &results, err);
    if (!st) take_result(&results.item[0], row);
    return st;
}

/* --- S6 on one table ------------------------------------------------------------------------------------ */

static enum lac_status national_run(const struct lac_sensitivity_input *in,
                                    const struct lac_estimate_history *history, struct lac_sensitivity *list,
                                    const char *run, const char *item, struct lac_error *err)
{
    struct lac_results results = {.arena = list->arena};
    struct lac_estimate_options options = *in->options;
    struct lac_sensitivity_row *row = lac_sensitivity_add(list, run, item);
    if (!row || !item) return lac_fail_memory(err, "sensitivity runs");
    row->note = "fewer than two lists are left";
    if (history->lists < 2) return LAC_OK;
    row->note = "";
    options.keep_replicates = false;
    enum lac_status st = lac_estimate_run_national(history, &options, &results, err);
    if (!st) take_result(&results.item[0], row);
    return st;
}

enum lac_status lac_sensitivity_lists(const struct lac_sensitivity_input *in, struct lac_sensitivity *list,
                                      struct lac_error *err)
{
    int lists = in->history->lists;
    enum lac_status st = LAC_OK;
    struct lac_estimate_history varied;
    for (int k = 0; !st && lists > 2 && k < lists; k++) {
        st = lac_history_without(in->history, k, list->arena, &varied, err);
        if (!st) st = national_run(in, &varied, list, "S6-without", in->history->name[k], err);
    }
    for (int i = 0; !st && lists > 2 && i < lists; i++)
        for (int j = i + 1; !st && j < lists; j++) {
            const char *pair =
                lac_arena_printf(list->arena, "%s+%s", in->history->name[i], in->history->name[j]);
            st = lac_history_merged(in->history, i, j, list->arena, &varied, err);
            if (!st) st = national_run(in, &varied, list, "S6-merged", pair, err);
        }
    return st;
}

/* --- S8 ------------------------------------------------------------------------------------------------- */

static enum lac_status shifts(const struct lac_sensitivity_input *in, struct lac_sensitivity *list,
                              struct lac_error *err)
{
    static const int steps[] = {-2, -1, 1, 2};
    double n = in->history->n;
    const struct lac_result *headline = in->headline;
    for (size_t i = 0; i < 4; i++) {
        double shift = steps[i] * in->options->delta_sd, factor = exp(shift);
        enum lac_status st = add_at(list, "S8-shift", "", shift, n + (headline->estimate - n) * factor, err);
        if (st) return st;
        struct lac_sensitivity_row *row = &list->row[list->count - 1];
        row->lower = n + (headline->model_only_lower - n) * factor;
        row->upper = n + (headline->model_only_upper - n) * factor;
    }
    return LAC_OK;
}

static enum lac_status curve(const struct lac_sensitivity_input *in, struct lac_sensitivity *list,
                             struct lac_error *err)
{
    double n = in->history->n, unseen = in->headline->estimate - n;
    for (int i = -4; i <= 4; i++) {
        enum lac_status st = add_at(list, "S8-curve", "", i / 2.0, lac_curve_at(n, unseen, i / 2.0), err);
        if (st) return st;
    }
    return LAC_OK;
}

static enum lac_status tip(const struct lac_tipping *tipping, const char *pair, double base,
                           struct lac_sensitivity *list, struct lac_error *err)
{
    enum lac_status st = pair ? LAC_OK : lac_fail_memory(err, "sensitivity runs");
    for (int i = 0; !st && i < LAC_TIPPING_RATIOS; i++)
        st = add_at(list, "S8-odds", pair, lac_tipping_ratio[i], tipping->at[i], err);
    if (!st && isfinite(tipping->halves))
        st = add_at(list, "S8-tipping", pair, tipping->halves, base / 2, err);
    if (!st && isfinite(tipping->doubles))
        st = add_at(list, "S8-tipping", pair, tipping->doubles, base * 2, err);
    return st;
}

/* The best model of the national table without h: pairs it leaves out are given odds ratios. */
static enum lac_status odds(const struct lac_sensitivity_input *in, struct lac_sensitivity *list,
                            struct lac_error *err)
{
    const struct lac_estimate_history *history = in->history;
    struct lac_national *national = LAC_NEW(list->arena, struct lac_national, 1);
    struct lac_estimate_model model;
    struct lac_tipping *tipping;
    size_t best = 0, count;
    if (!national) return lac_fail_memory(err, "sensitivity runs");
    if (history->lists < 3 || history->lists > LAC_DIAGNOSTICS_LISTS) return LAC_OK;
    enum lac_status st = lac_national_search(history, national, err);
    while (!st && best < national->kept && national->item[best].h) best++;
    if (st || best == national->kept) return st;
    lac_national_terms(&national->item[best], history->lists, &model);
    st = lac_tipping_run(history, &model, list->arena, &tipping, &count, err);
    for (size_t i = 0; !st && i < count; i++) {
        int first = __builtin_ctz(tipping[i].pair), second = 31 - __builtin_clz(tipping[i].pair);
        const char *pair =
            lac_arena_printf(list->arena, "%s+%s", history->name[first], history->name[second]);
        st = tip(&tipping[i], pair, history->n + exp(national->item[best].fit.log_n0), list, err);
    }
    return st;
}

enum lac_status lac_sensitivity_table(const struct lac_sensitivity_input *in, struct lac_sensitivity *list,
                                      struct lac_error *err)
{
    enum lac_status st = floor_run(in, list, err);
    if (!st) st = decomposable_run(in, list, err);
    if (!st) st = triples_run(in, list, err);
    if (!st) st = shifts(in, list, err);
    if (!st) st = curve(in, list, err);
    return st ? st : odds(in, list, err);
}

enum lac_status lac_sensitivity_run(const struct lac_sensitivity_input *in, struct lac_sensitivity *list,
                                    struct lac_error *err)
{
    enum lac_status st = lac_sensitivity_table(in, list, err);
    if (st) return st;
    return in->pooled->input.data.forces > 0 ? lac_sensitivity_forces(in, list, err)
                                             : lac_sensitivity_lists(in, list, err);
}
