/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "definition.h"

#define HEAD "id: X\ntitle: T\nversion: '1'\nstatus: variant\nwords: W\n"
#define BODY "unit: crime\nvictim_age_max: 17\nmin_persons: 2\n"

static struct lac_arena arena;
static struct lac_error err;

static int setup(void **state)
{
    (void)state;
    lac_arena_init(&arena);
    lac_error_init(&err);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    lac_arena_release(&arena);
    return 0;
}

static enum lac_status compile(const char *text, struct lac_reconcile_rule *rule)
{
    void *definition;
    enum lac_status status =
        lac_config_load_text("x.yaml", text, &lac_reconcile_definition_schema, &arena, &definition, &err);

    return status == LAC_OK ? lac_reconcile_definition_compile(definition, "x.yaml", &arena, rule, &err)
                            : status;
}

static void defaults(void **state)
{
    struct lac_reconcile_rule rule;

    (void)state;
    assert_int_equal(compile(HEAD BODY, &rule), LAC_OK);
    assert_int_equal(rule.age_max, 17);
    assert_int_equal(rule.min_persons, 2);
    assert_int_equal(rule.min_victims, 0);
    assert_true(rule.count_unidentified);
    assert_false(rule.count_facilitators || rule.at_record || rule.same_incident || rule.assume);
    assert_int_equal(rule.tests, 0);
    assert_int_equal(rule.exclude | rule.separate, 0);
    assert_int_equal(rule.image_only, LAC_RECONCILE_INCLUDE);
}

static void every_key(void **state)
{
    struct lac_reconcile_rule rule;

    (void)state;
    assert_int_equal(
        compile(HEAD "unit: crime\nvictim_age_max: 15\nage_basis: at_record\nmin_persons: 3\nmin_victims: 2\n"
                     "count_unidentified: no\ncount_facilitators: yes\nsuspect_age_min: 18\n"
                     "require_association: same_incident\nexploitation:\n  - criterion: [CSE, OTH]\n"
                     "  - {flag: Y, code: [71], keyword: [MAKESAFE]}\nexclude_criteria: [INS]\n"
                     "separate_criteria: [RIT]\nfamilial: exclude\nimage_only: separate\npeer_only: exclude\n"
                     "on_missing: in\nbasis: B\n",
                &rule),
        LAC_OK);
    assert_int_equal(rule.age_max, 15);
    assert_true(rule.at_record && rule.same_incident && rule.count_facilitators && rule.assume &&
                rule.assumed);
    assert_false(rule.count_unidentified);
    assert_int_equal(rule.min_persons, 3);
    assert_int_equal(rule.min_victims, 2);
    assert_int_equal(rule.suspect_age_min, 18);
    assert_int_equal(rule.tests, 2);
    assert_int_equal(rule.test[0].criterion, LAC_RECONCILE_CSE | LAC_RECONCILE_OTH);
    assert_int_equal(rule.test[1].flag, LAC_RECONCILE_YES);
    assert_string_equal(rule.test[1].code.item[0], "71");
    assert_string_equal(rule.test[1].keyword.item[0], "MAKESAFE");
    assert_int_equal(rule.exclude, LAC_RECONCILE_INS | LAC_RECONCILE_FAM);
    assert_int_equal(rule.separate, LAC_RECONCILE_RIT);
    assert_int_equal(rule.image_only, LAC_RECONCILE_SEPARATE);
    assert_int_equal(rule.peer_only, LAC_RECONCILE_EXCLUDE);
}

