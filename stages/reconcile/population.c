/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "population.h"

const char *lac_reconcile_population_word(enum lac_reconcile_population_id population)
{
    static const char *const word[LAC_RECONCILE_POPULATIONS] = {"victims", "suspects", "groups"};

    return word[population];
}

enum lac_status lac_reconcile_population_settle(const struct lac_reconcile_set *set,
                                                enum lac_reconcile_whose whose, struct lac_arena *arena,
                                                struct lac_reconcile_population *population,
                                                struct lac_error *err)
{
    enum lac_status status = lac_reconcile_index_build(set, whose, arena, &population->index, err);

    if (status != LAC_OK) return status;
    population->groups = false;
    population->row = set->row;
    population->event = NULL;
    population->person = LAC_NEW(arena, struct lac_reconcile_person, population->index.persons);
    if (population->person == NULL) return lac_fail_memory(err, "persons");
    lac_reconcile_persons_settle(&population->index, set->row, population->person);
    return LAC_OK;
}

static struct lac_reconcile_event event_of(const struct lac_reconcile_row *row)
{
    struct lac_reconcile_event event = {.first = 1,
                                        .home = row->home,
                                        .force = row->force,
                                        .list = row->list,
                                        .own = row->referrer == LAC_RECONCILE_NO_LIST};
    int32_t first, last;

    if (row->list == LAC_RECONCILE_NO_LIST || !lac_reconcile_row_event(row, &first, &last)) return event;
    event.first = first;
    event.last = last;
    return event;
}

struct lac_reconcile_event lac_reconcile_event_at(const struct lac_reconcile_population *population, size_t i)
{
    return population->event != NULL ? population->event[i]
                                     : event_of(&population->row[population->index.row[i]]);
}

enum lac_status lac_reconcile_population_events(struct lac_reconcile_population *population,
                                                struct lac_arena *arena)
{
    const struct lac_reconcile_index *index = &population->index;
    size_t n = index->first[index->persons];
    struct lac_reconcile_event *event = LAC_NEW(arena, struct lac_reconcile_event, n);

    if (event == NULL) return LAC_NOMEM;
    for (size_t i = 0; i < n; i++) event[i] = event_of(&population->row[index->row[i]]);
    population->event = event;
    return LAC_OK;
}

struct lac_reconcile_birth *lac_reconcile_births_of(const struct lac_reconcile_population *population,
                                                    struct lac_arena *arena)
{
    size_t n = population->index.persons;
    struct lac_reconcile_birth *birth = LAC_NEW(arena, struct lac_reconcile_birth, n);

    for (size_t i = 0; birth != NULL && i < n; i++) birth[i] = population->person[i].birth;
    return birth;
}

size_t lac_reconcile_population_count(const struct lac_reconcile_population *population)
{
    const struct lac_reconcile_index *index = &population->index;
    size_t n = 0;

    for (size_t p = 0; p < index->persons; p++) n += index->first[p + 1] > index->first[p] ? 1 : 0;
    return n;
}
