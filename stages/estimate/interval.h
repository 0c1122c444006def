/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_ESTIMATE_INTERVAL_H
#define LAC_ESTIMATE_INTERVAL_H
/*
 * Confidence intervals for N from one fit. All presume that the model was fixed in advance.
 *
 * wald       n + N0 exp(-+ z sqrt(V00)), on the log of N0, so never below n.
 * lognormal  n + N0/C, n + N0 C with C = exp(z sqrt(log(1 + var/N0^2))), var = se^2 (Chao 1987, Biometrics
 * 43:783). profile    { N : l(N) >= max l - chi2_1(level)/2 }. For N > n and n0 = N - n let mu be the Poisson
 * fit with n0 persons in the unseen cell, so that sum mu = N; then l(N)  = lgamma(N+1) - lgamma(n0+1) + sum
 * n_w log(mu_w/N) + n0 log(mu_0/N) l'(N) = digamma(N+1) - digamma(n0+1) + log(mu_0/N) (Cormack 1992,
 * Biometrics 48:567, with exact log-gamma). The lower limit is n when l stays above the cut down to n; the
 * upper one is unbounded when l is still above the cut at 10,000 times the fitted N0.
 */
#include "fit.h"

struct lac_interval {
    double lower, upper; /* upper: +infinity when unbounded */
    double estimate; /* profile: the N of its maximum, a little below the Poisson estimate; else the fit's */
    bool unbounded;
};

/* `n` persons seen, `unseen` = N0, `v00` the variance of log N0, `se` the standard error of N. False, and NaN
 * in the interval, when N0 or the variance is not positive and finite. */
bool lac_interval_wald(const struct lac_fit *fit, double level, struct lac_interval *interval);
bool lac_interval_lognormal(double n, double unseen, double se, double level, struct lac_interval *interval);

/* What is profiled. `drop` as in struct lac_fit_options; lac_interval_profile() takes it from the last fit.
 */
struct lac_profile {
    struct lac_fit_space *space;
    const double *count;
    const struct lac_estimate_model *model;
    const bool *drop;
    const struct lac_fit *fit; /* the last fit; lac_profile_at() has no use for it */
};

/* Profile of the fit that was done last in `of->space`, for the same counts and model: its removed cells and
 * terms are taken over, so a fit on a face (existence.h) works too. About 60 fits. *ok is false, with NaN in
 * the interval, when a fit along the profile fails. LAC_NOMEM when memory is out. */
enum lac_status lac_interval_profile(const struct lac_profile *of, double level,
                                     struct lac_interval *interval, bool *ok,
                                     struct lac_error *err) LAC_CHECKED;

/* The same for any likelihood of N: `at` gives l(N) and l'(N) at N = n + unseen, false when it cannot. `n`
 * persons seen, `log_unseen` the log of the fitted N0. */
struct lac_profile_likelihood {
    bool (*at)(void *context, double unseen, double *loglik, double *slope);
    void *context;
    double n, log_unseen;
};
enum lac_status lac_interval_profile_of(const struct lac_profile_likelihood *likelihood, double level,
                                        struct lac_interval *interval, bool *ok,
                                        struct lac_error *err) LAC_CHECKED;

/* The terms of l(N) and l'(N) that all profiles share: `sum` is that of n_w log(mu_w/N) over the observed
 * cells, `theta0` the log of the fitted mean of the unseen cell. */
void lac_profile_terms(double n, double unseen, double sum, double theta0, double *loglik, double *slope);

/* l(N) and l'(N) at N = n + unseen, unseen > 0; false when the fit fails. */
bool lac_profile_at(const struct lac_profile *of, double unseen, double *loglik, double *slope);

#endif
