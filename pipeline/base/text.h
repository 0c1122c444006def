/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_BASE_TEXT_H
#define LAC_BASE_TEXT_H
/* Text: UTF-8 checks, folding of names, strict number parsing. Pure functions; no locale. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/status.h"

/* Offset of the first byte that is not valid UTF-8 (surrogates and overlong forms are invalid), or `length`.
 */
size_t lac_text_utf8_valid(const char *text, size_t length);

/* Folds a name for comparison: compatibility decomposition, accents stripped, letters to upper case ASCII
 * where a transliteration exists (o-slash, l-stroke, eszett, ae, thorn, ...; others kept as UTF-8), hyphen
 * and other dashes to one space, apostrophes and full stops removed, other punctuation to space, runs of
 * space to one, ends trimmed. "O'Neill-Smyth " -> "ONEILL SMYTH". Writes at most `size` bytes with the NUL;
 * returns the length written, or (size_t)-1 when it does not fit or the input is not UTF-8. */
size_t lac_text_fold_name(const char *text, char *out, size_t size);

/* Postcode in canonical form: upper case, one space before the last three characters ("sw1a1aa" -> "SW1A
 * 1AA"). Returns 1 for a full postcode, 2 for an outward code alone, 3 for a sector ("SW1A 1"), 0 for
 * anything else (then out is empty). `out` holds at least 12 bytes. */
int lac_text_postcode(const char *text, char *out);

/* Strict parsers: the whole text must be the number (no blanks, no trailing characters). */
bool lac_text_i64(const char *text, int64_t *value);
bool lac_text_double(const char *text, double *value);

/* Upper-case copy of ASCII letters, blanks at both ends cut. Returns length or (size_t)-1 if it does not fit.
 */
size_t lac_text_upper_trim(const char *text, char *out, size_t size);
bool lac_text_is_blank(const char *text);
bool lac_text_equal_nocase(const char *a, const char *b); /* ASCII case only */

/* Optimal string alignment distance (edits and neighbour swaps) between two short texts, for "did you mean";
 * O(|a| |b|), at most 64 bytes of each are looked at. */
int lac_text_distance(const char *a, const char *b);

/* Most similar of `n` candidates with a distance of at most 3, or NULL. */
const char *lac_text_nearest(const char *text, const char *const *candidates, size_t n);

#endif
