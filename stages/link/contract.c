/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "cluster.h"

#define SWEEPS 20

/* Sums of weights between active clusters, and for each the best partner with a larger index. */
struct contraction {
    uint32_t n;
    double *sum; /* n * n, symmetric */
    bool *active;
    uint32_t *best;
    uint32_t *cluster;
};

static void best_find(struct contraction *c, uint32_t i)
{
    c->best[i] = i;
    double most = 0;
    for (uint32_t j = i + 1; j < c->n; j++)
        if (c->active[j] && c->sum[(size_t)i * c->n + j] > most) {
            most = c->sum[(size_t)i * c->n + j];
            c->best[i] = j;
        }
}

/* The pair to merge next, or false when no sum is positive. */
static bool next_pair(const struct contraction *c, uint32_t *x, uint32_t *y)
{
    double most = 0;
    for (uint32_t i = 0; i < c->n; i++)
        if (c->active[i] && c->best[i] != i && c->sum[(size_t)i * c->n + c->best[i]] > most) {
            most = c->sum[(size_t)i * c->n + c->best[i]];
            *x = i;
            *y = c->best[i];
        }
    return most > 0;
}

/* Sees whether x is now a better partner for the smaller k than the one it has; y is gone. */
static void best_update(struct contraction *c, uint32_t k, uint32_t x, uint32_t y)
{
    uint32_t best = c->best[k];
    if (best == x || best == y) {
        best_find(c, k);
        return;
    }
    double now = c->sum[(size_t)k * c->n + x], had = best == k ? 0 : c->sum[(size_t)k * c->n + best];
    if (now > had || (now > 0 && !(now < had) && x < best)) c->best[k] = x;
}

static void merge(struct contraction *c, uint32_t x, uint32_t y)
{
    c->active[y] = false;
    for (uint32_t k = 0; k < c->n; k++) {
        if (c->cluster[k] == y) c->cluster[k] = x;
        if (!c->active[k] || k == x) continue;
        double sum = c->sum[(size_t)x * c->n + k] + c->sum[(size_t)y * c->n + k];
        c->sum[(size_t)x * c->n + k] = c->sum[(size_t)k * c->n + x] = sum;
    }
    best_find(c, x);
    for (uint32_t k = 0; k < x; k++)
        if (c->active[k]) best_update(c, k, x, y);
    for (uint32_t k = x + 1; k < y; k++)
        if (c->active[k] && c->best[k] == y) best_find(c, k);
}

/* Moves record i to the cluster it likes best, or alone; true when it moved. gain has room for n + 1. */
static bool move_one(const double *weight, uint32_t n, uint32_t i, uint32_t *cluster, double *gain)
{
    memset(gain, 0, ((size_t)n + 1) * sizeof *gain);
    for (uint32_t j = 0; j < n; j++)
        if (j != i) gain[cluster[j]] += weight[(size_t)i * n + j];
    uint32_t own = cluster[i], to = n, alone = n; /* n: a cluster of its own */
    double most = 0;
    for (uint32_t k = 0; k < n; k++)
        if (gain[k] > most) {
            most = gain[k];
            to = k;
        }
    if (to == own || most <= gain[own] + 1e-9) return false;
    for (uint32_t k = 0; k <= n && alone == n; k++) { /* an unused number */
        bool used = false;
        for (uint32_t j = 0; j < n && !used; j++) used = cluster[j] == k;
        if (!used) alone = k;
    }
    cluster[i] = to == n ? alone : to;
    return true;
}

static void improve(const double *weight, uint32_t n, uint32_t *cluster, double *gain)
{
    bool moved = true;
    for (int sweep = 0; moved && sweep < SWEEPS; sweep++) {
        moved = false;
        for (uint32_t i = 0; i < n; i++) moved = move_one(weight, n, i, cluster, gain) || moved;
    }
}

/* Names every cluster by its smallest member. */
static void name_clusters(uint32_t n, uint32_t *cluster, uint32_t *smallest)
{
    for (uint32_t k = 0; k < n; k++) smallest[k] = n;
    for (uint32_t i = n; i-- > 0;) smallest[cluster[i]] = i;
    for (uint32_t i = 0; i < n; i++) cluster[i] = smallest[cluster[i]];
}

#define SMALL 16 /* records that need no memory asked for */

/* c has its memory; gain has room for n + 1. */
static void contract(struct contraction *c, const double *weight, double *gain)
{
    uint32_t n = c->n, *cluster = c->cluster;
    memcpy(c->sum, weight, (size_t)n * n * sizeof *weight);
    for (uint32_t i = 0; i < n; i++) {
        c->active[i] = true;
        cluster[i] = i;
    }
    for (uint32_t i = 0; i < n; i++) best_find(c, i);
    for (uint32_t x = 0, y = 0; next_pair(c, &x, &y);) merge(c, x, y);
    improve(weight, n, cluster, gain);
    name_clusters(n, cluster, c->best);
}

static void contract_small(const double *weight, uint32_t n, uint32_t *cluster)
{
    double sum[SMALL * SMALL], gain[SMALL + 1];
    bool active[SMALL];
    uint32_t best[SMALL];
    struct contraction c = {n, sum, active, best, cluster};
    contract(&c, weight, gain);
}

enum lac_status lac_link_contract(const double *weight, uint32_t n, uint32_t *cluster, struct lac_error *err)
{
    if (n <= SMALL) {
        contract_small(weight, n, cluster);
        return LAC_OK;
    }
    size_t cells = (size_t)n * n;
    struct contraction c = {n, malloc(cells * sizeof(double)), malloc(n), NULL, cluster};
    double *gain = malloc(((size_t)n + 1) * sizeof *gain);
    c.best = malloc((size_t)n * sizeof *c.best);
    enum lac_status st = c.sum && c.active && c.best && gain ? LAC_OK : lac_fail_memory(err, "a component");
    if (!st) contract(&c, weight, gain);
    free(c.sum);
    free(c.active);
    free(c.best);
    free(gain);
    return st;
}
