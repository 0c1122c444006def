/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "national.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "base/random.h"

#define BATCH 512

/* Candidates fitted so far; `item` grows. */
struct pool {
    const struct lac_estimate_history *history;
    struct lac_fitter_pool *fitters;
    struct lac_national_model *item; /* admissible ones */
    size_t count, room;
    uint64_t considered;
};

static int pairs_of(int lists)
{
    return lists * (lists - 1) / 2;
}

static uint32_t all_pairs(int lists)
{
    return (UINT32_C(1) << pairs_of(lists)) - 1;
}

void lac_national_terms(const struct lac_national_model *item, int lists, struct lac_estimate_model *model)
{
    int pair = 0, triple = 0;
    lac_estimate_model_main(model, lists);
    model->heterogeneity = item->h;
    for (unsigned s = 1; s < 1U << lists; s++) {
        if (__builtin_popcount(s) != 2) continue;
        if (item->pairs >> pair++ & 1U) model->term[model->terms++] = (uint16_t)s;
    }
    for (unsigned s = 1; item->triples && s < 1U << lists; s++) {
        if (__builtin_popcount(s) != 3) continue;
        if (item->triples >> triple++ & 1U) model->term[model->terms++] = (uint16_t)s;
    }
}

bool lac_national_in_floor(const struct lac_national_model *item, int lists)
{
    return item->h || item->pairs == all_pairs(lists);
}

/* Whether this is a candidate of its own. */
static bool distinct(uint32_t pairs, bool h, int lists)
{
    return !h || pairs_of(lists) - __builtin_popcount(pairs) >= 2;
}

static double key_of(const struct lac_national_model *m)
{
    return nearbyint(m->fit.bic * 1e8);
}

static int compare(const void *a, const void *b)
{
    const struct lac_national_model *x = a, *y = b;
    double p = key_of(x), q = key_of(y);
    if (p != q) return p < q ? -1 : 1;
    if (x->fit.parameters != y->fit.parameters) return x->fit.parameters < y->fit.parameters ? -1 : 1;
    if (x->h != y->h) return x->h ? 1 : -1;
    if (x->triples != y->triples) return x->triples < y->triples ? -1 : 1;
    return x->pairs < y->pairs ? -1 : x->pairs > y->pairs;
}

static enum lac_status make_room(struct pool *pool, size_t more, struct lac_error *err)
{
    if (pool->count + more <= pool->room) return LAC_OK;
    size_t room = 2 * pool->room + more;
    struct lac_national_model *item = realloc(pool->item, room * sizeof *item);
    if (!item) return lac_fail_memory(err, "models");
    pool->item = item;
    pool->room = room;
    return LAC_OK;
}

/* Fits a batch in parallel and takes the admissible ones over in its order. */
static enum lac_status fit_batch(struct pool *pool, struct lac_national_model *batch, int n,
                                 struct lac_error *err)
{
    bool admissible[BATCH];
    enum lac_status st = make_room(pool, (size_t)n, err);
    if (st) return st;
#pragma omp parallel for schedule(dynamic, 8)
    for (int i = 0; i < n; i++) {
        struct lac_estimate_model model;
        lac_national_terms(&batch[i], pool->history->lists, &model);
        admissible[i] = lac_fitter_model(lac_fitter_pool_mine(pool->fitters), pool->history->count, &model,
                                         &batch[i].fit);
    }
    pool->considered += (uint64_t)n;
    for (int i = 0; i < n; i++)
        if (admissible[i]) pool->item[pool->count++] = batch[i];
    return LAC_OK;
}

static enum lac_status fit_all(struct pool *pool, struct lac_error *err)
{
    struct lac_national_model batch[BATCH];
    int n = 0, lists = pool->history->lists;
    enum lac_status st = LAC_OK;
    for (int h = 0; h < 2; h++)
        for (uint32_t pairs = 0; !st && pairs <= all_pairs(lists); pairs++) {
            if (!distinct(pairs, h, lists)) continue;
            batch[n++] = (struct lac_national_model){.pairs = pairs, .h = h};
            if (n < BATCH) continue;
            st = fit_batch(pool, batch, n, err);
            n = 0;
        }
    return st ? st : fit_batch(pool, batch, n, err);
}

