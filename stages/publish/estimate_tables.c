/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "estimates.h"

#include <math.h>
#include <string.h>
#include "base/date.h"
#include "words.h"

enum { FIRST, OBSERVED, ESTIMATE, LOWER, UPPER, BOUND, SHARE, STATUS, COLUMNS };

#define ESTIMATE_COLUMNS(first)                                                                              \
    {                                                                                                        \
        {first, false}, {"Number observed", true}, {"Estimate", true}, {"Lower limit", true},                \
            {"Upper limit", true}, {"Lower bound", true}, {"Share known", true},                             \
        {                                                                                                    \
            "Status", false                                                                                  \
        }                                                                                                    \
    }
static const struct lac_publish_column by_definition[COLUMNS] = ESTIMATE_COLUMNS("Definition");
static const struct lac_publish_column by_region[COLUMNS] = ESTIMATE_COLUMNS("Region");
static const struct lac_publish_column by_force[COLUMNS] = ESTIMATE_COLUMNS("Police force area");
static const struct lac_publish_column by_period[COLUMNS] = ESTIMATE_COLUMNS("Period");
static const struct lac_publish_column by_evidence[COLUMNS] = ESTIMATE_COLUMNS("Evidence counted");

static const char *status_words(char status)
{
    switch (status) {
    case 'c':
        return "[c] suppressed";
    case 'e':
        return "[e] estimated";
    case 'u':
        return "[u] estimated, low reliability";
    case 'x':
        return "[x] no estimate";
    case 'p':
        return "[p] provisional";
    default:
        return "";
    }
}

/* One row from the figures of a cell: `observed` is its first figure. */
static void estimate_row(struct lac_publish_model *model, struct lac_publish_table *table, const char *label,
                         const struct lac_publish_figure *observed)
{
    struct lac_publish_figure_key key = {observed->table,  observed->definition,     observed->population,
                                         observed->period, observed->geography_code, "estimate"};
    const struct lac_publish_figure *estimate = lac_publish_figure_find(model, &key);
    key.measure = "lower_bound";
    const struct lac_publish_figure *bound = lac_publish_figure_find(model, &key);
    key.measure = "known_share";
    const struct lac_publish_figure *share = lac_publish_figure_find(model, &key);
    struct lac_publish_cell *cell = lac_publish_row_add(model, table);
    if (!cell) return;
    cell[FIRST] = lac_publish_cell_text(label);
    cell[OBSERVED] = lac_publish_cell_figure(observed);
    cell[ESTIMATE] = lac_publish_cell_figure(estimate);
    cell[BOUND] = lac_publish_cell_figure(bound);
    cell[SHARE] =
        share && !isnan(share->value) ? lac_publish_cell_share(share->value) : lac_publish_cell_figure(share);
    bool shown = estimate && !isnan(estimate->value);
    cell[LOWER] = shown ? lac_publish_cell_number(estimate->lower, 0) : cell[ESTIMATE];
    cell[UPPER] = shown ? lac_publish_cell_number(estimate->upper, 0) : cell[ESTIMATE];
    const char *words = status_words(estimate ? estimate->status : 0);
    cell[STATUS] = lac_publish_cell_text(shown && estimate->grade[0]
                                             ? lac_publish_text(model, "%s, grade %s", words, estimate->grade)
                                             : words);
}

struct want {
    const char *table, *definition, *population, *period, *place; /* NULL: any */
};

static bool wanted(const struct lac_publish_figure *f, const struct want *want)
{
    return !strcmp(f->measure, "observed") && !strcmp(f->stratum, "all") && !strcmp(f->table, want->table) &&
           !strcmp(f->population, want->population) && !strcmp(f->place, want->place) &&
           (!want->definition || !strcmp(f->definition, want->definition)) &&
           (!want->period || !strcmp(f->period, want->period));
}

static size_t count_wanted(const struct lac_publish_model *model, const struct want *want)
{
    size_t n = 0;
    for (size_t i = 0; i < model->figures; i++) n += wanted(&model->figure[i], want);
    return n;
}

static const char *period_label(struct lac_publish_model *model, const char *period)
{
    int32_t first, last;
    char start[11] = "", end[11] = "";
    const char *slash = strchr(period, '/');
    if (!slash || slash - period > 10 || strlen(slash + 1) > 10) return period;
    memcpy(start, period, (size_t)(slash - period));
    memcpy(end, slash + 1, strlen(slash + 1));
    if (!lac_date_parse(start, &first) || !lac_date_parse(end, &last)) return period;
    return lac_publish_span_words(model, first, last);
}

static const char *estimate_note(struct lac_publish_model *model)
{
    return lac_publish_text(model,
                            "Numbers observed are rounded to the nearest %lld; estimates for %s to the "
                            "nearest %lld and those of its "
                            "parts to the nearest %lld, their limits outwards. Rounded and hidden parts need "
                            "not add up to the total.",
                            (long long)model->profile->round, model->nation, (long long)model->rounding,
                            (long long)model->profile->round);
}

