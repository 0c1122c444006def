/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What earlier editions told, from their tables.h5. */
#include <math.h>
#include <string.h>
#include "base/file.h"
#include "control.h"
#include "table/store.h"

#define P(column, row) lac_text(table, LAC_COL_published_##column, (row))

/* The count of this edition with the same keys; `counts` when there is none. */
static size_t counterpart(const struct lac_publish_control *control, const struct lac_publish_figure *f)
{
    for (size_t i = 0; i < control->counts; i++) {
        const struct lac_publish_figure *g = &control->figure[i];
        if (!strcmp(f->geography_code, g->geography_code) && !strcmp(f->table, g->table) &&
            !strcmp(f->definition, g->definition) && !strcmp(f->population, g->population) &&
            !strcmp(f->period, g->period) && !strcmp(f->stratum, g->stratum))
            return i;
    }
    return control->counts;
}

/* What the edition showed of a count: an interval round the rounded value, or that it was hidden. */
static struct lac_publish_unknown shown(const struct lac_publish_model *model,
                                        const struct lac_publish_figure *f)
{
    struct lac_publish_unknown u = {.count = f->count,
                                    .high = (double)INFINITY,
                                    .action = f->action,
                                    .earlier = true,
                                    .feasible_low = (double)NAN,
                                    .feasible_high = (double)NAN};
    if (!isnan(f->value)) {
        int64_t low, high;
        lac_publish_shown_range(model->profile, f->count, &low, &high);
        u.low = (double)low;
        u.high = (double)high;
        u.action = LAC_PUBLISH_ROUNDED;
        /* another profile then: its interval is not known here, so the narrowest it can have been */
        if (lac_publish_hides(model->profile, f->count) ||
            lac_publish_round((double)f->count, model->profile->round) != f->value) {
            u.low = fmax(0, fmin((double)f->count, f->value - 2));
            u.high = fmax((double)f->count, f->value + 2);
        }
    }
    return u;
}

/* The column of an earlier count: that of this edition's where it is what it was, its own where not. */
static size_t column_of(struct lac_publish_model *model, const struct lac_publish_figure *f)
{
    struct lac_publish_control *control = model->control;
    size_t same = counterpart(control, f);
    struct lac_publish_unknown u = shown(model, f);
    if (same == control->counts || control->figure[same].count != f->count)
        return lac_publish_unknown_add(model, &u);
    struct lac_publish_unknown *now = &control->system.unknown[same];
    now->low = fmax(now->low, u.low);
    now->high = fmin(now->high, u.high);
    return same;
}

static void edition_add(struct lac_publish_model *model, const struct lac_publish_input *input,
                        const struct lac_table *table)
{
    struct lac_publish_figure *figure = lac_publish_new(model, table->rows + 1, sizeof *figure);
    size_t *column = lac_publish_new(model, table->rows + 1, sizeof *column), n = 0;
    for (size_t i = 0; i < table->rows && !model->failed; i++) {
        int64_t before = lac_i64(table, LAC_COL_published_before)[i];
        if (before == LAC_MISSING_I64) continue;
        struct lac_publish_figure f = {.table = lac_publish_text(model, "%s", P(table_id, i)),
                                       .definition = lac_publish_text(model, "%s", P(definition, i)),
                                       .population = lac_publish_text(model, "%s", P(population, i)),
                                       .period = lac_publish_text(model, "%s", P(period, i)),
                                       .place = lac_publish_text(model, "%s", P(place, i)),
                                       .geography = lac_publish_text(model, "%s", P(geography, i)),
                                       .geography_code = lac_publish_text(model, "%s", P(geography_code, i)),
                                       .stratum = lac_publish_text(model, "%s", P(stratum, i)),
                                       .measure = "observed",
                                       .value = lac_f64(table, LAC_COL_published_value)[i],
                                       .count = before,
                                       .action = lac_publish_hides(model->profile, before)
                                                     ? LAC_PUBLISH_PRIMARY
                                                     : LAC_PUBLISH_SECONDARY};
        figure[n] = f;
        column[n] = column_of(model, &f);
        n++;
    }
    if (!model->failed) lac_publish_relations(model, input, figure, column, n);
}

enum lac_status lac_publish_editions(struct lac_publish_model *model, const struct lac_publish_input *input,
                                     struct lac_error *err)
{
    const struct lac_config_paths *previous = &input->config->publish.previous;
    for (size_t i = 0; i < previous->count && !model->failed; i++) {
        struct lac_table table;
        enum lac_status st = lac_store_read(previous->item[i].resolved, LAC_TABLE_published, &table, err);
        if (st) {
            st = lac_fail(err, LAC_INPUT, "publish.previous names a run that was not published");
            lac_error_file(err, previous->item[i].resolved);
            lac_error_remedy(err,
                             "what that edition showed cannot be known: publish that run again with this "
                             "version, or take it out of the list if it was never released");
            return st;
        }
        edition_add(model, input, &table);
        lac_table_release(&table);
        model->control->editions++;
    }
    return lac_publish_model_status(model, err);
}
