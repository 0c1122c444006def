/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_PUBLISH_ESTIMATES_H
#define LAC_PUBLISH_ESTIMATES_H
/*
 * From the store to tidy figures and tables, through disclosure control. Figures of one geography kind,
 * table, definition, population, period and stratum are parts of their national total.
 */
#include "input.h"

/* Figures `estimates` (referral-only presence counts) and `estimates-own` (it does not), `estimates-high`
 * (persons for whom the records cannot tell counted in), `scope` (low and high count of each definition);
 * then the headline. No headline cell: LAC_INPUT. */
enum lac_status lac_publish_estimates(struct lac_publish_model *model, const struct lac_publish_input *input,
                                      struct lac_error *err) LAC_CHECKED;
/* Tables by definition, by region, by force, by quarter, and of the sensitivity to referral-only presence,
 * from the figures. */
void lac_publish_estimate_tables(struct lac_publish_model *model, const struct lac_publish_input *input);
/* List sizes and pairwise overlaps of the headline cell: figures and tables. */
void lac_publish_overlaps(struct lac_publish_model *model, const struct lac_publish_input *input);
/* What every pair of definitions shares: figures `definition-overlaps` and the table, pairs in the order of
 * the definitions. */
void lac_publish_definition_overlaps(struct lac_publish_model *model, const struct lac_publish_input *input);
/* Models of the headline cell within 10 BIC units of the best, at most 100; and other checks. */
void lac_publish_models(struct lac_publish_model *model, const struct lac_publish_input *input);

/* Row of `summary` of the headline, or its row count. */
size_t lac_publish_headline_row(const struct lac_publish_model *model, const struct lac_publish_input *input);

#endif
