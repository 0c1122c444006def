/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "decomposable.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/sum.h"
#include "graphs.h"

#define SETS 64         /* subsets of six lists */
#define BLOCK 256       /* nodes worked on at a time */
#define CHUNKS 16       /* of the fine grid, shared by threads */
#define FINE 16384      /* nodes at most */
#define PEAK_DEPTH 38.0 /* e^-38 of the highest peak is not seen any more */
#define RANGE_DEPTH 44.0
#define END_MASS 1e-9
#define END_LIMIT 0x1p50

/* What does not depend on N. */
struct posterior {
    int lists;
    size_t sets;
    double n;
    double shift[SETS];    /* y_U(0) + d_U */
    double constant[SETS]; /* of log m_U */
    double seen[SETS];     /* persons on any list of U */
    const struct lac_graph *graph;
    size_t graphs; /* the saturated one, which is last, not counted unless it takes part */
    size_t all;
};

/* Nodes n0 of a grid with their weights. */
struct grid {
    double *x, *weight;
    double *log_weight, *log_x; /* of x + 1 */
    size_t nodes;
};

/* log m_U and the graph-free part at a block of nodes. */
struct block {
    double base[BLOCK], set[SETS][BLOCK], value[BLOCK];
};

/* --- densities ------------------------------------------------------------------------------------------ */

/* Stirling's series; error below 1e-14 for x >= 16. */
static inline double log_gamma_large(double x)
{
    double r = 1.0 / x, r2 = r * r;

    return (x - 0.5) * log(x) - x + 0.91893853320467274178 +
           r * (1.0 / 12 - r2 * (1.0 / 360 - r2 * (1.0 / 1260 - r2 * (1.0 / 1680))));
}

static inline double log_gamma(double x)
{
    return x < 16.0 ? lac_estimate_log_gamma(x) : log_gamma_large(x);
}

static void set_init(struct posterior *p, const double *count, unsigned set)
{
    int size = __builtin_popcount(set);
    double cell[SETS] = {0}, share = ldexp(1.0, -size);

    for (unsigned w = 1; w < p->sets; w++) cell[w & set] += count[w];
    p->shift[set] = cell[0] + share;
    p->seen[set] = p->n - cell[0];
    p->constant[set] = -ldexp(1.0, size) * log_gamma(share);
    for (unsigned v = 1; v < p->sets; v++)
        if ((v & set) == v) p->constant[set] += log_gamma(cell[v] + share);
}

static void posterior_init(struct posterior *p, const struct lac_estimate_history *history)
{
    p->lists = history->lists;
    p->sets = (size_t)1 << history->lists;
    p->n = history->n;
    for (unsigned set = 1; set < p->sets; set++) set_init(p, history->count, set);
}

static void block_fill(const struct posterior *p, const double *x, size_t m, struct block *b)
{
    double whole[BLOCK];

    for (size_t i = 0; i < m; i++) {
        double n = p->n + x[i];

        whole[i] = log_gamma(n + 1.0);
        b->base[i] = whole[i] - log_gamma(x[i] + 1.0) - log(n);
    }
    for (size_t set = 1; set < p->sets; set++) {
        double shift = p->shift[set], constant = p->constant[set], *to = b->set[set];

        if (x[0] + shift >= 16.0)
            for (size_t i = 0; i < m; i++) to[i] = constant + log_gamma_large(x[i] + shift) - whole[i];
        else
            for (size_t i = 0; i < m; i++) to[i] = constant + log_gamma(x[i] + shift) - whole[i];
    }
}

/* log p(G, N) of one graph into b->value; its largest element. */
static double block_graph(const struct lac_graph *graph, size_t m, struct block *b)
{
    double *restrict value = b->value, top = -(double)INFINITY;

    memcpy(value, b->base, m * sizeof *value);
    for (int c = 0; c < graph->cliques; c++) {
        const double *restrict from = b->set[graph->clique[c]];
        for (size_t i = 0; i < m; i++) value[i] += from[i];
    }
    for (int s = 0; s < graph->separators; s++) {
        const double *restrict from = b->set[graph->separator[s]];
        for (size_t i = 0; i < m; i++) value[i] -= from[i];
    }
    for (size_t i = 0; i < m; i++) top = value[i] > top ? value[i] : top;
    return top;
}

