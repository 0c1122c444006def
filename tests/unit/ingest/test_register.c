/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The register: lines, versions, as-at, the expected grid. */
#include "fixture.h"
#include "grid.h"

#define NONE LAC_INGEST_NONE

struct bench {
    struct lac_arena arena;
    struct lac_error err;
    struct lac_ingest_register reg;
    struct lac_ingest_findings findings;
    struct lac_ingest_grid grid;
    struct lac_ingest_register_settings settings;
};

static const char header[] =
    "return_id,list,agency,force,period_start,period_end,extract_date,received_date,version,"
    "supersedes,coverage,layout,file,sha256,declared_rows,definition_version\n";
/* Greater Manchester's first quarter. */
#define GMP "PF,GMP,E23000005,2025-01-01,2025-03-31,2025-04-02,"

static void open_bench(struct bench *bench, const char *lines, int32_t as_at, const char *const *names,
                       size_t n)
{
    struct lac_buffer text = {0};
    struct lac_csv table;
    FILE *file = fopen("register.csv", "w");

    memset(bench, 0, sizeof *bench);
    lac_arena_init(&bench->arena);
    lac_error_init(&bench->err);
    assert_non_null(file);
    fprintf(file, "%s%s", header, lines);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(lac_csv_load("register.csv", &bench->arena, &table, &bench->err), LAC_OK);
    remove("register.csv");
    bench->settings =
        (struct lac_ingest_register_settings){as_at, 42, library.layout_name, library.layout_count};
    assert_int_equal(lac_ingest_register_read(&bench->reg, &table, &library.codes, &bench->settings,
                                              &bench->arena, &bench->findings, &bench->err),
                     LAC_OK);
    assert_int_equal(
        lac_ingest_register_check(&bench->reg, names, n, &bench->settings, &bench->findings, &bench->err),
        LAC_OK);
    lac_buffer_release(&text);
}

static void close_bench(struct bench *bench)
{
    lac_ingest_grid_release(&bench->grid);
    lac_ingest_findings_release(&bench->findings);
    lac_arena_release(&bench->arena);
}

