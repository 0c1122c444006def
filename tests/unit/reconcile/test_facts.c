/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "base/date.h"
#include "facts.h"

#define OPEN LAC_RECONCILE_UNBOUNDED
#define MAX 300

static struct lac_arena arena;
static struct lac_reconcile_row row[MAX];
static struct lac_reconcile_birth birth[MAX];
static struct lac_reconcile_facts facts;
static bool transferred[MAX];
static size_t rows;

static int setup(void **state)
{
    (void)state;
    lac_arena_init(&arena);
    facts = (struct lac_reconcile_facts){0};
    rows = 0;
    for (size_t i = 0; i < MAX; i++) birth[i] = (struct lac_reconcile_birth){INT32_MIN, INT32_MAX};
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    lac_arena_release(&arena);
    return 0;
}

static struct lac_reconcile_row *add(uint32_t case_index, enum lac_reconcile_role role, uint32_t person)
{
    row[rows] = (struct lac_reconcile_row){
        .record = (uint32_t)rows,
        .case_index = case_index,
        .role = role,
        .person = person,
        .group = LAC_RECONCILE_NONE,
        .evidence = true,
        .named = true,
        .age = -1,
        .n_suspects = -1,
        .n_unidentified = -1,
        .n_victims = -1,
        .from = lac_date_from_civil(2025, 6, 1),
        .to = LAC_DATE_NONE,
        .recorded = LAC_DATE_NONE,
        .code = "",
        .operation = "",
        .postcode = "",
    };
    return &row[rows++];
}

#define VICTIM(c, p) add(c, LAC_RECONCILE_VICTIM, p)
#define SUSPECT(c, p) add(c, LAC_RECONCILE_SUSPECT, p)
#define FACILITATOR(c, p) add(c, LAC_RECONCILE_FACILITATOR, p)

static struct lac_reconcile_set set_of(size_t cases, struct lac_reconcile_transfer *transfer,
                                       size_t transfers)
{
    struct lac_reconcile_set set = {.row = row,
                                    .transferred = transferred,
                                    .rows = rows,
                                    .cases = cases,
                                    .transfer = transfer,
                                    .transfers = transfers};

    return set;
}

static void build(size_t cases, struct lac_reconcile_transfer *transfer, size_t transfers)
{
    struct lac_reconcile_set set = set_of(cases, transfer, transfers);
    struct lac_error err;

    assert_int_equal(lac_reconcile_facts_build(&set, birth, &arena, &facts, &err), LAC_OK);
}

static void expect(const struct lac_reconcile_gathering *gathering, size_t group,
                   struct lac_reconcile_count_options options, int32_t low, int32_t high)
{
    struct lac_reconcile_range count = lac_reconcile_suspects_count(gathering, group, options);

    assert_int_equal(count.low, low);
    assert_int_equal(count.high, high);
}

static const struct lac_reconcile_count_options headline = {true, true, 0}, identified = {false, false, 0},
                                                adults = {true, false, 18};

/* Declared numbers against rows: what is certain, what is possible. */
static void declared(void **state)
{
    (void)state;
    VICTIM(0, 0); /* nothing said */
    VICTIM(1, 0)->n_suspects = 3;
    VICTIM(2, 0)->n_suspects = 1; /* fewer than the rows show */
    SUSPECT(2, 0), SUSPECT(2, 1);
    VICTIM(3, 0)->n_suspects = 2; /* one named, one unidentified */
    row[rows - 1].n_unidentified = 1;
    SUSPECT(3, 0);
    VICTIM(4, 0)->n_unidentified = 1; /* no total: rows and unidentified add up */
    SUSPECT(4, 0);
    VICTIM(5, 0)->n_suspects = 2; /* stale: one was named since */
    row[rows - 1].n_unidentified = 1;
    SUSPECT(5, 0), SUSPECT(5, 1);
    VICTIM(6, 0)->n_suspects = 0;
    build(7, NULL, 0);
    expect(&facts.by_incident, 0, headline, 0, OPEN);
    expect(&facts.by_incident, 0, identified, 0, OPEN);
    expect(&facts.by_incident, 1, headline, 3, 3);
    expect(&facts.by_incident, 1, identified, 0, 3);
    expect(&facts.by_incident, 2, headline, 2, 2);
    expect(&facts.by_incident, 2, identified, 2, 2);
    expect(&facts.by_incident, 3, headline, 2, 2);
    expect(&facts.by_incident, 3, identified, 1, 1);
    expect(&facts.by_incident, 4, headline, 2, OPEN);
    expect(&facts.by_incident, 4, identified, 1, OPEN);
    expect(&facts.by_incident, 5, headline, 2, 3);
    expect(&facts.by_incident, 5, identified, 2, 2);
    expect(&facts.by_incident, 6, headline, 0, 0);
}

