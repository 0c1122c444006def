/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_INGEST_TABLES_H
#define LAC_INGEST_TABLES_H
/* The tables of records.h5, in register order: returns, records, cases, findings, completeness, grid. */
#include "across.h"
#include "grid.h"

struct lac_ingest_tables {
    struct lac_table returns, records, cases, findings, completeness, grid;
};
struct lac_ingest_source {
    const struct lac_ingest_register *reg;
    const struct lac_ingest_seen *seen; /* [reg->count] */
    const struct lac_ingest_grid *grid;
    const struct lac_ingest_findings *findings; /* sorted, only those that are kept */
    const struct lac_ingest_codes *codes;
};
/* Zero-initialise `tables`. LAC_DEFECT when the rows of a return do not add up: read = used + set aside.
 * O(rows * fields). */
enum lac_status lac_ingest_tables_make(struct lac_ingest_tables *tables,
                                       const struct lac_ingest_source *source,
                                       struct lac_error *err) LAC_CHECKED;
void lac_ingest_tables_release(struct lac_ingest_tables *tables);

#endif
