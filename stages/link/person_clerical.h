/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_LINK_PERSON_CLERICAL_H
#define LAC_LINK_PERSON_CLERICAL_H
/* Pairs of a table for people to judge, and what they judged (judged.h). Records are named by their
 * identifiers in `left` and `right`; one that several records have finds none of them. */
#include "judged.h"
#include "person_table.h"

/* Answers of all files, by record. O(records + answers log records). */
enum lac_status lac_link_person_judged(const struct lac_config_paths *files,
                                       const struct lac_link_person_table *table, struct lac_arena *arena,
                                       struct lac_link_judged *judged, struct lac_error *err) LAC_CHECKED;
/* Writes the sample (key = records, pattern = a random number that gives the order) with all columns of the
 * table side by side. Reads the table again for the cells of these records alone, which the arena holds. */
enum lac_status lac_link_person_clerical(const struct lac_link_person_table *table,
                                         struct lac_link_pairs *sample, struct lac_arena *arena, FILE *to,
                                         struct lac_error *err) LAC_CHECKED;

#endif