static bool are_groups(const char *population)
{
    return !strcmp(population, "groups");
}

/* "Estimates of victims"; groups are known, never estimated. */
static const char *subject(struct lac_publish_model *model, const char *population)
{
    return are_groups(population) ? "Known groups" : lac_publish_text(model, "Estimates of %s", population);
}

static const char *population_note(struct lac_publish_model *model, const char *population)
{
    static const char groups[] =
        "A group is everybody whom the cases they share connect. Two lists that know one group by different "
        "people hold it twice, so the number of groups is not estimated.";
    return are_groups(population) ? groups : estimate_note(model);
}

static void definitions_table(struct lac_publish_model *model, const char *population)
{
    const struct want want = {"estimates", NULL, population, model->period, "nation"};
    if (!count_wanted(model, &want)) return;
    struct lac_publish_table *table =
        lac_publish_table_add(model, LAC_PUBLISH_ESTIMATES,
                              lac_publish_text(model, "definitions-%s", population), by_definition, COLUMNS);
    if (!table) return;
    table->title = lac_publish_text(model, "%s by definition, %s, %s", subject(model, population),
                                    model->nation, model->period_words);
    table->note = population_note(model, population);
    for (size_t i = 0; i < model->figures; i++) {
        const struct lac_publish_figure f = model->figure[i];
        if (!wanted(&f, &want)) continue;
        const char *title = lac_publish_definition_title(model, f.definition);
        const char *label = strcmp(title, f.definition)
                                ? lac_publish_text(model, "%s (%s)", title, f.definition)
                                : f.definition;
        estimate_row(model, table, label, &f);
    }
}

static void places_table(struct lac_publish_model *model, const char *population, const char *place,
                         const struct lac_publish_column *column)
{
    const struct want want = {"estimates", model->definition, population, model->period, place};
    if (!count_wanted(model, &want)) return;
    struct lac_publish_table *table = lac_publish_table_add(
        model, LAC_PUBLISH_ESTIMATES, lac_publish_text(model, "%ss-%s", place, population), column, COLUMNS);
    if (!table) return;
    table->title = lac_publish_text(model, "%s by %s, definition %s, %s", subject(model, population), place,
                                    model->definition, model->period_words);
    table->note = population_note(model, population);
    for (size_t i = 0; i < model->figures; i++) {
        const struct lac_publish_figure f = model->figure[i];
        if (wanted(&f, &want)) estimate_row(model, table, f.geography, &f);
    }
}

static void periods_table(struct lac_publish_model *model)
{
    const struct want want = {"estimates", model->definition, model->population, NULL, "nation"};
    if (count_wanted(model, &want) < 2) return;
    struct lac_publish_table *table =
        lac_publish_table_add(model, LAC_PUBLISH_ESTIMATES, "periods", by_period, COLUMNS);
    if (!table) return;
    table->title = lac_publish_text(model, "Estimates of %s by period, %s, definition %s", model->population,
                                    model->nation, model->definition);
    table->note = "A person seen in several periods counts in each: the periods must not be added up.";
    for (size_t i = 0; i < model->figures; i++) {
        const struct lac_publish_figure f = model->figure[i];
        if (wanted(&f, &want)) estimate_row(model, table, period_label(model, f.period), &f);
    }
}

static void evidence_table(struct lac_publish_model *model)
{
    static const struct {
        const char *table, *label;
    } row[] = {{"estimates", "Main figure"},
               {"estimates-own", "Without presence by referral only"},
               {"estimates-low", "Without people for whom the records cannot tell"},
               {"estimates-high", "With all people for whom the records cannot tell"}};
    struct want want[LAC_COUNT(row)];
    size_t others = 0;
    for (size_t k = 0; k < LAC_COUNT(row); k++) {
        want[k] = (struct want){row[k].table, model->definition, model->population, model->period, "nation"};
        if (k > 0) others += count_wanted(model, &want[k]);
    }
    if (!others) return;
    struct lac_publish_table *table =
        lac_publish_table_add(model, LAC_PUBLISH_CHECKS, "evidence", by_evidence, COLUMNS);
    if (!table) return;
    table->title = lac_publish_text(model, "Sensitivity to what is counted, definition %s, %s",
                                    model->definition, model->nation);
    table->note = lac_publish_text(
        model,
        "A person whom a list knows only because another list referred the case counts in the main "
        "figure; leaving such presence out shows how much the estimate leans on it. People for whom "
        "the records cannot tell whether they meet the definition are %s; "
        "leaving all of them out, or counting all of them in, shows how much better records could change it.",
        model->headline.scope_drawn ? "counted in the main figure as often as those whose records can tell"
                                    : "left out of the main figure");
    for (size_t k = 0; k < LAC_COUNT(row); k++)
        for (size_t i = 0; i < model->figures; i++) {
            const struct lac_publish_figure f = model->figure[i];
            if (wanted(&f, &want[k])) estimate_row(model, table, row[k].label, &f);
        }
}

