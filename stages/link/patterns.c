/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>
#include <string.h>
#include "base/memory.h"
#include "compare.h"

#define AHEAD 24 /* pairs whose right record is asked for before its turn */

/* Values of every record side by side, so that a record is one visit to memory; NULL when that does not pay
 * or there is no memory for it. */
static uint32_t *rows_make(const struct lac_link_data *data, size_t pairs)
{
    if (pairs < data->n / 4) return NULL;
    uint32_t *row = lac_big_alloc((size_t)data->n * data->columns + 1, sizeof *row);
    if (!row) return NULL;
#pragma omp parallel for schedule(static)
    for (uint32_t i = 0; i < data->n; i++) lac_link_row(data, i, row + i * data->columns);
    return row;
}

void lac_link_patterns(const struct lac_link_data *data, struct lac_link_pairs *pairs)
{
    uint32_t *row = rows_make(data, pairs->count);
    size_t columns = data->columns;
#pragma omp parallel
    {
        struct lac_link_scratch scratch;
        memset(&scratch, 0, sizeof scratch);
#pragma omp for schedule(dynamic, 4096)
        for (size_t p = 0; p < pairs->count; p++) {
            struct lac_link_pair *pair = &pairs->pair[p];
            uint32_t left = lac_link_left(pair), right = lac_link_right(pair);
            if (!row) {
                pair->pattern = lac_link_pattern(data, &scratch, left, right);
                continue;
            }
            if (p + AHEAD < pairs->count) {
                const uint32_t *next = row + lac_link_right(pair + AHEAD) * columns;
                __builtin_prefetch(next);
                __builtin_prefetch(next + columns - 1);
            }
            pair->pattern = lac_link_pattern_of(data, &scratch, row + left * columns, row + right * columns);
        }
    }
    free(row);
}
