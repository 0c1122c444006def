/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Person identifiers from run to run, and the ledger. */
#include "../unit.h"

#include "naming.h"
#include "output.h"

#define MOST 16

/* A run by hand: who reported whom, and who is one person. */
struct sighting {
    const char *return_id;
    uint32_t row;
    const char *local_ref, *surname;
    uint32_t person; /* from 0, in order of first appearance */
};
struct run {
    struct lac_table records, returns, persons, ledger;
    uint32_t person[MOST];
    uint8_t population[MOST];
    struct lac_link_assignment assignment;
    struct lac_link_names names;
};

static uint32_t return_row(struct run *run, const char *return_id)
{
    size_t row;
    for (row = 0; row < run->returns.rows; row++)
        if (strcmp(lac_text(&run->returns, LAC_COL_returns_return_id, row), return_id) == 0)
            return (uint32_t)row;
    assert_int_equal(lac_table_row(&run->returns, &row, NULL), LAC_OK);
    assert_int_equal(lac_set_text(&run->returns, LAC_COL_returns_return_id, row, return_id, NULL), LAC_OK);
    return (uint32_t)row;
}

static void run_make(struct run *run, const struct sighting *seen, uint32_t count, const struct run *before)
{
    struct lac_error err;
    lac_error_init(&err);
    memset(run, 0, sizeof *run);
    assert_ok(lac_table_init(&run->records, LAC_TABLE_records, &err));
    assert_ok(lac_table_init(&run->returns, LAC_TABLE_returns, &err));
    assert_ok(lac_table_init(&run->persons, LAC_TABLE_persons, &err));
    assert_ok(lac_table_init(&run->ledger, LAC_TABLE_ledger, &err));
    run->assignment = (struct lac_link_assignment){run->person, run->population, count, 0};
    for (uint32_t k = 0; k < count; k++) {
        size_t row;
        assert_ok(lac_table_row(&run->records, &row, &err));
        lac_u32(&run->records, LAC_COL_records_return_index)[row] = return_row(run, seen[k].return_id);
        lac_u32(&run->records, LAC_COL_records_row)[row] = seen[k].row;
        assert_ok(lac_set_text(&run->records, LAC_COL_records_list, row, "PF", &err));
        assert_ok(lac_set_text(&run->records, LAC_COL_records_role, row, "VICTIM", &err));
        assert_ok(lac_set_text(&run->records, LAC_COL_records_local_ref, row, seen[k].local_ref, &err));
        assert_ok(lac_set_text(&run->records, LAC_COL_records_surname_folded, row, seen[k].surname, &err));
        run->person[k] = seen[k].person;
        run->population[k] = LAC_LINK_VICTIMS;
        if (seen[k].person >= run->assignment.persons) run->assignment.persons = seen[k].person + 1;
    }
    struct lac_link_before tables;
    if (before) tables = (struct lac_link_before){&before->records, &before->persons};
    assert_ok(lac_link_names_make(&run->records, &run->returns, &run->assignment, before ? &tables : NULL,
                                  &run->names, &run->ledger, &err));
    assert_ok(lac_link_output_persons(&run->records, &run->returns, &run->assignment, &run->names,
                                      &run->persons, &err));
}

static void run_release(struct run *run)
{
    lac_table_release(&run->records);
    lac_table_release(&run->returns);
    lac_table_release(&run->persons);
    lac_table_release(&run->ledger);
    lac_link_names_release(&run->names);
}

/* Number of ledger rows with this event and these names; records shared in *records. */
static int ledger_rows(const struct run *run, const char *event, const char *id, const char *before,
                       uint32_t *records)
{
    int count = 0;
    for (size_t row = 0; row < run->ledger.rows; row++) {
        if (strcmp(lac_text(&run->ledger, LAC_COL_ledger_event, row), event) != 0) continue;
        if (id && strcmp(lac_text(&run->ledger, LAC_COL_ledger_person_id, row), id) != 0) continue;
        if (before && strcmp(lac_text(&run->ledger, LAC_COL_ledger_previous_id, row), before) != 0) continue;
        count++;
        *records = lac_u32(&run->ledger, LAC_COL_ledger_records)[row];
    }
    return count;
}

static const struct sighting first[] = {
    {"A-v1", 1, "c1", "KHAN", 0},  {"A-v1", 2, "c2", "LEE", 1}, {"A-v1", 3, "c3", "LEE", 1},
    {"A-v1", 4, "c4", "SMITH", 2}, {"B-v1", 1, "d1", "LEE", 1}, {"B-v1", 2, "d2", "NOOR", 3},
    {"B-v1", 3, "d3", "WEBB", 4},
};

static void nothing_changed(void **state)
{
    (void)state;
    struct run one, two;
    run_make(&one, first, 7, NULL);
    assert_int_equal(one.ledger.rows, 0);
    assert_int_equal(strncmp(one.names.id[0], "V-", 2), 0);
    run_make(&two, first, 7, &one);
    assert_memory_equal(one.names.id, two.names.id, 5 * LAC_LINK_ID);
    assert_int_equal(two.ledger.rows, 0);
    run_release(&one);
    run_release(&two);
}

/* Rows in another order: every person keeps its name, without an earlier run and with one. Persons whose
 * records say the same have names of their own. */