struct example {
    enum lac_ingest_rule rule;
    const char *bad, *good;
};
#define RULE(symbol) LAC_RULE_##symbol
#define FIRST "R1," GMP "2025-04-10,1,,FULL,national-1,a.csv,,,\n"
static const struct example examples[] = {
    {RULE(declared_missing), "R1," GMP ",1,,MISSING,,,,,\n", FIRST},
    {RULE(file_absent), "R1," GMP "2025-04-10,1,,FULL,,gone.csv,,,\n", FIRST},
    {RULE(file_unnamed), "R1," GMP "2025-04-10,1,,PARTIAL,,,,,\n", "R1," GMP "2025-04-10,1,,NIL,,,,,\n"},
    {RULE(late), "R1," GMP "2025-05-13,1,,FULL,,a.csv,,,\n", "R1," GMP "2025-05-12,1,,FULL,,a.csv,,,\n"},
    {RULE(late), "R1," GMP "2025-05-13,1,,NIL,,,,,\n", FIRST "R2," GMP "2025-09-01,2,R1,FULL,,b.csv,,,\n"},
    {RULE(received_unknown), "R1," GMP ",1,,FULL,,a.csv,,,\n", FIRST},
    {RULE(path_outside), "R1," GMP "2025-04-10,1,,FULL,,../a.csv,,,\n", FIRST},
    {RULE(path_outside), "R1," GMP "2025-04-10,1,,FULL,,/tmp/a.csv,,,\n", FIRST},
    {RULE(return_id_twice), FIRST "R1," GMP "2025-04-10,2,,FULL,,b.csv,,,\n", FIRST},
    {RULE(file_twice), FIRST "R2," GMP "2025-04-10,2,R1,FULL,,a.csv,,,\n",
     FIRST "R2," GMP "2025-04-10,2,R1,FULL,,b.csv,,,\n"},
    {RULE(supersedes_unknown), "R1," GMP "2025-04-10,1,R0,FULL,,a.csv,,,\n",
     FIRST "R2," GMP "2025-04-10,2,R1,FULL,,b.csv,,,\n"},
    {RULE(supersedes_unknown), "R1," GMP "2025-04-10,1,R1,FULL,,a.csv,,,\n", FIRST},
    {RULE(supersedes_unknown),
     "R1," GMP "2025-04-10,1,R2,FULL,,a.csv,,,\nR2," GMP "2025-04-10,2,R1,FULL,,b.csv,,,\n", FIRST},
    {RULE(supersedes_other),
     FIRST "R2,PF,GMP,E23000005,2025-04-01,2025-06-30,,2025-07-10,2,R1,FULL,,b.csv,,,\n",
     FIRST "R2," GMP "2025-04-10,2,R1,FULL,,b.csv,,,\n"},
    {RULE(two_live), FIRST "R2," GMP "2025-04-11,2,,FULL,,b.csv,,,\n",
     FIRST "R2,PF,GMP,E23000005,2025-04-01,2025-06-30,,2025-07-10,1,,FULL,,b.csv,,,\n"},
    {RULE(period_odd), "R1,PF,GMP,E23000005,2025-01-01,2025-03-30,,2025-04-10,1,,FULL,,a.csv,,,\n",
     "R1,PF,GMP,E23000005,2025-04-01,2026-03-31,,2026-04-10,1,,FULL,,a.csv,,,\n"},
    {RULE(period_odd), "R1,PF,GMP,E23000005,2025-02-01,2025-04-30,,2025-05-10,1,,FULL,,a.csv,,,\n", FIRST},
    {RULE(register_cell), "R1,PF,GMP,E23000005,2025-01-01,31/03/2025,,2025-04-10,1,,FULL,,a.csv,,,\n", FIRST},
    {RULE(register_cell), "R1,XX,GMP,E23000005,2025-01-01,2025-03-31,,2025-04-10,1,,FULL,,a.csv,,,\n", FIRST},
    {RULE(register_cell), "R1,PF,GMP,03,2025-01-01,2025-03-31,,2025-04-10,1,,FULL,,a.csv,,,\n", FIRST},
    {RULE(register_cell), "R1," GMP "2025-04-10,1,,WHOLE,,a.csv,,,\n", FIRST},
    {RULE(register_cell), "R1," GMP "2025-04-10,1,,FULL,national-9,a.csv,,,\n", FIRST},
    {RULE(register_cell), "R1," GMP "2025-04-10,1,,FULL,,a.csv,abc,,\n", FIRST},
    {RULE(register_cell), "," GMP "2025-04-10,1,,FULL,,a.csv,,,\n", FIRST},
    {RULE(force_mapped),
     "R1,PF,GMP,Greater Manchester Police,2025-01-01,2025-03-31,,2025-04-10,1,,FULL,,a.csv,,,\n", FIRST},
    {RULE(partial_declared), "R1," GMP "2025-04-10,1,,PARTIAL,,a.csv,,,\n", FIRST},
    {RULE(definition_mixed),
     "R1," GMP
     "2025-04-10,1,,FULL,,a.csv,,,1\nR2,PF,GMP,E23000005,2025-04-01,2025-06-30,,2025-07-10,1,,NIL,,,,,2\n"
     "R3,PF,GMP,E23000005,2025-07-01,2025-09-30,,2025-10-10,1,,NIL,,,,,2\n",
     "R1," GMP "2025-04-10,1,,FULL,,a.csv,,,1\n"},
};

static const char *const names[] = {"README.md", "a.csv", "b.csv", "returns.csv"};

static void test_examples(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof examples / sizeof examples[0]; i++) {
        struct bench bad, good;

        open_bench(&bad, examples[i].bad, NONE, names, 4);
        open_bench(&good, examples[i].good, NONE, names, 4);
        if (times_found(&bad.findings, examples[i].rule) == 0)
            fail_msg("%s is silent on %s", lac_ingest_rules[examples[i].rule].id, examples[i].bad);
        if (times_found(&good.findings, examples[i].rule) != 0)
            fail_msg("%s fires on %s", lac_ingest_rules[examples[i].rule].id, examples[i].good);
        close_bench(&bad);
        close_bench(&good);
    }
}

static void test_file_nobody_names(void **state)
{
    static const char *const more[] = {".DS_Store", "README.md", "a.csv", "returns.csv", "stray.csv"};
    struct bench bench;

    (void)state;
    open_bench(&bench, FIRST, NONE, more, 5);
    assert_int_equal(bench.findings.count, 1);
    assert_int_equal(bench.findings.item[0].rule, LAC_RULE_file_not_registered);
    assert_string_equal(bench.findings.item[0].file, "stray.csv");
    close_bench(&bench);
}

