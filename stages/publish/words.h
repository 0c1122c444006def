/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_PUBLISH_WORDS_H
#define LAC_PUBLISH_WORDS_H
/* Numbers, periods, methods and assumptions in words. Pure; no locale. */
#include <stddef.h>
#include <stdint.h>
#include "model.h"

/* "12,345.6" with a comma every three digits and `decimals` decimals; "no limit" for infinity, "" for NaN.
 * Returns out. */
char *lac_publish_number(double value, int decimals, char *out, size_t size);
/* "1 January 2025 to 31 December 2025". */
const char *lac_publish_period_words(struct lac_publish_model *model, int32_t first, int32_t last);
/* Shorter, for tables: "January to March 2025", "March 2025", "April 2024 to March 2025"; days where it is
 * not whole months: "2025-01-03 to 2025-02-11". */
const char *lac_publish_span_words(struct lac_publish_model *model, int32_t first, int32_t last);
/* A sentence from the store, fit to publish: a whole number that stands alone may be a count of people, so a
 * small one (below twice the rounding, or in the hidden range) becomes "few" and a larger one is rounded.
 * Kept: numbers in identifiers (E12), with decimals, before %, "times", "rules", "models" or "of N models",
 * and after "above", "fewer than" or "mask", which count no people. The prefix "refused: " is dropped. */
const char *lac_publish_redact(struct lac_publish_model *model, const char *text);
/* The identifying assumption of a method for `lists` lists, to stand after "on the assumption that". The
 * estimate depends on it and the data cannot test it (methods: Aleshin-Guendel, Sadinle & Wakefield, arXiv
 * 2101.09304). */
const char *lac_publish_assumption(const char *method, size_t lists);
/* How the method works, one or two sentences. */
const char *lac_publish_method(const char *method);
/* "two" .. "nine", else digits. */
const char *lac_publish_small_number(struct lac_publish_model *model, size_t n);
/* The headline in one sentence, assumption included; and the same for a refused one, with its reasons. */
const char *lac_publish_headline_sentence(struct lac_publish_model *model);
/* What the headline would be with the people for whom the records cannot tell; "" when that was not
 * estimated. */
const char *lac_publish_unsure_sentence(struct lac_publish_model *model);
/* How far the headline may be used, from its grade and status. */
const char *lac_publish_grade(struct lac_publish_model *model);
/* How the interval was made and what it covers; "" when there is none. */
const char *lac_publish_interval_sentence(struct lac_publish_model *model);
/* Replaces - and _ by blanks, first letter upper case: "pairwise-overlap" -> "Pairwise overlap". */
const char *lac_publish_humanise(struct lac_publish_model *model, const char *code);
/* How an interval was made, in words; the code itself when it is not known here. */
const char *lac_publish_interval_words(const char *kind);

#endif
