/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `lacuna`: finds the command and starts it. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/program.h"
#include "runner/command.h"
#include "runner/process.h"

#define NAME_LIMIT 64

static int fail(enum lac_status status, struct lac_error *err)
{
    err->status = status;
    lac_error_print(err, "lacuna", 0, stderr);
    return lac_status_exit(status);
}

static int print_help(FILE *to)
{
    struct lac_buffer text = {0};
    struct lac_error err;
    enum lac_status st;

    lac_error_init(&err);
    lac_command_help(&text);
    if ((st = lac_buffer_status(&text, &err)) == LAC_OK && (fputs(text.text, to) == EOF || fflush(to) != 0))
        st = lac_fail(&err, LAC_IO, "the help could not be written");
    lac_buffer_release(&text);
    return st == LAC_OK ? 0 : fail(st, &err);
}

static int unknown_command(const char *name)
{
    struct lac_error err;
    const char *nearest = lac_command_nearest(name);

    (void)lac_fail(&err, LAC_USAGE, "'%.40s' is not a command", name);
    if (nearest != NULL)
        lac_error_remedy(&err, "did you mean '%s'? `lacuna help` lists the commands", nearest);
    else
        lac_error_remedy(&err, "`lacuna help` lists the commands");
    return fail(LAC_USAGE, &err);
}

static int start_program(const struct lac_command *command, char **argv)
{
    struct lac_arena arena;
    struct lac_error err;
    char name[NAME_LIMIT], *path = NULL;
    enum lac_status st;

    lac_error_init(&err);
    lac_arena_init(&arena);
    snprintf(name, sizeof name, "lacuna-%s", command->name);
    st = lac_program_find(name, &arena, &path, &err);
    if (st == LAC_OK && path == NULL) {
        st = lac_fail(&err, LAC_IO, "the program %s was not found", name);
        lac_error_remedy(&err, "install Lacuna whole: its stages lie beside lacuna or in ../libexec/lacuna");
    } else if (st == LAC_OK) {
        argv[0] = name;
        execv(path, argv);
        st = lac_fail(&err, LAC_IO, "%s cannot be started: %s", name, strerror(errno));
    }
    lac_arena_release(&arena);
    return fail(st, &err);
}

static int start(const struct lac_command *command, int argc, char **argv)
{
    char name[NAME_LIMIT];

    if (command->run == NULL) return start_program(command, argv);
    snprintf(name, sizeof name, "lacuna %s", command->name);
    argv[0] = name;
    return command->run(argc, argv);
}

static int help(int argc, char **argv)
{
    const struct lac_command *command;
    char option[] = "--help";
    char *help_argv[] = {NULL, option, NULL};

    if (argc < 3) return print_help(stdout);
    command = lac_command_find(argv[2]);
    return command == NULL ? unknown_command(argv[2]) : start(command, 2, help_argv);
}

int main(int argc, char **argv)
{
    const struct lac_command *command;

    lac_program_usage();
    if (argc < 2) {
        (void)print_help(stderr);
        return lac_status_exit(LAC_USAGE);
    }
    if (strcmp(argv[1], "help") == 0) return help(argc, argv);
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 || strcmp(argv[1], "-?") == 0)
        return print_help(stdout);
    if (strcmp(argv[1], "--version") == 0 || strcmp(argv[1], "-V") == 0)
        return puts("lacuna " LAC_VERSION) == EOF ? lac_status_exit(LAC_IO) : 0;
    command = lac_command_find(argv[1]);
    return command == NULL ? unknown_command(argv[1]) : start(command, argc - 1, argv + 1);
}
