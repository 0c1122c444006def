/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "strata.h"

size_t lac_reconcile_spots_count(const struct lac_reconcile_spots *spots)
{
    size_t n = spots->geography->forces + 1;

    for (size_t k = 0; k < spots->strata->count; k++)
        n += (spots->strata->item[k].values + 1) * (spots->geography->regions + 1);
    return n;
}

uint32_t lac_reconcile_spot_of_force(const struct lac_reconcile_spots *spots, uint32_t force)
{
    return force < spots->geography->forces ? force : (uint32_t)spots->geography->forces;
}

uint32_t lac_reconcile_spot_of_value(const struct lac_reconcile_spots *spots, size_t stratum, size_t value,
                                     uint32_t force)
{
    const struct lac_reconcile_geography *g = spots->geography;
    size_t at = g->forces + 1, region = force < g->forces ? g->region_of[force] : g->regions;

    for (size_t k = 0; k < stratum; k++) at += (spots->strata->item[k].values + 1) * (g->regions + 1);
    return (uint32_t)(at + value * (g->regions + 1) + region);
}

struct lac_reconcile_spot lac_reconcile_spot_find(const struct lac_reconcile_spots *spots, uint32_t spot)
{
    const struct lac_reconcile_geography *g = spots->geography;
    struct lac_reconcile_spot found = {0, 0, LAC_RECONCILE_NONE, LAC_RECONCILE_NONE};
    size_t at = spot, width = g->forces + 1;

    if (at < width) {
        if (at == g->forces) return found;
        found.force = spot;
        found.region = g->region_of[spot];
        return found;
    }
    while (at >= width) {
        at -= width;
        width = (spots->strata->item[found.stratum].values + 1) * (g->regions + 1);
        found.stratum++;
    }
    found.value = at / (g->regions + 1);
    at %= g->regions + 1;
    if (at < g->regions) found.region = (uint32_t)at;
    return found;
}
