/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "auto_rules.h"
#include "base/random.h"
#include "block.h"
#include "compare.h"
#include "misses.h"
#include "model.h"

/* A small table with all kinds of fields, gaps included. */
static void data_make(struct lac_link_data *data, uint32_t n, uint32_t *source, bool within)
{
    static const char *const name[] = {"ANNA", "ANNE", "HANNAH", "JOHN", "JON",
                                       "J",    "MARY", "MARIA",  "",     "SMYTH"};
    static const char *const code[] = {"B1 1AA", "B1 1AB", "B1 2AB", "B12 1AA", "L1 1AA", "B1", "", "L1 1"};
    struct lac_random random;
    char text[40];
    lac_random_init(&random, 3, LAC_PURPOSE_TEST, n, 0, 0);
    lac_link_data_init(data);
    data->n = n;
    data->within_source = within;
    data->source = source;
    data->sources = 3;
    for (uint32_t i = 0; i < n; i++) source[i] = lac_random_below(&random, 3);
    assert_int_equal(lac_link_data_field(data, "forename", LAC_LINK_NAME, NULL), LAC_OK);
    assert_int_equal(lac_link_data_field(data, "town", LAC_LINK_TEXT, NULL), LAC_OK);
    assert_int_equal(lac_link_data_field(data, "dob", LAC_LINK_DATE, NULL), LAC_OK);
    assert_int_equal(lac_link_data_field(data, "postcode", LAC_LINK_POSTCODE, NULL), LAC_OK);
    assert_int_equal(lac_link_data_field(data, "sex", LAC_LINK_EXACT, NULL), LAC_OK);
    assert_int_equal(lac_link_data_field(data, "ref", LAC_LINK_SCOPED, NULL), LAC_OK);
    for (uint32_t i = 0; i < n; i++) {
        assert_int_equal(lac_link_data_set(data, 0, i, name[lac_random_below(&random, 10)], NULL), LAC_OK);
        assert_int_equal(lac_link_data_set(data, 1, i, name[lac_random_below(&random, 10)], NULL), LAC_OK);
        snprintf(text, sizeof text, "%04u%02u%02u", 1990 + lac_random_below(&random, 30),
                 lac_random_below(&random, 13), lac_random_below(&random, 4));
        assert_int_equal(lac_link_data_set(data, 2, i, text, NULL), LAC_OK);
        assert_int_equal(lac_link_data_set(data, 3, i, code[lac_random_below(&random, 8)], NULL), LAC_OK);
        assert_int_equal(lac_link_data_set(data, 4, i, lac_random_below(&random, 3) ? "F" : "M", NULL),
                         LAC_OK);
        snprintf(text, sizeof text, "%u\x1f%u", lac_random_below(&random, 3), lac_random_below(&random, 5));
        assert_int_equal(lac_link_data_set(data, 5, i, text, NULL), LAC_OK);
    }
    for (size_t f = 0; f < data->fields; f++) data->field[f].key = true;
    assert_int_equal(lac_link_data_prepare(data, NULL, NULL), LAC_OK);
}

static void rates_equal_brute_force(void **state)
{
    (void)state;
    for (int within = 0; within < 2; within++) {
        uint32_t source[300];
        struct lac_link_data data;
        struct lac_link_scratch scratch;
        memset(&scratch, 0, sizeof scratch);
        data_make(&data, 300, source, within);
        double comparable = 0;
        for (size_t f = 0; f < data.fields; f++) {
            uint64_t level[LAC_LINK_LEVELS] = {0}, known = 0;
            comparable = 0;
            for (uint32_t i = 0; i < data.n; i++)
                for (uint32_t j = i + 1; j < data.n; j++) {
                    if (!within && source[i] == source[j]) continue;
                    unsigned l = lac_link_level_of(&data.field[f], lac_link_pattern(&data, &scratch, i, j));
                    comparable++;
                    level[l]++;
                    known += l > 0;
                }
            struct lac_link_rates rates;
            assert_int_equal(lac_link_rates(&data, f, &rates, NULL, NULL), LAC_OK);
            assert_true(rates.pairs == (double)known);
            for (unsigned l = 1; l < LAC_LINK_LEVELS; l++)
                assert_true(fabs(rates.t[l] - (double)level[l] / (double)known) < 1e-15);
        }
        assert_true(lac_link_comparable_pairs(&data, NULL) == comparable);
        lac_link_data_release(&data);
    }
}

