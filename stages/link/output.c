/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "output.h"
#include <stdlib.h>
#include <string.h>
#include "lists.h"
#include "sort.h"

enum lac_status lac_link_output_init(struct lac_link_output *output, struct lac_error *err)
{
    memset(output, 0, sizeof *output);
    enum lac_status st = lac_table_init(&output->pairs, LAC_TABLE_pairs, err);
    if (!st) st = lac_table_init(&output->model, LAC_TABLE_model, err);
    if (!st) st = lac_table_init(&output->persons, LAC_TABLE_persons, err);
    if (!st) st = lac_table_init(&output->partitions, LAC_TABLE_partitions, err);
    if (!st) st = lac_table_init(&output->ledger, LAC_TABLE_ledger, err);
    if (!st) st = lac_table_init(&output->quality, LAC_TABLE_link_quality, err);
    if (!st) st = lac_table_init(&output->weights, LAC_TABLE_link_weights, err);
    if (!st) st = lac_table_init(&output->groups, LAC_TABLE_link_groups, err);
    return st;
}

void lac_link_output_release(struct lac_link_output *output)
{
    lac_table_release(&output->pairs);
    lac_table_release(&output->model);
    lac_table_release(&output->persons);
    lac_table_release(&output->partitions);
    lac_table_release(&output->ledger);
    free(output->clerical.pair);
    lac_table_release(&output->quality);
    lac_table_release(&output->weights);
    lac_table_release(&output->groups);
}

/* Two rows of `records` as a key, the lower first. */
static uint64_t rows_key(const struct lac_link_population *population, const struct lac_link_pair *pair)
{
    uint64_t a = population->record[lac_link_left(pair)], b = population->record[lac_link_right(pair)];
    return a < b ? a << 32 | b : b << 32 | a;
}

/* Kept pairs by their rows: key = rows, pattern = number of the pair. *item is the caller's to free. */
static enum lac_status pairs_order(const struct lac_link_population *population,
                                   const struct lac_link_result *result, struct lac_link_pair **item,
                                   struct lac_error *err)
{
    size_t count = result->pairs.count;
    struct lac_link_pair *all = *item = malloc((2 * count + 1) * sizeof *all);
    if (!all) return lac_fail_memory(err, "the order of pairs");
    for (size_t p = 0; p < count; p++)
        all[p] = (struct lac_link_pair){rows_key(population, &result->pairs.pair[p]), (uint32_t)p, 0};
    if (count) lac_link_sort(all, all + count, count);
    return LAC_OK;
}

enum lac_status lac_link_output_pairs(const struct lac_link_population *population,
                                      const struct lac_link_result *result, struct lac_table *pairs,
                                      struct lac_error *err)
{
    struct lac_link_pair *order;
    enum lac_status st = pairs_order(population, result, &order, err);
    if (!st) st = lac_table_reserve(pairs, pairs->rows + result->pairs.count, err);
    for (size_t k = 0; !st && k < result->pairs.count; k++) {
        size_t row, p = order[k].pattern;
        st = lac_table_row(pairs, &row, err);
        if (st) break;
        lac_u32(pairs, LAC_COL_pairs_left)[row] = lac_link_left(&order[k]);
        lac_u32(pairs, LAC_COL_pairs_right)[row] = lac_link_right(&order[k]);
        lac_u32(pairs, LAC_COL_pairs_pattern)[row] = result->pairs.pair[p].pattern;
        lac_u32(pairs, LAC_COL_pairs_rule_mask)[row] = result->pairs.pair[p].mask;
        lac_f64(pairs, LAC_COL_pairs_weight)[row] = result->weight[p];
        lac_f64(pairs, LAC_COL_pairs_probability)[row] = lac_link_probability(result->weight[p]);
    }
    free(order);
    return st;
}

static enum lac_status model_row(const char *population, const char *field, const char *level,
                                 struct lac_table *model, size_t *row, struct lac_error *err)
{
    enum lac_status st = lac_table_row(model, row, err);
    if (!st) st = lac_set_text(model, LAC_COL_model_population, *row, population, err);
    if (!st) st = lac_set_text(model, LAC_COL_model_field, *row, field, err);
    if (!st) st = lac_set_text(model, LAC_COL_model_level, *row, level, err);
    return st;
}

