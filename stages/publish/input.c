/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "input.h"

#include <string.h>
#include "table/store.h"

#define LAC_PUBLISH_INPUTS 20

struct slot {
    enum lac_table_id id;
    struct lac_table *table;
};

static void slots(struct lac_publish_input *in, struct slot slot[LAC_PUBLISH_INPUTS])
{
    const struct slot all[LAC_PUBLISH_INPUTS] = {
        {LAC_TABLE_summary, &in->summary},
        {LAC_TABLE_models, &in->models},
        {LAC_TABLE_diagnostics, &in->diagnostics},
        {LAC_TABLE_uncertainty, &in->uncertainty},
        {LAC_TABLE_sensitivity, &in->sensitivity},
        {LAC_TABLE_gates, &in->gates},
        {LAC_TABLE_stated, &in->stated},
        {LAC_TABLE_histories, &in->histories},
        {LAC_TABLE_history_lists, &in->history_lists},
        {LAC_TABLE_verdicts, &in->verdicts},
        {LAC_TABLE_link_quality, &in->link_quality},
        {LAC_TABLE_model, &in->link_model},
        {LAC_TABLE_link_weights, &in->link_weights},
        {LAC_TABLE_link_groups, &in->link_groups},
        {LAC_TABLE_returns, &in->returns},
        {LAC_TABLE_findings, &in->findings},
        {LAC_TABLE_completeness, &in->completeness},
        {LAC_TABLE_grid, &in->grid},
        {LAC_TABLE_definitions, &in->definitions},
        {LAC_TABLE_definition_overlaps, &in->definition_overlaps},
    };
    memcpy(slot, all, sizeof all);
}

enum lac_status lac_publish_input_read(const char *run, struct lac_publish_input *input,
                                       struct lac_error *err)
{
    struct slot slot[LAC_PUBLISH_INPUTS];
    slots(input, slot);
    for (size_t i = 0; i < LAC_PUBLISH_INPUTS; i++) {
        enum lac_status st = lac_store_read(run, slot[i].id, slot[i].table, err);
        if (st) return st;
    }
    return LAC_OK;
}

void lac_publish_input_release(struct lac_publish_input *input)
{
    struct slot slot[LAC_PUBLISH_INPUTS];
    slots(input, slot);
    for (size_t i = 0; i < LAC_PUBLISH_INPUTS; i++)
        if (slot[i].table->column) lac_table_release(slot[i].table);
}

/* A cell of the list of forces; `fallback` when the force or the column is not there. */
static const char *force_cell(const struct lac_publish_input *input, const char *code, const char *column,
                              const char *fallback)
{
    int by = lac_csv_column(&input->forces, "ons_pfa_code"), at = lac_csv_column(&input->forces, column);
    for (int64_t i = 0; by >= 0 && at >= 0 && i < input->forces.rows; i++)
        if (!strcmp(lac_csv_cell(&input->forces, i, by), code)) return lac_csv_cell(&input->forces, i, at);
    return fallback;
}

const char *lac_publish_force_name(const struct lac_publish_input *input, const char *code)
{
    return force_cell(input, code, "statistical_name", code);
}

const char *lac_publish_force_region(const struct lac_publish_input *input, const char *code)
{
    return force_cell(input, code, "ons_region", "");
}

const char *lac_publish_list_name(const struct lac_publish_input *input, const char *code)
{
    const struct lac_list_settings *list = input->config->lists.item;
    for (size_t i = 0; i < input->config->lists.count; i++)
        if (!strcmp(list[i].code, code) && list[i].name && list[i].name[0]) return list[i].name;
    return code;
}
