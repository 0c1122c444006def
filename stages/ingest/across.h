/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_INGEST_ACROSS_H
#define LAC_INGEST_ACROSS_H
/* Rules that compare returns with one another, after all were read. */
#include "take.h"

/* What is known of one return's file; `judge` and `taken` NULL when it was not read or not usable. */
struct lac_ingest_seen {
    const struct lac_ingest_judge *judge;
    const struct lac_ingest_taken *taken;
    const char *digest; /* SHA-256, "" when not read */
    size_t rows;        /* data rows read, also of a file that cannot be used */
};
struct lac_ingest_across {
    struct lac_ingest_register *reg;
    const struct lac_ingest_seen *seen; /* [reg->count] */
    const struct lac_ingest_limits *limits;
    int32_t as_at;
    struct lac_arena *arena;
    struct lac_ingest_findings *findings;
    struct lac_ingest_revision *revision; /* [reg->count], filled for returns that replace another; or NULL */
};

/* The same file under two lines sets the later one aside. Call before the versions are resolved. O(n^2). */
enum lac_status lac_ingest_across_files(struct lac_ingest_across *across, struct lac_error *err) LAC_CHECKED;
/* Rows of another agency, revisions, older versions used, counts far below an agency's own. Call after the
 * versions are resolved. O(rows of versions). */
enum lac_status lac_ingest_across_check(struct lac_ingest_across *across, struct lac_error *err) LAC_CHECKED;

#endif
