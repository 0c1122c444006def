/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sensitivity.h"
#include <math.h>
#include <stdio.h>
#include <string.h>
#include "estimates.h"
#include "words.h"

#define T(column, row) lac_text(&input->sensitivity, LAC_COL_sensitivity_##column, (row))
#define D(column, row) lac_f64(&input->sensitivity, LAC_COL_sensitivity_##column)[row]

/* The chart of intervals reads estimate and limits from columns 2 to 4. */
enum { LABEL, SECOND, ESTIMATE, LOWER, UPPER, LAST, COLUMNS };

static double figure_of(const struct lac_publish_model *model, double value)
{
    double rounded = lac_publish_round(value, model->rounding);
    if (!isfinite(value)) return value;
    return isnan(model->headline.observed) ? rounded : fmax(rounded, model->headline.observed);
}

static void set_figures(const struct lac_publish_model *model, struct lac_publish_cell *cell, double estimate,
                        double lower, double upper)
{
    cell[ESTIMATE] = lac_publish_cell_number(figure_of(model, estimate), 0);
    cell[LOWER] = lac_publish_cell_number(figure_of(model, lower), 0);
    cell[UPPER] = lac_publish_cell_number(figure_of(model, upper), 0);
}

/* --- uncertainty ---------------------------------------------------------------------------------------- */

static const struct {
    const char *source, *words, *how;
} sources[] = {
    {"sampling", "Chance in who is seen (sampling)", "replicates with the models held"},
    {"model", "Choice of models, differences between places (model)", "replicates with models chosen anew"},
    {"linkage", "Which records are one person (linkage)", "drawn linkages"},
    {"scope", "Who meets the definition (scope)", "people the records cannot tell of, drawn in or out"},
    {"residual_dependence", "Dependence that no model sees (residual dependence)",
     "a judgement stated before the run"},
};

static const struct lac_publish_column uncertainty_columns[COLUMNS] = {
    {"Source", false},     {"Found by", false},   {"Estimate", true},
    {"Lower limit", true}, {"Upper limit", true}, {"Share of the uncertainty", true}};

static void uncertainty(struct lac_publish_model *model, const struct lac_publish_input *input, uint32_t of)
{
    const struct lac_table *t = &input->uncertainty;
    struct lac_publish_table *table = NULL;
    const struct lac_publish_headline *h = &model->headline;
    for (size_t s = 0; s < LAC_COUNT(sources); s++)
        for (size_t r = 0; r < t->rows; r++) {
            if (lac_u32(t, LAC_COL_uncertainty_cell)[r] != of ||
                strcmp(lac_text(t, LAC_COL_uncertainty_source, r), sources[s].source) != 0)
                continue;
            if (!table)
                table = lac_publish_table_add(model, LAC_PUBLISH_UNCERTAINTY, "uncertainty",
                                              uncertainty_columns, COLUMNS);
            struct lac_publish_cell *cell = lac_publish_row_add(model, table);
            if (!cell) return;
            double share = lac_f64(t, LAC_COL_uncertainty_share)[r];
            cell[LABEL] = lac_publish_cell_text(sources[s].words);
            cell[SECOND] = lac_publish_cell_text(sources[s].how);
            set_figures(model, cell, h->estimate, lac_f64(t, LAC_COL_uncertainty_lower)[r],
                        lac_f64(t, LAC_COL_uncertainty_upper)[r]);
            cell[LAST] = lac_publish_cell_share(floor(share * 1000 + 0.5) / 1000);
        }
    struct lac_publish_cell *cell = table ? lac_publish_row_add(model, table) : NULL;
    if (!cell) return;
    cell[LABEL] = lac_publish_cell_text("All of them: the published interval (all)");
    cell[SECOND] = lac_publish_cell_text("all of the above together");
    set_figures(model, cell, h->estimate, h->lower, h->upper);
    cell[LAST] = lac_publish_cell_share(1);
    table->title = lac_publish_text(model, "Where the uncertainty comes from, definition %s, %s",
                                    model->definition, model->nation);
    table->note = lac_publish_text(
        model,
        "Limits are those the estimate would have if the source were the only one. Shares are of the "
        "variance "
        "of the logarithm of those unseen; they add up to 100%%. The allowance for dependence is a judgement "
        "set before the answer was seen: more data do not make it smaller.");
}

