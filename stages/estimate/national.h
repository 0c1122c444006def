/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_ESTIMATE_NATIONAL_H
#define LAC_ESTIMATE_NATIONAL_H
/*
 * Heterogeneity-inclusive average over two-way models of one table.
 *
 * Candidates: every set P of pairs of lists, with and without the column h, x_w = |w|(|w|-1)/2. As x_w counts
 * the pairs in w, h is a parameter that all pairs share: {P, h} is the model of all pairs with those outside
 * P set equal. So all pairs with h is singular, and P that lacks exactly one pair, with h, is the model of
 * all pairs: neither is a candidate of its own. Distinct candidates: 2 lists 1, 3 lists 12, 4 lists 121, 5
 * lists 2,037, 6 lists 65,520. Only admissible ones (existence.h, with the column x) count.
 *
 *     N = n + exp(sum w log N0),   w proportional to exp(-BIC/2), parameters at minus infinity counted
 *
 * Two to six lists: all candidates. Seven lists have 4 million: a search from main effects, each pair alone,
 * all pairs and all pairs but one, with and without h; from every kept model all its neighbours (one pair
 * more or fewer) are fitted, until every kept model has been; the average is over all that were fitted.
 *
 * Kept for replicates: the 30 best without h and the 30 best with h, by BIC.
 *
 * The floor: only candidates that carry h or are all pairs. It presumes heterogeneity.
 */
#include <stddef.h>
#include <stdint.h>
#include "base/memory.h"
#include "base/status.h"
#include "fitter.h"
#include "history.h"

#define LAC_NATIONAL_KEPT 30
#define LAC_NATIONAL_LISTS 7
#define LAC_NATIONAL_TRIPLE_PERSONS 1000.0
#define LAC_NATIONAL_TRIPLE_SHARED 10.0
#define LAC_NATIONAL_DELTA                                                                                   \
    0.35 /* standard deviation of delta unless set: 95 % within a factor 2 of the unseen */

struct lac_national_model {
    struct lac_fitted fit;
    uint32_t pairs;   /* bit i: pair i in the order 12, 13, 23, 14, ... */
    uint64_t triples; /* bit i: triple i in the order 123, 124, 134, 234, ... */
    bool h;
    bool expanded; /* of the search: its neighbours were looked at */
    double weight; /* among all admissible candidates */
};

struct lac_national {
    uint64_t considered, admissible;
    uint64_t three_way;  /* of the admissible ones, those with three-way terms */
    double estimate;     /* NaN when there is no admissible candidate */
    double floor;        /* of the floor; NaN when it has none */
    double floor_weight; /* weight of its candidates in the average */
    uint64_t floor_candidates;
    double best_low, best_high; /* estimates within 6 BIC units of the best */
    size_t kept;
    struct lac_national_model item[2 * LAC_NATIONAL_KEPT]; /* by BIC */
};

/* 2 to 7 lists, else LAC_DEFECT. Does not depend on the number of threads. */
enum lac_status lac_national_search(const struct lac_estimate_history *history, struct lac_national *national,
                                    struct lac_error *err) LAC_CHECKED;

/* The same with three-way terms among the candidates where the data carry them: four to six lists, at least
 * LAC_NATIONAL_TRIPLE_PERSONS persons, and for each term all three of its pairs in the model and at least
 * LAC_NATIONAL_TRIPLE_SHARED persons on its lists (with fewer its standard error is above 0.3 whatever the
 * rest). After all two-way candidates, from every kept model those with one such term more, and from models
 * with such terms those with one pair more, until every kept model has been looked at. */
enum lac_status lac_national_search_triples(const struct lac_estimate_history *history,
                                            struct lac_national *national, struct lac_error *err) LAC_CHECKED;

/* exp(delta_b), the allowance of replicate b for residual dependence: delta from N(0, sd^2) by the stream
 * (seed, delta; b, part, 0). */
double lac_national_factor(double sd, uint32_t seed, size_t b, uint32_t part);

/* The candidate as a model. */
void lac_national_terms(const struct lac_national_model *item, int lists, struct lac_estimate_model *model);
bool lac_national_in_floor(const struct lac_national_model *item, int lists);

/* Unseen persons (not N) of the kept models on other counts, with weights of their own; +infinity when none
 * is admissible. Beside it (fitter.h) the mean of log N0 with the weights held at `national`'s. Statistics of
 * resample.h; `national` is a struct lac_national. */
double lac_national_reweigh(const void *national, struct lac_fitter *fitter, const double *count);
double lac_national_reweigh_floor(const void *national, struct lac_fitter *fitter, const double *count);

#endif
