/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "../unit.h"

#include <math.h>
#include <string.h>
#include <unistd.h>

#include "base/date.h"
#include "base/file.h"
#include "runner/show.h"

static struct lac_error err;
static struct lac_arena arena;
static char folder[] = "/tmp/lacuna-show-XXXXXX";
static const struct lac_provenance provenance = {"lacuna-test 0", "c0ffee", "beef", 7};

/* All tables of a file, empty ones where `filled` has none. */
static void write_file(enum lac_file_id file, const struct lac_table *const *filled, size_t n)
{
    struct lac_table empty[LAC_TABLE_COUNT];
    const struct lac_table *tables[LAC_TABLE_COUNT];
    size_t count = 0;

    for (int id = 0; id < LAC_TABLE_COUNT; id++) {
        if (lac_table_schemas[id].file != file) continue;
        assert_ok(lac_table_init(&empty[count], (enum lac_table_id)id, &err));
        tables[count] = &empty[count];
        for (size_t i = 0; i < n; i++)
            if (filled[i]->id == (enum lac_table_id)id) tables[count] = filled[i];
        count++;
    }
    assert_ok(lac_store_write(folder, file, &provenance, tables, count, &err));
    for (size_t i = 0; i < count; i++) lac_table_release(&empty[i]);
}

static void write_persons(void)
{
    static const char *const person[] = {"V1", "V1", "V2, \"x\""};
    struct lac_table t;
    const struct lac_table *const filled[] = {&t};

    assert_ok(lac_table_init(&t, LAC_TABLE_persons, &err));
    for (uint32_t i = 0; i < 3; i++) {
        size_t row;

        assert_ok(lac_table_row(&t, &row, &err));
        lac_u32(&t, LAC_COL_persons_record)[row] = i;
        lac_u32(&t, LAC_COL_persons_row)[row] = i + 10;
        lac_u32(&t, LAC_COL_persons_person)[row] = i / 2;
        assert_ok(lac_set_text(&t, LAC_COL_persons_return_id, row, "PF-1", &err));
        if (i > 0) assert_ok(lac_set_text(&t, LAC_COL_persons_file, row, "pf.csv", &err));
        assert_ok(lac_set_text(&t, LAC_COL_persons_population, row, "victims", &err));
        assert_ok(lac_set_text(&t, LAC_COL_persons_person_id, row, person[i], &err));
    }
    write_file(LAC_FILE_links, filled, 1);
    lac_table_release(&t);
}

static void write_records(void)
{
    struct lac_table t;
    const struct lac_table *const filled[] = {&t};
    size_t row;

    assert_ok(lac_table_init(&t, LAC_TABLE_records, &err));
    for (int i = 0; i < 2; i++) assert_ok(lac_table_row(&t, &row, &err));
    lac_i32(&t, LAC_COL_records_dob)[0] = 20070300;
    lac_i32(&t, LAC_COL_records_offence_from)[0] = lac_date_from_civil(2025, 2, 28);
    write_file(LAC_FILE_records, filled, 1);
    lac_table_release(&t);
}

static void write_summary(void)
{
    static const double lower[] = {900.5, NAN}, upper[] = {INFINITY, NAN}, estimate[] = {1234.567891234, NAN};
    struct lac_table t;
    const struct lac_table *const filled[] = {&t};

    assert_ok(lac_table_init(&t, LAC_TABLE_summary, &err));
    for (size_t i = 0; i < 2; i++) {
        size_t row;

        assert_ok(lac_table_row(&t, &row, &err));
        lac_u32(&t, LAC_COL_summary_cell)[row] = (uint32_t)i;
        lac_i64(&t, LAC_COL_summary_observed)[row] = 321;
        lac_f64(&t, LAC_COL_summary_estimate)[row] = estimate[i];
        lac_f64(&t, LAC_COL_summary_lower)[row] = lower[i];
        lac_f64(&t, LAC_COL_summary_upper)[row] = upper[i];
        assert_ok(lac_set_text(&t, LAC_COL_summary_geography, row, "nation", &err));
        assert_ok(lac_set_text(&t, LAC_COL_summary_stratum, row, "all", &err));
        assert_ok(lac_set_text(&t, LAC_COL_summary_definition, row, i == 0 ? "D_A" : "D_B", &err));
        assert_ok(lac_set_text(&t, LAC_COL_summary_status, row, i == 0 ? "ok" : "refused", &err));
    }
    write_file(LAC_FILE_estimates, filled, 1);
    lac_table_release(&t);
}

static int setup(void **state)
{
    (void)state;
    lac_arena_init(&arena);
    if (mkdtemp(folder) == NULL) return 1;
    if (lac_dir_make(lac_path_join(&arena, folder, "store"), true, NULL) != LAC_OK) return 1;
    write_persons();
    write_records();
    write_summary();
    return 0;
}

