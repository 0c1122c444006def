/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "block.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include "base/memory.h"
#include "base/digest.h"
#include "block_also.h"
#include "sort.h"

#define LAST (UINT32_C(1) << 31) /* marks the last record of a block */
#define CHUNK 8192               /* records whose pairs are made at once */
#define AHEAD 8                  /* records looked up before their turn */
#define FAR 16                   /* the same of records in the order of their keys */

/* What the keys of one rule need while they become blocks. */
struct keys {
    uint64_t *key;               /* n */
    struct lac_link_keyed *item; /* n, sorted by key */
    uint32_t items;
};

/* Records that share a key with others, block after block, ascending in each; and every record's place among
 * them. */
struct blocks {
    uint32_t *order;
    uint32_t *place; /* n; LAC_LINK_NULL: in no block */
};

static void keys_release(struct keys *keys)
{
    free(keys->key);
    free(keys->item);
}

static enum lac_status keys_init(struct keys *keys, uint32_t n, struct lac_error *err)
{
    keys->items = 0;
    keys->key = lac_big_alloc((size_t)n + 1, sizeof *keys->key);
    keys->item = lac_big_alloc((size_t)n + 1, sizeof *keys->item);
    return keys->key && keys->item ? LAC_OK : lac_fail_memory(err, "blocking keys");
}

static enum lac_status keys_sort(struct keys *keys, uint32_t n, struct lac_error *err)
{
    return lac_link_sort_keys(keys->key, n, true, keys->item, &keys->items, err);
}

/* Where the block that begins at `first` ends. */
static uint32_t block_end(const struct keys *keys, uint32_t first)
{
    uint32_t end = first + 1;
    while (end < keys->items && keys->item[end].key == keys->item[first].key) end++;
    return end;
}

static uint64_t choose2(uint64_t n)
{
    return n < 2 ? 0 : n * (n - 1) / 2;
}

/* The field with most distinct values among those the rule leaves out, or `fields`. */
static size_t second_field(const struct lac_link_data *data, const struct lac_link_rule *rule)
{
    size_t best = data->fields;
    for (size_t f = 0; f < data->fields; f++) {
        if (rule->fields >> f & 1 || lac_link_is_scoped(data->field[f].kind) || !data->field[f].key) continue;
        if (best == data->fields || data->field[f].values.dict.count > data->field[best].values.dict.count)
            best = f;
    }
    return best;
}

/* Adds the second field to the keys of blocks that are too large. */
static void blocks_refine(const struct lac_link_data *data, const struct lac_link_rule *rule, size_t maximum,
                          struct keys *keys, struct lac_link_rule_count *count)
{
    size_t second = second_field(data, rule);
    for (uint32_t first = 0, end; first < keys->items; first = end) {
        end = block_end(keys, first);
        if (end - first <= maximum) continue;
        count->refined++;
        for (uint32_t i = first; i < end; i++) {
            uint32_t record = keys->item[i].record;
            uint32_t value = second < data->fields ? data->field[second].value[record] : LAC_LINK_NULL;
            uint64_t both[2] = {keys->key[record], value};
            keys->key[record] =
                value == LAC_LINK_NULL ? LAC_LINK_NO_KEY : lac_hash64(both, sizeof both, 3) | 1;
        }
    }
}

/* Pairs of all blocks, and records of the largest. */
static uint64_t keys_pairs(const struct keys *keys, uint32_t *largest)
{
    uint64_t pairs = 0;
    *largest = 0;
    for (uint32_t first = 0, end; first < keys->items; first = end) {
        end = block_end(keys, first);
        pairs += choose2(end - first);
        if (end - first > *largest) *largest = end - first;
    }
    return pairs;
}

/* Blocks of two records up to the maximum; counts them and those dropped. */
static void blocks_fill(const struct keys *keys, size_t maximum, struct blocks *blocks,
                        struct lac_link_rule_count *count)
{
    uint32_t at = 0;
    for (uint32_t first = 0, end; first < keys->items; first = end) {
        end = block_end(keys, first);
        if (end - first > maximum) {
            count->dropped_blocks++;
            continue;
        }
        count->proposed += choose2(end - first);
        if (end - first > count->largest) count->largest = end - first;
        if (end + FAR < keys->items) __builtin_prefetch(&blocks->place[keys->item[end + FAR].record], 1);
        if (end - first < 2) continue;
        for (uint32_t i = first; i < end; i++) {
            blocks->place[keys->item[i].record] = at;
            blocks->order[at++] = keys->item[i].record;
        }
        blocks->order[at - 1] |= LAST;
    }
    void *less = realloc(blocks->order, ((size_t)at + 1) * sizeof *blocks->order);
    if (less) blocks->order = less;
}

