/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "take.h"

#include <stdio.h>

#include "table/csv.h"

static const enum lac_column_id record_columns[LAC_FIELD_COUNT] = {
#define LAC_FIELD(name, kind) LAC_COL_records_##name,
#include "fields.def"
};

/* Force of a row: that of the return, or of the home district for an agency wider than one force. */
static const char *row_force(const struct lac_ingest_taking *taking, const struct lac_ingest_row *row)
{
    if (taking->entry->force[0] != '\0') return taking->entry->force;
    return row->district == LAC_MISSING_STR ? "" : taking->codes->district_force[row->district];
}

/* With a text from the memo its code is remembered. */
static enum lac_status pack_text(struct lac_ingest_taking *taking, const struct lac_ingest_judge *judge,
                                 enum lac_column_id column, enum lac_ingest_field field, const char *text,
                                 bool folded)
{
    struct lac_ingest_memo_entry *entry = judge->row[judge->at].memo[field];
    struct lac_ingest_packed *before = &taking->before[column - LAC_COL_records_return_index];
    enum lac_status status;

    if (text[0] == '\0') {
        lac_ingest_packer_number(taking->packer, column, LAC_MISSING_STR);
        return LAC_OK;
    }
    if (entry != NULL && before->entry == entry && before->text == text &&
        before->part == taking->packer->part) {
        lac_ingest_packer_number(taking->packer, column, before->code);
        return LAC_OK;
    }
    if (entry == NULL || (folded ? entry->folded : entry->value.text) != text)
        return lac_ingest_packer_text(taking->packer, column, text, taking->err);
    status = lac_ingest_packer_coded(taking->packer, column, text,
                                     folded ? &entry->coded_folded : &entry->coded, taking->err);
    *before = (struct lac_ingest_packed){entry, text, taking->packer->part,
                                         folded ? entry->coded_folded.code : entry->coded.code};
    return status;
}

/* Texts that most rows do not have. */
static enum lac_status pack_recorded(struct lac_ingest_taking *taking, const struct lac_ingest_row *row)
{
    const struct {
        enum lac_column_id column;
        const char *text;
    } texts[] = {{LAC_COL_records_aliases_folded, row->aliases_folded},
                 {LAC_COL_records_dob_recorded, row->dob_recorded},
                 {LAC_COL_records_postcode_recorded, row->postcode_recorded},
                 {LAC_COL_records_lad_recorded, row->lad_recorded}};
    enum lac_status status = LAC_OK;

    for (size_t k = 0; k < LAC_COUNT(texts) && status == LAC_OK; k++) {
        if (texts[k].text[0] == '\0')
            lac_ingest_packer_number(taking->packer, texts[k].column, LAC_MISSING_STR);
        else
            status = lac_ingest_packer_text(taking->packer, texts[k].column, texts[k].text, taking->err);
    }
    return status;
}

static enum lac_status pack_fields(struct lac_ingest_taking *taking, const struct lac_ingest_judge *judge)
{
    const struct lac_ingest_row *row = &judge->row[judge->at];
    enum lac_status status = pack_text(taking, judge, LAC_COL_records_forename_folded, LAC_FIELD_forename,
                                       row->forename_folded, true);

    if (status == LAC_OK)
        status = pack_text(taking, judge, LAC_COL_records_surname_folded, LAC_FIELD_surname,
                           row->surname_folded, true);
    if (status == LAC_OK) status = pack_recorded(taking, row);
    for (int f = 0; f < LAC_FIELD_COUNT && status == LAC_OK; f++) {
        if (lac_ingest_field_is_number((enum lac_ingest_field)f))
            lac_ingest_packer_number(taking->packer, record_columns[f], (uint32_t)row->value[f].number);
        else
            status = pack_text(taking, judge, record_columns[f], (enum lac_ingest_field)f, row->value[f].text,
                               false);
    }
    return status;
}

static enum lac_status pack_row(struct lac_ingest_taking *taking, const struct lac_ingest_judge *judge,
                                const char *force)
{
    struct lac_ingest_packer *to = taking->packer;
    enum lac_status status;

    lac_ingest_packer_number(to, LAC_COL_records_return_index, (uint32_t)taking->index);
    lac_ingest_packer_number(to, LAC_COL_records_row, (uint32_t)judge->sheet->rows);
    lac_ingest_packer_number(to, LAC_COL_records_case_index, (uint32_t)(judge->spilled + judge->case_at));
    status = lac_ingest_packer_text(to, LAC_COL_records_list, taking->entry->list, taking->err);
    if (status == LAC_OK) status = lac_ingest_packer_text(to, LAC_COL_records_force, force, taking->err);
    if (status == LAC_OK) status = pack_fields(taking, judge);
    return status == LAC_OK ? lac_ingest_packer_row(to, &taking->taken->parts, taking->err) : status;
}

