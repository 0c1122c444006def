/* SPDX-License-Identifier: GPL-3.0-or-later */
/* lincoln-petersen, chapman, chao, chao-mt: one result per pair of lists, or one. */
#include <math.h>
#include <string.h>
#include "base/text.h"
#include "chao.h"
#include "chao_mt.h"
#include "lincoln_petersen.h"
#include "run_simple.h"
#include "runs.h"

void lac_result_take_simple(struct lac_result *result, const struct lac_simple *simple, double level)
{
    static const enum lac_result_status status_of[] = {
        [LAC_FIT_OK] = LAC_RESULT_OK,
        [LAC_FIT_NOT_IDENTIFIABLE] = LAC_RESULT_NOT_IDENTIFIABLE,
        [LAC_FIT_INFINITE] = LAC_RESULT_INFINITE,
        [LAC_FIT_FAILED] = LAC_RESULT_FAILED,
    };
    result->status = status_of[simple->status];
    if (result->status != LAC_RESULT_OK) {
        lac_result_note(result, "%s",
                        simple->status == LAC_FIT_INFINITE
                            ? "the estimate is infinite: too few persons are on more "
                              "than one list"
                        : simple->status == LAC_FIT_NOT_IDENTIFIABLE
                            ? "the number of the unseen is not determined by this model and table"
                            : "the fit did not converge");
        return;
    }
    result->estimate = simple->estimate;
    result->se = simple->se;
    result->aic = simple->aic;
    result->bic = simple->bic;
    result->deviance = simple->deviance;
    result->parameters = simple->parameters;
    if (isnan(simple->lower)) return;
    result->interval = "lognormal";
    result->level = level;
    result->lower = simple->lower;
    result->upper = simple->upper;
}

static int find_list(const struct lac_estimate_history *history, const char *text, size_t length)
{
    while (length && text[0] == ' ') text++, length--;
    while (length && text[length - 1] == ' ') length--;
    for (int k = 0; k < history->lists; k++)
        if (strlen(history->name[k]) == length && strncmp(history->name[k], text, length) == 0) return k;
    return -1;
}

struct pair {
    int i, j; /* lists */
    bool chapman;
};

/* "A,B" to two lists. A name that holds a comma is found by trying every comma. */
static enum lac_status parse_pair(const char *text, const struct lac_estimate_history *history,
                                  struct pair *pair, struct lac_error *err)
{
    for (const char *comma = strchr(text, ','); comma; comma = strchr(comma + 1, ',')) {
        pair->i = find_list(history, text, (size_t)(comma - text));
        pair->j = find_list(history, comma + 1, strlen(comma + 1));
        if (pair->i >= 0 && pair->j >= 0 && pair->i != pair->j) return LAC_OK;
    }
    (void)lac_fail(err, LAC_USAGE, "--model: '%s' is not a pair of two different lists of the table", text);
    lac_error_remedy(err, "give two list names, as --model \"%s,%s\"", history->name[0], history->name[1]);
    return LAC_USAGE;
}

static enum lac_status add_pair(const struct lac_estimate_history *history, const struct pair *pair,
                                double level, struct lac_results *results, struct lac_error *err)
{
    int i = pair->i, j = pair->j;
    struct lac_simple simple;
    struct lac_result *result = lac_results_add(results, pair->chapman ? "chapman" : "lincoln-petersen");
    if (!result) return lac_fail_memory(err, "results");
    result->model = lac_arena_printf(results->arena, "%s,%s", history->name[i], history->name[j]);
    if (!result->model) return lac_fail_memory(err, "results");
    if (pair->chapman)
        lac_chapman(history, i, j, level, &simple);
    else
        lac_lincoln_petersen(history, i, j, &simple);
    lac_result_take_simple(result, &simple, level);
    lac_result_number(result, "overlap", history->overlap[1U << i | 1U << j]);
    if (history->lists > 2) lac_result_note(result, "persons on other lists only are not used");
    lac_result_note(result, "assumes that the two lists are independent");
    return LAC_OK;
}

static enum lac_status run_pairs(const struct lac_estimate_history *history,
                                 const struct lac_estimate_options *options, bool chapman,
                                 struct lac_results *results, struct lac_error *err)
{
    enum lac_status st = LAC_OK;
    struct pair pair = {.chapman = chapman};
    if (options->model) {
        st = parse_pair(options->model, history, &pair, err);
        return st ? st : add_pair(history, &pair, options->level, results, err);
    }
    for (pair.i = 0; !st && pair.i < history->lists; pair.i++)
        for (pair.j = pair.i + 1; !st && pair.j < history->lists; pair.j++)
            st = add_pair(history, &pair, options->level, results, err);
    return st;
}

enum lac_status lac_estimate_run_lincoln_petersen(const struct lac_estimate_history *history,
                                                  const struct lac_estimate_options *options,
                                                  struct lac_results *results, struct lac_error *err)
{
    return run_pairs(history, options, false, results, err);
}

enum lac_status lac_estimate_run_chapman(const struct lac_estimate_history *history,
                                         const struct lac_estimate_options *options,
                                         struct lac_results *results, struct lac_error *err)
{
    return run_pairs(history, options, true, results, err);
}

enum lac_status lac_estimate_run_chao(const struct lac_estimate_history *history,
                                      const struct lac_estimate_options *options, struct lac_results *results,
                                      struct lac_error *err)
{
    struct lac_simple simple;
    double f1, f2;
    struct lac_result *result = lac_results_add(results, "chao");
    if (!result) return lac_fail_memory(err, "results");
    lac_chao(history, LAC_CHAO_STANDARD, options->level, &simple);
    lac_result_take_simple(result, &simple, options->level);
    lac_chao_frequencies(history, &f1, &f2);
    lac_result_number(result, "f1", f1);
    lac_result_number(result, "f2", f2);
    lac_result_note(result, "a lower bound if dependence and heterogeneity are not negative");
    return LAC_OK;
}

enum lac_status lac_estimate_run_chao_mt(const struct lac_estimate_history *history,
                                         const struct lac_estimate_options *options,
                                         struct lac_results *results, struct lac_error *err)
{
    struct lac_simple simple;
    struct lac_result *result = lac_results_add(results, "chao-mt");
    struct lac_fit_space *space = lac_fit_space_new(history->lists);
    struct lac_existence *existence = lac_existence_new(history->lists);
    enum lac_status st = LAC_NOMEM;
    lac_simple_init(&simple);
    if (result && space && existence)
        st = lac_chao_mt(history, space, existence, options->level, &simple, err);
    else
        st = lac_fail_memory(err, "a fit");
    if (!st && result) {
        lac_result_take_simple(result, &simple, options->level);
        lac_result_note(result, "a lower bound if dependence and heterogeneity are not negative");
    }
    lac_fit_space_free(space);
    lac_existence_free(existence);
    return st;
}
