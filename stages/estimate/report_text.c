/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report.h"
#include <math.h>
#include <stdio.h>
#include <string.h>
#include "report_internal.h"

void lac_report_number(struct lac_buffer *out, double value, int width, int decimals)
{
    if (isnan(value))
        lac_buffer_printf(out, " %*s", width, "-");
    else if (isinf(value))
        lac_buffer_printf(out, " %*s", width, "unbounded");
    else if (fabs(value) >= 1e12)
        lac_buffer_printf(out, " %*.4g", width, value);
    else
        lac_buffer_printf(out, " %*.*f", width, decimals, value);
}

void lac_report_wrapped(struct lac_buffer *out, int indent, const char *text)
{
    int room = LAC_REPORT_WIDTH - indent, used = 0;
    while (*text) {
        int length = (int)strcspn(text, " ");
        if (used && used + 1 + length > room) {
            lac_buffer_add(out, "\n");
            used = 0;
        }
        if (used)
            lac_buffer_add(out, " ");
        else
            lac_buffer_printf(out, "%*s", indent, "");
        lac_buffer_add_n(out, text, (size_t)length);
        used += length + (used > 0);
        text += length;
        text += strspn(text, " ");
    }
    lac_buffer_add(out, "\n");
}

static void put_row(struct lac_buffer *out, const struct lac_result *result)
{
    lac_buffer_printf(out, "%-18s", result->method);
    lac_report_number(out, result->estimate, 12, 1);
    lac_report_number(out, result->se, 10, 1);
    lac_report_number(out, result->lower, 12, 1);
    lac_report_number(out, result->upper, 12, 1);
    lac_buffer_printf(out, "  %-10s", result->interval ? result->interval : "-");
    lac_report_number(out, result->bic, 10, 3);
    lac_buffer_printf(out, "  %-16s  %s\n", lac_result_status_word(result->status),
                      result->model ? result->model : "-");
}

static void put_notes(struct lac_buffer *out, const struct lac_result *result)
{
    if (!isnan(result->model_only_lower)) {
        lac_buffer_add(out, "    if the identifying assumption holds exactly:");
        lac_report_number(out, result->model_only_lower, 1, 1);
        lac_buffer_add(out, " to");
        lac_report_number(out, result->model_only_upper, 1, 1);
        lac_buffer_add(out, "\n");
    }
    for (int i = 0; i < result->notes; i++) lac_report_wrapped(out, 4, result->note[i]);
}

/* The models of a search or an average, best first. */
static void put_models(struct lac_buffer *out, const struct lac_result *result)
{
    if (result->model_count < 2) return;
    lac_buffer_printf(out, "\n%s: best models%s%s\n", result->method, result->stratum ? ", " : "",
                      result->stratum ? result->stratum : "");
    lac_buffer_printf(out, "  %2s %12s %10s %10s %7s  %s\n", "", "estimate", "bic", "aic", "weight", "model");
    for (size_t i = 0; i < result->model_count && i < 10; i++) {
        const struct lac_result_model *m = &result->models[i];
        lac_buffer_printf(out, "  %2zu", i + 1);
        lac_report_number(out, m->estimate, 12, 1);
        lac_report_number(out, m->bic, 10, 3);
        lac_report_number(out, m->aic, 10, 3);
        lac_report_number(out, m->weight, 7, 4);
        lac_buffer_printf(out, "  %s\n", m->model);
    }
}

static void put_head(struct lac_buffer *out, const struct lac_estimate_report *report)
{
    const struct lac_estimate_table *table = report->table;
    int64_t observed = 0;
    for (int64_t r = 0; r < table->rows; r++) observed += table->count[r];
    lac_buffer_printf(out, "%s: %lld persons on %d %s", table->path, (long long)observed, table->lists,
                      table->captures ? "lists or occasions" : "lists:");
    for (int k = 0; !table->captures && k < table->lists; k++) lac_buffer_printf(out, " %s", table->list[k]);
    lac_buffer_printf(out, " (seed %u)\n", (unsigned)report->seed);
    for (int s = 0; s < table->strata; s++)
        lac_buffer_printf(out, "%s%s%s", s ? ", " : "strata: ", table->stratum[s],
                          s + 1 < table->strata ? "" : "; those not asked for by --strata are added up\n");
}

static void put_columns(struct lac_buffer *out, double level)
{
    char lower[32] = "lower", upper[32] = "upper";
    if (!isnan(level)) {
        snprintf(lower, sizeof lower, "%g%% lower", 100 * level);
        snprintf(upper, sizeof upper, "%g%% upper", 100 * level);
    }
    lac_buffer_printf(out, "%-18s %12s %10s %12s %12s  %-10s %10s  %-16s  %s\n", "method", "estimate", "se",
                      lower, upper, "interval", "bic", "status", "model");
}

static void put_diagnostics(struct lac_buffer *out, const struct lac_estimate_table_diagnostics *diagnostics)
{
    for (int i = 0; i < diagnostics->parts; i++)
        if (diagnostics->part[i].history.lists >= 2)
            lac_diagnostics_text(&diagnostics->part[i], diagnostics->label[i], out);
    lac_diagnostics_text(&diagnostics->whole, diagnostics->parts ? "all strata together" : NULL, out);
}

enum lac_status lac_estimate_report_text(const struct lac_estimate_report *report, struct lac_buffer *out,
                                         struct lac_error *err)
{
    const struct lac_results *results = report->results;
    double level = (double)NAN;
    const char *stratum = NULL;
    put_head(out, report);
    for (size_t i = 0; i < results->count; i++)
        if (isnan(level)) level = results->item[i].level;
    lac_buffer_add(out, "\n");
    put_columns(out, level);
    for (size_t i = 0; i < results->count; i++) {
        const struct lac_result *result = &results->item[i];
        if (result->stratum && (!stratum || strcmp(stratum, result->stratum) != 0))
            lac_buffer_printf(out, "\n[%s]\n", result->stratum);
        stratum = result->stratum;
        put_row(out, result);
        put_notes(out, result);
    }
    for (size_t i = 0; i < results->count; i++) put_models(out, &results->item[i]);
    if (report->diagnostics) put_diagnostics(out, report->diagnostics);
    return lac_buffer_status(out, err);
}
