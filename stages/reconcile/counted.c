/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "counted.h"

#include <stdlib.h>

#define ADULT 18

static int32_t count_named(const struct lac_reconcile_rule *rule,
                           const struct lac_reconcile_gathering *gathering, size_t group)
{
    int32_t named = 0;

    for (size_t i = gathering->first[group]; i < gathering->first[group + 1]; i++) {
        const struct lac_reconcile_member *m = &gathering->member[i];

        named +=
            !m->victim && (!m->facilitator || rule->count_facilitators) && m->age_low >= rule->suspect_age_min
                ? 1
                : 0;
    }
    return named;
}

static struct lac_reconcile_counted count_group(const struct lac_reconcile_rule *rule,
                                                const struct lac_reconcile_gathering *gathering, size_t group)
{
    struct lac_reconcile_count_options options = {rule->count_unidentified, rule->count_facilitators,
                                                  rule->suspect_age_min};
    struct lac_reconcile_count_options all = {true, true, 0}, adults = {true, true, ADULT};
    struct lac_reconcile_counted counts = {
        lac_reconcile_suspects_count(gathering, group, options),
        lac_reconcile_victims_count(gathering, group),
        lac_reconcile_suspects_count(gathering, group, adults),
        lac_reconcile_suspects_count(gathering, group, all),
        count_named(rule, gathering, group),
    };

    return counts;
}

static void widen(struct lac_reconcile_range *range, struct lac_reconcile_range by)
{
    if (by.low > range->low) range->low = by.low;
    if (by.high > range->high) range->high = by.high;
}

/* A network involves no fewer persons than any of its incidents: what one incident makes certain or possible,
 * the numbers declared on the others do not take back. `incidents` holds a zero per network. */
static void widen_networks(const struct lac_reconcile_rule *rule, const struct lac_reconcile_facts *facts,
                           size_t cases, uint32_t *incidents, struct lac_reconcile_counted *counts)
{
    for (int pass = 0; pass < 2; pass++) {
        uint32_t next = 0;

        for (size_t c = 0; c < cases; c++) {
            uint32_t incident = facts->incident[c], network = facts->network[c];
            struct lac_reconcile_counted one;

            if (incident < next) continue; /* its first case has brought it in */
            next++;
            if (pass == 0) incidents[network]++;
            if (pass == 0 || incidents[network] < 2) continue;
            one = count_group(rule, &facts->by_incident, incident);
            widen(&counts[network].persons, one.persons);
            widen(&counts[network].victims, one.victims);
            widen(&counts[network].adults, one.adults);
            widen(&counts[network].everyone, one.everyone);
        }
    }
}

enum lac_status lac_reconcile_cases_count(const struct lac_reconcile_rule *rule,
                                          const struct lac_reconcile_facts *facts, size_t cases,
                                          struct lac_reconcile_counted *counts)
{
    const struct lac_reconcile_gathering *gathering =
        rule->same_incident ? &facts->by_incident : &facts->by_network;
    uint32_t *incidents;

    for (size_t g = 0; g < gathering->groups; g++) counts[g] = count_group(rule, gathering, g);
    if (rule->same_incident || facts->by_network.groups == facts->by_incident.groups) return LAC_OK;
    incidents = calloc(facts->by_network.groups + 1, sizeof *incidents);
    if (incidents == NULL) return LAC_NOMEM;
    widen_networks(rule, facts, cases, incidents, counts);
    free(incidents);
    return LAC_OK;
}
