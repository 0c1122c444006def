/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cells.h"
#include <stdlib.h>
#include <string.h>

struct cell_source {
    const struct lac_table *histories, *lists, *drawn;
    size_t draws;
    size_t *first; /* per row of `histories`: its first row of `history_draws`; one more at the end */
    struct lac_arena *arena;
};

/* The key of a row: dictionary codes and days; equal keys are one cell. */
enum { KEYS = 9 };
struct keyed_row {
    uint32_t key[KEYS];
    uint32_t row;
};

static int compare_rows(const void *a, const void *b)
{
    const struct keyed_row *x = a, *y = b;
    for (int i = 0; i < KEYS; i++)
        if (x->key[i] != y->key[i]) return x->key[i] < y->key[i] ? -1 : 1;
    return x->row < y->row ? -1 : x->row > y->row;
}

/* Where a cell's rows start, with its first row in the store: cells come in that order. */
struct start {
    uint32_t row;
    size_t at;
};

static int compare_starts(const void *a, const void *b)
{
    const struct start *x = a, *y = b;
    return x->row < y->row ? -1 : x->row > y->row;
}

static void fill_key(const struct lac_table *t, size_t row, struct keyed_row *out)
{
    out->row = (uint32_t)row;
    out->key[0] = lac_codes(t, LAC_COL_histories_population)[row];
    out->key[1] = lac_codes(t, LAC_COL_histories_definition)[row];
    out->key[2] = (uint32_t)lac_i32(t, LAC_COL_histories_window_start)[row];
    out->key[3] = (uint32_t)lac_i32(t, LAC_COL_histories_window_end)[row];
    out->key[4] = lac_codes(t, LAC_COL_histories_geography)[row];
    out->key[5] = lac_codes(t, LAC_COL_histories_geography_code)[row];
    out->key[6] = lac_codes(t, LAC_COL_histories_geography_name)[row];
    out->key[7] = lac_codes(t, LAC_COL_histories_stratum)[row];
    out->key[8] = lac_codes(t, LAC_COL_histories_variant)[row];
}

static enum lac_status bad_input(struct lac_error *err, const char *table, size_t row)
{
    lac_error_file(err, "store/histories.h5");
    lac_error_row(err, (int64_t)row + 1, table);
    lac_error_remedy(err, "run the stage reconcile again");
    return LAC_INPUT;
}

/* Lists of the cell's geography and window by their bit in the store; row index or -1. */
static enum lac_status find_lists(const struct lac_table *lists, const struct lac_estimate_cell *cell,
                                  int64_t *by_bit, struct lac_error *err)
{
    for (int bit = 0; bit < 32; bit++) by_bit[bit] = -1;
    for (size_t r = 0; r < lists->rows; r++) {
        if (lac_i32(lists, LAC_COL_history_lists_window_start)[r] != cell->window_start) continue;
        if (lac_i32(lists, LAC_COL_history_lists_window_end)[r] != cell->window_end) continue;
        if (strcmp(lac_text(lists, LAC_COL_history_lists_geography_code, r), cell->geography_code) != 0)
            continue;
        uint32_t bit = lac_u32(lists, LAC_COL_history_lists_bit)[r];
        if (bit >= 32) {
            (void)lac_fail(err, LAC_INPUT, "list bit %u is out of range", (unsigned)bit);
            return bad_input(err, "history_lists", r);
        }
        by_bit[bit] = (int64_t)r;
    }
    return LAC_OK;
}

/* Text with one more word. */
static const char *append_word(struct lac_arena *arena, const char *words, const char *word)
{
    if (!words) return NULL;
    return lac_arena_printf(arena, "%s%s%s", words, words[0] ? " " : "", word);
}