static struct lac_link_rule rule_of(const struct lac_link_data *data, const char *a, const char *b)
{
    struct lac_link_rule rule;
    const char *words[] = {a, b};
    memset(&rule, 0, sizeof rule);
    assert_int_equal(lac_link_rule_parse(data, words, b ? 2 : 1, &rule, NULL), LAC_OK);
    return rule;
}

/* Pairs and masks against all pairs of records, keys computed rule by rule. */
static void blocking_equals_brute_force(void **state)
{
    (void)state;
    uint32_t source[200];
    struct lac_link_data data;
    data_make(&data, 200, source, false);
    struct lac_link_rule rule[4] = {
        rule_of(&data, "forename", "year(dob)"), rule_of(&data, "soundex(town)", "sex"),
        rule_of(&data, "sector(postcode)", "prefix(forename, 2)"), rule_of(&data, "dob", NULL)};
    uint64_t key[4][200];
    for (int r = 0; r < 4; r++) assert_int_equal(lac_link_rule_keys(&data, &rule[r], key[r], NULL), LAC_OK);
    struct lac_link_block_options options = {1000, 100000};
    struct lac_link_rule_count count[4];
    struct lac_link_pairs pairs;
    assert_int_equal(lac_link_block(&data, rule, 4, &options, &pairs, count, NULL), LAC_OK);
    size_t at = 0;
    for (uint32_t i = 0; i < 200; i++)
        for (uint32_t j = i + 1; j < 200; j++) {
            uint32_t mask = 0;
            for (int r = 0; r < 4; r++)
                if (key[r][i] && key[r][i] == key[r][j]) mask |= 1u << r;
            if (!mask || source[i] == source[j]) continue;
            assert_true(at < pairs.count);
            assert_int_equal(lac_link_left(&pairs.pair[at]), i);
            assert_int_equal(lac_link_right(&pairs.pair[at]), j);
            assert_int_equal(pairs.pair[at].mask, mask);
            at++;
        }
    assert_int_equal(at, pairs.count);
    assert_true(at > 100);
    lac_link_pairs_release(&pairs);
    lac_link_data_release(&data);
}

static void caps_and_budget(void **state)
{
    (void)state;
    uint32_t source[200];
    struct lac_link_data data;
    struct lac_error err;
    data_make(&data, 200, source, true);
    struct lac_link_rule rule = rule_of(&data, "sex", NULL);
    struct lac_link_rule_count count;
    struct lac_link_pairs pairs;
    uint64_t all;
    assert_int_equal(lac_link_block_size(&data, &rule, &all, NULL), LAC_OK);
    struct lac_link_block_options options = {20, 100000};
    assert_int_equal(lac_link_block(&data, &rule, 1, &options, &pairs, &count, NULL), LAC_OK);
    assert_int_equal(count.refined, 2);
    assert_true(count.largest <= 20);
    assert_int_equal(count.proposed + count.dropped_pairs, all); /* nothing vanishes uncounted */
    assert_int_equal(pairs.count, count.proposed);
    lac_link_pairs_release(&pairs);
    options = (struct lac_link_block_options){1000, 50};
    lac_error_init(&err);
    assert_int_equal(lac_link_block(&data, &rule, 1, &options, &pairs, &count, &err), LAC_REFUSED);
    assert_non_null(strstr(err.remedy, "sex"));
    lac_link_pairs_release(&pairs);
    lac_link_data_release(&data);
}

