/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stepwise.h"
#include <math.h>
#include <string.h>
#include "poisson_tail.h"

/* A pair outside the model with its p-value in the current step. */
struct candidate {
    uint16_t pair;
    double pvalue;
};

static double sum_over(const double *cell, int lists, unsigned pair)
{
    double sum = 0;
    for (unsigned w = pair; w < 1U << lists; w = (w + 1) | pair) sum += cell[w];
    return sum;
}

static bool contains(const struct lac_estimate_stepwise *s, unsigned pair)
{
    for (int i = 0; i < s->pairs; i++)
        if (s->pair[i] == pair) return true;
    return false;
}

static int list_candidates(const struct lac_fitter *fitter, const double *count,
                           const struct lac_estimate_stepwise *s, struct candidate *candidate)
{
    int n = 0, lists = lac_fitter_lists(fitter);
    const double *mean = lac_fitter_means(fitter);
    for (int i = 0; i < lists; i++)
        for (int j = i + 1; j < lists; j++) {
            unsigned pair = 1U << i | 1U << j;
            if (contains(s, pair)) continue;
            candidate[n].pair = (uint16_t)pair;
            candidate[n++].pvalue =
                lac_estimate_poisson_tail(sum_over(mean, lists, pair), sum_over(count, lists, pair));
        }
    return n;
}

/* Adds the best pair to the model; false when no pair is below the threshold. */
static bool step(struct lac_fitter *fitter, const double *count, double threshold,
                 struct lac_estimate_stepwise *s)
{
    struct candidate candidate[LAC_ESTIMATE_STEPWISE_PAIRS];
    struct lac_fitted fit;
    int n = list_candidates(fitter, count, s, candidate);
    for (;;) {
        int best = -1;
        for (int i = 0; i < n; i++)
            if (candidate[i].pvalue < threshold && (best < 0 || candidate[i].pvalue < candidate[best].pvalue))
                best = i;
        if (best < 0) return false;
        s->pair[s->pairs] = candidate[best].pair;
        s->pvalue[s->pairs] = candidate[best].pvalue;
        if (lac_fitter_pairs(fitter, count, s->pair, s->pairs + 1, &fit)) {
            s->fit = fit;
            s->pairs++;
            return true;
        }
        s->barred++;
        candidate[best].pvalue = 1;
    }
}

bool lac_estimate_stepwise_select(struct lac_fitter *fitter, const double *count, double threshold,
                                  struct lac_estimate_stepwise *selected)
{
    memset(selected, 0, sizeof *selected);
    if (!lac_fitter_pairs(fitter, count, NULL, 0, &selected->fit)) return false;
    int most = lac_fitter_lists(fitter) * (lac_fitter_lists(fitter) - 1) / 2;
    while (selected->pairs < most && step(fitter, count, threshold, selected)) continue;
    return true;
}

/* Up to 11 lists have 55 pairs, which leaves a bit to tell main effects from nothing. */
static uint64_t choice_of(const struct lac_estimate_stepwise *selected, int lists)
{
    uint64_t choice = UINT64_C(1) << 63;
    int number = 0;
    for (int i = 0; i < lists; i++)
        for (int j = i + 1; j < lists; j++, number++)
            for (int p = 0; p < selected->pairs; p++)
                if (selected->pair[p] == (1U << i | 1U << j)) choice |= UINT64_C(1) << number;
    return choice;
}

double lac_estimate_stepwise_estimate(const void *threshold, struct lac_fitter *fitter, const double *count)
{
    struct lac_estimate_stepwise selected;
    if (!lac_estimate_stepwise_select(fitter, count, *(const double *)threshold, &selected))
        return (double)INFINITY;
    if (lac_fitter_lists(fitter) <= 11)
        lac_fitter_choose(fitter, choice_of(&selected, lac_fitter_lists(fitter)));
    return lac_fitter_persons(fitter, count) + exp(selected.fit.log_n0);
}
