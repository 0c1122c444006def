/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report.h"
#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* jansson's *_new functions take a reference over even when they fail, and fail on a NULL value: so additions
 * are chained and only their sum of failures is looked at. */
static int put(json_t *object, const char *key, json_t *value)
{
    return json_object_set_new(object, key, value);
}

static json_t *number(double value)
{
    return isfinite(value) ? json_real(value) : json_null();
}

static json_t *text(const char *value)
{
    return value ? json_string(value) : json_null();
}

static json_t *interval_of(const struct lac_result *result)
{
    if (!result->interval) return json_null();
    json_t *interval = json_object();
    int failed = put(interval, "kind", text(result->interval));
    failed |= put(interval, "level", number(result->level));
    failed |= put(interval, "lower", number(result->lower));
    failed |= put(interval, "upper", number(result->upper));
    if (!failed) return interval;
    json_decref(interval);
    return NULL;
}

#define MODEL_ONLY "if the identifying assumption holds exactly"

static json_t *model_only_of(const struct lac_result *result)
{
    json_t *interval = json_object();
    int failed = put(interval, "kind", text("percentile"));
    failed |= put(interval, "label", text(MODEL_ONLY));
    failed |= put(interval, "level", number(result->level));
    failed |= put(interval, "lower", number(result->model_only_lower));
    failed |= put(interval, "upper", number(result->model_only_upper));
    if (!failed) return interval;
    json_decref(interval);
    return NULL;
}

static json_t *choices_of(const struct lac_result *result)
{
    json_t *choices = json_array();
    int failed = choices == NULL;
    for (size_t i = 0; i < result->choice_count; i++)
        failed |= json_array_append_new(choices, json_pack("{s:s,s:f}", "model", result->choices[i].model,
                                                           "share", result->choices[i].share));
    if (!failed) return choices;
    json_decref(choices);
    return NULL;
}

static json_t *notes_of(const struct lac_result *result)
{
    json_t *notes = json_array();
    int failed = notes == NULL;
    for (int i = 0; i < result->notes; i++)
        failed |= json_array_append_new(notes, json_string(result->note[i]));
    if (!failed) return notes;
    json_decref(notes);
    return NULL;
}

static json_t *numbers_of(const struct lac_result *result)
{
    json_t *numbers = json_object();
    int failed = numbers == NULL;
    for (int i = 0; i < result->numbers; i++) {
        double value = result->number[i].value;
        int whole = isfinite(value) && value == floor(value) && fabs(value) < 1e15;
        failed |=
            put(numbers, result->number[i].name, whole ? json_integer((json_int_t)value) : number(value));
    }
    if (result->choice_count) failed |= put(numbers, "replicate_models", choices_of(result));
    if (!failed) return numbers;
    json_decref(numbers);
    return NULL;
}

static json_t *model_of(const struct lac_result_model *model)
{
    json_t *object = json_object();
    int failed = put(object, "model", text(model->model));
    failed |= put(object, "estimate", number(model->estimate));
    failed |= put(object, "se", number(model->se));
    failed |= put(object, "aic", number(model->aic));
    failed |= put(object, "bic", number(model->bic));
    failed |= put(object, "deviance", number(model->deviance));
    failed |= put(object, "parameters", json_integer(model->parameters));
    failed |= put(object, "weight", number(model->weight));
    failed |= put(object, "status", text(lac_result_status_word(model->status)));
    if (!failed) return object;
    json_decref(object);
    return NULL;
}

#define MODELS_SHOWN 10

static json_t *models_of(const struct lac_result *result)
{
    json_t *models = json_array();
    int failed = models == NULL;
    for (size_t i = 0; i < result->model_count && i < MODELS_SHOWN; i++)
        failed |= json_array_append_new(models, model_of(&result->models[i]));
    if (!failed) return models;
    json_decref(models);
    return NULL;
}

static json_t *estimate_of(const struct lac_result *result)
{
    json_t *object = json_object();
    int failed = put(object, "method", text(result->method));
    failed |= put(object, "model", text(result->model));
    failed |= put(object, "stratum", text(result->stratum));
    failed |= put(object, "estimate", number(result->estimate));
    failed |= put(object, "se", number(result->se));
    failed |= put(object, "interval", interval_of(result));
    if (!isnan(result->model_only_lower)) failed |= put(object, "interval_model_only", model_only_of(result));
    failed |= put(object, "aic", number(result->aic));
    failed |= put(object, "bic", number(result->bic));
    failed |= put(object, "deviance", number(result->deviance));
    failed |=
        put(object, "parameters", result->parameters < 0 ? json_null() : json_integer(result->parameters));
    failed |= put(object, "status", text(lac_result_status_word(result->status)));
    failed |= put(object, "notes", notes_of(result));
    failed |= put(object, "details", numbers_of(result));
    if (result->model_count) failed |= put(object, "models", models_of(result));
    failed |= put(object, "seconds", number(result->seconds));
    if (!failed) return object;
    json_decref(object);
    return NULL;
}

