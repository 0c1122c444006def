/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_LINK_QUALITY_H
#define LAC_LINK_QUALITY_H
#include "engine.h"
#include "population.h"

/* Appends the rows of one population to `link_quality`: counts, pairs by rule, what caps dropped, sizes of
 * persons, training, expected errors (model-based, uncalibrated), blocking misses (a lower bound), persons by
 * list. */
enum lac_status lac_link_quality_add(const struct lac_link_population *population,
                                     const struct lac_link_result *result, const struct lac_table *records,
                                     struct lac_table *quality, struct lac_error *err) LAC_CHECKED;

#endif
