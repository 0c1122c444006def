/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_ESTIMATE_DIAGNOSTICS_H
#define LAC_ESTIMATE_DIAGNOSTICS_H
/*
 * What stands beside every estimate of a table: how the data look, how far models disagree, and how much
 * rests on assumptions that data cannot test. All from the counts alone; no random numbers.
 *
 * Estimates here are those of lac_point_estimate(): the same rule for the table and all its variations.
 * Numbers that do not exist are NaN, with a status beside them.
 */
#include "diagnostics_curve.h"
#include "diagnostics_point.h"
#include "diagnostics_tipping.h"

#define LAC_DIAGNOSTICS_UNITS 6.0       /* of BIC: models that the data do not tell from the best */
#define LAC_DIAGNOSTICS_MODELS 50       /* listed at most */
#define LAC_DIAGNOSTICS_LISTS 8         /* above, pairs are neither merged nor tipped: too many fits */
#define LAC_DIAGNOSTICS_POPULATION 30.0 /* persons on other lists, for a list to be taken as a population */
#define LAC_CURVE_POINTS 17             /* log xi from -2 to 2 by 1/4 */

/* One cell of the best model. */
struct lac_diagnostics_cell {
    unsigned lists;               /* history */
    double count, mean, residual; /* Pearson: (count - mean)/sqrt(mean); 0 where both are 0 */
};

/* The table changed in one way. */
struct lac_diagnostics_variation {
    unsigned lists;             /* the list left out, the two merged, or the list taken as population */
    double known;               /* population: its size */
    double n;                   /* persons seen in the variation */
    double estimate, log_ratio; /* population: log(estimate / known) */
    enum lac_result_status status;
    const char *reason; /* a constant; NULL when the status is OK */
};

struct lac_diagnostics_bound {
    const char *name, *assumption; /* constants */
    double bound;
    enum lac_result_status status;
};

struct lac_diagnostics {
    struct lac_arena *arena;
    struct lac_estimate_history history;
    int order;          /* in force */
    int empty_overlaps; /* pairs without a person */
    struct lac_point point;
    const char *best; /* text of the best model; NULL when there is none */
    int degrees;      /* of freedom of its deviance: cells less parameters */
    struct lac_diagnostics_cell *cell;
    size_t cells, worst; /* index of the largest residual */
    size_t within;       /* models within LAC_DIAGNOSTICS_UNITS of the best */
    double within_low, within_high;
    const char **model; /* texts of the first min(within, LAC_DIAGNOSTICS_MODELS) */
    size_t models;
    double independence, all_pairs; /* N of main effects alone and of all two-way terms; NaN: none */
    struct lac_curve raw;
    double log_xi[LAC_CURVE_POINTS], raw_at[LAC_CURVE_POINTS], model_at[LAC_CURVE_POINTS];
    struct lac_tipping *tipping;
    size_t tippings;
    struct lac_diagnostics_variation *without, *merged, *within_list;
    size_t withouts, mergers, populations;
    bool pairs_skipped;
    struct lac_diagnostics_bound bound[3];
    int bounds;
    bool frequencies; /* how often persons were seen is all there is: only history, n and bounds are filled */
};

/* Fills *out from a table of 2 to 16 lists, all of it the arena's. `order` is the largest size of a term, 0
 * for the rule of lac_point_order(). A search over the table, one over each variation (K + K(K-1)/2 + K of
 * them, a list smaller), and about 100 fits for each pair that the best model leaves out. */
enum lac_status lac_diagnostics_run(const struct lac_estimate_history *history, int order,
                                    struct lac_arena *arena, struct lac_diagnostics *out,
                                    struct lac_error *err) LAC_CHECKED;

/* The same from a table that stands for frequencies (table_frequencies.h): bounds alone, without chao-mt. */
enum lac_status lac_diagnostics_frequencies(const struct lac_estimate_history *history,
                                            struct lac_arena *arena, struct lac_diagnostics *out,
                                            struct lac_error *err) LAC_CHECKED;

/* "A*B" of a bitmask in the arena; NULL when memory is out. */
const char *lac_diagnostics_lists(const struct lac_estimate_history *history, unsigned lists,
                                  const char *between, struct lac_arena *arena) LAC_CHECKED;

#endif
