/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_ESTIMATE_DIAGNOSTICS_POINT_H
#define LAC_ESTIMATE_DIAGNOSTICS_POINT_H
/*
 * One point estimate for every variation of a table, so that the variations can be compared: the BIC-weighted
 * average over hierarchical models up to six lists (over two-way models with six lists or as `order` says),
 * stepwise selection above. And the variations: a list left out, two lists merged, a list taken as the
 * population.
 */
#include "result.h"
#include "search.h"

struct lac_point {
    enum lac_result_status status;
    double estimate;                   /* NaN unless the status is OK */
    double n;                          /* persons seen */
    bool searched;                     /* by search; else stepwise */
    struct lac_estimate_search search; /* ranked models, when searched */
    struct lac_estimate_model best;    /* when the status is OK */
    struct lac_fitted fit;             /* of the best model */
};

/* The order in force for a table: what was asked for, else 2 with six lists, else no limit. */
int lac_point_order(int lists, int order);
/* Estimates. A table of fewer than two lists has none (refused). The ranked models are the arena's. */
enum lac_status lac_point_estimate(const struct lac_estimate_history *history, int order,
                                   struct lac_arena *arena, struct lac_point *point,
                                   struct lac_error *err) LAC_CHECKED;

/* Variations of a table: lists that saw nobody in it are left out. Made in the arena. O(2^K). */
enum lac_status lac_history_without(const struct lac_estimate_history *history, int list,
                                    struct lac_arena *arena, struct lac_estimate_history *out,
                                    struct lac_error *err) LAC_CHECKED;
enum lac_status lac_history_merged(const struct lac_estimate_history *history, int i, int j,
                                   struct lac_arena *arena, struct lac_estimate_history *out,
                                   struct lac_error *err) LAC_CHECKED;
/* The persons of `list` by the other lists they are on. */
enum lac_status lac_history_within(const struct lac_estimate_history *history, int list,
                                   struct lac_arena *arena, struct lac_estimate_history *out,
                                   struct lac_error *err) LAC_CHECKED;

#endif
