/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "overlap.h"

static bool may_be_in(const struct lac_reconcile_outcome *o)
{
    return o->verdict == LAC_RECONCILE_IN || o->verdict == LAC_RECONCILE_CANNOT_TELL;
}

void lac_reconcile_overlaps_count(const struct lac_reconcile_outcome *first,
                                  const struct lac_reconcile_outcome *second, size_t n,
                                  const struct lac_reconcile_geography *geography,
                                  struct lac_reconcile_overlap *overlap)
{
    for (size_t i = 0; i < n; i++) {
        const struct lac_reconcile_outcome *a = &first[i], *b = &second[i];
        uint32_t place[3];
        size_t places;

        if (!may_be_in(a) && !may_be_in(b)) continue;
        places = lac_reconcile_places_of(geography, a->force, place);
        for (size_t p = 0; p < places; p++) {
            struct lac_reconcile_overlap *o = &overlap[place[p]];

            o->both += a->verdict == LAC_RECONCILE_IN && b->verdict == LAC_RECONCILE_IN ? 1 : 0;
            o->both_high += may_be_in(a) && may_be_in(b) ? 1 : 0;
            o->only += a->verdict == LAC_RECONCILE_IN && !may_be_in(b) ? 1 : 0;
            o->other_only += b->verdict == LAC_RECONCILE_IN && !may_be_in(a) ? 1 : 0;
        }
    }
}
