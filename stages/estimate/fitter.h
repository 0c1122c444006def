/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_ESTIMATE_FITTER_H
#define LAC_ESTIMATE_FITTER_H
/*
 * Fits for searches: one hierarchical model to one table, with the verdict whether the fit is admissible.
 *
 * A fitter is the work space of one thread; it allocates nothing after it was made. What it returns depends
 * only on the counts and the model.
 */
#include <stdbool.h>
#include <stdint.h>
#include "model.h"

struct lac_fitter;

struct lac_fitted {
    double log_n0; /* N = n + exp(log_n0) */
    double se, loglik, aic, bic, deviance;
    int parameters; /* those at minus infinity included */
};

/* NULL when memory is out. Free with lac_fitter_free(), which takes NULL. */
struct lac_fitter *lac_fitter_new(int lists);
void lac_fitter_free(struct lac_fitter *fitter);

/* Fits; true when the extended maximum likelihood estimate exists and all parameters are identified (code 0).
 * `model` as in enumerate.h. `count` has 2^lists cells, cell 0 is not looked at. */
bool lac_fitter_admissible(struct lac_fitter *fitter, const double *count, uint64_t model,
                           struct lac_fitted *fitted);

/* The same, but false too when the criterion (AIC or BIC) lies above `limit`: then no program is solved. */
bool lac_fitter_within(struct lac_fitter *fitter, const double *count, uint64_t model, bool aic, double limit,
                       struct lac_fitted *fitted);

/* The same for main effects and `pairs` two-way terms, each the bitmask of two lists; up to 16 lists. */
bool lac_fitter_pairs(struct lac_fitter *fitter, const double *count, const uint16_t *pair, int pairs,
                      struct lac_fitted *fitted);
/* The same for any model. */
bool lac_fitter_model(struct lac_fitter *fitter, const double *count, const struct lac_estimate_model *model,
                      struct lac_fitted *fitted);
/* The same for a model asked for by name: true also where the estimate exists only on the facial set but N is
 * estimable there (existence.h). */
bool lac_fitter_named(struct lac_fitter *fitter, const double *count, const struct lac_estimate_model *model,
                      struct lac_fitted *fitted);
/* Greatest log-likelihood any model made of terms of `model` can reach, +infinity where the fit does not
 * converge. */
double lac_fitter_bound(struct lac_fitter *fitter, const double *count, uint64_t model);
/* Fitted means of the last fit by cell: 0 in cells that a parameter at minus infinity empties; cell 0 holds
 * N0. */
const double *lac_fitter_means(const struct lac_fitter *fitter);

/* What a statistic chose on its last table, for counts by model; 0: nothing. Its meaning is the statistic's.
 */
void lac_fitter_choose(struct lac_fitter *fitter, uint64_t choice);
uint64_t lac_fitter_choice(const struct lac_fitter *fitter);

/* A second number of a statistic about its last table, kept beside the first; NaN: none. */
void lac_fitter_beside_set(struct lac_fitter *fitter, double beside);
double lac_fitter_beside(const struct lac_fitter *fitter);

/* A fitter per thread of the coming parallel regions; NULL when memory is out. Free takes NULL. */
struct lac_fitter_pool;
struct lac_fitter_pool *lac_fitter_pool_new(int lists);
void lac_fitter_pool_free(struct lac_fitter_pool *pool);
struct lac_fitter *lac_fitter_pool_mine(const struct lac_fitter_pool *pool); /* of the calling thread */

int lac_fitter_lists(const struct lac_fitter *fitter);
/* Persons of a table: the sum of its cells but cell 0. */
double lac_fitter_persons(const struct lac_fitter *fitter, const double *count);

#endif