/* One level: of the pair of lists named, or of all. */
static enum lac_status level_row(const struct lac_link_population *population,
                                 const struct lac_link_result *result, uint32_t lists, const size_t at[2],
                                 struct lac_table *model, struct lac_error *err)
{
    size_t row, f = at[0], l = at[1];
    char name[64];
    const struct lac_link_field *field = &population->data.field[f];
    bool all = lists == LAC_LINK_NULL;
    enum lac_status st =
        model_row(population->name, field->name, lac_link_kinds[field->kind].level[l].name, model, &row, err);
    if (!st && !all) {
        lac_link_lists_name(&population->data, lists, name, sizeof name);
        st = lac_set_text(model, LAC_COL_model_lists, row, name, err);
    }
    if (st) return st;
    lac_u32(model, LAC_COL_model_code)[row] = (uint32_t)l << field->shift;
    lac_f64(model, LAC_COL_model_m)[row] = result->model.m[f][l];
    lac_f64(model, LAC_COL_model_u)[row] = all ? result->model.u[f][l] : result->model.u_lists[lists][f][l];
    return LAC_OK;
}

static enum lac_status levels_rows(const struct lac_link_population *population,
                                   const struct lac_link_result *result, uint32_t lists,
                                   struct lac_table *model, struct lac_error *err)
{
    enum lac_status st = LAC_OK;
    for (size_t f = 0; f < population->data.fields; f++)
        for (size_t l = 1; !st && l <= lac_link_kinds[population->data.field[f].kind].levels; l++) {
            const size_t at[2] = {f, l};
            st = level_row(population, result, lists, at, model, err);
        }
    return st;
}

enum lac_status lac_link_output_model(const struct lac_link_population *population,
                                      const struct lac_link_result *result, struct lac_table *model,
                                      struct lac_error *err)
{
    size_t row;
    char name[64];
    enum lac_status st = model_row(population->name, "prior", NULL, model, &row, err);
    if (!st) lac_f64(model, LAC_COL_model_m)[row] = result->model.lambda;
    if (!st) st = levels_rows(population, result, LAC_LINK_NULL, model, err);
    for (uint32_t c = 0; !st && result->model.lists > 1 && c < result->model.lists; c++) {
        if (result->model.prior[c].comparable <= 0) continue;
        lac_link_lists_name(&population->data, c, name, sizeof name);
        st = model_row(population->name, "prior", NULL, model, &row, err);
        if (!st) st = lac_set_text(model, LAC_COL_model_lists, row, name, err);
        if (st) break;
        lac_f64(model, LAC_COL_model_m)[row] = result->model.prior[c].lambda;
        st = levels_rows(population, result, c, model, err);
    }
    return st;
}

enum lac_status lac_link_assignment_init(struct lac_link_assignment *assignment, size_t rows,
                                         struct lac_error *err)
{
    memset(assignment, 0, sizeof *assignment);
    assignment->person = malloc((rows + 1) * sizeof *assignment->person);
    assignment->population = malloc(rows + 1);
    if (!assignment->person || !assignment->population) return lac_fail_memory(err, "persons");
    assignment->rows = rows;
    for (size_t row = 0; row < rows; row++) {
        assignment->person[row] = LAC_MISSING_U32;
        assignment->population[row] = LAC_LINK_POPULATIONS;
    }
    return LAC_OK;
}

void lac_link_assignment_add(struct lac_link_assignment *assignment,
                             const struct lac_link_population *population,
                             const struct lac_link_result *result, enum lac_link_population_id id)
{
    for (uint32_t i = 0; i < population->data.n; i++) {
        assignment->person[population->record[i]] = assignment->persons + result->person[i];
        assignment->population[population->record[i]] = (uint8_t)id;
    }
    assignment->persons += result->clusters.persons;
    for (uint32_t i = 0; i < population->alone_count; i++) {
        assignment->person[population->alone[i]] = assignment->persons++;
        assignment->population[population->alone[i]] = (uint8_t)id;
    }
}

void lac_link_assignment_release(struct lac_link_assignment *assignment)
{
    free(assignment->person);
    free(assignment->population);
    memset(assignment, 0, sizeof *assignment);
}

enum lac_status lac_link_output_clerical(const struct lac_link_population *population,
                                         const struct lac_link_result *result,
                                         struct lac_link_pairs *clerical, struct lac_error *err)
{
    const struct lac_link_pairs *sample = &result->calibration.sample;
    void *grown = clerical->pair;
    enum lac_status st = lac_grow(&grown, &clerical->capacity, clerical->count + sample->count + 1,
                                  sizeof *clerical->pair, err);
    clerical->pair = grown;
    for (size_t k = 0; !st && k < sample->count; k++) {
        clerical->pair[clerical->count++] =
            (struct lac_link_pair){rows_key(population, &sample->pair[k]), sample->pair[k].pattern, 0};
    }
    return st;
}

