/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_ESTIMATE_SENSITIVITY_H
#define LAC_ESTIMATE_SENSITIVITY_H
/*
 * The sensitivity set of a headline by `national`: what the figure would be had another defensible choice
 * been made. All of it is run and all of it is printed, so that nobody can choose the runs that suit.
 *
 *   S0           only models that presume heterogeneity (national.h, the floor); n + exp(L +- z sd of L_b)
 *   S1           forces where the same lists operate and were returned as one table each, tables added
 *   S2           forces as fixed effects: nothing is borrowed between them
 *   S3           partial pooling inside each region, regions added
 *   S4           average over decomposable graphs (Madigan & York 1997)
 *   S4-three-way the average of one table with three-way terms among its candidates (national.h)
 *   S5           lists not returned taken not to operate there
 *   S6-without   a list left out         S6-merged  two lists as one
 *   S6-force     the data of a force left out: what its data do to the estimates of all others
 *   S8-shift     log unseen shifted by -2, -1, 1, 2 standard deviations of the residual dependence
 *   S8-curve     N(xi) = n + N0/xi: another interaction of all lists (diagnostics_curve.h)
 *   S8-odds      a pair of lists that the best model leaves out at odds ratios 0.5, 1.5, 2, 3
 *   S8-tipping   the odds ratios at which the best model's N is half and twice
 *   S9           doubly robust, two lists believed independent given the force (doubly_robust.h)
 *
 * S7 (other definitions, other evidence) are cells of their own; the stage copies them in. S1, S2, S3, S5,
 * S6-force and S9 need forces. Intervals of S1, S2, S3, S5 and S6 carry sampling, model and residual
 * dependence, and linkage by at most LAC_SENSITIVITY_LINKAGES drawn linkages; with one table alone S6 leaves
 * linkage out. A run without an estimate is a row with its status.
 */
#include "pooled_cells.h"

#define LAC_SENSITIVITY_LINKAGES 20

struct lac_sensitivity_row {
    const char *run, *item;        /* run as above; item: list, pair, force or "" */
    const char *note;              /* "": none */
    double value;                  /* of S8: shift, log xi, odds ratio; NaN: none */
    double estimate, lower, upper; /* NaN: none */
    enum lac_result_status status;
};

/* A growing list; everything is the arena's. */
struct lac_sensitivity {
    struct lac_arena *arena;
    struct lac_sensitivity_row *row;
    size_t count, capacity;
};
/* A row without numbers, status refused; NULL when memory is out. Valid until the next one. */
struct lac_sensitivity_row *lac_sensitivity_add(struct lac_sensitivity *list, const char *run,
                                                const char *item);

struct lac_sensitivity_input {
    const struct lac_estimate_history *history; /* the national table */
    const struct lac_pooled_cells *pooled;      /* its forces; no forces: it was not pooled */
    const char *const *region;                  /* of each force, "" unknown; NULL: none known */
    const struct lac_result *headline;          /* status ok */
    const struct lac_estimate_options *options; /* of the headline; bootstrap: replicates of these runs */
    int independent[2];                         /* lists of S9; -1: nobody named any */
};

/* Adds all rows. Bytes do not depend on threads. About 30 fits of partial pooling with their draws, one a
 * force without, and some hundred fits of one table. */
enum lac_status lac_sensitivity_run(const struct lac_sensitivity_input *input, struct lac_sensitivity *list,
                                    struct lac_error *err) LAC_CHECKED;

/* The two halves: runs on the table, runs over forces. */
enum lac_status lac_sensitivity_table(const struct lac_sensitivity_input *input, struct lac_sensitivity *list,
                                      struct lac_error *err) LAC_CHECKED;
enum lac_status lac_sensitivity_forces(const struct lac_sensitivity_input *input,
                                       struct lac_sensitivity *list, struct lac_error *err) LAC_CHECKED;
/* Without forces: S6 on the table. */
enum lac_status lac_sensitivity_lists(const struct lac_sensitivity_input *input, struct lac_sensitivity *list,
                                      struct lac_error *err) LAC_CHECKED;

#endif
