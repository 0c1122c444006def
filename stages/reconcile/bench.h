/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_RECONCILE_BENCH_H
#define LAC_RECONCILE_BENCH_H
/*
 * Judging what a patch changes (linkages.h), by the same kernels that judge the whole: person, facts,
 * verdict, outcome.
 *
 * Within open networks everything is judged anew. Rows of the patch's persons in closed networks keep the
 * decisions of the best linkage: nothing they rest on changes. A person with the same records and the same
 * decisions before and after is left out: it comes to the same. Scratch memory is O(records + cases), made
 * once; a patch costs O(n log n) in its own rows for every definition and window.
 */
#include "definition.h"
#include "linkages.h"
#include "outcome.h"

struct lac_reconcile_bench {
    const struct lac_reconcile_set *set;
    const struct lac_reconcile_facts *facts;
    const struct lac_reconcile_rules *rules;
    struct lac_reconcile_decision *const *decision; /* of the best linkage, per rule, per row */
    const struct lac_reconcile_window *window;
    size_t windows;
    const bool *counted; /* per window; others have no outcomes */
    struct lac_reconcile_patches *patches;
    bool asked[LAC_RECONCILE_POPULATIONS];
    bool *open;                                                                   /* per network; scratch */
    uint32_t *label, *local_case, *local_incident, *local_network, *local_person; /* scratch */
};

/* What a patch's rows come to under one linkage. Persons are numbers within the patch. */
struct lac_reconcile_judged_cohort {
    struct lac_reconcile_population people;
    struct lac_reconcile_outcome **outcome; /* [window * rules + rule] */
    size_t *outcomes;                       /* per window */
};
struct lac_reconcile_judged {
    struct lac_reconcile_set set;
    struct lac_reconcile_decision **decision;                             /* per rule, per row of the patch */
    struct lac_reconcile_judged_cohort cohort[LAC_RECONCILE_POPULATIONS]; /* those asked for */
};

/* Fills the scratch arrays. The other members are set by the caller. */
enum lac_status lac_reconcile_bench_init(struct lac_reconcile_bench *bench, struct lac_arena *arena,
                                         struct lac_error *err) LAC_CHECKED;
/* What the patch takes away from the best linkage, judged[0], and what it puts there, judged[1]. Memory
 * belongs to the arena. */
enum lac_status lac_reconcile_patch_judge(struct lac_reconcile_bench *bench,
                                          const struct lac_reconcile_patch *patch, struct lac_arena *arena,
                                          struct lac_reconcile_judged judged[2],
                                          struct lac_error *err) LAC_CHECKED;

#endif
