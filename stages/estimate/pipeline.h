/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_ESTIMATE_PIPELINE_H
#define LAC_ESTIMATE_PIPELINE_H
/*
 * The stage in a run: histories.h5 -> estimates.h5.
 *
 * Every cell (see cells.h) of the configured variants is estimated by the configured method; gates refuse
 * what the data cannot carry. A refused cell keeps its known count and a lower bound. Random numbers are
 * keyed by (seed, replicate, cell), so a cell's figures do not depend on the number of threads.
 *
 * A headline national cell by `national` that has an estimate gets the sensitivity set too (sensitivity.h).
 *
 * Returns LAC_FINDINGS when a headline national cell has no estimate: done, but a person has to look.
 * Memory: the replicates of all cells, 8 bytes each, beside the tables written.
 */
#include <stdint.h>
#include "base/log.h"
#include "base/status.h"
#include "config/section_estimate.h"
#include "table/csv.h"
#include "table/store.h"

struct lac_estimate_pipeline {
    const char *run;
    const struct lac_estimate_settings *settings;
    const char *headline;         /* identifier of the headline definition */
    const struct lac_csv *forces; /* code list of forces with their regions; NULL: not known */
    uint32_t seed;
    const struct lac_provenance *provenance;
    const struct lac_log *log;
};
enum lac_status lac_estimate_pipeline_run(const struct lac_estimate_pipeline *job,
                                          struct lac_error *err) LAC_CHECKED;

#endif
