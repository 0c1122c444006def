/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "report_internal.h"

static json_t *interval_of(const struct lac_result *result)
{
    if (!result->interval) return json_null();
    json_t *interval = json_object();
    int failed = lac_json_put(interval, "kind", lac_json_text(result->interval));
    failed |= lac_json_put(interval, "level", lac_json_number(result->level));
    failed |= lac_json_put(interval, "lower", lac_json_number(result->lower));
    failed |= lac_json_put(interval, "upper", lac_json_number(result->upper));
    return lac_json_done(interval, failed);
}

#define MODEL_ONLY "if the identifying assumption holds exactly"

static json_t *model_only_of(const struct lac_result *result)
{
    json_t *interval = json_object();
    int failed = lac_json_put(interval, "kind", lac_json_text("percentile"));
    failed |= lac_json_put(interval, "label", lac_json_text(MODEL_ONLY));
    failed |= lac_json_put(interval, "level", lac_json_number(result->level));
    failed |= lac_json_put(interval, "lower", lac_json_number(result->model_only_lower));
    failed |= lac_json_put(interval, "upper", lac_json_number(result->model_only_upper));
    return lac_json_done(interval, failed);
}

static json_t *choices_of(const struct lac_result *result)
{
    json_t *choices = json_array();
    int failed = choices == NULL;
    for (size_t i = 0; i < result->choice_count; i++)
        failed |= json_array_append_new(choices, json_pack("{s:s,s:f}", "model", result->choices[i].model,
                                                           "share", result->choices[i].share));
    return lac_json_done(choices, failed);
}

static json_t *notes_of(const struct lac_result *result)
{
    json_t *notes = json_array();
    int failed = notes == NULL;
    for (int i = 0; i < result->notes; i++)
        failed |= json_array_append_new(notes, json_string(result->note[i]));
    return lac_json_done(notes, failed);
}

static json_t *numbers_of(const struct lac_result *result)
{
    json_t *numbers = json_object();
    int failed = numbers == NULL;
    for (int i = 0; i < result->numbers; i++) {
        double value = result->number[i].value;
        int whole = isfinite(value) && value == floor(value) && fabs(value) < 1e15;
        failed |= lac_json_put(numbers, result->number[i].name,
                               whole ? json_integer((json_int_t)value) : lac_json_number(value));
    }
    if (result->choice_count) failed |= lac_json_put(numbers, "replicate_models", choices_of(result));
    return lac_json_done(numbers, failed);
}

static json_t *model_of(const struct lac_result_model *model)
{
    json_t *object = json_object();
    int failed = lac_json_put(object, "model", lac_json_text(model->model));
    failed |= lac_json_put(object, "estimate", lac_json_number(model->estimate));
    failed |= lac_json_put(object, "se", lac_json_number(model->se));
    failed |= lac_json_put(object, "aic", lac_json_number(model->aic));
    failed |= lac_json_put(object, "bic", lac_json_number(model->bic));
    failed |= lac_json_put(object, "deviance", lac_json_number(model->deviance));
    failed |= lac_json_put(object, "parameters", json_integer(model->parameters));
    failed |= lac_json_put(object, "weight", lac_json_number(model->weight));
    failed |= lac_json_put(object, "status", lac_json_text(lac_result_status_word(model->status)));
    return lac_json_done(object, failed);
}

#define MODELS_SHOWN 10

static json_t *models_of(const struct lac_result *result)
{
    json_t *models = json_array();
    int failed = models == NULL;
    for (size_t i = 0; i < result->model_count && i < MODELS_SHOWN; i++)
        failed |= json_array_append_new(models, model_of(&result->models[i]));
    return lac_json_done(models, failed);
}

