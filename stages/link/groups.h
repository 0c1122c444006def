/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_LINK_GROUPS_H
#define LAC_LINK_GROUPS_H
/*
 * Where links go wrong: expected errors by group of records, and scored pairs by weight. The rows are exact
 * and stay in the store; what is published of them goes through disclosure control.
 */
#include "engine.h"
#include "population.h"

/* Appends to `link_groups` the links, expected false links and expected missed pairs of every list, force,
 * sex, age band and ethnicity frame; a pair counts half for each of its two records. Missed: scored pairs
 * alone. An empty value stands for unknown. */
enum lac_status lac_link_groups_add(const struct lac_link_population *population,
                                    const struct lac_link_result *result, const struct lac_table *records,
                                    struct lac_table *groups, struct lac_error *err) LAC_CHECKED;

/* Appends to `link_weights` the scored pairs by weight, LAC_LINK_WEIGHT_BITS wide, open at both ends. */
enum lac_status lac_link_weights_add(const struct lac_link_population *population,
                                     const struct lac_link_weights *weights, struct lac_table *table,
                                     struct lac_error *err) LAC_CHECKED;

#endif
