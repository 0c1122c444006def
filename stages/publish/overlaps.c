/* SPDX-License-Identifier: GPL-3.0-or-later */
/* List sizes and pairwise overlaps of the headline cell. Capture histories stay in the store: what leaves is
 * the size of each list and the number on each pair of lists, whatever the others say, rounded and
 * suppressed. */
#include "estimates.h"

#include <math.h>
#include <string.h>
#include "control.h"
#include "words.h"

#define H(column, row) lac_text(&input->histories, LAC_COL_histories_##column, (row))
#define L(column, row) lac_text(&input->history_lists, LAC_COL_history_lists_##column, (row))
#define LISTS 32

struct lists {
    size_t count;
    const char *code[LISTS];
    uint32_t bit[LISTS];
    int32_t expected[LISTS], received[LISTS], partial[LISTS];
};

static void lists_collect(const struct lac_publish_input *input, const char *geography_code,
                          struct lists *lists)
{
    const struct lac_run_settings *run = &input->config->run;
    const struct lac_table *t = &input->history_lists;
    const int32_t *start = lac_i32(t, LAC_COL_history_lists_window_start);
    const int32_t *end = lac_i32(t, LAC_COL_history_lists_window_end);
    lists->count = 0;
    for (size_t i = 0; i < t->rows && lists->count < LISTS; i++) {
        if (lac_u32(t, LAC_COL_history_lists_bit)[i] >= LISTS) continue;
        if (start[i] != run->period_start || end[i] != run->period_end ||
            strcmp(L(geography_code, i), geography_code) != 0)
            continue;
        size_t k = lists->count++;
        lists->code[k] = L(list, i);
        lists->bit[k] = lac_u32(t, LAC_COL_history_lists_bit)[i];
        lists->expected[k] = lac_i32(t, LAC_COL_history_lists_expected)[i];
        lists->received[k] = lac_i32(t, LAC_COL_history_lists_received)[i];
        lists->partial[k] = lac_i32(t, LAC_COL_history_lists_partial)[i];
    }
}

/* Persons certainly in the headline cell whose pattern has all bits of `mask`. */
static int64_t overlap_count(const struct lac_publish_model *model, const struct lac_publish_input *input,
                             const char *geography_code, uint32_t mask)
{
    const struct lac_run_settings *run = &input->config->run;
    const struct lac_table *t = &input->histories;
    const int32_t *start = lac_i32(t, LAC_COL_histories_window_start),
                  *end = lac_i32(t, LAC_COL_histories_window_end);
    const int32_t *draw = lac_i32(t, LAC_COL_histories_draw);
    const uint32_t *pattern = lac_u32(t, LAC_COL_histories_pattern);
    const int64_t *certain = lac_i64(t, LAC_COL_histories_certain);
    int64_t sum = 0;
    for (size_t i = 0; i < t->rows; i++) {
        if (draw[i] != -1 || (pattern[i] & mask) != mask || start[i] != run->period_start ||
            end[i] != run->period_end)
            continue;
        if (!strcmp(H(geography_code, i), geography_code) && !strcmp(H(definition, i), model->definition) &&
            !strcmp(H(population, i), model->population) && !strcmp(H(variant, i), "main") &&
            !strcmp(H(stratum, i), "all"))
            sum += certain[i];
    }
    return sum;
}

static struct lac_publish_cell overlap_figure(struct lac_publish_model *model, const char *geography_code,
                                              const char *table, const char *stratum, int64_t count)
{
    struct lac_publish_figure *f = lac_publish_figure_add(model);
    if (!f) return lac_publish_cell_text("");
    f->table = table;
    f->definition = model->definition;
    f->population = model->population;
    f->period = model->period;
    f->place = "nation";
    f->geography = model->nation;
    f->geography_code = geography_code;
    f->stratum = stratum;
    f->measure = "observed";
    lac_publish_figure_count(model, f, count, false);
    return lac_publish_cell_figure(f);
}

static const struct lac_publish_column list_columns[] = {{"List", false},
                                                         {"Code", false},
                                                         {"People on the list", true},
                                                         {"Returns expected", true},
                                                         {"Received whole", true},
                                                         {"Received in part", true}};
