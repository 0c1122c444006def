/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "counts.h"

/* What a process counted, in the machine's own form: persons_change, then every census with its accounts, the
 * number of its cells, the cells and their counts. */
void lac_reconcile_counts_pack(const struct lac_reconcile_counts *counts, struct lac_buffer *buffer)
{
    size_t draws = counts->draws;

    lac_buffer_add_n(buffer, (const char *)counts->persons_change, draws * sizeof *counts->persons_change);
    for (size_t i = 0; i < counts->rules * counts->windows; i++) {
        const struct lac_reconcile_census *c = &counts->census[i];
        uint64_t cells = c->count;

        lac_buffer_add_n(buffer, (const char *)&c->total, sizeof c->total);
        lac_buffer_add_n(buffer, (const char *)c->account, draws * sizeof *c->account);
        lac_buffer_add_n(buffer, (const char *)&cells, sizeof cells);
        lac_buffer_add_n(buffer, (const char *)c->cell, c->count * sizeof *c->cell);
        lac_buffer_add_n(buffer, (const char *)c->drawn,
                         c->count * LAC_RECONCILE_KINDS * draws * sizeof *c->drawn);
    }
}

/* The next `length` bytes; NULL when there are not as many. */
static const char *take(struct lac_reconcile_packed *packed, size_t length)
{
    const char *bytes = packed->bytes + packed->at;

    if (length > packed->length - packed->at) return NULL;
    packed->at += length;
    return bytes;
}

static enum lac_status fail_packed(struct lac_error *err)
{
    lac_fail(err, LAC_INPUT, "a part does not hold the counts of this run");
    lac_error_rule(err, "shard-part");
    lac_error_remedy(err, "make all parts again with the settings of this run");
    return LAC_INPUT;
}

static void add_account(struct lac_reconcile_account *to, const char *bytes)
{
    struct lac_reconcile_account from;

    memcpy(&from, bytes, sizeof from);
    to->in += from.in;
    to->cannot_tell += from.cannot_tell;
    to->counted += from.counted;
    to->apart += from.apart;
    to->out += from.out;
    to->unplaced += from.unplaced;
    to->referred += from.referred;
}

static enum lac_status merge_cells(struct lac_reconcile_census *census, size_t cells,
                                   struct lac_reconcile_packed *packed, struct lac_error *err)
{
    size_t size = LAC_RECONCILE_KINDS * census->draws * sizeof *census->drawn;
    const char *cell, *drawn;
    struct lac_arena arena;
    enum lac_status status = LAC_OK;
    int32_t *one;

    if (cells > packed->length / sizeof(struct lac_reconcile_cell)) return fail_packed(err);
    cell = take(packed, cells * sizeof(struct lac_reconcile_cell));
    drawn = cell == NULL ? NULL : take(packed, cells * size);
    if (drawn == NULL) return fail_packed(err);
    lac_arena_init(&arena);
    if ((one = lac_arena_alloc(&arena, 1, size)) == NULL) status = lac_fail_memory(err, "histories");
    for (size_t i = 0; status == LAC_OK && i < cells; i++) {
        struct lac_reconcile_cell from;

        memcpy(&from, cell + i * sizeof from, sizeof from);
        memcpy(one, drawn + i * size, size); /* the bytes may stand at any address */
        status = from.spot < census->width ? lac_reconcile_census_merge(census, &from, one, err)
                                           : fail_packed(err);
    }
    lac_arena_release(&arena);
    return status;
}

static enum lac_status merge_census(struct lac_reconcile_census *census, struct lac_reconcile_packed *packed,
                                    struct lac_error *err)
{
    const char *total = take(packed, sizeof census->total), *account, *count;
    uint64_t cells;

    account = total == NULL ? NULL : take(packed, census->draws * sizeof *census->account);
    count = account == NULL ? NULL : take(packed, sizeof cells);
    if (count == NULL) return fail_packed(err);
    add_account(&census->total, total);
    for (size_t d = 0; d < census->draws; d++)
        add_account(&census->account[d], account + d * sizeof *census->account);
    memcpy(&cells, count, sizeof cells);
    return merge_cells(census, (size_t)cells, packed, err);
}

enum lac_status lac_reconcile_counts_merge(struct lac_reconcile_counts *counts,
                                           struct lac_reconcile_packed *packed, struct lac_error *err)
{
    const char *change = take(packed, counts->draws * sizeof *counts->persons_change);
    enum lac_status status = change == NULL ? fail_packed(err) : LAC_OK;

    for (size_t d = 0; status == LAC_OK && d < counts->draws; d++) {
        int64_t one;

        memcpy(&one, change + d * sizeof one, sizeof one);
        counts->persons_change[d] += one;
    }
    for (size_t i = 0; status == LAC_OK && i < counts->rules * counts->windows; i++)
        status = merge_census(&counts->census[i], packed, err);
    return status;
}
