/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "place.h"

static void code_lists(void **state)
{
    struct lac_arena arena;
    struct lac_error err;
    struct lac_reconcile_places p;
    uint32_t force;

    (void)state;
    lac_arena_init(&arena);
    assert_int_equal(
        lac_reconcile_places_load(lac_arena_printf(&arena, "%s/datasets/codes", getenv("LACUNA_SOURCE")),
                                  &arena, &p, &err),
        LAC_OK);
    assert_int_equal(p.forces, 43);
    assert_int_equal(p.regions, 10);
    assert_int_equal(p.districts, 318);
    force = lac_reconcile_district_force(&p, "E06000001"); /* Hartlepool */
    assert_string_equal(p.force[force].name, "Cleveland");
    assert_string_equal(p.region[p.region_of[force]].code, "E12000001");
    force = lac_reconcile_force_find(&p, "W15000003");
    assert_string_equal(p.region[p.region_of[force]].code, "W92000004");
    assert_int_equal(lac_reconcile_district_force(&p, "S12000036"), LAC_RECONCILE_OUTSIDE);
    assert_int_equal(lac_reconcile_district_force(&p, "E07999999"), LAC_RECONCILE_NONE);
    assert_int_equal(lac_reconcile_district_force(&p, ""), LAC_RECONCILE_NONE);
    assert_int_equal(lac_reconcile_force_find(&p, "S23000009"), LAC_RECONCILE_NONE);
    assert_int_equal(lac_reconcile_places_load("/nowhere", &arena, &p, &err), LAC_IO);
    lac_arena_release(&arena);
}

static struct lac_reconcile_row row[32];
static size_t rows;

static void add(const char *postcode, uint32_t home, int times)
{
    for (int i = 0; i < times; i++)
        row[rows++] = (struct lac_reconcile_row){.postcode = postcode, .home = home};
}

/* An outward code stands for a force when the records agree; failing that the area; failing that nothing. */
static void postcodes(void **state)
{
    struct lac_error err;
    size_t filled, at;

    (void)state;
    add("LE1 1AA", 4, 3);
    add("LE2 1AA", 4, 2); /* too few for LE2, but the area agrees */
    add("W1 1AA", 5, 3);
    add("W2 1AA", 6, 3); /* W is torn */
    add("", 6, 3);
    add("B1 1AA", LAC_RECONCILE_OUTSIDE, 3);
    at = rows;
    add("LE1 9ZZ", LAC_RECONCILE_NONE, 1);
    add("LE9", LAC_RECONCILE_NONE, 1);
    add("W2 5AA", LAC_RECONCILE_NONE, 1);
    add("W3 5AA", LAC_RECONCILE_NONE, 1);
    add("B1 1AB", LAC_RECONCILE_NONE, 1);
    add("", LAC_RECONCILE_NONE, 1);
    assert_int_equal(lac_reconcile_homes_fill(row, rows, &filled, &err), LAC_OK);
    assert_int_equal(filled, 3);
    assert_int_equal(row[at].home, 4);
    assert_int_equal(row[at + 1].home, 4);
    assert_int_equal(row[at + 2].home, 6);
    for (size_t i = at + 3; i < rows; i++) assert_int_equal(row[i].home, LAC_RECONCILE_NONE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(code_lists), cmocka_unit_test(postcodes)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
