/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Shares from few labels, pairs in the light of persons, persons joined outside the drawn components. */
#include <math.h>

#include "../unit.h"

#include "base/random.h"
#include "context.h"
#include "draw_join.h"
#include "score.h"

/* --- shares --- */

static void shares_lean_on_the_model(void **state)
{
    (void)state;
    struct lac_link_shares solved;
    double q[3];
    struct lac_link_share none[3] = {{600, 0.0025, 0, 0}, {100, 0.4, 0, 0}, {5000, 0.9999, 0, 0}};
    lac_link_shares_solve(none, 3, &solved);
    lac_link_shares_mean(&solved, q);
    assert_close(q[0], 0.0025, 0.1); /* nothing judged: the model's shares */
    assert_close(q[1], 0.4, 0.05);
    assert_close(1 - q[2], 0.0001, 0.2);

    /* Two matches among 25 say that the model is too low, and not that 8 % match. */
    struct lac_link_share few = {607, 0.0026, 25, 2};
    lac_link_shares_solve(&few, 1, &solved);
    lac_link_shares_mean(&solved, q);
    assert_true(q[0] > 0.006 && q[0] < 0.035);

    struct lac_link_share many = {60000, 0.0026, 5000, 400}, whole = {20, 0.6, 20, 5};
    lac_link_shares_solve(&many, 1, &solved);
    lac_link_shares_mean(&solved, q);
    assert_close(q[0], 0.08, 0.05);
    lac_link_shares_solve(&whole, 1, &solved);
    lac_link_shares_mean(&solved, q);
    assert_close(q[0], 0.25, 0.04); /* judged whole: known */

    /* What is learnt in one bin carries over to the next. */
    struct lac_link_share tied[3] = {{600, 0.0025, 0, 0}, {600, 0.03, 300, 0}, {100, 0.4, 0, 0}};
    lac_link_shares_solve(tied, 3, &solved);
    lac_link_shares_mean(&solved, q);
    assert_true(q[0] < 0.0015 && q[1] < 0.01 && q[2] < 0.3);
}

/* A model that is sure and wrong by a factor of its log odds is believed after few labels; one without a
 * false pair among its labels stays sure. The moments are those of brute force over a grid of all strata. */
static void sure_and_wrong(void **state)
{
    (void)state;
    struct lac_link_shares solved;
    double q[3], all = 0, sum[2] = {0, 0};
    struct lac_link_share wrong = {40000, 0.99999, 60, 52}, right = {40000, 0.99999, 60, 60};
    lac_link_shares_solve(&wrong, 1, &solved);
    lac_link_shares_mean(&solved, q);
    assert_true(q[0] > 0.84 && q[0] < 0.93); /* 52 / 60 = 0.867 */
    lac_link_shares_solve(&right, 1, &solved);
    lac_link_shares_mean(&solved, q);
    assert_true(1 - q[0] < 0.002);

    struct lac_link_share two[2] = {{5000, 0.9, 20, 12}, {40000, 0.9999, 40, 40}};
    double x[2] = {log(9), log(9999)}, v[2][2], mu[2];
    lac_link_shares_solve(two, 2, &solved);
    lac_link_shares_mean(&solved, q);
    for (int i = 0; i < 2; i++) {
        mu[i] = x[i] + two[i].model - 0.5;
        for (int j = 0; j < 2; j++) v[i][j] = pow(LAC_LINK_SHARE_TIE, abs(i - j)) + x[i] * x[j] / 9;
    }
    double det = v[0][0] * v[1][1] - v[0][1] * v[1][0];
    for (double a = -8; a < 12; a += 0.02)
        for (double b = -8; b < 40; b += 0.02) {
            double u = a - mu[0], w = b - mu[1];
            double prior = (v[1][1] * u * u - 2 * v[0][1] * u * w + v[0][0] * w * w) / det;
            double mass = exp(-prior / 2 - 12.0 / (1 - 0.004) * log1p(exp(-a)) -
                              8.0 / (1 - 0.004) * log1p(exp(a)) - 40.0 / (1 - 0.001) * log1p(exp(-b)));
            all += mass;
            sum[0] += mass / (1 + exp(-a));
            sum[1] += mass / (1 + exp(b));
        }
    assert_close(q[0], sum[0] / all, 0.01);
    assert_close(1 - q[1], sum[1] / all, 0.1);
    assert_true(q[1] < 0.9995); /* what the lower stratum says of the model is heard */
}

