/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_ESTIMATE_POOLED_RUN_H
#define LAC_ESTIMATE_POOLED_RUN_H
/*
 * Method `national` over forces or other strata: the total by partial pooling (pooled.h), with both
 * intervals.
 *
 * The rule between the two levels, written before any data were seen: five forces or more with persons, and
 * at most seven lists, are pooled partially; fewer forces say nothing about how forces differ, and the total
 * is the sum of the strata's own estimates. Interactions: every pair of lists that at least five persons
 * share has a parameter of its own; where a pair has none, or with more than five lists, all pairs share tau
 * as well, so that the pairs without data follow the others and not independence.
 *
 * (a) percentiles of n + U_b, the drawn unseen persons of all forces: "if the identifying assumption holds
 * exactly". (b) percentiles of n + U_b exp(delta_b), one delta a draw for all forces (national.h): the
 * interval of the result. More than a fifth of the draws without a mode: refused. More than a hundredth of
 * the forces' sizes cut off: failed.
 */
#include "method.h"
#include "pooled.h"
#include "table_read.h"

#define LAC_POOLED_FORCES_MIN 5

struct lac_pooled_input {
    struct lac_pooled_data data;           /* the mean over drawn linkages where there are some */
    const struct lac_pooled_data *linkage; /* each drawn linkage; NULL: the links are certain */
    const struct lac_pooled_data *settled; /* the same with scope at its mean; NULL: no scope is in doubt */
    size_t linkages;
};

/* Fills `result`, whose arena is used. Draws: options->bootstrap; 0 leaves the intervals out. */
enum lac_status lac_pooled_run(const struct lac_pooled_input *input,
                               const struct lac_estimate_options *options, struct lac_result *result,
                               struct lac_error *err) LAC_CHECKED;

/* The interactions by the rule above; how many pairs have no parameter of their own. */
int lac_pooled_choose_terms(const struct lac_pooled_data *data, struct lac_pooled_terms *terms);

/* Puts the partially pooled total in place of the sum, where `results` has a total of `national` and the rule
 * above pools. A table does not say where a list operates. A list with nobody in a stratum is taken not to
 * operate there when at its share elsewhere at least 3.7 persons were to be expected (the chance of none is
 * then below 2.5 %), else as operating and seeing nobody; the notes say how often. */
enum lac_status lac_pooled_table_total(const struct lac_estimate_table *table,
                                       const struct lac_estimate_strata *strata,
                                       const struct lac_estimate_options *options,
                                       struct lac_results *results, struct lac_error *err) LAC_CHECKED;

#endif
