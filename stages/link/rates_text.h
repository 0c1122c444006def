/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_LINK_RATES_TEXT_H
#define LAC_LINK_RATES_TEXT_H
#include "compare.h"
#include "rates_wide.h"

/*
 * Names and texts laid out for comparing one value with very many: finds those of a Jaro-Winkler similarity
 * of 0.7 and more, which is what every level above `else` asks for.
 *
 * Rows are the values in alphabetical order. A row is compared with those after it alone, so that it is the
 * left one of every comparison and its letters are laid out once. The others lie by length, so that the
 * letters two names must share are one number per group of them: an `and`, a count of bits and a comparison
 * decide. What passes that is compared in full, 32 names at once where the processor can and the names are
 * short and plain (rates_wide.h). Exact: what the filter leaves out is on the lowest level. Value pairs a
 * second and core: about 4,000 million with vectors of 512 bits, else 1,000 million.
 */
struct lac_link_text_set; /* values by length */
struct lac_link_text_table {
    const struct lac_link_field *field;
    uint32_t count;
    uint32_t *row;                         /* value ids in alphabetical order, one-letter names left out */
    bool *frequent;                        /* per row */
    struct lac_link_text_set *all, *often; /* all rows; the frequent ones */
    bool wide;                             /* use rates_wide.h; set where it can be used */
    double quotient[LAC_LINK_WIDE_LENGTH + 1][LAC_LINK_WIDE_LENGTH + 1]; /* [a][b]: a / b */
};
/* `frequent`: bit per value id (bytes): pairs of two values that are not frequent are left out. */
enum lac_status lac_link_text_table_make(const struct lac_link_field *field, const bool *frequent,
                                         struct lac_link_text_table *table,
                                         struct lac_error *err) LAC_CHECKED;
void lac_link_text_table_release(struct lac_link_text_table *table);

/* What one thread needs to go through rows, and finds. 9 bytes per value. */
struct lac_link_text_work {
    uint32_t *near; /* value ids */
    uint8_t *level; /* of each, as lac_link_level() gives it but for nicknames */
    uint32_t *place;
    uint32_t *after[2]; /* per group of the two sets: the first place whose row may come after the last row */
    uint32_t row;
    struct lac_link_scratch scratch;
};
enum lac_status lac_link_text_work_init(const struct lac_link_text_table *table,
                                        struct lac_link_text_work *work, struct lac_error *err) LAC_CHECKED;
void lac_link_text_work_release(struct lac_link_text_work *work);
/* Values above the lowest level among the rows after `row`; returns how many. Fastest when rows ascend. */
uint32_t lac_link_text_table_near(const struct lac_link_text_table *table, uint32_t row,
                                  struct lac_link_text_work *work);

#endif
