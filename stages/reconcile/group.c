/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "group.h"
#include "base/sets.h"

/* Of whom it is known who it is: nobody else's records are tied together. */
static bool is_known(const struct lac_reconcile_row *row)
{
    return row->role == LAC_RECONCILE_VICTIM || row->named;
}

/* Unites the networks in which a person has evidence. first[person] holds LAC_RECONCILE_NONE, then the
 * person's first network; suspects come after the victims. */
static void tie_persons(const struct lac_reconcile_set *set, const uint32_t *network, uint32_t *first,
                        uint32_t *parent)
{
    for (size_t i = 0; i < set->victims + set->suspects; i++) first[i] = LAC_RECONCILE_NONE;
    for (size_t i = 0; i < set->rows; i++) {
        const struct lac_reconcile_row *row = &set->row[i];
        uint32_t *of = &first[row->role == LAC_RECONCILE_VICTIM ? row->person : set->victims + row->person];

        if (!row->evidence || !is_known(row)) continue;
        if (*of == LAC_RECONCILE_NONE)
            *of = network[row->case_index];
        else
            lac_sets_unite(parent, *of, network[row->case_index]);
    }
}

enum lac_status lac_reconcile_groups_find(const struct lac_reconcile_set *set,
                                          const struct lac_reconcile_facts *facts, struct lac_arena *arena,
                                          struct lac_reconcile_grouping *grouping, struct lac_error *err)
{
    size_t networks = facts->by_network.groups;
    uint32_t *parent = LAC_NEW(arena, uint32_t, networks), *number = LAC_NEW(arena, uint32_t, networks);
    uint32_t *first = LAC_NEW(arena, uint32_t, set->victims + set->suspects);

    grouping->of_row = LAC_NEW(arena, uint32_t, set->rows);
    grouping->groups = 0;
    if (parent == NULL || number == NULL || first == NULL || grouping->of_row == NULL)
        return lac_fail_memory(err, "groups");
    lac_sets_init(parent, (uint32_t)networks);
    for (size_t i = 0; i < networks; i++) number[i] = LAC_RECONCILE_NONE;
    tie_persons(set, facts->network, first, parent);
    for (size_t i = 0; i < set->rows; i++) {
        const struct lac_reconcile_row *row = &set->row[i];
        uint32_t *of = &number[lac_sets_root(parent, facts->network[row->case_index])];

        if (row->evidence && *of == LAC_RECONCILE_NONE) *of = (uint32_t)grouping->groups++;
        grouping->of_row[i] = row->evidence ? *of : LAC_RECONCILE_NONE;
    }
    return LAC_OK;
}

enum lac_status lac_reconcile_groups_settle(const struct lac_reconcile_set *set,
                                            const struct lac_reconcile_facts *facts, struct lac_arena *arena,
                                            struct lac_reconcile_population *population,
                                            struct lac_error *err)
{
    struct lac_reconcile_grouping grouping;
    enum lac_status status = lac_reconcile_groups_find(set, facts, arena, &grouping, err);

    if (status == LAC_OK) status = lac_reconcile_index_by(set, &grouping, arena, &population->index, err);
    if (status != LAC_OK) return status;
    population->groups = true;
    population->row = set->row;
    population->event = NULL;
    population->person = LAC_NEW(arena, struct lac_reconcile_person, grouping.groups);
    if (population->person == NULL) return lac_fail_memory(err, "groups");
    for (size_t i = 0; i < grouping.groups; i++)
        population->person[i].birth = (struct lac_reconcile_birth){INT32_MIN, INT32_MAX};
    return LAC_OK;
}
