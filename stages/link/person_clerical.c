/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "person_clerical.h"
#include <stdlib.h>
#include <string.h>
#include "base/digest.h"
#include "sort.h"

static const char *const side_name[2][1] = {{"left"}, {"right"}};

/* --- reading --- */

/* Records by the hash of their identifier. */
struct index {
    const struct lac_link_person_table *table;
    struct lac_link_pair *item; /* pattern = record */
    size_t count;
};

static uint64_t id_hash(const char *id)
{
    return lac_hash64(id, strlen(id), 0);
}

static enum lac_status index_make(const struct lac_link_person_table *table, struct index *index,
                                  struct lac_error *err)
{
    size_t n = table->data.n;
    *index = (struct index){table, malloc((2 * n + 1) * sizeof *index->item), n};
    if (!index->item) return lac_fail_memory(err, "identifiers");
    for (uint32_t i = 0; i < n; i++)
        index->item[i] = (struct lac_link_pair){id_hash(lac_link_person_id(table, i)), i, 0};
    if (n) lac_link_sort(index->item, index->item + n, n);
    return LAC_OK;
}

static uint32_t id_find(const struct index *index, const char *id)
{
    uint64_t hash = id_hash(id);
    size_t low = 0, high = index->count;
    uint32_t found = LAC_MISSING_U32;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (index->item[middle].key < hash)
            low = middle + 1;
        else
            high = middle;
    }
    for (; low < index->count && index->item[low].key == hash; low++) {
        if (strcmp(lac_link_person_id(index->table, index->item[low].pattern), id) != 0) continue;
        if (found != LAC_MISSING_U32) return LAC_MISSING_U32;
        found = index->item[low].pattern;
    }
    return found;
}

/* An identifier that a spreadsheet takes for a formula was written with an apostrophe before it. */
static uint32_t record_find(const void *context, const char *const name[LAC_LINK_NAME_PARTS])
{
    uint32_t found = id_find(context, name[0]);
    return found == LAC_MISSING_U32 && name[0][0] == '\'' ? id_find(context, name[0] + 1) : found;
}

enum lac_status lac_link_person_judged(const struct lac_config_paths *files,
                                       const struct lac_link_person_table *table, struct lac_arena *arena,
                                       struct lac_link_judged *judged, struct lac_error *err)
{
    struct index index = {0};
    struct lac_link_record_names names = {{side_name[0], side_name[1]}, 1, record_find, &index};
    memset(judged, 0, sizeof *judged);
    if (files->count == 0) return LAC_OK;
    enum lac_status st = index_make(table, &index, err);
    if (!st) st = lac_link_judged_load(files, &names, arena, judged, err);
    free(index.item);
    return st;
}

/* --- writing --- */

/* Rows of the file that the sample shows, ascending, and their cells. */
struct wanted {
    const struct lac_link_person_table *table;
    struct lac_arena *arena;
    uint32_t *row;
    char ***cell;
    size_t count, at;
};

static int ascending(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return x < y ? -1 : x > y;
}

static enum lac_status wanted_make(const struct lac_link_pairs *sample, struct wanted *wanted,
                                   struct lac_error *err)
{
    wanted->row = LAC_NEW(wanted->arena, uint32_t, 2 * sample->count + 1);
    wanted->cell = LAC_NEW(wanted->arena, char **, 2 * sample->count + 1);
    if (!wanted->row || !wanted->cell) return lac_fail_memory(err, "pairs to be judged");
    size_t all = 0, kept = 0;
    for (size_t k = 0; k < sample->count; k++) {
        wanted->row[all++] = wanted->table->row[lac_link_left(&sample->pair[k])];
        wanted->row[all++] = wanted->table->row[lac_link_right(&sample->pair[k])];
    }
    if (all) qsort(wanted->row, all, sizeof *wanted->row, ascending);
    for (size_t k = 0; k < all; k++)
        if (kept == 0 || wanted->row[k] != wanted->row[kept - 1]) wanted->row[kept++] = wanted->row[k];
    wanted->count = kept;
    return LAC_OK;
}