static const struct lac_publish_column note_columns[] = {
    {"Definition and place", false}, {"Outcome", false}, {"Reasons and notes", false}};

/* Cells of the headline period that were refused, and what the estimation noted of national ones. */
static void notes_table(struct lac_publish_model *model, const struct lac_publish_input *input)
{
    const struct lac_table *t = &input->summary;
    const struct lac_run_settings *run = &input->config->run;
    struct lac_publish_table *table = NULL;
    for (size_t i = 0; i < t->rows; i++) {
        const char *note = lac_text(t, LAC_COL_summary_note, i),
                   *status = lac_text(t, LAC_COL_summary_status, i);
        bool here = lac_i32(t, LAC_COL_summary_window_start)[i] == run->period_start &&
                    lac_i32(t, LAC_COL_summary_window_end)[i] == run->period_end &&
                    !strcmp(lac_text(t, LAC_COL_summary_variant, i), "main");
        bool plain = !strcmp(status, "ok") &&
                     (!note[0] || strcmp(lac_text(t, LAC_COL_summary_geography, i), "nation") != 0);
        /* the tables of groups say once why none of them is estimated */
        if (!here || plain || are_groups(lac_text(t, LAC_COL_summary_population, i))) continue;
        if (!table)
            table = lac_publish_table_add(model, LAC_PUBLISH_ESTIMATES, "notes", note_columns,
                                          LAC_COUNT(note_columns));
        struct lac_publish_cell *cell = lac_publish_row_add(model, table);
        if (!cell) return;
        table->title =
            lac_publish_text(model, "Estimates refused, and notes on others, %s", model->period_words);
        cell[0] = lac_publish_cell_text(lac_publish_text(
            model, "%s, %s, %s", lac_text(t, LAC_COL_summary_population, i),
            lac_text(t, LAC_COL_summary_definition, i), lac_text(t, LAC_COL_summary_geography_name, i)));
        cell[1] =
            lac_publish_cell_text(!strcmp(status, "ok") ? "estimated" : lac_publish_humanise(model, status));
        cell[2] = lac_publish_cell_text(note[0] ? lac_publish_redact(model, note) : "none given");
    }
}

static const struct lac_publish_column scope_columns[] = {{"Definition", false},
                                                          {"Low count (certainly in)", true},
                                                          {"High count (in, or records cannot tell)", true},
                                                          {"Counted apart", true}};

static const struct lac_publish_figure *scope_find(const struct lac_publish_model *model, size_t from,
                                                   const char *stratum)
{
    const struct lac_publish_figure *first = &model->figure[from];
    for (size_t i = from; i < model->figures; i++) {
        const struct lac_publish_figure *f = &model->figure[i];
        if (!strcmp(f->table, "scope") && !strcmp(f->stratum, stratum) &&
            !strcmp(f->definition, first->definition) && !strcmp(f->population, first->population) &&
            !strcmp(f->period, first->period))
            return f;
    }
    return NULL;
}

static void scope_table(struct lac_publish_model *model, const char *population)
{
    struct lac_publish_table *table = NULL;
    for (size_t i = 0; i < model->figures; i++) {
        const struct lac_publish_figure *f = &model->figure[i];
        if (strcmp(f->table, "scope") != 0 || strcmp(f->stratum, "count=low") != 0 ||
            strcmp(f->population, population) != 0 || strcmp(f->period, model->period) != 0)
            continue;
        if (!table) {
            table = lac_publish_table_add(model, LAC_PUBLISH_DEFINITIONS,
                                          lac_publish_text(model, "scope-%s", population), scope_columns,
                                          LAC_COUNT(scope_columns));
            if (!table) return;
            table->title = lac_publish_text(model, "Observed %s each definition takes in, %s, %s", population,
                                            model->nation, model->period_words);
            table->note = "Familial, institutional, ritualistic and image-only cases are counted apart where "
                          "the definition says so.";
        }
        struct lac_publish_cell *cell = lac_publish_row_add(model, table);
        if (!cell) return;
        cell[0] = lac_publish_cell_text(f->definition);
        cell[1] = lac_publish_cell_figure(f);
        cell[2] = lac_publish_cell_figure(scope_find(model, i, "count=high"));
        cell[3] = lac_publish_cell_figure(scope_find(model, i, "count=apart"));
    }
}

void lac_publish_estimate_tables(struct lac_publish_model *model, const struct lac_publish_input *input)
{
    const struct lac_strings *populations = &input->config->strata.populations;
    for (size_t i = 0; i < populations->count; i++) {
        definitions_table(model, populations->item[i]);
        places_table(model, populations->item[i], "region", by_region);
        places_table(model, populations->item[i], "force", by_force);
    }
    periods_table(model);
    notes_table(model, input);
    evidence_table(model);
    for (size_t i = 0; i < populations->count; i++) scope_table(model, populations->item[i]);
}
