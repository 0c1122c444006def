/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_INGEST_SAMPLE_H
#define LAC_INGEST_SAMPLE_H
/*
 * A coordinated sample of keys: those whose hashes are the smallest. Two returns that hold the same key
 * either both sample it or, above the lower of their thresholds, leave it out, so that shares of common keys
 * can be estimated from samples of a fixed size (bottom-k sampling: Cohen & Kaplan 2007). With fewer than
 * LAC_SAMPLE_SIZE distinct keys the sample is everything.
 *
 * Keys and values are hashes: nothing of a person can be read back from them without knowing it before.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/memory.h"

#define LAC_SAMPLE_SIZE 512

struct lac_ingest_sampled {
    uint64_t key, value;
};
struct lac_ingest_sample {
    struct lac_ingest_sampled item[2 * LAC_SAMPLE_SIZE];
    size_t count;
    uint64_t below; /* keys at or above are not sampled; UINT64_MAX while all are */
};

void lac_ingest_sample_init(struct lac_ingest_sample *sample);
/* Of several values of one key the smallest stays. O(log size), amortised. */
void lac_ingest_sample_add(struct lac_ingest_sample *sample, uint64_t key, uint64_t value);
/* Sorts by key and leaves LAC_SAMPLE_SIZE keys at most, each once. Call before reading; more may follow. */
void lac_ingest_sample_finish(struct lac_ingest_sample *sample);
/* Keys that both finished samples hold below both thresholds, and of these the ones whose values agree; `all`
 * gets the keys of `a` below both thresholds. O(size). */
size_t lac_ingest_sample_common(const struct lac_ingest_sample *a, const struct lac_ingest_sample *b,
                                size_t *agree, size_t *all);

#endif
