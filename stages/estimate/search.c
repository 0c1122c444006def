/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "search.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "enumerate.h"
#include "search_wide.h"

#define BLOCK 2048

static double criterion(const struct lac_fitted *fit, bool aic)
{
    return aic ? fit->aic : fit->bic;
}

static double estimate_of(const struct lac_fitted *fit, double n)
{
    return n + exp(fit->log_n0);
}

int lac_estimate_search_compare(const void *a, const void *b)
{
    const struct lac_estimate_ranked *x = a, *y = b;
    if (x->key != y->key) return x->key < y->key ? -1 : 1;
    if (x->fit.parameters != y->fit.parameters) return x->fit.parameters < y->fit.parameters ? -1 : 1;
    return x->number < y->number ? -1 : x->number > y->number;
}

double lac_estimate_search_key(const struct lac_fitted *fit, bool aic)
{
    return nearbyint(criterion(fit, aic) * 1e8);
}

struct block {
    struct lac_estimate_ranked item[BLOCK];
    bool admissible[BLOCK];
    int count;
};

static bool fill_block(struct lac_estimate_enumeration *e, struct block *block, uint64_t number)
{
    bool more = true;
    block->count = 0;
    while (more && block->count < BLOCK) {
        block->item[block->count].model = e->model;
        block->item[block->count].number = number + (uint64_t)block->count;
        block->count++;
        more = lac_estimate_enumerate_next(e);
    }
    return more;
}

static void fit_block(struct block *block, const double *count, bool aic,
                      const struct lac_fitter_pool *fitters)
{
#pragma omp parallel for schedule(dynamic, 16)
    for (int i = 0; i < block->count; i++) {
        struct lac_estimate_ranked *r = &block->item[i];
        block->admissible[i] = lac_fitter_admissible(lac_fitter_pool_mine(fitters), count, r->model, &r->fit);
        if (block->admissible[i]) r->key = lac_estimate_search_key(&r->fit, aic);
    }
}

/* Takes the admissible models over; when the list is full, only the best LIMIT stay. */
static void take_block(const struct block *block, struct lac_estimate_search *search)
{
    for (int i = 0; i < block->count; i++) {
        search->considered++;
        if (!block->admissible[i]) continue;
        search->admissible++;
        search->item[search->count++] = block->item[i];
    }
    if (search->count > LAC_ESTIMATE_SEARCH_LIMIT) {
        qsort(search->item, search->count, sizeof *search->item, lac_estimate_search_compare);
        search->count = LAC_ESTIMATE_SEARCH_LIMIT;
    }
}

enum lac_status lac_estimate_search_run(const struct lac_estimate_history *history, struct lac_arena *arena,
                                        struct lac_estimate_search *search, struct lac_error *err)
{
    struct lac_estimate_enumeration e;
    search->count = 0;
    search->considered = search->fitted = search->admissible = 0;
    if (history->lists == LAC_ESTIMATE_ENUMERATE_LISTS && search->order != 1 && search->order != 2)
        return lac_estimate_search_wide(history, LAC_ESTIMATE_SEARCH_WIDE_LIMIT, arena, search, err);
    if (!lac_estimate_enumerate_first(&e, history->lists, search->order))
        return lac_fail(err, LAC_DEFECT, "models of %d lists cannot be enumerated", history->lists);
    enum lac_status st = LAC_OK;
    struct block *block = malloc(sizeof *block);
    struct lac_fitter_pool *fitters = lac_fitter_pool_new(history->lists);
    /* at most as many as there are models: below six lists that is far less than the limit */
    size_t room = history->lists < 6 ? 6893 : LAC_ESTIMATE_SEARCH_LIMIT;
    search->item = LAC_NEW(arena, struct lac_estimate_ranked, room + BLOCK);
    if (!block || !fitters || !search->item) {
        st = lac_fail_memory(err, "models");
        goto cleanup;
    }
    for (bool more = true; more;) {
        more = fill_block(&e, block, search->considered);
        fit_block(block, history->count, search->aic, fitters);
        take_block(block, search);
    }
    search->fitted = search->considered;
    if (search->count) qsort(search->item, search->count, sizeof *search->item, lac_estimate_search_compare);
cleanup:
    lac_fitter_pool_free(fitters);
    free(block);
    return st;
}

void lac_estimate_search_range(const struct lac_estimate_search *search, double n, double units, double *low,
                               double *high)
{
    *low = *high = (double)NAN;
    for (size_t i = 0; i < search->count; i++) {
        const struct lac_fitted *fit = &search->item[i].fit;
        if (criterion(fit, search->aic) - criterion(&search->item[0].fit, search->aic) > units) break;
        double estimate = estimate_of(fit, n);
        *low = fmin(*low, estimate);
        *high = fmax(*high, estimate);
    }
}

