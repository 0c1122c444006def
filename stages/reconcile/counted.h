/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_RECONCILE_COUNTED_H
#define LAC_RECONCILE_COUNTED_H
/* How many persons a definition counts in the cases it asks about: its incidents or its networks. */
#include "definition.h"
#include "facts.h"

/* Of a group of cases under one rule. */
struct lac_reconcile_counted {
    struct lac_reconcile_range persons, victims, adults, everyone;
    int32_t named; /* of `persons`: certain by the rows alone, without declared numbers */
};

/* counted[g] of every incident, or network, as the rule asks; room for all of them. LAC_NOMEM without a
 * message. O(cases + members). */
enum lac_status lac_reconcile_cases_count(const struct lac_reconcile_rule *rule,
                                          const struct lac_reconcile_facts *facts, size_t cases,
                                          struct lac_reconcile_counted *counted) LAC_CHECKED;

#endif
