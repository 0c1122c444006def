/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Any bytes as a return: the reader both ways, then the sheet, the cells and all rules. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "library.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    library_open();
    return 0;
}

struct rows {
    uint64_t hash, count;
};

static enum lac_status add_row(void *context, const struct lac_csv_row *row, struct lac_error *err)
{
    struct rows *rows = context;

    (void)err;
    for (size_t i = 0; i < row->count; i++)
        rows->hash = lac_hash64(row->field[i], row->length[i] + 1, rows->hash + (uint64_t)row->line);
    rows->count++;
    return LAC_OK;
}

/* Plain lines split here and by libcsv must not differ. */
static void both_ways(const char *bytes, size_t size)
{
    struct rows rows[2] = {{0, 0}, {0, 0}};
    enum lac_status status[2];

    for (int way = 0; way < 2; way++) {
        struct lac_csv_reader reader = {
            .ragged = true, .record = add_row, .context = &rows[way], .libcsv_only = way == 1};
        struct lac_error err;

        lac_error_init(&err);
        status[way] = lac_csv_read_bytes("a.csv", bytes, size, &reader, &err);
    }
    if (status[0] != status[1] || rows[0].count != rows[1].count || rows[0].hash != rows[1].hash) abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct lac_ingest_return ret;
    const struct lac_ingest_reading what = {.path = "a.csv",
                                            .bytes = (const char *)data,
                                            .length = size,
                                            .layout = lac_ingest_library_layout(&library, "national-1"),
                                            .library = &library};

    both_ways((const char *)data, size);
    if (lac_ingest_return_read(&ret, &what) != LAC_OK) abort();
    if (!ret.judged && ret.findings.count == 0) abort();
    lac_ingest_return_release(&ret);
    return 0;
}
