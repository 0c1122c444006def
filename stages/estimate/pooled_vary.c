/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "pooled_vary.h"
#include <math.h>
#include "pooled_draw.h"

#define FAILED_MAXIMUM 0.2

void lac_pooled_as_is(const struct lac_pooled_input *input, struct lac_pooled_change *change)
{
    *change = (struct lac_pooled_change){.linkages = input->linkages};
    for (int k = 0; k < LAC_POOLED_LISTS; k++) change->place[k] = k;
}

void lac_pooled_leave_out(int list, int lists, struct lac_pooled_change *change)
{
    for (int k = 0; k < lists; k++) change->place[k] = k == list ? -1 : k - (k > list);
}

void lac_pooled_merge(int i, int j, int lists, struct lac_pooled_change *change)
{
    lac_pooled_leave_out(j, lists, change);
    change->place[j] = change->place[i];
}

static uint32_t move(uint32_t lists, const struct lac_pooled_change *change)
{
    uint32_t to = 0;
    for (int k = 0; k < LAC_POOLED_LISTS; k++)
        if (lists >> k & 1U && change->place[k] >= 0) to |= UINT32_C(1) << change->place[k];
    return to;
}

static int lists_after(const struct lac_pooled_change *change, int lists)
{
    int most = -1;
    for (int k = 0; k < lists; k++)
        if (change->place[k] > most) most = change->place[k];
    return most + 1;
}

static bool kept(const struct lac_pooled_data *data, size_t f, const struct lac_pooled_change *change)
{
    return (!change->keep || change->keep[f]) && move(data->force[f].returned, change) != 0;
}

/* One set of data. */
static enum lac_status vary_data(const struct lac_pooled_data *from, const struct lac_pooled_change *change,
                                 struct lac_arena *arena, struct lac_pooled_data *to, struct lac_error *err)
{
    int lists = lists_after(change, from->lists);
    size_t cells = (size_t)1 << lists;
    struct lac_pooled_force *force = LAC_NEW(arena, struct lac_pooled_force, from->forces + 1);
    double *count = LAC_NEW(arena, double, (from->forces + 1) * cells);
    if (!force || !count) return lac_fail_memory(err, "a variation of the forces");
    *to = (struct lac_pooled_data){.lists = lists, .force = force};
    for (size_t f = 0; f < from->forces; f++) {
        const struct lac_pooled_force *old = &from->force[f];
        struct lac_pooled_force *new = &force[to->forces];
        if (!kept(from, f, change)) continue;
        *new = (struct lac_pooled_force){.returned = move(old->returned, change),
                                         .operating = move(old->operating, change),
                                         .count = count + to->forces * cells,
                                         .size = old->size};
        if (change->missing_as_absent) new->operating = new->returned;
        if (change->missing_as_nobody) new->returned = new->operating;
        for (unsigned w = 1; w < 1U << from->lists; w++) {
            uint32_t v = move(w, change);
            if (v != 0) count[to->forces * cells + v] += old->count[w];
        }
        to->forces++;
    }
    return LAC_OK;
}

static enum lac_status vary_sets(const struct lac_pooled_data *from, size_t sets,
                                 const struct lac_pooled_change *change, struct lac_arena *arena,
                                 const struct lac_pooled_data **to, struct lac_error *err)
{
    struct lac_pooled_data *made = LAC_NEW(arena, struct lac_pooled_data, sets);
    if (!made) return lac_fail_memory(err, "a variation of the forces");
    *to = made;
    for (size_t s = 0; s < sets; s++) {
        enum lac_status st = vary_data(&from[s], change, arena, &made[s], err);
        if (st) return st;
    }
    return LAC_OK;
}

enum lac_status lac_pooled_vary(const struct lac_pooled_input *from, const struct lac_pooled_change *change,
                                struct lac_arena *arena, struct lac_pooled_input *to, struct lac_error *err)
{
    *to = (struct lac_pooled_input){0};
    enum lac_status st = vary_data(&from->data, change, arena, &to->data, err);
    if (st || !from->linkage) return st;
    to->linkages = from->linkages < change->linkages ? from->linkages : change->linkages;
    return vary_sets(from->linkage, to->linkages, change, arena, &to->linkage, err);
}

static enum lac_status draw(const struct lac_pooled_trial *trial, struct lac_pooled *pooled,
                            struct lac_arena *arena, struct lac_pooled_outcome *outcome,
                            struct lac_error *err)
{
    const struct lac_pooled_input *input = trial->input;
    const struct lac_pooled_drawing drawing = {.seed = trial->seed,
                                               .part = trial->part,
                                               .draws = trial->draws,
                                               .linkage = input->linkages > 0 ? input->linkage : NULL,
                                               .linkages = input->linkages};
    struct lac_pooled_draws draws;
    enum lac_status st = lac_pooled_draw(pooled, &drawing, arena, &draws, err);
    if (st) return st;
    outcome->seen = draws.seen;
    outcome->drawn = draws.unseen;
    outcome->fitted = (double)draws.failed <= FAILED_MAXIMUM * (double)trial->draws;
    return LAC_OK;
}

enum lac_status lac_pooled_try(const struct lac_pooled_trial *trial, struct lac_arena *arena,
                               struct lac_pooled_outcome *outcome, struct lac_error *err)
{
    const struct lac_pooled_data *data = &trial->input->data;
    double variance[LAC_POOLED_LISTS], *force = LAC_NEW(arena, double, data->forces);
    struct lac_pooled_terms terms;
    struct lac_pooled *pooled;
    *outcome = (struct lac_pooled_outcome){.n = (double)NAN, .unseen = (double)NAN, .force_unseen = force};
    if (!force) return lac_fail_memory(err, "unseen persons of forces");
    if (data->forces == 0 || data->lists < 2) return LAC_OK;
    lac_pooled_choose_terms(data, &terms);
    enum lac_status st = lac_pooled_new(data, &terms, arena, &pooled, err);
    if (st) return st;
    for (int k = 0; k < data->lists; k++) variance[k] = trial->fixed_variance;
    bool found = trial->fixed_variance > 0 ? lac_pooled_fit_fixed(pooled, variance) : lac_pooled_fit(pooled);
    if (!found) return LAC_OK;
    outcome->fitted = true;
    outcome->n = outcome->unseen = 0;
    for (size_t f = 0; f < data->forces; f++) {
        force[f] = lac_pooled_unseen(pooled, f, lac_pooled_parameters(pooled));
        outcome->n += lac_pooled_seen(pooled, f);
        outcome->unseen += force[f];
    }
    if (trial->fixed_variance > 0) outcome->log_error = lac_pooled_log_error(pooled);
    if (trial->draws == 0 || trial->fixed_variance > 0) return LAC_OK;
    st = draw(trial, pooled, arena, outcome, err);
    if (!st && !outcome->fitted) outcome->unseen = (double)NAN;
    return st;
}
