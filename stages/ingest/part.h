/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_INGEST_PART_H
#define LAC_INGEST_PART_H
/*
 * The used rows of a return on their way to the table `records`: cut into parts of at most
 * LAC_INGEST_PART_ROWS 2048rows, each column of a part narrowed to the bytes its values need and its texts
 * listed in order, put into a spool. Which returns count is known only when all are read; then each column is
 * put together from the parts of those that do.
 */
#include "base/spool.h"
#include "distinct.h"
#include "memo.h"
#include "table/store.h"

#define LAC_INGEST_PART_ROWS 8192 /* rows in flight a thread: their columns fit the second cache */
#define LAC_INGEST_STRIDE                                                                                    \
    (LAC_INGEST_PART_ROWS + 80) /* cells of a row must not fall into one set of the cache */
#define LAC_INGEST_RECORD_COLUMNS (LAC_COL_records_transfer_ref - LAC_COL_records_return_index + 1)

struct lac_ingest_part {
    size_t rows;
    struct lac_ingest_part_column {
        uint64_t values, texts; /* places in the spool */
        uint32_t base;          /* a value is what stands there + base - 1; 0 stands for missing */
        uint32_t texts_count;   /* a text may be listed more than once */
        size_t text_bytes;
        uint8_t width; /* bytes of a value: 0 (all missing or all the base), 1, 2, 4 */
        bool missing;  /* width 0: all missing */
    } column[LAC_INGEST_RECORD_COLUMNS];
};
struct lac_ingest_parts {
    struct lac_ingest_part *part; /* malloc'd */
    size_t count, capacity;
    size_t rows;
};
void lac_ingest_parts_release(struct lac_ingest_parts *parts);

/* Texts one after another, each with its NUL. */
struct lac_ingest_texts {
    char *bytes; /* malloc'd */
    size_t length, capacity;
    size_t last; /* where the last one begins */
    uint32_t count;
};

/* Where rows become parts; one a thread. Memory: about 260 bytes and the texts of each row of a part. */
struct lac_ingest_packer {
    struct lac_spool *spool;
    uint32_t *value; /* [LAC_INGEST_RECORD_COLUMNS][LAC_INGEST_STRIDE] */
    unsigned char *narrow;
    struct lac_ingest_texts texts[LAC_INGEST_RECORD_COLUMNS];
    size_t rows;
    uint32_t part; /* number of the part being made, from 1 */
};
enum lac_status lac_ingest_packer_open(struct lac_ingest_packer *packer, struct lac_spool *spool,
                                       struct lac_error *err) LAC_CHECKED;
void lac_ingest_packer_close(struct lac_ingest_packer *packer);
/* Forgets rows not yet put into a part. */
void lac_ingest_packer_clear(struct lac_ingest_packer *packer);
/* Cells of the row being packed; every column must be set once. A text equal to the last one listed in its
 * column is not listed again. */
static inline void lac_ingest_packer_number(struct lac_ingest_packer *packer, enum lac_column_id column,
                                            uint32_t value)
{
    packer->value[(size_t)(column - LAC_COL_records_return_index) * LAC_INGEST_STRIDE + packer->rows] = value;
}
enum lac_status lac_ingest_packer_text(struct lac_ingest_packer *packer, enum lac_column_id column,
                                       const char *text, struct lac_error *err) LAC_CHECKED;
/* The same for a text whose code the caller keeps in `coded`, zero at first, for this text, column and packer
 * alone: it is listed once a part. */
static inline enum lac_status lac_ingest_packer_coded(struct lac_ingest_packer *packer,
                                                      enum lac_column_id column, const char *text,
                                                      struct lac_ingest_coded *coded, struct lac_error *err)
{
    enum lac_status status;

    if (coded->part == packer->part) {
        lac_ingest_packer_number(packer, column, coded->code);
        return LAC_OK;
    }
    status = lac_ingest_packer_text(packer, column, text, err);
    *coded = (struct lac_ingest_coded){
        packer->part,
        packer->value[(size_t)(column - LAC_COL_records_return_index) * LAC_INGEST_STRIDE + packer->rows]};
    return status;
}
/* Ends the row; a full part goes to `parts`. */
enum lac_status lac_ingest_packer_row(struct lac_ingest_packer *packer, struct lac_ingest_parts *parts,
                                      struct lac_error *err) LAC_CHECKED;
/* Ends the return: what is left goes to `parts`. */
enum lac_status lac_ingest_packer_flush(struct lac_ingest_packer *packer, struct lac_ingest_parts *parts,
                                        struct lac_error *err) LAC_CHECKED;

/* Texts listed in a column of all parts of a return; hands them to `distinct`. */
size_t lac_ingest_parts_texts(const struct lac_ingest_parts *parts, enum lac_column_id column);
enum lac_status lac_ingest_parts_list(const struct lac_ingest_parts *parts, const struct lac_spool *spool,
                                      enum lac_column_id column, struct lac_ingest_distinct *distinct,
                                      struct lac_error *err) LAC_CHECKED;
/* How values become those of the whole column: numbers as they are or as map[value], texts by their code in
 * `distinct`, or in feed->own where that is NULL. */
struct lac_ingest_coding {
    const uint32_t *map;
    struct lac_ingest_distinct *distinct;
};
/* Adds a column of all parts of a return to its feed. */
enum lac_status lac_ingest_parts_feed(const struct lac_ingest_parts *parts, const struct lac_spool *spool,
                                      enum lac_column_id column, const struct lac_ingest_coding *coding,
                                      struct lac_store_feed *feed, struct lac_error *err) LAC_CHECKED;

#endif
