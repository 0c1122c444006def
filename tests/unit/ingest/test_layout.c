/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Layouts of other systems, the head of a file, and old encodings. */
#include "encoding.h"
#include "fixture.h"
#include "head.h"

static const struct lac_ingest_layout *layout(const char *name)
{
    const struct lac_ingest_layout *found = lac_ingest_library_layout(&library, name);

    assert_non_null(found);
    return found;
}

static void read_as(struct lac_ingest_return *ret, const char *name, const char *text)
{
    const struct lac_ingest_reading what = {.path = "a.csv",
                                            .bytes = text,
                                            .length = strlen(text),
                                            .layout = layout(name),
                                            .library = &library,
                                            .keep = true};

    assert_int_equal(lac_ingest_return_read(ret, &what), LAC_OK);
}

static const char *text_of(const struct lac_ingest_return *ret, size_t row, enum lac_ingest_field field)
{
    return ret->judge.row[row].value[field].text;
}

static int32_t number_of(const struct lac_ingest_return *ret, size_t row, enum lac_ingest_field field)
{
    return ret->judge.row[row].value[field].number;
}

static void test_codes_and_constants(void **state)
{
    struct lac_ingest_return ret;

    (void)state;
    read_as(
        &ret, "crime-system",
        "Title\nRun on 02/04/2025\n\nCrime No,Involvement Type,Surname,DOB,Gender,SDE Code,Nationality Code,"
        "COCAD,CSE Marker,Date Recorded,Crime Status,Station\n"
        "06/1/25,Aggrieved,Quillfeather,04/05/2009,2,W1 White British,British,02,1,01/02/2025 10:30,No "
        "Crime,X\n"
        "06/2/25,Arrested,Bracken,12/07/1990,1,A2,UK,2,0,01/02/2025,Detected,X\n");
    assert_true(ret.judged);
    assert_int_equal(ret.judge.used, 2);
    assert_string_equal(text_of(&ret, 0, LAC_FIELD_role), "VICTIM");
    assert_string_equal(text_of(&ret, 1, LAC_FIELD_role), "SUSPECT");
    assert_string_equal(text_of(&ret, 0, LAC_FIELD_sex), "F");
    assert_string_equal(text_of(&ret, 0, LAC_FIELD_ethnicity), "W1");
    assert_string_equal(text_of(&ret, 0, LAC_FIELD_ethnicity_frame), "SDE18"); /* a constant */
    assert_string_equal(text_of(&ret, 0, LAC_FIELD_nationality), "GBR");
    assert_string_equal(text_of(&ret, 0, LAC_FIELD_criterion), "CSE");
    assert_string_equal(text_of(&ret, 0, LAC_FIELD_cse_flag), "Y");
    assert_string_equal(text_of(&ret, 0, LAC_FIELD_status), "CANCELLED");
    assert_int_equal(number_of(&ret, 0, LAC_FIELD_dob), 20090504);
    assert_int_equal(number_of(&ret, 0, LAC_FIELD_recorded_date), lac_date_from_civil(2025, 2, 1));
    /* What is usual there is no finding; a lost zero is. */
    assert_int_equal(times_found(&ret.findings, LAC_RULE_code_spelled), 0);
    assert_int_equal(times_found(&ret.findings, LAC_RULE_date_time), 0);
    assert_int_equal(times_found(&ret.findings, LAC_RULE_column_extra), 0);
    assert_int_equal(times_found(&ret.findings, LAC_RULE_lines_skipped), 0);
    assert_int_equal(times_found(&ret.findings, LAC_RULE_zeros_lost), 1);
    assert_int_equal(find(&ret.findings, LAC_RULE_zeros_lost)->row, 2);
    assert_string_equal(text_of(&ret, 1, LAC_FIELD_criterion), "CSE");
    lac_ingest_return_release(&ret);
}

static void test_zeros_only_where_certain(void **state)
{
    struct lac_ingest_return ret;

    (void)state;
    read_as(&ret, "crime-system", "a\n\n\nCrime No,Involvement Type,COCAD\n1,VIC,7\n2,VIC,002\n");
    assert_int_equal(times_found(&ret.findings, LAC_RULE_zeros_lost), 0);
    assert_int_equal(times_found(&ret.findings, LAC_RULE_code_unknown), 2);
    lac_ingest_return_release(&ret);
}

