/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_RECONCILE_LOGIT_H
#define LAC_RECONCILE_LOGIT_H
/*
 * Logistic regression on few binary covariates, with draws from its posterior.
 *
 * The coefficients have independent normal priors with mean 0 and standard deviation LAC_RECONCILE_PRIOR:
 * weak, but enough for a covariate that never varies or separates the answers (Gelman, Jakulin, Pittau & Su
 * 2008 use this scale). The posterior is taken as normal around its mode, with the curvature there as
 * precision.
 *
 * Pure: O(iterations * cases * ones^2 + p^3).
 */
#include <stddef.h>
#include "base/memory.h"
#include "base/random.h"
#include "base/status.h"

#define LAC_RECONCILE_PRIOR 2.5
#define LAC_RECONCILE_ONES 40 /* covariates that are 1 in one case, at most */

/* Cases with equal covariates. The others of the p covariates are 0. */
struct lac_reconcile_case {
    unsigned short one[LAC_RECONCILE_ONES];
    size_t ones;
    double yes, no;
};
struct lac_reconcile_logit {
    size_t p;
    double *mode;  /* p */
    double *lower; /* p * p, row-major: Cholesky factor L of the precision, L L' */
};
enum lac_status lac_reconcile_logit_fit(const struct lac_reconcile_case *item, size_t n, size_t p,
                                        struct lac_arena *arena, struct lac_reconcile_logit *logit,
                                        struct lac_error *err) LAC_CHECKED;
/* One draw of the coefficients: beta[p]. */
void lac_reconcile_logit_draw(const struct lac_reconcile_logit *logit, struct lac_random *random,
                              double *beta);

#endif
