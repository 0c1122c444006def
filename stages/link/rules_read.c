/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "rules_read.h"
#include <string.h>

static bool automatic(const struct lac_string_lists *lists)
{
    return lists->count == 0 ||
           (lists->count == 1 && lists->item[0].count == 1 && strcmp(lists->item[0].item[0], "auto") == 0);
}

/* Rules of a settings list; none for an empty list or `auto`. */
enum lac_status lac_link_rules_read(const struct lac_link_data *data, const struct lac_string_lists *lists,
                                    const char *key, struct lac_link_rule *rule, size_t *rules,
                                    struct lac_error *err)
{
    *rules = 0;
    if (automatic(lists)) return LAC_OK;
    if (lists->count > LAC_LINK_RULES)
        return lac_fail(err, LAC_USAGE, "%s has more than %d rules", key, LAC_LINK_RULES);
    for (size_t r = 0; r < lists->count; r++) {
        enum lac_status st =
            lac_link_rule_parse(data, lists->item[r].item, lists->item[r].count, &rule[r], err);
        if (st) return st;
        ++*rules;
    }
    return LAC_OK;
}
