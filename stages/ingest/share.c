/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "share.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdlib.h>

double lac_ingest_score_limit(double tail)
{
    return gsl_cdf_ugaussian_Qinv(tail / 2);
}

bool lac_ingest_shares_differ(struct lac_ingest_share a, struct lac_ingest_share b, double tail)
{
    double n = (double)a.whole, m = (double)b.whole, p, spread;

    if (a.whole <= 0 || b.whole <= 0) return false;
    p = (double)(a.part + b.part) / (n + m);
    spread = sqrt(p * (1 - p) * (1 / n + 1 / m));
    return spread > 0 &&
           fabs((double)a.part / n - (double)b.part / m) > lac_ingest_score_limit(tail) * spread;
}

/* Half a row is added on both sides, so that a share of 0 or 1 elsewhere does not make every other certain.
 */
double lac_ingest_share_score(struct lac_ingest_share one, struct lac_ingest_share others)
{
    double n = (double)one.whole, p;

    if (one.whole <= 0 || others.whole <= 0) return 0;
    p = ((double)others.part + 0.5) / ((double)others.whole + 1);
    return ((double)one.part / n - p) / sqrt(p * (1 - p) / n);
}

double lac_ingest_ratio_score(struct lac_ingest_share one, struct lac_ingest_share others)
{
    double expected;

    if (one.whole <= 0 || others.whole <= 0) return 0;
    expected = (double)one.whole * ((double)others.part + 0.5) / (double)others.whole;
    return ((double)one.part - expected) / sqrt(expected);
}

static int compare(const void *left, const void *right)
{
    const double *a = left, *b = right;

    return *a < *b ? -1 : *a > *b;
}

double lac_ingest_overdispersion(double *score, size_t n)
{
    size_t outer = (n + 9) / 10;
    double sum = 0;

    if (n < 4) return 1;
    qsort(score, n, sizeof *score, compare);
    for (size_t i = 0; i < n; i++) {
        size_t at = i < outer ? outer : i >= n - outer ? n - outer - 1 : i;

        sum += score[at] * score[at];
    }
    sum /= (double)n;
    return sum > 1 ? sum : 1;
}
