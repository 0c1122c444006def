/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_RECONCILE_RUN_H
#define LAC_RECONCILE_RUN_H
/*
 * The stage in a run: records.h5 and links.h5 -> histories.h5.
 *
 * One run goes through the steps below in this order. Records, facts and decisions are the same for all
 * populations; persons, counts and draws are each population's own (struct lac_reconcile_cohort), so that no
 * count mixes two of them. Memory belongs to the stage's arena, but for tables, counts and doubts, which
 * lac_reconcile_run_release() frees.
 */
#include "input.h"
#include "output.h"
#include "runner/shard.h"

/* A population asked for, and what becomes of it. */
struct lac_reconcile_cohort {
    bool asked;
    const char *name; /* as in tables: victims, suspects, groups */
    struct lac_reconcile_population people;
    const char *const *ids; /* per person */
    struct lac_reconcile_counts counts;
    struct lac_reconcile_doubts doubts;
    struct lac_reconcile_imputer imputer;
};

struct lac_reconcile_run {
    struct lac_stage *stage;
    struct lac_shard shard;
    struct lac_table records, cases, grid, persons, partitions, returns;
    struct lac_reconcile_rules rules;
    struct lac_reconcile_places places;
    struct lac_reconcile_geography geography;
    struct lac_reconcile_strata strata;
    struct lac_reconcile_input input;
    struct lac_reconcile_facts facts;
    struct lac_reconcile_population victims, involved; /* involved: suspects and facilitators, named or not */
    struct lac_reconcile_cohort cohort[LAC_RECONCILE_POPULATIONS];
    struct lac_reconcile_patches patches;
    struct lac_reconcile_audit audit;
    struct lac_reconcile_decision **decision; /* per rule, per row */
    struct lac_reconcile_window *window;      /* the first is the period */
    size_t windows;
    bool *counted; /* per window: it is among the windows asked for; the period is always decided */
    struct lac_reconcile_output output;
};

/* Settings, definitions, places, windows. */
enum lac_status lac_reconcile_run_settings(struct lac_reconcile_run *run, struct lac_error *err) LAC_CHECKED;
/* Tables to rows, facts and persons; warns of what is odd. */
enum lac_status lac_reconcile_run_read(struct lac_reconcile_run *run, struct lac_error *err) LAC_CHECKED;
/* The best linkage in window `w`: the period is always decided, for `people`, and counted when asked for. */
enum lac_status lac_reconcile_run_window(struct lac_reconcile_run *run, size_t w,
                                         struct lac_error *err) LAC_CHECKED;
/* Whether this process counts a part for others to put together; writing it; adding all of them up. */
bool lac_reconcile_run_is_part(const struct lac_reconcile_run *run);
enum lac_status lac_reconcile_run_write_part(struct lac_reconcile_run *run,
                                             struct lac_error *err) LAC_CHECKED;
enum lac_status lac_reconcile_run_add_parts(struct lac_reconcile_run *run, struct lac_error *err) LAC_CHECKED;
/* All of it; histories.h5 is written last. A shard counts its persons and patches and writes them as a part;
 * putting parts together is the same run with the parts in place of its own counting. */
enum lac_status lac_reconcile_run(struct lac_reconcile_run *run, struct lac_error *err) LAC_CHECKED;
void lac_reconcile_run_release(struct lac_reconcile_run *run);

#endif
