/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Missing values drawn in drawn linkages: where what is missing depends on the list, and the list on the
 * value, shares of complete cases are off and imputed ones near the truth, with intervals that cover it; ages
 * half known stay where they may be; a sheet of the strata adds up in every draw; nothing hangs on the order
 * of the rows.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/random.h"
#include "counts.h"

#define PERSONS 600
#define DRAWS 100
#define SEEDS 20

static struct lac_arena arena;
static struct lac_error err;

/* Persons with one row, on list 0 or 1. Of list 0 70 % are girls and 5 % of the sexes are missing, of list 1
 * 20 % and 75 %; ages 12 to 17, older on list 1; of list 1 half have the year of birth alone or nothing. */
struct nation {
    struct lac_reconcile_row row[PERSONS];
    struct lac_reconcile_decision decision[PERSONS], *decisions;
    struct lac_reconcile_outcome outcome[PERSONS], *outcomes;
    struct lac_reconcile_population people;
    size_t girls, known, known_girls;
};

static const int32_t band_from[] = {0, 10, 13, 16, 18};
static const char *const bands[] = {"0-9", "10-12", "13-15", "16-17", "18+"}, *const sexes[] = {"F", "M",
                                                                                                "I"};
static const struct lac_reconcile_strata strata = {
    .item = {{LAC_RECONCILE_BY_SEX, "sex", sexes, 3, NULL},
             {LAC_RECONCILE_BY_AGE, "age_band", bands, 5, band_from}},
    .count = 2};
static const uint32_t region_of[] = {0, 0, 1};
static const struct lac_reconcile_geography geography = {2, 3, region_of, true, true, true};
static const struct lac_reconcile_window window = {19700, 20100};

static void set_age(struct lac_random *random, size_t list, struct lac_reconcile_row *row)
{
    int age = 12 + (int)lac_random_below(random, 3) + (list == 1 ? 3 : 0), year = 2024 - age;

    if (list == 0 || lac_random_below(random, 2) == 0)
        row->dob = year * 10000 + 615; /* birthday in June; the event is in 2024, too */
    else if (lac_random_below(random, 2) == 0)
        row->dob = year * 10000;
}

static void make(struct nation *n, uint32_t seed)
{
    struct lac_reconcile_set set = {.row = n->row, .rows = PERSONS, .victims = PERSONS};
    struct lac_random random;

    memset(n, 0, sizeof *n);
    lac_random_init(&random, seed, LAC_PURPOSE_TEST, 1, 0, 0);
    for (uint32_t i = 0; i < PERSONS; i++) {
        uint32_t list = i % 2;
        bool girl = lac_random_below(&random, 100) < (list == 0 ? 70 : 20),
             missing = lac_random_below(&random, 100) < (list == 0 ? 5 : 75);

        n->row[i] = (struct lac_reconcile_row){.content = UINT64_C(0x9E3779B97F4A7C15) * (i + 1),
                                               .record = i,
                                               .person = i,
                                               .role = LAC_RECONCILE_VICTIM,
                                               .list = (uint8_t)list,
                                               .referrer = LAC_RECONCILE_NO_LIST,
                                               .evidence = true,
                                               .from = 19900,
                                               .to = 19900,
                                               .age = LAC_RECONCILE_UNSAID,
                                               .sex = missing ? 0
                                                      : girl  ? 'F'
                                                              : 'M',
                                               .lad = LAC_RECONCILE_NONE,
                                               .home = LAC_RECONCILE_NONE,
                                               .force = i % 7 == 0 ? LAC_RECONCILE_NONE : i % 3,
                                               .postcode = ""};
        set_age(&random, list, &n->row[i]);
        n->decision[i] = (struct lac_reconcile_decision){.verdict = LAC_RECONCILE_IN, .event = true};
        n->girls += girl;
        n->known += !missing;
        n->known_girls += girl && !missing;
    }
    n->decisions = n->decision;
    n->outcomes = n->outcome;
    assert_int_equal(
        lac_reconcile_population_settle(&set, LAC_RECONCILE_OF_VICTIMS, &arena, &n->people, &err), LAC_OK);
    assert_int_equal(lac_reconcile_outcomes_make(&n->people, &n->decisions, 1, window, &n->outcomes),
                     PERSONS);
}

