/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_LINK_CLERICAL_H
#define LAC_LINK_CLERICAL_H
/*
 * Pairs for people to judge, and what they judged.
 *
 * A clerical file shows the two records side by side and neither score nor stratum, in random order. Two
 * judges answer in `judge_1` and `judge_2`, each without seeing the other: Y the same person, N not, ? or
 * nothing cannot tell. `agreed` takes the decision on pairs where they differ. It holds personal data.
 */
#include <stdio.h>
#include "calibrate.h"
#include "config/schema.h"
#include "population.h"

struct lac_link_judged {
    struct lac_link_label *label; /* by row of `records`, sorted, no pair twice: the last file counts */
    size_t count;
    uint64_t rows;       /* of all files */
    uint64_t both[2][2]; /* pairs both judges decided: [judge 1 says Y][judge 2 says Y] */
    uint64_t undecided;  /* no answer, or judges differ and nothing is agreed */
    uint64_t unknown;    /* records that are not in this run */
};
/* Answers of all files. A row of `records` is found by return and row. LAC_INPUT for another answer. */
enum lac_status lac_link_judged_read(const struct lac_config_paths *files, const struct lac_table *records,
                                     const struct lac_table *returns, struct lac_arena *arena,
                                     struct lac_link_judged *judged, struct lac_error *err) LAC_CHECKED;
void lac_link_judged_release(struct lac_link_judged *judged);
/* Cohen's kappa of the two judges; NaN when nothing was judged twice or chance explains everything. */
double lac_link_kappa(const struct lac_link_judged *judged);
/* The labels of one population, by its own record numbers and sorted by them; label[judged->count] is the
 * caller's. `rows` of `records`. */
enum lac_status lac_link_labels_of(const struct lac_link_judged *judged,
                                   const struct lac_link_population *population, size_t rows,
                                   struct lac_link_label *label, struct lac_link_labels *labels,
                                   struct lac_error *err) LAC_CHECKED;

/* Writes the sample: key = rows of `records`, pattern = a random number that gives the order. */
void lac_link_clerical_write(const struct lac_table *records, const struct lac_table *returns,
                             struct lac_link_pairs *sample, FILE *to);

#endif
