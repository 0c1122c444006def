/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The spread of the models behind the headline, and checks beside it. */
#include "estimates.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "words.h"

#define LAC_PUBLISH_BIC_RANGE 10.0
#define LAC_PUBLISH_MODELS_SHOWN 100

struct candidate {
    double bic;
    size_t row;
};

static int candidate_compare(const void *left, const void *right)
{
    const struct candidate *a = left, *b = right;
    if (a->bic != b->bic) return a->bic < b->bic ? -1 : 1;
    return a->row < b->row ? -1 : a->row > b->row;
}

static const struct lac_publish_column model_columns[] = {
    {"Model", false}, {"BIC difference", true}, {"Weight", true}, {"Estimate", true}, {"Parameters", true}};

static double model_estimate(const struct lac_publish_model *model, double estimate)
{
    double rounded = lac_publish_round(estimate, model->rounding);
    return isnan(model->headline.observed) ? rounded : fmax(rounded, model->headline.observed);
}

static void model_rows(struct lac_publish_model *model, const struct lac_publish_input *input,
                       const struct candidate *list, size_t n)
{
    struct lac_publish_table *table =
        lac_publish_table_add(model, LAC_PUBLISH_MODELS, "models", model_columns, LAC_COUNT(model_columns));
    if (!table) return;
    const double *estimate = lac_f64(&input->models, LAC_COL_models_estimate);
    const double *weight = lac_f64(&input->models, LAC_COL_models_weight);
    double shown = 0;
    size_t rows = 0;
    for (size_t i = 0; i < n && rows < LAC_PUBLISH_MODELS_SHOWN; i++) {
        double difference = list[i].bic - list[0].bic;
        if (difference > LAC_PUBLISH_BIC_RANGE) break;
        struct lac_publish_cell *cell = lac_publish_row_add(model, table);
        if (!cell) return;
        size_t row = list[i].row;
        double w = isnan(weight[row]) ? 0 : weight[row];
        cell[0] = lac_publish_cell_text(lac_text(&input->models, LAC_COL_models_model, row));
        cell[1] = lac_publish_cell_number(floor(difference * 10 + 0.5) / 10, 1);
        cell[2] = lac_publish_cell_number(floor(w * 1000 + 0.5) / 1000, 3);
        cell[3] = lac_publish_cell_number(model_estimate(model, estimate[row]), 0);
        cell[4] = lac_publish_cell_number(lac_u32(&input->models, LAC_COL_models_parameters)[row], 0);
        shown += w;
        rows++;
    }
    table->title = lac_publish_text(model, "Models behind the headline, best first, definition %s, %s",
                                    model->definition, model->nation);
    table->note = lac_publish_text(
        model,
        "The %zu best of %zu models that give an estimate, within %.0f BIC units of the best; together they "
        "hold %.0f%% of the weight. Estimates are rounded to the nearest %lld.",
        rows, n, LAC_PUBLISH_BIC_RANGE, shown * 100, (long long)model->rounding);
}

static void models_table(struct lac_publish_model *model, const struct lac_publish_input *input,
                         uint32_t cell)
{
    const struct lac_table *t = &input->models;
    const uint32_t *of = lac_u32(t, LAC_COL_models_cell);
    const double *bic = lac_f64(t, LAC_COL_models_bic), *estimate = lac_f64(t, LAC_COL_models_estimate);
    struct candidate *list = lac_publish_new(model, t->rows, sizeof *list);
    size_t n = 0;
    if (!list) return;
    for (size_t i = 0; i < t->rows; i++)
        if (of[i] == cell && !strcmp(lac_text(t, LAC_COL_models_status, i), "ok") && isfinite(bic[i]) &&
            isfinite(estimate[i]))
            list[n++] = (struct candidate){bic[i], i};
    if (!n) return;
    qsort(list, n, sizeof *list, candidate_compare);
    model_rows(model, input, list, n);
}

static const struct lac_publish_column check_columns[] = {{"Check", false}, {"Of", false}, {"Value", true}};

