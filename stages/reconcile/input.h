/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_RECONCILE_INPUT_H
#define LAC_RECONCILE_INPUT_H
/*
 * From the tables of records.h5 and links.h5 to the kernels' arrays. No files are read here. Texts are
 * borrowed from the tables, which must outlive the input; arrays belong to the arena.
 */
#include "config/section_lists.h"
#include "history.h"
#include "linkages.h"
#include "place.h"
#include "table/table.h"

struct lac_reconcile_sources {
    const struct lac_table *records, *cases, *grid, *persons, *partitions;
    const struct lac_sections *lists; /* of struct lac_list_settings */
    const struct lac_reconcile_places *places;
    size_t draws; /* drawn linkages */
};

struct lac_reconcile_input {
    struct lac_reconcile_set set;
    const char **victim_id;            /* per victim */
    const char **involved_id;          /* per suspect or facilitator */
    struct lac_reconcile_label *label; /* records whose person differs in a drawn linkage */
    size_t labels;
    struct lac_reconcile_owed *owed;
    size_t owed_count;
    size_t no_list, no_date; /* victim rows that form no capture list, or have no date at all */
};

/* Capture list of a list code: its place in the `lists` section, or LAC_RECONCILE_NO_LIST. */
uint8_t lac_reconcile_list_bit(const struct lac_sections *lists, const char *code);
/* LAC_USAGE when a list code of returns feeds two capture lists. */
enum lac_status lac_reconcile_lists_check(const struct lac_sections *lists,
                                          struct lac_error *err) LAC_CHECKED;

/* LAC_INPUT when links.h5 lacks a record, gives it the wrong population or holds more draws. O(n log n). */
enum lac_status lac_reconcile_input_make(const struct lac_reconcile_sources *sources, struct lac_arena *arena,
                                         struct lac_reconcile_input *input,
                                         struct lac_error *err) LAC_CHECKED;

#endif
