/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The checks the headline had to pass, and the judgements behind them against those of the last release. */
#include <math.h>
#include <string.h>
#include "base/file.h"
#include "estimates.h"
#include "sensitivity.h"
#include "table/store.h"
#include "words.h"

#define G(column, row) lac_text(&input->gates, LAC_COL_gates_##column, (row))

static const struct {
    const char *gate, *words, *near; /* near: what is said of one that was passed narrowly */
    int decimals;                    /* of its value; -1: a count of people */
} gates[] = {
    {"lists", "Lists that saw somebody, at least", "there are few lists", 0},
    {"overlap", "People on the list who are on another list too, at least", "a list shares few people", -1},
    {"linkage_precision", "Precision of the linkage by judged pairs, at least", "the linkage joins too much",
     3},
    {"linkage_recall", "Recall of the linkage by judged pairs, at least", "the linkage misses links", 3},
    {"unseen_ratio", "Unseen people for each one seen, at most", "most people are unseen", 1},
    {"failed_share", "Share of replicates without an estimate, at most", "many replicates failed", 3},
    {"interval_ratio", "Upper limit over lower limit, without the allowance for dependence, at most",
     "the interval is wide", 1},
    {"list_out_ratio", "Factor by which leaving out one list changes the estimate, at most",
     "much hangs on one list", 1},
};

static const struct lac_publish_column gate_columns[] = {
    {"Check", false}, {"Of", false}, {"Value", true}, {"Limit", true}, {"Verdict", false}};

static const char *verdict_words(const char *verdict)
{
    if (strcmp(verdict, "refused") == 0) return "failed: no estimate is published";
    return strcmp(verdict, "near") == 0 ? "passed narrowly" : "passed";
}

static double rounded_at(double value, int decimals)
{
    double scale = pow(10, decimals);
    return floor(value * scale + 0.5) / scale;
}

static void gate_row(struct lac_publish_model *model, const struct lac_publish_input *input,
                     struct lac_publish_table *table, size_t gate, size_t r)
{
    struct lac_publish_cell *cell = lac_publish_row_add(model, table);
    double value = lac_f64(&input->gates, LAC_COL_gates_value)[r];
    int decimals = gates[gate].decimals;
    if (!cell) return;
    cell[0] = lac_publish_cell_text(gates[gate].words);
    cell[1] = lac_publish_cell_text(G(item, r)[0] ? lac_publish_list_name(input, G(item, r)) : "all lists");
    cell[2] = decimals < 0 ? lac_publish_cell_count(model, (int64_t)floor(value + 0.5))
                           : lac_publish_cell_number(rounded_at(value, decimals), decimals);
    cell[3] =
        lac_publish_cell_number(lac_f64(&input->gates, LAC_COL_gates_limit)[r], decimals < 0 ? 0 : decimals);
    cell[4] = lac_publish_cell_text(verdict_words(G(verdict, r)));
}

static void gates_table(struct lac_publish_model *model, const struct lac_publish_input *input, uint32_t of)
{
    struct lac_publish_table *table = NULL;
    const char *near = "";
    for (size_t g = 0; g < LAC_COUNT(gates); g++) {
        bool said = false;
        for (size_t r = 0; r < input->gates.rows; r++) {
            if (lac_u32(&input->gates, LAC_COL_gates_cell)[r] != of || strcmp(G(gate, r), gates[g].gate) != 0)
                continue;
            if (!table)
                table = lac_publish_table_add(model, LAC_PUBLISH_CHECKS, "gates", gate_columns,
                                              LAC_COUNT(gate_columns));
            gate_row(model, input, table, g, r);
            if (!said && strcmp(G(verdict, r), "near") == 0) {
                near = lac_publish_text(model, "%s%s%s", near, near[0] ? ", " : "", gates[g].near);
                said = true;
            }
        }
    }
    model->headline.near = near;
    if (!table) return;
    table->title = lac_publish_text(model,
                                    "Checks that decide whether an estimate is published, definition "
                                    "%s, %s",
                                    model->definition, model->nation);
    table->note =
        "Limits are set before the answer is seen. A check is passed narrowly when less than half of "
        "its room is left.";
}

