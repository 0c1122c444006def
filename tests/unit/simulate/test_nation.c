/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Persons and captures: exact counts, ages, dates, marginal shares, independence of streams. */
#include "fixture.h"
#include "base/date.h"

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

static void victims_in_scope_are_exact(void **state)
{
    struct fixture *f = *state;
    size_t scope = 0, peer = 0, count[LAC_KIND_COUNT] = {0};
    for (size_t i = 0; i < f->nation.victims; i++) {
        count[f->nation.person[i].kind]++;
        scope += lac_simulate_in_scope(f->nation.person[i].kind);
    }
    peer = count[LAC_KIND_PEER];
    assert_int_equal(scope, f->settings->population.victims);
    assert_int_equal(count[LAC_KIND_FAMILIAL], f->settings->population.familial);
    assert_int_equal(count[LAC_KIND_NON_RECENT], f->settings->population.non_recent);
    assert_true(peer > 0.15 * (double)scope && peer < 0.35 * (double)scope);
}

static void cases_in_scope_have_two_persons(void **state)
{
    struct fixture *f = *state;
    size_t large = 0;
    for (size_t i = 0; i < f->nation.victims; i++) {
        const struct lac_simulate_person *v = &f->nation.person[i];
        if (!lac_simulate_in_scope(v->kind)) continue;
        assert_true(v->n_suspects + v->n_facilitators >= 2);
        uint32_t unidentified = 0, adults = 0;
        for (uint32_t j = 0; j < v->n_suspects; j++) {
            const struct lac_simulate_person *s =
                &f->nation.person[lac_simulate_case_person(&f->nation, v, j)];
            assert_int_equal(s->role, LAC_ROLE_SUSPECT);
            assert_int_equal(s->group, v->group);
            unidentified += !s->identified;
            adults += lac_date_years(s->dob, v->onset) >= 18;
        }
        assert_int_equal(unidentified, v->n_unidentified);
        assert_int_equal(adults, v->n_adults);
        large += f->nation.group[v->group].suspects > 10;
    }
    assert_true(large > 100); /* the tail is heavy */
}

static void ages_and_dates_hold(void **state)
{
    struct fixture *f = *state;
    for (size_t i = 0; i < f->nation.victims; i++) {
        const struct lac_simulate_person *v = &f->nation.person[i];
        int age = lac_date_years(v->dob, v->onset);
        assert_true(v->onset <= v->end);
        if (v->kind == LAC_KIND_NON_RECENT)
            assert_true(v->end < f->settings->period_start);
        else
            assert_true(v->onset <= f->settings->period_end && v->end >= f->settings->period_start);
        if (v->kind == LAC_KIND_ADULT)
            assert_true(age >= 18);
        else
            assert_true(lac_date_years(v->dob, v->end) < 18);
    }
}

static void captures_match_the_settings(void **state)
{
    struct fixture *f = *state;
    const struct lac_simulate_list_settings *list = lac_simulate_lists(f->settings);
    for (size_t l = 0; l < f->settings->lists.count; l++) {
        double sum = 0;
        size_t own = 0, n = 0;
        for (size_t i = 0; i < f->nation.victims; i++) {
            const struct lac_simulate_person *v = &f->nation.person[i];
            if (!lac_simulate_in_scope(v->kind)) continue;
            sum += v->own[l];
            own += v->presence[l] == LAC_PRESENCE_OWN;
            n++;
        }
        assert_true(fabs(sum / (double)n - list[l].capture) < 1e-9);
        assert_share(own, n, list[l].capture);
    }
}

static void referrals_have_their_share(void **state)
{
    struct fixture *f = *state;
    const struct lac_simulate_dependence_settings *rule = f->settings->dependence.item;
    int from = lac_simulate_list_index(f->settings, rule[0].from),
        to = lac_simulate_list_index(f->settings, rule[0].to);
    size_t referred = 0, exposed = 0;
    for (size_t i = 0; i < f->nation.victims; i++) {
        const struct lac_simulate_person *v = &f->nation.person[i];
        if (!v->presence[from] || v->presence[to] == LAC_PRESENCE_OWN || v->kind == LAC_KIND_CANCELLED)
            continue;
        exposed++;
        if (v->presence[to] != LAC_PRESENCE_REFERRAL) continue;
        assert_int_equal(v->referred_by[to], from);
        referred++;
    }
    assert_true(exposed > 500);
    assert_share(referred, exposed, rule[0].probability);
}

static void between_45_and_55_per_cent_are_seen(void **state)
{
    struct fixture *f = *state;
    int64_t persons = 0, seen = 0;
    for (size_t i = 0; i < LAC_SIMULATE_FORCES; i++) {
        persons += f->totals.item[i].persons;
        seen += f->totals.item[i].seen;
    }
    assert_int_equal(persons, f->settings->population.victims);
    assert_true(seen > 0.45 * (double)persons && seen < 0.55 * (double)persons);
}

static uint64_t digest_persons(const struct lac_simulate_nation *nation, size_t n, bool presence)
{
    uint64_t hash = 1469598103934665603u;
    for (size_t i = 0; i < n; i++) {
        const struct lac_simulate_person *p = &nation->person[i];
        const char *text[4] = {p->forename, p->surname, p->lad, p->postcode};
        for (int t = 0; t < 4; t++)
            for (const char *c = text[t]; *c; c++)
                hash = (hash ^ (uint64_t)(unsigned char)*c) * 1099511628211u;
        hash = (hash ^ (uint64_t)(uint32_t)p->dob) * 1099511628211u;
        for (int l = 0; presence && l < LAC_SIMULATE_LISTS; l++)
            hash = (hash ^ p->presence[l]) * 1099511628211u;
    }
    return hash;
}

static void persons_do_not_depend_on_others(void **state)
{
    (void)state;
    struct fixture f;
    fixture_load(&f);
    fixture_draw(&f, 7);
    size_t n = (size_t)f.settings->population.victims;
    uint64_t first = digest_persons(&f.nation, n, false),
             all = digest_persons(&f.nation, f.nation.victims, true);
    fixture_draw(&f, 7);
    assert_true(all == digest_persons(&f.nation, f.nation.victims, true));
    f.settings->population.familial = 3; /* fewer persons of another kind change nobody in scope */
    fixture_draw(&f, 7);
    assert_true(first == digest_persons(&f.nation, n, false));
    fixture_draw(&f, 8);
    assert_true(first != digest_persons(&f.nation, n, false));
    fixture_release(&f);
}

static void avoidance_takes_away(void **state)
{
    (void)state;
    struct fixture f;
    fixture_load(&f);
    struct lac_simulate_dependence_settings *rule = f.settings->dependence.item;
    rule[0].effect = "drop";
    rule[0].probability = 1;
    fixture_draw(&f, 7);
    int from = lac_simulate_list_index(f.settings, rule[0].from),
        to = lac_simulate_list_index(f.settings, rule[0].to);
    for (size_t i = 0; i < f.nation.victims; i++)
        assert_false(f.nation.person[i].presence[from] && f.nation.person[i].presence[to]);
    fixture_release(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(victims_in_scope_are_exact),
        cmocka_unit_test(cases_in_scope_have_two_persons),
        cmocka_unit_test(ages_and_dates_hold),
        cmocka_unit_test(captures_match_the_settings),
        cmocka_unit_test(referrals_have_their_share),
        cmocka_unit_test(between_45_and_55_per_cent_are_seen),
        cmocka_unit_test(persons_do_not_depend_on_others),
        cmocka_unit_test(avoidance_takes_away),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
