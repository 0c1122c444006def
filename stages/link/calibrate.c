/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "calibrate.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "base/random.h"
#include "score.h"
#include "sort.h"

#define CELLS 1024 /* of the histogram of weights in a bin */
#define CELLS_PER_BIT 16.0
#define ROUNDS 40
#define ROUNDS_DRAWN 15
#define LEAST_SPREAD 0.045 /* of q = 0.002: strata that a model is sure of are asked about too */

const double lac_link_bin_edge[LAC_LINK_BINS + 1] = {0.001, 0.01, 0.05,  0.2,    0.5, 0.8,
                                                     0.95,  0.99, 0.999, 0.9999, 1};

const char *const lac_link_class_names[LAC_LINK_CLASSES] = {"one rule", "several rules"};

static double log2_odds(double probability)
{
    return log2(probability / (1 - probability));
}

int lac_link_bin_of(double weight)
{
    double probability = lac_link_probability(weight);
    int bin = -1;
    while (bin + 1 < LAC_LINK_BINS && probability >= lac_link_bin_edge[bin + 1]) bin++;
    return bin;
}

/* Weights of one class by bin and distance from the bin's lower edge. */
typedef double histogram[LAC_LINK_CLASSES][LAC_LINK_BINS][CELLS];

static unsigned cell_of(double weight, int bin)
{
    double cell = (weight - log2_odds(lac_link_bin_edge[bin])) * CELLS_PER_BIT;
    return cell < 0 ? 0 : cell > CELLS - 1 ? CELLS - 1 : (unsigned)cell;
}

static double cell_weight(int bin, unsigned cell)
{
    return log2_odds(lac_link_bin_edge[bin]) + (cell + 0.5) / CELLS_PER_BIT;
}

static void strata_count(const struct lac_link_scored *scored, struct lac_link_calibration *c,
                         histogram *count)
{
    for (size_t p = 0; p < scored->pairs->count; p++) {
        int bin = lac_link_bin_of(scored->weight[p]);
        if (bin < 0) continue;
        unsigned class = lac_link_class_of(&scored->pairs->pair[p]);
        c->stratum[class][bin].pairs++;
        (*count)[class][bin][cell_of(scored->weight[p], bin)]++;
    }
    for (unsigned k = 0; k < LAC_LINK_CLASSES; k++)
        for (int b = 0; b < LAC_LINK_BINS; b++) {
            struct lac_link_stratum *s = &c->stratum[k][b];
            for (unsigned cell = 0; s->pairs && cell < CELLS; cell++)
                s->model +=
                    (*count)[k][b][cell] / (double)s->pairs * lac_link_probability(cell_weight(b, cell));
            s->calibrated = s->model;
        }
}

static int by_key(const void *a, const void *b)
{
    uint64_t x = ((const struct lac_link_pair *)a)->key, y = ((const struct lac_link_pair *)b)->key;
    return x < y ? -1 : x > y;
}

static void labels_count(const struct lac_link_scored *scored, const struct lac_link_labels *labels,
                         struct lac_link_calibration *c)
{
    for (size_t k = 0; k < labels->count; k++) {
        const struct lac_link_label *label = &labels->label[k];
        struct lac_link_pair wanted = {(uint64_t)label->left << 32 | label->right, 0, 0};
        const struct lac_link_pair *pair =
            scored->pairs->count
                ? bsearch(&wanted, scored->pairs->pair, scored->pairs->count, sizeof wanted, by_key)
                : NULL;
        int bin = pair ? lac_link_bin_of(scored->weight[pair - scored->pairs->pair]) : -1;
        if (bin < 0) continue;
        struct lac_link_stratum *s = &c->stratum[lac_link_class_of(pair)][bin];
        s->labels++;
        s->matches += label->match;
        c->labels++;
    }
}

static void shares_solve(const struct lac_link_stratum *stratum, struct lac_link_shares *solved)
{
    struct lac_link_share given[LAC_LINK_BINS];
    int count = 0;
    for (int b = 0; b < LAC_LINK_BINS; b++)
        if (stratum[b].pairs)
            given[count++] = (struct lac_link_share){(double)stratum[b].pairs, stratum[b].model,
                                                     stratum[b].labels, stratum[b].matches};
    lac_link_shares_solve(given, count, solved);
}

