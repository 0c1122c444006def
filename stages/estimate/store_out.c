/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store_out.h"
#include <math.h>
#include <stdio.h>
#include <string.h>
#include "uncertainty.h"

/* Every table of the file with its place in the store. */
#define TABLES 8
static void tables_of(struct lac_estimate_store *store, struct lac_table *table[TABLES],
                      enum lac_table_id id[TABLES])
{
    struct lac_table *const all[TABLES] = {&store->summary,     &store->models,      &store->replicates,
                                           &store->diagnostics, &store->uncertainty, &store->sensitivity,
                                           &store->gates,       &store->stated};
    static const enum lac_table_id ids[TABLES] = {
        LAC_TABLE_summary,     LAC_TABLE_models,      LAC_TABLE_replicates, LAC_TABLE_diagnostics,
        LAC_TABLE_uncertainty, LAC_TABLE_sensitivity, LAC_TABLE_gates,      LAC_TABLE_stated};
    memcpy(table, all, sizeof all);
    memcpy(id, ids, sizeof ids);
}

enum lac_status lac_estimate_store_init(struct lac_estimate_store *store, struct lac_error *err)
{
    struct lac_table *table[TABLES];
    enum lac_table_id id[TABLES];
    enum lac_status st = LAC_OK;
    tables_of(store, table, id);
    for (int i = 0; !st && i < TABLES; i++) st = lac_table_init(table[i], id[i], err);
    return st;
}

void lac_estimate_store_release(struct lac_estimate_store *store)
{
    struct lac_table *table[TABLES];
    enum lac_table_id id[TABLES];
    tables_of(store, table, id);
    for (int i = 0; i < TABLES; i++) lac_table_release(table[i]);
}

enum lac_status lac_estimate_store_number(struct lac_estimate_store *store, const char *measure,
                                          const char *item, double value, struct lac_error *err)
{
    size_t row;
    enum lac_status st = lac_table_row(&store->diagnostics, &row, err);
    if (st) return st;
    lac_u32(&store->diagnostics, LAC_COL_diagnostics_cell)[row] = store->cell;
    lac_f64(&store->diagnostics, LAC_COL_diagnostics_value)[row] = value;
    st = lac_set_text(&store->diagnostics, LAC_COL_diagnostics_measure, row, measure, err);
    if (!st) st = lac_set_text(&store->diagnostics, LAC_COL_diagnostics_item, row, item, err);
    return st;
}

struct text_cell {
    enum lac_column_id column;
    const char *text;
};

static enum lac_status set_texts(struct lac_table *table, size_t row, const struct text_cell *texts, size_t n,
                                 struct lac_error *err)
{
    for (size_t i = 0; i < n; i++) {
        enum lac_status st = lac_set_text(table, texts[i].column, row, texts[i].text, err);
        if (st) return st;
    }
    return LAC_OK;
}

static void join_notes(const struct lac_result *result, struct lac_buffer *out)
{
    for (int i = 0; i < result->notes; i++) lac_buffer_printf(out, "%s%s", i ? "; " : "", result->note[i]);
}

static void join_lists(const struct lac_estimate_table *table, struct lac_buffer *out)
{
    for (int k = 0; k < table->lists; k++) lac_buffer_printf(out, "%s%s", k ? " " : "", table->list[k]);
    if (table->lists == 0) lac_buffer_add(out, "none");
}

