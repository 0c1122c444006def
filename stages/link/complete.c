/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "complete.h"
#include <stdlib.h>
#include <string.h>
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

/* Records by component, ascending inside each, into member[n]; start[components + 1]. */
static void members_sort(uint32_t n, const uint32_t *component, uint32_t components, uint32_t *member,
                         uint32_t *start)
{
    memset(start, 0, ((size_t)components + 2) * sizeof *start);
    for (uint32_t i = 0; i < n; i++) start[component[i] + 2]++; /* one place late, so that it ends in place */
    for (uint32_t k = 0; k < components; k++) start[k + 1] += start[k];
    for (uint32_t i = 0; i < n; i++) member[start[component[i] + 1]++] = i;
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
    uint32_t n = data->n, components = 0;
    uint32_t *component = malloc(((size_t)n + 1) * sizeof *component),
             *member = malloc(((size_t)n + 1) * sizeof *member),
             *start = malloc(((size_t)n + 2) * sizeof *start);
    size_t known = pairs->count;
    if (!component || !member || !start)
        st = lac_fail_memory(err, "components");
    else {
        components = lac_link_components(n, pairs->pair, weight, known, 0, component);
        members_sort(n, component, components, member, start);
    }
    for (uint32_t k = 0; !st && k < components; k++) {
        uint32_t size = start[k + 1] - start[k];
        if (size > 2 && size <= LAC_LINK_COMPLETE)
            st = component_complete(data, member + start[k], size, known, pairs, err);
    }
    if (!st && pairs->count > known) st = pairs_settle(data, known, pairs, err);
    free(component);
    free(member);
    free(start);
    return st;
}
