/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every rule about a file's content fires on the bad and is silent on the good. */
#include "fixture.h"

struct example {
    enum lac_ingest_rule rule;
    const char *bad, *good;
};

#define RULE(symbol) LAC_RULE_##symbol
static const struct example examples[] = {
    {RULE(blank_row),
     "|local_ref=;person_ref=;role=;forename=;surname=;dob=;age=;sex=;ethnicity=;ethnicity_frame=;"
     "ethnicity_source=;nationality=;postcode=;lad=;offence_from=;offence_to=;recorded_date=;"
     "offence_code=;criterion=;cse_flag=;image_only=;online_flag=;n_suspects=;"
     "n_suspects_unidentified=;n_victims=;status=;basis=",
     "person_ref=;forename=;surname="},
    {RULE(total_row), "|local_ref=Total;role=;person_ref=2", "local_ref=Total"},
    {RULE(line_break), "operation=\"Oak\nleaf\"", "operation=\"Oak leaf\""},
    {RULE(no_reference), "local_ref=", "local_ref=0"},
    {RULE(no_reference), "local_ref=unknown", "local_ref= X1 "},
    {RULE(no_role), "role=", "role=victim"},
    {RULE(no_role), "role=Boyfriend", "role=FACILITATOR"},
    {RULE(serial_date), "recorded_date=45689", "recorded_date=2025-02-01"},
    {RULE(serial_date), "dob=39937", "dob=2009"},
    {RULE(date_time), "recorded_date=2025-02-01T10:15:00", "recorded_date= 2025-02-01 "},
    {RULE(scientific), "local_ref=1.2E+05", "local_ref=12E5"},
    {RULE(scientific), "person_ref=4E+11", "person_ref=E+11"},
    {RULE(scientific_whole), "local_ref=1.23456E+05", "local_ref=1.2E+05"},
    {RULE(date_unreadable), "offence_from=10/01/2025", "offence_from="},
    {RULE(date_unreadable), "dob=4 May 2009", "dob=2009-05"},
    {RULE(number_unreadable), "n_suspects=two", "n_suspects="},
    {RULE(number_unreadable), "age=-1", "age=0"},
    {RULE(number_unreadable), "n_victims=1.0", "n_victims=1"},
    {RULE(code_unknown), "sex=girl", "sex=f"},
    {RULE(code_unknown), "criterion=CSE/FAM", "criterion=CSE"},
    {RULE(code_unknown), "referral_source=SCHOOL", "referral_source=LA"},
    {RULE(code_spelled), "sex=Female", "sex=F"},
    {RULE(code_spelled), "basis=At risk", "basis=AT_RISK"},
    {RULE(missing_word), "postcode=N/K", "postcode="},
    {RULE(missing_word), "status=n/a", "cse_flag=U"},
    {RULE(nationality_unknown), "nationality=British", "nationality=pol"},
    {RULE(national_ref_form), "national_ref=12345", "national_ref=nrm:12345"},
    {RULE(national_ref_form), "national_ref=NHS:", "national_ref=NHS:a"},
    {RULE(force_mapped), "status=TRANSFERRED;transfer_ref=1;transfer_force=West Yorkshire Police",
     "status=TRANSFERRED;transfer_ref=1;transfer_force=E23000010"},
    {RULE(force_unknown), "status=TRANSFERRED;transfer_ref=1;transfer_force=13",
     "status=TRANSFERRED;transfer_ref=1;transfer_force=Met"},
    {RULE(lad_unknown), "lad=E07000999", "lad=e08000003"},
    {RULE(lad_old), "lad=E07000026;postcode=", "lad=E06000063;postcode="},
    {RULE(lad_unknown), "lad=Manchester", "lad=S12000033"},
    {RULE(postcode_form), "postcode=Flat 2", "postcode=m11ae"},
    {RULE(postcode_form), "postcode=QZ1 1AE", "postcode=M1"},
    {RULE(header_again), "local_ref=local_ref;role=role;dob=dob", "local_ref=local_ref"},
    {RULE(total_row), "2*n_victims=2|local_ref=;role=;n_victims=4;n_suspects=4;n_suspects_unidentified=4",
     "2*n_victims=2|local_ref=;role=;n_victims=3;n_suspects=4;n_suspects_unidentified=4"},
    {RULE(placeholder_name), "surname=Unknown Male", "surname=Unwin"},
    {RULE(placeholder_name), "forename=U/K", "forename=Una"},
    {RULE(placeholder_name), "forename=Mother of;surname=X", "forename=Xi;surname=X"},
    {RULE(placeholder_name), "forename=;surname=Male", "forename=Ann;surname=Male"},
    {RULE(birth_placeholder), "dob=1900-01-01;age=", "dob=2000-01-01;age=;role=SUSPECT"},
    {RULE(birth_placeholder), "dob=1901-01-01", "dob=1911-01-01;age=;role=SUSPECT"},
    {RULE(birth_impossible), "dob=2009-02-30", "dob=2009-02-28"},
    {RULE(birth_impossible), "dob=1907-03-04;age=", "dob=2008-02-29"},
    {RULE(dates_outside), "recorded_date=2025-04-01", "recorded_date=2025-03-31"},
    {RULE(ethnicity_frame), "ethnicity=O1", "ethnicity=A4"},
    {RULE(ethnicity_frame), "ethnicity=IC4", "ethnicity=IC4;ethnicity_frame=IC;ethnicity_source=OFFICER"},
    {RULE(ethnicity_unknown), "ethnicity=Z9", "ethnicity=Black African;ethnicity_frame=TEXT"},
    {RULE(ethnicity_no_frame), "ethnicity_frame=", "ethnicity=;ethnicity_frame="},
    {RULE(source_conflict), "ethnicity=IC1;ethnicity_frame=IC",
     "ethnicity=IC1;ethnicity_frame=IC;ethnicity_source=OFFICER"},
    {RULE(sources_pooled),
     "9*ethnicity_source=SELF|ethnicity=IC1;ethnicity_frame=IC;ethnicity_source=OFFICER",
     "10*ethnicity_source=SELF"},
    {RULE(flag_offence), "cse_flag=N;criterion=OTH", "cse_flag=N;criterion=OTH;offence_code=22B"},
    {RULE(operation_word), "operation=Op Grooming;criterion=UNK;cse_flag=N",
     "operation=Op Groomingham;criterion=UNK;cse_flag=N"},
    {RULE(postcode_district), "postcode=PL1 1AA", "postcode=WA14 1AA"},
    {RULE(peer_images),
     "local_ref=1;role=SUSPECT;image_only=Y;dob=;age=15|local_ref=1;role=SUSPECT;image_only=Y",
     "local_ref=1;role=SUSPECT;image_only=Y;dob=;age=19|local_ref=1;role=SUSPECT;image_only=Y"},
    {RULE(flag_elsewhere), "6*offence_code=71|4*offence_code=8N", "7*offence_code=71|3*offence_code=8N"},
    {RULE(merged_cells), "local_ref=1|3*local_ref=", "local_ref=1|2*local_ref="},
    {RULE(reference_each), "10*n_victims=2", "2*local_ref=1;n_victims=2|9*n_victims=2"},
    {RULE(name_only), "4*dob=;age=;postcode=|6*sex=F", "3*dob=;age=;postcode=|7*sex=F"},
    {RULE(identity_uneven), "30*ethnicity=A2;dob=|30*ethnicity=W1", "30*ethnicity=A2|30*ethnicity=W1"},
    {RULE(birth_future), "dob=2025-02-02;age=", "dob=2025;age=;offence_code="},
    {RULE(age_at_report), "dob=2009-01-25;age=16", "dob=2009-01-25;age=15"},
    {RULE(age_conflict), "age=12", "age=15"},
    {RULE(age_conflict), "dob=2009;age=17", "dob=2009;age=16"},
    {RULE(age_implausible), "dob=;age=140;role=SUSPECT", "dob=;age=90;role=SUSPECT"},
    {RULE(victim_adult), "dob=2007-01-10;age=", "dob=2007-01-11;age="},
    {RULE(victim_adult), "dob=;age=18", "dob=;age=18;role=SUSPECT"},
    {RULE(victim_adult), "dob=2006;age=", "dob=2007;age="},
    {RULE(dates_reversed), "offence_to=2025-01-09", "offence_to=2025-01-10"},
    {RULE(offence_after_record),
     "offence_from=2025-02-02;offence_to=", "offence_from=2025-02-01;offence_to="},
    {RULE(date_future), "recorded_date=2025-04-11", "recorded_date=2025-04-10"},
    {RULE(offence_unknown), "offence_code=8N", "offence_code=19c;age=;dob="},
    {RULE(offence_age), "offence_code=21", "offence_code=22B"},
    {RULE(offence_age), "offence_code=19E", "offence_code=19E;role=SUSPECT"},
    {RULE(offence_sex), "offence_code=19F", "offence_code=19D"},
    {RULE(flag_conflict), "cse_flag=N", "cse_flag=U"},
    {RULE(flag_conflict), "criterion=FAM", "criterion=FAM;cse_flag=N"},
    {RULE(transfer_incomplete), "status=TRANSFERRED;transfer_force=E23000010",
     "status=TRANSFERRED;transfer_force=E23000010;transfer_ref=1"},
    {RULE(transfer_status), "transfer_ref=1", "transfer_ref=1;transfer_force=E23000010;status=TRANSFERRED"},
    {RULE(unidentified_more), "n_suspects=1;n_suspects_unidentified=2",
     "n_suspects=2;n_suspects_unidentified=2"},
    {RULE(row_twice), "2*local_ref=1;person_ref=1;n_victims=", "2*local_ref=1;person_ref="},
    {RULE(one_suspect), "n_suspects=1;n_suspects_unidentified=1",
     "local_ref=1;n_suspects=1;n_suspects_unidentified=1|local_ref=1;role=FACILITATOR"},
    {RULE(group_unflagged), "criterion=UNK;cse_flag=U", "criterion=UNK;cse_flag=N"},
    {RULE(group_unflagged), "criterion=;cse_flag=;n_suspects=3", "criterion=;cse_flag=;n_suspects=1"},
    {RULE(suspects_differ),
     "local_ref=1;n_suspects_unidentified=1|local_ref=1;role=SUSPECT;n_suspects=3;n_suspects_unidentified=1",
     "local_ref=1;n_suspects_unidentified=1|local_ref=1;role=SUSPECT;n_suspects=2;n_suspects_unidentified=1"},
    {RULE(suspects_differ), "2*local_ref=1;role=SUSPECT;n_suspects=1;n_suspects_unidentified=0",
     "2*local_ref=1;role=SUSPECT;n_suspects=2;n_suspects_unidentified=0"},
    {RULE(victims_differ), "n_victims=2", "2*local_ref=1;n_victims=2"},
    {RULE(period_mismatch), "12*recorded_date=2025-04-02",
     "7*recorded_date=2025-03-02|5*recorded_date=2025-04-02"},
    {RULE(bulk_old), "12*offence_from=2019-01-10;offence_to=2019-01-20;dob=;age=14",
     "9*recorded_date=2025-02-01|3*offence_from=2019-01-10;offence_to=2019-01-20;dob=;age=14"},
    {RULE(ethnicity_incomplete), "9*ethnicity=NS|3*ethnicity=W1", "9*ethnicity=NS"},
    {RULE(ethnicity_incomplete), "12*ethnicity=", "10*ethnicity=W1|2*ethnicity="},
    {RULE(sex_incomplete), "12*sex=U", "10*sex=M|2*sex="},
    {RULE(frames_mixed), "ethnicity_frame=SDE16|ethnicity_frame=SDE18", "2*ethnicity_frame=SDE16"},
    {RULE(birth_heap), "9*dob=2009-05-04|3*dob=2010-01-01;age=", "10*dob=2009-05-04|2*dob=2010-01-01;age="},
    {RULE(other_share), "6*criterion=CSE|4*criterion=UNK", "7*criterion=CSE|3*criterion=OTH"},
    {RULE(other_force), "10*lad=E08000035", "5*lad=E08000003|5*lad=E08000035"},
    {RULE(place_conflict), "4*lad=E08000003|4*lad=E08000035|4*lad=E07000223", "10*lad=E08000035"},
    {RULE(cancelled_kept), "status=CANCELLED", "status=LIVE"},
    {RULE(at_risk), "basis=AT_RISK", "basis=SUSPECTED"},
    {RULE(derived_share), "10*referral_source=LA", "10*referral_source=PF"},
};

