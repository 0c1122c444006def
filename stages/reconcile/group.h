/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_RECONCILE_GROUP_H
#define LAC_RECONCILE_GROUP_H
/*
 * Groups: people connected through the cases they share.
 *
 * Two cases are of one group when they are of one network (facts.h: a group reference of the agency, or a
 * transfer), or when one person, victim or identified suspect or facilitator, has evidence in both; and so on
 * from case to case. A group has everybody of its cases, and a list knows the group when it has evidence of
 * one of them. Groups do not depend on the definition: which of them count is decided on their cases.
 *
 * A victim ties as a suspect does: lists that name no suspects would otherwise know no group that another
 * list knows. Groups that exploit one victim are therefore one.
 */
#include "population.h"

/* The group of every row that is evidence, numbered from 0 in order of their first rows. Memory belongs to
 * the arena. O(rows). */
enum lac_status lac_reconcile_groups_find(const struct lac_reconcile_set *set,
                                          const struct lac_reconcile_facts *facts, struct lac_arena *arena,
                                          struct lac_reconcile_grouping *grouping,
                                          struct lac_error *err) LAC_CHECKED;

/* The groups as a population: rows of everybody in order of precedence; they have no birth and no sex. Memory
 * belongs to the arena. O(n log n). */
enum lac_status lac_reconcile_groups_settle(const struct lac_reconcile_set *set,
                                            const struct lac_reconcile_facts *facts, struct lac_arena *arena,
                                            struct lac_reconcile_population *population,
                                            struct lac_error *err) LAC_CHECKED;

#endif
