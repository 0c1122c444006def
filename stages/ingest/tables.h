/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_INGEST_TABLES_H
#define LAC_INGEST_TABLES_H
/* The tables of records.h5, in register order: returns, records, cases, findings, completeness, grid,
 * revisions. */
#include "across.h"
#include "case_table.h"
#include "grid.h"

struct lac_ingest_source {
    const struct lac_ingest_register *reg;
    const struct lac_ingest_seen *seen; /* [reg->count] */
    const struct lac_ingest_grid *grid;
    const struct lac_ingest_findings *findings; /* sorted, only those that are kept */
    const struct lac_spool *spool;              /* of the parts */
    const struct lac_ingest_revision *revision; /* [reg->count] */
};
struct lac_ingest_tables {
    struct lac_table returns, findings, completeness, grid, revisions;
    struct lac_ingest_case_table cases;
    size_t records; /* rows of the table `records`, which is put together when it is written */
    const struct lac_ingest_source *source;
};
#define LAC_INGEST_TEXTS_MANY 262144 /* texts of a column whose dictionary is made in memory, at most */
/* Zero-initialise `tables`; `source` must outlive it. LAC_DEFECT when the rows of a return do not add up:
 * read = used + set aside + superseded + cancelled. O(cases). */
enum lac_status lac_ingest_tables_make(struct lac_ingest_tables *tables,
                                       const struct lac_ingest_source *source,
                                       struct lac_error *err) LAC_CHECKED;
/* The table `records`, column by column from the parts of the returns that count. */
struct lac_store_stream lac_ingest_tables_records(const struct lac_ingest_tables *tables);
void lac_ingest_tables_release(struct lac_ingest_tables *tables);

#endif
