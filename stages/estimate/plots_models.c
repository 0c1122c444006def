/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pictures of what hangs on the model: spread of models, the identifying assumption, replicates. */
#include <math.h>
#include <string.h>
#include "base/sum.h"
#include "plots_internal.h"
#include "table/csv.h"

#define HEIGHT 420
#define BINS 40
#define UNITS 10.0

static void level_line(struct lac_buffer *s, bool *first, double value, const char *colour, const char *dash,
                       const char *title)
{
    char number[32];
    if (!isfinite(value)) return;
    lac_buffer_printf(s, "%s%.17g with lines linewidth 2 dashtype %s linecolor rgb '%s' title '%s: %s'",
                      *first ? "plot " : ", ", value, dash, colour, title, lac_plot_number(value, number));
    *first = false;
}

/* Models within UNITS of BIC of the best: a count, and the largest of their estimates. */
static size_t near_models(const struct lac_diagnostics *d, double *high)
{
    const struct lac_estimate_search *search = &d->point.search;
    size_t n = 0;
    *high = d->history.n;
    while (n < search->count && search->item[n].fit.bic - search->item[0].fit.bic <= UNITS) {
        *high = fmax(*high, d->history.n + exp(search->item[n].fit.log_n0));
        n++;
    }
    return n;
}

static enum lac_status models_csv(struct lac_estimate_plot *plot, const struct lac_diagnostics *d, size_t n,
                                  struct lac_error *err)
{
    const struct lac_estimate_search *search = &d->point.search;
    FILE *to = lac_plot_csv_open(plot);
    if (!to) return lac_fail_memory(err, "the numbers of a picture");
    lac_csv_put(to, true, "rank");
    lac_csv_put(to, false, "bic_difference");
    lac_csv_put(to, false, "estimate");
    lac_csv_put(to, false, "model");
    lac_csv_end(to);
    for (size_t i = 0; i < n; i++) {
        lac_csv_put_i64(to, true, (int64_t)i + 1);
        lac_csv_put_double(to, false, search->item[i].fit.bic - search->item[0].fit.bic);
        lac_csv_put_double(to, false, d->history.n + exp(search->item[i].fit.log_n0));
        lac_csv_put(to, false, i < d->models ? d->model[i] : "");
        lac_csv_end(to);
    }
    return lac_plot_csv_close(to, err);
}

enum lac_status lac_plot_models(const struct lac_estimate_report *report, struct lac_estimate_plots *plots,
                                struct lac_error *err)
{
    const struct lac_diagnostics *d = &report->diagnostics->whole;
    const struct lac_estimate_search *search = &d->point.search;
    double high;
    size_t n = d->point.searched ? near_models(d, &high) : 0;
    struct lac_estimate_plot *plot = n ? lac_plot_add(plots, "models", HEIGHT) : NULL;
    bool first = true;
    if (!plot) return LAC_OK;
    struct lac_buffer *s = &plot->script;
    if (isfinite(d->independence)) high = fmax(high, d->independence);
    if (isfinite(d->all_pairs)) high = fmax(high, d->all_pairs);
    double left = lac_plot_number_width(high) + 54;
    lac_plot_margins(plot, &(struct lac_plot_margins){left, 24, 108, 70});
    lac_plot_key(plot, left);
    lac_buffer_printf(
        s,
        "set xrange [-0.4:%g.4]\nset xtics 2 nomirror scale 0.5\nset ylabel 'estimated persons'\n"
        "set xlabel 'BIC difference from the best model' offset 0,0.2\n",
        UNITS);
    (void)lac_plot_axis(plot, 'y', 0, high * 1.04, 5);
    lac_buffer_printf(s,
                      "set arrow from %g, graph 0 to %g, graph 1 nohead back dashtype 3 linecolor rgb "
                      "'" LAC_PLOT_GREY "'\n",
                      LAC_DIAGNOSTICS_UNITS, LAC_DIAGNOSTICS_UNITS);
    lac_buffer_add(s, "$models << EOD\n");
    for (size_t i = 0; i < n; i++)
        lac_buffer_printf(s, "%.17g %.17g\n", search->item[i].fit.bic - search->item[0].fit.bic,
                          d->history.n + exp(search->item[i].fit.log_n0));
    lac_buffer_add(s, "EOD\n");
    level_line(s, &first, d->independence, LAC_PLOT_ORANGE, "2", "lists independent");
    level_line(s, &first, d->point.estimate, LAC_PLOT_PINK, "1", "BIC-weighted average");
    level_line(s, &first, d->all_pairs, LAC_PLOT_TURQUOISE, "4", "all pairs");
    lac_buffer_printf(
        s,
        "%s$models using 1:2 with points pointtype 7 pointsize 0.7 linecolor rgb '" LAC_PLOT_BLUE
        "' title 'a model (up to the dotted line, hardly worse than the best)'\n",
        first ? "plot " : ", ");
    return models_csv(plot, d, n, err);
}