static enum lac_status row_keep(void *context, const struct lac_csv_row *row, struct lac_error *err)
{
    struct wanted *wanted = context;
    const struct lac_link_person_table *table = wanted->table;
    if (wanted->at == wanted->count || row->row != (int64_t)wanted->row[wanted->at] + 1) return LAC_OK;
    char **cell = LAC_NEW(wanted->arena, char *, row->count + 1);
    if (!cell) return lac_fail_memory(err, "pairs to be judged");
    for (size_t c = 0; c < row->count; c++)
        if (!(cell[c] = lac_arena_strdup(wanted->arena, row->field[c])))
            return lac_fail_memory(err, "pairs to be judged");
    if (strcmp(cell[table->id_column], table->ids + table->id_at[row->row - 1]) == 0)
        wanted->cell[wanted->at++] = cell;
    return LAC_OK;
}

static char **cells_of(const struct wanted *wanted, uint32_t record)
{
    uint32_t row = wanted->table->row[record];
    const uint32_t *at = bsearch(&row, wanted->row, wanted->count, sizeof row, ascending);
    return wanted->cell[at - wanted->row];
}

static enum lac_status header_put(const struct wanted *wanted, FILE *to, struct lac_error *err)
{
    const struct lac_csv *csv = &wanted->table->csv;
    lac_csv_put(to, true, "pair");
    for (int s = 0; s < 2; s++) lac_csv_put(to, false, side_name[s][0]);
    for (size_t c = 0; c < csv->columns; c++)
        for (int s = 0; s < 2 && (int)c != wanted->table->id_column; s++) {
            const char *name = lac_arena_printf(wanted->arena, "%s_%s", side_name[s][0], csv->header[c]);
            if (!name) return lac_fail_memory(err, "names of columns");
            lac_csv_put(to, false, name);
        }
    for (int k = 0; k < LAC_LINK_ANSWERS; k++) lac_csv_put(to, false, lac_link_answer_columns[k]);
    lac_csv_end(to);
    return LAC_OK;
}

static void pair_put(const struct wanted *wanted, const struct lac_link_pair *pair, int64_t number, FILE *to)
{
    const struct lac_link_person_table *table = wanted->table;
    char **side[2] = {cells_of(wanted, lac_link_left(pair)), cells_of(wanted, lac_link_right(pair))};
    lac_csv_put_i64(to, true, number);
    for (int s = 0; s < 2; s++) lac_link_clerical_put(to, side[s][table->id_column]);
    for (size_t c = 0; c < table->csv.columns; c++)
        for (int s = 0; s < 2 && (int)c != table->id_column; s++) lac_link_clerical_put(to, side[s][c]);
    for (int k = 0; k < LAC_LINK_ANSWERS; k++) lac_csv_put(to, false, "");
    lac_csv_end(to);
}

enum lac_status lac_link_person_clerical(const struct lac_link_person_table *table,
                                         struct lac_link_pairs *sample, struct lac_arena *arena, FILE *to,
                                         struct lac_error *err)
{
    struct wanted wanted = {.table = table, .arena = arena};
    struct lac_csv_reader reader = {.record = row_keep, .context = &wanted};
    enum lac_status st = wanted_make(sample, &wanted, err);
    if (!st && sample->count) st = lac_csv_read(table->csv.path, &reader, err);
    if (!st && wanted.at < wanted.count) {
        st = lac_fail(err, LAC_INPUT, "the table changed while it was read");
        lac_error_file(err, table->csv.path);
        lac_error_remedy(err, "link it again when nothing writes to it");
    }
    if (!st) st = header_put(&wanted, to, err);
    if (st) return st;
    lac_link_sample_mix(sample);
    for (size_t k = 0; k < sample->count; k++) pair_put(&wanted, &sample->pair[k], (int64_t)k + 1, to);
    return LAC_OK;
}
