/* SPDX-License-Identifier: GPL-3.0-or-later */
/* lacuna-link: records.h5 -> links.h5. See README.md. */
#include <string.h>

#include "base/file.h"
#include "pipeline.h"
#include "runner/stage.h"

struct arguments {
    struct lac_stage stage;
};

static error_t parse(int key, char *text, struct argp_state *state)
{
    struct arguments *arguments = state->input;
    (void)text;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &arguments->stage;
        return 0;
    case ARGP_KEY_ARG:
        argp_error(state, "unexpected argument");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp_child children[] = {{&lac_stage_argp, 0, NULL, 0}, {0}};
static const struct argp argp = {
    .parser = parse,
    .args_doc = "--config CONFIG.yaml --run DIR",
    .doc = "Finds out which records are the same person: RUN/store/records.h5 -> RUN/store/links.h5.",
    .children = children,
};

/* The configured nickname table, else the one that comes with the program. */
static enum lac_status nicknames_find(struct lac_stage *stage, struct lac_link_nicknames *nicknames,
                                      struct lac_error *err)
{
    const char *path = stage->config->link.nicknames.resolved;
    if (!path) {
        char *folder;
        enum lac_status st = lac_data_folder(&stage->arena, &folder, err);
        if (st) return st;
        if (!(path = lac_path_join(&stage->arena, folder, "datasets/codes/nicknames.csv")))
            return lac_fail_memory(err, "a file name");
    }
    return lac_link_nicknames_load(path, &stage->arena, nicknames, err);
}

static bool report(const struct lac_log *log, const struct lac_link_summary summary[LAC_LINK_POPULATIONS])
{
    bool dropped = false;
    for (size_t i = 0; i < LAC_LINK_POPULATIONS; i++) {
        const struct lac_link_summary *s = &summary[i];
        if (s->records == 0) continue;
        lac_log_info(log, "%s: %u records, %u persons, %llu candidate pairs", s->population, s->records,
                     s->persons, (unsigned long long)s->candidates);
        if (s->dropped == 0) continue;
        lac_log_warn(log,
                     "%s: %llu pairs of blocks above link.block_maximum were not compared (see link_quality)",
                     s->population, (unsigned long long)s->dropped);
        dropped = true;
    }
    return dropped;
}

static enum lac_status run(struct lac_stage *stage, struct lac_error *err)
{
    struct lac_table records = {0}, returns = {0};
    struct lac_link_output output = {0};
    struct lac_link_nicknames nicknames;
    struct lac_link_summary summary[LAC_LINK_POPULATIONS] = {0};
    enum lac_status st = nicknames_find(stage, &nicknames, err);
    if (!st) st = lac_store_read(stage->run, LAC_TABLE_records, &records, err);
    if (!st) st = lac_store_read(stage->run, LAC_TABLE_returns, &returns, err);
    if (!st) st = lac_link_output_init(&output, err);
    if (!st)
        st = lac_link_pipeline(&records, &returns, &stage->config->link, &nicknames, &output, summary, err);
    if (!st) {
        const struct lac_table *tables[] = {&output.pairs, &output.model, &output.persons, &output.quality};
        st = lac_store_write(stage->run, LAC_FILE_links, &stage->provenance, tables, LAC_COUNT(tables), err);
    }
    if (!st && report(&stage->log, summary)) st = LAC_FINDINGS;
    lac_link_output_release(&output);
    lac_table_release(&records);
    lac_table_release(&returns);
    return st;
}

int main(int argc, char **argv)
{
    struct arguments arguments;
    struct lac_error err;
    lac_error_init(&err);
    lac_stage_init(&arguments.stage, "link");
    lac_program_usage();
    lac_common_init(&arguments.stage.common, "lacuna-link");
    argp_parse(&argp, argc, argv, 0, NULL, &arguments);
    enum lac_status st = lac_stage_open(&arguments.stage, &err);
    if (!st) st = run(&arguments.stage, &err);
    return lac_stage_close(&arguments.stage, st, &err);
}
