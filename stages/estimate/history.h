/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_ESTIMATE_HISTORY_H
#define LAC_ESTIMATE_HISTORY_H
/*
 * A capture-history table in memory: K lists, and for each history w (a bitmask, list k in bit k) how many
 * persons were seen by exactly those lists. Cell 0, seen by none, is what is estimated; its count is 0 here.
 *
 * Subset transform Z(a)[w] = sum of a[s] over s subset of w; superset transform Y(a)[s] = sum of a[w] over w
 * containing s. Each is K passes of 2^(K-1) additions, in place.
 */
#include <stddef.h>
#include "base/memory.h"
#include "base/status.h"

#define LAC_ESTIMATE_LISTS_MAX 16

struct lac_estimate_history {
    int lists;         /* K, 2 to 16 */
    const char **name; /* K names, borrowed */
    double *count;     /* 2^K cells, cell 0 is 0 */
    double n;          /* sum of the cells */
    double
        *overlap; /* 2^K: overlap[s] = persons seen by all lists of s (and perhaps others); overlap[0] = n */
    size_t draws; /* drawn linkages of which `count` is the mean; 0: the table is certain */
    const double *drawn;   /* [draw][2^K] their counts: replicates are drawn from them in turn */
    const double *drawn_n; /* [draw] their persons */
    const double
        *settled; /* [draw][2^K] the same with persons of doubtful scope at their mean; NULL: none are */
};

/* Takes over `count` (2^lists cells in the arena), zeroes cell 0, sums and makes the overlaps. O(K 2^K). */
enum lac_status lac_estimate_history_init(struct lac_estimate_history *history, int lists, const char **name,
                                          double *count, struct lac_arena *arena,
                                          struct lac_error *err) LAC_CHECKED;

/* Persons of the table replicate b is drawn from. */
double lac_estimate_history_persons(const struct lac_estimate_history *history, size_t b);

void lac_estimate_superset_transform(int lists, double *a);

/* The same inline: with `lists` a constant the compiler unrolls them. */
static inline void lac_estimate_subset_transform_of(int lists, double *a)
{
    size_t cells = (size_t)1 << lists;

    for (size_t bit = 1; bit < cells; bit <<= 1) {
        for (size_t base = 0; base < cells; base += 2 * bit) {
            for (size_t w = base; w < base + bit; w++) a[w + bit] += a[w];
        }
    }
}

static inline void lac_estimate_superset_transform_of(int lists, double *a)
{
    size_t cells = (size_t)1 << lists;

    for (size_t bit = 1; bit < cells; bit <<= 1) {
        for (size_t base = 0; base < cells; base += 2 * bit) {
            for (size_t w = base; w < base + bit; w++) a[w] += a[w + bit];
        }
    }
}

/* Log-gamma without the C library's global sign: safe in threads. x > 0. */
double lac_estimate_log_gamma(double x);

#endif
