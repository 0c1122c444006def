/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "quality.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "also.h"
#include "lists.h"
#include "sort.h"

/* Rows are added through this; the first failure stays and makes later additions do nothing. */
struct writer {
    const char *population;
    struct lac_table *quality;
    struct lac_error *err;
    enum lac_status st;
    const char *basis; /* what the match probabilities rest on */
};

static void add(struct writer *w, const char *measure, const char *item, double value, const char *note)
{
    size_t row;
    if (!w->st) w->st = lac_table_row(w->quality, &row, w->err);
    if (!w->st) w->st = lac_set_text(w->quality, LAC_COL_link_quality_population, row, w->population, w->err);
    if (!w->st) w->st = lac_set_text(w->quality, LAC_COL_link_quality_measure, row, measure, w->err);
    if (!w->st) w->st = lac_set_text(w->quality, LAC_COL_link_quality_item, row, item, w->err);
    if (!w->st) w->st = lac_set_text(w->quality, LAC_COL_link_quality_note, row, note, w->err);
    if (!w->st) lac_f64(w->quality, LAC_COL_link_quality_value)[row] = value;
}

/* A figure that rests on match probabilities. */
static void add_expected(struct writer *w, const char *measure, const char *item, double value,
                         const char *more)
{
    char note[192];
    snprintf(note, sizeof note, "%s%s%s", w->basis, more ? "; " : "", more ? more : "");
    add(w, measure, item, value, note);
}

static void add_counts(struct writer *w, const struct lac_link_population *population,
                       const struct lac_link_result *result)
{
    double alone = population->alone_count;
    add(w, "records", NULL, population->data.n + alone, NULL);
    for (size_t f = 0; f < population->data.fields; f++) {
        const struct lac_link_also *also = population->data.field[f].also;
        if (!also) continue;
        add(w, "aliases", population->data.field[f].name, also->sets,
            "records with further names; the best of all comparisons counts, corrected for their number");
        add(w, "aliases_dropped", population->data.field[f].name, (double)also->dropped,
            "names beyond the first 16 of a record: not compared");
    }
    add(w, "records_alone", NULL, alone, "no name, birth date or reference: each a person of its own");
    add(w, "persons", NULL, result->clusters.persons + alone, NULL);
    add(w, "largest_person", NULL, result->clusters.largest, "records");
    add(w, "largest_component", NULL, result->clusters.largest_component,
        "records that hang together by likely pairs, before clustering");
    add(w, "components_cut", NULL, (double)result->clusters.cut, "too large to be solved whole");
    add(w, "candidate_pairs", NULL, (double)result->candidates, "proposed by at least one blocking rule");
    add(w, "completed_pairs", NULL, (double)result->completed, "scored besides, inside components");
    add(w, "kept_pairs", NULL, (double)result->pairs.count, "at or above link.threshold, or inside a person");
}

static void add_rules(struct writer *w, const struct lac_link_result *result)
{
    for (size_t r = 0; r < result->rules; r++) {
        char note[64];
        const struct lac_link_rule_count *count = &result->rule_count[r];
        snprintf(note, sizeof note, "bit %zu of rule_mask; largest block %u records", r, count->largest);
        add(w, "rule_pairs", result->rule[r].text, (double)count->proposed, note);
        if (count->dropped_pairs)
            add(w, "rule_pairs_dropped", result->rule[r].text, (double)count->dropped_pairs,
                "blocks above link.block_maximum, also after refinement by a second field");
    }
}

