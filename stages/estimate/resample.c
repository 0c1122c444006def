/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "resample.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "base/random.h"
#include "base/sum.h"
#include "bca.h"

#define AUTO_LEAST 1000
#define AUTO_MOST 64000
#define AUTO_MOVE 0.01
#define CHOICES_LISTED 10

/* What one thread works with. */
struct thread {
    struct lac_fitter *fitter;
    double *count;  /* 2^K counts of the table at hand */
    double *weight; /* observed cells: their counts */
    int64_t *drawn;
    unsigned *cell;  /* observed cells: their bitmask */
    size_t observed; /* number of observed cells */
};

static void thread_release(struct thread *t)
{
    lac_fitter_free(t->fitter);
    free(t->count);
    free(t->weight);
    free(t->drawn);
    free(t->cell);
}

static enum lac_status thread_init(struct thread *t, const struct lac_estimate_history *history)
{
    size_t cells = (size_t)1 << history->lists;
    memset(t, 0, sizeof *t);
    t->count = calloc(cells, sizeof *t->count);
    t->weight = calloc(cells, sizeof *t->weight);
    t->drawn = calloc(cells, sizeof *t->drawn);
    t->cell = calloc(cells, sizeof *t->cell);
    t->fitter = lac_fitter_new(history->lists);
    if (!t->count || !t->weight || !t->drawn || !t->cell || !t->fitter) return LAC_NOMEM;
    for (unsigned w = 1; w < cells; w++)
        if (history->count[w] > 0) {
            t->cell[t->observed] = w;
            t->weight[t->observed++] = history->count[w];
        }
    return LAC_OK;
}

/* Linkage averaging: replicate b comes from the table of drawn linkage b modulo their number, so the
 * replicates are a mixture over draws (Sadinle 2018). A cell empty in every draw is empty in the mean too. */
static void draw_observed(struct thread *t, const struct lac_estimate_resample *job, int64_t b,
                          struct lac_random *random)
{
    const struct lac_estimate_history *history = job->history;
    size_t cells = (size_t)1 << history->lists;
    double n = lac_estimate_history_persons(history, (size_t)b);
    for (size_t i = 0; history->draws > 0 && i < t->observed; i++)
        t->weight[i] = history->drawn[(size_t)b % history->draws * cells + t->cell[i]];
    if (n > 0) lac_random_multinomial(random, (uint64_t)n, t->observed, t->weight, t->drawn);
    for (size_t i = 0; i < t->observed; i++) t->count[t->cell[i]] = n > 0 ? (double)t->drawn[i] : 0;
}

static void draw_parametric(struct thread *t, const struct lac_estimate_resample *job, int64_t b,
                            struct lac_random *random)
{
    const struct lac_estimate_parametric *p = job->parametric;
    size_t cells = (size_t)1 << job->history->lists, first = (size_t)b % p->sets * p->models;
    const double *mean = p->mean + cells * (first + lac_random_choice(random, p->models, p->weight + first));
    for (size_t w = 1; w < cells; w++)
        t->count[w] = mean[w] > 0 ? (double)lac_random_poisson(random, mean[w]) : 0;
}

static double draw(struct thread *t, const struct lac_estimate_resample *job, int64_t b, bool *emptied)
{
    struct lac_random random;
    unsigned seen = 0, cells = 1U << job->history->lists;
    lac_random_init(&random, job->seed, LAC_PURPOSE_BOOTSTRAP, (uint32_t)b, job->part, 0);
    if (job->parametric)
        draw_parametric(t, job, b, &random);
    else
        draw_observed(t, job, b, &random);
    for (unsigned w = 1; w < cells; w++)
        if (t->count[w] > 0) seen |= w;
    *emptied = seen != cells - 1;
    return job->statistic(job->context, t->fitter, t->count);
}

static double leave_out(struct thread *t, const struct lac_estimate_resample *job, size_t cell)
{
    memset(t->count, 0, sizeof *t->count << job->history->lists);
    for (size_t i = 0; i < t->observed; i++)
        t->count[t->cell[i]] = fmax(0, job->history->count[t->cell[i]] - (i == cell));
    return job->statistic(job->context, t->fitter, t->count);
}

/* A statistic that is not a number would spoil the sort; it is a failure like any other. */
static double failed_or(double estimate)
{
    return isfinite(estimate) ? estimate : (double)INFINITY;
}

