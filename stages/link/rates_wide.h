/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_LINK_RATES_WIDE_H
#define LAC_LINK_RATES_WIDE_H
/*
 * Many names at once, where the processor has vectors of 512 bits (AVX-512 BW, VL and VPOPCNTDQ; it is asked
 * when the program runs): 16 letter sets against one in a step, and Jaro's matching of one name with 32
 * others of one length in lanes of 16 bits, a bit per letter. Whole numbers only, equal to those of the plain
 * forms (compare_name.h), so that no result depends on the processor.
 *
 * Only names of at most LAC_LINK_WIDE_LENGTH bytes, all of them A to Z or a blank, so that the lower five
 * bits tell letters apart.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LAC_LINK_WIDE_LENGTH 16
#define LAC_LINK_WIDE_NAMES 32 /* compared at once */
#define LAC_LINK_WIDE_ROOM 16  /* letter sets and places that arrays must have beyond those in use */

/* Places [from, to) of letter sets against one: those that share at least `need` letters with it. A letter
 * beyond the second of its kind is no bit but `slack`, on both sides; all_slack NULL: none. */
struct lac_link_wide_scan {
    const uint64_t *all_letters;
    const uint8_t *all_slack;
    uint64_t letters;
    uint8_t slack;
    int need;
    uint32_t from, to;
};
/* Letters of the name that the others are compared with. */
struct lac_link_wide_left {
    uint16_t where[32]; /* bit i: letter i of the name is this one */
    size_t length;
};
/* What Jaro's formula needs of each comparison. */
struct lac_link_wide_found {
    uint16_t least;                       /* given */
    uint16_t common[LAC_LINK_WIDE_NAMES]; /* letters matched */
    uint16_t moved[LAC_LINK_WIDE_NAMES];  /* places at which the matched letters differ */
};

bool lac_link_wide_usable(void);
bool lac_link_wide_fits(const char *name, size_t length);
/* The five bits of every letter, blanks beyond the end. */
void lac_link_wide_letters(const char *name, size_t length, uint8_t letters[LAC_LINK_WIDE_LENGTH]);
void lac_link_wide_load(struct lac_link_wide_left *left, const char *name, size_t length);

/* The two below need lac_link_wide_usable(). Places that pass, ascending, into place[] with
 * LAC_LINK_WIDE_ROOM to spare; returns how many. */
uint32_t lac_link_wide_scan(const struct lac_link_wide_scan *scan, uint32_t *place);
/* LAC_LINK_WIDE_NAMES names of one length, at place[] of letters[]. Returns a bit for each that has at least
 * found->least letters in common. */
uint32_t lac_link_wide_jaro(const struct lac_link_wide_left *left, uint8_t (*letters)[LAC_LINK_WIDE_LENGTH],
                            const uint32_t *place, size_t length, struct lac_link_wide_found *found);

#endif
