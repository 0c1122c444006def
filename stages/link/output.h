/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_LINK_OUTPUT_H
#define LAC_LINK_OUTPUT_H
/* The tables of links.h5 from the results of all populations. */
#include "clerical.h"
#include "engine.h"
#include "naming.h"
#include "population.h"

struct lac_link_output {
    struct lac_table pairs, model, persons, partitions, ledger, quality, weights, groups;
    struct lac_link_pairs clerical; /* pairs to be judged, by row of `records` */
};
enum lac_status lac_link_output_init(struct lac_link_output *output, struct lac_error *err) LAC_CHECKED;
void lac_link_output_release(struct lac_link_output *output);

/* Appends one population. Rows of `model` and `quality` in order of appearance. */
enum lac_status lac_link_output_pairs(const struct lac_link_population *population,
                                      const struct lac_link_result *result, struct lac_table *pairs,
                                      struct lac_error *err) LAC_CHECKED;
enum lac_status lac_link_output_model(const struct lac_link_population *population,
                                      const struct lac_link_result *result, struct lac_table *model,
                                      struct lac_error *err) LAC_CHECKED;

enum lac_status lac_link_assignment_init(struct lac_link_assignment *assignment, size_t rows,
                                         struct lac_error *err) LAC_CHECKED;
void lac_link_assignment_add(struct lac_link_assignment *assignment,
                             const struct lac_link_population *population,
                             const struct lac_link_result *result, enum lac_link_population_id id);
void lac_link_assignment_release(struct lac_link_assignment *assignment);

enum lac_status lac_link_output_clerical(const struct lac_link_population *population,
                                         const struct lac_link_result *result,
                                         struct lac_link_pairs *clerical, struct lac_error *err) LAC_CHECKED;
/* Appends the drawn linkages of a population already added to the assignment: by draw, then record. */
enum lac_status lac_link_output_partitions(const struct lac_link_population *population,
                                           const struct lac_link_result *result,
                                           const struct lac_link_assignment *assignment,
                                           struct lac_table *partitions, struct lac_error *err) LAC_CHECKED;

/* One row per record that takes part, by row of `records`. */
enum lac_status lac_link_output_persons(const struct lac_table *records, const struct lac_table *returns,
                                        const struct lac_link_assignment *assignment,
                                        const struct lac_link_names *names, struct lac_table *persons,
                                        struct lac_error *err) LAC_CHECKED;

#endif
