/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "histories.h"
#include <string.h>
#include "base/sets.h"

/* Rows of live returns that a run can use as evidence. */
static bool usable(const struct lac_simulate_return *item, const struct lac_simulate_row *row)
{
    return item->live && row->evidence && !row->unusable;
}

enum lac_status lac_simulate_groups_tie(const struct lac_simulate_nation *nation,
                                        const struct lac_simulate_returns *returns, uint32_t *root,
                                        struct lac_error *err)
{
    uint32_t agencies = 0;
    for (size_t r = 0; r < returns->count; r++)
        if (returns->item[r].agency >= agencies) agencies = returns->item[r].agency + 1;
    size_t nodes = nation->persons + (size_t)agencies * nation->groups;
    uint32_t *parent = LAC_NEW(nation->arena, uint32_t, nodes);
    if (!parent) return lac_fail_memory(err, "groups");
    lac_sets_init(parent, (uint32_t)nodes);
    for (size_t r = 0; r < returns->count; r++) {
        const struct lac_simulate_return *item = &returns->item[r];
        for (size_t i = item->first; i < item->first + item->rows; i++) {
            const struct lac_simulate_row *row = &returns->row[i];
            size_t reference =
                nation->persons + (size_t)item->agency * nation->groups + nation->person[row->victim].group;
            if (!usable(item, row)) continue;
            lac_sets_unite(parent, row->person, row->victim);
            if (row->field[LAC_RETURN_group_ref][0]) lac_sets_unite(parent, row->victim, (uint32_t)reference);
        }
    }
    /* the lowest of a group is its root and a person, so that it has a force: references come after persons
     */
    for (uint32_t i = 0; i < nation->persons; i++) root[i] = lac_sets_root(parent, i);
    return LAC_OK;
}

/* Lists that show every person, or every group under its root. */
static void look(const struct lac_simulate_returns *returns, const struct lac_simulate_question *q)
{
    const int32_t window[2] = {q->start, q->end};
    for (size_t r = 0; r < returns->count; r++) {
        const struct lac_simulate_return *item = &returns->item[r];
        for (size_t i = item->first; i < item->first + item->rows; i++) {
            const struct lac_simulate_row *row = &returns->row[i];
            bool groups = q->population == LAC_SIMULATE_GROUPS;
            size_t who = groups ? q->root[row->person] : row->person;
            uint32_t bit = 1U << row->list;
            if (!usable(item, row) || !lac_simulate_row_shows(row, window) || !(q->state[row->victim] & 1))
                continue;
            if (!groups && !(q->state[row->person] & 1)) continue;
            q->seen[LAC_SIMULATE_VARIANTS * who + LAC_SIMULATE_MAIN] |= bit;
            if (!row->field[LAC_RETURN_referral_source][0])
                q->seen[LAC_SIMULATE_VARIANTS * who + LAC_SIMULATE_OWN] |= bit;
        }
    }
}

void lac_simulate_histories_count(const struct lac_simulate_nation *nation,
                                  const struct lac_simulate_returns *returns,
                                  const struct lac_simulate_question *q,
                                  struct lac_simulate_histories *histories)
{
    const int32_t window[2] = {q->start, q->end};
    bool groups = q->population == LAC_SIMULATE_GROUPS;
    size_t first = q->population == LAC_SIMULATE_SUSPECTS ? nation->victims : 0;
    size_t end = q->population == LAC_SIMULATE_VICTIMS ? nation->victims : nation->persons;
    memset(histories, 0, sizeof *histories);
    memset(q->seen, 0, LAC_SIMULATE_VARIANTS * nation->persons * sizeof *q->seen);
    lac_simulate_marks_set(nation, returns, q->definition, window, q->state);
    look(returns, q);
    for (size_t i = first; i < end; i++) {
        for (int v = 0; v < LAC_SIMULATE_VARIANTS; v++) {
            uint32_t pattern = q->seen[LAC_SIMULATE_VARIANTS * i + (size_t)v];
            if (groups ? pattern == 0 : !(q->state[i] & 1)) continue;
            histories->count[v][nation->person[i].force][pattern]++;
        }
    }
}
