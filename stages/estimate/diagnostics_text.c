/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>
#include "report_internal.h"

#define NAME_WIDTH 30

static void put_name(struct lac_buffer *out, const char *name)
{
    lac_buffer_printf(out, "  %-*.*s", NAME_WIDTH, NAME_WIDTH, name);
}

static void put_line(struct lac_buffer *out, const char *name, double value, const char *after)
{
    put_name(out, name);
    lac_report_number(out, value, 12, 1);
    lac_buffer_printf(out, "%s%s\n", after ? "  " : "", after ? after : "");
}

static void put_lists(struct lac_buffer *out, const struct lac_diagnostics *d, unsigned lists)
{
    const char *names = lac_diagnostics_lists(&d->history, lists, ", ", d->arena);
    put_name(out, names ? names : "");
}

static int column_width(const struct lac_estimate_history *history)
{
    size_t width = 8;
    for (int k = 0; k < history->lists; k++) {
        size_t length = strlen(history->name[k]);
        width = length > width ? length : width;
    }
    return width > 16 ? 16 : (int)width;
}

static void overlaps(struct lac_buffer *out, const struct lac_estimate_history *history, int empty)
{
    int width = column_width(history);
    lac_buffer_add(out, "Overlaps (persons on both lists; diagonal: all persons of the list)\n");
    lac_buffer_printf(out, "  %-*s", width, "");
    for (int k = 0; k < history->lists; k++) lac_buffer_printf(out, " %*.*s", width, width, history->name[k]);
    lac_buffer_printf(out, " %*s\n", width, "only");
    for (int i = 0; i < history->lists; i++) {
        lac_buffer_printf(out, "  %-*.*s", width, width, history->name[i]);
        for (int j = 0; j < history->lists; j++)
            lac_report_number(out, history->overlap[1U << i | 1U << j], width, 0);
        lac_report_number(out, history->count[1U << i], width, 0);
        lac_buffer_add(out, "\n");
    }
    if (empty)
        lac_buffer_printf(out, "  %d pair%s of lists share%s nobody\n", empty, empty == 1 ? "" : "s",
                          empty == 1 ? "s" : "");
}

static void models(struct lac_buffer *out, const struct lac_diagnostics *d)
{
    bool ok = d->point.status == LAC_RESULT_OK;
    lac_buffer_add(out, "\nHow much hangs on the model (estimated persons)\n");
    put_line(out, "lists independent", d->independence, NULL);
    if (ok)
        put_line(out, d->point.searched ? "best by BIC" : "stepwise", d->history.n + exp(d->point.fit.log_n0),
                 d->best);
    if (d->point.searched)
        put_line(out, "average", d->point.estimate,
                 d->order == 2 ? "BIC weights, two-way models" : "BIC weights, hierarchical models");
    put_line(out, "all pairs", d->all_pairs, NULL);
    put_line(out, "all terms but the highest", d->history.n + d->raw.ratio,
             d->raw.status == LAC_CURVE_OK ? NULL : "a history has no person");
    if (d->point.searched && ok) {
        lac_buffer_printf(out, "  %zu model%s within 6 BIC units of the best, from", d->within,
                          d->within == 1 ? "" : "s");
        lac_report_number(out, d->within_low, 1, 1);
        lac_buffer_add(out, " to");
        lac_report_number(out, d->within_high, 1, 1);
        lac_buffer_add(out, "\n");
    }
    if (d->cells == 0) return;
    const struct lac_diagnostics_cell *worst = &d->cell[d->worst];
    const char *names = lac_diagnostics_lists(&d->history, worst->lists, ", ", d->arena);
    lac_buffer_printf(out,
                      "  deviance %.2f on %d degrees of freedom; worst fit: only on %s, %.0f persons, %.1f "
                      "fitted, residual %.2f\n",
                      d->point.fit.deviance, d->degrees, names ? names : "", worst->count, worst->mean,
                      worst->residual);
}

/* Lowest and highest of the merged tables. */
static void mergers(struct lac_buffer *out, const struct lac_diagnostics *d)
{
    const struct lac_diagnostics_variation *low = NULL, *high = NULL;
    for (size_t i = 0; i < d->mergers; i++) {
        const struct lac_diagnostics_variation *v = &d->merged[i];
        if (v->status != LAC_RESULT_OK) continue;
        if (!low || v->estimate < low->estimate) low = v;
        if (!high || v->estimate > high->estimate) high = v;
    }
    if (!low) return;
    lac_buffer_add(out, "\nTwo lists merged (estimated persons; lowest and highest)\n");
    put_lists(out, d, low->lists);
    lac_report_number(out, low->estimate, 12, 1);
    lac_buffer_add(out, "\n");
    if (high == low) return;
    put_lists(out, d, high->lists);
    lac_report_number(out, high->estimate, 12, 1);
    lac_buffer_add(out, "\n");
}

