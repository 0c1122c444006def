/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "search_wide.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "base/sum.h"
#include "enumerate.h"

#define BLOCK 32
#define MARGIN 1e-6      /* of the criterion: rounding of fits and bounds */
#define WORTH_BOUNDING 3 /* undecided terms from which a bound of its own pays for a branch */

/* The best models seen, in no order until they are sorted. */
struct best {
    struct lac_estimate_ranked *item; /* room for 2 * limit */
    size_t count, limit;
    double cutoff; /* criterion above which a model cannot be kept */
};

/* Models with one set of pairs. */
struct branch {
    uint64_t model;    /* with its pairs alone */
    double likelihood; /* bound for the largest model of the branch */
    double least;      /* bound of the criterion */
};

struct search {
    const double *count;
    bool aic;
    double penalty;
    int lists;
    struct lac_estimate_enumeration e; /* positions and parents */
    int pairs;                         /* positions of pairs; they come first */
    double without[64];                /* per position: bound of models that lack it */
    struct lac_fitter_pool *fitters;
    struct branch *branch;
    size_t branches;
    struct best best;
    uint64_t fitted, admissible;
};

/* One thread's work on one branch. */
struct walk {
    const struct search *search;
    struct lac_fitter *fitter;
    struct best best;
    uint64_t fitted, admissible;
};

static uint64_t bit_of(const struct search *search, int position)
{
    return UINT64_C(1) << search->e.subset[position];
}

/* Place in the order of enumeration: a model as the binary number of enumerate.h. */
static uint64_t number_of(const struct search *search, uint64_t model)
{
    uint64_t number = 0;
    for (int i = 0; i < search->e.positions; i++) number = number << 1 | (model >> search->e.subset[i] & 1U);
    return number;
}

/* --- keeping the best ----------------------------------------------------------------------------------- */

static void settle(struct best *best)
{
    if (best->count == 0) return;
    qsort(best->item, best->count, sizeof *best->item, lac_estimate_search_compare);
    if (best->count < best->limit) return;
    best->count = best->limit;
    double last = best->item[best->limit - 1].key * 1e-8 + MARGIN;
    if (last < best->cutoff) best->cutoff = last;
}

static void keep(struct best *best, const struct lac_estimate_ranked *item)
{
    best->item[best->count++] = *item;
    if (best->count == 2 * best->limit) settle(best);
}

/* --- bounds --------------------------------------------------------------------------------------------- */

/* The model with every term from `position` on that can still be added; *open counts them. */
static uint64_t largest(const struct search *search, uint64_t model, int position, int *open)
{
    *open = 0;
    for (int i = position; i < search->e.positions; i++) {
        if ((model & search->e.parents[i]) != search->e.parents[i]) continue;
        model |= bit_of(search, i);
        ++*open;
    }
    return model;
}

static double bound(const struct search *search, struct lac_fitter *fitter, uint64_t model, double above)
{
    return fmin(above, lac_fitter_bound(fitter, search->count, model));
}

static double least_of(const struct search *search, uint64_t model, double likelihood)
{
    return search->penalty * __builtin_popcountll(model) - 2 * likelihood;
}

/* --- one branch ----------------------------------------------------------------------------------------- */

static void try_model(struct walk *walk, uint64_t model)
{
    const struct search *search = walk->search;
    struct lac_estimate_ranked item = {.model = model};
    walk->fitted++;
    if (!lac_fitter_within(walk->fitter, search->count, model, search->aic, walk->best.cutoff, &item.fit))
        return;
    walk->admissible++;
    item.key = lac_estimate_search_key(&item.fit, search->aic);
    item.number = number_of(search, model);
    keep(&walk->best, &item);
}

/* All models that have the terms of `model` and of the positions before `position` no others. */
static void visit(struct walk *walk, uint64_t model, int position, double likelihood)
{
    const struct search *search = walk->search;
    if (least_of(search, model, likelihood) > walk->best.cutoff) return;
    while (position < search->e.positions &&
           (model & search->e.parents[position]) != search->e.parents[position])
        position++;
    if (position == search->e.positions) {
        try_model(walk, model);
        return;
    }
    visit(walk, model | bit_of(search, position), position + 1, likelihood);
    int open;
    uint64_t most = largest(search, model, position + 1, &open);
    double lacking = fmin(likelihood, search->without[position]);
    if (open >= WORTH_BOUNDING && least_of(search, model, lacking) <= walk->best.cutoff)
        lacking = bound(search, walk->fitter, most, lacking);
    visit(walk, model, position + 1, lacking);
}

static bool walk_branch(struct search *search, size_t number, struct walk *walk)
{
    const struct branch *branch = &search->branch[number];
    *walk = (struct walk){.search = search, .fitter = lac_fitter_pool_mine(search->fitters)};
    walk->best = search->best;
    walk->best.count = 0;
    walk->best.item = malloc(2 * walk->best.limit * sizeof *walk->best.item);
    if (!walk->best.item) return false;
    visit(walk, branch->model, search->pairs, branch->likelihood);
    settle(&walk->best);
    /* what stays until the block is taken over needs no spare room */
    struct lac_estimate_ranked *fit =
        realloc(walk->best.item, (walk->best.count + 1) * sizeof *walk->best.item);
    if (fit) walk->best.item = fit;
    return true;
}

/* --- all branches --------------------------------------------------------------------------------------- */

static int compare_branches(const void *a, const void *b)
{
    const struct branch *x = a, *y = b;
    if (x->least != y->least) return x->least < y->least ? -1 : 1;
    return x->model < y->model ? -1 : x->model > y->model;
}

