/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/date.h"
#include "sheet.h"
#include "reason.h"
#include "referral.h"

#define MAX 40
#define PF 0
#define LA 1
#define NRM 2

static struct lac_arena arena;
static struct lac_reconcile_row row[MAX];
static struct lac_reconcile_decision decision[MAX];

static struct lac_reconcile_person person[MAX];
static struct lac_reconcile_outcome outcome[MAX];
static size_t rows, outcomes;
static struct lac_reconcile_window window;

static int32_t day(int month, int d)
{
    return lac_date_from_civil(2025, month, d);
}

static int setup(void **state)
{
    (void)state;
    lac_arena_init(&arena);
    rows = outcomes = 0;
    window = (struct lac_reconcile_window){day(1, 1), day(12, 31)};
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    lac_arena_release(&arena);
    return 0;
}

static struct lac_reconcile_row *add(uint32_t who, uint8_t list, enum lac_reconcile_verdict verdict,
                                     bool event)
{
    row[rows] = (struct lac_reconcile_row){
        .record = (uint32_t)rows,
        .person = who,
        .role = LAC_RECONCILE_VICTIM,
        .list = list,
        .referrer = LAC_RECONCILE_NO_LIST,
        .evidence = true,
        .age = -1,
        .from = day(6, 1),
        .to = day(6, 2),
        .recorded = day(7, 1),
        .lad = LAC_RECONCILE_NONE,
        .home = LAC_RECONCILE_NONE,
        .force = LAC_RECONCILE_NONE,
        .postcode = "",
        .code = "",
        .operation = "",
    };
    decision[rows] = (struct lac_reconcile_decision){
        .verdict = (uint8_t)verdict, .reason = LAC_RECONCILE_REASON_PERSONS, .event = event};
    if (verdict == LAC_RECONCILE_IN) decision[rows].reason = LAC_RECONCILE_REASON_ALL;
    return &row[rows++];
}

static void run(size_t persons)
{
    struct lac_reconcile_population population = {.row = row, .person = person};
    const struct lac_reconcile_set set = {.row = row, .rows = rows, .victims = persons};
    struct lac_error err;

    assert_int_equal(
        lac_reconcile_index_build(&set, LAC_RECONCILE_OF_VICTIMS, &arena, &population.index, &err), LAC_OK);
    lac_reconcile_persons_settle(&population.index, row, person);
    outcomes = lac_reconcile_outcomes_make(&population, (struct lac_reconcile_decision *[]){decision}, 1,
                                           window, (struct lac_reconcile_outcome *[]){outcome});
}

#define IN LAC_RECONCILE_IN
#define OUT LAC_RECONCILE_OUT
#define APART LAC_RECONCILE_APART
#define MAYBE LAC_RECONCILE_CANNOT_TELL

/* The contract's window: an event that touches it, one empty end means the other, both empty the recorded
 * date. */
