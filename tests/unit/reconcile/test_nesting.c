/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Declared subsets never exceed their supersets, whatever the records say: random definitions that the check
 * of nesting lets pass, and the shipped ones, on random records. For every person the verdict of the inner
 * definition is no surer than that of the outer one, so the low and the high count are nested in every
 * window.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/date.h"
#include "base/random.h"
#include "group.h"
#include "nesting.h"
#include "outcome.h"

#define ROWS 24
#define PERSONS 6
#define CASES 8
#define RULES 12
#define WORLDS 4000

static struct lac_random source;

/* 0 .. n-1 */
static uint32_t any(uint32_t n)
{
    return (uint32_t)lac_random_below(&source, n);
}

static int32_t any_day(void)
{
    return any(5) == 0 ? LAC_DATE_NONE : lac_date_from_civil(2025, 1, 1) + (int32_t)any(365);
}

static int32_t any_birth(void)
{
    int year = 2005 + (int)any(8), month = 1 + (int)any(12);

    switch (any(4)) {
    case 0:
        return 0;
    case 1:
        return year * 10000;
    case 2:
        return year * 10000 + month * 100;
    default:
        return year * 10000 + month * 100 + 1 + (int)any(28);
    }
}

static int32_t any_count(void)
{
    return any(2) == 0 ? LAC_RECONCILE_UNSAID : (int32_t)any(4);
}

static struct lac_reconcile_row any_row(uint32_t record)
{
    static const char *const codes[] = {"", "71", "19C"}, *const names[] = {"", "MAKESAFE"},
                             *const references[] = {"OCG1", "NET2", "ocg3"};
    uint32_t group = any(6);
    struct lac_reconcile_row row = {
        .record = record,
        .case_index = any(CASES),
        .return_index = any(2),
        .person = any(PERSONS),
        .group = group < 3 ? group : LAC_RECONCILE_NONE,
        .role = (enum lac_reconcile_role)any(3),
        .list = (uint8_t)any(3),
        .referrer = LAC_RECONCILE_NO_LIST,
        .evidence = any(8) > 0,
        .named = any(4) > 0,
        .criterion = any(3) == 0 ? 0 : 1U << any(5),
        .flag = any(3),
        .image = any(3),
        .dob = any_birth(),
        .age = any(3) == 0 ? (int32_t)(12 + any(8)) : -1,
        .from = any_day(),
        .to = any_day(),
        .recorded = any_day(),
        .n_suspects = any_count(),
        .n_unidentified = any_count(),
        .n_victims = any_count(),
        .lad = LAC_RECONCILE_NONE,
        .home = LAC_RECONCILE_NONE,
        .force = 0,
        .postcode = "",
        .code = codes[any(3)],
        .operation = names[any(2)],
        .reference = group < 3 ? references[group] : "",
    };

    return row;
}

/* --- definitions --------------------------------------------------------------------------------------- */

static const char *codes[] = {"71", "19C"}, *words[] = {"makesafe"}, *prefixes[] = {"OCG", "NET"};

struct any_rule {
    struct lac_reconcile_definition definition;
    struct lac_reconcile_test test[2];
    struct lac_reconcile_rule rule;
};

static unsigned some_criteria(void)
{
    return any(2) == 0 ? 0 : (any(64) & any(64));
}

static struct lac_reconcile_test any_test(void)
{
    struct lac_reconcile_test test = {.criterion = any(2) == 0 ? 0 : any(64), .flag = any(4)};

    if (any(4) == 0) test.code = (struct lac_strings){codes, 1 + any(2)};
    if (any(6) == 0) test.keyword = (struct lac_strings){words, 1};
    if (test.criterion + test.flag + test.code.count + test.keyword.count == 0) test.flag = 1;
    return test;
}

static void fill_any(struct any_rule *r)
{
    memset(r, 0, sizeof *r);
    for (int i = 0; i < 2; i++) r->test[i] = any_test();
    if (any(2) == 0) r->definition.mapped_groups = (struct lac_strings){prefixes, 1 + any(2)};
    r->rule = (struct lac_reconcile_rule){
        .definition = &r->definition,
        .id = "R",
        .unit = (enum lac_reconcile_unit)any(4),
        .age_min = any(3) == 0 ? 13 : 0,
        .age_max = any(3) == 0 ? 120 : 15 + (int)any(4),
        .at_record = any(4) == 0,
        .min_persons = (int)any(4),
        .min_victims = any(2) == 0 ? 0 : (int)any(3),
        .suspect_age_min = any(3) == 0 ? 18 : 0,
        .count_unidentified = any(2) == 0,
        .count_facilitators = any(2) == 0,
        .same_incident = any(2) == 0,
        .test = r->test,
        .tests = any(3),
        .separate = some_criteria(),
        .image_only = (enum lac_reconcile_treatment)any(3),
        .peer_only = (enum lac_reconcile_treatment)any(3),
        .assume = any(4) == 0,
        .assumed = any(2) == 0,
    };
    r->rule.exclude = some_criteria() & ~r->rule.separate;
    r->rule.mapped_ocg = !r->rule.same_incident && any(4) == 0;
    if (r->rule.tests == 0) r->rule.unit = LAC_RECONCILE_UNIT_CRIME;
}