/* A row set aside goes to its file as it came, with the rule before it. */
static enum lac_status put_aside(struct lac_ingest_taking *taking, const struct lac_ingest_judge *judge)
{
    const struct lac_ingest_sheet *sheet = judge->sheet;
    struct lac_outfile *out = &taking->taken->aside;

    taking->taken->set_aside++;
    if (taking->aside_path == NULL) return LAC_OK;
    if (out->stream == NULL) {
        enum lac_status status = lac_outfile_open(out, taking->aside_path, true, taking->err);

        if (status != LAC_OK) return status;
        lac_csv_put(out->stream, true, "reason");
        for (size_t c = 0; c < sheet->columns; c++) lac_csv_put(out->stream, false, sheet->header[c]);
        lac_csv_end(out->stream);
    }
    lac_csv_put(out->stream, true, lac_ingest_rules[judge->row[judge->at].set_aside].id);
    for (size_t c = 0; c < sheet->line.width; c++) lac_csv_put(out->stream, false, sheet->line.cell[c]);
    lac_csv_end(out->stream);
    return LAC_OK;
}

enum lac_status lac_ingest_take_row(void *context, struct lac_ingest_judge *judge)
{
    struct lac_ingest_taking *taking = context;
    const struct lac_ingest_row *row = &judge->row[judge->at];
    enum lac_status status = lac_ingest_trace_row(&taking->taken->trace, judge, taking->err);
    const char *force;

    if (status != LAC_OK) return status;
    if (row->set_aside != LAC_RULE_NONE) return put_aside(taking, judge);
    force = row_force(taking, row);
    if (judge->cases[judge->case_at].force[0] == '\0') judge->cases[judge->case_at].force = force;
    status = lac_ingest_complete_row(&taking->taken->complete, row, &judge->about, force, taking->err);
    return status == LAC_OK ? pack_row(taking, judge, force) : status;
}

enum lac_status lac_ingest_take_cases(void *context, struct lac_ingest_judge *judge)
{
    struct lac_ingest_taking *taking = context;

    return lac_ingest_cases_put(&taking->taken->cases, taking->packer->spool, judge, taking->err);
}

struct visiting {
    struct lac_ingest_judge *judge;
    enum lac_status (*visit)(struct lac_ingest_judge *judge, const struct lac_ingest_case *one);
};

static enum lac_status visit_case(void *context, const struct lac_ingest_case *one)
{
    struct visiting *visiting = context;

    return visiting->visit(visiting->judge, one);
}

enum lac_status lac_ingest_take_each(void *context, struct lac_ingest_judge *judge,
                                     enum lac_status (*visit)(struct lac_ingest_judge *judge,
                                                              const struct lac_ingest_case *one))
{
    struct lac_ingest_taking *taking = context;
    struct visiting visiting = {judge, visit};

    return lac_ingest_cases_merge(&taking->taken->cases, taking->packer->spool, visit_case, &visiting,
                                  taking->err);
}

enum lac_status lac_ingest_take_end(struct lac_ingest_taking *taking, bool judged)
{
    struct lac_ingest_taken *taken = taking->taken;
    enum lac_status status = LAC_OK;

    lac_ingest_trace_end(&taken->trace);
    if (!judged) {
        lac_ingest_packer_clear(taking->packer);
        lac_ingest_taken_release(taken);
        return LAC_OK;
    }
    if (taken->aside.stream != NULL) status = lac_outfile_park(&taken->aside, taking->err);
    return status == LAC_OK ? lac_ingest_packer_flush(taking->packer, &taken->parts, taking->err) : status;
}

void lac_ingest_taken_release(struct lac_ingest_taken *taken)
{
    lac_outfile_abort(&taken->aside);
    lac_ingest_parts_release(&taken->parts);
    lac_ingest_cases_release(&taken->cases);
    lac_ingest_complete_release(&taken->complete);
    lac_ingest_trace_release(&taken->trace);
}
