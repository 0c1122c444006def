/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "regression.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cholesky.h"
#include "history.h"

#define P LAC_REGRESSION_COLUMNS
#define STEPS_MAX 100
#define HALVINGS_MAX 12
#define ETA_MAX 50.0

struct work {
    const struct lac_regression *of;
    double *mean, *weight;                     /* rows */
    double hessian[P][LAC_CHOLESKY_STRIDE(P)]; /* then its Cholesky factor */
    double gradient[P], step[P];
};

/* X' diag(weight) X, upper triangle, factored in place. False when columns are dependent. */
static bool factor(struct work *work, const double *weight)
{
    int p = work->of->columns;
    double(*h)[LAC_CHOLESKY_STRIDE(P)] = work->hessian;

    memset(h, 0, sizeof work->hessian);
    for (size_t r = 0; r < work->of->rows; r++) {
        const double *x = work->of->x + r * (size_t)p;

        for (int i = 0; i < p; i++) {
            for (int j = i; j < p; j++) h[i][j] += weight[r] * x[i] * x[j];
        }
    }
    return lac_cholesky_factor(h[0], p, LAC_CHOLESKY_STRIDE(P));
}

static void solve(const struct work *work, double *x)
{
    lac_cholesky_solve(work->hessian[0], work->of->columns, LAC_CHOLESKY_STRIDE(P), x);
}

/* out = X' v */
static void project(const struct work *work, const double *v, double *out)
{
    int p = work->of->columns;

    memset(out, 0, P * sizeof *out);
    for (size_t r = 0; r < work->of->rows; r++) {
        for (int i = 0; i < p; i++) out[i] += v[r] * work->of->x[r * (size_t)p + (size_t)i];
    }
}

/* Means at beta; returns the log-likelihood without its constant, NaN when an eta is out of bounds. */
static double evaluate(struct work *work, const double *beta)
{
    int p = work->of->columns;
    double likelihood = 0.0;

    for (size_t r = 0; r < work->of->rows; r++) {
        double eta = 0.0;

        for (int i = 0; i < p; i++) eta += beta[i] * work->of->x[r * (size_t)p + (size_t)i];
        if (!(eta <= ETA_MAX)) return (double)NAN;
        work->mean[r] = exp(eta);
        likelihood += work->of->y[r] * eta - work->mean[r];
    }
    return likelihood;
}

static bool start(struct work *work, double *beta)
{
    double sum = 0.0, c;

    for (size_t r = 0; r < work->of->rows; r++) sum += work->of->y[r];
    c = fmax(0.001, 0.5 * fmin(1.0, sum / (double)work->of->rows));
    for (size_t r = 0; r < work->of->rows; r++) {
        work->weight[r] = work->of->y[r] + c;
        work->mean[r] = work->weight[r] * log(work->weight[r]);
    }
    if (!factor(work, work->weight)) return false;
    project(work, work->mean, beta);
    solve(work, beta);
    return true;
}

static double direction(struct work *work)
{
    double decrement = 0.0;

    for (size_t r = 0; r < work->of->rows; r++) work->weight[r] = work->of->y[r] - work->mean[r];
    project(work, work->weight, work->gradient);
    if (!factor(work, work->mean)) return (double)NAN;
    memcpy(work->step, work->gradient, sizeof work->step);
    solve(work, work->step);
    for (int i = 0; i < work->of->columns; i++) decrement += work->gradient[i] * work->step[i];
    return decrement;
}

static bool advance(struct work *work, double *beta, double *likelihood)
{
    double length = 1.0, trial[P] = {0};

    for (int h = 0; h <= HALVINGS_MAX; h++, length *= 0.5) {
        double at;

        for (int i = 0; i < work->of->columns; i++) trial[i] = beta[i] + length * work->step[i];
        at = evaluate(work, trial);
        if (at >= *likelihood - 1e-9 * fabs(*likelihood)) {
            memcpy(beta, trial, sizeof trial);
            *likelihood = at;
            return true;
        }
    }
    return false;
}

static enum lac_fit_status newton(struct work *work, struct lac_regression_fit *fit)
{
    double likelihood = evaluate(work, fit->beta);

    if (isnan(likelihood)) {
        memset(fit->beta, 0, sizeof fit->beta);
        likelihood = evaluate(work, fit->beta);
    }
    for (fit->iterations = 0; fit->iterations < STEPS_MAX; fit->iterations++) {
        double decrement = direction(work);

        if (isnan(decrement)) return fit->iterations < 2 ? LAC_FIT_NOT_IDENTIFIABLE : LAC_FIT_INFINITE;
        if (!advance(work, fit->beta, &likelihood)) return decrement < 1e-9 ? LAC_FIT_OK : LAC_FIT_FAILED;
        if (decrement < 1e-9) return LAC_FIT_OK;
    }
    return LAC_FIT_INFINITE;
}

static void summarise(struct work *work, struct lac_regression_fit *fit)
{
    int p = work->of->columns;

    fit->log_likelihood = evaluate(work, fit->beta);
    fit->deviance = 0.0;
    for (size_t r = 0; r < work->of->rows; r++) {
        double y = work->of->y[r];

        fit->log_likelihood -= lac_estimate_log_gamma(y + 1.0);
        fit->deviance += 2.0 * ((y > 0.0 ? y * log(y / work->mean[r]) : 0.0) - (y - work->mean[r]));
    }
    if (!factor(work, work->mean)) {
        fit->status = LAC_FIT_INFINITE;
        return;
    }
    for (int i = 0; i < p; i++) {
        fit->covariance[i][i] = 1.0;
        solve(work, fit->covariance[i]);
    }
}

enum lac_status lac_regression_fit(const struct lac_regression *regression, struct lac_regression_fit *fit,
                                   struct lac_error *err)
{
    struct work *work = calloc(1, sizeof *work);
    double *buffer = calloc(2 * regression->rows, sizeof *buffer);
    enum lac_status st = LAC_OK;

    memset(fit, 0, sizeof *fit);
    fit->status = LAC_FIT_FAILED;
    if (work == NULL || buffer == NULL) {
        st = lac_fail_memory(err, "a regression");
        goto cleanup;
    }
    *work = (struct work){.of = regression, .mean = buffer, .weight = buffer + regression->rows};
    fit->status = start(work, fit->beta) ? newton(work, fit) : LAC_FIT_NOT_IDENTIFIABLE;
    if (fit->status == LAC_FIT_OK) summarise(work, fit);
cleanup:
    free(buffer);
    free(work);
    return st;
}