static void draws_have_the_mean(void **state)
{
    (void)state;
    enum { DRAWS = 20000 };
    struct lac_link_share share[4] = {
        {900, 0.004, 30, 1}, {200, 0.1, 40, 9}, {80, 0.6, 20, 15}, {3000, 0.999, 90, 90}};
    struct lac_link_shares solved;
    double mean[4], q[4], sum[4] = {0}, square[4] = {0};
    lac_link_shares_solve(share, 4, &solved);
    lac_link_shares_mean(&solved, mean);
    for (uint32_t d = 0; d < DRAWS; d++) {
        struct lac_random random;
        lac_random_init(&random, 5, LAC_PURPOSE_TEST, d, 0, 0);
        lac_link_shares_draw(&solved, &random, q);
        for (int h = 0; h < 4; h++) {
            sum[h] += q[h] / DRAWS;
            square[h] += q[h] * q[h] / DRAWS;
        }
    }
    for (int h = 0; h < 4; h++) {
        double sd = sqrt(square[h] - sum[h] * sum[h]);
        assert_true(sd > 0);
        assert_true(fabs(sum[h] - mean[h]) < 5 * sd / sqrt(DRAWS) + 0.01 * mean[h] * (1 - mean[h]));
    }
}

/* --- context --- */

/* Joins records by the strongest pair left and gives all pairs between the two sides their mean. */
static void parts_slow(const struct lac_link_pairs *pairs, const double *weight, uint32_t n, double *result)
{
    uint32_t side[16];
    for (uint32_t i = 0; i < n; i++) side[i] = i;
    for (;;) {
        size_t best = pairs->count;
        double sum = 0, count = 0;
        for (size_t p = 0; p < pairs->count; p++)
            if (side[lac_link_left(&pairs->pair[p])] != side[lac_link_right(&pairs->pair[p])] &&
                (best == pairs->count || weight[p] > weight[best]))
                best = p;
        if (best == pairs->count) return;
        uint32_t a = side[lac_link_left(&pairs->pair[best])], b = side[lac_link_right(&pairs->pair[best])];
        for (int pass = 0; pass < 2; pass++)
            for (size_t p = 0; p < pairs->count; p++) {
                uint32_t x = side[lac_link_left(&pairs->pair[p])], y = side[lac_link_right(&pairs->pair[p])];
                if (!((x == a && y == b) || (x == b && y == a))) continue;
                sum += pass ? 0 : fmin(fmax(weight[p], -20), 20);
                count += !pass;
                if (pass) result[p] = count > 1 ? sum / count : weight[p];
            }
        for (uint32_t i = 0; i < n; i++)
            if (side[i] == b) side[i] = a;
    }
}

static void pairs_between_two_sides_share_their_mean(void **state)
{
    (void)state;
    struct lac_random random;
    struct lac_error err;
    lac_error_init(&err);
    lac_random_init(&random, 6, LAC_PURPOSE_TEST, 0, 0, 0);
    for (int trial = 0; trial < 400; trial++) {
        enum { N = 7 };
        struct lac_link_pair pair[N * N];
        struct lac_link_pairs pairs = {pair, 0, 0};
        double weight[N * N], slow[N * N];
        static const uint32_t person[N] = {0};
        for (uint32_t i = 0; i < N; i++)
            for (uint32_t j = i + 1; j < N; j++) {
                if (j > i + 1 && lac_random_uniform(&random) < 0.3) continue; /* not scored */
                /* few different weights, so that many are equal */
                weight[pairs.count] = floor((trial % 2 ? 2 : 30) * lac_random_normal(&random));
                pair[pairs.count++] = (struct lac_link_pair){(uint64_t)i << 32 | j, 0, 1};
            }
        parts_slow(&pairs, weight, N, slow);
        assert_ok(lac_link_context(N, &pairs, person, weight, &err));
        for (size_t p = 0; p < pairs.count; p++) assert_true(fabs(weight[p] - slow[p]) < 1e-12);
    }
}

static void pairs_between_persons_share_their_mean(void **state)
{
    (void)state;
    struct lac_error err;
    static const uint32_t person[6] = {0, 0, 1, 2, 2, 3};
    struct lac_link_pair pair[] = {
        {0ull << 32 | 1, 0, 1}, {0ull << 32 | 2, 0, 1}, {1ull << 32 | 2, 0, 1}, {2ull << 32 | 5, 0, 1},
        {3ull << 32 | 4, 0, 1}, {3ull << 32 | 5, 0, 1}, {4ull << 32 | 5, 0, 1},
    };
    struct lac_link_pairs pairs = {pair, 7, 7};
    double weight[] = {15, -2, -60, -3, 9, -30, -32};
    lac_error_init(&err);
    assert_ok(lac_link_context(6, &pairs, person, weight, &err));
    assert_close(weight[0], 15, 0);
    assert_close(weight[1], -11, 1e-12); /* -2 and -60, clipped to -20 */
    assert_close(weight[2], -11, 1e-12);
    assert_close(weight[3], -3, 0); /* single records */
    assert_close(weight[4], 9, 0);
    assert_close(weight[5], -30, 0); /* no pair near enough to matter */
    assert_close(weight[6], -32, 0);
}

/* --- joins --- */

#define RECORDS 2000
#define DRAWS 200

