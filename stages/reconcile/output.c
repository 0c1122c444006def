/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "output.h"

#include <stdlib.h>
#include <string.h>

#define NATION "K04000001"
#define NATION_NAME "England and Wales"
#define BEST_PARTITION (-1)
#define STRATUM_TEXT 64

enum lac_status lac_reconcile_output_init(struct lac_reconcile_output *output, struct lac_error *err)
{
    enum lac_status status;

    memset(output, 0, sizeof *output);
    status = lac_table_init(&output->histories, LAC_TABLE_histories, err);
    if (status == LAC_OK) status = lac_table_init(&output->history_draws, LAC_TABLE_history_draws, err);
    if (status == LAC_OK) status = lac_table_init(&output->accounts, LAC_TABLE_accounts, err);
    if (status == LAC_OK) status = lac_table_init(&output->history_lists, LAC_TABLE_history_lists, err);
    if (status == LAC_OK) status = lac_table_init(&output->verdicts, LAC_TABLE_verdicts, err);
    if (status == LAC_OK) status = lac_table_init(&output->definitions, LAC_TABLE_definitions, err);
    if (status == LAC_OK) status = lac_table_init(&output->people, LAC_TABLE_people, err);
    if (status == LAC_OK) status = lac_table_init(&output->reasons, LAC_TABLE_reasons, err);
    if (status == LAC_OK) status = lac_table_init(&output->sources, LAC_TABLE_sources, err);
    if (status == LAC_OK) status = lac_table_init(&output->referrals, LAC_TABLE_referrals, err);
    return status == LAC_OK ? lac_table_init(&output->definition_overlaps, LAC_TABLE_definition_overlaps, err)
                            : status;
}

void lac_reconcile_output_release(struct lac_reconcile_output *output)
{
    lac_table_release(&output->histories);
    lac_table_release(&output->history_draws);
    lac_table_release(&output->accounts);
    lac_table_release(&output->history_lists);
    lac_table_release(&output->verdicts);
    lac_table_release(&output->definitions);
    lac_table_release(&output->people);
    lac_table_release(&output->definition_overlaps);
    lac_table_release(&output->reasons);
    lac_table_release(&output->sources);
    lac_table_release(&output->referrals);
}

/* A place by its number (history.h). */
struct place_name {
    const char *kind, *code, *name;
};

static struct place_name name_place(const struct lac_reconcile_places *places, size_t place)
{
    struct place_name name = {"nation", NATION, NATION_NAME};
    const struct lac_reconcile_area *area;

    if (place == 0) return name;
    area =
        place <= places->regions ? &places->region[place - 1] : &places->force[place - 1 - places->regions];
    name.kind = place <= places->regions ? "region" : "force";
    name.code = area->code;
    name.name = area->name;
    return name;
}

static bool is_asked(const struct lac_reconcile_geography *geography, size_t place)
{
    if (place == 0) return geography->nation;
    return place <= geography->regions ? geography->by_region : geography->by_force;
}

/* Text cells of one row. */
struct cell_text {
    enum lac_column_id column;
    const char *text;
};

static enum lac_status put_texts(struct lac_table *table, size_t row, const struct cell_text *cell, size_t n,
                                 struct lac_error *err)
{
    enum lac_status status = LAC_OK;

    for (size_t i = 0; status == LAC_OK && i < n; i++)
        status = lac_set_text(table, cell[i].column, row, cell[i].text, err);
    return status;
}

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

/* The stratum of a row of a sheet, as in tables. NULL when memory is short. */
static const char *name_stratum(const struct lac_reconcile_strata *strata,
                                const struct lac_reconcile_sheet_row *row, char *text, size_t size)
{
    const struct lac_reconcile_stratum *stratum;

    if (row->stratum == 0) return "all";
    stratum = &strata->item[row->stratum - 1];
    (void)snprintf(text, size, "%s=%s", stratum->name,
                   row->value < stratum->values ? stratum->value[row->value] : LAC_RECONCILE_UNKNOWN);
    return text;
}

