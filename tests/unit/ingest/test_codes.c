/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Look-ups in the code lists, and the order and words of findings. */
#include "fixture.h"

static void test_forces(void **state)
{
    static const struct {
        const char *text, *gss;
        bool exact;
    } examples[] = {{"E23000005", "E23000005", true},
                    {" e23000005 ", "E23000005", true},
                    {"GMP", "E23000005", false},
                    {"Greater Manchester Police", "E23000005", false},
                    {"DEVON & CORNWALL POLICE", "E23000035", false},
                    {"Heddlu Gwent", "W15000002", false},
                    {"London, City of", "E23000034", false},
                    {"06", NULL, false}, /* Home Office number or suffix of the area code? */
                    {"E23000099", NULL, false},
                    {"BTP", NULL, false}, /* no area of its own */
                    {"", NULL, false}};

    (void)state;
    for (size_t i = 0; i < sizeof examples / sizeof examples[0]; i++) {
        bool exact;
        const char *gss = lac_ingest_codes_force(&library.codes, examples[i].text, &exact);

        if (examples[i].gss == NULL) {
            assert_null(gss);
            continue;
        }
        assert_non_null(gss);
        assert_string_equal(gss, examples[i].gss);
        assert_int_equal(exact, examples[i].exact);
    }
    assert_string_equal(lac_ingest_codes_force_name(&library.codes, "E23000005"), "Greater Manchester");
}

static void test_home_forces(void **state)
{
    int home = 0;

    (void)state;
    for (uint32_t f = 0; f < library.codes.force.count; f++) home += library.codes.force_home[f];
    assert_int_equal(home, 43);
}

static bool near(const char *postcode, const char *force)
{
    return lac_ingest_codes_near(&library.codes, postcode, lac_dict_find(&library.codes.force, force));
}

static void check_offence(const char *code, int below, char sex)
{
    uint32_t at = lac_dict_find(&library.codes.offence, code);

    assert_true(at != LAC_MISSING_STR);
    const struct lac_ingest_offence *offence = &library.codes.offence_limit[at];
    assert_int_equal(offence->child_below, below);
    assert_int_equal(offence->sex, sex);
}

static void test_other_lists(void **state)
{
    (void)state;
    check_offence("19E", 13, 'F');
    check_offence("19G", 16, 'M');
    check_offence("17B", 13, 'M');
    check_offence("20A", 0, 'F');
    check_offence("71", 0, 0);
    assert_true(lac_dict_find(&library.codes.offence, "8N") == LAC_MISSING_STR);
    assert_string_equal(lac_ingest_codes_district(&library.codes, "E08000003"), "E23000005");
    assert_null(lac_ingest_codes_district(&library.codes, "E07000026"));
    assert_true(lac_ingest_codes_ethnicity(&library.codes, "SDE16", "O1"));
    assert_false(lac_ingest_codes_ethnicity(&library.codes, "SDE18", "O1"));
    assert_true(lac_ingest_codes_postcode(&library.codes, "M1 1AE"));
    assert_true(lac_ingest_codes_postcode(&library.codes, "SW1A"));
    assert_false(lac_ingest_codes_postcode(&library.codes, "QZ1 1AE"));
}

