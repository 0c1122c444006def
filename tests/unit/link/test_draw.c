/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Drawn partitions: enumeration against brute force, the chain against enumeration, draws against shuffling.
 */
#include <math.h>
#include <omp.h>

#include "../unit.h"

#include "base/digest.h"
#include "base/random.h"
#include "engine.h"

static void weights_random(struct lac_random *random, uint32_t n, double spread, double *weight)
{
    for (uint32_t i = 0; i < n; i++)
        for (uint32_t j = 0; j < i; j++) {
            bool never = lac_random_uniform(random) < 0.1;
            double w = never ? -HUGE_VAL : spread * lac_random_normal(random);
            weight[i * n + j] = weight[j * n + i] = w;
        }
}

static double log_pi(const double *weight, uint32_t n, const uint32_t *block)
{
    double sum = 0;
    for (uint32_t i = 0; i < n; i++)
        for (uint32_t j = 0; j < i; j++)
            if (block[i] == block[j]) sum += weight[i * n + j];
    return sum;
}

/* Every labelling with n labels, counted once by the one whose blocks are numbered as they appear. */
static bool numbered_as_they_appear(const uint32_t *block, uint32_t n)
{
    uint32_t next = 0;
    for (uint32_t i = 0; i < n; i++) {
        if (block[i] > next) return false;
        next += block[i] == next;
    }
    return true;
}

static double probability_of(const struct lac_link_enumeration *all, const uint32_t *block)
{
    for (size_t p = 0; p < all->count; p++) {
        uint32_t i = 0;
        while (i < all->n && all->code[p * all->n + i] == block[i]) i++;
        if (i == all->n) return all->probability[p];
    }
    return 0;
}

static void enumeration_is_complete(void **state)
{
    (void)state;
    struct lac_random random;
    struct lac_error err;
    lac_error_init(&err);
    lac_random_init(&random, 1, LAC_PURPOSE_TEST, 0, 0, 0);
    for (uint32_t trial = 0; trial < 60; trial++) {
        uint32_t n = 1 + trial % 6, block[6] = {0}, labellings = 1, found = 0;
        double weight[36] = {0}, total = 0;
        struct lac_link_component component = {.n = n, .weight = weight};
        struct lac_link_enumeration all;
        weights_random(&random, n, 3, weight);
        assert_ok(lac_link_partitions_enumerate(&component, &all, &err));
        for (uint32_t i = 0; i < n; i++) labellings *= n;
        for (int pass = 0; pass < 2; pass++) /* first the constant, then every probability */
            for (uint32_t code = 0; code < labellings; code++) {
                for (uint32_t i = 0, rest = code; i < n; i++, rest /= n) block[i] = rest % n;
                if (!numbered_as_they_appear(block, n)) continue;
                double density = exp(log_pi(weight, n, block));
                if (pass == 0)
                    total += density;
                else if (density > 0) {
                    found++;
                    assert_close(probability_of(&all, block), density / total, 1e-9);
                } else
                    assert_true(probability_of(&all, block) == 0);
            }
        assert_int_equal(found, all.count);
        lac_link_enumeration_release(&all);
    }
}

static void eight_records(void **state)
{
    (void)state;
    double weight[64] = {0};
    struct lac_link_component component = {.n = 8, .weight = weight};
    struct lac_link_enumeration all;
    struct lac_error err;
    lac_error_init(&err);
    assert_ok(lac_link_partitions_enumerate(&component, &all, &err));
    assert_int_equal(all.count, 4140);
    assert_close(all.probability[17], 1.0 / 4140, 1e-12);
    lac_link_enumeration_release(&all);
    component.n = 9;
    assert_int_equal(lac_link_partitions_enumerate(&component, &all, &err), LAC_DEFECT);
}

/* Share of draws in which i and j are together, against the exact probability. */
static void marginals_compare(const struct lac_link_enumeration *all, const uint32_t *cluster, uint32_t draws,
                              double tolerance)
{
    uint32_t n = all->n;
    for (uint32_t i = 0; i < n; i++)
        for (uint32_t j = 0; j < i; j++) {
            double exact = 0, drawn = 0;
            for (size_t p = 0; p < all->count; p++)
                if (all->code[p * n + i] == all->code[p * n + j]) exact += all->probability[p];
            for (uint32_t d = 0; d < draws; d++)
                drawn += (cluster[d * n + i] == cluster[d * n + j]) / (double)draws;
            if (fabs(exact - drawn) > tolerance)
                fail_msg("records %u and %u: exact %.4f, drawn %.4f", i, j, exact, drawn);
        }
}

