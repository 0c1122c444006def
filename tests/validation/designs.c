/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "designs.h"
#include <stdbool.h>
#include <string.h>
#include "base/random.h"

static const double base[LAC_DESIGN_LISTS_MAX] = {0.25, 0.18, 0.12, 0.08, 0.06};

const char *lac_design_words(char design)
{
    switch (design) {
    case 'A':
        return "independent lists";
    case 'B':
        return "referral from list 1 to 2";
    case 'C':
        return "chain of referrals 1 to 2 to 3";
    case 'D':
        return "two classes of persons";
    case 'E':
        return "two classes and referral";
    default:
        return "avoidance between two lists";
    }
}

static bool chance(struct lac_random *random, double probability)
{
    return lac_random_uniform(random) < probability;
}

static unsigned refer(struct lac_random *random, unsigned seen, int from, int to, double share)
{
    if ((seen >> from & 1U) && !(seen >> to & 1U) && chance(random, share)) seen |= 1U << to;
    return seen;
}

static unsigned avoid(struct lac_random *random, unsigned seen, int lists)
{
    int last = lists == 3 ? 2 : 3;
    if ((seen & 1U) && (seen >> last & 1U) && chance(random, 0.5)) seen &= ~(1U << last);
    return seen;
}

static unsigned draw_person(const struct lac_design_table *table, struct lac_random *random)
{
    double factor = 1;
    unsigned seen = 0;
    char design = table->design;
    if (design == 'D' || design == 'E') factor = chance(random, 0.25) ? 2 : 2.0 / 3;
    for (int k = 0; k < table->lists; k++)
        if (chance(random, base[k] * factor)) seen |= 1U << k;
    if (design == 'B' || design == 'C' || design == 'E') seen = refer(random, seen, 0, 1, 0.3);
    if (design == 'C') seen = refer(random, seen, 1, 2, 0.2);
    if (design == 'F') seen = avoid(random, seen, table->lists);
    return seen;
}

void lac_design_draw(const struct lac_design_table *table, uint32_t replicate, double *count)
{
    struct lac_random random;
    lac_random_init(&random, table->seed, LAC_PURPOSE_TEST, replicate,
                    (uint32_t)table->design << 8 | (uint32_t)table->lists, (uint32_t)table->persons);
    memset(count, 0, sizeof *count << table->lists);
    for (int i = 0; i < table->persons; i++) count[draw_person(table, &random)]++;
    count[0] = 0;
}