static void rule_messages(void **state)
{
    (void)state;
    uint32_t source[20];
    struct lac_link_data data;
    struct lac_link_rule rule;
    struct lac_error err;
    static const char *const bad[] = {"forname",      "sound(forename)", "prefix(forename)",
                                      "year(dob, 3)", "soundex(",        "()"};
    data_make(&data, 20, source, true);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        lac_error_init(&err);
        assert_int_equal(lac_link_rule_parse(&data, &bad[i], 1, &rule, &err), LAC_USAGE);
    }
    assert_int_equal(lac_link_rule_parse(&data, &bad[0], 1, &rule, &err), LAC_USAGE);
    assert_non_null(strstr(err.remedy, "did you mean `forename`"));
    rule = rule_of(&data, "prefix(forename, 3)", "month(dob)");
    assert_string_equal(rule.text, "prefix(forename, 3) + month(dob)");
    lac_link_data_release(&data);
}

/* EM on three fields with u held. */
static void fit(const struct lac_link_data *data, const struct lac_link_counts *counts,
                const double fixed[][LAC_LINK_LEVELS], lac_link_table m, struct lac_link_em *em)
{
    assert_int_equal(
        lac_link_em(data, counts, 7, (struct lac_link_u){(const lac_link_table *)fixed, fixed, NULL}, m, em),
        LAC_OK);
}

/* EM on pattern counts drawn from known m, u and lambda. */
static void em_recovers_m(void **state)
{
    (void)state;
    static const double m[3][4] = {{0, .9, .06, .04}, {0, .75, .15, .10}, {0, .95, .03, .02}};
    static const double u[3][4] = {{0, .02, .05, .93}, {0, .01, .03, .96}, {0, .10, .10, .80}};
    struct lac_link_data data;
    lac_link_data_init(&data);
    for (size_t f = 0; f < 3; f++) { /* only the kinds and the layout matter here */
        assert_int_equal(lac_link_data_field(&data, "f", LAC_LINK_TEXT, NULL), LAC_OK);
        data.field[f].shift = (unsigned)(3 * f);
        data.field[f].bits = 3;
    }
    lac_link_table start, fixed;
    memset(start, 0, sizeof start);
    memset(fixed, 0, sizeof fixed);
    for (size_t f = 0; f < 3; f++)
        for (unsigned l = 1; l <= 5; l++) {
            start[f][l] = l == 1 ? 0.9 : 0.025;
            fixed[f][l] = l <= 3 ? u[f][l] : 1e-9;
        }
    uint32_t pattern[27];
    uint64_t pairs[27];
    for (unsigned g = 0; g < 27; g++) {
        unsigned level[3] = {g % 3 + 1, g / 3 % 3 + 1, g / 9 + 1};
        double match = 0.3, other = 0.7;
        pattern[g] = 0;
        for (size_t f = 0; f < 3; f++) {
            match *= m[f][level[f]];
            other *= u[f][level[f]];
            pattern[g] |= level[f] << (3 * f);
        }
        pairs[g] = (uint64_t)llround(1e7 * (match + other));
    }
    uint32_t lists[27] = {0};
    struct lac_link_counts counts = {lists, pattern, pairs, 27};
    struct lac_link_em em = {.twins_per_household = LAC_LINK_TWINS};
    fit(&data, &counts, (const double(*)[LAC_LINK_LEVELS])fixed, start, &em);
    assert_true(em.converged);
    assert_true(fabs(em.lambda - 0.3) < 2e-3);
    for (size_t f = 0; f < 3; f++)
        for (unsigned l = 1; l <= 3; l++) assert_true(fabs(start[f][l] - m[f][l]) < 2e-3);
    /* no pairs at all: the default stands */
    counts.count = 0;
    fit(&data, &counts, (const double(*)[LAC_LINK_LEVELS])fixed, start, &em);
    assert_true(fabs(start[0][1] - lac_link_kinds[LAC_LINK_TEXT].level[1].prior_m) < 1e-12);
    lac_link_data_release(&data);
}

