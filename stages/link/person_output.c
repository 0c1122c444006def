/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "person_output.h"
#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "lists.h"
#include "base/memory.h"

#define AHEAD 16 /* rows whose cluster's name is asked for before its turn */

/* No identifier needs a quote in CSV; cautious: a blank anywhere counts as one that does. */
static bool ids_plain(const struct lac_link_person_table *table)
{
    uint32_t n = table->data.n;
    size_t length = n ? table->id_at[n - 1] + strlen(table->ids + table->id_at[n - 1]) : 0;
    for (const char *sign = ",\"\r\n "; *sign; sign++)
        if (length && memchr(table->ids, *sign, length)) return false;
    return true;
}

/* As lac_csv_put() writes them, where no identifier needs a quote. person[] and name[] by row and person. */
static void rows_write(const struct lac_link_person_table *table, const uint32_t *person,
                       const uint64_t *name, FILE *to)
{
    char line[4096];
    size_t used = 0;
    for (uint32_t row = 0, n = table->data.n; row < n; row++) {
        const char *id = table->ids + table->id_at[row], *cluster = table->ids + name[person[row]];
        size_t id_length = strlen(id), cluster_length = strlen(cluster);
        if (row + AHEAD < n) __builtin_prefetch(table->ids + name[person[row + AHEAD]]);
        if (used + id_length + cluster_length + 2 > sizeof line) {
            fwrite(line, 1, used, to);
            used = 0;
        }
        if (id_length + cluster_length + 2 > sizeof line) {
            fprintf(to, "%s,%s\n", id, cluster);
            continue;
        }
        memcpy(line + used, id, id_length);
        line[used += id_length] = ',';
        memcpy(line + ++used, cluster, cluster_length);
        line[used += cluster_length] = '\n';
        used++;
    }
    fwrite(line, 1, used, to);
}

void lac_link_clusters_write(const struct lac_link_person_table *table, const struct lac_link_result *result,
                             FILE *to)
{
    uint32_t next = 0, n = table->data.n, *person = lac_big_alloc((size_t)n + 1, sizeof *person);
    uint64_t *name =
        lac_big_alloc((size_t)n + 1, sizeof *name); /* of a person: its first record's identifier */
    bool plain = ids_plain(table);
    lac_csv_put(to, true, "record_id");
    lac_csv_put(to, false, "cluster_id");
    lac_csv_end(to);
    for (uint32_t i = 0; person && name && i < n; i++) {
        if (result->person[i] == next)
            name[next++] = table->id_at[table->row[i]]; /* numbered by first record */
        person[table->row[i]] = result->person[i];
    }
    if (plain && person && name) rows_write(table, person, name, to);
    for (uint32_t row = 0; !plain && person && name && row < n; row++) {
        lac_csv_put(to, true, table->ids + table->id_at[row]);
        lac_csv_put(to, false, table->ids + name[person[row]]);
        lac_csv_end(to);
    }
    free(person);
    free(name);
}

const char *lac_link_cluster_id(const struct lac_link_person_table *table,
                                const struct lac_link_result *result, uint32_t record, uint32_t *records)
{
    uint32_t first = record;
    *records = 0;
    for (uint32_t i = table->data.n; i-- > 0;)
        if (result->person[i] == result->person[record]) {
            first = i;
            ++*records;
        }
    return lac_link_person_id(table, first);
}

uint32_t lac_link_person_table_find(const struct lac_link_person_table *table, const char *id)
{
    uint32_t found = LAC_LINK_NULL;
    for (uint32_t i = 0; i < table->data.n; i++) {
        if (strcmp(lac_link_person_id(table, i), id) != 0) continue;
        if (found != LAC_LINK_NULL) return LAC_LINK_NULL;
        found = i;
    }
    return found;
}

