/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The whole stage on invented records with known truth: tables in, tables out. */
#include <omp.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/random.h"
#include "pipeline.h"

#define FORENAMES 120
#define SURNAMES 400

/* A pronounceable name, the same for the same number. */
static void name_make(uint32_t number, uint32_t kind, char *out, size_t size)
{
    static const char *const syllable[] = {"BA",  "DEN", "KO",  "LIR", "MAN", "SO",  "TER", "VA",
                                           "WIN", "HOL", "GRE", "FOR", "NIS", "PEL", "RAD", "CU"};
    struct lac_random random;
    lac_random_init(&random, 7, LAC_PURPOSE_TEST, kind, number, 0);
    out[0] = '\0';
    for (uint32_t i = 0, n = 2 + lac_random_below(&random, 2); i < n; i++)
        strncat(out, syllable[lac_random_below(&random, 16)], size - strlen(out) - 1);
}

/* Skewed: half of the draws come from the first tenth. */
static uint32_t skewed(struct lac_random *random, uint32_t n)
{
    return lac_random_uniform(random) < 0.5 ? lac_random_below(random, n / 10) : lac_random_below(random, n);
}

static void typo(struct lac_random *random, char *name)
{
    size_t length = strlen(name), at = lac_random_below(random, (uint32_t)length);
    if (lac_random_uniform(random) < 0.5 && at + 1 < length) {
        char c = name[at];
        name[at] = name[at + 1];
        name[at + 1] = c;
    } else
        name[at] = (char)('A' + lac_random_below(random, 26));
}

struct nation {
    struct lac_table records, returns;
    uint32_t *truth; /* person per record */
};

static void nation_returns(struct nation *nation)
{
    static const char *const list[] = {"PF", "LA", "NRM"};
    assert_int_equal(lac_table_init(&nation->returns, LAC_TABLE_returns, NULL), LAC_OK);
    for (int i = 0; i < 3; i++) {
        size_t row;
        char id[8];
        snprintf(id, sizeof id, "R%d", i);
        assert_int_equal(lac_table_row(&nation->returns, &row, NULL), LAC_OK);
        assert_int_equal(lac_set_text(&nation->returns, LAC_COL_returns_return_id, row, id, NULL), LAC_OK);
        assert_int_equal(lac_set_text(&nation->returns, LAC_COL_returns_list, row, list[i], NULL), LAC_OK);
        assert_int_equal(lac_set_text(&nation->returns, LAC_COL_returns_agency, row, "AGENCY", NULL), LAC_OK);
        assert_int_equal(lac_set_text(&nation->returns, LAC_COL_returns_file, row, "r.csv", NULL), LAC_OK);
    }
}

static void text_set(struct nation *nation, enum lac_column_id column, size_t row, const char *text)
{
    assert_int_equal(lac_set_text(&nation->records, column, row, text, NULL), LAC_OK);
}