/* --- other choices -------------------------------------------------------------------------------------- */

static const struct {
    const char *run, *words;
} choices[] = {
    {"S0", "Only models that let people differ in how visible they are"},
    {"S1", "Places with the same lists as one table each, added up"},
    {"S2", "Nothing borrowed between police force areas"},
    {"S3", "Borrowing inside each region only"},
    {"S4", "Average over another family of models (decomposable)"},
    {"S4-three-way", "One table, with three lists depending on one another jointly"},
    {"S5", "Lists that were not returned taken not to operate there"},
    {"S6-without", "One list left out"},
    {"S6-merged", "Two lists taken as one"},
    {"S7-definition", "Another definition"},
    {"S7-variant", "Other evidence counted"},
    {"S9", "Two lists believed independent, given the place (doubly robust)"},
};

static const struct lac_publish_column choice_columns[COLUMNS] = {
    {"What is changed", false}, {"Of", false},         {"Estimate", true},
    {"Lower limit", true},      {"Upper limit", true}, {"Note", false}};

static const char *item_words(struct lac_publish_model *model, const struct lac_publish_input *input,
                              const char *run, const char *item)
{
    if (strcmp(run, "S7-definition") == 0) return lac_publish_definition_title(model, item);
    if (strcmp(item, "own") == 0) return "without presence by referral only";
    if (strcmp(item, "low") == 0) return "without people of whom the records cannot tell";
    if (strcmp(item, "high") == 0) return "with all people of whom the records cannot tell";
    const char *plus = strchr(item, '+');
    if (!plus) return item[0] ? lac_publish_list_name(input, item) : "everything";
    const char *first = lac_publish_text(model, "%.*s", (int)(plus - item), item);
    return lac_publish_text(model, "%s and %s", lac_publish_list_name(input, first),
                            lac_publish_list_name(input, plus + 1));
}

static void choice_row(struct lac_publish_model *model, const struct lac_publish_input *input,
                       struct lac_publish_table *table, size_t choice, size_t r)
{
    struct lac_publish_cell *cell = lac_publish_row_add(model, table);
    const char *item = T(item, r), *run = T(run, r), *note = T(note, r);
    if (!cell) return;
    /* the chart shows what stands in brackets: S6 without NGO, S7 own */
    int code = strncmp(run, "S7", 2) == 0 ? 2 : (int)strlen(run);
    char short_run[32];
    (void)snprintf(short_run, sizeof short_run, "%.*s", code, run);
    for (char *at = short_run; *at; at++)
        if (*at == '-') *at = ' ';
    cell[LABEL] = lac_publish_cell_text(
        lac_publish_text(model, "%s (%s%s%s)", choices[choice].words, short_run, item[0] ? " " : "", item));
    cell[SECOND] = lac_publish_cell_text(item_words(model, input, run, item));
    set_figures(model, cell, D(estimate, r), D(lower, r), D(upper, r));
    cell[LAST] = lac_publish_cell_text(note[0] ? lac_publish_redact(model, note) : "none");
}

/* The lowest and the highest estimate with the data of one force left out: no place is named. */
static void force_rows(struct lac_publish_model *model, const struct lac_publish_input *input, uint32_t of,
                       struct lac_publish_table *table)
{
    double low = (double)INFINITY, high = 0;
    size_t n = 0;
    for (size_t r = 0; r < input->sensitivity.rows; r++) {
        if (lac_u32(&input->sensitivity, LAC_COL_sensitivity_cell)[r] != of ||
            strcmp(T(run, r), "S6-force") != 0 || !isfinite(D(estimate, r)))
            continue;
        low = fmin(low, D(estimate, r));
        high = fmax(high, D(estimate, r));
        n++;
    }
    for (int end = 0; n > 0 && end < 2; end++) {
        struct lac_publish_cell *cell = lac_publish_row_add(model, table);
        if (!cell) return;
        cell[LABEL] = lac_publish_cell_text(
            lac_publish_text(model, "The data of one police force area left out: %s of %zu (S6 %s area)",
                             end ? "the highest" : "the lowest", n, end ? "highest" : "lowest"));
        cell[SECOND] = lac_publish_cell_text("each area in turn");
        set_figures(model, cell, end ? high : low, (double)NAN, (double)NAN);
        cell[LAST] = lac_publish_cell_text("no interval: it shows how much one area moves all others");
    }
}

