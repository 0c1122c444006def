/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_RUNNER_MANIFEST_H
#define LAC_RUNNER_MANIFEST_H
/*
 * RUN/manifest.json: what ran, with which program, settings and inputs, and what came of it.
 *
 * It is written whole (base/file.h) before and after every stage, and last of all files of a run. `complete`
 * is true only when every stage is up to date. Resume rests on it: a stage is skipped when its fingerprint
 * and its outputs are those recorded. Keys are sorted; times and durations stand here and nowhere else.
 *
 * All text belongs to the arena given to the functions.
 */
#include "runner/filelist.h"

#define LAC_MANIFEST_NAME "manifest.json"
#define LAC_MANIFEST_SCHEMA "lacuna-manifest/1"

/* Where a stage stands. Only the first two let it be skipped. */
#define LAC_STATE_LIST(X)                                                                                    \
    X(OK, "ok")                                                                                              \
    X(FINDINGS, "findings")                                                                                  \
    X(FAILED, "failed")                                                                                      \
    X(KILLED, "killed")                                                                                      \
    X(RUNNING, "running") /* was running when the runner itself was stopped */                               \
    X(STALE, "stale")     /* an earlier stage has run since */                                               \
    X(NONE, "not run")

enum lac_stage_state {
#define LAC_STATE_ENUM(name, word) LAC_STATE_##name,
    LAC_STATE_LIST(LAC_STATE_ENUM)
#undef LAC_STATE_ENUM
};
const char *lac_stage_state_word(enum lac_stage_state state);

/* What decides whether a stage has to run again, apart from its input files. */
struct lac_stage_cause {
    const char *program; /* SHA-256 of the stage program */
    const char *version; /* of Lacuna */
    const char *config;  /* lac_config_digest() of its sections */
    const char *as_at;   /* YYYY-MM-DD or "" */
    int64_t seed;
};

struct lac_manifest_stage {
    const char *name;
    enum lac_stage_state state;
    int exit_status;
    const char *started; /* UTC, or "" */
    double seconds;
    int64_t peak_memory; /* bytes */
    const char *fingerprint;
    struct lac_stage_cause cause;
    struct lac_filelist inputs, outputs;
};

struct lac_manifest {
    const char *name;          /* run.name of the configuration */
    const char *config_path;   /* file name of the configuration */
    const char *config_text;   /* effective settings in canonical form */
    const char *config_digest; /* lac_config_digest() of all sections */
    const char *as_at;         /* YYYY-MM-DD or "" */
    int64_t seed;
    const char *gnuplot;   /* version of the chart program, or "" */
    const char *tree_path; /* "store/store.h5" and its digest, or "" */
    const char *tree_digest;
    bool complete;
    struct lac_manifest_stage *stage; /* one a row of the stage list, in its order */
};

/* An empty manifest: every stage "not run". */
enum lac_status lac_manifest_init(struct lac_manifest *manifest, struct lac_arena *arena,
                                  struct lac_error *err) LAC_CHECKED;
/* Reads RUN/manifest.json; `found` is false when there is none. A file that is no manifest is LAC_INPUT.
 * Stages unknown to this version are left out. */
enum lac_status lac_manifest_read(const char *run, struct lac_arena *arena, struct lac_manifest *manifest,
                                  bool *found, struct lac_error *err) LAC_CHECKED;
/* Writes it; an equal file is left alone. */
enum lac_status lac_manifest_write(const char *run, const struct lac_manifest *manifest,
                                   struct lac_error *err) LAC_CHECKED;

#endif
