/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "misses.h"
#include <stdlib.h>
#include <string.h>
#include "base/memory.h"
#include "score.h"

#define MOST_SETS 4096
#define BLOCK 65536

/* Expected true pairs by how many rules of `set` proposed them. */
struct tally {
    double one, two, any, alone[LAC_LINK_RULES];
};

/* Expected true pairs by mask of rules. Open addressing; `places` is a power of two above twice the masks. */
struct masks {
    struct {
        uint32_t mask; /* 0: a free place */
        double sum;
    } * at;
    size_t places, count;
};

static size_t mask_find(const struct masks *masks, uint32_t mask)
{
    size_t at = (size_t)(mask * UINT64_C(0x9e3779b97f4a7c15) >> 32) & (masks->places - 1);
    while (masks->at[at].mask && masks->at[at].mask != mask) at = (at + 1) & (masks->places - 1);
    return at;
}

static enum lac_status masks_grow(struct masks *masks)
{
    struct masks more = {NULL, masks->places ? 2 * masks->places : 256, masks->count};
    more.at = calloc(more.places, sizeof *more.at);
    if (!more.at) return lac_fail_memory(NULL, "rule masks");
    for (size_t k = 0; k < masks->places; k++)
        if (masks->at[k].mask) more.at[mask_find(&more, masks->at[k].mask)] = masks->at[k];
    free(masks->at);
    *masks = more;
    return LAC_OK;
}

static enum lac_status mask_add(struct masks *masks, uint32_t mask, double probability)
{
    enum lac_status st = LAC_OK;
    if (!mask) return LAC_OK;
    if (2 * masks->count >= masks->places && (st = masks_grow(masks))) return st;
    size_t at = mask_find(masks, mask);
    masks->count += masks->at[at].mask == 0;
    masks->at[at].mask = mask;
    masks->at[at].sum += probability;
    return LAC_OK;
}

/* Probabilities are worked out by all threads and added in the order of the pairs. */
static enum lac_status masks_fill(const struct lac_link_pairs *pairs, const double *weight,
                                  struct masks *masks)
{
    enum lac_status worst = LAC_OK;
#pragma omp parallel
    {
        double *chance = malloc(BLOCK * sizeof *chance);
#pragma omp for schedule(static, 1) ordered
        for (size_t first = 0; first < pairs->count; first += BLOCK) {
            size_t count = pairs->count - first < BLOCK ? pairs->count - first : BLOCK;
            for (size_t k = 0; chance && k < count; k++) chance[k] = lac_link_probability(weight[first + k]);
#pragma omp ordered
            {
                if (!chance) worst = lac_fail_memory(NULL, "rule masks");
                for (size_t k = 0; !worst && k < count; k++)
                    worst = mask_add(masks, pairs->pair[first + k].mask, chance[k]);
            }
        }
        free(chance);
    }
    return worst;
}

static void tally_make(uint32_t set, const struct masks *masks, struct tally *tally)
{
    memset(tally, 0, sizeof *tally);
    for (size_t k = 0; k < masks->places; k++) {
        uint32_t mask = masks->at[k].mask & set;
        double sum = masks->at[k].sum;
        if (!mask) continue;
        int hits = __builtin_popcount(mask);
        tally->any += sum;
        if (hits == 1) {
            tally->one += sum;
            tally->alone[__builtin_ctz(mask)] += sum;
        } else if (hits == 2)
            tally->two += sum;
    }
}

/* Walks all sets of rules without a common field in which rule numbers ascend; keeps those of the largest
 * size. */
struct search {
    const struct lac_link_rule *rule;
    size_t rules, size, count, visited;
    uint32_t set[64];
};

static void search_from(struct search *s, size_t from, uint32_t set, uint32_t fields)
{
    size_t size = (size_t)__builtin_popcount(set);
    if (s->visited++ > MOST_SETS) return;
    if (size > s->size) {
        s->size = size;
        s->count = 0;
    }
    if (size == s->size && s->count < 64) s->set[s->count++] = set;
    for (size_t r = from; r < s->rules; r++)
        if (!(s->rule[r].fields & fields))
            search_from(s, r + 1, set | UINT32_C(1) << r, fields | s->rule[r].fields);
}

