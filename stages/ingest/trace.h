/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_INGEST_TRACE_H
#define LAC_INGEST_TRACE_H
/*
 * What is remembered of a return's rows, so that returns can be compared after they were read.
 *
 * Rows that name a person leave a hash. Of these the LAC_INGEST_TRACE_SAMPLE smallest distinct ones are kept:
 * the same sample in every return, so that the share of rows two returns have in common can be told from it,
 * exactly up to that number of rows and with a standard error of at most half a per cent above it.
 * A return of which there is another version leaves two hashes of every row (16 bytes), so that what a
 * version added, changed and removed can be counted: a row's key is its reference, person and role.
 */
#include "judge.h"

#define LAC_INGEST_TRACE_SAMPLE 8192

struct lac_ingest_trace {
    uint64_t *named; /* malloc'd; sorted and distinct once ended */
    size_t named_count, named_capacity;
    uint64_t limit; /* hashes above it were not kept */
    bool versions;  /* to be set before reading: keep marks */
    struct lac_ingest_mark {
        uint64_t key, whole;
    } * mark; /* malloc'd; sorted once ended */
    size_t mark_count, mark_capacity;
};
void lac_ingest_trace_begin(struct lac_ingest_trace *trace, bool versions);
/* The row the judge stands at, used or set aside. */
enum lac_status lac_ingest_trace_row(struct lac_ingest_trace *trace, const struct lac_ingest_judge *judge,
                                     struct lac_error *err) LAC_CHECKED;
void lac_ingest_trace_end(struct lac_ingest_trace *trace);
void lac_ingest_trace_release(struct lac_ingest_trace *trace);

/* Rows of the newer return against those of the older: rows whose key is new, rows of a known key that read
 * otherwise, rows whose key is gone, rows that stayed. */
struct lac_ingest_revision {
    int64_t added, changed, removed, same;
};
struct lac_ingest_revision lac_ingest_trace_compare(const struct lac_ingest_trace *now,
                                                    const struct lac_ingest_trace *then);

#endif