static int teardown(void **state)
{
    char *command = lac_arena_printf(&arena, "rm -r '%s'", folder);
    int failed = command == NULL || system(command) != 0;

    (void)state;
    lac_arena_release(&arena);
    return failed;
}

/* What `lacuna show` prints, in the arena. */
static const char *shown(const char *path, const char *table, enum lac_show_form form, int64_t limit)
{
    struct lac_show_request request = {.path = path, .table = table, .form = form, .limit = limit};
    char *text = NULL;
    const char *copy;
    size_t length;

    request.to = open_memstream(&text, &length);
    assert_non_null(request.to);
    assert_ok(lac_show(&request, &err));
    fclose(request.to);
    copy = lac_arena_strdup(&arena, text);
    free(text);
    return copy;
}

static enum lac_status refused(const char *path, const char *table)
{
    struct lac_show_request request = {
        .path = path, .table = table, .limit = -1, .to = fopen("/dev/null", "w")};
    enum lac_status st;

    assert_non_null(request.to);
    st = lac_show(&request, &err);
    fclose(request.to);
    return st;
}

/* Rows of `persons` that meet one or two conditions, as their numbers in the file. */
static const char *met(const char *first, const char *second)
{
    struct lac_show_request request = {.path = folder, .table = "persons", .form = LAC_SHOW_CSV, .limit = -1};
    char *text = NULL, out[64] = "";
    size_t length;

    request.where[request.conditions++] = first;
    if (second != NULL) request.where[request.conditions++] = second;
    request.to = open_memstream(&text, &length);
    assert_non_null(request.to);
    assert_ok(lac_show(&request, &err));
    fclose(request.to);
    for (int row = 10; row < 13; row++) {
        char mark[16];

        snprintf(mark, sizeof mark, ",%d,victims", row);
        if (strstr(text, mark) != NULL) snprintf(out + strlen(out), sizeof out - strlen(out), "%d ", row);
    }
    free(text);
    return lac_arena_strdup(&arena, out);
}

static void conditions(void **state)
{
    static const char *const bad[] = {"person", "=1", "persn=1", "row=ten", "row", "row?1"};
    struct lac_show_request request = {.path = folder, .table = "persons", .limit = -1, .conditions = 1};

    (void)state;
    assert_string_equal(met("person_id=V1", NULL), "10 11 ");
    assert_string_equal(met("person_id!=V1", NULL), "12 ");
    assert_string_equal(met("row>10", NULL), "11 12 ");
    assert_string_equal(met("row>=11", "row<12"), "11 ");
    assert_string_equal(met("row<=9", NULL), "");
    assert_string_equal(met("row=11.0", NULL), "11 ");
    assert_string_equal(met("row=1e1", NULL), "10 ");
    assert_string_equal(met("file=", NULL), "10 ");       /* missing */
    assert_string_equal(met("file!=", NULL), "11 12 ");   /* not missing */
    assert_string_equal(met("file<zzz", NULL), "11 12 "); /* what is missing is neither more nor less */
    assert_string_equal(met("file~pf", NULL), "11 12 ");
    assert_string_equal(met("person_id=V2, \"x\"", NULL), "12 ");
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        request.where[0] = bad[i];
        request.to = fopen("/dev/null", "w");
        assert_non_null(request.to);
        assert_int_equal(lac_show(&request, &err), LAC_USAGE);
        fclose(request.to);
    }
    request.where[0] = "surnam=Secret"; /* what is asked for may be a name: it is not repeated */
    request.to = fopen("/dev/null", "w");
    assert_int_equal(lac_show(&request, &err), LAC_USAGE);
    fclose(request.to);
    assert_null(strstr(err.message, "Secret"));
}

static void a_table_as_csv(void **state)
{
    char *links = lac_store_path(&arena, folder, LAC_FILE_links);
    const char *want = "record,return_id,file,row,population,person_id,person\n"
                       "0,PF-1,,10,victims,V1,0\n"
                       "1,PF-1,pf.csv,11,victims,V1,0\n"
                       "2,PF-1,pf.csv,12,victims,\"V2, \"\"x\"\"\",1\n";

    (void)state;
    assert_string_equal(shown(links, "persons", LAC_SHOW_CSV, -1), want);
    assert_string_equal(shown(folder, "persons", LAC_SHOW_CSV, -1), want);
    assert_string_equal(shown(links, "persons", LAC_SHOW_CSV, 1),
                        "record,return_id,file,row,population,person_id,person\n0,PF-1,,10,victims,V1,0\n");
    assert_non_null(strstr(shown(folder, "pairs", LAC_SHOW_CSV, -1), "left,right,pattern"));
}

