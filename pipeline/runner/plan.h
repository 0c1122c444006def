/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_RUNNER_PLAN_H
#define LAC_RUNNER_PLAN_H
/*
 * Whether a stage has to run, and why.
 *
 * Its fingerprint is the SHA-256 over program bytes, version, settings, seed, as-at date and every input
 * file. A stage whose recorded fingerprint is the same, that was done, and whose outputs are there with the
 * recorded SHA-256 is left alone.
 */
#include "runner/manifest.h"

struct lac_plan_settings {
    const struct lac_config *config;
    const char *run;
    uint32_t seed;     /* the one in force: --seed or the configuration's */
    const char *as_at; /* the one in force, YYYY-MM-DD or "" */
};

/* What is known of one stage now; texts belong to the arena. */
struct lac_plan_stage {
    char *program; /* path of its program */
    struct lac_stage_cause cause;
    struct lac_filelist inputs;
    const char *fingerprint;
    const char *reason; /* why it has to run: "never run", "settings changed"; NULL when it does not */
};

/* Looks at stage `index` of the stage list. Hashes its inputs and, when nothing else has changed, its
 * recorded outputs: O(bytes). A missing program is LAC_IO. */
enum lac_status lac_plan_look(const struct lac_plan_settings *settings, const struct lac_manifest *manifest,
                              size_t index, struct lac_arena *arena, struct lac_plan_stage *plan,
                              struct lac_error *err) LAC_CHECKED;

#endif
