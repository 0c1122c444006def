/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "runner/run.h"

#include <signal.h>
#include <string.h>
#include <time.h>

#include "base/file.h"
#include "base/program.h"
#include "runner/process.h"

#define ARGUMENT_LIMIT 20
#define TREE_LABEL "store/store.h5"

/* --- the folder
 * ---------------------------------------------------------------------------------------------- */

/* A folder that is neither empty nor a run is not taken over: stages clear report/ in it. */
static enum lac_status check_folder(struct lac_run *run, struct lac_error *err)
{
    char **names;
    size_t count;
    enum lac_status st;
    bool ours = run->request->force;

    if (!lac_file_exists(run->folder)) return LAC_OK;
    if ((st = lac_dir_list(run->folder, &run->arena, &names, &count, err)) != LAC_OK) return st;
    for (size_t i = 0; i < count; i++)
        ours = ours || strcmp(names[i], LAC_MANIFEST_NAME) == 0 || strcmp(names[i], "store") == 0 ||
               strcmp(names[i], ".lock") == 0;
    if (ours || count == 0) return LAC_OK;
    st = lac_fail(err, LAC_USAGE, "this folder is not empty and is not a run folder");
    lac_error_file(err, run->folder);
    lac_error_remedy(err, "give an empty or a new folder with --out, or --force to use this one");
    return st;
}

static enum lac_status sweep(struct lac_run *run, struct lac_error *err)
{
    static const char *const below[] = {"", "store", "quarantine", "clerical", "report", "report/figures"};

    for (size_t i = 0; i < LAC_COUNT(below); i++) {
        char *path = lac_path_join(&run->arena, run->folder, below[i]);
        enum lac_status st;

        if (path == NULL) return lac_fail_memory(err, "a file name");
        if (lac_file_exists(path) && (st = lac_dir_sweep(path, err)) != LAC_OK) return st;
    }
    return LAC_OK;
}

static enum lac_status take_folder(struct lac_run *run, struct lac_error *err)
{
    enum lac_status st;

    if ((st = check_folder(run, err)) != LAC_OK) return st;
    if ((st = lac_dir_make(run->folder, false, err)) != LAC_OK) return st;
    if ((st = lac_run_lock(run->folder, &run->lock, err)) != LAC_OK) return st;
    if ((st = sweep(run, err)) != LAC_OK) return st;
    return lac_run_open(run, err);
}

/* --- one stage
 * ----------------------------------------------------------------------------------------------- */

struct arguments {
    char *argv[ARGUMENT_LIMIT + 1];
    size_t count;
    struct lac_arena *arena;
    bool failed;
};

static void add_argument(struct arguments *arguments, const char *option, const char *value)
{
    const char *const parts[] = {option, value};

    for (size_t i = 0; i < LAC_COUNT(parts) && parts[i] != NULL; i++) {
        char *copy = lac_arena_strdup(arguments->arena, parts[i]);

        if (copy == NULL || arguments->count == ARGUMENT_LIMIT) {
            arguments->failed = true;
            return;
        }
        arguments->argv[arguments->count++] = copy;
    }
}

static void add_number(struct arguments *arguments, const char *option, uint32_t value)
{
    char text[16];

    snprintf(text, sizeof text, "%u", value);
    add_argument(arguments, option, text);
}

static enum lac_status build_arguments(const struct lac_run *run, const char *program,
                                       struct arguments *arguments, struct lac_error *err)
{
    const struct lac_common *common = run->request->common;

    add_argument(arguments, lac_path_name(program), NULL);
    add_argument(arguments, "--config", run->request->config_path);
    add_argument(arguments, "--run", run->folder);
    if (run->settings.as_at[0] != '\0') add_argument(arguments, "--as-at", run->settings.as_at);
    if (common->threads > 0) add_number(arguments, "--threads", (uint32_t)common->threads);
    add_number(arguments, "--seed", run->settings.seed);
    if (common->quiet) add_argument(arguments, "--quiet", NULL);
    add_argument(arguments, "--log-format", common->log_format == LAC_LOG_JSON ? "json" : "text");
    add_argument(arguments, "--color", common->color == LAC_COLOR_NEVER ? "never" : "auto");
    return arguments->failed ? lac_fail_memory(err, "a command line") : LAC_OK;
}

static const char *time_now(struct lac_arena *arena)
{
    struct tm utc;
    time_t now = time(NULL);
    char text[32];

    if (gmtime_r(&now, &utc) == NULL || strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &utc) == 0)
        return "";
    return lac_arena_strdup(arena, text);
}

