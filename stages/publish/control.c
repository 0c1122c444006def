/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "control.h"

#include <math.h>
#include <string.h>

static bool hidden(enum lac_publish_action action)
{
    return action == LAC_PUBLISH_PRIMARY || action == LAC_PUBLISH_SECONDARY;
}

static bool same_count(const struct lac_publish_figure *a, const struct lac_publish_figure *b)
{
    return !strcmp(a->table, b->table) && !strcmp(a->definition, b->definition) &&
           !strcmp(a->population, b->population) && !strcmp(a->period, b->period) &&
           !strcmp(a->geography_code, b->geography_code) && !strcmp(a->stratum, b->stratum);
}

void lac_publish_figure_count(struct lac_publish_model *model, struct lac_publish_figure *figure,
                              int64_t count, bool hide)
{
    struct lac_publish_control *control = model->control;
    figure->count = count;
    figure->action = lac_publish_count(model->profile, count, &figure->value);
    if (hide && figure->action != LAC_PUBLISH_PRIMARY) figure->action = LAC_PUBLISH_SECONDARY;
    if (control && control->deciding) {
        size_t i = control->next++;
        if (i >= control->counts || !same_count(figure, &control->figure[i]) ||
            count != control->figure[i].count)
            model->strayed = true;
        else
            figure->action = control->system.unknown[i].action;
    }
    if (hidden(figure->action)) figure->value = (double)NAN;
    figure->status = hidden(figure->action) ? model->profile->symbol[0] : model->provisional ? 'p' : 0;
}

size_t lac_publish_unknown_add(struct lac_publish_model *model, const struct lac_publish_unknown *unknown)
{
    struct lac_publish_control *control = model->control;
    struct lac_publish_system *system = &control->system;
    struct lac_publish_unknown *array =
        lac_publish_grow(model, system->unknown, system->unknowns, &control->unknown_capacity, sizeof *array);
    if (!array) return SIZE_MAX;
    system->unknown = array;
    array[system->unknowns] = *unknown;
    return system->unknowns++;
}

static bool estimates(const struct lac_publish_figure *figure)
{
    return !strncmp(figure->table, "estimates", 9);
}

/* Hidden first of all: parts; then what is counted for the nation beside the totals; totals last. */
static int rank_of(const struct lac_publish_figure *figure)
{
    if (strcmp(figure->place, "nation") != 0) return 0;
    return estimates(figure) && !strcmp(figure->stratum, "all") ? 2 : 1;
}

static bool headline(const struct lac_publish_model *model, const struct lac_publish_figure *f)
{
    return !strcmp(f->table, "estimates") && !strcmp(f->place, "nation") && !strcmp(f->stratum, "all") &&
           !strcmp(f->definition, model->definition) && !strcmp(f->population, model->population) &&
           !strcmp(f->period, model->period);
}

static void collect(struct lac_publish_model *model)
{
    struct lac_publish_control *control = model->control;
    struct lac_publish_figure *kept = lac_publish_new(model, model->figures + 1, sizeof *kept);
    for (size_t i = 0; i < model->figures && !model->failed; i++) {
        const struct lac_publish_figure *f = &model->figure[i];
        if (f->count < 0) continue;
        kept[control->counts++] = *f;
        (void)lac_publish_unknown_add(model, &(struct lac_publish_unknown){.count = f->count,
                                                                           .high = (double)INFINITY,
                                                                           .action = f->action,
                                                                           .keep = headline(model, f),
                                                                           .rank = rank_of(f),
                                                                           .feasible_low = (double)NAN,
                                                                           .feasible_high = (double)NAN});
    }
    control->figure = kept;
}

static bool same_table(const struct lac_publish_figure *f, const struct lac_publish_figure *g)
{
    return !strcmp(f->table, g->table) && !strcmp(f->definition, g->definition) &&
           !strcmp(f->population, g->population) && !strcmp(f->period, g->period) &&
           !strcmp(f->stratum, g->stratum);
}

/* Parts of one kind of place under their national total, by the quick rule for a single total: most of what
 * the programs would find, with none solved. */
static void quick_parts(struct lac_publish_model *model)
{
    struct lac_publish_control *control = model->control;
    struct lac_publish_unknown *unknown = control->system.unknown;
    size_t n = control->counts;
    bool *done = lac_publish_new(model, n + 1, sizeof *done);
    int64_t *part = lac_publish_new(model, n + 1, sizeof *part);
    size_t *at = lac_publish_new(model, n + 1, sizeof *at);
    enum lac_publish_action *action = lac_publish_new(model, n + 1, sizeof *action);
    for (size_t i = 0; i < n && !model->failed; i++) {
        const struct lac_publish_figure *f = &control->figure[i];
        size_t parts = 0, total = n;
        if (done[i] || !estimates(f) || !strcmp(f->place, "nation")) continue;
        for (size_t j = 0; j < n; j++) {
            const struct lac_publish_figure *g = &control->figure[j];
            if (!same_table(f, g)) continue;
            if (!strcmp(g->place, "nation")) total = j;
            if (strcmp(f->place, g->place) != 0) continue;
            done[j] = true;
            part[parts] = g->count;
            at[parts++] = j;
        }
        lac_publish_parts(model->profile, part, parts, total < n ? unknown[total].count : -1, action);
        for (size_t k = 0; k < parts; k++)
            if (action[k] == LAC_PUBLISH_SECONDARY) unknown[at[k]].action = LAC_PUBLISH_SECONDARY;
    }
}

