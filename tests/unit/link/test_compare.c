/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/random.h"
#include "compare.h"
#include "compare_date.h"
#include "compare_postcode.h"
#include "keys.h"
#include "phonetic.h"

static void similarity(const char *a, const char *b, double *jaro, double *winkler)
{
    struct lac_link_jaro loaded;
    memset(&loaded, 0, sizeof loaded);
    lac_link_jaro_load(&loaded, a, strlen(a));
    *jaro = lac_link_jaro(&loaded, b, strlen(b));
    *winkler = lac_link_jaro_winkler(&loaded, b, strlen(b));
}

/* Values that jellyfish 0.8.9 gives too. */
static void jaro_winkler_table(void **state)
{
    (void)state;
    static const struct {
        const char *a, *b;
        double jaro, winkler;
    } row[] = {
        {"MARTHA", "MARHTA", .9444, .9611},
        {"JONATHAN", "JONATHON", .9167, .9500},
        {"SMITH", "SIMPSON", .5651, .5651},
        {"DWAYNE", "DUANE", .8222, .8400},
        {"OBRIEN", "BRIEN", .9444, .9444},
        {"AL", "AB", .6667, .6667},
        {"DIXON", "DICKSONX", .7667, .8133},
        {"MOHAMMED", "MUHAMMAD", .8333, .8500},
        {"AB", "BA", 0, 0},
        {"JONES", "JOHNSON", .7905, .8324},
        {"JELLYFISH", "SMELLYFISH", .8963, .8963},
        {"ABIGAIL", "GAIL", .5952, .5952},
        {"", "", 1, 1},
        {"A", "", 0, 0},
    };
    for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
        double jaro, winkler;
        similarity(row[i].a, row[i].b, &jaro, &winkler);
        assert_true(fabs(jaro - row[i].jaro) < 5e-5);
        assert_true(fabs(winkler - row[i].winkler) < 5e-5);
    }
}

/* The plain form of the definition. */
static double jaro_plain(const char *a, int la, const char *b, int lb)
{
    bool used[64] = {false}, matched[64] = {false};
    int longer = la > lb ? la : lb, reach = longer / 2 - 1 < 0 ? 0 : longer / 2 - 1, c = 0, moved = 0;
    for (int j = 0; j < lb; j++)
        for (int i = 0; i < la && !matched[j]; i++)
            if (!used[i] && abs(i - j) <= reach && a[i] == b[j]) used[i] = matched[j] = true;
    for (int j = 0; j < lb; j++) c += matched[j];
    if (c == 0) return la || lb ? 0 : 1;
    for (int i = 0, j = 0; j < lb; j++) {
        if (!matched[j]) continue;
        while (!used[i]) i++;
        moved += a[i++] != b[j];
    }
    return ((double)c / la + (double)c / lb + (c - moved / 2) / (double)c) / 3;
}

static void bit_parallel_equals_plain(void **state)
{
    (void)state;
    struct lac_random random;
    lac_random_init(&random, 1, LAC_PURPOSE_TEST, 1, 0, 0);
    for (int trial = 0; trial < 200000; trial++) {
        char a[65], b[65];
        int most = trial % 10 ? 12 : 64, la = (int)lac_random_below(&random, (uint32_t)most + 1),
            lb = (int)lac_random_below(&random, (uint32_t)most + 1);
        for (int i = 0; i < la; i++) a[i] = (char)('A' + lac_random_below(&random, 5));
        for (int i = 0; i < lb; i++) b[i] = (char)('A' + lac_random_below(&random, 5));
        a[la] = b[lb] = '\0';
        double jaro, winkler, plain = jaro_plain(a, la, b, lb);
        similarity(a, b, &jaro, &winkler);
        assert_true(fabs(jaro - plain) < 1e-12);
        if (plain >= 0.7 && la && lb)
            assert_true(lac_link_letters_near(lac_link_letters(a, (size_t)la), (size_t)la,
                                              lac_link_letters(b, (size_t)lb), (size_t)lb));
    }
}

static void soundex_vectors(void **state)
{
    (void)state;
    static const char *const row[][2] = {
        {"Robert", "R163"},  {"Rupert", "R163"},    {"Rubin", "R150"},    {"Ashcraft", "A261"},
        {"Tymczak", "T522"}, {"Pfister", "P236"},   {"Honeyman", "H555"}, {"Lloyd", "L300"},
        {"Jackson", "J250"}, {"Gutierrez", "G362"}, {"LEE", "L000"},
    };
    char code[5];
    for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
        assert_true(lac_link_soundex(row[i][0], code));
        assert_string_equal(code, row[i][1]);
    }
    assert_false(lac_link_soundex("12 '", code));
}