/* One record of a person; `clean` leaves out errors. */
static void record_add(struct nation *nation, uint32_t person, uint32_t copy, const char *role)
{
    struct lac_random is, error; /* what the person is, what this record gets wrong */
    char forename[32], surname[32], postcode[16], reference[16];
    size_t row;
    lac_random_init(&is, 1, LAC_PURPOSE_TEST, person, 0, 0);
    lac_random_init(&error, 1, LAC_PURPOSE_TEST, person, copy + 1, 0);
    name_make(skewed(&is, FORENAMES), 1, forename, sizeof forename);
    name_make(skewed(&is, SURNAMES), 2, surname, sizeof surname);
    int32_t dob = (int32_t)(1990 + lac_random_below(&is, 20)) * 10000 +
                  (int32_t)(1 + lac_random_below(&is, 12)) * 100 + (int32_t)(1 + lac_random_below(&is, 28));
    bool moved = copy > 0 && lac_random_uniform(&error) < 0.3;
    struct lac_random *home = moved ? &error : &is;
    snprintf(postcode, sizeof postcode, "B%u %uAA", 1 + lac_random_below(home, 40),
             lac_random_below(home, 10));
    if (copy > 0 && lac_random_uniform(&error) < 0.06) typo(&error, forename);
    if (copy > 0 && lac_random_uniform(&error) < 0.06) typo(&error, surname);
    if (copy > 0 && lac_random_uniform(&error) < 0.04)
        dob = dob / 100 * 100 + (int32_t)(1 + lac_random_below(&error, 28));
    assert_int_equal(lac_table_row(&nation->records, &row, NULL), LAC_OK);
    uint32_t home_return = copy % 3;
    lac_u32(&nation->records, LAC_COL_records_return_index)[row] = home_return;
    lac_u32(&nation->records, LAC_COL_records_row)[row] = (uint32_t)row + 1;
    text_set(nation, LAC_COL_records_list, row,
             lac_text(&nation->returns, LAC_COL_returns_list, home_return));
    text_set(nation, LAC_COL_records_force, row, "E23000014");
    text_set(nation, LAC_COL_records_role, row, role);
    text_set(nation, LAC_COL_records_forename_folded, row, forename);
    text_set(nation, LAC_COL_records_surname_folded, row, surname);
    text_set(nation, LAC_COL_records_postcode, row, postcode);
    text_set(nation, LAC_COL_records_sex, row, lac_random_uniform(&is) < 0.8 ? "F" : "M");
    if (lac_random_uniform(&error) > 0.05) lac_i32(&nation->records, LAC_COL_records_dob)[row] = dob;
    snprintf(reference, sizeof reference, "P%u", person);
    if (lac_random_uniform(&error) < 0.3) text_set(nation, LAC_COL_records_person_ref, row, reference);
    nation->truth[row] = person;
}

static void nation_make(struct nation *nation, uint32_t persons, const char *role)
{
    memset(nation, 0, sizeof *nation);
    nation->truth = malloc((persons * 4 + 4) * sizeof *nation->truth);
    assert_non_null(nation->truth);
    nation_returns(nation);
    assert_int_equal(lac_table_init(&nation->records, LAC_TABLE_records, NULL), LAC_OK);
    for (uint32_t copy = 0; copy < 4; copy++) /* so that a person's records lie far apart */
        for (uint32_t person = 0; person < persons; person++)
            if (copy == 0 || person % 7 >= 3 + copy) record_add(nation, person, copy, role);
}

static void nation_release(struct nation *nation)
{
    lac_table_release(&nation->records);
    lac_table_release(&nation->returns);
    free(nation->truth);
}

static struct lac_link_settings settings(void)
{
    return (struct lac_link_settings){.threshold = 0.01,
                                      .prior_recall = 0,
                                      .unscored_weight = -1,
                                      .pair_budget = 100000000,
                                      .block_maximum = 5000,
                                      .draws = 100};
}

static void nation_link(struct nation *nation, struct lac_link_output *output)
{
    struct lac_link_settings with = settings();
    struct lac_link_summary summary[LAC_LINK_POPULATIONS] = {0};
    struct lac_error err;
    lac_error_init(&err);
    assert_int_equal(lac_link_output_init(output, &err), LAC_OK);
    struct lac_link_inputs inputs = {&nation->records, &nation->returns, &with, NULL, NULL, NULL, 1};
    enum lac_status st = lac_link_pipeline(&inputs, output, summary, &err);
    if (st) print_error("%s\n", err.message);
    assert_int_equal(st, LAC_OK);
}

static double quality_of(const struct lac_link_output *output, const char *measure, const char *item)
{
    for (size_t row = 0; row < output->quality.rows; row++)
        if (strcmp(lac_text(&output->quality, LAC_COL_link_quality_measure, row), measure) == 0 &&
            strcmp(lac_text(&output->quality, LAC_COL_link_quality_item, row), item) == 0)
            return lac_f64(&output->quality, LAC_COL_link_quality_value)[row];
    fail_msg("no row %s %s", measure, item);
    return 0;
}

