/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_RUNNER_FILELIST_H
#define LAC_RUNNER_FILELIST_H
/*
 * Lists of files with their SHA-256: what a stage read and what it wrote.
 *
 * Paths are labels: relative to the run folder for what lies in it, as written in the configuration for
 * inputs, so that a list does not depend on where project and run lie. All text and arrays belong to the
 * arena.
 */
#include "base/digest.h"
#include "base/memory.h"
#include "base/status.h"
#include "config/national.h"
#include "runner/stage.h"

#define LAC_DIGEST_ABSENT "absent" /* stands for the digest of a file that is not there */

struct lac_filelist_row {
    const char *path;
    const char *digest; /* 64 hexadecimal digits or LAC_DIGEST_ABSENT */
};
struct lac_filelist {
    struct lac_filelist_row *row;
    size_t count, capacity;
};

enum lac_status lac_filelist_add(struct lac_filelist *list, struct lac_arena *arena, const char *path,
                                 const char *digest, struct lac_error *err) LAC_CHECKED;
/* Digest of `path` in the list, or NULL. */
const char *lac_filelist_find(const struct lac_filelist *list, const char *path);

/* Hashes `file` and adds it under `label`; a file that is not there is added as absent. O(bytes). */
enum lac_status lac_filelist_hash(struct lac_filelist *list, struct lac_arena *arena, const char *label,
                                  const char *file, struct lac_error *err) LAC_CHECKED;

/* What a stage reads: the code lists, the files and folders its sections of the configuration name, and its
 * store files under `run`. A folder counts with the ordinary files directly in it. */
enum lac_status lac_filelist_inputs(struct lac_filelist *list, struct lac_arena *arena,
                                    const struct lac_config *config, const struct lac_stage_row *stage,
                                    const char *run, struct lac_error *err) LAC_CHECKED;

/* What a stage left in the run folder: its store file and the outputs of the stage list, folders with all
 * below. */
enum lac_status lac_filelist_outputs(struct lac_filelist *list, struct lac_arena *arena,
                                     const struct lac_stage_row *stage, const char *run,
                                     struct lac_error *err) LAC_CHECKED;

/* Removes what lies in the folders that belong to the stage alone ("report/"), before it fills them again. */
enum lac_status lac_filelist_clear(const struct lac_stage_row *stage, const char *run,
                                   struct lac_error *err) LAC_CHECKED;

/* Calls `use` with each blank-separated word of `words`; stops at the first failure. */
enum lac_status lac_words_each(const char *words, struct lac_arena *arena,
                               enum lac_status (*use)(void *context, const char *word, struct lac_error *err),
                               void *context, struct lac_error *err) LAC_CHECKED;

#endif
