/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "compare_words.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

static int by_id(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return x < y ? -1 : x > y;
}

/* Appends the items of one value and puts them in order, each once. */
static enum lac_status value_items(const char *text, char separator, struct lac_dict *dict,
                                   struct lac_link_items *items, struct lac_error *err)
{
    size_t first = items->count, kept;
    for (const char *at = text; *at;) {
        char raw[256], folded[512];
        uint32_t id;
        const char *end = strchr(at, separator);
        size_t length = end ? (size_t)(end - at) : strlen(at);
        size_t taken = length < sizeof raw - 1 ? length : sizeof raw - 1;
        memcpy(raw, at, taken);
        raw[taken] = '\0';
        at += length + (end ? 1 : 0);
        if (lac_text_fold_name(raw, folded, sizeof folded) == (size_t)-1 || !folded[0]) continue;
        enum lac_status st = lac_dict_code(dict, folded, &id, err);
        if (st) return st;
        void *grown = items->item;
        st = lac_grow(&grown, &items->capacity, items->count + 1, sizeof *items->item, err);
        items->item = grown;
        if (st) return st;
        items->item[items->count++] = id;
    }
    if (items->count > first) qsort(items->item + first, items->count - first, sizeof *items->item, by_id);
    kept = first;
    for (size_t i = first; i < items->count; i++)
        if (i == first || items->item[i] != items->item[i - 1]) items->item[kept++] = items->item[i];
    items->count = kept;
    return LAC_OK;
}

enum lac_status lac_link_items_make(const struct lac_link_values *values, char separator,
                                    struct lac_link_items *items, struct lac_error *err)
{
    struct lac_dict dict;
    enum lac_status st = LAC_OK;
    memset(items, 0, sizeof *items);
    items->start = malloc(((size_t)values->dict.count + 1) * sizeof *items->start);
    if (!items->start) return lac_fail_memory(err, "sets");
    lac_dict_init(&dict);
    items->start[0] = 0;
    for (uint32_t v = 0; !st && v < values->dict.count; v++) {
        st = value_items(lac_link_value_text(values, v), separator, &dict, items, err);
        items->start[v + 1] = items->count;
    }
    lac_dict_release(&dict);
    return st;
}

void lac_link_items_release(struct lac_link_items *items)
{
    free(items->item);
    free(items->start);
    memset(items, 0, sizeof *items);
}

unsigned lac_link_set_level(const struct lac_link_items *items, uint32_t a, uint32_t b)
{
    size_t i = items->start[a], j = items->start[b], m = items->start[a + 1], n = items->start[b + 1],
           shared = 0;
    size_t all = m - i + n - j;
    while (i < m && j < n) {
        uint32_t x = items->item[i], y = items->item[j];
        shared += x == y;
        i += x <= y;
        j += y <= x;
    }
    all -= shared;
    if (shared == all) return 1;
    if (2 * shared >= all) return 2;
    return shared > 0 ? 3 : 4;
}

unsigned lac_link_number_level(double a, double b)
{
    double apart = fabs(a - b), size = fmax(fabs(a), fabs(b));
    if (!(apart > 0)) return 1;
    return apart <= 0.01 * size ? 2 : apart <= 0.1 * size ? 3 : 4;
}
