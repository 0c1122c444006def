/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "runner/plan.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/program.h"
#include "runner/process.h"

#define SECTION_LIMIT 16

struct words {
    const char *word[SECTION_LIMIT + 1]; /* NULL terminated */
    size_t count;
};

static enum lac_status add_word(void *context, const char *word, struct lac_error *err)
{
    struct words *words = context;

    if (words->count == SECTION_LIMIT) return lac_fail(err, LAC_DEFECT, "too many sections for one stage");
    words->word[words->count++] = word;
    return LAC_OK;
}

static enum lac_status find_program(const struct lac_stage_row *stage, struct lac_arena *arena, char **path,
                                    struct lac_error *err)
{
    char *name = lac_arena_printf(arena, "lacuna-%s", stage->name);
    enum lac_status st =
        name == NULL ? lac_fail_memory(err, "a file name") : lac_program_find(name, arena, path, err);

    if (st != LAC_OK || *path != NULL) return st;
    st = lac_fail(err, LAC_IO, "the program %s was not found", name);
    lac_error_remedy(err, "install Lacuna whole: its stages lie beside lacuna or in ../libexec/lacuna");
    return st;
}

static enum lac_status look_at_cause(const struct lac_plan_settings *settings,
                                     const struct lac_stage_row *stage, struct lac_arena *arena,
                                     struct lac_plan_stage *plan, struct lac_error *err)
{
    char config[LAC_DIGEST_SIZE], program[LAC_DIGEST_SIZE];
    struct words sections = {{NULL}, 0};
    enum lac_status st;

    if ((st = find_program(stage, arena, &plan->program, err)) != LAC_OK) return st;
    if ((st = lac_digest_file(plan->program, program, err)) != LAC_OK) return st;
    if ((st = lac_words_each(stage->sections, arena, add_word, &sections, err)) != LAC_OK) return st;
    if ((st = lac_config_digest(settings->config, sections.word, config, err)) != LAC_OK) return st;
    plan->cause.program = lac_arena_strdup(arena, program);
    plan->cause.config = lac_arena_strdup(arena, config);
    plan->cause.version = LAC_VERSION;
    plan->cause.as_at = settings->as_at;
    plan->cause.seed = settings->seed;
    if (plan->cause.program == NULL || plan->cause.config == NULL) return lac_fail_memory(err, "the plan");
    return LAC_OK;
}

static enum lac_status take_fingerprint(const struct lac_stage_row *stage, struct lac_arena *arena,
                                        struct lac_plan_stage *plan, struct lac_error *err)
{
    struct lac_digest digest;
    char text[LAC_DIGEST_SIZE], number[32];
    enum lac_status st = lac_digest_begin(&digest, err);

    if (st != LAC_OK) return st;
    snprintf(number, sizeof number, "%lld", (long long)plan->cause.seed);
    lac_digest_add_text(&digest, "lacuna-stage/1");
    lac_digest_add_text(&digest, stage->name);
    lac_digest_add_text(&digest, plan->cause.program);
    lac_digest_add_text(&digest, plan->cause.version);
    lac_digest_add_text(&digest, plan->cause.config);
    lac_digest_add_text(&digest, plan->cause.as_at);
    lac_digest_add_text(&digest, number);
    for (size_t i = 0; i < plan->inputs.count; i++) {
        lac_digest_add_text(&digest, plan->inputs.row[i].path);
        lac_digest_add_text(&digest, plan->inputs.row[i].digest);
    }
    if ((st = lac_digest_end(&digest, text, err)) != LAC_OK) return st;
    plan->fingerprint = lac_arena_strdup(arena, text);
    return plan->fingerprint == NULL ? lac_fail_memory(err, "the plan") : LAC_OK;
}

/* --- why
 * ----------------------------------------------------------------------------------------------------- */

static const char *cause_of_run(const struct lac_stage_cause *now, const struct lac_stage_cause *before)
{
    if (strcmp(now->version, before->version) != 0 || strcmp(now->program, before->program) != 0)
        return "the program has changed";
    if (strcmp(now->config, before->config) != 0) return "its settings have changed";
    if (strcmp(now->as_at, before->as_at) != 0) return "the as-at date has changed";
    if (now->seed != before->seed) return "the seed has changed";
    return NULL;
}

