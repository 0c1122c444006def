/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "poisson_tail.h"
#include <math.h>

/* P(X >= t): terms fall geometrically once the index is above lambda. */
static double upper_tail(double lambda, double t, double mass)
{
    double sum = 1, term = 1;
    for (double k = t + 1; term > 1e-17 * sum || k <= lambda; k++) {
        term *= lambda / k;
        sum += term;
    }
    return mass * sum;
}

static double lower_tail(double lambda, double t, double mass)
{
    double sum = 1, term = 1;
    for (double k = t; k > 0 && (term > 1e-17 * sum || k > lambda); k--) {
        term *= k / lambda;
        sum += term;
    }
    return mass * sum;
}

double lac_estimate_poisson_tail(double lambda, double t)
{
    if (!(lambda > 0)) return t > 0 ? 0 : 1;
    int sign;
    double mass = exp(t * log(lambda) - lambda - lgamma_r(t + 1, &sign));
    if (t >= lambda + 1) return upper_tail(lambda, t, mass);
    if (t <= lambda - 1) return lower_tail(lambda, t, mass);
    return fmin(fmin(lower_tail(lambda, t, mass), upper_tail(lambda, t, mass)), 1);
}
