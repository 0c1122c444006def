/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_RECONCILE_AUDIT_H
#define LAC_RECONCILE_AUDIT_H
/*
 * Scope errors: records that say a person is in the headline definition when the case file says otherwise.
 *
 * They sit among persons whom one list alone knows, and do more harm to an estimate than as many missed
 * links. A sample of these singletons per list goes to people (RUN/clerical/scope.csv); the judged files come
 * back through `definitions.judged`. What was found gives each list's share of records out of scope: in every
 * draw it is drawn from its posterior, Beta(1/2 + out, 1/2 + in) (Jeffreys), and singletons of the list are
 * drawn out of the headline with it. A judged singleton is what was judged. A list nobody judged is taken at
 * its word.
 */
#include <stdio.h>

#include "config/schema.h"
#include "outcome.h"
#include "table/table.h"

enum lac_reconcile_answer_of { LAC_RECONCILE_UNJUDGED, LAC_RECONCILE_JUDGED_IN, LAC_RECONCILE_JUDGED_OUT };
struct lac_reconcile_audit {
    uint8_t *answer; /* per row of `records` */
    size_t lists, draws, judged, unknown, undecided;
    size_t *in, *out; /* per list */
    double *rate;     /* [list][draw]; 0 for a list nobody judged */
};
struct lac_reconcile_audit_sources {
    const struct lac_config_paths *files;
    const struct lac_table *records, *returns;
    const struct lac_reconcile_set *set;
    size_t lists, draws;
    uint32_t seed;
};
/* LAC_INPUT for an answer other than Y, N, ? or nothing. Later files win. Memory belongs to the arena. */
enum lac_status lac_reconcile_audit_read(const struct lac_reconcile_audit_sources *sources,
                                         struct lac_arena *arena, struct lac_reconcile_audit *audit,
                                         struct lac_error *err) LAC_CHECKED;

/* The list a person is on if it is on one alone, over all its evidence of events of the kind;
 * LAC_RECONCILE_NO_LIST otherwise. */
uint8_t lac_reconcile_single_list(const struct lac_reconcile_population *population,
                                  const struct lac_reconcile_decision *decision, size_t person);

/* Up to `most` singletons of each list that are in and not judged, in random order that depends on what the
 * records say alone: sample[*n] holds their first rows. O(n log n). */
struct lac_reconcile_audit_persons {
    const struct lac_reconcile_population *population;
    const struct lac_reconcile_decision *decision; /* of the headline */
    const struct lac_reconcile_outcome *outcome;   /* of the headline in the period */
    size_t n;
};
enum lac_status lac_reconcile_audit_sample(const struct lac_reconcile_audit *audit,
                                           const struct lac_reconcile_audit_persons *persons, size_t most,
                                           struct lac_arena *arena, uint32_t **sample, size_t *n,
                                           struct lac_error *err) LAC_CHECKED;
void lac_reconcile_audit_write(const struct lac_table *records, const struct lac_table *returns,
                               const uint32_t *sample, size_t n, FILE *to);

#endif
