/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_FUZZ_LIBRARY_H
#define LAC_FUZZ_LIBRARY_H
/* The code lists and layouts of the project, for as long as the target runs. */
#include <stdlib.h>
#include "read.h"

static struct lac_ingest_library library;

static void library_open(void)
{
    static struct lac_arena lasting;
    struct lac_error err;
    const char *source = getenv("LACUNA_SOURCE");

    lac_error_init(&err);
    lac_arena_init(&lasting);
    if (source == NULL || lac_ingest_library_open(&library, source, NULL, &lasting, &err) != LAC_OK) abort();
}

#endif
