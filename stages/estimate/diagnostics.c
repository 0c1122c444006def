/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "diagnostics.h"
#include <math.h>
#include <string.h>
#include "chao.h"
#include "chao_mt.h"
#include "model_run.h"

const char *lac_diagnostics_lists(const struct lac_estimate_history *history, unsigned lists,
                                  const char *between, struct lac_arena *arena)
{
    const char *text = "";
    for (int k = 0; text && k < history->lists; k++)
        if (lists >> k & 1U)
            text = lac_arena_printf(arena, "%s%s%s", text, *text ? between : "", history->name[k]);
    return text;
}

static void count_empty(struct lac_diagnostics *out)
{
    const struct lac_estimate_history *history = &out->history;
    for (int j = 1; j < history->lists; j++)
        for (int i = 0; i < j; i++) out->empty_overlaps += !(history->overlap[1U << i | 1U << j] > 0);
}

/* --- the best model and those near it ----------------------------------------------------------------------
 */

static void fill_cells(struct lac_diagnostics *out, const double *mean)
{
    for (unsigned w = 1; w < 1U << out->history.lists; w++) {
        double count = out->history.count[w];
        double residual = mean[w] > 0 ? (count - mean[w]) / sqrt(mean[w]) : 0;
        out->cell[out->cells] = (struct lac_diagnostics_cell){w, count, mean[w], residual};
        if (fabs(residual) > fabs(out->cell[out->worst].residual)) out->worst = out->cells;
        out->cells++;
    }
}

static double estimate_of(struct lac_fitter *fitter, const struct lac_estimate_history *history,
                          const struct lac_estimate_model *model)
{
    struct lac_fitted fitted;
    if (!lac_fitter_model(fitter, history->count, model, &fitted)) return (double)NAN;
    return history->n + exp(fitted.log_n0);
}

/* Two models everybody knows: independence, and all two-way terms. */
static enum lac_status landmarks(struct lac_diagnostics *out, struct lac_fitter *fitter,
                                 struct lac_error *err)
{
    struct lac_estimate_model model;
    int lists = out->history.lists;
    lac_estimate_model_main(&model, lists);
    out->independence = estimate_of(fitter, &out->history, &model);
    out->all_pairs = (double)NAN;
    if (lists < 3) return LAC_OK;
    for (int j = 1; j < lists; j++)
        for (int i = 0; i < j; i++) {
            enum lac_status st = lac_estimate_model_add(&model, 1U << i | 1U << j, err);
            if (st) return st;
        }
    out->all_pairs = estimate_of(fitter, &out->history, &model);
    return LAC_OK;
}

static enum lac_status best_model(struct lac_diagnostics *out, struct lac_error *err)
{
    const struct lac_estimate_history *history = &out->history;
    struct lac_fitter *fitter = lac_fitter_new(history->lists);
    struct lac_fitted fitted;
    if (!fitter) return lac_fail_memory(err, "a fit");
    enum lac_status st = landmarks(out, fitter, err);
    if (!st && out->point.status == LAC_RESULT_OK) {
        out->best = lac_model_text(&out->point.best, history, out->arena);
        out->cell = LAC_NEW(out->arena, struct lac_diagnostics_cell, 1U << history->lists);
        if (!out->best || !out->cell)
            st = lac_fail_memory(err, "residuals");
        else if (lac_fitter_model(fitter, history->count, &out->point.best, &fitted))
            fill_cells(out, lac_fitter_means(fitter));
        out->degrees = (1 << history->lists) - 1 - out->point.fit.parameters;
    }
    lac_fitter_free(fitter);
    return st;
}