/* The same place hidden in one variant (main, without presence by referral only, or with those for whom the
 * records cannot tell) and shown in another would give the hidden number away nearly: hidden in one is hidden
 * in all. */
static void align_variants(struct lac_publish_control *control)
{
    struct lac_publish_unknown *unknown = control->system.unknown;
    for (size_t i = 0; i < control->counts; i++) {
        const struct lac_publish_figure *f = &control->figure[i];
        if (!hidden(unknown[i].action) || !estimates(f)) continue;
        for (size_t j = 0; j < control->counts; j++) {
            const struct lac_publish_figure *g = &control->figure[j];
            if (!hidden(unknown[j].action) && !unknown[j].keep && estimates(g) &&
                !strcmp(f->geography_code, g->geography_code) && !strcmp(f->definition, g->definition) &&
                !strcmp(f->population, g->population) && !strcmp(f->period, g->period) &&
                !strcmp(f->stratum, g->stratum))
                unknown[j].action = LAC_PUBLISH_SECONDARY;
        }
    }
}

static enum lac_status refuse(const struct lac_publish_model *model, size_t open, struct lac_error *err)
{
    const struct lac_publish_control *control = model->control;
    size_t hidden_counts = 0, first = control->system.unknowns;
    for (size_t i = 0; i < control->system.unknowns; i++) {
        const struct lac_publish_unknown *u = &control->system.unknown[i];
        if (u->action != LAC_PUBLISH_PRIMARY) continue;
        hidden_counts++;
        if (first == control->system.unknowns && u->open) first = i;
    }
    enum lac_status st = lac_fail(err, LAC_REFUSED,
                                  "nothing is published: %zu of %zu hidden counts could be worked out from "
                                  "the others%s",
                                  open, hidden_counts, control->editions ? " and earlier editions" : "");
    if (first < control->counts) {
        const struct lac_publish_figure *f = &control->figure[first];
        lac_error_remedy(err,
                         "the first is table %s, definition %s, %s, %s, stratum %s: publish fewer places, "
                         "strata or windows, a coarser rounding, or a wider hidden range",
                         f->table, f->definition, f->geography_code, f->period, f->stratum);
    } else {
        lac_error_remedy(err, "a count that an earlier edition hid is given away: publish fewer places, "
                              "strata or windows, or a coarser rounding");
    }
    return st;
}

enum lac_status lac_publish_control_decide(struct lac_publish_model *model,
                                           const struct lac_publish_input *input, struct lac_error *err)
{
    struct lac_publish_control *control = model->control;
    size_t open = 0;
    collect(model);
    size_t *unknown = lac_publish_new(model, control->counts + 1, sizeof *unknown);
    if (model->failed) return lac_publish_model_status(model, err);
    for (size_t i = 0; i < control->counts; i++) unknown[i] = i;
    lac_publish_relations(model, input, control->figure, unknown, control->counts);
    enum lac_status st = lac_publish_editions(model, input, err);
    if (st) return st;
    quick_parts(model);
    if ((st = lac_publish_model_status(model, err))) return st;
    align_variants(control);
    st = lac_publish_protect(model->profile, &control->system, err);
    if (st) return st;
    align_variants(control);
    st = lac_publish_audit(model->profile, &control->system, &open, err);
    if (!st && open) st = refuse(model, open, err);
    control->deciding = true;
    return st;
}

enum lac_status lac_publish_suppressions(const struct lac_publish_model *model, struct lac_table *table,
                                         struct lac_error *err)
{
    const struct lac_publish_control *control = model->control;
    for (size_t i = 0; i < control->counts; i++) {
        const struct lac_publish_unknown *u = &control->system.unknown[i];
        const struct lac_publish_figure *f = &control->figure[i];
        size_t row;
        if (!hidden(u->action)) continue;
        enum lac_status st = lac_table_row(table, &row, err);
        const struct {
            enum lac_column_id column;
            const char *text;
        } texts[] = {
            {LAC_COL_suppressions_table_id, f->table},
            {LAC_COL_suppressions_definition, f->definition},
            {LAC_COL_suppressions_population, f->population},
            {LAC_COL_suppressions_period, f->period},
            {LAC_COL_suppressions_geography_code, f->geography_code},
            {LAC_COL_suppressions_stratum, f->stratum},
            {LAC_COL_suppressions_action, lac_publish_action_word(u->action)},
            {LAC_COL_suppressions_why, u->action == LAC_PUBLISH_PRIMARY
                                           ? "the count is in the range that the profile hides"
                                           : "shown, it would tell a hidden count"},
        };
        for (size_t k = 0; k < LAC_COUNT(texts) && !st; k++)
            st = lac_set_text(table, texts[k].column, row, texts[k].text, err);
        if (st) return st;
        lac_f64(table, LAC_COL_suppressions_feasible_low)[row] = u->feasible_low;
        lac_f64(table, LAC_COL_suppressions_feasible_high)[row] = u->feasible_high;
    }
    return LAC_OK;
}
