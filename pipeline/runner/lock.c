/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#include "runner/run.h"

/* A killed runner takes its stage with it, but that takes a moment; so the lock is tried for two seconds. The
 * descriptor passes to the stages on purpose: as long as one lives, nobody else writes here. */
enum { LOCK_TRIES = 40, LOCK_PAUSE_MILLISECONDS = 50 };

static enum lac_status fail_lock(struct lac_error *err, const char *path, int why)
{
    enum lac_status st;

    if (why == EWOULDBLOCK) {
        st = lac_fail(err, LAC_IO, "another run is working in this folder");
        lac_error_remedy(err, "wait for it to end, or give another folder with --out");
    } else {
        st = lac_fail(err, LAC_IO, "the run's lock cannot be taken: %s", strerror(why));
        lac_error_remedy(err, "check that the folder may be written");
    }
    lac_error_file(err, path);
    return st;
}

enum lac_status lac_run_lock(const char *folder, int *lock, struct lac_error *err)
{
    const struct timespec pause = {0, LOCK_PAUSE_MILLISECONDS * 1000000L};
    char path[PATH_MAX];
    int descriptor;

    *lock = -1;
    if (snprintf(path, sizeof path, "%s/.lock", folder) >= (int)sizeof path)
        return lac_fail(err, LAC_IO, "the path of the run folder is too long");
    descriptor = open(path, O_RDWR | O_CREAT | O_NOFOLLOW, 0600);
    if (descriptor < 0) return fail_lock(err, path, errno);
    for (int i = 0; i < LOCK_TRIES; i++) {
        if (flock(descriptor, LOCK_EX | LOCK_NB) == 0) {
            *lock = descriptor;
            return LAC_OK;
        }
        if (errno != EWOULDBLOCK && errno != EINTR) break;
        (void)nanosleep(&pause, NULL);
    }
    (void)close(descriptor);
    return fail_lock(err, path, EWOULDBLOCK);
}