static void rows_in_another_order(void **state)
{
    (void)state;
    static const struct sighting turned[] = {
        {"B-v1", 1, "d3", "WEBB", 4}, {"B-v1", 2, "d1", "LEE", 1},   {"A-v1", 4, "c1", "KHAN", 0},
        {"A-v1", 3, "c3", "LEE", 1},  {"A-v1", 1, "c4", "SMITH", 2}, {"A-v1", 2, "c2", "LEE", 1},
        {"B-v1", 3, "d2", "NOOR", 3},
    };
    static const struct sighting alike[] = {{"A-v1", 1, "c1", "KHAN", 0}, {"A-v1", 2, "c1", "KHAN", 1}};
    struct run one, two, after, same;
    run_make(&one, first, 7, NULL);
    run_make(&two, turned, 7, NULL);
    run_make(&after, turned, 7, &one);
    assert_memory_equal(one.names.id, two.names.id, 5 * LAC_LINK_ID);
    assert_memory_equal(one.names.id, after.names.id, 5 * LAC_LINK_ID);
    assert_int_equal(after.ledger.rows, 0);
    run_make(&same, alike, 2, NULL);
    assert_string_equal(same.names.id[0], one.names.id[0]);
    assert_string_not_equal(same.names.id[0], same.names.id[1]);
    run_release(&one);
    run_release(&two);
    run_release(&after);
    run_release(&same);
}

/* A new version of return A: other rows, other order; the second LEE record now stands alone, and it is the
 * lowest of the old person. SMITH and NOOR are one. WEBB's return brings a new person and loses WEBB. */
static void merges_splits_new_and_gone(void **state)
{
    (void)state;
    static const struct sighting later[] = {
        {"A-v2", 4, "c1", "KHAN", 0}, {"A-v2", 3, "c4", "SMITH", 1}, {"A-v2", 1, "c2", "LEE", 2},
        {"A-v2", 2, "c3", "LEE", 3},  {"B-v1", 1, "d1", "LEE", 3},   {"B-v1", 2, "d2", "NOOR", 1},
        {"B-v1", 9, "d9", "OSEI", 4},
    };
    struct run one, two, three;
    uint32_t records;
    run_make(&one, first, 7, NULL);
    run_make(&two, later, 7, &one);
    const char(*old)[LAC_LINK_ID] = (const char(*)[LAC_LINK_ID])one.names.id;
    const char(*now)[LAC_LINK_ID] = (const char(*)[LAC_LINK_ID])two.names.id;
    assert_string_equal(now[0], old[0]); /* known again by what the record says */
    assert_string_equal(now[3], old[1]); /* the larger part keeps the name */
    for (int k = 0; k < 5; k++) assert_string_not_equal(now[2], old[k]);
    assert_true(strcmp(now[1], old[2]) == 0 || strcmp(now[1], old[3]) == 0);
    assert_int_equal(ledger_rows(&two, "split", now[3], old[1], &records), 1);
    assert_int_equal(records, 2);
    assert_int_equal(ledger_rows(&two, "split", now[2], old[1], &records), 1);
    assert_int_equal(ledger_rows(&two, "merge", now[1], old[2], &records), 1);
    assert_int_equal(ledger_rows(&two, "merge", now[1], old[3], &records), 1);
    assert_int_equal(ledger_rows(&two, "new", now[4], "", &records), 1);
    assert_int_equal(ledger_rows(&two, "gone", "", old[4], &records), 1);
    assert_int_equal(two.ledger.rows, 6);
    /* The order of the input does not matter, and the names stay once more. */
    struct sighting turned[7];
    static const uint32_t person[] = {0, 1, 2, 2, 3, 1, 4}; /* in order of appearance */
    for (uint32_t k = 0; k < 7; k++) turned[k] = later[6 - k];
    for (uint32_t k = 0; k < 7; k++) turned[k].person = person[k];
    run_make(&three, turned, 7, &one);
    for (uint32_t k = 0; k < 7; k++)
        assert_string_equal(three.names.id[person[k]], two.names.id[later[6 - k].person]);
    assert_int_equal(three.ledger.rows, 6);
    for (size_t row = 0; row < 6; row++)
        assert_string_equal(lac_text(&three.ledger, LAC_COL_ledger_person_id, row),
                            lac_text(&two.ledger, LAC_COL_ledger_person_id, row));
    run_release(&one);
    run_release(&two);
    run_release(&three);
}

/* No two persons have one name, also when a part that split off would be named as the old whole was. */
static void names_are_unique(void **state)
{
    (void)state;
    static const struct sighting whole[] = {
        {"A", 1, "a", "X", 0}, {"A", 2, "b", "X", 0}, {"A", 3, "c", "X", 0}};
    static const struct sighting parts[] = {
        {"A", 1, "a", "X", 0}, {"A", 2, "b", "X", 1}, {"A", 3, "c", "X", 1}};
    struct run one, two, three;
    run_make(&one, whole, 3, NULL);
    run_make(&two, parts, 3, &one);
    assert_string_equal(two.names.id[1], one.names.id[0]);
    assert_string_not_equal(two.names.id[0], one.names.id[0]);
    run_make(&three, parts, 3, &two); /* and they stay */
    assert_memory_equal(three.names.id, two.names.id, 2 * LAC_LINK_ID);
    assert_int_equal(three.ledger.rows, 0);
    run_release(&one);
    run_release(&two);
    run_release(&three);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_changed),
        cmocka_unit_test(rows_in_another_order),
        cmocka_unit_test(merges_splits_new_and_gone),
        cmocka_unit_test(names_are_unique),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
