/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_ESTIMATE_TOTALS_H
#define LAC_ESTIMATE_TOTALS_H
/*
 * Totals over strata: after the results of all strata, one more a method, with stratum "total".
 *
 * The estimate is the sum of the strata's. With bootstrap replicates in every stratum, replicate b of the
 * total is the sum of the replicates b (+infinity when one of them failed), and the interval is their
 * percentiles: variances are never added where draws can be. Without replicates the strata count as
 * independent: squares of standard errors add up, and the interval is log-normal above the persons seen.
 *
 * A stratum without an estimate leaves the total without one: status refused, the reason in the notes, and
 * the sum of the others in the details as `sum_of_others`, which is not the total. Methods with several
 * results a stratum (pairs of lists, forms) are matched by their model.
 */
#include "result.h"
#include "table_read.h"

#define LAC_TOTAL_STRATUM "total"

/* `results` holds those of all strata; `n` the persons seen in each. Needs two strata or more, else it adds
 * nothing. */
enum lac_status lac_estimate_totals_add(struct lac_results *results, const struct lac_estimate_strata *strata,
                                        const double *n, double level, struct lac_error *err) LAC_CHECKED;

#endif