static void set_summary_numbers(struct lac_table *t, size_t row, uint32_t cell,
                                const struct lac_estimate_store_cell *in)
{
    const struct lac_result *result = in->result;
    lac_u32(t, LAC_COL_summary_cell)[row] = cell;
    lac_i32(t, LAC_COL_summary_window_start)[row] = in->cell->window_start;
    lac_i32(t, LAC_COL_summary_window_end)[row] = in->cell->window_end;
    lac_i64(t, LAC_COL_summary_observed)[row] = in->cell->observed;
    lac_f64(t, LAC_COL_summary_lower_bound)[row] = in->lower_bound;
    if (result->status != LAC_RESULT_OK) return; /* no figure of a refused cell can be published by mistake */
    lac_f64(t, LAC_COL_summary_estimate)[row] = result->estimate;
    lac_f64(t, LAC_COL_summary_se)[row] = result->se;
    lac_f64(t, LAC_COL_summary_lower)[row] = result->lower;
    lac_f64(t, LAC_COL_summary_upper)[row] = result->upper;
    lac_f64(t, LAC_COL_summary_model_only_lower)[row] = result->model_only_lower;
    lac_f64(t, LAC_COL_summary_model_only_upper)[row] = result->model_only_upper;
    lac_f64(t, LAC_COL_summary_level)[row] = result->level;
}

static enum lac_status add_summary(struct lac_estimate_store *store, const struct lac_estimate_store_cell *in,
                                   struct lac_error *err)
{
    struct lac_table *t = &store->summary;
    const struct lac_estimate_cell *cell = in->cell;
    const struct lac_result *result = in->result;
    struct lac_buffer notes = {0}, lists = {0};
    size_t row;
    enum lac_status st = lac_table_row(t, &row, err);
    join_notes(result, &notes);
    join_lists(&cell->table, &lists);
    if (!st) st = lac_buffer_status(&notes, err);
    if (!st) st = lac_buffer_status(&lists, err);
    if (!st) {
        set_summary_numbers(t, row, store->cell, in);
        const struct text_cell texts[] = {
            {LAC_COL_summary_population, cell->population},
            {LAC_COL_summary_definition, cell->definition},
            {LAC_COL_summary_geography, cell->geography},
            {LAC_COL_summary_geography_code, cell->geography_code},
            {LAC_COL_summary_geography_name, cell->geography_name},
            {LAC_COL_summary_stratum, cell->stratum},
            {LAC_COL_summary_variant, cell->variant},
            {LAC_COL_summary_method, result->method},
            {LAC_COL_summary_model, result->model},
            {LAC_COL_summary_lists, lists.text},
            {LAC_COL_summary_interval_kind, result->status == LAC_RESULT_OK ? result->interval : NULL},
            {LAC_COL_summary_status, lac_result_status_word(result->status)},
            {LAC_COL_summary_grade, in->grade},
            {LAC_COL_summary_note, notes.text},
        };
        st = set_texts(t, row, texts, sizeof texts / sizeof texts[0], err);
    }
    lac_buffer_release(&notes);
    lac_buffer_release(&lists);
    return st;
}

static enum lac_status add_model(struct lac_table *t, uint32_t cell, const struct lac_result_model *model,
                                 struct lac_error *err)
{
    size_t row;
    enum lac_status st = lac_table_row(t, &row, err);
    if (st) return st;
    lac_u32(t, LAC_COL_models_cell)[row] = cell;
    lac_f64(t, LAC_COL_models_estimate)[row] = model->estimate;
    lac_f64(t, LAC_COL_models_se)[row] = model->se;
    lac_f64(t, LAC_COL_models_bic)[row] = model->bic;
    lac_f64(t, LAC_COL_models_aic)[row] = model->aic;
    lac_f64(t, LAC_COL_models_deviance)[row] = model->deviance;
    lac_f64(t, LAC_COL_models_weight)[row] = model->weight;
    lac_u32(t, LAC_COL_models_parameters)[row] = (uint32_t)model->parameters;
    const struct text_cell texts[] = {
        {LAC_COL_models_model, model->model},
        {LAC_COL_models_status, lac_result_status_word(model->status)},
    };
    return set_texts(t, row, texts, 2, err);
}