static const struct lac_publish_column pair_columns[] = {
    {"Pair of lists", false}, {"People on both lists", true}, {"Share of the smaller list", true}};

static void list_rows(struct lac_publish_model *model, const struct lac_publish_input *input,
                      const char *code, const struct lists *lists)
{
    struct lac_publish_table *table =
        lac_publish_table_add(model, LAC_PUBLISH_OVERLAPS, "lists", list_columns, LAC_COUNT(list_columns));
    if (!table) return;
    table->title =
        lac_publish_text(model, "Size of each list, definition %s, %s", model->definition, model->nation);
    table->note = "A person on several lists counts on each: the sizes do not add up to the number observed.";
    for (size_t i = 0; i < lists->count; i++) {
        struct lac_publish_cell *cell = lac_publish_row_add(model, table);
        if (!cell) return;
        cell[0] = lac_publish_cell_text(lac_publish_list_name(input, lists->code[i]));
        cell[1] = lac_publish_cell_text(lists->code[i]);
        cell[2] = overlap_figure(model, code, "lists", lac_publish_text(model, "list=%s", lists->code[i]),
                                 overlap_count(model, input, code, 1u << lists->bit[i]));
        cell[3] = lac_publish_cell_number(lists->expected[i], 0);
        cell[4] = lac_publish_cell_number(lists->received[i], 0);
        cell[5] = lac_publish_cell_number(lists->partial[i], 0);
    }
}

/* A list's own size is hidden too where it is, and with it the share. */
static bool list_hidden(const struct lac_publish_model *model, const char *list)
{
    for (size_t i = 0; i < model->figures; i++)
        if (!strcmp(model->figure[i].table, "lists") && !strcmp(model->figure[i].stratum + 5, list))
            return isnan(model->figure[i].value);
    return false;
}

static void pair_row(struct lac_publish_model *model, const struct lac_publish_input *input, const char *code,
                     const struct lists *lists, const size_t pair[2])
{
    struct lac_publish_table *table = model->table[model->tables - 1];
    struct lac_publish_cell *cell = lac_publish_row_add(model, table);
    if (!cell) return;
    const char *a = lists->code[pair[0]], *b = lists->code[pair[1]];
    uint32_t bit_a = 1u << lists->bit[pair[0]], bit_b = 1u << lists->bit[pair[1]];
    int64_t both = overlap_count(model, input, code, bit_a | bit_b);
    int64_t size_a = overlap_count(model, input, code, bit_a),
            size_b = overlap_count(model, input, code, bit_b);
    cell[0] = lac_publish_cell_text(lac_publish_text(model, "%s and %s", a, b));
    cell[1] = overlap_figure(model, code, "overlaps", lac_publish_text(model, "lists=%s+%s", a, b), both);
    bool hide = cell[1].symbol || list_hidden(model, a) || list_hidden(model, b);
    cell[2] = hide ? lac_publish_cell_symbol(model->profile->symbol[0])
                   : lac_publish_cell_share(
                         lac_publish_share(model->profile, both, size_a < size_b ? size_a : size_b));
}

void lac_publish_overlaps(struct lac_publish_model *model, const struct lac_publish_input *input)
{
    struct lists lists;
    size_t row = lac_publish_headline_row(model, input);
    const char *code = lac_text(&input->summary, LAC_COL_summary_geography_code, row);
    lists_collect(input, code, &lists);
    list_rows(model, input, code, &lists);
    struct lac_publish_table *table =
        lac_publish_table_add(model, LAC_PUBLISH_OVERLAPS, "overlaps", pair_columns, LAC_COUNT(pair_columns));
    if (!table) return;
    table->title = lac_publish_text(model, "People on both lists of each pair, definition %s, %s",
                                    model->definition, model->nation);
    table->note = "Whatever the other lists say. Exact overlaps and capture histories are never published.";
    for (size_t i = 0; i < lists.count; i++)
        for (size_t j = i + 1; j < lists.count; j++) pair_row(model, input, code, &lists, (size_t[2]){i, j});
}
