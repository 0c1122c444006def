/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit.h"

#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/random.h"
#include "table/csv.h"

enum { RETURN, ROW, JUDGE_1, JUDGE_2, AGREED, COLUMNS };
static const char *const column_name[COLUMNS] = {"return_id", "row", "judge_1", "judge_2", "agreed"};

/* --- judged files -------------------------------------------------------------------------------------- */

/* Where a record stands: its return and its row there. */
struct address {
    uint32_t return_index, row, record;
};

static int compare_addresses(const void *a, const void *b)
{
    const struct address *x = a, *y = b;

    if (x->return_index != y->return_index) return x->return_index < y->return_index ? -1 : 1;
    return (x->row > y->row) - (x->row < y->row);
}

struct reading {
    const struct lac_reconcile_audit_sources *sources;
    struct address *address;
    struct lac_reconcile_audit *audit;
};

/* Row of `records`, or LAC_RECONCILE_NONE. */
static uint32_t find_record(const struct reading *reading, const char *return_id, const char *row)
{
    const struct lac_table *returns = reading->sources->returns;
    uint32_t code = lac_dict_find(lac_dict_of(returns, LAC_COL_returns_return_id), return_id);
    char *end;
    unsigned long number = strtoul(row, &end, 10);

    if (code == LAC_MISSING_STR || *row == '\0' || *end != '\0' || number > UINT32_MAX)
        return LAC_RECONCILE_NONE;
    for (uint32_t r = 0; r < returns->rows; r++) {
        const struct address wanted = {r, (uint32_t)number, 0}, *found;

        if (lac_codes(returns, LAC_COL_returns_return_id)[r] != code) continue;
        found = bsearch(&wanted, reading->address, reading->sources->records->rows, sizeof wanted,
                        compare_addresses);
        if (found != NULL) return found->record;
    }
    return LAC_RECONCILE_NONE;
}

enum said { NOTHING, YES, NO, WRONG };
static enum said said_in(const char *text)
{
    if (*text == '\0' || strcmp(text, "?") == 0) return NOTHING;
    if (strcmp(text, "Y") == 0 || strcmp(text, "y") == 0) return YES;
    return strcmp(text, "N") == 0 || strcmp(text, "n") == 0 ? NO : WRONG;
}

/* The agreed answer, else that of both judges, or of the only one who could tell. */
static enum said decide(const enum said said[3])
{
    if (said[2] != NOTHING) return said[2];
    if (said[0] == NOTHING) return said[1];
    return said[1] == NOTHING || said[1] == said[0] ? said[0] : NOTHING;
}

static enum lac_status fail_answer(const struct lac_csv *csv, int64_t row, int judge, struct lac_error *err)
{
    lac_fail(err, LAC_INPUT, "an answer is none of Y, N and ?");
    lac_error_file(err, csv->path);
    lac_error_row(err, row + 1, column_name[JUDGE_1 + judge]);
    lac_error_rule(err, "scope-judged");
    lac_error_remedy(err, "write Y for in the definition, N for not, ? or nothing for cannot tell");
    return LAC_INPUT;
}

static enum lac_status read_file(const struct reading *reading, const char *path, struct lac_arena *arena,
                                 struct lac_error *err)
{
    struct lac_reconcile_audit *audit = reading->audit;
    struct lac_csv csv;
    int column[COLUMNS];
    enum lac_status status = lac_csv_load(path, arena, &csv, err);

    if (status == LAC_OK) status = lac_csv_require(&csv, column_name, COLUMNS, column, err);
    for (int64_t i = 0; status == LAC_OK && i < csv.rows; i++) {
        enum said said[3], answer;
        uint32_t record;

        for (int j = 0; j < 3; j++) {
            said[j] = said_in(lac_csv_cell(&csv, i, column[JUDGE_1 + j]));
            if (said[j] == WRONG) return fail_answer(&csv, i, j, err);
        }
        answer = decide(said);
        record =
            find_record(reading, lac_csv_cell(&csv, i, column[RETURN]), lac_csv_cell(&csv, i, column[ROW]));
        if (answer == NOTHING)
            audit->undecided++;
        else if (record == LAC_RECONCILE_NONE)
            audit->unknown++;
        else
            audit->answer[record] = answer == YES ? LAC_RECONCILE_JUDGED_IN : LAC_RECONCILE_JUDGED_OUT;
    }
    return status;
}

