/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_INGEST_TWINS_H
#define LAC_INGEST_TWINS_H
/*
 * Rows of a file that equal an earlier one, found by reading the file once before it is judged: for files so
 * large that a table of all rows would need much memory (judge.h has one for the others). Rows are told apart
 * by 96 bits of a hash of their text.
 *
 * Memory: 4 bytes a row while the file is read, then 8 bytes for each row that is a repeat.
 */
#include "distinct.h"
#include "sheet.h"

#define LAC_INGEST_TWINS_BYTES ((size_t)64 << 20) /* size of a file from which on it is read for this */

struct lac_ingest_twins {
    struct lac_ingest_twin {
        uint32_t row, first; /* numbers of rows, from 1 */
    } * pair;                /* malloc'd, by row */
    size_t count;
    size_t at; /* of the first pair whose row is not behind that asked for last */
};
/* Of a file that is not readable CSV none are found: reading it again says why. O(rows). */
enum lac_status lac_ingest_twins_find(struct lac_ingest_twins *twins, const struct lac_ingest_input *source,
                                      const char *folder, struct lac_error *err) LAC_CHECKED;
void lac_ingest_twins_release(struct lac_ingest_twins *twins);
/* First row that reads as `row` does; 0: none before it. Rows are asked for in order. */
static inline uint32_t lac_ingest_twins_first(struct lac_ingest_twins *twins, size_t row)
{
    while (twins->at < twins->count && twins->pair[twins->at].row < row) twins->at++;
    return twins->at < twins->count && twins->pair[twins->at].row == row ? twins->pair[twins->at].first : 0;
}

#endif
