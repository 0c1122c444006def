/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "twins.h"

#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "table/csv.h"

static enum lac_status add_row(void *context, const struct lac_csv_row *row, struct lac_error *err)
{
    size_t last = row->count - 1;
    uint64_t hash[2];

    lac_hash128(row->field[0], (size_t)(row->field[last] - row->field[0]) + row->length[last], &hash[0],
                &hash[1]);
    return lac_ingest_distinct_add(context, (const char *)hash, 12, err);
}

/* The rows that are not the first of their kind. */
static enum lac_status keep_pairs(struct lac_ingest_twins *twins, const struct lac_ingest_distinct *distinct,
                                  struct lac_error *err)
{
    size_t n = distinct->count - distinct->distinct;

    if (n == 0) return LAC_OK;
    twins->pair = malloc(n * sizeof *twins->pair);
    if (twins->pair == NULL) return lac_fail_memory(err, "rows sent twice");
    for (uint32_t i = 0; i < distinct->count; i++)
        if (distinct->first[i] != i)
            twins->pair[twins->count++] = (struct lac_ingest_twin){i + 1, distinct->first[i] + 1};
    return LAC_OK;
}

enum lac_status lac_ingest_twins_find(struct lac_ingest_twins *twins, const struct lac_ingest_input *source,
                                      const char *folder, struct lac_error *err)
{
    struct lac_ingest_distinct distinct;
    struct lac_csv_reader reader = {.ragged = true,
                                    .record = add_row,
                                    .skip = source->skip,
                                    .first = source->first,
                                    .context = &distinct};
    enum lac_status status = lac_ingest_distinct_open(&distinct, folder, err);

    memset(twins, 0, sizeof *twins);
    if (status == LAC_OK)
        status = source->path == NULL
                     ? lac_csv_read_bytes(source->name, source->bytes, source->length, &reader, err)
                     : lac_csv_read(source->path, &reader, err);
    if (status == LAC_OK) status = lac_ingest_distinct_settle(&distinct, err);
    if (status == LAC_OK) status = keep_pairs(twins, &distinct, err);
    lac_ingest_distinct_close(&distinct);
    if (status != LAC_INPUT) return status;
    lac_error_init(err);
    return LAC_OK;
}

void lac_ingest_twins_release(struct lac_ingest_twins *twins)
{
    free(twins->pair);
    memset(twins, 0, sizeof *twins);
}
