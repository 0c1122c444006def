/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "diagnostics_point.h"
#include <math.h>
#include <string.h>
#include "enumerate.h"
#include "stepwise.h"

#define THRESHOLD 0.02

int lac_point_order(int lists, int order)
{
    return order == 0 && lists >= LAC_ESTIMATE_ENUMERATE_LISTS ? 2 : order;
}

static enum lac_status by_search(const struct lac_estimate_history *history, int order,
                                 struct lac_arena *arena, struct lac_point *point, struct lac_error *err)
{
    point->searched = true;
    point->search.order = order;
    enum lac_status st = lac_estimate_search_run(history, arena, &point->search, err);
    if (st || point->search.count == 0) return st;
    double *weight = LAC_NEW(arena, double, point->search.count);
    if (!weight) return lac_fail_memory(err, "weights");
    point->estimate = lac_estimate_search_average(&point->search, history->n, weight).estimate;
    point->fit = point->search.item[0].fit;
    lac_estimate_model_from_bits(&point->best, history->lists, point->search.item[0].model);
    return LAC_OK;
}

static enum lac_status by_steps(const struct lac_estimate_history *history, struct lac_arena *arena,
                                struct lac_point *point, struct lac_error *err)
{
    struct lac_estimate_stepwise *selected = LAC_NEW(arena, struct lac_estimate_stepwise, 1);
    struct lac_fitter *fitter = lac_fitter_new(history->lists);
    enum lac_status st = LAC_OK;
    if (!selected || !fitter) {
        st = lac_fail_memory(err, "a fit");
        goto cleanup;
    }
    if (!lac_estimate_stepwise_select(fitter, history->count, THRESHOLD, selected)) goto cleanup;
    point->fit = selected->fit;
    point->estimate = history->n + exp(selected->fit.log_n0);
    lac_estimate_model_main(&point->best, history->lists);
    for (int i = 0; !st && i < selected->pairs; i++)
        st = lac_estimate_model_add(&point->best, selected->pair[i], err);
cleanup:
    lac_fitter_free(fitter);
    return st;
}

enum lac_status lac_point_estimate(const struct lac_estimate_history *history, int order,
                                   struct lac_arena *arena, struct lac_point *point, struct lac_error *err)
{
    memset(point, 0, sizeof *point);
    point->estimate = (double)NAN;
    point->n = history->n;
    point->status = LAC_RESULT_REFUSED;
    if (history->lists < 2) return LAC_OK;
    enum lac_status st = history->lists <= LAC_ESTIMATE_ENUMERATE_LISTS
                             ? by_search(history, order, arena, point, err)
                             : by_steps(history, arena, point, err);
    point->status = isfinite(point->estimate) ? LAC_RESULT_OK : LAC_RESULT_NOT_IDENTIFIABLE;
    return st;
}

/* What becomes of a history: -1 when it is not in the new table. */
typedef int move(unsigned history, int i, int j);

static unsigned squeeze(unsigned w, int list)
{
    return (w & ((1U << list) - 1)) | w >> (list + 1) << list;
}

static int move_without(unsigned w, int i, int j)
{
    (void)j;
    return (int)squeeze(w, i);
}

static int move_within(unsigned w, int i, int j)
{
    (void)j;
    return w >> i & 1U ? (int)squeeze(w, i) : -1;
}

static int move_merged(unsigned w, int i, int j)
{
    return (int)squeeze(w >> j & 1U ? w | 1U << i : w, j);
}

/* Takes lists without persons out of `count` and `name`; returns how many are left. */
static int drop_empty(int lists, double *count, const char **name)
{
    unsigned seen = 0;
    for (unsigned w = 1; w < 1U << lists; w++)
        if (count[w] > 0) seen |= w;
    for (int k = lists - 1; k >= 0; k--) {
        if (seen >> k & 1U) continue;
        /* nobody has bit k: moving down keeps the order, so no cell is overwritten before it is read */
        for (unsigned w = 0; w < 1U << lists; w++)
            if (!(w >> k & 1U)) count[squeeze(w, k)] = count[w];
        for (int l = k; l + 1 < lists; l++) name[l] = name[l + 1];
        lists--;
    }
    return lists;
}

struct variation {
    move *move;
    int i, j;
    int dropped;      /* the list that has no bit of its own any more */
    const char *name; /* of list i, when it changes */
};

static enum lac_status vary(const struct lac_estimate_history *history, const struct variation *variation,
                            struct lac_arena *arena, struct lac_estimate_history *out, struct lac_error *err)
{
    int lists = history->lists - 1;
    double *count = LAC_NEW(arena, double, (size_t)1 << lists);
    const char **name = LAC_NEW(arena, const char *, lists);
    memset(out, 0, sizeof *out);
    if (!count || !name) return lac_fail_memory(err, "a variation of the table");
    for (int k = 0; k < lists; k++) name[k] = history->name[k + (k >= variation->dropped)];
    if (variation->name) name[variation->i] = variation->name;
    for (unsigned w = 1; w < 1U << history->lists; w++) {
        int to = variation->move(w, variation->i, variation->j);
        if (to > 0) count[to] += history->count[w];
    }
    count[0] = 0;
    lists = drop_empty(lists, count, name);
    return lac_estimate_history_init(out, lists, name, count, arena, err);
}

enum lac_status lac_history_without(const struct lac_estimate_history *history, int list,
                                    struct lac_arena *arena, struct lac_estimate_history *out,
                                    struct lac_error *err)
{
    const struct variation variation = {move_without, list, list, list, NULL};
    return vary(history, &variation, arena, out, err);
}

enum lac_status lac_history_merged(const struct lac_estimate_history *history, int i, int j,
                                   struct lac_arena *arena, struct lac_estimate_history *out,
                                   struct lac_error *err)
{
    const char *name = lac_arena_printf(arena, "%s or %s", history->name[i], history->name[j]);
    const struct variation variation = {move_merged, i, j, j, name};
    return name ? vary(history, &variation, arena, out, err) : lac_fail_memory(err, "a merged list");
}

enum lac_status lac_history_within(const struct lac_estimate_history *history, int list,
                                   struct lac_arena *arena, struct lac_estimate_history *out,
                                   struct lac_error *err)
{
    const struct variation variation = {move_within, list, list, list, NULL};
    return vary(history, &variation, arena, out, err);
}
