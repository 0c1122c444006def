/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_VALIDATION_NATIONS_H
#define LAC_VALIDATION_NATIONS_H
/*
 * Nations of known size in 43 forces: sizes log-normal (sd .8); four lists with chances .25 .18 .12 .08,
 * lower in big forces (slope -.25 in the logarithm of size), differing by force (sd .4 on the logit); list 4
 * operates in `operate` forces; list 3 was not returned by `gaps` of them; who is on list 1 has e times the
 * odds to be on list 2. A nation depends on seed, number and persons alone.
 */
#include "pooled.h"

#define FORCES 43
#define LISTS 4
#define CELLS (1 << LISTS)

struct nation_plan {
    int persons;
    uint32_t seed;
    int gaps, operate;
    bool classes; /* a quarter of the persons are seen twice as easily, the others two thirds as easily */
};
struct nation {
    double count[FORCES][CELLS];
    struct lac_pooled_force force[FORCES];
};
void nation_make(const struct nation_plan *plan, int number, struct nation *nation);

#endif
