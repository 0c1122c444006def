/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_PUBLISH_QUALITY_H
#define LAC_PUBLISH_QUALITY_H
/* Tables about the data: returns received and missing, how late they came, findings by rule, completeness by
 * list and force and against the return before, linkage quality, run identity. Counts of returns are exact
 * (they are not counts of people); counts of rows and people go through the disclosure profile. */
#include "input.h"

void lac_publish_returns(struct lac_publish_model *model, const struct lac_publish_input *input);
/* Due dates (end of the period and `due_days`) against the days the first versions were received, by list and
 * by force area. O(expected returns * returns). */
void lac_publish_timeliness(struct lac_publish_model *model, const struct lac_publish_input *input);
void lac_publish_findings(struct lac_publish_model *model, const struct lac_publish_input *input);
void lac_publish_completeness(struct lac_publish_model *model, const struct lac_publish_input *input);
void lac_publish_linkage(struct lac_publish_model *model, const struct lac_publish_input *input);
void lac_publish_identity(struct lac_publish_model *model);

#endif
