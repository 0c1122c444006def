/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_ESTIMATE_DOWNHILL_H
#define LAC_ESTIMATE_DOWNHILL_H
/*
 * Downhill search (Silverman, Chan & Vincent 2024, Stat Comput 34:44): for tables whose models are too many
 * to fit them all.
 *
 * From main effects, move to the neighbour with the lowest BIC or AIC as long as it is lower, at most 20
 * times. A neighbour has one term more, whose subsets are all terms, or one generator less. Only admissible
 * models count. Ties go to the first neighbour: added terms by size and bitmask, then removed ones. The
 * search can stop at a model that is not the best of all: UK five lists 12,262 against 25,311. So it can be
 * restarted: from all pairs, from each pair alone and from all pairs but one (up to 9 lists), where these
 * have an estimate; the best end is taken, the first of equal ones. And from another model, such as the best
 * of another table.
 */
#include "fitter.h"

#define LAC_ESTIMATE_DOWNHILL_MOVES 20

struct lac_estimate_downhill {
    int order;                             /* set by the caller: largest size of a term, 0 for no limit */
    bool aic;                              /* set by the caller */
    const struct lac_estimate_model *also; /* set by the caller: one more start; NULL: none */
    struct lac_estimate_model model;
    struct lac_fitted fit;
    int moves;
    long considered, admissible; /* fits, main effects included */
    int starts, same;            /* starts that have an estimate, and those of them that led to this model */
};

/* False when main effects have no estimate. */
bool lac_estimate_downhill_search(struct lac_fitter *fitter, const double *count,
                                  struct lac_estimate_downhill *search);

/* The same with restarts. */
bool lac_estimate_downhill_restart(struct lac_fitter *fitter, const double *count,
                                   struct lac_estimate_downhill *search);

/* Searches from main effects and from settings->also. A lac_estimate_statistic; `settings` points to a struct
 * lac_estimate_downhill with order, aic and also. */
double lac_estimate_downhill_estimate(const void *settings, struct lac_fitter *fitter, const double *count);

#endif
