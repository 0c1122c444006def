/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What every pair of definitions shares, in the nation and the whole period. */
#include "estimates.h"

#include <math.h>
#include <string.h>
#include "control.h"
#include "words.h"

#define O(column, row) lac_text(&input->definition_overlaps, LAC_COL_definition_overlaps_##column, (row))

/* Counts of one pair with what disclosure control does to them. */
struct pair {
    int64_t both, high, only, other_only;
    bool hide_both; /* both counts, and the shares */
};

static bool in_nation(const struct lac_publish_model *model, const struct lac_publish_input *input,
                      size_t row)
{
    const struct lac_run_settings *run = &input->config->run;
    const struct lac_table *t = &input->definition_overlaps;
    return lac_i32(t, LAC_COL_definition_overlaps_window_start)[row] == run->period_start &&
           lac_i32(t, LAC_COL_definition_overlaps_window_end)[row] == run->period_end &&
           !strcmp(O(geography_code, row), model->nation_code) &&
           !strcmp(O(population, row), model->population);
}

/* The counts of a definition are published too, so that a small number in one of a pair alone could be told
 * from the number in both: where it is hidden, both are. */
static struct pair pair_read(const struct lac_publish_model *model, const struct lac_publish_input *input,
                             size_t row)
{
    const struct lac_table *t = &input->definition_overlaps;
    struct pair p = {lac_i64(t, LAC_COL_definition_overlaps_both)[row],
                     lac_i64(t, LAC_COL_definition_overlaps_both_high)[row],
                     lac_i64(t, LAC_COL_definition_overlaps_only)[row],
                     lac_i64(t, LAC_COL_definition_overlaps_other_only)[row], false};
    p.hide_both = lac_publish_hides(model->profile, p.both) || lac_publish_hides(model->profile, p.only) ||
                  lac_publish_hides(model->profile, p.other_only);
    return p;
}

static struct lac_publish_cell pair_figure(struct lac_publish_model *model, const char *definition,
                                           const char *stratum, int64_t count, bool hide)
{
    struct lac_publish_figure *f = lac_publish_figure_add(model);
    if (!f) return lac_publish_cell_text("");
    f->table = "definition-overlaps";
    f->definition = definition;
    f->population = model->population;
    f->period = model->period;
    f->place = "nation";
    f->geography = model->nation;
    f->geography_code = model->nation_code;
    f->stratum = stratum;
    f->measure = "observed";
    lac_publish_figure_count(model, f, count, hide);
    return lac_publish_cell_figure(f);
}

/* Share of those certainly in one definition, as published, who are certainly in both. */
static struct lac_publish_cell pair_share(const struct lac_publish_model *model,
                                          const struct lac_publish_input *input, const struct pair *p,
                                          const char *definition)
{
    const struct lac_run_settings *run = &input->config->run;
    const struct lac_table *t = &input->verdicts;
    for (size_t i = 0; i < t->rows && !p->hide_both; i++)
        if (lac_i32(t, LAC_COL_verdicts_window_start)[i] == run->period_start &&
            lac_i32(t, LAC_COL_verdicts_window_end)[i] == run->period_end &&
            !strcmp(lac_text(t, LAC_COL_verdicts_geography_code, i), model->nation_code) &&
            !strcmp(lac_text(t, LAC_COL_verdicts_population, i), model->population) &&
            !strcmp(lac_text(t, LAC_COL_verdicts_definition, i), definition))
            return lac_publish_cell_share(
                lac_publish_share(model->profile, p->both, lac_i64(t, LAC_COL_verdicts_in)[i]));
    return lac_publish_cell_symbol(model->profile->symbol[0]);
}

static const struct lac_publish_column columns[] = {{"Pair of definitions", false},
                                                    {"In both (low count)", true},
                                                    {"In both (high count)", true},
                                                    {"In the first alone", true},
                                                    {"In the second alone", true},
                                                    {"Share of the first also in the second", true},
                                                    {"Share of the second also in the first", true}};

static void pair_row(struct lac_publish_model *model, const struct lac_publish_input *input, size_t row,
                     struct lac_publish_table *table)
{
    const char *a = O(definition, row), *b = O(other, row);
    const struct pair p = pair_read(model, input, row);
    struct lac_publish_cell *cell = lac_publish_row_add(model, table);
    if (!cell) return;
    cell[0] = lac_publish_cell_text(lac_publish_text(model, "%s and %s", a, b));
    cell[1] = pair_figure(model, a, lac_publish_text(model, "with=%s", b), p.both, p.hide_both);
    cell[2] = pair_figure(model, a, lac_publish_text(model, "with-high=%s", b), p.high, p.hide_both);
    cell[3] = pair_figure(model, a, lac_publish_text(model, "without=%s", b), p.only, false);
    cell[4] = pair_figure(model, b, lac_publish_text(model, "without=%s", a), p.other_only, false);
    bool hide = cell[1].symbol != 0;
    cell[5] = hide ? lac_publish_cell_symbol(model->profile->symbol[0]) : pair_share(model, input, &p, a);
    cell[6] = hide ? lac_publish_cell_symbol(model->profile->symbol[0]) : pair_share(model, input, &p, b);
}

void lac_publish_definition_overlaps(struct lac_publish_model *model, const struct lac_publish_input *input)
{
    struct lac_publish_table *table = NULL;
    for (size_t i = 0; i < input->definition_overlaps.rows; i++) {
        if (!in_nation(model, input, i)) continue;
        if (!table) {
            table = lac_publish_table_add(model, LAC_PUBLISH_DEFINITIONS, "definition-overlaps", columns,
                                          LAC_COUNT(columns));
            if (!table) return;
            table->title = lac_publish_text(model, "Observed %s each pair of definitions shares, %s, %s",
                                            model->population, model->nation, model->period_words);
            table->note =
                "The low count holds those certainly in both definitions, the high count also those "
                "for whom the records cannot tell. In one alone: certainly in that one and certainly "
                "not in the other.";
        }
        pair_row(model, input, i, table);
    }
}
