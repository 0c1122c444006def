/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cluster.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "base/memory.h"

#define AHEAD 24 /* pairs whose right record is asked for before its turn */

static uint32_t root_of(uint32_t *parent, uint32_t i)
{
    while (parent[i] != i) {
        parent[i] = parent[parent[i]];
        i = parent[i];
    }
    return i;
}

uint32_t lac_link_components(uint32_t n, const struct lac_link_pair *pair, const double *weight, size_t pairs,
                             double above, uint32_t *component)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < n; i++) component[i] = i;
    for (size_t p = 0; p < pairs; p++) {
        if (p + AHEAD < pairs && weight[p + AHEAD] > above)
            __builtin_prefetch(&component[lac_link_right(&pair[p + AHEAD])]);
        if (!(weight[p] > above)) continue;
        uint32_t a = root_of(component, lac_link_left(&pair[p])),
                 b = root_of(component, lac_link_right(&pair[p]));
        if (a < b) component[b] = a;
        if (b < a) component[a] = b;
    }
    for (uint32_t i = 0; i < n; i++) component[i] = root_of(component, i);
    /* A root is the smallest record of its component, so its number is known before that of any other member.
     */
    for (uint32_t i = 0; i < n; i++) component[i] = component[i] == i ? count++ : component[component[i]];
    return count;
}

static enum lac_status inside_add(const struct lac_link_pair *pair, double weight,
                                  struct lac_link_weighted *inside, size_t *capacity)
{
    void *pairs = inside->pairs.pair, *weights = inside->weight;
    size_t count = inside->pairs.count;
    enum lac_status st = lac_grow(&pairs, &inside->pairs.capacity, count + 1, sizeof *pair, NULL);
    inside->pairs.pair = pairs;
    if (!st) st = lac_grow(&weights, capacity, count + 1, sizeof *inside->weight, NULL);
    inside->weight = weights;
    if (st) return st;
    inside->weight[count] = weight;
    inside->pairs.pair[inside->pairs.count++] = *pair;
    return LAC_OK;
}

enum lac_status lac_link_inside(const struct lac_link_weighted *all, double shift,
                                struct lac_link_weighted *inside, struct lac_error *err)
{
    const struct lac_link_pairs *pairs = &all->pairs;
    uint32_t *component = lac_big_alloc((size_t)all->n + 1, sizeof *component);
    size_t capacity = 0;
    *inside = (struct lac_link_weighted){.n = all->n};
    if (!component) return lac_fail_memory(err, "components");
    enum lac_status st = LAC_OK;
    lac_link_components(all->n, pairs->pair, all->weight, pairs->count, shift, component);
    for (size_t p = 0; !st && p < pairs->count; p++) {
        const struct lac_link_pair *pair = &pairs->pair[p];
        if (p + AHEAD < pairs->count) __builtin_prefetch(&component[lac_link_right(pair + AHEAD)]);
        if (component[lac_link_left(pair)] == component[lac_link_right(pair)])
            st = inside_add(pair, all->weight[p] - shift, inside, &capacity);
    }
    free(component);
    return st ? lac_fail_memory(err, "pairs") : LAC_OK;
}

/* Members and pairs grouped by component. */
struct groups {
    uint32_t *component, *place; /* per record: its component, its rank inside it */
    uint32_t *member;            /* records by component, ascending */
    size_t *first;               /* components + 1 starts into member */
    size_t *pair, *pair_first;   /* pairs inside a component, by component */
    size_t pairs_inside;
    uint32_t count;
};

static void groups_release(struct groups *g)
{
    free(g->component);
    free(g->place);
    free(g->member);
    free(g->first);
    free(g->pair);
    free(g->pair_first);
}

static enum lac_status groups_alloc(struct groups *g, uint32_t n, size_t pairs, struct lac_error *err)
{
    g->place = lac_big_alloc((size_t)n + 1, sizeof *g->place);
    g->member = lac_big_alloc((size_t)n + 1, sizeof *g->member);
    g->first = calloc((size_t)g->count + 2, sizeof *g->first);
    g->pair = lac_big_alloc(pairs + 1, sizeof *g->pair);
    g->pair_first = calloc((size_t)g->count + 2, sizeof *g->pair_first);
    bool ok = g->place && g->member && g->first && g->pair && g->pair_first;
    return ok ? LAC_OK : lac_fail_memory(err, "components");
}

