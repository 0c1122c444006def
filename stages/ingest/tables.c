/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tables.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"

#define TRY(call)                                                                                            \
    do {                                                                                                     \
        enum lac_status try_status = (call);                                                                 \
        if (try_status != LAC_OK) return try_status;                                                         \
    } while (0)

/* --- returns
 * ---------------------------------------------------------------------------------------------------- */

static bool used(const struct lac_ingest_source *source, size_t i)
{
    return source->reg->entry[i].state == LAC_STATE_USED && source->seen[i].judge != NULL;
}

/* Rows of a file that was read, and what became of them. */
static enum lac_status return_rows(struct lac_table *table, size_t row,
                                   const struct lac_ingest_source *source, size_t i, struct lac_error *err)
{
    const struct lac_ingest_entry *entry = &source->reg->entry[i];
    const struct lac_ingest_seen *seen = &source->seen[i];
    int64_t read = (int64_t)seen->rows, kept = 0, aside = 0, superseded = 0, cancelled = 0;

    if (used(source, i)) {
        cancelled = seen->judge->facts.cancelled;
        kept = (int64_t)seen->judge->used - cancelled;
        aside = (int64_t)seen->taken->set_aside;
    } else if (entry->state == LAC_STATE_SUPERSEDED) {
        superseded = read;
    } else {
        aside = read;
    }
    lac_i64(table, LAC_COL_returns_rows_read)[row] = read;
    lac_i64(table, LAC_COL_returns_rows_used)[row] = kept;
    lac_i64(table, LAC_COL_returns_rows_quarantined)[row] = aside;
    lac_i64(table, LAC_COL_returns_rows_superseded)[row] = superseded;
    lac_i64(table, LAC_COL_returns_rows_cancelled)[row] = cancelled;
    if (read != kept + aside + superseded + cancelled)
        return lac_fail(err, LAC_DEFECT, "rows of return %s do not add up", entry->return_id);
    return LAC_OK;
}

static enum lac_status return_numbers(struct lac_table *table, size_t row,
                                      const struct lac_ingest_source *source, size_t i, struct lac_error *err)
{
    const struct lac_ingest_entry *entry = &source->reg->entry[i];

    lac_i32(table, LAC_COL_returns_period_start)[row] = entry->period_start;
    lac_i32(table, LAC_COL_returns_period_end)[row] = entry->period_end;
    lac_i32(table, LAC_COL_returns_extract_date)[row] = entry->extract_date;
    lac_i32(table, LAC_COL_returns_received_date)[row] = entry->received_date;
    lac_i32(table, LAC_COL_returns_version)[row] = entry->version;
    if (entry->declared_rows >= 0) lac_i64(table, LAC_COL_returns_declared_rows)[row] = entry->declared_rows;
    return return_rows(table, row, source, i, err);
}

static enum lac_status make_returns(struct lac_table *table, const struct lac_ingest_source *source,
                                    struct lac_error *err)
{
    for (size_t i = 0; i < source->reg->count; i++) {
        const struct lac_ingest_entry *entry = &source->reg->entry[i];
        const char *digest = source->seen[i].digest;
        const struct {
            enum lac_column_id column;
            const char *text;
        } texts[] = {{LAC_COL_returns_return_id, entry->return_id},
                     {LAC_COL_returns_list, entry->list},
                     {LAC_COL_returns_agency, entry->agency},
                     {LAC_COL_returns_force, entry->force},
                     {LAC_COL_returns_supersedes, entry->supersedes},
                     {LAC_COL_returns_coverage, entry->coverage},
                     {LAC_COL_returns_layout, entry->layout},
                     {LAC_COL_returns_file, entry->file},
                     {LAC_COL_returns_sha256, digest[0] != '\0' ? digest : entry->sha256},
                     {LAC_COL_returns_state, lac_ingest_state_word(entry->state)}};
        size_t row;

        TRY(lac_table_row(table, &row, err));
        for (size_t k = 0; k < LAC_COUNT(texts); k++)
            TRY(lac_set_text(table, texts[k].column, row, texts[k].text, err));
        TRY(return_numbers(table, row, source, i, err));
    }
    return LAC_OK;
}

/* --- cases
 * ------------------------------------------------------------------------------------------------------ */

static enum lac_status make_cases(struct lac_ingest_tables *tables, const struct lac_ingest_source *source,
                                  struct lac_error *err)
{
    struct lac_ingest_case_return *ret = calloc(source->reg->count + 1, sizeof *ret);
    size_t n = 0;