void lac_link_pairs_write(const struct lac_link_person_table *table, const struct lac_link_result *result,
                          FILE *to)
{
    static const char *const header[] = {"record_id_l", "record_id_r", "probability", "weight", "rule_mask"};
    for (size_t c = 0; c < LAC_COUNT(header); c++) lac_csv_put(to, c == 0, header[c]);
    lac_csv_end(to);
    for (size_t p = 0; p < result->pairs.count; p++) {
        const struct lac_link_pair *pair = &result->pairs.pair[p];
        if (lac_link_probability(result->weight[p]) < result->threshold) continue;
        lac_csv_put(to, true, lac_link_person_id(table, lac_link_left(pair)));
        lac_csv_put(to, false, lac_link_person_id(table, lac_link_right(pair)));
        lac_csv_put_double(to, false, lac_link_probability(result->weight[p]));
        lac_csv_put_double(to, false, result->weight[p]);
        lac_csv_put_i64(to, false, pair->mask);
        lac_csv_end(to);
    }
}

static json_t *number(double value)
{
    return isfinite(value) ? json_real(value) : json_null();
}

static json_t *rules_json(const struct lac_link_result *result)
{
    json_t *rules = json_array();
    for (size_t r = 0; r < result->rules; r++)
        json_array_append_new(rules, json_pack("{s:i, s:s, s:I, s:I, s:I}", "bit", (int)r, "rule",
                                               result->rule[r].text, "pairs",
                                               (json_int_t)result->rule_count[r].proposed, "dropped",
                                               (json_int_t)result->rule_count[r].dropped_pairs,
                                               "largest_block", (json_int_t)result->rule_count[r].largest));
    return rules;
}

static json_t *training_json(const struct lac_link_result *result)
{
    json_t *rules = json_array();
    for (size_t r = 0; r < result->trainings; r++) {
        const struct lac_link_training_rule *training = &result->training[r];
        json_array_append_new(rules,
                              json_pack("{s:s, s:I, s:o, s:i, s:b}", "rule", training->rule.text, "pairs",
                                        (json_int_t)training->pairs, "lambda", number(training->lambda),
                                        "iterations", training->iterations, "used", training->used));
    }
    return rules;
}

static json_t *fields_json(const struct lac_link_data *data, const struct lac_link_model *model)
{
    static const char *const how[] = {"em", "default", "left-out"};
    json_t *fields = json_array();
    for (size_t f = 0; f < data->fields; f++) {
        json_t *levels = json_array();
        const struct lac_link_kind_info *kind = &lac_link_kinds[data->field[f].kind];
        for (unsigned l = 1; l <= kind->levels; l++)
            json_array_append_new(levels, json_pack("{s:s, s:o, s:o}", "level", kind->level[l].name, "m",
                                                    number(model->m[f][l]), "u", number(model->u[f][l])));
        json_array_append_new(fields, json_pack("{s:s, s:s, s:s, s:o, s:o}", "field", data->field[f].name,
                                                "compare", kind->name, "training", how[model->training[f]],
                                                "matches", number(model->trained[f]), "levels", levels));
    }
    return fields;
}

/* What pairs of lists have of their own: priors, and u by level of every field. */
static json_t *lists_json(const struct lac_link_data *data, const struct lac_link_model *model)
{
    json_t *lists = json_array();
    for (uint32_t c = 0; model->lists > 1 && c < model->lists; c++) {
        uint32_t a, b;
        const struct lac_link_prior *prior = &model->prior[c];
        json_t *fields = json_array();
        lac_link_lists_split(c, &a, &b);
        for (size_t f = 0; f < data->fields; f++) {
            json_t *u = json_array();
            for (unsigned l = 1; l <= lac_link_kinds[data->field[f].kind].levels; l++)
                json_array_append_new(u, number(model->u_lists[c][f][l]));
            json_array_append_new(fields, json_pack("{s:s, s:o}", "field", data->field[f].name, "u", u));
        }
        json_array_append_new(lists, json_pack("{s:[s, s], s:o, s:o, s:o, s:o}", "lists",
                                               data->source_name[a], data->source_name[b], "comparable_pairs",
                                               number(prior->comparable), "matches", number(prior->matches),
                                               "prior", number(prior->lambda), "fields", fields));
    }
    return lists;
}

static json_t *quality_json(const struct lac_link_result *result)
{
    const struct lac_link_errors *e = &result->errors;
    return json_pack("{s:s, s:o, s:o, s:o, s:o, s:o, s:o}", "basis",
                     result->calibration.labels ? "calibrated by judged pairs" : "model-based, uncalibrated",
                     "precision", number(e->precision), "recall", number(e->recall), "links",
                     number(e->links), "false_links", number(e->false_links), "missed_scored",
                     number(e->missed_scored), "missed_blocking",
                     result->misses.known ? number(result->misses.missed) : json_null());
}