/* Blocks of one rule: refines and drops what is too large, counts the rest. */
static enum lac_status blocks_make(const struct lac_link_data *data, const struct lac_link_rule *rule,
                                   size_t maximum, struct keys *keys, struct blocks *blocks,
                                   struct lac_link_rule_count *count, struct lac_error *err)
{
    memset(count, 0, sizeof *count);
    blocks->order = lac_big_alloc((size_t)data->n + 1, sizeof *blocks->order);
    blocks->place = lac_big_alloc((size_t)data->n + 1, sizeof *blocks->place);
    if (!blocks->order || !blocks->place) return lac_fail_memory(err, "blocks");
    memset(blocks->place, 0xff, (size_t)data->n * sizeof *blocks->place);
    enum lac_status st = lac_link_rule_keys(data, rule, keys->key, err);
    if (!st) st = keys_sort(keys, data->n, err);
    if (st) return st;
    uint32_t largest;
    uint64_t before = keys_pairs(keys, &largest);
    if (largest > maximum) blocks_refine(data, rule, maximum, keys, count);
    if (count->refined && (st = keys_sort(keys, data->n, err))) return st;
    blocks_fill(keys, maximum, blocks, count);
    count->dropped_pairs = before - count->proposed;
    return LAC_OK;
}

struct emission {
    const struct lac_link_data *data;
    const struct lac_link_rule *rule;
    const struct blocks *blocks; /* one per rule */
    size_t rules;
};

/* The records after the left one in its block of one rule. */
struct run {
    const uint32_t *next; /* NULL: no more */
    uint32_t record, bit;
};

static void run_step(struct run *run)
{
    run->next = *run->next & LAST ? NULL : run->next + 1;
    if (run->next) run->record = *run->next & ~LAST;
}

/* The runs of a record that are not empty; returns how many. */
static size_t runs_open(const struct emission *e, uint32_t left, struct run *run)
{
    size_t runs = 0;
    for (size_t k = 0; k < e->rules; k++) {
        const struct blocks *blocks = &e->blocks[k];
        if (left + AHEAD < e->data->n) __builtin_prefetch(blocks->order + blocks->place[left + AHEAD]);
        if (blocks->place[left] == LAC_LINK_NULL) continue;
        run[runs] = (struct run){blocks->order + blocks->place[left], 0, UINT32_C(1) << k};
        run_step(&run[runs]);
        runs += run[runs].next != NULL;
    }
    return runs;
}

static enum lac_status pair_add(struct lac_link_pairs *pairs, uint64_t key, uint32_t mask)
{
    if (pairs->count == pairs->capacity) {
        void *pair = pairs->pair;
        enum lac_status st = lac_grow(&pair, &pairs->capacity, pairs->count + 1, sizeof *pairs->pair, NULL);
        pairs->pair = pair;
        if (st) return st;
    }
    pairs->pair[pairs->count++] = (struct lac_link_pair){key, 0, mask};
    return LAC_OK;
}

/* Pairs of one left record, right ones ascending: its runs are merged, which gathers the masks. */
static enum lac_status record_pairs(const struct emission *e, uint32_t left, struct lac_link_pairs *pairs)
{
    struct run run[LAC_LINK_RULES];
    size_t runs = runs_open(e, left, run);
    enum lac_status st = LAC_OK;
    while (runs && !st) {
        uint32_t right = run[0].record, mask = 0;
        for (size_t k = 1; k < runs; k++)
            if (run[k].record < right) right = run[k].record;
        for (size_t k = 0; k < runs;) {
            if (run[k].record == right) {
                mask |= run[k].bit;
                run_step(&run[k]);
            }
            if (run[k].next)
                k++;
            else
                run[k] = run[--runs];
        }
        if (lac_link_comparable(e->data, left, right))
            st = pair_add(pairs, (uint64_t)left << 32 | right, mask);
    }
    return st;
}

static enum lac_status pairs_append(const struct lac_link_pairs *more, struct lac_link_pairs *pairs)
{
    void *pair = pairs->pair;
    enum lac_status st =
        lac_grow(&pair, &pairs->capacity, pairs->count + more->count, sizeof *pairs->pair, NULL);
    pairs->pair = pair;
    if (st || more->count == 0) return st;
    memcpy(pairs->pair + pairs->count, more->pair, more->count * sizeof *pairs->pair);
    pairs->count += more->count;
    return LAC_OK;
}