static void test_header_rows(void **state)
{
    struct lac_ingest_return ret;

    (void)state;
    read_as(&ret, "case-management",
            "Assessment,Child,,,,Concern,\nEpisode ID,Forename,Surname,DoB,Ethnicity,CSE,Level\n"
            "A1,Zita,Quillfeather,04-May-2009,WBRI,Yes,Emerging\n");
    assert_true(ret.judged);
    assert_int_equal(ret.sheet.rows, 1);
    assert_string_equal(text_of(&ret, 0, LAC_FIELD_local_ref), "A1");
    assert_string_equal(text_of(&ret, 0, LAC_FIELD_forename), "Zita");
    assert_string_equal(text_of(&ret, 0, LAC_FIELD_ethnicity), "W1");
    assert_string_equal(text_of(&ret, 0, LAC_FIELD_basis), "AT_RISK");
    assert_string_equal(text_of(&ret, 0, LAC_FIELD_role), "VICTIM");
    assert_int_equal(number_of(&ret, 0, LAC_FIELD_dob), 20090504);
    assert_string_equal(lac_ingest_sheet_column(&ret.sheet, LAC_FIELD_forename), "Child Forename");
    lac_ingest_return_release(&ret);
}

/* Without the layout saying so: titles are skipped, and two rows joined where one alone is no header. */
static void test_head_found(void **state)
{
    struct lac_ingest_return ret;

    (void)state;
    read_as(&ret, "charity-log",
            "Our young people,,\n,,\nCase number,Last name,D.O.B.\nH1,Quillfeather,4/5/09\n");
    assert_true(ret.judged);
    assert_int_equal(find(&ret.findings, LAC_RULE_lines_skipped)->a, 2);
    assert_int_equal(number_of(&ret, 0, LAC_FIELD_dob), 20090504);
    lac_ingest_return_release(&ret);
    read_as(&ret, "national-1", "local,person,\nref,ref,role\n1,2,VICTIM\n");
    assert_true(ret.judged);
    assert_int_equal(find(&ret.findings, LAC_RULE_header_joined)->a, 2);
    assert_string_equal(text_of(&ret, 0, LAC_FIELD_person_ref), "2");
    lac_ingest_return_release(&ret);
}

static void test_nearest(void **state)
{
    struct lac_ingest_return ret;

    (void)state;
    read_as(&ret, "national-1", "Case number,Last name,D.O.B.,How sure\n1,Secretname,4/5/09,sure\n");
    assert_false(ret.judged);
    assert_true(strncmp(find(&ret.findings, LAC_RULE_layout_nearest)->text, "charity-log better: 4 of", 24) ==
                0);
    assert_null(strstr(find(&ret.findings, LAC_RULE_layout_nearest)->text, "Secretname"));
    lac_ingest_return_release(&ret);
    read_as(&ret, "national-1", "local_ref,role,surname\n1,VICTIM,Secretname\n");
    assert_int_equal(times_found(&ret.findings, LAC_RULE_layout_nearest), 0);
    lac_ingest_return_release(&ret);
}

static void test_1252(void **state)
{
    static const char good[] = "Ren\xE9,O\x92Neill,\xA3"
                               "5 \x96 \x93quoted\x94";
    struct lac_arena arena;
    struct lac_error err;
    char *text;
    size_t length;

    (void)state;
    lac_arena_init(&arena);
    assert_true(lac_ingest_encoding_is_1252(good, strlen(good)));
    assert_int_equal(lac_ingest_encoding_decode_1252(good, strlen(good), &arena, &text, &length, &err),
                     LAC_OK);
    assert_string_equal(text, "Ren\xC3\xA9,O\xE2\x80\x99Neill,\xC2\xA3"
                              "5 \xE2\x80\x93 \xE2\x80\x9Cquoted\xE2\x80\x9D");
    assert_int_equal(length, strlen(text));
    assert_false(lac_ingest_encoding_is_1252("Ren\x81", 4));              /* not in the code page */
    assert_false(lac_ingest_encoding_is_1252("Ren\xC3\xA9 Ren\xE9", 10)); /* a mixture */
    assert_false(lac_ingest_encoding_is_1252("1\xE9"
                                             "2",
                                             3)); /* no letter beside it */
    assert_false(lac_ingest_encoding_is_1252("a\xFF\0b", 4));
    assert_true(lac_ingest_encoding_is_1252("\xC9va", 3));
    lac_arena_release(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_codes_and_constants),
                                       cmocka_unit_test(test_zeros_only_where_certain),
                                       cmocka_unit_test(test_header_rows),
                                       cmocka_unit_test(test_head_found),
                                       cmocka_unit_test(test_nearest),
                                       cmocka_unit_test(test_1252)};

    return cmocka_run_group_tests(tests, open_library, close_library);
}