static enum lac_status take_block(struct search *search, size_t from, size_t to, struct lac_error *err)
{
    struct walk walk[BLOCK];
    int lost = 0;
#pragma omp parallel for schedule(dynamic, 1)
    for (size_t i = from; i < to; i++)
        if (!walk_branch(search, i, &walk[i - from])) {
#pragma omp atomic write
            lost = 1;
        }
    for (size_t i = 0; i < to - from; i++) {
        search->fitted += walk[i].fitted;
        search->admissible += walk[i].admissible;
        for (size_t j = 0; !lost && j < walk[i].best.count; j++) keep(&search->best, &walk[i].best.item[j]);
        free(walk[i].best.item);
    }
    settle(&search->best);
    return lost ? lac_fail_memory(err, "models") : LAC_OK;
}

/* Bounds of the branches; and a first limit, from the two-way models, which are among the candidates. */
static void bound_branches(struct search *search, double *criterion)
{
    double any = lac_estimate_search_saturated(search->count, search->lists);
#pragma omp parallel for schedule(dynamic, 16)
    for (size_t i = 0; i < search->branches; i++) {
        struct lac_fitter *fitter = lac_fitter_pool_mine(search->fitters);
        struct branch *branch = &search->branch[i];
        struct lac_fitted fit;
        int open;
        double likelihood = any;
        for (int p = 0; p < search->pairs; p++)
            if (!(branch->model & bit_of(search, p))) likelihood = fmin(likelihood, search->without[p]);
        branch->likelihood =
            bound(search, fitter, largest(search, branch->model, search->pairs, &open), likelihood);
        branch->least = least_of(search, branch->model, branch->likelihood);
        criterion[i] =
            lac_fitter_within(fitter, search->count, branch->model, search->aic, (double)INFINITY, &fit)
                ? (search->aic ? fit.aic : fit.bic)
                : (double)INFINITY;
    }
}

static enum lac_status make_branches(struct search *search, int lists, struct lac_error *err)
{
    struct lac_estimate_enumeration e;
    search->branches = (size_t)1 << search->pairs;
    search->branch = calloc(search->branches, sizeof *search->branch);
    double *criterion = calloc(search->branches, sizeof *criterion);
    search->best.item = malloc(2 * search->best.limit * sizeof *search->best.item);
    if (!search->branch || !criterion || !search->best.item) {
        free(criterion);
        return lac_fail_memory(err, "models");
    }
    size_t n = 0;
    (void)lac_estimate_enumerate_first(&e, lists, 2);
    do search->branch[n++].model = e.model;
    while (lac_estimate_enumerate_next(&e));
    bound_branches(search, criterion);
    lac_sort(criterion, search->branches);
    search->best.cutoff =
        search->branches > search->best.limit ? criterion[search->best.limit - 1] + MARGIN : (double)INFINITY;
    free(criterion);
    qsort(search->branch, search->branches, sizeof *search->branch, compare_branches);
    return LAC_OK;
}

/* Bounds for the lack of one term. */
static void start(struct search *search)
{
    double any = lac_estimate_search_saturated(search->count, search->lists);
#pragma omp parallel for schedule(dynamic, 1)
    for (int i = 0; i < search->e.positions; i++) {
        uint64_t most = 0;
        for (unsigned s = 0; s + 1 < 1U << search->lists; s++)
            if ((s & search->e.subset[i]) != search->e.subset[i]) most |= UINT64_C(1) << s;
        search->without[i] = bound(search, lac_fitter_pool_mine(search->fitters), most, any);
    }
}

static enum lac_status run(struct search *search, struct lac_error *err)
{
    start(search);
    enum lac_status st = make_branches(search, search->lists, err);
    size_t size = 4;
    for (size_t from = 0; !st && from < search->branches; from += size) {
        if (from >= 32) size = BLOCK;
        if (search->branch[from].least > search->best.cutoff) break; /* and so do all that follow */
        size_t to = from + size < search->branches ? from + size : search->branches;
        st = take_block(search, from, to, err);
    }
    return st;
}

static uint64_t count_models(int lists, int order)
{
    struct lac_estimate_enumeration e;
    uint64_t n = 0;
    (void)lac_estimate_enumerate_first(&e, lists, order);
    do n++;
    while (lac_estimate_enumerate_next(&e));
    return n;
}

enum lac_status lac_estimate_search_wide(const struct lac_estimate_history *history, size_t limit,
                                         struct lac_arena *arena, struct lac_estimate_search *search,
                                         struct lac_error *err)
{
    struct search own = {.count = history->count,
                         .aic = search->aic,
                         .penalty = search->aic ? 2 : log(history->n),
                         .lists = history->lists,
                         .best = {.limit = limit}};
    enum lac_status st;
    if (!lac_estimate_enumerate_first(&own.e, history->lists, search->order))
        return lac_fail(err, LAC_DEFECT, "models of %d lists cannot be enumerated", history->lists);
    own.pairs = history->lists * (history->lists - 1) / 2;
    own.fitters = lac_fitter_pool_new(history->lists);
    st = own.fitters ? run(&own, err) : lac_fail_memory(err, "fits");
    if (!st) {
        search->count = own.best.count;
        search->considered = count_models(history->lists, search->order);
        search->fitted = own.fitted;
        search->admissible = own.admissible;
        search->item = LAC_NEW(arena, struct lac_estimate_ranked, own.best.count);
        if (!search->item) st = lac_fail_memory(err, "models");
    }
    if (!st && own.best.count) memcpy(search->item, own.best.item, own.best.count * sizeof *search->item);
    lac_fitter_pool_free(own.fitters);
    free(own.branch);
    free(own.best.item);
    return st;
}