/* Replicates and jackknife tables numbered from `from` to `to`: the replicates first, whose number is
 * out->b. */
struct range {
    int64_t from, to;
    unsigned char *emptied;
};

static void run_one(struct thread *t, const struct lac_estimate_resample *job,
                    struct lac_estimate_resampled *out, const struct range *range, int64_t i)
{
    bool empty = false;
    lac_fitter_choose(t->fitter, 0);
    lac_fitter_beside_set(t->fitter, (double)NAN);
    if (i < (int64_t)out->b) {
        out->replicate[i] = failed_or(draw(t, job, i, &empty));
        out->choice[i] = lac_fitter_choice(t->fitter);
        out->beside[i] = lac_fitter_beside(t->fitter);
        range->emptied[i] = empty;
    } else {
        int64_t cell = i - (int64_t)out->b;
        out->cell_estimate[cell] = failed_or(leave_out(t, job, (size_t)cell));
    }
}

static enum lac_status run_range(const struct lac_estimate_resample *job, struct lac_estimate_resampled *out,
                                 const struct range *range)
{
    int lost = 0;
#pragma omp parallel
    {
        struct thread t;
        enum lac_status st = thread_init(&t, job->history);
        if (st) {
#pragma omp atomic write
            lost = 1;
        }
#pragma omp for schedule(dynamic, 4)
        for (int64_t i = range->from; i < range->to; i++)
            if (!st) run_one(&t, job, out, range, i);
        thread_release(&t);
    }
    return lost ? LAC_NOMEM : LAC_OK;
}

static void count_replicates(struct lac_estimate_resampled *out, const unsigned char *emptied)
{
    out->failed = out->emptied = 0;
    for (size_t b = 0; b < out->b; b++) {
        out->sorted[b] = out->replicate[b];
        out->failed += isinf(out->replicate[b]) != 0;
        out->emptied += emptied[b];
    }
    lac_sort(out->sorted, out->b);
}

static enum lac_status make_room(const struct lac_estimate_resample *job, size_t most,
                                 struct lac_arena *arena, struct lac_estimate_resampled *out,
                                 struct range *range, struct lac_error *err)
{
    size_t cells = (size_t)1 << job->history->lists;
    memset(out, 0, sizeof *out);
    out->replicate = LAC_NEW(arena, double, most);
    out->sorted = LAC_NEW(arena, double, most);
    out->choice = LAC_NEW(arena, uint64_t, most);
    out->beside = LAC_NEW(arena, double, most);
    out->cell_count = LAC_NEW(arena, double, cells);
    out->cell_estimate = LAC_NEW(arena, double, cells);
    range->emptied = LAC_NEW(arena, unsigned char, most);
    if (!out->replicate || !out->sorted || !out->choice || !out->beside || !out->cell_count ||
        !out->cell_estimate || !range->emptied)
        return lac_fail_memory(err, "bootstrap replicates");
    for (size_t w = 1; job->jackknife && w < cells; w++)
        if (job->history->count[w] > 0) out->cell_count[out->cells++] = job->history->count[w];
    return LAC_OK;
}

/* Whether more replicates can and should be drawn. */
static bool restless(const struct lac_estimate_limits *now, const struct lac_estimate_limits *before)
{
    if (now->status == LAC_BCA_JACKKNIFE) return false;
    if (now->status != LAC_BCA_OK || before->status != LAC_BCA_OK) return true;
    if (now->lower_extreme || now->upper_extreme) return true;
    bool same = now->upper == before->upper; /* both may be infinite */
    return fabs(now->lower - before->lower) > AUTO_MOVE * before->lower ||
           (!same && !(fabs(now->upper - before->upper) <= AUTO_MOVE * before->upper));
}

enum lac_status lac_estimate_resample_until(const struct lac_estimate_resample *job,
                                            struct lac_estimate_limiter *limiter,
                                            struct lac_estimate_resampled *out, struct lac_arena *arena,
                                            struct lac_error *err)
{
    size_t most = job->automatic ? AUTO_MOST : (size_t)job->replicates;
    struct lac_estimate_limits before = {.status = LAC_BCA_TOO_FEW};
    struct range range = {0};
    enum lac_status st = make_room(job, most, arena, out, &range, err);
    if (st) return st;
    out->b = job->automatic ? AUTO_LEAST : most;
    range.to = (int64_t)(out->b + out->cells);
    for (;;) {
        if (run_range(job, out, &range)) return lac_fail_memory(err, "the work of a thread");
        count_replicates(out, range.emptied);
        if (!limiter->limits_of) return LAC_OK;
        limiter->limits = limiter->limits_of(limiter->context, out);
        if (!job->automatic || 2 * out->b > most || !restless(&limiter->limits, &before)) return LAC_OK;
        before = limiter->limits;
        range.from = (int64_t)out->b;
        range.to = 2 * range.from;
        out->b *= 2;
    }
}