/* Pairwise precision and recall of the persons table. */
static void measure(const struct nation *nation, const struct lac_table *persons, double *precision,
                    double *recall)
{
    const uint32_t *person = lac_u32(persons, LAC_COL_persons_person);
    const uint32_t *record = lac_u32(persons, LAC_COL_persons_record);
    double both = 0, linked = 0, real = 0;
    for (size_t i = 0; i < persons->rows; i++)
        for (size_t j = 0; j < i; j++) {
            bool same = person[i] == person[j], mate = nation->truth[record[i]] == nation->truth[record[j]];
            linked += same;
            real += mate;
            both += same && mate;
        }
    *precision = linked > 0 ? both / linked : 1;
    *recall = real > 0 ? both / real : 1;
}

static void links_a_nation(void **state)
{
    (void)state;
    struct nation nation;
    struct lac_link_output output;
    double precision, recall;
    nation_make(&nation, 2500, "VICTIM");
    nation_link(&nation, &output);
    assert_int_equal(output.persons.rows, nation.records.rows);
    measure(&nation, &output.persons, &precision, &recall);
    print_message("precision %.4f recall %.4f, expected %.4f %.4f\n", precision, recall,
                  quality_of(&output, "expected_precision", ""), quality_of(&output, "expected_recall", ""));
    assert_true(precision > 0.98);
    assert_true(recall > 0.97);
    assert_true(quality_of(&output, "expected_precision", "") > 0.97);
    assert_true(quality_of(&output, "persons", "") <= 2600);
    assert_true(quality_of(&output, "persons", "") >= 2450);
    lac_link_output_release(&output);
    nation_release(&nation);
}

static void same_at_any_thread_count(void **state)
{
    (void)state;
    struct nation nation;
    struct lac_link_output one, three;
    nation_make(&nation, 800, "OFFENDER");
    omp_set_num_threads(1);
    nation_link(&nation, &one);
    omp_set_num_threads(3);
    nation_link(&nation, &three);
    assert_int_equal(one.pairs.rows, three.pairs.rows);
    assert_memory_equal(lac_f64(&one.pairs, LAC_COL_pairs_weight),
                        lac_f64(&three.pairs, LAC_COL_pairs_weight), one.pairs.rows * sizeof(double));
    assert_memory_equal(lac_u32(&one.pairs, LAC_COL_pairs_rule_mask),
                        lac_u32(&three.pairs, LAC_COL_pairs_rule_mask), one.pairs.rows * sizeof(uint32_t));
    assert_memory_equal(lac_u32(&one.persons, LAC_COL_persons_person),
                        lac_u32(&three.persons, LAC_COL_persons_person), one.persons.rows * sizeof(uint32_t));
    assert_memory_equal(lac_f64(&one.quality, LAC_COL_link_quality_value),
                        lac_f64(&three.quality, LAC_COL_link_quality_value),
                        one.quality.rows * sizeof(double));
    assert_string_equal(lac_text(&one.persons, LAC_COL_persons_population, 0), "suspects");
    assert_int_equal(strncmp(lac_text(&one.persons, LAC_COL_persons_person_id, 0), "S-", 2), 0);
    lac_link_output_release(&one);
    lac_link_output_release(&three);
    nation_release(&nation);
}

/* A hundred records: the default m carries what the data cannot. */
static void links_a_handful(void **state)
{
    (void)state;
    struct nation nation;
    struct lac_link_output output;
    double precision, recall;
    nation_make(&nation, 60, "VICTIM");
    nation_link(&nation, &output);
    measure(&nation, &output.persons, &precision, &recall);
    print_message("%zu records: precision %.4f recall %.4f\n", nation.records.rows, precision, recall);
    assert_true(precision > 0.95);
    assert_true(recall > 0.9);
    lac_link_output_release(&output);
    nation_release(&nation);
}

static void empty_and_single(void **state)
{
    (void)state;
    for (uint32_t persons = 0; persons < 2; persons++) {
        struct nation nation;
        struct lac_link_output output;
        nation_make(&nation, persons, "VICTIM");
        nation_link(&nation, &output);
        assert_int_equal(output.persons.rows, persons);
        lac_link_output_release(&output);
        nation_release(&nation);
    }
}

