/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "pipeline.h"
#include <math.h>
#include <string.h>
#include "base/file.h"
#include "cells.h"
#include "gates.h"
#include "method.h"
#include "model_run.h"
#include "pooled_cells.h"
#include "runs.h"
#include "sensitivity_store.h"
#include "store_out.h"
#include "table_run.h"

#define NATIONAL_CODE "K04000001"

/* What one cell at a time is worked on with. */
struct worker {
    const struct lac_estimate_pipeline *job;
    const struct lac_estimate_cells *cells;
    const struct lac_table *lists; /* the store's history_lists */
    const struct lac_estimate_method *method;
    struct lac_estimate_store *store;
    struct lac_estimate_options options;
    struct lac_arena *arena;         /* of the cell at hand */
    struct lac_pooled_cells pooled;  /* forces behind it; none unless it is a pooled national one */
    const struct lac_table *quality; /* the store's link_quality; no rows where there are no links */
    struct lac_gates gates; /* of the cell at hand, and what the linkage of its population is worth */
    struct lac_gate_linkage linkage;
    double left_out[LAC_ESTIMATE_LISTS_MAX]; /* estimates of the cell at hand without each list */
};

static bool wanted(const struct lac_estimate_settings *settings, const char *variant)
{
    for (size_t i = 0; i < settings->variants.count; i++)
        if (strcmp(settings->variants.item[i], variant) == 0) return true;
    return false;
}

static void set_options(struct worker *w, uint32_t cell, const struct lac_estimate_history *history)
{
    const struct lac_estimate_settings *settings = w->job->settings;
    lac_estimate_options_init(&w->options);
    w->options.bootstrap = settings->bootstrap;
    w->options.level = settings->level;
    w->options.delta_sd = settings->residual_dependence;
    w->options.order = (int)settings->order;
    w->options.seed = w->job->seed;
    w->options.part = cell;
    w->options.keep_replicates = true;
    /* six lists have 7.8 million hierarchical models: a run over many cells looks at the two-way ones */
    if (history->lists > 5 && w->options.order == 0) w->options.order = 2;
    /* national: three-way terms where the data carry them */
    if (w->options.order == 0 && strcmp(w->method->name, "national") == 0) w->options.order = 3;
}

/* A history with the bits of `mask` alone, closed up. */
static unsigned close_up(unsigned history, unsigned mask)
{
    unsigned closed = 0;
    for (int bit = 0, to = 0; bit < 16; bit++)
        if (mask >> bit & 1U) closed |= (history >> bit & 1U) << to++;
    return closed;
}

/* Counts of the drawn linkages with scope at its mean. */
static enum lac_status take_settled(const struct lac_estimate_cell *cell, unsigned mask,
                                    struct lac_estimate_history *history, struct lac_arena *arena)
{
    size_t cells = (size_t)1 << history->lists;
    double *settled = LAC_NEW(arena, double, cell->draws *cells);
    if (!settled) return LAC_NOMEM;
    for (size_t d = 0; d < cell->draws; d++)
        for (int64_t r = 0; r < cell->table.rows; r++)
            settled[d * cells + close_up(cell->table.history[r], mask)] +=
                (double)cell->settled[d * cell->stride + (size_t)r];
    history->settled = settled;
    return LAC_OK;
}

/* Counts of the drawn linkages and their mean, which becomes the table. */
static enum lac_status take_draws(const struct lac_estimate_cell *cell, unsigned mask, double *count,
                                  struct lac_estimate_history *history, struct lac_arena *arena)
{
    size_t cells = (size_t)1 << history->lists;
    double *drawn = LAC_NEW(arena, double, cell->draws *cells);
    double *n = LAC_NEW(arena, double, cell->draws);
    if (!drawn || !n) return LAC_NOMEM;
    for (size_t d = 0; d < cell->draws; d++)
        for (int64_t r = 0; r < cell->table.rows; r++) {
            unsigned to = close_up(cell->table.history[r], mask);
            double persons = cell->drawn[d * cell->stride + (size_t)r];
            if (to == 0) continue;
            drawn[d * cells + to] += persons;
            n[d] += persons;
        }
    if (cell->settled && take_settled(cell, mask, history, arena)) return LAC_NOMEM;
    memset(count, 0, cells * sizeof *count);
    for (size_t d = 0; d < cell->draws; d++)
        for (size_t w = 1; w < cells; w++) count[w] += drawn[d * cells + w];
    for (size_t w = 1; w < cells; w++) count[w] /= (double)cell->draws;
    history->draws = cell->draws;
    history->drawn = drawn;
    history->drawn_n = n;
    return LAC_OK;
}

