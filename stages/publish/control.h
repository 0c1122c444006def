/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_PUBLISH_CONTROL_H
#define LAC_PUBLISH_CONTROL_H
/*
 * Disclosure control over everything that is counted. The tables are built twice: first to collect every
 * count (lac_publish_figure_count() notes it), then, when it is decided what is hidden, to be published. So
 * no count can be published that the audit has not seen.
 *
 * Counts hang together by geography, strata, windows, definitions, lists and variants, and with the counts of
 * earlier editions (`publish.previous`): a count that is what it was then is the same unknown, and what that
 * edition showed of it is known; one that was revised is another.
 */
#include "audit.h"
#include "input.h"

struct lac_publish_control {
    bool deciding;                           /* second time */
    const struct lac_publish_figure *figure; /* counts collected, in the order in which they came */
    size_t counts, next;
    struct lac_publish_system system; /* unknowns 0 .. counts - 1 are the figures */
    size_t entry_capacity, relation_capacity, unknown_capacity;
    size_t editions;
};

/* Sets value, action and status of a figure of measure `observed` from its exact count; table, keys and place
 * must stand already. `hide`: not shown, whatever the profile says. */
void lac_publish_figure_count(struct lac_publish_model *model, struct lac_publish_figure *figure,
                              int64_t count, bool hide);

/* After the first time, on the model filled then: relations, suppression, audit. LAC_REFUSED when a hidden
 * count could still be worked out. */
enum lac_status lac_publish_control_decide(struct lac_publish_model *model,
                                           const struct lac_publish_input *input,
                                           struct lac_error *err) LAC_CHECKED;

/* Relations among n counts, unknown[i] their column; those that hold for the counts themselves. */
void lac_publish_relations(struct lac_publish_model *model, const struct lac_publish_input *input,
                           const struct lac_publish_figure *figure, const size_t *unknown, size_t n);
/* Counts of the earlier editions, with their relations. LAC_INPUT for a run that was not published. */
enum lac_status lac_publish_editions(struct lac_publish_model *model, const struct lac_publish_input *input,
                                     struct lac_error *err) LAC_CHECKED;
/* A new column of the program; SIZE_MAX on failure. */
size_t lac_publish_unknown_add(struct lac_publish_model *model, const struct lac_publish_unknown *unknown);
/* Table `suppressions` of tables.h5: each hidden count, why, and what can be worked out about it. */
enum lac_status lac_publish_suppressions(const struct lac_publish_model *model, struct lac_table *table,
                                         struct lac_error *err) LAC_CHECKED;

#endif
