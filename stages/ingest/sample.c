/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sample.h"

#include <stdlib.h>

void lac_ingest_sample_init(struct lac_ingest_sample *sample)
{
    sample->count = 0;
    sample->below = UINT64_MAX;
}

static int compare(const void *left, const void *right)
{
    const struct lac_ingest_sampled *a = left, *b = right;

    if (a->key != b->key) return a->key < b->key ? -1 : 1;
    return a->value < b->value ? -1 : a->value > b->value;
}

void lac_ingest_sample_finish(struct lac_ingest_sample *sample)
{
    size_t kept = 0;

    qsort(sample->item, sample->count, sizeof sample->item[0], compare);
    for (size_t i = 0; i < sample->count; i++) {
        if (kept > 0 && sample->item[kept - 1].key == sample->item[i].key) continue;
        if (kept == LAC_SAMPLE_SIZE) {
            sample->below = sample->item[i].key;
            break;
        }
        sample->item[kept++] = sample->item[i];
    }
    sample->count = kept;
}

void lac_ingest_sample_add(struct lac_ingest_sample *sample, uint64_t key, uint64_t value)
{
    if (key >= sample->below) return;
    sample->item[sample->count++] = (struct lac_ingest_sampled){key, value};
    if (sample->count == (size_t)2 * LAC_SAMPLE_SIZE) lac_ingest_sample_finish(sample);
}

size_t lac_ingest_sample_common(const struct lac_ingest_sample *a, const struct lac_ingest_sample *b,
                                size_t *agree, size_t *all)
{
    uint64_t below = a->below < b->below ? a->below : b->below;
    size_t common = 0, j = 0;

    *agree = *all = 0;
    for (size_t i = 0; i < a->count && a->item[i].key < below; i++) {
        (*all)++;
        while (j < b->count && b->item[j].key < a->item[i].key) j++;
        if (j == b->count || b->item[j].key != a->item[i].key) continue;
        common++;
        *agree += a->item[i].value == b->item[j].value;
    }
    return common;
}