/* Pairs of all records, chunk by chunk, each thread its own, put one after another in order. */
static enum lac_status pairs_emit(const struct emission *e, struct lac_link_pairs *pairs,
                                  struct lac_error *err)
{
    uint32_t n = e->data->n;
    enum lac_status worst = LAC_OK;
#pragma omp parallel
    {
        struct lac_link_pairs own = {0};
#pragma omp for schedule(dynamic, 1) ordered
        for (uint32_t first = 0; first < n; first += CHUNK) {
            enum lac_status st = LAC_OK;
            own.count = 0;
            for (uint32_t i = first; !st && i < n && i - first < CHUNK; i++) st = record_pairs(e, i, &own);
#pragma omp ordered
            {
                if (!st && !worst) st = pairs_append(&own, pairs);
                if (st) worst = st;
            }
        }
        free(own.pair);
    }
    return worst ? lac_fail_memory(err, "pairs") : LAC_OK;
}

/* Pairs through other names, rule by rule; `key` is room for the rules' keys, before blocks are refined. */
static enum lac_status also_make(const struct emission *e, const struct lac_link_block_options *options,
                                 uint64_t *key, struct lac_link_pairs *more,
                                 struct lac_link_rule_count *count)
{
    enum lac_status st = LAC_OK;
    for (size_t k = 0; !st && k < e->rules; k++) {
        const struct lac_link_also_rule of = {&e->rule[k], key, UINT32_C(1) << k};
        if (!lac_link_rule_has_also(e->data, &e->rule[k])) continue;
        st = lac_link_rule_keys(e->data, &e->rule[k], key, NULL);
        if (!st) st = lac_link_block_also(e->data, &of, options, more, &count[k], NULL);
    }
    return st;
}

static enum lac_status budget_check(const struct lac_link_rule *rule, const struct lac_link_rule_count *count,
                                    size_t rules, uint64_t budget, struct lac_error *err)
{
    uint64_t total = 0;
    size_t widest = 0;
    for (size_t k = 0; k < rules; k++) {
        total += count[k].proposed;
        if (count[k].proposed > count[widest].proposed) widest = k;
    }
    if (total <= budget) return LAC_OK;
    enum lac_status st =
        lac_fail(err, LAC_REFUSED,
                 "the blocking rules propose %" PRIu64 " pairs, more than link.pair_budget (%" PRIu64 ")",
                 total, budget);
    lac_error_remedy(
        err, "make the rule `%s` narrower (%" PRIu64 " pairs), lower link.block_maximum, or raise the budget",
        rule[widest].text, count[widest].proposed);
    return st;
}

enum lac_status lac_link_block(const struct lac_link_data *data, const struct lac_link_rule *rule,
                               size_t rules, const struct lac_link_block_options *options,
                               struct lac_link_pairs *pairs, struct lac_link_rule_count *count,
                               struct lac_error *err)
{
    struct keys keys;
    struct blocks blocks[LAC_LINK_RULES] = {0};
    struct lac_link_pairs more = {0};
    const struct emission e = {data, rule, blocks, rules};
    enum lac_status st = keys_init(&keys, data->n, err);
    memset(pairs, 0, sizeof *pairs);
    for (size_t k = 0; !st && k < rules; k++)
        st = blocks_make(data, &rule[k], options->block_maximum, &keys, &blocks[k], &count[k], err);
    if (!st && also_make(&e, options, keys.key, &more, count))
        st = lac_fail_memory(err, "pairs through aliases");
    keys_release(&keys);
    if (!st) st = budget_check(rule, count, rules, options->pair_budget, err);
    if (!st) st = pairs_emit(&e, pairs, err);
    if (!st) st = lac_link_pairs_join(pairs, &more, err);
    lac_link_pairs_release(&more);
    for (size_t k = 0; k < rules; k++) {
        free(blocks[k].order);
        free(blocks[k].place);
    }
    return st;
}

enum lac_status lac_link_block_size(const struct lac_link_data *data, const struct lac_link_rule *rule,
                                    uint64_t *pairs, struct lac_error *err)
{
    struct keys keys;
    enum lac_status st = keys_init(&keys, data->n, err);
    *pairs = 0;
    if (!st) st = lac_link_rule_keys(data, rule, keys.key, err);
    if (!st) st = keys_sort(&keys, data->n, err);
    uint32_t largest;
    if (!st) *pairs = keys_pairs(&keys, &largest);
    keys_release(&keys);
    return st;
}

void lac_link_pairs_release(struct lac_link_pairs *pairs)
{
    free(pairs->pair);
    memset(pairs, 0, sizeof *pairs);
}