static void learn(struct nation *n, uint32_t seed, bool impute, struct lac_reconcile_imputer *imputer)
{
    const struct lac_reconcile_impute_lessons lessons = {.population = &n->people,
                                                         .decision = &n->decisions,
                                                         .draws = DRAWS,
                                                         .forces = 3,
                                                         .period = window,
                                                         .strata = &strata,
                                                         .seed = seed,
                                                         .impute = impute};

    assert_int_equal(lac_reconcile_imputer_learn(&lessons, &arena, imputer, &err), LAC_OK);
}

static struct lac_reconcile_drawing drawing_of(const struct nation *n, size_t at)
{
    struct lac_reconcile_drawing drawing = {&n->people, &n->decisions, &n->outcomes, at, window};

    return drawing;
}

/* Girls per draw. */
static void count_girls(struct nation *n, struct lac_reconcile_imputer *imputer, double girls[DRAWS])
{
    memset(girls, 0, DRAWS * sizeof *girls);
    for (size_t i = 0; i < PERSONS; i++) {
        struct lac_reconcile_drawing drawing = drawing_of(n, i);
        struct lac_reconcile_stand stand;

        assert_int_equal(lac_reconcile_imputer_stand(imputer, &drawing, &stand), LAC_OK);
        for (size_t d = 0; d < DRAWS; d++)
            girls[d] += (stand.drawn[0] != NULL ? stand.drawn[0][d] : stand.value[0]) == 0;
    }
}

static int compare_doubles(const void *a, const void *b)
{
    const double *x = a, *y = b;

    return (*x > *y) - (*x < *y);
}

/* Complete cases put the share of girls at .60 where it is .45. */
static void shares(void **state)
{
    static struct nation n;
    double bias = 0, naive = 0;
    int covered = 0;

    (void)state;
    for (uint32_t seed = 1; seed <= SEEDS; seed++) {
        struct lac_reconcile_imputer imputer;
        double girls[DRAWS], mean = 0;

        lac_arena_reset(&arena);
        make(&n, seed);
        learn(&n, seed, true, &imputer);
        count_girls(&n, &imputer, girls);
        for (size_t d = 0; d < DRAWS; d++) mean += girls[d] / DRAWS;
        qsort(girls, DRAWS, sizeof *girls, compare_doubles);
        covered += girls[2] <= (double)n.girls && (double)n.girls <= girls[97];
        bias += (mean - (double)n.girls) / PERSONS / SEEDS;
        naive += ((double)n.known_girls / (double)n.known - (double)n.girls / PERSONS) / SEEDS;
        lac_reconcile_imputer_release(&imputer);
    }
    assert_true(naive > 0.1);
    assert_true(fabs(bias) < 0.015);
    assert_true(covered >= SEEDS - 4);
}

/* A year of birth leaves two ages, and the drawn band is one of theirs. */
static void half_known(void **state)
{
    static struct nation n;
    struct lac_reconcile_imputer imputer;
    size_t some = 0;

    (void)state;
    make(&n, 3);
    learn(&n, 3, true, &imputer);
    for (size_t i = 0; i < PERSONS; i++) {
        struct lac_reconcile_drawing drawing = drawing_of(&n, i);
        const struct lac_reconcile_outcome *o = &n.outcome[i];
        struct lac_reconcile_stand stand;

        assert_int_equal(lac_reconcile_imputer_stand(&imputer, &drawing, &stand), LAC_OK);
        assert_true((stand.drawn[1] != NULL) == (stand.value[1] == 5));
        if (stand.drawn[1] == NULL) continue;
        some += o->age_high - o->age_low == 1;
        for (size_t d = 0; d < DRAWS; d++) {
            assert_true(stand.drawn[1][d] >= lac_reconcile_stratum_band(&strata.item[1], o->age_low));
            assert_true(stand.drawn[1][d] <= lac_reconcile_stratum_band(&strata.item[1], o->age_high));
        }
    }
    assert_true(some > 0);
    lac_reconcile_imputer_release(&imputer);
}

static void fill_census(struct nation *n, struct lac_reconcile_imputer *imputer,
                        struct lac_reconcile_census *census)
{
    const struct lac_reconcile_spots spots = {&geography, &strata};
    static const uint32_t some[] = {1, 50};

