/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_LINK_MISSES_H
#define LAC_LINK_MISSES_H
/*
 * True pairs that no blocking rule proposed, estimated from which rules proposed the others.
 *
 * Rules are lists of true pairs, each pair weighted by its match probability; F1 and F2 are the expected true
 * pairs proposed by exactly one and two rules, Z_k those proposed by rule k alone (Chao's bound for unequal
 * lists):
 *
 *     missed = (F1^2 - sum Z_k^2) / (2 F2)
 *
 * It needs rules that share no field. The largest such set (ties: the one that finds most) gives the total of
 * true pairs; what the whole rule set misses is that total less the expected true pairs it proposed. A lower
 * bound: pairs that are hard for one rule tend to be hard for all.
 */
#include "keys.h"

struct lac_link_misses {
    bool known;
    uint32_t rules; /* mask of the rules used */
    double found;   /* expected true pairs all rules proposed */
    double missed;  /* expected true pairs no rule proposed, not negative */
};
enum lac_status lac_link_misses_estimate(const struct lac_link_rule *rule, size_t rules,
                                         const struct lac_link_pairs *pairs, const double *weight,
                                         struct lac_link_misses *misses, struct lac_error *err) LAC_CHECKED;

#endif
