/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_RUNNER_RUN_H
#define LAC_RUNNER_RUN_H
/*
 * `lacuna run`: the stages in order, in one run folder, under its lock, with the manifest kept.
 *
 * A run may be stopped at any moment and started again: what is whole and unchanged is skipped, the rest is
 * done anew, and the same bytes come out. One runner at a time works in a run folder (flock on RUN/.lock).
 */
#include "runner/plan.h"

struct lac_run_request {
    const char *config_path;
    const char *out;      /* --out or NULL */
    const char *executor; /* --executor or NULL */
    size_t from, to;      /* indexes into the stage list, both ends included */
    int32_t as_at;        /* --as-at or LAC_DATE_NONE */
    bool force;           /* run unchanged stages too, and take over a folder of another configuration */
    bool dry_run;
    const struct lac_common *common;
};

/* A run being prepared or done. Zero-initialise; release with lac_run_release(). */
struct lac_run {
    const struct lac_run_request *request;
    const struct lac_log *log;
    struct lac_arena arena;
    struct lac_config *config;
    const char *config_text, *config_digest; /* effective settings in canonical form, and of all sections */
    const char *folder;                      /* RUN */
    struct lac_plan_settings settings;
    struct lac_manifest manifest;
    bool found; /* there was a manifest */
    int lock;   /* descriptor, -1 when not held */
};

/* Reads the configuration and settles folder, seed and as-at date. Writes nothing. */
enum lac_status lac_run_prepare(struct lac_run *run, const struct lac_run_request *request,
                                const struct lac_log *log, struct lac_error *err) LAC_CHECKED;
/* Reads the manifest of the folder (under the lock, when something is to be written after it). LAC_USAGE when
 * the folder belongs to another configuration. Both functions below do it. */
enum lac_status lac_run_open(struct lac_run *run, struct lac_error *err) LAC_CHECKED;
/* The effective configuration and what would be done, as YAML with comments. Writes nothing. */
enum lac_status lac_run_describe(struct lac_run *run, struct lac_buffer *out,
                                 struct lac_error *err) LAC_CHECKED;
/* Does it. *exit_status is the worst of the stages' statuses when LAC_OK is returned; a stage above 1 stops
 * the run. After a signal the manifest is in order and lac_process_signal() tells which. */
enum lac_status lac_run_execute(struct lac_run *run, int *exit_status, struct lac_error *err) LAC_CHECKED;
void lac_run_release(struct lac_run *run);

/* Folder of RUN/.lock: takes it, waiting a moment for a stage that is just ending. LAC_IO when another run
 * has it. */
enum lac_status lac_run_lock(const char *folder, int *lock, struct lac_error *err) LAC_CHECKED;

#endif
