/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "judged.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "sort.h"
#include "table/csv.h"

enum answer { CANNOT_TELL, YES, NO, WRONG };
const char *const lac_link_answer_columns[LAC_LINK_ANSWERS] = {"judge_1", "judge_2", "agreed"};

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

/* Where the columns of a file are: names of left and right records, then answers. */
struct columns {
    int name[2][LAC_LINK_NAME_PARTS], answer[LAC_LINK_ANSWERS];
};

static enum lac_status fail_answer(const struct lac_csv *csv, int64_t row, int judge, struct lac_error *err)
{
    enum lac_status st = lac_fail(err, LAC_INPUT, "an answer is none of Y, N and ?");
    lac_error_file(err, csv->path);
    lac_error_row(err, row + 1, lac_link_answer_columns[judge]);
    lac_error_rule(err, "link-judged");
    lac_error_remedy(err, "write Y for the same person, N for two persons, ? or nothing for cannot tell");
    return st;
}

static uint32_t side_find(const struct lac_csv *csv, int64_t row, const int column[LAC_LINK_NAME_PARTS],
                          const struct lac_link_record_names *names)
{
    const char *name[LAC_LINK_NAME_PARTS] = {NULL};
    for (size_t k = 0; k < names->parts; k++) name[k] = lac_csv_cell(csv, row, column[k]);
    return names->find(names->context, name);
}

static enum lac_status row_read(const struct lac_csv *csv, int64_t row, const struct columns *column,
                                const struct lac_link_record_names *names, struct lac_link_judged *judged,
                                struct lac_error *err)
{
    enum answer answer[LAC_LINK_ANSWERS];
    judged->rows++;
    for (int k = 0; k < LAC_LINK_ANSWERS; k++) {
        answer[k] = answer_read(lac_csv_cell(csv, row, column->answer[k]));
        if (answer[k] == WRONG) return fail_answer(csv, row, k, err);
    }
    if (answer[0] != CANNOT_TELL && answer[1] != CANNOT_TELL)
        judged->both[answer[0] == YES][answer[1] == YES]++;
    enum answer decision = decide(answer);
    uint32_t left = side_find(csv, row, column->name[0], names),
             right = side_find(csv, row, column->name[1], names);
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

static enum lac_status file_read(const char *path, const struct lac_link_record_names *names,
                                 struct lac_arena *arena, struct lac_link_judged *judged,
                                 struct lac_error *err)
{
    struct lac_csv csv;
    struct columns column;
    enum lac_status st = lac_csv_load(path, arena, &csv, err);
    for (int side = 0; !st && side < 2; side++)
        st = lac_csv_require(&csv, names->column[side], names->parts, column.name[side], err);
    if (!st) st = lac_csv_require(&csv, lac_link_answer_columns, LAC_LINK_ANSWERS, column.answer, err);
    if (st) return st;
    struct lac_link_label *grown =
        realloc(judged->label, (judged->count + (size_t)csv.rows + 1) * sizeof *grown);
    if (!grown) return lac_fail_memory(err, "judged pairs");
    judged->label = grown;
    for (int64_t row = 0; !st && row < csv.rows; row++) st = row_read(&csv, row, &column, names, judged, err);
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

enum lac_status lac_link_judged_load(const struct lac_config_paths *files,
                                     const struct lac_link_record_names *names, struct lac_arena *arena,
                                     struct lac_link_judged *judged, struct lac_error *err)
{
    enum lac_status st = LAC_OK;
    memset(judged, 0, sizeof *judged);
    for (size_t k = 0; !st && k < files->count; k++)
        st = file_read(files->item[k].resolved, names, arena, judged, err);
    return st || files->count == 0 ? st : labels_settle(judged, err);
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

enum lac_status lac_link_answers_exist(const char *path, struct lac_arena *arena, bool *answers,
                                       struct lac_error *err)
{
    struct lac_csv csv;
    *answers = false;
    enum lac_status st = lac_csv_load(path, arena, &csv, err);
    for (int k = 0; !st && k < LAC_LINK_ANSWERS; k++)
        for (int64_t row = 0; row < csv.rows; row++)
            *answers = *answers ||
                       *lac_csv_cell(&csv, row, lac_csv_column(&csv, lac_link_answer_columns[k])) != '\0';
    return st;
}

/* A spreadsheet takes a cell that starts with one of these for a formula. */
void lac_link_clerical_put(FILE *to, const char *text)
{
    char cell[512];
    if (*text == '\0' || !strchr("=+-@\t\r", *text)) {
        lac_csv_put(to, false, text);
        return;
    }
    snprintf(cell, sizeof cell, "'%.500s", text);
    lac_csv_put(to, false, cell);
}

static int by_key(const void *a, const void *b)
{
    uint64_t x = ((const struct lac_link_pair *)a)->key, y = ((const struct lac_link_pair *)b)->key;
    return x < y ? -1 : x > y;
}

/* By random number, then by pair. */
static int by_chance(const void *a, const void *b)
{
    const struct lac_link_pair *x = a, *y = b;
    if (x->pattern != y->pattern) return x->pattern < y->pattern ? -1 : 1;
    return by_key(a, b);
}

void lac_link_sample_mix(struct lac_link_pairs *sample)
{
    if (sample->count) qsort(sample->pair, sample->count, sizeof *sample->pair, by_chance);
}
