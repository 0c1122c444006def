/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_LINK_PERSON_CODES_H
#define LAC_LINK_PERSON_CODES_H
/*
 * Numbers of the values of a column, for many rows at once: what each text asks of memory (the slot of its
 * hash, the text it is compared with, the slot of its value) is asked for before its turn, so that the waits
 * for it lie beside each other and not one after another. Values are numbered in the order of the texts.
 */
#include "intern.h"
#include "table/table.h"

#define LAC_LINK_CODES 64    /* texts at once, at most */
#define LAC_LINK_CLEANED 256 /* bytes of a cleaned text, its NUL included */

struct lac_link_cleaning {
    /* What a text stands for, "" when missing, perhaps in out[size]. */
    const char *(*clean)(const void *context, size_t column, const char *text, char *out, size_t size);
    const void *context;
    size_t column;
};
/* Zero-initialise. The texts as they come, and the values they stand for. */
struct lac_link_codes {
    struct lac_link_intern texts, values;
};
void lac_link_codes_release(struct lac_link_codes *codes);
/* Codes of n texts, NUL terminated, whose hashes are not filled in yet, into code[n]; LAC_MISSING_STR for an
 * empty text or value. New values are appended to the dictionary. */
enum lac_status lac_link_codes_find(struct lac_link_codes *codes, const struct lac_link_cleaning *cleaning,
                                    struct lac_link_intern_text *text, size_t n, struct lac_dict *dict,
                                    uint32_t *code, struct lac_error *err) LAC_CHECKED;

/* Codes of all values of another dictionary into map[more->count]; new ones are appended in their order.
 * `values` are those of the dictionary. */
enum lac_status lac_link_codes_join(struct lac_link_intern *values, struct lac_dict *dict,
                                    const struct lac_dict *more, uint32_t *map,
                                    struct lac_error *err) LAC_CHECKED;

#endif