/* --- grids ---------------------------------------------------------------------------------------------- */

static double node_after(double x, double step)
{
    return fmax(x + 1.0, floor(x * (1.0 + step)));
}

/* Integers from low to high, at every one or at steps of `step` relative; trapezoid weights that are one at
 * unit spacing, also at the ends. */
static enum lac_status grid_make(struct lac_arena *arena, double low, double high, double step,
                                 struct grid *grid, struct lac_error *err)
{
    size_t room = 1, n = 0;

    for (double x = low; x < high; x = node_after(x, step)) room++;
    grid->x = LAC_NEW(arena, double, room);
    grid->weight = LAC_NEW(arena, double, room);
    grid->log_weight = LAC_NEW(arena, double, room);
    grid->log_x = LAC_NEW(arena, double, room);
    if (!grid->x || !grid->weight || !grid->log_weight || !grid->log_x) return lac_fail_memory(err, "a grid");
    for (double x = low; x < high; x = node_after(x, step)) grid->x[n++] = x;
    grid->x[n++] = high;
    for (size_t i = 0; i < n; i++) {
        double below = i ? grid->x[i] - grid->x[i - 1] : 1.0,
               above = i + 1 < n ? grid->x[i + 1] - grid->x[i] : 1.0;

        grid->weight[i] = 0.5 * (below + above);
        grid->log_weight[i] = log(grid->weight[i]);
        grid->log_x[i] = log(grid->x[i] + 1.0);
    }
    grid->nodes = n;
    return LAC_OK;
}

/* What the coarse pass finds of one graph. */
struct peak {
    double height;      /* log of the largest mass of a node, between nodes too */
    double mode;        /* n0 of it */
    double end;         /* log mass per unit of log n0 at the end of the grid */
    double largest;     /* largest such, anywhere */
    size_t first, last; /* nodes that matter */
};

/* Height between nodes of a smooth peak, by the parabola through three. */
static double between(const double *v)
{
    double bend = 2.0 * v[1] - v[0] - v[2], tilt = v[2] - v[0];

    return bend > 0.0 ? v[1] + tilt * tilt / (8.0 * bend) : v[1];
}

/* Values of a graph at all nodes: blocks are filled beforehand. */
static void graph_values(const struct lac_graph *graph, struct block *block, const struct grid *grid,
                         double *value)
{
    for (size_t at = 0, k = 0; at < grid->nodes; at += BLOCK, k++) {
        size_t m = grid->nodes - at < BLOCK ? grid->nodes - at : BLOCK;

        (void)block_graph(graph, m, &block[k]);
        memcpy(value + at, block[k].value, m * sizeof *value);
    }
}

static void find_peak(const struct grid *grid, const double *value, struct peak *peak)
{
    size_t n = grid->nodes;

    peak->height = peak->largest = -(double)INFINITY;
    for (size_t i = 0; i < n; i++) {
        bool top = i > 0 && i + 1 < n && value[i] >= value[i - 1] && value[i] >= value[i + 1];
        double height = top ? between(&value[i - 1]) : value[i];

        if (height + grid->log_weight[i] > peak->height) {
            peak->height = height + grid->log_weight[i];
            peak->mode = grid->x[i];
        }
        peak->largest = fmax(peak->largest, height + grid->log_x[i]);
    }
    peak->end = value[n - 1] + grid->log_x[n - 1];
}

/* Nodes whose mass is within reach of `best`, and the neighbours of a peak that lies between nodes. */
static void find_range(const struct grid *grid, const double *value, double best, struct peak *peak)
{
    size_t n = grid->nodes;

    peak->first = n;
    peak->last = 0;
    for (size_t i = 0; i < n; i++) {
        bool top = i > 0 && i + 1 < n && value[i] >= value[i - 1] && value[i] >= value[i + 1];
        double height = top ? between(&value[i - 1]) : value[i];

        if (height + grid->log_weight[i] < best - RANGE_DEPTH) continue;
        size_t first = i ? i - 1 : 0, last = i + 1 < n ? i + 1 : i;
        peak->first = peak->first < first ? peak->first : first;
        peak->last = peak->last > last ? peak->last : last;
    }
}

