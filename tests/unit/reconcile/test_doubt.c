/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Persons for whom the records cannot tell: the regression, what counts as a trial, and that draws follow the
 * trials, the person and the nesting, not the order of the rows.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#include "base/date.h"
#include "doubt.h"
#include "logit.h"

#define PERSONS 900
#define DRAWS 200
#define PERSONS_CLAUSE 2 /* the clause on the number of persons, as in verdict.c */

static struct lac_arena arena;
static struct lac_error err;

static int setup(void **state)
{
    (void)state;
    lac_arena_init(&arena);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    lac_arena_release(&arena);
    return 0;
}

/* Two groups with many cases: the mode is the logit of the share, the precision that of the counts. */
static void regression(void **state)
{
    const struct lac_reconcile_case item[] = {{{0}, 1, 900, 300}, {{0, 1}, 2, 100, 900}};
    struct lac_reconcile_logit logit;
    double beta[2], mean = 0, square = 0, wanted = 1 / sqrt(900.0 * 300 / 1200);

    (void)state;
    assert_int_equal(lac_reconcile_logit_fit(item, 2, 2, &arena, &logit, &err), LAC_OK);
    assert_true(fabs(logit.mode[0] - log(3)) < 0.01);
    assert_true(fabs(logit.mode[0] + logit.mode[1] - log(1.0 / 9)) < 0.02);
    for (int d = 0; d < 4000; d++) {
        struct lac_random random;

        lac_random_init(&random, 1, LAC_PURPOSE_TEST, (uint32_t)d, 0, 0);
        lac_reconcile_logit_draw(&logit, &random, beta);
        mean += beta[0] / 4000;
        square += beta[0] * beta[0] / 4000;
    }
    assert_true(fabs(mean - log(3)) < 0.01);
    assert_true(fabs(sqrt(square - mean * mean) / wanted - 1) < 0.05);
}

/* Answers that a covariate separates, and a covariate that never occurs, keep finite coefficients. */
static void separated(void **state)
{
    const struct lac_reconcile_case item[] = {{{0}, 1, 0, 50}, {{0, 1}, 2, 50, 0}};
    struct lac_reconcile_logit logit;

    (void)state;
    assert_int_equal(lac_reconcile_logit_fit(item, 2, 3, &arena, &logit, &err), LAC_OK);
    assert_true(logit.mode[0] < -2 && logit.mode[0] + logit.mode[1] > 2);
    assert_true(isfinite(logit.mode[1]) && fabs(logit.mode[2]) < 1e-9);
    assert_int_equal(lac_reconcile_logit_fit(item, 0, 3, &arena, &logit, &err), LAC_OK);
    assert_true(fabs(logit.mode[0]) < 1e-9);
}

/* --- persons ------------------------------------------------------------------------------------------- */

static struct lac_reconcile_row row[PERSONS];
static struct lac_reconcile_decision decided[2][PERSONS];
static struct lac_reconcile_outcome outcome[2][PERSONS];
static struct lac_reconcile_population population;
static const struct lac_reconcile_window window = {0, 30000};
static size_t outer = 1;
static struct lac_reconcile_rule rule[2];
static const struct lac_reconcile_rules rules = {.rule = rule, .count = 2};

/* A third each on list 0 of known kind (three in four are in), on list 1 of known kind (one in five), and
 * open on list 0 or 1. `step` is coprime to the number of persons: it shuffles the rows. */
static void make_persons(size_t step)
{
    struct lac_reconcile_set set = {.row = row, .rows = PERSONS, .victims = PERSONS};

    for (size_t k = 0; k < PERSONS; k++) {
        size_t i = k * step % PERSONS, kind = k % 3;
        bool in = kind == 0 ? k / 3 % 4 != 0 : k / 3 % 5 == 0;
        struct lac_reconcile_decision *d = &decided[0][i];

        row[i] = (struct lac_reconcile_row){.content = 1000 + 77 * k,
                                            .record = (uint32_t)i,
                                            .person = (uint32_t)i,
                                            .list = (uint8_t)(kind == 2 ? k / 3 % 2 : kind),
                                            .referrer = LAC_RECONCILE_NO_LIST,
                                            .evidence = true,
                                            .from = 20000,
                                            .to = 20000,
                                            .home = LAC_RECONCILE_NONE,
                                            .force = LAC_RECONCILE_NONE,
                                            .lad = LAC_RECONCILE_NONE,
                                            .age = -1,
                                            .postcode = ""};
        *d = (struct lac_reconcile_decision){.event = true};
        if (kind == 2) {
            d->verdict = LAC_RECONCILE_CANNOT_TELL;
            d->open = 1U << PERSONS_CLAUSE;
        } else {
            d->verdict = in ? LAC_RECONCILE_IN : LAC_RECONCILE_OUT;
            d->trial = 1U << PERSONS_CLAUSE;
            d->traits = (uint8_t)(in ? 0U : LAC_RECONCILE_FAILED);
        }
        decided[1][i] = *d;
        if (kind == 2) decided[1][i].open = 1U << (PERSONS_CLAUSE + 1); /* on which there is no trial */
    }
    population = (struct lac_reconcile_population){.row = row};
    assert_int_equal(
        lac_reconcile_index_build(&set, LAC_RECONCILE_OF_VICTIMS, &arena, &population.index, &err), LAC_OK);
    population.person = LAC_NEW(&arena, struct lac_reconcile_person, PERSONS);
    lac_reconcile_persons_settle(&population.index, row, population.person);
    assert_int_equal(
        lac_reconcile_outcomes_make(&population, (struct lac_reconcile_decision *[]){decided[0], decided[1]},
                                    2, window, (struct lac_reconcile_outcome *[]){outcome[0], outcome[1]}),
        PERSONS);
}