/* Null where nothing was judged nor to be judged. */
static json_t *calibration_json(const struct lac_link_calibration *c, const struct lac_link_judged *judged)
{
    json_t *strata = json_array();
    if (c->labels == 0 && c->sample.count == 0 && judged->rows == 0)
        return strata ? (json_decref(strata), json_null()) : NULL;
    for (unsigned k = 0; k < LAC_LINK_CLASSES; k++)
        for (int b = 0; b < LAC_LINK_BINS; b++) {
            const struct lac_link_stratum *s = &c->stratum[k][b];
            if (s->pairs == 0) continue;
            json_array_append_new(strata,
                                  json_pack("{s:s, s:f, s:f, s:I, s:i, s:i, s:i, s:f, s:f}", "class",
                                            lac_link_class_names[k], "from", lac_link_bin_edge[b], "to",
                                            lac_link_bin_edge[b + 1], "pairs", (json_int_t)s->pairs, "wanted",
                                            (int)s->wanted, "labels", (int)s->labels, "matches",
                                            (int)s->matches, "model", s->model, "calibrated", s->calibrated));
        }
    return json_pack("{s:i, s:I, s:I, s:I, s:I, s:o, s:o, s:o, s:o}", "labels", (int)c->labels, "to_judge",
                     (json_int_t)c->sample.count, "rows", (json_int_t)judged->rows, "undecided",
                     (json_int_t)judged->undecided, "unknown", (json_int_t)judged->unknown, "kappa",
                     number(lac_link_kappa(judged)), "true_pairs", number(c->total), "standard_error",
                     number(c->error), "strata", strata);
}

static int descending(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return x > y ? -1 : x < y;
}

static json_t *largest_json(const struct lac_link_data *data, const struct lac_link_result *result)
{
    json_t *largest = json_array();
    uint32_t *size = calloc((size_t)result->clusters.persons + 1, sizeof *size);
    for (uint32_t i = 0; size && i < data->n; i++) size[result->person[i]]++;
    if (size) qsort(size, result->clusters.persons, sizeof *size, descending);
    for (uint32_t k = 0; size && k < 10 && k < result->clusters.persons; k++)
        json_array_append_new(largest, json_integer(size[k]));
    free(size);
    return largest;
}

static json_t *seconds_json(const struct lac_link_seconds *seconds)
{
    json_t *steps = json_object();
    for (size_t k = 0; k < seconds->steps; k++)
        json_object_set_new(steps, seconds->name[k], json_real(seconds->start[k + 1] - seconds->start[k]));
    return steps;
}

enum lac_status lac_link_json_write(const struct lac_link_person_written *written,
                                    const struct lac_link_seconds *seconds, FILE *to, struct lac_error *err)
{
    const struct lac_link_person_table *table = written->table;
    const struct lac_link_result *result = written->result;
    json_t *root = json_pack(
        "{s:s, s:I, s:I, s:I, s:I, s:I, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "schema",
        "lacuna-link/1", "records", (json_int_t)table->data.n, "persons",
        (json_int_t)result->clusters.persons, "candidate_pairs", (json_int_t)result->candidates,
        "completed_pairs", (json_int_t)result->completed, "kept_pairs", (json_int_t)result->pairs.count,
        "prior", number(result->model.lambda), "blocking", rules_json(result), "training",
        training_json(result), "fields", fields_json(&table->data, &result->model), "lists",
        lists_json(&table->data, &result->model), "quality", quality_json(result), "calibration",
        calibration_json(&result->calibration, written->judged), "largest_clusters",
        largest_json(&table->data, result), "seconds", seconds_json(seconds));
    if (!root) return lac_fail_memory(err, "the JSON report");
    int failed = json_dumpf(root, to, JSON_INDENT(2) | JSON_REAL_PRECISION(12));
    json_decref(root);
    if (failed || fputc('\n', to) == EOF)
        return lac_fail(err, LAC_IO, "the JSON report could not be written");
    return LAC_OK;
}
