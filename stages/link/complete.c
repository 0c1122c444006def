/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "complete.h"
#include <stdlib.h>
#include "compare.h"
#include "sort.h"

static int by_key(const void *a, const void *b)
{
    uint64_t x = ((const struct lac_link_pair *)a)->key, y = ((const struct lac_link_pair *)b)->key;
    return x < y ? -1 : x > y;
}

/* Members of one component: adds its comparable pairs that are not among the first `known` pairs. */
static enum lac_status component_complete(const struct lac_link_data *data, const uint32_t *member,
                                          size_t size, size_t known, struct lac_link_pairs *pairs,
                                          struct lac_error *err)
{
    for (size_t i = 0; i < size; i++)
        for (size_t j = i + 1; j < size; j++) {
            struct lac_link_pair pair = {(uint64_t)member[i] << 32 | member[j], 0, 0};
            if (!lac_link_comparable(data, member[i], member[j])) continue;
            if (bsearch(&pair, pairs->pair, known, sizeof pair, by_key)) continue;
            void *grown = pairs->pair;
            enum lac_status st = lac_grow(&grown, &pairs->capacity, pairs->count + 1, sizeof pair, err);
            pairs->pair = grown;
            if (st) return st;
            pairs->pair[pairs->count++] = pair;
        }
    return LAC_OK;
}

/* Records by component, ascending inside each. */
static void members_sort(uint32_t n, const uint32_t *component, struct lac_link_pair *item)
{
    for (uint32_t i = 0; i < n; i++) item[i] = (struct lac_link_pair){component[i], i, 0};
    lac_link_sort(item, item + n, n);
}

/* Gives the pairs after the first `known` their patterns and puts them in order. */
static enum lac_status pairs_settle(const struct lac_link_data *data, size_t known,
                                    struct lac_link_pairs *pairs, struct lac_error *err)
{
    struct lac_link_pairs added = {pairs->pair + known, pairs->count - known, 0};
    struct lac_link_pair *spare = malloc((pairs->count + 1) * sizeof *spare);
    if (!spare) return lac_fail_memory(err, "pairs");
    lac_link_patterns(data, &added);
    lac_link_sort(pairs->pair, spare, pairs->count);
    free(spare);
    return LAC_OK;
}

enum lac_status lac_link_complete(const struct lac_link_data *data, const double *weight,
                                  struct lac_link_pairs *pairs, struct lac_error *err)
{
    enum lac_status st = LAC_OK;
    uint32_t n = data->n, *component = malloc(2 * ((size_t)n + 1) * sizeof *component);
    struct lac_link_pair *item = malloc(2 * ((size_t)n + 1) * sizeof *item);
    size_t known = pairs->count;
    if (!component || !item)
        st = lac_fail_memory(err, "components");
    else {
        lac_link_components(n, pairs->pair, weight, known, 0, component);
        members_sort(n, component, item);
    }
    for (uint32_t first = 0, last; !st && first < n; first = last) {
        uint32_t *member = component + n; /* its members, from the second half */
        for (last = first; last < n && item[last].key == item[first].key; last++)
            member[last - first] = item[last].pattern;
        if (last - first > 2 && last - first <= LAC_LINK_COMPLETE)
            st = component_complete(data, member, last - first, known, pairs, err);
    }
    if (!st && pairs->count > known) st = pairs_settle(data, known, pairs, err);
    free(component);
    free(item);
    return st;
}
