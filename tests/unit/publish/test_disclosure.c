/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "disclosure.h"

static const struct lac_publish_profile dfe = {"dfe-cin", "", "", 1, 5, 10, "c"};
static const struct lac_publish_profile round5 = {"round5", "", "", 1, 0, 5, "c"};
static const struct lac_publish_profile threshold = {"threshold10", "", "", 1, 9, 5, "c"};

static void test_round(void **state)
{
    static const struct {
        double value;
        int64_t multiple;
        double want;
    } cases[] = {{0, 10, 0},        {4.9, 10, 0},      {5, 10, 10}, {14.9, 10, 10},
                 {15, 10, 20},      {2, 5, 0},         {3, 5, 5},   {2347, 10, 2350},
                 {7349, 100, 7300}, {7350, 100, 7400}, {7.4, 1, 7}, {1e9 + 50, 100, 1e9 + 100}};
    (void)state;
    for (size_t i = 0; i < LAC_COUNT(cases); i++)
        assert_true(lac_publish_round(cases[i].value, cases[i].multiple) == cases[i].want);
    assert_true(isnan(lac_publish_round((double)NAN, 10)));
    assert_true(isinf(lac_publish_round((double)INFINITY, 10)));
}

static void test_count(void **state)
{
    static const struct {
        const struct lac_publish_profile *profile;
        int64_t count;
        enum lac_publish_action action;
        double value;
    } cases[] = {{&dfe, 0, LAC_PUBLISH_ROUNDED, 0},         {&dfe, 1, LAC_PUBLISH_PRIMARY, 0},
                 {&dfe, 5, LAC_PUBLISH_PRIMARY, 0},         {&dfe, 6, LAC_PUBLISH_ROUNDED, 10},
                 {&dfe, 24, LAC_PUBLISH_ROUNDED, 20},       {&round5, 1, LAC_PUBLISH_ROUNDED, 0},
                 {&round5, 3, LAC_PUBLISH_ROUNDED, 5},      {&threshold, 9, LAC_PUBLISH_PRIMARY, 0},
                 {&threshold, 10, LAC_PUBLISH_ROUNDED, 10}, {&threshold, 0, LAC_PUBLISH_ROUNDED, 0}};
    (void)state;
    for (size_t i = 0; i < LAC_COUNT(cases); i++) {
        double value;
        assert_int_equal(lac_publish_count(cases[i].profile, cases[i].count, &value), cases[i].action);
        if (cases[i].action == LAC_PUBLISH_PRIMARY) {
            assert_true(isnan(value));
        } else {
            assert_true(value == cases[i].value);
        }
    }
}

static void test_share(void **state)
{
    (void)state;
    assert_true(lac_publish_share(&dfe, 503, 998) == 0.5); /* 500 / 1000 */
    assert_true(lac_publish_share(&dfe, 996, 994) == 1.0); /* never above one */
    assert_true(isnan(lac_publish_share(&dfe, 3, 998)));   /* hidden part */
    assert_true(isnan(lac_publish_share(&dfe, 50, 99)));   /* too few */
    assert_true(isnan(lac_publish_share(&dfe, 0, 4)));
    assert_true(lac_publish_share(&dfe, 0, 998) == 0);
}

#define P LAC_PUBLISH_PRIMARY
#define S LAC_PUBLISH_SECONDARY
#define R LAC_PUBLISH_ROUNDED