/* --- judgements ----------------------------------------------------------------------------------------- */

static const struct lac_publish_column stated_columns[] = {
    {"Judgement", false}, {"This release", false}, {"Last release", false}, {"Changed", false}};

static const char *stated_before(const struct lac_table *before, const char *setting)
{
    for (size_t r = 0; r < before->rows; r++)
        if (strcmp(lac_text(before, LAC_COL_stated_setting, r), setting) == 0)
            return lac_text(before, LAC_COL_stated_value, r);
    return "not recorded";
}

/* What the last of the earlier runs stated; no rows where there is none, or it is from before judgements were
 * recorded. */
static enum lac_status read_before(struct lac_publish_model *model, const struct lac_publish_input *input,
                                   struct lac_table *before, struct lac_error *err)
{
    const struct lac_config_paths *previous = &input->config->publish.previous;
    if (previous->count == 0) return lac_table_init(before, LAC_TABLE_stated, err);
    const char *run = previous->item[previous->count - 1].resolved;
    const char *path = lac_store_path(model->arena, run, LAC_FILE_estimates);
    if (!path) return lac_fail_memory(err, "a file name");
    if (!lac_file_exists(path)) {
        (void)lac_fail(err, LAC_INPUT, "publish.previous names a run without estimates");
        lac_error_file(err, path);
        lac_error_remedy(err, "name the folder of a complete earlier run, or none");
        return LAC_INPUT;
    }
    /* a run of an earlier version has no such table: that is said in the report, and is no failure */
    struct lac_error unread;
    lac_error_init(&unread);
    if (!lac_store_read(run, LAC_TABLE_stated, before, &unread)) return LAC_OK;
    lac_table_release(before);
    return lac_table_init(before, LAC_TABLE_stated, err);
}

static void stated_table(struct lac_publish_model *model, const struct lac_publish_input *input,
                         const struct lac_table *before)
{
    const struct lac_table *now = &input->stated;
    bool first = input->config->publish.previous.count == 0;
    size_t changed = 0;
    if (now->rows == 0) return;
    struct lac_publish_table *table =
        lac_publish_table_add(model, LAC_PUBLISH_CHECKS, "stated", stated_columns, LAC_COUNT(stated_columns));
    for (size_t r = 0; r < now->rows; r++) {
        struct lac_publish_cell *cell = lac_publish_row_add(model, table);
        const char *setting = lac_text(now, LAC_COL_stated_setting, r);
        const char *value = lac_text(now, LAC_COL_stated_value, r);
        const char *old =
            first ? "no earlier release is named"
                  : lac_publish_text(model, "%s", stated_before(before, setting)); /* outlives it */
        if (!cell) return;
        bool same = strcmp(old, value) == 0, known = !first && strcmp(old, "not recorded") != 0;
        changed += known && !same;
        cell[0] = lac_publish_cell_text(setting);
        cell[1] = lac_publish_cell_text(value);
        cell[2] = lac_publish_cell_text(lac_publish_text(model, "%s", old)); /* outlives `before` */
        cell[3] = lac_publish_cell_text(!known ? "not known" : same ? "no" : "yes");
    }
    table->title = "Judgements stated before the answer was seen";
    table->note = first ? "No earlier release is named in the settings, so nothing can be said about changes."
                  : changed
                      ? lac_publish_text(
                            model,
                            "%zu of these were changed since the last release: figures of the two releases "
                            "differ for that reason too.",
                            changed)
                      : "None of those known of the last release was changed since.";
}

enum lac_status lac_publish_gates(struct lac_publish_model *model, const struct lac_publish_input *input,
                                  struct lac_error *err)
{
    struct lac_table before = {0};
    size_t row = lac_publish_headline_row(model, input);
    gates_table(model, input, lac_u32(&input->summary, LAC_COL_summary_cell)[row]);
    model->headline.grade = lac_text(&input->summary, LAC_COL_summary_grade, row);
    enum lac_status st = read_before(model, input, &before, err);
    if (!st) stated_table(model, input, &before);
    lac_table_release(&before);
    return st;
}
