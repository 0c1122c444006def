/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_ESTIMATE_MODEL_RUN_H
#define LAC_ESTIMATE_MODEL_RUN_H
/* What the run functions of log-linear methods share. */
#include "fitter.h"
#include "history.h"
#include "method.h"
#include "model.h"
#include "result.h"

/* Text of a model, and of one term ("A*B"), in the arena; NULL when memory is out. */
char *lac_model_text(const struct lac_estimate_model *model, const struct lac_estimate_history *history,
                     struct lac_arena *arena) LAC_CHECKED;
char *lac_model_term_text(unsigned term, const struct lac_estimate_history *history,
                          struct lac_arena *arena) LAC_CHECKED;

/* Estimate, standard error, criteria and status ok from an admissible fit. */
void lac_model_take_fit(const struct lac_estimate_history *history, const struct lac_fitted *fit,
                        struct lac_result *result);
/* Interval of one named model, fixed in advance: wald, lognormal (the default) or profile, as
 * options->interval. */
enum lac_status lac_model_interval(const struct lac_estimate_history *history, const char *model,
                                   const struct lac_estimate_options *options, struct lac_result *result,
                                   struct lac_error *err) LAC_CHECKED;

#endif
