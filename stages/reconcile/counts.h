/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_RECONCILE_COUNTS_H
#define LAC_RECONCILE_COUNTS_H
/*
 * The censuses of a population: of every definition and window, for the best linkage and for the drawn ones.
 *
 * The best linkage is added first, as if every draw had it. Then every patch (linkages.h) is judged once:
 * in its draws the persons it changes are taken away and those it makes are added.
 */
#include "bench.h"
#include "census.h"
#include "doubt.h"
#include "impute.h"
#include "sheet.h"

struct lac_reconcile_counts {
    /* set by the caller before init */
    enum lac_reconcile_population_id population;
    size_t rules, windows, draws;
    const bool *counted; /* per window: others are not counted */
    struct lac_reconcile_spots spots;
    struct lac_reconcile_doubts *doubts;
    struct lac_reconcile_imputer *imputer;
    size_t persons;     /* of the best linkage, with evidence */
    size_t part, parts; /* counts persons and patches whose number is `part` modulo `parts`; parts 0: none */
    /* made by init */
    struct lac_reconcile_census *census; /* [rule * windows + window] */
    int64_t *persons_change;             /* per draw */
};

enum lac_status lac_reconcile_counts_init(struct lac_reconcile_counts *counts,
                                          struct lac_error *err) LAC_CHECKED;
void lac_reconcile_counts_release(struct lac_reconcile_counts *counts);

/* The persons of the best linkage in one window: the first `n` outcomes of every definition. `drawing->at` is
 * set here. */
enum lac_status lac_reconcile_counts_best(struct lac_reconcile_counts *counts, size_t window,
                                          struct lac_reconcile_drawing *drawing, size_t n,
                                          struct lac_error *err) LAC_CHECKED;
/* What the drawn linkages change, in the counts of every population the bench is asked for:
 * counts[population]; others are not looked at. */
enum lac_status lac_reconcile_counts_patch(struct lac_reconcile_counts *const *counts,
                                           struct lac_reconcile_bench *bench,
                                           struct lac_error *err) LAC_CHECKED;
/* Appends what was counted to the buffer, for another process to add (lac_reconcile_counts_merge). The buffer
 * keeps failures. */
void lac_reconcile_counts_pack(const struct lac_reconcile_counts *counts, struct lac_buffer *buffer);
/* Adds what another process counted; *at is where it stands in the bytes, then where the next stands.
 * LAC_INPUT when it is not what these counts can hold. */
struct lac_reconcile_packed {
    const char *bytes;
    size_t length, at;
};
enum lac_status lac_reconcile_counts_merge(struct lac_reconcile_counts *counts,
                                           struct lac_reconcile_packed *packed,
                                           struct lac_error *err) LAC_CHECKED;

/* The sheet of a census, held against its accounts: conservation, and in every draw no more persons with an
 * event than there are. LAC_DEFECT when not. Memory belongs to the arena. */
enum lac_status lac_reconcile_counts_sheet(const struct lac_reconcile_counts *counts, size_t census,
                                           struct lac_arena *arena, struct lac_reconcile_sheet *sheet,
                                           struct lac_error *err) LAC_CHECKED;
/* Persons of a draw, or of the best linkage (draw -1). */
int64_t lac_reconcile_counts_persons(const struct lac_reconcile_counts *counts, int32_t draw);

#endif
