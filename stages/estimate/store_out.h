/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_ESTIMATE_STORE_OUT_H
#define LAC_ESTIMATE_STORE_OUT_H
/* The tables of estimates.h5, filled cell by cell. Zero-initialise; release always. */
#include "cells.h"
#include "gates.h"
#include "history.h"
#include "result.h"
#include "table/store.h"

struct lac_estimate_store {
    uint32_t cell; /* number of the cell that rows are added for, set by the caller */
    struct lac_table summary, models, replicates, diagnostics, uncertainty, sensitivity, gates, stated;
};

struct lac_estimate_store_cell {
    const struct lac_estimate_cell *cell;
    const struct lac_estimate_history *history; /* the table estimated, lists that saw nobody left out */
    const struct lac_result *result;
    double lower_bound; /* NaN: none */
    const struct lac_gates *gates;
    const char *grade;
};

enum lac_status lac_estimate_store_init(struct lac_estimate_store *store, struct lac_error *err) LAC_CHECKED;
void lac_estimate_store_release(struct lac_estimate_store *store);
/* Summary row, every model with its weight, replicates, and the diagnostics that follow from table and
 * result: persons, list sizes, overlaps per pair and per list, empty overlaps, the result's own numbers. */
enum lac_status lac_estimate_store_cell(struct lac_estimate_store *store,
                                        const struct lac_estimate_store_cell *row,
                                        struct lac_error *err) LAC_CHECKED;
/* The judgements of the settings. */
enum lac_status lac_estimate_store_stated(struct lac_estimate_store *store,
                                          const struct lac_estimate_settings *settings,
                                          struct lac_error *err) LAC_CHECKED;
/* One further diagnostic; `item` may be NULL. */
enum lac_status lac_estimate_store_number(struct lac_estimate_store *store, const char *measure,
                                          const char *item, double value, struct lac_error *err) LAC_CHECKED;
enum lac_status lac_estimate_store_write(const struct lac_estimate_store *store, const char *run,
                                         const struct lac_provenance *provenance,
                                         struct lac_error *err) LAC_CHECKED;

#endif
