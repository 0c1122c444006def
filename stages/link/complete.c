/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "complete.h"
#include <stdlib.h>
#include <string.h>
#include "base/memory.h"
#include "compare.h"

#define CHUNK 65536u /* records whose pairs are looked for at once */

/* Adds to `added` the comparable pairs of record i with those after it in its component, member[] to end,
 * that are not among its known pairs. Both ascend. */
static enum lac_status record_complete(const struct lac_link_data *data, uint32_t i, const uint32_t *member,
                                       const uint32_t *end, const struct lac_link_pairs *known,
                                       struct lac_link_pairs *added)
{
    const struct lac_link_pair *pair = known->pair, *last = pair + known->count;
    for (; member < end; member++) {
        uint64_t key = (uint64_t)i << 32 | *member;
        while (pair < last && pair->key < key) pair++;
        if ((pair < last && pair->key == key) || !lac_link_comparable(data, i, *member)) continue;
        void *grown = added->pair;
        enum lac_status st = lac_grow(&grown, &added->capacity, added->count + 1, sizeof *pair, NULL);
        added->pair = grown;
        if (st) return st;
        added->pair[added->count++] = (struct lac_link_pair){key, 0, 0};
    }
    return LAC_OK;
}

/* Where the pairs of records from `i` on begin. */
static size_t pairs_from(const struct lac_link_pairs *pairs, uint32_t i)
{
    size_t low = 0, high = pairs->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (lac_link_left(&pairs->pair[middle]) < i)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Missing pairs of the records [first, end), record by record, so that they come in order. */
static enum lac_status pairs_find(const struct lac_link_data *data, const struct lac_link_components *c,
                                  const struct lac_link_pairs *pairs, uint32_t first, uint32_t end,
                                  struct lac_link_pairs *added)
{
    enum lac_status st = LAC_OK;
    size_t from = pairs_from(pairs, first), to = from;
    for (uint32_t i = first; !st && i < end; i++, from = to) {
        uint32_t k = c->of[i], size = lac_link_component_size(c, k);
        while (to < pairs->count && lac_link_left(&pairs->pair[to]) == i) to++;
        if (size <= 2 || size > LAC_LINK_COMPLETE) continue;
        const struct lac_link_pairs known = {pairs->pair + from, to - from, 0};
        st = record_complete(data, i, c->member + c->start[k] + lac_link_component_rank(c, k, i) + 1,
                             c->member + c->start[k + 1], &known, added);
    }
    return st;
}

static enum lac_status pairs_append(const struct lac_link_pairs *more, struct lac_link_pairs *pairs)
{
    void *grown = pairs->pair;
    enum lac_status st =
        lac_grow(&grown, &pairs->capacity, pairs->count + more->count, sizeof *pairs->pair, NULL);
    pairs->pair = grown;
    if (st || more->count == 0) return st;
    memcpy(pairs->pair + pairs->count, more->pair, more->count * sizeof *pairs->pair);
    pairs->count += more->count;
    return LAC_OK;
}

enum lac_status lac_link_complete(const struct lac_link_data *data, const struct lac_link_components *c,
                                  const struct lac_link_pairs *pairs, struct lac_link_pairs *added,
                                  struct lac_error *err)
{
    enum lac_status worst = LAC_OK;
    memset(added, 0, sizeof *added);
#pragma omp parallel
    {
        struct lac_link_pairs own = {0};
#pragma omp for schedule(static, 1) ordered
        for (uint32_t first = 0; first < data->n; first += CHUNK) {
            uint32_t end = data->n - first < CHUNK ? data->n : first + CHUNK;
            own.count = 0;
            enum lac_status st = pairs_find(data, c, pairs, first, end, &own);
#pragma omp ordered
            {
                if (!st && !worst) st = pairs_append(&own, added);
                if (st) worst = st;
            }
        }
        free(own.pair);
    }
    if (worst) return lac_fail_memory(err, "pairs");
    lac_link_patterns(data, added);
    return LAC_OK;
}

/* From the end, so that nothing is overwritten before it has moved. */
enum lac_status lac_link_merge(const struct lac_link_pairs *added, const double *added_weight,
                               struct lac_link_pairs *pairs, double **weight, struct lac_error *err)
{
    size_t to = pairs->count + added->count, from = pairs->count;
    void *grown = pairs->pair, *weights = realloc(*weight, (to + 1) * sizeof **weight);
    if (weights) *weight = weights;
    enum lac_status st = lac_grow(&grown, &pairs->capacity, to, sizeof *pairs->pair, NULL);
    pairs->pair = grown;
    if (st || !weights) return lac_fail_memory(err, "pairs");
    pairs->count = to;
    for (size_t k = added->count; k-- > 0;) {
        while (from > 0 && pairs->pair[from - 1].key > added->pair[k].key) {
            pairs->pair[--to] = pairs->pair[--from];
            (*weight)[to] = (*weight)[from];
        }
        pairs->pair[--to] = added->pair[k];
        (*weight)[to] = added_weight[k];
    }
    return LAC_OK;
}