static void learn(struct lac_reconcile_doubts *doubts)
{
    static struct lac_reconcile_decision *const decision[] = {decided[0], decided[1]};
    const struct lac_reconcile_lessons lessons = {.population = &population,
                                                  .decision = decision,
                                                  .rules = &rules,
                                                  .lists = 2,
                                                  .draws = DRAWS,
                                                  .seed = 7};

    assert_int_equal(lac_reconcile_doubts_learn(&lessons, &arena, doubts, &err), LAC_OK);
}

/* Draws of a person under both rules; false when there is nothing to draw. */
static bool draw(struct lac_reconcile_doubts *doubts, size_t person)
{
    static struct lac_reconcile_decision *const decision[] = {decided[0], decided[1]};
    static struct lac_reconcile_outcome *const outcomes[] = {outcome[0], outcome[1]};
    const struct lac_reconcile_drawing drawing = {
        .population = &population, .decision = decision, .outcome = outcomes, .at = person, .window = window};
    enum lac_status status;
    bool drawn = lac_reconcile_doubts_draw(doubts, &drawing, &status);

    assert_int_equal(status, LAC_OK);
    return drawn;
}

static void follows_trials(void **state)
{
    struct lac_reconcile_doubts doubts;
    double share[2] = {0, 0}, spread = 0, mean = 0, per_draw[DRAWS] = {0};

    (void)state;
    memset(rule, 0, sizeof rule);
    rule[0].superset = &outer;
    rule[0].supersets = 1;
    make_persons(1);
    learn(&doubts);
    assert_int_equal(lac_reconcile_doubt_trials(&doubts, 0, PERSONS_CLAUSE).cases, 600);
    assert_int_equal(lac_reconcile_doubt_trials(&doubts, 0, PERSONS_CLAUSE).held, 225 + 60);
    assert_int_equal(lac_reconcile_doubt_trials(&doubts, 1, PERSONS_CLAUSE + 1).cases, 0);
    for (size_t i = 0; i < PERSONS; i++) {
        assert_int_equal(draw(&doubts, i), i % 3 == 2);
        for (size_t d = 0; i % 3 == 2 && d < DRAWS; d++) {
            assert_true(doubts.drawn[d] <= doubts.drawn[DRAWS + d]); /* nested */
            share[row[i].list] += doubts.drawn[d] / (150.0 * DRAWS);
            if (row[i].list == 0) per_draw[d] += doubts.drawn[d];
        }
    }
    assert_true(fabs(share[0] - 0.75) < 0.02);
    assert_true(fabs(share[1] - 0.20) < 0.02);
    /* the doubt about the share itself is in the draws: more than binomial, as of 300 trials */
    for (size_t d = 0; d < DRAWS; d++) mean += per_draw[d] / DRAWS;
    for (size_t d = 0; d < DRAWS; d++) spread += (per_draw[d] - mean) * (per_draw[d] - mean) / DRAWS;
    assert_true(spread > 1.2 * 150 * 0.75 * 0.25 && spread < 2.0 * 150 * 0.75 * 0.25);
    lac_reconcile_doubts_release(&doubts);
}

/* The same persons in other rows get the same draws. */
static void order_is_nothing(void **state)
{
    static int8_t first[PERSONS][DRAWS];
    struct lac_reconcile_doubts doubts;

    (void)state;
    make_persons(1);
    learn(&doubts);
    for (size_t k = 2; k < PERSONS; k += 3) {
        assert_true(draw(&doubts, k));
        memcpy(first[k], doubts.drawn, DRAWS);
    }
    lac_reconcile_doubts_release(&doubts);
    make_persons(7);
    learn(&doubts);
    for (size_t k = 2; k < PERSONS; k += 3) {
        assert_true(draw(&doubts, k * 7 % PERSONS));
        assert_memory_equal(first[k], doubts.drawn, DRAWS);
    }
    lac_reconcile_doubts_release(&doubts);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
int main(void)
{
    const struct CMUnitTest tests[] = {TEST(regression), TEST(separated), TEST(follows_trials),
                                       TEST(order_is_nothing)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