static void add_training(struct writer *w, const struct lac_link_population *population,
                         const struct lac_link_result *result)
{
    static const char *const how[] = {"by EM", "too few pairs: the default m stands",
                                      "agrees no more often in matches than by chance: not scored"};
    const struct lac_link_model *model = &result->model;
    for (size_t r = 0; r < result->trainings; r++) {
        const struct lac_link_training_rule *training = &result->training[r];
        char note[96];
        snprintf(note, sizeof note, "%s; %llu pairs, %d iterations",
                 training->used         ? "used"
                 : training->pairs == 0 ? "no pairs"
                                        : "set aside: outside 0.01 to 0.99",
                 (unsigned long long)training->pairs, training->iterations);
        add(w, "training_lambda", training->rule.text, training->pairs ? training->lambda : (double)NAN,
            note);
    }
    for (size_t f = 0; f < population->data.fields; f++)
        add(w, "training_matches", population->data.field[f].name, model->trained[f],
            how[model->training[f]]);
    add(w, "prior", NULL, model->lambda, "share of matches among comparable pairs");
    for (uint32_t c = 0; model->lists > 1 && c < model->lists; c++) {
        char item[64], note[96];
        if (model->prior[c].comparable <= 0) continue;
        lac_link_lists_name(&population->data, c, item, sizeof item);
        snprintf(note, sizeof note, "%.0f comparable pairs, %.1f expected matches before shrinkage",
                 model->prior[c].comparable, model->prior[c].matches);
        add(w, "prior", item, model->prior[c].lambda, note);
    }
    add(w, "household_pairs", NULL, model->household * model->comparable,
        "expected pairs of two persons of one household");
    add(w, "twin_pairs", NULL, model->twins * model->comparable,
        "expected pairs of two persons of one household with one birth date");
    for (size_t f = 0; f < population->data.fields; f++)
        for (size_t g = 0; g < f; g++) {
            char item[96];
            if (fabs(model->lift[f][g]) < 0.05) continue;
            snprintf(item, sizeof item, "%s + %s", population->data.field[g].name,
                     population->data.field[f].name);
            add(w, "agree_together", item, exp(model->lift[f][g]),
                "times as often as by chance different persons agree on both");
        }
    add(w, "comparable_pairs", NULL, model->comparable, NULL);
    add(w, "certain_pairs", NULL, model->certain, "near-certain pairs behind the prior");
}

static void add_errors(struct writer *w, const struct lac_link_result *result)
{
    const struct lac_link_errors *errors = &result->errors;
    char note[96];
    add(w, "links", NULL, errors->links, "pairs of records of one person");
    add_expected(w, "expected_false_links", NULL, errors->false_links, NULL);
    add_expected(w, "expected_missed_links", "scored", errors->missed_scored, NULL);
    snprintf(note, sizeof note, "lower bound, from %d rules that share no field (mask %u)",
             __builtin_popcount(result->misses.rules), result->misses.rules);
    if (result->misses.known)
        add_expected(w, "expected_missed_links", "blocking", result->misses.missed, note);
    else
        add(w, "expected_missed_links", "blocking", (double)NAN,
            "not estimable: no two rules without a common field propose a pair together");
    add_expected(w, "expected_precision", NULL, errors->precision, NULL);
    add_expected(w, "expected_recall", NULL, errors->recall,
                 result->misses.known ? "upper bound, as blocking misses are a lower one"
                                      : "without blocking misses");
}

/* Predicted against judged, stratum by stratum. */
static void add_strata(struct writer *w, const struct lac_link_calibration *c)
{
    for (unsigned k = 0; k < LAC_LINK_CLASSES; k++)
        for (int b = 0; b < LAC_LINK_BINS; b++) {
            const struct lac_link_stratum *s = &c->stratum[k][b];
            char item[64], note[96];
            if (s->pairs == 0) continue;
            snprintf(item, sizeof item, "%s, p %g to %g", lac_link_class_names[k], lac_link_bin_edge[b],
                     lac_link_bin_edge[b + 1]);
            snprintf(note, sizeof note, "%llu pairs, %u wanted", (unsigned long long)s->pairs, s->wanted);
            add(w, "stratum_model", item, s->model, note);
            snprintf(note, sizeof note, "%u of %u judged pairs match", s->matches, s->labels);
            if (c->labels)
                add(w, "stratum_judged", item, s->labels ? (double)s->matches / s->labels : (double)NAN,
                    note);
            if (c->labels) add(w, "stratum_calibrated", item, s->calibrated, NULL);
        }
}