static void test_parts(void **state)
{
    static const struct {
        const struct lac_publish_profile *profile;
        int64_t part[5], total;
        enum lac_publish_action want[5];
    } cases[] = {
        {&dfe, {189, 336, 3, 241, 287}, 1056, {S, R, P, R, R}}, /* one alone: the smallest goes too */
        {&dfe, {189, 336, 3, 4, 287}, 819, {R, R, P, P, R}},    /* two protect one another */
        {&dfe, {189, 336, 3, 241, 287}, -1, {R, R, P, R, R}},   /* no total, nothing to subtract from */
        {&dfe, {189, 336, 312, 241, 287}, 1365, {R, R, R, R, R}},
        {&dfe, {3, 0, 0, 0, 0}, 3, {P, R, R, R, R}},       /* the total is hidden itself */
        {&dfe, {3, 0, 50, 0, 0}, 53, {P, R, S, R, R}},     /* zeros last */
        {&dfe, {50, 50, 3, 60, 60}, 223, {S, R, P, R, R}}, /* tie: the first */
        {&threshold, {9, 200, 300, 400, 500}, 1409, {P, S, R, R, R}},
        {&round5, {3, 1, 2, 0, 4}, 10, {R, R, R, R, R}},
    };
    (void)state;
    for (size_t i = 0; i < LAC_COUNT(cases); i++) {
        enum lac_publish_action action[5];
        lac_publish_parts(cases[i].profile, cases[i].part, 5, cases[i].total, action);
        assert_memory_equal(action, cases[i].want, sizeof action);
    }
}

/* True when `value` can stand behind what is published of `truth` (hidden or not). */
static bool agrees(const struct lac_publish_profile *p, int64_t truth, bool hidden, int64_t value)
{
    if (hidden) return value >= 1;
    return !lac_publish_hides(p, value) &&
           lac_publish_round((double)value, p->round) == lac_publish_round((double)truth, p->round);
}

/* Attack by enumeration: every table of three parts that agrees with what is shown. The hidden part must be
 * able to hold each value of the primary range. */
static void attack(const struct lac_publish_profile *p, const int64_t part[3])
{
    enum lac_publish_action action[3];
    int64_t total = part[0] + part[1] + part[2];
    const int64_t most = 40;
    bool possible[3][41] = {{false}};
    lac_publish_parts(p, part, 3, total, action);
    if (lac_publish_hides(p, total)) return;
    for (int64_t a = 0; a <= most; a++)
        for (int64_t b = 0; b <= most && agrees(p, part[0], action[0] != R, a); b++)
            for (int64_t c = 0; c <= most && agrees(p, part[1], action[1] != R, b); c++)
                if (agrees(p, part[2], action[2] != R, c) && agrees(p, total, false, a + b + c))
                    possible[0][a] = possible[1][b] = possible[2][c] = true;
    for (int i = 0; i < 3; i++)
        for (int64_t v = p->primary_low; action[i] == P && v <= p->primary_high; v++)
            assert_true(possible[i][v]);
}

static void test_attack(void **state)
{
    (void)state;
    for (int64_t a = 0; a <= 12; a++)
        for (int64_t b = 0; b <= 12; b++)
            for (int64_t c = 0; c <= 12; c++) {
                attack(&dfe, (const int64_t[]){a, b, c});
                attack(&threshold, (const int64_t[]){a, b, c});
            }
}

static void test_profiles(void **state)
{
    static const char *const names[] = {"dfe-cin", "round5", "threshold10"};
    const struct lac_publish_profile *const want[] = {&dfe, &round5, &threshold};
    struct lac_arena arena;
    struct lac_error err;
    (void)state;
    lac_arena_init(&arena);
    lac_error_init(&err);
    for (size_t i = 0; i < 3; i++) {
        const struct lac_publish_profile *p = NULL;
        char *path =
            lac_arena_printf(&arena, "%s/configs/disclosure/%s.yaml", getenv("LACUNA_SOURCE"), names[i]);
        assert_int_equal(lac_publish_profile_load(path, &arena, &p, &err), LAC_OK);
        assert_string_equal(p->id, want[i]->id);
        assert_int_equal(p->primary_low, want[i]->primary_low);
        assert_int_equal(p->primary_high, want[i]->primary_high);
        assert_int_equal(p->round, want[i]->round);
        assert_string_equal(p->symbol, "c");
    }
    lac_arena_release(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_round),  cmocka_unit_test(test_count),
                                       cmocka_unit_test(test_share),  cmocka_unit_test(test_parts),
                                       cmocka_unit_test(test_attack), cmocka_unit_test(test_profiles)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