    if (ret == NULL) return lac_fail_memory(err, "cases");
    for (size_t i = 0; i < source->reg->count; i++) {
        const struct lac_ingest_seen *seen = &source->seen[i];

        if (!used(source, i)) continue;
        if (seen->taken->parts.rows != seen->judge->used) {
            free(ret);
            return lac_fail(err, LAC_DEFECT, "records of return %s do not add up",
                            source->reg->entry[i].return_id);
        }
        tables->records += seen->judge->used;
        ret[n].entry = &source->reg->entry[i];
        ret[n++].blocks = &seen->taken->cases;
    }
    return lac_ingest_case_table_make(&tables->cases, source->spool, ret, n, err);
}

/* --- records
 * ---------------------------------------------------------------------------------------------------- */

/* Hands over the column's values return by return. */
static enum lac_status feed_records(const struct lac_ingest_tables *tables, enum lac_column_id column,
                                    struct lac_ingest_distinct *distinct, struct lac_store_feed *feed,
                                    struct lac_error *err)
{
    const struct lac_ingest_source *source = tables->source;

    for (size_t i = 0; i < source->reg->count; i++) {
        struct lac_ingest_coding coding = {NULL, distinct};

        if (!used(source, i)) continue;
        if (column == LAC_COL_records_case_index)
            coding.map = lac_ingest_case_table_map(&tables->cases, &source->reg->entry[i]);
        TRY(lac_ingest_parts_feed(&source->seen[i].taken->parts, source->spool, column, &coding, feed, err));
    }
    return LAC_OK;
}

/* A column with so many texts that a dictionary of them would need much memory. */
static enum lac_status feed_many_texts(const struct lac_ingest_tables *tables, enum lac_column_id column,
                                       struct lac_ingest_distinct *distinct, struct lac_store_feed *feed,
                                       struct lac_error *err)
{
    const struct lac_ingest_source *source = tables->source;

    for (size_t i = 0; i < source->reg->count; i++)
        if (used(source, i))
            TRY(lac_ingest_parts_list(&source->seen[i].taken->parts, source->spool, column, distinct, err));
    TRY(lac_ingest_distinct_settle(distinct, err));
    TRY(lac_store_feed_texts(feed, distinct->distinct, distinct->bytes, err));
    return feed_records(tables, column, distinct, feed, err);
}

static enum lac_status produce_records(const void *context, enum lac_column_id column,
                                       struct lac_store_feed *feed, struct lac_error *err)
{
    const struct lac_ingest_tables *tables = context;
    const struct lac_ingest_source *source = tables->source;
    struct lac_ingest_distinct distinct = {0};
    size_t texts = 0;
    enum lac_status status;

    for (size_t i = 0; i < source->reg->count; i++)
        if (used(source, i)) texts += lac_ingest_parts_texts(&source->seen[i].taken->parts, column);
    if (texts <= LAC_INGEST_TEXTS_MANY) return feed_records(tables, column, NULL, feed, err);
    status = lac_ingest_distinct_open(&distinct, source->spool->folder, err);
    if (status == LAC_OK) status = feed_many_texts(tables, column, &distinct, feed, err);
    lac_ingest_distinct_close(&distinct);
    return status;
}

struct lac_store_stream lac_ingest_tables_records(const struct lac_ingest_tables *tables)
{
    return (struct lac_store_stream){LAC_TABLE_records, tables->records, produce_records, tables};
}

/* --- completeness
 * ----------------------------------------------------------------------------------------------- */

struct filling {
    const struct lac_ingest_source *source;
    struct lac_ingest_tables *tables;
    struct lac_dict keys; /* of the groups */
    struct lac_buffer key;
    struct lac_error *err;
};

static enum lac_status new_group(struct filling *filling, const struct lac_ingest_entry *entry,
                                 const struct lac_ingest_complete_group *group)
{
    static const char *const roles[] = {"VICTIM", "SUSPECT", "OFFENDER", "FACILITATOR"};
    struct lac_table *table = &filling->tables->completeness;

    for (size_t k = 0; k < LAC_INGEST_COMPLETE_FIELDS; k++) {
        size_t at;

        TRY(lac_table_row(table, &at, filling->err));
        TRY(lac_set_text(table, LAC_COL_completeness_force, at, group->force, filling->err));
        TRY(lac_set_text(table, LAC_COL_completeness_list, at, entry->list, filling->err));
        TRY(lac_set_text(table, LAC_COL_completeness_role, at, roles[group->role], filling->err));
        TRY(lac_set_text(table, LAC_COL_completeness_case_age, at, lac_ingest_case_age_words[group->age],
                         filling->err));
        TRY(lac_set_text(table, LAC_COL_completeness_field, at, lac_ingest_complete_names[k], filling->err));
        for (int c = LAC_COL_completeness_rows; c <= LAC_COL_completeness_filled_before; c++)
            lac_i64(table, (enum lac_column_id)c)[at] = 0;
    }
    return LAC_OK;
}

