/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weights.h"
#include <string.h>

#define MIDDLE (LAC_LINK_WEIGHT_CELLS / 2)

void lac_link_weights_count(const double *weight, size_t n, struct lac_link_weights *weights)
{
    memset(weights, 0, sizeof *weights);
    for (size_t p = 0; p < n; p++) {
        double cell = weight[p] * LAC_LINK_WEIGHT_PER_BIT + MIDDLE;
        size_t at = cell <= 0 ? 0 : cell >= LAC_LINK_WEIGHT_CELLS ? LAC_LINK_WEIGHT_CELLS - 1 : (size_t)cell;
        weights->pairs[at]++;
    }
}

double lac_link_weight_of(size_t cell)
{
    return ((double)cell - MIDDLE + 0.5) / LAC_LINK_WEIGHT_PER_BIT;
}
