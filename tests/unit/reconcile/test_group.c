/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Groups: who is connected to whom, and by what; and suspects, whose cases say whether they are in.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/date.h"
#include "group.h"
#include "outcome.h"
#include "verdict.h"

#define MAX 32
static struct lac_arena arena;
static struct lac_reconcile_row row[MAX];
static struct lac_reconcile_set set;
static struct lac_reconcile_facts facts;
static struct lac_error err;

static int setup(void **state)
{
    (void)state;
    lac_error_init(&err);
    lac_arena_init(&arena);
    facts = (struct lac_reconcile_facts){0};
    set = (struct lac_reconcile_set){.row = row, .cases = MAX, .victims = MAX, .suspects = MAX};
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    lac_arena_release(&arena);
    return 0;
}

static struct lac_reconcile_row *add(enum lac_reconcile_role role, uint32_t case_index, uint32_t person)
{
    struct lac_reconcile_row *r = &row[set.rows];

    *r = (struct lac_reconcile_row){.record = (uint32_t)set.rows,
                                    .case_index = case_index,
                                    .role = role,
                                    .person = person,
                                    .group = LAC_RECONCILE_NONE,
                                    .referrer = LAC_RECONCILE_NO_LIST,
                                    .evidence = true,
                                    .named = true,
                                    .criterion = lac_reconcile_criterion_bit("CSE"),
                                    .flag = LAC_RECONCILE_YES,
                                    .image = LAC_RECONCILE_NO,
                                    .dob = role == LAC_RECONCILE_VICTIM ? 20100101 : 19850101,
                                    .age = LAC_RECONCILE_UNSAID,
                                    .from = lac_date_from_civil(2025, 3, 1),
                                    .to = LAC_DATE_NONE,
                                    .recorded = LAC_DATE_NONE,
                                    .n_suspects = LAC_RECONCILE_UNSAID,
                                    .n_unidentified = LAC_RECONCILE_UNSAID,
                                    .n_victims = LAC_RECONCILE_UNSAID,
                                    .lad = LAC_RECONCILE_NONE,
                                    .home = LAC_RECONCILE_NONE,
                                    .force = LAC_RECONCILE_NONE,
                                    .code = "",
                                    .operation = "",
                                    .reference = "",
                                    .postcode = ""};
    set.rows++;
    return r;
}
#define VICTIM(c, p) add(LAC_RECONCILE_VICTIM, c, p)
#define SUSPECT(c, p) add(LAC_RECONCILE_SUSPECT, c, p)
#define FACILITATOR(c, p) add(LAC_RECONCILE_FACILITATOR, c, p)

static struct lac_reconcile_birth *build_facts(void)
{
    struct lac_reconcile_population victims, involved;

    assert_int_equal(lac_reconcile_population_settle(&set, LAC_RECONCILE_OF_VICTIMS, &arena, &victims, &err),
                     LAC_OK);
    assert_int_equal(
        lac_reconcile_population_settle(&set, LAC_RECONCILE_OF_INVOLVED, &arena, &involved, &err), LAC_OK);
    assert_int_equal(
        lac_reconcile_facts_build(&set, lac_reconcile_births_of(&involved, &arena), &arena, &facts, &err),
        LAC_OK);
    return lac_reconcile_births_of(&victims, &arena);
}

/* Groups of the rows, as letters in order: "AAB" is two rows of the first group and one of the second; "-" a
 * row of none. */
static void expect_groups(const char *letters)
{
    struct lac_reconcile_grouping grouping;
    char found[MAX + 1] = "";

    (void)build_facts();
    assert_int_equal(lac_reconcile_groups_find(&set, &facts, &arena, &grouping, &err), LAC_OK);
    for (size_t i = 0; i < set.rows; i++)
        found[i] = grouping.of_row[i] == LAC_RECONCILE_NONE ? '-' : (char)('A' + grouping.of_row[i]);
    assert_string_equal(found, letters);
}

/* A case has everybody of it; a suspect, a facilitator or a victim in two cases ties them. */
static void tied_by_persons(void **state)
{
    (void)state;
    VICTIM(0, 0);
    SUSPECT(0, 0);
    VICTIM(1, 1); /* another case */
    SUSPECT(1, 1);
    VICTIM(2, 2); /* the suspect of the first */
    SUSPECT(2, 0);
    VICTIM(3, 2); /* the victim of the third, whom another list saw */
    VICTIM(4, 4);
    FACILITATOR(4, 1); /* the suspect of the second facilitates here */
    VICTIM(5, 5);      /* alone: its number is not that of suspect 5 */
    VICTIM(6, 6);
    SUSPECT(6, 5);
    expect_groups("AABBAAABBCDD");
}

