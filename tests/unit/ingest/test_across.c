/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Returns against one another, and the tables made of them. */
#include "fixture.h"
#include "tables.h"

#define MOST 4
struct bench {
    struct lac_arena arena;
    struct lac_error err;
    struct lac_ingest_entry entry[MOST];
    struct lac_ingest_register reg;
    struct lac_ingest_return ret[MOST];
    struct lac_ingest_seen seen[MOST];
    struct lac_ingest_findings findings;
    struct lac_spool spool;
    struct lac_ingest_packer packer;
    struct lac_ingest_revision revision[MOST];
    struct lac_ingest_across across;
    size_t twins_bytes; /* of the reading */
};

static void take_rows(struct bench *bench, size_t i, const char *rows)
{
    struct lac_buffer text = {0};
    struct lac_ingest_reading what = {.path = "a.csv",
                                      .index = (uint32_t)i,
                                      .entry = &bench->entry[i],
                                      .layout = lac_ingest_library_layout(&library, "national-1"),
                                      .library = &library,
                                      .packer = &bench->packer,
                                      .versions = true,
                                      .twins_bytes = bench->twins_bytes};

    add_header(&text);
    add_rows(&text, rows);
    assert_false(text.failed);
    what.bytes = text.text;
    what.length = text.length;
    assert_int_equal(lac_ingest_return_read(&bench->ret[i], &what), LAC_OK);
    assert_true(bench->ret[i].judged);
    bench->seen[i].judge = &bench->ret[i].judge;
    bench->seen[i].taken = &bench->ret[i].taken;
    bench->seen[i].rows = bench->ret[i].sheet.rows;
    lac_buffer_release(&text);
}

/* A return of PF for quarter `i` of 2025, from the agency, with the rows in short; NULL: nil. */
static void add_return(struct bench *bench, const char *agency, const char *rows)
{
    static const char *const ids[] = {"R1", "R2", "R3", "R4"}, *const digests[] = {"d1", "d2", "d3", "d4"};
    size_t i = bench->reg.count++;
    struct lac_ingest_entry *entry = &bench->entry[i];

    *entry = (struct lac_ingest_entry){.return_id = ids[i],
                                       .list = "PF",
                                       .agency = agency,
                                       .force = "E23000005",
                                       .supersedes = "",
                                       .coverage = rows == NULL ? "NIL" : "FULL",
                                       .layout = "national-1",
                                       .file = "a.csv",
                                       .sha256 = "",
                                       .definition_version = "",
                                       .system = "",
                                       .period_start = lac_date_from_civil(2025, 1 + 3 * (int)i, 1),
                                       .period_end = lac_date_from_civil(2025, 3 + 3 * (int)i, 30),
                                       .extract_date = LAC_INGEST_NONE,
                                       .received_date = lac_date_from_civil(2026, 1, 5),
                                       .version = 1,
                                       .declared_rows = -1,
                                       .has_rows = rows != NULL,
                                       .replaces = SIZE_MAX,
                                       .replaced_by = SIZE_MAX};
    bench->seen[i] = (struct lac_ingest_seen){.digest = digests[i]};
    if (rows != NULL) take_rows(bench, i, rows);
}

static void open_bench(struct bench *bench)
{
    memset(bench, 0, sizeof *bench);
    lac_arena_init(&bench->arena);
    lac_error_init(&bench->err);
    bench->reg.entry = bench->entry;
    assert_int_equal(lac_spool_open(&bench->spool, ".", &bench->err), LAC_OK);
    assert_int_equal(lac_ingest_packer_open(&bench->packer, &bench->spool, &bench->err), LAC_OK);
    bench->across =
        (struct lac_ingest_across){&bench->reg,   bench->seen,      &library.limits, LAC_INGEST_NONE,
                                   &bench->arena, &bench->findings, bench->revision};
}

static void compare(struct bench *bench)
{
    assert_int_equal(lac_ingest_across_files(&bench->across, &bench->err), LAC_OK);
    lac_ingest_register_resolve(&bench->reg, LAC_INGEST_NONE);
    assert_int_equal(lac_ingest_across_check(&bench->across, &bench->err), LAC_OK);
}