/* Shares of one class: posterior means, or a draw from the posterior. */
static void shares_make(const struct lac_link_stratum *stratum, const struct lac_link_shares *solved,
                        struct lac_random *random, double *share)
{
    double q[LAC_LINK_BINS];
    int count = solved->count;
    if (random)
        lac_link_shares_draw(solved, random, q);
    else
        lac_link_shares_mean(solved, q);
    for (int b = LAC_LINK_BINS; b-- > 0;) share[b] = stratum[b].pairs ? q[--count] : 0;
}

/* The bins' shares of one class made monotone by pooling neighbours, by pairs: as many match as before. */
static void shares_fit(const double share[LAC_LINK_BINS], struct lac_link_stratum *stratum)
{
    double value[LAC_LINK_BINS], weight[LAC_LINK_BINS];
    int last[LAC_LINK_BINS], pools = 0;
    for (int b = 0; b < LAC_LINK_BINS; b++) {
        const struct lac_link_stratum *s = &stratum[b];
        if (s->pairs == 0) continue;
        weight[pools] = (double)s->pairs;
        value[pools] = share[b];
        last[pools++] = b;
        for (; pools > 1 && value[pools - 2] > value[pools - 1]; pools--) {
            double both = weight[pools - 2] + weight[pools - 1];
            value[pools - 2] =
                (value[pools - 2] * weight[pools - 2] + value[pools - 1] * weight[pools - 1]) / both;
            weight[pools - 2] = both;
            last[pools - 2] = b;
        }
    }
    for (int pool = 0, b = 0; pool < pools; pool++)
        for (; b <= last[pool]; b++) stratum[b].calibrated = fmin(fmax(value[pool], 1e-7), 1 - 1e-7);
}

/* The curve at w: linear between knots; below them the correction fades out. Above, a model that is too sure
 * is too sure by a factor of its log odds (shares.h), and a correction upwards stays. */
static double curve_at(const struct lac_link_stratum *stratum, double w)
{
    double from = 0, to = 0;
    bool any = false;
    for (int b = 0; b < LAC_LINK_BINS; b++) {
        const struct lac_link_stratum *s = &stratum[b];
        if (s->pairs == 0) continue;
        if (!any) {
            from = s->from - LAC_LINK_FADE;
            to = fmin(from, s->to);
            if (w <= from) return fmin(w, to);
        }
        any = true;
        if (w <= s->from) return s->from > from ? to + (s->to - to) * (w - from) / (s->from - from) : s->to;
        from = s->from;
        to = s->to;
    }
    double slope = from > 0 ? fmin(fmax(to / from, 0), 1) : 1;
    return any ? to + slope * (w - from) : w;
}

/* Moves the knots until the mean calibrated probability of every bin is its q, or as near as a rising curve
 * comes. */
static void curve_fit(struct lac_link_stratum *stratum, double count[LAC_LINK_BINS][CELLS], int rounds)
{
    for (int b = 0; b < LAC_LINK_BINS; b++) {
        stratum[b].from = stratum[b].pairs ? log2_odds(stratum[b].model) : 0;
        stratum[b].to = stratum[b].pairs ? log2_odds(stratum[b].calibrated) : 0;
    }
    for (int round = 0; round < rounds; round++) {
        double highest = -HUGE_VAL;
        for (int b = 0; b < LAC_LINK_BINS; b++) {
            struct lac_link_stratum *s = &stratum[b];
            double mean = 0;
            if (s->pairs == 0) continue;
            for (unsigned cell = 0; cell < CELLS; cell++)
                if (count[b][cell] > 0)
                    mean += count[b][cell] / (double)s->pairs *
                            lac_link_probability(curve_at(stratum, cell_weight(b, cell)));
            mean = fmin(fmax(mean, 1e-9), 1 - 1e-9);
            s->to += fmin(fmax(log2_odds(s->calibrated) - log2_odds(mean), -1), 1);
            s->to = highest = fmax(s->to, highest);
        }
    }
}

