/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_LINK_INTERN_H
#define LAC_LINK_INTERN_H
/*
 * Texts as a file has them, each with a number that its first bearer gives it: the number of the value that
 * the text stands for, so that a text is folded or parsed once however often it comes. Open addressing with
 * the hash and the text's place in the slot: two cache misses for a text that is known. Memory: 16 bytes per
 * slot, 1.33 to 2.67 slots per text, and the texts.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/status.h"

struct lac_link_intern_slot {
    uint64_t place; /* offset << 20 | length + 1; 0: free */
    uint32_t hash, value;
};
struct lac_link_intern {
    struct lac_link_intern_slot *slot;
    size_t slots, count; /* slots is a power of two */
    char *bytes;
    size_t length, capacity;
};
#define LAC_LINK_INTERN_LONGEST ((UINT32_C(1) << 20) - 2)

void lac_link_intern_init(struct lac_link_intern *intern);
void lac_link_intern_release(struct lac_link_intern *intern);
/* Hash of a text for the calls below. */
uint64_t lac_link_intern_hash(const char *text, size_t length);
/* Asks the processor for the slot, to be called some work before lac_link_intern_slot(). */
static inline void lac_link_intern_ask(const struct lac_link_intern *intern, uint64_t hash)
{
    if (intern->slots) __builtin_prefetch(&intern->slot[hash & (intern->slots - 1)]);
}
/* Asks for the text in that slot, some work after lac_link_intern_ask(). */
static inline void lac_link_intern_ask_text(const struct lac_link_intern *intern, uint64_t hash)
{
    if (!intern->slots) return;
    uint64_t place = intern->slot[hash & (intern->slots - 1)].place;
    if (place) __builtin_prefetch(intern->bytes + (place >> 20));
}
/* Room for so many more texts: their slots stay where they are. */
enum lac_status lac_link_intern_reserve(struct lac_link_intern *intern, size_t more,
                                        struct lac_error *err) LAC_CHECKED;
/* A text to look up, of at most LAC_LINK_INTERN_LONGEST bytes, with its hash. */
struct lac_link_intern_text {
    const char *bytes;
    size_t length;
    uint64_t hash;
};
/* The slot of a text; *fresh says that the caller must now fill in its value. Valid until the next call.
 * Amortised O(length). */
enum lac_status lac_link_intern_find(struct lac_link_intern *intern, struct lac_link_intern_text text,
                                     struct lac_link_intern_slot **slot, bool *fresh,
                                     struct lac_error *err) LAC_CHECKED;

#endif
