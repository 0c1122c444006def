/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The steps of an explanation add up to the score, and name no value. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/random.h"
#include "explain.h"

#define RECORDS 60

static const char *const value[5][8] = {
    {"ANNA", "ANNE", "HANNAH", "JOHN", "JON", "SMITH", "", "J"},
    {"SMITH", "SMYTH", "SMITHE", "JONES", "JOHN", "KHAN", "ANNA", ""},
    {"19900101", "19900401", "19910103", "19900000", "20010203", "20010302", "", "19900104"},
    {"B1 1AA", "B1 1AB", "B1 2AB", "B12 1AA", "L1 1AA", "B1", "", "L1 1"},
    {"F", "M", "", "F", "F", "M", "M", "F"}};

struct fixture {
    struct lac_link_data data;
    struct lac_link_result result;
    struct lac_link_pair pair[RECORDS];
};

/* Records of random values and a model of invented numbers, without a run. */
static void fixture_make(struct fixture *x, bool household)
{
    static const char *const name[5] = {"forename", "surname", "dob", "postcode", "sex"};
    static const enum lac_link_kind kind[5] = {LAC_LINK_NAME, LAC_LINK_NAME, LAC_LINK_DATE, LAC_LINK_POSTCODE,
                                               LAC_LINK_EXACT};
    struct lac_random random;
    struct lac_link_model *model = &x->result.model;
    memset(x, 0, sizeof *x);
    lac_random_init(&random, 3, LAC_PURPOSE_TEST, household, 0, 0);
    lac_link_data_init(&x->data);
    x->data.n = RECORDS;
    for (size_t f = 0; f < 5; f++) {
        assert_int_equal(lac_link_data_field(&x->data, name[f], kind[f], NULL), LAC_OK);
        for (uint32_t i = 0; i < RECORDS; i++)
            assert_int_equal(lac_link_data_set(&x->data, f, i, value[f][lac_random_below(&random, 8)], NULL),
                             LAC_OK);
    }
    x->data.field[0].mate = 1;
    x->data.field[1].mate = 0;
    x->data.field[0].term_frequency = x->data.field[1].term_frequency = true;
    x->data.field[1].household = x->data.field[3].household = household;
    assert_int_equal(lac_link_data_prepare(&x->data, NULL, NULL), LAC_OK);
    for (size_t f = 0; f < 5; f++)
        for (unsigned l = 1; l < LAC_LINK_LEVELS; l++) {
            model->m[f][l] = 0.01 + lac_random_uniform(&random);
            model->u[f][l] = 0.001 + 0.2 * lac_random_uniform(&random);
        }
    model->training[4] = LAC_LINK_LEFT_OUT;
    model->lift[0][3] = model->lift[3][0] = 0.7; /* and one that is left out with the field */
    model->lift[0][4] = model->lift[4][0] = 5;
    model->lambda = 1e-3;
    model->lists = 1;
    model->prior = calloc(1, sizeof *model->prior);
    model->u_lists = malloc(sizeof *model->u_lists);
    assert_true(model->prior && model->u_lists);
    model->prior[0].lambda = model->lambda;
    memcpy(model->u_lists[0], model->u, sizeof model->u);
    model->household = household ? 1e-3 : 0;
    model->twins = household ? 2e-5 : 0;
    assert_int_equal(lac_link_terms_make(&x->data, model, NULL, &x->result.terms, NULL), LAC_OK);
    x->result.person = calloc(RECORDS, sizeof *x->result.person);
    for (uint32_t j = 1; j < RECORDS; j += 2)
        x->pair[x->result.pairs.count++] = (struct lac_link_pair){j, 0, j % 3 ? 5 : 0};
    x->result.pairs.pair = x->pair;
    x->result.rules = 3;
    for (int r = 0; r < 3; r++) snprintf(x->result.rule[r].text, sizeof x->result.rule[r].text, "rule %d", r);
}

static void fixture_release(struct fixture *x)
{
    free(x->result.person);
    lac_link_terms_release(&x->result.terms);
    lac_link_model_release(&x->result.model);
    lac_link_data_release(&x->data);
}

static void steps_check(const struct lac_link_explanation *e)
{
    struct lac_link_step step[LAC_LINK_EXPLAIN_STEPS];
    size_t steps = lac_link_explain_steps(e, step);
    double sum = 0;
    assert_true(steps <= LAC_LINK_EXPLAIN_STEPS);
    for (size_t k = 0; k < steps; k++) {
        if (step[k].total) assert_true(fabs(sum - step[k].running) < 1e-9);
        if (!isnan(step[k].change)) sum += step[k].change;
    }
    assert_true(step[steps - 1].total);
    assert_true(fabs(step[steps - 1].running - e->calibrated) < 1e-12);
}

