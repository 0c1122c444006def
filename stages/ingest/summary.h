/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_INGEST_SUMMARY_H
#define LAC_INGEST_SUMMARY_H
/* What the checker says of one file: by rule, worst first, for people; and as JSON for programs. */
#include <jansson.h>

#include "read.h"

#define LAC_INGEST_ROWS_SHOWN 10 /* rows a rule lists before "and n more" */

/* Adds the summary of a read file. Sorts its findings. O(n log n). */
void lac_ingest_summary_text(struct lac_ingest_return *ret, struct lac_buffer *out);
/* A new object {file, rows, used, set_aside, usable, findings: [...]}, or NULL without memory. */
json_t *lac_ingest_summary_json(struct lac_ingest_return *ret);

#endif
