/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "method.h"
#include <string.h>
#include "base/memory.h"
#include "base/text.h"
#include "national.h"
#include "runs.h"

enum {
    MODEL = LAC_OPTION_MODEL,
    BOOTSTRAP = LAC_OPTION_BOOTSTRAP,
    LEVEL = LAC_OPTION_LEVEL,
    INTERVAL = LAC_OPTION_INTERVAL,
    CRITERION = LAC_OPTION_CRITERION,
    PVALUE = LAC_OPTION_PVALUE,
    ORDER = LAC_OPTION_ORDER,
    TOP = LAC_OPTION_TOP,
    KEEP = LAC_OPTION_KEEP,
    DRAWS = LAC_OPTION_DRAWS
};

#define CLOSED "lognormal profile"
#define RESAMPLED "wald lognormal profile bootstrap bca"

const struct lac_estimate_method lac_estimate_methods[] = {
    {"lincoln-petersen", MODEL | LEVEL, NULL, lac_estimate_run_lincoln_petersen},
    {"chapman", MODEL | LEVEL, NULL, lac_estimate_run_chapman},
    {"chao", LEVEL, NULL, lac_estimate_run_chao},
    {"chao-mt", LEVEL, NULL, lac_estimate_run_chao_mt},
    {"sample-coverage", BOOTSTRAP | LEVEL, NULL, lac_estimate_run_sample_coverage},
    {"m0", LEVEL | INTERVAL, CLOSED, lac_estimate_run_m0},
    {"mt", LEVEL | INTERVAL, CLOSED, lac_estimate_run_mt},
    {"mh-chao", LEVEL | INTERVAL, CLOSED, lac_estimate_run_mh_chao},
    {"mh-poisson", LEVEL | INTERVAL, CLOSED, lac_estimate_run_mh_poisson},
    {"mh-darroch", LEVEL | INTERVAL, CLOSED, lac_estimate_run_mh_darroch},
    {"mh-gamma", LEVEL | INTERVAL, CLOSED, lac_estimate_run_mh_gamma},
    {"mth-chao", LEVEL | INTERVAL, CLOSED, lac_estimate_run_mth_chao},
    {"mth-poisson", LEVEL | INTERVAL, CLOSED, lac_estimate_run_mth_poisson},
    {"mth-darroch", LEVEL | INTERVAL, CLOSED, lac_estimate_run_mth_darroch},
    {"mth-gamma", LEVEL | INTERVAL, CLOSED, lac_estimate_run_mth_gamma},
    {"mb", LEVEL, NULL, lac_estimate_run_mb},
    {"mbh", LEVEL, NULL, lac_estimate_run_mbh},
    {"loglinear", MODEL | BOOTSTRAP | LEVEL | INTERVAL, RESAMPLED, lac_estimate_run_loglinear},
    {"loglinear-all", BOOTSTRAP | LEVEL | INTERVAL | CRITERION | ORDER | TOP, RESAMPLED,
     lac_estimate_run_all},
    {"loglinear-stepwise", BOOTSTRAP | LEVEL | INTERVAL | PVALUE, RESAMPLED, lac_estimate_run_stepwise},
    {"loglinear-average", BOOTSTRAP | LEVEL | ORDER | KEEP, NULL, lac_estimate_run_average},
    {"decomposable", LEVEL, NULL, lac_estimate_run_decomposable},
    {"latent-class", LEVEL | DRAWS, NULL, lac_estimate_run_latent},
    {"national", BOOTSTRAP | LEVEL | ORDER, NULL, lac_estimate_run_national},
};
const size_t lac_estimate_method_count = sizeof lac_estimate_methods / sizeof lac_estimate_methods[0];

static const struct {
    unsigned option;
    const char *name;
} option_names[] = {
    {MODEL, "model"},         {BOOTSTRAP, "bootstrap"}, {LEVEL, "level"}, {INTERVAL, "interval"},
    {CRITERION, "criterion"}, {PVALUE, "pvalue"},       {ORDER, "order"}, {TOP, "top"},
    {KEEP, "keep"},           {DRAWS, "draws"},
};

void lac_estimate_options_init(struct lac_estimate_options *options)
{
    memset(options, 0, sizeof *options);
    options->bootstrap = 1000;
    options->level = 0.95;
    options->pvalue = 0.02;
    options->keep = 200;
    options->delta_sd = LAC_NATIONAL_DELTA;
    options->seed = 1;
}

/* Words separated by blanks: is `word` one of them? */
static bool has_word(const char *words, const char *word)
{
    size_t length = strlen(word);
    for (const char *at = words; length && (at = strstr(at, word)) != NULL; at += length)
        if ((at == words || at[-1] == ' ') && (at[length] == '\0' || at[length] == ' ')) return true;
    return false;
}

