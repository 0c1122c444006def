/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `lacuna run`: options, messages and exit status; the work is in run.c. */
#include <string.h>

#include "base/date.h"
#include "base/file.h"
#include "base/program.h"
#include "base/text.h"
#include "runner/command.h"
#include "runner/process.h"
#include "runner/run.h"

enum { KEY_OUT = 0x3000, KEY_FROM, KEY_TO, KEY_AS_AT, KEY_EXECUTOR, KEY_DRY_RUN, KEY_FORCE };

static const struct argp_option options[] = {
    {"out", KEY_OUT, "DIR", 0, "Run folder (default: run.out of the configuration, else runs/NAME)", 0},
    {"from", KEY_FROM, "STAGE", 0, "Begin with this stage; the results of earlier ones are taken as they are",
     0},
    {"to", KEY_TO, "STAGE", 0, "End with this stage", 0},
    {"as-at", KEY_AS_AT, "DATE", 0, "Only what was received by this day counts (YYYY-MM-DD)", 0},
    {"executor", KEY_EXECUTOR, "local|slurm", 0, "Where stages run (slurm: not available in this version)",
     0},
    {"dry-run", KEY_DRY_RUN, NULL, 0, "Print the effective configuration and the plan, do nothing", 0},
    {"force", KEY_FORCE, NULL, 0, "Run unchanged stages too; take over a folder of another configuration", 0},
    {0},
};

struct run_arguments {
    struct lac_common common;
    struct lac_run_request request;
};

static size_t take_stage(const struct argp_state *state, const char *option, const char *name)
{
    for (size_t i = 0; i < lac_stage_row_count; i++)
        if (strcmp(lac_stage_rows[i].name, name) == 0) return i;
    argp_error(state,
               "--%s: '%.40s' is not a stage of the pipeline: ingest, link, reconcile, estimate, publish",
               option, name);
    return 0;
}

static error_t parse_path(char *text, struct argp_state *state, struct lac_run_request *request)
{
    if (request->config_path != NULL) argp_error(state, "one configuration at a time, please");
    request->config_path = text;
    return 0;
}

static error_t parse(int key, char *text, struct argp_state *state)
{
    struct run_arguments *arguments = state->input;
    struct lac_run_request *request = &arguments->request;

    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &arguments->common;
        return 0;
    case ARGP_KEY_ARG:
        return parse_path(text, state, request);
    case ARGP_KEY_END:
        if (request->config_path == NULL)
            argp_error(state, "a configuration is needed: lacuna run CONFIG.yaml");
        if (request->from > request->to) argp_error(state, "--from names a later stage than --to");
        return 0;
    case KEY_OUT:
        request->out = text;
        return 0;
    case KEY_FROM:
        request->from = take_stage(state, "from", text);
        return 0;
    case KEY_TO:
        request->to = take_stage(state, "to", text);
        return 0;
    case KEY_AS_AT:
        if (!lac_date_parse(text, &request->as_at))
            argp_error(state, "--as-at: '%.40s' is no date YYYY-MM-DD", text);
        return 0;
    case KEY_EXECUTOR:
        request->executor = text;
        return 0;
    case KEY_DRY_RUN:
        request->dry_run = true;
        return 0;
    case KEY_FORCE:
        request->force = true;
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp_child children[] = {{&lac_common_argp, 0, "Common options:", 10}, {0}};
static const struct argp argp = {
    .options = options,
    .parser = parse,
    .args_doc = "CONFIG.yaml",
    .doc = "Runs all stages in order. A stage whose program, settings, inputs and outputs are unchanged is "
           "skipped, so "
           "the same command resumes a run that was stopped."
           "\vExit status: the worst of the stages' (1: findings that need a person). A stage that fails "
           "stops the "
           "run with its status. 5 when another run is working in the folder.",
    .children = children,
};

static enum lac_status describe(struct lac_run *run, struct lac_error *err)
{
    struct lac_buffer text = {0};
    enum lac_status st = lac_run_describe(run, &text, err);

    if (st == LAC_OK) (void)fputs(text.text, stdout); /* lac_program_end() looks at stdout */
    lac_buffer_release(&text);
    return st;
}

static void say_end(const struct lac_run *run, const struct lac_log *log, int exit_status)
{
    if (exit_status > 1)
        lac_log_warn(log, "the run has stopped; %s/manifest.json says where", run->folder);
    else if (!run->manifest.complete)
        lac_log_info(log, "done as far as asked; the run in %s is not complete", run->folder);
    else if (exit_status == 1)
        lac_log_info(log, "complete, with findings that need a person: see %s/findings.csv and the report",
                     run->folder);
    else
        lac_log_info(log, "complete: %s", run->folder);
}

int lac_main_run(int argc, char **argv)
{
    struct run_arguments arguments;
    struct lac_log log;
    struct lac_run run;
    struct lac_error err;
    int exit_status = 0, ended;
    enum lac_status st;

    memset(&arguments, 0, sizeof arguments);
    lac_error_init(&err);
    lac_common_init(&arguments.common, "lacuna run");
    arguments.request.common = &arguments.common;
    arguments.request.as_at = LAC_DATE_NONE;
    arguments.request.to = lac_stage_row_count - 1;
    argp_parse(&argp, argc, argv, 0, NULL, &arguments);
    (void)lac_program_start(&arguments.common, &log);

    st = lac_run_prepare(&run, &arguments.request, &log, &err);
    if (st == LAC_OK && arguments.request.dry_run)
        st = describe(&run, &err);
    else if (st == LAC_OK && (st = lac_run_execute(&run, &exit_status, &err)) == LAC_OK &&
             lac_process_signal() == 0)
        say_end(&run, &log, exit_status);
    ended = lac_program_end(&log, st, &err);
    lac_run_release(&run);
    if (lac_process_signal() != 0) {
        lac_log_warn(&log, "stopped by a signal; the same command goes on from here");
        lac_process_die(lac_process_signal());
    }
    return ended != 0 ? ended : exit_status;
}