/* --- seven lists ---------------------------------------------------------------------------------------- */

struct walk {
    struct pool *pool;
    unsigned char *seen; /* by (pairs, h): 1 fitted, 2 its neighbours too */
    struct lac_national_model batch[BATCH];
    int n;
};

static unsigned char *mark_of(struct walk *walk, uint32_t pairs, bool h)
{
    return &walk->seen[2 * (size_t)pairs + h];
}

static enum lac_status flush(struct walk *walk, struct lac_error *err)
{
    enum lac_status st = fit_batch(walk->pool, walk->batch, walk->n, err);
    walk->n = 0;
    return st;
}

static enum lac_status visit(struct walk *walk, uint32_t pairs, bool h, struct lac_error *err)
{
    unsigned char *mark = mark_of(walk, pairs, h);
    if (*mark || !distinct(pairs, h, walk->pool->history->lists)) return LAC_OK;
    *mark = 1;
    walk->batch[walk->n++] = (struct lac_national_model){.pairs = pairs, .h = h};
    return walk->n == BATCH ? flush(walk, err) : LAC_OK;
}

static enum lac_status visit_starts(struct walk *walk, struct lac_error *err)
{
    int lists = walk->pool->history->lists;
    uint32_t all = all_pairs(lists);
    enum lac_status st = LAC_OK;
    for (int h = 0; !st && h < 2; h++) {
        st = visit(walk, 0, h, err);
        if (!st) st = visit(walk, all, h, err);
        for (int i = 0; !st && i < pairs_of(lists); i++) {
            st = visit(walk, UINT32_C(1) << i, h, err);
            if (!st) st = visit(walk, all & ~(UINT32_C(1) << i), h, err);
        }
    }
    return st ? st : flush(walk, err);
}

/* Neighbours of the best models of one kind that have not been looked at; *more tells whether there were any.
 */
static enum lac_status expand(struct walk *walk, bool h, bool *more, struct lac_error *err)
{
    struct pool *pool = walk->pool;
    int best = 0, pairs = pairs_of(pool->history->lists);
    enum lac_status st = LAC_OK;
    uint32_t chosen[LAC_NATIONAL_KEPT];
    for (size_t i = 0; i < pool->count && best < LAC_NATIONAL_KEPT; i++)
        if (pool->item[i].h == h) chosen[best++] = pool->item[i].pairs;
    for (int i = 0; !st && i < best; i++) {
        unsigned char *mark = mark_of(walk, chosen[i], h);
        if (*mark == 2) continue;
        *mark = 2;
        *more = true;
        for (int p = 0; !st && p < pairs; p++) st = visit(walk, chosen[i] ^ UINT32_C(1) << p, h, err);
    }
    return st ? st : flush(walk, err);
}

static enum lac_status fit_neighbourhoods(struct pool *pool, struct lac_error *err)
{
    size_t kinds = 2 * ((size_t)all_pairs(pool->history->lists) + 1);
    struct walk *walk = calloc(1, sizeof *walk);
    enum lac_status st = LAC_NOMEM;
    bool more = true;
    if (walk) walk->seen = calloc(kinds, 1);
    if (walk && walk->seen) {
        walk->pool = pool;
        st = visit_starts(walk, err);
        while (!st && more) {
            more = false;
            qsort(pool->item, pool->count, sizeof *pool->item, compare);
            st = expand(walk, false, &more, err);
            if (!st) st = expand(walk, true, &more, err);
        }
    } else {
        st = lac_fail_memory(err, "a search");
    }
    if (walk) free(walk->seen);
    free(walk);
    return st;
}

double lac_national_factor(double sd, uint32_t seed, size_t b, uint32_t part)
{
    struct lac_random random;
    lac_random_init(&random, seed, LAC_PURPOSE_DELTA, (uint32_t)b, part, 0);
    return exp(sd * lac_random_normal(&random));
}

/* --- three-way terms -------------------------------------------------------------------------------------
 */

/* Models with three-way terms that were tried, admissible or not. */
struct tried {
    struct pool *pool;
    struct lac_national_model *item, batch[BATCH];
    size_t count, room;
    int n;
};