static void test_examples(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof examples / sizeof examples[0]; i++) {
        const struct example *example = &examples[i];
        struct lac_ingest_return bad, good;

        judge_rows(&bad, example->bad);
        judge_rows(&good, example->good);
        if (times_found(&bad.findings, example->rule) == 0)
            fail_msg("%s is silent on %s", lac_ingest_rules[example->rule].id, example->bad);
        if (times_found(&good.findings, example->rule) != 0)
            fail_msg("%s fires on %s", lac_ingest_rules[example->rule].id, example->good);
        lac_ingest_return_release(&bad);
        lac_ingest_return_release(&good);
    }
}

static void test_clean_return_is_silent(void **state)
{
    struct lac_ingest_return ret;

    (void)state;
    judge_rows(&ret, "30*sex=F");
    assert_int_equal(ret.findings.count, 0);
    assert_int_equal(ret.judge.used, 30);
    lac_ingest_return_release(&ret);
}

/* A rule without an example would never be seen to work. */
static void test_every_rule_has_an_example(void **state)
{
    (void)state;
    for (int r = 0; r < LAC_RULE_COUNT; r++) {
        enum lac_ingest_scope scope = lac_ingest_rules[r].scope;
        bool found = scope == LAC_SCOPE_REGISTER || scope == LAC_SCOPE_FILE || scope == LAC_SCOPE_ACROSS ||
                     r == LAC_RULE_ragged || r == LAC_RULE_zeros_lost; /* test_layout */

        for (size_t i = 0; i < sizeof examples / sizeof examples[0]; i++) found |= (int)examples[i].rule == r;
        if (!found) fail_msg("no example of %s", lac_ingest_rules[r].id);
    }
}

