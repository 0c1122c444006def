/* SPDX-License-Identifier: GPL-3.0-or-later */
/* lacuna-ingest: the register and the returns into records.h5, findings.csv and quarantine/. */
#include <dirent.h>
#include <errno.h>
#include <omp.h>
#include <string.h>
#include <sys/stat.h>

#include "base/digest.h"
#include "base/file.h"
#include "history.h"
#include "output.h"
#include "read.h"
#include "runner/stage.h"

struct work {
    struct lac_stage *stage;
    const struct lac_returns_settings *settings;
    struct lac_error *err;
    const char *folder;
    struct lac_digest digest; /* over the register and every file read */
    struct lac_ingest_library library;
    struct lac_ingest_register reg;
    struct lac_ingest_return *ret; /* per line of the register */
    size_t ret_count;
    struct lac_ingest_seen *seen;
    struct lac_ingest_taken **taken;
    const char **aside_path; /* per return: file for rows set aside */
    struct lac_spool spool;
    struct lac_ingest_revision *revision; /* per return */
    struct lac_ingest_findings found, kept;
    struct lac_ingest_grid grid;
    struct lac_ingest_tables tables;
};

static enum lac_status add_list(struct work *work, const char *code)
{
    uint32_t added;

    return lac_dict_code(&work->library.codes.list, code, &added, work->err);
}

/* Lists the configuration declares beside those of the code list. */
static enum lac_status add_lists(struct work *work)
{
    const struct lac_sections *lists = &work->stage->config->lists, *expected = &work->settings->expected;
    enum lac_status status = LAC_OK;

    for (size_t i = 0; i < lists->count && status == LAC_OK; i++) {
        const struct lac_list_settings *list = (const struct lac_list_settings *)lists->item + i;

        status = add_list(work, list->code);
        for (size_t k = 0; k < list->from.count && status == LAC_OK; k++)
            status = add_list(work, list->from.item[k]);
    }
    for (size_t i = 0; i < expected->count && status == LAC_OK; i++)
        status = add_list(work, ((const struct lac_expected_settings *)expected->item + i)->list);
    return status;
}

static enum lac_status open_library(struct work *work)
{
    char *data;
    enum lac_status status = lac_data_folder(&work->stage->arena, &data, work->err);

    if (status != LAC_OK) return status;
    work->library.digest = &work->digest;
    status = lac_ingest_library_open(&work->library, data, &work->settings->layouts, &work->stage->arena,
                                     work->err);
    lac_ingest_limits_from(&work->library.limits, work->settings);
    return status == LAC_OK ? add_lists(work) : status;
}

/* Names of the plain files in the folder; other folders inside are not looked into. */
static enum lac_status list_files(struct work *work, const char ***names, size_t *count)
{
    struct lac_arena *arena = &work->stage->arena;
    char **all;
    size_t n, kept = 0;
    enum lac_status status = lac_dir_list(work->folder, arena, &all, &n, work->err);

    if (status != LAC_OK) return status;
    for (size_t i = 0; i < n; i++) {
        struct stat info;
        char *path = lac_path_join(arena, work->folder, all[i]);

        if (path == NULL) return lac_fail_memory(work->err, "file names");
        if (stat(path, &info) == 0 && S_ISREG(info.st_mode)) all[kept++] = all[i];
    }
    *names = (const char **)all;
    *count = kept;
    return LAC_OK;
}

static enum lac_status read_register(struct work *work)
{
    struct lac_arena *arena = &work->stage->arena;
    struct lac_ingest_register_settings settings = {work->stage->as_at, work->settings->due_days,
                                                    work->library.layout_name, work->library.layout_count};
    struct lac_csv *table = LAC_NEW(arena, struct lac_csv, 1);
    const char *path = lac_path_join(arena, work->folder, LAC_INGEST_REGISTER_FILE);
    const char **names = NULL;
    char digest[LAC_DIGEST_SIZE];
    size_t count = 0;
    enum lac_status status;

