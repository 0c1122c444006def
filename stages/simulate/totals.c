/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "totals.h"
#include <string.h>
#include "base/date.h"

const char *const lac_simulate_definitions[LAC_SIMULATE_DEFINITIONS] = {
#define LAC_SIMULATE_DEFINITION_NAME(name) #name,
    LAC_SIMULATE_DEFINITION_LIST(LAC_SIMULATE_DEFINITION_NAME)
#undef LAC_SIMULATE_DEFINITION_NAME
};
const char *const lac_simulate_crowds[LAC_SIMULATE_CROWDS] = {"victims", "suspects", "groups"};

bool lac_simulate_definition_known(const struct lac_simulate_nation *nation, size_t definition)
{
    bool complete = true;
    for (size_t l = 0; l < nation->settings->lists.count; l++)
        complete = complete && lac_simulate_lists(nation->settings)[l].complete;
    return complete || (definition != LAC_SIMULATE_D_SOA && definition != LAC_SIMULATE_D_OCG);
}

/* Definitions that count facilitators as persons of the case, or ask for no number of them. */
static bool counts_facilitators(size_t definition)
{
    return definition == LAC_SIMULATE_D_IICSA || definition == LAC_SIMULATE_D_HMIC ||
           definition == LAC_SIMULATE_D_STAT || definition == LAC_SIMULATE_D_OCG ||
           definition == LAC_SIMULATE_D_FLAG;
}

bool lac_simulate_definition_holds(const struct lac_simulate_nation *nation, size_t definition,
                                   const struct lac_simulate_person *victim)
{
    const struct lac_simulate_kind_facts *kind = &lac_simulate_kinds[victim->kind];
    bool images = victim->kind == LAC_KIND_IMAGE_ONLY, pair = victim->n_suspects >= 2;
    bool child = lac_date_years(victim->dob, victim->onset) < 18;
    if (!kind->true_case || !child) return false;
    /* image-only stands apart */
    bool network = kind->cse && !images && victim->n_suspects + victim->n_facilitators >= 2;
    switch (definition) {
    case LAC_SIMULATE_D_IICSA:
    case LAC_SIMULATE_D_HMIC:
    case LAC_SIMULATE_D_STAT:
        return network;
    case LAC_SIMULATE_D_FLAG:
        return kind->cse;
    case LAC_SIMULATE_D_COCAD_CSE:
    case LAC_SIMULATE_D_HO2020:
        return kind->cse && pair;
    case LAC_SIMULATE_D_COCAD_ALL:
        return pair;
    case LAC_SIMULATE_D_ADULT:
        return kind->cse && victim->n_adults >= 2;
    case LAC_SIMULATE_D_MVMO:
        return kind->cse && pair && nation->group[victim->group].victims >= 2;
    case LAC_SIMULATE_D_SOA:
        return lac_simulate_is_charged(nation, victim->group) && victim->n_suspects > victim->n_unidentified;
    default:
        return network && lac_simulate_is_mapped(nation, victim->group);
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

bool lac_simulate_row_shows(const struct lac_simulate_row *row, const int32_t window[2])
{
    return row->evidence && !row->unusable && row_touches(row, window[0], window[1]);
}

void lac_simulate_marks_set(const struct lac_simulate_nation *nation,
                            const struct lac_simulate_returns *returns, size_t definition,
                            const int32_t window[2], uint8_t *state)
{
    memset(state, 0, nation->persons);
    for (size_t i = 0; i < nation->victims; i++) {
        const struct lac_simulate_person *v = &nation->person[i];
        if (!touches(v->onset, v->end, window[0], window[1]) ||
            !lac_simulate_definition_holds(nation, definition, v))
            continue;
        state[i] = 1;
        for (uint32_t j = 0; j < v->n_suspects + v->n_facilitators; j++) {
            bool counted = j < v->n_suspects || counts_facilitators(definition);
            if (counted) state[lac_simulate_case_person(nation, v, j)] |= 1;
        }
    }
    for (size_t r = 0; r < returns->count; r++) {
        const struct lac_simulate_return *item = &returns->item[r];
        for (size_t i = item->first; item->live && i < item->first + item->rows; i++) {
            const struct lac_simulate_row *row = &returns->row[i];
            bool shown = lac_simulate_row_shows(row, window);
            if (shown && (state[row->victim] & 1) && (state[row->person] & 1)) state[row->person] |= 2;
        }
    }
}

/* Adds the persons of one definition and window to first[population * forces + force]. */
static void add_persons(const struct lac_simulate_nation *nation, uint8_t *state,
                        struct lac_simulate_total *first)
{
    for (size_t i = 0; i < nation->persons; i++) {
        size_t k = nation->person[i].force + (i >= nation->victims ? LAC_SIMULATE_FORCES : 0);
        first[k].persons += state[i] & 1;
        first[k].seen += state[i] >> 1;
    }
    for (size_t g = 0; g < nation->groups; g++) {
        const struct lac_simulate_group *group = &nation->group[g];
        uint8_t of = 0;
        for (uint32_t v = 0; v < group->victims; v++) of |= state[group->first_victim + v];
        size_t k = LAC_SIMULATE_GROUPS * LAC_SIMULATE_FORCES + group->force;
        first[k].persons += of & 1;
        first[k].seen += of >> 1;
    }
}

enum lac_status lac_simulate_totals_count(const struct lac_simulate_nation *nation,
                                          const struct lac_simulate_returns *returns,
                                          struct lac_simulate_totals *totals, struct lac_error *err)
{
    uint8_t *state = LAC_NEW(nation->arena, uint8_t, nation->persons);
    uint32_t cells = LAC_SIMULATE_CROWDS * LAC_SIMULATE_FORCES;
    size_t capacity = (size_t)LAC_SIMULATE_DEFINITIONS * LAC_SIMULATE_WINDOWS * cells;
    set_windows(nation, totals);
    totals->count = 0;
    totals->item = LAC_NEW(nation->arena, struct lac_simulate_total, capacity);
    if (!state || !totals->item) return lac_fail_memory(err, "totals");
    for (uint32_t d = 0; d < LAC_SIMULATE_DEFINITIONS; d++) {
        for (uint32_t w = 0; lac_simulate_definition_known(nation, d) && w < LAC_SIMULATE_WINDOWS; w++) {
            const int32_t window[2] = {totals->start[w], totals->end[w]};
            struct lac_simulate_total *first = &totals->item[totals->count];
            lac_simulate_marks_set(nation, returns, d, window, state);
            for (uint32_t k = 0; k < cells; k++)
                first[k] = (struct lac_simulate_total){
                    d, w, (enum lac_simulate_crowd)(k / LAC_SIMULATE_FORCES), k % LAC_SIMULATE_FORCES, 0, 0};
            totals->count += cells;
            add_persons(nation, state, first);
        }
    }
    return LAC_OK;
}
