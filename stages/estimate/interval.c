/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "interval.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_roots.h>
#include <gsl/gsl_sf_psi.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "history.h"

#define UNSEEN_LEAST 1e-6 /* persons: where the profile is taken to have reached n */
#define UPPER_FACTOR 1e4
#define ROOT_STEPS 200

static double normal_quantile(double level)
{
    return gsl_cdf_ugaussian_Pinv(0.5 + level / 2.0);
}

static bool usable(double x)
{
    return x > 0.0 && isfinite(x);
}

static void nothing(struct lac_interval *interval)
{
    *interval = (struct lac_interval){.lower = (double)NAN, .upper = (double)NAN, .estimate = (double)NAN};
}

bool lac_interval_wald(const struct lac_fit *fit, double level, struct lac_interval *interval)
{
    double factor;

    nothing(interval);
    if (fit->status != LAC_FIT_OK || !usable(fit->v00) || !usable(fit->unseen)) return false;
    factor = exp(normal_quantile(level) * sqrt(fit->v00));
    interval->estimate = fit->estimate;
    interval->lower = fit->n + fit->unseen / factor;
    interval->upper = fit->n + fit->unseen * factor;
    return true;
}

bool lac_interval_lognormal(double n, double unseen, double se, double level, struct lac_interval *interval)
{
    double factor, ratio = se / unseen;

    nothing(interval);
    if (!usable(unseen) || !usable(se)) return false;
    factor = exp(normal_quantile(level) * sqrt(log1p(ratio * ratio)));
    interval->estimate = n + unseen;
    interval->lower = n + unseen / factor;
    interval->upper = n + unseen * factor;
    return true;
}

/* --- profile ------------------------------------------------------------------------------------------ */

void lac_profile_terms(double n, double unseen, double sum, double theta0, double *loglik, double *slope)
{
    double total = n + unseen;

    *loglik = lac_estimate_log_gamma(total + 1.0) - lac_estimate_log_gamma(unseen + 1.0) + sum +
              unseen * (theta0 - log(total));
    *slope = gsl_sf_psi(total + 1.0) - gsl_sf_psi(unseen + 1.0) + theta0 - log(total);
}

bool lac_profile_at(const struct lac_profile *of, double unseen, double *loglik, double *slope)
{
    struct lac_fit_options options = {.drop = of->drop, .with_unseen = true, .unseen = unseen};
    struct lac_fit fit;
    const double *mean;
    const bool *removed;
    double total, sum = 0.0;

    lac_estimate_fit(of->space, of->count, of->model, &options, &fit);
    if (fit.status != LAC_FIT_OK) return false;
    mean = lac_fit_means(of->space);
    removed = lac_fit_removed(of->space);
    total = fit.n + unseen;
    for (size_t w = 1; w < (size_t)1 << lac_fit_space_lists(of->space); w++) {
        if (!removed[w] && of->count[w] > 0.0) sum += of->count[w] * log(mean[w] / total);
    }
    lac_profile_terms(fit.n, unseen, sum, fit.theta0, loglik, slope);
    return true;
}

/* The profile as a function of log N0, for the root finder. A fit that fails is remembered, and 0 given back,
 * so that the search ends. */
struct profile {
    const struct lac_profile_likelihood *of;
    double cut;
    bool slope; /* the function is l', else l - cut */
    bool failed;
};

static double profile_value(double log_unseen, void *context)
{
    struct profile *profile = context;
    double loglik, slope;

    if (profile->failed || !profile->of->at(profile->of->context, exp(log_unseen), &loglik, &slope)) {
        profile->failed = true;
        return 0.0;
    }
    return profile->slope ? slope : loglik - profile->cut;
}

/* Root between a and b, where the function has opposite signs. */
static enum lac_status find_root(struct profile *profile, double a, double b, double *root,
                                 struct lac_error *err)
{
    gsl_function function = {.function = profile_value, .params = profile};
    gsl_root_fsolver *solver = gsl_root_fsolver_alloc(gsl_root_fsolver_brent);

    if (solver == NULL) return lac_fail_memory(err, "root finder");
    if (gsl_root_fsolver_set(solver, &function, a < b ? a : b, a < b ? b : a) == GSL_SUCCESS) {
        for (int i = 0; i < ROOT_STEPS; i++) {
            double low, high;

            if (gsl_root_fsolver_iterate(solver) != GSL_SUCCESS) break;
            low = gsl_root_fsolver_x_lower(solver);
            high = gsl_root_fsolver_x_upper(solver);
            if (gsl_root_test_interval(low, high, 1e-13, 1e-13) == GSL_SUCCESS) break;
        }
    }
    *root = gsl_root_fsolver_root(solver);
    gsl_root_fsolver_free(solver);
    return LAC_OK;
}

