/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/date.h"
#include "base/file.h"
#include "base/program.h"
#include "runner/run.h"

static enum lac_status choose_folder(struct lac_run *run, struct lac_error *err)
{
    const struct lac_run_settings *settings = &run->config->run;

    if (run->request->out != NULL) {
        run->folder = run->request->out;
    } else if (settings->out.resolved != NULL) {
        run->folder = settings->out.resolved;
    } else if (settings->name[0] == '.' || strchr(settings->name, '/') != NULL) {
        enum lac_status st = lac_fail(err, LAC_USAGE, "run.name cannot be the name of a folder");

        lac_error_file(err, run->request->config_path);
        lac_error_remedy(err, "give the run folder with --out or with run.out");
        return st;
    } else {
        run->folder = lac_arena_printf(&run->arena, "runs/%s", settings->name);
    }
    return run->folder == NULL ? lac_fail_memory(err, "a file name") : LAC_OK;
}

static enum lac_status check_executor(const struct lac_run *run, struct lac_error *err)
{
    const char *executor =
        run->request->executor != NULL ? run->request->executor : run->config->run.executor;
    enum lac_status st;

    if (executor == NULL || strcmp(executor, "local") == 0) return LAC_OK;
    if (strcmp(executor, "slurm") == 0) {
        st = lac_fail(err, LAC_USAGE, "the executor slurm is not available in this version");
        lac_error_remedy(err, "use --executor local");
    } else {
        st = lac_fail(err, LAC_USAGE, "'%s' is not an executor", executor);
        lac_error_remedy(err, "use local or slurm");
    }
    return st;
}

/* Digest and text of the whole effective configuration, for the manifest. */
static enum lac_status describe_config(struct lac_run *run, struct lac_error *err)
{
    const char **sections = LAC_NEW(&run->arena, const char *, lac_config_schema.count + 1);
    char digest[LAC_DIGEST_SIZE];
    struct lac_buffer text = {0};
    enum lac_status st;

    if (sections == NULL) return lac_fail_memory(err, "the configuration");
    for (size_t i = 0; i < lac_config_schema.count; i++) sections[i] = lac_config_schema.fields[i].key;
    if ((st = lac_config_digest(run->config, sections, digest, err)) != LAC_OK) return st;
    lac_config_print(&lac_config_schema, run->config, false, &text);
    if ((st = lac_buffer_status(&text, err)) == LAC_OK) {
        run->config_text = lac_arena_strdup(&run->arena, text.text);
        run->config_digest = lac_arena_strdup(&run->arena, digest);
        if (run->config_text == NULL || run->config_digest == NULL)
            st = lac_fail_memory(err, "the configuration");
    }
    lac_buffer_release(&text);
    return st;
}

static enum lac_status settle(struct lac_run *run, struct lac_error *err)
{
    const struct lac_run_request *request = run->request;
    int32_t as_at = request->as_at != LAC_DATE_NONE ? request->as_at : run->config->run.as_at;
    char date[16];

    run->settings.config = run->config;
    run->settings.run = run->folder;
    run->settings.seed = request->common->seed_set ? request->common->seed : (uint32_t)run->config->run.seed;
    run->settings.as_at = lac_arena_strdup(&run->arena, lac_date_format(as_at, date));
    return run->settings.as_at == NULL ? lac_fail_memory(err, "the plan") : LAC_OK;
}

enum lac_status lac_run_open(struct lac_run *run, struct lac_error *err)
{
    struct lac_manifest *manifest = &run->manifest;
    enum lac_status st = lac_manifest_read(run->folder, &run->arena, manifest, &run->found, err);

