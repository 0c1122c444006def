/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "runner/process.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "base/log.h"

#define EXIT_NOT_STARTED 127

static const int watched[] = {SIGINT, SIGTERM, SIGHUP};
static volatile sig_atomic_t received; /* last signal */
static volatile sig_atomic_t child;    /* process identifier of the running stage, 0 for none */

static void on_signal(int number)
{
    int saved = errno;

    received = number;
    if (child > 0) (void)kill((pid_t)child, number);
    errno = saved;
}

void lac_process_watch(void)
{
    struct sigaction action;

    memset(&action, 0, sizeof action);
    action.sa_handler = on_signal;
    sigemptyset(&action.sa_mask);
    for (size_t i = 0; i < sizeof watched / sizeof watched[0]; i++) {
        struct sigaction before;

        /* what the caller chose to ignore (nohup) stays ignored */
        if (sigaction(watched[i], NULL, &before) == 0 && before.sa_handler != SIG_IGN)
            (void)sigaction(watched[i], &action, NULL);
    }
}

int lac_process_signal(void)
{
    return received;
}

void lac_process_die(int number)
{
    (void)signal(number, SIG_DFL);
    (void)raise(number);
}

enum lac_status lac_program_find(const char *name, struct lac_arena *arena, char **path,
                                 struct lac_error *err)
{
    static const char *const places[] = {"", "../libexec/lacuna/"};
    char self[PATH_MAX];
    ssize_t length = readlink("/proc/self/exe", self, sizeof self - 1);
    char *folder;

    *path = NULL;
    if (length <= 0)
        return lac_fail(err, LAC_IO, "the place of this program is unknown: %s", strerror(errno));
    self[length] = '\0';
    folder = lac_path_folder(arena, self);
    for (size_t i = 0; folder != NULL && i < sizeof places / sizeof places[0]; i++) {
        char *candidate = lac_arena_printf(arena, "%s/%s%s", folder, places[i], name);

        if (candidate == NULL) return lac_fail_memory(err, "a file name");
        if (access(candidate, X_OK) == 0) {
            *path = candidate;
            return LAC_OK;
        }
    }
    return folder == NULL ? lac_fail_memory(err, "a file name") : LAC_OK;
}

static void become(const char *path, char *const argv[], pid_t parent)
{
    for (size_t i = 0; i < sizeof watched / sizeof watched[0]; i++) {
        struct sigaction now;

        if (sigaction(watched[i], NULL, &now) == 0 && now.sa_handler != SIG_IGN)
            (void)signal(watched[i], SIG_DFL);
    }
    /* a stage must not go on writing when its runner is gone and another one may have taken over */
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) == 0 && getppid() == parent) execv(path, argv);
    _exit(EXIT_NOT_STARTED);
}

static enum lac_status wait_for(pid_t pid, struct lac_process_result *result, struct lac_error *err)
{
    struct rusage usage;
    int state;

    while (wait4(pid, &state, 0, &usage) < 0)
        if (errno != EINTR) return lac_fail(err, LAC_IO, "waiting for a stage failed: %s", strerror(errno));
    result->signal = WIFSIGNALED(state) ? WTERMSIG(state) : 0;
    result->exit_status = WIFEXITED(state) ? WEXITSTATUS(state) : -1;
    result->peak_memory = (int64_t)usage.ru_maxrss * 1024;
    return LAC_OK;
}

enum lac_status lac_process_run(const char *path, char *const argv[], struct lac_process_result *result,
                                struct lac_error *err)
{
    double started = lac_clock_seconds();
    pid_t parent = getpid(), pid;
    enum lac_status st;

    memset(result, 0, sizeof *result);
    fflush(NULL);
    pid = fork();
    if (pid == 0) become(path, argv, parent);
    if (pid < 0) return lac_fail(err, LAC_IO, "%s cannot be started: %s", argv[0], strerror(errno));
    child = pid;
    if (received != 0) (void)kill(pid, received); /* it came between the last look and the start */
    st = wait_for(pid, result, err);
    child = 0;
    result->seconds = lac_clock_seconds() - started;
    if (st == LAC_OK && result->exit_status == EXIT_NOT_STARTED) {
        st = lac_fail(err, LAC_IO, "%s cannot be started", argv[0]);
        lac_error_file(err, path);
        lac_error_remedy(err, "build or install Lacuna again");
    }
    return st;
}

enum lac_status lac_process_line(const char *command, struct lac_arena *arena, const char **line,
                                 struct lac_error *err)
{
    char text[256] = "";
    FILE *from = popen(command, "r");

    if (from != NULL && fgets(text, sizeof text, from) == NULL) text[0] = '\0';
    if (from != NULL) (void)pclose(from);
    text[strcspn(text, "\r\n")] = '\0';
    *line = lac_arena_strdup(arena, text);
    return *line == NULL ? lac_fail_memory(err, "a version") : LAC_OK;
}
