/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "runner/stage.h"

#include <string.h>

#include "base/date.h"
#include "base/digest.h"
#include "base/file.h"

enum { KEY_CONFIG = 0x2000, KEY_RUN, KEY_AS_AT };

static const struct argp_option options[] = {
    {"config", KEY_CONFIG, "FILE", 0, "Configuration of the run (YAML)", 0},
    {"run", KEY_RUN, "DIR", 0, "Run folder", 0},
    {"as-at", KEY_AS_AT, "DATE", 0, "Only what was received by this day counts (YYYY-MM-DD)", 0},
    {0},
};

static error_t parse(int key, char *text, struct argp_state *state)
{
    struct lac_stage *stage = state->input;

    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &stage->common;
        return 0;
    case KEY_CONFIG:
        stage->config_path = text;
        return 0;
    case KEY_RUN:
        stage->run = text;
        return 0;
    case KEY_AS_AT:
        if (!lac_date_parse(text, &stage->as_at))
            argp_error(state, "--as-at: '%s' is not a date YYYY-MM-DD", text);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp_child children[] = {{&lac_common_argp, 0, "Common options:", 10}, {0}};
const struct argp lac_stage_argp = {.options = options, .parser = parse, .children = children};

const struct lac_stage_row lac_stage_rows[] = {
#define LAC_STAGE(name, file, sections, inputs, outputs, summary)                                            \
    {#name, file, sections, inputs, outputs, summary},
#include "runner/stages.def"
};
const size_t lac_stage_row_count = LAC_COUNT(lac_stage_rows);

void lac_stage_init(struct lac_stage *stage, const char *name)
{
    memset(stage, 0, sizeof *stage);
    stage->name = name;
    stage->as_at = LAC_DATE_NONE;
    lac_arena_init(&stage->arena);
    stage->common.program = lac_arena_printf(&stage->arena, "lacuna-%s", name);
    if (stage->common.program == NULL) stage->common.program = name;
}

static const struct lac_stage_row *row_of(const char *name)
{
    for (size_t i = 0; i < lac_stage_row_count; i++) {
        if (strcmp(lac_stage_rows[i].name, name) == 0) return &lac_stage_rows[i];
    }
    return NULL;
}

/* Splits words separated by blanks into a NULL-terminated array. */
static const char **split(struct lac_arena *arena, const char *words)
{
    size_t n = 0, most = strlen(words) / 2 + 2;
    const char **item = LAC_NEW(arena, const char *, most);

    while (item != NULL && *words != '\0') {
        size_t length = strcspn(words, " ");

        if (length > 0 && (item[n++] = lac_arena_strndup(arena, words, length)) == NULL) return NULL;
        words += length + (words[length] == ' ' ? 1 : 0);
    }
    return item;
}

/* SHA-256 over the digests of the store files the stage reads. */
static enum lac_status digest_inputs(struct lac_stage *stage, const char *const *inputs,
                                     struct lac_error *err)
{
    struct lac_digest digest;
    enum lac_status status = lac_digest_begin(&digest, err), ended;

    if (status != LAC_OK) return status;
    for (size_t i = 0; status == LAC_OK && inputs[i] != NULL; i++) {
        char one[LAC_DIGEST_SIZE];
        char *path = lac_arena_printf(&stage->arena, "%s/store/%s.h5", stage->run, inputs[i]);

        status = path == NULL ? lac_fail_memory(err, "a file name") : lac_digest_file(path, one, err);
        if (status == LAC_OK)
            lac_digest_add_text(&digest, one);
        else
            lac_error_remedy(err, "run the stage that writes it first (lacuna run)");
    }
    ended = lac_digest_end(&digest, stage->input_digest, status == LAC_OK ? err : NULL);
    return status != LAC_OK ? status : ended;
}

static enum lac_status fill_provenance(struct lac_stage *stage, struct lac_error *err)
{
    const struct lac_stage_row *row = row_of(stage->name);
    const char **sections = row == NULL ? NULL : split(&stage->arena, row->sections);
    const char **inputs = row == NULL ? NULL : split(&stage->arena, row->inputs);
    enum lac_status status;

    if (row == NULL) return lac_fail(err, LAC_DEFECT, "stage %s is not in the stage list", stage->name);
    if (sections == NULL || inputs == NULL) return lac_fail_memory(err, "the stage list");
    status = lac_config_digest(stage->config, sections, stage->config_digest, err);
    if (status == LAC_OK) status = digest_inputs(stage, inputs, err);
    if (status != LAC_OK) return status;
    stage->provenance.producer = lac_arena_printf(&stage->arena, "lacuna-%s %s", stage->name, LAC_VERSION);
    stage->provenance.config_digest = stage->config_digest;
    stage->provenance.input_digest = stage->input_digest;
    stage->provenance.seed = stage->seed;
    return stage->provenance.producer == NULL ? lac_fail_memory(err, "the producer") : LAC_OK;
}

static enum lac_status check_options(const struct lac_stage *stage, struct lac_error *err)
{
    if (stage->config_path != NULL && stage->run != NULL) return LAC_OK;
    lac_fail(err, LAC_USAGE, "--config and --run are needed");
    lac_error_remedy(err, "lacuna %s --config CONFIG.yaml --run DIR; see lacuna help %s", stage->name,
                     stage->name);
    return LAC_USAGE;
}

enum lac_status lac_stage_open(struct lac_stage *stage, struct lac_error *err)
{
    enum lac_status status;
    char *store;

    if (stage->common.program == NULL)
        stage->common.program = lac_arena_printf(&stage->arena, "lacuna-%s", stage->name);
    if (stage->common.program == NULL) return lac_fail_memory(err, "the name of the program");
    stage->threads = lac_program_start(&stage->common, &stage->log);
    if ((status = check_options(stage, err)) != LAC_OK) return status;
    if ((status = lac_config_national(stage->config_path, &stage->arena, &stage->config, err)) != LAC_OK)
        return status;
    stage->seed = stage->common.seed_set ? stage->common.seed : (uint32_t)stage->config->run.seed;
    if (stage->as_at == LAC_DATE_NONE) stage->as_at = stage->config->run.as_at;
    if (stage->common.threads == 0 && stage->config->run.threads > 0) {
        stage->common.threads = (int)stage->config->run.threads;
        stage->threads = lac_program_start(&stage->common, &stage->log);
    }
    store = lac_path_join(&stage->arena, stage->run, "store");
    if (store == NULL) return lac_fail_memory(err, "a file name");
    if ((status = lac_dir_make(store, true, err)) != LAC_OK) return status;
    return fill_provenance(stage, err);
}

int lac_stage_close(struct lac_stage *stage, enum lac_status status, const struct lac_error *err)
{
    int exit_status = lac_program_end(&stage->log, status, err);

    lac_arena_release(&stage->arena);
    return exit_status;
}
