/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_LINK_JUDGED_H
#define LAC_LINK_JUDGED_H
/*
 * What people judged of pairs of records: answers of a clerical file, of a run and of a table alike.
 *
 * A clerical file shows the two records side by side and neither score nor stratum, in random order. Two
 * judges answer in `judge_1` and `judge_2`, each without seeing the other: Y the same person, N not, ? or
 * nothing cannot tell. `agreed` takes the decision on pairs where they differ. It holds personal data.
 */
#include <stdio.h>
#include "calibrate.h"
#include "config/schema.h"

#define LAC_LINK_ANSWERS 3
#define LAC_LINK_NAME_PARTS 2

extern const char *const lac_link_answer_columns[LAC_LINK_ANSWERS];

/* How a file names a record: columns of the left and of the right one, and who finds the record. */
struct lac_link_record_names {
    const char *const *column[2];
    size_t parts; /* columns of a side, at most LAC_LINK_NAME_PARTS */
    /* Number of the record, or LAC_MISSING_U32. */
    uint32_t (*find)(const void *context, const char *const name[LAC_LINK_NAME_PARTS]);
    const void *context;
};
struct lac_link_judged {
    struct lac_link_label
        *label; /* by number of record, left < right, sorted, no pair twice: the last file counts */
    size_t count;
    uint64_t rows;       /* of all files */
    uint64_t both[2][2]; /* pairs both judges decided: [judge 1 says Y][judge 2 says Y] */
    uint64_t undecided;  /* no answer, or judges differ and nothing is agreed */
    uint64_t unknown;    /* records that are not there */
};
/* Answers of all files. LAC_INPUT for another answer. Released by the caller, also after failure. */
enum lac_status lac_link_judged_load(const struct lac_config_paths *files,
                                     const struct lac_link_record_names *names, struct lac_arena *arena,
                                     struct lac_link_judged *judged, struct lac_error *err) LAC_CHECKED;
void lac_link_judged_release(struct lac_link_judged *judged);
/* Cohen's kappa of the two judges; NaN when nothing was judged twice or chance explains everything. */
double lac_link_kappa(const struct lac_link_judged *judged);

/* Whether somebody has begun to answer in the file: it must not be lost. */
enum lac_status lac_link_answers_exist(const char *path, struct lac_arena *arena, bool *answers,
                                       struct lac_error *err) LAC_CHECKED;
/* Puts a sample into the order in which judges see it: by random number (pattern), then by key. */
void lac_link_sample_mix(struct lac_link_pairs *sample);
/* A cell after the first that no spreadsheet takes for a formula. */
void lac_link_clerical_put(FILE *to, const char *text);

#endif
