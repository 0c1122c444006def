/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "context.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "cluster.h"
#include "score.h"
#include "sort.h"

/* A pair inside a person of three records or more. */
struct edge {
    double weight;
    uint32_t person, pair;
};
/* A forest that remembers which tree was hung below another when, and what was said between the two. */
struct forest {
    uint32_t *parent, *size;
    uint32_t *turn;  /* of a tree's hanging: the strongest pair first; UINT32_MAX: not hung */
    uint32_t *pairs; /* scored pairs that its hanging brought together */
    double *sum;     /* of their weights, clipped */
    uint32_t turns;
};
struct context {
    uint32_t n;
    const struct lac_link_pairs *pairs;
    const uint32_t *person;
    double *weight;
    uint32_t *records; /* per person */
    bool *near;        /* per person: may have a match outside */
};

static bool inside(const struct context *c, size_t p)
{
    return c->person[lac_link_left(&c->pairs->pair[p])] == c->person[lac_link_right(&c->pairs->pair[p])];
}

/* By person, then by falling weight, then by pair. */
static int by_strength(const void *a, const void *b)
{
    const struct edge *x = a, *y = b;
    if (x->person != y->person) return x->person < y->person ? -1 : 1;
    if (x->weight > y->weight) return -1;
    if (x->weight < y->weight) return 1;
    return x->pair < y->pair ? -1 : x->pair > y->pair;
}

static void hang(struct forest *f, uint32_t i, uint32_t j)
{
    while (f->parent[i] != i) i = f->parent[i];
    while (f->parent[j] != j) j = f->parent[j];
    if (i == j) return;
    uint32_t small = f->size[i] < f->size[j] ? i : j, large = small == i ? j : i;
    f->parent[small] = large;
    f->turn[small] = f->turns++;
    f->size[large] += f->size[small];
}

/* The tree whose hanging brought i and j together: on the way up trees were hung ever later. */
static uint32_t junction(const struct forest *f, uint32_t i, uint32_t j)
{
    uint32_t last = i;
    while (i != j) {
        uint32_t *up = f->turn[i] < f->turn[j] ? &i : &j;
        last = *up;
        *up = f->parent[last];
    }
    return last;
}

static bool in_several(const struct context *c, size_t p)
{
    return inside(c, p) && c->records[c->person[lac_link_left(&c->pairs->pair[p])]] > 2;
}

static uint32_t junction_of(const struct context *c, const struct forest *f, const struct edge *edge)
{
    const struct lac_link_pair *pair = &c->pairs->pair[edge->pair];
    return junction(f, lac_link_left(pair), lac_link_right(pair));
}

/* Hangs the trees of all persons together, strongest pair first, and gives the pairs that a hanging brings
 * together the mean of their weights. */
static void parts_find(struct context *c, const struct edge *edge, size_t count, struct forest *f)
{
    for (uint32_t i = 0; i < c->n; i++) {
        f->parent[i] = i;
        f->size[i] = 1;
        f->turn[i] = UINT32_MAX;
        f->pairs[i] = 0;
        f->sum[i] = 0;
    }
    for (size_t k = 0; k < count; k++) {
        const struct lac_link_pair *pair = &c->pairs->pair[edge[k].pair];
        hang(f, lac_link_left(pair), lac_link_right(pair));
    }
    for (size_t k = 0; k < count; k++) {
        uint32_t at = junction_of(c, f, &edge[k]);
        f->sum[at] += fmin(fmax(edge[k].weight, -LAC_LINK_CLIP), LAC_LINK_CLIP);
        f->pairs[at]++;
    }
    for (size_t k = 0; k < count; k++) {
        uint32_t at = junction_of(c, f, &edge[k]);
        if (f->pairs[at] > 1) c->weight[edge[k].pair] = f->sum[at] / f->pairs[at];
    }
}