/* How many used returns of the same agency cover a later period; of two of one period the later line counts
 * as later. */
static size_t returns_after(const struct lac_ingest_source *source, size_t i)
{
    const struct lac_ingest_entry *entry = &source->reg->entry[i];
    size_t n = 0;

    for (size_t j = 0; j < source->reg->count; j++) {
        const struct lac_ingest_entry *other = &source->reg->entry[j];

        if (j == i || !used(source, j) || !lac_ingest_register_same_sender(entry, other)) continue;
        n += other->period_end > entry->period_end || (other->period_end == entry->period_end && j > i);
    }
    return n;
}

/* `rank` 0: of the latest return of its agency; 1: of the one before. */
static enum lac_status add_group(struct filling *filling, const struct lac_ingest_entry *entry,
                                 const struct lac_ingest_complete_group *group, size_t rank)
{
    struct lac_table *table = &filling->tables->completeness;
    uint32_t code, before = filling->keys.count;
    size_t n = LAC_INGEST_COMPLETE_FIELDS;

    lac_buffer_clear(&filling->key);
    lac_buffer_printf(&filling->key, "%s\x1f%s\x1f%d\x1f%d", group->force, entry->list, (int)group->role,
                      (int)group->age);
    TRY(lac_buffer_status(&filling->key, filling->err));
    TRY(lac_dict_code(&filling->keys, filling->key.text, &code, filling->err));
    if (code == before) TRY(new_group(filling, entry, group));
    for (size_t k = 0; k < n; k++) {
        lac_i64(table, LAC_COL_completeness_rows)[code * n + k] += group->rows;
        lac_i64(table, LAC_COL_completeness_filled)[code * n + k] += group->known[k];
        if (rank > 1) continue;
        lac_i64(table, rank == 0 ? LAC_COL_completeness_rows_latest
                                 : LAC_COL_completeness_rows_before)[code * n + k] += group->rows;
        lac_i64(table, rank == 0 ? LAC_COL_completeness_filled_latest
                                 : LAC_COL_completeness_filled_before)[code * n + k] += group->known[k];
    }
    return LAC_OK;
}

static enum lac_status fill_completeness(struct filling *filling)
{
    const struct lac_ingest_source *source = filling->source;

    for (size_t i = 0; i < source->reg->count; i++) {
        const struct lac_ingest_complete *complete =
            used(source, i) ? &source->seen[i].taken->complete : NULL;

        size_t rank = complete == NULL ? 0 : returns_after(source, i);

        for (size_t k = 0; complete != NULL && k < complete->count; k++)
            TRY(add_group(filling, &source->reg->entry[i], &complete->group[k], rank));
    }
    return LAC_OK;
}

static enum lac_status make_completeness(struct lac_ingest_tables *tables,
                                         const struct lac_ingest_source *source, struct lac_error *err)
{
    struct filling filling = {.source = source, .tables = tables, .err = err};
    enum lac_status status;

    lac_dict_init(&filling.keys);
    status = fill_completeness(&filling);
    lac_dict_release(&filling.keys);
    lac_buffer_release(&filling.key);
    return status;
}

/* --- findings and grid
 * ------------------------------------------------------------------------------------------ */

static enum lac_status add_finding(struct lac_table *table, const struct lac_ingest_source *source,
                                   const struct lac_ingest_finding *finding, struct lac_buffer *text,
                                   struct lac_error *err)
{
    const struct lac_ingest_rule_row *rule = &lac_ingest_rules[finding->rule];
    const struct lac_ingest_entry *entry =
        finding->entry == LAC_INGEST_NO_RETURN ? NULL : &source->reg->entry[finding->entry];
    const char *file = finding->file != NULL ? finding->file : entry != NULL ? entry->file : "";
    size_t at;

