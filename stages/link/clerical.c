/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "clerical.h"
#include <stdlib.h>
#include <string.h>
#include "base/date.h"
#include "sort.h"
#include "table/csv.h"

static const char *const side_name[2][LAC_LINK_NAME_PARTS] = {{"left_return_id", "left_row"},
                                                              {"right_return_id", "right_row"}};

/* --- reading --- */

/* Where every record of the run stands: key = return << 32 | row, pattern = row of `records`. */
struct places {
    const struct lac_table *returns;
    struct lac_link_pair *place;
    size_t count;
};

static enum lac_status places_make(const struct lac_table *records, const struct lac_table *returns,
                                   struct places *places, struct lac_error *err)
{
    size_t n = records->rows;
    *places = (struct places){returns, malloc(2 * (n + 1) * sizeof *places->place), n};
    if (!places->place) return lac_fail_memory(err, "places of records");
    for (size_t i = 0; i < n; i++)
        places->place[i] =
            (struct lac_link_pair){(uint64_t)lac_u32(records, LAC_COL_records_return_index)[i] << 32 |
                                       lac_u32(records, LAC_COL_records_row)[i],
                                   (uint32_t)i, 0};
    lac_link_sort(places->place, places->place + n, n);
    return LAC_OK;
}

static int by_key(const void *a, const void *b)
{
    uint64_t x = ((const struct lac_link_pair *)a)->key, y = ((const struct lac_link_pair *)b)->key;
    return x < y ? -1 : x > y;
}

/* Row of `records`, or LAC_MISSING_U32 for a record that is not in this run. */
static uint32_t record_find(const void *context, const char *const name[LAC_LINK_NAME_PARTS])
{
    const struct places *places = context;
    const char *return_id = name[0], *row = name[1];
    char *end;
    unsigned long number = strtoul(row, &end, 10);
    uint32_t code = lac_dict_find(lac_dict_of(places->returns, LAC_COL_returns_return_id), return_id);
    if (code == LAC_MISSING_STR || *row == '\0' || *end != '\0' || number > UINT32_MAX)
        return LAC_MISSING_U32;
    for (size_t r = 0; r < places->returns->rows; r++) {
        if (lac_codes(places->returns, LAC_COL_returns_return_id)[r] != code) continue;
        struct lac_link_pair wanted = {(uint64_t)r << 32 | number, 0, 0};
        const struct lac_link_pair *found =
            bsearch(&wanted, places->place, places->count, sizeof wanted, by_key);
        if (found) return found->pattern;
    }
    return LAC_MISSING_U32;
}

enum lac_status lac_link_judged_read(const struct lac_config_paths *files, const struct lac_table *records,
                                     const struct lac_table *returns, struct lac_arena *arena,
                                     struct lac_link_judged *judged, struct lac_error *err)
{
    struct places places = {0};
    struct lac_link_record_names names = {
        {side_name[0], side_name[1]}, LAC_LINK_NAME_PARTS, record_find, &places};
    memset(judged, 0, sizeof *judged);
    if (files->count == 0) return LAC_OK;
    enum lac_status st = places_make(records, returns, &places, err);
    if (!st) st = lac_link_judged_load(files, &names, arena, judged, err);
    free(places.place);
    return st;
}

static int by_pair(const void *a, const void *b)
{
    const struct lac_link_label *x = a, *y = b;
    if (x->left != y->left) return x->left < y->left ? -1 : 1;
    return x->right < y->right ? -1 : x->right > y->right;
}

enum lac_status lac_link_labels_of(const struct lac_link_judged *judged,
                                   const struct lac_link_population *population, size_t rows,
                                   struct lac_link_label *label, struct lac_link_labels *labels,
                                   struct lac_error *err)
{
    *labels = (struct lac_link_labels){label, 0};
    uint32_t *at = malloc((rows + 1) * sizeof *at); /* per row of `records` */
    if (!at) return lac_fail_memory(err, "judged pairs");
    for (size_t row = 0; row < rows; row++) at[row] = LAC_LINK_NULL;
    for (uint32_t i = 0; i < population->data.n; i++) at[population->record[i]] = i;
    for (size_t k = 0; k < judged->count; k++) {
        const struct lac_link_label *from = &judged->label[k];
        uint32_t a = at[from->left], b = at[from->right];
        if (a == LAC_LINK_NULL || b == LAC_LINK_NULL) continue;
        label[labels->count++] = (struct lac_link_label){a < b ? a : b, a < b ? b : a, from->match};
    }
    if (labels->count) qsort(label, labels->count, sizeof *label, by_pair);
    free(at);
    return LAC_OK;
}