static int64_t overlap(const struct lac_estimate_table *table, unsigned lists)
{
    int64_t sum = 0;
    for (int64_t r = 0; r < table->rows; r++)
        if ((table->history[r] & lists) == lists) sum += table->count[r];
    return sum;
}

static json_t *sizes_of(const struct lac_estimate_table *table)
{
    json_t *sizes = json_object();
    int failed = sizes == NULL;
    for (int k = 0; k < table->lists; k++)
        failed |= put(sizes, table->list[k], json_integer(overlap(table, 1U << k)));
    if (!failed) return sizes;
    json_decref(sizes);
    return NULL;
}

static json_t *overlaps_of(const struct lac_estimate_table *table, int *empty)
{
    json_t *pairs = json_array();
    int failed = pairs == NULL;
    *empty = 0;
    for (int i = 0; i < table->lists; i++)
        for (int j = i + 1; j < table->lists; j++) {
            int64_t both = overlap(table, 1U << i | 1U << j);
            *empty += both == 0;
            failed |= json_array_append_new(pairs, json_pack("{s:[s,s],s:I}", "lists", table->list[i],
                                                             table->list[j], "persons", (json_int_t)both));
        }
    if (!failed) return pairs;
    json_decref(pairs);
    return NULL;
}

static json_t *summed_strata(const struct lac_estimate_report *report)
{
    json_t *summed = json_array();
    int failed = summed == NULL;
    for (int s = 0; s < report->table->strata; s++) {
        int apart = 0;
        for (int i = 0; i < report->strata_count; i++)
            if (strcmp(report->strata[i], report->table->stratum[s]) == 0) apart = 1;
        if (!apart) failed |= json_array_append_new(summed, json_string(report->table->stratum[s]));
    }
    if (!failed) return summed;
    json_decref(summed);
    return NULL;
}

static json_t *diagnostics_of(const struct lac_estimate_report *report)
{
    json_t *object = json_object();
    int empty, failed = put(object, "list_sizes", sizes_of(report->table));
    failed |= put(object, "overlaps", overlaps_of(report->table, &empty));
    failed |= put(object, "empty_overlaps", json_integer(empty));
    failed |= put(object, "strata_summed", summed_strata(report));
    if (!failed) return object;
    json_decref(object);
    return NULL;
}

static json_t *names_of(const struct lac_estimate_table *table)
{
    json_t *names = json_array();
    int failed = names == NULL;
    for (int k = 0; k < table->lists; k++)
        failed |= json_array_append_new(names, json_string(table->list[k]));
    if (!failed) return names;
    json_decref(names);
    return NULL;
}

static json_t *estimates_of(const struct lac_results *results)
{
    json_t *estimates = json_array();
    int failed = estimates == NULL;
    for (size_t i = 0; i < results->count; i++)
        failed |= json_array_append_new(estimates, estimate_of(&results->item[i]));
    if (!failed) return estimates;
    json_decref(estimates);
    return NULL;
}

enum lac_status lac_estimate_report_json(const struct lac_estimate_report *report, struct lac_buffer *out,
                                         struct lac_error *err)
{
    const char *slash = strrchr(report->table->path, '/');
    json_t *root = json_object();
    int failed = put(root, "schema", json_string("lacuna-estimate/1"));
    failed |= put(root, "table", json_string(slash ? slash + 1 : report->table->path));
    failed |= put(root, "lists", names_of(report->table));
    failed |= put(root, "observed", json_integer(overlap(report->table, 0)));
    failed |= put(root, "seed", json_integer(report->seed));
    failed |= put(root, "estimates", estimates_of(report->results));
    failed |= put(root, "diagnostics", diagnostics_of(report));
    char *dump = failed ? NULL : json_dumps(root, JSON_INDENT(2) | JSON_REAL_PRECISION(15));
    json_decref(root);
    if (!dump) return lac_fail_memory(err, "the results as JSON");
    lac_buffer_add(out, dump);
    lac_buffer_add(out, "\n");
    free(dump);
    return lac_buffer_status(out, err);
}
