/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "table_read.h"
#include <string.h>
#include "base/text.h"
#include "table_read_internal.h"

static bool is_flag(const char *text)
{
    return (text[0] == '0' || text[0] == '1') && text[1] == '\0';
}

enum lac_status lac_table_refuse(struct lac_error *err, const struct lac_csv *csv, int64_t row,
                                 const char *column, const char *rule)
{
    /* the message was filled by lac_fail() */
    lac_error_file(err, csv->path);
    lac_error_row(err, row, column);
    lac_error_rule(err, rule);
    return LAC_INPUT;
}

static enum lac_status check_header(const struct lac_csv *csv, int *count, struct lac_error *err)
{
    for (size_t c = 0; c < csv->columns; c++)
        if (lac_text_is_blank(csv->header[c])) {
            (void)lac_fail(err, LAC_INPUT, "column %zu has no name", c + 1);
            lac_error_remedy(err, "name every column in the first row");
            return lac_table_refuse(err, csv, -1, NULL, "table-header");
        }
    *count = lac_csv_column(csv, "count");
    if (*count >= 0) return LAC_OK;
    (void)lac_fail(err, LAC_INPUT, "there is no column `count`");
    lac_error_remedy(err, "add a column named count with the number of persons of each history");
    return lac_table_refuse(err, csv, -1, NULL, "table-count-column");
}

/* What a column before `count` holds. */
struct content {
    int64_t other;  /* first row with something other than 0 and 1, or -1 */
    bool zero, one; /* whether these occur */
    bool blank;     /* the first other entry is empty */
};

static struct content look_at(const struct lac_csv *csv, int column)
{
    struct content content = {.other = -1};
    for (int64_t r = 0; r < csv->rows; r++) {
        const char *cell = lac_csv_cell(csv, r, column);
        content.zero |= strcmp(cell, "0") == 0;
        content.one |= strcmp(cell, "1") == 0;
        if (content.other >= 0 || is_flag(cell)) continue;
        content.other = r;
        content.blank = lac_text_is_blank(cell);
    }
    return content;
}

static enum lac_status refuse_entry(const struct lac_csv *csv, int column, int64_t row, struct lac_error *err)
{
    (void)lac_fail(err, LAC_INPUT, "a list holds something other than 0 and 1");
    lac_error_remedy(err, "write 1 if the persons are on the list and 0 if not; a stratum that is coded with "
                          "numbers stands after the column count");
    return lac_table_refuse(err, csv, row + 1, csv->header[column], "table-entry");
}

/* Sets *list; refuses a column that holds a 0 beside something else, or a flag beside an empty entry. */
static enum lac_status classify_column(const struct lac_csv *csv, int column, bool *list,
                                       struct lac_error *err)
{
    struct content content = look_at(csv, column);
    *list = content.other < 0;
    if (*list || !(content.zero || (content.one && content.blank))) return LAC_OK;
    return refuse_entry(csv, column, content.other, err);
}

/* With fewer than two lists, a column that holds a 1 beside something else was more likely meant as a list.
 */
static enum lac_status refuse_lists(const struct lac_csv *csv, int count, int lists, struct lac_error *err)
{
    for (int c = 0; lists < 2 && c < count; c++) {
        struct content content = look_at(csv, c);
        if (content.one && content.other >= 0) return refuse_entry(csv, c, content.other, err);
    }
    (void)lac_fail(err, LAC_INPUT, "the table has %d list%s; 2 to %d are needed", lists,
                   lists == 1 ? "" : "s", LAC_ESTIMATE_TABLE_LISTS);
    lac_error_remedy(err, "%s",
                     lists < 2 ? "give one column per list, with 0 and 1 only, before the column count"
                               : "merge lists, or move strata coded with 0 and 1 behind the column count");
    return lac_table_refuse(err, csv, -1, NULL, "table-lists");
}

/* The file, the table made of it, and where its columns stand. */
struct reader {
    struct lac_csv csv;
    struct lac_arena *arena;
    struct lac_estimate_table *table;
    int count, column[LAC_ESTIMATE_TABLE_LISTS];
};

