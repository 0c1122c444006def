/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "returns.h"
#include <string.h>
#include "base/date.h"

/* Days after the end of the quarter: judgement. */
#define EXTRACT_DAYS 14
#define RECEIVED_DAYS 21
#define LATE_DAYS 80
#define REVISION_DAYS 75

struct slice {
    size_t from, to; /* rows */
};
struct work {
    const struct lac_simulate_nation *nation;
    const struct lac_simulate_rows *rows;
    struct lac_simulate_returns *returns;
};

static bool named(const struct work *w, const struct lac_sections *which, uint32_t agency, uint32_t quarter)
{
    const struct lac_simulate_return_settings *item = which->item;
    const struct lac_simulate_agency *a = &w->rows->agency[agency];
    const char *list = lac_simulate_lists(w->nation->settings)[a->list].code;
    for (size_t i = 0; i < which->count; i++)
        if (item[i].quarter == quarter + 1 && strcmp(item[i].list, list) == 0 &&
            strcmp(item[i].agency, a->name) == 0)
            return true;
    return false;
}

/* Every return the settings name must exist. */
static enum lac_status check_named(const struct work *w, const struct lac_sections *which, const char *key,
                                   struct lac_error *err)
{
    const struct lac_simulate_return_settings *item = which->item;
    for (size_t i = 0; i < which->count; i++) {
        bool found = false;
        for (uint32_t a = 0; a < w->rows->agencies && !found; a++) {
            const char *list = lac_simulate_lists(w->nation->settings)[w->rows->agency[a].list].code;
            found = strcmp(item[i].list, list) == 0 && strcmp(item[i].agency, w->rows->agency[a].name) == 0;
        }
        if (found) continue;
        enum lac_status st = lac_fail(err, LAC_USAGE, "returns.%s: list \"%s\" has no agency \"%s\"", key,
                                      item[i].list, item[i].agency);
        lac_error_remedy(err, "name a list of `lists` and one of its agencies");
        return st;
    }
    return LAC_OK;
}

static enum lac_status describe(const struct work *w, struct lac_simulate_return *r, struct lac_error *err)
{
    const struct lac_simulate_agency *agency = &w->rows->agency[r->agency];
    const char *list = lac_simulate_lists(w->nation->settings)[agency->list].code;
    struct lac_arena *arena = w->nation->arena;
    struct lac_random random = lac_simulate_stream(w->nation, LAC_DRAW_RETURN, r->agency, r->quarter);
    int year, month, day;
    lac_date_to_civil(w->nation->settings->period_start, &year, &month, &day);
    int first = 1 + 3 * (int)r->quarter;
    r->period_start = lac_date_from_civil(year, first, 1);
    r->period_end =
        (first == 10 ? lac_date_from_civil(year + 1, 1, 1) : lac_date_from_civil(year, first + 3, 1)) - 1;
    r->extract = r->period_end + EXTRACT_DAYS;
    r->received = r->period_end + RECEIVED_DAYS + (int32_t)lac_random_below(&random, 14);
    if (named(w, &w->nation->settings->returns.late, r->agency, r->quarter))
        r->received = r->period_end + LATE_DAYS;
    if (r->version > 1) r->extract += REVISION_DAYS, r->received += REVISION_DAYS;
    r->id =
        lac_arena_printf(arena, "%s-%s-%04dQ%u-v%u", list, agency->slug, year, r->quarter + 1, r->version);
    r->supersedes = r->version > 1 ? lac_arena_printf(arena, "%s-%s-%04dQ%u-v%u", list, agency->slug, year,
                                                      r->quarter + 1, r->version - 1)
                                   : "";
    r->file = r->id ? lac_arena_printf(arena, "%s.csv", r->id) : NULL;
    return r->id && r->supersedes && r->file ? LAC_OK : lac_fail_memory(err, "returns");
}

/* What the first version of a revised return had wrong: rows left out, a wrong number of suspects, no birth.
 */
static bool spoil(const struct work *w, struct lac_simulate_row *row, struct lac_random *random)
{
    if (lac_random_uniform(random) >= w->nation->settings->returns.revised_rows) return true;
    double how = lac_random_uniform(random);
    if (how < 0.5) return false;
    if (how < 0.8)
        row->field[LAC_RETURN_n_suspects] = row->field[LAC_RETURN_n_suspects_unidentified] = "";
    else
        row->field[LAC_RETURN_dob] = "";
    return true;
}

