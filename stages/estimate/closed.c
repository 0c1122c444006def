/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "closed.h"

#include <math.h>
#include <stdlib.h>

#include "interval.h"
#include "regression.h"

#define THETA_MAX 25.0
#define VARIANCE_MAX 1e4

enum shape { NONE, CHAO, POISSON, DARROCH, GAMMA };

/* What the columns of a model are made of. */
struct kind {
    bool by_list;      /* one column per list, else one for |w| */
    bool by_behaviour; /* mb, mbh */
    bool first_apart;  /* mbh */
    enum shape shape;
};
static const struct kind kinds[LAC_CLOSED_COUNT] = {
    [LAC_CLOSED_M0] = {0},
    [LAC_CLOSED_MT] = {.by_list = true},
    [LAC_CLOSED_MH_CHAO] = {.shape = CHAO},
    [LAC_CLOSED_MH_POISSON] = {.shape = POISSON},
    [LAC_CLOSED_MH_DARROCH] = {.shape = DARROCH},
    [LAC_CLOSED_MH_GAMMA] = {.shape = GAMMA},
    [LAC_CLOSED_MTH_CHAO] = {.by_list = true, .shape = CHAO},
    [LAC_CLOSED_MTH_POISSON] = {.by_list = true, .shape = POISSON},
    [LAC_CLOSED_MTH_DARROCH] = {.by_list = true, .shape = DARROCH},
    [LAC_CLOSED_MTH_GAMMA] = {.by_list = true, .shape = GAMMA},
    [LAC_CLOSED_MB] = {.by_behaviour = true},
    [LAC_CLOSED_MBH] = {.by_behaviour = true, .first_apart = true},
};

const char *lac_closed_name(enum lac_closed_model model)
{
    static const char *const names[LAC_CLOSED_COUNT] = {
#define LAC_CLOSED_NAME(constant, name) [LAC_CLOSED_##constant] = name,
        LAC_CLOSED_LIST(LAC_CLOSED_NAME)
#undef LAC_CLOSED_NAME
    };

    return names[model];
}

static double heterogeneity(enum shape shape, int k)
{
    switch (shape) {
    case POISSON:
        return exp2(k) - 1.0;
    case DARROCH:
        return 0.5 * k * k;
    case GAMMA:
        return log(3.5) - log(3.5 + k);
    default:
        return 0.0;
    }
}

/* One row of the design; eta[j] says whether Chao's column j is in. Returns the number of columns. */
static int fill_row(const struct kind *kind, int lists, unsigned w, const bool *eta, double *x)
{
    int k = __builtin_popcount(w), first = __builtin_ctz(w) + 1, p = 0;

    x[p++] = 1.0;
    if (kind->by_behaviour) {
        if (kind->first_apart) x[p++] = first > 1 ? 1.0 : 0.0;
        x[p++] = first - 1;
        x[p++] = k - 1;
        return p;
    }
    for (int i = 0; kind->by_list && i < lists; i++) x[p++] = w >> i & 1U ? 1.0 : 0.0;
    if (!kind->by_list) x[p++] = k;
    for (int j = 3; kind->shape == CHAO && j <= lists; j++) {
        if (eta[j]) x[p++] = k - j + 1 > 0 ? k - j + 1 : 0.0;
    }
    if (kind->shape != CHAO && kind->shape != NONE) x[p++] = heterogeneity(kind->shape, k);
    return p;
}

/* Chao's columns to start with: levels that someone reached. */
static void open_levels(const struct lac_estimate_history *history, bool *eta)
{
    for (int j = 0; j <= LAC_ESTIMATE_LISTS_MAX; j++) eta[j] = false;
    for (unsigned w = 1; w < 1U << history->lists; w++) {
        if (history->count[w] > 0.0) eta[__builtin_popcount(w)] = true;
    }
}

/* Takes out the first column whose eta is negative; false when there is none. */
static bool drop_negative(const struct kind *kind, int lists, const struct lac_regression_fit *fit, bool *eta)
{
    int column = kind->by_list ? 1 + lists : 2;

    for (int j = 3; kind->shape == CHAO && j <= lists; j++) {
        if (!eta[j]) continue;
        if (fit->beta[column++] < 0.0) {
            eta[j] = false;
            return true;
        }
    }
    return false;
}

struct closed_fit {
    bool eta[LAC_ESTIMATE_LISTS_MAX + 1]; /* Chao's columns that stayed */
    int columns;
    struct lac_regression_fit fit;
};

static enum lac_status fit_kind(const struct lac_estimate_history *history, const struct kind *kind,
                                struct closed_fit *closed, struct lac_error *err)
{
    bool *eta = closed->eta;
    struct lac_regression_fit *fit = &closed->fit;
    struct lac_regression regression;
    size_t rows = ((size_t)1 << history->lists) - 1;
    double *x = calloc(rows * LAC_REGRESSION_COLUMNS, sizeof *x);