/* The cell's table on the lists of `mask`: the mean over the drawn linkages where there are some. */
static enum lac_status cell_history(const struct lac_estimate_cell *cell, unsigned mask,
                                    struct lac_arena *arena, struct lac_estimate_history *history,
                                    struct lac_error *err)
{
    struct lac_estimate_history made = {.lists = __builtin_popcount(mask)};
    const char **name = LAC_NEW(arena, const char *, LAC_ESTIMATE_TABLE_LISTS);
    double *count = LAC_NEW(arena, double, (size_t)1 << made.lists);
    if (!name || !count) return lac_fail_memory(err, "a table");
    for (int k = 0, to = 0; k < cell->table.lists; k++)
        if (mask >> k & 1U) name[to++] = cell->table.list[k];
    for (int64_t r = 0; r < cell->table.rows; r++)
        count[close_up(cell->table.history[r], mask)] += (double)cell->table.count[r];
    if (cell->draws > 0 && take_draws(cell, mask, count, &made, arena))
        return lac_fail_memory(err, "drawn linkages");
    enum lac_status st = lac_estimate_history_init(history, made.lists, name, count, arena, err);
    history->draws = made.draws;
    history->drawn = made.drawn;
    history->drawn_n = made.drawn_n;
    history->settled = made.settled;
    return st;
}

/* Point estimate of the same method without one list; NaN when there is none. */
static enum lac_status without_list(struct worker *w, const struct lac_estimate_cell *cell, int left_out,
                                    double *estimate, struct lac_error *err)
{
    struct lac_estimate_options options = w->options;
    struct lac_results results = {.arena = w->arena};
    struct lac_estimate_history history;
    unsigned mask = ((1U << cell->table.lists) - 1) & ~(1U << left_out);
    *estimate = (double)NAN;
    enum lac_status st = cell_history(cell, mask, w->arena, &history, err);
    if (st || history.lists < 2) return st;
    options.bootstrap = 0;
    options.keep_replicates = false;
    if ((st = w->method->run(&history, &options, &results, err))) return st;
    if (results.item[0].status == LAC_RESULT_OK) *estimate = results.item[0].estimate;
    return LAC_OK;
}

/* Estimates without each list in turn, for the gates. */
static enum lac_status leave_one_out(struct worker *w, const struct lac_estimate_cell *cell,
                                     struct lac_error *err)
{
    enum lac_status st = LAC_OK;
    for (int k = 0; k < LAC_ESTIMATE_LISTS_MAX; k++) w->left_out[k] = (double)NAN;
    for (int k = 0; !st && cell->table.lists > 2 && k < cell->table.lists; k++)
        st = without_list(w, cell, k, &w->left_out[k], err);
    return st;
}

static enum lac_status store_left_out(const struct worker *w, const struct lac_estimate_cell *cell,
                                      struct lac_error *err)
{
    enum lac_status st = LAC_OK;
    for (int k = 0; !st && cell->table.lists > 2 && k < cell->table.lists; k++)
        st = lac_estimate_store_number(w->store, "leave_one_list_out", cell->table.list[k], w->left_out[k],
                                       err);
    return st;
}

