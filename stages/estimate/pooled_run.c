/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "pooled_run.h"
#include <math.h>
#include <string.h>
#include "base/sum.h"
#include "bca.h"
#include "national.h"
#include "pooled_draw.h"
#include "uncertainty.h"

#define OWN_PAIR_MIN 5.0
#define LISTS_WITHOUT_TAU 5
#define FAILED_MAXIMUM 0.2
#define CLIPPED_MAXIMUM 0.01

struct job {
    const struct lac_pooled_input *input;
    const struct lac_pooled_data *data;
    const struct lac_estimate_options *options;
    struct lac_result *result;
    double n;
};

int lac_pooled_choose_terms(const struct lac_pooled_data *data, struct lac_pooled_terms *terms)
{
    int pair = 0, without = 0;
    *terms = (struct lac_pooled_terms){0};
    for (unsigned s = 1; s < 1U << data->lists; s++) {
        double shared = 0;
        if (__builtin_popcount(s) != 2) continue;
        for (size_t f = 0; f < data->forces; f++)
            for (unsigned w = s; w < 1U << data->lists; w++)
                if ((w & s) == s) shared += data->force[f].count[w];
        if (shared >= OWN_PAIR_MIN)
            terms->pairs |= UINT32_C(1) << pair;
        else
            without++;
        pair++;
    }
    terms->tau = pair > 1 && (without > 0 || data->lists > LISTS_WITHOUT_TAU);
    return without;
}

static void take(const struct job *job, const double *replicate, double *sorted, double *lower, double *upper)
{
    size_t b = (size_t)job->options->bootstrap;
    memcpy(sorted, replicate, b * sizeof *sorted);
    lac_sort(sorted, b);
    struct lac_estimate_limits limits = lac_estimate_percentile(sorted, b, job->options->level);
    *lower = limits.lower;
    *upper = limits.upper;
}

/* N of every draw, without delta; with it. */
static double *totals(const struct job *job, const struct lac_pooled_draws *draws, bool delta)
{
    size_t b = (size_t)job->options->bootstrap;
    double *total = LAC_NEW(job->result->arena, double, b);
    for (size_t i = 0; total && i < b; i++) {
        const struct lac_estimate_options *o = job->options;
        double factor = delta ? lac_national_factor(o->delta_sd, o->seed, i, o->part) : 1;
        total[i] = draws->seen[i] + draws->unseen[i] * factor;
    }
    return total;
}

static double deviation(const double *x, size_t n)
{
    double mean = lac_mean(x, n), square = 0;
    if (!isfinite(mean) || n < 2) return (double)NAN;
    for (size_t i = 0; i < n; i++) square += (x[i] - mean) * (x[i] - mean);
    return sqrt(square / (double)(n - 1));
}

static enum lac_status intervals(const struct job *job, const struct lac_pooled_draws *draws,
                                 struct lac_error *err)
{
    struct lac_result *result = job->result;
    size_t b = (size_t)job->options->bootstrap;
    double *sorted = LAC_NEW(result->arena, double, b);
    double *exact = totals(job, draws, false), *replicate = totals(job, draws, true);
    if (!sorted || !exact || !replicate) return lac_fail_memory(err, "draws");
    take(job, exact, sorted, &result->model_only_lower, &result->model_only_upper);
    take(job, replicate, sorted, &result->lower, &result->upper);
    result->se = deviation(exact, b);
    result->interval = "delta";
    result->level = job->options->level;
    result->replicate = replicate;
    result->replicate_count = b;
    lac_result_number(result, "model_only_lower", result->model_only_lower);
    lac_result_number(result, "model_only_upper", result->model_only_upper);
    lac_result_number(result, "delta_sd", job->options->delta_sd);
    if (job->input->linkage) {
        lac_result_number(result, "linkage_draws", (double)job->input->linkages);
        lac_result_number(result, "linkage_in_interval", 1);
    }
    lac_result_note(result,
                    "the interval allows for residual dependence: log N0 +- delta, delta from N(0, %.2f^2), "
                    "a stated judgement",
                    job->options->delta_sd);
    lac_result_note(result, "without that, if the identifying assumption holds exactly: %.0f to %.0f",
                    result->model_only_lower, result->model_only_upper);
    return LAC_OK;
}

/* Where the width comes from. The sets of variances stand for the model: how much forces differ. */
static enum lac_status split(const struct job *job, const struct lac_pooled *pooled,
                             const struct lac_pooled_draws *draws, struct lac_error *err)
{
    struct lac_result *result = job->result;
    size_t b = (size_t)job->options->bootstrap, linkages = job->input->linkage ? job->input->linkages : 0;
    struct lac_uncertainty *made = LAC_NEW(result->arena, struct lac_uncertainty, 1);
    double *log_unseen = LAC_NEW(result->arena, double, b);
    double *point = LAC_NEW(result->arena, double, linkages + 1);
    double *settled = LAC_NEW(result->arena, double, linkages + 1);
    if (!made || !log_unseen || !point || !settled) return lac_fail_memory(err, "sources of uncertainty");
    for (size_t i = 0; i < b; i++) log_unseen[i] = log(draws->unseen[i]);
    bool doubt = linkages > 0 && job->input->settled;
    enum lac_status st = lac_pooled_points(pooled, job->input->linkage, linkages, result->arena, point, err);
    if (!st && doubt)
        st = lac_pooled_points(pooled, job->input->settled, linkages, result->arena, settled, err);
    if (st) return st;
    const struct lac_uncertainty_input input = {.n = job->n,
                                                .unseen = result->estimate - job->n,
                                                .level = job->options->level,
                                                .delta_sd = job->options->delta_sd,
                                                .replicates = b,
                                                .log_unseen = log_unseen,
                                                .groups = linkages ? linkages : LAC_POOLED_DRAW_SETS,
                                                .linkages = linkages,
                                                .point = point,
                                                .settled = doubt ? settled : NULL};
    result->uncertainty = made;
    return lac_uncertainty_split(&input, result->arena, made, err);
}

