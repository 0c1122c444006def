/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * lacuna-reconcile: records.h5 and links.h5 -> histories.h5. See README.md.
 */
#include "run.h"

static error_t parse(int key, char *text, struct argp_state *state)
{
    struct lac_reconcile_run *run = state->input;

    (void)text;
    if (key == ARGP_KEY_INIT) {
        state->child_inputs[0] = run->stage;
        state->child_inputs[1] = &run->shard;
        return 0;
    }
    if (key == ARGP_KEY_ARG) argp_usage(state);
    return ARGP_ERR_UNKNOWN;
}

int main(int argc, char **argv)
{
    static const struct argp_child children[] = {
        {&lac_stage_argp, 0, NULL, 0}, {&lac_shard_argp, 0, NULL, 0}, {0}};
    static const struct argp argp = {
        .parser = parse,
        .doc = "Applies the case definitions to persons and counts capture histories.\v"
               "Reads RUN/store/records.h5 and links.h5, writes RUN/store/histories.h5.",
        .children = children,
    };
    struct lac_stage stage;
    struct lac_reconcile_run run = {.stage = &stage};
    struct lac_error err;
    enum lac_status status;

    lac_error_init(&err);
    lac_stage_init(&stage, "reconcile");
    lac_common_init(&stage.common, "lacuna-reconcile");
    lac_program_usage();
    if (argp_parse(&argp, argc, argv, 0, NULL, &run) != 0) return lac_status_exit(LAC_USAGE);
    status = lac_stage_open(&stage, &err);
    if (status == LAC_OK) status = lac_reconcile_run(&run, &err);
    lac_reconcile_run_release(&run);
    return lac_stage_close(&stage, status, &err);
}
