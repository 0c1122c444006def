/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fit.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "history.h"

#define STEPS_MAX 60
#define HALVINGS_MAX 12
#define ETA_MAX 50.0
#define PIVOT_MIN 1e-12
#define PARAMETERS_MAX (LAC_ESTIMATE_TERMS_MAX + 1)

struct lac_fit_space {
    int lists;
    size_t cells;
    double *total;   /* Y(count) of the cells in the fit */
    double *mean;    /* mu */
    double *overlap; /* Y(mu) */
    double *scratch; /* eta; W log W; x mu */
    double *cross;   /* Y(x mu) */
    bool *removed;
    double *pairs; /* x_w = |w|(|w|-1)/2 */
    const double *offset;
    bool unseen_in; /* cell 0 is observed */
    uint16_t term[LAC_ESTIMATE_TERMS_MAX];
    int terms;
    bool heterogeneity;
    int parameters; /* of the fit: terms + heterogeneity */
    double theta[PARAMETERS_MAX], gradient[PARAMETERS_MAX], step[PARAMETERS_MAX], trial[PARAMETERS_MAX];
    double target[PARAMETERS_MAX]; /* t_s, and sum x_w n_w */
    double *hessian;               /* PARAMETERS_MAX^2, lower triangle, row major with stride `parameters` */
};

void lac_fit_space_free(struct lac_fit_space *space)
{
    if (space == NULL) return;
    free(space->total);
    free(space->removed);
    free(space->hessian);
    free(space);
}

struct lac_fit_space *lac_fit_space_new(int lists)
{
    struct lac_fit_space *space = calloc(1, sizeof *space);
    size_t cells = (size_t)1 << lists;

    if (space == NULL) return NULL;
    space->lists = lists;
    space->cells = cells;
    space->total = calloc(6 * cells, sizeof(double));
    space->removed = calloc(cells, sizeof(bool));
    space->hessian = calloc((size_t)PARAMETERS_MAX * PARAMETERS_MAX, sizeof(double));
    if (space->total == NULL || space->removed == NULL || space->hessian == NULL) {
        lac_fit_space_free(space);
        return NULL;
    }
    space->mean = space->total + cells;
    space->overlap = space->total + 2 * cells;
    space->scratch = space->total + 3 * cells;
    space->cross = space->total + 4 * cells;
    space->pairs = space->total + 5 * cells;
    for (size_t w = 0; w < cells; w++) {
        int size = __builtin_popcount((unsigned)w);

        space->pairs[w] = 0.5 * size * (size - 1);
    }
    return space;
}

int lac_fit_space_lists(const struct lac_fit_space *space)
{
    return space->lists;
}

/* --- linear algebra: lower Cholesky in place, small and dense
 * ---------------------------------------------------- */

/* False when a pivot falls below PIVOT_MIN of its original diagonal: the columns are dependent. */
static bool cholesky(double *a, int p)
{
    for (int j = 0; j < p; j++) {
        double *row = a + j * p;
        double pivot = row[j];
        double diagonal = pivot;

        for (int k = 0; k < j; k++) pivot -= row[k] * row[k];
        if (!(pivot > PIVOT_MIN * diagonal)) return false;
        pivot = sqrt(pivot);
        row[j] = pivot;
        for (int i = j + 1; i < p; i++) {
            double *other = a + i * p;
            double sum = other[j];

            for (int k = 0; k < j; k++) sum -= other[k] * row[k];
            other[j] = sum / pivot;
        }
    }
    return true;
}

static void solve(const double *a, int p, double *x)
{
    for (int i = 0; i < p; i++) {
        for (int k = 0; k < i; k++) x[i] -= a[i * p + k] * x[k];
        x[i] /= a[i * p + i];
    }
    for (int i = p - 1; i >= 0; i--) {
        for (int k = i + 1; k < p; k++) x[i] -= a[k * p + i] * x[k];
        x[i] /= a[i * p + i];
    }
}