    if (table == NULL || path == NULL) return lac_fail_memory(work->err, "the register");
    if ((status = lac_csv_load(path, arena, table, work->err)) != LAC_OK) return status;
    if ((status = list_files(work, &names, &count)) != LAC_OK) return status;
    lac_ingest_history_drop(table, work->stage->as_at, names, &count);
    if ((status = lac_ingest_history_digest(table, digest, work->err)) != LAC_OK) return status;
    lac_digest_add_text(&work->digest, digest);
    status = lac_ingest_register_read(&work->reg, table, &work->library.codes, &settings, arena, &work->found,
                                      work->err);
    if (status != LAC_OK) return status;
    return lac_ingest_register_check(&work->reg, (const char *const *)names, count, &settings, &work->found,
                                     work->err);
}

/* Another version of the return is in the register. */
static bool has_versions(const struct lac_ingest_register *reg, size_t i)
{
    if (reg->entry[i].replaces != SIZE_MAX) return true;
    for (size_t k = 0; k < reg->count; k++)
        if (reg->entry[k].replaces == i) return true;
    return false;
}

static void read_return(struct work *work, size_t i, struct lac_ingest_packer *packer)
{
    struct lac_ingest_return *ret = &work->ret[i];
    struct lac_ingest_entry *entry = &work->reg.entry[i];
    struct lac_buffer path = {0};
    struct lac_ingest_reading what = {.index = (uint32_t)i,
                                      .entry = entry,
                                      .layout = lac_ingest_library_layout(&work->library, entry->layout),
                                      .library = &work->library,
                                      .packer = packer,
                                      .versions = has_versions(&work->reg, i),
                                      .twins_bytes = LAC_INGEST_TWINS_BYTES,
                                      .aside_path = work->aside_path[i]};

    lac_buffer_printf(&path, "%s/%s", work->folder, entry->file);
    what.path = path.text;
    if ((ret->status = lac_buffer_status(&path, &ret->err)) == LAC_OK)
        ret->status = lac_ingest_return_read(ret, &what);
    lac_buffer_release(&path);
}

/* One thread a return. */
static void read_all(struct work *work, struct lac_ingest_packer *packer)
{
    size_t n = work->reg.count, done = 0;
    struct lac_progress progress;

    lac_progress_start(&progress, &work->stage->log, "returns", n);
#pragma omp parallel for schedule(dynamic, 1) num_threads(work->stage->threads)
    for (size_t i = 0; i < n; i++) {
        size_t now;

        if (lac_ingest_register_reads(&work->reg.entry[i], work->stage->as_at))
            read_return(work, i, &packer[omp_get_thread_num()]);
#pragma omp atomic capture
        now = ++done;
        if (omp_get_thread_num() == 0) lac_progress_update(&progress, now);
    }
    lac_progress_end(&progress);
}

/* What each return gave, in the order of the register. */
static enum lac_status gather(struct work *work)
{
    for (size_t i = 0; i < work->ret_count; i++) {
        struct lac_ingest_return *ret = &work->ret[i];

        if (ret->status != LAC_OK) {
            *work->err = ret->err;
            return ret->status;
        }
        work->taken[i] = ret->judged ? &ret->taken : NULL;
        work->seen[i] = (struct lac_ingest_seen){ret->judged ? &ret->judge : NULL, work->taken[i],
                                                 ret->digest, ret->sheet.rows};
        if (ret->digest[0] != '\0') lac_digest_add_text(&work->digest, ret->digest);
    }
    return LAC_OK;
}

static enum lac_status read_returns(struct work *work)
{
    struct lac_stage *stage = work->stage;
    struct lac_ingest_packer *packer = LAC_NEW(&stage->arena, struct lac_ingest_packer, stage->threads);
    const char *store = lac_path_join(&stage->arena, stage->run, "store");
    size_t n = work->reg.count;
    enum lac_status status;