static void draws_follow_the_enumeration(void **state)
{
    (void)state;
    enum { DRAWS = 20000 };
    struct lac_random random;
    struct lac_error err;
    uint32_t *cluster = malloc(DRAWS * 8 * sizeof *cluster);
    static const uint32_t start[8] = {0, 1, 2, 3, 4, 5, 6, 7};
    assert_non_null(cluster);
    lac_error_init(&err);
    lac_random_init(&random, 2, LAC_PURPOSE_TEST, 0, 0, 0);
    for (uint32_t trial = 0; trial < 12; trial++) {
        uint32_t n = 3 + trial % 6;
        double weight[64] = {0};
        struct lac_link_component component = {n, weight, start, 7, {trial, 0}, NULL, NULL};
        struct lac_link_enumeration all;
        struct lac_link_chain chain;
        weights_random(&random, n, 2, weight);
        assert_ok(lac_link_partitions_enumerate(&component, &all, &err));
        assert_ok(lac_link_partitions_draw(&component, DRAWS, cluster, &chain, &err));
        assert_true(chain.enumerated);
        marginals_compare(&all, cluster, DRAWS, 0.018); /* 5 standard errors of independent draws */
        assert_ok(lac_link_partitions_sample(&component, DRAWS, cluster, &chain, &err));
        assert_false(chain.enumerated);
        assert_true(chain.proposed > 0 && chain.accepted > 0);
        assert_true(chain.rhat < 1.02);
        marginals_compare(&all, cluster, DRAWS, 0.03);
        lac_link_enumeration_release(&all);
    }
    free(cluster);
}

/* Two tight groups of three that may be one person: single moves cannot cross, splits and merges can. */
static void split_merge_crosses(void **state)
{
    (void)state;
    enum { DRAWS = 4000, N = 6 };
    double weight[N * N] = {0};
    static const uint32_t start[N] = {0, 0, 0, 3, 3, 3};
    static uint32_t cluster[DRAWS * N];
    struct lac_link_component component = {N, weight, start, 3, {1, 2}, NULL, NULL};
    struct lac_link_chain chain;
    struct lac_error err;
    double together = 0;
    lac_error_init(&err);
    for (uint32_t i = 0; i < N; i++)
        for (uint32_t j = 0; j < N; j++) weight[i * N + j] = i / 3 == j / 3 ? 12 : i == 0 && j == 3 ? 3 : 0;
    weight[3 * N + 0] = 3;
    for (uint32_t i = 0; i < N; i++)
        for (uint32_t j = 0; j < N; j++)
            if (i / 3 != j / 3 && !(i % 3 == 0 && j % 3 == 0)) weight[i * N + j] = -0.25;
    assert_ok(lac_link_partitions_sample(&component, DRAWS, cluster, &chain, &err));
    for (uint32_t d = 0; d < DRAWS; d++) together += (cluster[d * N] == cluster[d * N + 3]) / (double)DRAWS;
    assert_close(together, 1 / (1 + exp(-1.0)), 0.06); /* 3 - 8 * 0.25 = 1 */
}

/* --- the whole engine: the same draws for shuffled rows and any number of threads --- */

#define PERSONS 400
#define RECORDS (2 * PERSONS)

static void value_set(struct lac_link_data *data, size_t field, uint32_t record, uint32_t number)
{
    static const char *const part[] = {"BA", "DEN", "KO", "LIR", "MAN", "SO", "TER", "VA"};
    char text[32];
    struct lac_error err;
    lac_error_init(&err);
    snprintf(text, sizeof text, "%s%s%s", part[number % 8], part[number / 8 % 8], part[number / 64 % 8]);
    assert_ok(lac_link_data_set(data, field, record, text, &err));
}

/* Person p's copy c as record at[p * 2 + c]; few values, so that many pairs are in doubt. */
static void people_make(struct lac_link_data *data, const uint32_t *at)
{
    struct lac_error err;
    lac_error_init(&err);
    lac_link_data_init(data);
    data->n = RECORDS;
    assert_ok(lac_link_data_field(data, "forename", LAC_LINK_NAME, &err));
    assert_ok(lac_link_data_field(data, "surname", LAC_LINK_NAME, &err));
    assert_ok(lac_link_data_field(data, "dob", LAC_LINK_DATE, &err));
    for (size_t f = 0; f < 3; f++) data->field[f].key = true;
    for (uint32_t k = 0; k < RECORDS; k++) {
        struct lac_random is, error;
        char dob[16];
        lac_random_init(&is, 3, LAC_PURPOSE_TEST, k / 2, 0, 0);
        lac_random_init(&error, 3, LAC_PURPOSE_TEST, k / 2, k % 2 + 1, 0);
        uint32_t forename = lac_random_below(&is, 60), surname = lac_random_below(&is, 200);
        uint32_t day = 1 + lac_random_below(&is, 28), year = 2000 + lac_random_below(&is, 8);
        if (lac_random_uniform(&error) < 0.15) forename = lac_random_below(&error, 60);
        if (lac_random_uniform(&error) < 0.15) day = 1 + lac_random_below(&error, 28);
        value_set(data, 0, at[k], forename);
        value_set(data, 1, at[k], surname + 64);
        snprintf(dob, sizeof dob, "%u%02u%02u", year, 1 + lac_random_below(&is, 3), day);
        assert_ok(lac_link_data_set(data, 2, at[k], dob, &err));
    }
    assert_ok(lac_link_data_prepare(data, NULL, &err));
}