static void close_bench(struct bench *bench)
{
    for (size_t i = 0; i < bench->reg.count; i++)
        if (bench->entry[i].has_rows) lac_ingest_return_release(&bench->ret[i]);
    lac_ingest_findings_release(&bench->findings);
    lac_ingest_packer_close(&bench->packer);
    lac_spool_close(&bench->spool);
    lac_arena_release(&bench->arena);
}

/* Repeats found while a file is judged and before: rows without a person, without a role and of adults count
 * for neither. */
static void test_rows_twice(void **state)
{
    static const char rows[] =
        "3*local_ref=1;person_ref=1|2*local_ref=2;person_ref=|2*local_ref=3;role=;person_ref=3"
        "|local_ref=4;person_ref=4|2*local_ref=5;dob=1970-01-02;age=55;person_ref=5"
        "|local_ref=1;person_ref=1|local_ref=4;person_ref=4|local_ref=6;person_ref=4";
    struct bench bench;
    int64_t first[2] = {0, 0};
    size_t used[2];

    (void)state;
    for (size_t way = 0; way < 2; way++) {
        open_bench(&bench);
        bench.twins_bytes = way;
        add_return(&bench, "GMP", rows);
        assert_int_equal(times_found(&bench.ret[0].findings, LAC_RULE_row_twice), 4);
        for (size_t i = 0; i < bench.ret[0].findings.count; i++) {
            const struct lac_ingest_finding *one = &bench.ret[0].findings.item[i];

            if (one->rule == LAC_RULE_row_twice) first[way] = first[way] * 100 + one->row * 10 + one->a;
        }
        used[way] = bench.ret[0].judge.used;
        close_bench(&bench);
    }
    assert_int_equal(first[0], first[1]);
    assert_int_equal(used[0], 5);
    assert_int_equal(used[1], 5);
}

static void test_same_file(void **state)
{
    struct bench bench;

    (void)state;
    open_bench(&bench);
    add_return(&bench, "GMP", "3*sex=F");
    add_return(&bench, "GMP", "3*sex=F");
    add_return(&bench, "GMP", "3*sex=M");
    bench.seen[1].digest = "d1";
    compare(&bench);
    assert_int_equal(bench.entry[0].state, LAC_STATE_USED);
    assert_int_equal(bench.entry[1].state, LAC_STATE_REJECTED);
    assert_int_equal(bench.entry[2].state, LAC_STATE_USED);
    assert_int_equal(times_found(&bench.findings, LAC_RULE_same_file), 1);
    assert_string_equal(find(&bench.findings, LAC_RULE_same_file)->text, "R1");
    close_bench(&bench);
}

/* A version sent again without a change is no mistake. */
static void test_same_file_in_chain(void **state)
{
    struct bench bench;

    (void)state;
    open_bench(&bench);
    add_return(&bench, "GMP", "3*sex=F");
    add_return(&bench, "GMP", "3*sex=F");
    bench.seen[1].digest = "d1";
    bench.entry[1].replaces = 0;
    compare(&bench);
    assert_int_equal(bench.findings.count, 0);
    assert_int_equal(bench.entry[0].state, LAC_STATE_SUPERSEDED);
    assert_int_equal(bench.entry[1].state, LAC_STATE_USED);
    close_bench(&bench);
}

static void test_rows_of_another(void **state)
{
    struct bench bench;

    (void)state;
    open_bench(&bench);
    add_return(&bench, "GMP", "12*sex=F");
    add_return(&bench, "Kent", "12*sex=M");
    add_return(&bench, "GMP", "12*local_ref=G2/#");
    compare(&bench);
    assert_int_equal(times_found(&bench.findings, LAC_RULE_rows_differ_from_other), 1);
    assert_int_equal(find(&bench.findings, LAC_RULE_rows_differ_from_other)->entry, 1);
    close_bench(&bench);
}

