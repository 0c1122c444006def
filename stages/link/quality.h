/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_LINK_QUALITY_H
#define LAC_LINK_QUALITY_H
#include "clerical.h"
#include "engine.h"
#include "population.h"

/* Appends the rows of one population to `link_quality`: counts, pairs by rule, what caps dropped, sizes of
 * persons, training, expected errors (model-based, or calibrated by judged pairs), blocking misses (a lower
 * bound), persons by list. */
enum lac_status lac_link_quality_add(const struct lac_link_population *population,
                                     const struct lac_link_result *result, const struct lac_table *records,
                                     struct lac_table *quality, struct lac_error *err) LAC_CHECKED;

/* How well the judges agree; without judged pairs that is said. NULL counts as none. */
enum lac_status lac_link_quality_judged(const struct lac_link_judged *judged, struct lac_table *quality,
                                        struct lac_error *err) LAC_CHECKED;

/* Counts of the ledger's events by population. */
enum lac_status lac_link_quality_ledger(const struct lac_table *ledger, struct lac_table *quality,
                                        struct lac_error *err) LAC_CHECKED;

#endif