static unsigned date_level(int32_t a, int32_t b)
{
    unsigned level = lac_link_date_level(lac_link_day_make(a), lac_link_day_make(b));
    assert_int_equal(level, lac_link_date_level(lac_link_day_make(b), lac_link_day_make(a)));
    return level;
}

static void date_levels(void **state)
{
    (void)state;
    assert_int_equal(date_level(20010312, 20010312), LAC_LINK_DATE_EXACT);
    assert_int_equal(date_level(20010101, 20010101), LAC_LINK_DATE_JANUARY);
    assert_int_equal(date_level(20010312, 20010313), LAC_LINK_DATE_EDIT);
    assert_int_equal(date_level(20010312, 20010321), LAC_LINK_DATE_EDIT);
    assert_int_equal(date_level(20010312, 20110312), LAC_LINK_DATE_EDIT);
    assert_int_equal(date_level(20010411, 20011104), LAC_LINK_DATE_SWAPPED);
    assert_int_equal(date_level(20010328, 20010403), LAC_LINK_DATE_MONTH);
    assert_int_equal(date_level(20010328, 20020215), LAC_LINK_DATE_YEAR);
    assert_int_equal(date_level(20010328, 20070215), LAC_LINK_DATE_DECADE);
    assert_int_equal(date_level(20010328, 19700215), LAC_LINK_DATE_ELSE);
    assert_int_equal(date_level(20010300, 20010312), LAC_LINK_DATE_PARTIAL_MONTH);
    assert_int_equal(date_level(20010000, 20010312), LAC_LINK_DATE_PARTIAL_YEAR);
    assert_int_equal(date_level(20010400, 20010312), LAC_LINK_DATE_PARTIAL_ELSE);
    assert_int_equal(date_level(20020000, 20010312), LAC_LINK_DATE_PARTIAL_ELSE);
    assert_int_equal(date_level(0, 20010312), 0);
    assert_int_equal(date_level(16300801, 16300801),
                     LAC_LINK_DATE_EXACT); /* outside the calendar of other dates */
    assert_int_equal(date_level(20010230, 20010230), LAC_LINK_DATE_EXACT); /* no day, same digits */
    assert_int_equal(date_level(20010230, 20019230), LAC_LINK_DATE_EDIT);
}

/* Optimal string alignment distance of at most one, by definition. */
static bool one_edit_plain(const char *a, const char *b)
{
    int differ[8], n = 0;
    for (int i = 0; i < 8; i++)
        if (a[i] != b[i]) differ[n++] = i;
    if (n < 2) return true;
    return n == 2 && differ[1] == differ[0] + 1 && a[differ[0]] == b[differ[1]] &&
           a[differ[1]] == b[differ[0]];
}

static void one_edit_dates(void **state)
{
    (void)state;
    struct lac_random random;
    int hits = 0;
    lac_random_init(&random, 1, LAC_PURPOSE_TEST, 2, 0, 0);
    for (int trial = 0; trial < 300000; trial++) {
        char a[8], b[8];
        uint32_t x = 0, y = 0;
        for (int i = 0; i < 8; i++) a[i] = b[i] = (char)lac_random_below(&random, 3);
        for (uint32_t k = lac_random_below(&random, 4); k > 0; k--)
            b[lac_random_below(&random, 8)] = (char)lac_random_below(&random, 3);
        for (int i = 0; i < 8; i++) {
            x = x << 4 | (uint8_t)a[i];
            y = y << 4 | (uint8_t)b[i];
        }
        assert_int_equal(lac_link_date_one_edit(x, y), one_edit_plain(a, b));
        hits += one_edit_plain(a, b) && x != y;
    }
    assert_true(hits > 1000);
}

static void postcode_parts(void **state)
{
    (void)state;
    static const size_t want[][4] = {{8, 6, 4, 2}, {6, 4, 2, 1}, {7, 5, 3, 2},
                                     {0, 0, 4, 2}, {0, 6, 4, 2}, {4, 0, 0, 0}};
    static const char *const code[] = {"SW1A 1AA", "M1 1AE", "CR2 6XH", "SW1A", "SW1A 1", "2602"};
    for (size_t i = 0; i < sizeof code / sizeof *code; i++)
        for (unsigned part = 0; part < 4; part++)
            assert_int_equal(lac_link_postcode_part(code[i], part), want[i][part]);
}