/* Notes in the manifest that stage `index` is about to run and that what follows rests on something older. */
static enum lac_status note_start(struct lac_run *run, size_t index, const struct lac_plan_stage *plan,
                                  struct lac_error *err)
{
    struct lac_manifest_stage *entry = &run->manifest.stage[index];
    const char *started = time_now(&run->arena);

    if (started == NULL) return lac_fail_memory(err, "the manifest");
    entry->state = LAC_STATE_RUNNING;
    entry->started = started;
    entry->exit_status = 0;
    entry->seconds = 0;
    entry->peak_memory = 0;
    entry->fingerprint = plan->fingerprint;
    entry->cause = plan->cause;
    entry->inputs = plan->inputs;
    memset(&entry->outputs, 0, sizeof entry->outputs);
    run->manifest.complete = false;
    for (size_t i = index + 1; i < lac_stage_row_count; i++)
        if (run->manifest.stage[i].state == LAC_STATE_OK ||
            run->manifest.stage[i].state == LAC_STATE_FINDINGS)
            run->manifest.stage[i].state = LAC_STATE_STALE;
    return lac_manifest_write(run->folder, &run->manifest, err);
}

static enum lac_status note_end(struct lac_run *run, size_t index, const struct lac_process_result *result,
                                struct lac_error *err)
{
    struct lac_manifest_stage *entry = &run->manifest.stage[index];
    enum lac_status st = LAC_OK;

    entry->exit_status = result->exit_status;
    entry->seconds = result->seconds;
    entry->peak_memory = result->peak_memory;
    entry->state = result->signal != 0        ? LAC_STATE_KILLED
                   : result->exit_status == 0 ? LAC_STATE_OK
                   : result->exit_status == 1 ? LAC_STATE_FINDINGS
                                              : LAC_STATE_FAILED;
    if (entry->state == LAC_STATE_OK || entry->state == LAC_STATE_FINDINGS)
        st = lac_filelist_outputs(&entry->outputs, &run->arena, &lac_stage_rows[index], run->folder, err);
    return st != LAC_OK ? st : lac_manifest_write(run->folder, &run->manifest, err);
}

static bool is_defect_signal(int number)
{
    return number == SIGSEGV || number == SIGABRT || number == SIGBUS || number == SIGFPE || number == SIGILL;
}

static enum lac_status fail_killed(const char *stage, int number, struct lac_error *err)
{
    bool defect = is_defect_signal(number);
    enum lac_status st = lac_fail(err, defect ? LAC_DEFECT : LAC_IO, "%s was ended by signal %d (%s)", stage,
                                  number, strsignal(number));

    if (defect)
        lac_error_remedy(
            err, "this is a defect in Lacuna: report it with the manifest, which holds no personal data");
    else
        lac_error_remedy(err, "run the same command again, it goes on where it stopped%s",
                         number == SIGKILL ? "; if the machine was out of memory, give it more" : "");
    return st;
}

static enum lac_status run_stage(struct lac_run *run, size_t index, const struct lac_plan_stage *plan,
                                 int *exit_status, struct lac_error *err)
{
    const struct lac_stage_row *stage = &lac_stage_rows[index];
    struct arguments arguments = {{NULL}, 0, &run->arena, false};
    struct lac_process_result result;
    enum lac_status st;

    lac_log_info(run->log, "%s: %s", stage->name,
                 plan->reason != NULL ? plan->reason : "run again because of --force");
    if ((st = build_arguments(run, plan->program, &arguments, err)) != LAC_OK) return st;
    if ((st = note_start(run, index, plan, err)) != LAC_OK) return st;
    if ((st = lac_filelist_clear(stage, run->folder, err)) != LAC_OK) return st;
    if ((st = lac_process_run(plan->program, arguments.argv, &result, err)) != LAC_OK) return st;
    if ((st = note_end(run, index, &result, err)) != LAC_OK) return st;
    if (lac_process_signal() != 0) return LAC_OK;
    if (result.signal != 0) return fail_killed(stage->name, result.signal, err);
    *exit_status = result.exit_status;
    lac_log_info(run->log, "%s: ended with status %d after %.1f s", stage->name, result.exit_status,
                 result.seconds);
    return LAC_OK;
}

/* --- the run
 * ------------------------------------------------------------------------------------------------- */

