/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_ESTIMATE_RESULT_H
#define LAC_ESTIMATE_RESULT_H
/*
 * What an estimator hands back, whatever the method: one struct lac_result per estimate. The command line
 * prints results as JSON or text, the pipeline writes them to the store.
 *
 * Numbers that do not apply are NaN (parameters: -1), texts NULL. An estimate without a finite value has a
 * status that says why; a status is a result, not an error. All texts and arrays belong to the arena of the
 * list.
 */
#include <stddef.h>
#include <stdint.h>
#include "base/memory.h"

/* constant, word of the contract */
#define LAC_RESULT_STATUS_LIST(X)                                                                            \
    X(OK, "ok")                                                                                              \
    X(REFUSED, "refused")                                                                                    \
    X(NOT_IDENTIFIABLE, "not-identifiable")                                                                  \
    X(INFINITE, "infinite")                                                                                  \
    X(FAILED, "failed")

enum lac_result_status {
#define LAC_RESULT_STATUS_ENUM(name, word) LAC_RESULT_##name,
    LAC_RESULT_STATUS_LIST(LAC_RESULT_STATUS_ENUM)
#undef LAC_RESULT_STATUS_ENUM
};
const char *lac_result_status_word(enum lac_result_status status);

#define LAC_RESULT_NOTES 16
#define LAC_RESULT_NUMBERS 24

/* One fitted model of a search or an average. */
struct lac_result_model {
    const char *model;
    double estimate, se, bic, aic, deviance;
    double weight; /* in the average; NaN when the model is not in it */
    int parameters;
    enum lac_result_status status;
};

/* A model and the share of replicates in which it was chosen. */
struct lac_result_choice {
    const char *model;
    double share;
};

struct lac_uncertainty; /* uncertainty.h */

struct lac_result {
    struct lac_arena *arena; /* owns its texts and arrays */
    const char *method, *model, *stratum;
    double estimate, se;
    const char *interval; /* kind: wald, lognormal, profile, percentile, bca; NULL: no interval */
    double level, lower, upper;
    /* a second interval, without the allowance for residual dependence that the first one has; NaN: none */
    double model_only_lower, model_only_upper;
    double aic, bic, deviance;
    int parameters;
    enum lac_result_status status;
    int notes;
    const char *note[LAC_RESULT_NOTES];
    int numbers; /* further figures, by name: models considered, z0, ... */
    struct {
        const char *name; /* a constant */
        double value;
    } number[LAC_RESULT_NUMBERS];
    struct lac_result_model *models; /* best first */
    size_t model_count;
    struct lac_result_choice *choices; /* most often first */
    size_t choice_count;
    const double *replicate; /* by replicate number; +infinity for a failed one */
    size_t replicate_count;
    const struct lac_uncertainty *uncertainty; /* where the width comes from; NULL: not known */
    double seconds;
};

/* A growing list of results. The arena owns everything; the list itself is released with it. */
struct lac_results {
    struct lac_arena *arena;
    struct lac_result *item;
    size_t count, capacity;
};

/* Appends a result of `method` with nothing in it, status failed. NULL when memory is out. The pointer is
 * valid until the next addition. */
struct lac_result *lac_results_add(struct lac_results *results, const char *method);

/* Adds a note, made from a format. A full list of notes or lack of memory drops it (notes never carry the
 * only sign that something is wrong: status does). */
void lac_result_note(struct lac_result *result, const char *format, ...) LAC_PRINTF(2, 3);
void lac_result_number(struct lac_result *result, const char *name, double value);
/* Value by name, NaN when it is not there. */
double lac_result_find(const struct lac_result *result, const char *name);

#endif
