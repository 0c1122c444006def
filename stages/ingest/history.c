/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "history.h"

#include <string.h>

#include "base/date.h"

static bool came_later(const struct lac_csv *table, int64_t line, int column, int32_t as_at)
{
    int32_t day;

    return lac_date_parse(lac_csv_cell(table, line, column), &day) && day > as_at;
}

/* Whether some line names the file: one that is kept, or one that came later. */
static bool named(const struct lac_csv *table, const char *name, bool later, int32_t as_at)
{
    int received = lac_csv_column(table, "received_date"), file = lac_csv_column(table, "file");

    for (int64_t i = 0; i < table->rows; i++)
        if (came_later(table, i, received, as_at) == later && strcmp(lac_csv_cell(table, i, file), name) == 0)
            return true;
    return false;
}

void lac_ingest_history_drop(struct lac_csv *table, int32_t as_at, const char **names, size_t *name_count)
{
    int received = lac_csv_column(table, "received_date");
    int64_t kept = 0;
    size_t n = 0;

    if (as_at == LAC_DATE_NONE || received < 0) return;
    for (size_t k = 0; k < *name_count; k++)
        if (!named(table, names[k], true, as_at) || named(table, names[k], false, as_at))
            names[n++] = names[k];
    *name_count = n;
    for (int64_t i = 0; i < table->rows; i++) {
        if (came_later(table, i, received, as_at)) continue;
        memmove(table->cell + (size_t)kept * table->columns, table->cell + (size_t)i * table->columns,
                table->columns * sizeof *table->cell);
        table->line[kept++] = table->line[i];
    }
    table->rows = kept;
}

enum lac_status lac_ingest_history_digest(const struct lac_csv *table, char out[LAC_DIGEST_SIZE],
                                          struct lac_error *err)
{
    struct lac_digest digest;
    enum lac_status status = lac_digest_begin(&digest, err);

    if (status != LAC_OK) return status;
    for (size_t c = 0; c < table->columns; c++) lac_digest_add_text(&digest, table->header[c]);
    for (int64_t i = 0; i < table->rows; i++)
        for (size_t c = 0; c < table->columns; c++)
            lac_digest_add_text(&digest, lac_csv_cell(table, i, (int)c));
    return lac_digest_end(&digest, out, err);
}

static size_t find_entry(const struct lac_ingest_register *reg, const char *return_id)
{
    size_t i = 0;

    while (i < reg->count && strcmp(reg->entry[i].return_id, return_id) != 0) i++;
    return i;
}

enum lac_status lac_ingest_history_check(const struct lac_ingest_register *reg, const char *const *digest,
                                         const int64_t *rows, const struct lac_table *before,
                                         struct lac_arena *arena, struct lac_ingest_findings *findings,
                                         struct lac_error *err)
{
    for (size_t k = 0; k < before->rows; k++) {
        const char *sha256 = lac_text(before, LAC_COL_returns_sha256, k);
        size_t i = find_entry(reg, lac_text(before, LAC_COL_returns_return_id, k));
        struct lac_ingest_finding finding = {.entry = LAC_INGEST_NO_RETURN, .file = LAC_INGEST_REGISTER_FILE};
        enum lac_status status;

        if (i == reg->count) {
            finding.rule = LAC_RULE_return_vanished;
            finding.text = lac_arena_strdup(arena, lac_text(before, LAC_COL_returns_return_id, k));
            finding.a = lac_i64(before, LAC_COL_returns_rows_used)[k];
            if (finding.text == NULL) return lac_fail_memory(err, "returns");
        } else if (sha256[0] != '\0' && digest[i][0] != '\0' && strcmp(sha256, digest[i]) != 0) {
            finding.rule = LAC_RULE_restated;
            finding.entry = (uint32_t)i;
            finding.file = NULL;
            finding.a = lac_i64(before, LAC_COL_returns_rows_read)[k];
            finding.b = rows[i];
        } else {
            continue;
        }
        if ((status = lac_ingest_findings_add(findings, &finding, err)) != LAC_OK) return status;
    }
    return LAC_OK;
}
