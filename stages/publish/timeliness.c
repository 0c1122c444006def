/* SPDX-License-Identifier: GPL-3.0-or-later */
/* When returns came, against the day they were due. Counts of returns, which are exact. */
#include <stdlib.h>
#include <string.h>
#include "base/date.h"
#include "quality.h"

#define G(column, row) lac_text(&input->grid, LAC_COL_grid_##column, (row))
#define R(column, row) lac_text(&input->returns, LAC_COL_returns_##column, (row))

enum arrival { ON_TIME, LATE, NOT_RECEIVED, NOT_YET_DUE, ARRIVALS };

/* One expected return. */
struct arrived {
    const char *list, *force; /* names */
    enum arrival arrival;
    int32_t days; /* received less due, where received */
};

/* Day the first version of an expected return was received; LAC_DATE_NONE without one. */
static int32_t received(const struct lac_publish_input *input, size_t i)
{
    const int32_t *start = lac_i32(&input->returns, LAC_COL_returns_period_start);
    const int32_t *end = lac_i32(&input->returns, LAC_COL_returns_period_end);
    const int32_t *day = lac_i32(&input->returns, LAC_COL_returns_received_date);
    int32_t first = LAC_DATE_NONE, from = lac_i32(&input->grid, LAC_COL_grid_period_start)[i],
            to = lac_i32(&input->grid, LAC_COL_grid_period_end)[i];
    for (size_t r = 0; r < input->returns.rows; r++) {
        if (start[r] != from || end[r] != to || day[r] == LAC_DATE_NONE) continue;
        if (strcmp(R(list, r), G(list, i)) != 0 || strcmp(R(agency, r), G(agency, i)) != 0 ||
            strcmp(R(force, r), G(force, i)) != 0)
            continue;
        if (!strcmp(R(state, r), "LATER") || !strcmp(R(coverage, r), "MISSING")) continue;
        if (first == LAC_DATE_NONE || day[r] < first) first = day[r];
    }
    return first;
}

static struct arrived arrive(const struct lac_publish_input *input, size_t i, int32_t as_at)
{
    int32_t due =
        lac_i32(&input->grid, LAC_COL_grid_period_end)[i] + (int32_t)input->config->returns.due_days;
    int32_t day = received(input, i);
    const char *force = G(force, i);
    struct arrived one = {lac_publish_list_name(input, G(list, i)),
                          force[0] ? lac_publish_force_name(input, force) : "Wider than one force", ON_TIME,
                          day == LAC_DATE_NONE ? 0 : day - due};
    if (day == LAC_DATE_NONE)
        one.arrival = as_at != LAC_DATE_NONE && as_at <= due ? NOT_YET_DUE : NOT_RECEIVED;
    else
        one.arrival = one.days > 0 ? LATE : ON_TIME;
    return one;
}

static int by_force(const void *a, const void *b)
{
    const struct arrived *x = a, *y = b;
    int by = strcmp(x->force, y->force);
    if (by) return by;
    by = strcmp(x->list, y->list);
    if (by) return by;
    if (x->arrival != y->arrival) return x->arrival < y->arrival ? -1 : 1;
    return (x->days > y->days) - (x->days < y->days);
}

static int by_list(const void *a, const void *b)
{
    const struct arrived *x = a, *y = b;
    int by = strcmp(x->list, y->list);
    return by ? by : by_force(a, b);
}

static void arrival_row(struct lac_publish_model *model, struct lac_publish_table *table, const char *name,
                        const struct arrived *one, size_t n)
{
    size_t count[ARRIVALS] = {0};
    int32_t longest = 0;
    for (size_t i = 0; i < n; i++) {
        count[one[i].arrival]++;
        if (one[i].arrival == LATE && one[i].days > longest) longest = one[i].days;
    }
    struct lac_publish_cell *cell = lac_publish_row_add(model, table);
    if (!cell) return;
    cell[0] = lac_publish_cell_text(name);
    cell[1] = lac_publish_cell_number((double)(n - count[NOT_YET_DUE]), 0);
    for (size_t a = 0; a < NOT_YET_DUE; a++) cell[2 + a] = lac_publish_cell_number((double)count[a], 0);
    cell[5] = count[LATE] ? lac_publish_cell_number(longest, 0) : lac_publish_cell_symbol('z');
}

/* A row for every run of equal names in the sorted array. */
static struct lac_publish_table *arrival_table(struct lac_publish_model *model, const char *id,
                                               const struct lac_publish_column *column,
                                               const struct arrived *one, size_t n)
{
    struct lac_publish_table *table = lac_publish_table_add(model, LAC_PUBLISH_RETURNS, id, column, 6);
    bool lists = !strcmp(column[0].header, "List");
    for (size_t i = 0, j; i < n && table; i = j) {
        const char *name = lists ? one[i].list : one[i].force;
        for (j = i + 1; j < n && !strcmp(lists ? one[j].list : one[j].force, name);) j++;
        arrival_row(model, table, name, &one[i], j - i);
    }
    return table;
}

void lac_publish_timeliness(struct lac_publish_model *model, const struct lac_publish_input *input)
{
    static const struct lac_publish_column list_columns[] = {
        {"List", false}, {"Returns due", true},  {"On time", true},
        {"Late", true},  {"Not received", true}, {"Longest delay in days", true}};
    static const struct lac_publish_column force_columns[] = {
        {"Force area", false}, {"Returns due", true},  {"On time", true},
        {"Late", true},        {"Not received", true}, {"Longest delay in days", true}};
    size_t n = 0;
    struct arrived *one = lac_publish_new(model, input->grid.rows + 1, sizeof *one);
    if (!one || !input->grid.rows) return;
    for (size_t i = 0; i < input->grid.rows; i++)
        if (strcmp(G(state, i), "NOT_OPERATING") != 0) one[n++] = arrive(input, i, input->as_at);
    const char *note = lac_publish_text(
        model,
        "Due %lld days after the end of the period; the first version received counts. A return of which "
        "nothing came, or only word that it is missing, is not received.",
        (long long)input->config->returns.due_days);
    qsort(one, n, sizeof *one, by_list);
    struct lac_publish_table *lists = arrival_table(model, "timeliness-lists", list_columns, one, n);
    qsort(one, n, sizeof *one, by_force);
    struct lac_publish_table *forces = arrival_table(model, "timeliness-forces", force_columns, one, n);
    if (!lists || !forces) return;
    lists->title = "Returns on time, late and not received, by list";
    forces->title = "Returns on time, late and not received, by force area";
    lists->note = forces->note = note;
}