static enum lac_status near_models(struct lac_diagnostics *out, struct lac_error *err)
{
    const struct lac_estimate_search *search = &out->point.search;
    out->within_low = out->within_high = (double)NAN;
    if (!out->point.searched || search->count == 0) return LAC_OK;
    lac_estimate_search_range(search, out->history.n, LAC_DIAGNOSTICS_UNITS, &out->within_low,
                              &out->within_high);
    double limit = search->item[0].fit.bic + LAC_DIAGNOSTICS_UNITS;
    while (out->within < search->count && search->item[out->within].fit.bic <= limit) out->within++;
    out->models = out->within < LAC_DIAGNOSTICS_MODELS ? out->within : LAC_DIAGNOSTICS_MODELS;
    out->model = LAC_NEW(out->arena, const char *, out->models);
    if (!out->model) return lac_fail_memory(err, "models");
    for (size_t i = 0; i < out->models; i++) {
        struct lac_estimate_model model;
        lac_estimate_model_from_bits(&model, out->history.lists, search->item[i].model);
        out->model[i] = lac_model_text(&model, &out->history, out->arena);
        if (!out->model[i]) return lac_fail_memory(err, "models");
    }
    return LAC_OK;
}

static void curves(struct lac_diagnostics *out)
{
    double model = out->point.status == LAC_RESULT_OK ? exp(out->point.fit.log_n0) : (double)NAN;
    lac_curve_raw(&out->history, &out->raw);
    for (int i = 0; i < LAC_CURVE_POINTS; i++) {
        out->log_xi[i] = -2 + 0.25 * i;
        out->raw_at[i] = lac_curve_at(out->history.n, out->raw.ratio, out->log_xi[i]);
        out->model_at[i] = lac_curve_at(out->history.n, model, out->log_xi[i]);
    }
}

/* --- variations of the table -------------------------------------------------------------------------------
 */

static enum lac_status estimate_variation(const struct lac_diagnostics *out,
                                          const struct lac_estimate_history *history,
                                          struct lac_diagnostics_variation *variation, struct lac_error *err)
{
    struct lac_arena arena;
    struct lac_point point;
    variation->n = history->n;
    variation->estimate = variation->log_ratio = (double)NAN;
    variation->status = LAC_RESULT_REFUSED;
    variation->reason = "fewer than two lists are left";
    if (history->lists < 2) return LAC_OK;
    lac_arena_init(&arena);
    enum lac_status st = lac_point_estimate(history, out->order, &arena, &point, err);
    lac_arena_release(&arena);
    variation->status = point.status;
    variation->estimate = point.estimate;
    variation->reason = point.status == LAC_RESULT_OK ? NULL : "no model has an estimate";
    return st;
}

static enum lac_status leave_out(struct lac_diagnostics *out, struct lac_error *err)
{
    struct lac_estimate_history varied;
    enum lac_status st = LAC_OK;
    for (int k = 0; !st && out->history.lists > 2 && k < out->history.lists; k++) {
        struct lac_diagnostics_variation *variation = &out->without[out->withouts++];
        variation->lists = 1U << k;
        st = lac_history_without(&out->history, k, out->arena, &varied, err);
        if (!st) st = estimate_variation(out, &varied, variation, err);
    }
    return st;
}

static enum lac_status merge(struct lac_diagnostics *out, struct lac_error *err)
{
    struct lac_estimate_history varied;
    enum lac_status st = LAC_OK;
    if (out->pairs_skipped || out->history.lists < 3) return LAC_OK;
    for (int j = 1; j < out->history.lists; j++)
        for (int i = 0; !st && i < j; i++) {
            struct lac_diagnostics_variation *variation = &out->merged[out->mergers++];
            variation->lists = 1U << i | 1U << j;
            st = lac_history_merged(&out->history, i, j, out->arena, &varied, err);
            if (!st) st = estimate_variation(out, &varied, variation, err);
        }
    return st;
}

static enum lac_status estimate_lists(struct lac_diagnostics *out, struct lac_error *err)
{
    struct lac_estimate_history varied;
    enum lac_status st = LAC_OK;
    for (int k = 0; !st && out->history.lists > 2 && k < out->history.lists; k++) {
        struct lac_diagnostics_variation *variation = &out->within_list[out->populations++];
        variation->lists = 1U << k;
        variation->known = out->history.overlap[1U << k];
        st = lac_history_within(&out->history, k, out->arena, &varied, err);
        if (st) return st;
        if (varied.n < LAC_DIAGNOSTICS_POPULATION) {
            *variation =
                (struct lac_diagnostics_variation){1U << k,
                                                   variation->known,
                                                   varied.n,
                                                   (double)NAN,
                                                   (double)NAN,
                                                   LAC_RESULT_REFUSED,
                                                   "fewer than 30 of its persons are on another list"};
            continue;
        }
        st = estimate_variation(out, &varied, variation, err);
        variation->log_ratio = log(variation->estimate / variation->known);
    }
    return st;
}