    if (x == NULL) return lac_fail_memory(err, "a design");
    enum lac_status st;
    open_levels(history, eta);
    do {
        int p = 0;

        for (size_t r = 0; r < rows; r++)
            p = fill_row(kind, history->lists, (unsigned)r + 1, eta, x + r * (size_t)p);
        regression = (struct lac_regression){.rows = rows, .columns = p, .x = x, .y = history->count + 1};
        closed->columns = p;
        st = lac_regression_fit(&regression, fit, err);
    } while (st == LAC_OK && fit->status == LAC_FIT_OK && drop_negative(kind, history->lists, fit, eta));
    free(x);
    return st;
}

static double quadratic(const struct lac_regression_fit *fit, const double *g, int p)
{
    double sum = 0.0;

    for (int i = 0; i < p; i++) {
        for (int j = 0; j < p; j++) sum += g[i] * g[j] * fit->covariance[i][j];
    }
    return sum;
}

/* N and its variance under behavioural response: b1 for occasions before the first capture, b2 for those
 * after. */
static double behaviour(const struct lac_regression_fit *fit, int lists, double *variance)
{
    const double *b = fit->beta;
    double d = 1.0 + exp(b[2]) - exp(b[1]), e2 = exp(b[2]);

    if (!(d > 0.0)) return (double)INFINITY;
    double n = exp(b[0]) * pow(1.0 + e2, lists) / d;
    double g[3] = {n, n * exp(b[1]) / d, n * (lists * e2 / (1.0 + e2) - e2 / d)};
    *variance = quadratic(fit, g, 3) - n;
    return n;
}

/* The same with the first occasion apart (b1), b2 before and b3 after the first capture. */
static double behaviour_apart(const struct lac_regression_fit *fit, int lists, double *variance)
{
    const double *b = fit->beta;
    double e3 = exp(b[3]), d = 1.0 + e3 - exp(b[2]);

    if (!(d > 0.0)) return (double)INFINITY;
    double base = exp(b[0]) * pow(1.0 + e3, lists - 1), r = exp(b[1] + b[2]) / d;
    double g[4] = {base * (1.0 + r), base * r, base * (r + exp(b[1] + 2.0 * b[2]) / (d * d)),
                   base * ((lists - 1) * e3 * (1.0 + r) / (1.0 + e3) - exp(b[1] + b[2] + b[3]) / (d * d))};
    *variance = quadratic(fit, g, 4) - base * (1.0 + r);
    return base * (1.0 + r);
}

static void take_estimate(const struct lac_estimate_history *history, const struct kind *kind,
                          const struct lac_regression_fit *fit, double level, struct lac_simple *result)
{
    double unseen = exp(fit->beta[0]), variance = unseen + unseen * unseen * fit->covariance[0][0];
    struct lac_interval interval;

    if (kind->by_behaviour)
        unseen =
            (kind->first_apart ? behaviour_apart : behaviour)(fit, history->lists, &variance) - history->n;
    else if (fit->beta[0] > THETA_MAX || fit->covariance[0][0] > VARIANCE_MAX)
        unseen = (double)INFINITY;
    if (isinf(unseen)) {
        result->status = LAC_FIT_INFINITE;
        return;
    }
    result->estimate = history->n + unseen;
    if (!(variance >= 0.0)) return;
    result->se = sqrt(variance);
    if (!lac_interval_lognormal(history->n, unseen, result->se, level, &interval)) return;
    result->lower = interval.lower;
    result->upper = interval.upper;
}

enum lac_status lac_closed(const struct lac_estimate_history *history, enum lac_closed_model model,
                           double level, struct lac_simple *result, struct lac_error *err)
{
    struct closed_fit closed;
    enum lac_status st = fit_kind(history, &kinds[model], &closed, err);

    lac_simple_init(result);
    if (st) return st;
    result->status = closed.fit.status;
    result->parameters = closed.columns;
    if (closed.fit.status != LAC_FIT_OK) return LAC_OK;
    result->deviance = closed.fit.deviance;
    result->aic = 2.0 * closed.columns - 2.0 * closed.fit.log_likelihood;
    result->bic = closed.columns * log(history->n) - 2.0 * closed.fit.log_likelihood;
    take_estimate(history, &kinds[model], &closed.fit, level, result);
    return LAC_OK;
}

/* --- profile ------------------------------------------------------------------------------------------- */

/* The regression with one row more, for the unseen cell: its columns are 0 but for the intercept. */
struct profiled {
    const struct lac_estimate_history *history;
    struct lac_regression regression;
    double *x, *y;
    bool lost;
};

