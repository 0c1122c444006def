/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "errors.h"
#include <math.h>
#include <stdlib.h>
#include "base/memory.h"
#include "base/sum.h"

#define AHEAD 24 /* pairs whose right record is asked for before its turn */

/* lac_sum() of numbers that come one by one. */
struct stream {
    double *block;
    size_t held, count;
    double sum;
};

static void stream_add(struct stream *stream, double x)
{
    stream->block[stream->held++] = x;
    stream->count++;
    if (stream->held < LAC_SUM_BLOCK) return;
    stream->sum += lac_sum(stream->block, LAC_SUM_BLOCK);
    stream->held = 0;
}

static double stream_end(struct stream *stream)
{
    return stream->sum + lac_sum(stream->block, stream->held);
}

/* Doubt of a pair inside a person, chance of one between persons. */
struct term {
    double probability;
    bool inside;
};

static struct term term_of(const struct lac_link_result *result, size_t p)
{
    const struct lac_link_pair *pair = &result->pairs.pair[p];
    if (p + AHEAD < result->pairs.count) __builtin_prefetch(&result->person[lac_link_right(pair + AHEAD)]);
    bool inside = result->person[lac_link_left(pair)] == result->person[lac_link_right(pair)];
    return (struct term){lac_link_probability(inside ? -result->weight[p] : result->weight[p]), inside};
}

/* Terms are worked out by all threads and added in order. */
static enum lac_status terms_add(const struct lac_link_result *result, struct stream *doubt,
                                 struct stream *chance)
{
    enum lac_status worst = LAC_OK;
    size_t n = result->pairs.count;
#pragma omp parallel
    {
        struct term *term = malloc(LAC_SUM_BLOCK * sizeof *term);
#pragma omp for schedule(static, 1) ordered
        for (size_t first = 0; first < n; first += LAC_SUM_BLOCK) {
            size_t count = n - first < LAC_SUM_BLOCK ? n - first : LAC_SUM_BLOCK;
            for (size_t k = 0; term && k < count; k++) term[k] = term_of(result, first + k);
#pragma omp ordered
            {
                if (!term) worst = lac_fail_memory(NULL, "expected errors");
                for (size_t k = 0; term && k < count; k++)
                    stream_add(term[k].inside ? doubt : chance, term[k].probability);
            }
        }
        free(term);
    }
    return worst;
}

enum lac_status lac_link_errors_estimate(struct lac_link_result *result, struct lac_error *err)
{
    struct lac_link_errors *e = &result->errors;
    struct stream doubt = {.block = malloc(LAC_SUM_BLOCK * sizeof(double))},
                  chance = {.block = malloc(LAC_SUM_BLOCK * sizeof(double))};
    enum lac_status st = LAC_OK;
    if (!doubt.block || !chance.block || terms_add(result, &doubt, &chance))
        st = lac_fail_memory(err, "expected errors");
    if (!st) {
        e->links = (double)doubt.count;
        e->false_links = stream_end(&doubt);
        e->missed_scored = stream_end(&chance);
        double right = e->links - e->false_links, missed = e->missed_scored + result->misses.missed;
        e->precision = doubt.count ? right / e->links : (double)NAN;
        e->recall = right + missed > 0 ? right / (right + missed) : (double)NAN;
    }
    free(doubt.block);
    free(chance.block);
    return st;
}