static json_t *estimate_of(const struct lac_result *result)
{
    json_t *object = json_object();
    int failed = lac_json_put(object, "method", lac_json_text(result->method));
    failed |= lac_json_put(object, "model", lac_json_text(result->model));
    failed |= lac_json_put(object, "stratum", lac_json_text(result->stratum));
    failed |= lac_json_put(object, "estimate", lac_json_number(result->estimate));
    failed |= lac_json_put(object, "se", lac_json_number(result->se));
    failed |= lac_json_put(object, "interval", interval_of(result));
    if (!isnan(result->model_only_lower))
        failed |= lac_json_put(object, "interval_model_only", model_only_of(result));
    failed |= lac_json_put(object, "aic", lac_json_number(result->aic));
    failed |= lac_json_put(object, "bic", lac_json_number(result->bic));
    failed |= lac_json_put(object, "deviance", lac_json_number(result->deviance));
    failed |= lac_json_put(object, "parameters",
                           result->parameters < 0 ? json_null() : json_integer(result->parameters));
    failed |= lac_json_put(object, "status", lac_json_text(lac_result_status_word(result->status)));
    failed |= lac_json_put(object, "notes", notes_of(result));
    failed |= lac_json_put(object, "details", numbers_of(result));
    if (result->model_count) failed |= lac_json_put(object, "models", models_of(result));
    failed |= lac_json_put(object, "seconds", lac_json_number(result->seconds));
    return lac_json_done(object, failed);
}

static int64_t persons(const struct lac_estimate_table *table)
{
    int64_t sum = 0;
    for (int64_t r = 0; r < table->rows; r++) sum += table->count[r];
    return sum;
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
    return lac_json_done(summed, failed);
}

static json_t *parts_of(const struct lac_estimate_table_diagnostics *diagnostics)
{
    json_t *parts = json_array();
    int failed = parts == NULL;
    for (int i = 0; i < diagnostics->parts; i++) {
        if (diagnostics->part[i].history.lists < 2) continue;
        json_t *part = lac_diagnostics_json(&diagnostics->part[i]);
        failed |= lac_json_put(part, "stratum", lac_json_text(diagnostics->label[i]));
        failed |= json_array_append_new(parts, part);
    }
    return lac_json_done(parts, failed);
}

static json_t *diagnostics_of(const struct lac_estimate_report *report)
{
    const struct lac_estimate_table_diagnostics *diagnostics = report->diagnostics;
    json_t *object = diagnostics ? lac_diagnostics_json(&diagnostics->whole) : json_object();
    int failed = lac_json_put(object, "strata_summed", summed_strata(report));
    if (diagnostics && diagnostics->parts) failed |= lac_json_put(object, "strata", parts_of(diagnostics));
    return lac_json_done(object, failed);
}

static json_t *names_of(const struct lac_estimate_table *table)
{
    json_t *names = json_array();
    int failed = names == NULL;
    for (int k = 0; !table->captures && k < table->lists; k++)
        failed |= json_array_append_new(names, json_string(table->list[k]));
    return lac_json_done(names, failed);
}

static json_t *estimates_of(const struct lac_results *results)
{
    json_t *estimates = json_array();
    int failed = estimates == NULL;
    for (size_t i = 0; i < results->count; i++)
        failed |= json_array_append_new(estimates, estimate_of(&results->item[i]));
    return lac_json_done(estimates, failed);
}

enum lac_status lac_estimate_report_json(const struct lac_estimate_report *report, struct lac_buffer *out,
                                         struct lac_error *err)
{
    const char *slash = strrchr(report->table->path, '/');
    json_t *root = json_object();
    int failed = lac_json_put(root, "schema", json_string("lacuna-estimate/1"));
    failed |= lac_json_put(root, "table", json_string(slash ? slash + 1 : report->table->path));
    failed |= lac_json_put(root, "lists", names_of(report->table));
    if (report->table->captures)
        failed |= lac_json_put(root, "occasions", json_integer(report->table->lists));
    failed |= lac_json_put(root, "observed", json_integer(persons(report->table)));
    failed |= lac_json_put(root, "seed", json_integer(report->seed));
    failed |= lac_json_put(root, "estimates", estimates_of(report->results));
    failed |= lac_json_put(root, "diagnostics", diagnostics_of(report));
    char *dump = failed ? NULL : json_dumps(root, JSON_INDENT(2) | JSON_REAL_PRECISION(15));
    json_decref(root);
    if (!dump) return lac_fail_memory(err, "the results as JSON");
    lac_buffer_add(out, dump);
    lac_buffer_add(out, "\n");
    free(dump);
    return lac_buffer_status(out, err);
}
