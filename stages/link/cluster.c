/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cluster.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "base/memory.h"
#include "block.h"

#define AHEAD 24              /* pairs whose right record is asked for before its turn */
#define CHUNK ((size_t)65536) /* pairs looked at by a thread in one go; a multiple of 64 */
#define RECORDS UINT32_C(65536)

/* Which pairs lie inside a component, and where the pairs of every record begin. */
struct inside {
    uint64_t *bits;   /* a bit per pair */
    uint64_t *base;   /* per RECORDS records: the first pair of the first of them */
    uint32_t *beyond; /* per record: its first pair less that; n + 1 of them */
    size_t count;     /* bits set */
};

static void inside_release(struct inside *inside)
{
    free(inside->bits);
    free(inside->base);
    free(inside->beyond);
}

static size_t first_pair(const struct inside *inside, uint32_t record)
{
    return inside->base[record / RECORDS] + inside->beyond[record];
}

/* Marks the pairs [first, end); returns how many. A record that is alone needs no look at the other one. */
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

/* Where pairs begin, of the records of one span. The first one is looked for. */
static void starts_fill(const struct lac_link_weighted *all, uint32_t span, struct inside *inside)
{
    uint32_t record = span * RECORDS, end = all->n - record < RECORDS ? all->n + 1 : record + RECORDS;
    size_t low = 0, high = all->pairs.count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (lac_link_left(&all->pairs.pair[middle]) < record)
            low = middle + 1;
        else
            high = middle;
    }
    inside->base[span] = low;
    for (size_t p = low; record < end; record++) {
        inside->beyond[record] = (uint32_t)(p - low);
        while (p < all->pairs.count && lac_link_left(&all->pairs.pair[p]) == record) p++;
    }
}

static enum lac_status inside_make(const struct lac_link_clustering *clustering, struct inside *inside,
                                   struct lac_error *err)
{
    const struct lac_link_weighted *all = clustering->all;
    size_t count = all->pairs.count, chunks = count / CHUNK + 1, total = 0;
    uint32_t spans = all->n / RECORDS + 1;
    inside->bits = calloc(chunks * (CHUNK / 64), sizeof *inside->bits);
    inside->base = malloc(spans * sizeof *inside->base);
    inside->beyond = lac_big_alloc((size_t)all->n + 1, sizeof *inside->beyond);
    if (!inside->bits || !inside->base || !inside->beyond) return lac_fail_memory(err, "pairs");
#pragma omp parallel for schedule(dynamic, 1) reduction(+ : total) /* integer */
    for (size_t k = 0; k < chunks; k++)
        total += inside_mark(&all->pairs, clustering->components, k * CHUNK,
                             k + 1 < chunks ? (k + 1) * CHUNK : count, inside->bits);
#pragma omp parallel for schedule(dynamic, 1)
    for (uint32_t span = 0; span < spans; span++) starts_fill(all, span, inside);
    inside->count = total;
    return LAC_OK;
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

/* The pairs that are inside, with their weights. */
static enum lac_status inside_copy(const struct lac_link_clustering *clustering, const struct inside *inside,
                                   struct lac_link_weighted *kept, struct lac_error *err)
{
    const struct lac_link_weighted *all = clustering->all;
    *kept = (struct lac_link_weighted){.n = all->n};
    kept->pairs.pair = lac_big_alloc(inside->count + 1, sizeof *kept->pairs.pair);
    kept->weight = lac_big_alloc(inside->count + 1, sizeof *kept->weight);
    if (!kept->pairs.pair || !kept->weight) return lac_fail_memory(err, "components");
    for (size_t p = 0; p < all->pairs.count; p++) {
        if (!(inside->bits[p / 64] >> p % 64 & 1)) continue;
        kept->weight[kept->pairs.count] = all->weight[p] - clustering->shift;
        kept->pairs.pair[kept->pairs.count++] = all->pairs.pair[p];
    }
    return LAC_OK;
}

/* Cuts components that are too large: their pairs count as joined only above a weight that doubles each time.
 * The parts into *cut. */
static enum lac_status components_cut(const struct lac_link_clustering *clustering,
                                      const struct inside *inside, struct lac_link_components *cut,
                                      struct lac_link_cluster_report *report, struct lac_error *err)
{
    const struct lac_link_components *c = clustering->components;
    struct lac_link_weighted kept;
    uint32_t large = 1;
    enum lac_status st = inside_copy(clustering, inside, &kept, err);
    for (double above = 2; !st && large && above <= 32; above *= 2, c = cut) {
        for (size_t p = 0; p < kept.pairs.count; p++)
            if (lac_link_component_size(c, c->of[lac_link_left(&kept.pairs.pair[p])]) > LAC_LINK_COMPONENT &&
                kept.weight[p] <= above)
                kept.weight[p] = -1;
        lac_link_components_release(cut);
        st = lac_link_components_make(&kept, 0, cut, err);
        large = st ? 1 : components_measure(cut, &report->largest_component);
        report->cut += large;
    }
    lac_link_pairs_release(&kept.pairs);
    free(kept.weight);
    if (st || !large) return st;
    st = lac_fail(err, LAC_REFUSED, "more than %d records hang together by near-certain pairs",
                  LAC_LINK_COMPONENT);
    lac_error_remedy(err, "look for a placeholder value that many records share (a name, date or reference)");
    return st;
}

struct solving {
    const struct lac_link_clustering *clustering;
    const struct lac_link_components *components;
    const struct inside *inside;
    uint32_t *person; /* smallest record of the person */
};

static double clipped(double weight)
{
    return weight > LAC_LINK_CLIP ? LAC_LINK_CLIP : weight < -LAC_LINK_CLIP ? -LAC_LINK_CLIP : weight;
}

static void matrix_fill(const struct solving *s, uint32_t k, double *matrix, uint32_t size)
{
    const struct lac_link_components *c = s->components;
    const struct lac_link_weighted *all = s->clustering->all;
    const uint32_t *member = c->member + c->start[k];
    for (uint32_t i = 0; i < size; i++)
        for (uint32_t j = 0; j < size; j++)
            matrix[(size_t)i * size + j] = lac_link_comparable(s->clustering->data, member[i], member[j])
                                               ? s->clustering->unscored
                                               : (double)-INFINITY;
    for (uint32_t i = 0; i < size; i++)
        for (size_t p = first_pair(s->inside, member[i]), end = first_pair(s->inside, member[i] + 1); p < end;
             p++) {
            uint32_t right = lac_link_right(&all->pairs.pair[p]);
            if (!(s->inside->bits[p / 64] >> p % 64 & 1)) continue;
            if (c != s->clustering->components && c->of[right] != k) continue; /* cut */
            uint32_t j = lac_link_component_rank(c, k, right);
            matrix[(size_t)i * size + j] = matrix[(size_t)j * size + i] =
                clipped(all->weight[p] - s->clustering->shift);
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
    struct lac_link_components cut = {0};
    struct inside inside = {0};
    struct solving s = {clustering, clustering->components, &inside, person};
    enum lac_status st = inside_make(clustering, &inside, err);
    memset(report, 0, sizeof *report);
    report->cut = components_measure(clustering->components, &report->largest_component);
    if (!st && report->cut) {
        st = components_cut(clustering, &inside, &cut, report, err);
        s.components = &cut;
    }
    if (!st) st = components_solve(&s, err);
    if (!st) st = persons_number(clustering->data->n, person, report, err);
    lac_link_components_release(&cut);
    inside_release(&inside);
    return st;
}