static void test_revision(void **state)
{
    struct bench bench;

    (void)state;
    open_bench(&bench);
    add_return(&bench, "GMP", "20*sex=F");
    add_return(&bench, "GMP", "18*sex=F|2*sex=M");
    add_return(&bench, "GMP", "17*sex=F|3*sex=M");
    bench.entry[1].replaces = 0;
    compare(&bench);
    assert_int_equal(times_found(&bench.findings, LAC_RULE_revision_large), 0); /* 10 per cent */
    bench.entry[1].replaces = SIZE_MAX;
    bench.entry[2].replaces = 0;
    compare(&bench);
    assert_int_equal(times_found(&bench.findings, LAC_RULE_revision_large), 1);
    assert_int_equal(find(&bench.findings, LAC_RULE_revision_large)->a, 15);
    assert_int_equal(bench.revision[2].changed, 3);
    assert_int_equal(bench.revision[2].same, 17);
    assert_int_equal(bench.revision[2].added + bench.revision[2].removed, 0);
    assert_int_equal(find(&bench.findings, LAC_RULE_revision)->entry, 1);
    close_bench(&bench);
}

static void test_older_used(void **state)
{
    struct bench bench;

    (void)state;
    open_bench(&bench);
    add_return(&bench, "GMP", "5*sex=F");
    add_return(&bench, "GMP", "5*sex=M");
    bench.entry[1].replaces = 0;
    bench.entry[1].set_aside = true;
    compare(&bench);
    assert_int_equal(bench.entry[0].state, LAC_STATE_USED);
    assert_int_equal(times_found(&bench.findings, LAC_RULE_older_used), 1);
    assert_int_equal(bench.findings.item[0].entry, 0);
    close_bench(&bench);
}

static void check_volume(const char *last, enum lac_ingest_rule rule, size_t times)
{
    struct bench bench;

    open_bench(&bench);
    add_return(&bench, "GMP", "20*sex=F");
    add_return(&bench, "GMP", "20*local_ref=B#");
    add_return(&bench, "GMP", last);
    compare(&bench);
    assert_int_equal(times_found(&bench.findings, rule), times);
    close_bench(&bench);
}

static void test_volume(void **state)
{
    (void)state;
    check_volume(NULL, LAC_RULE_nil_implausible, 1);
    check_volume("5*local_ref=C#", LAC_RULE_volume_low, 1);
    check_volume("12*local_ref=C#", LAC_RULE_volume_low, 0);
    check_volume("5*local_ref=C#", LAC_RULE_nil_implausible, 0);
}

/* The tables `records` and `cases` through a file, on two threads. */
static void read_records(const struct lac_ingest_tables *tables, struct lac_table *records,
                         struct lac_table *cases, struct lac_error *err)
{
    const struct lac_provenance provenance = {"test", "", "", 1};
    const struct lac_store_stream streams[] = {
        lac_store_stream_of(&tables->returns),        lac_ingest_tables_records(tables),
        lac_ingest_case_table_stream(&tables->cases), lac_store_stream_of(&tables->findings),
        lac_store_stream_of(&tables->completeness),   lac_store_stream_of(&tables->grid),
        lac_store_stream_of(&tables->revisions)};

    assert_int_equal(lac_dir_make("across-run/store", true, err), LAC_OK);
    assert_int_equal(lac_store_write_streams("across-run", LAC_FILE_records, &provenance, streams,
                                             LAC_COUNT(streams), 2, err),
                     LAC_OK);
    assert_int_equal(lac_store_read("across-run", LAC_TABLE_records, records, err), LAC_OK);
    assert_int_equal(lac_store_read("across-run", LAC_TABLE_cases, cases, err), LAC_OK);
    remove("across-run/store/records.h5");
    remove("across-run/store");
    remove("across-run");
}

