/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_RECONCILE_DOUBT_H
#define LAC_RECONCILE_DOUBT_H
/*
 * Whether a person for whom the records cannot tell is in the definition: drawn inside every drawn linkage.
 *
 * For every clause of a definition the records that decide it teach how often it holds. A record is a trial
 * of a clause when it decides it, would leave it open were it silent, and no other clause puts it out; so a
 * trial is what an open record would have been had it been filled in. The model is a logistic regression
 * (logit.h) on the record's list, the other lists the person is on, whether another record of the person is
 * decided against, the number of suspects its rows name, and the flag. Trials are taken on the same
 * condition as the records to be drawn: no other record of the person puts it in. One trial a person and
 * clause.
 *
 * In every draw the coefficients are drawn from their posterior. An open record is in with the product over
 * its open clauses; a person with several open records with the largest of these: its records are taken to be
 * of one matter. The person's uniform number is the same for every definition and window, and one who is in a
 * subset is in the superset: draws are nested as the definitions are.
 *
 * Assumption: given these covariates, whether a record is silent does not depend on what it would have said.
 * The low and high counts stand beside what rests on it.
 *
 * A person's stream is named by the seed and by what its records say, not by where they stand.
 */
#include "audit.h"
#include "definition.h"

struct lac_reconcile_doubt; /* of one definition */

/* What a model came from: trials and those that hold, per clause. */
struct lac_reconcile_trials {
    size_t cases, held;
};
struct lac_reconcile_doubts {
    size_t rules, draws, lists;
    uint32_t seed;
    struct lac_reconcile_doubt **rule;
    const struct lac_reconcile_rules *rules_of;
    int8_t *drawn;                           /* [rule][draw]: of the person at hand */
    uint32_t *uniform;                       /* [draw]: the same */
    uint32_t *threshold;                     /* [draw]: the same */
    const struct lac_reconcile_audit *audit; /* of the headline; NULL or without answers: none */
};

/* Learns from the best linkage. `decision` is per rule and row. Memory belongs to the arena. */
struct lac_reconcile_lessons {
    const struct lac_reconcile_population *population;
    struct lac_reconcile_decision *const *decision;
    const struct lac_reconcile_rules *rules;
    size_t lists, draws;
    uint32_t seed;
    const struct lac_reconcile_audit *audit;
};
enum lac_status lac_reconcile_doubts_learn(const struct lac_reconcile_lessons *lessons,
                                           struct lac_arena *arena, struct lac_reconcile_doubts *doubts,
                                           struct lac_error *err) LAC_CHECKED;
struct lac_reconcile_trials lac_reconcile_doubt_trials(const struct lac_reconcile_doubts *doubts, size_t rule,
                                                       int clause);

/* A person's outcomes in one window, outcome[rule][at]. */
struct lac_reconcile_drawing {
    const struct lac_reconcile_population *population;
    struct lac_reconcile_decision *const *decision; /* per rule, per row of the population */
    struct lac_reconcile_outcome *const *outcome;   /* per rule */
    size_t at;
    struct lac_reconcile_window window;
};
/* Fills doubts->drawn: +1 where a person for whom the records cannot tell is drawn in, -1 where one who is in
 * is drawn out of the headline and its subsets (audit.h). False when there is
 * nothing to draw (then it is not filled). LAC_NOMEM through *status. */
bool lac_reconcile_doubts_draw(struct lac_reconcile_doubts *doubts,
                               const struct lac_reconcile_drawing *drawing, enum lac_status *status);
void lac_reconcile_doubts_release(struct lac_reconcile_doubts *doubts);

#endif
