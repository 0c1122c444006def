/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cases.h"

#include <stdlib.h>
#include <string.h>

#include "base/digest.h"

void lac_ingest_cases_release(struct lac_ingest_case_blocks *blocks)
{
    free(blocks->block);
    memset(blocks, 0, sizeof *blocks);
}

enum lac_status lac_ingest_cases_put(struct lac_ingest_case_blocks *blocks, struct lac_spool *spool,
                                     const struct lac_ingest_judge *judge, struct lac_error *err)
{
    void *block = blocks->block;
    struct lac_ingest_case_block *to;
    enum lac_status status = lac_grow(&block, &blocks->capacity, blocks->count + 1, sizeof *to, err);

    blocks->block = block;
    if (status != LAC_OK || judge->case_count == 0) return status;
    to = &blocks->block[blocks->count];
    to->count = (uint32_t)judge->case_count;
    to->text_bytes = (size_t)judge->refs.offset[judge->case_count];
    status = lac_spool_append(spool, judge->cases, to->count * sizeof *judge->cases, &to->cases, err);
    if (status == LAC_OK)
        status = lac_spool_append(spool, judge->refs.bytes, to->text_bytes, &to->texts, err);
    if (status != LAC_OK) return status;
    blocks->count++;
    blocks->listed += to->count;
    return LAC_OK;
}

static enum lac_status visit_block(const struct lac_ingest_case_block *block, const struct lac_spool *spool,
                                   lac_ingest_case_visit *visit, void *context, struct lac_error *err)
{
    struct lac_ingest_case *cases = malloc(block->count * sizeof *cases);
    char *texts = malloc(block->text_bytes);
    const char *text = texts;
    enum lac_status status = cases == NULL || texts == NULL ? lac_fail_memory(err, "cases") : LAC_OK;

    if (status == LAC_OK)
        status = lac_spool_read(spool, block->cases, cases, block->count * sizeof *cases, err);
    if (status == LAC_OK) status = lac_spool_read(spool, block->texts, texts, block->text_bytes, err);
    for (uint32_t i = 0; i < block->count && status == LAC_OK; i++) {
        size_t length = strlen(text);

        status = visit(context, &cases[i], text, length);
        text += length + 1;
    }
    free(cases);
    free(texts);
    return status;
}

enum lac_status lac_ingest_cases_each(const struct lac_ingest_case_blocks *blocks,
                                      const struct lac_spool *spool, lac_ingest_case_visit *visit,
                                      void *context, struct lac_error *err)
{
    enum lac_status status = LAC_OK;

    for (size_t k = 0; k < blocks->count && status == LAC_OK; k++)
        status = visit_block(&blocks->block[k], spool, visit, context, err);
    return status;
}

/* --- those of one reference together
 * ---------------------------------------------------------------------------------- */

struct merging {
    struct lac_dict refs;
    struct lac_ingest_case *cases;
    size_t capacity;
    uint64_t turn, turns;
    struct lac_error *err;
};

static enum lac_status merge_case(void *context, const struct lac_ingest_case *one, const char *reference,
                                  size_t length)
{
    struct merging *merging = context;
    void *cases = merging->cases;
    uint32_t code, before = merging->refs.count;
    enum lac_status status;

    if (lac_hash64(reference, length, 3) % merging->turns != merging->turn) return LAC_OK;
    status = lac_dict_code(&merging->refs, reference, &code, merging->err);
    if (status != LAC_OK) return status;
    if (code < before) {
        lac_ingest_case_add(&merging->cases[code], one);
        return LAC_OK;
    }
    status = lac_grow(&cases, &merging->capacity, (size_t)code + 1, sizeof *one, merging->err);
    merging->cases = cases;
    if (status == LAC_OK) merging->cases[code] = *one;
    return status;
}

enum lac_status
lac_ingest_cases_merge(const struct lac_ingest_case_blocks *blocks, const struct lac_spool *spool,
                       enum lac_status (*visit)(void *context, const struct lac_ingest_case *one),
                       void *context, struct lac_error *err)
{
    struct merging merging = {.turns = blocks->listed / LAC_INGEST_MERGED + 1, .err = err};
    enum lac_status status = LAC_OK;

    lac_dict_init(&merging.refs);
    for (; merging.turn < merging.turns && status == LAC_OK; merging.turn++) {
        lac_dict_clear(&merging.refs);
        status = lac_ingest_cases_each(blocks, spool, merge_case, &merging, err);
        for (uint32_t i = 0; i < merging.refs.count && status == LAC_OK; i++)
            status = visit(context, &merging.cases[i]);
    }
    lac_dict_release(&merging.refs);
    free(merging.cases);
    return status;
}
