/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_RUNNER_COMMAND_H
#define LAC_RUNNER_COMMAND_H
/*
 * The commands of `lacuna`: one list that dispatches, and from which the help is printed.
 *
 * To add a command: a row in command.c. A row with `run` is built in; one without is the program lacuna-NAME,
 * found beside `lacuna` or in ../libexec/lacuna. A row without a usage is a heading.
 */
#include <stddef.h>
#include "base/memory.h"

struct lac_command {
    const char *name;
    int (*run)(int argc,
               char **argv); /* built in: takes argv with "lacuna NAME" as argv[0], gives the exit status */
    const char *usage, *summary;
};
extern const struct lac_command lac_commands[];
extern const size_t lac_command_count;

/* The command, or NULL. */
const struct lac_command *lac_command_find(const char *name);
/* The command most like `name`, or NULL. */
const char *lac_command_nearest(const char *name);
/* The text of `lacuna help`. */
void lac_command_help(struct lac_buffer *out);

/* Built-in commands (main_*.c). They print and give an exit status. */
int lac_main_run(int argc, char **argv);
int lac_main_show(int argc, char **argv);
int lac_main_diff(int argc, char **argv);

#endif