static void people_link(struct lac_link_data *data, const uint32_t *at, int threads,
                        struct lac_link_result *result)
{
    struct lac_error err;
    struct lac_link_options options = {.threshold = 0.01,
                                       .unscored_weight = -1,
                                       .pair_budget = 10000000,
                                       .block_maximum = 5000,
                                       .draws = 40};
    lac_error_init(&err);
    people_make(data, at);
    omp_set_num_threads(threads);
    options.seed = 11;
    assert_ok(lac_link_run(data, &options, result, &err));
}

static int ascending(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return x < y ? -1 : x > y;
}

/* What a record says, as a number. Records that say the same are the same here: they may stand for each other
 * in a draw. */
static uint64_t contents_of(const struct lac_link_data *data, uint32_t record)
{
    uint64_t hash = 1;
    for (size_t f = 0; f < data->fields; f++)
        hash = lac_hash64(lac_link_value_text(&data->field[f].values, data->field[f].value[record]),
                          lac_link_value_length(&data->field[f].values, data->field[f].value[record]), hash);
    return hash;
}

/* sign[d * RECORDS ...]: for every record of draw d what it says and what its person's records say, sorted.
 */
static void signatures_of(const struct lac_link_data *data, const struct lac_link_result *result,
                          uint64_t *sign)
{
    static uint32_t low[RECORDS], of[RECORDS];
    static uint64_t all[RECORDS];
    size_t row = 0;
    for (uint32_t d = 0; d < result->drawn.draws; d++) {
        uint64_t *to = sign + (size_t)d * RECORDS;
        memset(all, 0, sizeof all);
        for (uint32_t i = RECORDS; i-- > 0;) low[result->person[i]] = i;
        for (uint32_t i = 0; i < RECORDS; i++) of[i] = low[result->person[i]];
        for (; row < result->drawn.rows && result->drawn.row[row].key >> 32 == d; row++)
            of[(uint32_t)result->drawn.row[row].key] = result->drawn.row[row].pattern;
        for (uint32_t i = 0; i < RECORDS; i++) all[of[i]] += contents_of(data, i);
        for (uint32_t i = 0; i < RECORDS; i++) {
            uint64_t both[2] = {contents_of(data, i), all[of[i]]};
            to[i] = lac_hash64(both, sizeof both, 0);
        }
        qsort(to, RECORDS, sizeof *to, ascending);
    }
    assert_int_equal(row, result->drawn.rows);
}

static void shuffled_rows_and_threads(void **state)
{
    (void)state;
    struct lac_link_data data[3];
    struct lac_link_result result[3];
    struct lac_random random;
    static uint32_t at[2][RECORDS];
    static uint64_t sign[2][RECORDS * 40];
    lac_random_init(&random, 4, LAC_PURPOSE_TEST, 0, 0, 0);
    for (uint32_t k = 0; k < RECORDS; k++) at[0][k] = at[1][k] = k;
    for (uint32_t k = RECORDS; k > 1; k--) {
        uint32_t with = lac_random_below(&random, k), kept = at[1][k - 1];
        at[1][k - 1] = at[1][with];
        at[1][with] = kept;
    }
    people_link(&data[0], at[0], 1, &result[0]);
    people_link(&data[1], at[1], 2, &result[1]);
    people_link(&data[2], at[0], 3, &result[2]);
    const struct lac_link_drawn *drawn = &result[0].drawn;
    print_message("%zu rows, %u components enumerated, %u sampled, largest %u\n", drawn->rows,
                  drawn->enumerated, drawn->sampled, drawn->largest);
    assert_true(drawn->rows > 100 && drawn->enumerated > 20 && drawn->sampled > 0);
    assert_int_equal(drawn->rows, result[2].drawn.rows);
    assert_memory_equal(drawn->row, result[2].drawn.row, drawn->rows * sizeof *drawn->row);
    signatures_of(&data[0], &result[0], sign[0]);
    signatures_of(&data[1], &result[1], sign[1]);
    assert_memory_equal(sign[0], sign[1], sizeof sign[0]);
    for (int k = 0; k < 3; k++) {
        lac_link_result_release(&result[k]);
        lac_link_data_release(&data[k]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(enumeration_is_complete),      cmocka_unit_test(eight_records),
        cmocka_unit_test(draws_follow_the_enumeration), cmocka_unit_test(split_merge_crosses),
        cmocka_unit_test(shuffled_rows_and_threads),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