static enum lac_status add_replicates(struct lac_table *t, uint32_t cell, const struct lac_result *result,
                                      struct lac_error *err)
{
    for (size_t b = 0; b < result->replicate_count; b++) {
        size_t row;
        enum lac_status st = lac_table_row(t, &row, err);
        if (st) return st;
        lac_u32(t, LAC_COL_replicates_cell)[row] = cell;
        lac_u32(t, LAC_COL_replicates_replicate)[row] = (uint32_t)b;
        lac_f64(t, LAC_COL_replicates_estimate)[row] = result->replicate[b];
    }
    return LAC_OK;
}

static double persons_on(const struct lac_estimate_table *table, unsigned lists)
{
    double sum = 0;
    for (int64_t r = 0; r < table->rows; r++)
        if ((table->history[r] & lists) == lists) sum += (double)table->count[r];
    return sum;
}

static enum lac_status add_overlaps(struct lac_estimate_store *store,
                                    const struct lac_estimate_store_cell *in, struct lac_error *err)
{
    const struct lac_estimate_table *table = &in->cell->table;
    double empty = 0;
    enum lac_status st = lac_estimate_store_number(store, "persons", NULL, (double)in->cell->observed, err);
    for (int k = 0; !st && k < table->lists; k++)
        st = lac_estimate_store_number(store, "list_size", table->list[k], persons_on(table, 1U << k), err);
    for (int i = 0; !st && i < table->lists; i++)
        for (int j = i + 1; !st && j < table->lists; j++) {
            char pair[256];
            double both = persons_on(table, 1U << i | 1U << j);
            snprintf(pair, sizeof pair, "%s*%s", table->list[i], table->list[j]);
            empty += both == 0;
            st = lac_estimate_store_number(store, "overlap", pair, both, err);
        }
    if (!st) st = lac_estimate_store_number(store, "empty_overlaps", NULL, empty, err);
    return st;
}

static enum lac_status add_source(struct lac_estimate_store *store, const struct lac_uncertainty *from,
                                  enum lac_source source, struct lac_error *err)
{
    struct lac_table *t = &store->uncertainty;
    size_t row;
    enum lac_status st = lac_table_row(t, &row, err);
    if (st) return st;
    lac_u32(t, LAC_COL_uncertainty_cell)[row] = store->cell;
    lac_f64(t, LAC_COL_uncertainty_variance)[row] = from->variance[source];
    lac_f64(t, LAC_COL_uncertainty_share)[row] = from->variance[source] / from->total;
    lac_f64(t, LAC_COL_uncertainty_lower)[row] = from->lower[source];
    lac_f64(t, LAC_COL_uncertainty_upper)[row] = from->upper[source];
    return lac_set_text(t, LAC_COL_uncertainty_source, row, lac_source_word(source), err);
}

/* Sources of the width, and the check of Rubin. */
static enum lac_status add_uncertainty(struct lac_estimate_store *store, const struct lac_uncertainty *from,
                                       struct lac_error *err)
{
    enum lac_status st = LAC_OK;
    for (int s = 0; !st && s < LAC_SOURCES; s++) st = add_source(store, from, (enum lac_source)s, err);
    if (st || isnan(from->rubin_df)) return st;
    st = lac_estimate_store_number(store, "rubin_lower", NULL, from->rubin_lower, err);
    if (!st) st = lac_estimate_store_number(store, "rubin_upper", NULL, from->rubin_upper, err);
    if (!st) st = lac_estimate_store_number(store, "rubin_df", NULL, from->rubin_df, err);
    return st ? st : lac_estimate_store_number(store, "rubin_skewness", NULL, from->rubin_skewness, err);
}

static enum lac_status add_gates(struct lac_estimate_store *store, const struct lac_gates *gates,
                                 struct lac_error *err)
{
    struct lac_table *t = &store->gates;
    for (int i = 0; i < gates->count; i++) {
        const struct lac_gate_verdict *v = &gates->verdict[i];
        size_t row;
        enum lac_status st = lac_table_row(t, &row, err);
        if (st) return st;
        lac_u32(t, LAC_COL_gates_cell)[row] = store->cell;
        lac_f64(t, LAC_COL_gates_value)[row] = v->value;
        lac_f64(t, LAC_COL_gates_limit)[row] = v->limit;
        const struct text_cell texts[] = {
            {LAC_COL_gates_gate, v->gate},
            {LAC_COL_gates_item, v->item},
            {LAC_COL_gates_verdict, v->refused ? "refused"
                                    : v->near  ? "near"
                                               : "passed"},
        };
        if ((st = set_texts(t, row, texts, 3, err))) return st;
    }
    return LAC_OK;
}

