/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_SIMULATE_COMPARE_H
#define LAC_SIMULATE_COMPARE_H
/*
 * How far a partition of records agrees with the true one. Pure. O(n log n).
 *
 * Pairs are unordered pairs of records: `pairs_true` of one person, `pairs_run` put together by the run,
 * `pairs_both` both. Precision is pairs_both / pairs_run, recall pairs_both / pairs_true; NaN without a pair.
 */
#include <stddef.h>
#include <stdint.h>
#include "base/status.h"

struct lac_simulate_agreement {
    int64_t records, persons_true, persons_run;
    int64_t pairs_true, pairs_run, pairs_both;
    double precision, recall;
};

/* `truth` and `run` give a person number for each of n records. */
enum lac_status lac_simulate_agreement_count(const uint32_t *truth, const uint32_t *run, size_t n,
                                             struct lac_simulate_agreement *agreement,
                                             struct lac_error *err) LAC_CHECKED;

#endif
