/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "diagnostics_tipping.h"
#include <math.h>
#include "fit.h"

const double lac_tipping_ratio[LAC_TIPPING_RATIOS] = {0.5, 1.5, 2, 3};

struct shift {
    const struct lac_estimate_history *history;
    const struct lac_estimate_model *model;
    struct lac_fit_space *space;
    double *offset;
    unsigned pair;
};

/* N when the pair has odds ratio exp(log_ratio); NaN when the fit fails. */
static double shifted(const struct shift *shift, double log_ratio)
{
    const struct lac_fit_options options = {.offset = shift->offset};
    struct lac_fit fit;
    for (unsigned w = 0; w < 1U << shift->history->lists; w++)
        shift->offset[w] = (w & shift->pair) == shift->pair ? log_ratio : 0;
    lac_estimate_fit(shift->space, shift->history->count, shift->model, &options, &fit);
    return fit.status == LAC_FIT_OK ? shift->history->n + fit.unseen : (double)NAN;
}

/* The log odds ratio between `inner` and `outer` at which N passes the target. */
static double bisect(const struct shift *shift, double inner, double outer, double target)
{
    bool below = shifted(shift, inner) < target;
    while (fabs(outer - inner) > 1e-10) {
        double middle = 0.5 * (inner + outer), n = shifted(shift, middle);
        if (isnan(n)) return (double)NAN;
        if ((n < target) == below)
            inner = middle;
        else
            outer = middle;
    }
    return 0.5 * (inner + outer);
}

/* The crossing of `target` nearest to 0 in one direction, or NaN. */
static double crossing(const struct shift *shift, double base, double target, double direction)
{
    double step = direction * log(LAC_TIPPING_STEP), limit = log(LAC_TIPPING_LIMIT);
    for (double inner = 0; fabs(inner) < limit; inner += step) {
        double n = shifted(shift, inner + step);
        if (isnan(n)) return (double)NAN;
        if ((n < target) != (base < target)) return bisect(shift, inner, inner + step, target);
    }
    return (double)NAN;
}

static double tipping_point(const struct shift *shift, double base, double target)
{
    double up = crossing(shift, base, target, 1), down = crossing(shift, base, target, -1);
    if (isnan(up)) return exp(down);
    return exp(isnan(down) || up <= -down ? up : down);
}

static void tip_pair(const struct shift *shift, double base, struct lac_tipping *out)
{
    out->pair = shift->pair;
    for (int i = 0; i < LAC_TIPPING_RATIOS; i++) out->at[i] = shifted(shift, log(lac_tipping_ratio[i]));
    out->below_observed = !(base / 2 > shift->history->n);
    out->halves = out->below_observed ? (double)NAN : tipping_point(shift, base, base / 2);
    out->doubles = tipping_point(shift, base, base * 2);
}

enum lac_status lac_tipping_run(const struct lac_estimate_history *history,
                                const struct lac_estimate_model *model, struct lac_arena *arena,
                                struct lac_tipping **tipping, size_t *count, struct lac_error *err)
{
    struct shift shift = {history, model, lac_fit_space_new(history->lists),
                          LAC_NEW(arena, double, 1U << history->lists), 0};
    int lists = history->lists;
    enum lac_status st = LAC_OK;
    *tipping = LAC_NEW(arena, struct lac_tipping, lists * (lists - 1) / 2);
    *count = 0;
    if (!shift.space || !shift.offset || !*tipping) {
        st = lac_fail_memory(err, "tipping points");
        goto cleanup;
    }
    double base = shifted(&shift, 0);
    for (int j = 1; j < lists && !isnan(base); j++)
        for (int i = 0; i < j; i++) {
            shift.pair = 1U << i | 1U << j;
            if (!lac_estimate_model_has(model, shift.pair)) tip_pair(&shift, base, &(*tipping)[(*count)++]);
        }
cleanup:
    lac_fit_space_free(shift.space);
    return st;
}
