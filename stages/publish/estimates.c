/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "estimates.h"

#include <math.h>
#include <string.h>
#include "base/date.h"
#include "control.h"
#include "words.h"

#define S(column, row) lac_text(&input->summary, LAC_COL_summary_##column, (row))
#define V(column, row) lac_text(&input->verdicts, LAC_COL_verdicts_##column, (row))

static const char *period_of(struct lac_publish_model *model, int32_t first, int32_t last)
{
    char a[11], b[11];
    lac_date_format(first, a);
    lac_date_format(last, b);
    return lac_publish_text(model, "%s/%s", a, b);
}

static bool hidden(enum lac_publish_action action)
{
    return action == LAC_PUBLISH_PRIMARY || action == LAC_PUBLISH_SECONDARY;
}

/* `estimates` for the main variant, else `estimates-VARIANT`. */
static const char *table_of(struct lac_publish_model *model, const char *variant)
{
    return strcmp(variant, "main") ? lac_publish_text(model, "estimates-%s", variant) : "estimates";
}

static struct lac_publish_figure *summary_figure(struct lac_publish_model *model,
                                                 const struct lac_publish_input *input, size_t row,
                                                 const char *measure)
{
    struct lac_publish_figure *f = lac_publish_figure_add(model);
    if (!f) return NULL;
    f->table = table_of(model, S(variant, row));
    f->definition = S(definition, row);
    f->population = S(population, row);
    f->period = period_of(model, lac_i32(&input->summary, LAC_COL_summary_window_start)[row],
                          lac_i32(&input->summary, LAC_COL_summary_window_end)[row]);
    f->place = S(geography, row);
    f->geography = S(geography_name, row);
    f->geography_code = S(geography_code, row);
    f->stratum = S(stratum, row);
    f->measure = measure;
    return f;
}

static void figure_hide(const struct lac_publish_model *model, struct lac_publish_figure *f,
                        enum lac_publish_action action)
{
    f->action = action;
    f->status = model->profile->symbol[0];
}

/* National estimates are rounded as the headline; parts as their observed numbers, because the headline's
 * multiple would hide most of what a regional figure says. */
static int64_t rounding_of(const struct lac_publish_model *model, const struct lac_publish_figure *f)
{
    return strcmp(f->place, "nation") ? model->profile->round : model->rounding;
}

/* Estimate and limits rounded: the estimate to the nearest multiple, the limits outwards, none below the
 * observed number as published. */
static void estimate_round(const struct lac_publish_model *model, double observed,
                           struct lac_publish_figure *f)
{
    double m = (double)rounding_of(model, f);
    f->value = fmax(lac_publish_round(f->value, rounding_of(model, f)), observed);
    if (!isnan(f->lower)) f->lower = fmax(floor(f->lower / m) * m, observed);
    if (isfinite(f->upper)) f->upper = fmax(ceil(f->upper / m) * m, observed);
    f->action = LAC_PUBLISH_ROUNDED;
}

static void estimate_figure(struct lac_publish_model *model, const struct lac_publish_input *input,
                            size_t row, enum lac_publish_action action, double observed)
{
    struct lac_publish_figure *f = summary_figure(model, input, row, "estimate");
    if (!f) return;
    if (hidden(action)) {
        figure_hide(model, f, action);
        return;
    }
    double estimate = lac_f64(&input->summary, LAC_COL_summary_estimate)[row];
    if (strcmp(S(status, row), "ok") != 0 || !isfinite(estimate)) {
        f->status = 'x';
        f->action = LAC_PUBLISH_NOT_ESTIMATED;
        f->note = lac_publish_text(model, "No estimate (%s): %s", S(status, row),
                                   lac_publish_redact(model, S(note, row)));
        return;
    }
    f->value = estimate;
    f->lower = lac_f64(&input->summary, LAC_COL_summary_lower)[row];
    f->upper = lac_f64(&input->summary, LAC_COL_summary_upper)[row];
    f->level = lac_f64(&input->summary, LAC_COL_summary_level)[row];
    f->interval_kind = S(interval_kind, row);
    bool unsure = !isfinite(f->upper) || isnan(f->lower) || f->upper > model->unreliable_ratio * f->lower;
    estimate_round(model, observed, f);
    f->status = unsure ? 'u' : 'e';
    f->grade = S(grade, row);
    f->note = lac_publish_text(
        model, "Method %s; holds only under the identifying assumption of the report; grade %s%s%s",
        S(method, row), f->grade, isinf(f->upper) ? "; no finite upper limit" : "",
        model->provisional ? "; provisional" : "");
}