struct coarse {
    struct grid grid;
    struct peak *peak; /* by graph */
    double best, end;
    double mode;        /* n0 of the highest peak */
    double saturated;   /* log mass of the saturated graph */
    size_t first, last; /* nodes that matter to any graph that is kept */
};

/* Peaks of all graphs, then the ranges of those near the highest. */
static void coarse_graphs(const struct posterior *p, struct block *block, double *value,
                          struct coarse *coarse)
{
    const struct grid *grid = &coarse->grid;
    double largest = -(double)INFINITY;

    coarse->best = -(double)INFINITY;
    coarse->first = grid->nodes;
    coarse->last = 0;
    coarse->end = 0.0;
    for (size_t g = 0; g < p->graphs; g++) {
        graph_values(&p->graph[g], block, grid, value);
        find_peak(grid, value, &coarse->peak[g]);
        if (coarse->peak[g].height > coarse->best) {
            coarse->best = coarse->peak[g].height;
            coarse->mode = coarse->peak[g].mode;
        }
        largest = fmax(largest, coarse->peak[g].largest);
    }
    for (size_t g = 0; g < p->graphs; g++) {
        struct peak *peak = &coarse->peak[g];

        coarse->end += exp(peak->end - largest);
        if (peak->height < coarse->best - PEAK_DEPTH) continue;
        graph_values(&p->graph[g], block, grid, value);
        find_range(grid, value, coarse->best, peak);
        coarse->first = coarse->first < peak->first ? coarse->first : peak->first;
        coarse->last = coarse->last > peak->last ? coarse->last : peak->last;
    }
}

static enum lac_status coarse_pass(const struct posterior *p, struct lac_arena *arena, double limit,
                                   struct coarse *coarse, struct lac_error *err)
{
    double step = fmin(0.01, fmax(0.5 / sqrt(p->n), 1e-3));
    enum lac_status st = grid_make(arena, 0.0, limit, step, &coarse->grid, err);
    if (st) return st;
    const struct grid *grid = &coarse->grid;
    size_t blocks = (grid->nodes + BLOCK - 1) / BLOCK;
    struct block *block = calloc(blocks, sizeof *block);
    double *value = calloc(grid->nodes + 1, sizeof *value);

    if (block == NULL || value == NULL) {
        st = lac_fail_memory(err, "a grid");
        goto cleanup;
    }
    for (size_t k = 0; k < blocks; k++) {
        size_t at = k * BLOCK, m = grid->nodes - at < BLOCK ? grid->nodes - at : BLOCK;

        block_fill(p, grid->x + at, m, &block[k]);
    }
    coarse_graphs(p, block, value, coarse);
    graph_values(&p->graph[p->all - 1], block, grid, value);
    for (size_t i = 0; i < grid->nodes; i++) value[i] += grid->log_weight[i];
    coarse->saturated = lac_log_sum_exp(value, grid->nodes);
cleanup:
    free(block);
    free(value);
    return st;
}

/* The coarse pass with the end of the grid moved out as long as there is mass. */
static enum lac_status coarse_run(const struct posterior *p, const struct lac_decomposable_settings *settings,
                                  struct lac_arena *arena, struct coarse *coarse, struct lac_error *err)
{
    double limit = settings->limit > 0.0 ? settings->limit : 20.0 * p->n, saturated = 0.0;
    enum lac_status st;

    coarse->peak = LAC_NEW(arena, struct peak, p->all);
    if (coarse->peak == NULL) return lac_fail_memory(err, "graphs");
    for (bool first = true;; first = false) {
        if ((st = coarse_pass(p, arena, limit, coarse, err))) return st;
        if (first) saturated = coarse->saturated;
        if (settings->limit > 0.0 || coarse->end < END_MASS || limit >= END_LIMIT) break;
        limit *= 4.0;
    }
    coarse->saturated = saturated;
    return LAC_OK;
}

/* --- fine pass ------------------------------------------------------------------------------------------ */

/* Sums over a chunk of nodes for one graph. */
struct sums {
    double mass, first, second; /* of (N - centre)^k */
};

struct fine {
    const struct posterior *p;
    struct grid grid;
    size_t *kept; /* numbers of graphs */
    size_t count;
    double *mass;      /* by node, all graphs */
    struct sums *sums; /* CHUNKS x count */
    double best, centre;
};

