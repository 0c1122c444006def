/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fit.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cholesky.h"
#include "history.h"

#define STEPS_MAX 60
#define HALVINGS_MAX 12
#define ETA_MAX 50.0
#define PARAMETERS_MAX (LAC_ESTIMATE_TERMS_MAX + 1)

struct lac_fit_space {
    int lists;
    size_t cells;
    double *buffer; /* owns the arrays of doubles by cell */
    /* of the table loaded last; kept, because searches fit many models to one table */
    double *count;
    double *overlap_of; /* Y(count) */
    double *weight;     /* W = count + c of the start, and W log W */
    double *weight_log;
    double *log_factorial; /* log count! */
    double *count_log;     /* count log count */
    double lift;           /* c */
    bool loaded;
    /* of the fit */
    double *total;   /* Y(count) of the cells in the fit */
    double *mean;    /* mu */
    double *overlap; /* Y(mu) */
    double *scratch; /* eta; W log W; x mu */
    double *cross;   /* Y(x mu) */
    double *pairs;   /* x_w = |w|(|w|-1)/2 */
    bool *removed;
    uint16_t *cell; /* the cells in the fit */
    size_t cells_in;
    const double *offset;
    bool unseen_in; /* cell 0 is observed, with ... */
    double unseen;  /* ... this count; else 0 */
    uint16_t term[LAC_ESTIMATE_TERMS_MAX];
    int terms;
    bool heterogeneity;
    int parameters; /* of the fit: terms + heterogeneity */
    double theta[PARAMETERS_MAX], step[PARAMETERS_MAX], trial[PARAMETERS_MAX];
    double target[PARAMETERS_MAX]; /* t_s, and sum x_w n_w */
    double *hessian;               /* system of cholesky.h */
    int stride;                    /* of its rows */
};

void lac_fit_space_free(struct lac_fit_space *space)
{
    if (space == NULL) return;
    free(space->buffer);
    free(space->removed);
    free(space->cell);
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
    space->buffer = calloc(12 * cells, sizeof(double));
    space->removed = calloc(cells, sizeof(bool));
    space->cell = calloc(cells, sizeof *space->cell);
    space->hessian = calloc((size_t)PARAMETERS_MAX * LAC_CHOLESKY_STRIDE(PARAMETERS_MAX), sizeof(double));
    if (space->buffer == NULL || space->removed == NULL || space->cell == NULL || space->hessian == NULL) {
        lac_fit_space_free(space);
        return NULL;
    }
    double **const part[] = {&space->count,         &space->overlap_of, &space->weight, &space->weight_log,
                             &space->log_factorial, &space->count_log,  &space->total,  &space->mean,
                             &space->overlap,       &space->scratch,    &space->cross,  &space->pairs};
    for (size_t i = 0; i < sizeof part / sizeof *part; i++) *part[i] = space->buffer + i * cells;
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

/* The transforms of history.h; with the number of lists known, the compiler unrolls them. */
static inline void superset(const struct lac_fit_space *space, double *a)
{
    switch (space->lists) {
    case 3:
        lac_estimate_superset_transform_of(3, a);
        break;
    case 4:
        lac_estimate_superset_transform_of(4, a);
        break;
    case 5:
        lac_estimate_superset_transform_of(5, a);
        break;
    case 6:
        lac_estimate_superset_transform_of(6, a);
        break;
    default:
        lac_estimate_superset_transform_of(space->lists, a);
    }
}

static inline void subset(const struct lac_fit_space *space, double *a)
{
    switch (space->lists) {
    case 3:
        lac_estimate_subset_transform_of(3, a);
        break;
    case 4:
        lac_estimate_subset_transform_of(4, a);
        break;
    case 5:
        lac_estimate_subset_transform_of(5, a);
        break;
    case 6:
        lac_estimate_subset_transform_of(6, a);
        break;
    default:
        lac_estimate_subset_transform_of(space->lists, a);
    }
}

/* --- table and design ----------------------------------------------------------------------------------- */

/* What depends on the table alone. */
static void load(struct lac_fit_space *space, const double *count)
{
    size_t size = (space->cells - 1) * sizeof *count;
    double n, c;

    if (space->loaded && memcmp(space->count + 1, count + 1, size) == 0) return;
    memcpy(space->count + 1, count + 1, size);
    memcpy(space->overlap_of, space->count, space->cells * sizeof *count);
    superset(space, space->overlap_of);
    n = space->overlap_of[0];
    c = space->lift = fmax(0.001, 0.5 * fmin(1.0, n / (double)(space->cells - 1)));
    for (size_t w = 1; w < space->cells; w++) {
        double x = count[w];

        space->weight[w] = x + c;
        space->weight_log[w] = (x + c) * log(x + c);
        space->log_factorial[w] = x > 1.0 ? lac_estimate_log_gamma(x + 1.0) : 0.0;
        space->count_log[w] = x > 0.0 ? x * log(x) : 0.0;
    }
    space->loaded = true;
}

static void remove_cells(struct lac_fit_space *space, const struct lac_fit_options *options)
{
    const double *count = space->count;

    memset(space->removed, 0, space->cells * sizeof *space->removed);
    space->unseen_in = options->with_unseen;
    if (options->drop == NULL) {
        memcpy(space->total, space->overlap_of, space->cells * sizeof *space->total);
    } else {
        for (size_t w = 1; w < space->cells; w++) {
            space->removed[w] = options->drop[w];
            space->total[w] = options->drop[w] ? 0.0 : count[w];
        }
        space->total[0] = 0.0;
        superset(space, space->total);
    }
    space->unseen = options->with_unseen ? options->unseen : 0.0;
    space->total[0] += space->unseen;
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
        for (size_t w = s; w < space->cells; w = (w + 1) | s) space->removed[w] = true;
    }
    space->heterogeneity = model->heterogeneity;
    space->parameters = space->terms + (model->heterogeneity ? 1 : 0);
    space->stride = LAC_CHOLESKY_STRIDE(space->parameters);
    space->cells_in = 0;
    for (size_t w = space->unseen_in ? 0 : 1; w < space->cells; w++) {
        if (!space->removed[w]) space->cell[space->cells_in++] = (uint16_t)w;
    }
    return empty;
}