static enum lac_status do_stage(struct lac_run *run, size_t index, int *exit_status, struct lac_error *err)
{
    struct lac_manifest_stage *entry = &run->manifest.stage[index];
    struct lac_plan_stage plan;
    enum lac_status st = lac_plan_look(&run->settings, &run->manifest, index, &run->arena, &plan, err);

    if (st != LAC_OK) return st;
    if (plan.reason != NULL || run->request->force) return run_stage(run, index, &plan, exit_status, err);
    lac_log_info(run->log, "%s: unchanged, left as it is", entry->name);
    if (entry->state == LAC_STATE_STALE)
        entry->state = entry->exit_status == 1 ? LAC_STATE_FINDINGS : LAC_STATE_OK;
    *exit_status = entry->exit_status;
    return LAC_OK;
}

/* A stage before --from: its results are taken as they are, but they must be there. */
static enum lac_status check_earlier(struct lac_run *run, size_t index, bool *current, struct lac_error *err)
{
    struct lac_plan_stage plan;
    const char *file =
        lac_arena_printf(&run->arena, "%s/store/%s.h5", run->folder, lac_stage_rows[index].file);
    enum lac_status st;

    if (file == NULL) return lac_fail_memory(err, "a file name");
    if (!lac_file_exists(file)) {
        st = lac_fail(err, LAC_USAGE, "--from %s needs the results of %s, which are not there",
                      lac_stage_rows[run->request->from].name, lac_stage_rows[index].name);
        lac_error_file(err, file);
        lac_error_remedy(err, "run without --from");
        return st;
    }
    if ((st = lac_plan_look(&run->settings, &run->manifest, index, &run->arena, &plan, err)) != LAC_OK)
        return st;
    if (plan.reason == NULL) return LAC_OK;
    *current = false;
    lac_log_warn(run->log, "%s is taken as it is although it would run without --from: %s",
                 lac_stage_rows[index].name, plan.reason);
    return LAC_OK;
}

/* The one file that joins the store files; then the manifest, last of all. */
static enum lac_status finish(struct lac_run *run, bool complete, struct lac_error *err)
{
    struct lac_manifest *manifest = &run->manifest;
    struct lac_filelist tree = {NULL, 0, 0};
    char *path = lac_path_join(&run->arena, run->folder, TREE_LABEL);
    enum lac_status st;

    if (path == NULL) return lac_fail_memory(err, "a file name");
    if ((st = lac_filelist_hash(&tree, &run->arena, TREE_LABEL, path, err)) != LAC_OK) return st;
    if (manifest->complete && complete && strcmp(tree.row[0].digest, manifest->tree_digest) == 0)
        return LAC_OK;
    if ((st = lac_store_link(run->folder, err)) != LAC_OK) return st;
    tree.count = 0;
    if ((st = lac_filelist_hash(&tree, &run->arena, TREE_LABEL, path, err)) != LAC_OK) return st;
    manifest->tree_path = tree.row[0].path;
    manifest->tree_digest = tree.row[0].digest;
    manifest->complete = complete;
    return lac_manifest_write(run->folder, manifest, err);
}

static bool is_complete(const struct lac_manifest *manifest)
{
    for (size_t i = 0; i < lac_stage_row_count; i++)
        if (manifest->stage[i].state != LAC_STATE_OK && manifest->stage[i].state != LAC_STATE_FINDINGS)
            return false;
    return true;
}

static enum lac_status do_stages(struct lac_run *run, int *worst, struct lac_error *err)
{
    const struct lac_run_request *request = run->request;
    bool current = true;
    enum lac_status st;

    for (size_t i = 0; i < request->from; i++)
        if ((st = check_earlier(run, i, &current, err)) != LAC_OK) return st;
    for (size_t i = request->from; i <= request->to; i++) {
        int exit_status = 0;

        if (lac_process_signal() != 0) return LAC_OK;
        if ((st = do_stage(run, i, &exit_status, err)) != LAC_OK) return st;
        if (exit_status > *worst) *worst = exit_status;
        if (*worst > 1 || lac_process_signal() != 0) return LAC_OK;
    }
    return finish(run, current && is_complete(&run->manifest), err);
}

enum lac_status lac_run_execute(struct lac_run *run, int *exit_status, struct lac_error *err)
{
    enum lac_status st;

    *exit_status = 0;
    lac_process_watch();
    if ((st = take_folder(run, err)) != LAC_OK) return st;
    if ((st = lac_process_line("gnuplot --version 2>/dev/null", &run->arena, &run->manifest.gnuplot, err)) !=
        LAC_OK)
        return st;
    return do_stages(run, exit_status, err);
}
