/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "keys.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/digest.h"
#include "base/text.h"
#include "compare_postcode.h"
#include "phonetic.h"

static const char *const function_name[LAC_LINK_FUNCTION_COUNT] = {"value", "soundex", "prefix", "suffix",
                                                                   "year",  "month",   "sector"};

static enum lac_status unknown(struct lac_error *err, const char *what, const char *word,
                               const char *const *names, size_t n)
{
    struct lac_buffer list = {0};
    for (size_t i = 0; i < n; i++) lac_buffer_printf(&list, "%s%s", i ? ", " : "", names[i]);
    const char *nearest = lac_text_nearest(word, names, n);
    enum lac_status st = lac_fail(err, LAC_USAGE, "unknown %s `%s` in a blocking rule", what, word);
    if (nearest)
        lac_error_remedy(err, "did you mean `%s`? known: %s", nearest, list.text ? list.text : "");
    else
        lac_error_remedy(err, "known: %s", list.text ? list.text : "");
    lac_buffer_release(&list);
    return st;
}

static enum lac_status find_field(const struct lac_link_data *data, const char *name, size_t *at,
                                  struct lac_error *err)
{
    const char *names[LAC_LINK_FIELDS];
    for (*at = 0; *at < data->fields; ++*at) {
        names[*at] = data->field[*at].name;
        if (strcmp(names[*at], name) == 0) return LAC_OK;
    }
    return unknown(err, "field", name, names, data->fields);
}

/* Splits "f(x, 3)" into function, argument and number; "x" into argument alone. False when malformed. */
static bool split(const char *word, char function[32], char argument[96], long *number)
{
    const char *open = strchr(word, '('), *end = word + strlen(word);
    const char *start = word;
    function[0] = '\0';
    *number = 0;
    if (open) {
        if (end[-1] != ')' || open - word >= 32) return false;
        memcpy(function, word, (size_t)(open - word));
        function[open - word] = '\0';
        start = open + 1;
        end--;
        const char *comma = memchr(start, ',', (size_t)(end - start));
        if (comma) {
            char *stop = NULL;
            *number = strtol(comma + 1, &stop, 10);
            if (stop != end || *number < 1 || *number > 64) return false;
            end = comma;
        }
    }
    while (start < end && *start == ' ') start++;
    while (end > start && end[-1] == ' ') end--;
    if (end == start || end - start >= 96) return false;
    memcpy(argument, start, (size_t)(end - start));
    argument[end - start] = '\0';
    return true;
}

static enum lac_status parse_key(const struct lac_link_data *data, const char *word, struct lac_link_key *key,
                                 struct lac_error *err)
{
    char function[32], argument[96];
    long number;
    if (!split(word, function, argument, &number)) {
        enum lac_status st = lac_fail(err, LAC_USAGE, "blocking key `%s` cannot be read", word);
        lac_error_remedy(err, "write a field, function(field) or prefix(field, number)");
        return st;
    }
    key->function = LAC_LINK_VALUE;
    if (function[0]) {
        size_t f = 1;
        while (f < LAC_LINK_FUNCTION_COUNT && strcmp(function_name[f], function) != 0) f++;
        if (f == LAC_LINK_FUNCTION_COUNT)
            return unknown(err, "function", function, function_name + 1, LAC_LINK_FUNCTION_COUNT - 1);
        key->function = (enum lac_link_function)f;
    }
    bool counted = key->function == LAC_LINK_PREFIX || key->function == LAC_LINK_SUFFIX;
    if (counted != (number > 0))
        return lac_fail(err, LAC_USAGE, "blocking key `%s` %s", word,
                        counted ? "needs a length: prefix(field, 3)" : "takes no number");
    key->length = (size_t)number;
    return find_field(data, argument, &key->field, err);
}

void lac_link_rule_describe(const struct lac_link_data *data, struct lac_link_rule *rule)
{
    size_t at = 0;
    rule->text[0] = '\0';
    rule->fields = 0;
    for (size_t k = 0; k < rule->count; k++) {
        const struct lac_link_key *key = &rule->key[k];
        const char *name = data->field[key->field].name, *and = k ? " + " : "";
        int wrote;
        if (key->function == LAC_LINK_VALUE)
            wrote = snprintf(rule->text + at, sizeof rule->text - at, "%s%s", and, name);
        else if (key->length)
            wrote = snprintf(rule->text + at, sizeof rule->text - at, "%s%s(%s, %zu)", and,
                             function_name[key->function], name, key->length);
        else
            wrote = snprintf(rule->text + at, sizeof rule->text - at, "%s%s(%s)", and,
                             function_name[key->function], name);
        if (wrote < 0) break;
        at += (size_t)wrote;
        if (at >= sizeof rule->text) at = sizeof rule->text - 1;
        rule->fields |= UINT32_C(1) << key->field;
    }
}

enum lac_status lac_link_rule_parse(const struct lac_link_data *data, const char *const *words, size_t n,
                                    struct lac_link_rule *rule, struct lac_error *err)
{
    if (n == 0 || n > LAC_LINK_RULE_KEYS)
        return lac_fail(err, LAC_USAGE, "a blocking rule has 1 to %d keys, not %zu", LAC_LINK_RULE_KEYS, n);
    rule->count = n;
    for (size_t k = 0; k < n; k++) {
        enum lac_status st = parse_key(data, words[k], &rule->key[k], err);
        if (st) return st;
    }
    lac_link_rule_describe(data, rule);
    return LAC_OK;
}

