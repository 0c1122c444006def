/* SPDX-License-Identifier: GPL-3.0-or-later */
/* lacuna-simulate CONFIG.yaml --out DIR: a synthetic nation with known truth. */
#include "base/file.h"
#include "base/program.h"
#include "output.h"

struct arguments {
    struct lac_common common;
    const char *config, *out;
    bool force;
};

static error_t parse(int key, char *text, struct argp_state *state)
{
    struct arguments *arguments = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &arguments->common;
        return 0;
    case 'o':
        arguments->out = text;
        return 0;
    case 'f':
        arguments->force = true;
        return 0;
    case ARGP_KEY_ARG:
        if (arguments->config) argp_error(state, "one configuration file is enough");
        arguments->config = text;
        return 0;
    case ARGP_KEY_END:
        if (!arguments->config) argp_error(state, "a configuration file is needed");
        if (!arguments->out) argp_error(state, "--out DIR is needed");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static enum lac_status simulate(const struct arguments *arguments, const struct lac_log *log,
                                struct lac_arena *arena, struct lac_error *err)
{
    void *loaded = NULL;
    char *data = NULL;
    struct lac_simulate_world *world = LAC_NEW(arena, struct lac_simulate_world, 1);
    struct lac_simulate_nation nation = {.arena = arena, .world = world};
    struct lac_simulate_rows rows = {0};
    struct lac_simulate_returns returns = {0};
    struct lac_simulate_totals totals = {0};
    if (!world) return lac_fail_memory(err, "reference data");
    enum lac_status st = lac_config_load(arguments->config, &lac_simulate_schema, arena, &loaded, err);
    if (st) return st;
    nation.settings = loaded;
    nation.seed = arguments->common.seed_set ? arguments->common.seed : (uint32_t)nation.settings->seed;
    st = lac_simulate_settings_check(nation.settings, err);
    if (st) lac_error_file(err, arguments->config);
    if (!st) st = lac_data_folder(arena, &data, err);
    if (!st) st = lac_simulate_world_read(data, arena, world, err);
    if (!st) st = lac_simulate_nation_draw(&nation, err);
    if (!st) st = lac_simulate_capture_draw(&nation, err);
    if (!st) st = lac_simulate_rows_draw(&nation, &rows, err);
    if (!st) st = lac_simulate_returns_draw(&nation, &rows, &returns, err);
    if (!st) st = lac_simulate_totals_count(&nation, &returns, &totals, err);
    if (!st) st = lac_simulate_output_prepare(arguments->out, arguments->force, arena, err);
    const struct lac_simulate_output output = {&nation, &rows, &returns, &totals, arguments->out};
    if (!st) st = lac_simulate_output_write(&output, err);
    if (!st)
        lac_log_info(log, "%zu returns with %zu rows about %zu victims and %zu suspects, with their truth",
                     returns.count, returns.rows, nation.victims, nation.persons - nation.victims);
    lac_simulate_rows_release(&rows);
    return st;
}

int main(int argc, char **argv)
{
    static const struct argp_option options[] = {
        {"out", 'o', "DIR", 0, "folder for the returns and truth/", 0},
        {"force", 'f', 0, 0, "write into a folder that holds other things", 0},
        {0}};
    static const struct argp_child children[] = {{&lac_common_argp, 0, "Common options", 10}, {0}};
    static const struct argp argp = {options,
                                     parse,
                                     "CONFIG.yaml --out DIR",
                                     "Draws a synthetic nation with known truth and writes its returns.",
                                     children,
                                     NULL,
                                     NULL};
    struct arguments arguments = {0};
    struct lac_log log;
    struct lac_error err;
    struct lac_arena arena;
    lac_error_init(&err);
    lac_common_init(&arguments.common, "lacuna-simulate");
    lac_program_usage();
    (void)argp_parse(&argp, argc, argv, 0, NULL, &arguments);
    (void)lac_program_start(&arguments.common, &log);
    lac_arena_init(&arena);
    enum lac_status st = simulate(&arguments, &log, &arena, &err);
    lac_arena_release(&arena);
    return lac_program_end(&log, st, &err);
}
