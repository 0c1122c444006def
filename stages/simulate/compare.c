/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "compare.h"
#include <math.h>
#include <stdlib.h>

static int compare_u64(const void *left, const void *right)
{
    uint64_t a = *(const uint64_t *)left, b = *(const uint64_t *)right;
    return (a > b) - (a < b);
}

/* Runs of equal keys: how many, and how many pairs they hold. */
static int64_t count_pairs(uint64_t *key, size_t n, int64_t *runs)
{
    int64_t pairs = 0;
    *runs = 0;
    if (n > 1) qsort(key, n, sizeof *key, compare_u64);
    for (size_t i = 0; i < n;) {
        size_t end = i + 1;
        while (end < n && key[end] == key[i]) end++;
        int64_t size = (int64_t)(end - i);
        pairs += size * (size - 1) / 2;
        ++*runs;
        i = end;
    }
    return pairs;
}

static double ratio(int64_t part, int64_t whole)
{
    return whole ? (double)part / (double)whole : (double)NAN;
}

enum lac_status lac_simulate_agreement_count(const uint32_t *truth, const uint32_t *run, size_t n,
                                             struct lac_simulate_agreement *agreement, struct lac_error *err)
{
    uint64_t *key = calloc(n + 1, sizeof *key);
    int64_t cells;
    if (!key) return lac_fail_memory(err, "record pairs");
    agreement->records = (int64_t)n;
    for (size_t i = 0; i < n; i++) key[i] = truth[i];
    agreement->pairs_true = count_pairs(key, n, &agreement->persons_true);
    for (size_t i = 0; i < n; i++) key[i] = run[i];
    agreement->pairs_run = count_pairs(key, n, &agreement->persons_run);
    for (size_t i = 0; i < n; i++) key[i] = (uint64_t)truth[i] << 32 | run[i];
    agreement->pairs_both = count_pairs(key, n, &cells);
    free(key);
    agreement->precision = ratio(agreement->pairs_both, agreement->pairs_run);
    agreement->recall = ratio(agreement->pairs_both, agreement->pairs_true);
    return LAC_OK;
}