static void field_levels(void **state)
{
    (void)state;
    static const char *const formal[] = {"ROBERT", "ROBERT"}, *const familiar[] = {"BOB", "ROB"};
    struct lac_link_nicknames nicknames = {2, formal, familiar};
    static const char *const name[] = {"ROBERT", "BOB", "ROB", "R", "RUBERT", "WILLIAM"};
    static const char *const code[] = {"B1 1AA", "B1 1AB", "B1 2AB", "B12 1AA", "L1 1AA", "B1"};
    static const char *const reference[] = {"E1\x1f"
                                            "7",
                                            "E1\x1f"
                                            "7",
                                            "E1\x1f"
                                            "8",
                                            "E2\x1f"
                                            "7",
                                            NULL,
                                            ""};
    struct lac_link_data data;
    struct lac_link_scratch scratch;
    memset(&scratch, 0, sizeof scratch);
    lac_link_data_init(&data);
    data.n = 6;
    assert_int_equal(lac_link_data_field(&data, "name", LAC_LINK_NAME, NULL), LAC_OK);
    assert_int_equal(lac_link_data_field(&data, "code", LAC_LINK_POSTCODE, NULL), LAC_OK);
    assert_int_equal(lac_link_data_field(&data, "ref", LAC_LINK_SCOPED, NULL), LAC_OK);
    for (uint32_t i = 0; i < 6; i++) {
        assert_int_equal(lac_link_data_set(&data, 0, i, name[i], NULL), LAC_OK);
        assert_int_equal(lac_link_data_set(&data, 1, i, code[i], NULL), LAC_OK);
        assert_int_equal(lac_link_data_set(&data, 2, i, reference[i], NULL), LAC_OK);
    }
    assert_int_equal(lac_link_data_prepare(&data, &nicknames, NULL), LAC_OK);
    static const unsigned name_want[] = {LAC_LINK_NAME_EXACT,    LAC_LINK_NAME_NICKNAME,
                                         LAC_LINK_NAME_NICKNAME, LAC_LINK_NAME_INITIAL,
                                         LAC_LINK_NAME_88,       LAC_LINK_NAME_ELSE};
    static const unsigned code_want[] = {1, 2, 3, 4, 5, 3}, reference_want[] = {1, 1, 2, 0, 0, 0};
    for (uint32_t i = 0; i < 6; i++) {
        uint32_t pattern = lac_link_pattern(&data, &scratch, 0, i);
        assert_int_equal(pattern, lac_link_pattern(&data, &scratch, i, 0));
        assert_int_equal(lac_link_level_of(&data.field[0], pattern), name_want[i]);
        assert_int_equal(lac_link_level_of(&data.field[1], pattern), code_want[i]);
        assert_int_equal(lac_link_level_of(&data.field[2], pattern), reference_want[i]);
    }
    /* two nicknames of one name */
    assert_int_equal(lac_link_level_of(&data.field[0], lac_link_pattern(&data, &scratch, 1, 2)),
                     LAC_LINK_NAME_NICKNAME);
    lac_link_data_release(&data);
}

/* ANNA SMITH, SMITH ANNA, ANNA JONES and SMITH SMITH. */
static void exchanged_names(void **state)
{
    (void)state;
    static const char *const name[4][2] = {
        {"ANNA", "SMITH"}, {"SMITH", "ANNA"}, {"ANNA", "JONES"}, {"SMITH", "SMITH"}};
    struct lac_link_data data;
    struct lac_link_scratch scratch;
    uint64_t key[4];
    memset(&scratch, 0, sizeof scratch);
    lac_link_data_init(&data);
    data.n = 4;
    assert_int_equal(lac_link_data_field(&data, "forename", LAC_LINK_NAME, NULL), LAC_OK);
    assert_int_equal(lac_link_data_field(&data, "surname", LAC_LINK_NAME, NULL), LAC_OK);
    data.field[0].mate = 1;
    data.field[1].mate = 0;
    for (uint32_t i = 0; i < 4; i++)
        for (size_t f = 0; f < 2; f++)
            assert_int_equal(lac_link_data_set(&data, f, i, name[i][f], NULL), LAC_OK);
    assert_int_equal(lac_link_data_prepare(&data, NULL, NULL), LAC_OK);
    uint32_t pattern = lac_link_pattern(&data, &scratch, 0, 1);
    assert_int_equal(lac_link_level_of(&data.field[0], pattern), LAC_LINK_NAME_EXCHANGED);
    assert_int_equal(lac_link_level_of(&data.field[1], pattern), 0);
    pattern = lac_link_pattern(&data, &scratch, 0, 2);
    assert_int_equal(lac_link_level_of(&data.field[0], pattern), LAC_LINK_NAME_EXACT);
    pattern = lac_link_pattern(&data, &scratch, 0, 3);
    assert_int_equal(lac_link_level_of(&data.field[1], pattern), LAC_LINK_NAME_EXACT);
    /* A rule of both names lets exchanged ones meet; a rule of one name does not. */
    static const char *const both[] = {"forename", "surname"};
    struct lac_link_rule rule;
    memset(&rule, 0, sizeof rule);
    assert_int_equal(lac_link_rule_parse(&data, both, 2, &rule, NULL), LAC_OK);
    assert_int_equal(lac_link_rule_keys(&data, &rule, key, NULL), LAC_OK);
    assert_true(key[0] == key[1] && key[0] != key[2] && key[0] != key[3]);
    assert_int_equal(lac_link_rule_parse(&data, both, 1, &rule, NULL), LAC_OK);
    assert_int_equal(lac_link_rule_keys(&data, &rule, key, NULL), LAC_OK);
    assert_true(key[0] != key[1] && key[0] == key[2]);
    lac_link_data_release(&data);
}

