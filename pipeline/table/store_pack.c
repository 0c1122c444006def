/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <libdeflate.h>
#include <stdlib.h>
#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

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

#ifdef __SSE2__
/* Byte `k` of sixteen elements of four bytes. */
static inline __m128i plane(const __m128i four[4], int k)
{
    const __m128i low = _mm_set1_epi32(0xFF);
    __m128i a[4];

    for (int i = 0; i < 4; i++) a[i] = _mm_and_si128(_mm_srli_epi32(four[i], 8 * k), low);
    return _mm_packus_epi16(_mm_packs_epi32(a[0], a[1]), _mm_packs_epi32(a[2], a[3]));
}

static inline void put_planes(const __m128i four[4], size_t n, unsigned char *to)
{
    for (int k = 0; k < 4; k++) _mm_storeu_si128((__m128i *)(void *)(to + (size_t)k * n), plane(four, k));
}

/* Elements of four or eight bytes, sixteen at once; returns how many are done. */
static size_t shuffle_many(const unsigned char *from, size_t n, size_t size, unsigned char *to)
{
    const __m128i *at = (const __m128i *)(const void *)from;
    size_t i = 0;

    for (; (size == 4 || size == 8) && i + 16 <= n; i += 16) {
        __m128i low[4], high[4];

        for (int k = 0; k < 4; k++) {
            if (size == 4) {
                low[k] = _mm_loadu_si128(at++);
                continue;
            }
            __m128 a = _mm_castsi128_ps(_mm_loadu_si128(at)), b = _mm_castsi128_ps(_mm_loadu_si128(at + 1));

            low[k] = _mm_castps_si128(_mm_shuffle_ps(a, b, 0x88));
            high[k] = _mm_castps_si128(_mm_shuffle_ps(a, b, 0xDD));
            at += 2;
        }
        put_planes(low, n, to + i);
        if (size == 8) put_planes(high, n, to + 4 * n + i);
    }
    return i;
}
#else
static size_t shuffle_many(const unsigned char *from, size_t n, size_t size, unsigned char *to)
{
    (void)from, (void)n, (void)size, (void)to;
    return 0;
}
#endif

/* Byte k of every element together, as HDF5's shuffle filter has it. */
static void shuffle(const unsigned char *from, size_t n, size_t size, unsigned char *to)
{
    size_t done = shuffle_many(from, n, size, to);

    for (size_t k = 0; k < size; k++)
        for (size_t i = done; i < n; i++) to[k * n + i] = from[i * size + k];
}

/* The chunk being filled; that and the one before take turns. */
static unsigned char *chunk_of(const struct lac_store_pack *pack)
{
    return pack->buffer + (pack->turn ? pack->chunk * pack->size : 0);
}

static enum lac_status pack_chunk(struct lac_store_pack *pack, struct lac_error *err)
{
    size_t bytes = pack->chunk * pack->size;
    unsigned char *raw = chunk_of(pack), *before = pack->buffer + (pack->turn ? 0 : bytes),
                  *shuffled = pack->buffer + 2 * bytes, *deflated = shuffled + bytes;
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
    pack->turn = !pack->turn;
    if (pack->size > 1)
        shuffle(raw, pack->chunk, pack->size, shuffled);
    else
        shuffled = raw;
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

        memcpy(chunk_of(pack) + pack->filled * pack->size, from, part * pack->size);
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

enum lac_status lac_store_feed_texts(struct lac_store_feed *feed, size_t count, size_t bytes,
                                     struct lac_error *err)
{
    struct lac_store_texts *texts = feed->texts;
    enum lac_status status =
        lac_store_pack_begin(texts->offsets, texts->spool, sizeof(uint64_t), count + 1, err);

    texts->begun = true;
    if (status == LAC_OK) status = lac_store_pack_begin(texts->bytes, texts->spool, 1, bytes, err);
    return status == LAC_OK ? lac_store_pack_add(texts->offsets, &texts->end, 1, err) : status;
}

enum lac_status lac_store_feed_text(struct lac_store_feed *feed, const char *text, size_t length,
                                    struct lac_error *err)
{
    struct lac_store_texts *texts = feed->texts;
    enum lac_status status = lac_store_pack_add(texts->bytes, text, length, err);

    texts->end += length;
    return status == LAC_OK ? lac_store_pack_add(texts->offsets, &texts->end, 1, err) : status;
}
