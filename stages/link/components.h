/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_LINK_COMPONENTS_H
#define LAC_LINK_COMPONENTS_H
/*
 * Connected components of the pairs above a weight, on all threads: records are joined to the smaller one of
 * two roots by compare-and-swap, so that every component ends at its smallest record whoever comes first.
 */
#include "link.h"

/* Components of the pairs with weight above `above`: component[n] numbered by smallest record; returns how
 * many. O(n + pairs), nearly. */
uint32_t lac_link_components(uint32_t n, const struct lac_link_pair *pair, const double *weight, size_t pairs,
                             double above, uint32_t *component);

/* Pairs of n records and their weights. */
struct lac_link_weighted {
    uint32_t n;
    struct lac_link_pairs pairs;
    double *weight;
};
/* Components with their members. 8 bytes per record and 4 per component. */
struct lac_link_components {
    uint32_t n, count;
    uint32_t *of;     /* per record: its component */
    uint32_t *member; /* records by component, ascending in each */
    uint32_t *start;  /* per component: its first member; count + 1 of them */
};
/* The caller releases, also after failure. */
enum lac_status lac_link_components_make(const struct lac_link_weighted *all, double above,
                                         struct lac_link_components *c, struct lac_error *err) LAC_CHECKED;
void lac_link_components_release(struct lac_link_components *c);
/* Place of a record among those of its component k. O(log size). */
static inline uint32_t lac_link_component_rank(const struct lac_link_components *c, uint32_t k,
                                               uint32_t record)
{
    uint32_t low = c->start[k], high = c->start[k + 1] - 1;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (c->member[middle] < record)
            low = middle + 1;
        else
            high = middle;
    }
    return low - c->start[k];
}
static inline uint32_t lac_link_component_size(const struct lac_link_components *c, uint32_t k)
{
    return c->start[k + 1] - c->start[k];
}

#endif