    TRY(lac_table_row(table, &at, err));
    TRY(lac_set_text(table, LAC_COL_findings_return_id, at, entry == NULL ? "" : entry->return_id, err));
    TRY(lac_set_text(table, LAC_COL_findings_file, at, file, err));
    if (finding->row != LAC_INGEST_NO_ROW) lac_i64(table, LAC_COL_findings_row)[at] = finding->row;
    TRY(lac_set_text(table, LAC_COL_findings_column, at, finding->column == NULL ? "" : finding->column,
                     err));
    TRY(lac_set_text(table, LAC_COL_findings_rule, at, rule->id, err));
    TRY(lac_set_text(table, LAC_COL_findings_severity, at, lac_ingest_severity_word(rule->severity), err));
    lac_buffer_clear(text);
    lac_ingest_finding_message(finding, text);
    TRY(lac_buffer_status(text, err));
    TRY(lac_set_text(table, LAC_COL_findings_message, at, text->text, err));
    lac_buffer_clear(text);
    lac_ingest_finding_action(finding, text);
    TRY(lac_buffer_status(text, err));
    return lac_set_text(table, LAC_COL_findings_action, at, text->text, err);
}

static enum lac_status make_findings(struct lac_table *table, const struct lac_ingest_source *source,
                                     struct lac_error *err)
{
    struct lac_buffer text = {0};
    enum lac_status status = LAC_OK;

    for (size_t i = 0; i < source->findings->count && status == LAC_OK; i++)
        status = add_finding(table, source, &source->findings->item[i], &text, err);
    lac_buffer_release(&text);
    return status;
}

static enum lac_status make_grid(struct lac_table *table, const struct lac_ingest_grid *grid,
                                 struct lac_error *err)
{
    for (size_t i = 0; i < grid->count; i++) {
        const struct lac_ingest_cell *cell = &grid->cell[i];
        size_t at;

        TRY(lac_table_row(table, &at, err));
        TRY(lac_set_text(table, LAC_COL_grid_list, at, cell->list, err));
        TRY(lac_set_text(table, LAC_COL_grid_agency, at, cell->agency, err));
        TRY(lac_set_text(table, LAC_COL_grid_force, at, cell->force, err));
        lac_i32(table, LAC_COL_grid_period_start)[at] = cell->start;
        lac_i32(table, LAC_COL_grid_period_end)[at] = cell->end;
        TRY(lac_set_text(table, LAC_COL_grid_state, at, cell->state, err));
    }
    return LAC_OK;
}

static enum lac_status make_revisions(struct lac_table *table, const struct lac_ingest_source *source,
                                      struct lac_error *err)
{
    for (size_t i = 0; i < source->reg->count; i++) {
        const struct lac_ingest_entry *entry = &source->reg->entry[i];
        const struct lac_ingest_revision *revision = &source->revision[i];
        size_t at;

        if (entry->replaces == SIZE_MAX ||
            revision->added + revision->changed + revision->removed + revision->same == 0)
            continue;
        TRY(lac_table_row(table, &at, err));
        TRY(lac_set_text(table, LAC_COL_revisions_return_id, at, entry->return_id, err));
        TRY(lac_set_text(table, LAC_COL_revisions_supersedes, at,
                         source->reg->entry[entry->replaces].return_id, err));
        lac_i64(table, LAC_COL_revisions_added)[at] = revision->added;
        lac_i64(table, LAC_COL_revisions_changed)[at] = revision->changed;
        lac_i64(table, LAC_COL_revisions_removed)[at] = revision->removed;
        lac_i64(table, LAC_COL_revisions_same)[at] = revision->same;
    }
    return LAC_OK;
}

enum lac_status lac_ingest_tables_make(struct lac_ingest_tables *tables,
                                       const struct lac_ingest_source *source, struct lac_error *err)
{
    TRY(lac_table_init(&tables->returns, LAC_TABLE_returns, err));
    tables->source = source;
    tables->records = 0;
    TRY(lac_table_init(&tables->findings, LAC_TABLE_findings, err));
    TRY(lac_table_init(&tables->completeness, LAC_TABLE_completeness, err));
    TRY(lac_table_init(&tables->grid, LAC_TABLE_grid, err));
    TRY(lac_table_init(&tables->revisions, LAC_TABLE_revisions, err));
    TRY(make_returns(&tables->returns, source, err));
    TRY(make_cases(tables, source, err));
    TRY(make_completeness(tables, source, err));
    TRY(make_findings(&tables->findings, source, err));
    TRY(make_revisions(&tables->revisions, source, err));
    return make_grid(&tables->grid, source->grid, err);
}

void lac_ingest_tables_release(struct lac_ingest_tables *tables)
{
    lac_table_release(&tables->returns);
    lac_ingest_case_table_release(&tables->cases);
    lac_table_release(&tables->findings);
    lac_table_release(&tables->completeness);
    lac_table_release(&tables->grid);
    lac_table_release(&tables->revisions);
}
