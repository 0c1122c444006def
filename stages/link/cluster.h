/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_LINK_CLUSTER_H
#define LAC_LINK_CLUSTER_H
/*
 * Persons from scored pairs: correlation clustering by greedy additive edge contraction (Keuper et al. 2015),
 * never bare connected components.
 *
 * Every record starts alone; the two clusters with the largest positive sum of weights between them are
 * merged until no sum is positive; then single records move to another cluster, or out, while that raises the
 * total. Ties go to the smallest record. Cannot-link pairs have weight minus infinity and clusters inherit
 * it.
 *
 * Clusters never leave a component of the graph of positive pairs, so components are solved one by one, in
 * parallel, each on a full matrix: scored pairs with their clipped weight, pairs that were not scored with
 * `unscored`. A component above LAC_LINK_COMPONENT records is first cut at a higher weight, and again, until
 * its parts fit. Memory: 8 LAC_LINK_COMPONENT^2 bytes per thread at most. Time per component: about
 * O(size^2).
 */
#include "components.h"

#define LAC_LINK_COMPONENT 3000
#define LAC_LINK_CLIP 20.0 /* weights are clipped to +- this many bits */

/* One dense problem: weight[i * n + j], symmetric; diagonal ignored. cluster[i] is the smallest member of i's
 * cluster. */
enum lac_status lac_link_contract(const double *weight, uint32_t n, uint32_t *cluster,
                                  struct lac_error *err) LAC_CHECKED;

struct lac_link_cluster_report {
    uint32_t persons, largest;
    uint32_t largest_component;
    uint64_t cut; /* components cut because they were too large */
};
/* Scored pairs to cluster, on weights less `shift`: those whose records lie in one component. */
struct lac_link_clustering {
    const struct lac_link_data *data;
    const struct lac_link_weighted *all; /* sorted by key */
    double shift, unscored;
    const struct lac_link_components *components; /* of the pairs above `shift` */
};
/* person[n]: numbers from 0 in order of each person's first record. Memory: 4 bytes per record, a bit per
 * pair. */
enum lac_status lac_link_cluster(const struct lac_link_clustering *clustering, uint32_t *person,
                                 struct lac_link_cluster_report *report, struct lac_error *err) LAC_CHECKED;

#endif