enum check_kind { CHECK_ESTIMATE, CHECK_NUMBER, CHECK_TENTHS, CHECK_SHARE };

/* Diagnostics of the headline fit to publish. Anything else in the store, above all counts of people, is left
 * out. */
static const struct {
    const char *measure, *words;
    enum check_kind kind;
} checks[] = {
    {"range_2_low", "Lowest estimate of a model within 2 BIC units of the best", CHECK_ESTIMATE},
    {"range_2_high", "Highest estimate of a model within 2 BIC units of the best", CHECK_ESTIMATE},
    {"range_6_low", "Lowest estimate of a model within 6 BIC units of the best", CHECK_ESTIMATE},
    {"range_6_high", "Highest estimate of a model within 6 BIC units of the best", CHECK_ESTIMATE},
    {"leave_one_list_out", "Estimate when one list is left out", CHECK_ESTIMATE},
    {"weighted_mean", "Weighted mean of the estimates themselves, not of their logarithms", CHECK_ESTIMATE},
    {"models_considered", "Models considered", CHECK_NUMBER},
    {"models_admissible", "Of these, models that give an estimate", CHECK_NUMBER},
    {"models_kept", "Of these, models kept in the average", CHECK_NUMBER},
    {"weight_left_out", "Weight of the models left out", CHECK_SHARE},
    {"effective_models", "Effective number of models", CHECK_TENTHS},
    {"empty_overlaps", "Pairs of lists that share nobody", CHECK_NUMBER},
    {"replicates", "Bootstrap replicates", CHECK_NUMBER},
    {"failed_replicates", "Of these, failed and counted as infinite", CHECK_NUMBER},
};

static struct lac_publish_cell check_value(const struct lac_publish_model *model, enum check_kind kind,
                                           double value)
{
    if (!isfinite(value)) return lac_publish_cell_number(value, 0);
    switch (kind) {
    case CHECK_ESTIMATE:
        return lac_publish_cell_number(model_estimate(model, value), 0);
    case CHECK_TENTHS:
        return lac_publish_cell_number(floor(value * 10 + 0.5) / 10, 1);
    case CHECK_SHARE:
        return lac_publish_cell_share(floor(value * 100 + 0.5) / 100);
    case CHECK_NUMBER:
        break;
    }
    return lac_publish_cell_number(value, 0);
}

static void checks_table(struct lac_publish_model *model, const struct lac_publish_input *input,
                         uint32_t number)
{
    const struct lac_table *t = &input->diagnostics;
    const uint32_t *of = lac_u32(t, LAC_COL_diagnostics_cell);
    const double *value = lac_f64(t, LAC_COL_diagnostics_value);
    struct lac_publish_table *table = NULL;
    for (size_t c = 0; c < LAC_COUNT(checks); c++)
        for (size_t i = 0; i < t->rows; i++) {
            if (of[i] != number ||
                strcmp(lac_text(t, LAC_COL_diagnostics_measure, i), checks[c].measure) != 0)
                continue;
            if (!table)
                table = lac_publish_table_add(model, LAC_PUBLISH_CHECKS, "checks", check_columns,
                                              LAC_COUNT(check_columns));
            struct lac_publish_cell *cell = lac_publish_row_add(model, table);
            if (!cell) return;
            const char *item = lac_text(t, LAC_COL_diagnostics_item, i);
            table->title = lac_publish_text(model, "Checks of the headline estimate, definition %s, %s",
                                            model->definition, model->nation);
            cell[0] = lac_publish_cell_text(checks[c].words);
            cell[1] = lac_publish_cell_text(item[0] ? lac_publish_list_name(input, item) : "all lists");
            cell[2] = check_value(model, checks[c].kind, value[i]);
        }
}

void lac_publish_models(struct lac_publish_model *model, const struct lac_publish_input *input)
{
    size_t row = lac_publish_headline_row(model, input);
    if (model->headline.refused) return;
    uint32_t cell = lac_u32(&input->summary, LAC_COL_summary_cell)[row];
    models_table(model, input, cell);
    checks_table(model, input, cell);
}
