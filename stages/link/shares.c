/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "shares.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define SWEEPS 60
#define SETTLED 1e-7
#define CLOSED 0.05 /* a stratum judged whole counts 20 times its labels */
#define LEAST 1e-7
#define DEEP 30.0 /* nats below the mode where a grid ends */

enum { BINS = LAC_LINK_SHARE_BINS, GRID = LAC_LINK_SHARE_GRID };
typedef double matrix[BINS][BINS];

static double logistic(double x)
{
    return 1 / (1 + exp(-x));
}

/* log of 1 + e^x */
static double log_one_plus(double x)
{
    return x > 30 ? x : log1p(exp(x));
}

/* Labels of a stratum as they count, and its normal factor exp(nu x - tau x^2 / 2). */
struct site {
    double yes, no, tau, nu;
};
/* What is integrated: normal with mean and precision, times the labels. */
struct tilted {
    double mean, precision, yes, no;
};

static double density_log(const struct tilted *t, double x)
{
    double z = x - t->mean;
    return -0.5 * t->precision * z * z - t->yes * log_one_plus(-x) - t->no * log_one_plus(x);
}

/* Log-concave: Newton from the mean, held between ever nearer bounds. */
static double mode_find(const struct tilted *t)
{
    double low = t->mean - (t->no + 1) / t->precision, high = t->mean + (t->yes + 1) / t->precision,
           x = t->mean;
    for (int k = 0; k < 200; k++) {
        double q = logistic(x), slope = t->yes * (1 - q) - t->no * q - t->precision * (x - t->mean);
        double next = x + slope / (t->precision + (t->yes + t->no) * q * (1 - q));
        if (slope > 0)
            low = x;
        else
            high = x;
        if (!(next > low && next < high)) next = (low + high) / 2;
        if (fabs(next - x) < 1e-10 * (1 + fabs(x))) return next;
        x = next;
    }
    return x;
}

/* How far from the mode the density falls by DEEP, on one side. */
static double reach_find(const struct tilted *t, double mode, double side)
{
    double top = density_log(t, mode), near = 0,
           far = sqrt(2 * DEEP / t->precision); /* the labels shorten it */
    for (int k = 0; k < 40; k++) {
        double middle = (near + far) / 2;
        if (top - density_log(t, mode + side * middle) > DEEP)
            far = middle;
        else
            near = middle;
    }
    return far;
}

struct moments {
    double mean, variance, share, spread;
};

/* Moments on a grid; `sum` (or NULL) gets the distribution function, low and step the grid. */
static struct moments tilted_integrate(const struct tilted *t, double *low, double *step, double *sum)
{
    double mode = mode_find(t), top = density_log(t, mode), left = reach_find(t, mode, -1);
    double all = 0, first = 0, second = 0, share = 0, spread = 0;
    *low = mode - left;
    *step = (left + reach_find(t, mode, 1)) / (GRID - 1);
    for (int k = 0; k < GRID; k++) {
        double x = *low + k * *step, mass = exp(density_log(t, x) - top);
        all += mass;
        first += mass * (x - mode);
        second += mass * (x - mode) * (x - mode);
        share += mass * logistic(x);
        spread += mass * sqrt(logistic(x) * logistic(-x));
        if (sum) sum[k] = all;
    }
    for (int k = 0; sum && k < GRID; k++) sum[k] /= all;
    first /= all;
    return (struct moments){mode + first, second / all - first * first, share / all, spread / all};
}

/* Lower factor of a symmetric positive definite matrix. */
static void cholesky(int n, matrix a, matrix lower)
{
    memset(lower, 0, sizeof(matrix));
    for (int i = 0; i < n; i++)
        for (int j = 0; j <= i; j++) {
            double s = a[i][j];
            for (int k = 0; k < j; k++) s -= lower[i][k] * lower[j][k];
            lower[i][j] = i == j ? sqrt(fmax(s, 1e-12)) : s / lower[j][j];
        }
}

/* Covariance and mean of prior times sites. With w = sqrt(tau): S - S w (1 + w S w)^-1 w S, which needs no
 * inverse of S. */
static void posterior_make(int n, matrix prior, const double *mu, const struct site *site, matrix covariance,
                           double *mean)
{
    matrix b, lower, half = {{0}};
    for (int i = 0; i < n; i++)
        for (int j = 0; j < n; j++) b[i][j] = (i == j) + sqrt(site[i].tau) * prior[i][j] * sqrt(site[j].tau);
    cholesky(n, b, lower);
    for (int c = 0; c < n; c++) /* half = lower^-1 w S */
        for (int i = 0; i < n; i++) {
            double s = sqrt(site[i].tau) * prior[i][c];
            for (int k = 0; k < i; k++) s -= lower[i][k] * half[k][c];
            half[i][c] = s / lower[i][i];
        }
    for (int i = 0; i < n; i++)
        for (int j = 0; j < n; j++) {
            covariance[i][j] = prior[i][j];
            for (int k = 0; k < n; k++) covariance[i][j] -= half[k][i] * half[k][j];
        }
    for (int i = 0; i < n; i++) { /* mu + covariance (nu - tau mu) */
        mean[i] = mu[i];
        for (int j = 0; j < n; j++) mean[i] += covariance[i][j] * (site[j].nu - site[j].tau * mu[j]);
    }
}

