/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Names by which records are also known: sets, the best of their comparisons, and what that is worth. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "also.h"
#include "base/random.h"
#include "block_also.h"
#include "compare.h"
#include "rates.h"

static struct lac_random dice;

static uint32_t below(uint32_t n)
{
    return lac_random_below(&dice, n);
}

/* Sets as they are asked for: own value first, nothing twice, bounded, an only name is the record's own. */
static void sets_are_bounded(void **state)
{
    (void)state;
    struct lac_link_data data;
    const uint32_t *value;
    char text[8];
    lac_link_data_init(&data);
    data.n = 4;
    assert_int_equal(lac_link_data_field(&data, "forename", LAC_LINK_NAME, NULL), LAC_OK);
    const struct lac_link_field *field = &data.field[0];
    assert_int_equal(lac_link_data_set(&data, 0, 0, "ANNA", NULL), LAC_OK);
    assert_int_equal(lac_link_data_set(&data, 0, 2, "MARY", NULL), LAC_OK);
    assert_int_equal(lac_link_also_add(&data, 0, 0, "ANNA", NULL), LAC_OK);
    assert_null(field->also);
    assert_int_equal(lac_link_also_add(&data, 0, 0, "NAN", NULL), LAC_OK);
    assert_int_equal(lac_link_also_add(&data, 0, 0, "NAN", NULL), LAC_OK);
    assert_int_equal(lac_link_also_add(&data, 0, 0, "", NULL), LAC_OK);
    assert_int_equal(lac_link_also_add(&data, 0, 1, "JOAN", NULL), LAC_OK); /* it had no name */
    for (int k = 0; k < 100; k++) {
        snprintf(text, sizeof text, "M%d", k);
        assert_int_equal(lac_link_also_add(&data, 0, 2, text, NULL), LAC_OK);
    }
    assert_int_equal(lac_link_also_values(field, 0, &value), 2);
    assert_string_equal(lac_link_value_text(&field->values, value[0]), "ANNA");
    assert_string_equal(lac_link_value_text(&field->values, value[1]), "NAN");
    assert_int_equal(field->values.frequency[value[1]], 0); /* nobody's own name */
    assert_int_equal(lac_link_also_values(field, 1, &value), 1);
    assert_int_equal(lac_link_also_values(field, 2, &value), LAC_LINK_ALSO);
    assert_int_equal(field->also->dropped, 101 - LAC_LINK_ALSO);
    assert_int_equal(lac_link_also_values(field, 3, &value), 0);
    assert_int_equal(lac_link_also_tries(field, 0, 2), 2 * LAC_LINK_ALSO);
    assert_int_equal(lac_link_also_tries(field, 1, 1), 1);
    lac_link_data_release(&data);
}

/* The best level of k draws, one of them by m, against the formula. */
static void formula_is_the_simulation(void **state)
{
    (void)state;
    enum { RUNS = 200000 };
    static const double m[LAC_LINK_LEVELS] = {0, .7, .05, .06, .03, .04, .02, .09, .01},
                        u[LAC_LINK_LEVELS] = {0, .02, .01, .02, .03, .15, .01, .75, .01};
    static const uint32_t tries[] = {1, 2, 3, 5, 16};
    for (size_t t = 0; t < sizeof tries / sizeof *tries; t++) {
        struct lac_link_best best;
        double seen_m[LAC_LINK_LEVELS] = {0}, seen_u[LAC_LINK_LEVELS] = {0}, sum_m = 0, sum_u = 0;
        lac_link_best_of(m, u, tries[t], &best);
        lac_random_init(&dice, 11, LAC_PURPOSE_TEST, (uint32_t)t, 0, 0);
        for (int run = 0; run < RUNS; run++) {
            size_t of_match = 1 + lac_random_choice(&dice, 7, m + 1), chance = 8, least = 8;
            for (uint32_t k = 0; k < tries[t]; k++) {
                size_t level = 1 + lac_random_choice(&dice, 7, u + 1);
                if (k > 0 && level < least) least = level;
                if (level < chance) chance = level;
            }
            seen_u[chance] += (1 - u[8]) / RUNS;
            seen_m[of_match < least ? of_match : least] += (1 - m[8]) / RUNS;
        }
        for (unsigned l = 1; l <= 8; l++) {
            double sd_m = sqrt(best.m[l] / RUNS), sd_u = sqrt(best.u[l] / RUNS);
            sum_m += best.m[l];
            sum_u += best.u[l];
            assert_true(l == 8 || fabs(seen_m[l] - best.m[l]) < 5 * sd_m + 1e-9);
            assert_true(l == 8 || fabs(seen_u[l] - best.u[l]) < 5 * sd_u + 1e-9);
            if (tries[t] == 1) assert_true(fabs(best.m[l] - m[l]) + fabs(best.u[l] - u[l]) < 1e-12);
        }
        assert_true(fabs(sum_m - 1) < 1e-9 && fabs(sum_u - 1) < 1e-9);
        assert_true(best.m[8] <= m[8] && best.u[8] <= u[8]);
    }
}