bool lac_estimate_method_applies(const struct lac_estimate_method *method,
                                 const struct lac_estimate_options *options)
{
    /* these presume occasions in time order, which a table does not tell */
    if (method->run == lac_estimate_run_mb || method->run == lac_estimate_run_mbh) return false;
    if (method->run != lac_estimate_run_loglinear) return true;
    return options->model && !strchr(options->model, ',');
}

static enum lac_status unknown_method(const char *name, struct lac_error *err)
{
    const char *names[64];
    size_t n = 0;
    for (size_t i = 0; i < lac_estimate_method_count && n < 64; i++)
        names[n++] = lac_estimate_methods[i].name;
    const char *nearest = lac_text_nearest(name, names, n);
    (void)lac_fail(err, LAC_USAGE, "there is no method `%s`", name);
    if (nearest)
        lac_error_remedy(err, "did you mean `%s`?", nearest);
    else
        lac_error_remedy(err, "see lacuna help estimate for the methods");
    return LAC_USAGE;
}

enum lac_status lac_estimate_method_find(const char *name, const struct lac_estimate_method **method,
                                         struct lac_error *err)
{
    for (size_t i = 0; i < lac_estimate_method_count; i++) {
        if (strcmp(lac_estimate_methods[i].name, name) != 0) continue;
        *method = &lac_estimate_methods[i];
        return LAC_OK;
    }
    return unknown_method(name, err);
}

static enum lac_status check_taken(unsigned given, unsigned taken, const char *only, struct lac_error *err)
{
    for (size_t i = 0; i < sizeof option_names / sizeof option_names[0]; i++) {
        if (!(given & option_names[i].option) || (taken & option_names[i].option)) continue;
        (void)lac_fail(err, LAC_USAGE, "--%s makes no sense for %s", option_names[i].name,
                       only ? only : "any of the methods");
        lac_error_remedy(err, "leave --%s out", option_names[i].name);
        return LAC_USAGE;
    }
    return LAC_OK;
}

static enum lac_status check_interval(const struct lac_estimate_options *options,
                                      const struct lac_estimate_method *const *methods, size_t n,
                                      struct lac_error *err)
{
    const char *allowed = NULL;
    for (size_t i = 0; options->interval && i < n; i++) {
        if (!methods[i]->intervals) continue;
        allowed = methods[i]->intervals;
        if (has_word(allowed, options->interval)) return LAC_OK;
    }
    if (!options->interval || !allowed) return LAC_OK;
    (void)lac_fail(err, LAC_USAGE, "--interval: '%s' is no interval of %s", options->interval,
                   n == 1 ? methods[0]->name : "the methods");
    lac_error_remedy(err, "one of: %s", allowed);
    return LAC_USAGE;
}

/* Resampling intervals need replicates, and replicates need a resampling interval. */
static enum lac_status check_resampling(const struct lac_estimate_options *options, struct lac_error *err)
{
    bool resampled = options->interval &&
                     (strcmp(options->interval, "bootstrap") == 0 || strcmp(options->interval, "bca") == 0);
    if (resampled && options->bootstrap == 0) {
        (void)lac_fail(err, LAC_USAGE, "--interval %s needs replicates, but --bootstrap is 0",
                       options->interval);
        lac_error_remedy(err, "give --bootstrap 1000 or more, or another interval");
        return LAC_USAGE;
    }
    if (options->interval && !resampled && (options->given & BOOTSTRAP) && options->bootstrap > 0) {
        (void)lac_fail(err, LAC_USAGE, "--bootstrap makes no sense with --interval %s", options->interval);
        lac_error_remedy(err, "leave --bootstrap out, or give --interval bca");
        return LAC_USAGE;
    }
    return LAC_OK;
}

enum lac_status lac_estimate_options_check(const struct lac_estimate_options *options,
                                           const struct lac_estimate_method *const *methods, size_t n,
                                           struct lac_error *err)
{
    unsigned taken = 0;
    enum lac_status st;
    for (size_t i = 0; i < n; i++) {
        taken |= methods[i]->options;
        if (methods[i]->run != lac_estimate_run_loglinear || options->model) continue;
        (void)lac_fail(err, LAC_USAGE, "the method loglinear needs a model");
        lac_error_remedy(err, "give --model \"A*B + C\" with the list names of the table");
        return LAC_USAGE;
    }
    if ((st = check_taken(options->given, taken, n == 1 ? methods[0]->name : NULL, err))) return st;
    if ((st = check_interval(options, methods, n, err))) return st;
    return check_resampling(options, err);
}