/* Records without anything to link by are persons of their own, however alike they are. */
static void nothing_to_link_by(void **state)
{
    (void)state;
    struct nation nation;
    struct lac_link_output output;
    nation_make(&nation, 40, "VICTIM");
    size_t before = nation.records.rows;
    for (int i = 0; i < 3; i++) {
        size_t row;
        assert_int_equal(lac_table_row(&nation.records, &row, NULL), LAC_OK);
        lac_u32(&nation.records, LAC_COL_records_return_index)[row] = 0;
        lac_u32(&nation.records, LAC_COL_records_row)[row] = (uint32_t)row + 1;
        text_set(&nation, LAC_COL_records_role, row, "VICTIM");
        text_set(&nation, LAC_COL_records_list, row, "PF");
        text_set(&nation, LAC_COL_records_postcode, row, "B1 1AA");
        text_set(&nation, LAC_COL_records_sex, row, "F");
    }
    nation_link(&nation, &output);
    assert_int_equal(quality_of(&output, "records_alone", ""), 3);
    const uint32_t *person = lac_u32(&output.persons, LAC_COL_persons_person);
    for (size_t i = before; i < output.persons.rows; i++)
        for (size_t j = 0; j < i; j++) assert_int_not_equal(person[i], person[j]);
    lac_link_output_release(&output);
    nation_release(&nation);
}

/* Thousands of records without one true pair: nothing to train on, so no model, rather than one of defaults.
 */
static void refuses_an_untrained_model(void **state)
{
    (void)state;
    struct nation nation;
    struct lac_link_output output;
    struct lac_link_summary summary[LAC_LINK_POPULATIONS] = {0};
    struct lac_link_settings with = settings();
    struct lac_error err;
    memset(&nation, 0, sizeof nation);
    nation.truth = malloc(6000 * sizeof *nation.truth);
    assert_non_null(nation.truth);
    nation_returns(&nation);
    assert_int_equal(lac_table_init(&nation.records, LAC_TABLE_records, NULL), LAC_OK);
    for (uint32_t person = 0; person < 6000; person++) record_add(&nation, person, 0, "VICTIM");
    lac_error_init(&err);
    assert_int_equal(lac_link_output_init(&output, &err), LAC_OK);
    struct lac_link_inputs inputs = {&nation.records, &nation.returns, &with, NULL, NULL, NULL, 1};
    assert_int_equal(lac_link_pipeline(&inputs, &output, summary, &err), LAC_REFUSED);
    assert_string_equal(err.rule, "link-untrained");
    assert_non_null(strstr(err.remedy, "link.training"));
    lac_link_output_release(&output);
    nation_release(&nation);
}

static void unknown_blocking_key(void **state)
{
    (void)state;
    struct nation nation;
    struct lac_link_output output;
    struct lac_link_summary summary[LAC_LINK_POPULATIONS] = {0};
    struct lac_link_settings with = settings();
    const char *key = "surnmae";
    struct lac_strings rule = {&key, 1};
    struct lac_error err;
    nation_make(&nation, 20, "VICTIM");
    with.blocking = (struct lac_string_lists){&rule, 1};
    lac_error_init(&err);
    assert_int_equal(lac_link_output_init(&output, &err), LAC_OK);
    struct lac_link_inputs inputs = {&nation.records, &nation.returns, &with, NULL, NULL, NULL, 1};
    assert_int_equal(lac_link_pipeline(&inputs, &output, summary, &err), LAC_USAGE);
    assert_non_null(strstr(err.remedy, "`surname`"));
    lac_link_output_release(&output);
    nation_release(&nation);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(links_a_nation),
        cmocka_unit_test(same_at_any_thread_count),
        cmocka_unit_test(links_a_handful),
        cmocka_unit_test(empty_and_single),
        cmocka_unit_test(nothing_to_link_by),
        cmocka_unit_test(unknown_blocking_key),
        cmocka_unit_test(refuses_an_untrained_model),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
