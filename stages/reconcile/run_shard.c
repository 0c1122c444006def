/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "run.h"

bool lac_reconcile_run_is_part(const struct lac_reconcile_run *run)
{
    return run->shard.count > 0 && !run->shard.reduce;
}

enum lac_status lac_reconcile_run_write_part(struct lac_reconcile_run *run, struct lac_error *err)
{
    struct lac_buffer part = {0};
    enum lac_status status;

    lac_buffer_add(&part, ""); /* a part without counts is a text all the same */
    for (int p = 0; p < LAC_RECONCILE_POPULATIONS; p++) {
        if (run->cohort[p].asked) lac_reconcile_counts_pack(&run->cohort[p].counts, &part);
    }
    status = lac_buffer_status(&part, err);
    if (status == LAC_OK) status = lac_shard_write(run->stage, &run->shard, part.text, part.length, err);
    if (status == LAC_OK)
        lac_log_info(&run->stage->log, "part %zu of %zu, %zu bytes", run->shard.index + 1, run->shard.count,
                     part.length);
    lac_buffer_release(&part);
    return status;
}

/* Adds one part to the counts of every population. */
static enum lac_status add_part(struct lac_reconcile_run *run, const struct lac_shard *part,
                                struct lac_arena *arena, struct lac_error *err)
{
    struct lac_reconcile_packed packed = {.at = 0};
    enum lac_status status = lac_shard_read(run->stage, part, arena, &packed.bytes, &packed.length, err);

    for (int p = 0; status == LAC_OK && p < LAC_RECONCILE_POPULATIONS; p++) {
        if (run->cohort[p].asked) status = lac_reconcile_counts_merge(&run->cohort[p].counts, &packed, err);
    }
    if (status == LAC_OK && packed.at != packed.length)
        status =
            lac_fail(err, LAC_DEFECT, "part %zu holds more than the counts of this run", part->index + 1);
    return status;
}

enum lac_status lac_reconcile_run_add_parts(struct lac_reconcile_run *run, struct lac_error *err)
{
    struct lac_shard part = run->shard;
    struct lac_arena arena;
    enum lac_status status = LAC_OK;

    lac_arena_init(&arena);
    for (part.index = 0; status == LAC_OK && part.index < part.count; part.index++) {
        lac_arena_reset(&arena);
        status = add_part(run, &part, &arena, err);
    }
    lac_arena_release(&arena);
    return status;
}
