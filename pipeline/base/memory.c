/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/memory.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define BLOCK_BYTES ((size_t)1 << 16)
#define ALIGNMENT (_Alignof(max_align_t))

struct lac_arena_block {
    struct lac_arena_block *next;
    size_t size, used;
    max_align_t data[];
};

void lac_arena_init(struct lac_arena *arena)
{
    arena->head = NULL;
    arena->used = 0;
}

void lac_arena_release(struct lac_arena *arena)
{
    while (arena->head != NULL) {
        struct lac_arena_block *next = arena->head->next;

        free(arena->head);
        arena->head = next;
    }
    arena->used = 0;
}

void lac_arena_reset(struct lac_arena *arena)
{
    struct lac_arena_block *kept = arena->head;

    if (kept == NULL) return;
    while (kept->next != NULL) {
        struct lac_arena_block *next = kept->next->next;

        free(kept->next);
        kept->next = next;
    }
    memset(kept->data, 0, kept->used);
    kept->used = 0;
    arena->used = 0;
}

/* A new block; a request larger than the usual block gets one of its own behind the current one, so that the
 * current block's room is not lost. */
static struct lac_arena_block *add_block(struct lac_arena *arena, size_t need)
{
    size_t size = need > BLOCK_BYTES ? need : BLOCK_BYTES;
    struct lac_arena_block *block;

    if (size > SIZE_MAX - sizeof *block) return NULL;
    block = calloc(1, sizeof *block + size);
    if (block == NULL) return NULL;
    block->size = size;
    if (arena->head != NULL && need > BLOCK_BYTES) {
        block->next = arena->head->next;
        arena->head->next = block;
    } else {
        block->next = arena->head;
        arena->head = block;
    }
    return block;
}

void *lac_arena_alloc(struct lac_arena *arena, size_t count, size_t size)
{
    struct lac_arena_block *block = arena->head;
    size_t need;
    void *result;

    if (size != 0 && count > (SIZE_MAX - ALIGNMENT) / size) return NULL;
    need = (count * size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    if (need == 0) need = ALIGNMENT;
    if (block == NULL || block->size - block->used < need) block = add_block(arena, need);
    if (block == NULL) return NULL;
    result = (char *)block->data + block->used;
    block->used += need;
    arena->used += need;
    return result;
}

char *lac_arena_strndup(struct lac_arena *arena, const char *text, size_t length)
{
    char *copy = LAC_NEW(arena, char, length + 1);

    if (copy != NULL) memcpy(copy, text, length);
    return copy;
}

char *lac_arena_strdup(struct lac_arena *arena, const char *text)
{
    return lac_arena_strndup(arena, text, strlen(text));
}

char *lac_arena_printf(struct lac_arena *arena, const char *format, ...)
{
    va_list arguments, again;
    char *text = NULL;
    int length;

    va_start(arguments, format);
    va_copy(again, arguments);
    length = vsnprintf(NULL, 0, format, arguments);
    if (length >= 0) text = LAC_NEW(arena, char, (size_t)length + 1);
    if (text != NULL) vsnprintf(text, (size_t)length + 1, format, again);
    va_end(again);
    va_end(arguments);
    return text;
}

#define BIG ((size_t)1 << 22)
#define PAGE ((size_t)4096)

void lac_big_pages(void *memory, size_t bytes)
{
#ifdef MADV_HUGEPAGE
    /* Whole pages, the first and the last one included: advice for a part of a mapping would cut it in two,
     * and realloc() then copies what it could have moved. */
    size_t before = (uintptr_t)memory % PAGE, whole = (before + bytes + PAGE - 1) / PAGE * PAGE;

    if (memory != NULL && bytes >= BIG) (void)madvise((char *)memory - before, whole, MADV_HUGEPAGE);
#else
    (void)memory;
    (void)bytes;
#endif
}

void *lac_big_alloc(size_t count, size_t size)
{
    void *memory;

    if (size != 0 && count > SIZE_MAX / size) return NULL;
    memory = malloc(count * size != 0 ? count * size : 1);
    lac_big_pages(memory, count * size);
    return memory;
}

enum lac_status lac_grow(void **array, size_t *capacity, size_t need, size_t size, struct lac_error *err)
{
    size_t wanted = *capacity < 16 ? 16 : *capacity;
    void *grown;

    if (need <= *capacity) return LAC_OK;
    while (wanted < need) {
        if (wanted > SIZE_MAX / 2) return lac_fail_memory(err, "a growing array");
        wanted *= 2;
    }
    if (wanted > SIZE_MAX / size) return lac_fail_memory(err, "a growing array");
    grown = realloc(*array, wanted * size);
    if (grown == NULL) return lac_fail_memory(err, "a growing array");
    lac_big_pages(grown, wanted * size);
    *array = grown;
    *capacity = wanted;
    return LAC_OK;
}

static int buffer_reserve(struct lac_buffer *buffer, size_t more)
{
    void *text = buffer->text;

    if (buffer->failed) return 0;
    if (more > SIZE_MAX - buffer->length - 1 ||
        lac_grow(&text, &buffer->capacity, buffer->length + more + 1, 1, NULL) != LAC_OK) {
        buffer->failed = 1;
        return 0;
    }
    buffer->text = text;
    return 1;
}

void lac_buffer_add_n(struct lac_buffer *buffer, const char *text, size_t length)
{
    if (!buffer_reserve(buffer, length)) return;
    memcpy(buffer->text + buffer->length, text, length);
    buffer->length += length;
    buffer->text[buffer->length] = '\0';
}

void lac_buffer_add(struct lac_buffer *buffer, const char *text)
{
    lac_buffer_add_n(buffer, text, strlen(text));
}

void lac_buffer_printf(struct lac_buffer *buffer, const char *format, ...)
{
    va_list arguments, again;
    int length;

    va_start(arguments, format);
    va_copy(again, arguments);
    length = vsnprintf(NULL, 0, format, arguments);
    if (length < 0)
        buffer->failed = 1;
    else if (buffer_reserve(buffer, (size_t)length)) {
        vsnprintf(buffer->text + buffer->length, (size_t)length + 1, format, again);
        buffer->length += (size_t)length;
    }
    va_end(again);
    va_end(arguments);
}

enum lac_status lac_buffer_status(const struct lac_buffer *buffer, struct lac_error *err)
{
    return buffer->failed ? lac_fail_memory(err, "text") : LAC_OK;
}

void lac_buffer_clear(struct lac_buffer *buffer)
{
    buffer->length = 0;
    buffer->failed = 0;
    if (buffer->text != NULL) buffer->text[0] = '\0';
}

void lac_buffer_release(struct lac_buffer *buffer)
{
    free(buffer->text);
    memset(buffer, 0, sizeof *buffer);
}
