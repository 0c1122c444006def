/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "components.h"
#include <stdlib.h>
#include <string.h>
#include "base/memory.h"

#define AHEAD 24     /* pairs whose right record is asked for before its turn */
#define CHUNK 65536u /* records numbered at once */

static uint32_t parent_of(const uint32_t *parent, uint32_t i)
{
    return __atomic_load_n(&parent[i], __ATOMIC_RELAXED);
}

/* The root, with the path halved: a record may be pointed at any of its ancestors, whoever else does so. */
static uint32_t root_of(uint32_t *parent, uint32_t i)
{
    for (uint32_t up; (up = parent_of(parent, i)) != i; i = up) {
        uint32_t over = parent_of(parent, up);
        if (over != up) __atomic_store_n(&parent[i], over, __ATOMIC_RELAXED);
    }
    return i;
}

/* Joins the larger root to the smaller one. */
static void join(uint32_t *parent, uint32_t a, uint32_t b)
{
    for (;;) {
        a = root_of(parent, a);
        b = root_of(parent, b);
        if (a == b) return;
        uint32_t small = a < b ? a : b, large = a < b ? b : a, expected = large;
        if (__atomic_compare_exchange_n(&parent[large], &expected, small, false, __ATOMIC_RELAXED,
                                        __ATOMIC_RELAXED))
            return;
    }
}

/* Roots to numbers. A root is the smallest record of its component, so numbers ascend with it. */
static uint32_t roots_number(uint32_t n, uint32_t *component)
{
    uint32_t count = 0;
#pragma omp parallel for schedule(static, CHUNK)
    for (uint32_t i = 0; i < n; i++) {
        uint32_t root = root_of(component, i);
        __atomic_store_n(&component[i], root, __ATOMIC_RELAXED);
    }
    for (uint32_t i = 0; i < n; i++) component[i] = component[i] == i ? count++ : component[component[i]];
    return count;
}

uint32_t lac_link_components(uint32_t n, const struct lac_link_pair *pair, const double *weight, size_t pairs,
                             double above, uint32_t *component)
{
    for (uint32_t i = 0; i < n; i++) component[i] = i;
#pragma omp parallel for schedule(static)
    for (size_t p = 0; p < pairs; p++) {
        if (p + AHEAD < pairs && weight[p + AHEAD] > above)
            __builtin_prefetch(&component[lac_link_right(&pair[p + AHEAD])]);
        if (weight[p] > above) join(component, lac_link_left(&pair[p]), lac_link_right(&pair[p]));
    }
    return roots_number(n, component);
}

/* Members by component, ascending in each. */
static void members_sort(struct lac_link_components *c)
{
    memset(c->start, 0, ((size_t)c->count + 2) * sizeof *c->start);
    for (uint32_t i = 0; i < c->n; i++)
        c->start[c->of[i] + 2]++; /* one place late, so that it ends in place */
    for (uint32_t k = 0; k < c->count; k++) c->start[k + 1] += c->start[k];
    for (uint32_t i = 0; i < c->n; i++) c->member[c->start[c->of[i] + 1]++] = i;
}

enum lac_status lac_link_components_make(const struct lac_link_weighted *all, double above,
                                         struct lac_link_components *c, struct lac_error *err)
{
    size_t n = all->n;
    *c = (struct lac_link_components){.n = all->n, .of = lac_big_alloc(n + 1, sizeof *c->of)};
    if (!c->of) return lac_fail_memory(err, "components");
    c->count = lac_link_components(all->n, all->pairs.pair, all->weight, all->pairs.count, above, c->of);
    c->member = lac_big_alloc(n + 1, sizeof *c->member);
    c->start = lac_big_alloc((size_t)c->count + 2, sizeof *c->start);
    if (!c->member || !c->start) return lac_fail_memory(err, "components");
    members_sort(c);
    return LAC_OK;
}

void lac_link_components_release(struct lac_link_components *c)
{
    free(c->of);
    free(c->member);
    free(c->start);
    memset(c, 0, sizeof *c);
}