static void check_row(const char *rows, enum lac_ingest_field field, const char *text)
{
    struct lac_ingest_return ret;

    judge_rows(&ret, rows);
    assert_string_equal(ret.judge.row[0].value[field].text, text);
    lac_ingest_return_release(&ret);
}

static void check_number(const char *rows, enum lac_ingest_field field, int32_t number)
{
    struct lac_ingest_return ret;

    judge_rows(&ret, rows);
    assert_int_equal(ret.judge.row[0].value[field].number, number);
    lac_ingest_return_release(&ret);
}

static void test_values(void **state)
{
    (void)state;
    check_row("postcode=m11ae", LAC_FIELD_postcode, "M1 1AE");
    check_row("role=victim", LAC_FIELD_role, "VICTIM");
    check_row("sex=Female", LAC_FIELD_sex, "F");
    check_row("sex=U", LAC_FIELD_sex, "");
    check_row("cse_flag=u", LAC_FIELD_cse_flag, "");
    check_row("criterion=unknown", LAC_FIELD_criterion, "UNK");
    check_row("national_ref=nrm:Ab1", LAC_FIELD_national_ref, "NRM:Ab1");
    check_row("status=TRANSFERRED;transfer_ref=1;transfer_force=West Yorkshire Police",
              LAC_FIELD_transfer_force, "E23000010");
    check_row("ethnicity=O1", LAC_FIELD_ethnicity_frame, "SDE16");
    check_row("ethnicity=Z9", LAC_FIELD_ethnicity, "");
    check_row("forename= \xC2\xA0Zo\xC3\xAB ", LAC_FIELD_forename, "Zo\xC3\xAB");
    check_number("dob=2009-05", LAC_FIELD_dob, 20090500);
    check_number("dob=39937", LAC_FIELD_dob, 20090504);
    check_number("recorded_date=45689", LAC_FIELD_recorded_date, lac_date_from_civil(2025, 2, 1));
    check_number("dob=1900-01-01", LAC_FIELD_dob, LAC_INGEST_NONE);
    check_number("n_suspects=", LAC_FIELD_n_suspects, LAC_INGEST_NONE);
    check_number("n_suspects=0", LAC_FIELD_n_suspects, 0);
    check_number("age=12", LAC_FIELD_age, 15);
    check_number("dob=2009-01-25;age=16", LAC_FIELD_age, 15);
    check_number("dob=2009;age=12", LAC_FIELD_age, LAC_INGEST_NONE);
    check_number("offence_to=2025-01-09", LAC_FIELD_offence_to, LAC_INGEST_NONE);
}

