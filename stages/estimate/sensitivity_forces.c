/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <gsl/gsl_cdf.h>
#include <math.h>
#include <string.h>
#include "base/sum.h"
#include "bca.h"
#include "doubly_robust.h"
#include "national.h"
#include "pooled_vary.h"
#include "runs.h"
#include "sensitivity.h"

#define SHARE_MAXIMUM 0.1
#define FIXED_VARIANCE 25.0 /* of log odds of capture: a force's own data decide */
#define PART_BASE UINT32_C(0x40000000)
#define PART_RUNS UINT32_C(4096)

struct job {
    const struct lac_sensitivity_input *in;
    struct lac_sensitivity *list;
    uint32_t part; /* of the next run */
};

/* Persons seen and unseen of a nation put together from parts, by draw. */
struct sum {
    double n, unseen;              /* the point */
    double without, *seen, *drawn; /* without: persons in parts that have no estimate */
    size_t parts;
};

static enum lac_status sum_init(const struct job *job, struct sum *sum, struct lac_error *err)
{
    size_t b = (size_t)job->in->options->bootstrap;
    *sum = (struct sum){.seen = LAC_NEW(job->list->arena, double, b),
                        .drawn = LAC_NEW(job->list->arena, double, b)};
    return sum->seen && sum->drawn ? LAC_OK : lac_fail_memory(err, "sensitivity runs");
}

/* Persons of a part that has no estimate are counted and not multiplied. */
static void add_seen(const struct job *job, double n, struct sum *sum)
{
    sum->n += n;
    sum->without += n;
    for (size_t b = 0; b < (size_t)job->in->options->bootstrap; b++) sum->seen[b] += n;
}

/* Percentiles over draws, one allowance for residual dependence a draw, as in the headline. */
static enum lac_status finish(const struct job *job, const struct sum *sum, struct lac_sensitivity_row *row,
                              struct lac_error *err)
{
    const struct lac_estimate_options *o = job->in->options;
    size_t b = (size_t)o->bootstrap;
    double *sorted = LAC_NEW(job->list->arena, double, b);
    if (!sorted) return lac_fail_memory(err, "sensitivity runs");
    if (sum->parts == 0 || !(sum->without <= SHARE_MAXIMUM * sum->n)) {
        row->note = "the parts without an estimate hold more than a tenth of the persons seen";
        return LAC_OK;
    }
    row->status = LAC_RESULT_OK;
    row->estimate = sum->n + sum->unseen;
    if (sum->without > 0)
        row->note =
            lac_arena_printf(job->list->arena,
                             "parts with %.1f %% of the persons seen have no estimate and are counted "
                             "as seen alone",
                             100 * sum->without / sum->n);
    if (!row->note) return lac_fail_memory(err, "sensitivity runs");
    if (b == 0) return LAC_OK;
    for (size_t i = 0; i < b; i++)
        sorted[i] = sum->seen[i] + sum->drawn[i] * lac_national_factor(o->delta_sd, o->seed, i, o->part);
    lac_sort(sorted, b);
    struct lac_estimate_limits limits = lac_estimate_percentile(sorted, b, o->level);
    row->lower = limits.lower;
    row->upper = limits.upper;
    return LAC_OK;
}

/* --- pooled runs ---------------------------------------------------------------------------------------- */

static void add_outcome(const struct job *job, const struct lac_pooled_outcome *outcome, struct sum *sum)
{
    sum->parts++;
    sum->n += outcome->n;
    sum->unseen += outcome->unseen;
    for (size_t b = 0; b < (size_t)job->in->options->bootstrap; b++) {
        sum->seen[b] += outcome->seen[b];
        sum->drawn[b] += outcome->drawn[b];
    }
}

static double persons_of(const struct lac_pooled_data *data)
{
    double n = 0;
    for (size_t f = 0; f < data->forces; f++)
        for (unsigned w = 1; w < 1U << data->lists; w++) n += data->force[f].count[w];
    return n;
}

/* Fits changed data and adds them to a sum. */
static enum lac_status add_pooled(struct job *job, const struct lac_pooled_change *change, struct sum *sum,
                                  struct lac_error *err)
{
    struct lac_pooled_input varied;
    struct lac_pooled_outcome outcome;
    const struct lac_pooled_trial trial = {.input = &varied,
                                           .seed = job->in->options->seed,
                                           .part = job->part++,
                                           .draws = (size_t)job->in->options->bootstrap};
    enum lac_status st = lac_pooled_vary(&job->in->pooled->input, change, job->list->arena, &varied, err);
    if (!st) st = lac_pooled_try(&trial, job->list->arena, &outcome, err);
    if (st) return st;
    if (outcome.fitted)
        add_outcome(job, &outcome, sum);
    else
        add_seen(job, persons_of(&varied.data), sum);
    return LAC_OK;
}