static void bound_figure(struct lac_publish_model *model, const struct lac_publish_input *input, size_t row,
                         enum lac_publish_action action, double observed)
{
    struct lac_publish_figure *f = summary_figure(model, input, row, "lower_bound");
    double bound = lac_f64(&input->summary, LAC_COL_summary_lower_bound)[row];
    if (!f) return;
    if (hidden(action)) {
        figure_hide(model, f, action);
    } else if (!isfinite(bound)) {
        f->status = 'x';
        f->action = LAC_PUBLISH_NOT_ESTIMATED;
    } else {
        double m = (double)rounding_of(model, f);
        f->value = fmax(floor(bound / m) * m, observed);
        f->action = LAC_PUBLISH_ROUNDED;
        f->status = 'e';
        f->note = "Lower bound, not an estimate: Chao's bound for lists that differ in how much they see";
    }
}

/* Share known = published observed / published estimate, and its limits, to whole per cents. */
static void share_figure(struct lac_publish_model *model, const struct lac_publish_input *input, size_t row,
                         enum lac_publish_action action, double observed)
{
    size_t estimate = model->figures - 2; /* added just before the lower bound */
    struct lac_publish_figure *f = summary_figure(model, input, row, "known_share");
    if (!f) return;
    struct lac_publish_figure e = model->figure[estimate];
    if (hidden(action)) {
        figure_hide(model, f, action);
    } else if (isnan(e.value) || e.value <= 0) {
        f->status = 'x';
        f->action = LAC_PUBLISH_NOT_ESTIMATED;
    } else {
        f->value = floor(observed / e.value * 100 + 0.5) / 100;
        if (e.lower > 0) f->upper = floor(observed / e.lower * 100 + 0.5) / 100;
        if (e.upper > 0) f->lower = floor(observed / e.upper * 100 + 0.5) / 100;
        f->level = e.level;
        f->interval_kind = e.interval_kind;
        f->status = e.status;
        f->action = LAC_PUBLISH_ROUNDED;
        f->note = "Observed divided by estimate, both as published";
    }
}

/* The estimate once more with its second interval, where the method has one and the first is shown. */
static void model_only_figure(struct lac_publish_model *model, const struct lac_publish_input *input,
                              size_t row, double observed)
{
    struct lac_publish_figure e = model->figure[model->figures - 3]; /* added before bound and share */
    double lower = lac_f64(&input->summary, LAC_COL_summary_model_only_lower)[row];
    if (isnan(e.value) || isnan(lower)) return;
    struct lac_publish_figure *f = summary_figure(model, input, row, "estimate_model_only");
    if (!f) return;
    f->value = lac_f64(&input->summary, LAC_COL_summary_estimate)[row];
    f->lower = lower;
    f->upper = lac_f64(&input->summary, LAC_COL_summary_model_only_upper)[row];
    f->level = e.level;
    f->interval_kind = "model-only";
    f->status = e.status;
    estimate_round(model, observed, f);
    f->note =
        "The interval if the identifying assumption holds exactly: without the allowance for dependence "
        "between lists that no model sees";
}

static void cell_figures(struct lac_publish_model *model, const struct lac_publish_input *input, size_t row)
{
    struct lac_publish_figure *f = summary_figure(model, input, row, "observed");
    if (!f) return;
    lac_publish_figure_count(model, f, lac_i64(&input->summary, LAC_COL_summary_observed)[row], false);
    enum lac_publish_action action = f->action;
    double observed = f->value;
    estimate_figure(model, input, row, action, observed);
    if (model->failed) return;
    bound_figure(model, input, row, action, observed);
    if (model->failed) return;
    share_figure(model, input, row, action, observed);
    if (model->failed) return;
    model_only_figure(model, input, row, observed);
}

/* A number beside the estimate of a summary row; 0 when it is not there. */
static double diagnostic(const struct lac_publish_input *input, size_t row, const char *measure)
{
    uint32_t cell = lac_u32(&input->summary, LAC_COL_summary_cell)[row];
    const struct lac_table *t = &input->diagnostics;
    for (size_t i = 0; i < t->rows; i++)
        if (lac_u32(t, LAC_COL_diagnostics_cell)[i] == cell &&
            !strcmp(lac_text(t, LAC_COL_diagnostics_measure, i), measure))
            return lac_f64(t, LAC_COL_diagnostics_value)[i];
    return 0;
}

size_t lac_publish_headline_row(const struct lac_publish_model *model, const struct lac_publish_input *input)
{
    const struct lac_run_settings *run = &input->config->run;
    const int32_t *start = lac_i32(&input->summary, LAC_COL_summary_window_start);
    const int32_t *end = lac_i32(&input->summary, LAC_COL_summary_window_end);
    for (size_t i = 0; i < input->summary.rows; i++)
        if (start[i] == run->period_start && end[i] == run->period_end &&
            !strcmp(S(geography, i), "nation") && !strcmp(S(definition, i), model->definition) &&
            !strcmp(S(population, i), model->population) && !strcmp(S(stratum, i), "all") &&
            !strcmp(S(variant, i), "main"))
            return i;
    return input->summary.rows;
}

static size_t count_words(const char *text)
{
    size_t n = 0;
    for (const char *p = text; *p; p++)
        if (*p != ' ' && (p == text || p[-1] == ' ')) n++;
    return n;
}

