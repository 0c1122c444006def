/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "compare_name.h"

static size_t capped(size_t length)
{
    return length < LAC_LINK_NAME_LENGTH ? length : LAC_LINK_NAME_LENGTH;
}

void lac_link_jaro_load(struct lac_link_jaro *jaro, const char *name, size_t length)
{
    for (size_t i = 0; i < jaro->length; i++) jaro->where[(uint8_t)jaro->name[i]] = 0;
    jaro->name = name;
    jaro->length = name ? capped(length) : 0;
    for (size_t i = 0; i < jaro->length; i++) jaro->where[(uint8_t)name[i]] |= UINT64_C(1) << i;
}

double lac_link_jaro_of(size_t length_a, size_t length_b, int common, int moved)
{
    double c = common;
    return (c / (double)length_a + c / (double)length_b + (c - (double)(moved / 2)) / c) / 3;
}

double lac_link_winkler_of(double jaro, size_t prefix)
{
    return jaro <= 0.7 ? jaro : jaro + (double)prefix * 0.1 * (1 - jaro);
}

double lac_link_jaro(const struct lac_link_jaro *jaro, const char *name, size_t length)
{
    size_t la = jaro->length, lb = capped(length), longer = la > lb ? la : lb;
    if (longer == 0) return 1;
    size_t reach = longer / 2 > 0 ? longer / 2 - 1 : 0;
    uint64_t window = reach + 1 >= 64 ? ~UINT64_C(0) : (UINT64_C(1) << (reach + 1)) - 1;
    uint64_t used = 0, matched = 0; /* positions of the left and of the right name */
    for (size_t j = 0; j < lb; j++) {
        uint64_t x = jaro->where[(uint8_t)name[j]] & window & ~used;
        used |= x & (~x + 1);
        matched |= (uint64_t)(x != 0) << j;
        window = j < reach ? window << 1 | 1 : window << 1;
    }
    int common = __builtin_popcountll(used), moved = 0;
    if (common == 0) return 0;
    for (; matched; matched &= matched - 1) {
        uint64_t lowest = used & (~used + 1);
        moved += !(jaro->where[(uint8_t)name[__builtin_ctzll(matched)]] & lowest);
        used ^= lowest;
    }
    return lac_link_jaro_of(la, lb, common, moved);
}

bool lac_link_jaro_reaches(const struct lac_link_jaro *jaro, const char *name, size_t length, size_t least)
{
    size_t la = jaro->length, lb = capped(length), longer = la > lb ? la : lb;
    size_t reach = longer / 2 > 0 ? longer / 2 - 1 : 0, missed = 0;
    uint64_t window = reach + 1 >= 64 ? ~UINT64_C(0) : (UINT64_C(1) << (reach + 1)) - 1;
    for (size_t j = 0; j < lb && missed + least <= lb; j++) {
        missed += (jaro->where[(uint8_t)name[j]] & window) == 0;
        window = j < reach ? window << 1 | 1 : window << 1;
    }
    return missed + least <= lb;
}

double lac_link_jaro_winkler(const struct lac_link_jaro *jaro, const char *name, size_t length)
{
    double similarity = lac_link_jaro(jaro, name, length);
    if (similarity <= 0.7) return similarity;
    size_t lb = capped(length), prefix = 0;
    while (prefix < 4 && prefix < jaro->length && prefix < lb && jaro->name[prefix] == name[prefix]) prefix++;
    return lac_link_winkler_of(similarity, prefix);
}

uint64_t lac_link_letters(const char *name, size_t length)
{
    uint64_t letters = 0;
    for (size_t i = 0; i < capped(length); i++) {
        uint64_t letter = UINT64_C(1) << ((uint8_t)name[i] & 31);
        letters |= letters & letter ? letter << 32 : letter;
    }
    return letters;
}

bool lac_link_letters_near(uint64_t letters_a, size_t length_a, uint64_t letters_b, size_t length_b)
{
    int la = (int)capped(length_a), lb = (int)capped(length_b);
    int left = la - __builtin_popcountll(letters_a & ~letters_b);
    int right = lb - __builtin_popcountll(letters_b & ~letters_a);
    int most = left < right ? left : right;
    return 10 * most * (la + lb) >= 11 * la * lb;
}
