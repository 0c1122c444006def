/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `lacuna diff`: options and exit status; the work is in diff.c. */
#include <string.h>

#include "base/program.h"
#include "runner/command.h"
#include "runner/diff.h"

enum { KEY_CSV = 0x3200, KEY_JSON };

static const struct argp_option options[] = {
    {"csv", KEY_CSV, NULL, 0, "The figures that differ, as CSV", 0},
    {"json", KEY_JSON, NULL, 0, "The figures that differ, as JSON", 0},
    {0},
};

struct diff_arguments {
    struct lac_common common;
    struct lac_diff_request request;
};

static error_t parse(int key, char *text, struct argp_state *state)
{
    struct diff_arguments *arguments = state->input;
    struct lac_diff_request *request = &arguments->request;

    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &arguments->common;
        return 0;
    case ARGP_KEY_ARG:
        if (state->arg_num > 1) argp_error(state, "two runs at a time, please");
        request->run[state->arg_num > 0] = text;
        return 0;
    case ARGP_KEY_END:
        if (state->arg_num != 2) argp_error(state, "two run folders are needed");
        return 0;
    case KEY_CSV:
    case KEY_JSON:
        if (request->form != LAC_SHOW_TEXT) argp_error(state, "--csv and --json exclude each other");
        request->form = key == KEY_CSV ? LAC_SHOW_CSV : LAC_SHOW_JSON;
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp_child children[] = {{&lac_common_argp, 0, "Common options:", 10}, {0}};
static const struct argp argp = {
    .options = options,
    .parser = parse,
    .args_doc = "RUN_A RUN_B",
    .doc = "Says what differs between two runs: settings, programs, inputs, and the published figures.",
    .children = children,
};

int lac_main_diff(int argc, char **argv)
{
    struct diff_arguments arguments;
    struct lac_log log;
    struct lac_error err;

    memset(&arguments, 0, sizeof arguments);
    lac_error_init(&err);
    lac_common_init(&arguments.common, "lacuna diff");
    arguments.request.to = stdout;
    argp_parse(&argp, argc, argv, 0, NULL, &arguments);
    (void)lac_program_start(&arguments.common, &log);
    return lac_program_end(&log, lac_diff(&arguments.request, &err), &err);
}