/* Pearson residuals (n - mu) / sqrt(mu) of the best model, a cell named by its lists. */
static enum lac_status residuals(struct worker *w, const struct lac_estimate_history *history,
                                 const struct lac_result *result, struct lac_error *err)
{
    struct lac_estimate_model model;
    struct lac_fitted fitted;
    if (result->model_count == 0) return LAC_OK;
    enum lac_status st =
        lac_estimate_model_parse(&model, result->models[0].model, history->lists, history->name, err);
    if (st) return st;
    struct lac_fitter *fitter = lac_fitter_new(history->lists);
    if (!fitter) return lac_fail_memory(err, "a fit");
    if (lac_fitter_model(fitter, history->count, &model, &fitted)) {
        const double *mean = lac_fitter_means(fitter);
        for (unsigned cell = 1; !st && cell < 1U << history->lists; cell++) {
            const char *name = lac_model_term_text(cell, history, w->arena);
            double residual = mean[cell] > 0 ? (history->count[cell] - mean[cell]) / sqrt(mean[cell]) : 0;
            st = name ? lac_estimate_store_number(w->store, "residual", name, residual, err)
                      : lac_fail_memory(err, "residuals");
        }
    }
    lac_fitter_free(fitter);
    return st;
}

static enum lac_status lower_bound(const struct worker *w, const struct lac_estimate_history *history,
                                   double *bound, struct lac_error *err)
{
    struct lac_results results = {.arena = w->arena};
    *bound = (double)NAN;
    if (history->lists < 2) return LAC_OK;
    enum lac_status st = lac_estimate_run_chao_mt(history, &w->options, &results, err);
    if (!st && results.item[0].status == LAC_RESULT_OK) *bound = results.item[0].estimate;
    return st;
}

/* A bound above the estimate bounds nothing: its premise, no negative dependence, is in doubt there. */
static void drop_bound(struct lac_result *result, double *bound)
{
    if (result->status != LAC_RESULT_OK || !(*bound > result->estimate)) return;
    lac_result_note(
        result,
        "no lower bound: that of chao-mt, %.0f, lies above the estimate, so dependence between lists "
        "may be negative",
        *bound);
    *bound = (double)NAN;
}

static void note_lists(const struct lac_estimate_cell *cell, struct lac_result *result)
{
    if (cell->unused > 0)
        lac_result_note(result, "lists left out because nobody in this cell is on them: %s",
                        cell->unused_names);
    if (cell->missing_names[0])
        lac_result_note(result, "lists with returns outstanding: %s", cell->missing_names);
}

static void note_pooled(const struct lac_pooled_cells *pooled, double one_table, struct lac_result *result)
{
    lac_result_number(result, "one_table_estimate", one_table);
    lac_result_number(result, "persons_in_no_force", pooled->unplaced);
    lac_result_number(result, "lists_not_operating", pooled->not_operating);
    lac_result_number(result, "lists_not_returned", pooled->not_returned);
    if (pooled->not_returned > 0)
        lac_result_note(
            result,
            "a list was not returned at all in a force %d times: what it would have added is estimated",
            pooled->not_returned);
}

/* National over forces: one model for all of them, and beside it the average over one table with its models.
 */
static enum lac_status run_pooled(struct worker *w, const struct lac_estimate_history *history,
                                  const struct lac_pooled_cells *pooled, struct lac_results *results,
                                  struct lac_error *err)
{
    struct lac_estimate_options options = w->options;
    struct lac_results table = {.arena = results->arena};
    options.bootstrap = 0;
    enum lac_status st = w->method->run(history, &options, &table, err);
    struct lac_result *result = st ? NULL : lac_results_add(results, w->method->name);
    if (!result) return st ? st : lac_fail_memory(err, "results");
    if ((st = lac_pooled_run(&pooled->input, &w->options, result, err))) return st;
    note_pooled(pooled, table.item[0].estimate, result);
    result->models = table.item[0].models;
    result->model_count = table.item[0].model_count;
    return LAC_OK;
}

