/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_LINK_DOUBT_H
#define LAC_LINK_DOUBT_H
/*
 * What one drawn linkage takes for true about the weights of pairs.
 *
 * With judged pairs a calibration curve is drawn from what the labels leave open (calibrate.h). It stands for
 * all doubt about the model, as the labels measure what all of it together does.
 *
 * Without labels the parameters are drawn:
 *
 *   m of a field ~ Dirichlet(expected matched pairs per level + default), the pairs counted once, not once
 *     per training rule
 *   log2 prior odds + N(0, 1 / (ln 2)^2 / matches + LAC_LINK_MISFIT^2)
 *
 * u comes from whole value tables and is taken as known. LAC_LINK_MISFIT, in bits, stands for what no
 * sampling error covers: fields that err together. Published match probabilities of such models have been
 * wrong by factors of two to six either way; one bit is a factor of two.
 */
#include "calibrate.h"
#include "model.h"

#define LAC_LINK_MISFIT 1.0

struct lac_link_doubt {
    bool judged;
    struct lac_link_curve curve;                    /* judged */
    double spread;                                  /* not judged: variance of `prior`, bits^2 */
    double prior;                                   /* not judged: added to every weight */
    double shift[LAC_LINK_FIELDS][LAC_LINK_LEVELS]; /* not judged: added by level; 0 for missing */
};
void lac_link_doubt_draw(const struct lac_link_scored *scored, uint32_t seed, uint32_t draw,
                         struct lac_link_doubt *doubt);
/* Log2 odds of pair p, and of a pair of a class of which the model's weight is all that is known. */
double lac_link_doubt_pair(const struct lac_link_scored *scored, const struct lac_link_doubt *doubt,
                           size_t p);
double lac_link_doubt_weight(const struct lac_link_doubt *doubt, unsigned class, double weight);

#endif
