/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_INGEST_OUTPUT_H
#define LAC_INGEST_OUTPUT_H
/* Writing findings.csv and the quarantine files. All hold personal data: readable by their owner only. */
#include "tables.h"

/* RUN/findings.csv from the findings table. */
enum lac_status lac_ingest_output_findings(const char *run, const struct lac_table *findings,
                                           struct lac_arena *arena, struct lac_error *err) LAC_CHECKED;
/* RUN/quarantine: makes the folder, removes the files of an earlier run, and gives each return the path of
 * its file, <return_id>.csv. */
enum lac_status lac_ingest_output_folder(const char *run, const struct lac_ingest_register *reg,
                                         struct lac_arena *arena, const char ***paths,
                                         struct lac_error *err) LAC_CHECKED;
/* Puts the files of used returns with rows set aside in place; the others are dropped. */
enum lac_status lac_ingest_output_quarantine(const struct lac_ingest_register *reg,
                                             struct lac_ingest_taken *const *taken,
                                             struct lac_error *err) LAC_CHECKED;

#endif
