/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Any bytes as a case definition: refused, or compiled and resolved alone. */
#include "../file.h"
#include "definition.h"

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    return fuzz_file(".yaml");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct lac_config_path path = {fuzz_path, fuzz_path};
    struct lac_definitions_settings settings = {.files = {&path, 1}, .headline = "D"};
    struct lac_reconcile_rules rules;
    struct lac_arena arena;
    struct lac_error err;

    fuzz_put(data, size);
    lac_arena_init(&arena);
    lac_error_init(&err);
    if (lac_reconcile_rules_load(&settings, &arena, &rules, &err) == LAC_OK && rules.count != 1) abort();
    lac_arena_release(&arena);
    return 0;
}
