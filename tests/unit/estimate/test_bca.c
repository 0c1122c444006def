/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Percentile and BCa limits: values worked out by hand, and every edge case. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <gsl/gsl_cdf.h>
#include "bca.h"

static double replicate[1000];

static void fill(size_t failures)
{
    for (size_t i = 0; i < 1000; i++) replicate[i] = i < 1000 - failures ? (double)(i + 1) : (double)INFINITY;
}

static const double one[] = {1, 1, 1}, same[] = {7, 7, 7};
static const struct lac_estimate_jackknife flat = {one, same, 3};

static void test_without_bias_bca_is_the_type_8_quantile(void **state)
{
    (void)state;
    fill(0);
    struct lac_estimate_limits limits = lac_estimate_bca(replicate, 1000, 500.5, &flat, 0.95);
    assert_int_equal(limits.status, LAC_BCA_OK);
    assert_true(limits.z0 == 0 && limits.acceleration == 0);
    assert_true(fabs(limits.lower - ((1000 + 1.0 / 3) * 0.025 + 1.0 / 3)) < 1e-9);
    assert_true(fabs(limits.upper - ((1000 + 1.0 / 3) * 0.975 + 1.0 / 3)) < 1e-9);
    assert_false(limits.lower_extreme || limits.upper_extreme);
}

static void test_bias_and_acceleration(void **state)
{
    (void)state;
    const double count[] = {2, 3}, estimate[] = {10, 20};
    /* mean 16; d = 6, -4; sum n d^2 = 120, sum n d^3 = 240 */
    const struct lac_estimate_jackknife jackknife = {count, estimate, 2};
    double a = 240 / (6 * pow(120, 1.5));
    assert_true(fabs(lac_estimate_acceleration(&jackknife) - a) < 1e-15);
    fill(0);
    struct lac_estimate_limits limits = lac_estimate_bca(replicate, 1000, 600.5, &jackknife, 0.8);
    double z0 = gsl_cdf_ugaussian_Pinv(0.6), z = z0 + gsl_cdf_ugaussian_Pinv(0.9);
    double q = gsl_cdf_ugaussian_P(z0 + z / (1 - a * z));
    assert_true(fabs(limits.z0 - z0) < 1e-12);
    assert_true(fabs(limits.upper - ((1000 + 1.0 / 3) * q + 1.0 / 3)) < 1e-9);
}

static void test_percentile_is_the_type_7_quantile(void **state)
{
    (void)state;
    fill(0);
    struct lac_estimate_limits limits = lac_estimate_percentile(replicate, 1000, 0.9);
    assert_true(fabs(limits.lower - (1 + 999 * 0.05)) < 1e-9);
    assert_true(fabs(limits.upper - (1 + 999 * 0.95)) < 1e-9);
}

static void test_failures_count_as_infinite(void **state)
{
    (void)state;
    fill(60);
    struct lac_estimate_limits limits = lac_estimate_percentile(replicate, 1000, 0.9);
    assert_true(isinf(limits.upper) && limits.upper > 0);
    assert_true(isfinite(limits.lower));
    limits = lac_estimate_bca(replicate, 1000, 500, &flat, 0.95);
    assert_int_equal(limits.status, LAC_BCA_OK);
    assert_true(isinf(limits.upper));
    fill(1000);
    limits = lac_estimate_percentile(replicate, 1000, 0.9);
    assert_true(isinf(limits.lower) && isinf(limits.upper));
}

static void test_edge_cases(void **state)
{
    (void)state;
    fill(0);
    assert_int_equal(lac_estimate_bca(replicate, 1000, 1, &flat, 0.95).status,
                     LAC_BCA_Z0); /* strict inequality */
    assert_int_equal(lac_estimate_bca(replicate, 1000, 5000, &flat, 0.95).status, LAC_BCA_Z0);
    assert_int_equal(lac_estimate_bca(replicate, 1, 1, &flat, 0.95).status, LAC_BCA_TOO_FEW);
    const double missing[] = {7, (double)INFINITY, 7};
    const struct lac_estimate_jackknife broken = {one, missing, 3};
    struct lac_estimate_limits limits = lac_estimate_bca(replicate, 1000, 500, &broken, 0.95);
    assert_int_equal(limits.status, LAC_BCA_JACKKNIFE);
    assert_true(isnan(limits.lower) && isnan(limits.upper));
    /* d = 2e6/3 once and -1e6/3 twice: a = 0.068; z0 + z must exceed 1/a = 14.7 */
    const double skewed[] = {0, 1e6, 1e6};
    const struct lac_estimate_jackknife tail = {one, skewed, 3};
    for (size_t i = 0; i < 1000; i++) replicate[i] = i == 999;
    limits = lac_estimate_bca(replicate, 1000, 1, &tail, 1 - 1e-15);
    assert_true(limits.z0 + 7.9 < 14.7);
    assert_int_equal(limits.status, LAC_BCA_OK);
    /* a rare cell far from the rest: a above 1, so that 1 - a (z0 + z) is negative */
    const double few[] = {1e-4, 1}, far[] = {0, 1e6};
    const struct lac_estimate_jackknife steep = {few, far, 2};
    assert_true(lac_estimate_acceleration(&steep) > 1);
    limits = lac_estimate_bca(replicate, 1000, 1, &steep, 0.95);
    assert_int_equal(limits.status, LAC_BCA_TAIL);
    assert_true(isnan(limits.lower));
}

static void test_extreme_replicates_are_flagged(void **state)
{
    (void)state;
    fill(0);
    struct lac_estimate_limits limits = lac_estimate_bca(replicate, 1000, 2, &flat, 0.95);
    assert_int_equal(limits.status, LAC_BCA_OK);
    assert_true(limits.lower_extreme);
    assert_true(limits.lower == 1);
    limits = lac_estimate_bca(replicate, 1000, 999, &flat, 0.95);
    assert_true(limits.upper_extreme);
    assert_true(limits.upper == 1000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_without_bias_bca_is_the_type_8_quantile),
        cmocka_unit_test(test_bias_and_acceleration),
        cmocka_unit_test(test_percentile_is_the_type_7_quantile),
        cmocka_unit_test(test_failures_count_as_infinite),
        cmocka_unit_test(test_edge_cases),
        cmocka_unit_test(test_extreme_replicates_are_flagged),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
