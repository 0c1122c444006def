/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_LINK_DRAW_H
#define LAC_LINK_DRAW_H
/*
 * Whole linkages drawn at random, so that later stages can carry the doubt in the links into their estimates.
 *
 * Components of the pairs with a probability at or above `threshold` (and of the best persons, which are
 * never torn apart by this) are independent of each other. Those that hold a doubtful pair, neither below the
 * threshold nor above 1 - LAC_LINK_CERTAIN, are drawn (partition.h); in all others every draw equals the best
 * partition. A component above LAC_LINK_COMPONENT records is cut at higher weights until it fits.
 *
 * Doubt. Every draw has its own weights (doubt.h): a calibration curve from what the labels leave open, or
 * parameters where nothing was judged. And in every draw persons are joined by true pairs that no drawn
 * component holds (draw_join.h): scored pairs below the threshold and pairs that no rule proposed.
 *
 * Atoms. Records of one best person that hang together by certain pairs (1 - LAC_LINK_CERTAIN) are one atom.
 * The pairs between two atoms all match or none does, and most of what they say is the same evidence again,
 * so their log odds must not add up. The chance that two atoms are one is the mean of the pairs'
 * probabilities: then as many pairs of records match as the probabilities lead one to expect, if these are
 * calibrated. Atoms of a component are drawn from log pi = the sum of the log odds of atoms in one cluster
 * (partition.h).
 *
 * Records of a component are put in the order of a hash of their contents, which also names the random
 * stream: the draws depend on what the records say, not on where they stand in the input, nor on threads.
 *
 * A drawn cluster whose lowest record is the lowest of its best person is that person; any other is a person
 * of the draw alone, named by its lowest record. A row is stored where a record's person differs from the
 * best one.
 *
 * Memory: 12 bytes per pair and per stored row, 80 per record, per thread 8 LAC_LINK_COMPONENT^2 bytes at
 * most.
 */
#include "link.h"
#include "partition.h"

#define LAC_LINK_CERTAIN 1e-4
#define LAC_LINK_UNSETTLED 1.1 /* split R-hat above which a component's chain counts as unsettled */

struct lac_link_calibration;
struct lac_link_model;
struct lac_link_misses;
struct lac_link_draw_options {
    uint32_t draws, seed;
    double threshold; /* match probability */
    double unscored;  /* log2 odds of a pair inside a component that was not scored */
};
struct lac_link_scored {
    const struct lac_link_data *data;
    const struct lac_link_pairs *pairs;
    const double *weight;   /* log2 odds, one per pair */
    const uint32_t *person; /* best partition: numbers in order of first records */
    /* What doubt is drawn from; NULL: none of it. */
    const double *by_model; /* weights before calibration */
    const struct lac_link_calibration *calibration;
    const struct lac_link_model *model;
    const struct lac_link_misses *misses;
};
struct lac_link_drawn {
    uint32_t draws;
    /* key = draw << 32 | record, pattern = lowest record of the drawn person, mask 1: that is the lowest
     * record of a best person too. Sorted by key. */
    struct lac_link_pair *row;
    size_t rows, capacity;
    uint32_t enumerated, sampled, largest; /* components, records of the largest */
    uint64_t records;                      /* in drawn components */
    uint32_t unsettled;                    /* sampled components above LAC_LINK_UNSETTLED */
    double rhat;                           /* the largest */
    uint64_t proposed, accepted;           /* split-merge */
    double *links, *persons;               /* per draw: more than in the best partition */
    double joins, joined_pairs;            /* mean over draws: joins outside components, pairs they link */
    double drawn_expected; /* sum of probabilities less pairs linked, over scored pairs in drawn components */
    double drawn_links;    /* mean over draws of the same pairs linked, less those linked in the best */
    double left_out; /* expected wrong decisions among scored pairs outside drawn components; those on pairs
                        between persons are drawn as joins */
};
enum lac_status lac_link_draw(const struct lac_link_scored *scored,
                              const struct lac_link_draw_options *options, struct lac_link_drawn *drawn,
                              struct lac_error *err) LAC_CHECKED;
void lac_link_drawn_release(struct lac_link_drawn *drawn);

#endif
