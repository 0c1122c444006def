/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <libdeflate.h>
#include <stdlib.h>
#include <string.h>

#include "table/store.h"
#include "table/store_internal.h"

#define DEFLATE_SKIPPED 2u /* the second filter of the pipeline was not applied */

static void free_work(struct lac_store_pack *pack)
{
    free(pack->buffer);
    if (pack->deflate != NULL) libdeflate_free_compressor(pack->deflate);
    pack->buffer = NULL;
    pack->deflate = NULL;
}

enum lac_status lac_store_pack_begin(struct lac_store_pack *pack, struct lac_spool *spool, size_t size,
                                     size_t rows, struct lac_error *err)
{
    size_t bytes;

    memset(pack, 0, sizeof *pack);
    pack->spool = spool;
    pack->size = size;
    pack->rows = rows;
    pack->chunk = rows < LAC_STORE_CHUNK ? rows : LAC_STORE_CHUNK;
    if (rows == 0) return LAC_OK;
    bytes = pack->chunk * size;
    pack->bound = bytes; /* what does not get smaller is not kept */
    pack->deflate = libdeflate_alloc_compressor(1);
    pack->buffer = malloc(3 * bytes + pack->bound);
    pack->piece = malloc((rows + pack->chunk - 1) / pack->chunk * sizeof *pack->piece);
    if (pack->deflate != NULL && pack->buffer != NULL && pack->piece != NULL) return LAC_OK;
    return lac_fail_memory(err, "a column");
}

/* Byte k of every element together, as HDF5's shuffle filter has it. */
static void shuffle(const unsigned char *from, size_t n, size_t size, unsigned char *to)
{
    for (size_t k = 0; k < size; k++)
        for (size_t i = 0; i < n; i++) to[k * n + i] = from[i * size + k];
}

static enum lac_status pack_chunk(struct lac_store_pack *pack, struct lac_error *err)
{
    size_t bytes = pack->chunk * pack->size;
    unsigned char *raw = pack->buffer, *before = raw + bytes, *shuffled = before + bytes,
                  *deflated = shuffled + bytes;
    struct lac_store_piece *piece = &pack->piece[pack->pieces];
    size_t length;
    bool skipped;
    enum lac_status status;

    memset(raw + pack->filled * pack->size, 0, bytes - pack->filled * pack->size);
    pack->filled = 0;
    if (pack->pieces > 0 && memcmp(raw, before, bytes) == 0) { /* a column of one value, mostly */
        *piece = pack->piece[pack->pieces++ - 1];
        return LAC_OK;
    }
    memcpy(before, raw, bytes);
    if (pack->size > 1)
        shuffle(raw, pack->chunk, pack->size, shuffled);
    else
        memcpy(shuffled, raw, bytes);
    length = libdeflate_zlib_compress(pack->deflate, shuffled, bytes, deflated, pack->bound);
    skipped = length == 0;
    *piece = (struct lac_store_piece){.bytes = (uint32_t)(skipped ? bytes : length),
                                      .mask = skipped ? DEFLATE_SKIPPED : 0};
    status = lac_spool_append(pack->spool, skipped ? shuffled : deflated, piece->bytes, &piece->offset, err);
    pack->pieces++;
    return status;
}

enum lac_status lac_store_pack_add(struct lac_store_pack *pack, const void *values, size_t n,
                                   struct lac_error *err)
{
    const unsigned char *from = values;

    if (n > pack->rows - pack->added) return lac_fail(err, LAC_DEFECT, "a column is longer than its table");
    pack->added += n;
    while (n > 0) {
        size_t room = pack->chunk - pack->filled, part = n < room ? n : room;
        enum lac_status status = LAC_OK;

        memcpy(pack->buffer + pack->filled * pack->size, from, part * pack->size);
        pack->filled += part;
        from += part * pack->size;
        n -= part;
        if (pack->filled == pack->chunk) status = pack_chunk(pack, err);
        if (status != LAC_OK) return status;
    }
    return LAC_OK;
}

enum lac_status lac_store_pack_end(struct lac_store_pack *pack, struct lac_error *err)
{
    enum lac_status status = LAC_OK;

    if (pack->added != pack->rows) return lac_fail(err, LAC_DEFECT, "a column is shorter than its table");
    if (pack->filled > 0) status = pack_chunk(pack, err);
    free_work(pack);
    return status;
}

void lac_store_pack_release(struct lac_store_pack *pack)
{
    free_work(pack);
    free(pack->piece);
    memset(pack, 0, sizeof *pack);
}

enum lac_status lac_store_feed_add(struct lac_store_feed *feed, const void *values, size_t n,
                                   struct lac_error *err)
{
    return lac_store_pack_add(feed->pack, values, n, err);
}
