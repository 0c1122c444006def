/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cluster.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "base/memory.h"

#define AHEAD 24              /* pairs whose right record is asked for before its turn */
#define CHUNK ((size_t)65536) /* pairs looked at by a thread in one go; a multiple of 64 */

/* Marks the pairs [first, end) that lie inside a component, a bit each; returns how many. A record that is
 * alone needs no look at the other one. */
static size_t inside_mark(const struct lac_link_pairs *pairs, const struct lac_link_components *c,
                          size_t first, size_t end, uint64_t *bits)
{
    size_t count = 0;
    for (size_t p = first; p < end; p++) {
        const struct lac_link_pair *pair = &pairs->pair[p];
        if (p + AHEAD < pairs->count) __builtin_prefetch(&c->of[lac_link_right(pair + AHEAD)]);
        uint32_t k = c->of[lac_link_left(pair)];
        if (lac_link_component_size(c, k) < 2 || c->of[lac_link_right(pair)] != k) continue;
        bits[p / 64] |= UINT64_C(1) << p % 64;
        count++;
    }
    return count;
}

static void inside_copy(const struct lac_link_weighted *all, double shift, size_t first, size_t end,
                        const uint64_t *bits, struct lac_link_weighted *to, size_t at)
{
    for (size_t word = first / 64; word * 64 < end; word++)
        for (uint64_t left = bits[word]; left; left &= left - 1, at++) {
            size_t p = word * 64 + (size_t)__builtin_ctzll(left);
            to->pairs.pair[at] = all->pairs.pair[p];
            to->weight[at] = all->weight[p] - shift;
        }
}

enum lac_status lac_link_inside(const struct lac_link_weighted *all, const struct lac_link_components *c,
                                double shift, struct lac_link_weighted *inside, struct lac_error *err)
{
    size_t count = all->pairs.count, chunks = count / CHUNK + 1, total = 0;
    uint64_t *bits = calloc(chunks * (CHUNK / 64), sizeof *bits);
    size_t *start = malloc(chunks * sizeof *start);
    *inside = (struct lac_link_weighted){.n = all->n};
    enum lac_status st = bits && start ? LAC_OK : lac_fail_memory(err, "pairs");
#pragma omp parallel for schedule(dynamic, 1)
    for (size_t k = 0; k < (st ? 0 : chunks); k++)
        start[k] = inside_mark(&all->pairs, c, k * CHUNK, k + 1 < chunks ? (k + 1) * CHUNK : count, bits);
    for (size_t k = 0; !st && k < chunks; k++) {
        size_t here = start[k];
        start[k] = total;
        total += here;
    }
    inside->pairs.count = inside->pairs.capacity = total;
    inside->pairs.pair = lac_big_alloc(total + 1, sizeof *inside->pairs.pair);
    inside->weight = lac_big_alloc(total + 1, sizeof *inside->weight);
    if (!st && (!inside->pairs.pair || !inside->weight)) st = lac_fail_memory(err, "pairs");
#pragma omp parallel for schedule(dynamic, 1)
    for (size_t k = 0; k < (st ? 0 : chunks); k++)
        inside_copy(all, shift, k * CHUNK, k + 1 < chunks ? (k + 1) * CHUNK : count, bits, inside, start[k]);
    free(bits);
    free(start);
    return st;
}

/* How many components are too large to be solved whole. */
static uint32_t components_measure(const struct lac_link_components *c, uint32_t *largest)
{
    uint32_t large = 0;
    for (uint32_t k = 0; k < c->count; k++) {
        uint32_t size = lac_link_component_size(c, k);
        if (size > *largest) *largest = size;
        large += size > LAC_LINK_COMPONENT;
    }
    return large;
}

/* Cuts components that are too large: their pairs count as joined only above a weight that doubles each time.
 * The parts into *cut. */
static enum lac_status components_cut(const struct lac_link_clustering *clustering,
                                      struct lac_link_components *cut, struct lac_link_cluster_report *report,
                                      struct lac_error *err)
{
    const struct lac_link_pairs *pairs = &clustering->inside->pairs;
    const struct lac_link_components *c = clustering->components;
    struct lac_link_weighted kept = {clustering->inside->n, *pairs,
                                     lac_big_alloc(pairs->count + 1, sizeof *kept.weight)};
    uint32_t large = 1;
    enum lac_status st = kept.weight ? LAC_OK : lac_fail_memory(err, "components");
    if (!st) memcpy(kept.weight, clustering->inside->weight, pairs->count * sizeof *kept.weight);
    for (double above = 2; !st && large && above <= 32; above *= 2, c = cut) {
        for (size_t p = 0; p < pairs->count; p++)
            if (lac_link_component_size(c, c->of[lac_link_left(&pairs->pair[p])]) > LAC_LINK_COMPONENT &&
                kept.weight[p] <= above)
                kept.weight[p] = -1;
        lac_link_components_release(cut);
        st = lac_link_components_make(&kept, 0, cut, err);
        large = st ? 1 : components_measure(cut, &report->largest_component);
        report->cut += large;
    }
    free(kept.weight);
    if (st || !large) return st;
    st = lac_fail(err, LAC_REFUSED, "more than %d records hang together by near-certain pairs",
                  LAC_LINK_COMPONENT);
    lac_error_remedy(err, "look for a placeholder value that many records share (a name, date or reference)");
    return st;
}