/* Chooses the lists that saw somebody; place[bit] is the list's number in the cell. */
static enum lac_status choose_lists(const struct cell_source *from, const int64_t *by_bit, uint32_t seen,
                                    int *place, struct lac_estimate_cell *cell)
{
    const struct lac_table *lists = from->lists;
    struct lac_arena *arena = from->arena;
    cell->unused_names = cell->missing_names = "";
    for (int bit = 0; bit < 32; bit++) {
        if (by_bit[bit] < 0) continue;
        size_t r = (size_t)by_bit[bit];
        const char *code = lac_text(lists, LAC_COL_history_lists_list, r);
        if (!(seen >> bit & 1U)) {
            cell->unused++;
            cell->unused_names = append_word(arena, cell->unused_names, code);
            continue;
        }
        if (lac_i32(lists, LAC_COL_history_lists_received)[r] <
            lac_i32(lists, LAC_COL_history_lists_expected)[r])
            cell->missing_names = append_word(arena, cell->missing_names, code);
        if (cell->table.lists < LAC_ESTIMATE_TABLE_LISTS) cell->table.list[cell->table.lists] = code;
        place[bit] = cell->table.lists++;
    }
    return cell->unused_names && cell->missing_names ? LAC_OK : LAC_NOMEM;
}

static bool is_variant(const struct lac_estimate_cell *cell, const char *variant)
{
    return strcmp(cell->variant, variant) == 0;
}

/* Persons of a row that the cell counts. A count that is negative or missing stays negative. */
static int64_t persons_of(const struct lac_table *t, size_t row, const struct lac_estimate_cell *cell)
{
    int64_t certain = lac_i64(t, LAC_COL_histories_certain)[row];
    int64_t possible = is_variant(cell, LAC_ESTIMATE_HIGH) ? lac_i64(t, LAC_COL_histories_possible)[row] : 0;
    return certain < 0 || possible < 0 ? -1 : certain + possible;
}

/* The same in row `at` of `history_draws`. */
static int32_t persons_drawn(const struct lac_table *t, size_t at, const struct lac_estimate_cell *cell)
{
    int32_t certain = lac_i32(t, LAC_COL_history_draws_certain)[at];
    if (is_variant(cell, LAC_ESTIMATE_LOW)) return certain;
    if (is_variant(cell, LAC_ESTIMATE_HIGH)) return certain + lac_i32(t, LAC_COL_history_draws_possible)[at];
    return lac_i32(t, LAC_COL_history_draws_counted)[at];
}

/* Whether the row counts anybody, in the best linkage or in a drawn one. */
static bool counts_any(const struct cell_source *from, size_t row, const struct lac_estimate_cell *cell)
{
    bool any = persons_of(from->histories, row, cell) != 0;
    for (size_t i = from->first[row]; i < from->first[row + 1]; i++)
        any |= lac_u32(from->drawn, LAC_COL_history_draws_draw)[i] < from->draws &&
               persons_drawn(from->drawn, i, cell) != 0;
    return any;
}

static uint32_t patterns_seen(const struct cell_source *from, const struct keyed_row *rows, size_t n,
                              const struct lac_estimate_cell *cell)
{
    uint32_t seen = 0;
    for (size_t i = 0; i < n; i++)
        if (counts_any(from, rows[i].row, cell))
            seen |= lac_u32(from->histories, LAC_COL_histories_pattern)[rows[i].row];
    return seen;
}

/* Sets the row's persons in every draw: those of the best linkage where nothing else is said. */
static bool set_drawn(const struct cell_source *from, size_t row, int64_t persons, int32_t *drawn,
                      const struct lac_estimate_cell *cell)
{
    for (size_t d = 0; d < from->draws; d++) drawn[d * cell->stride] = (int32_t)persons;
    for (size_t i = from->first[row]; i < from->first[row + 1]; i++) {
        uint32_t d = lac_u32(from->drawn, LAC_COL_history_draws_draw)[i];
        int32_t count = persons_drawn(from->drawn, i, cell);
        if (count < 0) return false;
        if (d < from->draws) drawn[d * cell->stride] = count;
    }
    return true;
}

/* Of a row's persons for whom the records cannot tell, over all draws, the share that was drawn in. */
static double share_drawn_in(const struct cell_source *from, size_t row)
{
    double in = 0, possible = 0;
    for (size_t i = from->first[row]; i < from->first[row + 1]; i++) {
        if (lac_u32(from->drawn, LAC_COL_history_draws_draw)[i] >= from->draws) continue;
        in += lac_i32(from->drawn, LAC_COL_history_draws_counted)[i] -
              lac_i32(from->drawn, LAC_COL_history_draws_certain)[i];
        possible += lac_i32(from->drawn, LAC_COL_history_draws_possible)[i];
    }
    return possible > 0 ? in / possible : 0;
}

