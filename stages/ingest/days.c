/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "days.h"

#include <string.h>

#include "base/date.h"
#include "base/text.h"

#define SERIAL_EPOCH (-25569) /* a spreadsheet's day 0, 1899-12-30, as a day number */

/* A spreadsheet's day number of 1927 to 2099, with or without a time of day behind the point. */
static bool serial(const char *text, int32_t *date)
{
    int64_t value;
    size_t whole = strspn(text, "0123456789");
    char day[6] = "";

    if (whole != 5 ||
        (text[whole] != '\0' && (text[whole] != '.' || text[whole + 1] == '\0' ||
                                 text[whole + 1 + strspn(text + whole + 1, "0123456789")] != '\0')))
        return false;
    memcpy(day, text, whole);
    if (!lac_text_i64(day, &value) || value < 10000 || value > 73050) return false;
    *date = (int32_t)(value + SERIAL_EPOCH);
    return true;
}

/* "2024-03-14T10:15:00" and "2024-03-14 10:15": cuts at the blank or the T when a time follows. */
static bool cut_time(const char *text, char *out, size_t size)
{
    size_t at = strcspn(text, "T ");
    const char *rest = text + at;

    if (*rest == '\0' || at == 0 || at >= size) return false;
    if (strspn(rest + 1, "0123456789:.Z+-") != strlen(rest + 1) || strchr(rest, ':') == NULL) return false;
    memcpy(out, text, at);
    out[at] = '\0';
    return true;
}

static bool parse_formats(const struct lac_strings *formats, const char *text, int32_t *date)
{
    for (size_t i = 0; i < formats->count; i++) {
        bool iso = lac_ingest_is(formats->item[i], "%Y-%m-%d");

        if (iso ? lac_date_parse(text, date) : lac_date_parse_format(text, formats->item[i], date))
            return true;
    }
    return false;
}

/* A date in the layout's formats, with a time, or as a spreadsheet's number. */
static bool parse_date(struct lac_ingest_judge *judge, enum lac_ingest_field field, const char *text,
                       int32_t *date)
{
    const struct lac_strings *formats = &judge->layout->field[field].date_formats;
    char day[32];

    if (parse_formats(formats, text, date)) return true;
    if (cut_time(text, day, sizeof day) && parse_formats(formats, day, date)) {
        if (judge->layout->report_spellings) lac_ingest_raise(judge, LAC_RULE_date_time, field);
        return true;
    }
    if (!serial(text, date)) return false;
    lac_ingest_raise(judge, LAC_RULE_serial_date, field);
    return true;
}

int32_t lac_ingest_days_date(struct lac_ingest_judge *judge, enum lac_ingest_field field, const char *text)
{
    int32_t date;

    if (parse_date(judge, field, text, &date)) return date;
    lac_ingest_raise(judge, LAC_RULE_date_unreadable, field);
    return LAC_INGEST_NONE;
}

/* Ten characters of the form of a date, whatever their value. */
static bool date_shaped(const char *text)
{
    return strlen(text) == 10 && strspn(text, "0123456789") == 4 && text[4] == '-' && text[7] == '-' &&
           strspn(text + 5, "0123456789") == 2 && strspn(text + 8, "0123456789") == 2;
}

static int32_t birth_of(struct lac_ingest_judge *judge, enum lac_ingest_field field, const char *text,
                        bool *same)
{
    int32_t partial, date;
    int year, month, day;

    *same = lac_partial_parse(text, &partial);
    if (!*same) {
        if (!parse_date(judge, field, text, &date)) {
            lac_ingest_raise(judge, date_shaped(text) ? LAC_RULE_birth_impossible : LAC_RULE_date_unreadable,
                             field);
            return LAC_INGEST_NONE;
        }
        lac_date_to_civil(date, &year, &month, &day);
        partial = year * 10000 + month * 100 + day;
    }
    if (partial / 10000 >= 1910) return partial;
    if (partial % 10000 == 101 || partial % 10000 == 0 || partial / 10000 <= 1900)
        lac_ingest_raise(judge, LAC_RULE_birth_placeholder, field);
    else
        lac_ingest_raise(judge, LAC_RULE_birth_impossible, field);
    return LAC_INGEST_NONE;
}

int32_t lac_ingest_days_birth(struct lac_ingest_judge *judge, enum lac_ingest_field field, const char *text)
{
    bool same;
    int32_t birth = birth_of(judge, field, text, &same);

    if (!same || birth == LAC_INGEST_NONE)
        judge->row[judge->at].dob_recorded = lac_ingest_cells_recorded(judge, field);
    return birth;
}