static void name_make(char text[4])
{
    text[0] = (char)('A' + below(4));
    text[1] = (char)('A' + below(4));
    text[2] = (char)('A' + below(4));
    text[3] = '\0';
}

/* Records of random names, some with many others. */
static void data_make(struct lac_link_data *data, uint32_t n)
{
    char text[16];
    lac_random_init(&dice, 13, LAC_PURPOSE_TEST, n, 0, 0);
    lac_link_data_init(data);
    data->n = n;
    assert_int_equal(lac_link_data_field(data, "forename", LAC_LINK_NAME, NULL), LAC_OK);
    assert_int_equal(lac_link_data_field(data, "surname", LAC_LINK_NAME, NULL), LAC_OK);
    assert_int_equal(lac_link_data_field(data, "dob", LAC_LINK_DATE, NULL), LAC_OK);
    for (uint32_t i = 0; i < n; i++) {
        for (size_t f = 0; f < 2; f++) {
            name_make(text);
            if (below(20)) assert_int_equal(lac_link_data_set(data, f, i, text, NULL), LAC_OK);
        }
        snprintf(text, sizeof text, "%04u0101", 1990 + below(3));
        assert_int_equal(lac_link_data_set(data, 2, i, text, NULL), LAC_OK);
    }
    for (uint32_t i = 0; i < n; i++)
        for (uint32_t more = below(3) ? 0 : 1 + below(3); more > 0; more--)
            for (size_t f = 0; f < 2; f++) {
                name_make(text);
                assert_int_equal(lac_link_also_add(data, f, i, text, NULL), LAC_OK);
            }
    data->field[0].mate = 1;
    data->field[1].mate = 0;
    assert_int_equal(lac_link_data_prepare(data, NULL, NULL), LAC_OK);
}

/* The best of all comparisons; and, over all pairs of records, as often as the formula says. */
static void best_level_is_found(void **state)
{
    (void)state;
    enum { N = 1500 };
    struct lac_link_data data;
    struct lac_link_scratch scratch;
    struct lac_link_rates rates;
    double expected[LAC_LINK_LEVELS] = {0}, plain = 0, pairs = 0;
    uint64_t seen[LAC_LINK_LEVELS] = {0};
    memset(&scratch, 0, sizeof scratch);
    data_make(&data, N);
    const struct lac_link_field *field = &data.field[0];
    assert_int_equal(lac_link_rates(&data, 0, &rates, NULL, NULL), LAC_OK);
    for (uint32_t i = 0; i < N; i++)
        for (uint32_t j = i + 1; j < N; j++) {
            const uint32_t *a, *b;
            uint32_t as = lac_link_also_values(field, i, &a), bs = lac_link_also_values(field, j, &b);
            unsigned best = LAC_LINK_NAME_ELSE;
            struct lac_link_best of;
            for (uint32_t x = 0; x < as; x++)
                for (uint32_t y = 0; y < bs; y++) {
                    unsigned level = lac_link_level(field, &scratch, a[x], b[y]);
                    if (level < best) best = level;
                }
            uint32_t pattern = lac_link_pattern(&data, &scratch, i, j);
            unsigned level = lac_link_level_of(field, pattern);
            if (as == 0 || bs == 0) assert_int_equal(level, 0);
            if (as == 0 || bs == 0 || level == LAC_LINK_NAME_EXCHANGED) continue;
            assert_int_equal(level, best);
            assert_int_equal(lac_link_tries_of(field, pattern), lac_link_tries_class(as * bs));
            assert_int_equal(pattern, lac_link_pattern(&data, &scratch, j, i));
            if (as * bs == 1) continue;
            lac_link_best_of(rates.t, rates.t, as * bs, &of);
            for (unsigned l = 1; l <= 7; l++) expected[l] += of.u[l];
            plain += rates.t[1];
            seen[level]++;
            pairs++;
        }
    assert_true(pairs > 100000 && (double)seen[1] > 3 * plain); /* uncorrected, this often wrong */
    for (unsigned l = 1; l <= 7; l++)
        assert_true(fabs((double)seen[l] - expected[l]) < 0.05 * expected[l] + 30);
    lac_link_data_release(&data);
}