static void refusals(void **state)
{
    static const struct {
        const char *text, *message;
    } bad[] = {
        {HEAD BODY "min_person: 2\n", "min_person"},
        {HEAD "unit: victim\nvictim_age_max: 17\nmin_persons: 2\n", "unit: has no meaning"},
        {HEAD "unit: group\nvictim_age_max: 17\nmin_persons: 2\nrequire_association: same_incident\n",
         "several"},
        {HEAD BODY "victim_age_min: 18\n", "range of ages is empty"},
        {HEAD "unit: planet\nvictim_age_max: 17\nmin_persons: 2\n", "planet"},
        {HEAD BODY "require_association: mapped\n", "mapped"},
        {HEAD BODY "mapped_groups: [OCG]\n", "mapped_ocg"},
        {HEAD BODY "require_association: mapped_ocg\nmapped_groups: ['']\n", "every reference"},
        {HEAD BODY "exploitation:\n  - criterion: [ABC]\n", "ABC"},
        {HEAD BODY "exploitation:\n  - flag: [U]\n", "U"},
        {HEAD BODY "exploitation:\n  - {}\n", "alternative"},
        {HEAD BODY "exploitation: [flag]\n", "exploitation"},
        {HEAD BODY "familial: separate\nexclude_criteria: [FAM]\n", "familial"},
        {HEAD BODY "exclude_criteria: [INS]\nseparate_criteria: [INS]\n", "both"},
        {HEAD BODY "on_missing: maybe\n", "maybe"},
        {HEAD BODY "age_basis: at_birth\n", "at_birth"},
        {HEAD "unit: crime\nvictim_age_max: -1\nmin_persons: 2\n", "victim_age_max"},
        {HEAD "unit: crime\nvictim_age_max: 17\nmin_persons: 0\nsuspect_age_min: 18\n", "suspect_age_min"},
        {HEAD "unit: crime\nvictim_age_max: 17\n", "min_persons"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct lac_reconcile_rule rule;

        lac_error_init(&err);
        if (compile(bad[i].text, &rule) != LAC_USAGE) fail_msg("case %zu was not refused", i);
        if (strstr(err.message, bad[i].message) == NULL) fail_msg("case %zu: message '%s'", i, err.message);
        assert_string_equal(err.file, "x.yaml");
    }
}

/* The files that ship, with the headline exactly as the contract words it. */
static void shipped(void **state)
{
    static const char *const names[] = {"D_IICSA", "D_FLAG", "D_COCAD_ALL", "D_COCAD_CSE",
                                        "D_ADULT", "D_MVMO", "D_HMIC",      "D_HO2020",
                                        "D_STAT",  "D_SOA",  "D_OCG"};
    struct lac_config_path path[LAC_COUNT(names)];
    struct lac_definitions_settings settings = {.files = {path, LAC_COUNT(names)}, .headline = "D_IICSA"};
    struct lac_reconcile_rules rules;
    const struct lac_reconcile_rule *r;

    (void)state;
    for (size_t i = 0; i < LAC_COUNT(names); i++)
        path[i].written = path[i].resolved =
            lac_arena_printf(&arena, "%s/configs/definitions/%s.yaml", getenv("LACUNA_SOURCE"), names[i]);
    assert_int_equal(lac_reconcile_rules_load(&settings, &arena, &rules, &err), LAC_OK);
    assert_int_equal(rules.headline, 0);
    for (size_t i = 0; i < LAC_COUNT(names); i++) assert_string_equal(rules.rule[i].id, names[i]);
    r = &rules.rule[0];
    assert_int_equal(r->age_max, 17);
    assert_int_equal(r->min_persons, 2);
    assert_true(r->count_unidentified && r->count_facilitators && !r->at_record && !r->assume);
    assert_int_equal(r->separate, LAC_RECONCILE_FAM | LAC_RECONCILE_INS | LAC_RECONCILE_RIT);
    assert_int_equal(r->exclude, 0);
    assert_int_equal(r->image_only, LAC_RECONCILE_SEPARATE);
    assert_int_equal(r->peer_only, LAC_RECONCILE_INCLUDE);
    assert_int_equal(r->suspect_age_min, 0);
    assert_int_equal(r->tests, 2);
    assert_int_equal(r->test[0].criterion, LAC_RECONCILE_CSE);
    assert_int_equal(r->test[0].flag, 0);
    assert_int_equal(r->test[1].criterion, LAC_RECONCILE_UNK);
    assert_int_equal(r->test[1].flag, LAC_RECONCILE_YES);
    assert_int_equal(rules.rule[4].superset[0], 3);
    assert_int_equal(rules.rule[3].superset[0], 2);
}

static struct lac_reconcile_rule rule_of(const char *id, struct lac_strings subset_of)
{
    struct lac_reconcile_definition *d = LAC_NEW(&arena, struct lac_reconcile_definition, 1);

    d->id = id;
    lac_error_init(&err);
    d->subset_of = subset_of;
    return (struct lac_reconcile_rule){.definition = d, .id = id};
}

static void sets(void **state)
{
    const char *a[] = {"A"}, *b[] = {"B"}, *c[] = {"C"};
    struct lac_strings none = {0}, in_a = {a, 1}, in_b = {b, 1}, in_c = {c, 1};
    struct lac_reconcile_rule rule[3];
    struct lac_reconcile_rules rules = {rule, 3, 0};

    (void)state;
    rule[0] = rule_of("A", in_b);
    rule[1] = rule_of("B", in_c);
    rule[2] = rule_of("C", none);
    assert_int_equal(lac_reconcile_rules_resolve(&rules, "C", &arena, &err), LAC_OK);
    assert_int_equal(rules.headline, 2);
    assert_int_equal(rule[0].superset[0], 1);
    assert_int_equal(lac_reconcile_rules_resolve(&rules, "D", &arena, &err), LAC_USAGE);
    rule[2] = rule_of("C", in_a);
    assert_int_equal(lac_reconcile_rules_resolve(&rules, "C", &arena, &err), LAC_USAGE); /* a circle */
    assert_non_null(strstr(err.message, "inside itself"));
    rule[2] = rule_of("A", none);
    assert_int_equal(lac_reconcile_rules_resolve(&rules, "A", &arena, &err), LAC_USAGE); /* C is not there */
    rule[1] = rule_of("B", none);
    assert_int_equal(lac_reconcile_rules_resolve(&rules, "A", &arena, &err), LAC_USAGE); /* A stands twice */
    assert_non_null(strstr(err.message, "twice"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(defaults, setup, teardown),
        cmocka_unit_test_setup_teardown(every_key, setup, teardown),
        cmocka_unit_test_setup_teardown(refusals, setup, teardown),
        cmocka_unit_test_setup_teardown(shipped, setup, teardown),
        cmocka_unit_test_setup_teardown(sets, setup, teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
