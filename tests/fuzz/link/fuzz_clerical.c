/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Any bytes as a file of judged pairs, against two returns of three rows: refused, or pairs of these rows. */
#include "../file.h"
#include "clerical.h"

static struct lac_table records, returns;

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    static const char *const ids[] = {"R1", "R2"};
    struct lac_error err;

    (void)argc;
    (void)argv;
    lac_error_init(&err);
    if (lac_table_init(&records, LAC_TABLE_records, &err) != LAC_OK ||
        lac_table_init(&returns, LAC_TABLE_returns, &err) != LAC_OK)
        abort();
    for (uint32_t i = 0; i < 2; i++) {
        size_t at;

        if (lac_table_row(&returns, &at, &err) != LAC_OK ||
            lac_set_text(&returns, LAC_COL_returns_return_id, at, ids[i], &err) != LAC_OK)
            abort();
        for (uint32_t row = 1; row <= 3; row++) {
            if (lac_table_row(&records, &at, &err) != LAC_OK) abort();
            lac_u32(&records, LAC_COL_records_return_index)[at] = i;
            lac_u32(&records, LAC_COL_records_row)[at] = row;
        }
    }
    return fuzz_file(".csv");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct lac_config_path path = {fuzz_path, fuzz_path};
    const struct lac_config_paths files = {&path, 1};
    struct lac_link_judged judged;
    struct lac_arena arena;
    struct lac_error err;

    fuzz_put(data, size);
    lac_arena_init(&arena);
    lac_error_init(&err);
    if (lac_link_judged_read(&files, &records, &returns, &arena, &judged, &err) == LAC_OK)
        for (size_t k = 0; k < judged.count; k++)
            if (judged.label[k].left >= records.rows || judged.label[k].right >= records.rows) abort();
    lac_link_judged_release(&judged);
    lac_arena_release(&arena);
    return 0;
}
