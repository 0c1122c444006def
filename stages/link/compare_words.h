/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_LINK_COMPARE_WORDS_H
#define LAC_LINK_COMPARE_WORDS_H
/* Sets of items, words in any order, and numbers: what researchers' tables need beside names, dates and
 * places. */
#include "link.h"

/* Sorted distinct ids of the items of every value, value v at item[start[v]] .. item[start[v + 1]]. Items are
 * separated by `;` in a set and by blanks in a full name; each is folded like a name. */
struct lac_link_items {
    uint32_t *item;
    size_t *start;
    size_t count, capacity;
};
enum lac_status lac_link_items_make(const struct lac_link_values *values, char separator,
                                    struct lac_link_items *items, struct lac_error *err) LAC_CHECKED;
void lac_link_items_release(struct lac_link_items *items);
/* 1 equal, 2 at least half of the union shared, 3 any shared, 4 none. O(items). */
unsigned lac_link_set_level(const struct lac_link_items *items, uint32_t a, uint32_t b);
/* 1 equal, 2 within 1 % of the larger, 3 within 10 %, 4 else. */
unsigned lac_link_number_level(double a, double b);

#endif