/* Bytes [*from, *from + length) of a value that are its key; length 0 when it has none. */
static size_t key_span(const struct lac_link_key *key, enum lac_link_kind kind, const char *text,
                       size_t *from)
{
    size_t length = strlen(text);
    *from = 0;
    switch (key->function) {
    case LAC_LINK_PREFIX:
        return length < key->length ? length : key->length;
    case LAC_LINK_SUFFIX:
        *from = length < key->length ? 0 : length - key->length;
        return length - *from;
    case LAC_LINK_YEAR:
        return length >= 4 && strncmp(text, "0000", 4) != 0 ? 4 : 0;
    case LAC_LINK_MONTH:
        *from = 4;
        return length >= 6 && strncmp(text + 4, "00", 2) != 0 ? 2 : 0;
    case LAC_LINK_SECTOR:
        return lac_link_postcode_part(text, 1);
    default:
        break;
    }
    if (kind == LAC_LINK_DATE) /* a partial date is no key as a whole */
        return length == 8 && strcmp(text + 6, "00") != 0 && strncmp(text + 4, "00", 2) != 0 ? 8 : 0;
    if (kind == LAC_LINK_POSTCODE) return lac_link_postcode_part(text, 0);
    return length;
}

static uint64_t key_hash(const struct lac_link_key *key, enum lac_link_kind kind, const char *text)
{
    size_t from, length;
    char code[5];
    if (key->function == LAC_LINK_SOUNDEX) {
        if (!lac_link_soundex(text, code)) return LAC_LINK_NO_KEY;
        return lac_hash64(code, 4, 1) | 1;
    }
    length = key_span(key, kind, text, &from);
    if (length == 0) return LAC_LINK_NO_KEY;
    if (kind == LAC_LINK_NAME && key->function == LAC_LINK_VALUE && length == 1) return LAC_LINK_NO_KEY;
    return lac_hash64(text + from, length, 1) | 1;
}

/* True if the rule holds the same function of this key's field and of the field it may be exchanged with. */
static bool exchangeable(const struct lac_link_data *data, const struct lac_link_rule *rule, size_t k)
{
    for (size_t j = 0; j < rule->count; j++)
        if (rule->key[j].field == data->field[rule->key[k].field].mate &&
            rule->key[j].function == rule->key[k].function)
            return true;
    return false;
}

/* Spreads a sum of keys over all bits (the finish of a common multiply-and-shift hash). */
static uint64_t spread(uint64_t key)
{
    key = (key ^ key >> 32) * UINT64_C(0xd6e8feb86659fd93);
    key = (key ^ key >> 32) * UINT64_C(0xd6e8feb86659fd93);
    return key ^ key >> 32;
}

/* A value's part of a key. */
static uint64_t part_of(const struct lac_link_key *key, const struct lac_link_field *field, uint32_t value,
                        bool commute)
{
    uint64_t hash = key_hash(key, field->kind, lac_link_value_text(&field->values, value));
    return commute && hash ? spread(hash) << 1 : hash;
}

/* Keys stay odd, so that none is LAC_LINK_NO_KEY. */
static uint64_t part_join(uint64_t key, uint64_t part, bool commute)
{
    if (!key || !part) return LAC_LINK_NO_KEY;
    return commute ? key + part : spread(key * 3 + part) | 1;
}

/* Joins one part to the keys of all records; parts that `commute` give the same key in any order. */
static enum lac_status keys_join(const struct lac_link_data *data, const struct lac_link_key *with,
                                 bool commute, uint64_t *key, struct lac_error *err)
{
    const struct lac_link_field *field = &data->field[with->field];
    uint64_t *hash = lac_big_alloc((size_t)field->values.dict.count + 1, sizeof *hash);
    if (!hash) return lac_fail_memory(err, "blocking keys");
#pragma omp parallel for schedule(static)
    for (uint32_t v = 0; v < field->values.dict.count; v++) hash[v] = part_of(with, field, v, commute);
#pragma omp parallel for schedule(static)
    for (uint32_t i = 0; i < data->n; i++) {
        uint64_t part = field->value[i] == LAC_LINK_NULL ? LAC_LINK_NO_KEY : hash[field->value[i]];
        key[i] = part_join(key[i], part, commute);
    }
    free(hash);
    return LAC_OK;
}

enum lac_status lac_link_rule_keys(const struct lac_link_data *data, const struct lac_link_rule *rule,
                                   uint64_t *key, struct lac_error *err)
{
    enum lac_status st = LAC_OK;
    for (uint32_t i = 0; i < data->n; i++) key[i] = 1;
    for (int commute = 1; commute >= 0; commute--) /* exchangeable parts first */
        for (size_t k = 0; !st && k < rule->count; k++)
            if (exchangeable(data, rule, k) == commute)
                st = keys_join(data, &rule->key[k], commute, key, err);
    return st;
}

uint64_t lac_link_rule_key(const struct lac_link_data *data, const struct lac_link_rule *rule,
                           const uint32_t *value)
{
    uint64_t key = 1;
    for (int commute = 1; commute >= 0; commute--)
        for (size_t k = 0; k < rule->count; k++) {
            size_t f = rule->key[k].field;
            if (exchangeable(data, rule, k) != commute) continue;
            uint64_t part = value[f] == LAC_LINK_NULL
                                ? LAC_LINK_NO_KEY
                                : part_of(&rule->key[k], &data->field[f], value[f], commute);
            key = part_join(key, part, commute);
        }
    return key;
}
