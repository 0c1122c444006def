/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Any bytes as the configuration of a run: refused, or printed and read back as it was. */
#include "../file.h"
#include "config/national.h"

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    return fuzz_file(".yaml");
}

static void print(const struct lac_config *config, struct lac_buffer *out)
{
    lac_config_print(&lac_config_schema, config, false, out);
}

/* What was printed must be read again, and print the same. */
static void again(const char *text)
{
    struct lac_buffer second = {0};
    struct lac_arena arena;
    struct lac_error err;
    void *config;

    lac_arena_init(&arena);
    lac_error_init(&err);
    if (lac_config_load_text(fuzz_path, text, &lac_config_schema, &arena, &config, &err) != LAC_OK) abort();
    print(config, &second);
    if (lac_buffer_status(&second, &err) != LAC_OK || strcmp(second.text, text) != 0) abort();
    lac_buffer_release(&second);
    lac_arena_release(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct lac_buffer out = {0};
    struct lac_config *config;
    struct lac_arena arena;
    struct lac_error err;

    fuzz_put(data, size);
    lac_arena_init(&arena);
    lac_error_init(&err);
    if (lac_config_national(fuzz_path, &arena, &config, &err) == LAC_OK) {
        print(config, &out);
        if (lac_buffer_status(&out, &err) != LAC_OK) abort();
        again(out.text);
    }
    lac_buffer_release(&out);
    lac_arena_release(&arena);
    return 0;
}