enum sending { SEND_ALL, SEND_HALF, SEND_FIRST_VERSION };

/* Adds a return with the rows of the slice or a part of them. */
static enum lac_status add_return(const struct work *w, struct lac_simulate_return r, struct slice slice,
                                  enum sending how, struct lac_error *err)
{
    struct lac_simulate_returns *returns = w->returns;
    struct lac_random random =
        lac_simulate_stream(w->nation, LAC_DRAW_RETURN, r.agency, r.quarter + 16 * (uint32_t)how);
    enum lac_status st = describe(w, &r, err);
    if (st) return st;
    r.first = returns->rows;
    for (size_t i = slice.from; i < slice.to; i++) {
        struct lac_simulate_row row = w->rows->row[i];
        if (how == SEND_HALF && lac_random_uniform(&random) < 0.5) continue;
        if (how == SEND_FIRST_VERSION && !spoil(w, &row, &random)) continue;
        returns->row[returns->rows++] = row;
    }
    r.rows = returns->rows - r.first;
    r.declared_rows = (int64_t)r.rows;
    r.coverage = r.rows == 0 ? "NIL" : how == SEND_HALF ? "PARTIAL" : "FULL";
    if (r.rows == 0) r.file = "";
    r.live = how != SEND_FIRST_VERSION;
    returns->item[returns->count++] = r;
    return LAC_OK;
}

static enum lac_status add_missing(const struct work *w, struct lac_simulate_return r, struct lac_error *err)
{
    enum lac_status st = describe(w, &r, err);
    if (st) return st;
    r.coverage = "MISSING";
    r.file = "";
    r.declared_rows = -1;
    r.first = w->returns->rows;
    r.extract = r.received = LAC_DATE_NONE;
    w->returns->item[w->returns->count++] = r;
    return LAC_OK;
}

static enum lac_status add_agency_quarter(const struct work *w, uint32_t agency, uint32_t quarter,
                                          struct slice slice, struct lac_error *err)
{
    const struct lac_simulate_returns_settings *s = &w->nation->settings->returns;
    struct lac_simulate_return r = {.agency = agency, .quarter = quarter, .version = 1};
    if (named(w, &s->missing, agency, quarter)) return add_missing(w, r, err);
    if (named(w, &s->partial, agency, quarter)) return add_return(w, r, slice, SEND_HALF, err);
    if (named(w, &s->revised, agency, quarter)) {
        enum lac_status st = add_return(w, r, slice, SEND_FIRST_VERSION, err);
        if (st) return st;
        r.version = 2;
    }
    return add_return(w, r, slice, SEND_ALL, err);
}

/* --- defects --- */

enum defect {
    DEFECT_NAMES,
    DEFECT_BIRTH_PLACEHOLDER,
    DEFECT_BIRTH_IMPOSSIBLE,
    DEFECT_CODE,
    DEFECT_NO_REF,
    DEFECT_DATES,
    DEFECT_ETHNICITY,
    DEFECT_AGE,
    DEFECT_ROW_COUNT,
    DEFECT_MARK = DEFECT_ROW_COUNT,
    DEFECT_COLUMN,
    DEFECT_DECLARED,
    DEFECT_COUNT
};

static const struct lac_simulate_return *return_of(const struct lac_simulate_returns *returns, size_t row)
{
    for (size_t i = 0; i < returns->count; i++)
        if (row >= returns->item[i].first && row < returns->item[i].first + returns->item[i].rows)
            return &returns->item[i];
    return NULL;
}

