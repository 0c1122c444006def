/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_LINK_CONTEXT_H
#define LAC_LINK_CONTEXT_H
/*
 * Weights of pairs in the light of the persons found. A pair alone does not know what its records' other
 * pairs say, and its probability is then wrong in a known direction: a weak pair inside a person that
 * stronger pairs hold together is nearly always true, a weak pair between two persons with several records
 * nearly never.
 *
 *   inside a person     the weakest link of the strongest path between the two records, over the person's
 * pairs (its own weight in a person of two records) between two persons the mean of the weights of the scored
 * pairs between them, each clipped to
 *                       +- LAC_LINK_CLIP, for persons that have a pair of LAC_LINK_NEAR or more between them
 *                       and another person; otherwise its own
 *
 * So all pairs that must match together or not at all have one weight. O(pairs) and a sort of those inside
 * persons of three records and more.
 */
#include "link.h"

#define LAC_LINK_NEAR 1e-3 /* match probability */

/* `person`: numbers below n. Weights are changed in place. */
enum lac_status lac_link_context(uint32_t n, const struct lac_link_pairs *pairs, const uint32_t *person,
                                 double *weight, struct lac_error *err) LAC_CHECKED;

#endif