/* Makes the rule stricter or laxer in one way: pairs that nest would be rare otherwise. */
static void change(struct lac_reconcile_rule *rule, bool stricter)
{
    switch (any(9)) {
    case 0:
        rule->min_persons += stricter ? 1 : 0;
        break;
    case 1:
        if (rule->age_max < 120) rule->age_max -= stricter ? 1 : -1;
        break;
    case 2:
        rule->count_unidentified = !stricter;
        break;
    case 3:
        rule->count_facilitators = !stricter;
        break;
    case 4:
        rule->suspect_age_min = stricter ? 18 : 0;
        break;
    case 5:
        rule->image_only = stricter ? LAC_RECONCILE_EXCLUDE : LAC_RECONCILE_INCLUDE;
        break;
    case 6:
        if (stricter && rule->tests == 2) rule->tests = 1;
        break;
    case 7:
        rule->min_victims = stricter ? 2 : 0;
        break;
    default:
        rule->same_incident = stricter && !rule->mapped_ocg;
        break;
    }
}

/* --- worlds -------------------------------------------------------------------------------------------- */

struct world {
    struct lac_reconcile_row row[ROWS];
    struct lac_reconcile_set set;
    struct lac_reconcile_population people[LAC_RECONCILE_POPULATIONS];
    struct lac_reconcile_facts facts;
    const struct lac_reconcile_birth *birth; /* of the victims */
};

static void fill_world(struct world *w, struct lac_arena *arena)
{
    struct lac_reconcile_transfer *transfer = LAC_NEW(arena, struct lac_reconcile_transfer, 1);
    struct lac_reconcile_population involved, *people = w->people;
    const struct lac_reconcile_birth *birth;
    struct lac_error err;

    memset(w, 0, sizeof *w);
    for (uint32_t i = 0; i < ROWS; i++) w->row[i] = any_row(i);
    *transfer = (struct lac_reconcile_transfer){any(CASES), any(CASES)};
    w->set = (struct lac_reconcile_set){.row = w->row,
                                        .rows = ROWS,
                                        .cases = CASES,
                                        .transfer = transfer,
                                        .transfers = any(2),
                                        .victims = PERSONS,
                                        .suspects = PERSONS};
    assert_int_equal(lac_reconcile_population_settle(&w->set, LAC_RECONCILE_OF_VICTIMS, arena,
                                                     &people[LAC_RECONCILE_VICTIMS], &err),
                     LAC_OK);
    assert_int_equal(lac_reconcile_population_settle(&w->set, LAC_RECONCILE_OF_IDENTIFIED, arena,
                                                     &people[LAC_RECONCILE_SUSPECTS], &err),
                     LAC_OK);
    assert_int_equal(
        lac_reconcile_population_settle(&w->set, LAC_RECONCILE_OF_INVOLVED, arena, &involved, &err), LAC_OK);
    w->birth = lac_reconcile_births_of(&people[LAC_RECONCILE_VICTIMS], arena);
    birth = lac_reconcile_births_of(&involved, arena);
    assert_int_equal(lac_reconcile_facts_build(&w->set, birth, arena, &w->facts, &err), LAC_OK);
    assert_int_equal(
        lac_reconcile_groups_settle(&w->set, &w->facts, arena, &people[LAC_RECONCILE_GROUPS], &err), LAC_OK);
}

/* Of every population; n[population] persons each. */
static void outcomes(const struct world *w, const struct lac_reconcile_rule *rule,
                     struct lac_reconcile_window window, struct lac_reconcile_outcome outcome[][ROWS],
                     size_t n[LAC_RECONCILE_POPULATIONS])
{
    const struct lac_reconcile_basis basis = {&w->set, &w->facts, w->birth, true};
    struct lac_reconcile_decision decision[ROWS], *decisions = decision;
    struct lac_error err;

    assert_int_equal(lac_reconcile_rows_decide(rule, &basis, decision, &err), LAC_OK);
    for (int p = 0; p < LAC_RECONCILE_POPULATIONS; p++) {
        struct lac_reconcile_outcome *of = outcome[p];

        n[p] = lac_reconcile_outcomes_make(&w->people[p], &decisions, 1, window, &of);
    }
}

struct bounds {
    size_t low, high;
};

static struct bounds count(const struct lac_reconcile_outcome *outcome, size_t n)
{
    struct bounds b = {0, 0};

    for (size_t i = 0; i < n; i++) {
        b.low += outcome[i].verdict == LAC_RECONCILE_IN;
        b.high += outcome[i].verdict == LAC_RECONCILE_IN || outcome[i].verdict == LAC_RECONCILE_CANNOT_TELL;
    }
    return b;
}

