/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_LINK_PERSON_READ_H
#define LAC_LINK_PERSON_READ_H
/*
 * Reads the columns of a table of persons that a linkage needs, on as many threads as there are: every thread
 * takes a part of the file that begins after a line feed, interns what it reads, and the parts' values are
 * numbered anew in order, so that a value's number is that of its first appearance in the file at any number
 * of threads. No text is kept but the distinct values and the identifiers.
 *
 * A part that begins inside a quoted field makes the part before it end inside one, which is an error there.
 * On any error the file is read again in one go, which gives the message, or the rows if it was only that.
 */
#include "table/csv.h"
#include "table/table.h"

#define LAC_LINK_PERSON_COLUMNS 17

struct lac_link_person_reading {
    int id;                                 /* column of the identifier */
    size_t columns;                         /* compared */
    int column[LAC_LINK_PERSON_COLUMNS];    /* of each; -1 reads as empty */
    bool required[LAC_LINK_PERSON_COLUMNS]; /* a row without it is an error */
    /* What a text stands for, "" when missing, perhaps in out[size]. */
    const char *(*clean)(const void *context, size_t column, const char *text, char *out, size_t size);
    const void *context;
};
/* Owned by the caller, who releases it also after failure. */
struct lac_link_person_rows {
    uint32_t n;
    size_t columns;
    uint32_t *cell;  /* n * columns value ids, LAC_MISSING_STR when missing; a row after the other */
    uint64_t *hash;  /* n: of the texts of the columns, the last column first */
    char *ids;       /* identifiers, NUL terminated */
    uint64_t *id_at; /* n places in ids */
    struct lac_dict dict[LAC_LINK_PERSON_COLUMNS];
};

/* The header alone into *csv, text owned by the arena. */
enum lac_status lac_link_person_header(const char *path, struct lac_arena *arena, struct lac_csv *csv,
                                       struct lac_error *err) LAC_CHECKED;
/* O(bytes). `parts`: 0 for as many as there are threads and the file is worth. */
enum lac_status lac_link_person_read(const struct lac_csv *csv, const struct lac_link_person_reading *reading,
                                     size_t parts, struct lac_link_person_rows *rows,
                                     struct lac_error *err) LAC_CHECKED;
void lac_link_person_rows_release(struct lac_link_person_rows *rows);
/* Where the last row of bytes[n] that begin with a row ends, or 0. */
size_t lac_link_person_rows_end(const char *bytes, size_t n);

#endif
