/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_ESTIMATE_LINCOLN_PETERSEN_H
#define LAC_ESTIMATE_LINCOLN_PETERSEN_H
/*
 * Two lists i and j with m persons on both. Assumes that the lists are independent.
 *
 *     Lincoln-Petersen   N = n_i n_j / m; infinite when m = 0
 *     Chapman            N = (n_i+1)(n_j+1)/(m+1) - 1
 *                        var = (n_i+1)(n_j+1)(n_i-m)(n_j-m) / ((m+1)^2 (m+2))             (Seber 1982)
 * Interval of Chapman: log-normal above M = n_i + n_j - m. None when N = M or the variance is 0.
 */
#include "simple.h"

void lac_lincoln_petersen(const struct lac_estimate_history *history, int i, int j,
                          struct lac_simple *result);
void lac_chapman(const struct lac_estimate_history *history, int i, int j, double level,
                 struct lac_simple *result);

#endif