static enum lac_status headline_set(struct lac_publish_model *model, const struct lac_publish_input *input,
                                    struct lac_error *err)
{
    size_t row = lac_publish_headline_row(model, input);
    if (row == input->summary.rows) {
        enum lac_status st =
            lac_fail(err, LAC_INPUT, "no estimate for the headline definition %s, nation, %s",
                     model->definition, model->period);
        lac_error_file(err, "estimates.h5");
        lac_error_remedy(err, "check definitions.headline, run.period and strata in the configuration and "
                              "run the stages reconcile and estimate again");
        return st;
    }
    model->nation = S(geography_name, row);
    model->nation_code = S(geography_code, row);
    struct lac_publish_figure_key key = {"estimates",   model->definition,      model->population,
                                         model->period, S(geography_code, row), "observed"};
    const struct lac_publish_figure *observed = lac_publish_figure_find(model, &key);
    key.measure = "estimate";
    const struct lac_publish_figure *estimate = lac_publish_figure_find(model, &key);
    key.measure = "lower_bound";
    const struct lac_publish_figure *bound = lac_publish_figure_find(model, &key);
    key.measure = "known_share";
    const struct lac_publish_figure *share = lac_publish_figure_find(model, &key);
    key.measure = "estimate_model_only";
    const struct lac_publish_figure *model_only = lac_publish_figure_find(model, &key);
    if (!observed || !estimate || !bound || !share)
        return lac_fail(err, LAC_DEFECT, "headline figures are missing");
    const char *note = S(note, row);
    model->headline = (struct lac_publish_headline){
        .refused = isnan(estimate->value),
        .observed = observed->value,
        .estimate = estimate->value,
        .lower = estimate->lower,
        .upper = estimate->upper,
        .model_only_lower = model_only ? model_only->lower : (double)NAN,
        .model_only_upper = model_only ? model_only->upper : (double)NAN,
        .scope_drawn = diagnostic(input, row, "linkage_draws") > 0,
        .linkages_drawn = diagnostic(input, row, "linkage_in_interval") > 0
                              ? (int64_t)diagnostic(input, row, "linkage_draws")
                              : 0,
        .level = estimate->level,
        .lower_bound = bound->value,
        .observed_symbol = observed->status,
        .interval_kind = estimate->interval_kind,
        .status = estimate->status,
        .method = S(method, row),
        .lists = S(lists, row),
        .list_count = count_words(S(lists, row)),
        .reasons = note[0] ? lac_publish_redact(model, note) : "the number observed is too small to publish",
        .share = isnan(share->value) ? lac_publish_cell_symbol(share->status)
                                     : lac_publish_cell_share(share->value),
    };
    return LAC_OK;
}

/* One count of `verdicts` as a figure of the table `scope`. */
static void scope_figure(struct lac_publish_model *model, const struct lac_publish_input *input, size_t row,
                         const char *stratum, int64_t count)
{
    struct lac_publish_figure *f = lac_publish_figure_add(model);
    if (!f) return;
    f->table = "scope";
    f->definition = V(definition, row);
    f->population = V(population, row);
    f->period = period_of(model, lac_i32(&input->verdicts, LAC_COL_verdicts_window_start)[row],
                          lac_i32(&input->verdicts, LAC_COL_verdicts_window_end)[row]);
    f->place = "nation";
    f->geography = model->nation;
    f->geography_code = V(geography_code, row);
    f->stratum = stratum;
    f->measure = "observed";
    lac_publish_figure_count(model, f, count, false);
}

static void scope_figures(struct lac_publish_model *model, const struct lac_publish_input *input,
                          const char *nation)
{
    const int64_t *in = lac_i64(&input->verdicts, LAC_COL_verdicts_in);
    const int64_t *unsure = lac_i64(&input->verdicts, LAC_COL_verdicts_cannot_tell);
    const int64_t *apart = lac_i64(&input->verdicts, LAC_COL_verdicts_apart);
    for (size_t i = 0; i < input->verdicts.rows; i++) {
        if (strcmp(V(geography_code, i), nation) != 0) continue;
        scope_figure(model, input, i, "count=low", in[i]);
        scope_figure(model, input, i, "count=high", in[i] + unsure[i]);
        scope_figure(model, input, i, "count=apart", apart[i]);
    }
}

enum lac_status lac_publish_estimates(struct lac_publish_model *model, const struct lac_publish_input *input,
                                      struct lac_error *err)
{
    size_t n = input->summary.rows;
    for (size_t i = 0; i < n && !model->failed; i++) cell_figures(model, input, i);
    enum lac_status st = lac_publish_model_status(model, err);
    if (!st) st = headline_set(model, input, err);
    if (st) return st;
    size_t row = lac_publish_headline_row(model, input);
    scope_figures(model, input, S(geography_code, row));
    return lac_publish_model_status(model, err);
}
