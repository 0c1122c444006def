/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_INGEST_DAYS_H
#define LAC_INGEST_DAYS_H
/*
 * Cells that hold a day: in the formats of the layout, with a time of day behind it, or as a spreadsheet's
 * day number. What they gave depends on the field and the text alone; findings go to the judge.
 */
#include "judge.h"

/* Day number; LAC_INGEST_NONE with a finding when it cannot be read. `text` has no blanks at its ends. */
int32_t lac_ingest_days_date(struct lac_ingest_judge *judge, enum lac_ingest_field field, const char *text);
/* Partial date of birth (YYYYMMDD, zeros for what is not known); LAC_INGEST_NONE with a finding when it
 * cannot be read, is impossible or a placeholder. What was read as something else stands in dob_recorded. */
int32_t lac_ingest_days_birth(struct lac_ingest_judge *judge, enum lac_ingest_field field, const char *text);

#endif