/* Shares of the lists, per draw. */
static void draw_rates(struct lac_reconcile_audit *audit, uint32_t seed)
{
    for (size_t k = 0; k < audit->lists; k++) {
        for (size_t d = 0; audit->in[k] + audit->out[k] > 0 && d < audit->draws; d++) {
            struct lac_random random;

            lac_random_init(&random, seed, LAC_PURPOSE_SCOPE, (uint32_t)d, (uint32_t)k, 2);
            audit->rate[k * audit->draws + d] =
                lac_random_beta(&random, 0.5 + (double)audit->out[k], 0.5 + (double)audit->in[k]);
        }
    }
}

enum lac_status lac_reconcile_audit_read(const struct lac_reconcile_audit_sources *from,
                                         struct lac_arena *arena, struct lac_reconcile_audit *audit,
                                         struct lac_error *err)
{
    size_t n = from->records->rows;
    struct reading reading = {from, LAC_NEW(arena, struct address, n), audit};
    enum lac_status status = LAC_OK;

    *audit = (struct lac_reconcile_audit){.answer = LAC_NEW(arena, uint8_t, n),
                                          .lists = from->lists,
                                          .draws = from->draws,
                                          .in = LAC_NEW(arena, size_t, from->lists),
                                          .out = LAC_NEW(arena, size_t, from->lists),
                                          .rate = LAC_NEW(arena, double, from->lists * from->draws)};
    if (reading.address == NULL || audit->answer == NULL || audit->in == NULL || audit->out == NULL ||
        audit->rate == NULL)
        return lac_fail_memory(err, "judged records");
    for (uint32_t i = 0; i < n; i++)
        reading.address[i] = (struct address){lac_u32(from->records, LAC_COL_records_return_index)[i],
                                              lac_u32(from->records, LAC_COL_records_row)[i], i};
    if (n > 1) qsort(reading.address, n, sizeof *reading.address, compare_addresses);
    for (size_t i = 0; status == LAC_OK && i < from->files->count; i++)
        status = read_file(&reading, from->files->item[i].resolved, arena, err);
    for (size_t i = 0; i < n; i++) {
        uint8_t list = from->set->row[i].list;

        if (audit->answer[i] == LAC_RECONCILE_UNJUDGED || list == LAC_RECONCILE_NO_LIST) continue;
        audit->judged++;
        (audit->answer[i] == LAC_RECONCILE_JUDGED_IN ? audit->in : audit->out)[list]++;
    }
    draw_rates(audit, from->seed);
    return status;
}

/* --- sample -------------------------------------------------------------------------------------------- */

uint8_t lac_reconcile_single_list(const struct lac_reconcile_population *population,
                                  const struct lac_reconcile_decision *decision, size_t person)
{
    const struct lac_reconcile_index *index = &population->index;
    uint8_t list = LAC_RECONCILE_NO_LIST;

    for (size_t i = index->first[person]; i < index->first[person + 1]; i++) {
        size_t r = index->row[i];
        uint8_t of_row = population->row[r].list;

        if (of_row == LAC_RECONCILE_NO_LIST || !decision[r].event || of_row == list) continue;
        if (list != LAC_RECONCILE_NO_LIST) return LAC_RECONCILE_NO_LIST;
        list = of_row;
    }
    return list;
}

struct candidate {
    uint64_t chance, content;
    uint32_t row;
    uint8_t list;
};

static int compare_candidates(const void *a, const void *b)
{
    const struct candidate *x = a, *y = b;

    if (x->list != y->list) return x->list < y->list ? -1 : 1;
    if (x->chance != y->chance) return x->chance < y->chance ? -1 : 1;
    if (x->content != y->content) return x->content < y->content ? -1 : 1;
    return (x->row > y->row) - (x->row < y->row);
}

/* A random number that the content of a record names. */
static uint64_t chance_of(uint64_t content)
{
    struct lac_random random;
    uint64_t high;

    lac_random_init(&random, 0, LAC_PURPOSE_SCOPE, (uint32_t)content, (uint32_t)(content >> 32), 4);
    high = lac_random_u32(&random);
    return high << 32 | lac_random_u32(&random);
}

/* The row a person is judged by: the first that is in. */
static uint32_t row_to_judge(const struct lac_reconcile_audit *audit,
                             const struct lac_reconcile_audit_persons *persons, size_t person)
{
    const struct lac_reconcile_index *index = &persons->population->index;
    uint32_t found = LAC_RECONCILE_NONE;

    for (size_t i = index->first[person]; i < index->first[person + 1]; i++) {
        size_t r = index->row[i];

        if (audit->answer[r] != LAC_RECONCILE_UNJUDGED) return LAC_RECONCILE_NONE;
        if (found == LAC_RECONCILE_NONE && persons->decision[r].verdict == LAC_RECONCILE_IN)
            found = (uint32_t)r;
    }
    return found;
}

