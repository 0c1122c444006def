/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "partition.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "base/random.h"

static const size_t bell[LAC_LINK_ENUMERATED + 1] = {1, 1, 2, 5, 15, 52, 203, 877, 4140};

void lac_link_labels_settle(uint32_t n, uint32_t *cluster, uint32_t *smallest)
{
    for (uint32_t i = n; i-- > 0;) smallest[cluster[i]] = i;
    for (uint32_t i = 0; i < n; i++) cluster[i] = smallest[cluster[i]];
}

/* Depth-first walk over restricted growth strings. */
struct walk {
    const struct lac_link_component *component;
    struct lac_link_enumeration *all;
    double log; /* of the blocks so far */
    uint8_t block[LAC_LINK_ENUMERATED];
};

static void walk_from(struct walk *w, uint32_t at, uint32_t used)
{
    uint32_t n = w->component->n;
    if (at == n) {
        memcpy(w->all->code + w->all->count * n, w->block, n);
        w->all->probability[w->all->count++] = w->log;
        return;
    }
    for (uint32_t b = 0; b <= used; b++) {
        double gain = 0, before = w->log;
        for (uint32_t j = 0; j < at; j++)
            if (w->block[j] == b) gain += w->component->weight[(size_t)at * n + j];
        if (isinf(gain)) continue; /* a pair that cannot be */
        w->log = before + gain;
        w->block[at] = (uint8_t)b;
        walk_from(w, at + 1, used + (b == used));
        w->log = before;
    }
}

static void probabilities_settle(size_t count, double *log)
{
    double most = -HUGE_VAL, total = 0;
    for (size_t p = 0; p < count; p++) most = fmax(most, log[p]);
    for (size_t p = 0; p < count; p++) total += log[p] = exp(log[p] - most);
    for (size_t p = 0; p < count; p++) log[p] /= total;
}

enum lac_status lac_link_partitions_enumerate(const struct lac_link_component *component,
                                              struct lac_link_enumeration *all, struct lac_error *err)
{
    uint32_t n = component->n;
    struct walk w = {.component = component, .all = all};
    memset(all, 0, sizeof *all);
    if (n > LAC_LINK_ENUMERATED) return lac_fail(err, LAC_DEFECT, "too many records to enumerate: %u", n);
    all->n = n;
    all->code = malloc(bell[n] * n + 1);
    all->probability = malloc(bell[n] * sizeof *all->probability);
    if (!all->code || !all->probability) {
        lac_link_enumeration_release(all);
        return lac_fail_memory(err, "partitions of a component");
    }
    walk_from(&w, 0, 0);
    probabilities_settle(all->count, all->probability);
    return LAC_OK;
}

void lac_link_enumeration_release(struct lac_link_enumeration *all)
{
    free(all->code);
    free(all->probability);
    memset(all, 0, sizeof *all);
}

static void stream_init(const struct lac_link_component *component, uint32_t draw, struct lac_random *random)
{
    lac_random_init(random, component->seed, LAC_PURPOSE_LINK, component->key[0], draw, component->key[1]);
}

static enum lac_status draw_exactly(const struct lac_link_component *component, uint32_t draws,
                                    uint32_t *cluster, struct lac_error *err)
{
    struct lac_link_enumeration all = {0};
    uint32_t n = component->n, smallest[LAC_LINK_ENUMERATED];
    enum lac_status st = LAC_OK;
    for (uint32_t d = 0; !st && d < draws; d++) {
        struct lac_random random;
        if (d == 0 || component->fill) {
            if (component->fill) component->fill(component->context, d, component->weight);
            lac_link_enumeration_release(&all);
            st = lac_link_partitions_enumerate(component, &all, err);
            if (st) break;
        }
        stream_init(component, d, &random);
        const uint8_t *code = all.code + lac_random_choice(&random, all.count, all.probability) * n;
        for (uint32_t i = 0; i < n; i++) cluster[(size_t)d * n + i] = code[i];
        lac_link_labels_settle(n, cluster + (size_t)d * n, smallest);
    }
    lac_link_enumeration_release(&all);
    return st;
}

