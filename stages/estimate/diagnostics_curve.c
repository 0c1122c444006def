/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "diagnostics_curve.h"
#include <math.h>
#include <stdbool.h>

void lac_curve_raw(const struct lac_estimate_history *history, struct lac_curve *curve)
{
    bool odd_empty = false, even_empty = false;
    double log_ratio = 0, inverse = 0;
    for (unsigned w = 1; w < 1U << history->lists; w++) {
        bool odd = __builtin_popcount(w) % 2 == 1;
        double count = history->count[w];
        if (count > 0) {
            log_ratio += odd ? log(count) : -log(count);
            inverse += 1 / count;
        } else {
            odd_empty |= odd;
            even_empty |= !odd;
        }
    }
    curve->n = history->n;
    curve->status = odd_empty && even_empty ? LAC_CURVE_UNDEFINED
                    : odd_empty             ? LAC_CURVE_ZERO
                    : even_empty            ? LAC_CURVE_INFINITE
                                            : LAC_CURVE_OK;
    bool ok = curve->status == LAC_CURVE_OK;
    curve->ratio = ok ? exp(log_ratio) : (double)NAN;
    curve->se = ok ? sqrt(curve->ratio * curve->ratio * inverse + curve->ratio) : (double)NAN;
}

double lac_curve_at(double n, double ratio, double log_xi)
{
    return n + ratio * exp(-log_xi);
}

double lac_curve_tipping(double n, double ratio, double factor)
{
    double unseen = factor * (n + ratio) - n;
    return unseen > 0 ? ratio / unseen : (double)NAN;
}