/* What the other strata leave of stratum h, times its own labels. */
static struct tilted tilted_of(const struct site *site, double mean, double variance)
{
    double precision = fmax(1 / variance - site->tau, 1e-6);
    return (struct tilted){(mean / variance - site->nu) / precision, precision, site->yes, site->no};
}

static void prior_make(const struct lac_link_share *share, int n, matrix prior, double *mu)
{
    double x[BINS], labels = 0;
    for (int h = 0; h < n; h++) labels += share[h].labels;
    for (int h = 0; h < n; h++) {
        double p = fmin(fmax(share[h].model, LEAST), 1 - LEAST);
        x[h] = log(p / (1 - p));
        mu[h] = x[h] + LAC_LINK_SHARE_SD * LAC_LINK_SHARE_SD * (p - 0.5);
    }
    for (int i = 0; i < n; i++)
        for (int j = 0; j < n; j++) {
            double scale = labels > 0 && x[i] > 0 && x[j] > 0
                               ? LAC_LINK_SHARE_SLOPE * LAC_LINK_SHARE_SLOPE * x[i] * x[j]
                               : 0;
            prior[i][j] = LAC_LINK_SHARE_SD * LAC_LINK_SHARE_SD * pow(LAC_LINK_SHARE_TIE, abs(i - j)) + scale;
        }
}

/* Labels of a stratum judged in part: the judged part is known, so they count for more. */
static struct site site_of(const struct lac_link_share *share)
{
    double open = fmax(1 - share->labels / fmax(share->pairs, 1), CLOSED);
    return (struct site){share->matches / open, (share->labels - share->matches) / open, 0, 0};
}

void lac_link_shares_solve(const struct lac_link_share *share, int count, struct lac_link_shares *s)
{
    matrix prior, covariance;
    double mu[BINS], most = 1, unused[2];
    struct site site[BINS];
    memset(s, 0, sizeof *s);
    s->count = count;
    prior_make(share, count, prior, mu);
    for (int h = 0; h < count; h++) site[h] = site_of(&share[h]);
    posterior_make(count, prior, mu, site, covariance, s->mean);
    for (int sweep = 0; sweep < SWEEPS && most > SETTLED; sweep++) {
        most = 0;
        for (int h = 0; h < count; h++) {
            if (site[h].yes + site[h].no <= 0) continue;
            double before = s->mean[h];
            struct tilted t = tilted_of(&site[h], s->mean[h], covariance[h][h]);
            struct moments m = tilted_integrate(&t, &unused[0], &unused[1], NULL);
            site[h].tau = fmax(1 / m.variance - t.precision, 1e-10);
            site[h].nu = m.mean / m.variance - t.mean * t.precision;
            posterior_make(count, prior, mu, site, covariance, s->mean);
            most = fmax(most, fabs(s->mean[h] - before));
        }
    }
    for (int h = 0; h < count; h++) {
        struct tilted t = tilted_of(&site[h], s->mean[h], covariance[h][h]);
        struct moments m = tilted_integrate(&t, &s->low[h], &s->step[h], s->sum[h]);
        s->share[h] = m.share;
        s->spread[h] = m.spread;
        s->sd[h] = sqrt(covariance[h][h]);
    }
    cholesky(count, covariance, s->factor);
}

void lac_link_shares_mean(const struct lac_link_shares *shares, double *q)
{
    memcpy(q, shares->share, (size_t)shares->count * sizeof *q);
}

/* Point of a stratum's distribution below which `below` lies. */
static double quantile(const struct lac_link_shares *s, int h, double below)
{
    int low = 0, high = GRID - 1;
    while (low < high) {
        int middle = (low + high) / 2;
        if (s->sum[h][middle] < below)
            low = middle + 1;
        else
            high = middle;
    }
    double before = low ? s->sum[h][low - 1] : 0, width = s->sum[h][low] - before;
    double part =
        width > 0 ? (below - before) / width : 0.5; /* the mass of a point lies half a step around it */
    return s->low[h] + (low - 0.5 + part) * s->step[h];
}

void lac_link_shares_draw(const struct lac_link_shares *shares, struct lac_random *random, double *q)
{
    double z[BINS];
    for (int h = 0; h < shares->count; h++) z[h] = lac_random_normal(random);
    for (int h = 0; h < shares->count; h++) {
        double x = 0;
        for (int k = 0; k <= h; k++) x += shares->factor[h][k] * z[k];
        q[h] = logistic(quantile(shares, h, 0.5 * erfc(-x / shares->sd[h] * M_SQRT1_2)));
    }
}