static void test_order(void **state)
{
    static const struct lac_ingest_finding unsorted[] = {
        {.entry = LAC_INGEST_NO_RETURN, .rule = LAC_RULE_return_missing},
        {.entry = 1, .file = "b", .row = 1, .rule = LAC_RULE_no_role},
        {.entry = 0, .file = "a", .row = 12, .rule = LAC_RULE_no_role},
        {.entry = 0, .file = "a", .row = 2, .rule = LAC_RULE_victim_adult},
        {.entry = 0, .file = "a", .row = 2, .rule = LAC_RULE_no_role},
        {.entry = 0, .file = "a", .rule = LAC_RULE_sex_incomplete}};
    struct lac_ingest_findings findings = {0};
    struct lac_error err;

    (void)state;
    for (size_t i = 0; i < 6; i++)
        assert_int_equal(lac_ingest_findings_add(&findings, &unsorted[i], &err), LAC_OK);
    lac_ingest_findings_sort(&findings);
    for (size_t i = 0; i < 6; i++)
        assert_memory_equal(&findings.item[i], &unsorted[5 - i], sizeof unsorted[0]);
    assert_int_equal(lac_ingest_findings_count(&findings, LAC_SEVERITY_ERROR), 4);
    assert_int_equal(lac_ingest_findings_count(&findings, LAC_SEVERITY_WARNING), 2);
    lac_ingest_findings_release(&findings);
}

static void test_words(void **state)
{
    struct lac_ingest_finding finding = {
        .rule = LAC_RULE_ethnicity_incomplete, .a = 34, .b = 62, .text = "victim", .entry = 0};
    struct lac_buffer text = {0};

    (void)state;
    lac_ingest_finding_message(&finding, &text);
    assert_string_equal(text.text, "known for 34 per cent of 62 victim rows");
    lac_buffer_clear(&text);
    lac_ingest_finding_action(&finding, &text);
    assert_true(strncmp(text.text, "kept as it is; ", 15) == 0);
    lac_buffer_release(&text);
}

static void test_places(void **state)
{
    (void)state;
    assert_string_equal(lac_ingest_codes_district_now(&library.codes, "E07000026"), "E06000063");
    assert_string_equal(lac_ingest_codes_district_now(&library.codes, "E07000246"), "E06000066");
    assert_null(lac_ingest_codes_district_now(&library.codes, "E06000063"));
    for (uint32_t i = 0; i < library.codes.change.count; i++) {
        assert_non_null(lac_ingest_codes_district(&library.codes, library.codes.change_now[i]));
        assert_null(lac_ingest_codes_district(&library.codes, lac_dict_text(&library.codes.change, i)));
    }
    assert_true(near("M1 1AE", "E23000005"));
    assert_true(near("WA14 1AA", "E23000005"));
    assert_false(near("PL1", "E23000005"));
    assert_true(near("G1 1AA", "E23000005")); /* nobody knows */
    assert_true(near("M1 1AE", ""));
}

static void test_placeholders(void **state)
{
    (void)state;
    assert_int_equal(lac_ingest_codes_placeholder(&library.codes, "U K"), LAC_PLACEHOLDER_SURE);
    assert_int_equal(lac_ingest_codes_placeholder(&library.codes, "MOTHER OF ANN"), LAC_PLACEHOLDER_SURE);
    assert_int_equal(lac_ingest_codes_placeholder(&library.codes, "UNKNOWN MALE"), LAC_PLACEHOLDER_SURE);
    assert_int_equal(lac_ingest_codes_placeholder(&library.codes, "UNKNOWNSON"), LAC_PLACEHOLDER_NO);
    assert_int_equal(lac_ingest_codes_placeholder(&library.codes, "MALE"), LAC_PLACEHOLDER_WEAK);
    assert_int_equal(lac_ingest_codes_placeholder(&library.codes, "MALEK"), LAC_PLACEHOLDER_NO);
    assert_int_equal(lac_ingest_codes_placeholder(&library.codes, ""), LAC_PLACEHOLDER_NO);
    assert_true(lac_ingest_codes_operation(&library.codes, "OPERATION CSE NORTH"));
    assert_false(lac_ingest_codes_operation(&library.codes, "OPERATION CSENORTH"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_forces),      cmocka_unit_test(test_home_forces),
                                       cmocka_unit_test(test_other_lists), cmocka_unit_test(test_order),
                                       cmocka_unit_test(test_words),       cmocka_unit_test(test_places),
                                       cmocka_unit_test(test_placeholders)};

    return cmocka_run_group_tests(tests, open_library, close_library);
}
