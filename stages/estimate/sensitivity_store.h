/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_ESTIMATE_SENSITIVITY_STORE_H
#define LAC_ESTIMATE_SENSITIVITY_STORE_H
/* Sensitivity runs as rows of estimates.h5. */
#include "config/schema.h"
#include "sensitivity.h"
#include "store_out.h"

/* Rows of one cell. */
enum lac_status lac_sensitivity_store(struct lac_estimate_store *store, const struct lac_sensitivity *list,
                                      struct lac_error *err) LAC_CHECKED;

/* S7 for every cell that has sensitivity rows, once all cells are in the summary: the same population, window
 * and place by another definition, and by other evidence. O(rows^2). */
enum lac_status lac_sensitivity_store_definitions(struct lac_estimate_store *store,
                                                  struct lac_error *err) LAC_CHECKED;

/* Numbers of the two lists of S9 in a table; -1 when nobody named two, or one of them is not in it. A list
 * named alone, or the same twice: LAC_USAGE. */
enum lac_status lac_sensitivity_independent(const struct lac_strings *names,
                                            const struct lac_estimate_history *history, int *lists,
                                            struct lac_error *err) LAC_CHECKED;

#endif
