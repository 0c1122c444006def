/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_LINK_BLOCK_H
#define LAC_LINK_BLOCK_H
/*
 * Candidate pairs from blocking rules.
 *
 * Records with equal keys form a block; every comparable pair of a block is proposed. A pair is listed once,
 * with the mask of all rules that propose it. A block above `block_maximum` records is refined by the most
 * varied field its rule does not use; what is still too large after that is dropped and counted.
 * Memory: 8 bytes per record and rule, 24 bytes per record while keys are sorted, 16 bytes per pair. Time:
 * O(rules * (n + pairs)).
 */
#include "keys.h"

struct lac_link_block_options {
    size_t block_maximum;
    uint64_t pair_budget; /* LAC_REFUSED above this many proposals */
};
struct lac_link_rule_count {
    uint64_t proposed; /* pairs the rule proposes, those of other rules included */
    uint64_t refined;  /* blocks split by a second field */
    uint64_t dropped_blocks, dropped_pairs;
    uint32_t largest; /* records of the largest block kept */
};

/* Pairs of all rules, sorted by left and right record, patterns not filled in. `count` has one entry per
 * rule. */
enum lac_status lac_link_block(const struct lac_link_data *data, const struct lac_link_rule *rule,
                               size_t rules, const struct lac_link_block_options *options,
                               struct lac_link_pairs *pairs, struct lac_link_rule_count *count,
                               struct lac_error *err) LAC_CHECKED;
/* Pairs a rule would propose with no cap, from block sizes alone; within-source pairs are included. O(n log
 * n). */
enum lac_status lac_link_block_size(const struct lac_link_data *data, const struct lac_link_rule *rule,
                                    uint64_t *pairs, struct lac_error *err) LAC_CHECKED;
void lac_link_pairs_release(struct lac_link_pairs *pairs);

#endif