/* Only the line that is wrong is set aside. */
static void test_others_go_on(void **state)
{
    struct bench bench;

    (void)state;
    open_bench(&bench, "R0," GMP "soon,1,,FULL,,b.csv,,,\n" FIRST, NONE, names, 4);
    assert_true(bench.reg.entry[0].set_aside);
    assert_int_equal(bench.reg.entry[0].state, LAC_STATE_REJECTED);
    assert_false(bench.reg.entry[1].set_aside);
    assert_true(lac_ingest_register_reads(&bench.reg.entry[1], NONE));
    close_bench(&bench);
}

#define CHAIN                                                                                                \
    "R1," GMP "2025-04-10,1,,FULL,,a.csv,,,\n"                                                               \
    "R2," GMP "2025-06-10,2,R1,FULL,,b.csv,,,\n"                                                             \
    "R3," GMP "2025-08-10,3,R2,FULL,,c.csv,,,\n"
static const char *const chain_names[] = {"a.csv", "b.csv", "c.csv"};

static void check_states(int32_t as_at, enum lac_ingest_state one, enum lac_ingest_state two,
                         enum lac_ingest_state three)
{
    struct bench bench;

    open_bench(&bench, CHAIN, as_at, chain_names, 3);
    for (size_t i = 0; i < 3; i++) bench.reg.entry[i].has_rows = true;
    lac_ingest_register_resolve(&bench.reg, as_at);
    assert_int_equal(bench.reg.entry[0].state, one);
    assert_int_equal(bench.reg.entry[1].state, two);
    assert_int_equal(bench.reg.entry[2].state, three);
    close_bench(&bench);
}

static void test_as_at(void **state)
{
    (void)state;
    check_states(NONE, LAC_STATE_SUPERSEDED, LAC_STATE_SUPERSEDED, LAC_STATE_USED);
    check_states(lac_date_from_civil(2025, 8, 10), LAC_STATE_SUPERSEDED, LAC_STATE_SUPERSEDED,
                 LAC_STATE_USED);
    check_states(lac_date_from_civil(2025, 8, 9), LAC_STATE_SUPERSEDED, LAC_STATE_USED, LAC_STATE_LATER);
    check_states(lac_date_from_civil(2025, 5, 1), LAC_STATE_USED, LAC_STATE_LATER, LAC_STATE_LATER);
    check_states(lac_date_from_civil(2025, 4, 9), LAC_STATE_LATER, LAC_STATE_LATER, LAC_STATE_LATER);
}

/* A version that cannot be used replaces nothing: the one before it counts again. */
static void test_rejected_version(void **state)
{
    struct bench bench;

    (void)state;
    open_bench(&bench, CHAIN, NONE, chain_names, 3);
    for (size_t i = 0; i < 3; i++) bench.reg.entry[i].has_rows = true;
    bench.reg.entry[2].set_aside = true;
    lac_ingest_register_resolve(&bench.reg, NONE);
    assert_int_equal(bench.reg.entry[0].state, LAC_STATE_SUPERSEDED);
    assert_int_equal(bench.reg.entry[1].state, LAC_STATE_USED);
    assert_int_equal(bench.reg.entry[2].state, LAC_STATE_REJECTED);
    bench.reg.entry[1].set_aside = true;
    bench.reg.entry[2].set_aside = false;
    lac_ingest_register_resolve(&bench.reg, NONE);
    assert_int_equal(bench.reg.entry[0].state, LAC_STATE_SUPERSEDED);
    assert_int_equal(bench.reg.entry[2].state, LAC_STATE_USED);
    close_bench(&bench);
}

static void test_two_live(void **state)
{
    struct bench bench;

    (void)state;
    open_bench(&bench, FIRST "R2," GMP "2025-04-11,2,,FULL,,b.csv,,,\n", NONE, names, 4);
    assert_true(bench.reg.entry[0].set_aside);
    assert_false(bench.reg.entry[1].set_aside);
    close_bench(&bench);
    open_bench(&bench, FIRST "R2," GMP "2025-04-11,2,,FULL,,b.csv,,,\n", lac_date_from_civil(2025, 4, 10),
               names, 4);
    assert_false(bench.reg.entry[0].set_aside);
    assert_int_equal(bench.reg.entry[1].state, LAC_STATE_LATER);
    close_bench(&bench);
}

