/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cholesky.h"

#include <math.h>
#include <string.h>

/* y[j] -= f * x[j] */
static inline void subtract(double *restrict y, const double *restrict x, double f, int n)
{
    for (int j = 0; j < n; j++) y[j] -= f * x[j];
}

bool lac_cholesky_factor(double *a, int p, int stride)
{
    for (int k = 0; k < p; k++) {
        double *row = a + k * stride;
        double pivot = row[k], diagonal = row[k], reciprocal;

        /* what earlier columns took off the diagonal, added back, is the original */
        for (int i = 0; i < k; i++) diagonal += a[i * stride + k] * a[i * stride + k];
        if (!(pivot > LAC_CHOLESKY_PIVOT * diagonal)) return false;
        reciprocal = 1.0 / sqrt(pivot);
        for (int j = k + 1; j < p; j++) row[j] *= reciprocal;
        row[k] = reciprocal;
        for (int i = k + 1; i < p; i++) subtract(a + i * stride + i, row + i, row[i], p - i);
    }
    return true;
}

/* x = U'^-1 x, for columns from `first` on (x is 0 before) */
static void forward(const double *a, int p, int stride, double *x, int first)
{
    for (int i = first; i < p; i++) {
        x[i] *= a[i * stride + i];
        subtract(x + i + 1, a + i * stride + i + 1, x[i], p - i - 1);
    }
}

void lac_cholesky_solve(const double *a, int p, int stride, double *x)
{
    forward(a, p, stride, x, 0);
    for (int i = p - 1; i >= 0; i--) {
        double sum = x[i];

        for (int k = i + 1; k < p; k++) sum -= a[i * stride + k] * x[k];
        x[i] = sum * a[i * stride + i];
    }
}

double lac_cholesky_first(const double *a, int p, int stride, double *scratch)
{
    double sum = 0.0;

    memset(scratch, 0, sizeof *scratch * (size_t)p);
    scratch[0] = 1.0;
    forward(a, p, stride, scratch, 0);
    for (int i = 0; i < p; i++) sum += scratch[i] * scratch[i];
    return sum;
}