static void total_estimate(struct lac_link_calibration *c)
{
    double variance = 0;
    for (unsigned k = 0; k < LAC_LINK_CLASSES; k++)
        for (int b = 0; b < LAC_LINK_BINS; b++) {
            const struct lac_link_stratum *s = &c->stratum[k][b];
            double pairs = (double)s->pairs, q = s->calibrated;
            c->total += pairs * q;
            if (s->pairs <= s->labels) continue;
            double n = s->labels > 1 ? s->labels - 1.0 : LAC_LINK_PRIOR_LABELS;
            variance += pairs * (pairs - s->labels) * q * (1 - q) / n;
        }
    c->error = c->labels ? sqrt(variance) : (double)NAN;
}

enum lac_status lac_link_calibration_fit(const struct lac_link_scored *scored,
                                         const struct lac_link_labels *labels,
                                         struct lac_link_calibration *calibration, struct lac_error *err)
{
    histogram *count = calloc(1, sizeof *count);
    memset(calibration, 0, sizeof *calibration);
    if (!count) return lac_fail_memory(err, "calibration");
    strata_count(scored, calibration, count);
    labels_count(scored, labels, calibration);
    for (unsigned k = 0; k < LAC_LINK_CLASSES; k++)
        shares_solve(calibration->stratum[k], &calibration->shares[k]);
    for (unsigned k = 0; calibration->labels && k < LAC_LINK_CLASSES; k++) {
        double share[LAC_LINK_BINS];
        shares_make(calibration->stratum[k], &calibration->shares[k], NULL, share);
        shares_fit(share, calibration->stratum[k]);
        curve_fit(calibration->stratum[k], (*count)[k], ROUNDS);
    }
    total_estimate(calibration);
    if (calibration->labels)
        calibration->cells = (double *)count;
    else
        free(count);
    return LAC_OK;
}

void lac_link_curve_draw(const struct lac_link_calibration *calibration, uint32_t seed, uint32_t draw,
                         struct lac_link_curve *curve)
{
    histogram *count = (histogram *)calibration->cells;
    memcpy(curve->stratum, calibration->stratum, sizeof curve->stratum);
    for (unsigned k = 0; count && k < LAC_LINK_CLASSES; k++) {
        double share[LAC_LINK_BINS];
        struct lac_random random;
        lac_random_init(&random, seed, LAC_PURPOSE_LINK_DOUBT, draw, k, 0);
        shares_make(calibration->stratum[k], &calibration->shares[k], &random, share);
        shares_fit(share, curve->stratum[k]);
        curve_fit(curve->stratum[k], (*count)[k], ROUNDS_DRAWN);
    }
}

double lac_link_curve_weight(const struct lac_link_curve *curve, unsigned class, double weight)
{
    return curve_at(curve->stratum[class], weight);
}

double lac_link_calibrated(const struct lac_link_calibration *calibration, const struct lac_link_pair *pair,
                           double weight)
{
    if (calibration->labels == 0) return weight;
    return curve_at(calibration->stratum[lac_link_class_of(pair)], weight);
}

/* What a label of a stratum tells: sqrt(q (1 - q)), not below LEAST_SPREAD. `at` counts the strata with
 * pairs. */
static double spread_of(const struct lac_link_calibration *c, unsigned class, int at)
{
    return fmax(c->shares[class].spread[at], LEAST_SPREAD);
}

/* Sizes by Neyman allocation for a whole sample of `size`; a stratum that is wanted whole leaves the others
 * their share. Returns how many pairs are then judged or to be judged. */
static double sizes_share(struct lac_link_calibration *c, double size, double sum)
{
    double all = 0;
    for (unsigned k = 0; k < LAC_LINK_CLASSES; k++)
        for (int b = 0, at = 0; b < LAC_LINK_BINS; b++) {
            struct lac_link_stratum *s = &c->stratum[k][b];
            if (s->pairs == 0) continue;
            double want = ceil(size * (double)s->pairs * spread_of(c, k, at++) / sum);
            s->wanted = (uint32_t)fmin(fmax(want, LAC_LINK_LEAST), (double)s->pairs);
            all += s->wanted > s->labels ? s->wanted : s->labels;
        }
    return all;
}