/* Sizes of the components of `kept`; how many are too large to be solved whole. */
static uint32_t components_measure(uint32_t n, const struct lac_link_pairs *pairs, const double *kept,
                                   struct groups *g, uint32_t *size, uint32_t *largest)
{
    uint32_t large = 0;
    g->count = lac_link_components(n, pairs->pair, kept, pairs->count, 0, g->component);
    memset(size, 0, ((size_t)n + 1) * sizeof *size);
    for (uint32_t i = 0; i < n; i++) size[g->component[i]]++;
    for (uint32_t k = 0; k < g->count; k++) {
        if (size[k] > *largest) *largest = size[k];
        large += size[k] > LAC_LINK_COMPONENT;
    }
    return large;
}

/* Cuts components that are too large: their pairs count as joined only above a weight that doubles each time.
 * Leaves the final components in g->component. */
static enum lac_status components_cut(uint32_t n, const struct lac_link_pairs *pairs, const double *weight,
                                      struct groups *g, struct lac_link_cluster_report *report,
                                      struct lac_error *err)
{
    double *kept = lac_big_alloc(pairs->count + 1, sizeof *kept);
    uint32_t *size = lac_big_alloc((size_t)n + 1, sizeof *size), large = 1;
    enum lac_status st = kept && size ? LAC_OK : lac_fail_memory(err, "components");
    if (!st && pairs->count) memcpy(kept, weight, pairs->count * sizeof *kept);
    for (double above = 2; !st && large && above <= 64; above *= 2) {
        large = components_measure(n, pairs, kept, g, size, &report->largest_component);
        report->cut += large;
        for (size_t p = 0; large && p < pairs->count; p++)
            if (size[g->component[lac_link_left(&pairs->pair[p])]] > LAC_LINK_COMPONENT && kept[p] <= above)
                kept[p] = -1;
    }
    free(kept);
    free(size);
    if (st || !large) return st;
    st = lac_fail(err, LAC_REFUSED, "more than %d records hang together by near-certain pairs",
                  LAC_LINK_COMPONENT);
    lac_error_remedy(err, "look for a placeholder value that many records share (a name, date or reference)");
    return st;
}

static void groups_fill(struct groups *g, uint32_t n, const struct lac_link_pairs *pairs)
{
    for (uint32_t i = 0; i < n; i++) g->place[i] = (uint32_t)g->first[g->component[i] + 1]++;
    for (uint32_t k = 0; k < g->count; k++) g->first[k + 1] += g->first[k];
    for (uint32_t i = 0; i < n; i++) g->member[g->first[g->component[i]] + g->place[i]] = i;
    for (size_t p = 0; p < pairs->count; p++) {
        uint32_t k = g->component[lac_link_left(&pairs->pair[p])];
        if (k == g->component[lac_link_right(&pairs->pair[p])]) g->pair_first[k + 1]++;
    }
    for (uint32_t k = 0; k < g->count; k++) g->pair_first[k + 1] += g->pair_first[k];
    g->pairs_inside = g->pair_first[g->count];
    for (size_t p = pairs->count;
         p-- > 0;) { /* from the end, so that the starts come to rest one place early */
        uint32_t k = g->component[lac_link_left(&pairs->pair[p])];
        if (k == g->component[lac_link_right(&pairs->pair[p])]) g->pair[--g->pair_first[k + 1]] = p;
    }
    for (uint32_t k = 0; k < g->count; k++) g->pair_first[k] = g->pair_first[k + 1];
    g->pair_first[g->count] = g->pairs_inside;
}

struct solving {
    const struct lac_link_data *data;
    const struct lac_link_pairs *pairs;
    const double *weight;
    double unscored;
    const struct groups *groups;
    uint32_t *person; /* smallest record of the person */
};

