/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/random.h"
#include "cluster.h"

static double objective(const double *weight, uint32_t n, const uint32_t *cluster)
{
    double sum = 0;
    for (uint32_t i = 0; i < n; i++)
        for (uint32_t j = 0; j < i; j++)
            if (cluster[i] == cluster[j]) sum += weight[i * n + j];
    return sum;
}

/* Best objective over all partitions, by restricted growth strings. */
static double best_partition(const double *weight, uint32_t n, uint32_t *cluster, uint32_t at, uint32_t used)
{
    if (at == n) return objective(weight, n, cluster);
    double best = -HUGE_VAL;
    for (uint32_t k = 0; k <= used; k++) {
        cluster[at] = k;
        double here = best_partition(weight, n, cluster, at + 1, used + (k == used));
        if (here > best) best = here;
    }
    return best;
}

static void symmetric(double *weight, uint32_t n, uint32_t i, uint32_t j, double w)
{
    weight[i * n + j] = weight[j * n + i] = w;
}

static void bridge_is_cut(void **state)
{
    (void)state;
    double weight[36] = {0};
    uint32_t cluster[6];
    for (uint32_t i = 0; i < 6; i++)
        for (uint32_t j = 0; j < i; j++) symmetric(weight, 6, i, j, i / 3 == j / 3 ? 8 : -6);
    symmetric(weight, 6, 2, 3, 5); /* one false link between two persons of three records */
    assert_int_equal(lac_link_contract(weight, 6, cluster, NULL), LAC_OK);
    static const uint32_t want[] = {0, 0, 0, 3, 3, 3};
    assert_memory_equal(cluster, want, sizeof want);
}

static void cannot_link_is_inherited(void **state)
{
    (void)state;
    double weight[9] = {0};
    uint32_t cluster[3];
    symmetric(weight, 3, 0, 1, 20);
    symmetric(weight, 3, 1, 2, 15);
    symmetric(weight, 3, 0, 2, -HUGE_VAL);
    assert_int_equal(lac_link_contract(weight, 3, cluster, NULL), LAC_OK);
    static const uint32_t want[] = {0, 0, 2};
    assert_memory_equal(cluster, want, sizeof want);
}

static void near_the_optimum(void **state)
{
    (void)state;
    struct lac_random random;
    int exact = 0;
    lac_random_init(&random, 5, LAC_PURPOSE_TEST, 0, 0, 0);
    for (int trial = 0; trial < 200; trial++) {
        enum { N = 7 };
        double weight[N * N] = {0};
        uint32_t cluster[N], walk[N];
        for (uint32_t i = 0; i < N; i++)
            for (uint32_t j = 0; j < i; j++)
                symmetric(weight, N, i, j, (i % 3 == j % 3 ? 3 : -3) + 3 * lac_random_normal(&random));
        assert_int_equal(lac_link_contract(weight, N, cluster, NULL), LAC_OK);
        double got = objective(weight, N, cluster), best = best_partition(weight, N, walk, 0, 0);
        assert_true(got <= best + 1e-9);
        assert_true(got >= 0.8 * best - 1e-9);
        exact += got > best - 1e-9;
    }
    assert_true(exact >= 160);
}

static void components_by_smallest_record(void **state)
{
    (void)state;
    struct lac_link_pair pair[] = {
        {(uint64_t)1 << 32 | 4, 0, 0}, {(uint64_t)3 << 32 | 4, 0, 0}, {(uint64_t)2 << 32 | 5, 0, 0}};
    double weight[] = {1, 2, -1};
    uint32_t component[6];
    assert_int_equal(lac_link_components(6, pair, weight, 3, 0, component), 4);
    static const uint32_t want[] = {0, 1, 2, 1, 1, 3};
    assert_memory_equal(component, want, sizeof want);
}

/* A chain longer than a component may be: it is cut at higher weights, all records stay, sources stay apart.
 */
static void long_chain(void **state)
{
    (void)state;
    uint32_t n = 2 * LAC_LINK_COMPONENT;
    struct lac_link_data data;
    lac_link_data_init(&data);
    data.n = n;
    uint32_t *source = calloc(n, sizeof *source), *person = malloc(n * sizeof *person);
    struct lac_link_pair *pair = malloc(n * sizeof *pair);
    double *weight = malloc(n * sizeof *weight);
    for (uint32_t i = 0; i + 1 < n; i++) {
        pair[i] = (struct lac_link_pair){(uint64_t)i << 32 | (i + 1), 0, 0};
        weight[i] = i % 2 ? 1 : 9;
        source[i] = i % 2;
    }
    source[n - 1] = 1;
    data.source = source;
    data.sources = 2;
    data.within_source = false;
    struct lac_link_pairs pairs = {pair, n - 1, n};
    const struct lac_link_weighted inside = {n, pairs, weight};
    struct lac_link_components components;
    struct lac_link_cluster_report report;
    assert_int_equal(lac_link_components_make(&inside, 0, &components, NULL), LAC_OK);
    assert_int_equal(components.count, 1);
    const struct lac_link_clustering clustering = {&data, &inside, 0, -1, &components};
    assert_int_equal(lac_link_cluster(&clustering, person, &report, NULL), LAC_OK);
    lac_link_components_release(&components);
    assert_true(report.cut >= 1);
    assert_int_equal(report.largest_component, n);
    assert_int_equal(report.persons, n / 2);
    for (uint32_t i = 0; i < n; i++) assert_int_equal(person[i], i / 2);
    free(source);
    free(person);
    free(pair);
    free(weight);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bridge_is_cut),    cmocka_unit_test(cannot_link_is_inherited),
        cmocka_unit_test(near_the_optimum), cmocka_unit_test(components_by_smallest_record),
        cmocka_unit_test(long_chain),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