static void a_table_as_text(void **state)
{
    const char *text = shown(folder, "persons", LAC_SHOW_TEXT, 2);

    (void)state;
    assert_non_null(strstr(text, "record  return_id  file    row  population  person_id  person\n"));
    assert_non_null(strstr(text, "     0  PF-1                10  victims     V1              0\n"));
    assert_non_null(strstr(text, "2 of 3 rows"));
    assert_null(strstr(text, "V2"));
}

static void a_table_as_json(void **state)
{
    const char *text = shown(folder, "persons", LAC_SHOW_JSON, -1);

    (void)state;
    assert_non_null(strstr(text, "{\"record\":0,\"return_id\":\"PF-1\",\"file\":null,\"row\":10"));
    assert_non_null(strstr(text, "\"person_id\":\"V2, \\\"x\\\"\""));
    assert_string_equal(shown(folder, "pairs", LAC_SHOW_JSON, -1), "[\n]\n");
}

static void dates_and_missing_values(void **state)
{
    const char *csv = shown(folder, "records", LAC_SHOW_CSV, -1);

    (void)state;
    assert_non_null(strstr(csv, ",2007-03,"));
    assert_non_null(strstr(csv, ",2025-02-28,"));
    assert_non_null(strstr(csv, "\n,,,,,,,,,,"));
}

static void doubles_read_back(void **state)
{
    const char *csv = shown(folder, "summary", LAC_SHOW_CSV, -1),
               *json = shown(folder, "summary", LAC_SHOW_JSON, -1);

    (void)state;
    assert_non_null(strstr(csv, ",321,1234.567891234,,900.5,inf,"));
    assert_non_null(strstr(csv, ",321,,,,,"));
    assert_non_null(strstr(json, "\"upper\":\"inf\""));
    assert_non_null(strstr(json, "\"estimate\":null"));
    assert_non_null(strstr(shown(folder, "summary", LAC_SHOW_TEXT, -1), "1234.57"));
}

static void overviews(void **state)
{
    const char *file = shown(lac_store_path(&arena, folder, LAC_FILE_links), NULL, LAC_SHOW_TEXT, -1);
    const char *run = shown(folder, NULL, LAC_SHOW_TEXT, -1);

    (void)state;
    assert_non_null(strstr(file, "written by lacuna-test 0, settings c0ffee, holds personal data"));
    assert_non_null(strstr(file, "person_id"));
    assert_non_null(
        strstr(run, "national estimates\nD_A, , : observed 321, estimate 1235 (900 to inf), ok\n"));
    assert_non_null(strstr(run, "D_B, , : observed 321, refused\n"));
    assert_non_null(strstr(shown(folder, NULL, LAC_SHOW_CSV, -1), "links,persons,3,"));
    assert_non_null(strstr(shown(folder, NULL, LAC_SHOW_JSON, -1), "\"table\":\"persons\",\"rows\":3"));
}

static void refusals(void **state)
{
    char *cut = lac_path_join(&arena, folder, "cut.h5"),
         *foreign = lac_path_join(&arena, folder, "foreign.h5");
    char *bytes;
    size_t length;

    (void)state;
    assert_int_equal(refused(folder, "person"), LAC_USAGE);
    assert_non_null(strstr(err.remedy, "'persons'"));
    assert_int_equal(refused("/tmp", NULL), LAC_USAGE);
    assert_int_equal(refused(lac_path_join(&arena, folder, "none.h5"), NULL), LAC_IO);
    assert_int_equal(refused(folder, "published"), LAC_IO);
    assert_int_equal(refused(lac_store_path(&arena, folder, LAC_FILE_links), "records"), LAC_INPUT);

    assert_ok(lac_file_read(lac_store_path(&arena, folder, LAC_FILE_links), 1u << 30, &arena, &bytes, &length,
                            &err));
    for (size_t part = 0; part < 8; part++) {
        assert_ok(lac_file_write(cut, bytes, length * part / 8, true, &err));
        assert_int_equal(refused(cut, NULL), LAC_INPUT);
        assert_int_equal(refused(cut, "persons"), LAC_INPUT);
        assert_string_equal(err.file, cut);
        assert_non_null(strstr(err.remedy, "run the stage that writes it again"));
    }
    assert_ok(lac_file_write(foreign, "PK\x03\x04 not HDF5", 12, true, &err));
    assert_int_equal(refused(foreign, NULL), LAC_INPUT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(conditions),
        cmocka_unit_test(a_table_as_csv),
        cmocka_unit_test(a_table_as_text),
        cmocka_unit_test(a_table_as_json),
        cmocka_unit_test(dates_and_missing_values),
        cmocka_unit_test(doubles_read_back),
        cmocka_unit_test(overviews),
        cmocka_unit_test(refusals),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