static enum lac_status find_columns(struct reader *reader, struct lac_error *err)
{
    const struct lac_csv *csv = &reader->csv;
    struct lac_estimate_table *table = reader->table;
    int count = reader->count;
    table->stratum = LAC_NEW(reader->arena, const char *, csv->columns);
    if (!table->stratum) return lac_fail_memory(err, "strata");
    int strata = 0, lists = 0;
    for (int c = 0; c < (int)csv->columns; c++) {
        bool list = false;
        if (c < count) {
            enum lac_status st = classify_column(csv, c, &list, err);
            if (st) return st;
        }
        if (list && lists < LAC_ESTIMATE_TABLE_LISTS) {
            table->list[lists] = csv->header[c];
            reader->column[lists] = c;
        } else if (!list && c != count) {
            table->stratum[strata++] = csv->header[c];
        }
        lists += list;
    }
    table->lists = lists;
    table->strata = strata;
    if (lists >= 2 && lists <= LAC_ESTIMATE_TABLE_LISTS) return LAC_OK;
    return refuse_lists(csv, count, lists, err);
}

enum lac_status lac_table_count(const struct lac_csv *csv, int count, int64_t row, bool zeros, int64_t *value,
                                struct lac_error *err)
{
    const char *cell = lac_csv_cell(csv, row, count);
    bool blank = lac_text_is_blank(cell);
    *value = 0;
    if (zeros && blank) return LAC_OK;
    if (zeros) {
        (void)lac_fail(err, LAC_INPUT, "the row of zeros has a count, but nobody can count the unseen");
        lac_error_remedy(err, "leave its count empty or remove the row");
        return lac_table_refuse(err, csv, row + 1, "count", "table-zero-row");
    }
    if (!blank && lac_text_i64(cell, value) && *value >= 0 && *value <= LAC_TABLE_COUNT_LIMIT) return LAC_OK;
    (void)lac_fail(err, LAC_INPUT, "the count is %s",
                   blank            ? "empty"
                   : cell[0] == '-' ? "negative"
                   : *value > 0     ? "too large"
                                    : "not a whole number from 0 to 9007199254740992");
    lac_error_remedy(err, "give the number of persons with this history as a whole number");
    return lac_table_refuse(err, csv, row + 1, "count", "table-count");
}

enum lac_status lac_table_total(const struct lac_csv *csv, int64_t row, int64_t total, struct lac_error *err)
{
    if (total > LAC_TABLE_COUNT_LIMIT) {
        (void)lac_fail(err, LAC_INPUT, "the counts add up to more than 9007199254740992");
        lac_error_remedy(err, "check the counts: they are numbers of persons");
        return lac_table_refuse(err, csv, row + 1, "count", "table-count");
    }
    if (row >= 0 || total > 0) return LAC_OK;
    (void)lac_fail(err, LAC_INPUT, "the table has no persons: every count is zero or there is no row");
    lac_error_remedy(err, "give at least one history with a count above zero");
    return lac_table_refuse(err, csv, -1, NULL, "table-empty");
}

static enum lac_status read_rows(const struct reader *reader, struct lac_error *err)
{
    const struct lac_csv *csv = &reader->csv;
    struct lac_estimate_table *table = reader->table;
    int64_t total = 0;
    for (int64_t r = 0; r < csv->rows; r++) {
        unsigned history = 0;
        for (int k = 0; k < table->lists; k++)
            if (lac_csv_cell(csv, r, reader->column[k])[0] == '1') history |= 1U << k;
        table->history[r] = (uint16_t)history;
        enum lac_status st = lac_table_count(csv, reader->count, r, history == 0, &table->count[r], err);
        if (st) return st;
        total += table->count[r];
        if ((st = lac_table_total(csv, r, total, err))) return st;
        int s = 0;
        for (int c = 0; c < (int)csv->columns && s < table->strata; c++)
            if (csv->header[c] == table->stratum[s])
                table->value[r * table->strata + s++] = lac_csv_cell(csv, r, c);
    }
    return lac_table_total(csv, -1, total, err);
}

