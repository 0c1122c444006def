/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model_run.h"
#include <gsl/gsl_cdf.h>
#include <math.h>
#include <string.h>
#include "existence.h"

static char *finish(struct lac_buffer *text, struct lac_arena *arena)
{
    char *copy = text->failed ? NULL : lac_arena_strdup(arena, text->text ? text->text : "");
    lac_buffer_release(text);
    return copy;
}

char *lac_model_text(const struct lac_estimate_model *model, const struct lac_estimate_history *history,
                     struct lac_arena *arena)
{
    struct lac_buffer text = {0};
    lac_estimate_model_format(model, history->name, &text);
    return finish(&text, arena);
}

char *lac_model_term_text(unsigned term, const struct lac_estimate_history *history, struct lac_arena *arena)
{
    struct lac_buffer text = {0};
    for (int k = 0; k < history->lists; k++)
        if (term >> k & 1U) lac_buffer_printf(&text, "%s%s", text.length ? "*" : "", history->name[k]);
    return finish(&text, arena);
}

void lac_model_take_fit(const struct lac_estimate_history *history, const struct lac_fitted *fit,
                        struct lac_result *result)
{
    result->status = LAC_RESULT_OK;
    result->estimate = history->n + exp(fit->log_n0);
    result->se = fit->se;
    result->aic = fit->aic;
    result->bic = fit->bic;
    result->deviance = fit->deviance;
    result->parameters = fit->parameters;
}
