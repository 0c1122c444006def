/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_INGEST_CASES_H
#define LAC_INGEST_CASES_H
/*
 * Cases of a return on their way to the table `cases`: put into a spool in blocks as the judge has them, in
 * order of first appearance. Within a block every reference stands once; a return of more cases than a block
 * holds may have one in several.
 *
 * Memory: that of one block (LAC_INGEST_CASES cases, 64 bytes and their references) while blocks are read.
 */
#include "base/spool.h"
#include "judge.h"

struct lac_ingest_case_blocks {
    struct lac_ingest_case_block {
        uint64_t cases, texts; /* places in the spool: structs, references with their NULs */
        size_t text_bytes;
        uint32_t count;
    } * block; /* malloc'd */
    size_t count, capacity;
    size_t listed; /* cases of all blocks */
};
void lac_ingest_cases_release(struct lac_ingest_case_blocks *blocks);
/* The judge's cases as a block. */
enum lac_status lac_ingest_cases_put(struct lac_ingest_case_blocks *blocks, struct lac_spool *spool,
                                     const struct lac_ingest_judge *judge, struct lac_error *err) LAC_CHECKED;

/* Every listed case in order. */
typedef enum lac_status lac_ingest_case_visit(void *context, const struct lac_ingest_case *one,
                                              const char *reference, size_t length);
enum lac_status lac_ingest_cases_each(const struct lac_ingest_case_blocks *blocks,
                                      const struct lac_spool *spool, lac_ingest_case_visit *visit,
                                      void *context, struct lac_error *err) LAC_CHECKED;
/* Every case once, in any order that is the same each time. The blocks are read once for every
 * LAC_INGEST_MERGED cases listed, so that no more than about so many are in memory. */
#define LAC_INGEST_MERGED 524288
enum lac_status
lac_ingest_cases_merge(const struct lac_ingest_case_blocks *blocks, const struct lac_spool *spool,
                       enum lac_status (*visit)(void *context, const struct lac_ingest_case *one),
                       void *context, struct lac_error *err) LAC_CHECKED;

#endif
