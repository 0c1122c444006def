/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "rates_text.h"
#include <stdlib.h>
#include <string.h>

enum lac_status lac_link_text_rows_make(const struct lac_link_field *field, const uint32_t *order,
                                        uint32_t count, struct lac_link_text_rows *rows,
                                        struct lac_error *err)
{
    memset(rows, 0, sizeof *rows);
    rows->field = field;
    rows->count = count;
    rows->letters = malloc(((size_t)count + 1) * sizeof *rows->letters);
    rows->length = malloc((size_t)count + 1);
    rows->slack = malloc((size_t)count + 1);
    rows->special = malloc((size_t)count + 1);
    if (!rows->letters || !rows->length || !rows->slack || !rows->special)
        return lac_fail_memory(err, "letter sets");
    for (uint32_t r = 0; r < count; r++) {
        uint32_t v = order[r];
        rows->letters[r] = field->letters[v];
        rows->length[r] = field->length[v];
        rows->slack[r] = (uint8_t)(field->length[v] - __builtin_popcountll(field->letters[v]));
        rows->special[r] = field->nicknamed && field->nicknamed[v];
    }
    return LAC_OK;
}

void lac_link_text_rows_release(struct lac_link_text_rows *rows)
{
    free(rows->letters);
    free(rows->length);
    free(rows->slack);
    free(rows->special);
    memset(rows, 0, sizeof *rows);
}

/* What lac_link_letters_near() asks for, by the other name's length: common letters at least. */
static void need_make(size_t length, uint8_t need[LAC_LINK_NAME_LENGTH + 1])
{
    for (size_t other = 0; other <= LAC_LINK_NAME_LENGTH; other++) {
        size_t sum = 10 * (length + other), product = 11 * length * other;
        size_t least = sum ? (product + sum - 1) / sum : 0;
        need[other] = (uint8_t)least;
    }
}

struct scan {
    uint64_t letters;
    uint8_t slack, special, need[LAC_LINK_NAME_LENGTH + 1];
};

static inline __attribute__((always_inline)) uint32_t
scan_rows(const struct lac_link_text_rows *rows, const struct scan *scan, uint32_t from, uint32_t *near)
{
    uint32_t found = 0,
             to = rows->count - from < LAC_LINK_TEXT_BLOCK ? rows->count : from + LAC_LINK_TEXT_BLOCK;
    for (uint32_t r = from; r < to; r++) {
        int slack = scan->slack < rows->slack[r] ? scan->slack : rows->slack[r];
        int common = __builtin_popcountll(scan->letters & rows->letters[r]) + slack;
        near[found] = r;
        found += (common >= scan->need[rows->length[r]]) | (scan->special & rows->special[r]);
    }
    return found;
}

static uint32_t scan_plain(const struct lac_link_text_rows *rows, const struct scan *scan, uint32_t from,
                           uint32_t *near)
{
    return scan_rows(rows, scan, from, near);
}

#if defined(__x86_64__)
__attribute__((target("popcnt"))) static uint32_t
scan_counting(const struct lac_link_text_rows *rows, const struct scan *scan, uint32_t from, uint32_t *near)
{
    return scan_rows(rows, scan, from, near);
}
#define SCAN (__builtin_cpu_supports("popcnt") ? scan_counting : scan_plain)
#else
#define SCAN scan_plain
#endif

uint32_t lac_link_text_rows_near(const struct lac_link_text_rows *rows, uint32_t rank, uint32_t from,
                                 uint32_t *near)
{
    struct scan scan = {
        .letters = rows->letters[rank], .slack = rows->slack[rank], .special = rows->special[rank]};
    need_make(rows->length[rank], scan.need);
    if (rows->field->kind == LAC_LINK_NAME) { /* initials compare with every name */
        scan.need[1] = 0;
        if (rows->length[rank] == 1) memset(scan.need, 0, sizeof scan.need);
    }
    return SCAN(rows, &scan, from, near);
}
