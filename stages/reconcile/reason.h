/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_RECONCILE_REASON_H
#define LAC_RECONCILE_REASON_H
/*
 * Why persons and cases are in, out, apart or not to be told: counts by verdict and by the clause that
 * decided, per place (history.h). And the persons without evidence in a window, who stand under no verdict.
 */
#include "history.h"

#define LAC_RECONCILE_VERDICTS 4

struct lac_reconcile_reasons {
    int64_t count[LAC_RECONCILE_VERDICTS][LAC_RECONCILE_REASON_COUNT];
};
struct lac_reconcile_absence {
    int64_t unidentified; /* suspects whom no record that is evidence names: each record by itself */
    int64_t at_risk;      /* some record says at risk, none is evidence */
    int64_t
        withdrawn; /* every record was cancelled, reclassified, or went with the case it was transferred to */
};

/* Adds the persons of one definition and window: reasons[1 + regions + forces], zeroed by the caller. A
 * person with a home outside England and Wales counts as out of the nation. O(n). */
void lac_reconcile_person_reasons_count(const struct lac_reconcile_outcome *outcome, size_t n,
                                        const struct lac_reconcile_geography *geography,
                                        struct lac_reconcile_reasons *reasons);

/* The rows of a definition, and the window they are asked in. */
struct lac_reconcile_case_verdicts {
    const struct lac_reconcile_set *set;
    const struct lac_reconcile_facts *facts;
    const struct lac_reconcile_decision *decision; /* per row */
    struct lac_reconcile_window window;
};
/* The same of the incidents with a victim's evidence in the window. An incident's verdict is the greatest of
 * its victims'; its place the force that recorded the first of its records. O(rows). */
enum lac_status lac_reconcile_case_reasons_count(const struct lac_reconcile_case_verdicts *cases,
                                                 const struct lac_reconcile_geography *geography,
                                                 struct lac_reconcile_reasons *reasons,
                                                 struct lac_error *err) LAC_CHECKED;

/* Persons of a population whose records in the window are none of them evidence, or name nobody, at the home
 * or else the force of the first of these records. Groups have none. absence[1 + regions + forces], zeroed by
 * the caller. O(rows). */
struct lac_reconcile_absent {
    const struct lac_reconcile_set *set;
    enum lac_reconcile_population_id population;
    struct lac_reconcile_window window;
};
enum lac_status lac_reconcile_absences_count(const struct lac_reconcile_absent *absent,
                                             const struct lac_reconcile_geography *geography,
                                             struct lac_reconcile_absence *absence,
                                             struct lac_error *err) LAC_CHECKED;

#endif
