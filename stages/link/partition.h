/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_LINK_PARTITION_H
#define LAC_LINK_PARTITION_H
/*
 * Random partitions of one component of records into persons, drawn from
 *
 *     log pi(Z) = sum of w_ij over the pairs of records in one cluster
 *
 * with w the log odds (natural) that a pair is one person, minus infinity for a pair that cannot be. The
 * "records" may be groups of records that are surely one person each. The weights may differ from draw to
 * draw, as they do when the doubt about the weights themselves is drawn.
 *
 * Up to LAC_LINK_ENUMERATED records all set partitions are listed and drawn exactly (Bell numbers: 4,140 for
 * 8). Larger components: a Markov chain from the best partition, LAC_LINK_SWEEPS sweeps between draws. A
 * sweep is a Gibbs step per record and as many split-merge proposals, whose two records are a random pair
 * above LAC_LINK_EDGE and which split by sequential allocation (Dahl 2003). Draw d reads the random stream
 * (seed, key, d), so neither threads nor other components matter. Time: O(Bell(n) n + draws), with weights
 * per draw O(draws * Bell(n) n), or about O(draws * n^2); memory O(n^2).
 */
#include <stdbool.h>
#include <stdint.h>
#include "base/status.h"

#define LAC_LINK_ENUMERATED 8
#define LAC_LINK_SWEEPS 4   /* between draws; twice as many where every draw has its own weights */
#define LAC_LINK_BURN_IN 20 /* sweeps before the first */
#define LAC_LINK_EDGE (-5.0)

struct lac_link_component {
    uint32_t n;
    double *weight;        /* n * n, symmetric, natural log odds; the diagonal is ignored */
    const uint32_t *start; /* best partition: labels below n */
    uint32_t seed, key[2]; /* of the random stream */
    /* Puts the weights of a draw into `weight`; which pairs cannot be never changes. NULL: one set for all.
     */
    void (*fill)(void *context, uint32_t draw, double *weight);
    void *context;
};
struct lac_link_chain {
    bool enumerated;
    uint64_t proposed, accepted; /* split-merge */
    double rhat;                 /* of log pi over the two halves of the draws; 1 when enumerated */
};

/* cluster[d * n + i]: the smallest member of i's cluster in draw d. */
enum lac_status lac_link_partitions_draw(const struct lac_link_component *component, uint32_t draws,
                                         uint32_t *cluster, struct lac_link_chain *chain,
                                         struct lac_error *err) LAC_CHECKED;
/* The same by the chain whatever the size. */
enum lac_status lac_link_partitions_sample(const struct lac_link_component *component, uint32_t draws,
                                           uint32_t *cluster, struct lac_link_chain *chain,
                                           struct lac_error *err) LAC_CHECKED;

/* All partitions without a forbidden pair: code[p * n + i] is the block of record i, blocks numbered as they
 * appear; probability[p] sums to 1. n is at most LAC_LINK_ENUMERATED. */
struct lac_link_enumeration {
    uint32_t n;
    size_t count;
    uint8_t *code;
    double *probability;
};
enum lac_status lac_link_partitions_enumerate(const struct lac_link_component *component,
                                              struct lac_link_enumeration *all,
                                              struct lac_error *err) LAC_CHECKED;
void lac_link_enumeration_release(struct lac_link_enumeration *all);
/* Names every cluster by its smallest member; `smallest` has room for n. Labels are below n. */
void lac_link_labels_settle(uint32_t n, uint32_t *cluster, uint32_t *smallest);

#endif