struct lac_estimate_average lac_estimate_search_average(const struct lac_estimate_search *search, double n,
                                                        double *weight)
{
    struct lac_estimate_average average = {.mean = n};
    double log_n0 = 0, total = 0, squares = 0, least = (double)INFINITY;
    for (size_t i = 0; i < search->count; i++) least = fmin(least, search->item[i].fit.bic);
    for (size_t i = 0; i < search->count; i++)
        total += weight[i] = exp(-(search->item[i].fit.bic - least) / 2);
    for (size_t i = 0; i < search->count; i++) {
        weight[i] /= total;
        log_n0 += weight[i] * search->item[i].fit.log_n0;
        average.mean += weight[i] * exp(search->item[i].fit.log_n0);
        squares += weight[i] * weight[i];
    }
    average.estimate = n + exp(log_n0);
    average.effective = 1 / squares;
    return average;
}

/* Upper bounds of the log-likelihood on one table: of any model, and of any model without a certain term,
 * from the largest model without it. They let a selection pass over models that cannot win. */
#define BOUND_TERMS 64
struct bounds {
    double any;
    int terms;
    uint64_t term[BOUND_TERMS]; /* as one bit */
    double without[BOUND_TERMS];
};

double lac_estimate_search_saturated(const double *count, int lists)
{
    double sum = 0;
    int sign;
    for (unsigned w = 1; w < 1U << lists; w++)
        if (count[w] > 0) sum += count[w] * log(count[w]) - count[w] - lgamma_r(count[w] + 1, &sign);
    return sum;
}

/* All terms that do not contain `term`. */
static uint64_t largest_without(unsigned term, int lists)
{
    uint64_t model = 0;
    for (unsigned s = 0; s < 1U << lists; s++)
        if ((s & term) != term) model |= UINT64_C(1) << s;
    return model;
}

/* The fits pay when there are many models to pass over. */
static void make_bounds(struct bounds *bounds, struct lac_fitter *fitter, const double *count, size_t models)
{
    int lists = lac_fitter_lists(fitter);
    bounds->any = lac_estimate_search_saturated(count, lists);
    bounds->terms = 0;
    for (unsigned s = 1; models > 500 && s < 1U << lists; s++) {
        int size = __builtin_popcount(s);
        if (size < 2 || size > 3 || size == lists || bounds->terms == BOUND_TERMS) continue;
        bounds->term[bounds->terms] = UINT64_C(1) << s;
        bounds->without[bounds->terms++] = lac_fitter_bound(fitter, count, largest_without(s, lists));
    }
}

static double bound_of(const struct bounds *bounds, uint64_t model)
{
    double bound = bounds->any;
    for (int i = 0; i < bounds->terms; i++)
        if (!(model & bounds->term[i])) bound = fmin(bound, bounds->without[i]);
    return bound;
}

double lac_estimate_search_select(const void *candidates, struct lac_fitter *fitter, const double *count)
{
    const struct lac_estimate_candidates *c = candidates;
    double persons = lac_fitter_persons(fitter, count), best = (double)INFINITY, estimate = (double)INFINITY;
    double penalty = c->aic ? 2 : log(persons);
    struct bounds bounds;
    struct lac_fitted fit;
    make_bounds(&bounds, fitter, count, c->count);
    for (size_t i = 0; i < c->count; i++) {
        /* the margin covers rounding */
        double least = penalty * c->item[i].fit.parameters - 2 * bound_of(&bounds, c->item[i].model);
        if (least > best + 1e-6) continue;
        if (!lac_fitter_admissible(fitter, count, c->item[i].model, &fit)) continue;
        if (!(criterion(&fit, c->aic) < best - 1e-9)) continue;
        best = criterion(&fit, c->aic);
        estimate = estimate_of(&fit, persons);
        lac_fitter_choose(fitter, i + 1);
    }
    return estimate;
}

/* Weights relative to the best so far: earlier sums are scaled down when a better model comes. */
double lac_estimate_search_reweigh(const void *candidates, struct lac_fitter *fitter, const double *count)
{
    const struct lac_estimate_candidates *c = candidates;
    double best = (double)INFINITY, total = 0, sum = 0;
    struct lac_fitted fit;
    for (size_t i = 0; i < c->count; i++) {
        if (!lac_fitter_admissible(fitter, count, c->item[i].model, &fit)) continue;
        if (fit.bic < best) {
            double scale = isinf(best) ? 0 : exp(-(best - fit.bic) / 2);
            total *= scale;
            sum *= scale;
            best = fit.bic;
            lac_fitter_choose(fitter, i + 1);
        }
        double weight = exp(-(fit.bic - best) / 2);
        total += weight;
        sum += weight * fit.log_n0;
    }
    return total > 0 ? lac_fitter_persons(fitter, count) + exp(sum / total) : (double)INFINITY;
}
