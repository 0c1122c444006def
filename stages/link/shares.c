/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "shares.h"
#include <math.h>
#include <string.h>

#define STEPS 60
#define CLOSED 0.05 /* a stratum judged whole counts 20 times its labels */
#define LEAST 1e-7

static double logistic(double x)
{
    return 1 / (1 + exp(-x));
}

/* Precision of the chain: tridiagonal. */
static double prior_diagonal(int count, int at)
{
    double tie = LAC_LINK_SHARE_TIE, scale = LAC_LINK_SHARE_SD * LAC_LINK_SHARE_SD * (1 - tie * tie);
    if (count == 1) return 1 / (LAC_LINK_SHARE_SD * LAC_LINK_SHARE_SD);
    return (at == 0 || at == count - 1 ? 1 : 1 + tie * tie) / scale;
}

static double prior_beside(void)
{
    double tie = LAC_LINK_SHARE_TIE;
    return -tie / (LAC_LINK_SHARE_SD * LAC_LINK_SHARE_SD * (1 - tie * tie));
}

static void factor(struct lac_link_shares *s)
{
    for (int h = 0; h < s->count; h++) {
        if (h > 0) {
            s->below[h] = prior_beside() / s->diagonal[h - 1];
            s->diagonal[h] -= s->below[h] * s->below[h];
        }
        s->diagonal[h] = sqrt(s->diagonal[h]);
    }
}

/* x = L'^-1 x */
static void solve_above(const struct lac_link_shares *s, double *x)
{
    for (int h = s->count - 1; h >= 0; h--)
        x[h] = (x[h] - (h + 1 < s->count ? s->below[h + 1] * x[h + 1] : 0)) / s->diagonal[h];
}

/* x = L^-1 x */
static void solve_below(const struct lac_link_shares *s, double *x)
{
    for (int h = 0; h < s->count; h++) x[h] = (x[h] - (h ? s->below[h] * x[h - 1] : 0)) / s->diagonal[h];
}

/* One Newton step from the mode so far; the step's largest part. Steps are kept short: the likelihood is flat
 * far from the mode. */
static double newton(const struct lac_link_share *share, const double *prior, struct lac_link_shares *s)
{
    double step[LAC_LINK_SHARE_BINS], most = 0;
    for (int h = 0; h < s->count; h++) {
        double q = logistic(s->base[h] + s->mode[h]);
        double open = fmax(1 - share[h].labels / fmax(share[h].pairs, 1), CLOSED), n = share[h].labels / open;
        s->diagonal[h] = prior_diagonal(s->count, h) + n * q * (1 - q);
        step[h] = share[h].matches / open - n * q - prior_diagonal(s->count, h) * (s->mode[h] - prior[h]);
        if (h > 0) step[h] -= prior_beside() * (s->mode[h - 1] - prior[h - 1]);
        if (h + 1 < s->count) step[h] -= prior_beside() * (s->mode[h + 1] - prior[h + 1]);
    }
    factor(s);
    solve_below(s, step);
    solve_above(s, step);
    for (int h = 0; h < s->count; h++) most = fmax(most, fabs(step[h]));
    for (int h = 0; h < s->count; h++) s->mode[h] += most > 1 ? step[h] / most : step[h];
    return most;
}

void lac_link_shares_solve(const struct lac_link_share *share, int count, struct lac_link_shares *shares)
{
    double prior[LAC_LINK_SHARE_BINS];
    memset(shares, 0, sizeof *shares);
    shares->count = count;
    for (int h = 0; h < count; h++) {
        double p = fmin(fmax(share[h].model, LEAST), 1 - LEAST);
        shares->base[h] = log(p / (1 - p));
        shares->mode[h] = prior[h] = LAC_LINK_SHARE_SD * LAC_LINK_SHARE_SD * (p - 0.5);
    }
    for (int step = 0; step < STEPS && newton(share, prior, shares) > 1e-9; step++) {
    }
}

void lac_link_shares_mean(const struct lac_link_shares *shares, double *q)
{
    enum { POINTS = 33 };
    for (int h = 0; h < shares->count; h++) {
        double unit[LAC_LINK_SHARE_BINS] = {0}, variance = 0, sum = 0, mass = 0;
        unit[h] = 1; /* the diagonal of the inverse: squared length of L^-1 e_h */
        solve_below(shares, unit);
        for (int k = 0; k < shares->count; k++) variance += unit[k] * unit[k];
        for (int k = 0; k < POINTS; k++) {
            double z = 4.0 * (2.0 * k / (POINTS - 1) - 1), density = exp(-z * z / 2);
            sum += density * logistic(shares->base[h] + shares->mode[h] + sqrt(variance) * z);
            mass += density;
        }
        q[h] = sum / mass;
    }
}

void lac_link_shares_draw(const struct lac_link_shares *shares, struct lac_random *random, double *q)
{
    double d[LAC_LINK_SHARE_BINS];
    for (int h = 0; h < shares->count; h++) d[h] = lac_random_normal(random);
    solve_above(shares, d);
    for (int h = 0; h < shares->count; h++) q[h] = logistic(shares->base[h] + shares->mode[h] + d[h]);
}
