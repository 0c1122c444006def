/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Counts of hierarchical models, closure, and uniqueness of what the enumeration gives. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>
#include "enumerate.h"

static long count_models(int lists, int order)
{
    struct lac_estimate_enumeration e;
    assert_true(lac_estimate_enumerate_first(&e, lists, order));
    long n = 1;
    while (lac_estimate_enumerate_next(&e)) n++;
    return n;
}

static void test_counts(void **state)
{
    (void)state;
    assert_int_equal(count_models(2, 0), 1);
    assert_int_equal(count_models(3, 0), 8);
    assert_int_equal(count_models(4, 0), 113);
    assert_int_equal(count_models(5, 0), 6893);
    assert_int_equal(count_models(6, 0), 7785061);
}

static void test_two_way_counts(void **state)
{
    (void)state;
    assert_int_equal(count_models(3, 2), 8);
    assert_int_equal(count_models(4, 2), 64);
    assert_int_equal(count_models(5, 2), 1024);
    assert_int_equal(count_models(6, 2), 32768);
}

static int compare_models(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

static void assert_closed(uint64_t model, int lists)
{
    assert_true(model & 1U);
    assert_false(model >> ((1U << lists) - 1) & 1U);
    for (unsigned s = 1; s < 1U << lists; s++) {
        int present = (int)(model >> s & 1U);
        if (__builtin_popcount(s) == 1) assert_true(present);
        for (int k = 0; present && k < lists; k++)
            if (s >> k & 1U) assert_true(model >> (s & ~(1U << k)) & 1U);
    }
}

static void test_models_are_closed_and_distinct(void **state)
{
    (void)state;
    static uint64_t seen[6893];
    struct lac_estimate_enumeration e;
    size_t n = 0;
    assert_true(lac_estimate_enumerate_first(&e, 5, 0));
    do {
        assert_closed(e.model, 5);
        seen[n++] = e.model;
    } while (lac_estimate_enumerate_next(&e));
    assert_int_equal(n, 6893);
    assert_true(seen[0] == (1U | 1U << 1 | 1U << 2 | 1U << 4 | 1U << 8 | 1U << 16));
    qsort(seen, n, sizeof seen[0], compare_models);
    for (size_t i = 1; i < n; i++) assert_true(seen[i] != seen[i - 1]);
}

static void test_refuses_other_list_counts(void **state)
{
    (void)state;
    struct lac_estimate_enumeration e;
    assert_false(lac_estimate_enumerate_first(&e, 1, 0));
    assert_false(lac_estimate_enumerate_first(&e, 7, 0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_counts),
        cmocka_unit_test(test_two_way_counts),
        cmocka_unit_test(test_models_are_closed_and_distinct),
        cmocka_unit_test(test_refuses_other_list_counts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