static enum lac_status put_history(struct lac_table *table, const struct lac_reconcile_block *block,
                                   const struct lac_reconcile_sheet *sheet, size_t i, struct lac_error *err)
{
    const struct lac_reconcile_sheet_row *at = &sheet->row[i];
    struct lac_reconcile_count n = lac_reconcile_sheet_count(sheet, i, BEST_PARTITION);
    struct place_name place = name_place(block->places, at->place);
    char stratum[STRATUM_TEXT];
    const struct cell_text text[] = {
        {LAC_COL_histories_population, block->population},
        {LAC_COL_histories_definition, block->definition},
        {LAC_COL_histories_geography, place.kind},
        {LAC_COL_histories_geography_code, place.code},
        {LAC_COL_histories_geography_name, place.name},
        {LAC_COL_histories_stratum, name_stratum(block->strata, at, stratum, sizeof stratum)},
        {LAC_COL_histories_variant, at->variant == LAC_RECONCILE_MAIN ? "main" : "own"},
    };
    size_t row;
    enum lac_status status = lac_table_row(table, &row, err);

    if (status == LAC_OK) status = put_texts(table, row, text, COUNT(text), err);
    if (status != LAC_OK) return status;
    lac_i32(table, LAC_COL_histories_window_start)[row] = block->window.start;
    lac_i32(table, LAC_COL_histories_window_end)[row] = block->window.end;
    lac_i32(table, LAC_COL_histories_draw)[row] = BEST_PARTITION;
    lac_u32(table, LAC_COL_histories_pattern)[row] = at->pattern;
    lac_i64(table, LAC_COL_histories_certain)[row] = n.certain;
    lac_i64(table, LAC_COL_histories_possible)[row] = n.possible;
    return LAC_OK;
}

/* The draws of one row of a sheet, which is the last row of `histories`. */
static enum lac_status put_draws(struct lac_table *table, size_t history,
                                 const struct lac_reconcile_sheet *sheet, size_t i, struct lac_error *err)
{
    struct lac_reconcile_count best = lac_reconcile_sheet_count(sheet, i, BEST_PARTITION);
    enum lac_status status = LAC_OK;

    for (int32_t d = 0; status == LAC_OK && d < (int32_t)sheet->draws; d++) {
        struct lac_reconcile_count n = lac_reconcile_sheet_count(sheet, i, d);
        size_t row;

        if (n.certain == best.certain && n.possible == best.possible && n.counted == best.counted) continue;
        if ((status = lac_table_row(table, &row, err)) != LAC_OK) return status;
        lac_u32(table, LAC_COL_history_draws_history)[row] = (uint32_t)history;
        lac_u32(table, LAC_COL_history_draws_draw)[row] = (uint32_t)d;
        lac_i32(table, LAC_COL_history_draws_certain)[row] = n.certain;
        lac_i32(table, LAC_COL_history_draws_possible)[row] = n.possible;
        lac_i32(table, LAC_COL_history_draws_counted)[row] = n.counted;
    }
    return status;
}

enum lac_status lac_reconcile_histories_put(struct lac_reconcile_output *output,
                                            const struct lac_reconcile_block *block,
                                            const struct lac_reconcile_sheet *sheet, struct lac_error *err)
{
    enum lac_status status = LAC_OK;

    for (size_t i = 0; status == LAC_OK && i < sheet->rows; i++) {
        status = put_history(&output->histories, block, sheet, i, err);
        if (status == LAC_OK)
            status = put_draws(&output->history_draws, output->histories.rows - 1, sheet, i, err);
    }
    return status;
}

enum lac_status lac_reconcile_accounts_put(struct lac_table *table, const struct lac_reconcile_block *block,
                                           const struct lac_reconcile_counts *counts, size_t census,
                                           struct lac_error *err)
{
    const struct cell_text text[] = {
        {LAC_COL_accounts_population, block->population},
        {LAC_COL_accounts_definition, block->definition},
    };
    enum lac_status status = LAC_OK;

