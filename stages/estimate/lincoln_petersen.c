/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lincoln_petersen.h"

#include <math.h>

#include "interval.h"

void lac_lincoln_petersen(const struct lac_estimate_history *history, int i, int j, struct lac_simple *result)
{
    double first = history->overlap[1U << i], second = history->overlap[1U << j];
    double both = history->overlap[1U << i | 1U << j];

    lac_simple_init(result);
    result->status = both > 0.0 ? LAC_FIT_OK : LAC_FIT_INFINITE;
    if (both > 0.0) result->estimate = first * second / both;
}

void lac_chapman(const struct lac_estimate_history *history, int i, int j, double level,
                 struct lac_simple *result)
{
    double first = history->overlap[1U << i], second = history->overlap[1U << j];
    double both = history->overlap[1U << i | 1U << j], seen = first + second - both;
    double product = (first + 1.0) * (second + 1.0);
    double variance =
        product * (first - both) * (second - both) / ((both + 1.0) * (both + 1.0) * (both + 2.0));
    struct lac_interval interval;

    lac_simple_init(result);
    result->status = LAC_FIT_OK;
    result->estimate = product / (both + 1.0) - 1.0;
    result->se = sqrt(variance);
    if (!lac_interval_lognormal(seen, result->estimate - seen, result->se, level, &interval)) return;
    result->lower = interval.lower;
    result->upper = interval.upper;
}