static void other_choices(struct lac_publish_model *model, const struct lac_publish_input *input, uint32_t of)
{
    struct lac_publish_table *table =
        lac_publish_table_add(model, LAC_PUBLISH_CHECKS, "sensitivity", choice_columns, COLUMNS);
    struct lac_publish_cell *cell = lac_publish_row_add(model, table);
    const struct lac_publish_headline *h = &model->headline;
    if (!cell) return;
    cell[LABEL] = lac_publish_cell_text("Nothing: the published figure (headline)");
    cell[SECOND] = lac_publish_cell_text("everything");
    set_figures(model, cell, h->estimate, h->lower, h->upper);
    cell[LAST] = lac_publish_cell_text("none");
    for (size_t c = 0; c < LAC_COUNT(choices); c++)
        for (size_t r = 0; r < input->sensitivity.rows; r++)
            if (lac_u32(&input->sensitivity, LAC_COL_sensitivity_cell)[r] == of &&
                strcmp(T(run, r), choices[c].run) == 0)
                choice_row(model, input, table, c, r);
    force_rows(model, input, of, table);
    table->title = lac_publish_text(model, "The headline under every other choice, definition %s, %s",
                                    model->definition, model->nation);
    table->note = "Every run of the fixed set is shown, whatever it gives: none was picked, none left out. A "
                  "run is no better or worse than the headline because it is higher or lower; together they "
                  "show what the figure hangs on.";
}

/* --- assumptions ---------------------------------------------------------------------------------------- */

static const struct lac_publish_column assumption_columns[] = {
    {"Assumption", false}, {"Of", false}, {"By", true}, {"Estimate", true}};

static const struct {
    const char *run, *words;
    int decimals;
} assumptions[] = {
    {"S8-shift", "All unseen people more or fewer by dependence no model sees: logarithm shifted", 2},
    {"S8-curve", "Another interaction of all lists: its logarithm", 1},
    {"S8-odds", "A pair of lists tied by this odds ratio, in the best single model", 1},
    {"S8-tipping", "The odds ratio of a pair of lists that halves or doubles the best single model", 1},
};

static void other_assumptions(struct lac_publish_model *model, const struct lac_publish_input *input,
                              uint32_t of)
{
    struct lac_publish_table *table = NULL;
    for (size_t a = 0; a < LAC_COUNT(assumptions); a++)
        for (size_t r = 0; r < input->sensitivity.rows; r++) {
            if (lac_u32(&input->sensitivity, LAC_COL_sensitivity_cell)[r] != of ||
                strcmp(T(run, r), assumptions[a].run) != 0)
                continue;
            if (!table)
                table = lac_publish_table_add(model, LAC_PUBLISH_CHECKS, "assumptions", assumption_columns,
                                              LAC_COUNT(assumption_columns));
            struct lac_publish_cell *cell = lac_publish_row_add(model, table);
            if (!cell) return;
            double scale = assumptions[a].decimals == 2 ? 100 : 10;
            cell[0] = lac_publish_cell_text(assumptions[a].words);
            cell[1] = lac_publish_cell_text(item_words(model, input, assumptions[a].run, T(item, r)));
            cell[2] =
                lac_publish_cell_number(floor(D(value, r) * scale + 0.5) / scale, assumptions[a].decimals);
            cell[3] = lac_publish_cell_number(figure_of(model, D(estimate, r)), 0);
        }
    if (!table) return;
    table->title =
        lac_publish_text(model, "The headline under other identifying assumptions, definition %s, %s",
                         model->definition, model->nation);
    table->note = "No data can tell these apart. The best single model is that of one national table, so its "
                  "odds ratios start from another figure than the headline.";
}

void lac_publish_sensitivity(struct lac_publish_model *model, const struct lac_publish_input *input)
{
    size_t row = lac_publish_headline_row(model, input);
    if (model->headline.refused || isnan(model->headline.estimate)) return;
    uint32_t of = lac_u32(&input->summary, LAC_COL_summary_cell)[row];
    bool any = false;
    uncertainty(model, input, of);
    for (size_t r = 0; r < input->sensitivity.rows; r++)
        any |= lac_u32(&input->sensitivity, LAC_COL_sensitivity_cell)[r] == of;
    if (!any) return;
    other_choices(model, input, of);
    other_assumptions(model, input, of);
}