    work->ret = LAC_NEW(&stage->arena, struct lac_ingest_return, n);
    work->seen = LAC_NEW(&stage->arena, struct lac_ingest_seen, n);
    work->taken = LAC_NEW(&stage->arena, struct lac_ingest_taken *, n);
    work->revision = LAC_NEW(&stage->arena, struct lac_ingest_revision, n);
    if (work->ret == NULL || work->seen == NULL || work->taken == NULL || work->revision == NULL ||
        packer == NULL || store == NULL)
        return lac_fail_memory(work->err, "returns");
    work->ret_count = n;
    status = lac_ingest_output_folder(stage->run, &work->reg, &stage->arena, &work->aside_path, work->err);
    if (status == LAC_OK) status = lac_spool_open(&work->spool, store, work->err);
    for (int t = 0; t < stage->threads && status == LAC_OK; t++)
        status = lac_ingest_packer_open(&packer[t], &work->spool, work->err);
    if (status == LAC_OK) read_all(work, packer);
    for (int t = 0; t < stage->threads; t++) lac_ingest_packer_close(&packer[t]);
    return status == LAC_OK ? gather(work) : status;
}

/* Findings of the register, the grid and the returns, without those that do not matter any more. */
static enum lac_status merge_findings(struct work *work)
{
    enum lac_status status = LAC_OK;

    for (size_t i = 0; i < work->ret_count && status == LAC_OK; i++) {
        for (size_t k = 0; k < work->ret[i].findings.count && status == LAC_OK; k++)
            status = lac_ingest_findings_add(&work->found, &work->ret[i].findings.item[k], work->err);
    }
    for (size_t k = 0; k < work->found.count && status == LAC_OK; k++) {
        if (lac_ingest_register_keeps(&work->reg, &work->found.item[k]))
            status = lac_ingest_findings_add(&work->kept, &work->found.item[k], work->err);
    }
    lac_ingest_findings_sort(&work->kept);
    return status;
}

/* Against the run in returns.previous. */
static enum lac_status compare_previous(struct work *work)
{
    struct lac_arena *arena = &work->stage->arena;
    const char **digest = LAC_NEW(arena, const char *, work->reg.count);
    int64_t *rows = LAC_NEW(arena, int64_t, work->reg.count);
    struct lac_table before = {0};
    enum lac_status status;

    if (work->settings->previous.resolved == NULL) return LAC_OK;
    if (digest == NULL || rows == NULL) return lac_fail_memory(work->err, "returns");
    for (size_t i = 0; i < work->reg.count; i++) {
        digest[i] = work->seen[i].digest;
        rows[i] = (int64_t)work->seen[i].rows;
    }
    status = lac_store_read(work->settings->previous.resolved, LAC_TABLE_returns, &before, work->err);
    if (status == LAC_OK)
        status = lac_ingest_history_check(&work->reg, digest, rows, &before, arena, &work->found, work->err);
    lac_table_release(&before);
    return status;
}

static enum lac_status compare_returns(struct work *work)
{
    const struct lac_run_settings *run = &work->stage->config->run;
    struct lac_ingest_across across = {&work->reg,         work->seen,          &work->library.limits,
                                       work->stage->as_at, &work->stage->arena, &work->found,
                                       work->revision};
    struct lac_ingest_grid_settings grid = {&work->settings->expected, run->period_start, run->period_end,
                                            work->stage->as_at, work->settings->due_days};
    enum lac_status status = lac_ingest_across_files(&across, work->err);

    lac_ingest_register_resolve(&work->reg, work->stage->as_at);
    if (status == LAC_OK) status = lac_ingest_across_check(&across, work->err);
    if (status == LAC_OK)
        status = lac_ingest_grid_make(&work->grid, &work->reg, &grid, &work->library.codes,
                                      &work->stage->arena, &work->found, work->err);
    if (status == LAC_OK) status = compare_previous(work);
    return status == LAC_OK ? merge_findings(work) : status;
}

static enum lac_status write_all(struct work *work)
{
    struct lac_stage *stage = work->stage;
    struct lac_ingest_source source = {&work->reg,  work->seen,   &work->grid,
                                       &work->kept, &work->spool, work->revision};
    struct lac_ingest_tables *tables = &work->tables;
    enum lac_status status = lac_digest_end(&work->digest, stage->input_digest, work->err);