/* First input that is new, gone or different; NULL on lack of memory too, which the caller covers. */
static const char *changed_input(const struct lac_filelist *now, const struct lac_filelist *before,
                                 struct lac_arena *arena)
{
    for (size_t i = 0; i < now->count; i++) {
        const char *digest = lac_filelist_find(before, now->row[i].path);

        if (digest == NULL) return lac_arena_printf(arena, "new input %s", now->row[i].path);
        if (strcmp(digest, now->row[i].digest) != 0)
            return lac_arena_printf(arena, "changed input %s", now->row[i].path);
    }
    for (size_t i = 0; i < before->count; i++)
        if (lac_filelist_find(now, before->row[i].path) == NULL)
            return lac_arena_printf(arena, "input %s is gone", before->row[i].path);
    return NULL;
}

static enum lac_status changed_output(const char *run, const struct lac_filelist *outputs,
                                      struct lac_arena *arena, const char **reason, struct lac_error *err)
{
    for (size_t i = 0; i < outputs->count; i++) {
        const struct lac_filelist_row *row = &outputs->row[i];
        char *path = lac_path_join(arena, run, row->path);
        char digest[LAC_DIGEST_SIZE] = LAC_DIGEST_ABSENT;
        enum lac_status st;

        if (path == NULL) return lac_fail_memory(err, "a file name");
        if (lac_file_exists(path) && (st = lac_digest_file(path, digest, err)) != LAC_OK) return st;
        if (strcmp(digest, row->digest) == 0 && strcmp(digest, LAC_DIGEST_ABSENT) != 0) continue;
        *reason = lac_arena_printf(arena, "its output %s is %s", row->path,
                                   strcmp(digest, LAC_DIGEST_ABSENT) == 0 ? "missing" : "not as it left it");
        return *reason == NULL ? lac_fail_memory(err, "the plan") : LAC_OK;
    }
    return LAC_OK;
}

static const char *state_reason(enum lac_stage_state state)
{
    switch (state) {
    case LAC_STATE_FAILED:
        return "it failed last time";
    case LAC_STATE_KILLED:
        return "it was stopped last time";
    case LAC_STATE_RUNNING:
        return "the run was stopped during this stage";
    case LAC_STATE_NONE:
        return "it has not run yet";
    default:
        return NULL;
    }
}

/* `stale` alone is no reason: the stage before may have made the same file again. */
static enum lac_status find_reason(const struct lac_plan_settings *settings,
                                   const struct lac_manifest_stage *before, struct lac_arena *arena,
                                   struct lac_plan_stage *plan, struct lac_error *err)
{
    plan->reason = state_reason(before->state);
    if (plan->reason != NULL) return LAC_OK;
    if (strcmp(plan->fingerprint, before->fingerprint) == 0)
        return changed_output(settings->run, &before->outputs, arena, &plan->reason, err);
    plan->reason = cause_of_run(&plan->cause, &before->cause);
    if (plan->reason == NULL) plan->reason = changed_input(&plan->inputs, &before->inputs, arena);
    if (plan->reason == NULL) plan->reason = "its fingerprint has changed";
    return LAC_OK;
}

enum lac_status lac_plan_look(const struct lac_plan_settings *settings, const struct lac_manifest *manifest,
                              size_t index, struct lac_arena *arena, struct lac_plan_stage *plan,
                              struct lac_error *err)
{
    const struct lac_stage_row *stage = &lac_stage_rows[index];
    enum lac_status st;

    memset(plan, 0, sizeof *plan);
    if ((st = look_at_cause(settings, stage, arena, plan, err)) != LAC_OK) return st;
    if ((st = lac_filelist_inputs(&plan->inputs, arena, settings->config, stage, settings->run, err)) !=
        LAC_OK)
        return st;
    if ((st = take_fingerprint(stage, arena, plan, err)) != LAC_OK) return st;
    return find_reason(settings, &manifest->stage[index], arena, plan, err);
}
