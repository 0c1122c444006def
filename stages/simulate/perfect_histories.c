/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <string.h>

#include "base/date.h"
#include "base/file.h"
#include "base/text.h"
#include "perfect.h"
#include "table/csv.h"
#include "table/store.h"

#define KEY 512
#define MOST_LISTS 32
enum { POPULATION, DEFINITION, START, END, PLACE, VARIANT, LISTS, COUNT, COLUMNS };

/* Tables and cells by name. */
struct work {
    struct lac_dict asked; /* tables of the run: population, definition, window, place, without the variant */
    struct lac_dict told;  /* populations, definitions and windows of the truth */
    struct lac_dict cells;
    int64_t *truth, *certain, *possible; /* per cell */
    size_t capacity;
};

static const char *name_table(char out[KEY], const char *const part[5])
{
    int n = snprintf(out, KEY, "%s\t%s\t%s\t%s\t%s", part[0], part[1], part[2], part[3], part[4]);
    return n > 0 && n < KEY ? out : "";
}

static enum lac_status find_cell(struct work *w, const char *table, const char *variant, const char *lists,
                                 uint32_t *cell, struct lac_error *err)
{
    char name[2 * KEY];
    int n = snprintf(name, sizeof name, "%s\t%s\t%s", table, variant, lists);
    if (n < 0 || (size_t)n >= sizeof name) return lac_fail(err, LAC_INPUT, "a name is too long");
    enum lac_status st = lac_dict_code(&w->cells, name, cell, err);
    if (!st && *cell >= w->capacity) return lac_fail(err, LAC_DEFECT, "more cells than were counted");
    return st;
}

static void dates_of(const struct lac_table *t, enum lac_column_id start, enum lac_column_id end, size_t row,
                     char text[2][11])
{
    (void)lac_date_format(lac_i32(t, start)[row], text[0]);
    (void)lac_date_format(lac_i32(t, end)[row], text[1]);
}

/* Every table the run was asked for, empty ones too, stands in `verdicts`. */
static enum lac_status read_asked(const char *run, struct work *w, struct lac_error *err)
{
    struct lac_table t = {0};
    enum lac_status st = lac_store_read(run, LAC_TABLE_verdicts, &t, err);
    for (size_t r = 0; !st && r < t.rows; r++) {
        char day[2][11], name[KEY];
        uint32_t code;
        dates_of(&t, LAC_COL_verdicts_window_start, LAC_COL_verdicts_window_end, r, day);
        const char *part[5] = {lac_text(&t, LAC_COL_verdicts_population, r),
                               lac_text(&t, LAC_COL_verdicts_definition, r), day[0], day[1],
                               lac_text(&t, LAC_COL_verdicts_geography_code, r)};
        st = lac_dict_code(&w->asked, name_table(name, part), &code, err);
    }
    lac_table_release(&t);
    return st;
}

static enum lac_status load_truth(const char *truth, struct lac_arena *arena, struct lac_csv *csv,
                                  int index[COLUMNS], struct lac_error *err)
{
    static const char *const columns[COLUMNS] = {"population",     "definition", "window_start", "window_end",
                                                 "geography_code", "variant",    "lists",        "count"};
    char *path = lac_path_join(arena, truth, "histories.csv");
    if (!path) return lac_fail_memory(err, "paths");
    enum lac_status st = lac_csv_load(path, arena, csv, err);
    return st ? st : lac_csv_require(csv, columns, COLUMNS, index, err);
}

/* The population, definition and window of a table, which the truth knows or not. */
static const char *name_kind(char out[KEY], const char *const part[5])
{
    const char *kind[5] = {part[0], part[1], part[2], part[3], ""};
    return name_table(out, kind);
}

static enum lac_status take_truth(const struct lac_csv *csv, const int index[COLUMNS], struct work *w,
                                  struct lac_error *err)
{
    enum lac_status st = LAC_OK;
    for (int64_t r = 0; !st && r < csv->rows; r++) {
        const char *part[COLUMNS];
        char name[KEY];
        uint32_t code;
        for (int c = 0; c < COLUMNS; c++) part[c] = lac_csv_cell(csv, r, index[c]);
        st = lac_dict_code(&w->told, name_kind(name, part), &code, err);
        if (st || lac_dict_find(&w->asked, name_table(name, part)) == LAC_MISSING_STR) continue;
        if (part[LISTS][0] == '\0') continue; /* nobody has seen them */
        st = find_cell(w, name, part[VARIANT], part[LISTS], &code, err);
        if (!st && !lac_text_i64(part[COUNT], &w->truth[code]))
            st = lac_fail(err, LAC_INPUT, "histories.csv: a count is no number");
    }
    return st;
}

/* Codes of the lists by their bits. */
static enum lac_status name_lists(const char *run, struct lac_table *lists, const char *name[MOST_LISTS],
                                  struct lac_error *err)
{
    enum lac_status st = lac_store_read(run, LAC_TABLE_history_lists, lists, err);
    for (size_t r = 0; !st && r < lists->rows; r++) {
        uint32_t bit = lac_u32(lists, LAC_COL_history_lists_bit)[r];
        if (bit < MOST_LISTS) name[bit] = lac_text(lists, LAC_COL_history_lists_list, r);
    }
    return st;
}