/* State of the chain. Labels are below n; a label of size 0 is free. */
struct sampler {
    const struct lac_link_component *component;
    struct lac_random random;
    struct lac_link_chain *chain;
    uint32_t n;
    double *sum;              /* per label: weights inside the cluster */
    double *with, *chance;    /* per label, for the record at hand */
    uint32_t *cluster, *size; /* per record, per label */
    uint32_t *choice;         /* labels a record may take */
    uint32_t *other;          /* records of a split or merge */
    bool *left;               /* per record: side in a split */
    uint32_t *edge;           /* pairs of records, 2 per edge */
    size_t edges;
};

static void sampler_release(struct sampler *s)
{
    free(s->sum);
    free(s->with);
    free(s->chance);
    free(s->cluster);
    free(s->size);
    free(s->choice);
    free(s->other);
    free(s->left);
    free(s->edge);
}

static enum lac_status sampler_alloc(struct sampler *s, struct lac_error *err)
{
    size_t n = s->n;
    s->sum = calloc(n, sizeof *s->sum);
    s->with = malloc(n * sizeof *s->with);
    s->chance = malloc((n + 1) * sizeof *s->chance);
    s->cluster = malloc(n * sizeof *s->cluster);
    s->size = calloc(n, sizeof *s->size);
    s->choice = malloc((n + 1) * sizeof *s->choice);
    s->other = malloc(n * sizeof *s->other);
    s->left = malloc(n * sizeof *s->left);
    s->edge = malloc((n * (n - 1) + 1) * sizeof *s->edge);
    bool ok = s->sum && s->with && s->chance && s->cluster && s->size && s->choice && s->other && s->left &&
              s->edge;
    return ok ? LAC_OK : lac_fail_memory(err, "partitions of a component");
}

/* Takes the weights of a draw: sums and edges anew. */
static void sampler_weigh(struct sampler *s, uint32_t draw)
{
    double *weight = s->component->weight;
    if (s->component->fill) s->component->fill(s->component->context, draw, weight);
    memset(s->sum, 0, s->n * sizeof *s->sum);
    s->edges = 0;
    for (uint32_t i = 0; i < s->n; i++)
        for (uint32_t j = 0; j < i; j++) {
            double w = weight[(size_t)i * s->n + j];
            if (s->cluster[i] == s->cluster[j]) s->sum[s->cluster[i]] += w;
            if (!(w > LAC_LINK_EDGE)) continue;
            s->edge[2 * s->edges] = i;
            s->edge[2 * s->edges++ + 1] = j;
        }
}

static void sampler_start(struct sampler *s)
{
    memcpy(s->cluster, s->component->start, s->n * sizeof *s->cluster);
    lac_link_labels_settle(s->n, s->cluster, s->other); /* whatever labels it came with */
    for (uint32_t i = 0; i < s->n; i++) s->size[s->cluster[i]]++;
    sampler_weigh(s, 0);
}

/* Takes record i out and gives it a cluster in proportion to pi. */
static void gibbs_step(struct sampler *s, uint32_t i)
{
    const double *row = s->component->weight + (size_t)i * s->n;
    uint32_t own = s->cluster[i], choices = 0, alone = own;
    double most = 0;
    memset(s->with, 0, s->n * sizeof *s->with);
    for (uint32_t j = 0; j < s->n; j++)
        if (j != i) s->with[s->cluster[j]] += row[j];
    s->sum[own] -= s->with[own];
    s->size[own]--;
    if (s->size[own] == 0) s->sum[own] = 0; /* no rounding left behind */
    for (uint32_t k = 0; k < s->n; k++) {
        if (s->size[k] == 0) {
            alone = k;
            continue;
        }
        s->chance[choices] = s->with[k];
        s->choice[choices++] = k;
        most = fmax(most, s->with[k]);
    }
    s->chance[choices] = 0;
    s->choice[choices++] = alone;
    for (uint32_t c = 0; c < choices; c++) s->chance[c] = exp(s->chance[c] - most);
    uint32_t to = s->choice[lac_random_choice(&s->random, choices, s->chance)];
    s->cluster[i] = to;
    s->sum[to] = s->size[to]++ == 0 ? 0 : s->sum[to] + s->with[to];
}