enum lac_status lac_estimate_resample_run(const struct lac_estimate_resample *job, struct lac_arena *arena,
                                          struct lac_estimate_resampled *out, struct lac_error *err)
{
    struct lac_estimate_resample fixed = *job;
    struct lac_estimate_limiter none = {0};
    fixed.automatic = false;
    return lac_estimate_resample_until(&fixed, &none, out, arena, err);
}

static int compare_choices(const void *a, const void *b)
{
    const uint64_t *x = a, *y = b;
    return *x < *y ? -1 : *x > *y;
}

size_t lac_estimate_resample_choices(struct lac_estimate_resampled *resampled,
                                     struct lac_estimate_chosen *chosen, size_t most)
{
    size_t n = 0;
    qsort(resampled->choice, resampled->b, sizeof *resampled->choice, compare_choices);
    for (size_t b = 0, next; b < resampled->b && most > 0; b = next) {
        struct lac_estimate_chosen one = {resampled->choice[b], 0};
        for (next = b; next < resampled->b && resampled->choice[next] == one.choice;) next++;
        one.replicates = next - b;
        if (one.choice == 0 || (n == most && chosen[n - 1].replicates >= one.replicates)) continue;
        size_t at = n < most ? n++ : n - 1;
        for (; at > 0 && chosen[at - 1].replicates < one.replicates; at--) chosen[at] = chosen[at - 1];
        chosen[at] = one;
    }
    return n;
}

static double standard_error(const double *replicate, size_t b)
{
    double mean = lac_mean(replicate, b), sum = 0;
    for (size_t i = 0; i < b; i++) sum += (replicate[i] - mean) * (replicate[i] - mean);
    return b > 1 && isfinite(mean) ? sqrt(sum / (double)(b - 1)) : (double)NAN;
}

static void report_limits(const struct lac_estimate_resample *job, const struct lac_estimate_resampled *r,
                          const struct lac_estimate_limits *limits, struct lac_result *result)
{
    if (limits->status != LAC_BCA_OK)
        lac_result_note(result, "no %s interval: %s", result->interval,
                        lac_estimate_bca_reason(limits->status));
    if (limits->lower_extreme || limits->upper_extreme)
        lac_result_note(result, "the %s limit rests on extreme replicates: %s",
                        limits->lower_extreme && limits->upper_extreme ? "lower and the upper"
                        : limits->lower_extreme                        ? "lower"
                                                                       : "upper",
                        job->automatic ? "no more are drawn, do not rely on it" : "use more of them");
    if (limits->status == LAC_BCA_OK && isinf(limits->upper))
        lac_result_note(result, "the upper limit is unbounded: failed replicates count as infinite");
    if (job->automatic)
        lac_result_note(result,
                        2 * r->b > AUTO_MOST ? "%zu replicates were drawn, the most there are"
                                             : "%zu replicates were drawn until the limits held",
                        r->b);
}

/* Share of the variance of log replicates that lies between drawn linkages: analysis of variance of one
 * factor, by replicates of one draw. 0 where chance alone explains the differences. */
static double linkage_share(const struct lac_estimate_resampled *r, size_t draws)
{
    double grand = 0, within = 0, between = 0;
    size_t each = r->b / draws;
    for (size_t b = 0; b < each * draws; b++) {
        if (!isfinite(r->replicate[b]) || r->replicate[b] <= 0) return (double)NAN;
        grand += log(r->replicate[b]) / (double)(each * draws);
    }
    for (size_t d = 0; d < draws; d++) {
        double mean = 0;
        for (size_t i = 0; i < each; i++) mean += log(r->replicate[d + i * draws]) / (double)each;
        between += (mean - grand) * (mean - grand) / (double)(draws - 1);
        for (size_t i = 0; i < each; i++) {
            double off = log(r->replicate[d + i * draws]) - mean;
            within += off * off / (double)(draws * (each - 1));
        }
    }
    between = fmax(0, between - within / (double)each);
    return between + within > 0 ? between / (between + within) : 0;
}

