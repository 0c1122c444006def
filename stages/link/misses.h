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

/*
 * The same by pair of sources. The bound is low because it mixes easy pairs with hard ones, so it is taken
 * for each pair of sources, with F2 + 1 for F2 as these counts can be small, and added up. Pairs that no rule
 * proposed but that were scored, because other pairs put both records into one component, are not missed.
 */
struct lac_link_miss_class {
    double one, two, any;         /* F1, F2, found by the rules used */
    double alone[LAC_LINK_RULES]; /* Z_k */
    double found;                 /* expected true pairs among all scored ones */
};
/* Pairs of sources are numbered below this; 1 where there are no sources. */
size_t lac_link_miss_classes(const struct lac_link_data *data);
size_t lac_link_miss_class_of(const struct lac_link_data *data, const struct lac_link_pair *pair);
/* class[lac_link_miss_classes()] for the rules of a mask. */
void lac_link_misses_count(const struct lac_link_data *data, uint32_t rules,
                           const struct lac_link_pairs *pairs, const double *weight,
                           struct lac_link_miss_class *class);
/* Expected pairs missed in a class; `scale` multiplies Chao's bound. */
double lac_link_missed(const struct lac_link_miss_class *class, double scale);
/* Replaces misses->missed, if it is known, by the sum over pairs of sources. */
enum lac_status lac_link_misses_by_source(const struct lac_link_data *data,
                                          const struct lac_link_pairs *pairs, const double *weight,
                                          struct lac_link_misses *misses, struct lac_error *err) LAC_CHECKED;

#endif
