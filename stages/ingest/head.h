/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_INGEST_HEAD_H
#define LAC_INGEST_HEAD_H
/*
 * The head of a file: which of its first lines is the header. Title lines above it are skipped, and a header
 * over several rows is joined, where the layout says so or where it is certain: the required columns are
 * found there and nowhere above. Looks at the beginning of the file only, so that the rest can be read as a
 * stream.
 */
#include <stdint.h>
#include "layout.h"

#define LAC_INGEST_HEAD_BYTES 65536 /* of the file are looked at */
#define LAC_INGEST_HEAD_LINES 20    /* lines among which the header is looked for */

struct lac_ingest_head {
    size_t offset;           /* bytes of the file to skip */
    const char *header;      /* header to read in their place, a CSV line with its line end, or NULL */
    int64_t skipped;         /* lines above the header, when found and not declared */
    int64_t joined;          /* rows of the header, when found and not declared; else 0 */
    bool mark;               /* a byte-order mark was among the bytes skipped */
    const char *const *cell; /* names of the header as far as it was found, else of the first row */
    size_t cells;
};

/* `bytes` is the beginning of a file in UTF-8. A file whose head is not understood has nothing skipped:
 * reading it says why. O(length). */
enum lac_status lac_ingest_head_find(struct lac_ingest_head *head, const char *bytes, size_t length,
                                     const struct lac_ingest_layout *layout, struct lac_arena *arena,
                                     struct lac_error *err) LAC_CHECKED;

#endif