/* One whom no record names ties nothing, nor does what is no evidence. */
static void not_tied(void **state)
{
    (void)state;
    VICTIM(0, 0);
    SUSPECT(0, 0)->named = false;
    VICTIM(1, 1);
    SUSPECT(1, 0)->named = false;
    VICTIM(2, 2);
    SUSPECT(2, 1);
    VICTIM(3, 3);
    SUSPECT(3, 1)->evidence = false;
    VICTIM(4, 4)->evidence = false;
    expect_groups("AABBCCD--");
}

/* Group references of one agency and transfers tie cases; references of two agencies have two numbers. */
static void tied_by_references(void **state)
{
    struct lac_reconcile_transfer moved = {4, 5};

    (void)state;
    VICTIM(0, 0)->group = 7;
    VICTIM(1, 1)->group = 8;
    VICTIM(2, 2)->group = 7;
    VICTIM(3, 3);
    VICTIM(4, 4);
    VICTIM(5, 5);
    set.transfer = &moved;
    set.transfers = 1;
    expect_groups("ABACDD");
}

/* As a population: rows of everybody, in order of precedence, no birth and no sex; on every list that has
 * evidence of one of its cases. A home abroad takes no group out. */
static void population(void **state)
{
    const struct lac_reconcile_window window = {lac_date_from_civil(2025, 1, 1),
                                                lac_date_from_civil(2025, 12, 31)};
    struct lac_reconcile_population groups;
    struct lac_reconcile_decision decision[MAX] = {{0}};
    struct lac_reconcile_outcome outcome[MAX];

    (void)state;
    VICTIM(0, 0)->list = 2;
    row[0].sex = 'F';
    row[0].home = LAC_RECONCILE_OUTSIDE;
    SUSPECT(0, 0)->list = 2;
    row[1].home = 5;
    row[1].from++;
    VICTIM(1, 1)->list = 0;
    SUSPECT(1, 0)->list = 0;
    VICTIM(2, 2)->list = 1;
    row[4].home = LAC_RECONCILE_OUTSIDE;
    row[4].force = 3;
    for (size_t i = 0; i < set.rows; i++) {
        decision[i].verdict = i < 2 ? LAC_RECONCILE_IN : LAC_RECONCILE_CANNOT_TELL;
        decision[i].event = i != 2 && i != 3;
    }
    (void)build_facts();
    assert_int_equal(lac_reconcile_groups_settle(&set, &facts, &arena, &groups, &err), LAC_OK);
    assert_int_equal(lac_reconcile_population_count(&groups), 2);
    assert_int_equal(groups.index.row[groups.index.first[0]], 2); /* the first list has precedence */
    assert_int_equal(lac_reconcile_outcomes_make(&groups, (struct lac_reconcile_decision *[]){decision}, 1,
                                                 window, (struct lac_reconcile_outcome *[]){outcome}),
                     2);
    assert_int_equal(outcome[0].verdict, LAC_RECONCILE_IN);
    assert_int_equal(outcome[0].pattern, 4); /* list 0 has no event of the kind */
    assert_int_equal(outcome[0].force, 5);
    assert_int_equal(outcome[0].age, LAC_RECONCILE_UNSAID);
    assert_int_equal(outcome[1].verdict, LAC_RECONCILE_CANNOT_TELL);
    assert_int_equal(outcome[1].force, 3);
}

/* --- suspects ------------------------------------------------------------------------------------------ */

#define HEAD                                                                                                 \
    "id: X\ntitle: T\nversion: '1'\nstatus: variant\nwords: W\nvictim_age_max: 17\n"                         \
    "exploitation: [{ criterion: [CSE] }]\n"

static const struct lac_reconcile_decision *decide(const char *keys)
{
    struct lac_reconcile_decision *out = LAC_NEW(&arena, struct lac_reconcile_decision, MAX);
    struct lac_reconcile_rule *rule = LAC_NEW(&arena, struct lac_reconcile_rule, 1);
    const struct lac_reconcile_basis basis = {&set, &facts, build_facts(), true};
    const char *yaml =
        lac_arena_printf(&arena, HEAD "%s%s\n", strstr(keys, "min_persons") ? "" : "min_persons: 2\n", keys);
    void *definition;

    if (lac_config_load_text("x.yaml", yaml, &lac_reconcile_definition_schema, &arena, &definition, &err) !=
            LAC_OK ||
        lac_reconcile_definition_compile(definition, "x.yaml", &arena, rule, &err) != LAC_OK)
        fail_msg("%s: %s", keys, err.message);
    assert_int_equal(lac_reconcile_rows_decide(rule, &basis, out, &err), LAC_OK);
    return out;
}

