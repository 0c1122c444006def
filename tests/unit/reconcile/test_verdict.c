/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/date.h"
#include "verdict.h"

#define OPEN LAC_RECONCILE_UNBOUNDED
#define Y LAC_RECONCILE_YES
#define N LAC_RECONCILE_NO
#define CSE LAC_RECONCILE_CSE

static struct lac_arena arena;
static struct lac_reconcile_rules rules; /* the shipped ones */
enum { IICSA, FLAG, ALL, COCAD, ADULT, MVMO, RULES };

static int load(void **state)
{
    static const char *const names[RULES] = {"D_IICSA",     "D_FLAG",  "D_COCAD_ALL",
                                             "D_COCAD_CSE", "D_ADULT", "D_MVMO"};
    static struct lac_config_path path[RULES];
    struct lac_definitions_settings settings = {.files = {path, RULES}, .headline = "D_IICSA"};
    struct lac_error err;

    (void)state;
    lac_arena_init(&arena);
    lac_error_init(&err);
    for (size_t i = 0; i < RULES; i++)
        path[i].resolved =
            lac_arena_printf(&arena, "%s/configs/definitions/%s.yaml", getenv("LACUNA_SOURCE"), names[i]);
    return lac_reconcile_rules_load(&settings, &arena, &rules, &err) == LAC_OK ? 0 : -1;
}

static int unload(void **state)
{
    (void)state;
    lac_arena_release(&arena);
    return 0;
}

/* A plain case of the headline: everything known and in. */
static const struct lac_reconcile_view plain = {
    .age = {14, 14},
    .criterion = CSE,
    .flag = Y,
    .image = N,
    .code = "71",
    .operation = "",
    .persons = {2, 2},
    .victims = {1, 1},
    .adults = {2, 2},
    .everyone = {2, 2},
};

struct expectation {
    const char *what;
    int rule;
    struct lac_reconcile_view view;
    enum lac_reconcile_verdict verdict;
    enum lac_reconcile_reason reason;
    bool event;
};
#define VIEW(...)                                                                                            \
    {                                                                                                        \
        .age = {14, 14}, .criterion = CSE, .flag = Y, .image = N, .code = "71", .operation = "",             \
        .persons = {2, 2}, .victims = {1, 1}, .adults = {2, 2}, .everyone = {2, 2}, __VA_ARGS__              \
    }
#pragma GCC diagnostic ignored "-Woverride-init"
#if defined(__clang__)
#pragma clang diagnostic ignored "-Winitializer-overrides"
#endif

#define IN LAC_RECONCILE_IN
#define OUT LAC_RECONCILE_OUT
#define APART LAC_RECONCILE_APART
#define MAYBE LAC_RECONCILE_CANNOT_TELL
#define WHY(name) LAC_RECONCILE_REASON_##name