static void sizes_set(struct lac_link_calibration *c, const struct lac_link_sampling *sampling)
{
    double sum = 0, within = 0, low = 0, high = 0;
    for (unsigned k = 0; k < LAC_LINK_CLASSES; k++)
        for (int b = 0, at = 0; b < LAC_LINK_BINS; b++) {
            double pairs = (double)c->stratum[k][b].pairs;
            if (c->stratum[k][b].pairs == 0) continue;
            double spread = spread_of(c, k, at++);
            sum += pairs * spread;
            within += pairs * spread * spread;
            high += pairs;
        }
    double aim = sampling->error * c->total, size = sum * sum / (aim * aim + within);
    if (sampling->count == 0) {
        (void)sizes_share(c, size, sum);
        return;
    }
    high *= LAC_LINK_BINS * LAC_LINK_CLASSES; /* enough to want every stratum whole */
    for (int k = 0; k < 60; k++) {
        size = (low + high) / 2;
        if (sizes_share(c, size, sum) > sampling->count)
            high = size;
        else
            low = size;
    }
    (void)sizes_share(c, low, sum);
}

static bool judged(const struct lac_link_labels *labels, uint64_t key)
{
    size_t low = 0, high = labels->count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        const struct lac_link_label *label = &labels->label[middle];
        uint64_t here = (uint64_t)label->left << 32 | label->right;
        if (here == key) return true;
        if (here < key)
            low = middle + 1;
        else
            high = middle;
    }
    return false;
}

/* Unjudged pairs of all strata: key = stratum and a random number, pattern = pair. */
static enum lac_status pool_make(const struct lac_link_scored *scored, const struct lac_link_labels *labels,
                                 uint32_t seed, struct lac_link_pairs *pool, struct lac_error *err)
{
    for (size_t p = 0; p < scored->pairs->count; p++) {
        const struct lac_link_pair *pair = &scored->pairs->pair[p];
        struct lac_random random;
        int bin = lac_link_bin_of(scored->weight[p]);
        if (bin < 0 || judged(labels, pair->key)) continue;
        void *grown = pool->pair;
        enum lac_status st = lac_grow(&grown, &pool->capacity, pool->count + 1, sizeof *pool->pair, err);
        pool->pair = grown;
        if (st) return st;
        lac_random_init(&random, seed, LAC_PURPOSE_LINK, lac_link_left(pair), lac_link_right(pair),
                        UINT32_MAX);
        uint64_t stratum = lac_link_class_of(pair) * LAC_LINK_BINS + (unsigned)bin;
        pool->pair[pool->count++] =
            (struct lac_link_pair){stratum << 32 | lac_random_u32(&random), (uint32_t)p, 0};
    }
    return LAC_OK;
}

enum lac_status lac_link_calibration_sample(const struct lac_link_scored *scored,
                                            const struct lac_link_labels *labels,
                                            const struct lac_link_sampling *sampling,
                                            struct lac_link_calibration *calibration, struct lac_error *err)
{
    struct lac_link_pairs pool = {0};
    struct lac_link_pair *spare = NULL;
    uint64_t taken[LAC_LINK_CLASSES * LAC_LINK_BINS] = {0};
    sizes_set(calibration, sampling);
    enum lac_status st = pool_make(scored, labels, sampling->seed, &pool, err);
    if (!st && !(spare = malloc((pool.count + 1) * sizeof *spare))) st = lac_fail_memory(err, "the sample");
    if (!st && pool.count) lac_link_sort(pool.pair, spare, pool.count);
    for (size_t k = 0; !st && k < pool.count; k++) {
        struct lac_link_pairs *sample = &calibration->sample;
        size_t at = (size_t)(pool.pair[k].key >> 32);
        const struct lac_link_stratum *s = &calibration->stratum[at / LAC_LINK_BINS][at % LAC_LINK_BINS];
        if (s->labels + taken[at] >= s->wanted) continue;
        taken[at]++;
        void *grown = sample->pair;
        st = lac_grow(&grown, &sample->capacity, sample->count + 1, sizeof *sample->pair, err);
        sample->pair = grown;
        if (!st)
            sample->pair[sample->count++] = (struct lac_link_pair){
                scored->pairs->pair[pool.pair[k].pattern].key, (uint32_t)pool.pair[k].key, 0};
    }
    free(spare);
    free(pool.pair);
    return st;
}

void lac_link_calibration_release(struct lac_link_calibration *calibration)
{
    free(calibration->sample.pair);
    free(calibration->cells);
    memset(calibration, 0, sizeof *calibration);
}