static void join(const char *const name[MOST_LISTS], uint32_t pattern, char out[KEY])
{
    size_t at = 0;
    out[0] = '\0';
    for (uint32_t k = 0; k < MOST_LISTS && at < KEY; k++) {
        int n = pattern >> k & 1U
                    ? snprintf(out + at, KEY - at, "%s%s", at > 0 ? "+" : "", name[k] ? name[k] : "?")
                    : 0;
        at += n > 0 ? (size_t)n : 0;
    }
}

static enum lac_status take_run(const struct lac_table *t, const char *const name[MOST_LISTS], struct work *w,
                                struct lac_error *err)
{
    enum lac_status st = LAC_OK;
    for (size_t r = 0; !st && r < t->rows; r++) {
        char day[2][11], table[KEY], lists[KEY];
        uint32_t cell;
        dates_of(t, LAC_COL_histories_window_start, LAC_COL_histories_window_end, r, day);
        const char *part[5] = {lac_text(t, LAC_COL_histories_population, r),
                               lac_text(t, LAC_COL_histories_definition, r), day[0], day[1],
                               lac_text(t, LAC_COL_histories_geography_code, r)};
        if (lac_dict_find(&w->told, name_kind(table, part)) == LAC_MISSING_STR) continue;
        if (strcmp(lac_text(t, LAC_COL_histories_stratum, r), "all") != 0) continue;
        join(name, lac_u32(t, LAC_COL_histories_pattern)[r], lists);
        st = find_cell(w, name_table(table, part), lac_text(t, LAC_COL_histories_variant, r), lists, &cell,
                       err);
        if (st) return st;
        w->certain[cell] = lac_i64(t, LAC_COL_histories_certain)[r];
        w->possible[cell] = lac_i64(t, LAC_COL_histories_possible)[r];
    }
    return st;
}

static enum lac_status liken(const struct work *w, struct lac_arena *arena,
                             struct lac_simulate_likeness *likeness, struct lac_error *err)
{
    *likeness = (struct lac_simulate_likeness){0};
    for (uint32_t k = 0; k < w->asked.count; k++) {
        char table[KEY];
        (void)snprintf(table, sizeof table, "%s", lac_dict_text(&w->asked, k));
        char *place = strrchr(table, '\t');
        if (place) place[1] = '\0';
        likeness->tables += lac_dict_find(&w->told, table) != LAC_MISSING_STR;
    }
    for (uint32_t k = 0; k < w->cells.count; k++) {
        bool same = w->truth[k] == w->certain[k] && w->possible[k] == 0;
        likeness->cells += w->truth[k] != 0 || w->certain[k] != 0 || w->possible[k] != 0;
        likeness->persons += w->truth[k];
        if (same) continue;
        likeness->differ++;
        if (likeness->differ > LAC_SIMULATE_DIFFERENCES) continue;
        struct lac_simulate_difference *d = &likeness->difference[likeness->differ - 1];
        *d = (struct lac_simulate_difference){lac_arena_strdup(arena, lac_dict_text(&w->cells, k)),
                                              w->truth[k], w->certain[k], w->possible[k]};
        if (!d->cell) return lac_fail_memory(err, "differences");
    }
    if (likeness->cells > 0) return LAC_OK;
    return lac_fail(err, LAC_INPUT, "no table of the run is in the truth: are these its returns?");
}

static enum lac_status start(struct work *w, size_t cells, struct lac_arena *arena, struct lac_error *err)
{
    w->capacity = cells;
    w->truth = LAC_NEW(arena, int64_t, cells);
    w->certain = LAC_NEW(arena, int64_t, cells);
    w->possible = LAC_NEW(arena, int64_t, cells);
    return w->truth && w->certain && w->possible ? LAC_OK : lac_fail_memory(err, "histories");
}

enum lac_status lac_simulate_histories_compare(const char *truth, const char *run, struct lac_arena *arena,
                                               struct lac_simulate_likeness *likeness, struct lac_error *err)
{
    struct work w = {0};
    struct lac_table histories = {0}, lists = {0};
    const char *name[MOST_LISTS] = {NULL};
    struct lac_csv csv;
    int index[COLUMNS];
    lac_dict_init(&w.asked);
    lac_dict_init(&w.told);
    lac_dict_init(&w.cells);
    enum lac_status st = load_truth(truth, arena, &csv, index, err);
    if (!st) st = lac_store_read(run, LAC_TABLE_histories, &histories, err);
    if (!st) st = name_lists(run, &lists, name, err);
    if (!st) st = read_asked(run, &w, err);
    if (!st) st = start(&w, (size_t)csv.rows + histories.rows, arena, err);
    if (!st) st = take_truth(&csv, index, &w, err);
    if (!st) st = take_run(&histories, name, &w, err);
    if (!st) st = liken(&w, arena, likeness, err);
    lac_table_release(&histories);
    lac_table_release(&lists);
    lac_dict_release(&w.cells);
    lac_dict_release(&w.told);
    lac_dict_release(&w.asked);
    return st;
}