static void judge_string_rows(struct lac_ingest_return *ret, const char *text)
{
    judge_text(ret, text, strlen(text), "PF", "E23000005");
}

static void test_names(void **state)
{
    struct lac_ingest_return ret;

    (void)state;
    judge_rows(
        &ret, "forename=Zo\xC3\xAB;surname=O'Neill-Smyth|forename=Unknown;surname=Male|forename=;surname=Male"
              "|forename=Ann;surname=Male");
    assert_string_equal(ret.judge.row[0].forename_folded, "ZOE");
    assert_string_equal(ret.judge.row[0].surname_folded, "ONEILL SMYTH");
    for (int i = 1; i < 3; i++) {
        assert_string_equal(ret.judge.row[i].forename_folded, "");
        assert_string_equal(ret.judge.row[i].surname_folded, "");
    }
    assert_string_equal(LAC_ROW_TEXT(&ret.judge.row[1], surname), "Male");
    assert_string_equal(ret.judge.row[3].surname_folded, "MALE");
    lac_ingest_return_release(&ret);
}

/* What was recorded stays beside what it was read as, where the two differ. */
static void test_recorded(void **state)
{
    struct lac_ingest_return ret;

    (void)state;
    judge_rows(&ret, "sex=F|postcode= m11ae ;dob=39937;age=|postcode=Flat 2;dob=1900-01-01;age=;lad=E07000026"
                     "|dob=2025-02-02;age=;lad=Nowhere;postcode=");
    assert_string_equal(ret.judge.row[0].dob_recorded, "");
    assert_string_equal(ret.judge.row[0].postcode_recorded, "");
    assert_string_equal(ret.judge.row[0].lad_recorded, "");
    assert_string_equal(ret.judge.row[1].postcode_recorded, "m11ae");
    assert_string_equal(ret.judge.row[1].dob_recorded, "39937");
    assert_string_equal(ret.judge.row[2].postcode_recorded, "Flat 2");
    assert_string_equal(ret.judge.row[2].dob_recorded, "1900-01-01");
    assert_string_equal(ret.judge.row[2].lad_recorded, "E07000026");
    assert_string_equal(LAC_ROW_TEXT(&ret.judge.row[2], lad), "E06000063");
    assert_string_equal(ret.judge.row[3].dob_recorded, "2025-02-02");
    assert_string_equal(ret.judge.row[3].lad_recorded, "Nowhere");
    lac_ingest_return_release(&ret);
}