/* One person in two rows is one; unnamed rows are unidentified; facilitators come on top where they count. */
static void persons(void **state)
{
    (void)state;
    SUSPECT(0, 7), SUSPECT(0, 7), FACILITATOR(0, 9);
    row[0].n_suspects = 1;
    SUSPECT(1, 0)->named = false;
    SUSPECT(1, 1)->named = false;
    SUSPECT(1, 2);
    FACILITATOR(2, 3), SUSPECT(2, 3); /* one person in both roles */
    row[rows - 1].n_suspects = 1;
    SUSPECT(3, 4)->named = false; /* the same unnamed suspect in two returns */
    SUSPECT(3, 5)->named = false;
    row[rows - 1].return_index = 1;
    build(4, NULL, 0);
    expect(&facts.by_incident, 0, headline, 2, 2);
    expect(&facts.by_incident, 0, identified, 1, 1);
    expect(&facts.by_incident, 1, headline, 3, OPEN);
    expect(&facts.by_incident, 1, identified, 1, OPEN);
    expect(&facts.by_incident, 2, headline, 1, 1);
    expect(&facts.by_incident, 3, headline, 1, OPEN);
}

static void ages(void **state)
{
    (void)state;
    birth[0] = (struct lac_reconcile_birth){lac_date_from_civil(1990, 1, 1), lac_date_from_civil(1990, 1, 1)};
    birth[1] = (struct lac_reconcile_birth){lac_date_from_civil(2010, 1, 1), lac_date_from_civil(2010, 1, 1)};
    SUSPECT(0, 0), SUSPECT(0, 1), SUSPECT(0, 2); /* an adult, a boy, one of unknown age */
    row[0].n_suspects = 3;
    SUSPECT(1, 3)->age = 17;
    SUSPECT(1, 4)->age = 18;
    row[rows - 1].n_suspects = 2;
    build(2, NULL, 0);
    expect(&facts.by_incident, 0, adults, 1, 2);
    expect(&facts.by_incident, 1, adults, 1, 1);
}

/* Cancelled rows and rows of children at risk are no evidence: the facts do not know them. */
static void evidence(void **state)
{
    (void)state;
    VICTIM(0, 0)->n_suspects = 5;
    row[0].criterion = 2;
    row[0].evidence = false;
    SUSPECT(0, 0)->n_suspects = 1;
    build(1, NULL, 0);
    expect(&facts.by_incident, 0, headline, 1, 1);
    assert_int_equal(facts.kind[0].criterion, 0);
}

/* A transferred crime and its target are one incident, and its suspects are counted once. */
static void transfer(void **state)
{
    struct lac_reconcile_transfer moved[] = {{2, 0}};
    struct lac_reconcile_set set;
    uint8_t scratch[3];

    (void)state;
    VICTIM(0, 0)->n_suspects = 1;
    SUSPECT(0, 0);
    VICTIM(1, 1);
    VICTIM(2, 0)->n_suspects = 1;
    SUSPECT(2, 0);
    build(3, moved, 1);
    assert_int_equal(facts.by_incident.groups, 2);
    assert_int_equal(facts.incident[2], facts.incident[0]);
    assert_int_not_equal(facts.incident[1], facts.incident[0]);
    expect(&facts.by_incident, 0, headline, 1, 1);
    transferred[3] = true;
    set = set_of(3, moved, 1);
    assert_int_equal(lac_reconcile_transfers_void(&set, scratch), 0);
    row[0].evidence = row[1].evidence =
        false; /* the target is cancelled: the transferred row falls with it */
    assert_int_equal(lac_reconcile_transfers_void(&set, scratch), 1);
    assert_false(row[3].evidence);
    assert_true(row[4].evidence); /* this row is not a transferred one */
}

