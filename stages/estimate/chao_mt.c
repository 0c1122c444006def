/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chao_mt.h"

#include <math.h>
#include <stdlib.h>

#include "interval.h"

static void take(const struct lac_estimate_history *history, const struct lac_fit *fit, double level,
                 struct lac_simple *result)
{
    struct lac_interval interval;

    result->estimate = history->n + fit->unseen;
    result->se = fit->se;
    result->parameters = fit->parameters;
    if (!lac_interval_lognormal(history->n, fit->unseen, fit->se, level, &interval)) return;
    result->lower = interval.lower;
    result->upper = interval.upper;
}

enum lac_status lac_chao_mt(const struct lac_estimate_history *history, struct lac_fit_space *space,
                            struct lac_existence *existence, double level, struct lac_simple *result,
                            struct lac_error *err)
{
    size_t cells = (size_t)1 << history->lists;
    bool *drop = calloc(cells, sizeof *drop);
    struct lac_estimate_model model;
    struct lac_fit fit;

    lac_simple_init(result);
    if (drop == NULL) return lac_fail_memory(err, "cells");
    for (size_t w = 0; w < cells; w++) drop[w] = __builtin_popcount((unsigned)w) > 2;
    lac_estimate_model_main(&model, history->lists);
    lac_estimate_fit(space, history->count, &model, &(struct lac_fit_options){.drop = drop}, &fit);
    result->status = fit.status;
    if (fit.status == LAC_FIT_OK &&
        lac_estimate_existence(existence, history->count, &model, drop, space, &fit) != LAC_VERDICT_EXISTS)
        result->status = LAC_FIT_NOT_IDENTIFIABLE;
    if (result->status == LAC_FIT_OK) take(history, &fit, level, result);
    free(drop);
    return LAC_OK;
}
