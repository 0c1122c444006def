/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_ESTIMATE_CONVERGENCE_H
#define LAC_ESTIMATE_CONVERGENCE_H
/*
 * Have chains met, and how many independent draws are they worth? (Vehtari, Gelman, Simpson, Carpenter &
 * Buerkner 2021, Bayesian Analysis 16:667.)
 *
 * Every chain is split in halves. R-hat is the larger of the one of rank-normalised draws and the one of
 * rank-normalised distances from the median. Bulk effective sample size is that of rank-normalised draws,
 * tail that of the indicators of the 5 % and the 95 % quantile, the smaller. Autocorrelations are summed by
 * Geyer's initial monotone sequence.
 */
#include <stddef.h>
#include "base/memory.h"
#include "base/status.h"

struct lac_convergence {
    double r_hat, bulk, tail; /* NaN when all draws are alike */
};

/* `draw` holds `chains` rows of `n` draws, n at least 8; finite. Work arrays are allocated and freed.
 * O(chains n (log n + lags that matter)). */
enum lac_status lac_convergence_make(const double *draw, size_t chains, size_t n, struct lac_convergence *out,
                                     struct lac_error *err) LAC_CHECKED;

#endif
