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

static int64_t set_aside(const struct lac_ingest_judge *judge)
{
    int64_t n = 0;

    for (size_t r = 0; r < judge->sheet->rows; r++) n += judge->row[r].set_aside != LAC_RULE_NONE;
    return n;
}

static enum lac_status return_numbers(struct lac_table *table, size_t row,
                                      const struct lac_ingest_source *source, size_t i, struct lac_error *err)
{
    const struct lac_ingest_entry *entry = &source->reg->entry[i];
    const struct lac_ingest_judge *judge = used(source, i) ? source->seen[i].judge : NULL;
    int64_t read = judge == NULL ? 0 : (int64_t)judge->sheet->rows;
    int64_t kept = judge == NULL ? 0 : (int64_t)judge->used, aside = judge == NULL ? 0 : set_aside(judge);

    lac_i32(table, LAC_COL_returns_period_start)[row] = entry->period_start;
    lac_i32(table, LAC_COL_returns_period_end)[row] = entry->period_end;
    lac_i32(table, LAC_COL_returns_extract_date)[row] = entry->extract_date;
    lac_i32(table, LAC_COL_returns_received_date)[row] = entry->received_date;
    lac_i32(table, LAC_COL_returns_version)[row] = entry->version;
    if (entry->declared_rows >= 0) lac_i64(table, LAC_COL_returns_declared_rows)[row] = entry->declared_rows;
    lac_i64(table, LAC_COL_returns_rows_read)[row] = read;
    lac_i64(table, LAC_COL_returns_rows_used)[row] = kept;
    lac_i64(table, LAC_COL_returns_rows_quarantined)[row] = aside;
    if (read != kept + aside)
        return lac_fail(err, LAC_DEFECT, "rows of return %s do not add up", entry->return_id);
    return LAC_OK;
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

/* --- records and cases
 * ------------------------------------------------------------------------------------------ */

static const enum lac_column_id record_columns[LAC_FIELD_COUNT] = {
#define LAC_FIELD(name, kind) LAC_COL_records_##name,
#include "fields.def"
};

struct filling {
    const struct lac_ingest_source *source;
    struct lac_ingest_tables *tables;
    struct lac_dict cases, groups; /* keys of cases and of completeness groups */
    struct lac_buffer key;
    struct lac_error *err;
};

/* Force of a row: that of the return, or of the home district for an agency wider than one force. */
static const char *row_force(const struct lac_ingest_source *source, const struct lac_ingest_entry *entry,
                             const struct lac_ingest_row *row)
{
    const char *force;

    if (entry->force[0] != '\0') return entry->force;
    force = lac_ingest_codes_district(source->codes, LAC_ROW_TEXT(row, lad));
    return force == NULL ? "" : force;
}

static void larger(int32_t *most, int32_t value)
{
    if (value > *most) *most = value;
}

/* Adds a record to its case, which is new when `added`. A case of a wider agency has the force its rows name
 * first. */
static enum lac_status add_to_case(struct filling *filling, uint32_t code, bool added,
                                   const struct lac_ingest_entry *entry, const struct lac_ingest_row *row)
{
    struct lac_table *table = &filling->tables->cases;
    const char *force = row_force(filling->source, entry, row), *role = LAC_ROW_TEXT(row, role);
    size_t at = code;

    if (added) {
        TRY(lac_table_row(table, &at, filling->err));
        TRY(lac_set_text(table, LAC_COL_cases_list, at, entry->list, filling->err));
        TRY(lac_set_text(table, LAC_COL_cases_agency, at, entry->agency, filling->err));
        TRY(lac_set_text(table, LAC_COL_cases_local_ref, at, LAC_ROW_TEXT(row, local_ref), filling->err));
        lac_u32(table, LAC_COL_cases_rows)[at] = lac_u32(table, LAC_COL_cases_victims)[at] = 0;
        lac_u32(table, LAC_COL_cases_suspects)[at] = lac_u32(table, LAC_COL_cases_facilitators)[at] = 0;
    }
    if (lac_codes(table, LAC_COL_cases_force)[at] == LAC_MISSING_STR)
        TRY(lac_set_text(table, LAC_COL_cases_force, at, force, filling->err));
    lac_u32(table, LAC_COL_cases_rows)[at]++;
    if (strcmp(role, "VICTIM") == 0)
        lac_u32(table, LAC_COL_cases_victims)[at]++;
    else if (strcmp(role, "FACILITATOR") == 0)
        lac_u32(table, LAC_COL_cases_facilitators)[at]++;
    else
        lac_u32(table, LAC_COL_cases_suspects)[at]++;
    larger(&lac_i32(table, LAC_COL_cases_n_suspects)[at], LAC_ROW_NUMBER(row, n_suspects));
    larger(&lac_i32(table, LAC_COL_cases_n_suspects_unidentified)[at],
           LAC_ROW_NUMBER(row, n_suspects_unidentified));
    larger(&lac_i32(table, LAC_COL_cases_n_victims)[at], LAC_ROW_NUMBER(row, n_victims));
    return LAC_OK;
}

static enum lac_status find_case(struct filling *filling, const struct lac_ingest_entry *entry,
                                 const struct lac_ingest_row *row, uint32_t *code)
{
    uint32_t before = filling->cases.count;

    lac_buffer_clear(&filling->key);
    lac_buffer_printf(&filling->key, "%s\x1f%s\x1f%s\x1f%s", entry->list, entry->agency, entry->force,
                      LAC_ROW_TEXT(row, local_ref));
    TRY(lac_buffer_status(&filling->key, filling->err));
    TRY(lac_dict_code(&filling->cases, filling->key.text, code, filling->err));
    return add_to_case(filling, *code, *code == before, entry, row);
}

static enum lac_status add_record(struct filling *filling, size_t i, size_t r)
{
    struct lac_table *table = &filling->tables->records;
    const struct lac_ingest_entry *entry = &filling->source->reg->entry[i];
    const struct lac_ingest_row *row = &filling->source->seen[i].judge->row[r];
    uint32_t one;
    size_t at;

    TRY(find_case(filling, entry, row, &one));
    TRY(lac_table_row(table, &at, filling->err));
    lac_u32(table, LAC_COL_records_return_index)[at] = (uint32_t)i;
    lac_u32(table, LAC_COL_records_row)[at] = (uint32_t)r + 1;
    lac_u32(table, LAC_COL_records_case_index)[at] = one;
    TRY(lac_set_text(table, LAC_COL_records_list, at, entry->list, filling->err));
    TRY(lac_set_text(table, LAC_COL_records_force, at, row_force(filling->source, entry, row), filling->err));
    TRY(lac_set_text(table, LAC_COL_records_forename_folded, at, row->forename_folded, filling->err));
    TRY(lac_set_text(table, LAC_COL_records_surname_folded, at, row->surname_folded, filling->err));
    for (int f = 0; f < LAC_FIELD_COUNT; f++) {
        if (lac_ingest_field_is_number((enum lac_ingest_field)f))
            lac_i32(table, record_columns[f])[at] = row->value[f].number;
        else
            TRY(lac_set_text(table, record_columns[f], at, row->value[f].text, filling->err));
    }
    return LAC_OK;
}

/* --- completeness
 * ----------------------------------------------------------------------------------------------- */

/* Fields whose filled share is reported. */
static const enum lac_ingest_field completeness_fields[] = {
    LAC_FIELD_person_ref,   LAC_FIELD_forename,     LAC_FIELD_surname,        LAC_FIELD_dob,
    LAC_FIELD_age,          LAC_FIELD_sex,          LAC_FIELD_ethnicity,      LAC_FIELD_nationality,
    LAC_FIELD_postcode,     LAC_FIELD_lad,          LAC_FIELD_offence_from,   LAC_FIELD_recorded_date,
    LAC_FIELD_offence_code, LAC_FIELD_criterion,    LAC_FIELD_cse_flag,       LAC_FIELD_n_suspects,
    LAC_FIELD_basis,        LAC_FIELD_national_ref, LAC_FIELD_referral_source};

/* A placeholder, a not-stated ethnicity and an unknown criterion are not known. */
static bool filled(const struct lac_ingest_row *row, enum lac_ingest_field field)
{
    if (lac_ingest_field_is_number(field)) return row->value[field].number != LAC_INGEST_NONE;
    switch (field) {
    case LAC_FIELD_forename:
        return row->forename_folded[0] != '\0';
    case LAC_FIELD_surname:
        return row->surname_folded[0] != '\0';
    case LAC_FIELD_ethnicity:
        return lac_ingest_row_ethnicity_known(row);
    case LAC_FIELD_criterion:
        return row->value[field].text[0] != '\0' && strcmp(row->value[field].text, "UNK") != 0;
    default:
        return row->value[field].text[0] != '\0';
    }
}

static enum lac_status new_group(struct filling *filling, const struct lac_ingest_entry *entry,
                                 const char *force, const char *role)
{
    struct lac_table *table = &filling->tables->completeness;

    for (size_t k = 0; k < LAC_COUNT(completeness_fields); k++) {
        size_t at;

        TRY(lac_table_row(table, &at, filling->err));
        TRY(lac_set_text(table, LAC_COL_completeness_force, at, force, filling->err));
        TRY(lac_set_text(table, LAC_COL_completeness_list, at, entry->list, filling->err));
        TRY(lac_set_text(table, LAC_COL_completeness_role, at, role, filling->err));
        TRY(lac_set_text(table, LAC_COL_completeness_field, at,
                         lac_ingest_field_names[completeness_fields[k]], filling->err));
        lac_i64(table, LAC_COL_completeness_rows)[at] = lac_i64(table, LAC_COL_completeness_filled)[at] = 0;
    }
    return LAC_OK;
}

static enum lac_status add_completeness(struct filling *filling, const struct lac_ingest_entry *entry,
                                        const struct lac_ingest_row *row)
{
    struct lac_table *table = &filling->tables->completeness;
    const char *force = row_force(filling->source, entry, row), *role = LAC_ROW_TEXT(row, role);
    uint32_t group, before = filling->groups.count;
    size_t n = LAC_COUNT(completeness_fields);

    lac_buffer_clear(&filling->key);
    lac_buffer_printf(&filling->key, "%s\x1f%s\x1f%s", force, entry->list, role);
    TRY(lac_buffer_status(&filling->key, filling->err));
    TRY(lac_dict_code(&filling->groups, filling->key.text, &group, filling->err));
    if (group == before) TRY(new_group(filling, entry, force, role));
    for (size_t k = 0; k < n; k++) {
        lac_i64(table, LAC_COL_completeness_rows)[group * n + k]++;
        lac_i64(table, LAC_COL_completeness_filled)[group * n + k] += filled(row, completeness_fields[k]);
    }
    return LAC_OK;
}

static enum lac_status fill_records(struct filling *filling)
{
    const struct lac_ingest_source *source = filling->source;
    struct lac_table *records = &filling->tables->records;

    for (size_t i = 0; i < source->reg->count; i++) {
        const struct lac_ingest_judge *judge = source->seen[i].judge;
        size_t before = records->rows;

        if (!used(source, i)) continue;
        TRY(lac_table_reserve(records, before + judge->used, filling->err));
        for (size_t r = 0; r < judge->sheet->rows; r++) {
            if (judge->row[r].set_aside != LAC_RULE_NONE) continue;
            TRY(add_record(filling, i, r));
            TRY(add_completeness(filling, &source->reg->entry[i], &judge->row[r]));
        }
        if (records->rows - before != judge->used)
            return lac_fail(filling->err, LAC_DEFECT, "records of return %s do not add up",
                            source->reg->entry[i].return_id);
    }
    return LAC_OK;
}

static enum lac_status make_records(struct lac_ingest_tables *tables, const struct lac_ingest_source *source,
                                    struct lac_error *err)
{
    struct filling filling = {.source = source, .tables = tables, .err = err};
    enum lac_status status;

    lac_dict_init(&filling.cases);
    lac_dict_init(&filling.groups);
    status = fill_records(&filling);
    lac_dict_release(&filling.cases);
    lac_dict_release(&filling.groups);
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

enum lac_status lac_ingest_tables_make(struct lac_ingest_tables *tables,
                                       const struct lac_ingest_source *source, struct lac_error *err)
{
    TRY(lac_table_init(&tables->returns, LAC_TABLE_returns, err));
    TRY(lac_table_init(&tables->records, LAC_TABLE_records, err));
    TRY(lac_table_init(&tables->cases, LAC_TABLE_cases, err));
    TRY(lac_table_init(&tables->findings, LAC_TABLE_findings, err));
    TRY(lac_table_init(&tables->completeness, LAC_TABLE_completeness, err));
    TRY(lac_table_init(&tables->grid, LAC_TABLE_grid, err));
    TRY(make_returns(&tables->returns, source, err));
    TRY(make_records(tables, source, err));
    TRY(make_findings(&tables->findings, source, err));
    return make_grid(&tables->grid, source->grid, err);
}

void lac_ingest_tables_release(struct lac_ingest_tables *tables)
{
    lac_table_release(&tables->returns);
    lac_table_release(&tables->records);
    lac_table_release(&tables->cases);
    lac_table_release(&tables->findings);
    lac_table_release(&tables->completeness);
    lac_table_release(&tables->grid);
}
