/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "compare.h"
#include <string.h>
#include "also.h"
#include "compare_date.h"
#include "compare_identifier.h"
#include "compare_postcode.h"
#include "compare_words.h"
#include "nicknames.h"

/* 1 exact, 2 to 4 for Jaro-Winkler 0.92, 0.88, 0.7, 5 else. Jaro's matching is not symmetric: the text that
 * sorts first is the left one. */
static unsigned text_level(const struct lac_link_field *field, struct lac_link_scratch *scratch, uint32_t a,
                           uint32_t b)
{
    if (a == b) return 1;
    if (!lac_link_letters_near(field->letters[a], field->length[a], field->letters[b], field->length[b]))
        return 5;
    bool first = strcmp(lac_link_value_text(&field->values, a), lac_link_value_text(&field->values, b)) < 0;
    uint32_t left = first ? a : b, right = first ? b : a;
    const char *name = lac_link_value_text(&field->values, left);
    if (scratch->jaro.name != name) lac_link_jaro_load(&scratch->jaro, name, field->length[left]);
    double similarity = lac_link_jaro_winkler(&scratch->jaro, lac_link_value_text(&field->values, right),
                                              field->length[right]);
    return similarity >= 0.92 ? 2 : similarity >= 0.88 ? 3 : similarity >= 0.7 ? 4 : 5;
}

static unsigned name_level(const struct lac_link_field *field, struct lac_link_scratch *scratch, uint32_t a,
                           uint32_t b)
{
    if (field->length[a] == 1 || field->length[b] == 1) {
        bool same = *lac_link_value_text(&field->values, a) == *lac_link_value_text(&field->values, b);
        return same ? LAC_LINK_NAME_INITIAL : LAC_LINK_NAME_ELSE;
    }
    if (a == b) return LAC_LINK_NAME_EXACT;
    if (lac_link_nicknames_match(field, a, b)) return LAC_LINK_NAME_NICKNAME;
    unsigned level = text_level(field, scratch, a, b);
    return level == 5 ? LAC_LINK_NAME_ELSE : level + 1;
}

static unsigned year_level(int32_t a, int32_t b)
{
    int32_t apart = a > b ? a - b : b - a;
    return apart <= 1 ? (unsigned)apart + 1 : apart <= 3 ? 3 : 4;
}

static unsigned full_name_level(const struct lac_link_field *field, struct lac_link_scratch *scratch,
                                uint32_t a, uint32_t b)
{
    if (a == b) return 1;
    if (lac_link_set_level(field->items, a, b) == 1) return 2;
    return text_level(field, scratch, a, b) + 1;
}

unsigned lac_link_level(const struct lac_link_field *field, struct lac_link_scratch *scratch, uint32_t a,
                        uint32_t b)
{
    switch (field->kind) {
    case LAC_LINK_NAME:
        return name_level(field, scratch, a, b);
    case LAC_LINK_TEXT:
        return text_level(field, scratch, a, b);
    case LAC_LINK_FULL_NAME:
        return full_name_level(field, scratch, a, b);
    case LAC_LINK_NUMBER:
        return lac_link_number_level(field->number[a], field->number[b]);
    case LAC_LINK_SET:
        return lac_link_set_level(field->items, a, b);
    case LAC_LINK_DATE:
        return lac_link_date_level(field->day[a], field->day[b]);
    case LAC_LINK_POSTCODE:
        return lac_link_postcode_level(field, field->place[a], field->place[b], a == b);
    case LAC_LINK_BIRTH_YEAR:
        return year_level(field->year[a], field->year[b]);
    case LAC_LINK_IDENTIFIER:
        return lac_link_identifier_level(field, a, b);
    case LAC_LINK_SCOPED:
        return field->scope[a] != field->scope[b] ? 0 : a == b ? 1 : 2;
    default:
        return a == b ? 1 : 2;
    }
}

/* Forename of one record is the surname of the other and the converse. */
static bool exchanged(const struct lac_link_field *field, uint32_t a, uint32_t b, uint32_t x, uint32_t y)
{
    if (x == LAC_LINK_NULL || y == LAC_LINK_NULL || a == b) return false;
    return field->as_mate[a] == y && field->as_mate[b] == x;
}

/* The best level between two sets of names, and how many comparisons there were. A record without a set has
 * its own value. */
static uint32_t best_level(const struct lac_link_field *field, struct lac_link_scratch *scratch,
                           const uint32_t own[2], const uint32_t set[2])
{
    const uint32_t *value[2], *first = field->also->first;
    uint32_t count[2];
    unsigned best = LAC_LINK_NAME_ELSE;
    for (int side = 0; side < 2; side++) {
        bool alone = set[side] == LAC_LINK_NULL;
        value[side] = alone ? &own[side] : field->also->value + first[set[side]];
        count[side] = alone ? 1 : first[set[side] + 1] - first[set[side]];
    }
    for (uint32_t x = 0; x < count[0] && best > LAC_LINK_NAME_EXACT; x++)
        for (uint32_t y = 0; y < count[1] && best > LAC_LINK_NAME_EXACT; y++) {
            unsigned level = lac_link_level(field, scratch, value[0][x], value[1][y]);
            if (level < best) best = level;
        }
    return best << field->shift | lac_link_tries_class(count[0] * count[1]) << field->tries_shift;
}

uint32_t lac_link_pattern_of(const struct lac_link_data *data, struct lac_link_scratch *scratch,
                             const uint32_t *left, const uint32_t *right)
{
    uint32_t pattern = 0;
    size_t skipped = LAC_LINK_NO_FIELD;
    for (size_t f = 0; f < data->fields; f++) {
        const struct lac_link_field *field = &data->field[f];
        uint32_t a = left[f], b = right[f];
        if (a == LAC_LINK_NULL || b == LAC_LINK_NULL || f == skipped) continue;
        if (field->instead < f && lac_link_level_of(&data->field[field->instead], pattern)) continue;
        if (field->mate != LAC_LINK_NO_FIELD && field->mate > f &&
            exchanged(field, a, b, left[field->mate], right[field->mate])) {
            pattern |= (uint32_t)LAC_LINK_NAME_EXCHANGED << field->shift;
            skipped = field->mate;
        } else if (field->also && (left[field->beside] & right[field->beside]) != LAC_LINK_NULL)
            pattern |= best_level(field, scratch, (const uint32_t[2]){a, b},
                                  (const uint32_t[2]){left[field->beside], right[field->beside]});
        else if (field->kind == LAC_LINK_POSTCODE)
            pattern |= lac_link_postcode_level(field, left[field->beside], right[field->beside], a == b)
                       << field->shift;
        else
            pattern |= lac_link_level(field, scratch, a, b) << field->shift;
    }
    return pattern;
}

void lac_link_row(const struct lac_link_data *data, uint32_t i, uint32_t *row)
{
    for (size_t f = 0; f < data->fields; f++) {
        const struct lac_link_field *field = &data->field[f];
        row[f] = field->value[i];
        if (field->also)
            row[field->beside] = field->also->of[i];
        else if (field->beside != LAC_LINK_NO_FIELD)
            row[field->beside] = row[f] == LAC_LINK_NULL ? LAC_LINK_NULL : field->place[row[f]];
    }
}

uint32_t lac_link_pattern(const struct lac_link_data *data, struct lac_link_scratch *scratch, uint32_t i,
                          uint32_t j)
{
    uint32_t left[2 * LAC_LINK_FIELDS], right[2 * LAC_LINK_FIELDS];
    lac_link_row(data, i, left);
    lac_link_row(data, j, right);
    return lac_link_pattern_of(data, scratch, left, right);
}
