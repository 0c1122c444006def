/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_PUBLISH_TIDY_H
#define LAC_PUBLISH_TIDY_H
/* Machine-readable output of the model: tables.csv (one figure a row, columns of the contract), its CSV on
 * the Web metadata, the data of each chart, and the store table `published`. */
#include <stdio.h>
#include "model.h"

void lac_publish_tidy_write(const struct lac_publish_model *model, FILE *to);
/* CSV on the Web metadata (W3C) for tables.csv, as JSON text the caller frees; NULL when memory ran out. */
char *lac_publish_metadata(const struct lac_publish_model *model);
/* A table as CSV: its columns with plain numbers, and a last column `symbols` with the symbols of its empty
 * cells as "Header: c". */
void lac_publish_table_csv(const struct lac_publish_table *table, FILE *to);
enum lac_status lac_publish_store_table(const struct lac_publish_model *model, struct lac_table *published,
                                        struct lac_error *err) LAC_CHECKED;

#endif
