/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chao.h"

#include <math.h>

#include "interval.h"

void lac_chao_frequencies(const struct lac_estimate_history *history, double *f1, double *f2)
{
    *f1 = *f2 = 0.0;
    for (unsigned w = 1; w < 1U << history->lists; w++) {
        int size = __builtin_popcount(w);

        if (size == 1) *f1 += history->count[w];
        if (size == 2) *f2 += history->count[w];
    }
}

static double ratio_form(double f1, double f2, double a, double *variance)
{
    double g = f1 / f2;

    *variance = f2 * (a * g * g / 2.0 + a * a * g * g * g + a * a * g * g * g * g / 4.0);
    return a * f1 * f1 / (2.0 * f2);
}

/* f2 = 0 */
static double pairless_form(double f1, double n, double a, double *variance)
{
    double unseen = a * f1 * (f1 - 1.0) / 2.0, odd = 2.0 * f1 - 1.0;

    *variance = unseen + a * a * f1 * odd * odd / 4.0 - a * a * f1 * f1 * f1 * f1 / (4.0 * (n + unseen));
    return unseen;
}

static double corrected_form(double f1, double f2, double a, double *variance)
{
    double unseen = a * f1 * (f1 - 1.0) / (2.0 * (f2 + 1.0));
    double inner = f1 * f1 + 4.0 * f1 * f2 + 3.0 * f1 - 6.0 * f2 - 6.0;

    *variance = unseen + a * a * f1 * (f1 - 1.0) * inner / (4.0 * (f2 + 1.0) * (f2 + 1.0) * (f2 + 2.0));
    return unseen;
}

void lac_chao(const struct lac_estimate_history *history, enum lac_chao_form form, double level,
              struct lac_simple *result)
{
    double a = form == LAC_CHAO_NO_FACTOR ? 1.0 : (history->lists - 1.0) / history->lists;
    double f1, f2, unseen, variance;
    struct lac_interval interval;

    lac_simple_init(result);
    lac_chao_frequencies(history, &f1, &f2);
    if (form == LAC_CHAO_BIAS_CORRECTED)
        unseen = corrected_form(f1, f2, a, &variance);
    else if (f2 > 0.0)
        unseen = ratio_form(f1, f2, a, &variance);
    else
        unseen = pairless_form(f1, history->n, a, &variance);
    result->status = LAC_FIT_OK;
    result->estimate = history->n + unseen;
    if (!(variance >= 0.0)) return;
    result->se = sqrt(variance);
    if (!lac_interval_lognormal(history->n, unseen, result->se, level, &interval)) return;
    result->lower = interval.lower;
    result->upper = interval.upper;
}
