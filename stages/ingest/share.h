/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_INGEST_SHARE_H
#define LAC_INGEST_SHARE_H
/* Comparing shares and ratios of returns: two of them, or one against a funnel of all. Pure. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct lac_ingest_share {
    int64_t part, whole;
};

/* Whether two shares differ more than chance does with probability `tail`, two-sided: normal approximation
 * with the pooled share. False where either is of nothing. */
bool lac_ingest_shares_differ(struct lac_ingest_share a, struct lac_ingest_share b, double tail);

/* How many standard errors a share lies from that of the others; 0 where either is of nothing. */
double lac_ingest_share_score(struct lac_ingest_share one, struct lac_ingest_share others);
/* The same for a ratio of counts, Poisson given the number of cases. */
double lac_ingest_ratio_score(struct lac_ingest_share one, struct lac_ingest_share others);
/* How much wider than chance the scores of n units scatter, at least 1: the mean square of the scores after
 * the outer tenth on each side was moved in (Spiegelhalter 2005, Handling over-dispersion of performance
 * indicators, Qual Saf Health Care 14: 347). Sorts the scores; 1 for fewer than four. O(n log n). */
double lac_ingest_overdispersion(double *score, size_t n);
/* The score that chance exceeds with probability `tail`, two-sided. */
double lac_ingest_score_limit(double tail);

#endif