/* One side of a split in the making. */
struct side {
    uint32_t size;
    double sum;
};

/* Allocates the first `count` of s->other to the sides of i and j, or with `follow` walks the allocation that
 * is there. Returns the log probability of the result, minus infinity when it is impossible. */
static double allocate(struct sampler *s, uint32_t count, const uint32_t seed[2], bool follow,
                       struct side side[2])
{
    double log = 0;
    for (int k = 0; k < 2; k++) side[k] = (struct side){1, 0};
    for (uint32_t at = 0; at < count; at++) {
        uint32_t record = s->other[at];
        const double *row = s->component->weight + (size_t)record * s->n;
        double gain[2] = {row[seed[0]], row[seed[1]]};
        for (uint32_t b = 0; b < at; b++) gain[s->left[s->other[b]] ? 0 : 1] += row[s->other[b]];
        double most = fmax(gain[0], gain[1]);
        if (isinf(most)) return -HUGE_VAL;
        double first = exp(gain[0] - most), second = exp(gain[1] - most);
        if (!follow) s->left[record] = lac_random_uniform(&s->random) * (first + second) < first;
        int k = s->left[record] ? 0 : 1;
        log += gain[k] - most - log1p(fmin(first, second));
        side[k].size++;
        side[k].sum += gain[k];
    }
    return log;
}

/* Gathers the records of the two clusters but i and j in random order; marks their side. */
static uint32_t others_gather(struct sampler *s, uint32_t i, uint32_t j)
{
    uint32_t count = 0;
    for (uint32_t k = 0; k < s->n; k++) {
        if (k == i || k == j || (s->cluster[k] != s->cluster[i] && s->cluster[k] != s->cluster[j])) continue;
        s->left[k] = s->cluster[k] == s->cluster[i];
        s->other[count++] = k;
    }
    for (uint32_t k = count; k > 1; k--) {
        uint32_t with = lac_random_below(&s->random, k), kept = s->other[k - 1];
        s->other[k - 1] = s->other[with];
        s->other[with] = kept;
    }
    return count;
}

static uint32_t label_free(const struct sampler *s)
{
    uint32_t k = 0;
    while (s->size[k] != 0) k++;
    return k;
}

static void split_apply(struct sampler *s, uint32_t count, const uint32_t seed[2], const struct side side[2])
{
    uint32_t old = s->cluster[seed[0]], new = label_free(s);
    s->cluster[seed[1]] = new;
    for (uint32_t k = 0; k < count; k++)
        if (!s->left[s->other[k]]) s->cluster[s->other[k]] = new;
    s->size[old] = side[0].size;
    s->sum[old] = side[0].sum;
    s->size[new] = side[1].size;
    s->sum[new] = side[1].sum;
}

static void merge_apply(struct sampler *s, uint32_t to, uint32_t from, double sum)
{
    for (uint32_t k = 0; k < s->n; k++)
        if (s->cluster[k] == from) s->cluster[k] = to;
    s->size[to] += s->size[from];
    s->sum[to] = sum;
    s->size[from] = 0;
    s->sum[from] = 0;
}

/* Weights between the clusters a and b. */
static double cross_sum(const struct sampler *s, uint32_t a, uint32_t b)
{
    double sum = 0;
    for (uint32_t i = 0; i < s->n; i++)
        for (uint32_t j = 0; s->cluster[i] == a && j < s->n; j++)
            if (s->cluster[j] == b) sum += s->component->weight[(size_t)i * s->n + j];
    return sum;
}

