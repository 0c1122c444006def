/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/date.h"

#include <stdio.h>
#include <string.h>

/* Civil-from-days arithmetic over 400-year eras of 146,097 days, with years that start in March. */
int32_t lac_date_from_civil(int year, int month, int day)
{
    int y = month <= 2 ? year - 1 : year;
    int era = (y >= 0 ? y : y - 399) / 400;
    int of_era = y - era * 400;
    int of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;

    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

void lac_date_to_civil(int32_t date, int *year, int *month, int *day)
{
    int z = date + 719468;
    int era = (z >= 0 ? z : z - 146096) / 146097;
    int of_era = z - era * 146097;
    int y = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    int of_year = of_era - (365 * y + y / 4 - y / 100);
    int m = (5 * of_year + 2) / 153;

    *day = of_year - (153 * m + 2) / 5 + 1;
    *month = m < 10 ? m + 3 : m - 9;
    *year = y + era * 400 + (*month <= 2 ? 1 : 0);
}

static int days_in_month(int year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

    return month == 2 && leap ? 29 : days[month - 1];
}

bool lac_date_valid(int year, int month, int day)
{
    return year >= 1800 && year <= 2200 && month >= 1 && month <= 12 && day >= 1 &&
           day <= days_in_month(year, month);
}

/* Exactly `n` digits at `text` as a number, or -1. */
static int digits(const char *text, int n)
{
    int value = 0;

    for (int i = 0; i < n; i++) {
        if (text[i] < '0' || text[i] > '9') return -1;
        value = value * 10 + (text[i] - '0');
    }
    return value;
}

bool lac_date_parse(const char *text, int32_t *date)
{
    int year, month, day;

    if (strlen(text) != 10 || text[4] != '-' || text[7] != '-') return false;
    year = digits(text, 4);
    month = digits(text + 5, 2);
    day = digits(text + 8, 2);
    if (!lac_date_valid(year, month, day)) return false;
    *date = lac_date_from_civil(year, month, day);
    return true;
}

char *lac_date_format(int32_t date, char *out)
{
    int year, month, day;

    out[0] = '\0';
    if (date == LAC_DATE_NONE) return out;
    lac_date_to_civil(date, &year, &month, &day);
    if (year < 0 || year > 9999) return out;
    snprintf(out, 11, "%04u-%02u-%02u", (unsigned)year % 10000, (unsigned)month % 100, (unsigned)day % 100);
    return out;
}

bool lac_partial_parse(const char *text, int32_t *partial)
{
    size_t length = strlen(text);
    int year = length >= 4 ? digits(text, 4) : -1;
    int month = 0, day = 0;

    if (length != 4 && length != 7 && length != 10) return false;
    if (length >= 7) month = text[4] == '-' ? digits(text + 5, 2) : -1;
    if (length == 10) day = text[7] == '-' ? digits(text + 8, 2) : -1;
    if (!lac_date_valid(year, length >= 7 ? month : 1, length == 10 ? day : 1)) return false;
    *partial = year * 10000 + month * 100 + day;
    return true;
}

char *lac_partial_format(int32_t partial, char *out)
{
    unsigned year, month, day;

    out[0] = '\0';
    if (partial <= 0) return out;
    year = (unsigned)partial / 10000 % 10000;
    month = (unsigned)partial / 100 % 100;
    day = (unsigned)partial % 100;
    if (month == 0)
        snprintf(out, 11, "%04u", year);
    else if (day == 0)
        snprintf(out, 11, "%04u-%02u", year, month);
    else
        snprintf(out, 11, "%04u-%02u-%02u", year, month, day);
    return out;
}

void lac_partial_range(int32_t partial, int32_t *first, int32_t *last)
{
    int year = partial / 10000, month = partial / 100 % 100, day = partial % 100;

    *first = lac_date_from_civil(year, month == 0 ? 1 : month, day == 0 ? 1 : day);
    if (month == 0)
        *last = lac_date_from_civil(year, 12, 31);
    else if (day == 0)
        *last = lac_date_from_civil(year, month, days_in_month(year, month));
    else
        *last = *first;
}

/* Days and months as one number that is ordered as they are. */
static int years_between(int birth_year, int birth_day, int year, int day)
{
    return year - birth_year - (day < birth_day ? 1 : 0);
}

int lac_date_years(int32_t birth, int32_t on)
{
    int by, bm, bd, y, m, d;

    lac_date_to_civil(birth, &by, &bm, &bd);
    lac_date_to_civil(on, &y, &m, &d);
    return years_between(by, bm * 100 + bd, y, m * 100 + d);
}

void lac_partial_age(int32_t partial, int32_t on, int *low, int *high)
{
    int birth = partial / 10000, month = partial / 100 % 100, day = partial % 100, year, on_month, on_day;

    lac_date_to_civil(on, &year, &on_month, &on_day);
    on_day += on_month * 100;
    *high = years_between(birth, (month == 0 ? 1 : month) * 100 + (day == 0 ? 1 : day), year, on_day);
    if (month == 0)
        *low = years_between(birth, 1231, year, on_day);
    else if (day == 0)
        *low = years_between(birth, month * 100 + days_in_month(birth, month), year, on_day);
    else
        *low = *high;
}

/* One or two digits; advances *text. */
static int take_number(const char **text, int most)
{
    int value = 0, n = 0;

    while (n < most && **text >= '0' && **text <= '9') {
        value = value * 10 + (**text - '0');
        (*text)++;
        n++;
    }
    return n == 0 ? -1 : value;
}

static int take_month_name(const char **text)
{
    static const char names[] = "janfebmaraprmayjunjulaugsepoctnovdec";

    for (int month = 0; month < 12; month++) {
        int same = 0;

        while (same < 3 && ((*text)[same] | 0x20) == names[month * 3 + same]) same++;
        if (same == 3) {
            *text += 3;
            return month + 1;
        }
    }
    return -1;
}

bool lac_date_parse_format(const char *text, const char *format, int32_t *date)
{
    int year = -1, month = -1, day = -1;

    for (; *format != '\0'; format++) {
        if (*format != '%') {
            if (*text++ != *format) return false;
            continue;
        }
        switch (*++format) {
        case 'Y':
            year = take_number(&text, 4);
            break;
        case 'y':
            year = take_number(&text, 2);
            year += year < 0 ? 0 : year < 50 ? 2000 : 1900;
            break;
        case 'm':
            month = take_number(&text, 2);
            break;
        case 'd':
            day = take_number(&text, 2);
            break;
        case 'b':
            month = take_month_name(&text);
            break;
        default:
            return false;
        }
    }
    if (*text != '\0' || !lac_date_valid(year, month, day)) return false;
    *date = lac_date_from_civil(year, month, day);
    return true;
}
