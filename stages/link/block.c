/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "block.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include "base/digest.h"
#include "sort.h"

/* Records that have a key, sorted by it, and the places where blocks begin. */
struct blocks {
    struct lac_link_pair *item; /* key, record in `pattern` */
    struct lac_link_pair *spare;
    size_t items;
    size_t *start; /* blocks + 1 */
    size_t count;
};

static void blocks_release(struct blocks *blocks)
{
    free(blocks->item);
    free(blocks->spare);
    free(blocks->start);
}

static enum lac_status blocks_init(struct blocks *blocks, uint32_t n, struct lac_error *err)
{
    memset(blocks, 0, sizeof *blocks);
    blocks->item = malloc(((size_t)n + 1) * sizeof *blocks->item);
    blocks->spare = malloc(((size_t)n + 1) * sizeof *blocks->spare);
    blocks->start = malloc(((size_t)n + 1) * sizeof *blocks->start);
    return blocks->item && blocks->spare && blocks->start ? LAC_OK : lac_fail_memory(err, "blocks");
}

static void blocks_make(struct blocks *blocks, const uint64_t *key, uint32_t n)
{
    blocks->items = blocks->count = 0;
    for (uint32_t i = 0; i < n; i++)
        if (key[i] != LAC_LINK_NO_KEY) blocks->item[blocks->items++] = (struct lac_link_pair){key[i], i, 0};
    lac_link_sort_hashed(blocks->item, blocks->spare, blocks->items);
    for (size_t i = 0; i < blocks->items; i++)
        if (i == 0 || blocks->item[i].key != blocks->item[i - 1].key) blocks->start[blocks->count++] = i;
    blocks->start[blocks->count] = blocks->items;
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
                          struct blocks *blocks, uint64_t *key, struct lac_link_rule_count *count)
{
    size_t second = second_field(data, rule);
    for (size_t b = 0; b < blocks->count; b++) {
        size_t size = blocks->start[b + 1] - blocks->start[b];
        if (size <= maximum) continue;
        count->refined++;
        for (size_t i = blocks->start[b]; i < blocks->start[b + 1]; i++) {
            uint32_t record = blocks->item[i].pattern;
            uint32_t value = second < data->fields ? data->field[second].value[record] : LAC_LINK_NULL;
            uint64_t both[2] = {key[record], value};
            key[record] = value == LAC_LINK_NULL ? LAC_LINK_NO_KEY : lac_hash64(both, sizeof both, 3) | 1;
        }
    }
}

/* Settles the keys of one rule: refines and drops what is too large, counts the rest. */
static void rule_settle(const struct lac_link_data *data, const struct lac_link_rule *rule, size_t maximum,
                        struct blocks *blocks, uint64_t *key, struct lac_link_rule_count *count)
{
    uint64_t before = 0, after = 0;
    memset(count, 0, sizeof *count);
    blocks_make(blocks, key, data->n);
    for (size_t b = 0; b < blocks->count; b++) before += choose2(blocks->start[b + 1] - blocks->start[b]);
    blocks_refine(data, rule, maximum, blocks, key, count);
    if (count->refined) blocks_make(blocks, key, data->n);
    for (size_t b = 0; b < blocks->count; b++) {
        size_t size = blocks->start[b + 1] - blocks->start[b];
        if (size > maximum) {
            count->dropped_blocks++;
            for (size_t i = blocks->start[b]; i < blocks->start[b + 1]; i++)
                key[blocks->item[i].pattern] = LAC_LINK_NO_KEY;
            continue;
        }
        after += choose2(size);
        if (size > count->largest) count->largest = (uint32_t)size;
    }
    count->proposed = after;
    count->dropped_pairs = before - after;
    if (count->dropped_blocks) blocks_make(blocks, key, data->n);
}

struct emission {
    const struct lac_link_data *data;
    const uint64_t *key; /* rules * n */
    size_t rules, rule;
};

/* Mask of the rules that propose the pair, 0 when an earlier rule does or the pair is not comparable. */
static uint32_t pair_mask(const struct emission *e, uint32_t i, uint32_t j)
{
    if (!lac_link_comparable(e->data, i, j)) return 0;
    uint32_t mask = 0;
    for (size_t k = 0; k < e->rules; k++) {
        const uint64_t *key = e->key + k * e->data->n;
        if (key[i] == LAC_LINK_NO_KEY || key[i] != key[j]) continue;
        if (k < e->rule) return 0;
        mask |= UINT32_C(1) << k;
    }
    return mask;
}