static void add_graph(const struct fine *fine, size_t at, size_t m, const struct block *b, struct sums *sums)
{
    const double *x = fine->grid.x + at, *weight = fine->grid.weight + at;
    double mass = 0.0, first = 0.0, second = 0.0;

    for (size_t i = 0; i < m; i++) {
        double e = weight[i] * exp(b->value[i] - fine->best), d = x[i] - fine->centre;

        fine->mass[at + i] += e;
        mass += e;
        first += e * d;
        second += e * d * d;
    }
    sums->mass += mass;
    sums->first += first;
    sums->second += second;
}

static void run_chunk(const struct fine *fine, size_t chunk, struct block *b)
{
    size_t nodes = fine->grid.nodes, from = nodes * chunk / CHUNKS, to = nodes * (chunk + 1) / CHUNKS;

    for (size_t at = from; at < to; at += BLOCK) {
        size_t m = to - at < BLOCK ? to - at : BLOCK;

        block_fill(fine->p, fine->grid.x + at, m, b);
        for (size_t k = 0; k < fine->count; k++) {
            double top = block_graph(&fine->p->graph[fine->kept[k]], m, b);

            if (top < fine->best - RANGE_DEPTH) continue;
            add_graph(fine, at, m, b, &fine->sums[chunk * fine->count + k]);
        }
    }
}

static enum lac_status fine_pass(const struct fine *fine, struct lac_error *err)
{
    int lost = 0;

#pragma omp parallel
    {
        struct block *b = malloc(sizeof *b);

        if (b == NULL) {
#pragma omp atomic write
            lost = 1;
        }
#pragma omp for schedule(dynamic, 1)
        for (size_t chunk = 0; chunk < CHUNKS; chunk++)
            if (b != NULL) run_chunk(fine, chunk, b);
        free(b);
    }
    return lost ? lac_fail_memory(err, "the work of a thread") : LAC_OK;
}

static enum lac_status fine_init(struct fine *fine, const struct coarse *coarse, struct lac_arena *arena,
                                 struct lac_error *err)
{
    const struct grid *grid = &coarse->grid;
    double low = grid->x[coarse->first], high = grid->x[coarse->last];
    double step = high - low < FINE ? 1.0 / (high + 2.0) : log((high + 1.0) / (low + 1.0)) / FINE;
    enum lac_status st = grid_make(arena, low, high, step, &fine->grid, err);

    if (st) return st;
    fine->kept = LAC_NEW(arena, size_t, fine->p->graphs);
    fine->mass = LAC_NEW(arena, double, fine->grid.nodes);
    if (fine->kept == NULL || fine->mass == NULL) return lac_fail_memory(err, "graphs");
    for (size_t g = 0; g < fine->p->graphs; g++)
        if (coarse->peak[g].height >= coarse->best - PEAK_DEPTH) fine->kept[fine->count++] = g;
    fine->sums = LAC_NEW(arena, struct sums, CHUNKS * fine->count);
    if (fine->sums == NULL) return lac_fail_memory(err, "graphs");
    fine->best = coarse->best;
    fine->centre = coarse->mode;
    return LAC_OK;
}

/* --- what comes out ------------------------------------------------------------------------------------- */

/* Smallest N with at least the share q of the mass at or below it. The mass of a node is spread evenly over
 * the integers nearest to it. */
static double quantile(const struct fine *fine, double total, double q)
{
    const struct grid *grid = &fine->grid;
    double below = 0.0;
    size_t i = 0;

    while (i + 1 < grid->nodes && below + fine->mass[i] < q * total) below += fine->mass[i++];
    double left = i ? 0.5 * (grid->x[i - 1] + grid->x[i]) : grid->x[i] - 0.5;
    double share = fmin(1.0, (q * total - below) / fine->mass[i]);
    return fine->p->n + fmax(grid->x[0], ceil(left + share * grid->weight[i] - 0.5));
}

static int compare_graphs(const void *a, const void *b)
{
    const struct lac_decomposable_graph *x = a, *y = b;

    if (x->weight != y->weight) return x->weight > y->weight ? -1 : 1;
    return (x->terms > y->terms) - (x->terms < y->terms);
}

