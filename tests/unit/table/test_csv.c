/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "../unit.h"

#include <math.h>

#include "table/csv.h"

static struct lac_error err;

/* What was read, as text: fields joined by |, rows ended by row:line; */
static char seen[4096];

static enum lac_status note(void *context, const struct lac_csv_row *row, struct lac_error *error)
{
    size_t at = strlen(seen);

    (void)context;
    (void)error;
    for (size_t i = 0; i < row->count; i++) {
        assert_int_equal(strlen(row->field[i]), row->length[i]);
        at += (size_t)snprintf(seen + at, sizeof seen - at, "%s%s", i == 0 ? "" : "|", row->field[i]);
    }
    snprintf(seen + at, sizeof seen - at, " @%lld:%lld;", (long long)row->row, (long long)row->line);
    return LAC_OK;
}

static enum lac_status read_text(const char *text, size_t length, struct lac_csv_reader *reader)
{
    seen[0] = '\0';
    reader->header = reader->record = note;
    return lac_csv_read_bytes("t.csv", text, length, reader, &err);
}

static void reads(const char *text, const char *expected)
{
    struct lac_csv_reader reader = {0};

    assert_ok(read_text(text, strlen(text), &reader));
    assert_string_equal(seen, expected);
}

static void well_formed(void **state)
{
    (void)state;
    reads("a,b\n1,2\n", "a|b @0:1;1|2 @1:2;");
    reads("a,b\r\n1,2\r\n3,4", "a|b @0:1;1|2 @1:2;3|4 @2:3;");
    reads("\xEF\xBB\xBF\"a\",b\n1,2\n", "a|b @0:1;1|2 @1:2;");
    reads("a,b\n\" x \", y \n", "a|b @0:1; x | y  @1:2;");
    reads("a,b\n\"q\"\"q\",\"\"\n", "a|b @0:1;q\"q| @1:2;");
    reads("a,b\n\"one\ntwo\",2\n\n3,4\n", "a|b @0:1;one\ntwo|2 @1:2;3|4 @2:5;");
    reads("a,b\n\xC3\xA9,\xE2\x82\xAC\n", "a|b @0:1;\xC3\xA9|\xE2\x82\xAC @1:2;");
}

/* What stands above a table is passed over; a header may be given in its place. */
static void above(void **state)
{
    static const char text[] = "\xEF\xBB\xBFTitle\n\na,b\n1,2\n";
    struct lac_csv_reader reader = {.skip = 10}, joined = {.skip = 14, .first = "\"x y\",b\n"};

    (void)state;
    assert_ok(read_text(text, strlen(text), &reader));
    assert_string_equal(seen, "a|b @0:3;1|2 @1:4;");
    assert_ok(read_text(text, strlen(text), &joined));
    assert_string_equal(seen, "x y|b @0:3;1|2 @1:4;");
}

static void refuses(const char *text, size_t length, const char *rule, int64_t line)
{
    struct lac_csv_reader reader = {0};

    assert_int_equal(read_text(text, length, &reader), LAC_INPUT);
    assert_string_equal(err.rule, rule);
    assert_int_equal(err.line, line);
    assert_string_equal(err.file, "t.csv");
    assert_true(err.remedy[0] != '\0');
}

static void malformed(void **state)
{
    (void)state;
    refuses("a,b\n1,\"2\n3,4\n", 13, "csv-unclosed-quote", 2);
    refuses("a,b\n1,2\"x\n", 10, "csv-quote", 2);
    refuses("a,b\n\"1\" ,2\n", 11, "csv-quote", 2);
    refuses("a,b\n1,\0\n", 8, "csv-nul", 2);
    refuses("a,b\n1,2\n3,\xE9\n", 12, "csv-utf8", 3);
    refuses("a,b\n1,2,3\n", 10, "csv-width", 2);
    refuses("a,b\n1\n", 6, "csv-width", 2);
    refuses("a,a\n1,2\n", 8, "csv-header-repeat", 1);
    refuses("", 0, "csv-empty", 1);
    refuses("\n\n", 2, "csv-empty", 1);
}

