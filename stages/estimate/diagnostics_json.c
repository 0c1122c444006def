/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report_internal.h"

static json_t *names_of(const struct lac_estimate_history *history, unsigned lists)
{
    json_t *names = json_array();
    int failed = names == NULL;
    for (int k = 0; k < history->lists; k++)
        if (lists >> k & 1U) failed |= json_array_append_new(names, json_string(history->name[k]));
    return lac_json_done(names, failed);
}

static json_t *status_of(enum lac_result_status status)
{
    return json_string(lac_result_status_word(status));
}

static json_t *sizes_of(const struct lac_estimate_history *history)
{
    json_t *sizes = json_object();
    int failed = sizes == NULL;
    for (int k = 0; k < history->lists; k++)
        failed |= lac_json_put(sizes, history->name[k], lac_json_count(history->overlap[1U << k]));
    return lac_json_done(sizes, failed);
}

static json_t *overlaps_of(const struct lac_estimate_history *history)
{
    json_t *pairs = json_array();
    int failed = pairs == NULL;
    for (int i = 0; i < history->lists; i++)
        for (int j = i + 1; j < history->lists; j++) {
            unsigned both = 1U << i | 1U << j;
            json_t *pair = json_object();
            failed |= lac_json_put(pair, "lists", names_of(history, both));
            failed |= lac_json_put(pair, "persons", lac_json_count(history->overlap[both]));
            failed |= json_array_append_new(pairs, pair);
        }
    return lac_json_done(pairs, failed);
}

static const char *estimator_of(const struct lac_diagnostics *d)
{
    if (!d->point.searched) return "stepwise selection";
    return d->order == 2  ? "BIC-weighted average over two-way models"
           : d->order > 2 ? "BIC-weighted average over hierarchical models up to the order asked for"
                          : "BIC-weighted average over all hierarchical models";
}

static json_t *landmarks_of(const struct lac_diagnostics *d)
{
    json_t *object = json_object();
    bool ok = d->point.status == LAC_RESULT_OK;
    int failed = lac_json_put(object, "independence", lac_json_number(d->independence));
    failed |= lac_json_put(object, "best_model",
                           ok ? lac_json_number(d->history.n + exp(d->point.fit.log_n0)) : json_null());
    failed |=
        lac_json_put(object, "average", lac_json_number(d->point.searched ? d->point.estimate : (double)NAN));
    failed |= lac_json_put(object, "all_pairs", lac_json_number(d->all_pairs));
    failed |= lac_json_put(object, "saturated_without_top", lac_json_number(d->history.n + d->raw.ratio));
    return lac_json_done(object, failed);
}

static json_t *best_of(const struct lac_diagnostics *d)
{
    if (!d->best) return json_null();
    json_t *object = json_object();
    int failed = lac_json_put(object, "model", lac_json_text(d->best));
    failed |= lac_json_put(object, "estimate", lac_json_number(d->history.n + exp(d->point.fit.log_n0)));
    failed |= lac_json_put(object, "bic", lac_json_number(d->point.fit.bic));
    failed |= lac_json_put(object, "deviance", lac_json_number(d->point.fit.deviance));
    failed |= lac_json_put(object, "degrees_of_freedom", json_integer(d->degrees));
    if (d->cells)
        failed |= lac_json_put(object, "worst_cell", names_of(&d->history, d->cell[d->worst].lists));
    return lac_json_done(object, failed);
}

static json_t *residuals_of(const struct lac_diagnostics *d)
{
    json_t *cells = json_array();
    int failed = cells == NULL;
    for (size_t i = 0; i < d->cells; i++) {
        json_t *cell = json_object();
        failed |= lac_json_put(cell, "lists", names_of(&d->history, d->cell[i].lists));
        failed |= lac_json_put(cell, "count", lac_json_count(d->cell[i].count));
        failed |= lac_json_put(cell, "fitted", lac_json_number(d->cell[i].mean));
        failed |= lac_json_put(cell, "residual", lac_json_number(d->cell[i].residual));
        failed |= json_array_append_new(cells, cell);
    }
    return lac_json_done(cells, failed);
}

