/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "truth.h"

#define F LAC_RECONCILE_FALSE
#define U LAC_RECONCILE_UNKNOWN
#define T LAC_RECONCILE_TRUE

/* Strong Kleene tables: rows a, columns b, each false, unknown, true. */
static void tables(void **state)
{
    static const enum lac_reconcile_truth both[3][3] = {{F, F, F}, {F, U, U}, {F, U, T}};
    static const enum lac_reconcile_truth either[3][3] = {{F, U, T}, {U, U, T}, {T, T, T}};
    static const enum lac_reconcile_truth reverse[3] = {T, U, F};

    (void)state;
    for (int a = F; a <= T; a++) {
        assert_int_equal(lac_reconcile_not((enum lac_reconcile_truth)a), reverse[a]);
        for (int b = F; b <= T; b++) {
            enum lac_reconcile_truth x = (enum lac_reconcile_truth)a, y = (enum lac_reconcile_truth)b;

            assert_int_equal(lac_reconcile_and(x, y), both[a][b]);
            assert_int_equal(lac_reconcile_or(x, y), either[a][b]);
        }
    }
}

static void thresholds(void **state)
{
    (void)state;
    assert_int_equal(lac_reconcile_reaches(2, 2, 2), T);
    assert_int_equal(lac_reconcile_reaches(1, 2, 2), U);
    assert_int_equal(lac_reconcile_reaches(1, 1, 2), F);
    assert_int_equal(lac_reconcile_reaches(0, INT32_MAX, 2), U);
    assert_int_equal(lac_reconcile_reaches(0, INT32_MAX, 0), T);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(tables), cmocka_unit_test(thresholds)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