struct solving {
    const struct lac_link_data *data;
    const struct lac_link_weighted *inside;
    const struct lac_link_components *components;
    double unscored;
    size_t *first;    /* per record: its first pair */
    uint32_t *person; /* smallest record of the person */
};

/* Where the pairs of every record begin. */
static void first_fill(const struct lac_link_weighted *inside, size_t *first)
{
    uint32_t next = 0;
    for (size_t p = 0; p < inside->pairs.count; p++)
        for (uint32_t left = lac_link_left(&inside->pairs.pair[p]); next <= left;) first[next++] = p;
    while (next <= inside->n) first[next++] = inside->pairs.count;
}

static double clipped(double weight)
{
    return weight > LAC_LINK_CLIP ? LAC_LINK_CLIP : weight < -LAC_LINK_CLIP ? -LAC_LINK_CLIP : weight;
}

static void matrix_fill(const struct solving *s, uint32_t k, double *matrix, uint32_t size)
{
    const struct lac_link_components *c = s->components;
    const uint32_t *member = c->member + c->start[k];
    for (uint32_t i = 0; i < size; i++)
        for (uint32_t j = 0; j < size; j++)
            matrix[(size_t)i * size + j] =
                lac_link_comparable(s->data, member[i], member[j]) ? s->unscored : (double)-INFINITY;
    for (uint32_t i = 0; i < size; i++)
        for (size_t p = s->first[member[i]]; p < s->first[member[i] + 1]; p++) {
            uint32_t right = lac_link_right(&s->inside->pairs.pair[p]), j = c->rank[right];
            if (c->of[right] != k) continue; /* of a component that was cut */
            matrix[(size_t)i * size + j] = matrix[(size_t)j * size + i] = clipped(s->inside->weight[p]);
        }
}

/* Memory of one thread, for components one after another. */
struct scratch {
    void *matrix, *cluster;
    size_t cells, records;
};

static enum lac_status component_solve(const struct solving *s, uint32_t k, struct scratch *scratch)
{
    const uint32_t *member = s->components->member + s->components->start[k];
    uint32_t size = lac_link_component_size(s->components, k);
    if (size == 1) {
        s->person[member[0]] = member[0];
        return LAC_OK;
    }
    enum lac_status st =
        lac_grow(&scratch->matrix, &scratch->cells, (size_t)size * size, sizeof(double), NULL);
    if (!st) st = lac_grow(&scratch->cluster, &scratch->records, size, sizeof(uint32_t), NULL);
    if (st) return st;
    const uint32_t *cluster = scratch->cluster;
    matrix_fill(s, k, scratch->matrix, size);
    st = lac_link_contract(scratch->matrix, size, scratch->cluster, NULL);
    for (uint32_t i = 0; !st && i < size; i++) s->person[member[i]] = member[cluster[i]];
    return st;
}

static enum lac_status components_solve(const struct solving *s, struct lac_error *err)
{
    enum lac_status worst = LAC_OK;
#pragma omp parallel
    {
        struct scratch scratch = {0};
#pragma omp for schedule(dynamic, 1024)
        for (uint32_t k = 0; k < s->components->count; k++) {
            enum lac_status st = component_solve(s, k, &scratch);
            if (st) {
#pragma omp critical
                worst = st;
            }
        }
        free(scratch.matrix);
        free(scratch.cluster);
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

enum lac_status lac_link_cluster(const struct lac_link_clustering *clustering, uint32_t *person,
                                 struct lac_link_cluster_report *report, struct lac_error *err)
{
    uint32_t n = clustering->data->n;
    struct lac_link_components cut = {0};
    struct solving s = {clustering->data,
                        clustering->inside,
                        clustering->components,
                        clustering->unscored,
                        lac_big_alloc((size_t)n + 1, sizeof *s.first),
                        person};
    enum lac_status st = s.first ? LAC_OK : lac_fail_memory(err, "components");
    memset(report, 0, sizeof *report);
    report->cut = components_measure(clustering->components, &report->largest_component);
    if (!st && report->cut) {
        st = components_cut(clustering, &cut, report, err);
        s.components = &cut;
    }
    if (!st) {
        first_fill(clustering->inside, s.first);
        st = components_solve(&s, err);
    }
    if (!st) st = persons_number(n, person, report, err);
    lac_link_components_release(&cut);
    free(s.first);
    return st;
}
