/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_LINK_WEIGHTS_H
#define LAC_LINK_WEIGHTS_H
/*
 * How many scored pairs have which weight: integer counts by eighths of a bit between -32 and 32, what lies
 * beyond in the outermost. Expected matches of a cell are its pairs times the probability of its middle.
 */
#include <stddef.h>
#include <stdint.h>

#define LAC_LINK_WEIGHT_CELLS 512
#define LAC_LINK_WEIGHT_PER_BIT 8
#define LAC_LINK_WEIGHT_BITS 2 /* of a row of the table */

struct lac_link_weights {
    uint64_t pairs[LAC_LINK_WEIGHT_CELLS];
};
/* O(n). */
void lac_link_weights_count(const double *weight, size_t n, struct lac_link_weights *weights);
/* Log2 odds in the middle of a cell. */
double lac_link_weight_of(size_t cell);

#endif
