/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "pipeline.h"
#include <stdlib.h>
#include <string.h>
#include "also.h"
#include "base/text.h"
#include "groups.h"
#include "rules_read.h"
#include "table/csv.h"

enum lac_status lac_link_population_run(const struct lac_link_population *population,
                                        const struct lac_link_inputs *inputs, struct lac_link_result *result,
                                        struct lac_error *err)
{
    struct lac_link_label *label = NULL;
    const struct lac_link_settings *settings = inputs->settings;
    struct lac_link_rule blocking[LAC_LINK_RULES], training[LAC_LINK_RULES];
    struct lac_link_options options = {
        .blocking = blocking,
        .training = training,
        .threshold = settings->threshold,
        .prior_recall = settings->prior_recall,
        .unscored_weight = settings->unscored_weight,
        .pair_budget = (uint64_t)settings->pair_budget,
        .block_maximum = (size_t)settings->block_maximum,
        .weights = true,
        .in_context = true,
        .label_error = settings->label_error,
        .label_count = (uint32_t)settings->label_count,
        .draws = (uint32_t)settings->draws,
        .seed = inputs->seed,
    };
    enum lac_status st = lac_link_rules_read(&population->data, &settings->blocking, "link.blocking",
                                             blocking, &options.blocking_rules, err);
    if (!st)
        st = lac_link_rules_read(&population->data, &settings->training, "link.training", training,
                                 &options.training_rules, err);
    if (!st && inputs->judged) {
        label = malloc((inputs->judged->count + 1) * sizeof *label);
        st = label ? lac_link_labels_of(inputs->judged, population, inputs->records->rows, label,
                                        &options.labels, err)
                   : lac_fail_memory(err, "judged pairs");
    }
    if (!st) st = lac_link_run(&population->data, &options, result, err);
    free(label);
    return st;
}

static void summarise(const struct lac_link_population *population, const struct lac_link_result *result,
                      struct lac_link_summary *summary)
{
    *summary = (struct lac_link_summary){
        .population = population->name,
        .records = population->data.n + population->alone_count,
        .persons = result->clusters.persons + population->alone_count,
        .candidates = result->candidates,
        .precision = result->errors.precision,
        .recall = result->errors.recall,
    };
    for (size_t f = 0; f < population->data.fields; f++)
        if (population->data.field[f].also)
            summary->aliases_dropped += population->data.field[f].also->dropped;
    for (size_t r = 0; r < result->rules; r++) summary->dropped += result->rule_count[r].dropped_pairs;
}

/* Links one population and appends what it gives to the tables. */
static enum lac_status population_add(const struct lac_link_inputs *inputs, enum lac_link_population_id id,
                                      struct lac_link_assignment *assignment, struct lac_link_output *output,
                                      struct lac_link_summary *summary, struct lac_error *err)
{
    struct lac_link_population population;
    struct lac_link_result result;
    memset(&result, 0, sizeof result);
    enum lac_status st = lac_link_population_make(inputs->records, inputs->returns, id, &population, err);
    if (!st) st = lac_link_data_prepare(&population.data, inputs->nicknames, err);
    if (!st) st = lac_link_population_run(&population, inputs, &result, err);
    if (!st) st = lac_link_output_pairs(&population, &result, &output->pairs, err);
    if (!st) st = lac_link_output_model(&population, &result, &output->model, err);
    if (!st) st = lac_link_quality_add(&population, &result, inputs->records, &output->quality, err);
    if (!st) st = lac_link_groups_add(&population, &result, inputs->records, &output->groups, err);
    if (!st) st = lac_link_weights_add(&population, &result.weights, &output->weights, err);
    if (!st) {
        lac_link_assignment_add(assignment, &population, &result, id);
        summarise(&population, &result, summary);
        st = lac_link_output_clerical(&population, &result, &output->clerical, err);
        if (!st) st = lac_link_output_partitions(&population, &result, assignment, &output->partitions, err);
    }
    lac_link_result_release(&result);
    lac_link_population_release(&population);
    return st;
}

enum lac_status lac_link_pipeline(const struct lac_link_inputs *inputs, struct lac_link_output *output,
                                  struct lac_link_summary summary[LAC_LINK_POPULATIONS],
                                  struct lac_error *err)
{
    struct lac_link_assignment assignment;
    struct lac_link_names names = {NULL};
    enum lac_status st = lac_link_assignment_init(&assignment, inputs->records->rows, err);
    for (int id = 0; !st && id < LAC_LINK_POPULATIONS; id++)
        st = population_add(inputs, (enum lac_link_population_id)id, &assignment, output, &summary[id], err);
    if (!st) st = lac_link_quality_judged(inputs->judged, &output->quality, err);
    if (!st)
        st = lac_link_names_make(inputs->records, inputs->returns, &assignment, inputs->before, &names,
                                 &output->ledger, err);
    if (!st)
        st = lac_link_output_persons(inputs->records, inputs->returns, &assignment, &names, &output->persons,
                                     err);
    if (!st && inputs->before) st = lac_link_quality_ledger(&output->ledger, &output->quality, err);
    lac_link_names_release(&names);
    lac_link_assignment_release(&assignment);
    return st;
}

enum lac_status lac_link_nicknames_load(const char *path, struct lac_arena *arena,
                                        struct lac_link_nicknames *nicknames, struct lac_error *err)
{
    static const char *const names[] = {"name1", "name2"};
    struct lac_csv csv;
    int column[2];
    enum lac_status st = lac_csv_load(path, arena, &csv, err);
    if (!st) st = lac_csv_require(&csv, names, 2, column, err);
    if (st) return st;
    const char **side[2] = {LAC_NEW(arena, const char *, csv.rows), LAC_NEW(arena, const char *, csv.rows)};
    if (!side[0] || !side[1]) return lac_fail_memory(err, "nicknames");
    for (int64_t row = 0; row < csv.rows; row++)
        for (int s = 0; s < 2; s++) {
            char folded[128];
            if (lac_text_fold_name(lac_csv_cell(&csv, row, column[s]), folded, sizeof folded) == (size_t)-1) {
                st = lac_fail(err, LAC_INPUT, "a nickname cannot be read");
                lac_error_file(err, path);
                lac_error_row(err, row + 1, names[s]);
                return st;
            }
            if (!(side[s][row] = lac_arena_strdup(arena, folded))) return lac_fail_memory(err, "nicknames");
        }
    *nicknames = (struct lac_link_nicknames){(size_t)csv.rows, side[0], side[1]};
    return LAC_OK;
}
