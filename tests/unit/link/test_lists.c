/* SPDX-License-Identifier: GPL-3.0-or-later */
/* u and priors of pairs of lists. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/random.h"
#include "lists.h"

#define LISTS 4
#define CLASSES (LISTS * (LISTS + 1) / 2)

static struct lac_random dice;

static uint32_t below(uint32_t n)
{
    return lac_random_below(&dice, n);
}

/* Records of four lists; the values of a field lean on the list. */
static void data_make(struct lac_link_data *data, uint32_t n, uint32_t *source, bool within)
{
    static const enum lac_link_kind kind[] = {LAC_LINK_NAME,  LAC_LINK_TEXT,   LAC_LINK_DATE,
                                              LAC_LINK_EXACT, LAC_LINK_SCOPED, LAC_LINK_POSTCODE};
    static const char *const name[] = {"ANNA", "ANNE", "HANNAH", "JOHN", "JON",
                                       "J",    "MARY", "MARIA",  "SMYTH"};
    static const char *const code[] = {"B1 1AA", "B1 1AB", "B1 2AB", "B12 1AA", "L1 1AA", "B1", "", "L1 1"};
    lac_random_init(&dice, 5, LAC_PURPOSE_TEST, n, within, 0);
    lac_link_data_init(data);
    data->n = n;
    data->source = source;
    data->sources = LISTS;
    data->within_source = within;
    for (uint32_t i = 0; i < n; i++) source[i] = below(3) ? below(LISTS) : 0;
    for (size_t f = 0; f < sizeof kind / sizeof *kind; f++) {
        assert_int_equal(lac_link_data_field(data, "field", kind[f], NULL), LAC_OK);
        for (uint32_t i = 0; i < n; i++) {
            char text[40] = "";
            if (kind[f] == LAC_LINK_NAME || kind[f] == LAC_LINK_TEXT)
                snprintf(text, sizeof text, "%s", below(10) ? name[(below(5) + 2 * source[i]) % 9] : "");
            else if (kind[f] == LAC_LINK_DATE)
                snprintf(text, sizeof text, "%04u%02u%02u", 1990 + source[i] + below(20), below(13),
                         below(4));
            else if (kind[f] == LAC_LINK_EXACT)
                snprintf(text, sizeof text, "%u", below(2 + source[i]));
            else if (kind[f] == LAC_LINK_SCOPED)
                snprintf(text, sizeof text, "%u\x1f%u", below(3), below(5));
            else
                snprintf(text, sizeof text, "%s", code[below(8)]);
            assert_int_equal(lac_link_data_set(data, f, i, text, NULL), LAC_OK);
        }
    }
    assert_int_equal(lac_link_data_prepare(data, NULL, NULL), LAC_OK);
    assert_int_equal(data->lists, CLASSES);
}

static void rates_are_those_of_all_pairs(void **state)
{
    (void)state;
    enum { N = 260 };
    for (int within = 0; within < 2; within++) {
        uint32_t source[N];
        struct lac_link_data data;
        struct lac_link_scratch scratch;
        struct lac_link_rates all, alone, rates[CLASSES];
        double comparable[CLASSES];
        memset(&scratch, 0, sizeof scratch);
        data_make(&data, N, source, within);
        double total = lac_link_comparable_pairs(&data, comparable);
        for (size_t f = 0; f < data.fields; f++) {
            uint64_t level[CLASSES][LAC_LINK_LEVELS] = {{0}}, pairs[CLASSES] = {0};
            for (uint32_t i = 0; i < N; i++)
                for (uint32_t j = i + 1; j < N; j++) {
                    if (!lac_link_comparable(&data, i, j)) continue;
                    uint32_t lists = lac_link_lists_of(&data, i, j), pattern;
                    pattern = lac_link_pattern(&data, &scratch, i, j);
                    pairs[lists]++;
                    level[lists][lac_link_level_of(&data.field[f], pattern)]++;
                }
            assert_int_equal(lac_link_rates(&data, f, &all, rates, NULL), LAC_OK);
            assert_int_equal(lac_link_rates(&data, f, &alone, NULL, NULL), LAC_OK);
            assert_memory_equal(&all, &alone, sizeof all);
            for (size_t c = 0; c < CLASSES; c++) {
                double known = (double)(pairs[c] - level[c][0]);
                assert_true(comparable[c] == (double)pairs[c]);
                total -= f == 0 ? comparable[c] : 0;
                assert_true(rates[c].pairs == known);
                for (unsigned l = 1; l < LAC_LINK_LEVELS && known > 0; l++)
                    assert_true(fabs(rates[c].t[l] - (double)level[c][l] / known) < 1e-15);
            }
        }
        assert_true(fabs(total) < 0.5);
        lac_link_data_release(&data);
    }
}

/* A model of priors alone, with so many comparable pairs. */
static void model_make(struct lac_link_model *model, const double *comparable)
{
    memset(model, 0, sizeof *model);
    model->lists = CLASSES;
    model->prior = calloc(CLASSES, sizeof *model->prior);
    assert_non_null(model->prior);
    for (size_t c = 0; c < CLASSES; c++) model->comparable += model->prior[c].comparable = comparable[c];
}

/* Rates that differ by list, seen through few and many matches: priors against what each pair of lists says
 * alone and what all say together. */