    for (int32_t d = BEST_PARTITION; status == LAC_OK && d < (int32_t)counts->draws; d++) {
        struct lac_reconcile_account a = lac_reconcile_census_account(&counts->census[census], d);
        int64_t persons = lac_reconcile_counts_persons(counts, d);
        size_t row;

        if ((status = lac_table_row(table, &row, err)) != LAC_OK) return status;
        status = put_texts(table, row, text, COUNT(text), err);
        lac_i32(table, LAC_COL_accounts_window_start)[row] = block->window.start;
        lac_i32(table, LAC_COL_accounts_window_end)[row] = block->window.end;
        lac_i32(table, LAC_COL_accounts_draw)[row] = d;
        lac_i64(table, LAC_COL_accounts_persons)[row] = persons;
        lac_i64(table, LAC_COL_accounts_in)[row] = a.in;
        lac_i64(table, LAC_COL_accounts_cannot_tell)[row] = a.cannot_tell;
        lac_i64(table, LAC_COL_accounts_counted)[row] = a.counted;
        lac_i64(table, LAC_COL_accounts_apart)[row] = a.apart;
        lac_i64(table, LAC_COL_accounts_out)[row] = a.out;
        lac_i64(table, LAC_COL_accounts_no_event)[row] = persons - a.in - a.cannot_tell - a.apart - a.out;
        lac_i64(table, LAC_COL_accounts_unplaced)[row] = a.unplaced;
        lac_i64(table, LAC_COL_accounts_referred_only)[row] = a.referred;
    }
    return status;
}

enum lac_status lac_reconcile_verdicts_put(struct lac_table *table, const struct lac_reconcile_block *block,
                                           const struct lac_reconcile_scope *scope, struct lac_error *err)
{
    size_t places = 1 + block->geography->regions + block->geography->forces;
    enum lac_status status = LAC_OK;

    for (size_t p = 0; status == LAC_OK && p < places; p++) {
        const struct cell_text text[] = {
            {LAC_COL_verdicts_population, block->population},
            {LAC_COL_verdicts_definition, block->definition},
            {LAC_COL_verdicts_geography_code, name_place(block->places, p).code},
        };
        size_t row;

        if (!is_asked(block->geography, p)) continue;
        if ((status = lac_table_row(table, &row, err)) != LAC_OK) return status;
        status = put_texts(table, row, text, COUNT(text), err);
        lac_i32(table, LAC_COL_verdicts_window_start)[row] = block->window.start;
        lac_i32(table, LAC_COL_verdicts_window_end)[row] = block->window.end;
        lac_i64(table, LAC_COL_verdicts_in)[row] = scope[p].in;
        lac_i64(table, LAC_COL_verdicts_cannot_tell)[row] = scope[p].cannot_tell;
        lac_i64(table, LAC_COL_verdicts_out)[row] = scope[p].out;
        lac_i64(table, LAC_COL_verdicts_apart)[row] = scope[p].apart;
    }
    return status;
}

/* One place and list. */
static enum lac_status put_coverage(struct lac_table *table, const struct lac_reconcile_block *block,
                                    const struct cell_text *text,
                                    const struct lac_reconcile_coverage *coverage, struct lac_error *err)
{
    size_t row;
    enum lac_status status = lac_table_row(table, &row, err);

    if (status == LAC_OK) status = put_texts(table, row, text, 3, err);
    if (status != LAC_OK) return status;
    lac_i32(table, LAC_COL_history_lists_window_start)[row] = block->window.start;
    lac_i32(table, LAC_COL_history_lists_window_end)[row] = block->window.end;
    lac_i32(table, LAC_COL_history_lists_expected)[row] = coverage->expected;
    lac_i32(table, LAC_COL_history_lists_received)[row] = coverage->received;
    lac_i32(table, LAC_COL_history_lists_partial)[row] = coverage->partial;
    return LAC_OK;
}

enum lac_status lac_reconcile_coverage_put(struct lac_table *table, const struct lac_reconcile_block *block,
                                           const struct lac_sections *lists,
                                           const struct lac_reconcile_coverages *coverages,
                                           struct lac_error *err)
{
    const struct lac_list_settings *list = lists->item;
    size_t rows = (1 + block->geography->regions + block->geography->forces) * lists->count;
    enum lac_status status = LAC_OK;

