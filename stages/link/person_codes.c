/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "person_codes.h"
#include <string.h>

void lac_link_codes_release(struct lac_link_codes *codes)
{
    lac_link_intern_release(&codes->texts);
    lac_link_intern_release(&codes->values);
}

/* Codes of at most LAC_LINK_CODES values into code[]; LAC_MISSING_STR for an empty one. */
static enum lac_status values_find(struct lac_link_intern *values, struct lac_link_intern_text *value,
                                   size_t n, struct lac_dict *dict, uint32_t *code, struct lac_error *err)
{
    enum lac_status st = lac_link_intern_reserve(values, n, err);
    for (size_t k = 0; !st && k < n; k++) {
        value[k].hash = lac_link_intern_hash(value[k].bytes, value[k].length);
        lac_link_intern_ask(values, value[k].hash);
    }
    for (size_t k = 0; !st && k < n; k++) lac_link_intern_ask_text(values, value[k].hash);
    for (size_t k = 0; !st && k < n; k++) {
        struct lac_link_intern_slot *slot;
        bool is_new;
        code[k] = LAC_MISSING_STR;
        if (value[k].length == 0) continue;
        if ((st = lac_link_intern_find(values, value[k], &slot, &is_new, err))) break;
        if (is_new) {
            slot->value = dict->count;
            st = lac_dict_append(dict, value[k].bytes, value[k].length, err);
        }
        code[k] = slot->value;
    }
    return st;
}

/* Texts that were not met before. */
struct fresh {
    struct lac_link_intern_slot *slot[LAC_LINK_CODES]; /* of the texts */
    const char *text[LAC_LINK_CODES];
    size_t count;
};

/* Gives the slots of fresh texts the numbers of their values. */
static enum lac_status fresh_codes(struct lac_link_codes *codes, const struct lac_link_cleaning *cleaning,
                                   const struct fresh *fresh, struct lac_dict *dict, struct lac_error *err)
{
    struct lac_link_intern_text value[LAC_LINK_CODES];
    uint32_t code[LAC_LINK_CODES];
    char out[LAC_LINK_CODES][LAC_LINK_CLEANED];
    for (size_t k = 0; k < fresh->count; k++) {
        value[k].bytes =
            cleaning->clean(cleaning->context, cleaning->column, fresh->text[k], out[k], LAC_LINK_CLEANED);
        value[k].length = strlen(value[k].bytes);
    }
    enum lac_status st = values_find(&codes->values, value, fresh->count, dict, code, err);
    for (size_t k = 0; !st && k < fresh->count; k++) fresh->slot[k]->value = code[k];
    return st;
}

enum lac_status lac_link_codes_join(struct lac_link_intern *values, struct lac_dict *dict,
                                    const struct lac_dict *more, uint32_t *map, struct lac_error *err)
{
    enum lac_status st = LAC_OK;
    for (uint32_t first = 0, n; !st && first < more->count; first += n) {
        struct lac_link_intern_text value[LAC_LINK_CODES];
        n = more->count - first < LAC_LINK_CODES ? more->count - first : LAC_LINK_CODES;
        for (uint32_t k = 0; k < n; k++) {
            value[k].bytes = more->bytes + more->offset[first + k];
            value[k].length = (size_t)(more->offset[first + k + 1] - more->offset[first + k]) - 1;
        }
        st = values_find(values, value, n, dict, map + first, err);
    }
    return st;
}

enum lac_status lac_link_codes_find(struct lac_link_codes *codes, const struct lac_link_cleaning *cleaning,
                                    struct lac_link_intern_text *text, size_t n, struct lac_dict *dict,
                                    uint32_t *code, struct lac_error *err)
{
    struct lac_link_intern_slot *slot[LAC_LINK_CODES];
    struct fresh fresh;
    fresh.count = 0;
    enum lac_status st = lac_link_intern_reserve(&codes->texts, n, err); /* slots stay where they are */
    for (size_t k = 0; !st && k < n; k++) {
        text[k].hash = lac_link_intern_hash(text[k].bytes, text[k].length);
        lac_link_intern_ask(&codes->texts, text[k].hash);
    }
    for (size_t k = 0; !st && k < n; k++) lac_link_intern_ask_text(&codes->texts, text[k].hash);
    for (size_t k = 0; !st && k < n; k++) {
        bool is_new = false;
        if (text[k].length) st = lac_link_intern_find(&codes->texts, text[k], &slot[k], &is_new, err);
        if (!is_new || st) continue;
        fresh.slot[fresh.count] = slot[k];
        fresh.text[fresh.count++] = text[k].bytes;
    }
    if (!st && fresh.count) st = fresh_codes(codes, cleaning, &fresh, dict, err);
    for (size_t k = 0; !st && k < n; k++) code[k] = text[k].length ? slot[k]->value : LAC_MISSING_STR;
    return st;
}
