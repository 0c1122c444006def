/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_LINK_RULES_READ_H
#define LAC_LINK_RULES_READ_H
#include "config/schema.h"
#include "keys.h"

/* Rules of a settings list into rule[LAC_LINK_RULES]; none for an empty list or the word `auto`. `key` names
 * the setting in messages. */
enum lac_status lac_link_rules_read(const struct lac_link_data *data, const struct lac_string_lists *lists,
                                    const char *key, struct lac_link_rule *rule, size_t *rules,
                                    struct lac_error *err) LAC_CHECKED;

#endif