static enum lac_status try_triples(struct tried *tried, const struct lac_national_model *model,
                                   struct lac_error *err)
{
    for (size_t i = 0; i < tried->count; i++)
        if (tried->item[i].pairs == model->pairs && tried->item[i].triples == model->triples &&
            tried->item[i].h == model->h)
            return LAC_OK;
    if (tried->count == tried->room) {
        size_t room = 2 * tried->room + 256;
        struct lac_national_model *item = realloc(tried->item, room * sizeof *item);
        if (!item) return lac_fail_memory(err, "models");
        tried->item = item;
        tried->room = room;
    }
    tried->item[tried->count++] = *model;
    tried->batch[tried->n++] = *model;
    if (tried->n < BATCH) return LAC_OK;
    enum lac_status st = fit_batch(tried->pool, tried->batch, tried->n, err);
    tried->n = 0;
    return st;
}

/* Pairs inside a set of lists. */
static uint32_t pairs_inside(unsigned lists, int all)
{
    uint32_t inside = 0;
    int pair = 0;
    for (unsigned s = 1; s < 1U << all; s++)
        if (__builtin_popcount(s) == 2) inside |= (uint32_t)((s & ~lists) == 0) << pair++;
    return inside;
}

/* One three-way term more; with such terms one pair more. */
static enum lac_status widen(struct tried *tried, const struct lac_national_model *from,
                             struct lac_error *err)
{
    const struct lac_estimate_history *history = tried->pool->history;
    int triple = 0, lists = history->lists;
    enum lac_status st = LAC_OK;
    struct lac_national_model next = {.h = from->h};
    for (unsigned s = 1; !st && s < 1U << lists; s++) {
        if (__builtin_popcount(s) != 3) continue;
        uint64_t bit = UINT64_C(1) << triple++;
        if (from->triples & bit || history->overlap[s] < LAC_NATIONAL_TRIPLE_SHARED) continue;
        if (pairs_inside(s, lists) & ~from->pairs) continue;
        next.pairs = from->pairs;
        next.triples = from->triples | bit;
        st = try_triples(tried, &next, err);
    }
    for (int p = 0; !st && from->triples && p < pairs_of(lists); p++) {
        next.pairs = from->pairs | UINT32_C(1) << p;
        next.triples = from->triples;
        if (next.pairs != from->pairs) st = try_triples(tried, &next, err);
    }
    return st;
}

static enum lac_status fit_triples(struct pool *pool, struct lac_error *err)
{
    struct tried *tried = calloc(1, sizeof *tried);
    enum lac_status st = tried ? LAC_OK : lac_fail_memory(err, "models");
    bool more = !st;
    if (tried) tried->pool = pool;
    while (!st && more) {
        int kept[2] = {0, 0};
        more = false;
        qsort(pool->item, pool->count, sizeof *pool->item, compare);
        for (size_t i = 0; !st && i < pool->count; i++) {
            /* the pool grows and moves when a batch is fitted: what is needed is copied */
            const struct lac_national_model from = pool->item[i];
            if (kept[from.h]++ >= LAC_NATIONAL_KEPT || from.expanded) continue;
            pool->item[i].expanded = more = true;
            st = widen(tried, &from, err);
        }
        if (!st) st = fit_batch(pool, tried->batch, tried->n, err);
        if (tried) tried->n = 0;
    }
    if (tried) free(tried->item);
    free(tried);
    return st;
}

/* --- averages ------------------------------------------------------------------------------------------- */

static void keep_best(const struct pool *pool, struct lac_national *national)
{
    int kept[2] = {0, 0};
    for (size_t i = 0; i < pool->count; i++) {
        const struct lac_national_model *m = &pool->item[i];
        if (kept[m->h] == LAC_NATIONAL_KEPT) continue;
        kept[m->h]++;
        national->item[national->kept++] = *m;
    }
}

