/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "logit.h"

#include <math.h>
#include <string.h>

#define ITERATIONS 60
#define CLOSE 1e-10

static double log1p_exp(double x)
{
    return x > 0 ? x + log1p(exp(-x)) : log1p(exp(x));
}

static double predictor(const struct lac_reconcile_case *item, const double *beta)
{
    double eta = 0;

    for (size_t i = 0; i < item->ones; i++) eta += beta[item->one[i]];
    return eta;
}

/* Minus the log posterior, constants left out. */
static double objective(const struct lac_reconcile_case *item, size_t n, const double *beta, size_t p)
{
    double sum = 0;

    for (size_t i = 0; i < n; i++) {
        double eta = predictor(&item[i], beta);

        sum += item[i].yes * log1p_exp(-eta) + item[i].no * log1p_exp(eta);
    }
    for (size_t j = 0; j < p; j++) sum += beta[j] * beta[j] / (2 * LAC_RECONCILE_PRIOR * LAC_RECONCILE_PRIOR);
    return sum;
}

static void derivatives(const struct lac_reconcile_case *item, size_t n, const double *beta, size_t p,
                        double *gradient, double *precision)
{
    const double prior = 1 / (LAC_RECONCILE_PRIOR * LAC_RECONCILE_PRIOR);

    memset(precision, 0, p * p * sizeof *precision);
    for (size_t j = 0; j < p; j++) {
        gradient[j] = prior * beta[j];
        precision[j * p + j] = prior;
    }
    for (size_t i = 0; i < n; i++) {
        const struct lac_reconcile_case *c = &item[i];
        double mean = 1 / (1 + exp(-predictor(c, beta))), cases = c->yes + c->no;
        double slope = cases * mean - c->yes, weight = cases * mean * (1 - mean);

        for (size_t a = 0; a < c->ones; a++) {
            gradient[c->one[a]] += slope;
            for (size_t b = 0; b < c->ones; b++) precision[c->one[a] * p + c->one[b]] += weight;
        }
    }
}

/* In place, lower triangle. The prior makes the matrix positive definite. */
static void cholesky(double *a, size_t p)
{
    for (size_t j = 0; j < p; j++) {
        for (size_t k = 0; k < j; k++) {
            for (size_t i = j; i < p; i++) a[i * p + j] -= a[i * p + k] * a[j * p + k];
        }
        double root = sqrt(a[j * p + j]);
        for (size_t i = j; i < p; i++) a[i * p + j] /= root;
    }
}

static void solve_lower(const double *lower, size_t p, double *x)
{
    for (size_t i = 0; i < p; i++) {
        for (size_t k = 0; k < i; k++) x[i] -= lower[i * p + k] * x[k];
        x[i] /= lower[i * p + i];
    }
}

static void solve_upper(const double *lower, size_t p, double *x)
{
    for (size_t i = p; i-- > 0;) {
        for (size_t k = i + 1; k < p; k++) x[i] -= lower[k * p + i] * x[k];
        x[i] /= lower[i * p + i];
    }
}

enum lac_status lac_reconcile_logit_fit(const struct lac_reconcile_case *item, size_t n, size_t p,
                                        struct lac_arena *arena, struct lac_reconcile_logit *logit,
                                        struct lac_error *err)
{
    double *step = LAC_NEW(arena, double, p), *tried = LAC_NEW(arena, double, p), now;

    *logit = (struct lac_reconcile_logit){p, LAC_NEW(arena, double, p), LAC_NEW(arena, double, p *p)};
    if (step == NULL || tried == NULL || logit->mode == NULL || logit->lower == NULL)
        return lac_fail_memory(err, "a regression");
    now = objective(item, n, logit->mode, p);
    for (int i = 0; i < ITERATIONS; i++) {
        double share = 1, next = now;

        derivatives(item, n, logit->mode, p, step, logit->lower);
        cholesky(logit->lower, p);
        solve_lower(logit->lower, p, step);
        solve_upper(logit->lower, p, step);
        for (; share > CLOSE; share /= 2) {
            for (size_t j = 0; j < p; j++) tried[j] = logit->mode[j] - share * step[j];
            if ((next = objective(item, n, tried, p)) <= now) break;
        }
        if (!(next < now)) break;
        memcpy(logit->mode, tried, p * sizeof *tried);
        if (now - next < CLOSE * (1 + fabs(now))) break;
        now = next;
    }
    derivatives(item, n, logit->mode, p, step, logit->lower);
    cholesky(logit->lower, p);
    return LAC_OK;
}

void lac_reconcile_logit_draw(const struct lac_reconcile_logit *logit, struct lac_random *random,
                              double *beta)
{
    for (size_t j = 0; j < logit->p; j++) beta[j] = lac_random_normal(random);
    solve_upper(logit->lower, logit->p, beta);
    for (size_t j = 0; j < logit->p; j++) beta[j] += logit->mode[j];
}