static const struct expectation cases[] = {
    {"plain", IICSA, VIEW(), IN, WHY(ALL), true},
    /* age */
    {"seventeen", IICSA, VIEW(.age = {17, 17}), IN, WHY(ALL), true},
    {"eighteen", IICSA, VIEW(.age = {18, 18}), OUT, WHY(AGE), false},
    {"seventeen or eighteen", IICSA, VIEW(.age = {17, 18}), MAYBE, WHY(AGE), true},
    {"age not known", IICSA, VIEW(.age = {0, 200}), MAYBE, WHY(AGE), true},
    /* persons */
    {"one suspect", IICSA, VIEW(.persons = {1, 1}), OUT, WHY(PERSONS), true},
    {"one or more", IICSA, VIEW(.persons = {1, OPEN}), MAYBE, WHY(PERSONS), true},
    {"two or more", IICSA, VIEW(.persons = {2, OPEN}), IN, WHY(ALL), true},
    {"nothing known of suspects", IICSA, VIEW(.persons = {0, OPEN}), MAYBE, WHY(PERSONS), true},
    /* exploitation: criterion and flag */
    {"criterion decides against the flag", IICSA, VIEW(.flag = N), IN, WHY(ALL), true},
    {"flag with unknown criterion", IICSA, VIEW(.criterion = 0), IN, WHY(ALL), true},
    {"unknown criterion, flag off", IICSA, VIEW(.criterion = 0, .flag = N), MAYBE, WHY(EXPLOITATION), true},
    {"unknown criterion and flag", IICSA, VIEW(.criterion = 0, .flag = 0), MAYBE, WHY(EXPLOITATION), true},
    {"other criterion with flag", IICSA, VIEW(.criterion = LAC_RECONCILE_OTH), OUT, WHY(EXPLOITATION), false},
    {"CSE or other", IICSA, VIEW(.criterion = CSE | LAC_RECONCILE_OTH), MAYBE, WHY(EXPLOITATION), true},
    {"flag in conflict, unknown criterion", IICSA, VIEW(.criterion = 0, .flag = Y | N), MAYBE,
     WHY(EXPLOITATION), true},
    /* apart */
    {"familial", IICSA, VIEW(.criterion = LAC_RECONCILE_FAM), APART, WHY(FAMILIAL), false},
    {"institutional", IICSA, VIEW(.criterion = LAC_RECONCILE_INS), APART, WHY(CRITERION), false},
    {"ritualistic", IICSA, VIEW(.criterion = LAC_RECONCILE_RIT), APART, WHY(CRITERION), false},
    {"image only", IICSA, VIEW(.image = Y), APART, WHY(IMAGE_ONLY), false},
    {"image only not known", IICSA, VIEW(.image = 0), MAYBE, WHY(IMAGE_ONLY), true},
    {"familial by one suspect", IICSA, VIEW(.criterion = LAC_RECONCILE_FAM, .persons = {1, 1}), OUT,
     WHY(PERSONS), false},
    {"familial, suspects not known", IICSA, VIEW(.criterion = LAC_RECONCILE_FAM, .persons = {0, OPEN}), APART,
     WHY(FAMILIAL), false},
    {"familial or CSE", IICSA, VIEW(.criterion = CSE | LAC_RECONCILE_FAM), MAYBE, WHY(EXPLOITATION), true},
    {"image only of another kind", IICSA, VIEW(.criterion = LAC_RECONCILE_OTH, .image = Y), OUT,
     WHY(EXPLOITATION), false},
    {"peers are in", IICSA, VIEW(.adults = {0, 0}), IN, WHY(ALL), true},
    {"familial adult", IICSA, VIEW(.criterion = LAC_RECONCILE_FAM, .age = {18, 18}), OUT, WHY(AGE), false},
    /* several unknowns: the first is named */
    {"age and persons", IICSA, VIEW(.age = {16, 19}, .persons = {1, 2}), MAYBE, WHY(AGE), true},
    /* out wins over cannot tell */
    {"unknown age, one suspect", IICSA, VIEW(.age = {0, 200}, .persons = {1, 1}), OUT, WHY(PERSONS), true},
    /* the other definitions */
    {"flag alone", FLAG, VIEW(.persons = {1, 1}, .criterion = LAC_RECONCILE_FAM), IN, WHY(ALL), true},
    {"flag off", FLAG, VIEW(.flag = N), OUT, WHY(EXPLOITATION), false},
    {"flag not known", FLAG, VIEW(.flag = 0), MAYBE, WHY(EXPLOITATION), true},
    {"any criterion", ALL, VIEW(.criterion = LAC_RECONCILE_INS, .flag = N, .image = Y), IN, WHY(ALL), true},
    {"criterion CSE", COCAD, VIEW(.flag = N, .image = 0), IN, WHY(ALL), true},
    {"criterion not known", COCAD, VIEW(.criterion = 0), MAYBE, WHY(EXPLOITATION), true},
    {"familial is not CSE", COCAD, VIEW(.criterion = LAC_RECONCILE_FAM), OUT, WHY(EXPLOITATION), false},
    {"several victims", MVMO, VIEW(.victims = {2, 2}), IN, WHY(ALL), true},
    {"one victim", MVMO, VIEW(), OUT, WHY(VICTIMS), true},
    {"one victim or more", MVMO, VIEW(.victims = {1, OPEN}), MAYBE, WHY(VICTIMS), true},
};

static void table(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct expectation *e = &cases[i];
        struct lac_reconcile_decision d = lac_reconcile_decide(&rules.rule[e->rule], &e->view);

        if (d.verdict != e->verdict || d.reason != e->reason || d.event != e->event)
            fail_msg("%s: %s because of %s, event %d", e->what, lac_reconcile_verdict_word(d.verdict),
                     lac_reconcile_reason_word(d.reason), d.event);
    }
}

