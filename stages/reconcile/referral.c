/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "referral.h"

#define MOST_LISTS 32

/* Lists that referred a person's records on one list; `own`: a record nobody referred. */
struct presence {
    uint32_t referrers;
    bool any, own;
};

static void add_presence(const struct presence *presence, size_t lists,
                         struct lac_reconcile_referral *referral)
{
    for (size_t k = 0; k < lists; k++) {
        const struct presence *p = &presence[k];

        for (size_t j = 0; p->any && j < lists; j++) {
            struct lac_reconcile_referral *r = &referral[k * lists + j];
            uint32_t bit = 1U << j;

            r->persons++;
            r->referred += p->referrers & bit ? 1 : 0;
            r->referred_only += !p->own && p->referrers == bit ? 1 : 0;
        }
    }
}

void lac_reconcile_referrals_count(const struct lac_reconcile_population *victims,
                                   struct lac_reconcile_window window, size_t lists,
                                   struct lac_reconcile_referral *referral)
{
    const struct lac_reconcile_index *index = &victims->index;

    for (size_t p = 0; p < index->persons; p++) {
        struct presence presence[MOST_LISTS] = {{0}};
        bool any = false;

        for (size_t i = index->first[p]; i < index->first[p + 1]; i++) {
            const struct lac_reconcile_row *row = &victims->row[index->row[i]];
            int32_t day;

            if (!lac_reconcile_window_holds(window, row, &day)) continue;
            any = presence[row->list].any = true;
            if (row->referrer == LAC_RECONCILE_NO_LIST)
                presence[row->list].own = true;
            else
                presence[row->list].referrers |= 1U << row->referrer;
        }
        if (any) add_presence(presence, lists, referral);
    }
}
