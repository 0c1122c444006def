/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "base/memory.h"
#include "table/table.h"

void lac_dict_init(struct lac_dict *dict)
{
    memset(dict, 0, sizeof *dict);
}

void lac_dict_release(struct lac_dict *dict)
{
    free(dict->offset);
    free(dict->bytes);
    free(dict->slot);
    memset(dict, 0, sizeof *dict);
}

void lac_dict_clear(struct lac_dict *dict)
{
    if (dict->slot != NULL && dict->count > 0) memset(dict->slot, 0, dict->slots * sizeof *dict->slot);
    dict->count = 0;
}

const char *lac_dict_text(const struct lac_dict *dict, uint32_t code)
{
    return code < dict->count ? dict->bytes + dict->offset[code] : "";
}

static size_t text_length(const struct lac_dict *dict, uint32_t code)
{
    return (size_t)(dict->offset[code + 1] - dict->offset[code]) - 1;
}

static uint32_t tag_of(const char *text, size_t length)
{
    return (uint32_t)(lac_hash_text(text, length) >> 32);
}

/* Slot that holds `text`, or the free slot where it belongs. Slots hold code + 1 and the tag; 0 is free; open
 * addressing. */
static size_t find_slot(const struct lac_dict *dict, const char *text, size_t length, uint32_t tag)
{
    size_t mask = dict->slots - 1, at = tag & mask;

    for (; dict->slot[at] != 0; at = (at + 1) & mask) {
        uint32_t code = (uint32_t)dict->slot[at] - 1;

        if (dict->slot[at] >> 32 == tag && text_length(dict, code) == length &&
            memcmp(dict->bytes + dict->offset[code], text, length) == 0)
            break;
    }
    return at;
}

/* Tags are kept, so that the texts are not looked at again; a dictionary read from a file has none yet. */
static enum lac_status rehash(struct lac_dict *dict, size_t slots, struct lac_error *err)
{
    uint64_t *slot = calloc(slots, sizeof *slot), *old = dict->slot;
    size_t old_slots = dict->slots, mask = slots - 1;

    if (slot == NULL) return lac_fail_memory(err, "a dictionary");
    for (size_t i = 0; i < (old == NULL ? dict->count : old_slots); i++) {
        uint32_t code = (uint32_t)i;
        uint64_t value =
            old != NULL
                ? old[i]
                : (uint64_t)tag_of(dict->bytes + dict->offset[code], text_length(dict, code)) << 32 | (i + 1);
        size_t at = (size_t)(value >> 32) & mask;

        if (value == 0) continue;
        while (slot[at] != 0) at = (at + 1) & mask;
        slot[at] = value;
    }
    free(old);
    dict->slot = slot;
    dict->slots = slots;
    return LAC_OK;
}

enum lac_status lac_dict_index(struct lac_dict *dict, struct lac_error *err)
{
    size_t slots = 64;

    while (slots < (size_t)dict->count * 2) slots *= 2;
    free(dict->slot);
    dict->slot = NULL;
    return rehash(dict, slots, err);
}

enum lac_status lac_dict_append(struct lac_dict *dict, const char *text, size_t length, struct lac_error *err)
{
    void *offset = dict->offset, *bytes = dict->bytes;
    uint64_t start = dict->count == 0 ? 0 : dict->offset[dict->count];
    enum lac_status status;

    if (dict->count >= UINT32_MAX - 2)
        return lac_fail(err, LAC_INPUT, "a column has more than 4 billion distinct values");
    status = lac_grow(&offset, &dict->offset_capacity, (size_t)dict->count + 2, sizeof(uint64_t), err);
    dict->offset = offset;
    if (status != LAC_OK) return status;
    status = lac_grow(&bytes, &dict->bytes_capacity, (size_t)start + length + 1, 1, err);
    dict->bytes = bytes;
    if (status != LAC_OK) return status;
    memcpy(dict->bytes + start, text, length);
    dict->bytes[start + length] = '\0';
    dict->offset[dict->count] = start;
    dict->offset[++dict->count] = start + length + 1;
    return LAC_OK;
}

static enum lac_status make_room(struct lac_dict *dict, struct lac_error *err)
{
    enum lac_status status;

    if (dict->slot == NULL && (status = lac_dict_index(dict, err)) != LAC_OK) return status;
    return (size_t)dict->count * 2 >= dict->slots ? rehash(dict, dict->slots * 2, err) : LAC_OK;
}

static enum lac_status add_text(struct lac_dict *dict, const char *text, size_t length, uint32_t tag,
                                uint32_t *code, struct lac_error *err)
{
    enum lac_status status = make_room(dict, err);
    size_t at;

    if (status != LAC_OK) return status;
    at = find_slot(dict, text, length, tag);
    if (dict->slot[at] == 0) {
        if ((status = lac_dict_append(dict, text, length, err)) != LAC_OK) return status;
        dict->slot[at] = (uint64_t)tag << 32 | dict->count;
    }
    *code = (uint32_t)dict->slot[at] - 1;
    return LAC_OK;
}

enum lac_status lac_dict_code(struct lac_dict *dict, const char *text, uint32_t *code, struct lac_error *err)
{
    size_t length;

    if (text == NULL || text[0] == '\0') {
        *code = LAC_MISSING_STR;
        return LAC_OK;
    }
    length = strlen(text);
    return add_text(dict, text, length, tag_of(text, length), code, err);
}

enum lac_status lac_dict_codes(struct lac_dict *dict, const char *texts, size_t n, uint32_t *code,
                               struct lac_error *err)
{
    enum { AHEAD = 16 };
    struct {
        const char *text;
        size_t length;
        uint32_t tag;
    } next[AHEAD];
    enum lac_status status = make_room(dict, err);

    for (size_t done = 0; done < n && status == LAC_OK;) {
        size_t part = n - done < AHEAD ? n - done : AHEAD;

        for (size_t i = 0; i < part; i++) {
            next[i].text = texts;
            next[i].length = strlen(texts);
            next[i].tag = tag_of(texts, next[i].length);
            __builtin_prefetch(&dict->slot[next[i].tag & (dict->slots - 1)]);
            texts += next[i].length + 1;
        }
        for (size_t i = 0; i < part && status == LAC_OK; i++)
            status = add_text(dict, next[i].text, next[i].length, next[i].tag, &code[done + i], err);
        done += part;
    }
    return status;
}

uint32_t lac_dict_find(const struct lac_dict *dict, const char *text)
{
    if (text == NULL || text[0] == '\0') return LAC_MISSING_STR;
    if (dict->slot != NULL) {
        size_t length = strlen(text), at = find_slot(dict, text, length, tag_of(text, length));

        return dict->slot[at] == 0 ? LAC_MISSING_STR : (uint32_t)dict->slot[at] - 1;
    }
    for (uint32_t code = 0; code < dict->count; code++) {
        if (strcmp(lac_dict_text(dict, code), text) == 0) return code;
    }
    return LAC_MISSING_STR;
}
