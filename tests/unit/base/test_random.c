/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "../unit.h"

#include <math.h>

#include "base/random.h"

/* The first of Random123's known answers for philox4x32-10: zero key and zero counter. */
static void known_answer(void **state)
{
    static const uint32_t expected[] = {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8};
    struct lac_random random;

    (void)state;
    lac_random_init(&random, 0, 0, 0, 0, 0);
    for (int i = 0; i < 4; i++) assert_int_equal(lac_random_u32(&random), expected[i]);
}

/* The second: all ones. The block counter starts at 0, so it is set by hand. */
static void known_answer_of_ones(void **state)
{
    static const uint32_t expected[] = {0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd};
    struct lac_random random;

    (void)state;
    lac_random_init(&random, UINT32_MAX, UINT32_MAX, UINT32_MAX, UINT32_MAX, UINT32_MAX);
    random.counter[0] = UINT32_MAX;
    for (int i = 0; i < 4; i++) assert_int_equal(lac_random_u32(&random), expected[i]);
}

static void streams_differ(void **state)
{
    struct lac_random a, b;
    int same = 0;

    (void)state;
    lac_random_init(&a, 1, LAC_PURPOSE_TEST, 1, 0, 0);
    lac_random_init(&b, 1, LAC_PURPOSE_TEST, 2, 0, 0);
    for (int i = 0; i < 1000; i++) same += lac_random_u32(&a) == lac_random_u32(&b);
    assert_true(same < 3);
}

/* Means and variances of 200,000 draws within five standard errors. */
static void moments(void **state)
{
    enum { N = 200000 };
    struct lac_random random;
    double mean[5] = {0}, square[5] = {0};
    const double true_mean[] = {0.5, 0.0, 2.5 / 2.0, 3.2, 40 * 0.3};
    const double true_variance[] = {1.0 / 12, 1.0, 2.5 / 4.0, 3.2, 40 * 0.3 * 0.7};

    (void)state;
    lac_random_init(&random, 7, LAC_PURPOSE_TEST, 0, 0, 0);
    for (int i = 0; i < N; i++) {
        const double x[] = {lac_random_uniform(&random), lac_random_normal(&random),
                            lac_random_gamma(&random, 2.5, 2.0), (double)lac_random_poisson(&random, 3.2),
                            (double)lac_random_binomial(&random, 0.3, 40)};

        for (int k = 0; k < 5; k++) {
            mean[k] += x[k] / N;
            square[k] += x[k] * x[k] / N;
        }
    }
    for (int k = 0; k < 5; k++) {
        double variance = square[k] - mean[k] * mean[k];

        assert_true(fabs(mean[k] - true_mean[k]) < 5 * sqrt(true_variance[k] / N));
        assert_true(fabs(variance / true_variance[k] - 1) < 0.03);
    }
}

static void multinomial(void **state)
{
    const double p[] = {5, 0, 2, 3};
    double sum[4] = {0};
    struct lac_random random;

    (void)state;
    for (uint32_t r = 0; r < 2000; r++) {
        int64_t out[4], total = 0;

        lac_random_init(&random, 3, LAC_PURPOSE_TEST, r, 0, 0);
        lac_random_multinomial(&random, 1000, 4, p, out);
        for (int k = 0; k < 4; k++) {
            total += out[k];
            sum[k] += (double)out[k];
        }
        assert_int_equal(total, 1000);
        assert_int_equal(out[1], 0);
    }
    for (int k = 0; k < 4; k++) {
        double q = p[k] / 10;

        assert_true(fabs(sum[k] / 2000 - 1000 * q) <= 5 * sqrt(1000 * q * (1 - q) / 2000) + 1e-12);
    }
}

static void below(void **state)
{
    struct lac_random random;
    int count[7] = {0};

    (void)state;
    lac_random_init(&random, 9, LAC_PURPOSE_TEST, 0, 0, 0);
    for (int i = 0; i < 70000; i++) count[lac_random_below(&random, 7)]++;
    for (int k = 0; k < 7; k++) assert_in_range(count[k], 9500, 10500);
    assert_int_equal(lac_random_below(&random, 1), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_answer),   cmocka_unit_test(known_answer_of_ones),
        cmocka_unit_test(streams_differ), cmocka_unit_test(moments),
        cmocka_unit_test(multinomial),    cmocka_unit_test(below),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
