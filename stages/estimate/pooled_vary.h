/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_ESTIMATE_POOLED_VARY_H
#define LAC_ESTIMATE_POOLED_VARY_H
/*
 * The forces of a nation changed in one way, for sensitivity runs: lists left out or merged, forces left out,
 * lists that were not returned taken not to operate, the returns that did not come read as nobody seen. And
 * the unseen persons under such data, point and draws, without a result around them.
 */
#include "pooled_run.h"

/* What becomes of lists and forces; made by lac_pooled_as_is() and then changed. */
struct lac_pooled_change {
    int place[LAC_POOLED_LISTS]; /* the new number of each list, consecutive from 0; -1: left out. Two lists
                                    with one number are merged: it returned where one of them did */
    const bool *keep;            /* by force; NULL: all */
    bool missing_as_absent;      /* a list that was not returned is taken not to operate there */
    bool missing_as_nobody;      /* or to have returned, with nobody on it */
    size_t linkages;             /* at most as many drawn linkages are kept */
};
void lac_pooled_as_is(const struct lac_pooled_input *input, struct lac_pooled_change *change);
void lac_pooled_leave_out(int list, int lists, struct lac_pooled_change *change);
void lac_pooled_merge(int i, int j, int lists, struct lac_pooled_change *change);

/* Changed data in the arena. A force on whose lists nothing was returned any more is left out; persons on
 * lists that are left out are not seen. O(forces 2^K linkages). */
enum lac_status lac_pooled_vary(const struct lac_pooled_input *from, const struct lac_pooled_change *change,
                                struct lac_arena *arena, struct lac_pooled_input *to,
                                struct lac_error *err) LAC_CHECKED;

struct lac_pooled_trial {
    const struct lac_pooled_input *input;
    uint32_t seed, part;
    size_t draws;          /* 0: the point alone */
    double fixed_variance; /* of every chance of capture, not estimated; 0: estimated. Draws of forces that
                              share nobody have no bound then, so there are none but a standard error */
};
struct lac_pooled_outcome {
    bool fitted;                /* false: no mode, or too many draws without one; the numbers are NaN */
    double n, unseen;           /* persons seen; the point estimate of those unseen */
    const double *force_unseen; /* the same by force */
    const double *seen, *drawn; /* by draw: persons seen and unseen; not with fixed variances */
    double log_error;           /* with fixed variances: standard error of log unseen (pooled.h) */
};
enum lac_status lac_pooled_try(const struct lac_pooled_trial *trial, struct lac_arena *arena,
                               struct lac_pooled_outcome *outcome, struct lac_error *err) LAC_CHECKED;

#endif
