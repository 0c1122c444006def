/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "complete.h"
#include <stdlib.h>
#include <string.h>
#include "base/memory.h"
#include "compare.h"

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

/* Records by component, ascending inside each, into member[n]; start[components + 1]. */
static void members_sort(uint32_t n, const uint32_t *component, uint32_t components, uint32_t *member,
                         uint32_t *start)
{
    memset(start, 0, ((size_t)components + 2) * sizeof *start);
    for (uint32_t i = 0; i < n; i++) start[component[i] + 2]++; /* one place late, so that it ends in place */
    for (uint32_t k = 0; k < components; k++) start[k + 1] += start[k];
    for (uint32_t i = 0; i < n; i++) member[start[component[i] + 1]++] = i;
}

/* Merges pairs in order into others, from the end. */
static enum lac_status pairs_merge(const struct lac_link_pairs *added, struct lac_link_pairs *pairs)
{
    void *grown = pairs->pair;
    size_t to = pairs->count + added->count, from = pairs->count;
    enum lac_status st = lac_grow(&grown, &pairs->capacity, to, sizeof *pairs->pair, NULL);
    pairs->pair = grown;
    if (st) return st;
    pairs->count = to;
    for (size_t k = added->count; k-- > 0;) {
        while (from > 0 && pairs->pair[from - 1].key > added->pair[k].key)
            pairs->pair[--to] = pairs->pair[--from];
        pairs->pair[--to] = added->pair[k];
    }
    return LAC_OK;
}

struct components {
    uint32_t *of;            /* per record */
    uint32_t *member;        /* records by component */
    uint32_t *start, *place; /* per component: its first member; the one to come next */
    uint32_t count;
};

static enum lac_status components_make(uint32_t n, const struct lac_link_pairs *pairs, const double *weight,
                                       struct components *c, struct lac_error *err)
{
    c->of = lac_big_alloc((size_t)n + 1, sizeof *c->of);
    c->member = lac_big_alloc((size_t)n + 1, sizeof *c->member);
    c->start = lac_big_alloc((size_t)n + 2, sizeof *c->start);
    c->place = lac_big_alloc((size_t)n + 1, sizeof *c->place);
    if (!c->of || !c->member || !c->start || !c->place) return lac_fail_memory(err, "components");
    c->count = lac_link_components(n, pairs->pair, weight, pairs->count, 0, c->of);
    members_sort(n, c->of, c->count, c->member, c->start);
    memcpy(c->place, c->start, (size_t)c->count * sizeof *c->place);
    return LAC_OK;
}

/* Record by record, so that what is added comes in order. */
static enum lac_status pairs_find(const struct lac_link_data *data, const struct components *c,
                                  const struct lac_link_pairs *pairs, struct lac_link_pairs *added)
{
    enum lac_status st = LAC_OK;
    size_t first = 0, last = 0;
    for (uint32_t i = 0; !st && i < data->n; i++, first = last) {
        uint32_t k = c->of[i], size = c->start[k + 1] - c->start[k];
        while (last < pairs->count && lac_link_left(&pairs->pair[last]) == i) last++;
        if (size <= 2 || size > LAC_LINK_COMPLETE) continue;
        const struct lac_link_pairs known = {pairs->pair + first, last - first, 0};
        st = record_complete(data, i, c->member + ++c->place[k], c->member + c->start[k + 1], &known, added);
    }
    return st;
}

enum lac_status lac_link_complete(const struct lac_link_data *data, const double *weight,
                                  struct lac_link_pairs *pairs, struct lac_error *err)
{
    struct components c = {0};
    struct lac_link_pairs added = {0};
    enum lac_status st = components_make(data->n, pairs, weight, &c, err);
    if (!st && pairs_find(data, &c, pairs, &added)) st = lac_fail_memory(err, "pairs");
    if (!st && added.count) {
        lac_link_patterns(data, &added);
        if (pairs_merge(&added, pairs)) st = lac_fail_memory(err, "pairs");
    }
    free(added.pair);
    free(c.of);
    free(c.member);
    free(c.start);
    free(c.place);
    return st;
}