/* --- the design after empty overlaps
 * -------------------------------------------------------------------------- */

static void remove_cells(struct lac_fit_space *space, const double *count,
                         const struct lac_fit_options *options)
{
    for (size_t w = 0; w < space->cells; w++) {
        space->removed[w] = options->drop != NULL && options->drop[w];
        space->total[w] = space->removed[w] ? 0.0 : count[w];
    }
    space->unseen_in = options->with_unseen;
    space->total[0] = options->with_unseen ? options->unseen : 0.0;
    space->removed[0] = false;
    lac_estimate_superset_transform(space->lists, space->total);
}

/* Keeps the terms whose overlap is not empty and removes the cells of the others. Returns how many went. */
static int remove_empty(struct lac_fit_space *space, const struct lac_estimate_model *model)
{
    int empty = 0;

    space->terms = 0;
    for (int i = 0; i < model->terms; i++) {
        unsigned s = model->term[i];

        if (s == 0 || space->total[s] > 0.0) {
            space->term[space->terms++] = (uint16_t)s;
            continue;
        }
        empty++;
        for (size_t w = 0; w < space->cells; w++) {
            if ((w & s) == s) space->removed[w] = true;
        }
    }
    space->heterogeneity = model->heterogeneity;
    space->parameters = space->terms + (model->heterogeneity ? 1 : 0);
    return empty;
}

static void set_targets(struct lac_fit_space *space, const double *count)
{
    for (int i = 0; i < space->terms; i++) space->target[i] = space->total[space->term[i]];
    if (!space->heterogeneity) return;
    space->target[space->terms] = 0.0;
    for (size_t w = 1; w < space->cells; w++) {
        if (!space->removed[w]) space->target[space->terms] += space->pairs[w] * count[w];
    }
}

/* --- one point of the likelihood
 * ------------------------------------------------------------------------------- */

/* Weight matrix from Y(weights) in space->overlap; with heterogeneity its border from Y(x weights). */
static void fill_hessian(struct lac_fit_space *space, const double *weight)
{
    int p = space->parameters, q = space->terms;
    double *h = space->hessian, corner = 0.0;

    for (int i = 0; i < q; i++) {
        unsigned s = space->term[i];

        for (int j = 0; j <= i; j++) h[i * p + j] = space->overlap[s | space->term[j]];
    }
    if (!space->heterogeneity) return;
    for (size_t w = 0; w < space->cells; w++) {
        space->cross[w] = space->pairs[w] * weight[w];
        corner += space->pairs[w] * space->cross[w];
    }
    lac_estimate_superset_transform(space->lists, space->cross);
    for (int j = 0; j < q; j++) h[q * p + j] = space->cross[space->term[j]];
    h[q * p + q] = corner;
}

/* Weighted least squares of log counts at mu = n + c. */
static bool start(struct lac_fit_space *space, const double *count, double n)
{
    double share = n / (double)(space->cells - 1);
    double c = fmax(0.001, 0.5 * fmin(1.0, share));
    double *weight = space->mean, *a = space->scratch;
    int p = space->parameters;

    for (size_t w = 0; w < space->cells; w++) {
        bool in = w == 0 ? space->unseen_in : !space->removed[w];
        double observed = w == 0 ? space->total[0] - n : count[w];

        weight[w] = in ? observed + c : 0.0;
        a[w] = in ? weight[w] * (log(weight[w]) - (space->offset != NULL ? space->offset[w] : 0.0)) : 0.0;
    }
    memcpy(space->overlap, weight, space->cells * sizeof *weight);
    lac_estimate_superset_transform(space->lists, space->overlap);
    fill_hessian(space, weight);
    if (space->heterogeneity) {
        space->theta[p - 1] = 0.0;
        for (size_t w = 0; w < space->cells; w++) space->theta[p - 1] += space->pairs[w] * a[w];
    }
    lac_estimate_superset_transform(space->lists, a);
    for (int i = 0; i < space->terms; i++) space->theta[i] = a[space->term[i]];
    if (!cholesky(space->hessian, p)) return false;
    solve(space->hessian, p, space->theta);
    return true;
}

