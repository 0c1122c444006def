/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_LINK_BLOCK_ALSO_H
#define LAC_LINK_BLOCK_ALSO_H
/*
 * Pairs that a rule proposes through names by which a record is also known (also.h): a record with sets has a
 * key for every choice of its values, at most LAC_LINK_ALSO to the power of the rule's names, and meets every
 * record that has one of them, by its own names or by others. A block that such keys make larger than the
 * maximum gives no pairs through them, and what is left out is counted.
 */
#include "block.h"

/* Appends the pairs of one rule in any order, perhaps several times and perhaps ones that own names propose
 * too; bit: the rule's in their masks. own[n]: the rule's keys. Stops soon after options->pair_budget pairs.
 * O(n log aliases + pairs). */
struct lac_link_also_rule {
    const struct lac_link_rule *rule;
    const uint64_t *own;
    uint32_t bit;
};
enum lac_status lac_link_block_also(const struct lac_link_data *data, const struct lac_link_also_rule *of,
                                    const struct lac_link_block_options *options,
                                    struct lac_link_pairs *pairs, struct lac_link_rule_count *count,
                                    struct lac_error *err) LAC_CHECKED;
/* Some field of the rule has sets. */
bool lac_link_rule_has_also(const struct lac_link_data *data, const struct lac_link_rule *rule);
/* Sorts `more`, joins the masks of equal pairs, and joins it into the sorted pairs. */
enum lac_status lac_link_pairs_join(struct lac_link_pairs *pairs, struct lac_link_pairs *more,
                                    struct lac_error *err) LAC_CHECKED;
/* Whether two records have a key of the rule in common, other names included. */
bool lac_link_rule_meets(const struct lac_link_data *data, const struct lac_link_rule *rule, uint32_t left,
                         uint32_t right);

#endif
