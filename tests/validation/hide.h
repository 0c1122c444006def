/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_VALIDATION_HIDE_H
#define LAC_VALIDATION_HIDE_H
/* What a list that did not come does to a national figure: lists 2 and 3 of six forces hidden in nations of
 * two classes of persons (nations.h), where every list operates and was returned everywhere. */
#include "nations.h"

struct hidden_estimates {
    double full, missing, nobody; /* partial pooling: nothing hidden; not returned; as nobody. NaN: none */
    double table, table_nobody;   /* the average over one national table: nothing hidden; as nobody */
};
struct hidden_estimates hide_and_estimate(int persons, int seed);

/* Root mean square of log(changed / full) over `n` nations; NaN where an estimate is missing. */
struct hidden_distances {
    double missing, nobody, table_nobody;
    int nearer; /* nations where "not returned" is nearer than "as nobody" */
};
struct hidden_distances hidden_distances_of(const struct hidden_estimates *found, int n);

#endif