/* A suspect is in by the best of the victims of his case: an adult and a child in one case make it one. */
static void case_of_suspect(void **state)
{
    const struct lac_reconcile_decision *d;

    (void)state;
    VICTIM(0, 0)->dob = 20000101; /* an adult */
    VICTIM(0, 1);
    SUSPECT(0, 0)->n_suspects = 2;
    VICTIM(1, 2)->dob = 20000101;
    SUSPECT(1, 1)->n_suspects = 2;
    VICTIM(2, 3);
    SUSPECT(2, 2);
    d = decide("unit: crime");
    assert_int_equal(d[0].verdict, LAC_RECONCILE_OUT);
    assert_int_equal(d[1].verdict, LAC_RECONCILE_IN);
    assert_int_equal(d[2].verdict, LAC_RECONCILE_IN);
    assert_true(d[2].event);
    assert_int_equal(d[4].verdict, LAC_RECONCILE_OUT);
    assert_int_equal(d[4].reason, LAC_RECONCILE_REASON_AGE);
    assert_false(d[4].event);
    assert_int_equal(d[6].verdict, LAC_RECONCILE_CANNOT_TELL); /* nobody says how many */
    assert_int_equal(d[6].reason, LAC_RECONCILE_REASON_PERSONS);
    assert_true(d[6].event);
}

/* Without a record of the victim the victim's age is not known: not the suspect's own. */
static void no_victim(void **state)
{
    const struct lac_reconcile_decision *d;

    (void)state;
    SUSPECT(0, 0)->age = 40;
    SUSPECT(1, 1)->criterion = lac_reconcile_criterion_bit("FAM");
    row[0].n_suspects = row[1].n_suspects = 2;
    d = decide("unit: crime");
    assert_int_equal(d[0].verdict, LAC_RECONCILE_CANNOT_TELL);
    assert_int_equal(d[0].reason, LAC_RECONCILE_REASON_AGE);
    assert_int_equal(d[1].verdict, LAC_RECONCILE_OUT);
    assert_int_equal(d[1].reason, LAC_RECONCILE_REASON_EXPLOITATION);
    d = decide("unit: victim");
    assert_int_equal(d[0].verdict, LAC_RECONCILE_CANNOT_TELL);
}

/* A facilitator is a suspect where the definition counts facilitators, else out; the case is what it is. */
static void facilitators(void **state)
{
    const struct lac_reconcile_decision *d;

    (void)state;
    VICTIM(0, 0)->n_suspects = 2;
    FACILITATOR(0, 0);
    d = decide("unit: crime\ncount_facilitators: true");
    assert_int_equal(d[1].verdict, LAC_RECONCILE_IN);
    d = decide("unit: crime\ncount_facilitators: false");
    assert_int_equal(d[0].verdict, LAC_RECONCILE_IN);
    assert_int_equal(d[1].verdict, LAC_RECONCILE_OUT);
    assert_int_equal(d[1].reason, LAC_RECONCILE_REASON_ROLE);
    assert_false(d[1].event);
    d = decide("unit: crime\nmin_persons: 0\ncount_facilitators: false");
    assert_int_equal(d[1].verdict, LAC_RECONCILE_IN); /* nobody is counted, so that nobody is left out */
}

/* One whom no record names is no person of the suspects. */
static void identified(void **state)
{
    struct lac_reconcile_population suspects;

    (void)state;
    SUSPECT(0, 0);
    SUSPECT(0, 1)->named = false;
    SUSPECT(1, 2)->evidence = false;
    FACILITATOR(1, 3);
    set.suspects = 4;
    assert_int_equal(
        lac_reconcile_population_settle(&set, LAC_RECONCILE_OF_IDENTIFIED, &arena, &suspects, &err), LAC_OK);
    assert_int_equal(suspects.index.persons, 4);
    assert_int_equal(lac_reconcile_population_count(&suspects), 2);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
int main(void)
{
    const struct CMUnitTest tests[] = {TEST(tied_by_persons), TEST(not_tied),        TEST(tied_by_references),
                                       TEST(population),      TEST(case_of_suspect), TEST(no_victim),
                                       TEST(facilitators),    TEST(identified)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