static void variations(struct lac_buffer *out, const struct lac_diagnostics *d)
{
    if (d->withouts) lac_buffer_add(out, "\nOne list left out (estimated persons)\n");
    for (size_t i = 0; i < d->withouts; i++) {
        put_lists(out, d, d->without[i].lists);
        lac_report_number(out, d->without[i].estimate, 12, 1);
        lac_buffer_printf(out, "%s%s\n", d->without[i].reason ? "  " : "",
                          d->without[i].reason ? d->without[i].reason : "");
    }
    mergers(out, d);
    if (d->populations)
        lac_buffer_printf(out, "\n%-*s %12s %12s %10s\n", NAME_WIDTH + 2, "Each list from the others",
                          "known", "estimated", "log ratio");
    for (size_t i = 0; i < d->populations; i++) {
        const struct lac_diagnostics_variation *v = &d->within_list[i];
        put_lists(out, d, v->lists);
        lac_report_number(out, v->known, 12, 0);
        lac_report_number(out, v->estimate, 12, 1);
        lac_report_number(out, v->log_ratio, 10, 2);
        lac_buffer_printf(out, "%s%s\n", v->reason ? "  " : "", v->reason ? v->reason : "");
    }
}

static void curve_row(struct lac_buffer *out, const char *name, const double *at)
{
    put_name(out, name);
    for (int i = 0; i < LAC_CURVE_POINTS; i += 4) lac_report_number(out, at[i], 10, 0);
    lac_buffer_add(out, "\n");
}

static void curve(struct lac_buffer *out, const struct lac_diagnostics *d)
{
    if (d->point.status != LAC_RESULT_OK && d->raw.status != LAC_CURVE_OK) return;
    lac_buffer_add(out,
                   "\nIf the lists interact all together by xi (estimated persons; models say log xi = 0, "
                   "data cannot tell)\n");
    put_name(out, "log xi");
    for (int i = 0; i < LAC_CURVE_POINTS; i += 4) lac_report_number(out, d->log_xi[i], 10, 0);
    lac_buffer_add(out, "\n");
    if (d->point.status == LAC_RESULT_OK) curve_row(out, "best model", d->model_at);
    if (d->raw.status == LAC_CURVE_OK) curve_row(out, "counts as they are", d->raw_at);
}

static void tipping(struct lac_buffer *out, const struct lac_diagnostics *d)
{
    if (d->pairs_skipped)
        lac_buffer_printf(out, "\nPairs are neither merged nor tipped with more than %d lists.\n",
                          LAC_DIAGNOSTICS_LISTS);
    if (d->tippings == 0) return;
    lac_buffer_printf(out, "\n%-*s %10s %10s %12s\n", NAME_WIDTH + 2, "If a pair left out depended",
                      "OR to halve", "to double", "N at OR 2");
    for (size_t i = 0; i < d->tippings; i++) {
        const struct lac_tipping *t = &d->tipping[i];
        put_lists(out, d, t->pair);
        lac_buffer_add(out, " "); /* the heading is one wider */
        lac_report_number(out, t->halves, 10, 2);
        lac_report_number(out, t->doubles, 10, 2);
        lac_report_number(out, t->at[2], 12, 1);
        lac_buffer_add(out, "\n");
    }
    lac_report_wrapped(out, 2,
                       "OR: odds ratio of being on one list of the pair for persons on the other; 1 is "
                       "independence given the rest of the model. -: none up to 1000, or N would fall below "
                       "the persons seen.");
}

static void bounds(struct lac_buffer *out, const struct lac_diagnostics *d)
{
    lac_buffer_printf(out, "%sLower bounds (persons), and what each assumes\n", d->frequencies ? "" : "\n");
    for (int i = 0; i < d->bounds; i++) {
        lac_buffer_printf(out, "  %-8s", d->bound[i].name);
        lac_report_number(out, d->bound[i].bound, 10, 1);
        lac_buffer_printf(out, "  %s\n", d->bound[i].assumption);
    }
}

void lac_diagnostics_text(const struct lac_diagnostics *d, const char *stratum, struct lac_buffer *out)
{
    lac_buffer_printf(out, "\n--- beside the estimates%s%s ---\n", stratum ? ", " : "",
                      stratum ? stratum : "");
    if (d->frequencies) {
        bounds(out, d);
        return;
    }
    overlaps(out, &d->history, d->empty_overlaps);
    models(out, d);
    variations(out, d);
    curve(out, d);
    tipping(out, d);
    bounds(out, d);
}
