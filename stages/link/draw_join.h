/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_LINK_DRAW_JOIN_H
#define LAC_LINK_DRAW_JOIN_H
/*
 * Persons of a draw joined by true pairs that no drawn component holds.
 *
 * 1. Scored pairs outside the drawn components: each weight cell (class, quarter bits) gives a Poisson number
 *    of pairs with the mean its drawn probabilities have. A pair joins its two persons with probability 1 /
 *    (records of the one * records of the other), because the join links that many pairs of records.
 * 2. Pairs that no blocking rule proposed: their number is Poisson. Its mean is drawn by pair of
 *    sources: Chao's bound (misses.h) with F1 and F2 from gamma distributions, times 1 / r with r uniform
 * from LAC_LINK_BOUND_LOW to 1, as the bound has been 0.57 to 0.98 of the true number on public sets. Which
 * persons they join nobody knows, but missed pairs resemble those that a single rule found. So such a pair is
 * drawn by its probability, and two records like its two (same source, same fields known, of one region if
 * the two are of one) have their persons joined, until the number is reached. That keeps the counts by list
 * right; the pairs themselves mean nothing.
 *
 * The choice goes by the order of the records' contents, so it does not depend on their order in the input.
 * Memory: 24 bytes per record and 12 per scored pair with a probability of 1e-5 or more outside.
 */
#include "doubt.h"
#include "misses.h"

#define LAC_LINK_BOUND_LOW 0.5

struct lac_link_joins; /* opaque */
struct lac_link_join_settings {
    const struct lac_link_scored *scored;
    const uint32_t *rank;      /* per record: place in the order of contents */
    const uint32_t *component; /* per record: number of its drawn component, UINT32_MAX outside of all */
    uint32_t seed;
};
/* Borrows everything until released. */
enum lac_status lac_link_joins_make(const struct lac_link_join_settings *settings,
                                    struct lac_link_joins **joins, struct lac_error *err) LAC_CHECKED;
void lac_link_joins_release(struct lac_link_joins *joins);

/* One draw's persons as labels: person[i] is the lowest record of i's person. */
struct lac_link_join_state {
    uint32_t *person;      /* in and out */
    uint32_t *parent;      /* scratch, n */
    uint32_t *size;        /* scratch, n: records of the person with that lowest record */
    uint64_t joins, pairs; /* out: joins made, pairs of records they link */
};
void lac_link_joins_draw(const struct lac_link_joins *joins, const struct lac_link_doubt *doubt,
                         uint32_t draw, struct lac_link_join_state *state);

#endif