/* Sets the row's persons in every draw with scope at its mean; true when anybody of the row is in doubt. */
static bool set_settled(const struct cell_source *from, size_t row, size_t to,
                        const struct lac_estimate_cell *cell, float *settled)
{
    bool doubt = false;
    double share = share_drawn_in(from, row);
    for (size_t d = 0; d < from->draws; d++)
        settled[d * cell->stride + to] = (float)cell->drawn[d * cell->stride + to];
    if (is_variant(cell, LAC_ESTIMATE_LOW) || is_variant(cell, LAC_ESTIMATE_HIGH)) return false;
    for (size_t i = from->first[row]; i < from->first[row + 1]; i++) {
        uint32_t d = lac_u32(from->drawn, LAC_COL_history_draws_draw)[i];
        int32_t possible = lac_i32(from->drawn, LAC_COL_history_draws_possible)[i];
        if (d >= from->draws || possible <= 0) continue;
        settled[d * cell->stride + to] =
            (float)(lac_i32(from->drawn, LAC_COL_history_draws_certain)[i] + share * possible);
        doubt = true;
    }
    return doubt;
}

/* Adds one row of the store to the cell's table. */
static enum lac_status add_row(const struct cell_source *from, size_t row, const int *place, int32_t *drawn,
                               struct lac_estimate_cell *cell, struct lac_error *err)
{
    uint32_t pattern = lac_u32(from->histories, LAC_COL_histories_pattern)[row];
    int64_t persons = persons_of(from->histories, row, cell);
    unsigned history = 0;
    if (pattern == 0 || !counts_any(from, row, cell)) return LAC_OK;
    if (persons < 0 || !set_drawn(from, row, persons, drawn + cell->table.rows, cell)) {
        (void)lac_fail(err, LAC_INPUT, "a count of persons is negative or missing");
        return bad_input(err, "histories", row);
    }
    for (int bit = 0; bit < 32; bit++) {
        if (!(pattern >> bit & 1U)) continue;
        if (place[bit] < 0) {
            (void)lac_fail(err, LAC_INPUT, "bit %d of a pattern has no list in history_lists", bit);
            return bad_input(err, "histories", row);
        }
        history |= 1U << place[bit];
    }
    cell->table.history[cell->table.rows] = (uint16_t)history;
    cell->table.count[cell->table.rows++] = persons;
    cell->observed += persons;
    return LAC_OK;
}

static void name_cell(const struct lac_table *t, size_t r, struct lac_estimate_cell *cell)
{
    cell->population = lac_text(t, LAC_COL_histories_population, r);
    cell->definition = lac_text(t, LAC_COL_histories_definition, r);
    cell->geography = lac_text(t, LAC_COL_histories_geography, r);
    cell->geography_code = lac_text(t, LAC_COL_histories_geography_code, r);
    cell->geography_name = lac_text(t, LAC_COL_histories_geography_name, r);
    cell->stratum = lac_text(t, LAC_COL_histories_stratum, r);
    cell->variant = lac_text(t, LAC_COL_histories_variant, r);
    cell->window_start = lac_i32(t, LAC_COL_histories_window_start)[r];
    cell->window_end = lac_i32(t, LAC_COL_histories_window_end)[r];
}

static enum lac_status make_cell(const struct cell_source *from, const struct keyed_row *rows, size_t n,
                                 struct lac_estimate_cell *cell, struct lac_error *err)
{
    int64_t by_bit[32];
    int place[32];
    for (int bit = 0; bit < 32; bit++) place[bit] = -1;
    enum lac_status st = find_lists(from->lists, cell, by_bit, err);
    if (st) return st;
    uint32_t seen = patterns_seen(from, rows, n, cell);
    if (choose_lists(from, by_bit, seen, place, cell)) return lac_fail_memory(err, "lists");
    if (cell->table.lists > LAC_ESTIMATE_TABLE_LISTS) {
        (void)lac_fail(err, LAC_INPUT, "a cell has %d lists; at most %d can be used", cell->table.lists,
                       LAC_ESTIMATE_TABLE_LISTS);
        return bad_input(err, "histories", rows[0].row);
    }
    cell->table.history = LAC_NEW(from->arena, uint16_t, n);
    cell->table.count = LAC_NEW(from->arena, int64_t, n);
    int32_t *drawn = LAC_NEW(from->arena, int32_t, n * from->draws);
    float *settled = LAC_NEW(from->arena, float, n * from->draws);
    if (!cell->table.history || !cell->table.count || !drawn || !settled)
        return lac_fail_memory(err, "capture histories");
    cell->draws = from->draws;
    cell->stride = n;
    cell->drawn = drawn;
    for (size_t i = 0; !st && i < n; i++) {
        size_t to = (size_t)cell->table.rows;
        st = add_row(from, rows[i].row, place, drawn, cell, err);
        if (!st && (size_t)cell->table.rows > to && set_settled(from, rows[i].row, to, cell, settled))
            cell->settled = settled;
    }
    return st;
}