/* log N0 of the maximum. It is the least possible value when l falls from n on. */
static enum lac_status find_maximum(struct profile *profile, double *top, struct lac_error *err)
{
    double least = log(UNSEEN_LEAST), high = fmax(profile->of->log_unseen, least + 1.0), low;

    profile->slope = true;
    while (profile_value(high, profile) > 0.0 && high < profile->of->log_unseen + 5.0) high += 0.1;
    for (low = high - 0.1; low > least && profile_value(low, profile) < 0.0;) low -= 0.1 + (high - low);
    *top = least;
    if (low <= least) {
        low = least;
        if (profile_value(low, profile) <= 0.0) return LAC_OK;
    }
    if (profile->failed) return LAC_OK;
    return find_root(profile, low, high, top, err);
}

static enum lac_status find_lower(struct profile *profile, double top, double n, double *lower,
                                  struct lac_error *err)
{
    double least = log(UNSEEN_LEAST), low = top, step = 0.1;

    *lower = n;
    do {
        if (low <= least) return LAC_OK; /* above the cut down to n */
        low = fmax(least, low - step);
        step *= 2.0;
    } while (profile_value(low, profile) > 0.0);
    if (profile->failed) return LAC_OK;
    enum lac_status st = find_root(profile, low, top, lower, err);
    *lower = n + exp(*lower);
    return st;
}

static enum lac_status find_upper(struct profile *profile, double top, struct lac_interval *interval,
                                  struct lac_error *err)
{
    double limit = profile->of->log_unseen + log(UPPER_FACTOR), high = top, step = 0.1, root;

    do {
        if (high >= limit) {
            interval->unbounded = true;
            interval->upper = (double)INFINITY;
            return LAC_OK;
        }
        high = fmin(limit, high + step);
        step *= 2.0;
    } while (profile_value(high, profile) > 0.0);
    if (profile->failed) return LAC_OK;
    enum lac_status st = find_root(profile, top, high, &root, err);
    interval->upper = profile->of->n + exp(root);
    return st;
}

static enum lac_status search(struct profile *profile, double level, struct lac_interval *interval,
                              struct lac_error *err)
{
    double top, n = profile->of->n;
    enum lac_status st = find_maximum(profile, &top, err);

    if (st || profile->failed) return st;
    interval->estimate = n + (top > log(UNSEEN_LEAST) ? exp(top) : 0.0);
    profile->slope = false;
    profile->cut = 0.0;
    profile->cut = profile_value(top, profile) - gsl_cdf_chisq_Pinv(level, 1.0) / 2.0;
    st = find_lower(profile, top, n, &interval->lower, err);
    if (st || profile->failed) return st;
    return find_upper(profile, top, interval, err);
}

enum lac_status lac_interval_profile_of(const struct lac_profile_likelihood *likelihood, double level,
                                        struct lac_interval *interval, bool *ok, struct lac_error *err)
{
    struct profile profile = {.of = likelihood};

    nothing(interval);
    enum lac_status st = search(&profile, level, interval, err);
    *ok = st == LAC_OK && !profile.failed;
    if (!*ok) nothing(interval);
    return st;
}

static bool fitted_at(void *context, double unseen, double *loglik, double *slope)
{
    return lac_profile_at(context, unseen, loglik, slope);
}

enum lac_status lac_interval_profile(const struct lac_profile *of, double level,
                                     struct lac_interval *interval, bool *ok, struct lac_error *err)
{
    const struct lac_fit *fit = of->fit;
    size_t cells = (size_t)1 << lac_fit_space_lists(of->space);
    struct lac_estimate_model model = *of->model;
    struct lac_profile own = *of;
    const uint16_t *term;
    const double *theta;

    nothing(interval);
    *ok = false;
    if (fit->status != LAC_FIT_OK) return LAC_OK;
    bool *drop = calloc(cells, sizeof *drop);
    if (drop == NULL) return lac_fail_memory(err, "profile");
    memcpy(drop, lac_fit_removed(of->space), cells * sizeof *drop);
    model.terms = lac_fit_terms(of->space, &term, &theta);
    memcpy(model.term, term, (size_t)model.terms * sizeof *term);
    own.model = &model;
    own.drop = drop;
    const struct lac_profile_likelihood likelihood = {fitted_at, &own, fit->n, fit->theta0};
    enum lac_status st = lac_interval_profile_of(&likelihood, level, interval, ok, err);
    free(drop);
    return st;
}