static void test_tables(void **state)
{
    struct lac_ingest_tables tables = {0};
    struct lac_ingest_grid grid = {0};
    struct lac_ingest_source source;
    struct bench bench;
    struct lac_table records, cases;
    int64_t rows = 0, filled = 0;

    (void)state;
    open_bench(&bench);
    add_return(&bench, "GMP", "2*local_ref=1;n_suspects=#|local_ref=|local_ref=2;role=SUSPECT;dob=2009-05");
    add_return(&bench, "GMP", "local_ref=1;role=FACILITATOR|local_ref=3;ethnicity=");
    add_return(&bench, "GMP", NULL);
    bench.entry[1].force = "";
    compare(&bench);
    source = (struct lac_ingest_source){&bench.reg,      bench.seen,   &grid,
                                        &bench.findings, &bench.spool, bench.revision};
    assert_int_equal(lac_ingest_tables_make(&tables, &source, &bench.err), LAC_OK);
    assert_int_equal(tables.returns.rows, 3);
    assert_int_equal(lac_i64(&tables.returns, LAC_COL_returns_rows_read)[0], 4);
    assert_int_equal(lac_i64(&tables.returns, LAC_COL_returns_rows_used)[0], 3);
    assert_int_equal(lac_i64(&tables.returns, LAC_COL_returns_rows_quarantined)[0], 1);
    assert_string_equal(lac_text(&tables.returns, LAC_COL_returns_state, 2), "NIL");
    assert_int_equal(tables.records, 5);
    read_records(&tables, &records, &cases, &bench.err);
    assert_int_equal(records.rows, 5);
    assert_int_equal(lac_u32(&records, LAC_COL_records_row)[2], 4);
    assert_int_equal(lac_i32(&records, LAC_COL_records_dob)[2], 20090500);
    assert_int_equal(lac_u32(&records, LAC_COL_records_return_index)[3], 1);
    assert_int_equal(lac_u32(&records, LAC_COL_records_case_index)[0], 0);
    assert_int_equal(lac_u32(&records, LAC_COL_records_case_index)[3], 2);
    assert_string_equal(lac_text(&records, LAC_COL_records_role, 2), "SUSPECT");
    /* An agency wider than one force: the force of the district; its case 1 is not that of the first return.
     */
    assert_string_equal(lac_text(&records, LAC_COL_records_force, 3), "E23000005");
    lac_table_release(&records);
    assert_int_equal(cases.rows, 4);
    assert_int_equal(lac_u32(&cases, LAC_COL_cases_victims)[0], 2);
    assert_int_equal(lac_i32(&cases, LAC_COL_cases_n_suspects)[0], 2);
    assert_int_equal(lac_u32(&cases, LAC_COL_cases_facilitators)[2], 1);
    assert_string_equal(lac_text(&cases, LAC_COL_cases_local_ref, 1), "2");
    assert_string_equal(lac_text(&cases, LAC_COL_cases_local_ref, 2), "1");
    assert_string_equal(lac_text(&cases, LAC_COL_cases_force, 2), "E23000005");
    lac_table_release(&cases);
    for (size_t i = 0; i < tables.completeness.rows; i++) {
        if (strcmp(lac_text(&tables.completeness, LAC_COL_completeness_field, i), "ethnicity_self_defined") !=
                0 ||
            strcmp(lac_text(&tables.completeness, LAC_COL_completeness_role, i), "VICTIM") != 0)
            continue;
        rows += lac_i64(&tables.completeness, LAC_COL_completeness_rows)[i];
        filled += lac_i64(&tables.completeness, LAC_COL_completeness_filled)[i];
    }
    assert_int_equal(rows, 3);
    assert_int_equal(filled, 2);
    lac_ingest_tables_release(&tables);
    /* Rows that do not add up are a defect, not a result. */
    bench.ret[0].taken.set_aside = 0;
    assert_int_equal(lac_ingest_tables_make(&tables, &source, &bench.err), LAC_DEFECT);
    lac_ingest_tables_release(&tables);
    close_bench(&bench);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_rows_twice),
                                       cmocka_unit_test(test_same_file),
                                       cmocka_unit_test(test_same_file_in_chain),
                                       cmocka_unit_test(test_rows_of_another),
                                       cmocka_unit_test(test_revision),
                                       cmocka_unit_test(test_older_used),
                                       cmocka_unit_test(test_volume),
                                       cmocka_unit_test(test_tables)};

    return cmocka_run_group_tests(tests, open_library, close_library);
}