/* mu, Y(mu) and the log-likelihood without its constant at `theta`; NaN when an eta exceeds the bound. */
static double evaluate(struct lac_fit_space *space, const double *theta)
{
    double *eta = space->scratch, likelihood = 0.0;

    memset(eta, 0, space->cells * sizeof *eta);
    for (int i = 0; i < space->terms; i++) eta[space->term[i]] = theta[i];
    lac_estimate_subset_transform(space->lists, eta);
    for (size_t w = 0; w < space->cells; w++) {
        bool in = w == 0 ? space->unseen_in : !space->removed[w];

        if (space->heterogeneity) eta[w] += theta[space->terms] * space->pairs[w];
        if (space->offset != NULL) eta[w] += space->offset[w];
        if (in && !(eta[w] <= ETA_MAX)) return (double)NAN;
        space->mean[w] = in ? exp(eta[w]) : 0.0;
    }
    memcpy(space->overlap, space->mean, space->cells * sizeof *eta);
    lac_estimate_superset_transform(space->lists, space->overlap);
    for (int i = 0; i < space->parameters; i++) likelihood += theta[i] * space->target[i];
    return likelihood - space->overlap[0];
}

static void set_gradient(struct lac_fit_space *space)
{
    for (int i = 0; i < space->terms; i++)
        space->gradient[i] = space->target[i] - space->overlap[space->term[i]];
    if (!space->heterogeneity) return;
    space->gradient[space->terms] = space->target[space->terms];
    for (size_t w = 0; w < space->cells; w++)
        space->gradient[space->terms] -= space->pairs[w] * space->mean[w];
}

/* Newton direction into space->step; returns the decrement, or NaN when the Hessian is singular. */
static double direction(struct lac_fit_space *space)
{
    double decrement = 0.0;

    set_gradient(space);
    fill_hessian(space, space->mean);
    if (!cholesky(space->hessian, space->parameters)) return (double)NAN;
    memcpy(space->step, space->gradient, sizeof(double) * (size_t)space->parameters);
    solve(space->hessian, space->parameters, space->step);
    for (int i = 0; i < space->parameters; i++) decrement += space->gradient[i] * space->step[i];
    return decrement;
}

/* Full step, halved until the likelihood does not fall. False when none is acceptable. */
static bool advance(struct lac_fit_space *space, double *likelihood)
{
    double length = 1.0;

    for (int h = 0; h <= HALVINGS_MAX; h++, length *= 0.5) {
        double at;

        for (int i = 0; i < space->parameters; i++)
            space->trial[i] = space->theta[i] + length * space->step[i];
        at = evaluate(space, space->trial);
        if (at >= *likelihood - 1e-9 * fabs(*likelihood)) {
            memcpy(space->theta, space->trial, sizeof(double) * (size_t)space->parameters);
            *likelihood = at;
            return true;
        }
    }
    return false;
}

static enum lac_fit_status newton(struct lac_fit_space *space, struct lac_fit *fit)
{
    double likelihood = evaluate(space, space->theta);

    if (isnan(likelihood)) { /* a start out of bounds: constant means instead */
        memset(space->theta, 0, sizeof(double) * (size_t)space->parameters);
        likelihood = evaluate(space, space->theta);
    }
    for (fit->iterations = 0; fit->iterations < STEPS_MAX; fit->iterations++) {
        double decrement = direction(space);
        bool last = decrement < 1e-9;

        if (isnan(decrement)) return fit->iterations < 2 ? LAC_FIT_NOT_IDENTIFIABLE : LAC_FIT_INFINITE;
        if (!advance(space, &likelihood)) return last ? LAC_FIT_OK : LAC_FIT_FAILED;
        if (last) return LAC_FIT_OK; /* that was the step more which brings N0 to rounding */
    }
    return LAC_FIT_INFINITE;
}

