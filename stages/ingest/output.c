/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "output.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"

static const enum lac_column_id columns[] = {
    LAC_COL_findings_return_id, LAC_COL_findings_file,     LAC_COL_findings_row,     LAC_COL_findings_column,
    LAC_COL_findings_rule,      LAC_COL_findings_severity, LAC_COL_findings_message, LAC_COL_findings_action};

enum lac_status lac_ingest_output_findings(const char *run, const struct lac_table *findings,
                                           struct lac_arena *arena, struct lac_error *err)
{
    struct lac_outfile out = {0};
    const char *path = lac_path_join(arena, run, "findings.csv");
    enum lac_status status;

    if (path == NULL) return lac_fail_memory(err, "a file name");
    if ((status = lac_outfile_open(&out, path, true, err)) != LAC_OK) return status;
    for (size_t c = 0; c < LAC_COUNT(columns); c++)
        lac_csv_put(out.stream, c == 0, lac_column_schemas[columns[c]].name);
    lac_csv_end(out.stream);
    for (size_t i = 0; i < findings->rows; i++) {
        for (size_t c = 0; c < LAC_COUNT(columns); c++) {
            if (columns[c] != LAC_COL_findings_row)
                lac_csv_put(out.stream, c == 0, lac_text(findings, columns[c], i));
            else if (lac_i64(findings, columns[c])[i] == LAC_MISSING_I64)
                lac_csv_put(out.stream, false, "");
            else
                lac_csv_put_i64(out.stream, false, lac_i64(findings, columns[c])[i]);
        }
        lac_csv_end(out.stream);
    }
    return lac_outfile_commit(&out, err);
}

/* A return_id that is no safe file name gives way to the line of the register. */
static char *file_name(struct lac_arena *arena, const char *folder, const char *id, size_t line)
{
    static const char safe[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-";
    size_t length = strlen(id);

    if (length == 0 || length > 200 || id[0] == '.' || strspn(id, safe) != length)
        return lac_arena_printf(arena, "%s/line-%zu.csv", folder, line + 1);
    return lac_arena_printf(arena, "%s/%s.csv", folder, id);
}

static enum lac_status empty_folder(const char *folder, struct lac_arena *arena, struct lac_error *err)
{
    char **names;
    size_t n;
    enum lac_status status = lac_dir_list(folder, arena, &names, &n, err);

    for (size_t i = 0; i < n && status == LAC_OK; i++) {
        char *path = lac_path_join(arena, folder, names[i]);

        if (path == NULL) return lac_fail_memory(err, "a file name");
        if (unlink(path) == 0) continue;
        status = lac_fail(err, LAC_IO, "an old file cannot be removed: %s", strerror(errno));
        lac_error_file(err, path);
    }
    return status;
}

enum lac_status lac_ingest_output_folder(const char *run, const struct lac_ingest_register *reg,
                                         struct lac_arena *arena, const char ***paths, struct lac_error *err)
{
    const char *folder = lac_path_join(arena, run, "quarantine");
    enum lac_status status;

    *paths = LAC_NEW(arena, const char *, reg->count);
    if (folder == NULL || *paths == NULL) return lac_fail_memory(err, "a file name");
    if ((status = lac_dir_make(folder, true, err)) != LAC_OK) return status;
    if ((status = empty_folder(folder, arena, err)) != LAC_OK) return status;
    for (size_t i = 0; i < reg->count; i++) {
        (*paths)[i] = file_name(arena, folder, reg->entry[i].return_id, i);
        if ((*paths)[i] == NULL) return lac_fail_memory(err, "a file name");
    }
    return LAC_OK;
}

enum lac_status lac_ingest_output_quarantine(const struct lac_ingest_register *reg,
                                             struct lac_ingest_taken *const *taken, struct lac_error *err)
{
    for (size_t i = 0; i < reg->count; i++) {
        enum lac_status status = LAC_OK;

        if (taken[i] == NULL || taken[i]->set_aside == 0) continue;
        if (reg->entry[i].state == LAC_STATE_USED)
            status = lac_outfile_commit(&taken[i]->aside, err);
        else
            lac_outfile_abort(&taken[i]->aside);
        if (status != LAC_OK) return status;
    }
    return LAC_OK;
}
