/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_LINK_CONTEXT_H
#define LAC_LINK_CONTEXT_H
/*
 * Weights of pairs in the light of the persons found. A pair alone does not know what its records' other
 * pairs say, and its probability is then wrong in a known direction: a weak pair inside a person that
 * stronger pairs hold together is nearly always true, a weak pair between two persons with several records
 * nearly never.
 *
 * Records of one person, or of two, stand on two sides of a question that is one: are the two sides one
 * person? All scored pairs between the sides are asked it, with errors in common, so they are one piece of
 * evidence and not many, and no more the strongest of them than the weakest. All get the mean of their
 * weights, each clipped to +- LAC_LINK_CLIP (the logarithmic pool of their odds).
 *
 *   inside a person     the sides are those that come together when records are joined one by one, the
 * strongest pair first (a person of two records: its own weight) between two persons the sides are the
 * persons, where both have a pair of LAC_LINK_NEAR or more to another person; otherwise its own weight
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