static enum lac_status forest_alloc(uint32_t records, struct forest *f, struct lac_error *err)
{
    size_t n = (size_t)records + 1;
    memset(f, 0, sizeof *f);
    f->parent = malloc(n * sizeof *f->parent);
    f->size = malloc(n * sizeof *f->size);
    f->turn = malloc(n * sizeof *f->turn);
    f->pairs = malloc(n * sizeof *f->pairs);
    f->sum = malloc(n * sizeof *f->sum);
    return f->parent && f->size && f->turn && f->pairs && f->sum
               ? LAC_OK
               : lac_fail_memory(err, "pairs inside persons");
}

static void forest_release(struct forest *f)
{
    free(f->parent);
    free(f->size);
    free(f->turn);
    free(f->pairs);
    free(f->sum);
}

static enum lac_status inside_settle(struct context *c, struct lac_error *err)
{
    size_t count = 0, at = 0;
    struct forest f;
    for (size_t p = 0; p < c->pairs->count; p++) count += in_several(c, p);
    struct edge *edge = malloc((count + 1) * sizeof *edge);
    enum lac_status st = forest_alloc(c->n, &f, err);
    if (!st && !edge) st = lac_fail_memory(err, "pairs inside persons");
    for (size_t p = 0; !st && p < c->pairs->count; p++)
        if (in_several(c, p))
            edge[at++] =
                (struct edge){c->weight[p], c->person[lac_link_left(&c->pairs->pair[p])], (uint32_t)p};
    if (!st && count) {
        qsort(edge, count, sizeof *edge, by_strength);
        parts_find(c, edge, count, &f);
    }
    free(edge);
    forest_release(&f);
    return st;
}

/* Pairs between persons of which one has several records and both may have a match outside. */
static bool shared(const struct context *c, size_t p)
{
    uint32_t a = c->person[lac_link_left(&c->pairs->pair[p])],
             b = c->person[lac_link_right(&c->pairs->pair[p])];
    return a != b && c->near[a] && c->near[b] && c->records[a] + c->records[b] > 2;
}

static enum lac_status between_settle(struct context *c, struct lac_error *err)
{
    size_t count = 0, to = 0;
    for (size_t p = 0; p < c->pairs->count; p++) {
        if (inside(c, p) || lac_link_probability(c->weight[p]) < LAC_LINK_NEAR) continue;
        c->near[c->person[lac_link_left(&c->pairs->pair[p])]] = true;
        c->near[c->person[lac_link_right(&c->pairs->pair[p])]] = true;
    }
    for (size_t p = 0; p < c->pairs->count; p++) count += shared(c, p);
    struct lac_link_pair *item = malloc((2 * count + 1) * sizeof *item);
    if (!item) return lac_fail_memory(err, "pairs between persons");
    for (size_t p = 0; p < c->pairs->count; p++) {
        if (!shared(c, p)) continue;
        uint32_t a = c->person[lac_link_left(&c->pairs->pair[p])],
                 b = c->person[lac_link_right(&c->pairs->pair[p])];
        item[to++] =
            (struct lac_link_pair){a < b ? (uint64_t)a << 32 | b : (uint64_t)b << 32 | a, (uint32_t)p, 0};
    }
    if (count) lac_link_sort(item, item + count, count);
    for (size_t first = 0, last; first < count; first = last) {
        double sum = 0;
        for (last = first; last < count && item[last].key == item[first].key; last++)
            sum += fmin(fmax(c->weight[item[last].pattern], -LAC_LINK_CLIP), LAC_LINK_CLIP);
        for (size_t k = first; last - first > 1 && k < last; k++)
            c->weight[item[k].pattern] = sum / (double)(last - first);
    }
    free(item);
    return LAC_OK;
}

enum lac_status lac_link_context(uint32_t n, const struct lac_link_pairs *pairs, const uint32_t *person,
                                 double *weight, struct lac_error *err)
{
    struct context c = {n,
                        pairs,
                        person,
                        weight,
                        calloc((size_t)n + 1, sizeof *c.records),
                        calloc((size_t)n + 1, sizeof *c.near)};
    enum lac_status st = c.records && c.near ? LAC_OK : lac_fail_memory(err, "persons");
    for (uint32_t i = 0; !st && i < n; i++) c.records[person[i]]++;
    if (!st) st = inside_settle(&c, err);
    if (!st) st = between_settle(&c, err);
    free(c.records);
    free(c.near);
    return st;
}