/* Drawn rows by draw, then by row of `records`; pattern = number of the drawn row. */
static enum lac_status drawn_order(const struct lac_link_population *population,
                                   const struct lac_link_drawn *drawn, struct lac_link_pair **item,
                                   struct lac_error *err)
{
    struct lac_link_pair *all = *item = malloc((2 * drawn->rows + 1) * sizeof *all);
    if (!all) return lac_fail_memory(err, "drawn linkages");
    for (size_t k = 0; k < drawn->rows; k++)
        all[k] = (struct lac_link_pair){(drawn->row[k].key & ~(uint64_t)UINT32_MAX) |
                                            population->record[(uint32_t)drawn->row[k].key],
                                        (uint32_t)k, 0};
    if (drawn->rows) lac_link_sort(all, all + drawn->rows, drawn->rows);
    return LAC_OK;
}

enum lac_status lac_link_output_partitions(const struct lac_link_population *population,
                                           const struct lac_link_result *result,
                                           const struct lac_link_assignment *assignment,
                                           struct lac_table *partitions, struct lac_error *err)
{
    const struct lac_link_drawn *drawn = &result->drawn;
    struct lac_link_pair *order;
    enum lac_status st = drawn_order(population, drawn, &order, err);
    if (!st) st = lac_table_reserve(partitions, partitions->rows + drawn->rows, err);
    for (size_t k = 0; !st && k < drawn->rows; k++) {
        size_t row;
        const struct lac_link_pair *from = &drawn->row[order[k].pattern];
        uint32_t first = population->record[from->pattern];
        st = lac_table_row(partitions, &row, err);
        if (st) break;
        lac_u32(partitions, LAC_COL_partitions_draw)[row] = (uint32_t)(order[k].key >> 32);
        lac_u32(partitions, LAC_COL_partitions_record)[row] = (uint32_t)order[k].key;
        lac_u32(partitions, LAC_COL_partitions_person)[row] =
            from->mask ? assignment->person[first] : (uint32_t)assignment->rows + first;
    }
    free(order);
    return st;
}

/* What every row of `persons` is made from. */
struct sources {
    const struct lac_table *records, *returns;
    const struct lac_link_assignment *assignment;
    const struct lac_link_names *names;
};

static enum lac_status person_row(const struct sources *from, size_t row, struct lac_table *persons,
                                  struct lac_error *err)
{
    size_t to, home = lac_u32(from->records, LAC_COL_records_return_index)[row];
    uint32_t person = from->assignment->person[row];
    enum lac_status st = lac_table_row(persons, &to, err);
    if (st) return st;
    lac_u32(persons, LAC_COL_persons_record)[to] = (uint32_t)row;
    lac_u32(persons, LAC_COL_persons_row)[to] = lac_u32(from->records, LAC_COL_records_row)[row];
    lac_u32(persons, LAC_COL_persons_person)[to] = person;
    bool victim = from->assignment->population[row] == LAC_LINK_VICTIMS;
    st = lac_set_text(persons, LAC_COL_persons_return_id, to,
                      lac_text(from->returns, LAC_COL_returns_return_id, home), err);
    if (!st)
        st = lac_set_text(persons, LAC_COL_persons_file, to,
                          lac_text(from->returns, LAC_COL_returns_file, home), err);
    if (!st) st = lac_set_text(persons, LAC_COL_persons_population, to, victim ? "victims" : "suspects", err);
    if (!st) st = lac_set_text(persons, LAC_COL_persons_person_id, to, from->names->id[person], err);
    return st;
}

enum lac_status lac_link_output_persons(const struct lac_table *records, const struct lac_table *returns,
                                        const struct lac_link_assignment *assignment,
                                        const struct lac_link_names *names, struct lac_table *persons,
                                        struct lac_error *err)
{
    struct sources from = {records, returns, assignment, names};
    enum lac_status st = lac_table_reserve(persons, assignment->rows, err);
    for (size_t row = 0; !st && row < assignment->rows; row++)
        if (assignment->person[row] != LAC_MISSING_U32) st = person_row(&from, row, persons, err);
    return st;
}