static void withdraw(struct lac_result *result, enum lac_result_status status)
{
    result->status = status;
    result->estimate = result->se = result->lower = result->upper = (double)NAN;
    result->model_only_lower = result->model_only_upper = (double)NAN;
}

static void judge(const struct job *job, const struct lac_pooled_draws *draws)
{
    double b = (double)job->options->bootstrap, forces = (double)job->data->forces;
    lac_result_number(job->result, "replicates", b);
    lac_result_number(job->result, "failed_replicates", (double)draws->failed);
    lac_result_number(job->result, "sizes_cut_off", (double)draws->clipped);
    if ((double)draws->failed > FAILED_MAXIMUM * b) {
        withdraw(job->result, LAC_RESULT_REFUSED);
        lac_result_note(job->result,
                        "refused: more than %.0f %% of the draws have no mode; merge lists or strata",
                        100 * FAILED_MAXIMUM);
    } else if ((double)draws->clipped > CLIPPED_MAXIMUM * b * forces) {
        withdraw(job->result, LAC_RESULT_FAILED);
        lac_result_note(job->result,
                        "failed: the sizes of more than %.0f %% of the drawn strata are without bound",
                        100 * CLIPPED_MAXIMUM);
    }
}

static enum lac_status draw(const struct job *job, struct lac_pooled *pooled, struct lac_error *err)
{
    const struct lac_pooled_drawing drawing = {.seed = job->options->seed,
                                               .part = job->options->part,
                                               .draws = (size_t)job->options->bootstrap,
                                               .linkage = job->input->linkage,
                                               .linkages = job->input->linkages};
    struct lac_pooled_draws draws;
    if (job->options->bootstrap <= 0) return LAC_OK;
    enum lac_status st = lac_pooled_draw(pooled, &drawing, job->result->arena, &draws, err);
    if (!st) st = intervals(job, &draws, err);
    if (st) return st;
    judge(job, &draws);
    return job->result->status == LAC_RESULT_OK ? split(job, pooled, &draws, err) : LAC_OK;
}

static void report(struct job *job, const struct lac_pooled *pooled, const struct lac_pooled_terms *terms,
                   int without)
{
    struct lac_result *result = job->result;
    const struct lac_pooled_data *data = job->data;
    double unseen = 0, missing = 0;
    for (size_t f = 0; f < data->forces; f++) {
        double here = lac_pooled_unseen(pooled, f, lac_pooled_parameters(pooled));
        unseen += here;
        if (data->force[f].operating != data->force[f].returned) missing += here;
    }
    result->status = LAC_RESULT_OK;
    result->estimate = job->n + unseen;
    result->parameters = (int)lac_pooled_parameter_count(pooled);
    result->model = lac_arena_printf(result->arena, "partial pooling of %zu strata, %d pairs%s", data->forces,
                                     __builtin_popcount(terms->pairs), terms->tau ? " and tau" : "");
    lac_result_number(result, "strata", (double)data->forces);
    lac_result_number(result, "unseen_share_of_strata_with_lists_outstanding",
                      unseen > 0 ? missing / unseen : 0);
    lac_result_note(result, "one model for all strata: chances of capture are drawn towards those of all, "
                            "dependence between lists is common");
    if (without)
        lac_result_note(result,
                        "%d pairs of lists share fewer than %.0f persons: they follow the other pairs",
                        without, OWN_PAIR_MIN);
}

enum lac_status lac_pooled_run(const struct lac_pooled_input *input,
                               const struct lac_estimate_options *options, struct lac_result *result,
                               struct lac_error *err)
{
    const struct lac_pooled_data *data = &input->data;
    struct job job = {.input = input, .data = data, .options = options, .result = result};
    struct lac_pooled *pooled;
    struct lac_pooled_terms terms;
    int without = lac_pooled_choose_terms(data, &terms);
    enum lac_status st = lac_pooled_new(data, &terms, result->arena, &pooled, err);
    if (st) return st;
    for (size_t f = 0; f < data->forces; f++) job.n += lac_pooled_seen(pooled, f);
    if (!lac_pooled_fit(pooled)) {
        withdraw(result, LAC_RESULT_FAILED);
        lac_result_note(result, "failed: the model of all strata has no mode that could be found");
        return LAC_OK;
    }
    report(&job, pooled, &terms, without);
    if (!result->model) return lac_fail_memory(err, "a model");
    return draw(&job, pooled, err);
}