/* A return that came after all ends the line that says it is missing, named or not. */
static void test_missing_then_came(void **state)
{
    static const char lines[] = "R0," GMP ",1,,MISSING,,,,,\n" FIRST;
    struct bench bench;

    (void)state;
    open_bench(&bench, lines, NONE, names, 4);
    assert_int_equal(bench.reg.entry[0].state, LAC_STATE_SUPERSEDED);
    assert_false(lac_ingest_register_keeps(&bench.reg, find(&bench.findings, LAC_RULE_declared_missing)));
    assert_int_equal(times_found(&bench.findings, LAC_RULE_two_live), 0);
    close_bench(&bench);
    open_bench(&bench, lines, lac_date_from_civil(2025, 4, 9), names, 4);
    assert_int_equal(bench.reg.entry[0].state, LAC_STATE_MISSING);
    assert_int_equal(bench.reg.entry[1].state, LAC_STATE_LATER);
    close_bench(&bench);
}

/* Errors of a version that was corrected are not told again, but that it was late is. */
static void test_kept_findings(void **state)
{
    struct lac_ingest_finding finding = {.entry = 0, .rule = LAC_RULE_no_role};
    struct bench bench;

    (void)state;
    open_bench(&bench, CHAIN, lac_date_from_civil(2025, 8, 9), chain_names, 3);
    assert_false(lac_ingest_register_keeps(&bench.reg, &finding));
    finding.rule = LAC_RULE_late;
    assert_true(lac_ingest_register_keeps(&bench.reg, &finding));
    finding.entry = 2;
    assert_false(lac_ingest_register_keeps(&bench.reg, &finding));
    finding.entry = LAC_INGEST_NO_RETURN;
    assert_true(lac_ingest_register_keeps(&bench.reg, &finding));
    close_bench(&bench);
}

/* --- the grid
 * --------------------------------------------------------------------------------------------------- */

static void make_grid(struct bench *bench, struct lac_expected_settings *expected, size_t n, int32_t as_at)
{
    struct lac_sections sections = {expected, n};
    struct lac_ingest_grid_settings settings = {&sections, lac_date_from_civil(2025, 1, 1),
                                                lac_date_from_civil(2025, 12, 31), as_at, 42};

    assert_int_equal(lac_ingest_grid_make(&bench->grid, &bench->reg, &settings, &library.codes, &bench->arena,
                                          &bench->findings, &bench->err),
                     LAC_OK);
}

static void test_grid(void **state)
{
    static const char *forces[] = {"E23000005", "E23000003"};
    struct lac_expected_settings expected = {
        .list = "PF", .forces = {forces, 2}, .every = "quarter", .operates_from = NONE, .operates_to = NONE};
    struct bench bench;

    (void)state;
    open_bench(&bench,
               FIRST "R2,PF,GMP,E23000005,2025-04-01,2025-06-30,,2025-07-10,1,,NIL,,,,,\n"
                     "R3,PF,GMP,E23000005,2025-07-01,2025-09-30,,,1,,MISSING,,,,,\n"
                     "R4,NGO,Helpline,,2025-01-01,2025-12-31,,2026-01-10,1,,PARTIAL,,b.csv,,,\n",
               NONE, names, 4);
    bench.reg.entry[0].has_rows = bench.reg.entry[3].has_rows = true;
    lac_ingest_register_resolve(&bench.reg, NONE);
    bench.findings.count = 0;
    make_grid(&bench, &expected, 1, NONE);
    assert_int_equal(bench.grid.count, 9);
    assert_string_equal(bench.grid.cell[0].state, "FULL");
    assert_string_equal(bench.grid.cell[1].state, "NIL");
    assert_string_equal(bench.grid.cell[2].state, "MISSING");
    assert_string_equal(bench.grid.cell[3].state, "MISSING");
    assert_int_equal(bench.grid.cell[3].start, lac_date_from_civil(2025, 10, 1));
    assert_int_equal(bench.grid.cell[3].end, lac_date_from_civil(2025, 12, 31));
    assert_string_equal(bench.grid.cell[4].agency, "Lancashire");
    assert_string_equal(bench.grid.cell[8].agency, "Helpline");
    assert_string_equal(bench.grid.cell[8].state, "PARTIAL");
    /* One quarter of Greater Manchester and four of Lancashire; a declared one has its own finding. */
    assert_int_equal(times_found(&bench.findings, LAC_RULE_return_missing), 5);
    assert_int_equal(times_found(&bench.findings, LAC_RULE_not_expected), 1);
    close_bench(&bench);
}

/* An agency that starts in May and stops in September: it owes nothing before and after, and May and June are
 * all of its second quarter. A return that came nevertheless counts as what it is. */
