/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_BASE_SUM_H
#define LAC_BASE_SUM_H
/* Sums whose last bit does not depend on the number of threads: blocks of 65,536 elements, each summed with
 * Neumaier's compensation, partial sums combined in block order. O(n). Also quantiles and log-sum-exp. */
#include <stddef.h>

#define LAC_SUM_BLOCK 65536

double lac_sum(const double *x, size_t n);
double lac_mean(const double *x, size_t n);        /* NaN for n = 0 */
double lac_log_sum_exp(const double *x, size_t n); /* -inf for n = 0 */
void lac_sort(double *x, size_t n);                /* ascending; +inf last; NaN not allowed */
/* Quantile of a sorted array, Hyndman-Fan types 7 (R's default) and 8, q in [0,1]; clamps to the ends. */
double lac_quantile7(const double *sorted, size_t n, double q);
double lac_quantile8(const double *sorted, size_t n, double q);

#endif