static void long_field(void **state)
{
    size_t length = (size_t)1 << 20;
    char *text = malloc(length + 8);
    struct lac_csv_reader reader = {.field_limit = 10};

    (void)state;
    assert_non_null(text);
    memcpy(text, "a\n", 2);
    memset(text + 2, 'x', length);
    memcpy(text + 2 + length, "\n", 2);
    refuses(text, length + 3, "csv-field-size", 2);
    assert_int_equal(read_text("a\n12345678901\n", 14, &reader), LAC_INPUT);
    free(text);
}

/* Characters and line ends cut by the reader's block boundary. */
static void block_boundary(void **state)
{
    char path[] = "/tmp/lacuna-csv-XXXXXX";
    int descriptor = mkstemp(path);
    FILE *file = fdopen(descriptor, "w");
    struct lac_csv_reader reader = {0};
    struct lac_arena arena;
    struct lac_csv csv;

    (void)state;
    fputs("n,text\r\n", file);
    for (int i = 0; i < 30000; i++) fprintf(file, "%d,\"\xE2\x82\xAC\xC3\xA9 %d\"\r\n", i, i % 7);
    fclose(file);
    assert_ok(lac_csv_read(path, &reader, &err));
    assert_int_equal(reader.rows, 30000);
    assert_int_equal(reader.lines, 30001);
    assert_true(reader.crlf);
    lac_arena_init(&arena);
    assert_ok(lac_csv_load(path, &arena, &csv, &err));
    assert_int_equal(csv.rows, 30000);
    for (int64_t i = 0; i < csv.rows; i++) {
        char expected[32];

        snprintf(expected, sizeof expected, "\xE2\x82\xAC\xC3\xA9 %d", (int)(i % 7));
        assert_int_equal(atoi(lac_csv_cell(&csv, i, 0)), i);
        assert_string_equal(lac_csv_cell(&csv, i, lac_csv_column(&csv, "text")), expected);
        assert_int_equal(csv.line[i], i + 2);
    }
    lac_arena_release(&arena);
    remove(path);
}

static void required_columns(void **state)
{
    char path[] = "/tmp/lacuna-csv-XXXXXX";
    static const char *const names[] = {"local_ref", "role"};
    FILE *file = fdopen(mkstemp(path), "w");
    struct lac_arena arena;
    struct lac_csv csv;
    int index[2];

    (void)state;
    fputs("local_ref,rol\n1,2\n", file);
    fclose(file);
    lac_arena_init(&arena);
    assert_ok(lac_csv_load(path, &arena, &csv, &err));
    assert_int_equal(lac_csv_require(&csv, names, 2, index, &err), LAC_INPUT);
    assert_string_equal(err.column, "role");
    assert_non_null(strstr(err.remedy, "column 2?"));
    lac_arena_release(&arena);
    remove(path);
}

static void writing(void **state)
{
    char text[256] = "";
    FILE *to = fmemopen(text, sizeof text, "w");

    (void)state;
    lac_csv_put(to, true, "plain");
    lac_csv_put(to, false, "a,b");
    lac_csv_put(to, false, "q\"q");
    lac_csv_put(to, false, " x");
    lac_csv_put(to, false, "");
    lac_csv_put_i64(to, false, -5);
    lac_csv_put_double(to, false, 0.1);
    lac_csv_put_double(to, false, 1.0 / 3.0);
    lac_csv_put_double(to, false, (double)NAN);
    lac_csv_put_double(to, false, (double)INFINITY);
    lac_csv_end(to);
    fclose(to);
    assert_string_equal(text, "plain,\"a,b\",\"q\"\"q\",\" x\",,-5,0.1,0.3333333333333333,,Inf\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(well_formed),    cmocka_unit_test(malformed),        cmocka_unit_test(long_field),
        cmocka_unit_test(block_boundary), cmocka_unit_test(required_columns), cmocka_unit_test(writing),
        cmocka_unit_test(above),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