static void report_linkages(const struct lac_estimate_resample *job, const struct lac_estimate_resampled *r,
                            struct lac_result *result)
{
    size_t draws = job->history->draws;
    if (draws == 0) return;
    lac_result_number(result, "linkage_draws", (double)draws);
    lac_result_number(result, "linkage_in_interval", 1);
    if (draws > 1 && r->b >= 2 * draws) lac_result_number(result, "linkage_share", linkage_share(r, draws));
}

void lac_estimate_resample_report(const struct lac_estimate_resample *job,
                                  const struct lac_estimate_resampled *resampled,
                                  const struct lac_estimate_limits *limits, struct lac_result *result)
{
    report_limits(job, resampled, limits, result);
    report_linkages(job, resampled, result);
    lac_result_number(result, "replicates", (double)resampled->b);
    lac_result_number(result, "failed_replicates", (double)resampled->failed);
    lac_result_number(result, "lower_limit_extreme", limits->lower_extreme);
    lac_result_number(result, "upper_limit_extreme", limits->upper_extreme);
    if (resampled->failed)
        lac_result_note(result, "%zu of %zu replicates have no estimate and count as infinite",
                        resampled->failed, resampled->b);
    if (resampled->emptied)
        lac_result_note(result, "a list lost all its persons in %zu replicates and was dropped there",
                        resampled->emptied);
}

static enum lac_status report_choices(const struct lac_estimate_choice_names *names,
                                      struct lac_estimate_resampled *resampled, struct lac_result *result,
                                      struct lac_error *err)
{
    struct lac_estimate_chosen chosen[CHOICES_LISTED];
    size_t n = lac_estimate_resample_choices(resampled, chosen, CHOICES_LISTED);
    result->choices = LAC_NEW(result->arena, struct lac_result_choice, n);
    if (!result->choices) return lac_fail_memory(err, "models");
    for (size_t i = 0; i < n; i++) {
        result->choices[i].model = names->name_of(names->context, chosen[i].choice, result->arena);
        result->choices[i].share = (double)chosen[i].replicates / (double)resampled->b;
        if (!result->choices[i].model) return lac_fail_memory(err, "models");
    }
    result->choice_count = n;
    return LAC_OK;
}

/* What the usual limits are made from. */
struct usual {
    bool bca;
    double estimate, level;
};

static struct lac_estimate_limits usual_limits(const void *context, const struct lac_estimate_resampled *r)
{
    const struct usual *usual = context;
    const struct lac_estimate_jackknife jackknife = {r->cell_count, r->cell_estimate, r->cells};
    return usual->bca ? lac_estimate_bca(r->sorted, r->b, usual->estimate, &jackknife, usual->level)
                      : lac_estimate_percentile(r->sorted, r->b, usual->level);
}

enum lac_status lac_estimate_resample_result(const struct lac_estimate_resample *job, bool bca,
                                             const struct lac_estimate_options *options,
                                             const struct lac_estimate_choice_names *names,
                                             struct lac_result *result, struct lac_error *err)
{
    struct lac_estimate_resampled resampled;
    struct lac_estimate_resample own = *job;
    const struct usual usual = {bca, result->estimate, options->level};
    struct lac_estimate_limiter limiter = {.limits_of = usual_limits, .context = &usual};
    const struct lac_estimate_limits *limits = &limiter.limits;
    if (job->replicates <= 0) return LAC_OK;
    own.automatic = options->bootstrap_auto;
    enum lac_status st = lac_estimate_resample_until(&own, &limiter, &resampled, result->arena, err);
    if (st) return st;
    result->interval = bca ? "bca" : "percentile";
    result->level = options->level;
    result->lower = limits->lower;
    result->upper = limits->upper;
    if (bca) {
        lac_result_number(result, "z0", limits->z0);
        lac_result_number(result, "acceleration", limits->acceleration);
    }
    lac_estimate_resample_report(&own, &resampled, limits, result);
    double error = standard_error(resampled.replicate, resampled.b);
    lac_result_number(result, "bootstrap_se", error);
    if (isnan(result->se)) result->se = error;
    if (options->keep_replicates) {
        result->replicate = resampled.replicate;
        result->replicate_count = resampled.b;
    }
    return names ? report_choices(names, &resampled, result, err) : LAC_OK;
}
