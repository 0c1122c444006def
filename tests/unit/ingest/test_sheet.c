/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files as they come: headers, bytes, broken CSV. */
#include "fixture.h"

static void judge_string(struct lac_ingest_return *ret, const char *text)
{
    judge_text(ret, text, strlen(text), "PF", "E23000005");
}

/* The clean header with `from` replaced by `to`, and one clean row. */
static char *with_header(const char *from, const char *to)
{
    struct lac_buffer text = {0}, out = {0};
    char *at;

    add_header(&text);
    add_rows(&text, "");
    at = strstr(text.text, from);
    assert_non_null(at);
    lac_buffer_add_n(&out, text.text, (size_t)(at - text.text));
    lac_buffer_add(&out, to);
    lac_buffer_add(&out, at + strlen(from));
    assert_false(out.failed);
    lac_buffer_release(&text);
    return out.text;
}

static void test_header_recognised(void **state)
{
    char *text = with_header("local_ref,person_ref", "Local Ref,PERSON-REF");
    struct lac_ingest_return ret;

    (void)state;
    judge_string(&ret, text);
    assert_true(ret.sheet.usable);
    assert_int_equal(times_found(&ret.findings, LAC_RULE_header_mapped), 2);
    assert_string_equal(find(&ret.findings, LAC_RULE_header_mapped)->column, "Local Ref");
    assert_int_equal(ret.findings.count, 2);
    assert_int_equal(ret.judge.used, 1);
    lac_ingest_return_release(&ret);
    free(text);
}

static void test_columns_moved(void **state)
{
    struct lac_ingest_return ret;

    (void)state;
    judge_string(&ret, "role,surname,local_ref\nVICTIM,Quillfeather,7\n");
    assert_true(ret.sheet.usable);
    assert_string_equal(LAC_ROW_TEXT(&ret.judge.row[0], local_ref), "7");
    assert_int_equal(times_found(&ret.findings, LAC_RULE_column_absent), LAC_FIELD_COUNT - 3);
    lac_ingest_return_release(&ret);
}

static void test_extra_and_missing_columns(void **state)
{
    char *text = with_header("sex,", "risk_score,");
    struct lac_ingest_return ret;

    (void)state;
    judge_string(&ret, text);
    assert_true(ret.sheet.usable);
    assert_string_equal(find(&ret.findings, LAC_RULE_column_extra)->column, "risk_score");
    assert_string_equal(find(&ret.findings, LAC_RULE_column_absent)->text, "sex");
    lac_ingest_return_release(&ret);
    free(text);
}

/* Without a header the first row would be taken for one: it must not be named. */
static void test_no_header(void **state)
{
    struct lac_ingest_return ret;

    (void)state;
    judge_string(&ret, "X1,N1,VICTIM,Zita,Quillfeather\nX2,N2,VICTIM,Ann,Other\n");
    assert_false(ret.sheet.usable);
    assert_int_equal(times_found(&ret.findings, LAC_RULE_column_required), 2);
    assert_int_equal(times_found(&ret.findings, LAC_RULE_column_extra), 0);
    for (size_t i = 0; i < ret.findings.count; i++)
        assert_true(strcmp(ret.findings.item[i].column, "Quillfeather") != 0);
    lac_ingest_return_release(&ret);
}

static void test_title_line(void **state)
{
    struct lac_ingest_return ret;

    (void)state;
    judge_string(&ret, "Return of the first quarter,,\nlocal_ref,role,surname\n7,VICTIM,Quillfeather\n");
    assert_true(ret.sheet.usable);
    assert_int_equal(ret.sheet.rows, 1);
    assert_int_equal(find(&ret.findings, LAC_RULE_lines_skipped)->a, 1);
    lac_ingest_return_release(&ret);
    /* Rows of data above the header, as after sorting: nothing is skipped. */
    judge_string(&ret, "3,VICTIM,Secretname\nlocal_ref,role,surname\n7,VICTIM,Quillfeather\n");
    assert_false(ret.sheet.usable);
    assert_int_equal(times_found(&ret.findings, LAC_RULE_column_required), 2);
    lac_ingest_return_release(&ret);
}

static void test_byte_order_mark(void **state)
{
    struct lac_ingest_return ret;

    (void)state;
    judge_string(&ret, "\xEF\xBB\xBFlocal_ref,role\r\n7,VICTIM\r\n");
    assert_true(ret.sheet.usable);
    assert_int_equal(times_found(&ret.findings, LAC_RULE_byte_order_mark), 1);
    assert_string_equal(LAC_ROW_TEXT(&ret.judge.row[0], role), "VICTIM");
    lac_ingest_return_release(&ret);
}

static void test_not_utf8(void **state)
{
    struct lac_ingest_return ret;

    (void)state;
    judge_string(&ret, "local_ref,role,surname\n\"7, 8\",VICTIM,\"Quill\nfeather\"\n9,VICTIM,Ren\xE9\n");
    assert_false(ret.sheet.usable);
    assert_int_equal(ret.findings.count, 1);
    assert_int_equal(ret.findings.item[0].rule, LAC_RULE_not_utf8);
    assert_int_equal(ret.findings.item[0].row, 2);
    assert_string_equal(ret.findings.item[0].column, "surname");
    lac_ingest_return_release(&ret);
}

