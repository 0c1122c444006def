/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_ESTIMATE_SEARCH_WIDE_H
#define LAC_ESTIMATE_SEARCH_WIDE_H
/*
 * The best of all hierarchical models of six lists, without fitting all 7.8 million of them.
 *
 * Branch and bound. Terms are decided one after the other, pairs first. With some terms decided, every model
 * of the branch has at least the terms chosen so far, and its log-likelihood is at most that of the largest
 * model of the branch: so its criterion is at least penalty * terms - 2 * that log-likelihood. A branch whose
 * bound lies above the criterion of the last model kept can hold none to be kept. Where the largest model
 * has no finite fit, the bound of the branch above it is taken. What is kept is what fitting all models and
 * ranking them would keep (a margin covers rounding), and does not depend on the number of threads: branches
 * are worked on in blocks, each against the limit that stood when its block began.
 */
#include "search.h"

#define LAC_ESTIMATE_SEARCH_WIDE_LIMIT 20000

/* Like lac_estimate_search_run(), but keeps the best `limit` models alone. search->fitted counts the models
 * fitted, search->admissible those of them that are admissible and within the limit of their time. 3 to 6
 * lists. */
enum lac_status lac_estimate_search_wide(const struct lac_estimate_history *history, size_t limit,
                                         struct lac_arena *arena, struct lac_estimate_search *search,
                                         struct lac_error *err) LAC_CHECKED;

#endif