    if (st != LAC_OK) return st;
    if (run->found && strcmp(manifest->name, run->config->run.name) != 0 && !run->request->force) {
        st = lac_fail(err, LAC_USAGE, "this folder holds the run '%s', not '%s'", manifest->name,
                      run->config->run.name);
        lac_error_file(err, run->folder);
        lac_error_remedy(err, "give another folder with --out, or --force to take this one over");
        return st;
    }
    manifest->name = run->config->run.name;
    manifest->config_path = lac_path_name(run->request->config_path);
    manifest->seed = run->settings.seed;
    manifest->as_at = run->settings.as_at;
    manifest->config_text = run->config_text;
    manifest->config_digest = run->config_digest;
    return LAC_OK;
}

enum lac_status lac_run_prepare(struct lac_run *run, const struct lac_run_request *request,
                                const struct lac_log *log, struct lac_error *err)
{
    enum lac_status st;

    memset(run, 0, sizeof *run);
    lac_arena_init(&run->arena);
    run->request = request;
    run->log = log;
    run->lock = -1;
    if ((st = lac_config_national(request->config_path, &run->arena, &run->config, err)) != LAC_OK) return st;
    if ((st = check_executor(run, err)) != LAC_OK) return st;
    if ((st = choose_folder(run, err)) != LAC_OK) return st;
    if ((st = settle(run, err)) != LAC_OK) return st;
    return describe_config(run, err);
}

void lac_run_release(struct lac_run *run)
{
    if (run->lock >= 0) (void)close(run->lock);
    run->lock = -1;
    lac_arena_release(&run->arena);
}

/* --- what would be done
 * -------------------------------------------------------------------------------------- */

static const char *changed_upstream(size_t index, const bool *runs)
{
    for (size_t i = 0; i < index; i++) {
        const char *at = strstr(lac_stage_rows[index].inputs, lac_stage_rows[i].file);
        size_t length = strlen(lac_stage_rows[i].file);

        if (runs[i] && at != NULL && (at[length] == ' ' || at[length] == '\0')) return lac_stage_rows[i].name;
    }
    return NULL;
}

static enum lac_status describe_stage(struct lac_run *run, size_t index, bool *runs, struct lac_buffer *out,
                                      struct lac_error *err)
{
    const struct lac_run_request *request = run->request;
    struct lac_plan_stage plan;
    const char *name = lac_stage_rows[index].name, *upstream;
    enum lac_status st = lac_plan_look(&run->settings, &run->manifest, index, &run->arena, &plan, err);

    if (st != LAC_OK) return st;
    upstream = changed_upstream(index, runs);
    if (index < request->from || index > request->to) {
        lac_buffer_printf(out, "#   %-10s leave   outside --from and --to\n", name);
    } else if (plan.reason != NULL || request->force) {
        lac_buffer_printf(out, "#   %-10s run     %s\n", name, plan.reason != NULL ? plan.reason : "--force");
        runs[index] = true;
    } else if (upstream != NULL) {
        lac_buffer_printf(out, "#   %-10s run     unless %s gives what it gave before\n", name, upstream);
        runs[index] = true;
    } else {
        lac_buffer_printf(out, "#   %-10s skip    nothing has changed\n", name);
    }
    return LAC_OK;
}

enum lac_status lac_run_describe(struct lac_run *run, struct lac_buffer *out, struct lac_error *err)
{
    bool *runs = LAC_NEW(&run->arena, bool, lac_stage_row_count);
    enum lac_status st = lac_run_open(run, err);

    if (st != LAC_OK) return st;
    if (runs == NULL) return lac_fail_memory(err, "the plan");
    lac_buffer_printf(out, "# effective configuration of %s\n%s", run->manifest.config_path,
                      run->manifest.config_text);
    lac_buffer_printf(out, "\n# plan for %s\n# seed %u, as at %s\n", run->folder, run->settings.seed,
                      run->settings.as_at[0] != '\0' ? run->settings.as_at : "everything received");
    for (size_t i = 0; st == LAC_OK && i < lac_stage_row_count; i++)
        st = describe_stage(run, i, runs, out, err);
    return st != LAC_OK ? st : lac_buffer_status(out, err);
}
