/* SPDX-License-Identifier: GPL-3.0-or-later */
/* decomposable: the Bayesian average over decomposable graphs. */
#include <math.h>
#include "decomposable.h"
#include "model_run.h"
#include "runs.h"

#define GRAPHS_LISTED 50
#define UNINFORMED_NOTED 0.05
#define LISTED_WEIGHT 1e-6

static bool refused(const struct lac_estimate_history *history, struct lac_result *result)
{
    if (history->lists >= 3 && history->lists <= 6) return false;
    result->status = LAC_RESULT_REFUSED;
    if (history->lists < 3)
        lac_result_note(result,
                        "needs three lists or more: with two the lists can only be taken as independent");
    else
        lac_result_note(result, "%d lists have too many decomposable graphs: merge lists to six or fewer",
                        history->lists);
    return true;
}

static enum lac_status list_graphs(const struct lac_estimate_history *history,
                                   const struct lac_decomposable *posterior, struct lac_result *result,
                                   struct lac_error *err)
{
    size_t n = 0;

    while (n < posterior->listed && n < GRAPHS_LISTED && posterior->graph[n].weight >= LISTED_WEIGHT) n++;
    result->models = LAC_NEW(result->arena, struct lac_result_model, n);
    if (result->models == NULL) return lac_fail_memory(err, "models");
    for (size_t i = 0; i < n; i++) {
        const struct lac_decomposable_graph *graph = &posterior->graph[i];
        struct lac_estimate_model terms;
        double none = (double)NAN;

        lac_estimate_model_from_bits(&terms, history->lists, graph->terms);
        const char *text = lac_model_text(&terms, history, result->arena);
        if (text == NULL) return lac_fail_memory(err, "models");
        result->models[i] = (struct lac_result_model){text, graph->mean,   graph->sd,   none,         none,
                                                      none, graph->weight, terms.terms, LAC_RESULT_OK};
    }
    result->model_count = n;
    return LAC_OK;
}

static void report(const struct lac_estimate_history *history, const struct lac_decomposable *posterior,
                   const struct lac_estimate_options *options, struct lac_result *result)
{
    result->status = LAC_RESULT_OK;
    result->estimate = posterior->median;
    result->se = posterior->sd;
    result->interval = "posterior";
    result->level = options->level;
    result->lower = posterior->lower;
    result->upper = posterior->upper;
    lac_result_number(result, "posterior_mean", posterior->mean);
    lac_result_number(result, "posterior_sd", posterior->sd);
    lac_result_number(result, "graphs", (double)posterior->graphs);
    lac_result_number(result, "prior_per_cell", ldexp(1.0, -history->lists));
    lac_result_number(result, "saturated_weight", posterior->saturated);
    lac_result_number(result, "uninformed_weight", posterior->uninformed);
    lac_result_number(result, "grid_nodes", (double)posterior->nodes);
    lac_result_number(result, "grid_end", posterior->end);
    lac_result_number(result, "mass_beyond", posterior->beyond);
}

static void add_notes(const struct lac_decomposable *posterior, struct lac_result *result)
{
    lac_result_note(result,
                    "the saturated graph is left out; it would carry %.2g of the weight, all of it "
                    "from the prior",
                    posterior->saturated);
    if (posterior->uninformed > UNINFORMED_NOTED)
        lac_result_note(result,
                        "%.1f %% of the weight is on graphs in which no overlap bears on the number: "
                        "there the prior decides",
                        100.0 * posterior->uninformed);
    if (posterior->beyond > 1e-6)
        lac_result_note(result, "about %.2g of the posterior lies beyond the end of the grid",
                        posterior->beyond);
}

enum lac_status lac_estimate_run_decomposable(const struct lac_estimate_history *history,
                                              const struct lac_estimate_options *options,
                                              struct lac_results *results, struct lac_error *err)
{
    struct lac_decomposable_settings settings = {.level = options->level};
    struct lac_decomposable posterior;
    struct lac_result *result = lac_results_add(results, "decomposable");
    enum lac_status st;

    if (result == NULL) return lac_fail_memory(err, "results");
    if (refused(history, result)) return LAC_OK;
    if ((st = lac_decomposable(history, &settings, results->arena, &posterior, err))) return st;
    if (!posterior.overlap) {
        result->status = LAC_RESULT_NOT_IDENTIFIABLE;
        lac_result_note(result, "no two lists share a person: the prior alone would decide the number");
        return LAC_OK;
    }
    report(history, &posterior, options, result);
    add_notes(&posterior, result);
    result->model = lac_arena_printf(result->arena, "average of %zu decomposable graphs", posterior.graphs);
    if (result->model == NULL) return lac_fail_memory(err, "results");
    return list_graphs(history, &posterior, result, err);
}
