/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "quality.h"

#include <math.h>
#include <string.h>
#include "words.h"

#define G(column, row) lac_text(&input->grid, LAC_COL_grid_##column, (row))
#define F(column, row) lac_text(&input->findings, LAC_COL_findings_##column, (row))

/* --- returns
 * ---------------------------------------------------------------------------------------------------- */

static const char *const states[] = {"FULL", "PARTIAL", "NIL", "MISSING", "REJECTED"};
static const struct lac_publish_column grid_columns[] = {
    {"List", false},   {"Period", false}, {"Expected", true}, {"Whole", true},
    {"In part", true}, {"Nil", true},     {"Missing", true},  {"Rejected", true}};
static const struct lac_publish_column missing_columns[] = {
    {"Agency", false}, {"List", false}, {"Force area", false}, {"Period", false}, {"What happened", false}};

static bool grid_same(const struct lac_publish_input *input, size_t a, size_t b)
{
    const int32_t *start = lac_i32(&input->grid, LAC_COL_grid_period_start);
    const int32_t *end = lac_i32(&input->grid, LAC_COL_grid_period_end);
    return start[a] == start[b] && end[a] == end[b] && !strcmp(G(list, a), G(list, b));
}

static void grid_row(struct lac_publish_model *model, const struct lac_publish_input *input,
                     struct lac_publish_table *table, size_t first)
{
    int count[LAC_COUNT(states)] = {0}, expected = 0;
    for (size_t i = 0; i < input->grid.rows; i++) {
        if (!grid_same(input, first, i) || !strcmp(G(state, i), "NOT_OPERATING")) continue;
        expected++;
        for (size_t s = 0; s < LAC_COUNT(states); s++) count[s] += !strcmp(G(state, i), states[s]);
    }
    struct lac_publish_cell *cell = lac_publish_row_add(model, table);
    if (!cell) return;
    cell[0] = lac_publish_cell_text(lac_publish_list_name(input, G(list, first)));
    cell[1] = lac_publish_cell_text(
        lac_publish_span_words(model, lac_i32(&input->grid, LAC_COL_grid_period_start)[first],
                               lac_i32(&input->grid, LAC_COL_grid_period_end)[first]));
    cell[2] = lac_publish_cell_number(expected, 0);
    for (size_t s = 0; s < LAC_COUNT(states); s++) cell[3 + s] = lac_publish_cell_number(count[s], 0);
}

static void missing_row(struct lac_publish_model *model, const struct lac_publish_input *input,
                        struct lac_publish_table *table, size_t i)
{
    struct lac_publish_cell *cell = lac_publish_row_add(model, table);
    if (!cell) return;
    const char *force = G(force, i);
    cell[0] = lac_publish_cell_text(G(agency, i));
    cell[1] = lac_publish_cell_text(lac_publish_list_name(input, G(list, i)));
    cell[2] = lac_publish_cell_text(force[0] ? lac_publish_force_name(input, force) : "wider than one force");
    cell[3] = lac_publish_cell_text(
        lac_publish_span_words(model, lac_i32(&input->grid, LAC_COL_grid_period_start)[i],
                               lac_i32(&input->grid, LAC_COL_grid_period_end)[i]));
    cell[4] =
        lac_publish_cell_text(!strcmp(G(state, i), "MISSING")    ? "Missing: nothing that could be used came"
                              : !strcmp(G(state, i), "REJECTED") ? "Rejected: the file could not be used"
                                                                 : "Covers only a part");
}

static void missing_table(struct lac_publish_model *model, const struct lac_publish_input *input)
{
    struct lac_publish_table *table = NULL;
    for (size_t i = 0; i < input->grid.rows; i++) {
        const char *state = G(state, i);
        if (strcmp(state, "MISSING") != 0 && strcmp(state, "REJECTED") != 0 && strcmp(state, "PARTIAL") != 0)
            continue;
        if (!table)
            table = lac_publish_table_add(model, LAC_PUBLISH_RETURNS, "returns-missing", missing_columns,
                                          LAC_COUNT(missing_columns));
        if (!table) return;
        table->title = "Returns that are missing, rejected or partial";
        missing_row(model, input, table, i);
    }
}

/* Row of the earliest period of this list not yet done; the row count when there is none. */
static size_t grid_next(const struct lac_publish_input *input, const bool *done, const char *list)
{
    const int32_t *start = lac_i32(&input->grid, LAC_COL_grid_period_start);
    size_t best = input->grid.rows;
    for (size_t i = 0; i < input->grid.rows; i++) {
        if (done[i] || strcmp(G(list, i), list) != 0) continue;
        if (best == input->grid.rows || start[i] < start[best]) best = i;
    }
    return best;
}

