/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_INGEST_OUTPUT_H
#define LAC_INGEST_OUTPUT_H
/* Writing findings.csv and the quarantine files. All hold personal data: readable by their owner only. */
#include "tables.h"

/* RUN/findings.csv from the findings table. */
enum lac_status lac_ingest_output_findings(const char *run, const struct lac_table *findings,
                                           struct lac_arena *arena, struct lac_error *err) LAC_CHECKED;
/* RUN/quarantine/<return_id>.csv for every used return with rows set aside: the file's header and its rows as
 * they came, a column `reason` before them. Files of an earlier run are removed first. */
enum lac_status lac_ingest_output_quarantine(const char *run, const struct lac_ingest_source *source,
                                             struct lac_arena *arena, struct lac_error *err) LAC_CHECKED;

#endif
