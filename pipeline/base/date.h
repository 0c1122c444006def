/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_BASE_DATE_H
#define LAC_BASE_DATE_H
/*
 * Dates in two forms.
 *
 * Day number: int32_t days since 1970-01-01 in the proleptic Gregorian calendar; LAC_DATE_NONE when missing.
 * Partial date: int32_t YYYYMMDD in decimal, 00 for an unknown day, 0000 for an unknown month and day, 0 when
 * missing: 20070314, 20070300, 20070000. Dates of birth are partial dates; all others are day numbers.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LAC_DATE_NONE INT32_MIN

int32_t lac_date_from_civil(int year, int month, int day);
void lac_date_to_civil(int32_t date, int *year, int *month, int *day);
bool lac_date_valid(int year, int month, int day); /* years 1800 to 2200 */

/* "YYYY-MM-DD" exactly; false for anything else. */
bool lac_date_parse(const char *text, int32_t *date);
/* Writes "YYYY-MM-DD", or "" for LAC_DATE_NONE; `out` holds 11 bytes. Returns out. */
char *lac_date_format(int32_t date, char *out);

/* "YYYY-MM-DD", "YYYY-MM" or "YYYY". */
bool lac_partial_parse(const char *text, int32_t *partial);
char *lac_partial_format(int32_t partial, char *out); /* 11 bytes */
/* First and last day number the partial date can mean. */
void lac_partial_range(int32_t partial, int32_t *first, int32_t *last);

/* Completed years from birth day to `on`; negative if born later. A birthday on 29 February counts on 1
 * March. */
int lac_date_years(int32_t birth, int32_t on);
/* Lowest and highest age on day `on` of a person born on `partial`. */
void lac_partial_age(int32_t partial, int32_t on, int *low, int *high);

/* strptime-like parse for layouts: %Y %m %d %b %y and literals; false when the text does not match. */
bool lac_date_parse_format(const char *text, const char *format, int32_t *date);

#endif
