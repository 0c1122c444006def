/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nations.h"
#include <math.h>
#include <string.h>
#include "base/random.h"

static double logistic(double x)
{
    return 1 / (1 + exp(-x));
}

static unsigned catch_person(struct lac_random *random, const double *logit, uint32_t operating, double ease)
{
    unsigned w = 0;
    for (int k = 0; k < LISTS; k++) {
        double chance = ease * logistic(logit[k] + (k == 1 && (w & 1U) ? 1 : 0));
        if (lac_random_uniform(random) < chance && (operating >> k & 1U)) w |= 1U << k;
    }
    return w;
}

void nation_make(const struct nation_plan *plan, int number, struct nation *nation)
{
    static const double base[LISTS] = {.25, .18, .12, .08};
    struct lac_random random;
    double weight[FORCES], logit[FORCES][LISTS];
    int64_t size[FORCES];
    memset(nation, 0, sizeof *nation);
    lac_random_init(&random, plan->seed, LAC_PURPOSE_SIMULATE, (uint32_t)number, (uint32_t)plan->persons, 0);
    for (int f = 0; f < FORCES; f++) weight[f] = exp(.8 * lac_random_normal(&random));
    lac_random_multinomial(&random, (uint64_t)plan->persons, FORCES, weight, size);
    for (int f = 0; f < FORCES; f++) {
        struct lac_pooled_force *force = &nation->force[f];
        *force = (struct lac_pooled_force){f < plan->operate ? 15 : 7, 0, nation->count[f], 1};
        force->returned = f % 7 == 3 && f / 7 < plan->gaps ? force->operating & ~4U : force->operating;
        for (int k = 0; k < LISTS; k++)
            logit[f][k] =
                log(base[k] / (1 - base[k])) + .4 * lac_random_normal(&random) - .25 * log(weight[f]);
        for (int64_t i = 0; i < size[f]; i++) {
            double ease = 1;
            if (plan->classes) ease = lac_random_uniform(&random) < .25 ? 2 : 2. / 3;
            nation->count[f][catch_person(&random, logit[f], force->operating, ease) & force->returned]++;
        }
        nation->count[f][0] = 0;
    }
}
