/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_RECONCILE_NESTING_H
#define LAC_RECONCILE_NESTING_H
/*
 * Whether one rule can lie inside another, from the rules alone.
 *
 * Every clause is monotone in its key: a higher `min_persons`, fewer persons that count, a smaller set of
 * ages and so on make it no truer. A verdict is the least of its clauses, so a rule none of whose clauses is
 * wider than the other's lies inside it whatever the records say, in the low count and in the high one.
 *
 * Alternatives of the exploitation clause that ask for different things (a flag and a criterion) cannot be
 * compared here; whether they nest is for the records to say, on each run.
 */
#include "definition.h"

/* The first key that makes `inner` wider than `outer`, or NULL. O(alternatives squared). */
const char *lac_reconcile_nesting_contradiction(const struct lac_reconcile_rule *inner,
                                                const struct lac_reconcile_rule *outer);

/* The alternatives of the exploitation clause nest too, so that no records can break the nesting. */
bool lac_reconcile_nesting_certain(const struct lac_reconcile_rule *inner,
                                   const struct lac_reconcile_rule *outer);

#endif
