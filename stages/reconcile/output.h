/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_RECONCILE_OUTPUT_H
#define LAC_RECONCILE_OUTPUT_H
/* From the kernels' results to the tables of histories.h5. */
#include "config/section_lists.h"
#include "counts.h"
#include "place.h"
#include "table/table.h"

struct lac_reconcile_output {
    struct lac_table histories, history_draws, accounts, history_lists, verdicts, definitions, people;
    struct lac_table definition_overlaps, reasons, sources, referrals;
};

/* What a block of rows is about. */
struct lac_reconcile_block {
    const char *population, *definition;
    struct lac_reconcile_window window;
    const struct lac_reconcile_places *places;
    const struct lac_reconcile_geography *geography;
    const struct lac_reconcile_strata *strata; /* of histories */
};

enum lac_status lac_reconcile_output_init(struct lac_reconcile_output *output,
                                          struct lac_error *err) LAC_CHECKED;
void lac_reconcile_output_release(struct lac_reconcile_output *output);

enum lac_status lac_reconcile_histories_put(struct lac_reconcile_output *output,
                                            const struct lac_reconcile_block *block,
                                            const struct lac_reconcile_sheet *sheet,
                                            struct lac_error *err) LAC_CHECKED;
/* One row per draw and one for the best linkage. `census` is the number of the block's census. */
enum lac_status lac_reconcile_accounts_put(struct lac_table *table, const struct lac_reconcile_block *block,
                                           const struct lac_reconcile_counts *counts, size_t census,
                                           struct lac_error *err) LAC_CHECKED;
enum lac_status lac_reconcile_verdicts_put(struct lac_table *table, const struct lac_reconcile_block *block,
                                           const struct lac_reconcile_scope *scope,
                                           struct lac_error *err) LAC_CHECKED;
enum lac_status lac_reconcile_coverage_put(struct lac_table *table, const struct lac_reconcile_block *block,
                                           const struct lac_sections *lists,
                                           const struct lac_reconcile_coverages *coverages,
                                           struct lac_error *err) LAC_CHECKED;
enum lac_status lac_reconcile_definitions_put(struct lac_table *table,
                                              const struct lac_reconcile_rules *rules,
                                              struct lac_error *err) LAC_CHECKED;
/* Outcomes of a population; `id` is per person. */
struct lac_reconcile_people {
    const struct lac_reconcile_outcome *outcome;
    size_t n;
    const struct lac_reconcile_person *person;
    const char *const *id;
};
enum lac_status lac_reconcile_people_put(struct lac_table *table, const struct lac_reconcile_block *block,
                                         const struct lac_reconcile_people *people,
                                         struct lac_error *err) LAC_CHECKED;

#endif
