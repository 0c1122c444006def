/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_LINK_RATES_TEXT_H
#define LAC_LINK_RATES_TEXT_H
#include "compare.h"

/*
 * Names and texts laid out for comparing one value with very many: finds those that can reach a Jaro
 * similarity of 0.7 at all, which is what every level above `else` asks for.
 *
 * Rows are the values in alphabetical order. A row is compared with those after it alone, so that it is the
 * left one of every comparison and its letters are laid out once. The others lie by length, so that the
 * letters two names must share are one number per group of them: an `and`, a count of bits and a comparison
 * decide. Exact: what the filter leaves out is on the lowest level. About a thousand million value pairs a
 * second and core where the processor counts bits.
 */
struct lac_link_text_set; /* values by length */
struct lac_link_text_table {
    const struct lac_link_field *field;
    uint32_t count;
    uint32_t *row;                         /* value ids in alphabetical order, one-letter names left out */
    bool *frequent;                        /* per row */
    struct lac_link_text_set *all, *often; /* all rows; the frequent ones */
};
/* `frequent`: bit per value id (bytes): pairs of two values that are not frequent are left out. */
enum lac_status lac_link_text_table_make(const struct lac_link_field *field, const bool *frequent,
                                         struct lac_link_text_table *table,
                                         struct lac_error *err) LAC_CHECKED;
void lac_link_text_table_release(struct lac_link_text_table *table);
/* Value ids that `row` can be near to, from the rows after it, into near[count]; returns how many. */
uint32_t lac_link_text_table_near(const struct lac_link_text_table *table, uint32_t row, uint32_t *near);
/* As lac_link_level() for a value and one that comes after it in the alphabet, neither a one-letter name, nor
 * equal, nor nicknames of each other. */
unsigned lac_link_text_table_level(const struct lac_link_text_table *table, struct lac_link_scratch *scratch,
                                   uint32_t a, uint32_t b);

#endif
