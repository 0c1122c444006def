/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `lacuna diff`: reserved; it says so. */
#include "base/program.h"
#include "runner/command.h"

static error_t parse(int key, char *text, struct argp_state *state)
{
    (void)text;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = state->input;
        return 0;
    case ARGP_KEY_ARG:
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp_child children[] = {{&lac_common_argp, 0, "Common options:", 10}, {0}};
static const struct argp argp = {.parser = parse,
                                 .args_doc = "RUN_A RUN_B",
                                 .doc = "Says why a figure changed. Not available in this version.",
                                 .children = children};

int lac_main_diff(int argc, char **argv)
{
    struct lac_common common;
    struct lac_log log;
    struct lac_error err;

    lac_common_init(&common, "lacuna diff");
    argp_parse(&argp, argc, argv, 0, NULL, &common);
    (void)lac_program_start(&common, &log);
    (void)lac_fail(&err, LAC_USAGE, "diff is not available in this version");
    lac_error_remedy(&err, "compare report/tables.csv of the two runs");
    return lac_program_end(&log, LAC_USAGE, &err);
}