/* Clauses that no shipped definition uses, each alone. */
static void clauses(void **state)
{
    const char *codes[] = {"71", "72"}, *words[] = {"makesafe"};
    struct lac_reconcile_test code = {.code = {codes, 2}}, word = {.keyword = {words, 1}};
    struct lac_reconcile_rule rule = {.age_max = 120, .test = &code, .tests = 1};
    struct lac_reconcile_view view = plain;

    (void)state;
    assert_int_equal(lac_reconcile_decide(&rule, &view).verdict, IN);
    view.code = "19C";
    assert_int_equal(lac_reconcile_decide(&rule, &view).verdict, OUT);
    view.code = "";
    assert_int_equal(lac_reconcile_decide(&rule, &view).verdict, MAYBE);
    rule.test = &word;
    view.operation = "Operation MakeSafe 2";
    assert_int_equal(lac_reconcile_decide(&rule, &view).verdict, IN);
    view.operation = "Operation Makesafety";
    assert_int_equal(lac_reconcile_decide(&rule, &view).verdict, OUT);
    view.operation = "";
    assert_int_equal(lac_reconcile_decide(&rule, &view).verdict, OUT);
    rule.tests = 0;
    rule.exclude = LAC_RECONCILE_INS;
    view.criterion = LAC_RECONCILE_INS;
    assert_int_equal(lac_reconcile_decide(&rule, &view).reason, WHY(CRITERION));
    view.criterion = 0;
    assert_int_equal(lac_reconcile_decide(&rule, &view).verdict, IN);
    rule.peer_only = LAC_RECONCILE_SEPARATE;
    assert_int_equal(lac_reconcile_decide(&rule, &view).verdict, IN);
    view.adults = (struct lac_reconcile_range){0, 0};
    assert_int_equal(lac_reconcile_decide(&rule, &view).verdict, APART);
    view.adults = (struct lac_reconcile_range){0, 1};
    assert_int_equal(lac_reconcile_decide(&rule, &view).verdict, MAYBE);
    rule.peer_only = LAC_RECONCILE_EXCLUDE;
    view.adults = (struct lac_reconcile_range){0, 0};
    assert_int_equal(lac_reconcile_decide(&rule, &view).verdict, OUT);
}

/* on_missing: a clause that cannot be decided takes the declared value. */
static void on_missing(void **state)
{
    struct lac_reconcile_rule rule = rules.rule[IICSA];
    struct lac_reconcile_view view = plain;

    (void)state;
    view.persons = (struct lac_reconcile_range){1, OPEN};
    rule.assume = rule.assumed = true;
    assert_int_equal(lac_reconcile_decide(&rule, &view).verdict, IN);
    rule.assumed = false;
    assert_int_equal(lac_reconcile_decide(&rule, &view).verdict, OUT);
    view.persons = (struct lac_reconcile_range){2, 2};
    assert_int_equal(lac_reconcile_decide(&rule, &view).verdict, IN);
}

static int32_t day(int year, int month, int d)
{
    return lac_date_from_civil(year, month, d);
}

static void expect_age(const struct lac_reconcile_row *row, int32_t dob, bool at_record, int low, int high)
{
    struct lac_reconcile_birth birth = {INT32_MIN, INT32_MAX};
    struct lac_reconcile_range age;

    if (dob != 0) lac_partial_range(dob, &birth.first, &birth.last);
    age = lac_reconcile_victim_age(row, birth, at_record);
    assert_int_equal(age.low, low);
    assert_int_equal(age.high, high);
}

