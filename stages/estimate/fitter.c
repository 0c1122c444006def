/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fitter.h"
#include <math.h>
#include <omp.h>
#include <stdlib.h>
#include "existence.h"
#include "fit.h"

/* A fit whose smallest mean is above this proves that the estimate exists, see below. */
#define CERTAIN 1e-6

struct lac_fitter {
    int lists;
    struct lac_fit_space *space;
    struct lac_existence *existence;
    struct lac_estimate_model model;
    uint64_t choice;
    double beside;
};

void lac_fitter_free(struct lac_fitter *fitter)
{
    if (!fitter) return;
    lac_fit_space_free(fitter->space);
    lac_existence_free(fitter->existence);
    free(fitter);
}

struct lac_fitter *lac_fitter_new(int lists)
{
    struct lac_fitter *fitter = calloc(1, sizeof *fitter);
    if (!fitter) return NULL;
    fitter->lists = lists;
    fitter->space = lac_fit_space_new(lists);
    fitter->existence = lac_existence_new(lists);
    if (fitter->space && fitter->existence) return fitter;
    lac_fitter_free(fitter);
    return NULL;
}

static void take_fit(const struct lac_fit *fit, struct lac_fitted *fitted)
{
    fitted->log_n0 = fit->theta0;
    fitted->se = fit->se;
    fitted->loglik = fit->log_likelihood;
    fitted->aic = fit->aic;
    fitted->bic = fit->bic;
    fitted->deviance = fit->deviance;
    fitted->parameters = fit->parameters;
}

/* A finite maximum exists when the Hessian is positive definite and the Newton decrement is below the
 * smallest fitted mean: along any direction v, with r the largest |x_w v|, the likelihood falls by at least
 * |v|_H^2 (exp(-r) + r - 1) / r^2 and rises by at most |v|_H times the root of the decrement, and |v|_H is at
 * least r times the root of the smallest mean. A fit that converged (decrement below 1e-9) with a smallest
 * mean above 1e-6 leaves a wide margin for rounding. All other converged fits are put to the linear program.
 */
static bool fit_within(struct lac_fitter *fitter, const double *count, bool aic, double limit,
                       struct lac_fitted *fitted)
{
    struct lac_fit fit;
    lac_estimate_fit(fitter->space, count, &fitter->model, NULL, &fit);
    if (fit.status != LAC_FIT_OK || (aic ? fit.aic : fit.bic) > limit) return false;
    if (fit.smallest < CERTAIN && lac_estimate_existence(fitter->existence, count, &fitter->model, NULL,
                                                         fitter->space, &fit) != LAC_VERDICT_EXISTS)
        return false;
    take_fit(&fit, fitted);
    return true;
}

static bool fit_model(struct lac_fitter *fitter, const double *count, struct lac_fitted *fitted)
{
    return fit_within(fitter, count, false, (double)INFINITY, fitted);
}

bool lac_fitter_within(struct lac_fitter *fitter, const double *count, uint64_t model, bool aic, double limit,
                       struct lac_fitted *fitted)
{
    lac_estimate_model_from_bits(&fitter->model, fitter->lists, model);
    return fit_within(fitter, count, aic, limit, fitted);
}

bool lac_fitter_admissible(struct lac_fitter *fitter, const double *count, uint64_t model,
                           struct lac_fitted *fitted)
{
    lac_estimate_model_from_bits(&fitter->model, fitter->lists, model);
    return fit_model(fitter, count, fitted);
}

double lac_fitter_bound(struct lac_fitter *fitter, const double *count, uint64_t model)
{
    struct lac_fit fit;
    lac_estimate_model_from_bits(&fitter->model, fitter->lists, model);
    lac_estimate_fit(fitter->space, count, &fitter->model, NULL, &fit);
    return fit.status == LAC_FIT_OK ? fit.log_likelihood : (double)INFINITY;
}

bool lac_fitter_pairs(struct lac_fitter *fitter, const double *count, const uint16_t *pair, int pairs,
                      struct lac_fitted *fitted)
{
    lac_estimate_model_main(&fitter->model, fitter->lists);
    for (int i = 0; i < pairs; i++)
        if (lac_estimate_model_add(&fitter->model, pair[i], NULL)) return false;
    return fit_model(fitter, count, fitted);
}

bool lac_fitter_model(struct lac_fitter *fitter, const double *count, const struct lac_estimate_model *model,
                      struct lac_fitted *fitted)
{
    fitter->model = *model;
    return fit_model(fitter, count, fitted);
}

bool lac_fitter_named(struct lac_fitter *fitter, const double *count, const struct lac_estimate_model *model,
                      struct lac_fitted *fitted)
{
    struct lac_fit fit;
    if (lac_fitter_model(fitter, count, model, fitted)) return true;
    (void)lac_estimate_fit_checked(fitter->existence, fitter->space, count, model, &fit);
    if (fit.status != LAC_FIT_OK) return false;
    take_fit(&fit, fitted);
    return true;
}

void lac_fitter_choose(struct lac_fitter *fitter, uint64_t choice)
{
    fitter->choice = choice;
}

uint64_t lac_fitter_choice(const struct lac_fitter *fitter)
{
    return fitter->choice;
}

void lac_fitter_beside_set(struct lac_fitter *fitter, double beside)
{
    fitter->beside = beside;
}

double lac_fitter_beside(const struct lac_fitter *fitter)
{
    return fitter->beside;
}

const double *lac_fitter_means(const struct lac_fitter *fitter)
{
    return lac_fit_means(fitter->space);
}

int lac_fitter_lists(const struct lac_fitter *fitter)
{
    return fitter->lists;
}

double lac_fitter_persons(const struct lac_fitter *fitter, const double *count)
{
    double sum = 0;
    for (unsigned w = 1; w < 1U << fitter->lists; w++) sum += count[w];
    return sum;
}

struct lac_fitter_slot {
    struct lac_fitter *fitter;
};

struct lac_fitter_pool {
    int threads;
    struct lac_fitter_slot slot[];
};

struct lac_fitter_pool *lac_fitter_pool_new(int lists)
{
    int threads = omp_get_max_threads();
    struct lac_fitter_pool *pool = calloc(1, sizeof *pool + (size_t)threads * sizeof(struct lac_fitter_slot));
    if (!pool) return NULL;
    pool->threads = threads;
    for (int i = 0; i < threads; i++) {
        pool->slot[i].fitter = lac_fitter_new(lists);
        if (pool->slot[i].fitter) continue;
        lac_fitter_pool_free(pool);
        return NULL;
    }
    return pool;
}

void lac_fitter_pool_free(struct lac_fitter_pool *pool)
{
    if (!pool) return;
        /* programs keep memory per thread, and a thread that ends takes the way to it along */
#pragma omp parallel num_threads(pool->threads)
    lac_existence_end_thread();
    for (int i = 0; i < pool->threads; i++) lac_fitter_free(pool->slot[i].fitter);
    free(pool);
}

struct lac_fitter *lac_fitter_pool_mine(const struct lac_fitter_pool *pool)
{
    return pool->slot[omp_get_thread_num()].fitter;
}
