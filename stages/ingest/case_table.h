/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_INGEST_CASE_TABLE_H
#define LAC_INGEST_CASE_TABLE_H
/*
 * The table `cases`: the cases of all returns that count, those of one list, agency, force and reference
 * together, in order of first appearance. Made column by column from the blocks of the returns.
 *
 * Memory: 4 bytes for each case of a return, and 4 bytes a case while a column is written.
 */
#include "distinct.h"
#include "table/store.h"
#include "take.h"

struct lac_ingest_case_table {
    const struct lac_spool *spool; /* of the blocks */
    struct lac_ingest_case_return {
        const struct lac_ingest_entry *entry;
        const struct lac_ingest_case_blocks *blocks;
        size_t first; /* of its listed cases among all */
    } * ret;          /* malloc'd: the returns that count, in the order of the register */
    size_t returns;
    struct lac_ingest_distinct keys; /* keys.first[]: row of the table of each listed case */
    size_t rows;
};
/* `ret` is taken over, also after failure: entry and blocks are set, `first` is not. O(cases). */
enum lac_status lac_ingest_case_table_make(struct lac_ingest_case_table *table, const struct lac_spool *spool,
                                           struct lac_ingest_case_return *ret, size_t returns,
                                           struct lac_error *err) LAC_CHECKED;
/* Harmless on a zeroed struct. */
void lac_ingest_case_table_release(struct lac_ingest_case_table *table);
/* The rows of the table of a return's listed cases. */
const uint32_t *lac_ingest_case_table_map(const struct lac_ingest_case_table *table,
                                          const struct lac_ingest_entry *entry);
struct lac_store_stream lac_ingest_case_table_stream(const struct lac_ingest_case_table *table);

#endif