static bool profiled_at(void *context, double unseen, double *loglik, double *slope)
{
    struct profiled *profiled = context;
    const struct lac_regression *regression = &profiled->regression;
    struct lac_regression_fit fit;
    double n = profiled->history->n, total = n + unseen, sum = 0.0;
    size_t p = (size_t)regression->columns;

    profiled->y[0] = unseen;
    if (lac_regression_fit(regression, &fit, NULL)) {
        profiled->lost = true;
        return false;
    }
    if (fit.status != LAC_FIT_OK) return false;
    for (size_t r = 1; r < regression->rows; r++) {
        double eta = 0.0;

        for (size_t i = 0; i < p; i++) eta += fit.beta[i] * profiled->x[r * p + i];
        if (profiled->y[r] > 0.0) sum += profiled->y[r] * (eta - log(total));
    }
    lac_profile_terms(n, unseen, sum, fit.beta[0], loglik, slope);
    return true;
}

enum lac_status lac_closed_profile(const struct lac_estimate_history *history, enum lac_closed_model model,
                                   double level, struct lac_interval *interval, bool *ok,
                                   struct lac_error *err)
{
    size_t rows = (size_t)1 << history->lists;
    struct profiled profiled = {.history = history};
    struct closed_fit closed = {0};
    enum lac_status st = fit_kind(history, &kinds[model], &closed, err);

    *interval = (struct lac_interval){.lower = (double)NAN, .upper = (double)NAN, .estimate = (double)NAN};
    *ok = false;
    if (st || closed.fit.status != LAC_FIT_OK || closed.columns < 1 || kinds[model].by_behaviour) return st;
    profiled.x = calloc(rows * (size_t)closed.columns, sizeof *profiled.x);
    profiled.y = calloc(rows, sizeof *profiled.y);
    if (profiled.x == NULL || profiled.y == NULL) {
        st = lac_fail_memory(err, "a profile");
        goto cleanup;
    }
    profiled.x[0] = 1.0;
    for (size_t w = 1; w < rows; w++) {
        profiled.y[w] = history->count[w];
        (void)fill_row(&kinds[model], history->lists, (unsigned)w, closed.eta,
                       profiled.x + w * (size_t)closed.columns);
    }
    profiled.regression =
        (struct lac_regression){.rows = rows, .columns = closed.columns, .x = profiled.x, .y = profiled.y};
    const struct lac_profile_likelihood likelihood = {profiled_at, &profiled, history->n, closed.fit.beta[0]};
    st = lac_interval_profile_of(&likelihood, level, interval, ok, err);
    if (!st && profiled.lost) st = lac_fail_memory(err, "a profile");
cleanup:
    free(profiled.x);
    free(profiled.y);
    return st;
}

/* --- bias-corrected mt ---------------------------------------------------------------------------------- */

/* prod(1 - n_k/N) - 1 + n/N, times N, without cancellation for large N: sums of logs. */
static double excess(const double *size, int lists, double persons, double n)
{
    double log_product = 0.0;

    for (int k = 0; k < lists; k++) log_product += log1p(-size[k] / n);
    return n * expm1(log_product) + persons;
}

void lac_closed_bias_corrected(const struct lac_estimate_history *history, double level,
                               struct lac_simple *result)
{
    int lists = history->lists;
    double size[LAC_ESTIMATE_LISTS_MAX], persons = history->n + lists / 2.0, product = 1.0, sum = 0.0;
    struct lac_interval interval;

    lac_simple_init(result);
    for (int k = 0; k < lists; k++) size[k] = history->overlap[1U << k] + (lists + 2.0) / (2.0 * lists);
    /* the excess is positive at n and negative for large N, where it tends to -1 or less */
    double low = persons * (1.0 + 1e-12), high = 2.0 * persons;
    while (excess(size, lists, persons, high) > 0.0 && high < 1e15) high *= 2.0;
    for (int i = 0; i < 200 && high - low > 1e-15 * high; i++) {
        double middle = 0.5 * (low + high);

        if (excess(size, lists, persons, middle) > 0.0)
            low = middle;
        else
            high = middle;
    }
    for (int k = 0; k < lists; k++) {
        product /= 1.0 - size[k] / high;
        sum += 1.0 / (1.0 - size[k] / high);
    }
    result->status = LAC_FIT_OK;
    result->estimate = high - lists / 2.0;
    result->se = sqrt(high / (product + lists - 1.0 - sum));
    if (!lac_interval_lognormal(history->n, result->estimate - history->n, result->se, level, &interval))
        return;
    result->lower = interval.lower;
    result->upper = interval.upper;
}