struct world {
    struct lac_link_data data;
    struct lac_link_pair pair[RECORDS];
    double weight[RECORDS];
    uint32_t person[RECORDS];
    struct lac_link_pairs pairs;
    struct lac_link_misses misses;
    struct lac_link_scored scored;
};

static struct world *world_make(void)
{
    struct world *w = calloc(1, sizeof *w);
    assert_non_null(w);
    lac_link_data_init(&w->data);
    w->data.n = RECORDS;
    for (uint32_t i = 0; i < RECORDS; i++) w->person[i] = i;
    w->pairs.pair = w->pair;
    w->scored = (struct lac_link_scored){
        .data = &w->data, .pairs = &w->pairs, .weight = w->weight, .person = w->person, .misses = &w->misses};
    return w;
}

static void pair_add(struct world *w, uint32_t left, double weight, uint32_t mask)
{
    w->weight[w->pairs.count] = weight;
    w->pair[w->pairs.count++] = (struct lac_link_pair){(uint64_t)left << 32 | (left + 1), 0, mask};
}

static void draw(const struct world *w, struct lac_link_drawn *drawn)
{
    struct lac_error err;
    struct lac_link_draw_options options = {DRAWS, 3, 0.01, -1};
    lac_error_init(&err);
    assert_ok(lac_link_draw(&w->scored, &options, drawn, &err));
}

/* 1,000 pairs with p = 0.005, all below the threshold: five are joined in a draw. */
static void pairs_below_the_threshold_are_drawn(void **state)
{
    (void)state;
    struct world *w = world_make();
    struct lac_link_drawn drawn;
    for (uint32_t i = 0; i < RECORDS; i += 2) pair_add(w, i, log2(0.005 / 0.995), 1);
    draw(w, &drawn);
    assert_int_equal(drawn.enumerated + drawn.sampled, 0);
    assert_close(drawn.joins, 5, 0.15); /* cells are a quarter bit wide: up to 9 % */
    assert_close(drawn.joined_pairs, drawn.joins, 1e-9);
    double persons = 0, links = 0;
    for (uint32_t d = 0; d < DRAWS; d++) persons += drawn.persons[d] / DRAWS, links += drawn.links[d] / DRAWS;
    assert_close(persons, -drawn.joins, 1e-9);
    assert_close(links, drawn.joined_pairs, 1e-9);
    assert_int_equal(drawn.rows, (size_t)llround(drawn.joins * DRAWS)); /* one record of two moves */
    lac_link_drawn_release(&drawn);
    free(w);
}

/* 300 sure pairs, 100 each found by rule 0, by rule 1, by both: Chao's bound is 99 more, and between 1 and 2
 * times the bound are joined. */
static void pairs_that_no_rule_proposed_are_drawn(void **state)
{
    (void)state;
    struct world *w = world_make();
    struct lac_link_drawn drawn;
    struct lac_link_rule rule[2];
    struct lac_error err;
    lac_error_init(&err);
    memset(rule, 0, sizeof rule);
    rule[0].fields = 1;
    rule[1].fields = 2;
    for (uint32_t k = 0; k < 300; k++) {
        pair_add(w, 2 * k, 30, k % 3 + 1);
        w->person[2 * k + 1] = w->person[2 * k];
    }
    uint32_t next = 0; /* persons in order of first records */
    for (uint32_t i = 0; i < RECORDS; i++) w->person[i] = w->person[i] == i ? next++ : w->person[i - 1];
    assert_ok(lac_link_misses_estimate(rule, 2, &w->pairs, w->weight, &w->misses, &err));
    assert_ok(lac_link_misses_by_source(&w->data, &w->pairs, w->weight, &w->misses, &err));
    assert_close(w->misses.missed, 20000 / 202.0, 1e-6);
    draw(w, &drawn);
    assert_true(drawn.joined_pairs > 115 && drawn.joined_pairs < 165); /* 99 times 2 ln 2 */
    double mean = 0, square = 0;
    for (uint32_t d = 0; d < DRAWS; d++)
        mean += drawn.links[d] / DRAWS, square += drawn.links[d] * drawn.links[d] / DRAWS;
    assert_true(sqrt(square - mean * mean) > 20);
    assert_true(drawn.joins < drawn.joined_pairs);
    lac_link_drawn_release(&drawn);
    w->misses.known = false;
    draw(w, &drawn);
    assert_true(drawn.joins <= 0 && drawn.rows == 0);
    lac_link_drawn_release(&drawn);
    free(w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shares_lean_on_the_model),
        cmocka_unit_test(sure_and_wrong),
        cmocka_unit_test(draws_have_the_mean),
        cmocka_unit_test(pairs_between_two_sides_share_their_mean),
        cmocka_unit_test(pairs_between_persons_share_their_mean),
        cmocka_unit_test(pairs_below_the_threshold_are_drawn),
        cmocka_unit_test(pairs_that_no_rule_proposed_are_drawn),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