static void set_targets(struct lac_fit_space *space)
{
    for (int i = 0; i < space->terms; i++) space->target[i] = space->total[space->term[i]];
    if (!space->heterogeneity) return;
    space->target[space->terms] = 0.0;
    for (size_t w = 1; w < space->cells; w++) {
        if (!space->removed[w]) space->target[space->terms] += space->pairs[w] * space->count[w];
    }
}

/* --- one point of the likelihood
 * ------------------------------------------------------------------------------- */

/* Weight matrix from Y(weights) in space->overlap; with heterogeneity its border from Y(x weights). */
static void fill_hessian(struct lac_fit_space *space, const double *weight)
{
    int q = space->terms, stride = space->stride;
    double corner = 0.0;

    for (int i = 0; i < q; i++) {
        unsigned s = space->term[i];
        double *row = space->hessian + i * stride;

        for (int j = i; j < q; j++) row[j] = space->overlap[s | space->term[j]];
    }
    if (!space->heterogeneity) return;
    for (size_t w = 0; w < space->cells; w++) {
        space->cross[w] = space->pairs[w] * weight[w];
        corner += space->pairs[w] * space->cross[w];
    }
    superset(space, space->cross);
    for (int j = 0; j < q; j++) space->hessian[j * stride + q] = space->cross[space->term[j]];
    space->hessian[q * stride + q] = corner;
}

/* Right-hand side of the system, beside row i. */
static double *right_of(struct lac_fit_space *space, int i)
{
    return space->hessian + i * space->stride + space->parameters;
}

/* Weighted least squares of log counts at mu = n + c. */
static bool start(struct lac_fit_space *space)
{
    double *weight = space->mean, *a = space->scratch;

    memset(weight, 0, space->cells * sizeof *weight);
    memset(a, 0, space->cells * sizeof *a);
    if (space->unseen_in) {
        space->weight[0] = space->unseen + space->lift;
        space->weight_log[0] = space->weight[0] * log(space->weight[0]);
    }
    for (size_t i = 0; i < space->cells_in; i++) {
        unsigned w = space->cell[i];

        weight[w] = space->weight[w];
        a[w] = space->weight_log[w];
        if (space->offset != NULL) a[w] -= weight[w] * space->offset[w];
    }
    memcpy(space->overlap, weight, space->cells * sizeof *weight);
    superset(space, space->overlap);
    fill_hessian(space, weight);
    if (space->heterogeneity) {
        double sum = 0.0;

        for (size_t w = 0; w < space->cells; w++) sum += space->pairs[w] * a[w];
        *right_of(space, space->terms) = sum;
    }
    superset(space, a);
    for (int i = 0; i < space->terms; i++) *right_of(space, i) = a[space->term[i]];
    if (!lac_cholesky_factor(space->hessian, space->parameters, space->stride)) return false;
    lac_cholesky_back(space->hessian, space->parameters, space->stride, space->theta);
    memset(space->mean, 0, space->cells * sizeof *space->mean);
    return true;
}

/* mu, Y(mu) and the log-likelihood without its constant at `theta`; NaN when an eta exceeds the bound. Means
 * of cells that are not in the fit stay 0. */
