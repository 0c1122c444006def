/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "misses.h"
#include <string.h>
#include "score.h"

#define MOST_SETS 4096

/* Expected true pairs by how many rules of `set` proposed them. */
struct tally {
    double one, two, any, alone[LAC_LINK_RULES];
};

static void tally_make(uint32_t set, const struct lac_link_pairs *pairs, const double *weight,
                       struct tally *tally)
{
    memset(tally, 0, sizeof *tally);
    for (size_t p = 0; p < pairs->count; p++) {
        uint32_t mask = pairs->pair[p].mask & set;
        if (!mask) continue;
        double probability = lac_link_probability(weight[p]);
        int hits = __builtin_popcount(mask);
        tally->any += probability;
        if (hits == 1) {
            tally->one += probability;
            tally->alone[__builtin_ctz(mask)] += probability;
        } else if (hits == 2)
            tally->two += probability;
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

void lac_link_misses_estimate(const struct lac_link_rule *rule, size_t rules,
                              const struct lac_link_pairs *pairs, const double *weight,
                              struct lac_link_misses *misses)
{
    struct search s = {.rule = rule, .rules = rules};
    struct tally tally, best = {0};
    memset(misses, 0, sizeof *misses);
    for (size_t p = 0; p < pairs->count; p++)
        if (pairs->pair[p].mask) misses->found += lac_link_probability(weight[p]);
    search_from(&s, 0, 0, 0);
    for (size_t k = 0; s.size >= 2 && k < s.count; k++) {
        tally_make(s.set[k], pairs, weight, &tally);
        if (tally.any <= best.any) continue;
        best = tally;
        misses->rules = s.set[k];
    }
    if (!misses->rules || best.two <= 0) return;
    double crossed = best.one * best.one;
    for (size_t r = 0; r < rules; r++) crossed -= best.alone[r] * best.alone[r];
    misses->known = true;
    misses->missed = best.any + crossed / (2 * best.two) - misses->found;
    if (misses->missed < 0) misses->missed = 0;
}
