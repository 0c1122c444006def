/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "clerical.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "base/date.h"
#include "sort.h"
#include "table/csv.h"

enum answer { CANNOT_TELL, YES, NO, WRONG };
enum { LEFT_RETURN, LEFT_ROW, RIGHT_RETURN, RIGHT_ROW, JUDGE_1, JUDGE_2, AGREED, COLUMNS };
static const char *const column_name[COLUMNS] = {"left_return_id", "left_row", "right_return_id", "right_row",
                                                 "judge_1",        "judge_2",  "agreed"};

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
static uint32_t record_find(const struct places *places, const char *return_id, const char *row)
{
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

static enum answer answer_read(const char *text)
{
    if (*text == '\0' || strcmp(text, "?") == 0) return CANNOT_TELL;
    if (strcmp(text, "Y") == 0 || strcmp(text, "y") == 0) return YES;
    return strcmp(text, "N") == 0 || strcmp(text, "n") == 0 ? NO : WRONG;
}

/* What counts: the agreed answer, else that of both judges, or of the only one who could tell. */
static enum answer decide(const enum answer answer[3])
{
    if (answer[2] != CANNOT_TELL) return answer[2];
    if (answer[0] == CANNOT_TELL) return answer[1];
    return answer[1] == CANNOT_TELL || answer[1] == answer[0] ? answer[0] : CANNOT_TELL;
}

static enum lac_status row_read(const struct lac_csv *csv, int64_t row, const int *column,
                                const struct places *places, struct lac_link_judged *judged,
                                struct lac_error *err)
{
    enum answer answer[3];
    judged->rows++;
    for (int k = 0; k < 3; k++) {
        answer[k] = answer_read(lac_csv_cell(csv, row, column[JUDGE_1 + k]));
        if (answer[k] != WRONG) continue;
        enum lac_status st = lac_fail(err, LAC_INPUT, "an answer is none of Y, N and ?");
        lac_error_file(err, csv->path);
        lac_error_row(err, row + 1, column_name[JUDGE_1 + k]);
        lac_error_rule(err, "link-judged");
        lac_error_remedy(err, "write Y for the same person, N for two persons, ? or nothing for cannot tell");
        return st;
    }
    if (answer[0] != CANNOT_TELL && answer[1] != CANNOT_TELL)
        judged->both[answer[0] == YES][answer[1] == YES]++;
    enum answer decision = decide(answer);
    uint32_t left = record_find(places, lac_csv_cell(csv, row, column[LEFT_RETURN]),
                                lac_csv_cell(csv, row, column[LEFT_ROW])),
             right = record_find(places, lac_csv_cell(csv, row, column[RIGHT_RETURN]),
                                 lac_csv_cell(csv, row, column[RIGHT_ROW]));
    bool known = left != LAC_MISSING_U32 && right != LAC_MISSING_U32 && left != right;
    if (decision == CANNOT_TELL)
        judged->undecided++;
    else if (!known)
        judged->unknown++;
    else
        judged->label[judged->count++] = (struct lac_link_label){
            left < right ? left : right, left < right ? right : left, decision == YES};
    return LAC_OK;
}

static enum lac_status file_read(const char *path, const struct places *places, struct lac_arena *arena,
                                 struct lac_link_judged *judged, struct lac_error *err)
{
    struct lac_csv csv;
    int column[COLUMNS];
    enum lac_status st = lac_csv_load(path, arena, &csv, err);
    if (!st) st = lac_csv_require(&csv, column_name, COLUMNS, column, err);
    if (st) return st;
    struct lac_link_label *grown =
        realloc(judged->label, (judged->count + (size_t)csv.rows + 1) * sizeof *grown);
    if (!grown) return lac_fail_memory(err, "judged pairs");
    judged->label = grown;
    for (int64_t row = 0; !st && row < csv.rows; row++) st = row_read(&csv, row, column, places, judged, err);
    return st;
}

/* Sorts the labels; of those of one pair the last read stays. */
static enum lac_status labels_settle(struct lac_link_judged *judged, struct lac_error *err)
{
    size_t n = judged->count, kept = 0;
    struct lac_link_pair *item = malloc(2 * (n + 1) * sizeof *item);
    if (!item) return lac_fail_memory(err, "judged pairs");
    for (size_t k = 0; k < n; k++)
        item[k] = (struct lac_link_pair){(uint64_t)judged->label[k].left << 32 | judged->label[k].right,
                                         judged->label[k].match, 0};
    if (n) lac_link_sort(item, item + n, n);
    for (size_t k = 0; k < n; k++) {
        if (k + 1 < n && item[k + 1].key == item[k].key) continue;
        judged->label[kept++] =
            (struct lac_link_label){lac_link_left(&item[k]), lac_link_right(&item[k]), item[k].pattern != 0};
    }
    judged->count = kept;
    free(item);
    return LAC_OK;
}

enum lac_status lac_link_judged_read(const struct lac_config_paths *files, const struct lac_table *records,
                                     const struct lac_table *returns, struct lac_arena *arena,
                                     struct lac_link_judged *judged, struct lac_error *err)
{
    struct places places = {0};
    memset(judged, 0, sizeof *judged);
    if (files->count == 0) return LAC_OK;
    enum lac_status st = places_make(records, returns, &places, err);
    for (size_t k = 0; !st && k < files->count; k++)
        st = file_read(files->item[k].resolved, &places, arena, judged, err);
    if (!st) st = labels_settle(judged, err);
    free(places.place);
    return st;
}

void lac_link_judged_release(struct lac_link_judged *judged)
{
    free(judged->label);
    memset(judged, 0, sizeof *judged);
}

double lac_link_kappa(const struct lac_link_judged *judged)
{
    double n = 0, yes[2] = {0, 0}, same;
    for (int a = 0; a < 2; a++)
        for (int b = 0; b < 2; b++) {
            double count = (double)judged->both[a][b];
            n += count;
            yes[0] += a ? count : 0;
            yes[1] += b ? count : 0;
        }
    same = (double)(judged->both[0][0] + judged->both[1][1]) / n;
    double chance = (yes[0] * yes[1] + (n - yes[0]) * (n - yes[1])) / (n * n);
    return n > 0 && chance < 1 ? (same - chance) / (1 - chance) : (double)NAN;
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

/* A spreadsheet takes a cell that starts with one of these for a formula. */
static void text_put(FILE *to, const char *text)
{
    char cell[512];
    if (*text == '\0' || !strchr("=+-@\t\r", *text)) {
        lac_csv_put(to, false, text);
        return;
    }
    snprintf(cell, sizeof cell, "'%.500s", text);
    lac_csv_put(to, false, cell);
}

static void value_put(FILE *to, const struct lac_table *records, enum lac_column_id column, size_t row)
{
    char text[32] = "";
    if (lac_column_schemas[column].type == LAC_TYPE_STR) {
        text_put(to, lac_text(records, column, row));
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
    for (int k = JUDGE_1; k <= AGREED; k++) lac_csv_put(to, false, "");
    lac_csv_end(to);
}

/* By random number, then by pair. */
static int by_chance(const void *a, const void *b)
{
    const struct lac_link_pair *x = a, *y = b;
    if (x->pattern != y->pattern) return x->pattern < y->pattern ? -1 : 1;
    return by_key(a, b);
}

void lac_link_clerical_write(const struct lac_table *records, const struct lac_table *returns,
                             struct lac_link_pairs *sample, FILE *to)
{
    lac_csv_put(to, true, "pair");
    for (int k = LEFT_RETURN; k <= RIGHT_ROW; k++) lac_csv_put(to, false, column_name[k]);
    for (size_t c = 0; c < LAC_COUNT(shown); c++)
        for (int s = 0; s < 2; s++) {
            char name[64];
            snprintf(name, sizeof name, "%s_%s", s ? "right" : "left", lac_column_schemas[shown[c]].name);
            lac_csv_put(to, false, name);
        }
    for (int k = JUDGE_1; k <= AGREED; k++) lac_csv_put(to, false, column_name[k]);
    lac_csv_end(to);
    if (sample->count) qsort(sample->pair, sample->count, sizeof *sample->pair, by_chance);
    for (size_t k = 0; k < sample->count; k++)
        row_put(records, returns, &sample->pair[k], (int64_t)k + 1, to);
}
