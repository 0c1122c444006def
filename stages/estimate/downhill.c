/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "downhill.h"
#include <math.h>
#include <string.h>

#define RESTART_LISTS 9

/* The neighbour that is best so far in one move. */
struct best {
    const double *count;
    double criterion;
    bool found;
    struct lac_estimate_model model;
    struct lac_fitted fit;
};

static double criterion_of(const struct lac_estimate_downhill *search, const struct lac_fitted *fit)
{
    return search->aic ? fit->aic : fit->bic;
}

static void try_model(struct lac_fitter *fitter, struct lac_estimate_downhill *search,
                      const struct lac_estimate_model *model, struct best *best)
{
    struct lac_fitted fit;
    search->considered++;
    if (!lac_fitter_model(fitter, best->count, model, &fit)) return;
    search->admissible++;
    if (!(criterion_of(search, &fit) < best->criterion - 1e-9)) return;
    best->criterion = criterion_of(search, &fit);
    best->model = *model;
    best->fit = fit;
    best->found = true;
}

static bool parents_in(const struct lac_estimate_model *model, unsigned term)
{
    for (unsigned rest = term; rest; rest &= rest - 1)
        if (!lac_estimate_model_has(model, term & ~(rest & (0U - rest)))) return false;
    return true;
}

static void try_adding(struct lac_fitter *fitter, struct lac_estimate_downhill *search, struct best *best)
{
    int lists = search->model.lists, largest = search->order > 0 ? search->order : lists - 1;
    if (largest > lists - 1) largest = lists - 1;
    /* a term of the model and a list beyond its last one: every larger term comes up once, after its first
     * part */
    for (int i = 0; i < search->model.terms; i++) {
        unsigned part = search->model.term[i];
        int size = __builtin_popcount(part);
        if (size == 0 || size >= largest) continue;
        for (int k = 32 - __builtin_clz(part); k < lists; k++) {
            unsigned term = part | 1U << k;
            struct lac_estimate_model model = search->model;
            if (lac_estimate_model_has(&model, term) || !parents_in(&model, term)) continue;
            if (lac_estimate_model_add(&model, term, NULL)) continue;
            try_model(fitter, search, &model, best);
        }
    }
}

static bool is_generator(const struct lac_estimate_model *model, unsigned term)
{
    for (int i = 0; i < model->terms; i++)
        if (model->term[i] != term && (model->term[i] & term) == term) return false;
    return true;
}

static void try_removing(struct lac_fitter *fitter, struct lac_estimate_downhill *search, struct best *best)
{
    for (int i = 0; i < search->model.terms; i++) {
        unsigned term = search->model.term[i];
        if (__builtin_popcount(term) < 2 || !is_generator(&search->model, term)) continue;
        struct lac_estimate_model model = search->model;
        memmove(&model.term[i], &model.term[i + 1], (size_t)(model.terms - i - 1) * sizeof model.term[0]);
        model.terms--;
        try_model(fitter, search, &model, best);
    }
}

/* From search->model on; false when it has no estimate. */
static bool descend(struct lac_fitter *fitter, const double *count, struct lac_estimate_downhill *search)
{
    struct best best = {.count = count};
    search->moves = 0;
    search->considered++;
    if (!lac_fitter_model(fitter, count, &search->model, &search->fit)) return false;
    search->admissible++;
    best.criterion = criterion_of(search, &search->fit);
    while (search->moves < LAC_ESTIMATE_DOWNHILL_MOVES) {
        best.found = false;
        try_adding(fitter, search, &best);
        try_removing(fitter, search, &best);
        if (!best.found) break;
        search->model = best.model;
        search->fit = best.fit;
        search->moves++;
    }
    return true;
}

bool lac_estimate_downhill_search(struct lac_fitter *fitter, const double *count,
                                  struct lac_estimate_downhill *search)
{
    lac_estimate_model_main(&search->model, lac_fitter_lists(fitter));
    search->considered = search->admissible = 0;
    search->starts = search->same = 1;
    return descend(fitter, count, search);
}

static bool same_model(const struct lac_estimate_model *a, const struct lac_estimate_model *b)
{
    return a->terms == b->terms && memcmp(a->term, b->term, (size_t)a->terms * sizeof *a->term) == 0;
}

/* One more start; search holds the best end so far. */
static void start_from(struct lac_fitter *fitter, const double *count, const struct lac_estimate_model *model,
                       struct lac_estimate_downhill *search)
{
    struct lac_estimate_downhill other = *search;
    other.model = *model;
    bool found = descend(fitter, count, &other);
    search->considered = other.considered;
    search->admissible = other.admissible;
    if (!found) return;
    search->starts++;
    if (same_model(&other.model, &search->model)) {
        search->same++;
    } else if (search->starts == 1 ||
               criterion_of(search, &other.fit) < criterion_of(search, &search->fit) - 1e-9) {
        other.starts = search->starts;
        other.same = 1;
        *search = other;
    }
}

/* Main effects and the pairs that `in` says: all, all but number `pair`, or that pair alone. */
enum start { ALL, ALL_BUT, ALONE };
static void start_model(int lists, enum start in, int pair, struct lac_estimate_model *model)
{
    int number = 0;
    lac_estimate_model_main(model, lists);
    for (unsigned s = 1; s < 1U << lists; s++) {
        if (__builtin_popcount(s) != 2) continue;
        bool this_one = number++ == pair;
        if (in == ALL || this_one == (in == ALONE)) model->term[model->terms++] = (uint16_t)s;
    }
}

bool lac_estimate_downhill_restart(struct lac_fitter *fitter, const double *count,
                                   struct lac_estimate_downhill *search)
{
    struct lac_estimate_model model;
    int lists = lac_fitter_lists(fitter), pairs = lists * (lists - 1) / 2;
    bool found = lac_estimate_downhill_search(fitter, count, search);
    if (!found) search->starts = search->same = 0;
    start_model(lists, ALL, -1, &model);
    start_from(fitter, count, &model, search);
    for (int p = 0; lists <= RESTART_LISTS && p < pairs; p++) {
        start_model(lists, ALONE, p, &model);
        start_from(fitter, count, &model, search);
        start_model(lists, ALL_BUT, p, &model);
        start_from(fitter, count, &model, search);
    }
    return search->starts > 0;
}

double lac_estimate_downhill_estimate(const void *settings, struct lac_fitter *fitter, const double *count)
{
    const struct lac_estimate_downhill *asked = settings;
    struct lac_estimate_downhill search = {.order = asked->order, .aic = asked->aic};
    bool found = lac_estimate_downhill_search(fitter, count, &search);
    if (!found) search.starts = search.same = 0;
    if (asked->also) start_from(fitter, count, asked->also, &search);
    if (search.starts == 0) return (double)INFINITY;
    return lac_fitter_persons(fitter, count) + exp(search.fit.log_n0);
}
