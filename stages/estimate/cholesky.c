/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cholesky.h"

#include <math.h>
#include <string.h>

typedef double pair __attribute__((vector_size(16)));

/* Row i of the factor: a[i][j] -= sum over k < i of a[k][i] a[k][j], for j = i..p. */
static void eliminate_row(double *a, int i, int p, int stride)
{
    for (int j = i; j <= p; j += 4) {
        double *at = a + i * stride + j;
        pair left, right;

        memcpy(&left, at, sizeof left);
        memcpy(&right, at + 2, sizeof right);
        for (const double *row = a; row < a + i * stride; row += stride) {
            const pair factor = {row[i], row[i]};
            pair x, y;

            memcpy(&x, row + j, sizeof x);
            memcpy(&y, row + j + 2, sizeof y);
            left -= factor * x;
            right -= factor * y;
        }
        memcpy(at, &left, sizeof left);
        memcpy(at + 2, &right, sizeof right);
    }
}

bool lac_cholesky_factor(double *a, int p, int stride)
{
    for (int i = 0; i < p; i++) {
        double *row = a + i * stride;
        double diagonal = row[i], reciprocal;

        memset(row + p + 1, 0, 3 * sizeof *row);
        eliminate_row(a, i, p, stride);
        if (!(row[i] > LAC_CHOLESKY_PIVOT * diagonal)) return false;
        reciprocal = 1.0 / sqrt(row[i]);
        for (int j = i + 1; j <= p; j++) row[j] *= reciprocal;
        row[i] = reciprocal;
    }
    return true;
}

double lac_cholesky_norm(const double *a, int p, int stride)
{
    double sum = 0.0;

    for (int i = 0; i < p; i++) sum += a[i * stride + p] * a[i * stride + p];
    return sum;
}

/* x = U^-1 x */
static void back(const double *a, int p, int stride, double *x)
{
    for (int i = p - 1; i >= 0; i--) {
        const double *row = a + i * stride;
        double sum[4] = {0.0, 0.0, 0.0, 0.0};
        int k = i + 1;

        for (; k + 4 <= p; k += 4) {
            for (int lane = 0; lane < 4; lane++) sum[lane] += row[k + lane] * x[k + lane];
        }
        for (; k < p; k++) sum[0] += row[k] * x[k];
        x[i] = (x[i] - ((sum[0] + sum[1]) + (sum[2] + sum[3]))) * row[i];
    }
}

void lac_cholesky_back(const double *a, int p, int stride, double *x)
{
    for (int i = 0; i < p; i++) x[i] = a[i * stride + p];
    back(a, p, stride, x);
}

void lac_cholesky_solve(const double *a, int p, int stride, double *x)
{
    for (int i = 0; i < p; i++) {
        const double *row = a + i * stride;

        x[i] *= row[i];
        for (int j = i + 1; j < p; j++) x[j] -= row[j] * x[i];
    }
    back(a, p, stride, x);
}
