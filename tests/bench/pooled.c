/* SPDX-License-Identifier: GPL-3.0-or-later */
/* CPU milliseconds of one fit of partial pooling: 43 forces, five lists, 6,000 persons, all pairs; complete,
 * and with two lists of six forces not returned. The median of 21 nations. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "base/random.h"
#include "base/sum.h"
#include "pooled.h"

#define FORCES 43
#define LISTS 5
#define CELLS (1 << LISTS)
#define NATIONS 21

static double milliseconds(uint32_t nation, bool gaps)
{
    static const double base[LISTS] = {.25, .18, .12, .08, .06};
    static double count[FORCES][CELLS];
    struct lac_pooled_force force[FORCES];
    struct lac_random random;
    struct lac_arena arena;
    struct lac_error err;
    struct lac_pooled *pooled;
    const struct lac_pooled_data data = {LISTS, FORCES, force};
    const struct lac_pooled_terms terms = {(1U << LISTS * (LISTS - 1) / 2) - 1, false};
    double weight[FORCES];
    int64_t size[FORCES];
    memset(count, 0, sizeof count);
    lac_error_init(&err);
    lac_arena_init(&arena);
    lac_random_init(&random, 1, LAC_PURPOSE_TEST, nation, 0, 0);
    for (int f = 0; f < FORCES; f++) weight[f] = exp(.8 * lac_random_normal(&random));
    lac_random_multinomial(&random, 6000, FORCES, weight, size);
    for (int f = 0; f < FORCES; f++) {
        uint32_t returned = CELLS - 1;
        double ease = exp(.4 * lac_random_normal(&random));
        if (gaps && f % 7 == 3) returned &= ~6U;
        for (int64_t i = 0; i < size[f]; i++) {
            unsigned w = 0;
            for (int k = 0; k < LISTS; k++)
                if (lac_random_uniform(&random) < base[k] * ease) w |= 1U << k;
            count[f][w & returned]++;
        }
        count[f][0] = 0;
        force[f] = (struct lac_pooled_force){CELLS - 1, returned, count[f], 1};
    }
    if (lac_pooled_new(&data, &terms, &arena, &pooled, &err)) exit(70);
    clock_t start = clock();
    if (!lac_pooled_fit(pooled)) fprintf(stderr, "nation %u has no mode\n", nation);
    double taken = 1000.0 * (double)(clock() - start) / CLOCKS_PER_SEC;
    lac_arena_release(&arena);
    return taken;
}

int main(void)
{
    for (int gaps = 0; gaps < 2; gaps++) {
        double taken[NATIONS];
        for (uint32_t n = 0; n < NATIONS; n++) taken[n] = milliseconds(n, gaps);
        lac_sort(taken, NATIONS);
        printf("%-52s %8.1f ms (largest %.1f), aim 20 ms: %s\n",
               gaps ? "fit of 43 forces, 5 lists, two not returned by six" : "fit of 43 forces, 5 lists",
               taken[NATIONS / 2], taken[NATIONS - 1], taken[NATIONS / 2] < 20 ? "met" : "not met");
    }
    return 0;
}
