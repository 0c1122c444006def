/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_LINK_COMPARE_DATE_H
#define LAC_LINK_COMPARE_DATE_H
/*
 * Levels of two birth dates. Dates are YYYYMMDD with 00 for unknown parts. A partial date compares at its
 * precision, on levels of its own. Two equal dates on 1 January are a level of their own, because 1 January
 * stands for "unknown" in many systems. Integer arithmetic; O(1).
 */
#include <stdbool.h>
#include "link.h"

enum lac_link_date_level {
    LAC_LINK_DATE_EXACT = 1,
    LAC_LINK_DATE_JANUARY, /* equal, 1 January */
    LAC_LINK_DATE_EDIT,    /* one digit wrong or two neighbours swapped */
    LAC_LINK_DATE_SWAPPED, /* day and month exchanged */
    LAC_LINK_DATE_MONTH,   /* at most 31 days apart */
    LAC_LINK_DATE_YEAR,    /* at most 366 days apart */
    LAC_LINK_DATE_DECADE,  /* at most 3,653 days apart */
    LAC_LINK_DATE_ELSE,
    LAC_LINK_DATE_PARTIAL_MONTH, /* one without a day; year and month equal */
    LAC_LINK_DATE_PARTIAL_YEAR,  /* one with a year alone; years equal */
    LAC_LINK_DATE_PARTIAL_ELSE
};

/* The day for a partial date. Digits that are no day of the calendar (30 February) keep their digits but have
 * no day number: they compare by equality, edit and swap alone. */
struct lac_link_day lac_link_day_make(int32_t partial);
unsigned lac_link_date_level(struct lac_link_day a, struct lac_link_day b);
/* True if 8 BCD digits differ by at most one substitution or one swap of neighbours. */
bool lac_link_date_one_edit(uint32_t a, uint32_t b);

#endif
