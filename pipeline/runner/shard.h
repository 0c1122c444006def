/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_RUNNER_SHARD_H
#define LAC_RUNNER_SHARD_H
/*
 * A stage cut into shards, each a process of its own, on one machine or many:
 *
 *   lacuna-reconcile --config C --run R --shard 1/3      writes RUN/store/parts/reconcile-1-of-3.part
 *   ...
 *   lacuna-reconcile --config C --run R --shard reduce/3 reads the three parts and writes what the plain
 * command writes
 *
 * The stage says what its items are and what a part holds. Shard i of n works on the items whose number is i
 * - 1 modulo n; parts must add up to the same whatever n is, so that the bytes do not depend on it. A part
 * names the settings, inputs, seed and program it is of and holds a digest of its bytes: parts of another
 * run, or cut short, are refused. Parts may hold personal data: they are for their owner alone. They are in
 * the byte order of the machine, and say so.
 */
#include "runner/stage.h"

struct lac_shard {
    size_t index, count; /* 0 .. count-1; count 0: no shard was asked for */
    bool reduce;
};

/* Option --shard; the input is a struct lac_shard, zeroed. */
extern const struct argp lac_shard_argp;

/* Writes the part of this shard. */
enum lac_status lac_shard_write(const struct lac_stage *stage, const struct lac_shard *shard,
                                const void *bytes, size_t length, struct lac_error *err) LAC_CHECKED;
/* Reads part `index`, 0 .. count-1, into the arena. LAC_IO where it is missing, LAC_INPUT where it is of
 * another run or damaged. */
enum lac_status lac_shard_read(const struct lac_stage *stage, const struct lac_shard *part,
                               struct lac_arena *arena, const char **bytes, size_t *length,
                               struct lac_error *err) LAC_CHECKED;
/* Takes the parts away once the whole is written; one that will not go is warned of. */
void lac_shard_clear(const struct lac_stage *stage, const struct lac_shard *shard);

#endif
