/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_BASE_MEMORY_H
#define LAC_BASE_MEMORY_H
/*
 * Arena memory and growing arrays.
 *
 * An arena owns many allocations that are freed together. Memory from it is zeroed and aligned for any type.
 * The arena is borrowed by those who allocate from it; whoever called lac_arena_init() calls
 * lac_arena_release(). Not thread safe: one arena per thread.
 *
 * Every allocation returns NULL on failure or on overflow of count * size: check it and return
 * lac_fail_memory().
 */
#include <stddef.h>
#include "base/status.h"

struct lac_arena_block;
struct lac_arena {
    struct lac_arena_block *head;
    size_t used; /* bytes handed out in all, for reports */
};

void lac_arena_init(struct lac_arena *arena);
void lac_arena_release(struct lac_arena *arena);
/* Empty again; the block in use is kept, so that a loop does not allocate in every round. */
void lac_arena_reset(struct lac_arena *arena);
void *lac_arena_alloc(struct lac_arena *arena, size_t count, size_t size) LAC_CHECKED;
char *lac_arena_strdup(struct lac_arena *arena, const char *text) LAC_CHECKED;
char *lac_arena_strndup(struct lac_arena *arena, const char *text, size_t length) LAC_CHECKED;
char *lac_arena_printf(struct lac_arena *arena, const char *format, ...) LAC_PRINTF(2, 3) LAC_CHECKED;

/* `LAC_NEW(arena, double, n)` - n zeroed doubles, or NULL. n = 0 gives a valid pointer. */
#define LAC_NEW(arena, type, count) ((type *)lac_arena_alloc((arena), (size_t)(count), sizeof(type)))

/* malloc'd array grown by doubling: makes room for `need` elements; *array and *capacity are updated
 * together. The caller frees *array. Complexity: amortised O(1) per element. */
enum lac_status lac_grow(void **array, size_t *capacity, size_t need, size_t size,
                         struct lac_error *err) LAC_CHECKED;

/* Asks the system to lay memory that was just allocated (4 MiB and more) out in large pages, so that visits
 * at random cost fewer translations and the first ones fewer faults. A wish: nothing depends on it. */
void lac_big_pages(void *memory, size_t bytes);
/* malloc'd array laid out so, not zeroed; the caller frees it. */
void *lac_big_alloc(size_t count, size_t size) LAC_CHECKED;

/* Growing text buffer, always NUL terminated once something was added. Zero-initialise it; a failed addition
 * sets `failed` and makes all later ones do nothing, so a chain of additions is checked once at its end. */
struct lac_buffer {
    char *text;
    size_t length, capacity;
    int failed;
};
void lac_buffer_add(struct lac_buffer *buffer, const char *text);
void lac_buffer_add_n(struct lac_buffer *buffer, const char *text, size_t length);
void lac_buffer_printf(struct lac_buffer *buffer, const char *format, ...) LAC_PRINTF(2, 3);
enum lac_status lac_buffer_status(const struct lac_buffer *buffer, struct lac_error *err) LAC_CHECKED;
void lac_buffer_clear(struct lac_buffer *buffer); /* empty again, memory kept */
void lac_buffer_release(struct lac_buffer *buffer);

#endif