enum lac_status lac_estimate_store_cell(struct lac_estimate_store *store,
                                        const struct lac_estimate_store_cell *in, struct lac_error *err)
{
    const struct lac_result *result = in->result;
    enum lac_status st = add_summary(store, in, err);
    for (size_t i = 0; !st && i < result->model_count; i++)
        st = add_model(&store->models, store->cell, &result->models[i], err);
    if (!st) st = add_replicates(&store->replicates, store->cell, result, err);
    if (!st) st = add_overlaps(store, in, err);
    if (!st) st = add_gates(store, in->gates, err);
    if (!st && result->uncertainty && result->status == LAC_RESULT_OK)
        st = add_uncertainty(store, result->uncertainty, err);
    for (int i = 0; !st && i < result->numbers; i++)
        st = lac_estimate_store_number(store, result->number[i].name, NULL, result->number[i].value, err);
    return st;
}

static enum lac_status add_stated(struct lac_estimate_store *store, const char *setting, double value,
                                  struct lac_error *err)
{
    char text[32];
    size_t row;
    enum lac_status st = lac_table_row(&store->stated, &row, err);
    snprintf(text, sizeof text, "%g", value);
    if (!st) st = lac_set_text(&store->stated, LAC_COL_stated_setting, row, setting, err);
    return st ? st : lac_set_text(&store->stated, LAC_COL_stated_value, row, text, err);
}

enum lac_status lac_estimate_store_stated(struct lac_estimate_store *store,
                                          const struct lac_estimate_settings *settings, struct lac_error *err)
{
    const struct lac_gate_settings *gates = &settings->gates;
    const struct {
        const char *setting;
        double value;
    } stated[] = {
        {"residual_dependence", settings->residual_dependence},
        {"level", settings->level},
        {"order", (double)settings->order},
        {"bootstrap", (double)settings->bootstrap},
        {"linkage_draws", (double)settings->linkage_draws},
        {"gates.overlap_minimum", (double)gates->overlap_minimum},
        {"gates.unseen_ratio_maximum", gates->unseen_ratio_maximum},
        {"gates.failed_share_maximum", gates->failed_share_maximum},
        {"gates.interval_ratio_maximum", gates->interval_ratio_maximum},
        {"gates.list_out_ratio_maximum", gates->list_out_ratio_maximum},
        {"gates.linkage_minimum", gates->linkage_minimum},
    };
    size_t row;
    enum lac_status st = lac_table_row(&store->stated, &row, err);
    if (!st) st = lac_set_text(&store->stated, LAC_COL_stated_setting, row, "method", err);
    if (!st) st = lac_set_text(&store->stated, LAC_COL_stated_value, row, settings->method, err);
    for (size_t i = 0; !st && i < sizeof stated / sizeof *stated; i++)
        st = add_stated(store, stated[i].setting, stated[i].value, err);
    return st;
}

enum lac_status lac_estimate_store_write(const struct lac_estimate_store *store, const char *run,
                                         const struct lac_provenance *provenance, struct lac_error *err)
{
    struct lac_table *table[TABLES];
    const struct lac_table *tables[TABLES];
    struct lac_estimate_store all = *store;
    enum lac_table_id id[TABLES];
    tables_of(&all, table, id);
    for (int i = 0; i < TABLES; i++) tables[i] = table[i];
    return lac_store_write(run, LAC_FILE_estimates, provenance, tables, TABLES, err);
}
