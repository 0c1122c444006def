/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "enumerate.h"

static uint64_t parents_of(unsigned subset, int lists)
{
    uint64_t parents = 0;
    for (int k = 0; k < lists; k++)
        if (subset >> k & 1U) parents |= UINT64_C(1) << (subset & ~(1U << k));
    return parents;
}

bool lac_estimate_enumerate_first(struct lac_estimate_enumeration *e, int lists, int order)
{
    if (lists < 2 || lists > LAC_ESTIMATE_ENUMERATE_LISTS) return false;
    if (order <= 0 || order > lists - 1) order = lists - 1;
    e->positions = 0;
    for (int size = 2; size <= order; size++)
        for (unsigned s = 1; s < 1U << lists; s++)
            if (__builtin_popcount(s) == size) {
                e->subset[e->positions] = (uint16_t)s;
                e->parents[e->positions++] = parents_of(s, lists);
            }
    e->model = 1;
    for (int k = 0; k < lists; k++) e->model |= UINT64_C(1) << (1U << k);
    return true;
}

/* The successor of a binary number whose digits must stay closed downwards: parents stand before their
 * children, so a digit may be set when its parents are, whatever follows; all digits after it become 0. */
bool lac_estimate_enumerate_next(struct lac_estimate_enumeration *e)
{
    for (int i = e->positions - 1; i >= 0; i--) {
        uint64_t bit = UINT64_C(1) << e->subset[i];
        if (e->model & bit) {
            e->model &= ~bit;
        } else if ((e->model & e->parents[i]) == e->parents[i]) {
            e->model |= bit;
            return true;
        }
    }
    return false;
}
