/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Coordinated samples, and the comparison of shares. */
#include <math.h>

#include "base/digest.h"
#include "fixture.h"
#include "sample.h"
#include "share.h"

static void fill(struct lac_ingest_sample *sample, uint64_t from, uint64_t to, uint64_t value)
{
    lac_ingest_sample_init(sample);
    for (uint64_t i = to; i-- > from;) {
        uint64_t key = lac_hash64(&i, sizeof i, 0);

        lac_ingest_sample_add(sample, key, value);
        lac_ingest_sample_add(sample, key, value + 1); /* the smaller value stays */
    }
    lac_ingest_sample_finish(sample);
}

static void test_small_sample_is_everything(void **state)
{
    static struct lac_ingest_sample a, b;
    size_t agree, all;

    (void)state;
    fill(&a, 0, 300, 5);
    fill(&b, 200, 500, 5);
    assert_int_equal(a.count, 300);
    assert_true(a.below == UINT64_MAX);
    assert_int_equal(lac_ingest_sample_common(&a, &b, &agree, &all), 100);
    assert_int_equal(agree, 100);
    assert_int_equal(all, 300);
    fill(&b, 200, 500, 6);
    assert_int_equal(lac_ingest_sample_common(&a, &b, &agree, &all), 100);
    assert_int_equal(agree, 0);
}

/* 20,000 keys of which a quarter are common: the sample is of fixed size and holds about a quarter. */
static void test_large_sample(void **state)
{
    static struct lac_ingest_sample a, b;
    size_t agree, all, common;

    (void)state;
    fill(&a, 0, 20000, 1);
    fill(&b, 15000, 35000, 1);
    assert_int_equal(a.count, LAC_SAMPLE_SIZE);
    common = lac_ingest_sample_common(&a, &b, &agree, &all);
    assert_int_equal(agree, common);
    assert_true(all > 400);
    assert_in_range(common * 100 / all, 18, 32);
    for (size_t i = 1; i < a.count; i++) assert_true(a.item[i - 1].key < a.item[i].key);
}

static void test_shares(void **state)
{
    struct lac_ingest_share half = {50, 100}, most = {80, 100}, none = {0, 0};
    double scores[] = {1, 2, -1, 30, -2, 0, 1, -1, 2, -1};

    (void)state;
    assert_true(lac_ingest_shares_differ(half, most, 0.001));
    assert_false(lac_ingest_shares_differ(half, most, 1e-9));
    assert_false(lac_ingest_shares_differ(half, half, 0.5));
    assert_false(lac_ingest_shares_differ(half, none, 0.5));
    assert_true(fabs(lac_ingest_score_limit(0.05) - 1.959964) < 1e-6);
    assert_true(fabs(lac_ingest_share_score(most, (struct lac_ingest_share){500, 1000}) - 6) < 1e-3);
    assert_true(
        fabs(lac_ingest_ratio_score((struct lac_ingest_share){20, 10}, (struct lac_ingest_share){100, 100}) -
             10 / sqrt(10)) < 0.05);
    assert_true(lac_ingest_share_score(most, none) == 0);
    /* One outlier of ten does not widen the funnel beyond its neighbours. */
    assert_true(fabs(lac_ingest_overdispersion(scores, 10) - 1.8) < 1e-12);
    assert_true(lac_ingest_overdispersion(scores, 3) == 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_small_sample_is_everything),
                                       cmocka_unit_test(test_large_sample), cmocka_unit_test(test_shares)};

    return cmocka_run_group_tests(tests, open_library, close_library);
}
