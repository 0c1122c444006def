/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading a table of persons in parts, and the interning behind it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/random.h"
#include "intern.h"
#include "person_read.h"

#define FILE_NAME "link-read-test.csv"
#define ROWS 3000

static struct lac_error err;

/* Texts of all lengths, many of them again and again. */
static size_t text_make(struct lac_random *random, char *out)
{
    uint32_t length = lac_random_below(random, 40);
    for (uint32_t i = 0; i < length; i++)
        out[i] = (char)('a' + lac_random_below(random, length < 3 ? 26 : length % 3 + 1));
    out[length] = '\0';
    return length;
}

static void interned_as_by_dictionary(void **state)
{
    (void)state;
    struct lac_link_intern intern;
    struct lac_dict dict;
    struct lac_random random;
    char text[64];
    size_t fresh_ones = 0;
    lac_link_intern_init(&intern);
    lac_dict_init(&dict);
    lac_random_init(&random, 3, LAC_PURPOSE_TEST, 0, 0, 0);
    for (int i = 0; i < 200000; i++) {
        struct lac_link_intern_slot *slot;
        uint32_t code;
        bool fresh;
        size_t length = text_make(&random, text);
        if (length == 0) continue;
        uint32_t before = dict.count;
        assert_int_equal(lac_dict_code(&dict, text, &code, &err), LAC_OK);
        const struct lac_link_intern_text wanted = {text, length, lac_link_intern_hash(text, length)};
        assert_int_equal(lac_link_intern_find(&intern, wanted, &slot, &fresh, &err), LAC_OK);
        assert_int_equal(fresh, dict.count > before);
        if (fresh) slot->value = code;
        assert_int_equal(slot->value, code);
        fresh_ones += fresh;
    }
    assert_int_equal(intern.count, fresh_ones);
    lac_link_intern_release(&intern);
    lac_dict_release(&dict);
}

static void rows_end_outside_quotes(void **state)
{
    (void)state;
    assert_int_equal(lac_link_person_rows_end("a,b\nc", 5), 4);
    assert_int_equal(lac_link_person_rows_end("a,b", 3), 0);
    assert_int_equal(lac_link_person_rows_end("a,\"b\nc", 6), 0);
    assert_int_equal(lac_link_person_rows_end("a\n\"b\n\"\"c\"\nd\n\"", 13), 12);
}

/* Rows with quotes, line feeds inside quotes, commas, blanks and missing cells. */
static void file_make(uint32_t seed)
{
    static const char *const cell[] = {
        "ann",           "Smith",      "\"a, b\"", "\"two\nlines\"", "\"say \"\"x\"\"\"", "",
        "\"\n\n,\"\"\"", "zo\xc3\xab", "x y"};
    struct lac_random random;
    FILE *to = fopen(FILE_NAME, "wb");
    assert_non_null(to);
    lac_random_init(&random, seed, LAC_PURPOSE_TEST, 1, 0, 0);
    fputs("id,a,b\n", to);
    for (int i = 0; i < ROWS; i++)
        fprintf(to, "\"r%d\",%s,%s%s", i, cell[lac_random_below(&random, 9)],
                cell[lac_random_below(&random, 9)], lac_random_below(&random, 5) ? "\n" : "\r\n");
    fclose(to);
}

static const char *as_it_is(const void *context, size_t column, const char *text, char *out, size_t size)
{
    (void)context;
    (void)column;
    (void)out;
    (void)size;
    return text;
}

static void table_read(const struct lac_csv *csv, size_t parts, struct lac_link_person_rows *rows)
{
    struct lac_link_person_reading reading = {.id = 0, .columns = 3, .column = {1, 2, -1}, .clean = as_it_is};
    assert_int_equal(lac_link_person_read(csv, &reading, parts, rows, &err), LAC_OK);
}

static void rows_equal(const struct lac_link_person_rows *a, const struct lac_link_person_rows *b)
{
    assert_int_equal(a->n, b->n);
    assert_memory_equal(a->cell, b->cell, a->n * a->columns * sizeof *a->cell);
    assert_memory_equal(a->hash, b->hash, a->n * sizeof *a->hash);
    for (uint32_t i = 0; i < a->n; i++) assert_string_equal(a->ids + a->id_at[i], b->ids + b->id_at[i]);
    for (size_t c = 0; c < a->columns; c++) {
        assert_int_equal(a->dict[c].count, b->dict[c].count);
        for (uint32_t v = 0; v < a->dict[c].count; v++)
            assert_string_equal(lac_dict_text(&a->dict[c], v), lac_dict_text(&b->dict[c], v));
    }
}

