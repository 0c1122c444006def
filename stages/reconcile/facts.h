/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_RECONCILE_FACTS_H
#define LAC_RECONCILE_FACTS_H
/*
 * Facts of the cases: which cases are one incident or one network, how many persons were involved, what is
 * known of their kind.
 *
 * - A row is evidence unless it is CANCELLED or RECLASSIFIED or its basis is AT_RISK (the caller sets this).
 * A TRANSFERRED row whose target is present follows it: when nothing of the target is evidence, neither is
 * the row. Only evidence enters the facts.
 * - An incident is a case with the cases it was transferred to. A network is the incidents an agency ties
 * together by one group reference. A reference on more than LAC_RECONCILE_NETWORK_LIMIT cases is taken for a
 * default value and ties nothing.
 * - Counts are intervals: what the rows and the declared numbers make certain, and the most they allow. An
 * unknown declared number leaves the upper end open. Within an incident declared numbers are the largest its
 * rows give. Over a network the certain number is the largest of its incidents; the most is the named, each
 * once however many incidents name him, and what each incident may hold beside those it names.
 *
 * All arrays belong to the arena. Complexity O(n log n) in rows and cases.
 */
#include "base/memory.h"
#include "base/status.h"
#include "row.h"

#define LAC_RECONCILE_NETWORK_LIMIT 100

struct lac_reconcile_range {
    int32_t low, high; /* high may be LAC_RECONCILE_UNBOUNDED */
};

/* What is known of an incident's kind: sets of the values its evidence rows give. */
struct lac_reconcile_kind {
    unsigned criterion, flag, image;
};

struct lac_reconcile_tally {
    struct lac_reconcile_range suspects;     /* declared; high unbounded when unknown, then low 0 */
    struct lac_reconcile_range unidentified; /* declared; the same */
    struct lac_reconcile_range unnamed;      /* suspect rows without a name or reference */
    struct lac_reconcile_range victims;      /* declared; high unbounded when unknown, then low 0 */
    bool suspects_known, unidentified_known, victims_known;
    /* the most there can be beside the named: suspects, with and without the unidentified, and victims */
    int32_t more_suspects, more_identified, more_victims;
};

/* A person of a group of cases (suspects population unless `victim`). */
struct lac_reconcile_member {
    uint32_t group, person;
    int age_low, age_high; /* over the group's events */
    bool victim, facilitator;
};

/* Facts over a partition of the cases. Members of group g are member[first[g]] .. member[first[g+1]-1]. */
struct lac_reconcile_gathering {
    size_t groups;
    struct lac_reconcile_tally *tally;
    size_t *first;
    struct lac_reconcile_member *member;
};

struct lac_reconcile_facts {
    uint32_t *incident, *network;    /* per case */
    struct lac_reconcile_kind *kind; /* per incident */
    struct lac_reconcile_gathering by_incident, by_network;
    size_t ignored_references; /* group references on too many cases */
    size_t void_transfers;     /* rows that ceased to be evidence with their target */
};

/* Birth day of a person as an interval of day numbers. */
struct lac_reconcile_birth {
    int32_t first, last; /* INT32_MIN and INT32_MAX when nothing is known */
};

/* Clears `evidence` of transferred rows whose target has rows and none of them is evidence. `scratch` holds
 * one byte per case. Returns the number of rows cleared. */
size_t lac_reconcile_transfers_void(struct lac_reconcile_set *set, uint8_t *scratch);

/* `birth` holds one entry per person of the suspects population (for their ages). */
enum lac_status lac_reconcile_facts_build(const struct lac_reconcile_set *set,
                                          const struct lac_reconcile_birth *birth, struct lac_arena *arena,
                                          struct lac_reconcile_facts *facts,
                                          struct lac_error *err) LAC_CHECKED;
/* The same for cases whose incidents and networks are known: `incident`, `network` and the numbers of groups
 * are filled in; both are numbered in order of their first case. */
enum lac_status lac_reconcile_facts_gather(const struct lac_reconcile_set *set,
                                           const struct lac_reconcile_birth *birth, struct lac_arena *arena,
                                           struct lac_reconcile_facts *facts,
                                           struct lac_error *err) LAC_CHECKED;

struct lac_reconcile_count_options {
    bool unidentified, facilitators;
    int age_min; /* 0: any */
};
/* Suspects (and facilitators) of a group that count. */
struct lac_reconcile_range lac_reconcile_suspects_count(const struct lac_reconcile_gathering *gathering,
                                                        size_t group,
                                                        struct lac_reconcile_count_options options);
struct lac_reconcile_range lac_reconcile_victims_count(const struct lac_reconcile_gathering *gathering,
                                                       size_t group);

/* Ages on day `on` that the interval allows: 0 .. 200 when nothing is known. */
struct lac_reconcile_range lac_reconcile_age_on(struct lac_reconcile_birth birth, int32_t on);
/* Birth days of a person of `age` completed years on day `on`. */
struct lac_reconcile_birth lac_reconcile_birth_of_age(int32_t age, int32_t on);

#endif