static json_t *near_models_of(const struct lac_diagnostics *d)
{
    const struct lac_estimate_search *search = &d->point.search;
    if (!d->point.searched) return json_null();
    json_t *object = json_object(), *models = json_array();
    int failed = lac_json_put(object, "count", json_integer((json_int_t)d->within));
    failed |= lac_json_put(object, "low", lac_json_number(d->within_low));
    failed |= lac_json_put(object, "high", lac_json_number(d->within_high));
    for (size_t i = 0; i < d->models; i++) {
        json_t *model = json_object();
        failed |= lac_json_put(model, "model", lac_json_text(d->model[i]));
        failed |=
            lac_json_put(model, "estimate", lac_json_number(d->history.n + exp(search->item[i].fit.log_n0)));
        failed |= lac_json_put(model, "bic_difference",
                               lac_json_number(search->item[i].fit.bic - search->item[0].fit.bic));
        failed |= json_array_append_new(models, model);
    }
    failed |= lac_json_put(object, "models", models);
    return lac_json_done(object, failed);
}

static json_t *variation_of(const struct lac_diagnostics *d, const struct lac_diagnostics_variation *v)
{
    json_t *object = json_object();
    int failed = lac_json_put(object, "lists", names_of(&d->history, v->lists));
    if (v->known > 0) failed |= lac_json_put(object, "known", lac_json_count(v->known));
    failed |= lac_json_put(object, "observed", lac_json_count(v->n));
    failed |= lac_json_put(object, "estimate", lac_json_number(v->estimate));
    if (v->known > 0) failed |= lac_json_put(object, "log_ratio", lac_json_number(v->log_ratio));
    failed |= lac_json_put(object, "status", status_of(v->status));
    if (v->reason) failed |= lac_json_put(object, "reason", lac_json_text(v->reason));
    return lac_json_done(object, failed);
}

static json_t *variations_of(const struct lac_diagnostics *d, const struct lac_diagnostics_variation *v,
                             size_t count)
{
    json_t *variations = json_array();
    int failed = variations == NULL;
    for (size_t i = 0; i < count; i++) failed |= json_array_append_new(variations, variation_of(d, &v[i]));
    return lac_json_done(variations, failed);
}

static json_t *curve_points(const struct lac_diagnostics *d)
{
    json_t *points = json_array();
    int failed = points == NULL;
    for (int i = 0; i < LAC_CURVE_POINTS; i++) {
        json_t *point = json_object();
        failed |= lac_json_put(point, "log_xi", json_real(d->log_xi[i]));
        failed |= lac_json_put(point, "raw", lac_json_number(d->raw_at[i]));
        failed |= lac_json_put(point, "best_model", lac_json_number(d->model_at[i]));
        failed |= json_array_append_new(points, point);
    }
    return lac_json_done(points, failed);
}

static json_t *curve_of(const struct lac_diagnostics *d)
{
    static const char *const words[] = {
        [LAC_CURVE_OK] = "ok",
        [LAC_CURVE_ZERO] = "zero: a history of an odd number of lists has no person",
        [LAC_CURVE_INFINITE] = "infinite: a history of an even number of lists has no person",
        [LAC_CURVE_UNDEFINED] = "undefined: histories of odd and of even numbers of lists have no person",
    };
    json_t *object = json_object();
    int failed =
        lac_json_put(object, "assumption",
                     lac_json_text("xi = 1: no interaction of all lists together; data cannot test it"));
    failed |= lac_json_put(object, "raw_status", lac_json_text(words[d->raw.status]));
    failed |= lac_json_put(object, "raw_se", lac_json_number(d->raw.se));
    failed |= lac_json_put(object, "points", curve_points(d));
    return lac_json_done(object, failed);
}

static json_t *tipped_pair(const struct lac_diagnostics *d, const struct lac_tipping *tipping)
{
    json_t *pair = json_object(), *at = json_array();
    int failed = lac_json_put(pair, "lists", names_of(&d->history, tipping->pair));
    failed |= lac_json_put(pair, "odds_ratio_halving", lac_json_number(tipping->halves));
    failed |= lac_json_put(pair, "odds_ratio_doubling", lac_json_number(tipping->doubles));
    for (int i = 0; i < LAC_TIPPING_RATIOS; i++) {
        json_t *point = json_object();
        failed |= lac_json_put(point, "odds_ratio", json_real(lac_tipping_ratio[i]));
        failed |= lac_json_put(point, "estimate", lac_json_number(tipping->at[i]));
        failed |= json_array_append_new(at, point);
    }
    failed |= lac_json_put(pair, "at", at);
    return lac_json_done(pair, failed);
}

