/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_LINK_COMPARE_H
#define LAC_LINK_COMPARE_H
/* Levels of value pairs and patterns of record pairs. The scratch belongs to one thread and is
 * zero-initialised. */
#include "compare_name.h"
#include "link.h"

enum lac_link_name_level {
    LAC_LINK_NAME_EXACT = 1,
    LAC_LINK_NAME_NICKNAME,
    LAC_LINK_NAME_92,
    LAC_LINK_NAME_88,
    LAC_LINK_NAME_70,
    LAC_LINK_NAME_INITIAL,
    LAC_LINK_NAME_ELSE,
    LAC_LINK_NAME_EXCHANGED /* on the first of the two fields; the second counts as missing then */
};
struct lac_link_scratch {
    struct lac_link_jaro jaro;
};

/* Level of two values of a field; neither is missing. Symmetric in its values. */
unsigned lac_link_level(const struct lac_link_field *field, struct lac_link_scratch *scratch, uint32_t a,
                        uint32_t b);
/* The packed pattern of two records. */
uint32_t lac_link_pattern(const struct lac_link_data *data, struct lac_link_scratch *scratch, uint32_t i,
                          uint32_t j);
/* What comparison needs of a record, side by side: its value ids, then places of postcodes. */
void lac_link_row(const struct lac_link_data *data, uint32_t i, uint32_t *row);
/* The pattern of two rows. */
uint32_t lac_link_pattern_of(const struct lac_link_data *data, struct lac_link_scratch *scratch,
                             const uint32_t *left, const uint32_t *right);
/* Fills the patterns of all pairs, in parallel (patterns.c). Where pairs are many the values of a record are
 * first laid side by side, 4 bytes per record and column. */
void lac_link_patterns(const struct lac_link_data *data, struct lac_link_pairs *pairs);

#endif