/* `pool` in order of BIC. */
static void average(struct pool *pool, struct lac_national *national)
{
    double total = 0, sum = 0, floor_total = 0, floor_sum = 0, n = pool->history->n, floor_best = 0;
    for (size_t i = 0; i < pool->count; i++) {
        struct lac_national_model *m = &pool->item[i];
        double estimate = n + exp(m->fit.log_n0);
        m->weight = exp(-(m->fit.bic - pool->item[0].fit.bic) / 2);
        total += m->weight;
        sum += m->weight * m->fit.log_n0;
        if (m->fit.bic - pool->item[0].fit.bic <= 6) {
            national->best_low = fmin(national->best_low, estimate);
            national->best_high = fmax(national->best_high, estimate);
        }
        if (!lac_national_in_floor(m, pool->history->lists)) continue;
        if (national->floor_candidates++ == 0) floor_best = m->fit.bic;
        double within = exp(-(m->fit.bic - floor_best) / 2);
        floor_total += within;
        floor_sum += within * m->fit.log_n0;
    }
    for (size_t i = 0; i < pool->count; i++) pool->item[i].weight /= total;
    national->estimate = n + exp(sum / total);
    if (national->floor_candidates == 0) return;
    national->floor = n + exp(floor_sum / floor_total);
    national->floor_weight = floor_total * exp(-(floor_best - pool->item[0].fit.bic) / 2) / total;
}

static enum lac_status search(const struct lac_estimate_history *history, bool triples,
                              struct lac_national *national, struct lac_error *err)
{
    struct pool pool = {.history = history};
    memset(national, 0, sizeof *national);
    national->estimate = national->floor = national->best_low = national->best_high = (double)NAN;
    if (history->lists < 2 || history->lists > LAC_NATIONAL_LISTS)
        return lac_fail(err, LAC_DEFECT, "an average over models of %d lists", history->lists);
    pool.fitters = lac_fitter_pool_new(history->lists);
    enum lac_status st = pool.fitters ? LAC_OK : lac_fail_memory(err, "fits");
    if (!st) st = history->lists < LAC_NATIONAL_LISTS ? fit_all(&pool, err) : fit_neighbourhoods(&pool, err);
    triples &= history->lists >= 4 && history->lists < LAC_NATIONAL_LISTS &&
               history->n >= LAC_NATIONAL_TRIPLE_PERSONS;
    if (!st && triples) st = fit_triples(&pool, err);
    if (!st && pool.count > 0) {
        qsort(pool.item, pool.count, sizeof *pool.item, compare);
        average(&pool, national);
        for (size_t i = 0; i < pool.count; i++) national->three_way += pool.item[i].triples != 0;
        keep_best(&pool, national);
    }
    national->considered = pool.considered;
    national->admissible = pool.count;
    lac_fitter_pool_free(pool.fitters);
    free(pool.item);
    return st;
}

enum lac_status lac_national_search(const struct lac_estimate_history *history, struct lac_national *national,
                                    struct lac_error *err)
{
    return search(history, false, national, err);
}

enum lac_status lac_national_search_triples(const struct lac_estimate_history *history,
                                            struct lac_national *national, struct lac_error *err)
{
    return search(history, true, national, err);
}

/* Weights relative to the best so far: earlier sums are scaled down when a better model comes. */
static double reweigh(const struct lac_national *national, struct lac_fitter *fitter, const double *count,
                      bool floor_only)
{
    double best = (double)INFINITY, total = 0, sum = 0, held_total = 0, held_sum = 0;
    int lists = lac_fitter_lists(fitter);
    for (size_t i = 0; i < national->kept; i++) {
        struct lac_estimate_model model;
        struct lac_fitted fit;
        if (floor_only && !lac_national_in_floor(&national->item[i], lists)) continue;
        lac_national_terms(&national->item[i], lists, &model);
        if (!lac_fitter_model(fitter, count, &model, &fit)) continue;
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
        held_total += national->item[i].weight;
        held_sum += national->item[i].weight * fit.log_n0;
    }
    if (held_total > 0) lac_fitter_beside_set(fitter, held_sum / held_total);
    return total > 0 ? exp(sum / total) : (double)INFINITY;
}

double lac_national_reweigh(const void *national, struct lac_fitter *fitter, const double *count)
{
    return reweigh(national, fitter, count, false);
}

double lac_national_reweigh_floor(const void *national, struct lac_fitter *fitter, const double *count)
{
    return reweigh(national, fitter, count, true);
}