static void add_calibration(struct writer *w, const struct lac_link_calibration *c)
{
    add(w, "labels", NULL, c->labels,
        c->labels ? "judged pairs behind the match probabilities"
                  : "no judged pairs: match probabilities are the model's, uncalibrated");
    add(w, "labels_wanted", NULL, (double)c->sample.count, "pairs in clerical/pairs.csv, still to be judged");
    add_expected(w, "true_pairs", "p above 0.001", c->total, "expected among scored pairs");
    if (c->labels) add(w, "true_pairs", "standard error", c->error, "of the judged sample");
    add_strata(w, c);
}

/* Mean and standard deviation over draws of what they have more than the best partition. */
static void add_spread(struct writer *w, const char *measure, double best, const double *more, uint32_t draws)
{
    double mean = 0, square = 0;
    for (uint32_t d = 0; d < draws; d++) mean += more[d] / draws;
    for (uint32_t d = 0; d < draws; d++) square += (more[d] - mean) * (more[d] - mean);
    add(w, measure, "mean", best + mean, NULL);
    add(w, measure, "sd", draws > 1 ? sqrt(square / (draws - 1.0)) : (double)NAN, NULL);
}

static void add_draws(struct writer *w, const struct lac_link_population *population,
                      const struct lac_link_result *result)
{
    const struct lac_link_drawn *drawn = &result->drawn;
    add(w, "draws", NULL, drawn->draws, "whole linkages drawn");
    if (drawn->draws == 0) return;
    add(w, "draw_components", "enumerated", drawn->enumerated, "doubtful components drawn exactly");
    add(w, "draw_components", "sampled", drawn->sampled, "doubtful components drawn by a Markov chain");
    add(w, "draw_components", "unsettled", drawn->unsettled, "of these, split R-hat above 1.1");
    add(w, "draw_components", "largest", drawn->largest, "records");
    add(w, "draw_records", NULL, (double)drawn->records, "records in doubtful components");
    add(w, "draw_rhat", NULL, drawn->rhat, "largest split R-hat of a component");
    if (drawn->proposed)
        add(w, "draw_accepted", NULL, (double)drawn->accepted / (double)drawn->proposed,
            "share of split-merge proposals");
    add_spread(w, "draw_persons", result->clusters.persons + (double)population->alone_count, drawn->persons,
               drawn->draws);
    add_spread(w, "draw_links", result->errors.links, drawn->links, drawn->draws);
    add(w, "draw_links", "expected", result->errors.links + drawn->drawn_expected,
        "best links, and in doubtful components the sum of the match probabilities; near the mean if the "
        "draws "
        "agree with the pairs");
    add(w, "draw_left_out", NULL, drawn->left_out,
        "expected wrong decisions on scored pairs outside doubtful components; pairs between persons are "
        "drawn");
    add(w, "draw_joins", "mean", drawn->joins, "persons joined in a draw outside doubtful components");
    add(w, "draw_joins", "links", drawn->joined_pairs,
        "mean pairs of records they link: scored ones and ones that no rule proposed");
}

struct sizes {
    uint32_t *records; /* per person */
    uint64_t *persons; /* per number of records */
};

static void add_sizes(struct writer *w, const struct lac_link_population *population,
                      const struct lac_link_result *result)
{
    uint32_t most = result->clusters.largest;
    struct sizes sizes = {calloc((size_t)result->clusters.persons + 1, sizeof *sizes.records),
                          calloc((size_t)most + 2, sizeof *sizes.persons)};
    if (!sizes.records || !sizes.persons) {
        if (!w->st) w->st = lac_fail_memory(w->err, "sizes of persons");
    } else {
        for (uint32_t i = 0; i < population->data.n; i++) sizes.records[result->person[i]]++;
        for (uint32_t k = 0; k < result->clusters.persons; k++) sizes.persons[sizes.records[k]]++;
        sizes.persons[1] += population->alone_count;
        for (uint32_t s = 1; s <= most || s == 1; s++) {
            char item[16];
            snprintf(item, sizeof item, "%u", s);
            if (sizes.persons[s]) add(w, "persons_by_records", item, (double)sizes.persons[s], NULL);
        }
    }
    free(sizes.records);
    free(sizes.persons);
}

