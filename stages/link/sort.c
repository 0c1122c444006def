/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sort.h"
#include <omp.h>
#include <stdlib.h>
#include <string.h>
#include "base/memory.h"

#define BITS 11
#define DIGITS (1 << BITS)
#define FEW 64

static void pass(const struct lac_link_pair *from, struct lac_link_pair *to, size_t count, unsigned shift)
{
    size_t start[DIGITS] = {0}, at = 0;
    for (size_t i = 0; i < count; i++) start[from[i].key >> shift & (DIGITS - 1)]++;
    for (size_t d = 0; d < DIGITS; d++) {
        size_t here = start[d];
        start[d] = at;
        at += here;
    }
    for (size_t i = 0; i < count; i++) to[start[from[i].key >> shift & (DIGITS - 1)]++] = from[i];
}

static void insertion_sort(struct lac_link_pair *item, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        struct lac_link_pair one = item[i];
        size_t to = i;
        for (; to > 0 && item[to - 1].key > one.key; to--) item[to] = item[to - 1];
        item[to] = one;
    }
}

void lac_link_sort(struct lac_link_pair *item, struct lac_link_pair *spare, size_t count)
{
    if (count <= FEW) {
        insertion_sort(item, count);
        return;
    }
    uint64_t differ = 0;
    for (size_t i = 1; i < count; i++) differ |= item[i].key ^ item[0].key;
    struct lac_link_pair *from = item, *to = spare;
    for (unsigned shift = 0; shift < 64; shift += BITS) {
        if ((differ >> shift & (DIGITS - 1)) == 0) continue;
        pass(from, to, count, shift);
        struct lac_link_pair *swap = from;
        from = to;
        to = swap;
    }
    if (from != item && count) memcpy(item, from, count * sizeof *item);
}

#define PARTS_BITS 11
#define PARTS (1 << PARTS_BITS)
#define PART_RECORDS 2048
#define THREADS 64

/* Sorts what agrees in the upper `known` bits of the key; equal keys keep their order. */
static void part_sort(struct lac_link_keyed *item, struct lac_link_keyed *spare, size_t count, unsigned known)
{
    for (unsigned pass = 2; count > 32 && pass > 0; pass--) { /* 16 more bits, the lower eight first */
        unsigned shift = 64 - known - 8 * pass;
        size_t start[256] = {0}, at = 0;
        for (size_t i = 0; i < count; i++) start[item[i].key >> shift & 255]++;
        for (size_t d = 0; d < 256; d++) {
            size_t here = start[d];
            start[d] = at;
            at += here;
        }
        for (size_t i = 0; i < count; i++) spare[start[item[i].key >> shift & 255]++] = item[i];
        memcpy(item, spare, count * sizeof *item);
    }
    for (size_t i = 1; i < count; i++) { /* what agrees in so many bits is nearly always equal */
        struct lac_link_keyed one = item[i];
        size_t to = i;
        for (; to > 0 && item[to - 1].key > one.key; to--) item[to] = item[to - 1];
        item[to] = one;
    }
}

/* Records spread over parts by the upper bits of their keys, in order inside each. start[parts + 1]. */
struct spread {
    const uint64_t *key;
    uint32_t n;
    bool skip;
    unsigned bits;
    size_t threads;
    uint32_t (*count)[PARTS]; /* per thread; then where it writes */
    uint32_t start[PARTS + 1];
};

static size_t part_of(const struct spread *s, uint64_t key)
{
    return s->bits ? (size_t)(key >> (64 - s->bits)) : 0;
}

static uint32_t range_start(const struct spread *s, size_t thread)
{
    return (uint32_t)((uint64_t)s->n * thread / s->threads);
}

static void spread_count(struct spread *s, size_t thread)
{
    for (uint32_t i = range_start(s, thread); i < range_start(s, thread + 1); i++)
        if (s->key[i] || !s->skip) s->count[thread][part_of(s, s->key[i])]++;
}

static void spread_write(struct spread *s, size_t thread, struct lac_link_keyed *item)
{
    for (uint32_t i = range_start(s, thread); i < range_start(s, thread + 1); i++)
        if (s->key[i] || !s->skip)
            item[s->count[thread][part_of(s, s->key[i])]++] = (struct lac_link_keyed){s->key[i], i};
}

/* Counts to places; returns the largest part. */
static uint32_t spread_start(struct spread *s)
{
    uint32_t at = 0, largest = 0;
    for (size_t part = 0; part < (size_t)1 << s->bits; part++) {
        s->start[part] = at;
        for (size_t thread = 0; thread < s->threads; thread++) {
            uint32_t here = s->count[thread][part];
            s->count[thread][part] = at;
            at += here;
        }
        if (at - s->start[part] > largest) largest = at - s->start[part];
    }
    s->start[(size_t)1 << s->bits] = at;
    return largest;
}

enum lac_status lac_link_sort_keys(const uint64_t *key, uint32_t n, bool skip, struct lac_link_keyed *item,
                                   uint32_t *count, struct lac_error *err)
{
    struct spread s = {.key = key, .n = n, .skip = skip, .threads = 1};
    while (s.bits < PARTS_BITS && n >> s.bits > PART_RECORDS) s.bits++;
    if (s.bits) s.threads = (size_t)omp_get_max_threads() < THREADS ? (size_t)omp_get_max_threads() : THREADS;
    s.count = calloc(s.threads, sizeof *s.count);
    if (!s.count) return lac_fail_memory(err, "the order of records");
#pragma omp parallel for schedule(static, 1)
    for (size_t thread = 0; thread < s.threads; thread++) spread_count(&s, thread);
    size_t largest = spread_start(&s), parts = (size_t)1 << s.bits;
#pragma omp parallel for schedule(static, 1)
    for (size_t thread = 0; thread < s.threads; thread++) spread_write(&s, thread, item);
    struct lac_link_keyed *spare = malloc(s.threads * (largest + 1) * sizeof *spare);
    if (spare) {
#pragma omp parallel for schedule(dynamic, 8) num_threads((int)s.threads)
        for (size_t part = 0; part < parts; part++)
            part_sort(item + s.start[part], spare + (size_t)omp_get_thread_num() * (largest + 1),
                      s.start[part + 1] - s.start[part], s.bits);
        *count = s.start[parts];
    }
    free(s.count);
    free(spare);
    return spare ? LAC_OK : lac_fail_memory(err, "the order of records");
}
