/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A store many times as large, for the reconcile benchmark:
 *
 *   bench_copies RUN COPIES OUT
 *
 * RUN/store/records.h5 and links.h5 hold one nation; OUT/store/ gets COPIES of its records, cases, persons
 * and drawn linkages beside each other: references, persons and groups of one copy are not those of another,
 * so the work is that of a nation as large, part by part. Returns and expected returns stand once; tables
 * that reconcile does not read stay empty.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/text.h"
#include "table/store.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static struct lac_error err;
static struct lac_arena arena;

static void must(enum lac_status status)
{
    if (status == LAC_OK) return;
    lac_error_print(&err, "bench_copies", 0, stderr);
    exit(1);
}

/* How the cells of a column differ from copy to copy. */
struct rule {
    enum lac_column_id column;
    enum { TEXT, NUMBER, PERSON } kind;
    size_t step; /* NUMBER: what a copy adds */
};

/* What a copy adds to a person's number: the populations are numbered apart. */
struct numbers {
    const uint8_t *victim; /* per record of the nation */
    size_t persons[2], rows, copies;
};

static uint32_t copied_person(const struct numbers *n, uint32_t person, uint32_t record, size_t copy)
{
    if (person >= n->rows) return (uint32_t)(n->rows * (n->copies + copy) + person - n->rows);
    return (uint32_t)(person + copy * n->persons[n->victim[record]]);
}

static void copy_cell(const struct lac_table *from, size_t row, struct lac_table *to, size_t at,
                      enum lac_column_id column)
{
    switch (lac_column_schemas[column].type) {
    case LAC_TYPE_STR:
        must(lac_set_text(to, column, at, lac_text(from, column, row), &err));
        break;
    case LAC_TYPE_U32:
        lac_u32(to, column)[at] = lac_u32(from, column)[row];
        break;
    case LAC_TYPE_I32:
        lac_i32(to, column)[at] = lac_i32(from, column)[row];
        break;
    case LAC_TYPE_I64:
        lac_i64(to, column)[at] = lac_i64(from, column)[row];
        break;
    case LAC_TYPE_U8:
        lac_u8(to, column)[at] = lac_u8(from, column)[row];
        break;
    case LAC_TYPE_F64:
        lac_f64(to, column)[at] = lac_f64(from, column)[row];
        break;
    }
}

static void vary(struct lac_table *to, size_t at, const struct rule *rule, const struct numbers *n,
                 size_t copy)
{
    char text[256];

    if (rule->kind == TEXT) {
        if (*lac_text(to, rule->column, at) == '\0') return;
        snprintf(text, sizeof text, "%s~%zu", lac_text(to, rule->column, at), copy);
        must(lac_set_text(to, rule->column, at, text, &err));
    } else if (rule->kind == NUMBER) {
        lac_u32(to, rule->column)[at] += (uint32_t)(copy * rule->step);
    } else {
        uint32_t record = rule->column == LAC_COL_persons_person ? lac_u32(to, LAC_COL_persons_record)[at]
                                                                 : lac_u32(to, LAC_COL_partitions_record)[at];

        lac_u32(to, rule->column)[at] =
            copied_person(n, lac_u32(to, rule->column)[at], (uint32_t)(record - copy * n->rows), copy);
    }
}

static void copy_table(const struct lac_table *from, struct lac_table *to, const struct rule *rule,
                       size_t rules, const struct numbers *n)
{
    const struct lac_table_schema *schema = &lac_table_schemas[from->id];

    must(lac_table_reserve(to, from->rows * n->copies, &err));
    for (size_t copy = 0; copy < n->copies; copy++) {
        for (size_t row = 0; row < from->rows; row++) {
            size_t at;

            must(lac_table_row(to, &at, &err));
            for (size_t c = 0; c < schema->columns; c++)
                copy_cell(from, row, to, at, (enum lac_column_id)(schema->first + c));
            for (size_t k = 0; copy > 0 && k < rules; k++) vary(to, at, &rule[k], n, copy);
        }
    }
}

static void write_file(enum lac_file_id file, const char *run, const struct lac_table *const *made, size_t n)
{
    const struct lac_provenance provenance = {"bench", "0", "0", 1};
    struct lac_table empty[LAC_TABLE_COUNT];
    const struct lac_table *list[LAC_TABLE_COUNT];
    size_t tables = 0;

    for (int i = 0; i < LAC_TABLE_COUNT; i++) {
        if (lac_table_schemas[i].file != file) continue;
        must(lac_table_init(&empty[tables], (enum lac_table_id)i, &err));
        list[tables] = &empty[tables];
        for (size_t k = 0; k < n; k++)
            list[tables] = made[k]->id == (enum lac_table_id)i ? made[k] : list[tables];
        tables++;
    }
    must(lac_store_write(run, file, &provenance, list, tables, &err));
    for (size_t i = 0; i < tables; i++) lac_table_release(&empty[i]);
}

