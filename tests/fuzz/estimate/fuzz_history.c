/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Any bytes as a table of capture histories: refused, or read with counts that are counts. */
#include "../file.h"
#include "table_read.h"

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    return fuzz_file(".csv");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct lac_estimate_table table;
    struct lac_arena arena;
    struct lac_error err;

    fuzz_put(data, size);
    lac_arena_init(&arena);
    lac_error_init(&err);
    if (lac_estimate_table_read(fuzz_path, &arena, &table, &err) == LAC_OK) {
        struct lac_estimate_strata strata = {.column = table.stratum, .chosen = table.strata};
        int64_t persons = 0;

        for (int64_t i = 0; i < table.rows; i++) {
            if (table.count[i] < 0 || table.count[i] > INT64_C(1) << 53) abort();
            if (table.captures == NULL && table.history[i] >> table.lists != 0) abort();
            persons += table.count[i];
        }
        if (persons < 1 || table.lists < 2) abort();
        if (lac_estimate_table_strata(&table, &arena, &strata, &err) == LAC_OK && strata.count < 1) abort();
    }
    lac_arena_release(&arena);
    return 0;
}