/* Pairs of one block, written when `out` is not NULL. */
static size_t block_pairs(const struct emission *e, const struct blocks *blocks, size_t b,
                          struct lac_link_pair *out)
{
    size_t count = 0;
    for (size_t i = blocks->start[b]; i < blocks->start[b + 1]; i++)
        for (size_t j = i + 1; j < blocks->start[b + 1]; j++) {
            uint32_t left = blocks->item[i].pattern, right = blocks->item[j].pattern;
            uint32_t mask = pair_mask(e, left, right);
            if (!mask) continue;
            if (out) out[count] = (struct lac_link_pair){(uint64_t)left << 32 | right, 0, mask};
            count++;
        }
    return count;
}

static enum lac_status rule_emit(const struct emission *e, struct blocks *blocks,
                                 struct lac_link_pairs *pairs, struct lac_error *err)
{
    blocks_make(blocks, e->key + e->rule * e->data->n, e->data->n);
    size_t *at = malloc((blocks->count + 1) * sizeof *at), total = pairs->count;
    if (!at) return lac_fail_memory(err, "blocks");
#pragma omp parallel for schedule(dynamic, 256)
    for (size_t b = 0; b < blocks->count; b++) at[b] = block_pairs(e, blocks, b, NULL);
    for (size_t b = 0; b < blocks->count; b++) {
        size_t here = at[b];
        at[b] = total;
        total += here;
    }
    void *pair = pairs->pair;
    enum lac_status st = lac_grow(&pair, &pairs->capacity, total, sizeof *pairs->pair, err);
    pairs->pair = pair;
    if (!st) {
        pairs->count = total;
#pragma omp parallel for schedule(dynamic, 256)
        for (size_t b = 0; b < blocks->count; b++) block_pairs(e, blocks, b, pairs->pair + at[b]);
    }
    free(at);
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
    struct blocks blocks;
    struct lac_link_pair *spare = NULL;
    uint64_t *key = malloc(((size_t)data->n * rules + 1) * sizeof *key);
    enum lac_status st = blocks_init(&blocks, data->n, err);
    memset(pairs, 0, sizeof *pairs);
    if (!key && !st) st = lac_fail_memory(err, "blocking keys");
    for (size_t k = 0; !st && k < rules; k++) {
        st = lac_link_rule_keys(data, &rule[k], key + k * data->n, err);
        if (!st) rule_settle(data, &rule[k], options->block_maximum, &blocks, key + k * data->n, &count[k]);
    }
    if (!st) st = budget_check(rule, count, rules, options->pair_budget, err);
    for (size_t k = 0; !st && k < rules; k++) {
        struct emission e = {data, key, rules, k};
        st = rule_emit(&e, &blocks, pairs, err);
    }
    if (!st && pairs->count) {
        spare = malloc(pairs->count * sizeof *spare);
        if (!spare)
            st = lac_fail_memory(err, "pairs");
        else
            lac_link_sort(pairs->pair, spare, pairs->count);
    }
    free(spare);
    free(key);
    blocks_release(&blocks);
    return st;
}

enum lac_status lac_link_block_size(const struct lac_link_data *data, const struct lac_link_rule *rule,
                                    uint64_t *pairs, struct lac_error *err)
{
    struct blocks blocks;
    uint64_t *key = malloc(((size_t)data->n + 1) * sizeof *key);
    enum lac_status st = blocks_init(&blocks, data->n, err);
    *pairs = 0;
    if (!key && !st) st = lac_fail_memory(err, "blocking keys");
    if (!st) st = lac_link_rule_keys(data, rule, key, err);
    if (!st) {
        blocks_make(&blocks, key, data->n);
        for (size_t b = 0; b < blocks.count; b++) *pairs += choose2(blocks.start[b + 1] - blocks.start[b]);
    }
    free(key);
    blocks_release(&blocks);
    return st;
}

void lac_link_pairs_release(struct lac_link_pairs *pairs)
{
    free(pairs->pair);
    memset(pairs, 0, sizeof *pairs);
}