/* The cell's estimate by the run's method. */
static enum lac_status run_method(struct worker *w, const struct lac_estimate_cell *cell,
                                  const struct lac_estimate_history *history, struct lac_results *results,
                                  struct lac_error *err)
{
    enum lac_status st = LAC_OK;
    w->pooled = (struct lac_pooled_cells){0};
    if (strcmp(w->method->name, "national") == 0 && strcmp(cell->geography, "nation") == 0)
        st = lac_pooled_cells_make(w->cells, cell, w->lists, w->arena, &w->pooled, err);
    if (st) return st;
    if (w->pooled.input.data.forces >= LAC_POOLED_FORCES_MIN)
        return run_pooled(w, history, &w->pooled, results, err);
    w->pooled.input.data.forces = 0;
    return w->method->run(history, &w->options, results, err);
}

/* What the linkage of a population is worth, where people judged pairs of it. */
static struct lac_gate_linkage linkage_of(const struct lac_table *quality, const char *population)
{
    struct lac_gate_linkage found = {(double)NAN, (double)NAN};
    double labels = 0;
    for (size_t r = 0; r < quality->rows; r++) {
        const char *measure = lac_text(quality, LAC_COL_link_quality_measure, r);
        double value = lac_f64(quality, LAC_COL_link_quality_value)[r];
        if (lac_text(quality, LAC_COL_link_quality_item, r)[0] ||
            strcmp(lac_text(quality, LAC_COL_link_quality_population, r), population) != 0)
            continue;
        if (strcmp(measure, "labels") == 0) labels = value;
        if (strcmp(measure, "expected_precision") == 0) found.precision = value;
        if (strcmp(measure, "expected_recall") == 0) found.recall = value;
    }
    return labels > 0 ? found : (struct lac_gate_linkage){(double)NAN, (double)NAN};
}

/* Estimates one cell into results->item[0], gates applied. */
static enum lac_status estimate(struct worker *w, const struct lac_estimate_cell *cell,
                                const struct lac_estimate_history *history, struct lac_results *results,
                                struct lac_error *err)
{
    struct lac_results refused = {.arena = results->arena};
    struct lac_result *first = lac_results_add(&refused, w->method->name);
    w->gates = (struct lac_gates){.settings = &w->job->settings->gates};
    w->linkage = linkage_of(w->quality, cell->population);
    if (!first) return lac_fail_memory(err, "results");
    if (lac_estimate_gate_population(cell->population, first) ||
        lac_estimate_gate_stratum(cell->stratum, first) ||
        lac_estimate_gates_before(&w->gates, history, &w->linkage, first)) {
        *results = refused;
    } else {
        enum lac_status st = run_method(w, cell, history, results, err);
        if (!st && results->count > 0 && results->item[0].status == LAC_RESULT_OK)
            st = leave_one_out(w, cell, err);
        if (st) return st;
        if (results->count == 0) return lac_fail(err, LAC_DEFECT, "%s gave no result", w->method->name);
        (void)lac_estimate_gates_after(&w->gates, history, w->left_out, &results->item[0]);
        (void)lac_estimate_gate_population(cell->population, &results->item[0]);
    }
    note_lists(cell, &results->item[0]);
    if (history->lists > 5 && w->job->settings->order == 0)
        lac_result_note(&results->item[0], "two-way models only, because there are more than five lists");
    return LAC_OK;
}

/* Never estimated, so that it is no finding that they are not. */
static bool never_estimated(const struct lac_estimate_cell *cell)
{
    return strcmp(cell->population, "groups") == 0 || lac_estimate_is_unknown(cell->stratum);
}

static bool is_headline(const struct lac_estimate_pipeline *job, const struct lac_estimate_cell *cell)
{
    return !never_estimated(cell) && strcmp(cell->definition, job->headline) == 0 &&
           strcmp(cell->geography_code, NATIONAL_CODE) == 0 && strcmp(cell->stratum, "all") == 0 &&
           strcmp(cell->variant, "main") == 0;
}

