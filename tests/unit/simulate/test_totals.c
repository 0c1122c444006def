/* SPDX-License-Identifier: GPL-3.0-or-later */
/* True totals against a recount, nesting of definitions, and the comparison of partitions. */
#include "fixture.h"
#include "base/date.h"
#include "compare.h"

static int set_up(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    fixture_load(f);
    fixture_draw(f, 7);
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    fixture_release(*state);
    free(*state);
    return 0;
}

static void sum(const struct lac_simulate_totals *t, uint32_t definition, uint32_t window, int64_t out[2])
{
    out[0] = out[1] = 0;
    for (size_t i = 0; i < t->count; i++)
        if (t->item[i].definition == definition && t->item[i].window == window &&
            t->item[i].population == LAC_SIMULATE_VICTIMS) {
            out[0] += t->item[i].persons;
            out[1] += t->item[i].seen;
        }
}

/* The year, headline: every victim in scope; seen by a recount over the rows, person by person. */
static void seen_equals_a_recount(void **state)
{
    struct fixture *f = *state;
    bool *seen = LAC_NEW(&f->arena, bool, f->nation.victims);
    int64_t total[2], count = 0;
    for (size_t r = 0; r < f->returns.count; r++) {
        const struct lac_simulate_return *item = &f->returns.item[r];
        if (!item->live) continue;
        for (size_t i = item->first; i < item->first + item->rows; i++) {
            const struct lac_simulate_row *row = &f->returns.row[i];
            bool usable = row->field[LAC_RETURN_local_ref][0] != 0;
            bool victim = strcmp(row->field[LAC_RETURN_role], "VICTIM") == 0;
            const char *basis = row->field[LAC_RETURN_basis], *status = row->field[LAC_RETURN_status];
            bool evidence = strcmp(basis, "AT_RISK") != 0 &&
                            (strcmp(status, "LIVE") == 0 || strcmp(status, "TRANSFERRED") == 0);
            if (usable && victim && evidence && lac_simulate_in_scope(f->nation.person[row->person].kind))
                seen[row->person] = true;
        }
    }
    for (size_t i = 0; i < f->nation.victims; i++) count += seen[i];
    sum(&f->totals, 0, 0, total);
    assert_int_equal(total[0], f->settings->population.victims);
    assert_int_equal(total[1], count);
}

static void quarters_overlap(void **state)
{
    struct fixture *f = *state;
    int64_t year[2], quarter[2], all = 0;
    sum(&f->totals, 0, 0, year);
    for (uint32_t w = 1; w <= 4; w++) {
        sum(&f->totals, 0, w, quarter);
        assert_true(quarter[0] > 0 && quarter[0] < year[0] && quarter[1] < quarter[0]);
        all += quarter[0];
    }
    assert_true(all > year[0]);
}

static void definitions_nest(void **state)
{
    struct fixture *f = *state;
    size_t inside[LAC_SIMULATE_DEFINITIONS] = {0};
    for (size_t i = 0; i < f->nation.victims; i++) {
        bool holds[LAC_SIMULATE_DEFINITIONS];
        for (size_t d = 0; d < LAC_SIMULATE_DEFINITIONS; d++) {
            holds[d] = lac_simulate_definition_holds(&f->nation, d, &f->nation.person[i]);
            inside[d] += holds[d];
        }
        bool images = f->nation.person[i].kind == LAC_KIND_IMAGE_ONLY;
        bool iicsa = holds[LAC_SIMULATE_D_IICSA], cocad = holds[LAC_SIMULATE_D_COCAD_CSE];
        assert_true(!cocad || images || iicsa); /* two suspects of exploitation: in the headline */
        assert_true(!iicsa || (holds[LAC_SIMULATE_D_FLAG] && !images));
        assert_true(!cocad || holds[LAC_SIMULATE_D_FLAG]);
        assert_true(!cocad || holds[LAC_SIMULATE_D_COCAD_ALL]);
        assert_true(!holds[LAC_SIMULATE_D_ADULT] || cocad);
        assert_true(!holds[LAC_SIMULATE_D_MVMO] || cocad);
        assert_true(!holds[LAC_SIMULATE_D_OCG] || iicsa);
        assert_true(!holds[LAC_SIMULATE_D_SOA] || holds[LAC_SIMULATE_D_FLAG]);
        /* where the truth says what the records cannot, three definitions come to the same */
        assert_int_equal(holds[LAC_SIMULATE_D_HMIC], iicsa);
        assert_int_equal(holds[LAC_SIMULATE_D_STAT], iicsa);
        assert_int_equal(holds[LAC_SIMULATE_D_HO2020], cocad);
    }
    for (size_t d = 1; d < LAC_SIMULATE_DEFINITIONS; d++)
        assert_true(inside[d] > 0 && (d == LAC_SIMULATE_D_HMIC || d == LAC_SIMULATE_D_STAT ||
                                      inside[d] != inside[LAC_SIMULATE_D_IICSA]));
}

