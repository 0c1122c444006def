/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_ESTIMATE_STEPWISE_H
#define LAC_ESTIMATE_STEPWISE_H
/*
 * Forward selection of two-way interactions (Chan, Silverman & Vincent 2021, JASA 116:1297).
 *
 * From main effects, add the pair of lists with the smallest p-value as long as it is below the threshold.
 * The p-value of a pair is the smaller one-sided Poisson probability of its overlap total under the current
 * model; it is 1 when the model with the pair has no maximum likelihood estimate or is not identified. Ties:
 * first in the order 12, 13, .., 23, ... Main effects are taken without that check. A pair with an empty
 * overlap can be chosen; its parameter is minus infinity. A pair's check is done only when the pair comes
 * first, which changes nothing.
 */
#include "fitter.h"

#define LAC_ESTIMATE_STEPWISE_PAIRS 120 /* of 16 lists */

struct lac_estimate_stepwise {
    struct lac_fitted fit;
    int pairs;
    uint16_t pair[LAC_ESTIMATE_STEPWISE_PAIRS]; /* in order of entry, as a bitmask of two lists */
    double pvalue[LAC_ESTIMATE_STEPWISE_PAIRS];
    int barred; /* pairs set aside because the model with them has no estimate, in all steps */
};

/* False when main effects have no estimate. */
bool lac_estimate_stepwise_select(struct lac_fitter *fitter, const double *count, double threshold,
                                  struct lac_estimate_stepwise *selected);

/* The same as a lac_estimate_statistic; `threshold` points to a double. It chooses (lac_fitter_choose) bit 63
 * and a bit for every pair of the model, in the order 12, 13, .., 23, ...; nothing beyond 11 lists. */
double lac_estimate_stepwise_estimate(const void *threshold, struct lac_fitter *fitter, const double *count);

#endif
