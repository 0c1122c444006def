/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_ESTIMATE_SAMPLE_COVERAGE_H
#define LAC_ESTIMATE_SAMPLE_COVERAGE_H
/*
 * Sample coverage for dependent lists (Chao & Tsay 1998, Biometrics 54:1429; Chao, Tsay, Lin, Shau & Chao
 * 2001, Stat Med 20:3123). S_k persons on list k only, n_k on list k, T_ij on both i and j, A_ij = n_{i} +
 * n_{j} + 2 n_{ij} (cells of exactly those lists), b_ij = T_ij/(n_i n_j), D = n - mean S_k, C = 1 - mean
 * S_k/n_k; sums over i < j:
 *
 *     independent    D/C
 *     one-step       (K D - sum A) / (K C - sum A b)
 *     low coverage   D/C + 1/(K C) sum A_ij r_ij,  r_ij = b_ij [D/C + 1/(K C) sum_{r<s} A_rs (D b_rs/C - 1)]
 * - 1
 *
 * One-step: n when the numerator is below 1e-4 or the result below n, a negative one included (as its
 * authors' program does); infinite when the denominator is 0. A one-step estimate of n means that the form
 * broke down: say so beside it. It explodes at low coverage; the low form is meant for C < 0.55.
 */
#include <stdint.h>
#include "base/status.h"
#include "history.h"
#include "simple.h"

enum lac_coverage_form {
    LAC_COVERAGE_INDEPENDENT,
    LAC_COVERAGE_ONE_STEP,
    LAC_COVERAGE_LOW,
    LAC_COVERAGE_FORMS
};

struct lac_coverage {
    double coverage;    /* C */
    double overlapping; /* D */
    enum lac_fit_status status[LAC_COVERAGE_FORMS];
    double estimate[LAC_COVERAGE_FORMS]; /* NaN where the status is not OK */
};

/* Point estimates of all forms. Lists that nobody is on make C undefined: then all statuses are INFINITE or
 * FAILED. O(2^K + K^2). */
void lac_sample_coverage(const struct lac_estimate_history *history, struct lac_coverage *coverage);

/* Bootstrap standard error of one form whose status is OK: each replicate draws round(N) persons
 * multinomially over the observed cells and the unseen one, forgets the unseen, and estimates again;
 * replicate b from the stream (seed, bootstrap; b, part, 1 + form). *failed counts replicates without an
 * estimate (an empty list, no coverage, an infinite one); with any of these the standard error is NaN,
 * because they may not be left out. LAC_NOMEM when memory is out. O(replicates 2^K). */
struct lac_coverage_bootstrap {
    uint32_t seed, part;
    int64_t replicates;
};
enum lac_status lac_sample_coverage_error(const struct lac_estimate_history *history,
                                          const struct lac_coverage *coverage, enum lac_coverage_form form,
                                          const struct lac_coverage_bootstrap *bootstrap, double *se,
                                          int64_t *failed, struct lac_error *err) LAC_CHECKED;

#endif