static void test_aliases(void **state)
{
    struct lac_ingest_return ret;
    struct lac_buffer rows = {0};

    (void)state;
    judge_string_rows(
        &ret,
        "local_ref,role,forename,surname,aliases\n"
        "1,VICTIM,Zita,Quillfeather,Zee Quill; ZEE  QUILL ;Unknown;Zita Quillfeather;Zo\xC3\xAB O'Neill;;\n"
        "2,VICTIM,Zita,Quillfeather,none\n");
    assert_string_equal(ret.judge.row[0].aliases_folded, "ZEE QUILL;ZOE ONEILL");
    assert_true(strncmp(LAC_ROW_TEXT(&ret.judge.row[0], aliases), "Zee Quill; ZEE", 14) == 0);
    assert_string_equal(ret.judge.row[1].aliases_folded, "");
    lac_ingest_return_release(&ret);
    /* A list that is too long is cut between two names. */
    lac_buffer_add(&rows, "local_ref,role,aliases\n1,VICTIM,");
    for (int i = 0; i < 400; i++) lac_buffer_printf(&rows, "Name%c%c;", 'A' + i / 26, 'A' + i % 26);
    lac_buffer_add(&rows, "\n");
    judge_string_rows(&ret, rows.text);
    assert_in_range(strlen(ret.judge.row[0].aliases_folded), 1000, 1023);
    assert_int_equal(strlen(ret.judge.row[0].aliases_folded) % 7, 6);
    lac_ingest_return_release(&ret);
    lac_buffer_release(&rows);
}