/* The region of every force by the code list; NULL in *region where there is no list. */
static enum lac_status find_regions(const struct worker *w, const char *const **region, struct lac_error *err)
{
    const struct lac_csv *list = w->job->forces;
    size_t forces = w->pooled.input.data.forces;
    *region = NULL;
    if (!list) return LAC_OK;
    int by = lac_csv_column(list, "ons_pfa_code"), name = lac_csv_column(list, "ons_region");
    const char **found = LAC_NEW(w->arena, const char *, forces + 1);
    if (!found) return lac_fail_memory(err, "regions");
    for (size_t f = 0; f < forces; f++) {
        found[f] = "";
        for (int64_t r = 0; by >= 0 && name >= 0 && r < list->rows; r++)
            if (strcmp(lac_csv_cell(list, r, by), w->pooled.code[f]) == 0)
                found[f] = lac_csv_cell(list, r, name);
    }
    *region = found;
    return LAC_OK;
}

/* The sensitivity set of a headline. */
static enum lac_status sensitivity(struct worker *w, const struct lac_estimate_history *history,
                                   const struct lac_result *result, struct lac_error *err)
{
    const struct lac_estimate_settings *settings = w->job->settings;
    struct lac_estimate_options options = w->options;
    struct lac_sensitivity list = {.arena = w->arena};
    struct lac_sensitivity_input input = {
        .history = history, .pooled = &w->pooled, .headline = result, .options = &options};
    if (options.bootstrap > settings->sensitivity_replicates)
        options.bootstrap = settings->sensitivity_replicates;
    enum lac_status st =
        lac_sensitivity_independent(&settings->independent_lists, history, input.independent, err);
    if (!st) st = find_regions(w, &input.region, err);
    if (!st) st = lac_sensitivity_run(&input, &list, err);
    return st ? st : lac_sensitivity_store(w->store, &list, err);
}

static enum lac_status run_cell(struct worker *w, uint32_t number, const struct lac_estimate_cell *cell,
                                bool *estimated, struct lac_error *err)
{
    struct lac_arena arena;
    struct lac_results results = {.arena = &arena};
    struct lac_estimate_history history;
    struct lac_estimate_store_cell row = {.cell = cell};
    lac_arena_init(&arena);
    w->arena = &arena;
    w->store->cell = number;
    enum lac_status st = cell_history(cell, (1U << cell->table.lists) - 1, &arena, &history, err);
    if (st) goto cleanup;
    set_options(w, number, &history);
    if ((st = estimate(w, cell, &history, &results, err))) goto cleanup;
    row.lower_bound = (double)NAN;
    if (!never_estimated(cell) && (st = lower_bound(w, &history, &row.lower_bound, err))) goto cleanup;
    drop_bound(&results.item[0], &row.lower_bound);
    row.result = &results.item[0];
    row.history = &history;
    row.gates = &w->gates;
    row.grade = lac_estimate_grade(&w->gates, &w->linkage, row.result);
    *estimated = row.result->status == LAC_RESULT_OK;
    if ((st = lac_estimate_store_cell(w->store, &row, err))) goto cleanup;
    st = residuals(w, &history, row.result, err);
    if (!st && *estimated) st = store_left_out(w, cell, err);
    if (!st && *estimated && is_headline(w->job, cell) && strcmp(w->method->name, "national") == 0)
        st = sensitivity(w, &history, row.result, err);
cleanup:
    w->arena = NULL;
    lac_arena_release(&arena);
    return st;
}

static enum lac_status run_cells(struct worker *w, const struct lac_estimate_cells *cells, bool *finding,
                                 struct lac_error *err)
{
    struct lac_progress progress;
    lac_progress_start(&progress, w->job->log, "cells", cells->count);
    enum lac_status st = LAC_OK;
    bool headline = false;
    *finding = false;
    for (size_t c = 0; !st && c < cells->count; c++) {
        const struct lac_estimate_cell *cell = &cells->item[c];
        bool estimated = true;
        if (wanted(w->job->settings, cell->variant)) st = run_cell(w, (uint32_t)c, cell, &estimated, err);
        headline |= is_headline(w->job, cell);
        if (!st && !estimated && is_headline(w->job, cell)) {
            lac_log_warn(w->job->log, "no estimate for the headline definition, %s (%s)",
                         cell->geography_name, cell->population);
            *finding = true;
        }
        lac_progress_update(&progress, c + 1);
    }
    lac_progress_end(&progress);
    if (!headline)
        lac_log_warn(w->job->log, "no persons for the headline definition in the national geography");
    *finding |= !headline;
    return st;
}

