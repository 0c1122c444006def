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

static void put_rows(FILE *to, const struct lac_ingest_judge *judge)
{
    const struct lac_ingest_sheet *sheet = judge->sheet;

    lac_csv_put(to, true, "reason");
    for (size_t c = 0; c < sheet->columns; c++) lac_csv_put(to, false, sheet->header[c]);
    lac_csv_end(to);
    for (size_t r = 0; r < sheet->rows; r++) {
        if (judge->row[r].set_aside == LAC_RULE_NONE) continue;
        lac_csv_put(to, true, lac_ingest_rules[judge->row[r].set_aside].id);
        for (size_t c = 0; c < sheet->line[r].width; c++) lac_csv_put(to, false, sheet->line[r].cell[c]);
        lac_csv_end(to);
    }
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

enum lac_status lac_ingest_output_quarantine(const char *run, const struct lac_ingest_source *source,
                                             struct lac_arena *arena, struct lac_error *err)
{
    const char *folder = lac_path_join(arena, run, "quarantine");
    enum lac_status status;

    if (folder == NULL) return lac_fail_memory(err, "a file name");
    if ((status = lac_dir_make(folder, true, err)) != LAC_OK) return status;
    if ((status = empty_folder(folder, arena, err)) != LAC_OK) return status;
    for (size_t i = 0; i < source->reg->count && status == LAC_OK; i++) {
        const struct lac_ingest_entry *entry = &source->reg->entry[i];
        const struct lac_ingest_judge *judge = source->seen[i].judge;
        struct lac_outfile out = {0};
        const char *path;

        if (entry->state != LAC_STATE_USED || judge == NULL || judge->used == judge->sheet->rows) continue;
        if ((path = file_name(arena, folder, entry->return_id, i)) == NULL)
            return lac_fail_memory(err, "a file name");
        if ((status = lac_outfile_open(&out, path, true, err)) != LAC_OK) return status;
        put_rows(out.stream, judge);
        status = lac_outfile_commit(&out, err);
    }
    return status;
}
