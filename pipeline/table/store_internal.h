/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_TABLE_STORE_INTERNAL_H
#define LAC_TABLE_STORE_INTERNAL_H
/* Shared by the store's reader and writer only: schema version, HDF5 types. */
#include <hdf5.h>
#include "base/spool.h"
#include "table/table.h"

/* The major number is raised when a table or column goes, or changes its name, type, unit or meaning: readers
 * refuse another one. Otherwise tables and columns are only added, which every reader bears; the minor number
 * is how many columns there are, so that it grows with each of them and cannot be forgotten. */
#define LAC_SCHEMA_MAJOR 1
#define LAC_SCHEMA_MINOR LAC_COLUMN_COUNT
#define LAC_STORE_CHUNK 65536
#define LAC_STORE_ROWS_MAX 4000000000u

/* Before the first call of HDF5 in a function: no error stack on stderr, and no clean-up at exit, which walks
 * into freed memory after a file that could not be closed (a full disk) and turns an honest error into a
 * crash. */
void lac_store_begin(void);

/* Type ids are run-time values of the HDF5 library, so the table holds their addresses. */
struct lac_store_type {
    const hid_t *file, *memory;
    const void *missing; /* NULL: none */
};
const struct lac_store_type *lac_store_type(enum lac_type type);
extern const struct lac_store_type lac_store_u64, lac_store_bytes;

/* One array on its way into a file: cut into chunks, which are shuffled and deflated exactly as the filters
 * of the file say, by any thread, and wait in a spool until the one that writes takes them. */
struct libdeflate_compressor;
struct lac_store_pack {
    struct libdeflate_compressor *deflate;
    struct lac_spool *spool;
    size_t size;           /* bytes of an element */
    size_t rows, chunk;    /* elements in all; in a chunk */
    size_t added, filled;  /* elements in all; in the chunk being filled */
    unsigned char *buffer; /* four of them: the chunk and the one before in turn, shuffled, deflated */
    bool turn;             /* the chunk is the second */
    size_t bound;          /* size of the last one */
    struct lac_store_piece {
        uint64_t offset;
        uint32_t bytes, mask; /* mask: filters not applied, as HDF5 has it */
    } * piece;
    size_t pieces;
};
enum lac_status lac_store_pack_begin(struct lac_store_pack *pack, struct lac_spool *spool, size_t size,
                                     size_t rows, struct lac_error *err) LAC_CHECKED;
enum lac_status lac_store_pack_add(struct lac_store_pack *pack, const void *values, size_t n,
                                   struct lac_error *err) LAC_CHECKED;
/* LAC_DEFECT when fewer or more elements came than were said. Frees all but the list of pieces. */
enum lac_status lac_store_pack_end(struct lac_store_pack *pack, struct lac_error *err) LAC_CHECKED;
void lac_store_pack_release(struct lac_store_pack *pack);

/* A dictionary that comes text by text. */
struct lac_store_texts {
    struct lac_spool *spool;
    struct lac_store_pack *offsets, *bytes;
    uint64_t end; /* bytes so far */
    bool begun;
};

#endif