    for (size_t i = 0; status == LAC_OK && i < rows; i++) {
        size_t place = i / lists->count, k = i % lists->count;
        const struct cell_text text[3] = {
            {LAC_COL_history_lists_geography_code, name_place(block->places, place).code},
            {LAC_COL_history_lists_list, list[k].code},
            {LAC_COL_history_lists_name, list[k].name},
        };

        if (!is_asked(block->geography, place)) continue;
        status = put_coverage(table, block, text, &coverages->item[i], err);
        if (status == LAC_OK) lac_u32(table, LAC_COL_history_lists_bit)[table->rows - 1] = (uint32_t)k;
    }
    return status;
}

enum lac_status lac_reconcile_definitions_put(struct lac_table *table,
                                              const struct lac_reconcile_rules *rules, struct lac_error *err)
{
    struct lac_buffer rule = {0};
    enum lac_status status = LAC_OK;

    for (size_t i = 0; status == LAC_OK && i < rules->count; i++) {
        const struct lac_reconcile_definition *d = rules->rule[i].definition;
        const struct cell_text text[] = {
            {LAC_COL_definitions_definition, d->id},   {LAC_COL_definitions_title, d->title},
            {LAC_COL_definitions_version, d->version}, {LAC_COL_definitions_status, d->status},
            {LAC_COL_definitions_words, d->words},     {LAC_COL_definitions_basis, d->basis},
        };
        size_t row;

        if ((status = lac_table_row(table, &row, err)) != LAC_OK) break;
        status = put_texts(table, row, text, COUNT(text), err);
        lac_u8(table, LAC_COL_definitions_headline)[row] = i == rules->headline;
        lac_buffer_clear(&rule);
        lac_config_print(&lac_reconcile_definition_schema, d, false, &rule);
        if (status == LAC_OK) status = lac_buffer_status(&rule, err);
        for (char *at = rule.text; status == LAC_OK && *at != '\0'; at++) {
            if (*at == '\n') *at = '|';
        }
        if (status == LAC_OK) status = lac_set_text(table, LAC_COL_definitions_rule, row, rule.text, err);
    }
    lac_buffer_release(&rule);
    return status;
}

static const char *sex_text(char sex)
{
    switch (sex) {
    case 'M':
        return "M";
    case 'F':
        return "F";
    case 'I':
        return "I";
    default:
        return "";
    }
}

static const char *force_code(const struct lac_reconcile_places *places, uint32_t force)
{
    return force < places->forces ? places->force[force].code : "";
}

enum lac_status lac_reconcile_people_put(struct lac_table *table, const struct lac_reconcile_block *block,
                                         const struct lac_reconcile_people *people, struct lac_error *err)
{
    enum lac_status status = lac_table_reserve(table, table->rows + people->n, err);

    for (size_t i = 0; status == LAC_OK && i < people->n; i++) {
        const struct lac_reconcile_outcome *o = &people->outcome[i];
        const struct lac_reconcile_person *person = &people->person[o->person];
        bool placed = o->force < block->places->forces;
        const struct cell_text text[] = {
            {LAC_COL_people_population, block->population},
            {LAC_COL_people_definition, block->definition},
            {LAC_COL_people_person_id, people->id[o->person]},
            {LAC_COL_people_verdict, lac_reconcile_verdict_word((enum lac_reconcile_verdict)o->verdict)},
            {LAC_COL_people_reason, lac_reconcile_reason_word((enum lac_reconcile_reason)o->reason)},
            {LAC_COL_people_force, force_code(block->places, o->force)},
            {LAC_COL_people_region,
             placed ? block->places->region[block->places->region_of[o->force]].code : ""},
            {LAC_COL_people_home_force, force_code(block->places, o->home)},
            {LAC_COL_people_offence_force, force_code(block->places, o->offence)},
            {LAC_COL_people_sex, sex_text(person->sex)},
        };
        size_t row;

        if ((status = lac_table_row(table, &row, err)) != LAC_OK) return status;
        status = put_texts(table, row, text, COUNT(text), err);
        lac_u32(table, LAC_COL_people_person)[row] = o->person;
        lac_u32(table, LAC_COL_people_pattern)[row] = o->pattern;
        lac_u32(table, LAC_COL_people_pattern_own)[row] = o->own;
        lac_u32(table, LAC_COL_people_conflicts)[row] = person->conflicts;
        if (o->age != LAC_RECONCILE_UNSAID) lac_i32(table, LAC_COL_people_age)[row] = o->age;
    }
    return status;
}
