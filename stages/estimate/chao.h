/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_ESTIMATE_CHAO_H
#define LAC_ESTIMATE_CHAO_H
/*
 * Chao's lower bound from the persons on exactly one (f1) and exactly two lists (f2), with A = (K-1)/K:
 *
 *     f2 > 0:  N0 = A f1^2/(2 f2)      var = f2 (A g^2/2 + A^2 g^3 + A^2 g^4/4),  g = f1/f2
 *     f2 = 0:  N0 = A f1(f1-1)/2       var = N0 + A^2 f1(2 f1-1)^2/4 - A^2 f1^4/(4 N);    N = n when f1 <= 1
 *     bias-corrected:  N0 = A f1(f1-1)/(2(f2+1))
 *              var = N0 + A^2 f1(f1-1)(f1^2 + 4 f1 f2 + 3 f1 - 6 f2 - 6) / (4 (f2+1)^2 (f2+2))
 * Interval: log-normal above n (Chao 1987, Biometrics 43:783). With few lists the factor A belongs there:
 * without it the figure is not a lower bound. A bound only if dependence between lists and heterogeneity are
 * not negative.
 */
#include "simple.h"

enum lac_chao_form {
    LAC_CHAO_STANDARD,       /* with A; the form for f2 = 0 where f2 = 0 */
    LAC_CHAO_NO_FACTOR,      /* A = 1: many occasions */
    LAC_CHAO_BIAS_CORRECTED, /* with A, whatever f2 */
};
void lac_chao(const struct lac_estimate_history *history, enum lac_chao_form form, double level,
              struct lac_simple *result);
/* f1 and f2 of a table. */
void lac_chao_frequencies(const struct lac_estimate_history *history, double *f1, double *f2);

#endif
