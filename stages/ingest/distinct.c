/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "distinct.h"

#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "base/memory.h"

/* Before each text in its part. */
struct head {
    uint32_t number, length;
};

enum lac_status lac_ingest_distinct_open(struct lac_ingest_distinct *distinct, const char *folder,
                                         struct lac_error *err)
{
    memset(distinct, 0, sizeof *distinct);
    for (size_t p = 0; p < LAC_INGEST_DISTINCT_PARTS; p++)
        if ((distinct->part[p].buffer = malloc(LAC_INGEST_DISTINCT_PIECE)) == NULL)
            return lac_fail_memory(err, "the texts of a column");
    return lac_spool_open(&distinct->spool, folder, err);
}

static void release_part(struct lac_ingest_distinct_part *part)
{
    free(part->buffer);
    free(part->piece);
    part->buffer = NULL;
    part->piece = NULL;
}

void lac_ingest_distinct_close(struct lac_ingest_distinct *distinct)
{
    for (size_t p = 0; p < LAC_INGEST_DISTINCT_PARTS; p++) release_part(&distinct->part[p]);
    lac_spool_close(&distinct->spool);
    free(distinct->first);
    distinct->first = NULL;
}

static enum lac_status put_piece(struct lac_ingest_distinct *distinct, struct lac_ingest_distinct_part *part,
                                 const void *bytes, size_t n, struct lac_error *err)
{
    void *piece = part->piece;
    enum lac_status status = lac_grow(&piece, &part->capacity, part->pieces + 1, sizeof *part->piece, err);

    part->piece = piece;
    if (status != LAC_OK) return status;
    part->piece[part->pieces].bytes = (uint32_t)n;
    status = lac_spool_append(&distinct->spool, bytes, n, &part->piece[part->pieces].offset, err);
    if (status == LAC_OK) part->pieces++;
    return status;
}

/* Bytes behind those in the buffer, which is written when it is full. */
static enum lac_status put(struct lac_ingest_distinct *distinct, struct lac_ingest_distinct_part *part,
                           const void *bytes, size_t n, struct lac_error *err)
{
    const unsigned char *from = bytes;

    part->bytes += n;
    while (n > 0) {
        size_t room = LAC_INGEST_DISTINCT_PIECE - part->used, some = n < room ? n : room;
        enum lac_status status = LAC_OK;

        memcpy(part->buffer + part->used, from, some);
        part->used += some;
        from += some;
        n -= some;
        if (part->used < LAC_INGEST_DISTINCT_PIECE) break;
        status = put_piece(distinct, part, part->buffer, part->used, err);
        part->used = 0;
        if (status != LAC_OK) return status;
    }
    return LAC_OK;
}

enum lac_status lac_ingest_distinct_add(struct lac_ingest_distinct *distinct, const char *text, size_t length,
                                        struct lac_error *err)
{
    struct head head = {(uint32_t)distinct->count, (uint32_t)length};
    struct lac_ingest_distinct_part *part =
        &distinct->part[lac_hash_text(text, length) % LAC_INGEST_DISTINCT_PARTS];
    enum lac_status status;

    if (distinct->count >= UINT32_MAX - 1)
        return lac_fail(err, LAC_INPUT, "a column has more than 4 billion values");
    distinct->count++;
    part->texts++;
    status = put(distinct, part, &head, sizeof head, err);
    return status == LAC_OK ? put(distinct, part, text, length, err) : status;
}

/* --- one part
 * --------------------------------------------------------------------------------------------------- */

struct table {
    const unsigned char *bytes; /* of the part */
    uint64_t *slot; /* place of the text's head plus 1, 32 bits of its hash above where they fit */
    size_t mask;
};

static struct head head_at(const unsigned char *bytes, size_t at)
{
    struct head head;

    memcpy(&head, bytes + at, sizeof head);
    return head;
}

/* The first text that is the same, whose head stands at the place given back; `at` itself when it is new. */
static size_t find_first(const struct table *table, size_t at, struct head head)
{
    const unsigned char *text = table->bytes + at + sizeof head;
    uint64_t hash = lac_hash_text(text, head.length);
    size_t slot = (size_t)(hash / LAC_INGEST_DISTINCT_PARTS) & table->mask;

    for (; table->slot[slot] != 0; slot = (slot + 1) & table->mask) {
        size_t other = (size_t)table->slot[slot] - 1;
        struct head there = head_at(table->bytes, other);

        if (there.length == head.length && memcmp(table->bytes + other + sizeof head, text, head.length) == 0)
            return other;
    }
    table->slot[slot] = at + 1;
    return at;
}

static void settle_texts(struct lac_ingest_distinct *distinct, const struct table *table, size_t bytes)
{
    for (size_t at = 0; at < bytes;) {
        struct head head = head_at(table->bytes, at);
        size_t first = find_first(table, at, head);

        distinct->first[head.number] = head_at(table->bytes, first).number;
        if (first == at) {
            distinct->distinct++;
            distinct->bytes += head.length;
        }
        at += sizeof head + head.length;
    }
}

static enum lac_status load_part(const struct lac_ingest_distinct *distinct,
                                 const struct lac_ingest_distinct_part *part, unsigned char *bytes,
                                 struct lac_error *err)
{
    enum lac_status status = LAC_OK;

    for (size_t k = 0; k < part->pieces && status == LAC_OK; k++) {
        status = lac_spool_read(&distinct->spool, part->piece[k].offset, bytes, part->piece[k].bytes, err);
        bytes += part->piece[k].bytes;
    }
    if (part->used > 0) memcpy(bytes, part->buffer, part->used);
    return status;
}

static enum lac_status settle_part(struct lac_ingest_distinct *distinct,
                                   struct lac_ingest_distinct_part *part, struct lac_error *err)
{
    unsigned char *bytes = lac_big_alloc(part->bytes + 1, 1);
    size_t slots = 64;
    struct table table = {bytes, NULL, 0};
    enum lac_status status = LAC_OK;

    while (slots < (size_t)part->texts * 2) slots *= 2;
    table.mask = slots - 1;
    table.slot = calloc(slots, sizeof *table.slot);
    if (bytes == NULL || table.slot == NULL) status = lac_fail_memory(err, "the texts of a column");
    if (status == LAC_OK) status = load_part(distinct, part, bytes, err);
    if (status == LAC_OK) settle_texts(distinct, &table, part->bytes);
    free(table.slot);
    free(bytes);
    release_part(part);
    return status;
}

enum lac_status lac_ingest_distinct_settle(struct lac_ingest_distinct *distinct, struct lac_error *err)
{
    enum lac_status status = LAC_OK;

    distinct->first = lac_big_alloc(distinct->count + 1, sizeof *distinct->first);
    if (distinct->first == NULL) return lac_fail_memory(err, "the texts of a column");
    for (size_t p = 0; p < LAC_INGEST_DISTINCT_PARTS && status == LAC_OK; p++)
        if (distinct->part[p].texts > 0) status = settle_part(distinct, &distinct->part[p], err);
    return status;
}