static double clipped(double weight)
{
    return weight > LAC_LINK_CLIP ? LAC_LINK_CLIP : weight < -LAC_LINK_CLIP ? -LAC_LINK_CLIP : weight;
}

static void matrix_fill(const struct solving *s, uint32_t k, double *matrix, uint32_t size)
{
    const struct groups *g = s->groups;
    const uint32_t *member = g->member + g->first[k];
    for (uint32_t i = 0; i < size; i++)
        for (uint32_t j = 0; j < size; j++)
            matrix[(size_t)i * size + j] =
                lac_link_comparable(s->data, member[i], member[j]) ? s->unscored : (double)-INFINITY;
    for (size_t p = g->pair_first[k]; p < g->pair_first[k + 1]; p++) {
        size_t at = g->pair[p];
        uint32_t i = g->place[lac_link_left(&s->pairs->pair[at])],
                 j = g->place[lac_link_right(&s->pairs->pair[at])];
        matrix[(size_t)i * size + j] = matrix[(size_t)j * size + i] = clipped(s->weight[at]);
    }
}

static enum lac_status component_solve(const struct solving *s, uint32_t k, struct lac_error *err)
{
    const struct groups *g = s->groups;
    const uint32_t *member = g->member + g->first[k];
    uint32_t size = (uint32_t)(g->first[k + 1] - g->first[k]);
    if (size == 1) {
        s->person[member[0]] = member[0];
        return LAC_OK;
    }
    double *matrix = malloc((size_t)size * size * sizeof *matrix);
    uint32_t *cluster = malloc(size * sizeof *cluster);
    enum lac_status st = matrix && cluster ? LAC_OK : lac_fail_memory(err, "a component");
    if (!st) {
        matrix_fill(s, k, matrix, size);
        st = lac_link_contract(matrix, size, cluster, err);
    }
    for (uint32_t i = 0; !st && i < size; i++) s->person[member[i]] = member[cluster[i]];
    free(matrix);
    free(cluster);
    return st;
}

static enum lac_status components_solve(const struct solving *s, struct lac_error *err)
{
    enum lac_status worst = LAC_OK;
#pragma omp parallel for schedule(dynamic, 64)
    for (uint32_t k = 0; k < s->groups->count; k++) {
        enum lac_status st = component_solve(s, k, NULL);
        if (st) {
#pragma omp critical
            worst = st;
        }
    }
    return worst ? lac_fail_memory(err, "a component") : LAC_OK;
}

/* Numbers persons in order of their first records and counts them. */
static enum lac_status persons_number(uint32_t n, uint32_t *person, struct lac_link_cluster_report *report,
                                      struct lac_error *err)
{
    uint32_t *size = calloc((size_t)n + 1, sizeof *size);
    if (!size) return lac_fail_memory(err, "persons");
    for (uint32_t i = 0; i < n; i++) {
        person[i] = person[i] == i ? report->persons++ : person[person[i]];
        if (++size[person[i]] > report->largest) report->largest = size[person[i]];
    }
    free(size);
    return LAC_OK;
}

enum lac_status lac_link_cluster(const struct lac_link_data *data, const struct lac_link_pairs *pairs,
                                 const double *weight, double unscored, uint32_t *person,
                                 struct lac_link_cluster_report *report, struct lac_error *err)
{
    struct groups g = {.component = lac_big_alloc((size_t)data->n + 1, sizeof *g.component)};
    enum lac_status st = g.component ? LAC_OK : lac_fail_memory(err, "components");
    memset(report, 0, sizeof *report);
    if (!st) st = components_cut(data->n, pairs, weight, &g, report, err);
    if (!st) st = groups_alloc(&g, data->n, pairs->count, err);
    if (!st) {
        struct solving s = {data, pairs, weight, unscored, &g, person};
        groups_fill(&g, data->n, pairs);
        st = components_solve(&s, err);
    }
    if (!st) st = persons_number(data->n, person, report, err);
    groups_release(&g);
    return st;
}
