/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "../unit.h"

#include "base/text.h"

static void fold_name(void **state)
{
    static const char *const cases[][2] = {
        {"O'Neill-Smyth ", "ONEILL SMYTH"},
        {"  José  María ", "JOSE MARIA"},
        {"Łukasz", "LUKASZ"},
        {"Søren", "SOREN"},
        {"Strauß", "STRAUSS"},
        {"Æthelred", "AETHELRED"},
        {"St. John", "ST JOHN"},
        {"D\xE2\x80\x99"
         "Arcy",
         "DARCY"},
        {"Anne\xE2\x80\x93Marie", "ANNE MARIE"},
        {"\xEF\xBC\xA1\xEF\xBC\xAE\xEF\xBC\xAE", "ANN"}, /* full-width letters */
        {"", ""},
        {"--", ""},
        {"Nguyễn", "NGUYEN"},
    };
    char out[64];

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_int_equal(lac_text_fold_name(cases[i][0], out, sizeof out), strlen(cases[i][1]));
        assert_string_equal(out, cases[i][1]);
    }
    assert_true(lac_text_fold_name("ABCDEFGH", out, 8) == (size_t)-1);
    assert_int_equal(lac_text_fold_name("ABCDEFG", out, 8), 7);
    assert_true(lac_text_fold_name("bad \xFF", out, sizeof out) == (size_t)-1);
}

static void postcode(void **state)
{
    static const struct {
        const char *in, *out;
        int kind;
    } cases[] = {
        {"sw1a1aa", "SW1A 1AA", 1},
        {"M1 1AE", "M1 1AE", 1},
        {"m11ae", "M1 1AE", 1},
        {"B33 8TH", "B33 8TH", 1},
        {"CR2 6XH", "CR2 6XH", 1},
        {"W1A 0AX", "W1A 0AX", 1},
        {"EC1A 1BB", "EC1A 1BB", 1},
        {"SW1A", "SW1A", 2},
        {"LS6", "LS6", 2},
        {"LS6 3", "LS6 3", 3},
        {"SW1A 1", "SW1A 1", 3},
        {"NK", "", 0},
        {"12345", "", 0},
        {"", "", 0},
        {"SW1A 1AAA", "", 0},
        {"A-1 1AA", "", 0},
    };
    char out[12];

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_int_equal(lac_text_postcode(cases[i].in, out), cases[i].kind);
        assert_string_equal(out, cases[i].out);
    }
}

static void numbers(void **state)
{
    int64_t whole;
    double real;

    (void)state;
    assert_true(lac_text_i64("-12", &whole) && whole == -12);
    assert_true(lac_text_i64("9223372036854775807", &whole) && whole == INT64_MAX);
    assert_false(lac_text_i64("9223372036854775808", &whole));
    assert_false(lac_text_i64(" 1", &whole));
    assert_false(lac_text_i64("1.5", &whole));
    assert_false(lac_text_i64("", &whole));
    assert_false(lac_text_i64("-", &whole));
    assert_true(lac_text_double("1e-3", &real) && real == 1e-3);
    assert_false(lac_text_double("nan", &real));
    assert_false(lac_text_double("0x1p3", &real));
    assert_false(lac_text_double("1e999", &real));
    assert_false(lac_text_double("1,5", &real));
}

static void utf8(void **state)
{
    (void)state;
    assert_int_equal(lac_text_utf8_valid("abc\xC3\xA9", 5), 5);
    assert_int_equal(lac_text_utf8_valid("abc\xE9x", 5), 3);
    assert_int_equal(lac_text_utf8_valid("\xC0\xAF", 2), 0);         /* overlong */
    assert_int_equal(lac_text_utf8_valid("a\xED\xA0\x80", 4), 1);    /* surrogate */
    assert_int_equal(lac_text_utf8_valid("\xF5\x80\x80\x80", 4), 0); /* beyond Unicode */
}

static void distance(void **state)
{
    static const char *const words[] = {"threshold", "blocking", "training"};

    (void)state;
    assert_int_equal(lac_text_distance("MARTHA", "MARHTA"), 1);
    assert_int_equal(lac_text_distance("DWAYNE", "DUANE"), 2);
    assert_int_equal(lac_text_distance("JONES", "JOHNSON"), 4);
    assert_int_equal(lac_text_distance("CA", "ABC"), 3);
    assert_int_equal(lac_text_distance("", "ab"), 2);
    assert_string_equal(lac_text_nearest("treshold", words, 3), "threshold");
    assert_null(lac_text_nearest("completely", words, 3));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fold_name), cmocka_unit_test(postcode), cmocka_unit_test(numbers),
        cmocka_unit_test(utf8),      cmocka_unit_test(distance),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
