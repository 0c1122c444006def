/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_BASE_SPOOL_H
#define LAC_BASE_SPOOL_H
/*
 * Bytes that wait: written once, read back by their offset. The first LAC_SPOOL_MEMORY bytes stay in memory,
 * the rest goes to a file without a name in the folder given, which vanishes with the process however it
 * ends, so that nothing personal is left behind. Any number of threads may append and read at once; what is
 * read must have been appended before.
 */
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include "base/status.h"

#define LAC_SPOOL_MEMORY ((uint64_t)16 << 20)

struct lac_spool {
    const char *folder; /* borrowed */
    char *memory;
    int file;
    _Atomic uint64_t end;
};
/* `folder` must be writable and outlive the spool. Takes address space, no memory yet. */
enum lac_status lac_spool_open(struct lac_spool *spool, const char *folder,
                               struct lac_error *err) LAC_CHECKED;
/* Harmless on a zeroed struct. */
void lac_spool_close(struct lac_spool *spool);
/* LAC_IO on a full disk. */
enum lac_status lac_spool_append(struct lac_spool *spool, const void *bytes, size_t n, uint64_t *offset,
                                 struct lac_error *err) LAC_CHECKED;
enum lac_status lac_spool_read(const struct lac_spool *spool, uint64_t offset, void *bytes, size_t n,
                               struct lac_error *err) LAC_CHECKED;

#endif
