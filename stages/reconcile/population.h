/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_RECONCILE_POPULATION_H
#define LAC_RECONCILE_POPULATION_H
/*
 * The populations of a run: victims, suspects and groups. Each has persons of its own (a person of the groups
 * is a group) and no count mixes two of them.
 *
 * - Victims: whoever a record of evidence names as one.
 * - Suspects: suspects, offenders and facilitators whom a record names. One whom none names is no person of
 *   this population: nobody can tell whether two such records are of one person.
 * - Groups: of everybody connected through cases, see group.h.
 */
#include "person.h"

enum lac_reconcile_population_id {
    LAC_RECONCILE_VICTIMS,
    LAC_RECONCILE_SUSPECTS,
    LAC_RECONCILE_GROUPS,
    LAC_RECONCILE_POPULATIONS
};
/* The name in settings and tables. */
const char *lac_reconcile_population_word(enum lac_reconcile_population_id population);

/* What a row says of when and where, and on which list: a few bytes, in the order of the index. */
struct lac_reconcile_event {
    int32_t first, last; /* first > last: it lies in no window (no date, or no capture list) */
    uint32_t home, force;
    uint8_t list;
    bool own; /* no other capture list referred it */
};
/* The persons of a population. `row` is that of the set; the rest is per person. */
struct lac_reconcile_population {
    bool groups; /* groups.h: a home outside England and Wales does not take one out */
    const struct lac_reconcile_row *row;
    struct lac_reconcile_index index;
    struct lac_reconcile_person *person;
    struct lac_reconcile_event *event; /* per entry of index.row; NULL: read from the rows as needed */
};

/* Index and persons of the rows; memory belongs to the arena. O(n log n). */
enum lac_status lac_reconcile_population_settle(const struct lac_reconcile_set *set,
                                                enum lac_reconcile_whose whose, struct lac_arena *arena,
                                                struct lac_reconcile_population *population,
                                                struct lac_error *err) LAC_CHECKED;
/* The event of entry `i` of the index. */
struct lac_reconcile_event lac_reconcile_event_at(const struct lac_reconcile_population *population,
                                                  size_t i);
/* Fills `event`, for a population that is gone through many times. LAC_NOMEM without a message. */
enum lac_status lac_reconcile_population_events(struct lac_reconcile_population *population,
                                                struct lac_arena *arena) LAC_CHECKED;
/* Birth per person; NULL when memory is short. */
struct lac_reconcile_birth *lac_reconcile_births_of(const struct lac_reconcile_population *population,
                                                    struct lac_arena *arena);
/* Persons that have a row. */
size_t lac_reconcile_population_count(const struct lac_reconcile_population *population);

#endif