enum lac_status lac_link_misses_estimate(const struct lac_link_rule *rule, size_t rules,
                                         const struct lac_link_pairs *pairs, const double *weight,
                                         struct lac_link_misses *misses, struct lac_error *err)
{
    struct masks masks = {0};
    struct search s = {.rule = rule, .rules = rules};
    struct tally tally, best = {0};
    memset(misses, 0, sizeof *misses);
    if (masks_fill(pairs, weight, &masks)) {
        free(masks.at);
        return lac_fail_memory(err, "rule masks");
    }
    for (size_t k = 0; k < masks.places; k++) misses->found += masks.at[k].sum;
    search_from(&s, 0, 0, 0);
    for (size_t k = 0; s.size >= 2 && k < s.count; k++) {
        tally_make(s.set[k], &masks, &tally);
        if (tally.any <= best.any) continue;
        best = tally;
        misses->rules = s.set[k];
    }
    free(masks.at);
    if (!misses->rules || best.two <= 0) return LAC_OK;
    double crossed = best.one * best.one;
    for (size_t r = 0; r < rules; r++) crossed -= best.alone[r] * best.alone[r];
    misses->known = true;
    misses->missed = best.any + crossed / (2 * best.two) - misses->found;
    if (misses->missed < 0) misses->missed = 0;
    return LAC_OK;
}

size_t lac_link_miss_classes(const struct lac_link_data *data)
{
    return data->source ? (size_t)data->sources * data->sources : 1;
}

size_t lac_link_miss_class_of(const struct lac_link_data *data, const struct lac_link_pair *pair)
{
    if (!data->source) return 0;
    uint32_t a = data->source[lac_link_left(pair)], b = data->source[lac_link_right(pair)];
    return a < b ? (size_t)a * data->sources + b : (size_t)b * data->sources + a;
}

void lac_link_misses_count(const struct lac_link_data *data, uint32_t rules,
                           const struct lac_link_pairs *pairs, const double *weight,
                           struct lac_link_miss_class *class)
{
    size_t classes = lac_link_miss_classes(data);
    memset(class, 0, classes * sizeof *class);
    for (size_t p = 0; p < pairs->count; p++) {
        uint32_t mask = pairs->pair[p].mask;
        struct lac_link_miss_class *c = &class[lac_link_miss_class_of(data, &pairs->pair[p])];
        double probability = lac_link_probability(weight[p]);
        int hits = __builtin_popcount(mask & rules);
        c->found += probability;
        if (hits) c->any += probability;
        if (hits == 1) {
            c->one += probability;
            c->alone[__builtin_ctz(mask & rules)] += probability;
        }
        if (hits == 2) c->two += probability;
    }
}

double lac_link_missed(const struct lac_link_miss_class *class, double scale)
{
    double crossed = class->one * class->one;
    for (size_t r = 0; r < LAC_LINK_RULES; r++) crossed -= class->alone[r] * class->alone[r];
    double missed = class->any + scale * crossed / (2 * (class->two + 1)) - class->found;
    return missed > 0 ? missed : 0;
}

enum lac_status lac_link_misses_by_source(const struct lac_link_data *data,
                                          const struct lac_link_pairs *pairs, const double *weight,
                                          struct lac_link_misses *misses, struct lac_error *err)
{
    size_t classes = lac_link_miss_classes(data);
    if (!misses->known) return LAC_OK;
    struct lac_link_miss_class *class = malloc(classes * sizeof *class);
    if (!class) return lac_fail_memory(err, "missed pairs");
    lac_link_misses_count(data, misses->rules, pairs, weight, class);
    misses->missed = 0;
    for (size_t c = 0; c < classes; c++) misses->missed += lac_link_missed(&class[c], 1);
    free(class);
    return LAC_OK;
}
