/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "groups.h"
#include <math.h>
#include <stdlib.h>
#include "base/date.h"
#include "weights.h"

/* A number below `values` for every row of `records`, and the name of each. */
struct grouping {
    const char *dimension;
    uint32_t *of;
    uint32_t values;
    const struct lac_dict *dict; /* names, the last value is unknown; or */
    const char *const *name;
};
struct share {
    double links, false_links, missed;
    uint32_t records;
};

static const char *const age_name[] = {"0 to 9",   "10 to 12",    "13 to 15", "16 to 17",
                                       "18 to 24", "25 and over", ""};
static const int32_t age_from[] = {0, 10, 13, 16, 18, 25};
#define AGES ((uint32_t)(sizeof age_from / sizeof *age_from))

/* Age at the offence as recorded, else from the birth date. */
static int32_t age_of(const struct lac_table *records, size_t row)
{
    int32_t age = lac_i32(records, LAC_COL_records_age)[row],
            dob = lac_i32(records, LAC_COL_records_dob)[row],
            on = lac_i32(records, LAC_COL_records_offence_from)[row];
    if (age != LAC_MISSING_I32) return age;
    if (dob == LAC_MISSING_I32 || dob / 100 % 100 == 0 || on == LAC_MISSING_I32) return -1;
    int year, month, day;
    lac_date_to_civil(on, &year, &month, &day);
    return year - dob / 10000 - (month * 100 + day < dob % 10000);
}

static void group_by_age(const struct lac_table *records, struct grouping *by)
{
    by->dimension = "age";
    by->name = age_name;
    by->values = AGES + 1;
    for (size_t row = 0; row < records->rows; row++) {
        int32_t age = age_of(records, row);
        by->of[row] = AGES;
        for (uint32_t a = 0; a < AGES && age >= age_from[a]; a++) by->of[row] = a;
    }
}

static void group_by_column(const struct lac_table *records, enum lac_column_id column, const char *dimension,
                            struct grouping *by)
{
    const uint32_t *code = lac_codes(records, column);
    by->dimension = dimension;
    by->dict = lac_dict_of(records, column);
    by->values = by->dict->count + 1;
    for (size_t row = 0; row < records->rows; row++)
        by->of[row] = code[row] == LAC_MISSING_STR ? by->dict->count : code[row];
}

static void shares_count(const struct lac_link_population *population, const struct lac_link_result *result,
                         const struct grouping *by, struct share *share)
{
    for (uint32_t i = 0; i < population->data.n; i++) share[by->of[population->record[i]]].records++;
    for (size_t p = 0; p < result->pairs.count; p++) {
        uint32_t side[2] = {lac_link_left(&result->pairs.pair[p]), lac_link_right(&result->pairs.pair[p])};
        bool inside = result->person[side[0]] == result->person[side[1]];
        for (int s = 0; s < 2; s++) {
            struct share *of = &share[by->of[population->record[side[s]]]];
            of->links += inside ? 0.5 : 0;
            of->false_links += inside ? 0.5 * lac_link_probability(-result->weight[p]) : 0;
            of->missed += inside ? 0 : 0.5 * lac_link_probability(result->weight[p]);
        }
    }
}

static enum lac_status rows_add(const struct lac_link_population *population, const struct grouping *by,
                                const struct share *share, struct lac_table *groups, struct lac_error *err)
{
    enum lac_status st = LAC_OK;
    for (uint32_t v = 0; !st && v < by->values; v++) {
        size_t row;
        if (share[v].records == 0) continue;
        const char *name = by->name ? by->name[v] : v == by->dict->count ? "" : lac_dict_text(by->dict, v);
        st = lac_table_row(groups, &row, err);
        if (!st) st = lac_set_text(groups, LAC_COL_link_groups_population, row, population->name, err);
        if (!st) st = lac_set_text(groups, LAC_COL_link_groups_dimension, row, by->dimension, err);
        if (!st) st = lac_set_text(groups, LAC_COL_link_groups_value, row, name, err);
        if (st) break;
        lac_u32(groups, LAC_COL_link_groups_records)[row] = share[v].records;
        lac_f64(groups, LAC_COL_link_groups_links)[row] = share[v].links;
        lac_f64(groups, LAC_COL_link_groups_false_links)[row] = share[v].false_links;
        lac_f64(groups, LAC_COL_link_groups_missed)[row] = share[v].missed;
    }
    return st;
}

static enum lac_status grouping_add(const struct lac_link_population *population,
                                    const struct lac_link_result *result, const struct grouping *by,
                                    struct lac_table *groups, struct lac_error *err)
{
    struct share *share = calloc((size_t)by->values + 1, sizeof *share);
    if (!share) return lac_fail_memory(err, "expected errors by group");
    shares_count(population, result, by, share);
    enum lac_status st = rows_add(population, by, share, groups, err);
    free(share);
    return st;
}

enum lac_status lac_link_groups_add(const struct lac_link_population *population,
                                    const struct lac_link_result *result, const struct lac_table *records,
                                    struct lac_table *groups, struct lac_error *err)
{
    static const struct {
        enum lac_column_id column;
        const char *dimension;
    } columns[] = {{LAC_COL_records_list, "list"},
                   {LAC_COL_records_force, "force"},
                   {LAC_COL_records_sex, "sex"},
                   {LAC_COL_records_ethnicity_frame, "ethnicity_frame"}};
    enum lac_status st = LAC_OK;
    uint32_t *of = malloc((records->rows + 1) * sizeof *of);
    if (!of) return lac_fail_memory(err, "expected errors by group");
    for (size_t c = 0; !st && c < sizeof columns / sizeof *columns; c++) {
        struct grouping by = {.of = of};
        group_by_column(records, columns[c].column, columns[c].dimension, &by);
        st = grouping_add(population, result, &by, groups, err);
    }
    if (!st) {
        struct grouping by = {.of = of};
        group_by_age(records, &by);
        st = grouping_add(population, result, &by, groups, err);
    }
    free(of);
    return st;
}

enum lac_status lac_link_weights_add(const struct lac_link_population *population,
                                     const struct lac_link_weights *weights, struct lac_table *table,
                                     struct lac_error *err)
{
    const size_t wide = LAC_LINK_WEIGHT_BITS * LAC_LINK_WEIGHT_PER_BIT;
    enum lac_status st = LAC_OK;
    for (size_t first = 0; !st && first < LAC_LINK_WEIGHT_CELLS; first += wide) {
        size_t row;
        int64_t pairs = 0;
        double matches = 0;
        for (size_t cell = first; cell < first + wide; cell++) {
            pairs += (int64_t)weights->pairs[cell];
            matches += (double)weights->pairs[cell] * lac_link_probability(lac_link_weight_of(cell));
        }
        st = lac_table_row(table, &row, err);
        if (!st) st = lac_set_text(table, LAC_COL_link_weights_population, row, population->name, err);
        if (st) break;
        bool low = first == 0, high = first + wide == LAC_LINK_WEIGHT_CELLS;
        double edge = ((double)first - LAC_LINK_WEIGHT_CELLS / 2) / LAC_LINK_WEIGHT_PER_BIT;
        lac_f64(table, LAC_COL_link_weights_from)[row] = low ? -HUGE_VAL : edge;
        lac_f64(table, LAC_COL_link_weights_to)[row] = high ? HUGE_VAL : edge + LAC_LINK_WEIGHT_BITS;
        lac_i64(table, LAC_COL_link_weights_pairs)[row] = pairs;
        lac_f64(table, LAC_COL_link_weights_matches)[row] = matches;
    }
    return st;
}
