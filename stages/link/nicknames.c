/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nicknames.h"
#include <stdlib.h>
#include <string.h>

struct entry {
    const char *formal, *familiar;
};

static int by_formal(const void *a, const void *b)
{
    const struct entry *x = a, *y = b;
    int order = strcmp(x->formal, y->formal);
    return order ? order : strcmp(x->familiar, y->familiar);
}

static int by_key(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return x < y ? -1 : x > y;
}

struct growing {
    uint64_t *item;
    size_t count, capacity;
};

static enum lac_status pair_add(const struct lac_link_field *field, const char *a, const char *b,
                                struct growing *pairs, struct lac_error *err)
{
    uint32_t x = lac_dict_find(&field->values.dict, a), y = lac_dict_find(&field->values.dict, b);
    if (x == LAC_MISSING_STR || y == LAC_MISSING_STR || x == y) return LAC_OK;
    void *item = pairs->item;
    enum lac_status st = lac_grow(&item, &pairs->capacity, pairs->count + 1, sizeof *pairs->item, err);
    pairs->item = item;
    if (st) return st;
    pairs->item[pairs->count++] = x < y ? (uint64_t)x << 32 | y : (uint64_t)y << 32 | x;
    return LAC_OK;
}

/* Gives the field its pairs, sorted, each once. */
static void pairs_keep(struct lac_link_field *field, struct growing *pairs)
{
    size_t kept = 0;
    if (pairs->count) qsort(pairs->item, pairs->count, sizeof *pairs->item, by_key);
    for (size_t i = 0; i < pairs->count; i++)
        if (i == 0 || pairs->item[i] != pairs->item[i - 1]) pairs->item[kept++] = pairs->item[i];
    field->nickname = pairs->item;
    field->nicknames = kept;
}

static enum lac_status nicknamed_mark(struct lac_link_field *field, struct lac_error *err)
{
    field->nicknamed = calloc((size_t)field->values.dict.count + 1, sizeof *field->nicknamed);
    if (!field->nicknamed) return lac_fail_memory(err, "nicknames");
    for (size_t i = 0; i < field->nicknames; i++)
        field->nicknamed[field->nickname[i] >> 32] = field->nicknamed[(uint32_t)field->nickname[i]] = true;
    return LAC_OK;
}

enum lac_status lac_link_nicknames_resolve(struct lac_link_field *field,
                                           const struct lac_link_nicknames *nicknames, struct lac_error *err)
{
    enum lac_status st = LAC_OK;
    size_t n = nicknames->count;
    struct growing pairs = {0};
    struct entry *entry = malloc((n + 1) * sizeof *entry);
    if (!entry) return lac_fail_memory(err, "nicknames");
    for (size_t i = 0; i < n; i++) entry[i] = (struct entry){nicknames->formal[i], nicknames->familiar[i]};
    qsort(entry, n, sizeof *entry, by_formal);
    for (size_t first = 0, last; !st && first < n; first = last) {
        last = first;
        while (last < n && strcmp(entry[last].formal, entry[first].formal) == 0) last++;
        for (size_t i = first; !st && i < last; i++) {
            st = pair_add(field, entry[i].formal, entry[i].familiar, &pairs, err);
            for (size_t j = first; !st && j < i; j++)
                st = pair_add(field, entry[i].familiar, entry[j].familiar, &pairs, err);
        }
    }
    pairs_keep(field, &pairs);
    if (!st) st = nicknamed_mark(field, err);
    free(entry);
    return st;
}

bool lac_link_nicknames_match(const struct lac_link_field *field, uint32_t a, uint32_t b)
{
    if (field->nicknames == 0 || !field->nicknamed[a] || !field->nicknamed[b]) return false;
    uint64_t key = a < b ? (uint64_t)a << 32 | b : (uint64_t)b << 32 | a;
    return bsearch(&key, field->nickname, field->nicknames, sizeof key, by_key) != NULL;
}
