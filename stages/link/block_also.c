/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "block_also.h"
#include <stdlib.h>
#include <string.h>
#include "also.h"
#include "base/memory.h"
#include "sort.h"

/* A key that a record has through another of its names. */
struct also_key {
    uint64_t key;
    uint32_t record;
};
struct keys {
    struct also_key *at; /* sorted */
    size_t count, capacity;
    uint32_t *owners; /* at the first of equal keys: records that have it by their own names, or TOO_MANY */
};
#define TOO_MANY UINT32_MAX

/* Walks the choices of a record's values in the fields of a rule. */
struct choice {
    const struct lac_link_data *data;
    uint32_t value[LAC_LINK_FIELDS];
    const uint32_t *set[LAC_LINK_FIELDS];
    uint32_t size[LAC_LINK_FIELDS], at[LAC_LINK_FIELDS], fields;
};

static void choice_begin(const struct lac_link_data *data, const struct lac_link_rule *rule, uint32_t record,
                         struct choice *choice)
{
    memset(choice, 0, sizeof *choice);
    choice->data = data;
    choice->fields = rule->fields;
    for (size_t f = 0; f < data->fields; f++) {
        choice->value[f] = data->field[f].value[record];
        choice->size[f] = lac_link_also_values(&data->field[f], record, &choice->set[f]);
    }
}

/* The next choice; false after the last. */
static bool choice_next(struct choice *choice)
{
    for (size_t f = 0; f < choice->data->fields; f++) {
        if (!(choice->fields >> f & 1) || choice->size[f] < 2) continue;
        bool more = ++choice->at[f] < choice->size[f];
        if (!more) choice->at[f] = 0;
        choice->value[f] = choice->set[f][choice->at[f]];
        if (more) return true;
    }
    return false;
}

bool lac_link_rule_has_also(const struct lac_link_data *data, const struct lac_link_rule *rule)
{
    for (size_t f = 0; f < data->fields; f++)
        if (rule->fields >> f & 1 && data->field[f].also) return true;
    return false;
}

static bool has_set(const struct lac_link_data *data, const struct lac_link_rule *rule, uint32_t record)
{
    for (size_t f = 0; f < data->fields; f++)
        if (rule->fields >> f & 1 && data->field[f].also && data->field[f].also->of[record] != LAC_LINK_NULL)
            return true;
    return false;
}

static enum lac_status key_push(struct keys *keys, uint64_t key, uint32_t record)
{
    void *at = keys->at;
    enum lac_status st = lac_grow(&at, &keys->capacity, keys->count + 1, sizeof *keys->at, NULL);
    keys->at = at;
    if (!st) keys->at[keys->count++] = (struct also_key){key, record};
    return st;
}

static int by_key(const void *a, const void *b)
{
    const struct also_key *x = a, *y = b;
    if (x->key != y->key) return x->key < y->key ? -1 : 1;
    return x->record < y->record ? -1 : x->record > y->record;
}

/* All keys through other names, sorted, each once per record. */
static enum lac_status keys_make(const struct lac_link_data *data, const struct lac_link_also_rule *of,
                                 struct keys *keys)
{
    enum lac_status st = LAC_OK;
    for (uint32_t i = 0; !st && i < data->n; i++) {
        struct choice choice;
        if (!has_set(data, of->rule, i)) continue;
        choice_begin(data, of->rule, i, &choice);
        while (!st && choice_next(&choice)) {
            uint64_t key = lac_link_rule_key(data, of->rule, choice.value);
            if (key != LAC_LINK_NO_KEY && key != of->own[i]) st = key_push(keys, key, i);
        }
    }
    if (st || keys->count == 0) return st;
    qsort(keys->at, keys->count, sizeof *keys->at, by_key);
    size_t kept = 1;
    for (size_t k = 1; k < keys->count; k++)
        if (by_key(&keys->at[k], &keys->at[kept - 1]) != 0) keys->at[kept++] = keys->at[k];
    keys->count = kept;
    return LAC_OK;
}

