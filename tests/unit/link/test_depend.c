/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fields on which different persons agree together. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/random.h"
#include "depend.h"

enum { N = 4000 };

/* Persons whose forename tells the sex, once each; a town that tells nothing. */
static void data_make(struct lac_link_data *data)
{
    static const char *const name[] = {"forename", "sex", "town", "dob"};
    struct lac_random random;
    lac_random_init(&random, 3, LAC_PURPOSE_TEST, 0, 0, 0);
    lac_link_data_init(data);
    data->n = N;
    for (size_t f = 0; f < 4; f++)
        assert_int_equal(lac_link_data_field(data, name[f], f == 3 ? LAC_LINK_DATE : LAC_LINK_EXACT, NULL),
                         LAC_OK);
    for (uint32_t i = 0; i < N; i++) {
        char text[16];
        uint32_t forename = lac_random_below(&random, 40);
        snprintf(text, sizeof text, "F%u", forename);
        assert_int_equal(lac_link_data_set(data, 0, i, text, NULL), LAC_OK);
        assert_int_equal(lac_link_data_set(data, 1, i, forename % 2 ? "F" : "M", NULL), LAC_OK);
        snprintf(text, sizeof text, "T%u", lac_random_below(&random, 20));
        assert_int_equal(lac_link_data_set(data, 2, i, text, NULL), LAC_OK);
        snprintf(text, sizeof text, "%04u%02u%02u", 1950 + lac_random_below(&random, 60),
                 1 + lac_random_below(&random, 12), 1 + lac_random_below(&random, 28));
        assert_int_equal(lac_link_data_set(data, 3, i, text, NULL), LAC_OK);
    }
    assert_int_equal(lac_link_data_prepare(data, NULL, NULL), LAC_OK);
}

static void model_make(const struct lac_link_data *data, double lambda, struct lac_link_model *model)
{
    memset(model, 0, sizeof *model);
    model->lambda = lambda;
    for (size_t f = 0; f < data->fields; f++) {
        struct lac_link_rates rates;
        assert_int_equal(lac_link_rates(data, f, &rates, NULL, NULL), LAC_OK);
        memcpy(model->u[f], rates.t, sizeof rates.t);
        model->m[f][1] = 0.9;
    }
}

static void lifts_are_those_of_the_data(void **state)
{
    (void)state;
    struct lac_link_data data;
    struct lac_link_model model;
    data_make(&data);
    model_make(&data, 1e-9, &model);
    assert_int_equal(lac_link_lifts_make(&data, &model, NULL), LAC_OK);
    assert_true(fabs(exp(model.lift[0][1]) - 2) < 0.02); /* equal forenames are of one sex */
    assert_true(fabs(exp(model.lift[0][2]) - 1) < 0.05);
    assert_true(fabs(exp(model.lift[1][2]) - 1) < 0.02);
    assert_true(fabs(model.lift[0][1] - model.lift[1][0]) < 1e-15);

    uint32_t all_exact = 0, but_town = 0;
    for (size_t f = 0; f < 4; f++) {
        all_exact |= 1u << data.field[f].shift;
        but_town |= (f == 2 ? 2u : 1u) << data.field[f].shift;
    }
    double sum = 0;
    for (size_t f = 0; f < 4; f++)
        for (size_t g = 0; g < f; g++) sum += model.lift[f][g];
    assert_true(fabs(lac_link_lift_of(&data, (const double(*)[LAC_LINK_FIELDS])model.lift, 15, all_exact) -
                     sum) < 1e-12);
    assert_true(fabs(lac_link_lift_of(&data, (const double(*)[LAC_LINK_FIELDS])model.lift, 3, but_town) -
                     model.lift[0][1]) < 1e-12);
    assert_true(fabs(lac_link_lift_of(&data, (const double(*)[LAC_LINK_FIELDS])model.lift, 2, all_exact)) <
                1e-15);
    lac_link_data_release(&data);
}

/* Where agreement on both is mostly of matches, what is not known of these cannot pass for dependence. */
static void matches_are_no_dependence(void **state)
{
    (void)state;
    struct lac_link_data data;
    struct lac_link_model model;
    data_make(&data);
    model_make(&data, 1e-3, &model); /* forename and birth date: 1e-3 of matches, 1e-6 by chance */
    assert_int_equal(lac_link_lifts_make(&data, &model, NULL), LAC_OK);
    assert_true(fabs(model.lift[0][3]) < 1e-15 && fabs(model.lift[2][3]) < 1e-15);
    assert_true(model.lift[0][1] > 0.5);
    lac_link_data_release(&data);
}

/* More records than are counted, in the order of their forenames: chance decides who is counted, not the
 * order. */
static void the_order_says_nothing(void **state)
{
    (void)state;
    struct lac_link_data data;
    struct lac_link_model model;
    struct lac_random random;
    const uint32_t n = 3 * LAC_LINK_DEPEND;
    lac_random_init(&random, 4, LAC_PURPOSE_TEST, 0, 0, 0);
    lac_link_data_init(&data);
    data.n = n;
    assert_int_equal(lac_link_data_field(&data, "forename", LAC_LINK_EXACT, NULL), LAC_OK);
    assert_int_equal(lac_link_data_field(&data, "town", LAC_LINK_EXACT, NULL), LAC_OK);
    for (uint32_t i = 0; i < n; i++) {
        char text[16];
        snprintf(text, sizeof text, "F%u", i / (n / 48));
        assert_int_equal(lac_link_data_set(&data, 0, i, text, NULL), LAC_OK);
        snprintf(text, sizeof text, "T%u", lac_random_below(&random, 20));
        assert_int_equal(lac_link_data_set(&data, 1, i, text, NULL), LAC_OK);
    }
    assert_int_equal(lac_link_data_prepare(&data, NULL, NULL), LAC_OK);
    model_make(&data, 1e-9, &model);
    assert_int_equal(lac_link_lifts_make(&data, &model, NULL), LAC_OK);
    assert_true(fabs(exp(model.lift[0][1]) - 1) < 0.05);
    lac_link_data_release(&data);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lifts_are_those_of_the_data),
        cmocka_unit_test(matches_are_no_dependence),
        cmocka_unit_test(the_order_says_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