/* Brothers and sisters share surname and postcode. Without a class of their own they would teach EM that true
 * pairs often differ in forename. Expected pattern counts of a block on surname: 30 % matches, 20 % siblings.
 */
static void households_do_not_spoil_m(void **state)
{
    (void)state;
    static const double m[3] = {.9, .8, .95},
                        u[3] = {.01, .001, .0005}; /* forename, postcode, dob: equal or not */
    struct lac_link_data data;
    lac_link_table start, fixed;
    memset(start, 0, sizeof start);
    memset(fixed, 0, sizeof fixed);
    lac_link_data_init(&data);
    for (size_t f = 0; f < 3; f++) {
        assert_int_equal(lac_link_data_field(&data, "f", f == 2 ? LAC_LINK_DATE : LAC_LINK_EXACT, NULL),
                         LAC_OK);
        data.field[f].shift = (unsigned)(4 * f);
        data.field[f].bits = 4;
        for (unsigned l = 1; l < LAC_LINK_LEVELS; l++) {
            start[f][l] = l == 1 ? 0.9 : l == 2 ? 0.1 : 1e-9;
            fixed[f][l] = l == 1 ? u[f] : l == 2 ? 1 - u[f] : 1e-9;
        }
    }
    data.field[1].household = true;
    uint32_t pattern[8];
    uint64_t pairs[8];
    for (unsigned g = 0; g < 8; g++) {
        double match = .3, sibling = .2, twin = .2 * LAC_LINK_TWINS, other = .5 - twin;
        pattern[g] = 0;
        for (unsigned f = 0; f < 3; f++) {
            bool equal = !(g >> f & 1);
            double as_match = equal ? m[f] : 1 - m[f], as_other = equal ? u[f] : 1 - u[f];
            pattern[g] |= (equal ? 1u : 2u) << (4 * f);
            match *= as_match;
            other *= as_other;
            sibling *= f == 1 ? as_match : as_other;
            twin *= f >= 1 ? as_match : as_other;
        }
        pairs[g] = (uint64_t)llround(1e8 * (match + sibling + twin + other));
    }
    uint32_t lists[8] = {0};
    struct lac_link_counts counts = {lists, pattern, pairs, 8};
    struct lac_link_em em = {.twins_per_household = LAC_LINK_TWINS};
    fit(&data, &counts, (const double(*)[LAC_LINK_LEVELS])fixed, start, &em);
    assert_true(fabs(em.lambda - .3) < 5e-3);
    assert_true(fabs(em.household - .2) < 5e-3);
    for (size_t f = 0; f < 3; f++) assert_true(fabs(start[f][1] - m[f]) < 0.01);
    data.field[1].household = false; /* and this is what happens without the class */
    for (size_t f = 0; f < 3; f++) start[f][1] = 0.9;
    fit(&data, &counts, (const double(*)[LAC_LINK_LEVELS])fixed, start, &em);
    assert_true(start[0][1] < 0.8);
    lac_link_data_release(&data);
}

/* A rule of the birth date: twins are among its pairs and share the address. With as many as the data have in
 * a class of their own m of the forename is right; without it they count as matches whose forenames differ.
 */