    stage->provenance.input_digest = stage->input_digest;
    if (status == LAC_OK) status = lac_ingest_tables_make(tables, &source, work->err);
    if (status == LAC_OK)
        status = lac_ingest_output_findings(stage->run, &tables->findings, &stage->arena, work->err);
    if (status == LAC_OK) status = lac_ingest_output_quarantine(&work->reg, work->taken, work->err);
    if (status == LAC_OK) {
        const struct lac_store_stream streams[] = {
            lac_store_stream_of(&tables->returns),        lac_ingest_tables_records(tables),
            lac_ingest_case_table_stream(&tables->cases), lac_store_stream_of(&tables->findings),
            lac_store_stream_of(&tables->completeness),   lac_store_stream_of(&tables->grid),
            lac_store_stream_of(&tables->revisions)};

        status = lac_store_write_streams(stage->run, LAC_FILE_records, &stage->provenance, streams,
                                         LAC_COUNT(streams), stage->threads, work->err);
    }
    return status;
}

static enum lac_status conclude(const struct work *work)
{
    size_t errors = lac_ingest_findings_count(&work->kept, LAC_SEVERITY_ERROR);
    size_t used = 0;

    for (size_t i = 0; i < work->reg.count; i++) used += work->reg.entry[i].state == LAC_STATE_USED;
    lac_log_info(&work->stage->log,
                 "%zu of %zu registered returns used, %zu records, %zu errors, %zu warnings, %zu notes", used,
                 work->reg.count, work->tables.records, errors,
                 lac_ingest_findings_count(&work->kept, LAC_SEVERITY_WARNING),
                 lac_ingest_findings_count(&work->kept, LAC_SEVERITY_NOTE));
    if (errors == 0) return LAC_OK;
    lac_log_warn(&work->stage->log, "%zu findings need a person: see findings.csv, severity error", errors);
    return LAC_FINDINGS;
}

static enum lac_status run(struct work *work)
{
    enum lac_status status = lac_digest_begin(&work->digest, work->err);

    if (status == LAC_OK) status = open_library(work);
    if (status == LAC_OK) status = read_register(work);
    if (status == LAC_OK) status = read_returns(work);
    if (status == LAC_OK) status = compare_returns(work);
    if (status == LAC_OK) status = write_all(work);
    return status == LAC_OK ? conclude(work) : status;
}

static void release(struct work *work)
{
    char unused[LAC_DIGEST_SIZE];

    if (work->digest.state != NULL && lac_digest_end(&work->digest, unused, NULL) != LAC_OK) unused[0] = '\0';
    for (size_t i = 0; i < work->ret_count; i++) lac_ingest_return_release(&work->ret[i]);
    lac_ingest_findings_release(&work->found);
    lac_ingest_findings_release(&work->kept);
    lac_ingest_grid_release(&work->grid);
    lac_ingest_tables_release(&work->tables);
    lac_spool_close(&work->spool);
    lac_ingest_library_close(&work->library);
}

static error_t parse(int key, char *text, struct argp_state *state)
{
    (void)text;
    if (key != ARGP_KEY_INIT) return ARGP_ERR_UNKNOWN;
    state->child_inputs[0] = state->input;
    return 0;
}

int main(int argc, char **argv)
{
    static const struct argp_child children[] = {{&lac_stage_argp, 0, NULL, 0}, {0}};
    static const struct argp argp = {.parser = parse,
                                     .doc = "Reads the register and the returns of a folder, checks them "
                                            "against the rules, and writes records.h5, "
                                            "findings.csv and the rows set aside into the run folder.",
                                     .children = children};
    struct lac_stage stage;
    struct lac_error err;
    struct work work = {.stage = &stage, .err = &err};
    enum lac_status status;

    lac_error_init(&err);
    lac_program_usage();
    lac_stage_init(&stage, "ingest");
    stage.common.program = "lacuna-ingest";
    if (argp_parse(&argp, argc, argv, 0, NULL, &stage) != 0) return lac_status_exit(LAC_USAGE);
    status = lac_stage_open(&stage, &err);
    if (status == LAC_OK) {
        work.settings = &stage.config->returns;
        work.folder = work.settings->folder.resolved;
        status = run(&work);
    }
    release(&work);
    return lac_stage_close(&stage, status, &err);
}
