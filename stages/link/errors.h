/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_LINK_ERRORS_H
#define LAC_LINK_ERRORS_H
/* Expected errors of a linkage from the match probabilities of its pairs. */
#include "engine.h"

/* Fills result->errors from its pairs, weights, persons and misses. Sums in blocks and in the order of the
 * pairs: the same bits at any number of threads. O(pairs); memory: one block per thread. */
enum lac_status lac_link_errors_estimate(struct lac_link_result *result, struct lac_error *err) LAC_CHECKED;

#endif