static void twins_do_not_spoil_m(void **state)
{
    (void)state;
    static const double m[3] = {.95, .8, .99},
                        u[3] = {.01, .001, .6}; /* forename, postcode, sex: equal or not */
    static const enum lac_link_kind kind[4] = {LAC_LINK_NAME, LAC_LINK_EXACT, LAC_LINK_EXACT, LAC_LINK_DATE};
    struct lac_link_data data;
    lac_link_table start, fixed;
    memset(fixed, 0, sizeof fixed);
    lac_link_data_init(&data);
    for (size_t f = 0; f < 4; f++) {
        assert_int_equal(lac_link_data_field(&data, "f", kind[f], NULL), LAC_OK);
        data.field[f].shift = (unsigned)(4 * f);
        data.field[f].bits = 4;
        for (unsigned l = 1; l < LAC_LINK_LEVELS; l++) fixed[f][l] = 1e-9;
        if (f == 3) continue;
        fixed[f][1] = u[f];
        fixed[f][f ? 2 : LAC_LINK_NAME_ELSE] = 1 - u[f];
    }
    data.field[1].household = true;
    uint32_t pattern[8], lists[8] = {0};
    uint64_t pairs[8];
    for (unsigned g = 0; g < 8; g++) {
        double match = .3, twin = .03, other = .67;
        pattern[g] = 0;
        for (unsigned f = 0; f < 3; f++) {
            bool equal = !(g >> f & 1);
            pattern[g] |= (equal ? 1u : f ? 2u : (unsigned)LAC_LINK_NAME_ELSE) << (4 * f);
            match *= equal ? m[f] : 1 - m[f];
            other *= equal ? u[f] : 1 - u[f];
            twin *= f == 1 ? (equal ? m[f] : 1 - m[f]) : equal ? u[f] : 1 - u[f];
        }
        pairs[g] = (uint64_t)llround(1e7 * (match + twin + other));
    }
    struct lac_link_counts counts = {lists, pattern, pairs, 8};
    const struct lac_link_u with = {(const lac_link_table *)&fixed, (const double(*)[LAC_LINK_LEVELS])fixed,
                                    NULL};
    for (int known = 0; known < 2; known++) {
        struct lac_link_em em = {.twins_per_household = LAC_LINK_TWINS, .twin_pairs = known ? 3e5 : 0};
        for (size_t f = 0; f < 4; f++)
            for (unsigned l = 1; l < LAC_LINK_LEVELS; l++) start[f][l] = l == 1 ? .9 : .02;
        assert_int_equal(lac_link_em(&data, &counts, 7, with, start, &em), LAC_OK);
        if (known) assert_true(fabs(start[0][1] - m[0]) < 0.003 && fabs(em.lambda - .3) < 0.003);
        if (!known) assert_true(start[0][1] < m[0] - 0.03);
        assert_true(fabs(em.twins - (known ? .03 : 0)) < 1e-6);
    }
    lac_link_data_release(&data);
}

/* 1,000 true pairs hit independently by three rules without a common field: the misses are found again. */
static void misses_of_independent_rules(void **state)
{
    (void)state;
    static const double hit[3] = {0.8, 0.6, 0.7};
    struct lac_link_rule rule[4];
    memset(rule, 0, sizeof rule);
    for (int r = 0; r < 4; r++)
        rule[r].fields = r < 3 ? 1u << r : 3; /* the last shares fields with two others */
    struct lac_link_pair pair[100000];
    double weight[100000], missed = 0;
    size_t count = 0;
    for (uint32_t mask = 0; mask < 8; mask++) {
        double share = 1;
        for (int r = 0; r < 3; r++) share *= mask >> r & 1 ? hit[r] : 1 - hit[r];
        if (mask == 0) missed = 100000 * share;
        for (int k = 0; mask && k < (int)lround(100000 * share); k++) {
            pair[count] = (struct lac_link_pair){count, 0, mask};
            weight[count++] = 60;
        }
    }
    struct lac_link_pairs pairs = {pair, count, count};
    struct lac_link_misses misses;
    assert_int_equal(lac_link_misses_estimate(rule, 4, &pairs, weight, &misses, NULL), LAC_OK);
    assert_true(misses.known);
    assert_int_equal(misses.rules, 7);
    assert_true(fabs(misses.missed - missed) < 0.001 * missed);
    assert_int_equal(lac_link_misses_estimate(rule + 3, 1, &pairs, weight, &misses, NULL), LAC_OK);
    assert_false(misses.known);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rates_equal_brute_force), cmocka_unit_test(blocking_equals_brute_force),
        cmocka_unit_test(caps_and_budget),         cmocka_unit_test(rule_messages),
        cmocka_unit_test(em_recovers_m),           cmocka_unit_test(households_do_not_spoil_m),
        cmocka_unit_test(twins_do_not_spoil_m),    cmocka_unit_test(misses_of_independent_rules),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
