/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "../unit.h"

#include "base/date.h"

static void every_day_round_trips(void **state)
{
    int32_t first = lac_date_from_civil(1800, 1, 1), last = lac_date_from_civil(2200, 12, 31);
    int py = 1799, pm = 12, pd = 31;

    (void)state;
    assert_int_equal(lac_date_from_civil(1970, 1, 1), 0);
    assert_int_equal(lac_date_from_civil(2000, 3, 1), 11017);
    for (int32_t date = first; date <= last; date++) {
        int y, m, d;

        lac_date_to_civil(date, &y, &m, &d);
        assert_true(lac_date_valid(y, m, d));
        assert_int_equal(lac_date_from_civil(y, m, d), date);
        assert_true(y * 10000 + m * 100 + d > py * 10000 + pm * 100 + pd);
        py = y;
        pm = m;
        pd = d;
    }
}

static void parse(void **state)
{
    static const char *const bad[] = {"",           "2024-02-30",  "2023-02-29", "2024-2-01",
                                      "2024/02/01", "2024-02-01 ", "1799-01-01"};
    int32_t date;
    char text[11];

    (void)state;
    assert_true(lac_date_parse("2024-02-29", &date));
    assert_string_equal(lac_date_format(date, text), "2024-02-29");
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) assert_false(lac_date_parse(bad[i], &date));
    assert_string_equal(lac_date_format(LAC_DATE_NONE, text), "");
    assert_true(lac_date_parse_format("31/12/2024", "%d/%m/%Y", &date));
    assert_string_equal(lac_date_format(date, text), "2024-12-31");
    assert_true(lac_date_parse_format("03-Feb-24", "%d-%b-%y", &date));
    assert_string_equal(lac_date_format(date, text), "2024-02-03");
    assert_false(lac_date_parse_format("31/02/2024", "%d/%m/%Y", &date));
    assert_false(lac_date_parse_format("31/12/2024x", "%d/%m/%Y", &date));
}

static void partial(void **state)
{
    int32_t partial, first, last;
    char text[11];
    int low, high;

    (void)state;
    assert_true(lac_partial_parse("2007-02", &partial));
    assert_int_equal(partial, 20070200);
    assert_string_equal(lac_partial_format(partial, text), "2007-02");
    lac_partial_range(partial, &first, &last);
    assert_int_equal(last - first, 27);
    assert_true(lac_partial_parse("2007", &partial));
    lac_partial_age(partial, lac_date_from_civil(2025, 6, 30), &low, &high);
    assert_int_equal(low, 17);
    assert_int_equal(high, 18);
    assert_false(lac_partial_parse("2007-13", &partial));
    assert_false(lac_partial_parse("07", &partial));
    assert_string_equal(lac_partial_format(0, text), "");
}

/* The youngest and the oldest that the days a partial date may mean make a person. */
static void partial_age(void **state)
{
    static const int32_t births[] = {20080229, 20080200, 20080000, 20071231, 20070101, 20071200, 20070100};

    (void)state;
    for (size_t k = 0; k < sizeof births / sizeof births[0]; k++) {
        int32_t first, last;

        lac_partial_range(births[k], &first, &last);
        for (int32_t on = lac_date_from_civil(2006, 12, 1); on < lac_date_from_civil(2010, 4, 1); on++) {
            int low, high;

            lac_partial_age(births[k], on, &low, &high);
            assert_int_equal(low, lac_date_years(last, on));
            assert_int_equal(high, lac_date_years(first, on));
        }
    }
}

static void age(void **state)
{
    int32_t leap = lac_date_from_civil(2008, 2, 29);

    (void)state;
    assert_int_equal(lac_date_years(leap, lac_date_from_civil(2026, 2, 28)), 17);
    assert_int_equal(lac_date_years(leap, lac_date_from_civil(2026, 3, 1)), 18);
    assert_int_equal(lac_date_years(lac_date_from_civil(2007, 5, 4), lac_date_from_civil(2025, 5, 3)), 17);
    assert_int_equal(lac_date_years(lac_date_from_civil(2007, 5, 4), lac_date_from_civil(2025, 5, 4)), 18);
    assert_int_equal(lac_date_years(lac_date_from_civil(2026, 1, 1), lac_date_from_civil(2025, 5, 4)), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_day_round_trips), cmocka_unit_test(parse), cmocka_unit_test(partial),
        cmocka_unit_test(partial_age),           cmocka_unit_test(age),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
