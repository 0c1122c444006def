/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_RECONCILE_HISTORY_H
#define LAC_RECONCILE_HISTORY_H
/*
 * Counts over persons: capture patterns, verdicts, and which returns stand behind a list.
 *
 * A place is a number: 0 the nation, 1 .. regions the regions, then the forces. Windows are never summed: a
 * person may be in several.
 */
#include "outcome.h"

struct lac_reconcile_geography {
    size_t regions, forces;
    const uint32_t *region_of;        /* per force, 0 .. regions-1 */
    bool nation, by_region, by_force; /* which are asked for */
};

/* Place numbers of a force under the geography (nation, region, force, as asked for) into place[3]; how many.
 * A force of LAC_RECONCILE_NONE belongs to the nation alone, _OUTSIDE to nothing. */
size_t lac_reconcile_places_of(const struct lac_reconcile_geography *geography, uint32_t force,
                               uint32_t place[3]);

enum lac_reconcile_variant { LAC_RECONCILE_MAIN, LAC_RECONCILE_OWN };
struct lac_reconcile_scope {
    int64_t in, cannot_tell, out, apart;
};
/* Verdicts per place: scope[1 + regions + forces], zeroed by the caller. Persons with a home outside England
 * and Wales count as out of the nation. */
void lac_reconcile_scopes_count(const struct lac_reconcile_outcome *outcome, size_t n,
                                const struct lac_reconcile_geography *geography,
                                struct lac_reconcile_scope *scope);

/* An expected return. */
enum lac_reconcile_state { LAC_RECONCILE_WHOLE, LAC_RECONCILE_PARTIAL, LAC_RECONCILE_LACKING };
struct lac_reconcile_owed {
    uint8_t list;
    uint32_t force;  /* LAC_RECONCILE_NONE for an agency wider than one force */
    uint32_t region; /* of such an agency: the one region it works in, LAC_RECONCILE_NONE for all */
    int32_t start, end;
    enum lac_reconcile_state state;
};
struct lac_reconcile_coverage {
    int32_t expected, received, partial;
};
struct lac_reconcile_coverages {
    size_t lists;
    struct lac_reconcile_coverage *item; /* item[place * lists + list] */
};
/* Adds the returns that touch the window, per place and list. */
void lac_reconcile_coverage_count(const struct lac_reconcile_owed *owed, size_t n,
                                  struct lac_reconcile_window window,
                                  const struct lac_reconcile_geography *geography,
                                  struct lac_reconcile_coverages *coverages);

/* The region of an agency wider than one force from its rows per region: the one that holds at least 80 % of
 * them, else LAC_RECONCILE_NONE. */
uint32_t lac_reconcile_agency_region(const uint32_t *rows_per_region, size_t regions);

#endif
