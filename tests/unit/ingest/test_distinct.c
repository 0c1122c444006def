/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Codes of many texts against a dictionary in memory; cases in blocks against cases in one. */
#include "cases.h"
#include "distinct.h"
#include "fixture.h"

static struct lac_error err;

static size_t text_of(uint32_t i, char *text, size_t size)
{
    uint32_t kind = i * 2654435761u % 50021 % 7000;

    if (i % 1000 == 999) { /* longer than a piece of a part */
        memset(text, 'x', 20000);
        return 20000 + (size_t)snprintf(text + 20000, size - 20000, "%u", i % 3);
    }
    return (size_t)snprintf(text, size, "%u%s", kind, kind % 2 == 0 ? "" : " and some more");
}

static void test_as_a_dictionary(void **state)
{
    enum { TEXTS = 200000 };
    static char text[21000];
    struct lac_ingest_distinct distinct;
    struct lac_dict dict;
    uint64_t bytes = 0;

    (void)state;
    lac_dict_init(&dict);
    assert_int_equal(lac_ingest_distinct_open(&distinct, ".", &err), LAC_OK);
    for (uint32_t i = 0; i < TEXTS; i++) {
        size_t length = text_of(i, text, sizeof text);

        assert_int_equal(lac_ingest_distinct_add(&distinct, text, length, &err), LAC_OK);
    }
    assert_int_equal(lac_ingest_distinct_settle(&distinct, &err), LAC_OK);
    for (uint32_t i = 0; i < TEXTS; i++) {
        uint32_t code, before = dict.count;
        bool fresh;
        size_t length = text_of(i, text, sizeof text);

        assert_int_equal(lac_dict_code(&dict, text, &code, &err), LAC_OK);
        assert_int_equal(lac_ingest_distinct_code(&distinct, &fresh), code);
        assert_int_equal(fresh, dict.count > before);
        bytes += fresh ? length : 0;
    }
    assert_int_equal(distinct.distinct, dict.count);
    assert_int_equal(distinct.bytes, bytes);
    lac_ingest_distinct_close(&distinct);
    lac_dict_release(&dict);
}

/* --- cases
 * ------------------------------------------------------------------------------------------------------ */

struct sums {
    int64_t cases, rows, victims, most, oldest, told_apart;
};

static enum lac_status add_up(void *context, const struct lac_ingest_case *one)
{
    struct sums *sums = context;

    sums->cases++;
    sums->rows += one->rows * one->rows;
    sums->victims += one->victims * (int64_t)one->first;
    sums->most += one->n_suspects;
    sums->oldest += one->oldest;
    sums->told_apart += one->suspects_told_apart;
    return LAC_OK;
}

static void add_case(struct lac_ingest_judge *judge, uint32_t i, uint32_t references)
{
    char reference[32];
    uint32_t code;
    struct lac_ingest_case one = {.first = i,
                                  .force = "",
                                  .rows = 1,
                                  .victims = (int32_t)(i % 3),
                                  .n_suspects = (int32_t)(i % 11),
                                  .n_unidentified = LAC_INGEST_NONE,
                                  .n_victims = LAC_INGEST_NONE,
                                  .oldest = (int32_t)(i % 90),
                                  .suspects_told_apart = i % 5 != 0};

    snprintf(reference, sizeof reference, "C%u", i * 7919u % references);
    assert_int_equal(lac_dict_code(&judge->refs, reference, &code, &err), LAC_OK);
    if (code < judge->case_count)
        lac_ingest_case_add(&judge->cases[code], &one);
    else
        judge->cases[judge->case_count++] = one;
}

static struct sums merged(size_t block, uint32_t cases, uint32_t references)
{
    struct lac_ingest_judge judge = {.cases = calloc(cases, sizeof *judge.cases)};
    struct lac_ingest_case_blocks blocks = {0};
    struct lac_spool spool = {0};
    struct sums sums = {0, 0, 0, 0, 0, 0};

    assert_non_null(judge.cases);
    lac_dict_init(&judge.refs);
    assert_int_equal(lac_spool_open(&spool, ".", &err), LAC_OK);
    for (uint32_t i = 0; i < cases; i++) {
        add_case(&judge, i, references);
        if (judge.case_count < block && i + 1 < cases) continue;
        assert_int_equal(lac_ingest_cases_put(&blocks, &spool, &judge, &err), LAC_OK);
        judge.case_count = 0;
        lac_dict_clear(&judge.refs);
    }
    assert_int_equal(lac_ingest_cases_merge(&blocks, &spool, add_up, &sums, &err), LAC_OK);
    lac_ingest_cases_release(&blocks);
    lac_spool_close(&spool);
    lac_dict_release(&judge.refs);
    free(judge.cases);
    return sums;
}

/* More listed cases than are merged at once, so that the blocks are read twice. */
static void test_cases_in_blocks(void **state)
{
    enum { CASES = LAC_INGEST_MERGED + 90000, REFERENCES = 40000 };
    struct sums whole, parts;

    (void)state;
    whole = merged(CASES, CASES, REFERENCES);
    parts = merged(1000, CASES, REFERENCES);
    assert_int_equal(whole.cases, REFERENCES);
    assert_memory_equal(&whole, &parts, sizeof whole);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_as_a_dictionary),
        cmocka_unit_test(test_cases_in_blocks),
    };

    return cmocka_run_group_tests(tests, open_library, close_library);
}