/* Two crimes with a suspect each under one group reference are a network of two, but not one incident. */
static void network(void **state)
{
    (void)state;
    SUSPECT(0, 0)->group = 5;
    row[0].n_suspects = 1;
    SUSPECT(1, 1)->group = 5;
    row[1].n_suspects = 1;
    SUSPECT(2, 2)->group = 6;
    row[2].n_suspects = 1;
    VICTIM(0, 0)->group = 5;
    VICTIM(1, 1)->n_victims = 1;
    build(3, NULL, 0);
    assert_int_equal(facts.by_network.groups, 2);
    assert_int_equal(facts.by_incident.groups, 3);
    expect(&facts.by_incident, facts.incident[0], headline, 1, 1);
    expect(&facts.by_network, facts.network[0], headline, 2, 2);
    expect(&facts.by_network, facts.network[2], headline, 1, 1);
    assert_int_equal(lac_reconcile_victims_count(&facts.by_network, facts.network[0]).low, 2);
    assert_int_equal(lac_reconcile_victims_count(&facts.by_network, facts.network[0]).high, OPEN);
    assert_int_equal(lac_reconcile_victims_count(&facts.by_incident, facts.incident[1]).high, 1);
}

/* One who stands in two crimes of a network is one person, and so the most that is possible counts him once.
 */
static void repeated(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < 2; i++) {
        SUSPECT(i, 0)->group = 5;
        row[rows - 1].n_suspects = 1;
        VICTIM(i, 0)->n_victims = 1;
    }
    build(2, NULL, 0);
    expect(&facts.by_network, facts.network[0], headline, 1, 1);
    expect(&facts.by_network, facts.network[0], identified, 1, 1);
    assert_int_equal(lac_reconcile_victims_count(&facts.by_network, facts.network[0]).high, 1);
    row[0].n_suspects = 3; /* the first crime has two more, the second one: they may be the same or not */
    row[2].n_suspects = 2;
    row[0].n_unidentified = 1;
    build(2, NULL, 0);
    expect(&facts.by_network, facts.network[0], headline, 3, 4);
    expect(&facts.by_network, facts.network[0], identified, 1, 3);
}

/* A reference on very many cases is a default value. */
static void default_reference(void **state)
{
    (void)state;
    for (uint32_t i = 0; i <= LAC_RECONCILE_NETWORK_LIMIT; i++) SUSPECT(i, i)->group = 1;
    build(LAC_RECONCILE_NETWORK_LIMIT + 1, NULL, 0);
    assert_int_equal(facts.ignored_references, 1);
    assert_int_equal(facts.by_network.groups, LAC_RECONCILE_NETWORK_LIMIT + 1);
    row[0].group = 2;
    build(LAC_RECONCILE_NETWORK_LIMIT + 1, NULL, 0);
    assert_int_equal(facts.ignored_references, 0);
    assert_int_equal(facts.by_network.groups, 2);
}

/* Births of a recorded age, checked against the definition of completed years on every day around. */
static void births(void **state)
{
    const int32_t days[] = {lac_date_from_civil(2025, 3, 10), lac_date_from_civil(2024, 2, 29),
                            lac_date_from_civil(2025, 2, 28), lac_date_from_civil(2025, 3, 1)};

    (void)state;
    for (size_t i = 0; i < 4; i++) {
        for (int age = 0; age < 20; age++) {
            struct lac_reconcile_birth b = lac_reconcile_birth_of_age(age, days[i]);

            assert_int_equal(lac_date_years(b.first, days[i]), age);
            assert_int_equal(lac_date_years(b.last, days[i]), age);
            assert_int_equal(lac_date_years(b.first - 1, days[i]), age + 1);
            assert_true(lac_date_years(b.last + 1, days[i]) < age);
        }
    }
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
int main(void)
{
    const struct CMUnitTest tests[] = {TEST(declared),          TEST(persons),  TEST(ages),
                                       TEST(evidence),          TEST(transfer), TEST(network),
                                       TEST(default_reference), TEST(births),   TEST(repeated)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
