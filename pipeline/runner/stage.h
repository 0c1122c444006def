/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_RUNNER_STAGE_H
#define LAC_RUNNER_STAGE_H
/*
 * What the five pipeline stages' mains share: --config, --run and --as-at beside the common options; the
 * settings loaded; the provenance of the store file. Stage programs link this; kernels never see it.
 *
 *   struct lac_stage stage;
 *   lac_stage_init(&stage, "link");
 *   parse with lac_stage_argp as a child parser whose input is &stage (it includes the common options);
 *   if ((st = lac_stage_open(&stage, &err))) ...
 *   ... work; lac_store_write(stage.run, LAC_FILE_links, &stage.provenance, ...)
 *   return lac_stage_close(&stage, st, &err);
 *
 * Exit status follows the contract; a stage that is done but found things for a person returns LAC_FINDINGS.
 */
#include "base/program.h"
#include "config/national.h"
#include "table/store.h"

struct lac_stage {
    struct lac_common common;
    const char *name;        /* "link" */
    const char *config_path; /* --config */
    const char *run;         /* --run */
    int32_t as_at;           /* --as-at, LAC_DATE_NONE when absent: then the configuration's */
    /* Filled by lac_stage_open(): */
    struct lac_log log;
    struct lac_arena arena; /* lives until lac_stage_close() */
    struct lac_config *config;
    int threads;
    uint32_t seed; /* --seed, else the configuration's */
    char config_digest[65], input_digest[65];
    struct lac_provenance
        provenance; /* producer, digests of the sections and store files the stage list names, seed */
};

extern const struct argp lac_stage_argp; /* options --config --run --as-at, and lac_common_argp as child */

void lac_stage_init(struct lac_stage *stage, const char *name);
/* Starts the program, loads the configuration, makes RUN/store. Without --config or --run: LAC_USAGE. */
enum lac_status lac_stage_open(struct lac_stage *stage, struct lac_error *err) LAC_CHECKED;
/* Logs the failure, releases everything, returns the exit status for main. */
int lac_stage_close(struct lac_stage *stage, enum lac_status status, const struct lac_error *err);

/* The stage list (stages.def). */
struct lac_stage_row {
    const char *name, *file, *sections, *inputs, *outputs, *summary; /* lists separated by blanks */
};
extern const struct lac_stage_row lac_stage_rows[];
extern const size_t lac_stage_row_count;

#endif
