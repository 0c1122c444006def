/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_INGEST_MEMO_H
#define LAC_INGEST_MEMO_H
/*
 * What short cells of a return were read as, so that the same text is read once. What a cell gives depends on
 * its field and its text alone; only cells that gave no finding are remembered. A table of a fixed size per
 * return: an entry once filled stays, and a text whose place is taken is read again each time.
 */
#include <string.h>

#include "codes.h"
#include "layout.h"

union lac_ingest_value {
    const char *text; /* "" when missing, never NULL */
    int32_t number;   /* LAC_INGEST_NONE when missing; see lac_ingest_field_is_number() */
};

#define LAC_INGEST_MEMO_NAMES 4096 /* places for a name field; for a date; for another */
#define LAC_INGEST_MEMO_DATES 512
#define LAC_INGEST_MEMO_OTHERS 256
#define LAC_INGEST_MEMO_LENGTH 16 /* longest text */

/* A line of the cache. */
struct lac_ingest_memo_entry {
    _Alignas(64) uint64_t key[2]; /* the text, padded with zeros; zeros: free */
    union lac_ingest_value value;
    const char *folded; /* names: as folded, once it was; NULL before */
    struct lac_ingest_coded {
        uint32_t part, code; /* for the taker: code of the text in a part of that number; 0: none yet */
    } coded, coded_folded;
    enum lac_ingest_placeholder kind;
    uint32_t listed; /* districts and offences: index in the code list, LAC_MISSING_STR: not there */
};
_Static_assert(sizeof(struct lac_ingest_memo_entry) == 64, "one line of the cache");
struct lac_ingest_memo {
    struct lac_ingest_memo_entry *entry; /* malloc'd; NULL: nothing is remembered */
    uint32_t first[LAC_FIELD_COUNT], places[LAC_FIELD_COUNT];
    uint32_t count; /* places in all */
    struct lac_arena texts;
};
enum lac_status lac_ingest_memo_open(struct lac_ingest_memo *memo, struct lac_error *err) LAC_CHECKED;
/* Harmless on a zeroed struct. */
void lac_ingest_memo_close(struct lac_ingest_memo *memo);
extern const uint64_t lac_ingest_memo_masks[9]; /* the first so many bytes of eight */
/* The text as a key; false when it is too long. `length` is at least 1; LAC_INGEST_MEMO_LENGTH bytes from
 * `text` on can be read, whatever stands behind it. */
static inline bool lac_ingest_memo_key(const char *text, size_t length, uint64_t key[2])
{
    if (length > LAC_INGEST_MEMO_LENGTH) return false;
    memcpy(key, text, LAC_INGEST_MEMO_LENGTH);
    key[0] &= lac_ingest_memo_masks[length < 8 ? length : 8];
    key[1] &= lac_ingest_memo_masks[length < 8 ? 0 : length - 8];
    return true;
}
/* The key's place, or NULL when the field has none. */
static inline struct lac_ingest_memo_entry *
lac_ingest_memo_place(const struct lac_ingest_memo *memo, enum lac_ingest_field field, const uint64_t key[2])
{
    uint64_t hash = (key[0] * 0x9E3779B97F4A7C15u) ^ (key[1] * 0xC2B2AE3D27D4EB4Fu);

    if (memo->places[field] == 0) return NULL;
    hash ^= hash >> 29;
    return &memo->entry[memo->first[field] +
                        ((hash * 0xBF58476D1CE4E5B9u) >> 40 & (memo->places[field] - 1))];
}
/* Fills a free place; keeps a copy of the text. Nothing happens without memory: the cell is read again. */
void lac_ingest_memo_fill(struct lac_ingest_memo *memo, struct lac_ingest_memo_entry *entry,
                          enum lac_ingest_field field, const uint64_t key[2], union lac_ingest_value value);

#endif
