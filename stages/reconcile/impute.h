/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_RECONCILE_IMPUTE_H
#define LAC_RECONCILE_IMPUTE_H
/*
 * Missing sex, age band and force: drawn inside every drawn linkage.
 *
 * Lists differ in what they leave out and in whom they see, so the shares among persons with a value are not
 * those among persons without one. A value is therefore drawn from the persons who are like this one: on the
 * same lists, with the same verdict under the headline definition, and of the same sex (for the age band) or
 * age band (for the sex). Where few are alike the shares lean on those of persons alike in less: with n
 * persons alike, the finer shares weigh n, the coarser LAC_RECONCILE_IMPUTE_WEIGHT. In every draw all shares
 * are drawn from their posterior, Dirichlet(counts + weight * coarser shares) level by level, the coarsest
 * with a prior of one person spread over all values; so a small group is drawn with much doubt.
 *
 * Assumption: among persons alike in this sense, whether the value is missing does not depend on it.
 *
 * A person's value is the same in all definitions and windows, but that its age may be half known: then it is
 * drawn among the bands it may be in. Streams are named by what the records say and by the draw. Who has no
 * force is without home and recording force; a home outside England and Wales is known.
 */
#include "doubt.h"
#include "strata.h"

#define LAC_RECONCILE_IMPUTE_WEIGHT 5.0

/* What is drawn: the strata by their numbers, then the force. */
enum { LAC_RECONCILE_IMPUTE_FORCE = LAC_RECONCILE_STRATA, LAC_RECONCILE_IMPUTED };

struct lac_reconcile_imputer {
    bool draws_values; /* else everybody stands as in the best linkage */
    size_t draws;
    uint32_t seed, population;
    struct lac_reconcile_window period;
    const struct lac_reconcile_strata *strata;
    size_t forces;
    size_t headline;
    struct lac_reconcile_alike *alike; /* persons alike, by what they share */
    size_t groups, capacity, slots;
    uint32_t *slot;
    uint8_t *drawn[LAC_RECONCILE_IMPUTED]; /* per draw: of the person at hand */
};

/* `period`: lists and verdict of a person are those of all its evidence in it. */
struct lac_reconcile_impute_lessons {
    const struct lac_reconcile_population *population;
    struct lac_reconcile_decision *const *decision; /* per rule, per row */
    size_t headline, draws, forces;
    struct lac_reconcile_window period;
    const struct lac_reconcile_strata *strata;
    enum lac_reconcile_population_id whose;
    uint32_t seed;
    bool impute; /* false: nothing is drawn */
};
/* Learns from the best linkage. The imputer is released by the caller. */
enum lac_status lac_reconcile_imputer_learn(const struct lac_reconcile_impute_lessons *lessons,
                                            struct lac_arena *arena, struct lac_reconcile_imputer *imputer,
                                            struct lac_error *err) LAC_CHECKED;
void lac_reconcile_imputer_release(struct lac_reconcile_imputer *imputer);

/* Where the person at hand stands in the drawing's window. Arrays hold until the next call. LAC_NOMEM without
 * a message. O(draws) where something is missing. */
enum lac_status lac_reconcile_imputer_stand(struct lac_reconcile_imputer *imputer,
                                            const struct lac_reconcile_drawing *drawing,
                                            struct lac_reconcile_stand *stand) LAC_CHECKED;

#endif
