/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `lacuna show`: options and exit status; the work is in show.c. */
#include <string.h>

#include "base/program.h"
#include "base/text.h"
#include "runner/command.h"
#include "runner/show.h"

enum { KEY_CSV = 0x3100, KEY_JSON, KEY_LIMIT, KEY_WHERE };

static const struct argp_option options[] = {
    {"csv", KEY_CSV, NULL, 0, "As CSV", 0},
    {"json", KEY_JSON, NULL, 0, "As JSON: an array of objects", 0},
    {"where", KEY_WHERE, "COLUMN=VALUE", 0,
     "Only rows that meet it; also != < <= > >= and ~ (holds the text). Give it again for more conditions",
     0},
    {"limit", KEY_LIMIT, "N", 0, "At most N rows, 0 for all (default: 40 as text, all as CSV and JSON)", 0},
    {0},
};

struct show_arguments {
    struct lac_common common;
    struct lac_show_request request;
};

static error_t take_argument(char *text, struct argp_state *state, struct lac_show_request *request)
{
    if (request->path == NULL)
        request->path = text;
    else if (request->table == NULL)
        request->table = text;
    else
        argp_error(state, "too many arguments: a path and at most one table");
    return 0;
}

static error_t parse(int key, char *text, struct argp_state *state)
{
    struct show_arguments *arguments = state->input;
    struct lac_show_request *request = &arguments->request;

    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &arguments->common;
        return 0;
    case ARGP_KEY_ARG:
        return take_argument(text, state, request);
    case ARGP_KEY_END:
        if (request->path == NULL) argp_error(state, "a run folder or a store file is needed");
        if (request->table == NULL && request->conditions > 0) argp_error(state, "--where needs a table");
        return 0;
    case KEY_CSV:
    case KEY_JSON:
        if (request->form != LAC_SHOW_TEXT) argp_error(state, "--csv and --json exclude each other");
        request->form = key == KEY_CSV ? LAC_SHOW_CSV : LAC_SHOW_JSON;
        return 0;
    case KEY_WHERE:
        if (request->conditions == LAC_SHOW_CONDITIONS)
            argp_error(state, "--where: at most %d conditions", LAC_SHOW_CONDITIONS);
        request->where[request->conditions++] = text;
        return 0;
    case KEY_LIMIT:
        if (!lac_text_i64(text, &request->limit) || request->limit < 0)
            argp_error(state, "--limit: '%.40s' is not a whole number from 0", text);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp_child children[] = {{&lac_common_argp, 0, "Common options:", 10}, {0}};
static const struct argp argp = {
    .options = options,
    .parser = parse,
    .args_doc = "PATH [TABLE]",
    .doc = "Shows what is in a run folder, a store file, or one of their tables.",
    .children = children,
};

int lac_main_show(int argc, char **argv)
{
    struct show_arguments arguments;
    struct lac_log log;
    struct lac_error err;

    memset(&arguments, 0, sizeof arguments);
    lac_error_init(&err);
    lac_common_init(&arguments.common, "lacuna show");
    arguments.request.limit = -1;
    arguments.request.to = stdout;
    argp_parse(&argp, argc, argv, 0, NULL, &arguments);
    (void)lac_program_start(&arguments.common, &log);
    return lac_program_end(&log, lac_show(&arguments.request, &err), &err);
}
