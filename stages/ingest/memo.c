/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "memo.h"

#include <stdlib.h>
#include <string.h>

#define FIRST(n) ((UINT64_C(1) << 8 * (n)) - 1)
const uint64_t lac_ingest_memo_masks[9] = {0,        FIRST(1), FIRST(2), FIRST(3),  FIRST(4),
                                           FIRST(5), FIRST(6), FIRST(7), UINT64_MAX};

/* References and the like hardly ever come twice. */
static uint32_t places_of(int field)
{
    switch (field) {
    case LAC_FIELD_local_ref:
    case LAC_FIELD_person_ref:
    case LAC_FIELD_aliases:
    case LAC_FIELD_dob:
    case LAC_FIELD_postcode:
    case LAC_FIELD_national_ref:
    case LAC_FIELD_transfer_ref:
        return 0;
    default:
        break;
    }
    switch (lac_ingest_field_kinds[field]) {
    case LAC_KIND_NAME:
        return LAC_INGEST_MEMO_NAMES;
    case LAC_KIND_DATE:
        return LAC_INGEST_MEMO_DATES;
    default:
        return LAC_INGEST_MEMO_OTHERS;
    }
}

enum lac_status lac_ingest_memo_open(struct lac_ingest_memo *memo, struct lac_error *err)
{
    memset(memo, 0, sizeof *memo);
    lac_arena_init(&memo->texts);
    for (int f = 0; f < LAC_FIELD_COUNT; f++) {
        memo->first[f] = memo->count;
        memo->places[f] = places_of(f);
        memo->count += memo->places[f];
    }
    memo->entry = aligned_alloc(sizeof *memo->entry, memo->count * sizeof *memo->entry);
    if (memo->entry == NULL) return lac_fail_memory(err, "a return");
    memset(memo->entry, 0, memo->count * sizeof *memo->entry);
    return LAC_OK;
}

void lac_ingest_memo_close(struct lac_ingest_memo *memo)
{
    free(memo->entry);
    memo->entry = NULL;
    lac_arena_release(&memo->texts);
}

void lac_ingest_memo_fill(struct lac_ingest_memo *memo, struct lac_ingest_memo_entry *entry,
                          enum lac_ingest_field field, const uint64_t key[2], union lac_ingest_value value)
{
    if (!lac_ingest_field_is_number(field)) {
        value.text = lac_arena_strdup(&memo->texts, value.text);
        if (value.text == NULL) return;
    }
    entry->key[0] = key[0];
    entry->key[1] = key[1];
    entry->value = value;
}
