/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_LINK_CLERICAL_H
#define LAC_LINK_CLERICAL_H
/* Pairs of a run for people to judge, and what they judged (judged.h). */
#include "judged.h"
#include "population.h"

/* Answers of all files. A row of `records` is found by return and row. LAC_INPUT for another answer. */
enum lac_status lac_link_judged_read(const struct lac_config_paths *files, const struct lac_table *records,
                                     const struct lac_table *returns, struct lac_arena *arena,
                                     struct lac_link_judged *judged, struct lac_error *err) LAC_CHECKED;
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