/* A method that makes several estimates of one table, or needs a model, cannot be the method of a run. */
static enum lac_status find_method(const struct lac_estimate_pipeline *job,
                                   const struct lac_estimate_method **method, struct lac_error *err)
{
    enum lac_status st = lac_estimate_method_find(job->settings->method, method, err);
    if (st || !((*method)->options & LAC_OPTION_MODEL)) return st;
    (void)lac_fail(err, LAC_USAGE, "estimate.method: %s needs a model or a pair of lists", (*method)->name);
    lac_error_remedy(err, "use loglinear-average, loglinear-all or loglinear-stepwise");
    return LAC_USAGE;
}

/* Drawn linkages to use: those of the store, at most as many as the settings ask for. */
static size_t draws_of(const struct lac_estimate_pipeline *job, const struct lac_table *accounts)
{
    size_t draws = 0, most = (size_t)job->settings->linkage_draws;
    for (size_t r = 0; r < accounts->rows; r++) {
        int32_t draw = lac_i32(accounts, LAC_COL_accounts_draw)[r];
        if (draw >= 0 && (size_t)draw + 1 > draws) draws = (size_t)draw + 1;
    }
    return draws < most ? draws : most;
}

/* The quality of the linkage; an empty table where a store has no links. */
static enum lac_status read_quality(const struct lac_estimate_pipeline *job, struct lac_table *quality,
                                    struct lac_arena *arena, struct lac_error *err)
{
    const char *path = lac_store_path(arena, job->run, LAC_FILE_links);
    if (!path) return lac_fail_memory(err, "a file name");
    return lac_file_exists(path) ? lac_store_read(job->run, LAC_TABLE_link_quality, quality, err)
                                 : lac_table_init(quality, LAC_TABLE_link_quality, err);
}

enum lac_status lac_estimate_pipeline_run(const struct lac_estimate_pipeline *job, struct lac_error *err)
{
    struct lac_table histories = {0}, lists = {0}, drawn = {0}, accounts = {0}, quality = {0};
    struct lac_estimate_store store = {0};
    struct lac_estimate_cells cells = {0};
    struct worker w = {.job = job, .cells = &cells, .lists = &lists, .store = &store, .quality = &quality};
    struct lac_arena arena;
    bool finding = false;
    lac_arena_init(&arena);
    enum lac_status st = find_method(job, &w.method, err);
    if (!st) st = lac_store_read(job->run, LAC_TABLE_histories, &histories, err);
    if (!st) st = lac_store_read(job->run, LAC_TABLE_history_lists, &lists, err);
    if (!st) st = lac_store_read(job->run, LAC_TABLE_history_draws, &drawn, err);
    if (!st) st = lac_store_read(job->run, LAC_TABLE_accounts, &accounts, err);
    if (!st) {
        const struct lac_estimate_sources sources = {&histories, &drawn, &lists, draws_of(job, &accounts)};
        st = lac_estimate_cells_make(&sources, &arena, &cells, err);
    }
    if (!st) st = lac_estimate_store_init(&store, err);
    if (!st) st = read_quality(job, &quality, &arena, err);
    if (!st) st = lac_estimate_store_stated(&store, job->settings, err);
    if (!st) st = run_cells(&w, &cells, &finding, err);
    if (!st) st = lac_sensitivity_store_definitions(&store, err);
    if (!st) st = lac_estimate_store_write(&store, job->run, job->provenance, err);
    lac_estimate_store_release(&store);
    lac_table_release(&histories);
    lac_table_release(&lists);
    lac_table_release(&drawn);
    lac_table_release(&accounts);
    lac_table_release(&quality);
    lac_arena_release(&arena);
    return st ? st : finding ? LAC_FINDINGS : LAC_OK;
}