static void window_edges(void **state)
{
    static const int32_t none = LAC_DATE_NONE;
    const struct {
        int32_t from, to, recorded;
        bool inside;
    } edge[] = {
        {lac_date_from_civil(2024, 6, 1), day(1, 1), day(2, 1), true},
        {lac_date_from_civil(2024, 6, 1), day(1, 1) - 1, day(2, 1), false},
        {day(12, 31), day(12, 31) + 400, none, true},
        {day(12, 31) + 1, day(12, 31) + 2, day(12, 1), false},
        {lac_date_from_civil(2020, 1, 1), lac_date_from_civil(2030, 1, 1), none, true},
        {day(1, 1), none, none, true},
        {day(1, 1) - 1, none, day(5, 5), false},
        {none, day(12, 31), none, true},
        {none, day(12, 31) + 1, none, false},
        {none, none, day(1, 1), true},
        {none, none, day(12, 31) + 1, false},
        {none, none, none, false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof edge / sizeof *edge; i++) {
        rows = 0;
        add(0, PF, IN, true);
        row[0].from = edge[i].from;
        row[0].to = edge[i].to;
        row[0].recorded = edge[i].recorded;
        run(1);
        if ((outcomes == 1) != edge[i].inside) fail_msg("edge %zu", i);
    }
}

/* The best involvement decides; the reason is its own. */
static void precedence(void **state)
{
    (void)state;
    add(0, PF, OUT, false);
    add(0, LA, MAYBE, true);
    add(1, PF, APART, false);
    add(1, LA, OUT, false);
    add(2, PF, MAYBE, true);
    add(2, LA, IN, true);
    add(3, PF, OUT, false);
    run(4);
    assert_int_equal(outcomes, 4);
    assert_int_equal(outcome[0].verdict, MAYBE);
    assert_int_equal(outcome[1].verdict, APART);
    assert_int_equal(outcome[2].verdict, IN);
    assert_int_equal(outcome[2].reason, LAC_RECONCILE_REASON_ALL);
    assert_int_equal(outcome[3].verdict, OUT);
}

/* Scope is the person's: a list whose record cannot tell, or counts one suspect, holds a person in scope
 * through another list; a list whose record is of another kind of event does not. */
static void scope_of_person(void **state)
{
    (void)state;
    add(0, PF, IN, true);
    add(0, LA, MAYBE, true);
    add(0, NRM, OUT, false);
    add(1, PF, OUT, true); /* one suspect known to the police */
    add(1, LA, IN, true);
    run(2);
    assert_int_equal(outcome[0].pattern, 1 << PF | 1 << LA);
    assert_int_equal(outcome[1].pattern, 1 << PF | 1 << LA);
}

/* Presence needs evidence of its own in the window. */
static void own_evidence(void **state)
{
    (void)state;
    add(0, PF, IN, true);
    add(0, LA, IN, true)->from = day(1, 1) - 100;
    row[1].to = day(1, 1) - 90;
    add(0, NRM, IN, true)->evidence = false; /* cancelled, or at risk only */
    add(0, LAC_RECONCILE_NO_LIST, IN, true);
    run(1);
    assert_int_equal(outcomes, 1);
    assert_int_equal(outcome[0].pattern, 1 << PF);
}

static void referral(void **state)
{
    (void)state;
    add(0, PF, IN, true);
    add(0, LA, IN, true)->referrer = PF; /* on LA by referral alone */
    add(1, LA, IN, true)->referrer = PF;
    add(1, LA, IN, true); /* and of its own */
    add(2, LA, IN, true)->referrer = PF;
    add(3, LA, IN, true)->referrer = PF; /* of its own LA has an event of another kind only */
    add(3, LA, OUT, false);
    run(4);
    assert_int_equal(outcome[0].pattern, 1 << PF | 1 << LA);
    assert_int_equal(outcome[0].own, 1 << PF);
    assert_int_equal(outcome[1].own, 1 << LA);
    assert_int_equal(outcome[2].pattern, 1 << LA);
    assert_int_equal(outcome[2].own, 0);
    assert_int_equal(outcome[3].own, 0);
}

static void places(void **state)
{
    (void)state;
    add(0, PF, IN, true)->home = 7; /* the later event */
    row[0].from = day(8, 1), row[0].to = day(8, 1);
    add(0, LA, IN, true)->home = 3;
    row[1].force = 9;
    add(1, PF, IN, true)->force = 4; /* no home anywhere: the reporting force of the first event */
    add(1, LA, IN, true)->force = 5;
    row[3].from = day(2, 1);
    add(2, PF, IN, true)->force = 4; /* no home at the first event, but at the second */
    add(2, LA, IN, true)->home = 6;
    row[5].from = row[5].to = day(11, 1);
    add(3, PF, IN, true)->home = LAC_RECONCILE_OUTSIDE;
    add(4, NRM, IN, true);
    run(5);
    assert_int_equal(outcome[0].force, 3);
    assert_int_equal(outcome[1].force, 5);
    assert_int_equal(outcome[2].force, 6);
    assert_int_equal(outcome[3].verdict, OUT);
    assert_int_equal(outcome[3].reason, LAC_RECONCILE_REASON_GEOGRAPHY);
    assert_int_equal(outcome[4].force, LAC_RECONCILE_NONE);
}

/* One person from many records: precedence, precision, conflicts. */
static void settled(void **state)
{
    struct lac_reconcile_birth b;

    (void)state;
    add(0, LA, IN, true)->dob = 20100305; /* most precise, though of a later list */
    row[0].sex = 'F';
    add(0, PF, IN, true)->dob = 20100000;
    row[1].sex = 'M';
    row[1].lad = 1;
    row[0].lad = 2;
    add(1, PF, IN, true)->dob = 20110000; /* narrowed by an age: 13 on 1 June means born after 1 June 2011 */
    add(1, LA, IN, true)->age = 13;
    add(2, PF, IN, true)->sex = 'M';
    row[4].recorded = day(3, 1);
    add(2, PF, IN, true)->sex = 'F'; /* recorded later */
    row[5].recorded = day(9, 1);
    add(3, PF, IN, true)->dob = 20100305;
    add(3, LA, IN, true)->dob = 20090305;
    add(4, PF, IN, true)->dob = 20110000; /* a full date goes before a year, and they disagree */
    add(4, LA, IN, true)->dob = 20100305;
    run(5);
    b = person[0].birth;
    assert_int_equal(b.first, lac_date_from_civil(2010, 3, 5));
    assert_int_equal(b.last, b.first);
    assert_int_equal(person[0].sex, 'M');
    assert_int_equal(person[0].conflicts, 2); /* sex and district; the dates agree */
    assert_int_equal(person[1].birth.first, lac_date_from_civil(2011, 6, 2));
    assert_int_equal(person[1].birth.last, lac_date_from_civil(2011, 12, 31));
    assert_int_equal(person[1].conflicts, 0);
    assert_int_equal(person[2].sex, 'F');
    assert_int_equal(person[2].conflicts, 1);
    assert_int_equal(person[3].birth.first, lac_date_from_civil(2010, 3, 5));
    assert_int_equal(person[3].conflicts, 1);
    assert_int_equal(person[4].birth.last, lac_date_from_civil(2010, 3, 5));
    assert_int_equal(person[4].conflicts, 1);
    assert_int_equal(outcome[0].age, 15);
    assert_int_equal(outcome[1].age, 13);
    assert_int_equal(outcome[2].age, LAC_RECONCILE_UNSAID);
}

/* Where the values come from, and who says otherwise. */
static void sources(void **state)
{
    struct lac_reconcile_population population = {.row = row, .person = person};
    const struct lac_reconcile_set *set;
    struct lac_reconcile_source source[MAX];
    struct lac_error err;

    (void)state;
    add(0, PF, IN, true)->dob = 20100000; /* a year, agreed with */
    add(0, LA, IN, true)->dob = 20100305;
    add(0, NRM, IN, true)->dob = 20090101;
    add(0, NRM, IN, true)->age = 15; /* adds nothing to the full date */
    add(1, PF, IN, true)->dob = 20110000;
    add(1, LA, IN, true)->age = 13; /* 13 on 1 June: born after 1 June 2011 */
    row[0].sex = row[2].sex = 'M';
    row[1].sex = 'F';
    row[1].lad = row[2].lad = 7;
    set = &(struct lac_reconcile_set){.row = row, .rows = rows, .victims = 2};
    memset(source, 255, sizeof source);
    assert_int_equal(
        lac_reconcile_index_build(set, LAC_RECONCILE_OF_VICTIMS, &arena, &population.index, &err), LAC_OK);
    lac_reconcile_sources_find(&population.index, row, source);
    assert_int_equal(source[0].gives, LAC_RECONCILE_SEX);
    assert_int_equal(source[0].contradicts, 0);
    assert_int_equal(source[1].gives, LAC_RECONCILE_BIRTH | LAC_RECONCILE_DISTRICT);
    assert_int_equal(source[1].contradicts, LAC_RECONCILE_SEX);
    assert_int_equal(source[2].gives, 0);
    assert_int_equal(source[2].contradicts, LAC_RECONCILE_BIRTH);
    assert_int_equal(source[3].gives | source[3].contradicts, 0);
    assert_int_equal(source[4].gives, LAC_RECONCILE_BIRTH);
    assert_int_equal(source[5].gives, LAC_RECONCILE_BIRTH_NARROWED);
    assert_int_equal(source[6].gives, 255); /* no row of the index */
}

/* A case that is returned again in a later quarter is not of that quarter; one with a new event in it is. */
static void carried_over(void **state)
{
    (void)state;
    add(0, PF, IN, true)->from = day(2, 1);
    row[0].to = day(2, 3);
    add(0, PF, IN, true)->from = day(2, 1); /* the same case in the return of the third quarter */
    row[1].to = day(2, 3);
    row[1].recorded = day(8, 20);
    row[1].return_index = 2;
    window = (struct lac_reconcile_window){day(7, 1), day(9, 30)};
    run(1);
    assert_int_equal(outcomes, 0);
    add(0, LA, IN, true)->from = day(8, 1);
    row[2].to = day(8, 1);
    run(1);
    assert_int_equal(outcomes, 1);
    assert_int_equal(outcome[0].pattern, 1U << LA); /* evidence of its own: PF saw nothing new */
}

/* Which list feeds which. */
static void referrals(void **state)
{
    struct lac_reconcile_population population = {.row = row, .person = person};
    struct lac_reconcile_referral r[9] = {{0}};
    struct lac_reconcile_set set;
    struct lac_error err;

    (void)state;
    add(0, NRM, IN, true)->referrer = LA; /* by one list alone */
    add(0, LA, IN, true);
    add(1, NRM, IN, true)->referrer = LA; /* and a record of its own */
    add(1, NRM, IN, true);
    add(2, NRM, IN, true)->referrer = LA; /* by two lists */
    add(2, NRM, IN, true)->referrer = PF;
    add(3, NRM, IN, true)->referrer = LA; /* out of the window */
    row[6].from = row[6].to = day(1, 1) - 1;
    set = (struct lac_reconcile_set){.row = row, .rows = rows, .victims = 4};
    assert_int_equal(
        lac_reconcile_index_build(&set, LAC_RECONCILE_OF_VICTIMS, &arena, &population.index, &err), LAC_OK);
    lac_reconcile_referrals_count(&population, window, 3, r);
    assert_int_equal(r[NRM * 3 + LA].persons, 3);
    assert_int_equal(r[NRM * 3 + LA].referred, 3);
    assert_int_equal(r[NRM * 3 + LA].referred_only, 1);
    assert_int_equal(r[NRM * 3 + PF].referred, 1);
    assert_int_equal(r[NRM * 3 + PF].referred_only, 0);
    assert_int_equal(r[LA * 3 + NRM].persons, 1);
    assert_int_equal(r[LA * 3 + NRM].referred, 0);
    assert_int_equal(r[PF * 3 + LA].persons, 0);
}

/* Reasons by person and by case; persons without evidence. */
static void reasons(void **state)
{
    static const uint32_t region_of[] = {0};
    const struct lac_reconcile_geography geography = {1, 1, region_of, true, true, true};
    struct lac_reconcile_set set;
    struct lac_reconcile_facts facts = {.incident = (uint32_t[]){0, 0, 1, 2}};
    struct lac_reconcile_reasons count[3] = {0};
    struct lac_reconcile_absence absence[3] = {0};
    struct lac_error err;

    (void)state;
    add(0, PF, OUT, true)->case_index = 0;
    add(1, PF, MAYBE, true)->case_index = 1; /* the same incident: the greatest verdict is the incident's */
    add(2, LA, IN, true)->case_index = 2;
    add(3, LA, IN, true)->case_index = 3; /* at risk alone */
    add(4, LA, IN, true)->case_index = 3; /* withdrawn */
    row[0].force = row[1].force = 0;
    row[3].evidence = row[4].evidence = false;
    row[3].at_risk = true;
    facts.by_incident.groups = 3;
    set = (struct lac_reconcile_set){.row = row, .rows = rows, .cases = 4, .victims = 5};
    const struct lac_reconcile_case_verdicts cases = {&set, &facts, decision, window};
    assert_int_equal(lac_reconcile_case_reasons_count(&cases, &geography, count, &err), LAC_OK);
    assert_int_equal(count[0].count[MAYBE][LAC_RECONCILE_REASON_PERSONS], 1);
    assert_int_equal(count[0].count[OUT][LAC_RECONCILE_REASON_PERSONS], 0);
    assert_int_equal(count[0].count[IN][LAC_RECONCILE_REASON_ALL], 1);
    assert_int_equal(count[2].count[MAYBE][LAC_RECONCILE_REASON_PERSONS], 1); /* the force that recorded it */
    assert_int_equal(count[2].count[IN][LAC_RECONCILE_REASON_ALL], 0);
    assert_int_equal(
        lac_reconcile_absences_count(&(struct lac_reconcile_absent){&set, LAC_RECONCILE_VICTIMS, window},
                                     &geography, absence, &err),
        LAC_OK);
    assert_int_equal(absence[0].at_risk, 1);
    assert_int_equal(absence[0].withdrawn, 1);
    assert_int_equal(absence[2].at_risk, 0);
    run(5);
    memset(count, 0, sizeof count);
    lac_reconcile_person_reasons_count(outcome, outcomes, &geography, count);
    assert_int_equal(count[0].count[OUT][LAC_RECONCILE_REASON_PERSONS], 1);
    assert_int_equal(count[0].count[MAYBE][LAC_RECONCILE_REASON_PERSONS], 1);
    assert_int_equal(count[0].count[IN][LAC_RECONCILE_REASON_ALL], 1);
}

static void nesting(void **state)
{
    const struct lac_reconcile_outcome inner[] = {{.verdict = IN},   {.verdict = IN},    {.verdict = MAYBE},
                                                  {.verdict = IN},   {.verdict = APART}, {.verdict = OUT},
                                                  {.verdict = MAYBE}};
    const struct lac_reconcile_outcome outer[] = {{.verdict = IN},    {.verdict = OUT}, {.verdict = OUT},
                                                  {.verdict = MAYBE}, {.verdict = OUT}, {.verdict = APART},
                                                  {.verdict = MAYBE}};

    (void)state;
    assert_int_equal(lac_reconcile_nesting_breaches(inner, outer, 7), 3);
}

static void quarters(void **state)
{
    struct lac_reconcile_window q[8];

    (void)state;
    assert_int_equal(lac_reconcile_quarters(window, q, 8), 4);
    assert_int_equal(q[0].start, day(1, 1));
    assert_int_equal(q[0].end, day(3, 31));
    assert_int_equal(q[3].start, day(10, 1));
    assert_int_equal(q[3].end, day(12, 31));
    window.start = lac_date_from_civil(2024, 4, 1), window.end = day(2, 14);
    assert_int_equal(lac_reconcile_quarters(window, q, 8), 4);
    assert_int_equal(q[3].start, day(1, 1));
    assert_int_equal(q[3].end, day(2, 14));
}

/* Rolling twelve months lie inside the period; the period does not stand twice. */
static void windows_of_a_run(void **state)
{
    const struct lac_reconcile_window two_years = {lac_date_from_civil(2024, 1, 1), day(12, 31)},
                                      one_year = {day(1, 1), day(12, 31)},
                                      one_quarter = {day(1, 1), day(3, 31)};
    struct lac_reconcile_window w[17];
    bool counted[17];

    (void)state;
    assert_int_equal(lac_reconcile_rolling(two_years, w, 8), 5);
    assert_int_equal(w[0].start, two_years.start);
    assert_int_equal(w[0].end, lac_date_from_civil(2024, 12, 31));
    assert_int_equal(w[1].start, lac_date_from_civil(2024, 4, 1));
    assert_int_equal(w[1].end, day(3, 31));
    assert_int_equal(w[4].end, two_years.end);
    assert_int_equal(lac_reconcile_rolling(one_quarter, w, 8), 0);
    assert_int_equal(lac_reconcile_windows(two_years, (struct lac_reconcile_window_kinds){true, true, true},
                                           8, w, counted),
                     1 + 8 + 5);
    assert_true(counted[0] && counted[13]);
    assert_int_equal(lac_reconcile_windows(one_year, (struct lac_reconcile_window_kinds){false, false, true},
                                           8, w, counted),
                     1);
    assert_true(counted[0]); /* the one rolling year is the period */
    assert_int_equal(lac_reconcile_windows(one_year, (struct lac_reconcile_window_kinds){false, true, true},
                                           8, w, counted),
                     5);
    assert_int_equal(lac_reconcile_windows(
                         one_quarter, (struct lac_reconcile_window_kinds){false, true, false}, 8, w, counted),
                     1);
    assert_true(counted[0]);
    assert_int_equal(lac_reconcile_windows(one_year, (struct lac_reconcile_window_kinds){false, true, false},
                                           8, w, counted),
                     5);
    assert_false(counted[0]); /* decided, not asked for */
}

static struct lac_reconcile_sheet sheet_of(const struct lac_reconcile_census *census)
{
    struct lac_reconcile_sheet sheet;
    struct lac_error err;

    assert_int_equal(lac_reconcile_sheet_make(census, &arena, &sheet, &err), LAC_OK);
    assert_int_equal(lac_reconcile_sheet_check(&sheet, census, &err), LAC_OK);
    return sheet;
}

static void cells(void **state)
{
    static const uint32_t region_of[] = {0, 0, 1};
    const struct lac_reconcile_geography geography = {2, 3, region_of, true, true, false};
    static const struct lac_reconcile_strata none;
    static const struct lac_reconcile_stand nothing;
    const struct lac_reconcile_spots spots = {&geography, &none};
    struct lac_reconcile_outcome o[] = {
        {.verdict = IN, .pattern = 1, .own = 1, .force = 0},
        {.verdict = IN, .pattern = 1, .own = 0, .force = 1},
        {.verdict = MAYBE, .pattern = 1, .own = 1, .force = 2},
        {.verdict = IN, .pattern = 3, .own = 3, .force = LAC_RECONCILE_NONE},
        {.verdict = OUT, .pattern = 1, .own = 1, .force = 0},
        {.verdict = APART, .pattern = 1, .own = 1, .force = 0},
        {.verdict = OUT, .pattern = 1, .own = 1, .force = LAC_RECONCILE_OUTSIDE},
    };
    static const struct {
        uint32_t place, pattern;
        int variant, certain, possible;
    } wanted[] = {
        {0, 1, 0, 2, 1}, {0, 3, 0, 1, 0}, {0, 1, 1, 1, 1}, {0, 3, 1, 1, 0},
        {1, 1, 0, 2, 0}, {1, 1, 1, 1, 0}, {2, 1, 0, 0, 1}, {2, 1, 1, 0, 1},
    };
    static const int8_t in[] = {1, 0, 1};
    static const uint32_t last[] = {2};
    const struct lac_reconcile_change gone = {last, 1, -1};
    const struct lac_reconcile_drawn some = {in, &nothing}, never = {NULL, &nothing};
    struct lac_reconcile_scope scope[6] = {{0}};
    struct lac_reconcile_census got;
    struct lac_reconcile_sheet sheet;
    struct lac_reconcile_account account;
    struct lac_error err;

    (void)state;
    assert_int_equal(lac_reconcile_census_init(&got, &spots, 3, &err), LAC_OK);
    for (size_t i = 0; i < 7; i++)
        assert_int_equal(
            lac_reconcile_census_add(&got, &o[i], o[i].verdict == MAYBE ? &some : &never, NULL, &err),
            LAC_OK);
    sheet = sheet_of(&got);
    assert_int_equal(sheet.rows, 8);
    for (size_t i = 0; i < sheet.rows; i++) {
        struct lac_reconcile_count n = lac_reconcile_sheet_count(&sheet, i, -1);

        assert_int_equal(sheet.row[i].place, wanted[i].place);
        assert_int_equal(sheet.row[i].pattern, wanted[i].pattern);
        assert_int_equal(sheet.row[i].variant, wanted[i].variant);
        assert_int_equal(sheet.row[i].stratum, 0);
        assert_int_equal(n.certain, wanted[i].certain);
        assert_int_equal(n.possible, wanted[i].possible);
        assert_int_equal(lac_reconcile_sheet_count(&sheet, i, 0).counted, n.certain + n.possible);
        assert_int_equal(lac_reconcile_sheet_count(&sheet, i, 1).counted, n.certain);
    }
    /* the third draw has neither the first person nor the one it had drawn in */
    assert_int_equal(lac_reconcile_census_add(&got, &o[0], &never, &gone, &err), LAC_OK);
    assert_int_equal(lac_reconcile_census_add(&got, &o[2], &some, &gone, &err), LAC_OK);
    sheet = sheet_of(&got);
    assert_int_equal(lac_reconcile_sheet_count(&sheet, 0, 2).certain, 1);
    assert_int_equal(lac_reconcile_sheet_count(&sheet, 0, 2).possible, 0);
    assert_int_equal(lac_reconcile_sheet_count(&sheet, 0, 2).counted, 1);
    assert_int_equal(lac_reconcile_sheet_count(&sheet, 0, 0).certain, 2);
    account = lac_reconcile_census_account(&got, 2);
    assert_int_equal(account.in, 2);
    assert_int_equal(account.cannot_tell, 0);
    assert_int_equal(account.counted, 2);
    assert_int_equal(account.referred, 1);
    assert_int_equal(account.unplaced, 1);
    /* a person in the cells but not in the accounts, or the other way about, is found */
    got.total.in++;
    assert_int_equal(lac_reconcile_sheet_check(&sheet, &got, &err), LAC_DEFECT);
    lac_reconcile_census_release(&got);
    lac_reconcile_scopes_count(o, 7, &geography, scope);
    assert_int_equal(scope[0].in, 3);
    assert_int_equal(scope[0].cannot_tell, 1);
    assert_int_equal(scope[0].out, 2);
    assert_int_equal(scope[0].apart, 1);
    assert_int_equal(scope[1].in, 2);
    assert_int_equal(scope[1].out, 1);
    assert_int_equal(scope[2].cannot_tell, 1);
}

static void coverage(void **state)
{
    static const uint32_t region_of[] = {0, 0, 1};
    const struct lac_reconcile_geography geography = {2, 3, region_of, true, true, true};
    const struct lac_reconcile_owed owed[] = {
        {PF, 0, LAC_RECONCILE_NONE, day(1, 1), day(3, 31), LAC_RECONCILE_WHOLE},
        {PF, 0, LAC_RECONCILE_NONE, day(4, 1), day(6, 30), LAC_RECONCILE_LACKING},
        {PF, 2, LAC_RECONCILE_NONE, day(1, 1), day(3, 31), LAC_RECONCILE_PARTIAL},
        {LA, LAC_RECONCILE_NONE, 1, day(1, 1), day(3, 31), LAC_RECONCILE_WHOLE},
        {LA, LAC_RECONCILE_NONE, LAC_RECONCILE_NONE, day(1, 1), day(3, 31), LAC_RECONCILE_WHOLE},
        {PF, 0, LAC_RECONCILE_NONE, day(1, 1) + 400, day(3, 31) + 400, LAC_RECONCILE_WHOLE},
        {LAC_RECONCILE_NO_LIST, 0, LAC_RECONCILE_NONE, day(1, 1), day(3, 31), LAC_RECONCILE_WHOLE},
    };
    struct lac_reconcile_coverage c[6 * 2] = {{0}};
    struct lac_reconcile_coverages coverages = {2, c};
    const uint32_t share[] = {1, 9, 0}, even[] = {5, 5, 0}, none[] = {0, 0, 0};

    (void)state;
    lac_reconcile_coverage_count(owed, 7, window, &geography, &coverages);
    assert_int_equal(c[0 * 2 + PF].expected, 3);
    assert_int_equal(c[0 * 2 + PF].received, 1);
    assert_int_equal(c[0 * 2 + PF].partial, 1);
    assert_int_equal(c[0 * 2 + LA].expected, 2);
    assert_int_equal(c[1 * 2 + PF].expected, 2); /* region 0 */
    assert_int_equal(c[1 * 2 + LA].expected, 1); /* the agency of everywhere */
    assert_int_equal(c[2 * 2 + LA].expected, 2);
    assert_int_equal(c[3 * 2 + PF].expected, 2); /* force 0 */
    assert_int_equal(c[4 * 2 + PF].expected, 0);
    assert_int_equal(lac_reconcile_agency_region(share, 3), 1);
    assert_int_equal(lac_reconcile_agency_region(even, 3), LAC_RECONCILE_NONE);
    assert_int_equal(lac_reconcile_agency_region(none, 3), LAC_RECONCILE_NONE);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(window_edges), TEST(precedence),       TEST(scope_of_person), TEST(own_evidence),
        TEST(referral),     TEST(places),           TEST(settled),         TEST(nesting),
        TEST(quarters),     TEST(windows_of_a_run), TEST(sources),         TEST(carried_over),
        TEST(reasons),      TEST(referrals),        TEST(cells),           TEST(coverage),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
