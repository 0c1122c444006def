/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_FUZZ_FILE_H
#define LAC_FUZZ_FILE_H
/* For targets whose reader opens a file: the input in a file of its own, which goes with the process. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char fuzz_path[64];

static void fuzz_remove(void)
{
    unlink(fuzz_path);
}

static int fuzz_file(const char *ending)
{
    snprintf(fuzz_path, sizeof fuzz_path, "/tmp/lacuna-fuzz-%ld%s", (long)getpid(), ending);
    return atexit(fuzz_remove);
}

static void fuzz_put(const uint8_t *data, size_t size)
{
    FILE *file = fopen(fuzz_path, "wb");

    if (file == NULL || fwrite(data, 1, size, file) != size || fclose(file) != 0) abort();
}

#endif