static void read_table(const char *run, enum lac_table_id id, struct lac_table *table)
{
    must(lac_store_read(run, id, table, &err));
}

/* Persons of each population, and whose each record is. */
static void number_persons(const struct lac_table *persons, uint8_t *victim, struct numbers *n)
{
    for (size_t i = 0; i < persons->rows; i++) {
        uint32_t record = lac_u32(persons, LAC_COL_persons_record)[i],
                 person = lac_u32(persons, LAC_COL_persons_person)[i];

        victim[record] = strcmp(lac_text(persons, LAC_COL_persons_population, i), "victims") == 0;
        if (person >= n->persons[victim[record]]) n->persons[victim[record]] = (size_t)person + 1;
    }
    n->victim = victim;
}

static void copy_records(const char *run, const char *out, struct numbers *n)
{
    struct lac_table records, cases, returns, grid, more_records, more_cases;
    const struct lac_table *made[] = {&more_records, &more_cases, &returns, &grid};

    read_table(run, LAC_TABLE_records, &records);
    read_table(run, LAC_TABLE_cases, &cases);
    read_table(run, LAC_TABLE_returns, &returns);
    read_table(run, LAC_TABLE_grid, &grid);
    must(lac_table_init(&more_records, LAC_TABLE_records, &err));
    must(lac_table_init(&more_cases, LAC_TABLE_cases, &err));
    n->rows = records.rows;
    {
        const struct rule of_records[] = {
            {LAC_COL_records_local_ref, TEXT, 0},    {LAC_COL_records_person_ref, TEXT, 0},
            {LAC_COL_records_group_ref, TEXT, 0},    {LAC_COL_records_national_ref, TEXT, 0},
            {LAC_COL_records_transfer_ref, TEXT, 0}, {LAC_COL_records_case_index, NUMBER, cases.rows}};
        const struct rule of_cases[] = {{LAC_COL_cases_local_ref, TEXT, 0}};

        copy_table(&records, &more_records, of_records, COUNT(of_records), n);
        copy_table(&cases, &more_cases, of_cases, COUNT(of_cases), n);
    }
    printf("%zu records, %zu cases", more_records.rows, more_cases.rows);
    write_file(LAC_FILE_records, out, made, COUNT(made));
    lac_table_release(&records);
    lac_table_release(&cases);
    lac_table_release(&returns);
    lac_table_release(&grid);
    lac_table_release(&more_records);
    lac_table_release(&more_cases);
}

static void copy_links(const char *run, const char *out, struct numbers *n)
{
    const struct rule of_persons[] = {{LAC_COL_persons_record, NUMBER, n->rows},
                                      {LAC_COL_persons_person_id, TEXT, 0},
                                      {LAC_COL_persons_person, PERSON, 0}};
    const struct rule of_draws[] = {{LAC_COL_partitions_record, NUMBER, n->rows},
                                    {LAC_COL_partitions_person, PERSON, 0}};
    struct lac_table persons, draws, more_persons, more_draws;
    const struct lac_table *made[] = {&more_persons, &more_draws};
    uint8_t *victim = LAC_NEW(&arena, uint8_t, n->rows);

    if (victim == NULL) exit(1);
    read_table(run, LAC_TABLE_persons, &persons);
    read_table(run, LAC_TABLE_partitions, &draws);
    number_persons(&persons, victim, n);
    must(lac_table_init(&more_persons, LAC_TABLE_persons, &err));
    must(lac_table_init(&more_draws, LAC_TABLE_partitions, &err));
    copy_table(&persons, &more_persons, of_persons, COUNT(of_persons), n);
    copy_table(&draws, &more_draws, of_draws, COUNT(of_draws), n);
    /* a person of a draw alone: its number follows those of all records */
    for (size_t i = 0; i < draws.rows; i++) {
        uint32_t *person = &lac_u32(&more_draws, LAC_COL_partitions_person)[i];

        if (*person >= n->rows) *person += (uint32_t)(n->rows * (n->copies - 1));
    }
    printf(", %zu victims, %zu others, %zu records moved by draws\n", n->persons[1] * n->copies,
           n->persons[0] * n->copies, more_draws.rows);
    write_file(LAC_FILE_links, out, made, COUNT(made));
    lac_table_release(&persons);
    lac_table_release(&draws);
    lac_table_release(&more_persons);
    lac_table_release(&more_draws);
}

int main(int argc, char **argv)
{
    struct numbers n = {0};
    int64_t copies;

    lac_error_init(&err);
    lac_arena_init(&arena);
    if (argc != 4 || !lac_text_i64(argv[2], &copies) || copies < 1) {
        fprintf(stderr, "usage: bench_copies RUN COPIES OUT\n");
        return 2;
    }
    n.copies = (size_t)copies;
    must(lac_dir_make(lac_arena_printf(&arena, "%s/store", argv[3]), true, &err));
    copy_records(argv[1], argv[3], &n);
    copy_links(argv[1], argv[3], &n);
    lac_arena_release(&arena);
    return 0;
}