/* First of the keys that is not below `key`. */
static size_t key_place(const struct keys *keys, uint64_t key)
{
    size_t low = 0, high = keys->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (keys->at[middle].key < key)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* First key of a record's own key's block, or keys->count. */
static size_t own_place(const struct keys *keys, uint64_t own)
{
    size_t at = own == LAC_LINK_NO_KEY ? keys->count : key_place(keys, own);
    return at < keys->count && keys->at[at].key == own ? at : keys->count;
}

static size_t block_end(const struct keys *keys, size_t first)
{
    size_t end = first + 1;
    while (end < keys->count && keys->at[end].key == keys->at[first].key) end++;
    return end;
}

/* Counts own bearers of every key, and what blocks that are too large leave out. */
static enum lac_status owners_count(const struct lac_link_data *data, const struct lac_link_also_rule *of,
                                    size_t maximum, struct keys *keys, struct lac_link_rule_count *count)
{
    keys->owners = calloc(keys->count + 1, sizeof *keys->owners);
    if (!keys->owners) return LAC_NOMEM;
    for (uint32_t i = 0; i < data->n; i++) keys->owners[own_place(keys, of->own[i])]++;
    for (size_t first = 0, end; first < keys->count; first = end) {
        end = block_end(keys, first);
        uint64_t also = end - first, own = keys->owners[first];
        if (also + own <= maximum) {
            if (also + own > count->largest) count->largest = (uint32_t)(also + own);
            continue;
        }
        count->dropped_blocks++;
        count->dropped_pairs += also * own + also * (also - 1) / 2;
        keys->owners[first] = TOO_MANY;
    }
    return LAC_OK;
}

static enum lac_status pair_push(const struct lac_link_data *data, uint32_t i, uint32_t j, uint32_t bit,
                                 struct lac_link_pairs *pairs)
{
    if (i == j || !lac_link_comparable(data, i, j)) return LAC_OK;
    uint64_t key = i < j ? (uint64_t)i << 32 | j : (uint64_t)j << 32 | i;
    void *pair = pairs->pair;
    enum lac_status st = lac_grow(&pair, &pairs->capacity, pairs->count + 1, sizeof *pairs->pair, NULL);
    pairs->pair = pair;
    if (!st) pairs->pair[pairs->count++] = (struct lac_link_pair){key, 0, bit};
    return st;
}

/* Own names with others' aliases, then aliases with aliases. */
static enum lac_status pairs_make(const struct lac_link_data *data, const struct lac_link_also_rule *of,
                                  const struct keys *keys, uint64_t budget, struct lac_link_pairs *pairs)
{
    enum lac_status st = LAC_OK;
    for (uint32_t i = 0; !st && pairs->count <= budget && i < data->n; i++) {
        size_t first = own_place(keys, of->own[i]);
        if (first == keys->count || keys->owners[first] == TOO_MANY) continue;
        for (size_t k = first, end = block_end(keys, first); !st && k < end; k++)
            st = pair_push(data, i, keys->at[k].record, of->bit, pairs);
    }
    for (size_t first = 0, end; !st && pairs->count <= budget && first < keys->count; first = end) {
        end = block_end(keys, first);
        for (size_t x = first; keys->owners[first] != TOO_MANY && x < end; x++)
            for (size_t y = x + 1; !st && y < end; y++)
                st = pair_push(data, keys->at[x].record, keys->at[y].record, of->bit, pairs);
    }
    return st;
}

enum lac_status lac_link_block_also(const struct lac_link_data *data, const struct lac_link_also_rule *of,
                                    const struct lac_link_block_options *options,
                                    struct lac_link_pairs *pairs, struct lac_link_rule_count *count,
                                    struct lac_error *err)
{
    struct keys keys = {0};
    size_t before = pairs->count;
    enum lac_status st = keys_make(data, of, &keys);
    if (!st) st = owners_count(data, of, options->block_maximum, &keys, count);
    if (!st) st = pairs_make(data, of, &keys, options->pair_budget, pairs);
    count->proposed += pairs->count - before;
    free(keys.at);
    free(keys.owners);
    return st ? lac_fail_memory(err, "pairs through aliases") : LAC_OK;
}

/* Sorts and joins equal pairs. */
static enum lac_status pairs_unite(struct lac_link_pairs *pairs)
{
    size_t kept = 0;
    void *pair = pairs->pair;
    enum lac_status st = lac_grow(&pair, &pairs->capacity, 2 * pairs->count + 1, sizeof *pairs->pair, NULL);
    pairs->pair = pair;
    if (st) return st;
    lac_link_sort(pairs->pair, pairs->pair + pairs->count, pairs->count);
    for (size_t k = 0; k < pairs->count; k++)
        if (kept && pairs->pair[kept - 1].key == pairs->pair[k].key)
            pairs->pair[kept - 1].mask |= pairs->pair[k].mask;
        else
            pairs->pair[kept++] = pairs->pair[k];
    pairs->count = kept;
    return LAC_OK;
}

enum lac_status lac_link_pairs_join(struct lac_link_pairs *pairs, struct lac_link_pairs *more,
                                    struct lac_error *err)
{
    struct lac_link_pairs both = {0};
    if (more->count == 0) return LAC_OK;
    enum lac_status st = pairs_unite(more);
    if (!st && !(both.pair = lac_big_alloc(pairs->count + more->count, sizeof *both.pair))) st = LAC_NOMEM;
    if (st) return lac_fail_memory(err, "pairs");
    both.capacity = pairs->count + more->count;
    for (size_t a = 0, b = 0; a < pairs->count || b < more->count;) {
        bool first = b == more->count || (a < pairs->count && pairs->pair[a].key <= more->pair[b].key);
        struct lac_link_pair *to = &both.pair[both.count++];
        *to = first ? pairs->pair[a++] : more->pair[b++];
        if (first && b < more->count && more->pair[b].key == to->key) to->mask |= more->pair[b++].mask;
    }
    lac_link_pairs_release(pairs);
    *pairs = both;
    return LAC_OK;
}

bool lac_link_rule_meets(const struct lac_link_data *data, const struct lac_link_rule *rule, uint32_t left,
                         uint32_t right)
{
    struct choice a, b;
    choice_begin(data, rule, left, &a);
    do {
        uint64_t key = lac_link_rule_key(data, rule, a.value);
        choice_begin(data, rule, right, &b);
        do
            if (key != LAC_LINK_NO_KEY && lac_link_rule_key(data, rule, b.value) == key) return true;
        while (choice_next(&b));
    } while (choice_next(&a));
    return false;
}