static void no_change(const struct job *job, struct lac_pooled_change *change)
{
    lac_pooled_as_is(&job->in->pooled->input, change);
    if (change->linkages > LAC_SENSITIVITY_LINKAGES) change->linkages = LAC_SENSITIVITY_LINKAGES;
}

/* A row of one changed model of all forces. */
static enum lac_status pooled_row(struct job *job, const char *run, const char *item,
                                  const struct lac_pooled_change *change, struct lac_error *err)
{
    struct sum sum;
    struct lac_sensitivity_row *row = item ? lac_sensitivity_add(job->list, run, item) : NULL;
    enum lac_status st = row ? sum_init(job, &sum, err) : lac_fail_memory(err, "sensitivity runs");
    if (!st) st = add_pooled(job, change, &sum, err);
    return st ? st : finish(job, &sum, row, err);
}

/* --- S1 ------------------------------------------------------------------------------------------------- */

static bool same_lists(const struct lac_pooled_force *a, const struct lac_pooled_force *b)
{
    return a->returned == b->returned && a->operating == b->operating;
}

/* Counts of the forces like `of` over the lists that returned there. */
static void add_group(const struct lac_pooled_data *data, const struct lac_pooled_force *of, double *count)
{
    for (size_t f = 0; f < data->forces; f++)
        for (unsigned w = 1; same_lists(&data->force[f], of) && w < 1U << data->lists; w++) {
            unsigned to = 0;
            for (int k = 0, bit = 0; k < data->lists; k++)
                if (of->returned >> k & 1U) to |= (w >> k & 1U) << bit++;
            if (data->force[f].count[w] > 0) count[to] += data->force[f].count[w];
        }
}

static enum lac_status group_history(const struct job *job, const struct lac_pooled_force *of,
                                     struct lac_estimate_history *history, struct lac_error *err)
{
    const struct lac_pooled_input *input = &job->in->pooled->input;
    struct lac_arena *arena = job->list->arena;
    int lists = __builtin_popcount(of->returned);
    size_t cells = (size_t)1 << lists;
    const char **name = LAC_NEW(arena, const char *, lists);
    double *count = LAC_NEW(arena, double, cells);
    double *drawn = LAC_NEW(arena, double, cells * input->linkages);
    double *drawn_n = LAC_NEW(arena, double, input->linkages);
    if (!name || !count || !drawn || !drawn_n) return lac_fail_memory(err, "a table of forces");
    for (int k = 0, to = 0; k < input->data.lists; k++)
        if (of->returned >> k & 1U) name[to++] = job->in->history->name[k];
    add_group(&input->data, of, count);
    for (size_t d = 0; d < input->linkages; d++) {
        add_group(&input->linkage[d], of, drawn + d * cells);
        for (size_t w = 1; w < cells; w++) drawn_n[d] += drawn[d * cells + w];
    }
    enum lac_status st = lac_estimate_history_init(history, lists, name, count, arena, err);
    history->draws = input->linkages;
    history->drawn = drawn;
    history->drawn_n = drawn_n;
    history->settled = NULL;
    return st;
}

/* The average of one group of forces, without delta, into the sum. */
static enum lac_status add_table(struct job *job, const struct lac_pooled_force *of, struct sum *sum,
                                 struct lac_error *err)
{
    struct lac_estimate_history history;
    struct lac_results results = {.arena = job->list->arena};
    struct lac_estimate_options options = *job->in->options;
    options.part = job->part++;
    options.delta_sd = 0;
    options.keep_replicates = true;
    enum lac_status st = group_history(job, of, &history, err);
    if (!st && history.lists > 1) st = lac_estimate_run_national(&history, &options, &results, err);
    if (st) return st;
    const struct lac_result *result = results.count ? &results.item[0] : NULL;
    size_t b = (size_t)options.bootstrap;
    if (!result || result->status != LAC_RESULT_OK || result->replicate_count < b) {
        add_seen(job, history.n, sum);
        return LAC_OK;
    }
    sum->parts++;
    sum->n += history.n;
    sum->unseen += result->estimate - history.n;
    for (size_t i = 0; i < b; i++) {
        double n = lac_estimate_history_persons(&history, i);
        sum->seen[i] += n;
        sum->drawn[i] += result->replicate[i] - n;
    }
    return LAC_OK;
}

