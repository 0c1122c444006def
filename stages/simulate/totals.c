/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "totals.h"
#include <string.h>
#include "base/date.h"

const char *const lac_simulate_definitions[LAC_SIMULATE_DEFINITIONS] = {
    "D_IICSA", "D_FLAG", "D_COCAD_CSE", "D_COCAD_ALL", "D_ADULT", "D_MVMO"};

bool lac_simulate_definition_holds(const struct lac_simulate_nation *nation, size_t definition,
                                   const struct lac_simulate_person *victim)
{
    const struct lac_simulate_kind_facts *kind = &lac_simulate_kinds[victim->kind];
    bool images = victim->kind == LAC_KIND_IMAGE_ONLY, pair = victim->n_suspects >= 2;
    bool child = lac_date_years(victim->dob, victim->onset) < 18;
    if (!kind->true_case || !child) return false;
    switch (definition) {
    case 0:
        return kind->cse && !images &&
               victim->n_suspects + victim->n_facilitators >= 2; /* image-only stands apart */
    case 1:
        return kind->cse;
    case 2:
        return kind->cse && pair;
    case 3:
        return pair;
    case 4:
        return kind->cse && victim->n_adults >= 2;
    default:
        return kind->cse && pair && nation->group[victim->group].victims >= 2;
    }
}

/* Windows: the year and its quarters. */
static void set_windows(const struct lac_simulate_nation *nation, struct lac_simulate_totals *totals)
{
    int year, month, day;
    lac_date_to_civil(nation->settings->period_start, &year, &month, &day);
    totals->start[0] = nation->settings->period_start;
    totals->end[0] = nation->settings->period_end;
    for (int q = 0; q < 4; q++) {
        totals->start[q + 1] = lac_date_from_civil(year, 1 + 3 * q, 1);
        totals->end[q + 1] =
            (q == 3 ? lac_date_from_civil(year + 1, 1, 1) : lac_date_from_civil(year, 4 + 3 * q, 1)) - 1;
    }
}

static bool touches(int32_t from, int32_t to, int32_t start, int32_t end)
{
    return from <= end && to >= start;
}

static bool row_touches(const struct lac_simulate_row *row, int32_t start, int32_t end)
{
    int32_t from = row->from, to = row->to;
    if (from == LAC_DATE_NONE) from = to;
    if (to == LAC_DATE_NONE) to = from;
    if (from == LAC_DATE_NONE) from = to = row->recorded;
    return touches(from, to, start, end);
}

/* Marks who is in (1) and seen (2). */
static void mark(const struct lac_simulate_nation *nation, const struct lac_simulate_returns *returns,
                 size_t definition, const int32_t window[2], uint8_t *state)
{
    memset(state, 0, nation->persons);
    for (size_t i = 0; i < nation->victims; i++) {
        const struct lac_simulate_person *v = &nation->person[i];
        if (!touches(v->onset, v->end, window[0], window[1]) ||
            !lac_simulate_definition_holds(nation, definition, v))
            continue;
        state[i] = 1;
        for (uint32_t j = 0; j < v->n_suspects + v->n_facilitators; j++) {
            bool counted = j < v->n_suspects || definition == 0; /* facilitators count in the headline only */
            if (counted) state[lac_simulate_case_person(nation, v, j)] |= 1;
        }
    }
    for (size_t r = 0; r < returns->count; r++) {
        const struct lac_simulate_return *item = &returns->item[r];
        for (size_t i = item->first; item->live && i < item->first + item->rows; i++) {
            const struct lac_simulate_row *row = &returns->row[i];
            bool shown = row->evidence && !row->unusable && row_touches(row, window[0], window[1]);
            if (shown && (state[row->victim] & 1) && (state[row->person] & 1)) state[row->person] |= 2;
        }
    }
}

enum lac_status lac_simulate_totals_count(const struct lac_simulate_nation *nation,
                                          const struct lac_simulate_returns *returns,
                                          struct lac_simulate_totals *totals, struct lac_error *err)
{
    uint8_t *state = LAC_NEW(nation->arena, uint8_t, nation->persons);
    size_t capacity = LAC_SIMULATE_DEFINITIONS * LAC_SIMULATE_WINDOWS * 2 * LAC_SIMULATE_FORCES;
    set_windows(nation, totals);
    totals->count = 0;
    totals->item = LAC_NEW(nation->arena, struct lac_simulate_total, capacity);
    if (!state || !totals->item) return lac_fail_memory(err, "totals");
    for (uint32_t d = 0; d < LAC_SIMULATE_DEFINITIONS; d++) {
        for (uint32_t w = 0; w < LAC_SIMULATE_WINDOWS; w++) {
            const int32_t window[2] = {totals->start[w], totals->end[w]};
            struct lac_simulate_total *first = &totals->item[totals->count];
            mark(nation, returns, d, window, state);
            for (uint32_t k = 0; k < 2 * LAC_SIMULATE_FORCES; k++)
                first[k] = (struct lac_simulate_total){
                    d, w, k >= LAC_SIMULATE_FORCES, k % LAC_SIMULATE_FORCES, 0, 0};
            totals->count += 2 * LAC_SIMULATE_FORCES;
            for (size_t i = 0; i < nation->persons; i++) {
                size_t k = nation->person[i].force + (i >= nation->victims ? LAC_SIMULATE_FORCES : 0);
                first[k].persons += state[i] & 1;
                first[k].seen += state[i] >> 1;
            }
        }
    }
    return LAC_OK;
}
