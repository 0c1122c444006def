/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_TABLE_STORE_H
#define LAC_TABLE_STORE_H
/*
 * The columnar HDF5 store: one file per stage, written once, published whole (base/file.h), never changed.
 *
 * Layout: a table is a group with attribute `rows` and one 1-D dataset per column; a string column is a group
 * with `codes`, `offsets` and `bytes`. Chunks of 65,536 rows, shuffle + deflate 1, no times, so equal content
 * gives equal bytes. Root attributes: schema, version, producer, config digest, input digests, seed. A reader
 * refuses an unknown major version, a missing table or column and unequal lengths (LAC_INPUT, with the file
 * and what to do), and ignores additional columns. One thread does I/O.
 */
#include "table/table.h"

struct lac_provenance {
    const char *producer;      /* "lacuna-ingest 0.1.0" */
    const char *config_digest; /* SHA-256 of the settings the stage reads */
    const char *input_digest;  /* SHA-256 over its inputs' digests */
    uint32_t seed;
};

/* Writes every table of `file` (n tables, each once, any order) to RUN/store/<file>.h5 and publishes it. */
enum lac_status lac_store_write(const char *run, enum lac_file_id file,
                                const struct lac_provenance *provenance,
                                const struct lac_table *const *tables, size_t n,
                                struct lac_error *err) LAC_CHECKED;

/* A table whose columns are made one by one while the file is written, so that it never stands in memory as a
 * whole. `produce` is called once for every column, by any thread and in any order: it hands all values of
 * the column (STR: codes) in their order to lac_store_feed_add(), in pieces of any size, and for a STR column
 * sets feed->dict, to feed->own or to one that outlives the call; or it says lac_store_feed_texts() and hands
 * over each text of the dictionary in the order of the codes, so that the dictionary need not be in memory.
 */
struct lac_store_texts;
struct lac_store_feed {
    const struct lac_dict *dict;
    struct lac_dict own; /* empty at the call; released by the store */
    struct lac_store_pack *pack;
    struct lac_store_texts *texts; /* of a STR column; the store's */
};
enum lac_status lac_store_feed_add(struct lac_store_feed *feed, const void *values, size_t n,
                                   struct lac_error *err) LAC_CHECKED;
/* A dictionary of `count` texts with `bytes` bytes in all, without NULs; then each text. */
enum lac_status lac_store_feed_texts(struct lac_store_feed *feed, size_t count, size_t bytes,
                                     struct lac_error *err) LAC_CHECKED;
enum lac_status lac_store_feed_text(struct lac_store_feed *feed, const char *text, size_t length,
                                    struct lac_error *err) LAC_CHECKED;
struct lac_store_stream {
    enum lac_table_id id;
    size_t rows;
    enum lac_status (*produce)(const void *context, enum lac_column_id column, struct lac_store_feed *feed,
                               struct lac_error *err);
    const void *context;
};
/* Every table of `file` as a stream, each once, any order; columns are made and packed on `threads` threads.
 * The bytes do not depend on their number, and are those of lac_store_write() with the same content. Memory:
 * about 2 MB and one dictionary a thread. */
enum lac_status lac_store_write_streams(const char *run, enum lac_file_id file,
                                        const struct lac_provenance *provenance,
                                        const struct lac_store_stream *streams, size_t n, int threads,
                                        struct lac_error *err) LAC_CHECKED;
/* A table in memory as a stream. */
struct lac_store_stream lac_store_stream_of(const struct lac_table *table);

/* Reads one table of RUN/store/<file>.h5 with all columns of the schema. The caller releases the table. */
enum lac_status lac_store_read(const char *run, enum lac_table_id id, struct lac_table *table,
                               struct lac_error *err) LAC_CHECKED;
/* Path of a store file: RUN/store/<file>.h5. */
char *lac_store_path(struct lac_arena *arena, const char *run, enum lac_file_id file) LAC_CHECKED;
/* Root attribute `name` ("config_digest", "producer", ...) of a store file as text into out. */
enum lac_status lac_store_attribute(const char *path, const char *name, char *out, size_t size,
                                    struct lac_error *err) LAC_CHECKED;
/* Which store file of the schema `path` is, from its root attribute. */
enum lac_status lac_store_identify(const char *path, enum lac_file_id *file,
                                   struct lac_error *err) LAC_CHECKED;
/* Reads a table from an explicit path (for `lacuna show FILE`). */
enum lac_status lac_store_read_path(const char *path, enum lac_table_id id, struct lac_table *table,
                                    struct lac_error *err) LAC_CHECKED;
/* Writes RUN/store/store.h5: external links to the files that exist. */
enum lac_status lac_store_link(const char *run, struct lac_error *err) LAC_CHECKED;

#endif