static void test_grid_not_operating(void **state)
{
    static const char *agencies[] = {"Helpline"};
    static const char *const want[] = {"NOT_OPERATING", "FULL", "MISSING", "NIL"};
    struct lac_expected_settings expected = {.list = "NGO",
                                             .agencies = {agencies, 1},
                                             .every = "quarter",
                                             .operates_from = lac_date_from_civil(2025, 5, 1),
                                             .operates_to = lac_date_from_civil(2025, 9, 10)};
    struct bench bench;

    (void)state;
    open_bench(&bench,
               FIRST "R2,NGO,Helpline,,2025-05-01,2025-06-30,,2025-07-10,1,,FULL,,b.csv,,,\n"
                     "R3,NGO,Helpline,,2025-10-01,2025-12-31,,2026-01-10,1,,NIL,,,,,\n",
               NONE, names, 4);
    bench.reg.entry[0].has_rows = bench.reg.entry[1].has_rows = true;
    lac_ingest_register_resolve(&bench.reg, NONE);
    bench.findings.count = 0;
    make_grid(&bench, &expected, 1, NONE);
    assert_int_equal(bench.grid.count, 5); /* and one of Greater Manchester, not expected */
    for (int i = 0; i < 4; i++) assert_string_equal(bench.grid.cell[i].state, want[i]);
    assert_int_equal(bench.grid.cell[1].start, lac_date_from_civil(2025, 4, 1));
    assert_int_equal(times_found(&bench.findings, LAC_RULE_return_missing), 1);
    assert_non_null(strstr(find(&bench.findings, LAC_RULE_return_missing)->text, "2025-07-01 to 2025-09-10"));
    close_bench(&bench);
}

static void test_grid_not_due(void **state)
{
    static const char *forces[] = {"ALL"};
    struct lac_expected_settings expected = {
        .list = "PF", .forces = {forces, 1}, .every = "year", .operates_from = NONE, .operates_to = NONE};
    struct bench bench;

    (void)state;
    open_bench(&bench, FIRST, lac_date_from_civil(2026, 1, 31), names, 4);
    bench.reg.entry[0].has_rows = true;
    lac_ingest_register_resolve(&bench.reg, bench.settings.as_at);
    make_grid(&bench, &expected, 1, bench.settings.as_at);
    assert_int_equal(bench.grid.count, 43);
    assert_int_equal(times_found(&bench.findings, LAC_RULE_return_missing), 0);
    for (size_t i = 0; i < 43; i++) /* a quarter of a year is part of what is owed */
        assert_string_equal(bench.grid.cell[i].state,
                            strcmp(bench.grid.cell[i].force, "E23000005") == 0 ? "PARTIAL" : "MISSING");
    close_bench(&bench);
}

static void test_register_without_columns(void **state)
{
    static const char *const good =
        "return_id,list,agency,force,period_start,period_end,received_date,coverage,file\n";
    static const char *const texts[] = {good, "return_id,list\n"};
    static const enum lac_status expected[] = {LAC_OK, LAC_INPUT};

    (void)state;
    for (int i = 0; i < 2; i++) {
        struct bench bench = {.settings = {NONE, 42, library.layout_name, library.layout_count}};
        struct lac_csv table;
        FILE *file = fopen("register2.csv", "w");

        assert_non_null(file);
        fputs(texts[i], file);
        assert_int_equal(fclose(file), 0);
        lac_arena_init(&bench.arena);
        lac_error_init(&bench.err);
        assert_int_equal(lac_csv_load("register2.csv", &bench.arena, &table, &bench.err), LAC_OK);
        remove("register2.csv");
        assert_int_equal(lac_ingest_register_read(&bench.reg, &table, &library.codes, &bench.settings,
                                                  &bench.arena, &bench.findings, &bench.err),
                         expected[i]);
        close_bench(&bench);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_examples),
                                       cmocka_unit_test(test_file_nobody_names),
                                       cmocka_unit_test(test_others_go_on),
                                       cmocka_unit_test(test_as_at),
                                       cmocka_unit_test(test_rejected_version),
                                       cmocka_unit_test(test_two_live),
                                       cmocka_unit_test(test_kept_findings),
                                       cmocka_unit_test(test_missing_then_came),
                                       cmocka_unit_test(test_grid),
                                       cmocka_unit_test(test_grid_not_operating),
                                       cmocka_unit_test(test_grid_not_due),
                                       cmocka_unit_test(test_register_without_columns)};

    return cmocka_run_group_tests(tests, open_library, close_library);
}
