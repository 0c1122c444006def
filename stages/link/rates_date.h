/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_LINK_RATES_DATE_H
#define LAC_LINK_RATES_DATE_H
#include "link.h"

/*
 * Record pairs per date level over all pairs of different values, without looking at every pair: level[l] +=
 * sign * sum over value pairs a < b at level l of frequency[a] frequency[b]. Distances come from running sums
 * over the days in order; edits and swaps, at most 80 neighbours of a date, are looked up and taken out of
 * their distance. Only LAC_LINK_DATE_ELSE is not counted: it is what is left. Partial dates are compared with
 * all values. O(values * (80 + partial dates)).
 */
enum lac_status lac_link_rates_dates(const struct lac_link_field *field, const uint32_t *frequency, int sign,
                                     uint64_t *level, struct lac_error *err) LAC_CHECKED;

#endif