static enum lac_status by_availability(struct job *job, struct lac_error *err)
{
    const struct lac_pooled_data *data = &job->in->pooled->input.data;
    struct lac_sensitivity_row *row = lac_sensitivity_add(job->list, "S1", "");
    struct sum sum;
    enum lac_status st = row ? sum_init(job, &sum, err) : lac_fail_memory(err, "sensitivity runs");
    for (size_t f = 0; !st && f < data->forces; f++) {
        bool first = true;
        for (size_t g = 0; g < f; g++) first &= !same_lists(&data->force[g], &data->force[f]);
        if (first) st = add_table(job, &data->force[f], &sum, err);
    }
    return st ? st : finish(job, &sum, row, err);
}

/* --- S2 ------------------------------------------------------------------------------------------------- */

/* Log-normal limits with the residual dependence: draws of forces whose lists share nobody have no bound. */
static enum lac_status fixed_effects(struct job *job, struct lac_error *err)
{
    const struct lac_estimate_options *o = job->in->options;
    struct lac_sensitivity_row *row = lac_sensitivity_add(job->list, "S2", "");
    const struct lac_pooled_trial trial = {
        .input = &job->in->pooled->input, .seed = o->seed, .fixed_variance = FIXED_VARIANCE};
    struct lac_pooled_outcome outcome;
    if (!row) return lac_fail_memory(err, "sensitivity runs");
    enum lac_status st = lac_pooled_try(&trial, job->list->arena, &outcome, err);
    row->note = "the model has no mode that could be found";
    if (st || !outcome.fitted) return st;
    double reach = gsl_cdf_ugaussian_Pinv((1 + o->level) / 2) * hypot(outcome.log_error, o->delta_sd);
    row->note = "";
    row->status = LAC_RESULT_OK;
    row->estimate = outcome.n + outcome.unseen;
    row->lower = outcome.n + outcome.unseen * exp(-reach);
    row->upper = outcome.n + outcome.unseen * exp(reach);
    return LAC_OK;
}

/* --- S3 ------------------------------------------------------------------------------------------------- */

static enum lac_status by_region(struct job *job, struct lac_error *err)
{
    size_t forces = job->in->pooled->input.data.forces;
    const char *const *region = job->in->region;
    struct lac_sensitivity_row *row = lac_sensitivity_add(job->list, "S3", "");
    bool *keep = LAC_NEW(job->list->arena, bool, forces);
    struct lac_pooled_change change;
    struct sum sum;
    enum lac_status st = row && keep ? sum_init(job, &sum, err) : lac_fail_memory(err, "sensitivity runs");
    if (st) return st;
    row->note = "the regions of the forces are not known";
    if (!region) return LAC_OK;
    row->note = "";
    no_change(job, &change);
    change.keep = keep;
    for (size_t f = 0; !st && f < forces; f++) {
        bool first = true;
        for (size_t g = 0; g < forces; g++) {
            keep[g] = strcmp(region[g], region[f]) == 0;
            first &= g >= f || !keep[g];
        }
        if (first) st = add_pooled(job, &change, &sum, err);
    }
    return st ? st : finish(job, &sum, row, err);
}

/* --- S6 ------------------------------------------------------------------------------------------------- */

static enum lac_status lists_changed(struct job *job, struct lac_error *err)
{
    const struct lac_estimate_history *history = job->in->history;
    struct lac_pooled_change change;
    int lists = history->lists;
    enum lac_status st = LAC_OK;
    for (int k = 0; !st && lists > 2 && k < lists; k++) {
        no_change(job, &change);
        lac_pooled_leave_out(k, lists, &change);
        st = pooled_row(job, "S6-without", history->name[k], &change, err);
    }
    for (int i = 0; lists > 2 && i < lists; i++)
        for (int j = i + 1; !st && j < lists; j++) {
            no_change(job, &change);
            lac_pooled_merge(i, j, lists, &change);
            st = pooled_row(job, "S6-merged",
                            lac_arena_printf(job->list->arena, "%s+%s", history->name[i], history->name[j]),
                            &change, err);
        }
    return st;
}

/* Unseen persons of every force but one from data without it; the left-out force keeps what
 * the full data say of it. */