static enum lac_status curve_csv(struct lac_estimate_plot *plot, const struct lac_diagnostics *d,
                                 struct lac_error *err)
{
    FILE *to = lac_plot_csv_open(plot);
    if (!to) return lac_fail_memory(err, "the numbers of a picture");
    lac_csv_put(to, true, "log_xi");
    lac_csv_put(to, false, "best_model");
    lac_csv_put(to, false, "raw");
    lac_csv_end(to);
    for (int i = 0; i < LAC_CURVE_POINTS; i++) {
        lac_csv_put_double(to, true, d->log_xi[i]);
        lac_csv_put_double(to, false, d->model_at[i]);
        lac_csv_put_double(to, false, d->raw_at[i]);
        lac_csv_end(to);
    }
    return lac_plot_csv_close(to, err);
}

static void curve_data(struct lac_buffer *s, const char *name, const struct lac_diagnostics *d,
                       const double *at)
{
    lac_buffer_printf(s, "$%s << EOD\n", name);
    for (int i = 0; i < LAC_CURVE_POINTS; i++) lac_buffer_printf(s, "%g %.17g\n", d->log_xi[i], at[i]);
    lac_buffer_add(s, "EOD\n");
}

/* Ticks 1, 2, 5 times powers of ten between the limits of a logarithmic axis. */
static void log_axis(struct lac_estimate_plot *plot, double low, double high)
{
    static const double lead[3] = {1, 2, 5};
    struct lac_buffer *s = &plot->script;
    char number[32];
    bool first = true;
    lac_buffer_printf(s, "set logscale y\nset yrange [%.17g:%.17g]\nset ytics (", low, high);
    for (double power = pow(10, floor(log10(low))); power <= high; power *= 10)
        for (int i = 0; i < 3; i++) {
            if (power * lead[i] < low || power * lead[i] > high) continue;
            lac_buffer_add(s, first ? "" : ", ");
            lac_plot_quote(s, lac_plot_number(power * lead[i], number));
            lac_buffer_printf(s, " %.17g", power * lead[i]);
            first = false;
        }
    lac_buffer_add(s, ") nomirror scale 0.5\nset grid ytics linetype 1 linecolor rgb '" LAC_PLOT_PALE
                      "' linewidth 1\n");
}

enum lac_status lac_plot_curve(const struct lac_estimate_report *report, struct lac_estimate_plots *plots,
                               struct lac_error *err)
{
    const struct lac_diagnostics *d = &report->diagnostics->whole;
    bool model = d->point.status == LAC_RESULT_OK, raw = d->raw.status == LAC_CURVE_OK;
    struct lac_estimate_plot *plot = model || raw ? lac_plot_add(plots, "assumption-curve", HEIGHT) : NULL;
    char number[32];
    if (!plot) return LAC_OK;
    struct lac_buffer *s = &plot->script;
    double high = fmax(model ? d->model_at[0] : 0, raw ? d->raw_at[0] : 0) * 1.15;
    double left = lac_plot_number_width(high) + 54;
    lac_plot_margins(plot, &(struct lac_plot_margins){left, 24, 36 + 24 * (1 + model + raw), 74});
    lac_plot_key(plot, left);
    log_axis(plot, d->history.n * 0.8, high);
    lac_buffer_add(s,
                   "set xrange [-2:2]\nset xtics 1 nomirror scale 0.5\nset ylabel 'persons'\nset xlabel "
                   "'log xi: 0 says that all lists together do not interact; data cannot tell' offset 0,0.2\n"
                   "set arrow from 0, graph 0 to 0, graph 1 nohead back dashtype 3 linecolor rgb "
                   "'" LAC_PLOT_GREY "'\n");
    if (model) curve_data(s, "model", d, d->model_at);
    if (raw) curve_data(s, "raw", d, d->raw_at);
    lac_buffer_add(s, "plot ");
    if (model)
        lac_buffer_add(s, "$model using 1:2 with lines linewidth 3 linecolor rgb '" LAC_PLOT_BLUE
                          "' title 'best model', ");
    if (raw)
        lac_buffer_add(s, "$raw using 1:2 with lines linewidth 3 dashtype 2 linecolor rgb '" LAC_PLOT_ORANGE
                          "' title 'counts as they are', ");
    lac_buffer_printf(s,
                      "%.17g with lines linewidth 2 dashtype 4 linecolor rgb '" LAC_PLOT_GREY
                      "' title 'persons seen: %s'\n",
                      d->history.n, lac_plot_number(d->history.n, number));
    return curve_csv(plot, d, err);
}

/* --- replicates --------------------------------------------------------------------------------------------
 */

struct bins {
    double low, width;
    size_t finite, failed, outside;
    size_t count[BINS];
};

/* Bins over the middle 99 % of the finite replicates. False when they do not spread. */
static bool fill_bins(const struct lac_result *result, struct lac_arena *arena, struct bins *bins)
{
    double *sorted = LAC_NEW(arena, double, result->replicate_count);
    memset(bins, 0, sizeof *bins);
    if (!sorted) return false;
    for (size_t i = 0; i < result->replicate_count; i++)
        if (isfinite(result->replicate[i])) sorted[bins->finite++] = result->replicate[i];
    bins->failed = result->replicate_count - bins->finite;
    if (bins->finite < 20) return false;
    lac_sort(sorted, bins->finite);
    bins->low = sorted[bins->finite / 200];
    bins->width = (sorted[bins->finite - 1 - bins->finite / 200] - bins->low) / BINS;
    if (!(bins->width > 0)) return false;
    for (size_t i = 0; i < bins->finite; i++) {
        double at = (sorted[i] - bins->low) / bins->width;
        if (at < 0 || at > BINS * (1 + 1e-12))
            bins->outside++;
        else
            bins->count[at >= BINS ? BINS - 1 : (size_t)at]++;
    }
    return true;
}

