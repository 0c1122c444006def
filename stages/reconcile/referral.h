/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_RECONCILE_REFERRAL_H
#define LAC_RECONCILE_REFERRAL_H
/*
 * Which list feeds which: victims on a list in a window, how many of them another list referred, and how many
 * stand on it by that list's referrals alone. A list most of whose persons come by referral is not a list of
 * its own.
 */
#include "outcome.h"

struct lac_reconcile_referral {
    int64_t persons;       /* victims with evidence on the list, whoever referred them */
    int64_t referred;      /* with a record referred by the other list */
    int64_t referred_only; /* with no record but those */
};

/* Adds to referral[list * lists + referrer], zeroed by the caller; the diagonal stays zero but for `persons`.
 * Records of every kind of event count: this is about lists, not definitions. O(rows + persons lists
 * squared). */
void lac_reconcile_referrals_count(const struct lac_reconcile_population *victims,
                                   struct lac_reconcile_window window, size_t lists,
                                   struct lac_reconcile_referral *referral);

#endif
