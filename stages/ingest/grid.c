/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "grid.h"

#include <stdlib.h>
#include <string.h>

#include "base/date.h"

struct making {
    struct lac_ingest_grid *grid;
    const struct lac_ingest_register *reg;
    const struct lac_ingest_grid_settings *settings;
    const struct lac_ingest_codes *codes;
    struct lac_arena *arena;
    struct lac_ingest_findings *findings;
    struct lac_error *err;
    bool *placed; /* per return: stands in a cell */
};

/* In order of preference, where several returns stand for one cell. */
static const char *const states[] = {"MISSING", "REJECTED", "NIL", "PARTIAL", "FULL"};
enum { MISSING, REJECTED, NIL, PARTIAL, FULL, NONE = -1 };

/* What a return says about its own period; NONE when it does not count as at the date. */
static int state_of(const struct lac_ingest_entry *entry)
{
    switch (entry->state) {
    case LAC_STATE_USED:
        return strcmp(entry->coverage, "PARTIAL") == 0 ? PARTIAL : FULL;
    case LAC_STATE_NIL:
        return NIL;
    case LAC_STATE_REJECTED:
        return REJECTED;
    case LAC_STATE_MISSING:
        return MISSING;
    default:
        return NONE;
    }
}

static int32_t months_on(int32_t day, int months)
{
    int y, m, d;

    lac_date_to_civil(day, &y, &m, &d);
    m += months;
    return lac_date_from_civil(y + (m - 1) / 12, (m - 1) % 12 + 1, d);
}

static bool of_owner(const struct lac_ingest_entry *entry, const struct lac_ingest_cell *cell)
{
    return strcmp(entry->list, cell->list) == 0 && strcmp(entry->force, cell->force) == 0 &&
           strcmp(entry->agency, cell->agency) == 0;
}

/* Best state of the returns that cover the cell; one that covers part of it is PARTIAL. */
static int cell_state(struct making *making, const struct lac_ingest_cell *cell)
{
    int best = NONE;

    for (size_t i = 0; i < making->reg->count; i++) {
        const struct lac_ingest_entry *entry = &making->reg->entry[i];
        int state = state_of(entry);

        if (state == NONE || entry->unread || !of_owner(entry, cell)) continue;
        if (entry->period_start > cell->end || entry->period_end < cell->start) continue;
        making->placed[i] = true;
        if (state == FULL && (entry->period_start > cell->start || entry->period_end < cell->end))
            state = PARTIAL;
        if (state > best) best = state;
    }
    return best;
}

static enum lac_status add_cell(struct making *making, const struct lac_ingest_cell *cell)
{
    struct lac_ingest_grid *grid = making->grid;
    void *array = grid->cell;
    enum lac_status status = lac_grow(&array, &grid->capacity, grid->count + 1, sizeof *cell, making->err);

    if (status != LAC_OK) return status;
    grid->cell = array;
    grid->cell[grid->count++] = *cell;
    return LAC_OK;
}

static bool due(const struct making *making, const struct lac_ingest_cell *cell)
{
    const struct lac_ingest_grid_settings *settings = making->settings;

    return settings->as_at == LAC_DATE_NONE || cell->end + settings->due_days <= settings->as_at;
}

static enum lac_status report_missing(struct making *making, const struct lac_ingest_cell *cell)
{
    char start[11], end[11];
    struct lac_ingest_finding finding = {.entry = LAC_INGEST_NO_RETURN, .rule = LAC_RULE_return_missing};

    finding.text =
        lac_arena_printf(making->arena, "list %s from %s%s%s%s, %s to %s", cell->list, cell->agency,
                         cell->force[0] == '\0' ? "" : " (", cell->force, cell->force[0] == '\0' ? "" : ")",
                         lac_date_format(cell->start, start), lac_date_format(cell->end, end));
    if (finding.text == NULL) return lac_fail_memory(making->err, "the grid");
    return lac_ingest_findings_add(making->findings, &finding, making->err);
}

/* The part of a period in which the agencies work; false when there is none. */
static bool clip(const struct lac_expected_settings *expected, struct lac_ingest_cell *cell)
{
    if (expected->operates_from != LAC_DATE_NONE && expected->operates_from > cell->start)
        cell->start = expected->operates_from;
    if (expected->operates_to != LAC_DATE_NONE && expected->operates_to < cell->end)
        cell->end = expected->operates_to;
    return cell->start <= cell->end;
}

/* A return that came shows that the agency works, whatever was expected. */
static enum lac_status add_period(struct making *making, struct lac_ingest_cell cell,
                                  const struct lac_expected_settings *expected)
{
    struct lac_ingest_cell owed = cell;
    bool operates = clip(expected, &owed);
    int state = cell_state(making, operates ? &owed : &cell);
    enum lac_status status;

    cell.state = state != NONE ? states[state] : operates ? states[MISSING] : "NOT_OPERATING";
    status = add_cell(making, &cell);
    if (status == LAC_OK && state == NONE && operates && due(making, &owed))
        status = report_missing(making, &owed);
    return status;
}

/* All periods of one owner. */
static enum lac_status add_owner(struct making *making, struct lac_ingest_cell cell,
                                 const struct lac_expected_settings *expected)
{
    int step = strcmp(expected->every, "year") == 0 ? 12 : 3;
    int32_t start = making->settings->period_start;
    enum lac_status status = LAC_OK;

    for (int k = 0; status == LAC_OK && start <= making->settings->period_end; k++) {
        cell.start = start;
        start = months_on(making->settings->period_start, step * (k + 1));
        cell.end = start - 1 < making->settings->period_end ? start - 1 : making->settings->period_end;
        status = add_period(making, cell, expected);
    }
    return status;
}