static void parts_change_nothing(void **state)
{
    (void)state;
    for (uint32_t seed = 0; seed < 4; seed++) {
        struct lac_arena arena;
        struct lac_csv csv;
        struct lac_link_person_rows whole = {0};
        lac_arena_init(&arena);
        file_make(seed);
        assert_int_equal(lac_link_person_header(FILE_NAME, &arena, &csv, &err), LAC_OK);
        assert_int_equal(csv.columns, 3);
        table_read(&csv, 1, &whole);
        assert_int_equal(whole.n, ROWS);
        assert_string_equal(whole.ids + whole.id_at[7], "r7");
        for (size_t parts = 2; parts < 40; parts += 1 + parts / 4) {
            struct lac_link_person_rows rows = {0};
            table_read(&csv, parts, &rows);
            rows_equal(&whole, &rows);
            lac_link_person_rows_release(&rows);
        }
        lac_link_person_rows_release(&whole);
        lac_arena_release(&arena);
    }
    remove(FILE_NAME);
}

/* The message is that of the file as a whole, wherever the fault lies. */
static void fault_says_its_row(void **state)
{
    (void)state;
    struct lac_arena arena;
    struct lac_csv csv;
    lac_arena_init(&arena);
    FILE *to = fopen(FILE_NAME, "wb");
    assert_non_null(to);
    fputs("id,a,b\n", to);
    for (int i = 1; i <= 200; i++) fputs(i == 150 ? "x,y\n" : i == 180 ? "1,\xff,2\n" : "1,2,3\n", to);
    fclose(to);
    assert_int_equal(lac_link_person_header(FILE_NAME, &arena, &csv, &err), LAC_OK);
    struct lac_link_person_reading reading = {.id = 0, .columns = 2, .column = {1, 2}, .clean = as_it_is};
    for (size_t parts = 1; parts < 9; parts++) {
        struct lac_link_person_rows rows = {0};
        lac_error_init(&err);
        assert_int_equal(lac_link_person_read(&csv, &reading, parts, &rows, &err), LAC_INPUT);
        assert_int_equal(err.row, 150);
        lac_link_person_rows_release(&rows);
    }
    lac_arena_release(&arena);
    remove(FILE_NAME);
}

/* Rows are interned many at once: what a row lacks is still said before what is wrong with a later one. */
static void earlier_fault_comes_first(void **state)
{
    (void)state;
    struct lac_arena arena;
    struct lac_csv csv;
    lac_arena_init(&arena);
    for (int at = 1; at < 200; at += 33) {
        FILE *to = fopen(FILE_NAME, "wb");
        assert_non_null(to);
        fputs("id,a,b\n", to);
        for (int i = 1; i <= 200; i++) fputs(i == at ? "1,2,\n" : i == at + 3 ? "x,y\n" : "1,2,3\n", to);
        fclose(to);
        assert_int_equal(lac_link_person_header(FILE_NAME, &arena, &csv, &err), LAC_OK);
        struct lac_link_person_reading reading = {
            .id = 0, .columns = 2, .column = {1, 2}, .required = {false, true}, .clean = as_it_is};
        for (size_t parts = 1; parts < 4; parts++) {
            struct lac_link_person_rows rows = {0};
            lac_error_init(&err);
            assert_int_equal(lac_link_person_read(&csv, &reading, parts, &rows, &err), LAC_INPUT);
            assert_int_equal(err.row, at);
            assert_string_equal(err.column, "b");
            lac_link_person_rows_release(&rows);
        }
    }
    lac_arena_release(&arena);
    remove(FILE_NAME);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(interned_as_by_dictionary), cmocka_unit_test(rows_end_outside_quotes),
        cmocka_unit_test(parts_change_nothing), cmocka_unit_test(fault_says_its_row),
        cmocka_unit_test(earlier_fault_comes_first)};
    lac_error_init(&err);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