/* Seventeen and eighteen, with dates known in part. */
static void ages(void **state)
{
    struct lac_reconcile_row row = {
        .from = day(2025, 3, 10), .to = LAC_DATE_NONE, .recorded = day(2025, 9, 1), .age = -1};

    (void)state;
    expect_age(&row, 20070310, false, 18, 18); /* the birthday itself */
    expect_age(&row, 20070311, false, 17, 17); /* a day later */
    expect_age(&row, 20070300, false, 17, 18); /* month known */
    expect_age(&row, 20070000, false, 17, 18); /* year known */
    expect_age(&row, 20080000, false, 16, 17);
    expect_age(&row, 0, false, 0, 200);
    row.age = 17; /* the age settles what the date leaves open, and nothing else */
    expect_age(&row, 20070000, false, 17, 17);
    expect_age(&row, 0, false, 17, 17);
    expect_age(&row, 20080000, false, 17, 17);
    expect_age(&row, 20100105, false, 15, 15);
    row.age = -1;
    expect_age(&row, 20070311, true, 18, 18); /* at the record, half a year later */
    row.to = row.from;
    row.from = LAC_DATE_NONE;
    expect_age(&row, 20070311, false, 17, 17); /* one end means the other */
    row.to = LAC_DATE_NONE;
    expect_age(&row, 20070311, false, 0, 18); /* recorded at 18: the offence may have been earlier */
    expect_age(&row, 20090101, false, 0, 16);
    row.recorded = LAC_DATE_NONE;
    expect_age(&row, 20090101, false, 0, 200);
}

/* Rows: own value first, then what the incident says. */
static void rows(void **state)
{
    struct lac_reconcile_row row[3];
    struct lac_reconcile_birth victim[1] = {{0, 0}}, suspect[2] = {{0, 0}, {0, 0}};
    struct lac_reconcile_decision out[3];
    struct lac_reconcile_facts facts;
    const struct lac_reconcile_set set = {.row = row, .rows = 3, .cases = 1};
    const struct lac_reconcile_basis basis = {&set, &facts, victim, false};
    struct lac_error err;

    (void)state;
    memset(row, 0, sizeof row);
    memset(&facts, 0, sizeof facts);
    for (uint32_t i = 0; i < 3; i++)
        row[i] = (struct lac_reconcile_row){.record = i,
                                            .role = i == 0 ? LAC_RECONCILE_VICTIM : LAC_RECONCILE_SUSPECT,
                                            .person = i == 0 ? 0 : i - 1,
                                            .group = LAC_RECONCILE_NONE,
                                            .evidence = true,
                                            .named = true,
                                            .age = -1,
                                            .from = day(2025, 3, 1),
                                            .to = LAC_DATE_NONE,
                                            .recorded = LAC_DATE_NONE,
                                            .n_suspects = -1,
                                            .n_unidentified = -1,
                                            .n_victims = -1,
                                            .code = "",
                                            .operation = ""};
    victim[0] = (struct lac_reconcile_birth){day(2010, 1, 1), day(2010, 1, 1)};
    suspect[0] = suspect[1] = (struct lac_reconcile_birth){day(1980, 1, 1), day(1980, 1, 1)};
    row[0].image = N;
    row[1].criterion = CSE; /* said on a suspect's row alone */
    assert_int_equal(lac_reconcile_facts_build(&set, suspect, &arena, &facts, &err), LAC_OK);
    assert_int_equal(lac_reconcile_rows_decide(&rules.rule[IICSA], &basis, out, &err), LAC_OK);
    assert_int_equal(out[0].verdict, IN);
    assert_true(out[0].event);
    assert_int_equal(out[1].verdict, OUT); /* not a victim's row */
    row[0].criterion = LAC_RECONCILE_OTH;
    assert_int_equal(lac_reconcile_rows_decide(&rules.rule[IICSA], &basis, out, &err), LAC_OK);
    assert_int_equal(out[0].verdict, OUT); /* its own word, not that of the incident's other rows */
    assert_int_equal(out[0].reason, WHY(EXPLOITATION));
    assert_int_equal(lac_reconcile_rows_decide(&rules.rule[ADULT], &basis, out, &err), LAC_OK);
    assert_int_equal(out[0].reason, WHY(EXPLOITATION));
    row[0].criterion = CSE;
    assert_int_equal(lac_reconcile_rows_decide(&rules.rule[ADULT], &basis, out, &err), LAC_OK);
    assert_int_equal(out[0].reason, WHY(ALL)); /* two adults named are enough */
    assert_int_equal(out[0].verdict, IN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(table), cmocka_unit_test(clauses), cmocka_unit_test(on_missing),
        cmocka_unit_test(ages),  cmocka_unit_test(rows),
    };

    return cmocka_run_group_tests(tests, load, unload);
}