/* True when the inner definition holds more than the outer one in the window, in any population. */
static bool exceeds(const struct world *w, const struct lac_reconcile_rule *inner,
                    const struct lac_reconcile_rule *outer, struct lac_reconcile_window window)
{
    struct lac_reconcile_outcome a[LAC_RECONCILE_POPULATIONS][ROWS], b[LAC_RECONCILE_POPULATIONS][ROWS];
    size_t n[LAC_RECONCILE_POPULATIONS], m[LAC_RECONCILE_POPULATIONS];
    bool exceed = false;

    outcomes(w, inner, window, a, n);
    outcomes(w, outer, window, b, m);
    for (int p = 0; p < LAC_RECONCILE_POPULATIONS; p++) {
        struct bounds low = count(a[p], n[p]), high = count(b[p], m[p]);

        assert_int_equal(n[p], m[p]);
        exceed = exceed || lac_reconcile_nesting_breaches(a[p], b[p], n[p]) > 0 || low.low > high.low ||
                 low.high > high.high;
    }
    return exceed;
}

static const struct lac_reconcile_window *windows(void)
{
    static struct lac_reconcile_window window[2];

    window[0].start = window[1].start = lac_date_from_civil(2025, 1, 1);
    window[0].end = lac_date_from_civil(2025, 12, 31);
    window[1].end = lac_date_from_civil(2025, 3, 31);
    return window;
}

static void random_definitions(void **state)
{
    static struct any_rule rule[RULES];
    struct world world;
    size_t nested = 0, refused = 0, broken = 0;

    (void)state;
    lac_random_init(&source, 20251124, LAC_PURPOSE_TEST, 1, 0, 0);
    for (int k = 0; k < WORLDS; k++) {
        struct lac_arena arena;

        lac_arena_init(&arena);
        fill_world(&world, &arena);
        for (int i = 0; i < RULES; i++) {
            fill_any(&rule[i]);
            if (i % 2 == 0) continue;
            rule[i] = rule[i - 1]; /* a relative of the one before */
            rule[i].rule.test = rule[i].test;
            rule[i].rule.definition = &rule[i].definition;
            for (int j = 0; j < 3; j++) change(&rule[i].rule, k % 2 == 0);
        }
        for (int i = 0; i < RULES * RULES; i++) {
            const struct lac_reconcile_rule *a = &rule[i / RULES].rule, *b = &rule[i % RULES].rule;
            bool exceed;

            if (a == b || (i / RULES / 2 != i % RULES / 2 && any(16) > 0)) continue;
            exceed = exceeds(&world, a, b, windows()[i % 2]);
            if (!lac_reconcile_nesting_certain(a, b)) {
                refused++;
                broken += exceed ? 1 : 0;
                continue;
            }
            nested++;
            if (exceed) fail_msg("world %d: rule %d exceeds rule %d", k, i / RULES, i % RULES);
        }
        lac_arena_release(&arena);
    }
    assert_true(nested > 5000);         /* the property was put to the test */
    assert_true(broken > refused / 20); /* and the check does not refuse what could not go wrong */
}

static void shipped_definitions(void **state)
{
    static const char *const names[] = {"D_IICSA",     "D_HMIC",  "D_OCG", "D_COCAD_ALL",
                                        "D_COCAD_CSE", "D_ADULT", "D_MVMO"};
    struct lac_config_path path[LAC_COUNT(names)];
    struct lac_definitions_settings settings = {.files = {path, LAC_COUNT(names)}, .headline = "D_IICSA"};
    struct lac_reconcile_rules rules;
    struct lac_arena arena;
    struct lac_error err;
    struct world world;
    size_t declared = 0;

    (void)state;
    lac_arena_init(&arena);
    for (size_t i = 0; i < LAC_COUNT(names); i++)
        path[i].written = path[i].resolved =
            lac_arena_printf(&arena, "%s/configs/definitions/%s.yaml", getenv("LACUNA_SOURCE"), names[i]);
    assert_int_equal(lac_reconcile_rules_load(&settings, &arena, &rules, &err), LAC_OK);
    lac_random_init(&source, 20251124, LAC_PURPOSE_TEST, 2, 0, 0);
    for (int k = 0; k < WORLDS; k++) {
        fill_world(&world, &arena);
        for (size_t i = 0; i < rules.count; i++) {
            const struct lac_reconcile_rule *inner = &rules.rule[i];

            for (size_t j = 0; j < inner->supersets; j++) {
                const struct lac_reconcile_rule *outer = &rules.rule[inner->superset[j]];

                declared += k == 0 ? 1 : 0;
                if (exceeds(&world, inner, outer, windows()[k % 2]))
                    fail_msg("world %d: %s exceeds %s", k, inner->id, outer->id);
            }
        }
    }
    assert_int_equal(declared, 5);
    lac_arena_release(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(random_definitions),
                                       cmocka_unit_test(shipped_definitions)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
