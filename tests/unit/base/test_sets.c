/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Disjoint sets against the closure of a relation, whatever the order of the unions. */
#include "../unit.h"

#include <stdbool.h>
#include "base/sets.h"

#define N 40

static void unions_are_the_closure(void **state)
{
    (void)state;
    for (uint64_t round = 0; round < 200; round++) {
        uint32_t forward[N], backward[N], pair[N][2];
        bool tied[N][N] = {{false}};
        uint32_t pairs = (uint32_t)(round % N);

        lac_sets_init(forward, N);
        lac_sets_init(backward, N);
        for (uint32_t p = 0; p < pairs; p++)
            for (int side = 0; side < 2; side++)
                pair[p][side] =
                    (uint32_t)(((round * N + p) * 2 + (uint64_t)side) * UINT64_C(0x9E3779B97F4A7C15) >> 40) %
                    N;
        for (uint32_t i = 0; i < N; i++) tied[i][i] = true;
        for (uint32_t p = 0; p < pairs; p++) {
            lac_sets_unite(forward, pair[p][0], pair[p][1]);
            lac_sets_unite(backward, pair[pairs - 1 - p][1], pair[pairs - 1 - p][0]);
            tied[pair[p][0]][pair[p][1]] = tied[pair[p][1]][pair[p][0]] = true;
        }
        for (uint32_t k = 0; k < N; k++)
            for (uint32_t i = 0; i < N; i++)
                for (uint32_t j = 0; j < N; j++) tied[i][j] |= tied[i][k] && tied[k][j];
        for (uint32_t i = 0; i < N; i++) {
            uint32_t lowest = 0;
            while (!tied[i][lowest]) lowest++;
            assert_int_equal(lac_sets_root(forward, i), lowest);
            assert_int_equal(lac_sets_root(backward, i), lowest);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(unions_are_the_closure)};
    return cmocka_run_group_tests_name("sets", tests, NULL, NULL);
}