static enum lac_status replicates_csv(struct lac_estimate_plot *plot, const struct lac_result *result,
                                      struct lac_error *err)
{
    FILE *to = lac_plot_csv_open(plot);
    if (!to) return lac_fail_memory(err, "the numbers of a picture");
    lac_csv_put(to, true, "replicate");
    lac_csv_put(to, false, "estimate");
    lac_csv_end(to);
    for (size_t i = 0; i < result->replicate_count; i++) {
        lac_csv_put_i64(to, true, (int64_t)i);
        if (isfinite(result->replicate[i]))
            lac_csv_put_double(to, false, result->replicate[i]);
        else
            lac_csv_put(to, false, "infinite");
        lac_csv_end(to);
    }
    return lac_plot_csv_close(to, err);
}

static void upright(struct lac_buffer *s, double x, const char *colour, const char *dash)
{
    if (isfinite(x))
        lac_buffer_printf(
            s,
            "set arrow from %.17g, graph 0 to %.17g, graph 1 nohead front linewidth 2 dashtype %s "
            "linecolor rgb '%s'\n",
            x, x, dash, colour);
}

static void histogram(struct lac_estimate_plot *plot, const struct lac_result *result,
                      const struct bins *bins)
{
    struct lac_buffer *s = &plot->script;
    double most = 1, end = bins->low + BINS * bins->width, low = bins->low;
    char number[32];
    for (int i = 0; i < BINS; i++) most = fmax(most, (double)bins->count[i]);
    const double mark[3] = {result->estimate, result->lower, result->upper};
    for (int i = 0; i < 3; i++)
        if (isfinite(mark[i])) {
            low = fmin(low, mark[i]);
            end = fmax(end, mark[i]);
        }
    lac_plot_margins(plot, &(struct lac_plot_margins){lac_plot_number_width(most) + 54, 40, 108, 74});
    lac_plot_key(plot, lac_plot_number_width(most) + 54);
    (void)lac_plot_axis(plot, 'x', low, end, 5);
    (void)lac_plot_axis(plot, 'y', 0, most * 1.05, 4);
    lac_buffer_add(s, "unset grid\nset ylabel 'replicates'\nset xlabel 'estimated persons' offset 0,0.2\n");
    upright(s, result->estimate, LAC_PLOT_ORANGE, "1");
    upright(s, result->lower, LAC_PLOT_ORANGE, "2");
    upright(s, result->upper, LAC_PLOT_ORANGE, "2");
    lac_buffer_add(s, "$bins << EOD\n");
    for (int i = 0; i < BINS; i++)
        lac_buffer_printf(s, "%.17g %zu\n", bins->low + (i + 0.5) * bins->width, bins->count[i]);
    lac_buffer_printf(s,
                      "EOD\nset boxwidth %.17g\nplot $bins using 1:2 with boxes linecolor rgb '" LAC_PLOT_BLUE
                      "' title '%zu replicates; %zu beyond the picture, %zu without an estimate'",
                      bins->width, result->replicate_count, bins->outside, bins->failed);
    lac_buffer_printf(s,
                      ", NaN with lines linewidth 2 linecolor rgb '" LAC_PLOT_ORANGE "' title 'estimate: %s'",
                      lac_plot_number(result->estimate, number));
    if (result->interval)
        lac_buffer_printf(s,
                          ", NaN with lines linewidth 2 dashtype 2 linecolor rgb '" LAC_PLOT_ORANGE
                          "' title '%g %% interval, %s'",
                          100 * result->level, result->interval);
    lac_buffer_add(s, "\n");
}

enum lac_status lac_plot_replicates(const struct lac_estimate_report *report,
                                    struct lac_estimate_plots *plots, struct lac_error *err)
{
    struct lac_arena *arena = report->results->arena;
    enum lac_status st = LAC_OK;
    for (size_t i = 0; !st && i < report->results->count; i++) {
        const struct lac_result *result = &report->results->item[i];
        struct bins bins;
        bool wanted = !result->stratum || strcmp(result->stratum, "total") == 0;
        if (!wanted || result->replicate_count == 0 || result->status != LAC_RESULT_OK) continue;
        if (!fill_bins(result, arena, &bins)) continue;
        const char *name = lac_arena_printf(arena, "replicates-%s", result->method);
        if (!name) return lac_fail_memory(err, "a picture");
        struct lac_estimate_plot *plot = lac_plot_add(plots, name, HEIGHT);
        if (!plot) return LAC_OK;
        histogram(plot, result, &bins);
        st = replicates_csv(plot, result, err);
    }
    return st;
}
