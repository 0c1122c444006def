/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/spool.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static enum lac_status fail_io(const struct lac_spool *spool, const char *what, struct lac_error *err)
{
    enum lac_status status = lac_fail(err, LAC_IO, "%s: %s", what, strerror(errno));

    lac_error_file(err, spool->folder);
    if (errno == ENOSPC || errno == EDQUOT)
        lac_error_remedy(err, "free space on the disk and run the same command again");
    return status;
}

/* A file without a name: made and unlinked at once, which every file system can do. */
static int open_nameless(const char *folder)
{
    char path[4096];
    int n = snprintf(path, sizeof path, "%s/spool-XXXXXX", folder), file;

    if (n < 0 || (size_t)n >= sizeof path) {
        errno = ENAMETOOLONG;
        return -1;
    }
    file = mkstemp(path);
    if (file < 0) return -1;
    if (unlink(path) != 0 || fcntl(file, F_SETFD, FD_CLOEXEC) != 0) {
        close(file);
        return -1;
    }
    return file;
}

enum lac_status lac_spool_open(struct lac_spool *spool, const char *folder, struct lac_error *err)
{
    spool->folder = folder;
    spool->file = -1;
    atomic_init(&spool->end, 0);
    spool->memory = mmap(NULL, LAC_SPOOL_MEMORY, PROT_READ | PROT_WRITE,
                         MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (spool->memory == MAP_FAILED) {
        spool->memory = NULL;
        return lac_fail_memory(err, "a spool");
    }
    spool->file = open_nameless(folder);
    return spool->file < 0 ? fail_io(spool, "a temporary file cannot be made", err) : LAC_OK;
}

void lac_spool_close(struct lac_spool *spool)
{
    if (spool->memory == NULL) return;
    munmap(spool->memory, LAC_SPOOL_MEMORY);
    if (spool->file >= 0) close(spool->file);
    spool->memory = NULL;
}

/* Bytes of a piece at `offset` that belong in memory. */
static size_t share_in_memory(uint64_t offset, size_t n)
{
    if (offset >= LAC_SPOOL_MEMORY) return 0;
    return n < LAC_SPOOL_MEMORY - offset ? n : (size_t)(LAC_SPOOL_MEMORY - offset);
}

enum lac_status lac_spool_append(struct lac_spool *spool, const void *bytes, size_t n, uint64_t *offset,
                                 struct lac_error *err)
{
    uint64_t at = atomic_fetch_add(&spool->end, n);
    size_t done = share_in_memory(at, n);

    *offset = at;
    if (done > 0) memcpy(spool->memory + at, bytes, done);
    while (done < n) {
        ssize_t written =
            pwrite(spool->file, (const char *)bytes + done, n - done, (off_t)(at + done - LAC_SPOOL_MEMORY));

        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) return fail_io(spool, "a temporary file cannot be written", err);
        done += (size_t)written;
    }
    return LAC_OK;
}

enum lac_status lac_spool_read(const struct lac_spool *spool, uint64_t offset, void *bytes, size_t n,
                               struct lac_error *err)
{
    size_t done = share_in_memory(offset, n);

    if (done > 0) memcpy(bytes, spool->memory + offset, done);
    while (done < n) {
        ssize_t got =
            pread(spool->file, (char *)bytes + done, n - done, (off_t)(offset + done - LAC_SPOOL_MEMORY));

        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) return fail_io(spool, "a temporary file cannot be read", err);
        done += (size_t)got;
    }
    return LAC_OK;
}
