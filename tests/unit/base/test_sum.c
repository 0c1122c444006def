/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "../unit.h"

#include <math.h>

#include "base/sum.h"

static void compensated(void **state)
{
    const double x[] = {1.0, 1e100, 1.0, -1e100};
    const double bad[] = {1.0, INFINITY};

    (void)state;
    assert_true(lac_sum(x, 4) == 2.0);
    assert_true(isinf(lac_sum(bad, 2)));
    assert_true(lac_sum(x, 0) == 0.0);
    assert_true(isnan(lac_mean(x, 0)));
}

static void log_sum_exp(void **state)
{
    const double x[] = {-1000.0, -1000.0 + log(3.0)};

    (void)state;
    assert_true(fabs(lac_log_sum_exp(x, 2) - (-1000.0 + log(4.0))) < 1e-12);
    assert_true(isinf(lac_log_sum_exp(x, 0)));
}

/* quantile(c(1,2,4,8), .3, type = 7) and type = 8 of R. */
static void quantiles(void **state)
{
    const double x[] = {1, 2, 4, 8};
    const double open_end[] = {1, 2, INFINITY};

    (void)state;
    assert_true(fabs(lac_quantile7(x, 4, 0.3) - 1.9) < 1e-12);
    assert_true(fabs(lac_quantile8(x, 4, 0.3) - (1.0 + (4.0 + 1.0 / 3) * 0.3 + 1.0 / 3 - 1.0)) < 1e-12);
    assert_true(lac_quantile7(x, 4, 0.0) == 1 && lac_quantile7(x, 4, 1.0) == 8);
    assert_true(lac_quantile8(x, 4, 0.0) == 1 && lac_quantile8(x, 4, 1.0) == 8);
    assert_true(lac_quantile7(open_end, 3, 0.5) == 2);
    assert_true(isinf(lac_quantile7(open_end, 3, 0.75)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(compensated),
        cmocka_unit_test(log_sum_exp),
        cmocka_unit_test(quantiles),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
