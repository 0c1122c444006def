/* SPDX-License-Identifier: GPL-3.0-or-later */
/* latent-class: the Bayesian nonparametric latent class model. */
#include <math.h>
#include <string.h>
#include "base/sum.h"
#include "latent_class.h"
#include "runs.h"

static bool refused(const struct lac_estimate_history *history, struct lac_result *result)
{
    bool overlap = false;

    for (unsigned w = 1; w < 1U << history->lists; w++)
        overlap |= history->count[w] > 0.0 && __builtin_popcount(w) > 1;
    if (history->lists < 3) {
        result->status = LAC_RESULT_REFUSED;
        lac_result_note(result, "needs three lists or more: two lists cannot tell classes apart");
    } else if (!overlap) {
        result->status = LAC_RESULT_NOT_IDENTIFIABLE;
        lac_result_note(result, "no two lists share a person: the prior alone would decide the number");
    }
    return result->notes > 0;
}

/* Chains that have not met give no estimate, but say what might. */
static bool unconverged(const struct lac_latent *latent, struct lac_result *result)
{
    const struct lac_convergence *c = &latent->convergence;
    double size = fmin(c->bulk, c->tail), factor = size > 0.0 ? 1.5 * LAC_LATENT_SIZE / size : 10.0;

    if (lac_latent_converged(c)) return false;
    if (!(c->r_hat <= LAC_LATENT_R_HAT)) factor = fmax(factor, 4.0);
    double draws = 1000.0 * ceil(fmin(factor, 100.0) * (double)latent->count / 1000.0);
    result->status = LAC_RESULT_REFUSED;
    lac_result_note(
        result,
        "the chains have not converged: R-hat %.3f (at most %.2f), effective draws %.0f in the bulk and "
        "%.0f in the tails (at least %d)",
        c->r_hat, LAC_LATENT_R_HAT, c->bulk, c->tail, LAC_LATENT_SIZE);
    lac_result_note(result, "try --draws %.0f", draws);
    return true;
}

static enum lac_status report(const struct lac_latent *latent, const struct lac_estimate_options *options,
                              struct lac_result *result, struct lac_error *err)
{
    double *sorted = LAC_NEW(result->arena, double, latent->count), tail = 0.5 * (1.0 - options->level);
    double mean = lac_mean(latent->draw, latent->count), squares = 0.0;

    if (sorted == NULL) return lac_fail_memory(err, "draws");
    memcpy(sorted, latent->draw, latent->count * sizeof *sorted);
    lac_sort(sorted, latent->count);
    for (size_t i = 0; i < latent->count; i++) squares += (sorted[i] - mean) * (sorted[i] - mean);
    result->status = LAC_RESULT_OK;
    result->estimate = lac_quantile7(sorted, latent->count, 0.5);
    result->se = sqrt(squares / (double)(latent->count - 1));
    result->interval = "posterior";
    result->level = options->level;
    result->lower = lac_quantile7(sorted, latent->count, tail);
    result->upper = lac_quantile7(sorted, latent->count, 1.0 - tail);
    lac_result_number(result, "posterior_mean", mean);
    lac_result_number(result, "posterior_sd", result->se);
    return LAC_OK;
}

enum lac_status lac_estimate_run_latent(const struct lac_estimate_history *history,
                                        const struct lac_estimate_options *options,
                                        struct lac_results *results, struct lac_error *err)
{
    const struct lac_latent_settings settings = {options->seed, options->part, options->draws};
    struct lac_result *result = lac_results_add(results, "latent-class");
    struct lac_latent latent;
    enum lac_status st = LAC_OK;

    if (result == NULL) return lac_fail_memory(err, "results");
    if (refused(history, result)) return LAC_OK;
    if ((st = lac_latent_class(history, &settings, results->arena, &latent, err))) return st;
    result->model = lac_arena_printf(result->arena, "at most %d classes", LAC_LATENT_CLASSES);
    if (result->model == NULL) return lac_fail_memory(err, "results");
    if (!unconverged(&latent, result)) st = report(&latent, options, result, err);
    lac_result_number(result, "r_hat", latent.convergence.r_hat);
    lac_result_number(result, "ess_bulk", latent.convergence.bulk);
    lac_result_number(result, "ess_tail", latent.convergence.tail);
    lac_result_number(result, "chains", LAC_LATENT_CHAINS);
    lac_result_number(result, "draws", (double)latent.count);
    lac_result_number(result, "rungs", latent.rungs);
    lac_result_number(result, "classes_in_use", latent.classes);
    return st;
}
