/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_ESTIMATE_METHOD_H
#define LAC_ESTIMATE_METHOD_H
/*
 * The methods of the contract in one list: name, options it takes, and the function that runs it.
 *
 * To add an estimator: a file with its kernel, a run function here of the type below that fills results, and
 * a row in the list of method.c. Nothing else needs to know it.
 *
 * A run function gets a table without strata and without empty lists, and adds at least one result. It
 * returns LAC_OK whatever the estimate's status; another status is an error of usage, input or memory.
 */
#include <stdbool.h>
#include <stdint.h>
#include "base/status.h"
#include "history.h"
#include "result.h"

/* Options of the command line, as bits. */
enum {
    LAC_OPTION_MODEL = 1,
    LAC_OPTION_BOOTSTRAP = 2,
    LAC_OPTION_LEVEL = 4,
    LAC_OPTION_INTERVAL = 8,
    LAC_OPTION_CRITERION = 16,
    LAC_OPTION_PVALUE = 32,
    LAC_OPTION_ORDER = 64,
    LAC_OPTION_TOP = 128,
    LAC_OPTION_KEEP = 256,
    LAC_OPTION_DRAWS = 512
};

struct lac_estimate_options {
    unsigned given;       /* LAC_OPTION bits set by the user; the others hold defaults */
    const char *model;    /* NULL: none */
    int64_t bootstrap;    /* replicates */
    bool bootstrap_auto;  /* as many as the limits need (resample.h) */
    double level;         /* 0.95 */
    const char *interval; /* NULL: the method's own */
    bool aic;             /* rank by AIC, else BIC */
    double pvalue;        /* 0.02 */
    int order;            /* largest size of a term; 0: all */
    int64_t top;          /* 0: all up to five lists, else 100 */
    int64_t keep;         /* models kept in an average, 200 */
    int64_t draws;        /* of latent-class, kept; 0: until converged */
    double delta_sd;      /* national: residual dependence, standard deviation of log unseen; 0.35 */
    uint32_t seed;
    uint32_t part;        /* number of the stratum or cell: second key of the random numbers */
    bool keep_replicates; /* hand the replicates back in the results */
};
void lac_estimate_options_init(struct lac_estimate_options *options);

typedef enum lac_status lac_estimate_run(const struct lac_estimate_history *history,
                                         const struct lac_estimate_options *options,
                                         struct lac_results *results, struct lac_error *err);

struct lac_estimate_method {
    const char *name;
    unsigned options;
    const char *intervals; /* words --interval may have, separated by blanks; NULL: option not taken */
    lac_estimate_run *run;
};
extern const struct lac_estimate_method lac_estimate_methods[];
extern const size_t lac_estimate_method_count;

/* The method of a name. LAC_USAGE for a name the contract does not have ("did you mean"). */
enum lac_status lac_estimate_method_find(const char *name, const struct lac_estimate_method **method,
                                         struct lac_error *err) LAC_CHECKED;

/* Whether `--method all` runs it: loglinear only when a model was given; mb and mbh only by name,
 * as they presume occasions in time order. */
bool lac_estimate_method_applies(const struct lac_estimate_method *method,
                                 const struct lac_estimate_options *options);

/* Refuses with LAC_USAGE an option none of the `n` methods takes, an interval none of them has, and values
 * out of range.  */
enum lac_status lac_estimate_options_check(const struct lac_estimate_options *options,
                                           const struct lac_estimate_method *const *methods, size_t n,
                                           struct lac_error *err) LAC_CHECKED;

#endif
