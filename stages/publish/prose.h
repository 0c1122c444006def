/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_PUBLISH_PROSE_H
#define LAC_PUBLISH_PROSE_H
/* Fixed sentences that the page and the workbook share. */
#include <stddef.h>

struct lac_publish_symbol {
    char symbol;
    const char *text;
};
extern const struct lac_publish_symbol lac_publish_symbols[];
extern const size_t lac_publish_symbol_count;

extern const char *const lac_publish_notes[]; /* notes on every table of figures */
extern const size_t lac_publish_note_count;

extern const char *const lac_publish_unfit_uses[]; /* what the estimate must not be used for */
extern const size_t lac_publish_unfit_use_count;

extern const char *const lac_publish_assumptions[]; /* besides the identifying assumption */
extern const size_t lac_publish_assumption_count;

extern const char *const lac_publish_limits[]; /* sources of error that the interval does not cover */
extern const size_t lac_publish_limit_count;

#endif