static void priors_borrow_what_they_should(void **state)
{
    (void)state;
    static const double spread[] = {0, 0.3, 1.5};
    const struct lac_link_data data = {.lists = CLASSES, .sources = LISTS, .within_source = true};
    for (size_t k = 0; k < 3; k++) {
        double shrunk = 0, alone = 0, together = 0;
        for (uint32_t run = 0; run < 400; run++) {
            double rate[CLASSES], matches[CLASSES], pairs[CLASSES], pooled[2] = {0}, of[2] = {0};
            struct lac_link_model model;
            lac_random_init(&dice, 7, LAC_PURPOSE_TEST, run, (uint32_t)k, 0);
            for (uint32_t c = 0; c < CLASSES; c++) {
                uint32_t a, b;
                lac_link_lists_split(c, &a, &b);
                rate[c] = (a == b ? 1e-3 : 1e-4) * exp(spread[k] * lac_random_normal(&dice));
                pairs[c] = exp(8 + 7 * lac_random_uniform(&dice));
                matches[c] = (double)lac_random_poisson(&dice, rate[c] * pairs[c]);
                pooled[a == b] += matches[c];
                of[a == b] += pairs[c];
            }
            model_make(&model, pairs);
            lac_link_priors_set(&data, matches, &model);
            for (uint32_t c = 0; c < CLASSES; c++) {
                uint32_t a, b;
                lac_link_lists_split(c, &a, &b);
                double e = log(model.prior[c].lambda / rate[c]);
                shrunk += e * e;
                e = log((matches[c] + 0.5) / pairs[c] / rate[c]);
                alone += e * e;
                e = log((pooled[a == b] + 0.5) / of[a == b] / rate[c]);
                together += e * e;
            }
            lac_link_model_release(&model);
        }
        /* mean square errors of the logarithm; where lists differ by factors of 4 and more there is nothing
         * to borrow, and little is lost */
        assert_true(shrunk < (k == 0 ? 0.25 : k == 1 ? 0.5 : 1.25) * alone);
        assert_true(k == 0 || shrunk < (k == 1 ? 0.7 : 0.2) * together);
    }
}

static void no_pairs_no_prior(void **state)
{
    (void)state;
    const struct lac_link_data data = {.lists = CLASSES, .sources = LISTS};
    double pairs[CLASSES], matches[CLASSES];
    struct lac_link_model model;
    for (uint32_t c = 0; c < CLASSES; c++) {
        uint32_t a, b;
        lac_link_lists_split(c, &a, &b);
        assert_int_equal(lac_link_lists_at(a, b), c);
        assert_int_equal(lac_link_lists_at(b, a), c);
        pairs[c] = a == b ? 0 : 1e6;
        matches[c] = a == b ? 0 : 100;
    }
    model_make(&model, pairs);
    lac_link_priors_set(&data, matches, &model);
    for (uint32_t c = 0; c < CLASSES; c++) /* equal rates: all the same */
        assert_true(pairs[c] > 0 ? fabs(model.prior[c].lambda / (100.5 / 1e6) - 1) < 1e-9
                                 : !(model.prior[c].lambda > 0));
    lac_link_model_release(&model);
}

/* Two lists whose names differ: u inside and between them against its value; a list of few records takes that
 * of all where agreement is nearly all of matches. */
static void u_is_of_the_lists(void **state)
{
    (void)state;
    enum { N = 3000, PEOPLE = 2000 };
    static uint32_t source[N];
    struct lac_link_data data;
    struct lac_link_model model;
    struct lac_link_training_rule training[1];
    struct lac_link_pairs none = {0};
    lac_random_init(&dice, 9, LAC_PURPOSE_TEST, 0, 0, 0);
    lac_link_data_init(&data);
    data.n = N;
    data.source = source;
    data.sources = 2;
    assert_int_equal(lac_link_data_field(&data, "name", LAC_LINK_EXACT, NULL), LAC_OK);
    for (uint32_t i = 0; i < N; i++) {
        char text[16];
        source[i] = i >= PEOPLE;
        snprintf(text, sizeof text, "%u", source[i] ? below(10) : below(100));
        assert_int_equal(lac_link_data_set(&data, 0, i, text, NULL), LAC_OK);
    }
    assert_int_equal(lac_link_data_prepare(&data, NULL, NULL), LAC_OK);
    const struct lac_link_candidates candidates = {&none, NULL, 0, training, 0};
    const struct lac_link_model_options options = {0, {100, 1000000}};
    assert_int_equal(lac_link_model_train(&data, &candidates, &options, &model, NULL), LAC_OK);
    assert_true(fabs(model.u_lists[lac_link_lists_at(0, 0)][0][1] / 0.01 - 1) < 0.02);
    assert_true(fabs(model.u_lists[lac_link_lists_at(0, 1)][0][1] / 0.01 - 1) < 0.02);
    assert_true(fabs(model.u_lists[lac_link_lists_at(1, 1)][0][1] / 0.1 - 1) < 0.02);
    lac_link_model_release(&model);
    lac_link_data_release(&data);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rates_are_those_of_all_pairs),
        cmocka_unit_test(priors_borrow_what_they_should),
        cmocka_unit_test(no_pairs_no_prior),
        cmocka_unit_test(u_is_of_the_lists),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