static double evaluate(struct lac_fit_space *space, const double *theta)
{
    double *eta = space->scratch, likelihood = 0.0;

    memset(eta, 0, space->cells * sizeof *eta);
    for (int i = 0; i < space->terms; i++) eta[space->term[i]] = theta[i];
    subset(space, eta);
    for (size_t i = 0; i < space->cells_in; i++) {
        unsigned w = space->cell[i];
        double x = eta[w];

        if (space->heterogeneity) x += theta[space->terms] * space->pairs[w];
        if (space->offset != NULL) x += space->offset[w];
        if (!(x <= ETA_MAX)) return (double)NAN;
        space->mean[w] = exp(x);
    }
    memcpy(space->overlap, space->mean, space->cells * sizeof *eta);
    superset(space, space->overlap);
    for (int i = 0; i < space->parameters; i++) likelihood += theta[i] * space->target[i];
    return likelihood - space->overlap[0];
}

static void set_gradient(struct lac_fit_space *space)
{
    double gradient;

    for (int i = 0; i < space->terms; i++)
        *right_of(space, i) = space->target[i] - space->overlap[space->term[i]];
    if (!space->heterogeneity) return;
    gradient = space->target[space->terms];
    for (size_t w = 0; w < space->cells; w++) gradient -= space->pairs[w] * space->mean[w];
    *right_of(space, space->terms) = gradient;
}

/* Newton direction into space->step; returns the decrement, or NaN when the Hessian is singular. */
static double direction(struct lac_fit_space *space)
{
    int p = space->parameters;

    set_gradient(space);
    fill_hessian(space, space->mean);
    if (!lac_cholesky_factor(space->hessian, p, space->stride)) return (double)NAN;
    lac_cholesky_back(space->hessian, p, space->stride, space->step);
    return lac_cholesky_norm(space->hessian, p, space->stride);
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

/* Leaves the log-likelihood without its constant in fit->log_likelihood. */
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
        if (!advance(space, &likelihood) && !last) return LAC_FIT_FAILED;
        fit->log_likelihood = likelihood;
        if (last) return LAC_FIT_OK; /* that was the step more which brings N0 to rounding */
    }
    return LAC_FIT_INFINITE;
}

/* --- results -------------------------------------------------------------------------------------------- */

/* Log-likelihood and deviance over the observable cells, from the value at the optimum and the table's
 * constants. */
static void sum_up(const struct lac_fit_space *space, struct lac_fit *fit)
{
    double constant = 0.0, saturated = 0.0, inner = fit->log_likelihood;

    fit->smallest = (double)INFINITY;
    if (space->unseen_in) inner -= space->unseen * space->theta[0] - space->mean[0];
    for (size_t i = space->unseen_in ? 1 : 0; i < space->cells_in; i++) {
        unsigned w = space->cell[i];

        if (space->mean[w] < fit->smallest) fit->smallest = space->mean[w];
        constant += space->log_factorial[w];
        saturated += space->count_log[w];
        if (space->offset != NULL) inner += space->count[w] * space->offset[w];
    }
    fit->log_likelihood = inner - constant;
    fit->deviance = fmax(0.0, 2.0 * (saturated - fit->n - inner));
    fit->aic = 2.0 * fit->parameters - 2.0 * fit->log_likelihood;
    fit->bic = fit->parameters * log(fit->n) - 2.0 * fit->log_likelihood;
}

static void summarise(struct lac_fit_space *space, struct lac_fit *fit)
{
    int p = space->parameters;

    sum_up(space, fit);
    fit->theta0 = space->theta[0];
    fit->unseen = exp(fit->theta0);
    fit->estimate = fit->n + fit->unseen;
    fill_hessian(space, space->mean);
    for (int i = 0; i < p; i++) *right_of(space, i) = i == 0 ? 1.0 : 0.0;
    if (!lac_cholesky_factor(space->hessian, p, space->stride)) {
        fit->status = LAC_FIT_INFINITE;
        return;
    }
    fit->v00 = lac_cholesky_norm(space->hessian, p, space->stride);
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
    load(space, count);
    remove_cells(space, options);
    fit->n = space->total[0] - space->unseen;
    fit->empty = remove_empty(space, model);
    fit->parameters = model->terms + (model->heterogeneity ? 1 : 0);
    set_targets(space);
    fit->status = LAC_FIT_FAILED;
    if (!(fit->n > 0.0)) return;
    fit->status = start(space) ? newton(space, fit) : LAC_FIT_NOT_IDENTIFIABLE;
    if (fit->status == LAC_FIT_OK) summarise(space, fit);
    if (fit->status != LAC_FIT_OK) return;
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