static size_t run_length(const struct keyed_row *rows, size_t from, size_t n)
{
    size_t to = from + 1;
    while (to < n && memcmp(rows[to].key, rows[from].key, sizeof rows[from].key) == 0) to++;
    return to - from;
}

/* Cells of the store's own variants, then a low and a high cell for each cell of the main one. */
static enum lac_status make_cells(const struct cell_source *from, const struct keyed_row *rows, size_t n,
                                  const struct start *start, struct lac_estimate_cells *cells,
                                  struct lac_error *err)
{
    static const char *const further[] = {NULL, LAC_ESTIMATE_LOW, LAC_ESTIMATE_HIGH};
    size_t stored = cells->count;
    cells->item = LAC_NEW(from->arena, struct lac_estimate_cell, 3 * stored);
    if (!cells->item) return lac_fail_memory(err, "cells");
    for (size_t c = 0; c < 3 * stored; c++) {
        const struct keyed_row *first = &rows[start[c % stored].at];
        struct lac_estimate_cell *cell = &cells->item[c < stored ? c : cells->count];
        name_cell(from->histories, first->row, cell);
        if (c >= stored) {
            if (strcmp(cell->variant, "main") != 0) continue;
            cell->variant = further[c / stored];
            cells->count++;
        }
        enum lac_status st = make_cell(from, first, run_length(rows, start[c % stored].at, n), cell, err);
        if (st) return st;
    }
    return LAC_OK;
}

/* Where the draws of every row of `histories` begin. */
static enum lac_status index_draws(struct cell_source *from, struct lac_error *err)
{
    size_t rows = from->histories->rows, at = 0, n = from->drawn->rows;
    const uint32_t *history = lac_u32(from->drawn, LAC_COL_history_draws_history);
    from->first = LAC_NEW(from->arena, size_t, rows + 1);
    if (!from->first) return lac_fail_memory(err, "drawn linkages");
    for (size_t r = 0; r <= rows; r++) {
        from->first[r] = at;
        while (at < n && history[at] == r && r < rows) at++;
    }
    if (at == n) return LAC_OK;
    (void)lac_fail(err, LAC_INPUT, "a drawn count is out of order, or of no row of `histories`");
    return bad_input(err, "history_draws", at);
}

enum lac_status lac_estimate_cells_make(const struct lac_estimate_sources *sources, struct lac_arena *arena,
                                        struct lac_estimate_cells *cells, struct lac_error *err)
{
    const struct lac_table *histories = sources->histories;
    struct cell_source from = {
        histories, sources->history_lists, sources->history_draws, sources->draws, NULL, arena};
    struct keyed_row *rows = LAC_NEW(arena, struct keyed_row, histories->rows + 1);
    struct start *start = LAC_NEW(arena, struct start, histories->rows + 1);
    if (!rows || !start) return lac_fail_memory(err, "cells");
    enum lac_status st = index_draws(&from, err);
    if (st) return st;
    size_t n = 0;
    for (size_t r = 0; r < histories->rows; r++)
        if (lac_i32(histories, LAC_COL_histories_draw)[r] == -1) fill_key(histories, r, &rows[n++]);
    if (n) qsort(rows, n, sizeof *rows, compare_rows);
    cells->count = 0;
    for (size_t i = 0; i < n; i += run_length(rows, i, n))
        start[cells->count++] = (struct start){rows[i].row, i};
    if (cells->count) qsort(start, cells->count, sizeof *start, compare_starts);
    return make_cells(&from, rows, n, start, cells, err);
}
