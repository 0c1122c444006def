/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_LINK_KEYS_H
#define LAC_LINK_KEYS_H
/*
 * Blocking rules: lists of keys such as `surname`, `soundex(surname)`, `prefix(postcode, 3)`, `year(dob)`.
 * Two records meet under a rule if all its keys are known and equal. A rule with the same function of
 * forename and surname also lets records meet whose two names are exchanged.
 */
#include "base/memory.h"
#include "link.h"

#define LAC_LINK_NO_KEY UINT64_C(0)
#define LAC_LINK_RULE_KEYS 8

enum lac_link_function {
    LAC_LINK_VALUE,
    LAC_LINK_SOUNDEX,
    LAC_LINK_PREFIX,
    LAC_LINK_SUFFIX,
    LAC_LINK_YEAR,
    LAC_LINK_MONTH, /* 01 to 12, whatever the year */
    LAC_LINK_SECTOR,
    LAC_LINK_FUNCTION_COUNT
};
struct lac_link_key {
    size_t field;
    enum lac_link_function function;
    size_t length; /* of prefix and suffix */
};
struct lac_link_rule {
    char text[160];
    struct lac_link_key key[LAC_LINK_RULE_KEYS];
    size_t count;
    uint32_t fields; /* bit f: field f takes part */
};

/* Reads n key words. An unknown field or function is LAC_USAGE with the nearest one suggested. */
enum lac_status lac_link_rule_parse(const struct lac_link_data *data, const char *const *words, size_t n,
                                    struct lac_link_rule *rule, struct lac_error *err) LAC_CHECKED;
/* Makes the rule's text from its keys. */
void lac_link_rule_describe(const struct lac_link_data *data, struct lac_link_rule *rule);
/* Key of every record into key[n]: equal numbers mean equal keys, LAC_LINK_NO_KEY a missing one. O(n +
 * values). */
enum lac_status lac_link_rule_keys(const struct lac_link_data *data, const struct lac_link_rule *rule,
                                   uint64_t *key, struct lac_error *err) LAC_CHECKED;
/* Key of a record that has these values, by field: what lac_link_rule_keys() gives for its own. */
uint64_t lac_link_rule_key(const struct lac_link_data *data, const struct lac_link_rule *rule,
                           const uint32_t *value);

#endif