static enum lac_status variations(struct lac_diagnostics *out, struct lac_error *err)
{
    int lists = out->history.lists;
    out->without = LAC_NEW(out->arena, struct lac_diagnostics_variation, lists);
    out->merged = LAC_NEW(out->arena, struct lac_diagnostics_variation, lists * (lists - 1) / 2);
    out->within_list = LAC_NEW(out->arena, struct lac_diagnostics_variation, lists);
    if (!out->without || !out->merged || !out->within_list)
        return lac_fail_memory(err, "variations of the table");
    enum lac_status st = leave_out(out, err);
    if (!st) st = merge(out, err);
    if (!st) st = estimate_lists(out, err);
    return st;
}

/* --- bounds ------------------------------------------------------------------------------------------------
 */

static void bounds_of_frequencies(struct lac_diagnostics *out)
{
    struct lac_simple simple;
    out->bound[0] = (struct lac_diagnostics_bound){
        "known", "none: so many persons are on the lists, if nobody is on them by mistake or twice",
        out->history.n, LAC_RESULT_OK};
    lac_chao(&out->history, LAC_CHAO_STANDARD, 0.95, &simple);
    bool ok = simple.status == LAC_FIT_OK;
    out->bound[1] = (struct lac_diagnostics_bound){
        "chao",
        "dependence between lists and differences between persons are not negative, and lists are of about "
        "equal size",
        ok ? simple.estimate : (double)NAN, ok ? LAC_RESULT_OK : LAC_RESULT_INFINITE};
    out->bounds = 2;
}

static enum lac_status bounds(struct lac_diagnostics *out, struct lac_error *err)
{
    struct lac_simple simple;
    bounds_of_frequencies(out);
    struct lac_fit_space *space = lac_fit_space_new(out->history.lists);
    struct lac_existence *existence = lac_existence_new(out->history.lists);
    enum lac_status st = space && existence ? lac_chao_mt(&out->history, space, existence, 0.95, &simple, err)
                                            : lac_fail_memory(err, "a fit");
    lac_fit_space_free(space);
    lac_existence_free(existence);
    bool ok = !st && simple.status == LAC_FIT_OK;
    out->bound[out->bounds++] = (struct lac_diagnostics_bound){
        "chao-mt",
        "dependence between lists and differences between persons are not negative; lists of any size",
        ok ? simple.estimate : (double)NAN, ok ? LAC_RESULT_OK : LAC_RESULT_NOT_IDENTIFIABLE};
    return st;
}

enum lac_status lac_diagnostics_frequencies(const struct lac_estimate_history *history,
                                            struct lac_arena *arena, struct lac_diagnostics *out,
                                            struct lac_error *err)
{
    (void)err;
    memset(out, 0, sizeof *out);
    out->arena = arena;
    out->history = *history;
    out->frequencies = true;
    bounds_of_frequencies(out);
    return LAC_OK;
}

enum lac_status lac_diagnostics_run(const struct lac_estimate_history *history, int order,
                                    struct lac_arena *arena, struct lac_diagnostics *out,
                                    struct lac_error *err)
{
    memset(out, 0, sizeof *out);
    out->arena = arena;
    out->history = *history;
    out->order = lac_point_order(history->lists, order);
    out->pairs_skipped = history->lists > LAC_DIAGNOSTICS_LISTS;
    count_empty(out);
    enum lac_status st = lac_point_estimate(history, out->order, arena, &out->point, err);
    if (!st) st = best_model(out, err);
    if (!st) st = near_models(out, err);
    if (!st) st = variations(out, err);
    if (!st) st = bounds(out, err);
    if (!st && !out->pairs_skipped && out->point.status == LAC_RESULT_OK)
        st = lac_tipping_run(history, &out->point.best, arena, &out->tipping, &out->tippings, err);
    if (!st) curves(out);
    return st;
}
