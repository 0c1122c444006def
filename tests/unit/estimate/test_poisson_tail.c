/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The one-sided Poisson p-value against the incomplete gamma function. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <gsl/gsl_cdf.h>
#include "poisson_tail.h"

static void test_agrees_with_gamma_function(void **state)
{
    (void)state;
    const double lambdas[] = {0.01, 0.5, 1, 2.3, 7, 19.99, 20, 20.01, 150.7, 3000};
    for (size_t i = 0; i < sizeof lambdas / sizeof lambdas[0]; i++) {
        double spread = 8 * sqrt(lambdas[i]) + 8, step = fmax(1, floor(spread / 40));
        for (double t = fmax(0, floor(lambdas[i] - spread)); t < lambdas[i] + spread; t += step) {
            double below = gsl_cdf_poisson_P((unsigned)t, lambdas[i]);
            double above = t > 0 ? gsl_cdf_poisson_Q((unsigned)t - 1, lambdas[i]) : 1;
            double expected = fmin(below, above), got = lac_estimate_poisson_tail(lambdas[i], t);
            assert_true(fabs(got - expected) <= 1e-10 * expected);
        }
    }
}

static void test_mean_zero(void **state)
{
    (void)state;
    assert_true(lac_estimate_poisson_tail(0, 0) == 1);
    assert_true(lac_estimate_poisson_tail(0, 3) == 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_agrees_with_gamma_function),
        cmocka_unit_test(test_mean_zero),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