    assert_int_equal(lac_reconcile_census_init(census, &spots, DRAWS, &err), LAC_OK);
    for (int pass = 0; pass < 2; pass++) {
        for (size_t i = 0; i < PERSONS; i++) {
            const struct lac_reconcile_change gone = {some, 2, -1};
            struct lac_reconcile_drawing drawing = drawing_of(n, i);
            struct lac_reconcile_stand stand;
            struct lac_reconcile_drawn drawn = {NULL, &stand};

            if (pass == 1 && i % 3 > 0) continue; /* two draws do without every third person */
            assert_int_equal(lac_reconcile_imputer_stand(imputer, &drawing, &stand), LAC_OK);
            assert_int_equal(
                lac_reconcile_census_add(census, &n->outcome[i], &drawn, pass == 1 ? &gone : NULL, &err),
                LAC_OK);
        }
    }
}

/* Who has a value in the row of `all` in a draw, less those of the values. */
static void adds_up(void **state)
{
    static struct nation n;

    (void)state;
    for (int impute = 0; impute < 2; impute++) {
        struct lac_reconcile_imputer imputer;
        struct lac_reconcile_census census;
        struct lac_reconcile_sheet sheet;
        int64_t unknown[2] = {0, 0};

        make(&n, 4);
        learn(&n, 4, impute == 1, &imputer);
        fill_census(&n, &imputer, &census);
        assert_int_equal(lac_reconcile_sheet_make(&census, &arena, &sheet, &err), LAC_OK);
        assert_int_equal(lac_reconcile_sheet_check(&sheet, &census, &err), LAC_OK);
        assert_int_equal(lac_reconcile_census_account(&census, -1).unplaced, PERSONS / 7 + 1);
        assert_int_equal(lac_reconcile_census_account(&census, 0).unplaced,
                         impute == 1 ? 0 : PERSONS / 7 + 1);
        for (size_t i = 0; i < sheet.rows; i++) {
            const struct lac_reconcile_sheet_row *row = &sheet.row[i];

            if (row->stratum == 0 || row->value < strata.item[row->stratum - 1].values) continue;
            unknown[0] += lac_reconcile_sheet_count(&sheet, i, -1).certain;
            for (int32_t d = 0; d < DRAWS; d++) unknown[1] += lac_reconcile_sheet_count(&sheet, i, d).certain;
        }
        assert_true(unknown[0] > 0);
        assert_true(impute == 1 ? unknown[1] == 0 : unknown[1] > 0);
        /* a person moved from one value to another is found */
        for (size_t i = 0; i < sheet.rows; i++) {
            if (sheet.row[i].stratum == 2 && sheet.row[i].place == 1) sheet.best[2 * i]++;
        }
        assert_int_equal(lac_reconcile_sheet_check(&sheet, &census, &err), LAC_DEFECT);
        lac_reconcile_census_release(&census);
        lac_reconcile_imputer_release(&imputer);
    }
}

/* The same persons in another order have the same values. */
static void order(void **state)
{
    static struct nation n, turned;
    struct lac_reconcile_set set = {.row = turned.row, .rows = PERSONS, .victims = PERSONS};
    struct lac_reconcile_imputer first, second;
    double a[DRAWS], b[DRAWS];

    (void)state;
    make(&n, 5);
    make(&turned, 5);
    for (uint32_t i = 0; i < PERSONS; i++) {
        turned.row[i] = n.row[PERSONS - 1 - i];
        turned.row[i].record = turned.row[i].person = i;
    }
    assert_int_equal(
        lac_reconcile_population_settle(&set, LAC_RECONCILE_OF_VICTIMS, &arena, &turned.people, &err),
        LAC_OK);
    assert_int_equal(
        lac_reconcile_outcomes_make(&turned.people, &turned.decisions, 1, window, &turned.outcomes), PERSONS);
    learn(&n, 5, true, &first);
    learn(&turned, 5, true, &second);
    count_girls(&n, &first, a);
    count_girls(&turned, &second, b);
    assert_memory_equal(a, b, sizeof a);
    assert_true(a[0] != a[1] || a[1] != a[2]);
    lac_reconcile_imputer_release(&first);
    lac_reconcile_imputer_release(&second);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(shares), cmocka_unit_test(half_known),
                                       cmocka_unit_test(adds_up), cmocka_unit_test(order)};
    int status;

    lac_error_init(&err);
    lac_arena_init(&arena);
    status = cmocka_run_group_tests(tests, NULL, NULL);
    lac_arena_release(&arena);
    return status;
}
