/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "compare_identifier.h"
#include <stdlib.h>
#include <string.h>
#include "base/digest.h"
#include "sort.h"

#define KEYS_AT_ONCE 4000000

bool lac_link_one_edit(const char *a, size_t length_a, const char *b, size_t length_b)
{
    if (length_a > length_b) return lac_link_one_edit(b, length_b, a, length_a);
    if (length_b > LAC_LINK_IDENTIFIER_LENGTH || length_b - length_a > 1) return false;
    size_t same = 0;
    while (same < length_a && a[same] == b[same]) same++;
    if (length_a < length_b) return memcmp(a + same, b + same + 1, length_a - same) == 0;
    if (same == length_a) return false;
    size_t rest = length_a - same - 1;
    if (memcmp(a + same + 1, b + same + 1, rest) == 0) return true;
    return a[same] == b[same + 1] && a[same + 1] == b[same] &&
           memcmp(a + same + 2, b + same + 2, rest - 1) == 0;
}

unsigned lac_link_identifier_level(const struct lac_link_field *field, uint32_t a, uint32_t b)
{
    if (field->scope[a] != field->scope[b]) return 0;
    if (a == b) return LAC_LINK_IDENTIFIER_EXACT;
    bool edit =
        lac_link_one_edit(lac_link_value_text(&field->values, a), lac_link_value_length(&field->values, a),
                          lac_link_value_text(&field->values, b), lac_link_value_length(&field->values, b));
    return edit ? LAC_LINK_IDENTIFIER_EDIT : LAC_LINK_IDENTIFIER_ELSE;
}

struct list {
    uint64_t *pair;
    size_t count, capacity;
};
/* Keys of the values whose hash is of one part: so many at a time. */
struct keys {
    size_t part, parts;
    struct lac_link_pair *item; /* hash; value in `pattern` */
    size_t count, capacity;
};

static enum lac_status keys_add(struct keys *keys, uint64_t hash, uint32_t value, struct lac_error *err)
{
    void *item = keys->item;
    enum lac_status st = lac_grow(&item, &keys->capacity, 2 * (keys->count + 1), sizeof *keys->item, err);
    keys->item = item;
    if (!st) keys->item[keys->count++] = (struct lac_link_pair){hash, value, 0};
    return st;
}

/* The text of a value and the texts with one character of the identifier left out, those with a hash of the
 * part in hand. */
static enum lac_status value_keys(const struct lac_link_field *field, uint32_t v, struct keys *keys,
                                  struct lac_error *err)
{
    const char *text = lac_link_value_text(&field->values, v), *mark = strchr(text, LAC_LINK_SCOPE_MARK);
    size_t length = lac_link_value_length(&field->values, v), from = mark ? (size_t)(mark - text) + 1 : 0;
    char shorter[LAC_LINK_IDENTIFIER_LENGTH];
    if (length > LAC_LINK_IDENTIFIER_LENGTH) return LAC_OK;
    uint64_t hash = lac_hash64(text, length, 0);
    enum lac_status st = hash % keys->parts == keys->part ? keys_add(keys, hash, v, err) : LAC_OK;
    for (size_t i = from; !st && i < length; i++) {
        memcpy(shorter, text, i);
        memcpy(shorter + i, text + i + 1, length - i - 1);
        hash = lac_hash64(shorter, length - 1, 0);
        if (hash % keys->parts == keys->part) st = keys_add(keys, hash, v, err);
    }
    return st;
}

static enum lac_status group_compare(const struct lac_link_field *field, const struct lac_link_pair *item,
                                     size_t size, struct list *list, struct lac_error *err)
{
    for (size_t i = 0; i < size; i++)
        for (size_t j = i + 1; j < size; j++) {
            uint32_t a = item[i].pattern, b = item[j].pattern;
            if (lac_link_identifier_level(field, a, b) != LAC_LINK_IDENTIFIER_EDIT) continue;
            void *pair = list->pair;
            enum lac_status st = lac_grow(&pair, &list->capacity, list->count + 1, sizeof *list->pair, err);
            list->pair = pair;
            if (st) return st;
            list->pair[list->count++] = a < b ? (uint64_t)a << 32 | b : (uint64_t)b << 32 | a;
        }
    return LAC_OK;
}

static int ascending(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return x < y ? -1 : x > y;
}

/* The pairs whose common key is in this part. */
static enum lac_status part_compare(const struct lac_link_field *field, struct keys *keys, struct list *list,
                                    struct lac_error *err)
{
    enum lac_status st = LAC_OK;
    keys->count = 0;
    for (uint32_t v = 0; !st && v < field->values.dict.count; v++) st = value_keys(field, v, keys, err);
    if (!st && keys->count) lac_link_sort(keys->item, keys->item + keys->count, keys->count);
    for (size_t first = 0, last; !st && first < keys->count; first = last) {
        for (last = first + 1; last < keys->count && keys->item[last].key == keys->item[first].key;) last++;
        if (last - first > 1) st = group_compare(field, keys->item + first, last - first, list, err);
    }
    return st;
}

enum lac_status lac_link_edit_pairs(const struct lac_link_field *field, uint64_t **pair, size_t *count,
                                    struct lac_error *err)
{
    enum lac_status st = LAC_OK;
    struct keys keys = {.parts = 1};
    struct list list = {0};
    size_t values = field->values.dict.count, bytes = values ? (size_t)field->values.dict.offset[values] : 0;
    size_t kept = 0;
    for (keys.parts += bytes / KEYS_AT_ONCE; !st && keys.part < keys.parts; keys.part++)
        st = part_compare(field, &keys, &list, err);
    free(keys.item);
    if (list.count) qsort(list.pair, list.count, sizeof *list.pair, ascending);
    for (size_t i = 0; i < list.count; i++)
        if (i == 0 || list.pair[i] != list.pair[i - 1]) list.pair[kept++] = list.pair[i];
    *pair = list.pair;
    *count = kept;
    return st;
}