static json_t *tipping_of(const struct lac_diagnostics *d)
{
    if (d->pairs_skipped || d->point.status != LAC_RESULT_OK) return json_null();
    json_t *object = json_object(), *pairs = json_array();
    double n = d->history.n, unseen = exp(d->point.fit.log_n0);
    int failed = lac_json_put(object, "xi_halving", lac_json_number(lac_curve_tipping(n, unseen, 0.5)));
    failed |= lac_json_put(object, "xi_doubling", lac_json_number(lac_curve_tipping(n, unseen, 2)));
    for (size_t i = 0; i < d->tippings; i++)
        failed |= json_array_append_new(pairs, tipped_pair(d, &d->tipping[i]));
    failed |= lac_json_put(object, "pairs", pairs);
    return lac_json_done(object, failed);
}

static json_t *bounds_of(const struct lac_diagnostics *d)
{
    json_t *bounds = json_array();
    int failed = bounds == NULL;
    for (int i = 0; i < d->bounds; i++) {
        json_t *bound = json_object();
        failed |= lac_json_put(bound, "name", lac_json_text(d->bound[i].name));
        failed |= lac_json_put(bound, "bound", lac_json_number(d->bound[i].bound));
        failed |= lac_json_put(bound, "status", status_of(d->bound[i].status));
        failed |= lac_json_put(bound, "assumption", lac_json_text(d->bound[i].assumption));
        failed |= json_array_append_new(bounds, bound);
    }
    return lac_json_done(bounds, failed);
}

static json_t *captured(const struct lac_estimate_history *history)
{
    json_t *list = json_array();
    int failed = list == NULL;
    for (int k = 1; k <= history->lists; k++) {
        double persons = 0;
        for (unsigned w = 1; w < 1U << history->lists; w++)
            if (__builtin_popcount(w) == k) persons += history->count[w];
        json_t *one = json_object();
        failed |= lac_json_put(one, "captures", json_integer(k));
        failed |= lac_json_put(one, "persons", lac_json_count(round(persons)));
        failed |= json_array_append_new(list, one);
    }
    return lac_json_done(list, failed);
}

static json_t *frequencies_json(const struct lac_diagnostics *d)
{
    json_t *object = json_object();
    int failed = lac_json_put(object, "observed", lac_json_count(round(d->history.n)));
    failed |= lac_json_put(object, "captured", captured(&d->history));
    failed |= lac_json_put(object, "lower_bounds", bounds_of(d));
    return lac_json_done(object, failed);
}

json_t *lac_diagnostics_json(const struct lac_diagnostics *d)
{
    if (d->frequencies) return frequencies_json(d);
    json_t *object = json_object();
    int failed = lac_json_put(object, "observed", lac_json_count(d->history.n));
    failed |= lac_json_put(object, "list_sizes", sizes_of(&d->history));
    failed |= lac_json_put(object, "overlaps", overlaps_of(&d->history));
    failed |= lac_json_put(object, "empty_overlaps", json_integer(d->empty_overlaps));
    failed |= lac_json_put(object, "estimator", lac_json_text(estimator_of(d)));
    failed |= lac_json_put(object, "estimate", lac_json_number(d->point.estimate));
    failed |= lac_json_put(object, "status", status_of(d->point.status));
    failed |= lac_json_put(object, "landmarks", landmarks_of(d));
    failed |= lac_json_put(object, "best_model", best_of(d));
    failed |= lac_json_put(object, "residuals", residuals_of(d));
    failed |= lac_json_put(object, "models_within_6", near_models_of(d));
    failed |= lac_json_put(object, "leave_one_list_out", variations_of(d, d->without, d->withouts));
    failed |= lac_json_put(object, "merge_two_lists",
                           d->pairs_skipped ? json_null() : variations_of(d, d->merged, d->mergers));
    failed |= lac_json_put(object, "lists_as_populations", variations_of(d, d->within_list, d->populations));
    failed |= lac_json_put(object, "assumption_curve", curve_of(d));
    failed |= lac_json_put(object, "tipping_points", tipping_of(d));
    failed |= lac_json_put(object, "lower_bounds", bounds_of(d));
    return lac_json_done(object, failed);
}
