/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "rates_wide.h"
#include <string.h>

bool lac_link_wide_fits(const char *name, size_t length)
{
    if (length > LAC_LINK_WIDE_LENGTH) return false;
    for (size_t i = 0; i < length; i++)
        if (name[i] != ' ' && (name[i] < 'A' || name[i] > 'Z')) return false;
    return true;
}

void lac_link_wide_letters(const char *name, size_t length, uint8_t letters[LAC_LINK_WIDE_LENGTH])
{
    for (size_t i = 0; i < LAC_LINK_WIDE_LENGTH; i++) letters[i] = i < length ? (uint8_t)name[i] & 31 : 0;
}

void lac_link_wide_load(struct lac_link_wide_left *left, const char *name, size_t length)
{
    memset(left, 0, sizeof *left);
    left->length = length;
    for (size_t i = 0; i < length; i++) left->where[(uint8_t)name[i] & 31] |= (uint16_t)(1u << i);
}

#if defined(__x86_64__)
#include <immintrin.h>

#define WIDE __attribute__((target("avx512f,avx512bw,avx512vl,avx512vpopcntdq,popcnt")))

bool lac_link_wide_usable(void)
{
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
           __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512vpopcntdq") &&
           __builtin_cpu_supports("popcnt");
}

/* Which of the eight letter sets from `at` on share enough. */
WIDE static inline __mmask8 eight(const struct lac_link_wide_scan *scan, uint32_t at)
{
    __m512i both = _mm512_and_si512(_mm512_loadu_si512(scan->all_letters + at),
                                    _mm512_set1_epi64((long long)scan->letters));
    __m512i shared = _mm512_popcnt_epi64(both);
    if (scan->all_slack) {
        __m512i slack = _mm512_cvtepu8_epi64(_mm_loadl_epi64((const __m128i *)(scan->all_slack + at)));
        shared = _mm512_add_epi64(shared, _mm512_min_epu64(slack, _mm512_set1_epi64(scan->slack)));
    }
    return _mm512_cmpge_epi64_mask(shared, _mm512_set1_epi64(scan->need));
}

WIDE uint32_t lac_link_wide_scan(const struct lac_link_wide_scan *scan, uint32_t *place)
{
    const __m512i steps = _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
    uint32_t found = 0;
    for (uint32_t at = scan->from; at < scan->to; at += 16) {
        uint32_t left = scan->to - at;
        uint32_t pass = (uint32_t)eight(scan, at) | (uint32_t)eight(scan, at + 8) << 8;
        if (left < 16) pass &= (1u << left) - 1;
        __m512i here = _mm512_add_epi32(_mm512_set1_epi32((int)at), steps);
        _mm512_storeu_si512(place + found, _mm512_maskz_compress_epi32((__mmask16)pass, here));
        found += (uint32_t)__builtin_popcount(pass);
    }
    return found;
}

/* Four letters of 32 names, a name in 32 bits, the earlier letter lower. The order of the halves makes
 * _mm512_packus_epi32() give names in order. */
struct four {
    __m512i one, other;
};

WIDE static inline struct four four_load(uint8_t (*letters)[LAC_LINK_WIDE_LENGTH], const uint32_t *place,
                                         size_t first)
{
    const __m512i one = _mm512_setr_epi32(0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27);
    const __m512i other = _mm512_add_epi32(one, _mm512_set1_epi32(4));
    __m512i a = _mm512_slli_epi32(_mm512_loadu_si512(place), 4),
            b = _mm512_slli_epi32(_mm512_loadu_si512(place + 16), 4);
    const uint8_t *from = letters[0] + first;
    return (struct four){_mm512_i32gather_epi32(_mm512_permutex2var_epi32(a, one, b), from, 1),
                         _mm512_i32gather_epi32(_mm512_permutex2var_epi32(a, other, b), from, 1)};
}

WIDE static inline __m512i four_next(struct four *four)
{
    const __m512i byte = _mm512_set1_epi32(255);
    __m512i letter =
        _mm512_packus_epi32(_mm512_and_si512(four->one, byte), _mm512_and_si512(four->other, byte));
    four->one = _mm512_srli_epi32(four->one, 8);
    four->other = _mm512_srli_epi32(four->other, 8);
    return letter;
}

WIDE uint32_t lac_link_wide_jaro(const struct lac_link_wide_left *left,
                                 uint8_t (*letters)[LAC_LINK_WIDE_LENGTH], const uint32_t *place,
                                 size_t length, struct lac_link_wide_found *found)
{
    size_t longer = left->length > length ? left->length : length;
    size_t reach = longer / 2 > 0 ? longer / 2 - 1 : 0;
    uint32_t window = (1u << (reach + 1)) - 1;
    const __m512i where = _mm512_loadu_si512(left->where), one = _mm512_set1_epi16(1);
    __m512i used = _mm512_setzero_si512(), common = used, moved = used, at[LAC_LINK_WIDE_LENGTH];
    __mmask32 matched[LAC_LINK_WIDE_LENGTH];
    struct four four = {used, used};
    for (size_t j = 0; j < length; j++) {
        if (j % 4 == 0) four = four_load(letters, place, j);
        at[j] = _mm512_permutexvar_epi16(four_next(&four), where);
        __m512i near = _mm512_and_si512(at[j], _mm512_set1_epi16((short)window));
        __m512i free = _mm512_andnot_si512(used, near);
        __m512i lowest = _mm512_and_si512(free, _mm512_sub_epi16(_mm512_setzero_si512(), free));
        matched[j] = _mm512_test_epi16_mask(free, free);
        common = _mm512_mask_add_epi16(common, matched[j], common, one);
        used = _mm512_or_si512(used, lowest);
        window = j < reach ? window << 1 | 1 : window << 1;
    }
    for (size_t j = 0; j < length; j++) {
        __m512i lowest = _mm512_and_si512(used, _mm512_sub_epi16(_mm512_setzero_si512(), used));
        __mmask32 other = _mm512_mask_testn_epi16_mask(matched[j], at[j], lowest);
        moved = _mm512_mask_add_epi16(moved, other, moved, one);
        used = _mm512_xor_si512(used, _mm512_maskz_mov_epi16(matched[j], lowest));
    }
    _mm512_storeu_si512(found->common, common);
    _mm512_storeu_si512(found->moved, moved);
    return _mm512_cmpge_epu16_mask(common, _mm512_set1_epi16((short)found->least));
}

#else

bool lac_link_wide_usable(void)
{
    return false;
}

uint32_t lac_link_wide_scan(const struct lac_link_wide_scan *scan, uint32_t *place)
{
    (void)scan;
    (void)place;
    return 0;
}

uint32_t lac_link_wide_jaro(const struct lac_link_wide_left *left, uint8_t (*letters)[LAC_LINK_WIDE_LENGTH],
                            const uint32_t *place, size_t length, struct lac_link_wide_found *found)
{
    (void)left;
    (void)letters;
    (void)place;
    (void)length;
    memset(found, 0, sizeof *found);
    return 0;
}

#endif