static void spoil_row(struct lac_simulate_row *row, enum defect defect, uint32_t variant)
{
    static const char *const forenames[] = {"UNKNOWN", "Unknown", "N/K", "Child"};
    static const char *const surnames[] = {"MALE", "Female", "U/K", "Unknown"};
    static const char *const births[] = {"2025-02-30", "2031-05-05"}, *const words[] = {"white british",
                                                                                        "Asian - other"};
    const char **field = row->field;
    if (defect == DEFECT_NAMES) {
        field[LAC_RETURN_forename] = forenames[variant % 4];
        field[LAC_RETURN_surname] = surnames[variant % 4];
        field[LAC_RETURN_aliases] = "";
    }
    if (defect == DEFECT_BIRTH_PLACEHOLDER) field[LAC_RETURN_dob] = "1900-01-01";
    if (defect == DEFECT_BIRTH_IMPOSSIBLE) field[LAC_RETURN_dob] = births[variant % 2];
    if (defect == DEFECT_CODE && variant % 2) field[LAC_RETURN_sex] = "Female";
    if (defect == DEFECT_CODE && variant % 2 == 0) field[LAC_RETURN_offence_code] = "999Z";
    if (defect == DEFECT_NO_REF) {
        field[LAC_RETURN_local_ref] = "";
        row->unusable = true;
    }
    if (defect == DEFECT_DATES && row->from != LAC_DATE_NONE && row->to != LAC_DATE_NONE &&
        row->from < row->to) {
        const char *keep = field[LAC_RETURN_offence_from];
        field[LAC_RETURN_offence_from] = field[LAC_RETURN_offence_to];
        field[LAC_RETURN_offence_to] = keep;
    }
    if (defect == DEFECT_ETHNICITY) {
        field[LAC_RETURN_ethnicity] = words[variant % 2];
        field[LAC_RETURN_ethnicity_frame] = "SDE18";
    }
    if (defect == DEFECT_AGE) field[LAC_RETURN_age] = "3";
}

static void spoil_return(struct lac_simulate_return *r, enum defect defect)
{
    if (defect == DEFECT_MARK) r->byte_order_mark = true;
    if (defect == DEFECT_COLUMN) r->extra_column = true;
    if (defect == DEFECT_DECLARED) r->declared_rows++;
}

static void put_defect(const struct work *w, enum defect defect, uint32_t index)
{
    struct lac_simulate_returns *returns = w->returns;
    struct lac_random random = lac_simulate_stream(w->nation, LAC_DRAW_DEFECT, (uint32_t)defect, index);
    for (int tries = 0; tries < 1000 && returns->rows > 0; tries++) {
        size_t row = lac_random_below(&random, (uint32_t)returns->rows);
        const struct lac_simulate_return *r = return_of(returns, row);
        if (!r || !r->live) continue;
        if (defect < DEFECT_ROW_COUNT)
            spoil_row(&returns->row[row], defect, index);
        else
            spoil_return(&returns->item[r - returns->item], defect);
        return;
    }
}

static void put_defects(const struct work *w)
{
    const struct lac_simulate_defect_settings *d = &w->nation->settings->defects;
    const int64_t count[DEFECT_COUNT] = {d->placeholder_names,   d->placeholder_dobs,   d->impossible_dobs,
                                         d->wrong_codes,         d->no_local_ref,       d->dates_out_of_order,
                                         d->free_text_ethnicity, d->conflicting_ages,   d->byte_order_marks,
                                         d->extra_columns,       d->wrong_declared_rows};
    for (int k = 0; k < DEFECT_COUNT; k++)
        for (int64_t i = 0; i < count[k]; i++) put_defect(w, (enum defect)k, (uint32_t)i);
}

enum lac_status lac_simulate_returns_draw(const struct lac_simulate_nation *nation,
                                          const struct lac_simulate_rows *rows,
                                          struct lac_simulate_returns *returns, struct lac_error *err)
{
    const struct lac_simulate_returns_settings *s = &nation->settings->returns;
    struct work w = {nation, rows, returns};
    memset(returns, 0, sizeof *returns);
    returns->item = LAC_NEW(nation->arena, struct lac_simulate_return, rows->agencies * 8);
    returns->row = LAC_NEW(nation->arena, struct lac_simulate_row, rows->rows * 2);
    if (!returns->item || !returns->row) return lac_fail_memory(err, "returns");
    enum lac_status st = check_named(&w, &s->missing, "missing", err);
    if (!st) st = check_named(&w, &s->late, "late", err);
    if (!st) st = check_named(&w, &s->partial, "partial", err);
    if (!st) st = check_named(&w, &s->revised, "revised", err);
    size_t from = 0;
    for (uint32_t a = 0; !st && a < rows->agencies; a++) {
        for (uint32_t q = 0; !st && q < 4; q++) {
            size_t to = from;
            while (to < rows->rows && rows->row[to].agency == a && rows->row[to].quarter == q) to++;
            st = add_agency_quarter(&w, a, q, (struct slice){from, to}, err);
            from = to;
        }
    }
    if (!st) put_defects(&w);
    return st;
}
