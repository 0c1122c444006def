/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_RUNNER_PROCESS_H
#define LAC_RUNNER_PROCESS_H
/*
 * Stages as processes: finding their programs, starting one, waiting for it.
 *
 * SIGINT, SIGTERM and SIGHUP sent to the runner go on to the running stage; a stage never outlives its
 * runner. One process at a time; the signal state is the only global state, as signals are.
 */
#include <stdbool.h>
#include <stdint.h>
#include "base/memory.h"
#include "base/status.h"

/* The folder of the running program, then ../libexec/lacuna. `path` is NULL when the program is in neither.
 */
enum lac_status lac_program_find(const char *name, struct lac_arena *arena, char **path,
                                 struct lac_error *err) LAC_CHECKED;

struct lac_process_result {
    int exit_status; /* -1 when killed */
    int signal;      /* that killed it, 0 otherwise */
    double seconds;
    int64_t peak_memory; /* bytes */
};

/* Runs `path` with arguments argv (argv[0] included, NULL terminated) and waits for its end. LAC_IO when it
 * cannot be started; a program that ends with a failure is not a failure of this function. */
enum lac_status lac_process_run(const char *path, char *const argv[], struct lac_process_result *result,
                                struct lac_error *err) LAC_CHECKED;

/* Starts to watch for SIGINT, SIGTERM and SIGHUP; lac_process_signal() is then the last one received, or 0.
 */
void lac_process_watch(void);
int lac_process_signal(void);
/* Ends the program by `signal`, as if it had not been caught. */
void lac_process_die(int signal);

/* First line that `command` prints ("gnuplot --version") in the arena, "" when it cannot be run. */
enum lac_status lac_process_line(const char *command, struct lac_arena *arena, const char **line,
                                 struct lac_error *err) LAC_CHECKED;

#endif
