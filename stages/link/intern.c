/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "intern.h"
#include <stdlib.h>
#include <string.h>
#include "base/memory.h"

#define LENGTH ((UINT64_C(1) << 20) - 1)
#define ODD_A UINT64_C(0x9e3779b97f4a7c15)
#define ODD_B UINT64_C(0xd6e8feb86659fd93)
#define ODD_C UINT64_C(0xa0761d6478bd642f)

static uint64_t load8(const char *text)
{
    uint64_t word;
    memcpy(&word, text, 8);
    return word;
}

static uint64_t load4(const char *text)
{
    uint32_t word;
    memcpy(&word, text, 4);
    return word;
}

/* Both halves of a product of 128 bits. */
static uint64_t mix(uint64_t a, uint64_t b)
{
    unsigned __int128 product = (unsigned __int128)a * b;
    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

uint64_t lac_link_intern_hash(const char *text, size_t length)
{
    uint64_t a, b, state = length * ODD_A;
    for (; length > 16; length -= 8, text += 8) state = mix(state ^ load8(text), ODD_C);
    if (length >= 8) {
        a = load8(text);
        b = load8(text + length - 8);
    } else if (length >= 4) {
        a = load4(text);
        b = load4(text + length - 4);
    } else {
        a = length ? (uint8_t)text[0] | (uint64_t)(uint8_t)text[length / 2] << 8 |
                         (uint64_t)(uint8_t)text[length - 1] << 16
                   : 0;
        b = 0;
    }
    return mix(a ^ ODD_B ^ state, b ^ ODD_C ^ state);
}

void lac_link_intern_init(struct lac_link_intern *intern)
{
    memset(intern, 0, sizeof *intern);
}

void lac_link_intern_release(struct lac_link_intern *intern)
{
    free(intern->slot);
    free(intern->bytes);
    memset(intern, 0, sizeof *intern);
}

/* Slots keep 32 bits of the hash, which is all that growing needs. */
static enum lac_status grow(struct lac_link_intern *intern, struct lac_error *err)
{
    size_t slots = intern->slots ? 2 * intern->slots : 256, mask = slots - 1;
    if (slots > (size_t)1 << 32) return lac_fail(err, LAC_INPUT, "too many distinct values in a column");
    struct lac_link_intern_slot *slot = calloc(slots, sizeof *slot);
    if (!slot) return lac_fail_memory(err, "values of a field");
    lac_big_pages(slot, slots * sizeof *slot);
    for (size_t k = 0; k < intern->slots; k++) {
        if (!intern->slot[k].place) continue;
        size_t at = intern->slot[k].hash & mask;
        while (slot[at].place) at = (at + 1) & mask;
        slot[at] = intern->slot[k];
    }
    free(intern->slot);
    intern->slot = slot;
    intern->slots = slots;
    return LAC_OK;
}

enum lac_status lac_link_intern_reserve(struct lac_link_intern *intern, size_t more, struct lac_error *err)
{
    enum lac_status st = LAC_OK;
    while (!st && 4 * (intern->count + more) >= 3 * intern->slots) st = grow(intern, err);
    return st;
}

enum lac_status lac_link_intern_find(struct lac_link_intern *intern, struct lac_link_intern_text text,
                                     struct lac_link_intern_slot **slot, bool *fresh, struct lac_error *err)
{
    enum lac_status st;
    if (4 * intern->count >= 3 * intern->slots && (st = grow(intern, err))) return st;
    size_t mask = intern->slots - 1, at = (uint32_t)text.hash & mask;
    struct lac_link_intern_slot *s;
    for (; (s = &intern->slot[at])->place; at = (at + 1) & mask)
        if (s->hash == (uint32_t)text.hash && (s->place & LENGTH) == text.length + 1 &&
            memcmp(intern->bytes + (s->place >> 20), text.bytes, text.length) == 0)
            break;
    *slot = s;
    *fresh = !s->place;
    if (!*fresh) return LAC_OK;
    void *bytes = intern->bytes;
    st = lac_grow(&bytes, &intern->capacity, intern->length + text.length + 1, 1, err);
    intern->bytes = bytes;
    if (st) return st;
    memcpy(intern->bytes + intern->length, text.bytes, text.length);
    *s = (struct lac_link_intern_slot){(uint64_t)intern->length << 20 | (text.length + 1),
                                       (uint32_t)text.hash, 0};
    intern->length += text.length;
    intern->count++;
    return LAC_OK;
}