static void check_broken(const char *text, size_t length, int64_t row)
{
    struct lac_ingest_return ret;

    judge_text(&ret, text, length, "PF", "E23000005");
    assert_false(ret.sheet.usable);
    assert_int_equal(ret.findings.count, 1);
    assert_int_equal(ret.findings.item[0].rule, LAC_RULE_not_csv);
    assert_int_equal(ret.findings.item[0].row, row);
    assert_null(ret.findings.item[0].column);
    assert_true(ret.findings.item[0].text != NULL && ret.findings.item[0].text[0] != '\0');
    lac_ingest_return_release(&ret);
}

static void test_broken(void **state)
{
    static const char nul[] = "local_ref,role\n7,VIC\0TIM\n";
    size_t length = 1100000;
    char *large = malloc(length + 1);

    (void)state;
    assert_non_null(large);
    check_broken("local_ref,role\n7,VICTIM\n8,\"VICTIM\n9,VICTIM\n", 43, 2);
    check_broken("local_ref,role\n7,VIC\"TIM\n", 24, 1);
    check_broken(nul, sizeof nul - 1, 1);
    check_broken("", 0, 0);
    check_broken("role,role\nVICTIM,7\n", 19, 0);
    memset(large, 'x', length);
    memcpy(large, "local_ref,role\n7,", 17);
    large[length] = '\0';
    check_broken(large, length, 1);
    free(large);
}

static void test_ragged(void **state)
{
    struct lac_ingest_return ret;

    (void)state;
    judge_string(&ret, "local_ref,role,surname\n7,VICTIM\n8,VICTIM,A,B\n9,VICTIM,C\n,,,\n");
    assert_true(ret.sheet.usable);
    assert_int_equal(times_found(&ret.findings, LAC_RULE_ragged), 2);
    assert_int_equal(times_found(&ret.findings, LAC_RULE_blank_row), 1);
    assert_int_equal(ret.judge.used, 1);
    assert_int_equal(ret.judge.row[1].set_aside, LAC_RULE_ragged);
    lac_ingest_return_release(&ret);
}

static void test_header_only(void **state)
{
    struct lac_ingest_return ret;

    (void)state;
    judge_string(&ret, "local_ref,role");
    assert_true(ret.sheet.usable);
    assert_int_equal(ret.sheet.rows, 0);
    assert_int_equal(ret.judge.used, 0);
    lac_ingest_return_release(&ret);
}

/* Another layout: own names, codes and dates. */
static void test_other_layout(void **state)
{
    static const char yaml[] =
        "name: other-1\n"
        "date_formats: [\"%d/%m/%Y\"]\n"
        "missing: [nil]\n"
        "columns:\n"
        "  local_ref: { names: [Crime Number], required: true }\n"
        "  role: { names: [Involvement], required: true, codes: [[VICTIM, Aggrieved]] }\n"
        "  dob: { names: [Born] }\n"
        "  recorded_date: {}\n";
    static const char csv[] =
        "Crime Number,involvement,Born,Recorded Date\n7,aggrieved,04/05/2009,1/2/2025\n";
    struct lac_ingest_return ret;
    struct lac_ingest_layout *layout;
    struct lac_arena arena;
    struct lac_error err;
    FILE *file = fopen("other-1.yaml", "w");

    (void)state;
    assert_non_null(file);
    fputs(yaml, file);
    assert_int_equal(fclose(file), 0);
    lac_arena_init(&arena);
    lac_error_init(&err);
    assert_int_equal(lac_ingest_layout_load("other-1.yaml", &arena, &layout, &err), LAC_OK);
    remove("other-1.yaml");
    assert_int_equal(lac_ingest_return_read(&ret, &(struct lac_ingest_reading){.path = "a.csv",
                                                                               .bytes = csv,
                                                                               .length = strlen(csv),
                                                                               .layout = layout,
                                                                               .library = &library,
                                                                               .keep = true}),
                     LAC_OK);
    assert_true(ret.sheet.usable);
    assert_int_equal(ret.judge.used, 1);
    assert_string_equal(LAC_ROW_TEXT(&ret.judge.row[0], role), "VICTIM");
    assert_int_equal(LAC_ROW_NUMBER(&ret.judge.row[0], dob), 20090504);
    assert_int_equal(LAC_ROW_NUMBER(&ret.judge.row[0], recorded_date), lac_date_from_civil(2025, 2, 1));
    lac_ingest_return_release(&ret);
    lac_arena_release(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_header_recognised),
                                       cmocka_unit_test(test_columns_moved),
                                       cmocka_unit_test(test_extra_and_missing_columns),
                                       cmocka_unit_test(test_no_header),
                                       cmocka_unit_test(test_title_line),
                                       cmocka_unit_test(test_byte_order_mark),
                                       cmocka_unit_test(test_not_utf8),
                                       cmocka_unit_test(test_broken),
                                       cmocka_unit_test(test_ragged),
                                       cmocka_unit_test(test_header_only),
                                       cmocka_unit_test(test_other_layout)};

    return cmocka_run_group_tests(tests, open_library, close_library);
}