/* Pairs of all keys, one by one. */
static void blocks_know_aliases(void **state)
{
    (void)state;
    enum { N = 400 };
    static const char *const words[3][2] = {
        {"forename", "surname"}, {"soundex(forename)", "year(dob)"}, {"prefix(surname, 2)", NULL}};
    struct lac_link_data data;
    struct lac_link_rule rule[3];
    struct lac_link_rule_count count[3];
    struct lac_link_pairs pairs;
    const struct lac_link_block_options options = {1000, 10000000};
    uint64_t key[3][N];
    size_t at = 0, through = 0;
    data_make(&data, N);
    for (int r = 0; r < 3; r++) {
        assert_int_equal(lac_link_rule_parse(&data, words[r], words[r][1] ? 2 : 1, &rule[r], NULL), LAC_OK);
        assert_int_equal(lac_link_rule_keys(&data, &rule[r], key[r], NULL), LAC_OK);
        for (uint32_t i = 0; i < N; i++) {
            uint32_t own[3] = {data.field[0].value[i], data.field[1].value[i], data.field[2].value[i]};
            assert_true(lac_link_rule_key(&data, &rule[r], own) == key[r][i]);
        }
    }
    assert_int_equal(lac_link_block(&data, rule, 3, &options, &pairs, count, NULL), LAC_OK);
    for (uint32_t i = 0; i < N; i++)
        for (uint32_t j = i + 1; j < N; j++) {
            uint32_t mask = 0, own = 0;
            for (int r = 0; r < 3; r++) {
                mask |= (uint32_t)lac_link_rule_meets(&data, &rule[r], i, j) << r;
                own |= (uint32_t)(key[r][i] && key[r][i] == key[r][j]) << r;
            }
            assert_int_equal(mask & own, own);
            if (!mask) continue;
            through += mask != own;
            assert_true(at < pairs.count && pairs.pair[at].key == ((uint64_t)i << 32 | j));
            assert_int_equal(pairs.pair[at++].mask, mask);
        }
    assert_int_equal(at, pairs.count);
    assert_true(through > 500);
    lac_link_pairs_release(&pairs);

    /* blocks too large are left out and counted; more pairs than the budget are refused */
    const struct lac_link_block_options narrow = {8, 10000000}, poor = {1000, 100};
    uint64_t dropped = count[2].dropped_pairs;
    assert_int_equal(lac_link_block(&data, rule, 3, &narrow, &pairs, count, NULL), LAC_OK);
    assert_true(pairs.count < at && count[2].dropped_pairs > dropped && count[2].largest <= 8);
    lac_link_pairs_release(&pairs);
    assert_int_equal(lac_link_block(&data, rule, 3, &poor, &pairs, count, NULL), LAC_REFUSED);
    lac_link_pairs_release(&pairs);
    lac_link_data_release(&data);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sets_are_bounded),
        cmocka_unit_test(formula_is_the_simulation),
        cmocka_unit_test(best_level_is_found),
        cmocka_unit_test(blocks_know_aliases),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
