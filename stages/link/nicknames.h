/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_LINK_NICKNAMES_H
#define LAC_LINK_NICKNAMES_H
#include "link.h"

/* Pairs of the field's values that are a name and its nickname, or two nicknames of one name, into
 * field->nickname. O(table size squared per name). */
enum lac_status lac_link_nicknames_resolve(struct lac_link_field *field,
                                           const struct lac_link_nicknames *nicknames,
                                           struct lac_error *err) LAC_CHECKED;
bool lac_link_nicknames_match(const struct lac_link_field *field, uint32_t a, uint32_t b);

#endif
