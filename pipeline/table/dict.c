/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
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

/* Slot that holds `text`, or the free slot where it belongs. Slots hold code + 1, 0 is free; open addressing.
 */
static size_t find_slot(const struct lac_dict *dict, const char *text, size_t length)
{
    size_t mask = dict->slots - 1, at = (size_t)lac_hash64(text, length, 0) & mask;

    for (; dict->slot[at] != 0; at = (at + 1) & mask) {
        uint32_t code = dict->slot[at] - 1;

        if (text_length(dict, code) == length && memcmp(dict->bytes + dict->offset[code], text, length) == 0)
            break;
    }
    return at;
}

static enum lac_status rehash(struct lac_dict *dict, size_t slots, struct lac_error *err)
{
    uint32_t *slot = calloc(slots, sizeof *slot);

    if (slot == NULL) return lac_fail_memory(err, "a dictionary");
    free(dict->slot);
    dict->slot = slot;
    dict->slots = slots;
    for (uint32_t code = 0; code < dict->count; code++)
        dict->slot[find_slot(dict, dict->bytes + dict->offset[code], text_length(dict, code))] = code + 1;
    return LAC_OK;
}

enum lac_status lac_dict_index(struct lac_dict *dict, struct lac_error *err)
{
    size_t slots = 64;

    while (slots < (size_t)dict->count * 2) slots *= 2;
    return rehash(dict, slots, err);
}

static enum lac_status append(struct lac_dict *dict, const char *text, size_t length, struct lac_error *err)
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

enum lac_status lac_dict_code(struct lac_dict *dict, const char *text, uint32_t *code, struct lac_error *err)
{
    enum lac_status status;
    size_t length, at;

    if (text == NULL || text[0] == '\0') {
        *code = LAC_MISSING_STR;
        return LAC_OK;
    }
    if ((dict->slot == NULL || (size_t)dict->count * 2 >= dict->slots) &&
        (status = lac_dict_index(dict, err)) != LAC_OK)
        return status;
    if ((size_t)dict->count * 2 >= dict->slots && (status = rehash(dict, dict->slots * 2, err)) != LAC_OK)
        return status;
    length = strlen(text);
    at = find_slot(dict, text, length);
    if (dict->slot[at] == 0) {
        if ((status = append(dict, text, length, err)) != LAC_OK) return status;
        dict->slot[at] = dict->count;
    }
    *code = dict->slot[at] - 1;
    return LAC_OK;
}

uint32_t lac_dict_find(const struct lac_dict *dict, const char *text)
{
    if (text == NULL || text[0] == '\0') return LAC_MISSING_STR;
    if (dict->slot != NULL) {
        size_t at = find_slot(dict, text, strlen(text));

        return dict->slot[at] == 0 ? LAC_MISSING_STR : dict->slot[at] - 1;
    }
    for (uint32_t code = 0; code < dict->count; code++) {
        if (strcmp(lac_dict_text(dict, code), text) == 0) return code;
    }
    return LAC_MISSING_STR;
}
