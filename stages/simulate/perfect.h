/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_SIMULATE_PERFECT_H
#define LAC_SIMULATE_PERFECT_H
/*
 * A run held against the truth cell by cell: links as they truly are, and histories that must then be the
 * true ones. For the program lacuna-truth; these read and write files.
 */
#include "base/memory.h"
#include "base/status.h"

/* Writes RUN/store/links.h5 from TRUTH/records.csv: every record of records.h5 with its true person, and no
 * drawn linkage that differs. LAC_INPUT when a record is not in the truth. */
enum lac_status lac_simulate_links_write(const char *truth, const char *run, uint32_t seed,
                                         struct lac_arena *arena, struct lac_error *err) LAC_CHECKED;

#define LAC_SIMULATE_DIFFERENCES 20

struct lac_simulate_difference {
    const char *cell; /* population, definition, window, place, variant, lists; tabs between them */
    int64_t truth, certain, possible;
};
/* What the comparison of histories found. */
struct lac_simulate_likeness {
    int64_t tables;  /* populations, definitions, windows and places that both have */
    int64_t cells;   /* patterns of these, in either variant, with a person in the truth or the run */
    int64_t persons; /* in these cells by the truth */
    int64_t differ;  /* cells of which the counts are not the same, or of which the records cannot tell */
    struct lac_simulate_difference difference[LAC_SIMULATE_DIFFERENCES]; /* the first of them */
};
/* RUN/store/histories.h5, the best linkage, against TRUTH/histories.csv, in the tables that the truth knows
 * and the run was asked for. Texts belong to the arena. LAC_INPUT when there is nothing to compare. */
enum lac_status lac_simulate_histories_compare(const char *truth, const char *run, struct lac_arena *arena,
                                               struct lac_simulate_likeness *likeness,
                                               struct lac_error *err) LAC_CHECKED;

#endif
