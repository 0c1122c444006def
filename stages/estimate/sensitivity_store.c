/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sensitivity_store.h"
#include <math.h>
#include <string.h>

static enum lac_status add_row(struct lac_estimate_store *store, const struct lac_sensitivity_row *from,
                               struct lac_error *err)
{
    struct lac_table *t = &store->sensitivity;
    size_t row;
    enum lac_status st = lac_table_row(t, &row, err);
    if (st) return st;
    lac_u32(t, LAC_COL_sensitivity_cell)[row] = store->cell;
    lac_f64(t, LAC_COL_sensitivity_value)[row] = from->value;
    lac_f64(t, LAC_COL_sensitivity_estimate)[row] = from->estimate;
    lac_f64(t, LAC_COL_sensitivity_lower)[row] = from->lower;
    lac_f64(t, LAC_COL_sensitivity_upper)[row] = from->upper;
    st = lac_set_text(t, LAC_COL_sensitivity_run, row, from->run, err);
    if (!st) st = lac_set_text(t, LAC_COL_sensitivity_item, row, from->item, err);
    if (!st) st = lac_set_text(t, LAC_COL_sensitivity_status, row, lac_result_status_word(from->status), err);
    return st ? st : lac_set_text(t, LAC_COL_sensitivity_note, row, from->note, err);
}

enum lac_status lac_sensitivity_store(struct lac_estimate_store *store, const struct lac_sensitivity *list,
                                      struct lac_error *err)
{
    enum lac_status st = LAC_OK;
    for (size_t i = 0; !st && i < list->count; i++) st = add_row(store, &list->row[i], err);
    return st;
}

/* --- S7 ------------------------------------------------------------------------------------------------- */

static bool same(const struct lac_table *t, enum lac_column_id column, size_t a, size_t b)
{
    return lac_codes(t, column)[a] == lac_codes(t, column)[b];
}

static bool same_place(const struct lac_table *t, size_t a, size_t b)
{
    const int32_t *start = lac_i32(t, LAC_COL_summary_window_start);
    const int32_t *end = lac_i32(t, LAC_COL_summary_window_end);
    return a != b && start[a] == start[b] && end[a] == end[b] && same(t, LAC_COL_summary_population, a, b) &&
           same(t, LAC_COL_summary_geography_code, a, b) && same(t, LAC_COL_summary_stratum, a, b);
}

/* One further cell as a run of the headline's. */
static enum lac_status copy(struct lac_estimate_store *store, size_t row, const char *run,
                            enum lac_column_id item, struct lac_error *err)
{
    const struct lac_table *s = &store->summary;
    bool ok = strcmp(lac_text(s, LAC_COL_summary_status, row), lac_result_status_word(LAC_RESULT_OK)) == 0;
    const struct lac_sensitivity_row copied = {.run = run,
                                               .item = lac_text(s, item, row),
                                               .note = ok ? "" : lac_text(s, LAC_COL_summary_note, row),
                                               .value = (double)NAN,
                                               .estimate = lac_f64(s, LAC_COL_summary_estimate)[row],
                                               .lower = lac_f64(s, LAC_COL_summary_lower)[row],
                                               .upper = lac_f64(s, LAC_COL_summary_upper)[row],
                                               .status = ok ? LAC_RESULT_OK : LAC_RESULT_REFUSED};
    return add_row(store, &copied, err);
}

static enum lac_status add_definitions(struct lac_estimate_store *store, size_t of, struct lac_error *err)
{
    const struct lac_table *s = &store->summary;
    enum lac_status st = LAC_OK;
    store->cell = lac_u32(s, LAC_COL_summary_cell)[of];
    for (size_t r = 0; !st && r < s->rows; r++) {
        if (!same_place(s, of, r)) continue;
        if (same(s, LAC_COL_summary_variant, of, r))
            st = copy(store, r, "S7-definition", LAC_COL_summary_definition, err);
        else if (same(s, LAC_COL_summary_definition, of, r))
            st = copy(store, r, "S7-variant", LAC_COL_summary_variant, err);
    }
    return st;
}

enum lac_status lac_sensitivity_store_definitions(struct lac_estimate_store *store, struct lac_error *err)
{
    const struct lac_table *s = &store->summary, *t = &store->sensitivity;
    enum lac_status st = LAC_OK;
    size_t runs = t->rows;
    for (size_t r = 0; !st && r < s->rows; r++) {
        bool has = false;
        for (size_t i = 0; i < runs; i++)
            has |= lac_u32(t, LAC_COL_sensitivity_cell)[i] == lac_u32(s, LAC_COL_summary_cell)[r];
        if (has) st = add_definitions(store, r, err);
    }
    return st;
}

/* --- S9 ------------------------------------------------------------------------------------------------- */

enum lac_status lac_sensitivity_independent(const struct lac_strings *names,
                                            const struct lac_estimate_history *history, int *lists,
                                            struct lac_error *err)
{
    lists[0] = lists[1] = -1;
    if (names->count == 0) return LAC_OK;
    if (names->count != 2 || strcmp(names->item[0], names->item[1]) == 0) {
        (void)lac_fail(err, LAC_USAGE, "estimate.independent_lists does not name two lists");
        lac_error_remedy(err, "name the two lists believed most independent of each other, or none");
        return LAC_USAGE;
    }
    for (int i = 0; i < 2; i++)
        for (int k = 0; k < history->lists; k++)
            if (strcmp(history->name[k], names->item[i]) == 0) lists[i] = k;
    return LAC_OK;
}
