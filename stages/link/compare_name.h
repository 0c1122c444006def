/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_LINK_COMPARE_NAME_H
#define LAC_LINK_COMPARE_NAME_H
/*
 * Jaro and Jaro-Winkler similarity of names up to 64 bytes (longer ones are compared by their first 64), in a
 * bit-parallel form: about 20 million pairs a second and core. Winkler's prefix bonus (4 letters, 0.1) is
 * given only above a Jaro similarity of 0.7, as in Winkler's program.
 *
 * Sources: Jaro (1989), JASA 84; Winkler (1990), Proc. Survey Research Methods, ASA.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LAC_LINK_NAME_LENGTH 64

/* Where each byte stands in the loaded left name. Zero-initialise; one per thread. */
struct lac_link_jaro {
    uint64_t where[256];
    const char *name;
    size_t length;
};
/* Loads a left name, replacing the one before; NULL unloads. The text is borrowed until then. O(length). */
void lac_link_jaro_load(struct lac_link_jaro *jaro, const char *name, size_t length);
double lac_link_jaro(const struct lac_link_jaro *jaro, const char *name, size_t length);
double lac_link_jaro_winkler(const struct lac_link_jaro *jaro, const char *name, size_t length);

/* The same from what was counted: letters that match, at least one, and places at which the matched letters
 * of the two names differ; the equal letters at the beginning, at most four. */
double lac_link_jaro_of(size_t length_a, size_t length_b, int common, int moved);
double lac_link_winkler_of(double jaro, size_t prefix);

/* Set of letters of a name: bit (byte & 31), and that bit of the upper half for a letter that comes twice. */
uint64_t lac_link_letters(const char *name, size_t length);
/* False only if the Jaro similarity of two names with these letter sets and lengths is certainly below 0.7.
 * Integer arithmetic, so that no rounding decides. */
bool lac_link_letters_near(uint64_t letters_a, size_t length_a, uint64_t letters_b, size_t length_b);
/* False when fewer than `least` letters of the name stand within reach of an equal one on the left: then they
 * cannot match in Jaro's sense. A cheap bound: a letter on the left may serve more than once. */
bool lac_link_jaro_reaches(const struct lac_link_jaro *jaro, const char *name, size_t length, size_t least);

#endif
