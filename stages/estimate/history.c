/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "history.h"

#include <math.h>
#include <string.h>

#include "base/sum.h"

void lac_estimate_superset_transform(int lists, double *a)
{
    lac_estimate_superset_transform_of(lists, a);
}

double lac_estimate_log_gamma(double x)
{
    int sign;

    return lgamma_r(x, &sign);
}

double lac_estimate_history_persons(const struct lac_estimate_history *history, size_t b)
{
    return history->draws > 0 ? history->drawn_n[b % history->draws] : history->n;
}

enum lac_status lac_estimate_history_init(struct lac_estimate_history *history, int lists, const char **name,
                                          double *count, struct lac_arena *arena, struct lac_error *err)
{
    size_t cells = (size_t)1 << lists;

    *history = (struct lac_estimate_history){.lists = lists, .name = name, .count = count};
    history->overlap = LAC_NEW(arena, double, cells);
    if (history->overlap == NULL) return lac_fail_memory(err, "a history table");
    count[0] = 0.0;
    history->n = lac_sum(count, cells);
    memcpy(history->overlap, count, cells * sizeof *count);
    lac_estimate_superset_transform(lists, history->overlap);
    return LAC_OK;
}