enum lac_status lac_reconcile_audit_sample(const struct lac_reconcile_audit *audit,
                                           const struct lac_reconcile_audit_persons *persons, size_t most,
                                           struct lac_arena *arena, uint32_t **sample, size_t *n,
                                           struct lac_error *err)
{
    struct candidate *candidate = LAC_NEW(arena, struct candidate, persons->n);
    size_t count = 0, taken = 0;

    *n = 0;
    *sample = LAC_NEW(arena, uint32_t, most * audit->lists);
    if (candidate == NULL || *sample == NULL) return lac_fail_memory(err, "a sample");
    for (size_t i = 0; i < persons->n; i++) {
        size_t person = persons->outcome[i].person;
        uint8_t list = lac_reconcile_single_list(persons->population, persons->decision, person);
        uint32_t row = persons->outcome[i].verdict == LAC_RECONCILE_IN ? row_to_judge(audit, persons, person)
                                                                       : LAC_RECONCILE_NONE;
        uint64_t content;

        if (list == LAC_RECONCILE_NO_LIST || row == LAC_RECONCILE_NONE) continue;
        content = persons->population->row[row].content;
        candidate[count++] = (struct candidate){chance_of(content), content, row, list};
    }
    if (count > 1) qsort(candidate, count, sizeof *candidate, compare_candidates);
    for (size_t i = 0; i < count; i++) {
        taken = i > 0 && candidate[i].list == candidate[i - 1].list ? taken + 1 : 1;
        if (taken <= most) (*sample)[(*n)++] = candidate[i].row;
    }
    return LAC_OK;
}

/* What the judges see: enough to find the case file, no name. */
static const enum lac_column_id shown[] = {
    LAC_COL_records_list,       LAC_COL_records_force,        LAC_COL_records_person_ref,
    LAC_COL_records_criterion,  LAC_COL_records_cse_flag,     LAC_COL_records_image_only,
    LAC_COL_records_n_suspects, LAC_COL_records_offence_code, LAC_COL_records_operation,
    LAC_COL_records_group_ref,  LAC_COL_records_offence_from, LAC_COL_records_recorded_date,
    LAC_COL_records_age,        LAC_COL_records_sex,
};

/* A spreadsheet takes a cell that starts with one of these for a formula. */
static void put_text(FILE *to, const char *text)
{
    char cell[512];

    if (*text == '\0' || strchr("=+-@\t\r", *text) == NULL) {
        lac_csv_put(to, false, text);
        return;
    }
    (void)snprintf(cell, sizeof cell, "'%.500s", text);
    lac_csv_put(to, false, cell);
}

static void put_value(FILE *to, const struct lac_table *records, enum lac_column_id column, size_t row)
{
    char text[32] = "";
    int32_t value;

    if (lac_column_schemas[column].type == LAC_TYPE_STR) {
        put_text(to, lac_text(records, column, row));
        return;
    }
    value = lac_i32(records, column)[row];
    if (value != LAC_MISSING_I32 && strcmp(lac_column_schemas[column].unit, "day") == 0)
        lac_date_format(value, text);
    else if (value != LAC_MISSING_I32)
        (void)snprintf(text, sizeof text, "%d", value);
    lac_csv_put(to, false, text);
}

void lac_reconcile_audit_write(const struct lac_table *records, const struct lac_table *returns,
                               const uint32_t *sample, size_t n, FILE *to)
{
    lac_csv_put(to, true, "record");
    for (int c = RETURN; c <= ROW; c++) lac_csv_put(to, false, column_name[c]);
    lac_csv_put(to, false, "local_ref");
    for (size_t c = 0; c < LAC_COUNT(shown); c++) lac_csv_put(to, false, lac_column_schemas[shown[c]].name);
    for (int c = JUDGE_1; c < COLUMNS; c++) lac_csv_put(to, false, column_name[c]);
    lac_csv_end(to);
    for (size_t i = 0; i < n; i++) {
        size_t row = sample[i];

        lac_csv_put_i64(to, true, (int64_t)i + 1);
        lac_csv_put(to, false,
                    lac_text(returns, LAC_COL_returns_return_id,
                             lac_u32(records, LAC_COL_records_return_index)[row]));
        lac_csv_put_i64(to, false, lac_u32(records, LAC_COL_records_row)[row]);
        put_text(to, lac_text(records, LAC_COL_records_local_ref, row));
        for (size_t c = 0; c < LAC_COUNT(shown); c++) put_value(to, records, shown[c], row);
        for (int c = JUDGE_1; c < COLUMNS; c++) lac_csv_put(to, false, "");
        lac_csv_end(to);
    }
}