void lac_publish_returns(struct lac_publish_model *model, const struct lac_publish_input *input)
{
    size_t n = input->grid.rows;
    if (!n) return;
    struct lac_publish_table *table =
        lac_publish_table_add(model, LAC_PUBLISH_RETURNS, "returns", grid_columns, LAC_COUNT(grid_columns));
    if (!table) return;
    table->title = "Returns expected and received, by list and period";
    for (size_t i = 0; i < n; i++) model->returns_expected += strcmp(G(state, i), "NOT_OPERATING") != 0;
    for (size_t i = 0; i < n; i++)
        model->returns_whole += !strcmp(G(state, i), "FULL") || !strcmp(G(state, i), "NIL");
    bool *done = lac_publish_new(model, n, sizeof *done);
    if (!done) return;
    for (size_t first = 0; first < n; first++) {
        const char *list = G(list, first);
        for (size_t i = grid_next(input, done, list); i < n && !model->failed;
             i = grid_next(input, done, list)) {
            grid_row(model, input, table, i);
            for (size_t j = 0; j < n; j++) done[j] = done[j] || grid_same(input, i, j);
        }
    }
    missing_table(model, input);
}

/* --- findings
 * --------------------------------------------------------------------------------------------------- */

static const struct lac_publish_column finding_columns[] = {
    {"Rule", false}, {"Severity", false}, {"Returns concerned", true}, {"Rows concerned", true}};

static void finding_row(struct lac_publish_model *model, const struct lac_publish_input *input,
                        struct lac_publish_table *table, size_t first)
{
    const struct lac_table *t = &input->findings;
    const int64_t *row = lac_i64(t, LAC_COL_findings_row);
    const uint32_t *of = lac_codes(t, LAC_COL_findings_return_id);
    const uint32_t *rule = lac_codes(t, LAC_COL_findings_rule),
                   *severity = lac_codes(t, LAC_COL_findings_severity);
    size_t dictionary = lac_dict_of(t, LAC_COL_findings_return_id)->count;
    bool *seen = lac_publish_new(model, dictionary + 1, sizeof *seen);
    struct lac_publish_cell *cell = lac_publish_row_add(model, table);
    if (!seen || !cell) return;
    int64_t rows = 0, returns = 0;
    for (size_t i = first; i < t->rows; i++) {
        if (rule[i] != rule[first] || severity[i] != severity[first]) continue;
        if (row[i] != LAC_MISSING_I64) rows++;
        if (of[i] == LAC_MISSING_STR || seen[of[i]]) continue;
        seen[of[i]] = true;
        returns++;
    }
    cell[0] = lac_publish_cell_text(lac_publish_humanise(model, F(rule, first)));
    cell[1] = lac_publish_cell_text(F(severity, first));
    cell[2] = lac_publish_cell_number((double)returns, 0);
    cell[3] = rows ? lac_publish_cell_count(model, rows) : lac_publish_cell_symbol('z');
}

/* First row of `findings` not yet listed with the smallest rule; the row count when all are. */
static size_t finding_next(const struct lac_publish_input *input, const bool *done)
{
    size_t best = input->findings.rows;
    for (size_t i = 0; i < input->findings.rows; i++)
        if (!done[i] && (best == input->findings.rows || strcmp(F(rule, i), F(rule, best)) < 0)) best = i;
    return best;
}

void lac_publish_findings(struct lac_publish_model *model, const struct lac_publish_input *input)
{
    const struct lac_table *t = &input->findings;
    if (!t->rows) return;
    const uint32_t *rule = lac_codes(t, LAC_COL_findings_rule),
                   *severity = lac_codes(t, LAC_COL_findings_severity);
    bool *done = lac_publish_new(model, t->rows, sizeof *done);
    struct lac_publish_table *table = lac_publish_table_add(model, LAC_PUBLISH_FINDINGS, "findings",
                                                            finding_columns, LAC_COUNT(finding_columns));
    if (!table || !done) return;
    table->title = "What the checks of the returns found, by rule";
    table->note = "Every finding, with file, row and column, is in findings.csv of the run folder. Rows are "
                  "rounded or suppressed like counts of people.";
    for (size_t i = finding_next(input, done); i < t->rows && !model->failed; i = finding_next(input, done)) {
        finding_row(model, input, table, i);
        for (size_t j = 0; j < t->rows; j++)
            if (rule[j] == rule[i] && severity[j] == severity[i]) done[j] = true;
    }
}

/* --- identity
 * --------------------------------------------------------------------------------------------------- */

static const struct lac_publish_column identity_columns[] = {{"What", false}, {"Value", false}};

void lac_publish_identity(struct lac_publish_model *model)
{
    const char *const row[][2] = {
        {"Run", model->run_name},
        {"Period", model->period},
        {"As at", model->as_at},
        {"Program", model->version},
        {"Seed", model->seed},
        {"Settings, SHA-256", model->config_digest},
        {"Inputs, SHA-256", model->input_digest},
        {"Disclosure profile", model->profile->id},
    };
    struct lac_publish_table *table = lac_publish_table_add(model, LAC_PUBLISH_IDENTITY, "identity",
                                                            identity_columns, LAC_COUNT(identity_columns));
    if (!table) return;
    table->title = "Identity of this run";
    table->note = "The same inputs, settings, seed and program give this report again, byte for byte.";
    for (size_t i = 0; i < LAC_COUNT(row); i++) {
        struct lac_publish_cell *cell = lac_publish_row_add(model, table);
        if (!cell) return;
        cell[0] = lac_publish_cell_text(row[i][0]);
        cell[1] = lac_publish_cell_text(row[i][1]);
    }
}