static enum lac_status forces_left_out(struct job *job, struct lac_error *err)
{
    const struct lac_pooled_input *input = &job->in->pooled->input;
    const struct lac_pooled_trial full = {.input = input, .seed = job->in->options->seed};
    struct lac_pooled_outcome all;
    size_t forces = input->data.forces;
    bool *keep = LAC_NEW(job->list->arena, bool, forces);
    enum lac_status st = keep ? LAC_OK : lac_fail_memory(err, "sensitivity runs");
    if (!st) st = lac_pooled_try(&full, job->list->arena, &all, err);
    for (size_t f = 0; !st && f < forces; f++) {
        struct lac_pooled_input varied;
        struct lac_pooled_outcome outcome;
        struct lac_pooled_change change;
        const struct lac_pooled_trial trial = {.input = &varied, .seed = job->in->options->seed};
        const char *code = job->in->pooled->code[f];
        if (!code[0]) continue; /* persons in no force are no force */
        struct lac_sensitivity_row *row = lac_sensitivity_add(job->list, "S6-force", code);
        if (!row) return lac_fail_memory(err, "sensitivity runs");
        lac_pooled_as_is(input, &change);
        change.linkages = 0;
        change.keep = keep;
        for (size_t g = 0; g < forces; g++) keep[g] = g != f;
        st = lac_pooled_vary(input, &change, job->list->arena, &varied, err);
        if (!st) st = lac_pooled_try(&trial, job->list->arena, &outcome, err);
        if (st || !outcome.fitted || !all.fitted) continue;
        row->status = LAC_RESULT_OK;
        row->estimate = all.n + outcome.unseen + all.force_unseen[f];
    }
    return st;
}

/* --- S9 ------------------------------------------------------------------------------------------------- */

/* Persons on either list by place, where both were returned; persons of such places, and of all others. */
static size_t fill_places(const struct lac_pooled_data *data, const int *list, struct lac_robust_place *place,
                          double *here, double *elsewhere)
{
    size_t places = 0;
    for (size_t f = 0; f < data->forces; f++) {
        const struct lac_pooled_force *force = &data->force[f];
        bool both = (force->returned >> list[0] & 1U) && (force->returned >> list[1] & 1U);
        struct lac_robust_place *to = &place[places];
        double *const cell[] = {NULL, &to->first, &to->second, &to->both};
        for (unsigned w = 1; w < 1U << data->lists; w++) {
            unsigned seen = (w >> list[0] & 1U) | (w >> list[1] & 1U) << 1;
            *(both ? here : elsewhere) += force->count[w];
            if (both && seen) *cell[seen] += force->count[w];
        }
        places += both;
    }
    return places;
}

static enum lac_status doubly_robust(struct job *job, struct lac_error *err)
{
    const struct lac_pooled_data *data = &job->in->pooled->input.data;
    const struct lac_sensitivity_input *in = job->in;
    struct lac_sensitivity_row *row = lac_sensitivity_add(job->list, "S9", "");
    struct lac_robust_place *place = LAC_NEW(job->list->arena, struct lac_robust_place, data->forces);
    struct lac_robust robust;
    double elsewhere = 0, here = 0;
    if (!row || !place) return lac_fail_memory(err, "sensitivity runs");
    row->note = "no two lists are named in estimate.independent_lists";
    if (in->independent[0] < 0 || in->independent[1] < 0) return LAC_OK;
    row->item = lac_arena_printf(job->list->arena, "%s+%s", in->history->name[in->independent[0]],
                                 in->history->name[in->independent[1]]);
    if (!row->item) return lac_fail_memory(err, "sensitivity runs");
    size_t places = fill_places(data, in->independent, place, &here, &elsewhere);
    row->note = "nobody is on both lists";
    if (!lac_doubly_robust(place, places, in->options->level, &robust)) return LAC_OK;
    row->note = elsewhere > 0 ? lac_arena_printf(job->list->arena,
                                                 "%.1f %% of the persons seen live where one of the two was "
                                                 "not returned: they are counted as seen alone",
                                                 100 * elsewhere / (elsewhere + here))
                              : "";
    if (!row->note) return lac_fail_memory(err, "sensitivity runs");
    row->status = LAC_RESULT_OK;
    row->estimate = robust.estimate + elsewhere;
    row->lower = robust.lower + elsewhere;
    row->upper = robust.upper + elsewhere;
    return LAC_OK;
}

enum lac_status lac_sensitivity_forces(const struct lac_sensitivity_input *in, struct lac_sensitivity *list,
                                       struct lac_error *err)
{
    struct job job = {in, list, PART_BASE + in->options->part * PART_RUNS};
    struct lac_pooled_change change;
    no_change(&job, &change);
    enum lac_status st = by_availability(&job, err);
    if (!st) st = fixed_effects(&job, err);
    if (!st) st = by_region(&job, err);
    change.missing_as_absent = true;
    if (!st) st = pooled_row(&job, "S5", "", &change, err);
    if (!st) st = lists_changed(&job, err);
    if (!st) st = forces_left_out(&job, err);
    return st ? st : doubly_robust(&job, err);
}