static void steps_add_up(void **state)
{
    (void)state;
    for (int household = 0; household < 2; household++) {
        struct fixture x;
        struct lac_link_scorer scorer;
        int used = 0, terms = 0, lifts = 0;
        fixture_make(&x, household);
        assert_int_equal(lac_link_scorer_make(&x.data, &x.result.model, &x.result.terms, &scorer, NULL),
                         LAC_OK);
        for (uint32_t i = 0; i < RECORDS; i++)
            for (uint32_t j = i + 1; j < RECORDS; j++) {
                struct lac_link_explanation e;
                double home = 0, born = 0, sum;
                assert_int_equal(lac_link_explain(&x.data, &x.result, i, j, &e, NULL), LAC_OK);
                assert_true(fabs(e.weight - lac_link_score(&scorer, i, j, e.pattern)) < 1e-12);
                sum = log2(1e-3 / (1 - 1e-3));
                assert_true(fabs(e.prior - sum) < 1e-9);
                for (size_t f = 0; f < 5; f++) {
                    double part = e.field[f].weight + e.field[f].term;
                    if (f == 4) assert_int_equal(e.field[f].unused, LAC_LINK_NOT_IN_MODEL);
                    used += e.field[f].unused == LAC_LINK_USED;
                    terms += e.field[f].term < 0 || e.field[f].term > 0;
                    sum += part;
                    if (f == 1 || f == 3) home += part;
                    if (f == 1 || f == 2 || f == 3) born += part;
                }
                if (household) {
                    double both = -log2(1 - 1e-3 - 2e-5 + 1e-3 * exp2(home) + 2e-5 * exp2(born));
                    assert_true(fabs(e.household + e.twins - both) < 1e-9);
                    assert_true(fabs(e.household + log2(1 - 1e-3 + 1e-3 * exp2(home))) < 1e-9);
                } else
                    assert_true(e.household + e.twins < 1e-12 && e.household + e.twins > -1e-12);
                assert_true(fabs(sum + e.together + e.household + e.twins - e.weight) < 1e-9);
                lifts += e.together < 0;
                assert_true(fabs(e.together) < 1e-12 || fabs(e.together + 0.7 / log(2)) < 1e-9);
                steps_check(&e);
            }
        lac_link_scorer_release(&scorer);
        assert_true(used > 1000 && terms > 100 && lifts > 10);
        fixture_release(&x);
    }
}

static void says_how_it_came_about(void **state)
{
    (void)state;
    struct fixture x;
    struct lac_link_explanation e;
    const struct lac_link_explained_pair pair = {{"L:1", "R:2"}, {"V-1", "V-2"}, {2, 1}, 0.5};
    fixture_make(&x, true);
    for (size_t r = 0; r < x.result.rules; r++) { /* rules by sex, under their names */
        char text[sizeof x.result.rule[r].text];
        const char *key = "sex";
        memcpy(text, x.result.rule[r].text, sizeof text);
        assert_int_equal(lac_link_rule_parse(&x.data, &key, 1, &x.result.rule[r], NULL), LAC_OK);
        memcpy(x.result.rule[r].text, text, sizeof text);
    }
    for (uint32_t j = 1; j < RECORDS; j++) {
        char *text = NULL;
        size_t length = 0;
        assert_int_equal(lac_link_explain(&x.data, &x.result, 0, j, &e, NULL), LAC_OK);
        FILE *to = open_memstream(&text, &length);
        assert_non_null(to);
        lac_link_explain_print(&e, &pair, to);
        assert_int_equal(fclose(to), 0);
        assert_int_equal(e.scored, j % 2 == 1);
        assert_int_equal(e.mask, j % 2 == 1 && j % 3 ? 5 : 0);
        bool same =
            x.data.field[4].value[0] == x.data.field[4].value[j] && x.data.field[4].value[0] != LAC_LINK_NULL;
        const char *word =
            j % 2 == 0 ? same ? "too large to compare: rule 0; rule 1; rule 2\n" : "no rule proposed the pair"
            : j % 3    ? "Proposed by 2 of 3 rules: rule 0; rule 2\n"
                       : "Proposed by no rule; scored because";
        assert_non_null(strstr(text, word));
        assert_non_null(strstr(text, "L:1 and R:2"));
        assert_non_null(strstr(text, "Decision: one person"));
        for (size_t f = 0; f < 4; f++)
            for (size_t k = 0; k < 8; k++)
                if (strlen(value[f][k]) > 1) assert_null(strstr(text, value[f][k]));
        free(text);
    }
    fixture_release(&x);
}

static uint32_t find(const void *context, const char *id)
{
    const char *const *known = context;
    for (uint32_t i = 0; known[i]; i++)
        if (strcmp(known[i], id) == 0) return i;
    return LAC_LINK_NULL;
}

static void identifiers(void **state)
{
    (void)state;
    static const char *const known[] = {"a", "b", "c,d", "e,", NULL};
    const struct lac_link_finder finder = {find, known, "look here"};
    static const struct {
        const char *text;
        uint32_t left, right;
    } good[] = {{"a,b", 0, 1},   {"b,a", 1, 0},    {"c,d,a", 2, 0},
                {"a,c,d", 0, 2}, {"c,d,e,", 2, 3}, {"e,,a", 3, 0}};
    static const char *const bad[] = {"a", "", "a,", ",a", "a,x", "x,a", "a,a", "c,d", "c,d,c,d"};
    struct lac_arena arena;
    struct lac_error err;
    const char *id[2];
    uint32_t record[2];
    lac_arena_init(&arena);
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        lac_error_init(&err);
        assert_int_equal(lac_link_explain_ids(good[i].text, &finder, &arena, id, record, &err), LAC_OK);
        assert_int_equal(record[0], good[i].left);
        assert_int_equal(record[1], good[i].right);
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        lac_error_init(&err);
        assert_int_equal(lac_link_explain_ids(bad[i], &finder, &arena, id, record, &err), LAC_USAGE);
        assert_non_null(strstr(err.remedy, "look here"));
    }
    lac_arena_release(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(steps_add_up),
        cmocka_unit_test(says_how_it_came_about),
        cmocka_unit_test(identifiers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
