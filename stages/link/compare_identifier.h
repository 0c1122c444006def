/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_LINK_COMPARE_IDENTIFIER_H
#define LAC_LINK_COMPARE_IDENTIFIER_H
#include "link.h"

/*
 * Identifiers inside their scope ("scope US value"): equal, one edit apart, else. One edit is one character
 * wrong, missing or too many, or two neighbours swapped: Damerau-Levenshtein distance 1. Texts above
 * LAC_LINK_IDENTIFIER_LENGTH bytes are equal or not.
 */
#define LAC_LINK_IDENTIFIER_LENGTH 64
enum lac_link_identifier_level {
    LAC_LINK_IDENTIFIER_EXACT = 1,
    LAC_LINK_IDENTIFIER_EDIT,
    LAC_LINK_IDENTIFIER_ELSE
};
/* True if the distance of two different texts is 1. O(length). */
bool lac_link_one_edit(const char *a, size_t length_a, const char *b, size_t length_b);
/* 0 when the scopes differ. */
unsigned lac_link_identifier_level(const struct lac_link_field *field, uint32_t a, uint32_t b);

/* All pairs of values (smaller id << 32 | larger id, ascending) one edit apart in one scope, into *pair,
 * which the caller frees. Two such values have a text in common when at most one character is left out of
 * each, so only values that share such a text are compared. O(values * length) and the pairs. */
enum lac_status lac_link_edit_pairs(const struct lac_link_field *field, uint64_t **pair, size_t *count,
                                    struct lac_error *err) LAC_CHECKED;

#endif