/* Records and persons of every list, lists in the order of their codes. */
static void add_lists(struct writer *w, const struct lac_link_population *population,
                      const struct lac_link_result *result, const struct lac_table *records)
{
    const uint32_t *list = population->source;
    uint32_t n = population->data.n;
    struct lac_link_pair *item = malloc(2 * ((size_t)n + 1) * sizeof *item);
    if (!item) {
        if (!w->st) w->st = lac_fail_memory(w->err, "persons by list");
        return;
    }
    for (uint32_t i = 0; i < n; i++)
        item[i] = (struct lac_link_pair){(uint64_t)list[i] << 32 | result->person[i], i, 0};
    lac_link_sort(item, item + n, n);
    for (uint32_t first = 0, last; first < n; first = last) {
        uint32_t persons = 0;
        for (last = first; last < n && item[last].key >> 32 == item[first].key >> 32; last++)
            persons += last == first || item[last].key != item[last - 1].key;
        const char *code = lac_text(records, LAC_COL_records_list, population->record[item[first].pattern]);
        add(w, "list_records", code, last - first, NULL);
        add(w, "list_persons", code, persons, "records without anything to link by left out");
    }
    free(item);
}

enum lac_status lac_link_quality_add(const struct lac_link_population *population,
                                     const struct lac_link_result *result, const struct lac_table *records,
                                     struct lac_table *quality, struct lac_error *err)
{
    bool calibrated = result->calibration.labels > 0;
    struct writer w = {population->name, quality, err, LAC_OK,
                       calibrated ? "calibrated by judged pairs" : "model-based, uncalibrated"};
    add_counts(&w, population, result);
    add_sizes(&w, population, result);
    add_lists(&w, population, result, records);
    add_rules(&w, result);
    add_training(&w, population, result);
    add_calibration(&w, &result->calibration);
    add_errors(&w, result);
    add_draws(&w, population, result);
    return w.st;
}

enum lac_status lac_link_quality_judged(const struct lac_link_judged *judged, struct lac_table *quality,
                                        struct lac_error *err)
{
    struct writer w = {"all", quality, err, LAC_OK, NULL};
    if (!judged || judged->rows == 0) return LAC_OK; /* `labels` says it, by population */
    double twice =
        (double)(judged->both[0][0] + judged->both[0][1] + judged->both[1][0] + judged->both[1][1]);
    add(&w, "judged_pairs", NULL, (double)judged->rows, "rows of the clerical files");
    add(&w, "judged_twice", NULL, twice, "both judges could tell");
    add(&w, "judged_alike", NULL, (double)(judged->both[0][0] + judged->both[1][1]), "of these");
    add(&w, "judged_kappa", NULL, lac_link_kappa(judged), "Cohen's kappa of the two judges");
    add(&w, "judged_undecided", NULL, (double)judged->undecided, "nobody could tell, or no agreement");
    add(&w, "judged_unknown", NULL, (double)judged->unknown, "records that are not in this run");
    return w.st;
}

enum lac_status lac_link_quality_ledger(const struct lac_table *ledger, struct lac_table *quality,
                                        struct lac_error *err)
{
    static const char *const population[] = {"victims", "suspects"};
    static const char *const event[] = {"merge", "split", "new", "gone"};
    struct writer w = {NULL, quality, err, LAC_OK, NULL};
    for (size_t p = 0; p < LAC_COUNT(population); p++)
        for (size_t e = 0; e < LAC_COUNT(event); e++) {
            double count = 0;
            for (size_t row = 0; row < ledger->rows; row++)
                count += strcmp(lac_text(ledger, LAC_COL_ledger_population, row), population[p]) == 0 &&
                         strcmp(lac_text(ledger, LAC_COL_ledger_event, row), event[e]) == 0;
            w.population = population[p];
            add(&w, "ledger", event[e], count, "rows of `ledger`: persons against the earlier run");
        }
    return w.st;
}