/* No message may show what stands in a cell. */
static void test_messages_hold_no_value(void **state)
{
    static const char *const values[] = {"Quillfeather", "Zita",      "2009-05-04", "2009",
                                         "M1 1AE",       "Boyfriend", "12345"};

    (void)state;
    for (size_t i = 0; i < sizeof examples / sizeof examples[0]; i++) {
        struct lac_ingest_return ret;

        judge_rows(&ret, examples[i].bad);
        for (size_t k = 0; k < ret.findings.count; k++) {
            struct lac_buffer text = {0};

            lac_ingest_finding_message(&ret.findings.item[k], &text);
            lac_ingest_finding_action(&ret.findings.item[k], &text);
            for (size_t v = 0; v < sizeof values / sizeof values[0]; v++)
                assert_null(strstr(text.text, values[v]));
            assert_null(strstr(text.text, "{"));
            lac_buffer_release(&text);
        }
        lac_ingest_return_release(&ret);
    }
}

static void test_accounting(void **state)
{
    struct lac_ingest_return ret;
    size_t aside = 0;

    (void)state;
    judge_rows(&ret, "5*sex=F|local_ref=|role=|2*local_ref=7;person_ref=7|dob=2001-01-02;age=");
    for (size_t i = 0; i < ret.sheet.rows; i++) aside += ret.judge.row[i].set_aside != LAC_RULE_NONE;
    assert_int_equal(ret.sheet.rows, 10);
    assert_int_equal(aside, 4);
    assert_int_equal(ret.judge.used, 6);
    assert_int_equal(ret.judge.row[5].set_aside, LAC_RULE_no_reference);
    assert_int_equal(ret.judge.row[8].set_aside, LAC_RULE_row_twice);
    assert_int_equal(find(&ret.findings, LAC_RULE_row_twice)->a, 8);
    assert_int_equal(ret.judge.row[9].set_aside, LAC_RULE_victim_adult);
    assert_int_equal(ret.judge.case_count, 6);
    lac_ingest_return_release(&ret);
}

/* The checker judges as the centre does with its defaults. */
static void test_limits(void **state)
{
    struct lac_ingest_limits centre, checker;
    struct lac_arena arena;
    struct lac_error err;
    void *settings;

    (void)state;
    lac_arena_init(&arena);
    lac_error_init(&err);
    assert_int_equal(
        lac_config_load_text("x.yaml", "folder: x\n", &lac_returns_schema, &arena, &settings, &err), LAC_OK);
    memset(&centre, 0, sizeof centre);
    memset(&checker, 0, sizeof checker);
    lac_ingest_limits_from(&centre, settings);
    lac_ingest_limits_default(&checker);
    assert_memory_equal(&centre, &checker, sizeof centre);
    lac_arena_release(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_examples),   cmocka_unit_test(test_clean_return_is_silent),
        cmocka_unit_test(test_values),     cmocka_unit_test(test_every_rule_has_an_example),
        cmocka_unit_test(test_names),      cmocka_unit_test(test_messages_hold_no_value),
        cmocka_unit_test(test_recorded),   cmocka_unit_test(test_aliases),
        cmocka_unit_test(test_accounting), cmocka_unit_test(test_limits)};

    return cmocka_run_group_tests(tests, open_library, close_library);
}