/* --- results
 * ------------------------------------------------------------------------------------------------- */

static void summarise(struct lac_fit_space *space, const double *count, struct lac_fit *fit)
{
    double constant = 0.0, deviance = 0.0, inner = 0.0;
    double e0[PARAMETERS_MAX] = {0};

    fit->smallest = (double)INFINITY;
    for (size_t w = 1; w < space->cells; w++) {
        if (space->removed[w]) continue;
        fit->smallest = fmin(fit->smallest, space->mean[w]);
        constant += lgamma(count[w] + 1.0);
        deviance += count[w] > 0.0 ? count[w] * log(count[w] / space->mean[w]) : 0.0;
        deviance -= count[w] - space->mean[w];
        inner += count[w] * log(space->mean[w]) - space->mean[w];
    }
    fit->log_likelihood = inner - constant;
    fit->deviance = 2.0 * deviance;
    fit->aic = 2.0 * fit->parameters - 2.0 * fit->log_likelihood;
    fit->bic = fit->parameters * log(fit->n) - 2.0 * fit->log_likelihood;
    fit->theta0 = space->theta[0];
    fit->unseen = exp(fit->theta0);
    fit->estimate = fit->n + fit->unseen;
    if (isnan(direction(space))) { /* Hessian at the optimum */
        fit->status = LAC_FIT_INFINITE;
        return;
    }
    e0[0] = 1.0;
    solve(space->hessian, space->parameters, e0);
    fit->v00 = e0[0];
    fit->se = sqrt(fit->unseen + fit->unseen * fit->unseen * fit->v00);
    space->mean[0] = fit->unseen;
}

void lac_estimate_fit(struct lac_fit_space *space, const double *count,
                      const struct lac_estimate_model *model, const struct lac_fit_options *options,
                      struct lac_fit *fit)
{
    static const struct lac_fit_options ordinary = {0};

    if (options == NULL) options = &ordinary;
    *fit = (struct lac_fit){.estimate = (double)NAN,
                            .se = (double)NAN,
                            .unseen = (double)NAN,
                            .aic = (double)NAN,
                            .bic = (double)NAN,
                            .deviance = (double)NAN,
                            .log_likelihood = (double)NAN,
                            .theta0 = (double)NAN,
                            .v00 = (double)NAN,
                            .smallest = (double)NAN};
    space->offset = options->offset;
    remove_cells(space, count, options);
    fit->n = space->total[0] - (options->with_unseen ? options->unseen : 0.0);
    fit->empty = remove_empty(space, model);
    fit->parameters = model->terms + (model->heterogeneity ? 1 : 0);
    set_targets(space, count);
    if (!(fit->n > 0.0)) {
        fit->status = LAC_FIT_FAILED;
        return;
    }
    if (!start(space, count, fit->n)) {
        fit->status = LAC_FIT_NOT_IDENTIFIABLE;
        return;
    }
    fit->status = newton(space, fit);
    if (fit->status != LAC_FIT_OK) return;
    summarise(space, count, fit);
    /* the bound on theta_0 is for tables of up to a million persons and moves with larger ones */
    if (!options->with_unseen && (fit->theta0 > 25.0 + fmax(0.0, log(fit->n / 1e6)) || fit->v00 > 1e4))
        fit->status = LAC_FIT_INFINITE;
}

const double *lac_fit_means(const struct lac_fit_space *space)
{
    return space->mean;
}

const bool *lac_fit_removed(const struct lac_fit_space *space)
{
    return space->removed;
}

int lac_fit_terms(const struct lac_fit_space *space, const uint16_t **term, const double **theta)
{
    *term = space->term;
    *theta = space->theta;
    return space->terms;
}
