/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "auto_rules.h"
#include <string.h>
#include "block.h"

#define MOST_RULES 24
#define MOST_TRAINING 8

struct choice {
    const struct lac_link_data *data;
    double limit; /* pairs a rule may propose */
    struct lac_link_rule *rule;
    size_t count, most;
};

/* True if every key of `narrow` asks for no more than some rule already taken. */
static bool contained(const struct choice *choice, const struct lac_link_rule *narrow)
{
    for (size_t r = 0; r < choice->count; r++) {
        const struct lac_link_rule *wide = &choice->rule[r];
        size_t found = 0;
        for (size_t a = 0; a < wide->count; a++)
            for (size_t b = 0; b < narrow->count; b++)
                found += wide->key[a].field == narrow->key[b].field &&
                         wide->key[a].function == narrow->key[b].function;
        if (found == wide->count) return true;
    }
    return false;
}

static enum lac_status consider(struct choice *choice, const struct lac_link_key *key, size_t keys,
                                struct lac_error *err)
{
    struct lac_link_rule rule;
    uint64_t pairs = 0;
    memset(&rule, 0, sizeof rule);
    memcpy(rule.key, key, keys * sizeof *key);
    rule.count = keys;
    if (choice->count == choice->most || contained(choice, &rule)) return LAC_OK;
    enum lac_status st = lac_link_block_size(choice->data, &rule, &pairs, err);
    if (st || pairs == 0 || (double)pairs > choice->limit) return st;
    lac_link_rule_describe(choice->data, &rule);
    choice->rule[choice->count++] = rule;
    return LAC_OK;
}

static enum lac_status singles_and_pairs(struct choice *choice, bool scoped, struct lac_error *err)
{
    const struct lac_link_data *data = choice->data;
    enum lac_status st = LAC_OK;
    for (size_t f = 0; !st && f < data->fields; f++) {
        struct lac_link_key key = {f, LAC_LINK_VALUE, 0};
        if (data->field[f].key && (scoped || !lac_link_is_scoped(data->field[f].kind)))
            st = consider(choice, &key, 1, err);
    }
    for (size_t f = 0; !st && f < data->fields; f++)
        for (size_t g = f + 1; !st && g < data->fields; g++) {
            struct lac_link_key key[2] = {{f, LAC_LINK_VALUE, 0}, {g, LAC_LINK_VALUE, 0}};
            if (!data->field[f].key || !data->field[g].key) continue;
            if (lac_link_is_scoped(data->field[f].kind) || lac_link_is_scoped(data->field[g].kind)) continue;
            st = consider(choice, key, 2, err);
        }
    return st;
}

/* The loose form of a field for triples, or false. */
static bool loose(const struct lac_link_data *data, size_t f, struct lac_link_key *key)
{
    if (!data->field[f].key) return false;
    key->field = f;
    key->length = 0;
    switch (data->field[f].kind) {
    case LAC_LINK_NAME:
        key->function = LAC_LINK_SOUNDEX;
        return true;
    case LAC_LINK_DATE:
        key->function = LAC_LINK_YEAR;
        return true;
    case LAC_LINK_POSTCODE:
        key->function = LAC_LINK_SECTOR;
        return true;
    default:
        return false;
    }
}

static enum lac_status triples(struct choice *choice, struct lac_error *err)
{
    const struct lac_link_data *data = choice->data;
    enum lac_status st = LAC_OK;
    struct lac_link_key key[3];
    for (size_t f = 0; !st && f < data->fields; f++)
        for (size_t g = f + 1; !st && loose(data, f, &key[0]) && g < data->fields; g++) {
            if (!loose(data, g, &key[1])) continue;
            st = consider(choice, key, 2, err);
            for (size_t h = g + 1; !st && h < data->fields; h++)
                if (loose(data, h, &key[2])) st = consider(choice, key, 3, err);
        }
    return st;
}

static double rule_limit(const struct lac_link_data *data, double pairs_per_record)
{
    double few = pairs_per_record * data->n, many = LAC_LINK_PAIRS_PER_RULE + 4.0 * data->n;
    return few < many ? few : many;
}

enum lac_status lac_link_auto_blocking(const struct lac_link_data *data, double pairs_per_record,
                                       struct lac_link_rule *rule, size_t *rules, struct lac_error *err)
{
    struct choice choice = {data, rule_limit(data, pairs_per_record), rule, 0, MOST_RULES};
    enum lac_status st = singles_and_pairs(&choice, true, err);
    if (!st) st = triples(&choice, err);
    *rules = choice.count;
    return st;
}

enum lac_status lac_link_auto_training(const struct lac_link_data *data, double pairs_per_record,
                                       struct lac_link_rule *rule, size_t *rules, struct lac_error *err)
{
    struct choice choice = {data, rule_limit(data, pairs_per_record), rule, 0, MOST_TRAINING};
    enum lac_status st = singles_and_pairs(&choice, false, err);
    *rules = choice.count;
    return st;
}
