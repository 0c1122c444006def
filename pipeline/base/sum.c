/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/sum.h"

#include <math.h>
#include <stdlib.h>

/* Neumaier's compensated sum of one block. */
static double sum_block(const double *x, size_t n)
{
    double sum = 0.0, lost = 0.0;

    for (size_t i = 0; i < n; i++) {
        double next = sum + x[i];

        lost += fabs(sum) >= fabs(x[i]) ? (sum - next) + x[i] : (x[i] - next) + sum;
        sum = next;
    }
    /* with an infinity the compensation is NaN; the plain sum is the right answer */
    return isfinite(sum) ? sum + lost : sum;
}

double lac_sum(const double *x, size_t n)
{
    double sum = 0.0;

    for (size_t at = 0; at < n; at += LAC_SUM_BLOCK)
        sum += sum_block(x + at, n - at < LAC_SUM_BLOCK ? n - at : LAC_SUM_BLOCK);
    return sum;
}

double lac_mean(const double *x, size_t n)
{
    return n == 0 ? (double)NAN : lac_sum(x, n) / (double)n;
}

double lac_log_sum_exp(const double *x, size_t n)
{
    double top = -(double)INFINITY, sum = 0.0;

    for (size_t i = 0; i < n; i++) top = x[i] > top ? x[i] : top;
    if (!isfinite(top)) return top;
    for (size_t i = 0; i < n; i++) sum += exp(x[i] - top);
    return top + log(sum);
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

void lac_sort(double *x, size_t n)
{
    if (n > 1) qsort(x, n, sizeof *x, compare);
}

/* Order statistic at the real-valued rank `h` counted from 1, clamped and interpolated. */
static double at_rank(const double *sorted, size_t n, double h)
{
    double below = floor(h), part = h - below;
    size_t i;

    if (!(h > 1.0)) return sorted[0];
    if (h >= (double)n) return sorted[n - 1];
    i = (size_t)below - 1;
    /* exact hits must not touch an infinite neighbour: 0 * infinity is NaN */
    return part > 0.0 ? sorted[i] + part * (sorted[i + 1] - sorted[i]) : sorted[i];
}

double lac_quantile7(const double *sorted, size_t n, double q)
{
    return n == 0 ? (double)NAN : at_rank(sorted, n, (double)(n - 1) * q + 1.0);
}

double lac_quantile8(const double *sorted, size_t n, double q)
{
    return n == 0 ? (double)NAN : at_rank(sorted, n, ((double)n + 1.0 / 3.0) * q + 1.0 / 3.0);
}
