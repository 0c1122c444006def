/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "uncertainty.h"
#include <gsl/gsl_cdf.h>
#include <math.h>

const char *lac_source_word(enum lac_source source)
{
    static const char *const words[] = {
#define WORD(name, word) word,
        LAC_SOURCE_LIST(WORD)
#undef WORD
    };
    return words[source];
}

/* Variance and mean of the finite numbers; NaN variance with fewer than two. */
struct moments {
    double mean, variance, skewness;
    size_t n;
};

static struct moments moments_of(const double *x, size_t n)
{
    struct moments m = {0};
    double square = 0, cube = 0;
    for (size_t i = 0; i < n; i++)
        if (isfinite(x[i])) {
            m.mean += x[i];
            m.n++;
        }
    m.mean /= (double)m.n;
    for (size_t i = 0; i < n; i++) {
        double off = x[i] - m.mean;
        if (!isfinite(x[i])) continue;
        square += off * off;
        cube += off * off * off;
    }
    m.variance = m.n > 1 ? square / (double)(m.n - 1) : (double)NAN;
    m.skewness = square > 0 ? cube / (double)m.n / pow(square / (double)m.n, 1.5) : 0;
    return m;
}

/* Variance around the means of the groups, each with its own degree of freedom. */
static double within_groups(const double *x, size_t n, size_t groups)
{
    double square = 0, degrees = 0;
    for (size_t g = 0; g < groups; g++) {
        double mean = 0, count = 0;
        for (size_t i = g; i < n; i += groups)
            if (isfinite(x[i])) {
                mean += x[i];
                count++;
            }
        if (count < 2) continue;
        mean /= count;
        for (size_t i = g; i < n; i += groups)
            if (isfinite(x[i])) square += (x[i] - mean) * (x[i] - mean);
        degrees += count - 1;
    }
    return degrees > 0 ? square / degrees : (double)NAN;
}

static void set_rubin(const struct lac_uncertainty_input *in, struct lac_uncertainty *out)
{
    struct moments point = moments_of(in->point, in->linkages);
    double within = within_groups(in->log_unseen, in->replicates, in->linkages), r = (double)point.n;
    double between = (1 + 1 / r) * point.variance, total = within + between;
    if (!(between > 0) || !isfinite(total)) return;
    double ratio = 1 + within / between;
    out->rubin_df = (r - 1) * ratio * ratio;
    out->rubin_skewness = point.skewness;
    double reach = gsl_cdf_tdist_Pinv((1 + in->level) / 2, out->rubin_df) * sqrt(total);
    out->rubin_lower = in->n + exp(point.mean - reach);
    out->rubin_upper = in->n + exp(point.mean + reach);
}

/* Q_r - S_r: only where both are finite. */
static double scope_variance(const struct lac_uncertainty_input *in, double *difference)
{
    for (size_t r = 0; r < in->linkages; r++) difference[r] = in->point[r] - in->settled[r];
    return moments_of(difference, in->linkages).variance;
}

static double positive(double x)
{
    return x > 0 ? x : 0;
}

enum lac_status lac_uncertainty_split(const struct lac_uncertainty_input *in, struct lac_arena *arena,
                                      struct lac_uncertainty *out, struct lac_error *err)
{
    const double *held = in->held ? in->held : in->log_unseen;
    double reach = gsl_cdf_ugaussian_Pinv((1 + in->level) / 2);
    double *difference = LAC_NEW(arena, double, in->linkages + 1);
    if (!difference) return lac_fail_memory(err, "sources of uncertainty");
    *out = (struct lac_uncertainty){.rubin_lower = (double)NAN,
                                    .rubin_upper = (double)NAN,
                                    .rubin_df = (double)NAN,
                                    .rubin_skewness = (double)NAN};
    double *part = out->variance;
    if (in->linkages > 1) {
        part[LAC_SOURCE_LINKAGE] = moments_of(in->settled ? in->settled : in->point, in->linkages).variance;
        if (in->settled) part[LAC_SOURCE_SCOPE] = scope_variance(in, difference);
        set_rubin(in, out);
    }
    double all = moments_of(in->log_unseen, in->replicates).variance;
    double inside = positive(all - part[LAC_SOURCE_LINKAGE] - part[LAC_SOURCE_SCOPE]);
    double sampling = within_groups(held, in->replicates, in->groups);
    /* one replicate a linkage: nothing varies within; the rest is then all that is known */
    part[LAC_SOURCE_SAMPLING] = isnan(sampling) ? inside : fmin(sampling, inside);
    part[LAC_SOURCE_MODEL] = inside - part[LAC_SOURCE_SAMPLING];
    part[LAC_SOURCE_RESIDUAL] = in->delta_sd * in->delta_sd;
    if (isnan(all)) part[LAC_SOURCE_SAMPLING] = (double)NAN;
    for (int s = 0; s < LAC_SOURCES; s++) {
        double sd = sqrt(part[s]);
        out->total += part[s];
        out->lower[s] = in->n + in->unseen * exp(-reach * sd);
        out->upper[s] = in->n + in->unseen * exp(reach * sd);
    }
    return LAC_OK;
}