/* --- writing --- */

/* What the judges see of a record. */
static const enum lac_column_id shown[] = {
    LAC_COL_records_list,      LAC_COL_records_force,        LAC_COL_records_person_ref,
    LAC_COL_records_forename,  LAC_COL_records_surname,      LAC_COL_records_aliases,
    LAC_COL_records_dob,       LAC_COL_records_age,          LAC_COL_records_sex,
    LAC_COL_records_ethnicity, LAC_COL_records_nationality,  LAC_COL_records_postcode,
    LAC_COL_records_lad,       LAC_COL_records_offence_from, LAC_COL_records_national_ref,
};

static void value_put(FILE *to, const struct lac_table *records, enum lac_column_id column, size_t row)
{
    char text[32] = "";
    if (lac_column_schemas[column].type == LAC_TYPE_STR) {
        lac_link_clerical_put(to, lac_text(records, column, row));
        return;
    }
    int32_t value = lac_i32(records, column)[row];
    if (value != LAC_MISSING_I32 && column == LAC_COL_records_age)
        snprintf(text, sizeof text, "%d", value);
    else if (value != LAC_MISSING_I32 && column == LAC_COL_records_dob) { /* as far as known */
        int parts = value % 10000 == 0 ? 4 : value % 100 == 0 ? 7 : 10;
        char whole[32];
        snprintf(whole, sizeof whole, "%04d-%02d-%02d", value / 10000, value / 100 % 100, value % 100);
        snprintf(text, sizeof text, "%.*s", parts, whole);
    } else if (value != LAC_MISSING_I32)
        lac_date_format(value, text);
    lac_csv_put(to, false, text);
}

static void row_put(const struct lac_table *records, const struct lac_table *returns,
                    const struct lac_link_pair *pair, int64_t number, FILE *to)
{
    uint32_t side[2] = {lac_link_left(pair), lac_link_right(pair)};
    lac_csv_put_i64(to, true, number);
    for (int s = 0; s < 2; s++) {
        lac_csv_put(to, false,
                    lac_text(returns, LAC_COL_returns_return_id,
                             lac_u32(records, LAC_COL_records_return_index)[side[s]]));
        lac_csv_put_i64(to, false, lac_u32(records, LAC_COL_records_row)[side[s]]);
    }
    for (size_t c = 0; c < LAC_COUNT(shown); c++)
        for (int s = 0; s < 2; s++) value_put(to, records, shown[c], side[s]);
    for (int k = 0; k < LAC_LINK_ANSWERS; k++) lac_csv_put(to, false, "");
    lac_csv_end(to);
}

void lac_link_clerical_write(const struct lac_table *records, const struct lac_table *returns,
                             struct lac_link_pairs *sample, FILE *to)
{
    lac_csv_put(to, true, "pair");
    for (int s = 0; s < 2; s++)
        for (int k = 0; k < LAC_LINK_NAME_PARTS; k++) lac_csv_put(to, false, side_name[s][k]);
    for (size_t c = 0; c < LAC_COUNT(shown); c++)
        for (int s = 0; s < 2; s++) {
            char name[64];
            snprintf(name, sizeof name, "%s_%s", s ? "right" : "left", lac_column_schemas[shown[c]].name);
            lac_csv_put(to, false, name);
        }
    for (int k = 0; k < LAC_LINK_ANSWERS; k++) lac_csv_put(to, false, lac_link_answer_columns[k]);
    lac_csv_end(to);
    lac_link_sample_mix(sample);
    for (size_t k = 0; k < sample->count; k++)
        row_put(records, returns, &sample->pair[k], (int64_t)k + 1, to);
}
