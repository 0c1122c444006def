/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "history.h"

/* Share of an agency's rows in one region from which the agency is taken to work there alone. */
#define REGION_SHARE_PERCENT 80

size_t lac_reconcile_places_of(const struct lac_reconcile_geography *geography, uint32_t force,
                               uint32_t place[3])
{
    size_t n = 0;

    if (force == LAC_RECONCILE_OUTSIDE) return 0;
    if (geography->nation) place[n++] = 0;
    if (force == LAC_RECONCILE_NONE) return n;
    if (geography->by_region) place[n++] = 1 + geography->region_of[force];
    if (geography->by_force) place[n++] = 1 + (uint32_t)geography->regions + force;
    return n;
}

static void scope_add(struct lac_reconcile_scope *scope, uint8_t verdict)
{
    switch (verdict) {
    case LAC_RECONCILE_IN:
        scope->in++;
        break;
    case LAC_RECONCILE_CANNOT_TELL:
        scope->cannot_tell++;
        break;
    case LAC_RECONCILE_APART:
        scope->apart++;
        break;
    default:
        scope->out++;
    }
}

void lac_reconcile_scopes_count(const struct lac_reconcile_outcome *outcome, size_t n,
                                const struct lac_reconcile_geography *geography,
                                struct lac_reconcile_scope *scope)
{
    for (size_t i = 0; i < n; i++) {
        uint32_t place[3];
        size_t places = lac_reconcile_places_of(geography, outcome[i].force, place);

        for (size_t j = 0; j < places; j++) scope_add(&scope[place[j]], outcome[i].verdict);
        if (outcome[i].force == LAC_RECONCILE_OUTSIDE && geography->nation)
            scope_add(&scope[0], outcome[i].verdict);
    }
}

static void coverage_add(struct lac_reconcile_coverage *coverage, enum lac_reconcile_state state)
{
    coverage->expected++;
    if (state == LAC_RECONCILE_WHOLE) coverage->received++;
    if (state == LAC_RECONCILE_PARTIAL) coverage->partial++;
}

/* A return counts where it can hold persons: a wider agency in its region, or everywhere. */
static bool covers(const struct lac_reconcile_owed *owed, const struct lac_reconcile_geography *geography,
                   size_t place)
{
    size_t regions = geography->regions;
    uint32_t region = owed->force != LAC_RECONCILE_NONE ? geography->region_of[owed->force] : owed->region;

    if (place == 0) return true;
    if (place <= regions) return region == LAC_RECONCILE_NONE || region == place - 1;
    if (owed->force != LAC_RECONCILE_NONE) return owed->force == place - 1 - regions;
    return region == LAC_RECONCILE_NONE || region == geography->region_of[place - 1 - regions];
}

void lac_reconcile_coverage_count(const struct lac_reconcile_owed *owed, size_t n,
                                  struct lac_reconcile_window window,
                                  const struct lac_reconcile_geography *geography,
                                  struct lac_reconcile_coverages *coverages)
{
    size_t places = 1 + geography->regions + geography->forces;

    for (size_t i = 0; i < n; i++) {
        if (owed[i].list == LAC_RECONCILE_NO_LIST || owed[i].end < window.start || owed[i].start > window.end)
            continue;
        for (size_t place = 0; place < places; place++) {
            if (covers(&owed[i], geography, place))
                coverage_add(&coverages->item[place * coverages->lists + owed[i].list], owed[i].state);
        }
    }
}

uint32_t lac_reconcile_agency_region(const uint32_t *rows_per_region, size_t regions)
{
    uint64_t total = 0;

    for (size_t r = 0; r < regions; r++) total += rows_per_region[r];
    for (uint32_t r = 0; r < regions; r++) {
        if (total > 0 && (uint64_t)rows_per_region[r] * 100 >= total * REGION_SHARE_PERCENT) return r;
    }
    return LAC_RECONCILE_NONE;
}
