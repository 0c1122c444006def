/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_ESTIMATE_ENUMERATE_H
#define LAC_ESTIMATE_ENUMERATE_H
/*
 * Enumeration of hierarchical log-linear models, one at a time, for 2 to 6 lists.
 *
 * A model is a set of subsets of the lists, written as a 64-bit word: bit s is set when the subset with
 * bitmask s is a term. Every model holds the intercept (s = 0) and all main effects, is closed downwards, and
 * leaves out the term of all lists together (the saturated model, in which the unseen cell is not
 * identified).
 *
 * Order: subsets of two or more lists are sorted by size, then by bitmask (12, 13, 23, 14, ...), the first
 * being the most significant digit of a binary number; models come in increasing order of that number. So the
 * first model is the one with main effects alone. Ranks break ties by this order, so it must not change.
 *
 * Counts (Dedekind numbers of the lists, less the models that lack a main effect or are saturated):
 * 2 lists 1, 3 lists 8, 4 lists 113, 5 lists 6,893, 6 lists 7,785,061; two-way models 2^(K(K-1)/2).
 * Nothing is stored, so 6 lists can be streamed. Amortised O(2^K) a model at worst, a few steps in practice.
 */
#include <stdbool.h>
#include <stdint.h>

#define LAC_ESTIMATE_ENUMERATE_LISTS 6

struct lac_estimate_enumeration {
    uint64_t model;       /* the current model */
    uint64_t parents[64]; /* per position: the subsets with one list fewer, as bits */
    uint16_t subset[64];  /* per position: its subset */
    int positions;
};

/* Positions at the first model. `lists` is 2..6; `order` is the largest size of a term, 0 for no limit.
 * Returns false when `lists` is out of range. */
bool lac_estimate_enumerate_first(struct lac_estimate_enumeration *e, int lists, int order);
/* Steps to the next model; false at the end (then e->model is the first model again). */
bool lac_estimate_enumerate_next(struct lac_estimate_enumeration *e);

#endif
