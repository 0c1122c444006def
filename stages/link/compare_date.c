/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "compare_date.h"
#include "base/date.h"

/* The Gregorian calendar repeats every 400 years: the year between 1800 and 2199 with the same calendar. */
static int like_year(int year)
{
    return 1800 + (year + 200) % 400;
}

struct lac_link_day lac_link_day_make(int32_t partial)
{
    struct lac_link_day day = {0, LAC_DATE_NONE};
    int32_t year = partial / 10000, month = partial / 100 % 100, number = partial % 100;
    if (partial <= 0) return day;
    for (int32_t rest = partial, shift = 0; rest > 0 && shift < 32; rest /= 10, shift += 4)
        day.bcd |= (uint32_t)(rest % 10) << shift;
    if (lac_date_valid(like_year(year), month, number)) day.day = lac_date_from_civil(year, month, number);
    return day;
}

bool lac_link_date_one_edit(uint32_t a, uint32_t b)
{
    uint32_t differ = a ^ b;
    if (differ == 0) return true;
    int low = __builtin_ctz(differ) / 4, high = (31 - __builtin_clz(differ)) / 4;
    if (high - low != 1) return high == low;
    uint32_t p = a >> 4 * low & 255, q = b >> 4 * low & 255;
    return (p >> 4 | (p & 15) << 4) == q;
}

static bool is_partial(uint32_t bcd)
{
    return (bcd & 0xff) == 0 || (bcd & 0xff00) == 0;
}

static unsigned partial_level(uint32_t a, uint32_t b)
{
    if (a >> 16 != b >> 16) return LAC_LINK_DATE_PARTIAL_ELSE;
    uint32_t month_a = a >> 8 & 255, month_b = b >> 8 & 255;
    if (month_a == 0 || month_b == 0) return LAC_LINK_DATE_PARTIAL_YEAR;
    return month_a == month_b ? LAC_LINK_DATE_PARTIAL_MONTH : LAC_LINK_DATE_PARTIAL_ELSE;
}

unsigned lac_link_date_level(struct lac_link_day a, struct lac_link_day b)
{
    if (a.bcd == 0 || b.bcd == 0) return 0;
    if (is_partial(a.bcd) || is_partial(b.bcd)) return partial_level(a.bcd, b.bcd);
    if (a.bcd == b.bcd) return (a.bcd & 0xffff) == 0x0101 ? LAC_LINK_DATE_JANUARY : LAC_LINK_DATE_EXACT;
    if (lac_link_date_one_edit(a.bcd, b.bcd)) return LAC_LINK_DATE_EDIT;
    uint32_t swapped = (a.bcd & 0xffff0000) | (a.bcd & 255) << 8 | (a.bcd >> 8 & 255);
    if (swapped == b.bcd) return LAC_LINK_DATE_SWAPPED;
    if (a.day == LAC_DATE_NONE || b.day == LAC_DATE_NONE) return LAC_LINK_DATE_ELSE;
    int32_t apart = a.day > b.day ? a.day - b.day : b.day - a.day;
    if (apart <= 31) return LAC_LINK_DATE_MONTH;
    if (apart <= 366) return LAC_LINK_DATE_YEAR;
    return apart <= 3653 ? LAC_LINK_DATE_DECADE : LAC_LINK_DATE_ELSE;
}