/* No overlap bears on N when the persons of the cliques, less those of the separators, are the persons. */
static bool is_uninformed(const struct posterior *p, const struct lac_graph *graph)
{
    double extra = -p->n;

    for (int c = 0; c < graph->cliques; c++) extra += p->seen[graph->clique[c]];
    for (int s = 0; s < graph->separators; s++) extra -= p->seen[graph->separator[s]];
    return extra == 0.0;
}

static void take_graphs(const struct fine *fine, struct lac_decomposable *out, struct sums *all)
{
    *all = (struct sums){0};
    for (size_t k = 0; k < fine->count; k++) {
        struct lac_decomposable_graph *to = &out->graph[k];
        struct sums sums = {0};

        for (size_t chunk = 0; chunk < CHUNKS; chunk++) {
            const struct sums *part = &fine->sums[chunk * fine->count + k];
            sums.mass += part->mass;
            sums.first += part->first;
            sums.second += part->second;
        }
        double mean = sums.first / sums.mass;
        to->terms = fine->p->graph[fine->kept[k]].terms;
        to->weight = sums.mass;
        to->mean = fine->p->n + fine->centre + mean;
        to->sd = sqrt(fmax(0.0, sums.second / sums.mass - mean * mean));
        if (is_uninformed(fine->p, &fine->p->graph[fine->kept[k]])) out->uninformed += sums.mass;
        if (fine->kept[k] == fine->p->all - 1) out->saturated = sums.mass;
        all->mass += sums.mass;
        all->first += sums.first;
        all->second += sums.second;
    }
}

static void take(const struct fine *fine, const struct coarse *coarse, double level,
                 struct lac_decomposable *out)
{
    struct sums all;

    take_graphs(fine, out, &all);
    double mean = all.first / all.mass, tail = 0.5 * (1.0 - level),
           total = lac_sum(fine->mass, fine->grid.nodes);
    out->mean = fine->p->n + fine->centre + mean;
    out->sd = sqrt(fmax(0.0, all.second / all.mass - mean * mean));
    out->median = quantile(fine, total, 0.5);
    out->lower = quantile(fine, total, tail);
    out->upper = quantile(fine, total, 1.0 - tail);
    out->uninformed /= all.mass;
    out->saturated /= all.mass;
    if (fine->p->graphs < fine->p->all)
        out->saturated = 1.0 / (1.0 + exp(fine->best + log(all.mass) - coarse->saturated));
    for (size_t k = 0; k < fine->count; k++) out->graph[k].weight /= all.mass;
    qsort(out->graph, fine->count, sizeof *out->graph, compare_graphs);
    out->listed = fine->count;
    out->nodes = fine->grid.nodes;
    out->end = fine->p->n + coarse->grid.x[coarse->grid.nodes - 1];
}

static bool any_overlap(const struct lac_estimate_history *history)
{
    for (unsigned w = 1; w < 1U << history->lists; w++)
        if (history->count[w] > 0.0 && __builtin_popcount(w) > 1) return true;
    return false;
}

enum lac_status lac_decomposable(const struct lac_estimate_history *history,
                                 const struct lac_decomposable_settings *settings, struct lac_arena *arena,
                                 struct lac_decomposable *out, struct lac_error *err)
{
    struct posterior p;
    struct coarse coarse = {0};
    struct fine fine = {.p = &p};
    struct lac_graph *graph;
    enum lac_status st;

    memset(out, 0, sizeof *out);
    memset(&p, 0, sizeof p);
    out->overlap = any_overlap(history);
    if (!out->overlap) return LAC_OK;
    if ((st = lac_graphs_make(history->lists, arena, &graph, &p.all, err))) return st;
    posterior_init(&p, history);
    p.graph = graph;
    p.graphs = settings->saturated ? p.all : p.all - 1;
    out->graphs = p.graphs;
    if ((st = coarse_run(&p, settings, arena, &coarse, err))) return st;
    if ((st = fine_init(&fine, &coarse, arena, err))) return st;
    if ((st = fine_pass(&fine, err))) return st;
    out->graph = LAC_NEW(arena, struct lac_decomposable_graph, fine.count);
    if (out->graph == NULL) return lac_fail_memory(err, "graphs");
    take(&fine, &coarse, settings->level, out);
    out->beyond = coarse.end;
    return LAC_OK;
}
