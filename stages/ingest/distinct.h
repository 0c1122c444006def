/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_INGEST_DISTINCT_H
#define LAC_INGEST_DISTINCT_H
/*
 * Codes of the texts of a long sequence, 0, 1, ... in order of first appearance, without all distinct texts
 * in memory. The texts are given once, and are spread by their hash over files of which one at a time is
 * looked at; then the codes are asked for, in the same order.
 *
 * Memory: 4 bytes a text, 2 MB, and a 64th of the texts. O(texts).
 */
#include <stdbool.h>

#include "base/spool.h"

#define LAC_INGEST_DISTINCT_PARTS 64
#define LAC_INGEST_DISTINCT_PIECE 16384 /* bytes of a part that are written at once */

struct lac_ingest_distinct {
    struct lac_spool spool;
    struct lac_ingest_distinct_part {
        unsigned char *buffer; /* malloc'd: LAC_INGEST_DISTINCT_PIECE bytes */
        size_t used, bytes;    /* in the buffer; in all */
        uint32_t texts;
        struct lac_ingest_distinct_piece {
            uint64_t offset;
            uint32_t bytes;
        } * piece; /* malloc'd */
        size_t pieces, capacity;
    } part[LAC_INGEST_DISTINCT_PARTS];
    uint32_t *first; /* malloc'd: per text the first that is the same; the code once it was asked for */
    size_t count;    /* texts given */
    size_t asked;    /* texts whose code was given */
    uint32_t distinct, next; /* distinct texts; code of the next new one */
    uint64_t bytes;          /* of the distinct texts */
};

/* `folder` is for the files, which have no names; it outlives the struct. */
enum lac_status lac_ingest_distinct_open(struct lac_ingest_distinct *distinct, const char *folder,
                                         struct lac_error *err) LAC_CHECKED;
/* Harmless on a zeroed struct. */
void lac_ingest_distinct_close(struct lac_ingest_distinct *distinct);
/* LAC_INPUT beyond four billion texts. */
enum lac_status lac_ingest_distinct_add(struct lac_ingest_distinct *distinct, const char *text, size_t length,
                                        struct lac_error *err) LAC_CHECKED;
/* After the last text: `distinct` and `bytes` are known, and the codes can be asked for. */
enum lac_status lac_ingest_distinct_settle(struct lac_ingest_distinct *distinct,
                                           struct lac_error *err) LAC_CHECKED;
/* Code of the next text; `fresh`: it is the first of its kind. */
static inline uint32_t lac_ingest_distinct_code(struct lac_ingest_distinct *distinct, bool *fresh)
{
    size_t i = distinct->asked++;
    uint32_t first = distinct->first[i];

    *fresh = first == i;
    distinct->first[i] = *fresh ? distinct->next++ : distinct->first[first];
    return distinct->first[i];
}

#endif
