/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "reason.h"

#include <stdlib.h>

void lac_reconcile_person_reasons_count(const struct lac_reconcile_outcome *outcome, size_t n,
                                        const struct lac_reconcile_geography *geography,
                                        struct lac_reconcile_reasons *reasons)
{
    for (size_t i = 0; i < n; i++) {
        const struct lac_reconcile_outcome *o = &outcome[i];
        uint32_t place[3];
        size_t places = lac_reconcile_places_of(geography, o->force, place);

        if (o->force == LAC_RECONCILE_OUTSIDE && geography->nation) place[places++] = 0;
        for (size_t p = 0; p < places; p++) reasons[place[p]].count[o->verdict][o->reason]++;
    }
}

/* An incident in the window. */
struct incident {
    const struct lac_reconcile_row *first; /* NULL: none */
    uint8_t verdict, reason;
};

/* Of equal verdicts the first clause is the reason. */
static void incident_add(struct incident *incident, const struct lac_reconcile_row *row,
                         const struct lac_reconcile_decision *d)
{
    bool any = incident->first != NULL;

    if (!any || d->verdict > incident->verdict ||
        (d->verdict == incident->verdict && d->reason < incident->reason)) {
        incident->verdict = d->verdict;
        incident->reason = d->reason;
    }
    if (!any || lac_reconcile_row_before(row, incident->first)) incident->first = row;
}

enum lac_status lac_reconcile_case_reasons_count(const struct lac_reconcile_case_verdicts *cases,
                                                 const struct lac_reconcile_geography *geography,
                                                 struct lac_reconcile_reasons *reasons, struct lac_error *err)
{
    const struct lac_reconcile_set *set = cases->set;
    const struct lac_reconcile_facts *facts = cases->facts;
    const struct lac_reconcile_decision *decision = cases->decision;
    size_t incidents = facts->by_incident.groups;
    struct incident *incident = calloc(incidents + 1, sizeof *incident);

    if (incident == NULL) return lac_fail_memory(err, "reasons");
    for (size_t r = 0; r < set->rows; r++) {
        const struct lac_reconcile_row *row = &set->row[r];
        struct incident *at = &incident[facts->incident[row->case_index]];
        int32_t day;

        if (row->role != LAC_RECONCILE_VICTIM || !row->evidence ||
            !lac_reconcile_window_holds(cases->window, row, &day))
            continue;
        incident_add(at, row, &decision[r]);
    }
    for (size_t i = 0; i < incidents; i++) {
        uint32_t place[3];
        size_t places = incident[i].first != NULL
                            ? lac_reconcile_places_of(geography, incident[i].first->force, place)
                            : 0;

        for (size_t p = 0; p < places; p++)
            reasons[place[p]].count[incident[i].verdict][incident[i].reason]++;
    }
    free(incident);
    return LAC_OK;
}

enum { SEEN = 1, AT_RISK = 2, EVIDENCE = 4, UNIDENTIFIED = 8 };

/* Marks the persons with a record in the window, and where: the home, else the force, of the first. */
static void mark_seen(const struct lac_reconcile_absent *absent, size_t persons, uint8_t *mark,
                      uint32_t *force)
{
    bool victims = absent->population == LAC_RECONCILE_VICTIMS;
    const struct lac_reconcile_row *all = absent->set->row;
    uint32_t *first = force; /* at first the first records */

    for (uint32_t r = 0; r < absent->set->rows; r++) {
        const struct lac_reconcile_row *row = &all[r];
        int32_t day;

        if ((row->role == LAC_RECONCILE_VICTIM) != victims ||
            !lac_reconcile_window_holds(absent->window, row, &day))
            continue;
        if (mark[row->person] == 0 || lac_reconcile_row_before(row, &all[first[row->person]]))
            first[row->person] = r;
        mark[row->person] |= SEEN;
        if (row->evidence) mark[row->person] |= victims || row->named ? EVIDENCE : UNIDENTIFIED;
        if (row->at_risk) mark[row->person] |= AT_RISK;
    }
    for (size_t i = 0; i < persons; i++) {
        const struct lac_reconcile_row *row = &all[first[i]];

        if (mark[i] != 0) force[i] = row->home != LAC_RECONCILE_NONE ? row->home : row->force;
    }
}

static void add_absences(const uint8_t *mark, const uint32_t *force, size_t persons,
                         const struct lac_reconcile_geography *geography,
                         struct lac_reconcile_absence *absence)
{
    for (size_t i = 0; i < persons; i++) {
        uint32_t place[3];
        size_t places;

        if (mark[i] == 0 || mark[i] & EVIDENCE) continue;
        places = lac_reconcile_places_of(geography, force[i], place);
        for (size_t p = 0; p < places; p++) {
            if (mark[i] & UNIDENTIFIED)
                absence[place[p]].unidentified++;
            else if (mark[i] & AT_RISK)
                absence[place[p]].at_risk++;
            else
                absence[place[p]].withdrawn++;
        }
    }
}

enum lac_status lac_reconcile_absences_count(const struct lac_reconcile_absent *absent,
                                             const struct lac_reconcile_geography *geography,
                                             struct lac_reconcile_absence *absence, struct lac_error *err)
{
    const struct lac_reconcile_set *set = absent->set;
    size_t persons = absent->population == LAC_RECONCILE_VICTIMS ? set->victims : set->suspects;
    uint8_t *mark = calloc(persons + 1, sizeof *mark);
    uint32_t *force = calloc(persons + 1, sizeof *force);
    enum lac_status status = LAC_OK;

    if (mark == NULL || force == NULL) {
        status = lac_fail_memory(err, "reasons");
    } else {
        mark_seen(absent, persons, mark, force);
        add_absences(mark, force, persons, geography, absence);
    }
    free(force);
    free(mark);
    return status;
}
