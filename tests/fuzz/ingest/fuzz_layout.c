/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Any bytes as a layout file: it is refused, or a return can be read through it. */
#include "../file.h"
#include "library.h"

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    library_open();
    return fuzz_file(".yaml");
}

static void read_through(const struct lac_ingest_layout *layout)
{
    static const char csv[] = "local_ref,person_ref,role,dob,recorded_date,n_suspects,Crime Number\n"
                              "7,1,VICTIM,2009-05-04,2025-02-01,2,A\n8,,suspect,1/2/99,45689,x,\n";
    struct lac_ingest_return ret;
    const struct lac_ingest_reading what = {
        .path = "a.csv", .bytes = csv, .length = sizeof csv - 1, .layout = layout, .library = &library};

    if (lac_ingest_return_read(&ret, &what) != LAC_OK) abort();
    lac_ingest_return_release(&ret);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct lac_ingest_layout *layout;
    struct lac_arena arena;
    struct lac_error err;

    fuzz_put(data, size);
    lac_arena_init(&arena);
    lac_error_init(&err);
    if (lac_ingest_layout_load(fuzz_path, &arena, &layout, &err) == LAC_OK) read_through(layout);
    lac_arena_release(&arena);
    return 0;
}