static void split_merge(struct sampler *s)
{
    const uint32_t *edge = s->edge + 2 * (size_t)lac_random_below(&s->random, (uint32_t)s->edges);
    bool turned = lac_random_uniform(&s->random) < 0.5;
    uint32_t seed[2] = {edge[turned], edge[!turned]}, a = s->cluster[seed[0]], b = s->cluster[seed[1]];
    struct side side[2];
    uint32_t count = others_gather(s, seed[0], seed[1]);
    double log = allocate(s, count, seed, a != b, side), u = log1p(-lac_random_uniform(&s->random));
    s->chain->proposed++;
    if (isinf(log)) return;
    double apart = side[0].sum + side[1].sum;
    if (a == b) {
        if (!(u < apart - s->sum[a] - log)) return;
        split_apply(s, count, seed, side);
    } else {
        double sum = s->sum[a] + s->sum[b] + cross_sum(s, a, b);
        if (!(u < sum - apart + log)) return;
        merge_apply(s, a, b, sum);
    }
    s->chain->accepted++;
}

static void sweeps(struct sampler *s, int count)
{
    for (int sweep = 0; sweep < count; sweep++) {
        for (uint32_t i = 0; i < s->n; i++) gibbs_step(s, i);
        for (uint32_t i = 0; s->edges && i < s->n; i++) split_merge(s);
    }
}

static double log_pi(const struct sampler *s)
{
    double log = 0;
    for (uint32_t k = 0; k < s->n; k++)
        if (s->size[k]) log += s->sum[k];
    return log;
}

/* Potential scale reduction over the two halves of a trace (Gelman & Rubin 1992). */
static double split_rhat(const double *trace, uint32_t length)
{
    uint32_t half = length / 2;
    double mean[2] = {0, 0}, within = 0;
    if (half < 2) return (double)NAN;
    for (uint32_t k = 0; k < 2 * half; k++) mean[k / half] += trace[k] / half;
    for (uint32_t k = 0; k < 2 * half; k++)
        within += (trace[k] - mean[k / half]) * (trace[k] - mean[k / half]) / (2 * (half - 1.0));
    double between = (mean[0] - mean[1]) * (mean[0] - mean[1]) / 2;
    if (!(within > 1e-12)) return between > 1e-12 ? HUGE_VAL : 1;
    return sqrt((half - 1.0) / half + between / within);
}

enum lac_status lac_link_partitions_sample(const struct lac_link_component *component, uint32_t draws,
                                           uint32_t *cluster, struct lac_link_chain *chain,
                                           struct lac_error *err)
{
    struct sampler s = {.component = component, .chain = chain, .n = component->n};
    double *trace = malloc(((size_t)draws + 1) * sizeof *trace);
    enum lac_status st = trace ? sampler_alloc(&s, err) : lac_fail_memory(err, "partitions of a component");
    memset(chain, 0, sizeof *chain);
    if (!st) {
        sampler_start(&s);
        stream_init(component, UINT32_MAX, &s.random);
        sweeps(&s, LAC_LINK_BURN_IN);
    }
    for (uint32_t d = 0; !st && d < draws; d++) {
        uint32_t *to = cluster + (size_t)d * s.n;
        stream_init(component, d, &s.random);
        if (component->fill && d > 0) sampler_weigh(&s, d);
        sweeps(&s, component->fill ? 2 * LAC_LINK_SWEEPS : LAC_LINK_SWEEPS);
        trace[d] = log_pi(&s);
        memcpy(to, s.cluster, s.n * sizeof *to);
        lac_link_labels_settle(s.n, to, s.other);
    }
    if (!st) chain->rhat = split_rhat(trace, draws);
    sampler_release(&s);
    free(trace);
    return st;
}

enum lac_status lac_link_partitions_draw(const struct lac_link_component *component, uint32_t draws,
                                         uint32_t *cluster, struct lac_link_chain *chain,
                                         struct lac_error *err)
{
    if (component->n > LAC_LINK_ENUMERATED)
        return lac_link_partitions_sample(component, draws, cluster, chain, err);
    *chain = (struct lac_link_chain){.enumerated = true, .rhat = 1};
    return draw_exactly(component, draws, cluster, err);
}
