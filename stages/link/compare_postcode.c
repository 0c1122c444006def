/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "compare_postcode.h"
#include <string.h>

static bool upper(char c)
{
    return c >= 'A' && c <= 'Z';
}
static bool digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Letters of the area and length of the district; 0 when this is no outward code. */
static size_t outward(const char *postcode, size_t *area)
{
    size_t letters = upper(postcode[0]) ? (upper(postcode[1]) ? 2 : 1) : 0;
    *area = letters;
    if (letters == 0 || !digit(postcode[letters])) return 0;
    char second = postcode[letters + 1];
    return letters + (digit(second) || upper(second) ? 2 : 1);
}

size_t lac_link_postcode_part(const char *postcode, unsigned part)
{
    size_t length = strlen(postcode), area, district = outward(postcode, &area);
    bool outward_only = district > 0 && length == district;
    bool sector =
        district > 0 && length >= district + 2 && postcode[district] == ' ' && digit(postcode[district + 1]);
    switch (part) {
    case 0:
        return outward_only || (sector && length == district + 2) ? 0 : length;
    case 1:
        return sector ? district + 2 : 0;
    case 2:
        return outward_only || sector ? district : 0;
    default:
        return outward_only || sector ? area : 0;
    }
}

unsigned lac_link_postcode_level(const struct lac_link_field *field, uint32_t a, uint32_t b, bool same)
{
    if (same && a & LAC_LINK_PLACE_FULL) return 1;
    const struct lac_link_place *x = &field->places[a & ~LAC_LINK_PLACE_FULL],
                                *y = &field->places[b & ~LAC_LINK_PLACE_FULL];
    for (unsigned part = 0; part < 3; part++)
        if (x->part[part] != LAC_LINK_NULL && x->part[part] == y->part[part]) return part + 2;
    return 5;
}