/* Agencies of the register that send the list, for one force or (force NULL) at all, each once. */
static enum lac_status add_registered(struct making *making, const struct lac_expected_settings *expected,
                                      const char *force, bool *found)
{
    const struct lac_ingest_register *reg = making->reg;
    enum lac_status status = LAC_OK;

    *found = false;
    for (size_t i = 0; i < reg->count && status == LAC_OK; i++) {
        const struct lac_ingest_entry *entry = &reg->entry[i];
        bool before = false;

        if (entry->unread || strcmp(entry->list, expected->list) != 0) continue;
        if (force != NULL && strcmp(entry->force, force) != 0) continue;
        for (size_t j = 0; j < i && !before; j++)
            before = !reg->entry[j].unread && lac_ingest_register_same_sender(entry, &reg->entry[j]);
        *found = true;
        if (before) continue;
        status = add_owner(
            making, (struct lac_ingest_cell){entry->list, entry->agency, entry->force, 0, 0, NULL}, expected);
    }
    return status;
}

static enum lac_status add_force(struct making *making, const struct lac_expected_settings *expected,
                                 const char *gss)
{
    bool found;
    enum lac_status status = add_registered(making, expected, gss, &found);

    if (status != LAC_OK || found) return status;
    return add_owner(making,
                     (struct lac_ingest_cell){expected->list, lac_ingest_codes_force_name(making->codes, gss),
                                              gss, 0, 0, NULL},
                     expected);
}

static enum lac_status add_forces(struct making *making, const struct lac_expected_settings *expected)
{
    enum lac_status status = LAC_OK;

    if (expected->forces.count == 1 && strcmp(expected->forces.item[0], "ALL") == 0) {
        for (uint32_t f = 0; f < making->codes->force.count && status == LAC_OK; f++) {
            if (making->codes->force_home[f])
                status = add_force(making, expected, lac_dict_text(&making->codes->force, f));
        }
        return status;
    }
    for (size_t i = 0; i < expected->forces.count && status == LAC_OK; i++)
        status = add_force(making, expected, expected->forces.item[i]);
    return status;
}

/* The force an agency named in the configuration reports for, as the register knows it. */
static const char *force_of_agency(const struct making *making, const char *list, const char *agency)
{
    for (size_t i = 0; i < making->reg->count; i++) {
        const struct lac_ingest_entry *entry = &making->reg->entry[i];

        if (!entry->unread && strcmp(entry->list, list) == 0 && strcmp(entry->agency, agency) == 0)
            return entry->force;
    }
    return "";
}

static enum lac_status add_expected(struct making *making, const struct lac_expected_settings *expected)
{
    bool found;
    enum lac_status status = LAC_OK;

    if (expected->forces.count > 0) return add_forces(making, expected);
    if (expected->agencies.count == 0) return add_registered(making, expected, NULL, &found);
    for (size_t i = 0; i < expected->agencies.count && status == LAC_OK; i++) {
        const char *agency = expected->agencies.item[i];
        const char *force = force_of_agency(making, expected->list, agency);

        status =
            add_owner(making, (struct lac_ingest_cell){expected->list, agency, force, 0, 0, NULL}, expected);
    }
    return status;
}

/* Returns no cell stands for yet. */
static enum lac_status add_unexpected(struct making *making)
{
    const struct lac_ingest_register *reg = making->reg;
    enum lac_status status = LAC_OK;

    for (size_t i = 0; i < reg->count && status == LAC_OK; i++) {
        const struct lac_ingest_entry *entry = &reg->entry[i];
        struct lac_ingest_cell cell = {entry->list,         entry->agency,     entry->force,
                                       entry->period_start, entry->period_end, NULL};
        struct lac_ingest_finding finding = {.entry = (uint32_t)i,
                                             .file = LAC_INGEST_REGISTER_FILE,
                                             .row = (int64_t)i + 1,
                                             .rule = LAC_RULE_not_expected};
        int state;

        if (making->placed[i] || entry->unread || state_of(entry) == NONE) continue;
        if ((state = cell_state(making, &cell)) == NONE) continue;
        cell.state = states[state];
        status = add_cell(making, &cell);
        if (status == LAC_OK && making->settings->expected->count > 0)
            status = lac_ingest_findings_add(making->findings, &finding, making->err);
    }
    return status;
}

enum lac_status lac_ingest_grid_make(struct lac_ingest_grid *grid, const struct lac_ingest_register *reg,
                                     const struct lac_ingest_grid_settings *settings,
                                     const struct lac_ingest_codes *codes, struct lac_arena *arena,
                                     struct lac_ingest_findings *findings, struct lac_error *err)
{
    struct making making = {grid,  reg,      settings, codes,
                            arena, findings, err,      LAC_NEW(arena, bool, reg->count)};
    const struct lac_expected_settings *expected = settings->expected->item;
    enum lac_status status = LAC_OK;

    memset(grid, 0, sizeof *grid);
    if (making.placed == NULL) return lac_fail_memory(err, "the grid");
    for (size_t i = 0; i < settings->expected->count && status == LAC_OK; i++)
        status = add_expected(&making, &expected[i]);
    return status == LAC_OK ? add_unexpected(&making) : status;
}

void lac_ingest_grid_release(struct lac_ingest_grid *grid)
{
    free(grid->cell);
    memset(grid, 0, sizeof *grid);
}
