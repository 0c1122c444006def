/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_ESTIMATE_SEARCH_H
#define LAC_ESTIMATE_SEARCH_H
/*
 * All hierarchical models of a table, fitted and ranked.
 *
 * Models stream through in blocks: the models of a block are fitted by all threads, then taken over in order.
 * Only admissible models (their maximum likelihood estimate exists: code 0) are ranked, by BIC (penalty log
 * of the number of persons) or AIC, ties by fewer parameters, then by enumeration order. Parameters at minus
 * infinity count. At most LAC_ESTIMATE_SEARCH_LIMIT models are held, the best ones; what was passed over is
 * only counted.
 */
#include <stdbool.h>
#include <stdint.h>
#include "base/memory.h"
#include "base/status.h"
#include "fitter.h"
#include "history.h"

#define LAC_ESTIMATE_SEARCH_LIMIT 100000

struct lac_estimate_ranked {
    struct lac_fitted fit;
    uint64_t model;  /* bit s: subset s is a term */
    double key;      /* criterion in whole units of 1e-8: equal to all practical purposes is equal */
    uint64_t number; /* greater for models that come later in the enumeration */
};

struct lac_estimate_search {
    int order;                        /* set by the caller: largest size of a term, 0 for no limit */
    bool aic;                         /* set by the caller: rank by AIC, else by BIC */
    struct lac_estimate_ranked *item; /* ranked, best first; the arena's */
    size_t count;
    uint64_t considered, fitted, admissible; /* fitted: of those considered; admissible: of those fitted */
};

/* Order of ranks, for qsort: key, parameters, number. */
int lac_estimate_search_compare(const void *a, const void *b);
double lac_estimate_search_key(const struct lac_fitted *fit, bool aic);
/* Log-likelihood of the counts themselves: no model's is greater. */
double lac_estimate_search_saturated(const double *count, int lists);

/* Tables of 2 to 6 lists; `search` has order and aic set. Results do not depend on the number of threads. */
enum lac_status lac_estimate_search_run(const struct lac_estimate_history *history, struct lac_arena *arena,
                                        struct lac_estimate_search *search,
                                        struct lac_error *err) LAC_CHECKED;

/* Smallest and largest estimate among the models within `units` of the best. */
void lac_estimate_search_range(const struct lac_estimate_search *search, double n, double units, double *low,
                               double *high);

/* BIC weights over all ranked models, into weight[count]. */
struct lac_estimate_average {
    double estimate;  /* n + exp(sum w log N0) */
    double mean;      /* n + sum w N0 */
    double effective; /* 1 / sum w^2 */
};
struct lac_estimate_average lac_estimate_search_average(const struct lac_estimate_search *search, double n,
                                                        double *weight);

/* The table's best models once more, for replicates. */
struct lac_estimate_candidates {
    const struct lac_estimate_ranked *item;
    size_t count;
    double n;
    bool aic;
};
/* Both statistics choose (lac_fitter_choose) the number of a candidate, counted from 1: the selected one, or
 * the one of the greatest weight.
 *
 * Estimate of the candidate with the lowest criterion on `count`, the first in rank on ties within 1e-9;
 * +infinity when none is admissible. A lac_estimate_statistic. */
double lac_estimate_search_select(const void *candidates, struct lac_fitter *fitter, const double *count);
/* Average of the candidates on `count` with weights of their own. A lac_estimate_statistic. */
double lac_estimate_search_reweigh(const void *candidates, struct lac_fitter *fitter, const double *count);

#endif
