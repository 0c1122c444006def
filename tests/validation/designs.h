/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_VALIDATION_DESIGNS_H
#define LAC_VALIDATION_DESIGNS_H
/*
 * Populations of known size for the validation of estimators: six designs of how persons come on lists.
 *
 * List k catches a person with probability .25, .18, .12, .08, .06 (the first K of them); then
 *   A independent: nothing more
 *   B referral:    of those on list 1 and not on 2, 30 % are added to 2
 *   C chain:       B, then 20 % of those on 2 and not on 3 are added to 3
 *   D two classes: a quarter is caught with probabilities times 2, the others times 2/3
 *   E              D and B
 *   F avoidance:   of those on list 1 and on list 3 (K = 3) or 4 (K > 3), half lose the latter
 */
#include <stdint.h>

#define LAC_DESIGN_LISTS_MAX 5
#define LAC_DESIGN_NAMES "ABCDEF"

struct lac_design_table {
    char design; /* A to F */
    int lists;   /* 3 to 5 */
    int persons; /* N */
    uint32_t seed;
};

const char *lac_design_words(char design);
/* Table number `replicate` into count[2^lists] (cell 0: nobody saw them; left at 0). The same for the same
 * arguments, whoever draws. O(N K). */
void lac_design_draw(const struct lac_design_table *table, uint32_t replicate, double *count);

#endif