/* A field that stands in for another is silent where that one is known. */
static void stand_in_fields(void **state)
{
    (void)state;
    static const char *const born[] = {"20010203", "20010204", NULL}, *const year[] = {"2001", "2001",
                                                                                       "2002"};
    struct lac_link_data data;
    struct lac_link_scratch scratch;
    memset(&scratch, 0, sizeof scratch);
    lac_link_data_init(&data);
    data.n = 3;
    assert_int_equal(lac_link_data_field(&data, "dob", LAC_LINK_DATE, NULL), LAC_OK);
    assert_int_equal(lac_link_data_field(&data, "year", LAC_LINK_BIRTH_YEAR, NULL), LAC_OK);
    data.field[1].instead = 0;
    for (uint32_t i = 0; i < 3; i++) {
        assert_int_equal(lac_link_data_set(&data, 0, i, born[i], NULL), LAC_OK);
        assert_int_equal(lac_link_data_set(&data, 1, i, year[i], NULL), LAC_OK);
    }
    assert_int_equal(lac_link_data_prepare(&data, NULL, NULL), LAC_OK);
    assert_int_equal(lac_link_level_of(&data.field[1], lac_link_pattern(&data, &scratch, 0, 1)), 0);
    assert_int_equal(lac_link_level_of(&data.field[1], lac_link_pattern(&data, &scratch, 0, 2)), 2);
    lac_link_data_release(&data);
}

static unsigned pair_level(enum lac_link_kind kind, const char *a, const char *b)
{
    struct lac_link_data data;
    struct lac_link_scratch scratch;
    memset(&scratch, 0, sizeof scratch);
    lac_link_data_init(&data);
    data.n = 2;
    assert_int_equal(lac_link_data_field(&data, "f", kind, NULL), LAC_OK);
    assert_int_equal(lac_link_data_set(&data, 0, 0, a, NULL), LAC_OK);
    assert_int_equal(lac_link_data_set(&data, 0, 1, b, NULL), LAC_OK);
    assert_int_equal(lac_link_data_prepare(&data, NULL, NULL), LAC_OK);
    unsigned level = lac_link_level_of(&data.field[0], lac_link_pattern(&data, &scratch, 0, 1));
    assert_int_equal(level, lac_link_level_of(&data.field[0], lac_link_pattern(&data, &scratch, 1, 0)));
    lac_link_data_release(&data);
    return level;
}

static void full_names_numbers_sets(void **state)
{
    (void)state;
    assert_int_equal(pair_level(LAC_LINK_FULL_NAME, "ANNA MARIA SMITH", "ANNA MARIA SMITH"), 1);
    assert_int_equal(pair_level(LAC_LINK_FULL_NAME, "ANNA MARIA SMITH", "SMITH ANNA MARIA"), 2);
    assert_int_equal(pair_level(LAC_LINK_FULL_NAME, "ANNA MARIA SMITH", "ANNA MARIA SMYTH"), 3);
    assert_int_equal(pair_level(LAC_LINK_FULL_NAME, "ANNA MARIA SMITH", "PETER JONES"), 6);
    assert_int_equal(pair_level(LAC_LINK_NUMBER, "100", "100.0"), 1);
    assert_int_equal(pair_level(LAC_LINK_NUMBER, "100", "101"), 2);
    assert_int_equal(pair_level(LAC_LINK_NUMBER, "100", "110"), 3);
    assert_int_equal(pair_level(LAC_LINK_NUMBER, "100", "-100"), 4);
    assert_int_equal(pair_level(LAC_LINK_SET, "red; Blue", "blue;red;red"), 1);
    assert_int_equal(pair_level(LAC_LINK_SET, "red;blue", "blue"), 2);
    assert_int_equal(pair_level(LAC_LINK_SET, "red;blue;green", "blue;black"), 3);
    assert_int_equal(pair_level(LAC_LINK_SET, "red;blue", "green"), 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(jaro_winkler_table), cmocka_unit_test(bit_parallel_equals_plain),
        cmocka_unit_test(soundex_vectors),    cmocka_unit_test(date_levels),
        cmocka_unit_test(one_edit_dates),     cmocka_unit_test(postcode_parts),
        cmocka_unit_test(field_levels),       cmocka_unit_test(exchanged_names),
        cmocka_unit_test(stand_in_fields),    cmocka_unit_test(full_names_numbers_sets),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