/* Groups: one is in where a victim of it is, and no more are seen than there are. Definitions that the lists'
 * records do not decide are left out. */
static void groups_count(void **state)
{
    struct fixture *f = *state;
    int64_t persons[LAC_SIMULATE_CROWDS] = {0}, seen = 0, groups = 0;
    for (size_t i = 0; i < f->totals.count; i++) {
        const struct lac_simulate_total *t = &f->totals.item[i];
        assert_true(t->definition != LAC_SIMULATE_D_SOA && t->definition != LAC_SIMULATE_D_OCG);
        if (t->definition != LAC_SIMULATE_D_IICSA || t->window != 0) continue;
        assert_true(t->seen <= t->persons);
        persons[t->population] += t->persons;
        if (t->population == LAC_SIMULATE_GROUPS) seen += t->seen;
    }
    for (size_t g = 0; g < f->nation.groups; g++) {
        bool in = false;
        for (uint32_t v = 0; v < f->nation.group[g].victims; v++) {
            const struct lac_simulate_person *victim = &f->nation.person[f->nation.group[g].first_victim + v];
            in |= victim->onset <= f->totals.end[0] && victim->end >= f->totals.start[0] &&
                  lac_simulate_definition_holds(&f->nation, LAC_SIMULATE_D_IICSA, victim);
        }
        groups += in;
    }
    assert_int_equal(persons[LAC_SIMULATE_GROUPS], groups);
    assert_true(seen > 0 && seen < groups && groups < persons[LAC_SIMULATE_VICTIMS]);
}

static void partitions_compare(void **state)
{
    (void)state;
    struct lac_error err;
    struct lac_simulate_agreement a;
    const uint32_t truth[] = {1, 1, 1, 2, 2, 3}, run[] = {9, 9, 8, 8, 8, 7};
    assert_int_equal(lac_simulate_agreement_count(truth, run, 6, &a, &err), LAC_OK);
    assert_int_equal(a.persons_true, 3);
    assert_int_equal(a.persons_run, 3);
    assert_int_equal(a.pairs_true, 4);
    assert_int_equal(a.pairs_run, 4);
    assert_int_equal(a.pairs_both, 2);
    assert_float_equal(a.precision, 0.5, 1e-12);
    assert_float_equal(a.recall, 0.5, 1e-12);
    assert_int_equal(lac_simulate_agreement_count(truth, truth, 6, &a, &err), LAC_OK);
    assert_float_equal(a.precision, 1, 1e-12);
    assert_float_equal(a.recall, 1, 1e-12);
    assert_int_equal(lac_simulate_agreement_count(truth, truth, 0, &a, &err), LAC_OK);
    assert_true(isnan(a.precision) && isnan(a.recall));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(seen_equals_a_recount), cmocka_unit_test(quarters_overlap),
        cmocka_unit_test(definitions_nest),      cmocka_unit_test(groups_count),
        cmocka_unit_test(partitions_compare),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
