/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_LINK_RATES_TEXT_H
#define LAC_LINK_RATES_TEXT_H
#include "compare.h"

/*
 * Names and texts laid out for comparing one value with very many: finds those that can stand on another
 * level than `else` at all. About a thousand million value pairs a second and core where the processor counts
 * bits.
 */
struct lac_link_text_rows {
    const struct lac_link_field *field;
    uint32_t count;
    uint64_t *letters; /* in the order given */
    uint8_t *length, *slack, *special;
};
/* `order`: count value ids. */
enum lac_status lac_link_text_rows_make(const struct lac_link_field *field, const uint32_t *order,
                                        uint32_t count, struct lac_link_text_rows *rows,
                                        struct lac_error *err) LAC_CHECKED;
void lac_link_text_rows_release(struct lac_link_text_rows *rows);
#define LAC_LINK_TEXT_BLOCK 4096
/* Ranks of the values from `from` on, a block at most, that row `rank` can be near to, into
 * near[LAC_LINK_TEXT_BLOCK]; returns how many. */
uint32_t lac_link_text_rows_near(const struct lac_link_text_rows *rows, uint32_t rank, uint32_t from,
                                 uint32_t *near);

#endif