static enum lac_status check_lists(const struct lac_csv *csv, const struct lac_estimate_table *table,
                                   struct lac_error *err)
{
    unsigned seen = 0;
    for (int64_t r = 0; r < table->rows; r++)
        if (table->count[r] > 0) seen |= table->history[r];
    for (int k = 0; k < table->lists; k++)
        if (!(seen >> k & 1U)) {
            (void)lac_fail(err, LAC_INPUT, "the list has no person on it");
            lac_error_remedy(err, "remove the column: a list that saw nobody says nothing about the unseen");
            return lac_table_refuse(err, csv, -1, table->list[k], "table-list-empty");
        }
    return LAC_OK;
}

enum lac_status lac_estimate_table_read(const char *path, struct lac_arena *arena,
                                        struct lac_estimate_table *table, struct lac_error *err)
{
    struct reader reader = {.arena = arena, .table = table};
    memset(table, 0, sizeof *table);
    enum lac_status st = lac_csv_load(path, arena, &reader.csv, err);
    if (st) return st;
    table->path = path;
    table->rows = reader.csv.rows;
    if ((st = check_header(&reader.csv, &reader.count, err))) return st;
    int captures = lac_csv_column(&reader.csv, LAC_TABLE_CAPTURES);
    if (captures >= 0) {
        table->count = LAC_NEW(arena, int64_t, table->rows);
        if (!table->count) return lac_fail_memory(err, "counts");
        return lac_table_frequencies(&reader.csv, reader.count, captures, arena, table, err);
    }
    if ((st = find_columns(&reader, err))) return st;
    table->history = LAC_NEW(arena, uint16_t, table->rows);
    table->count = LAC_NEW(arena, int64_t, table->rows);
    table->value = LAC_NEW(arena, const char *, (size_t)table->rows *(size_t)table->strata);
    if (!table->history || !table->count || !table->value) return lac_fail_memory(err, "capture histories");
    if ((st = read_rows(&reader, err))) return st;
    return check_lists(&reader.csv, table, err);
}

static enum lac_status choose_columns(const struct lac_estimate_table *table, const char *const *columns,
                                      int chosen, int *index, struct lac_error *err)
{
    for (int i = 0; i < chosen; i++) {
        index[i] = -1;
        for (int s = 0; s < table->strata; s++)
            if (strcmp(table->stratum[s], columns[i]) == 0) index[i] = s;
        if (index[i] >= 0) continue;
        const char *nearest = lac_text_nearest(columns[i], table->stratum, (size_t)table->strata);
        (void)lac_fail(err, LAC_USAGE, "the table has no stratum `%s`", columns[i]);
        lac_error_file(err, table->path);
        if (nearest)
            lac_error_remedy(err, "did you mean `%s`?", nearest);
        else
            lac_error_remedy(err,
                             "strata are the columns that are neither lists nor count; this table has %d",
                             table->strata);
        return LAC_USAGE;
    }
    return LAC_OK;
}

static char *label_row(const struct lac_estimate_table *table, const int *index, int chosen, int64_t row,
                       struct lac_arena *arena)
{
    char *label = NULL;
    for (int i = 0; i < chosen; i++) {
        const char *value = table->value[row * table->strata + index[i]];
        label = lac_arena_printf(arena, "%s%s%s=%s", label ? label : "", label ? ";" : "",
                                 table->stratum[index[i]], value);
        if (!label) return NULL;
    }
    return label;
}

enum lac_status lac_estimate_table_strata(const struct lac_estimate_table *table, struct lac_arena *arena,
                                          struct lac_estimate_strata *strata, struct lac_error *err)
{
    int chosen = strata->chosen;
    int *index = LAC_NEW(arena, int, chosen);
    strata->count = chosen == 0;
    strata->number = LAC_NEW(arena, int, table->rows);
    strata->label = LAC_NEW(arena, const char *, table->rows + 1);
    if (!index || !strata->number || !strata->label) return lac_fail_memory(err, "strata");
    enum lac_status st = choose_columns(table, strata->column, chosen, index, err);
    if (st || chosen == 0) return st;
    for (int64_t r = 0; r < table->rows; r++) {
        char *label = label_row(table, index, chosen, r, arena);
        if (!label) return lac_fail_memory(err, "strata");
        int i = 0;
        while (i < strata->count && strcmp(strata->label[i], label) != 0) i++;
        if (i == strata->count) strata->label[strata->count++] = label;
        strata->number[r] = i;
    }
    return LAC_OK;
}
