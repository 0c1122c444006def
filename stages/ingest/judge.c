/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "judge.h"

#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/digest.h"
#include "base/text.h"

void lac_ingest_limits_default(struct lac_ingest_limits *limits)
{
    *limits = (struct lac_ingest_limits){.completeness_minimum = 0.8,
                                         .other_share_maximum = 0.3,
                                         .revision_maximum = 0.1,
                                         .outside_maximum = 0.5,
                                         .other_force_maximum = 0.8,
                                         .heap_maximum = 0.05,
                                         .old_maximum = 0.3,
                                         .derived_maximum = 0.5,
                                         .tail_minimum = 0.001,
                                         .rows_minimum = 10};
}

void lac_ingest_limits_from(struct lac_ingest_limits *limits, const struct lac_returns_settings *settings)
{
    *limits = (struct lac_ingest_limits){.completeness_minimum = settings->completeness_minimum,
                                         .other_share_maximum = settings->other_share_maximum,
                                         .revision_maximum = settings->revision_maximum,
                                         .outside_maximum = settings->outside_maximum,
                                         .other_force_maximum = settings->other_force_maximum,
                                         .heap_maximum = settings->birth_heap_maximum,
                                         .old_maximum = settings->non_recent_maximum,
                                         .derived_maximum = settings->referred_maximum,
                                         .tail_minimum = settings->count_probability_minimum,
                                         .rows_minimum = settings->rows_minimum};
}

bool lac_ingest_row_age(const struct lac_ingest_row *row, int32_t day, int *low, int *high)
{
    int32_t birth = LAC_ROW_NUMBER(row, dob), age = LAC_ROW_NUMBER(row, age);

    if (birth != LAC_INGEST_NONE && day != LAC_INGEST_NONE) {
        lac_partial_age(birth, day, low, high);
        return true;
    }
    if (birth != LAC_INGEST_NONE || age == LAC_INGEST_NONE) return false;
    *low = *high = age;
    return true;
}

bool lac_ingest_row_ethnicity_known(const struct lac_ingest_row *row)
{
    const char *code = LAC_ROW_TEXT(row, ethnicity);

    return code[0] != '\0' && !lac_ingest_is(code, "NS") && !lac_ingest_is(code, "IC9") &&
           !lac_ingest_is(code, "IC0");
}

/* --- findings
 * --------------------------------------------------------------------------------------------------- */

void lac_ingest_raise_all(struct lac_ingest_judge *judge, struct lac_ingest_finding finding,
                          enum lac_ingest_field field)
{
    enum lac_ingest_scope scope = lac_ingest_rules[finding.rule].scope;
    bool of_row = scope == LAC_SCOPE_ROW || scope == LAC_SCOPE_CELL;
    enum lac_status status;

    finding.entry = judge->about.entry;
    finding.file = judge->sheet->name;
    if (of_row) finding.row = (int64_t)judge->sheet->rows;
    if (scope == LAC_SCOPE_CASE) finding.row = (int64_t)judge->one->first + 1;
    if (field != LAC_FIELD_COUNT) finding.column = lac_ingest_sheet_column(judge->sheet, field);
    status = lac_ingest_findings_add(judge->findings, &finding, judge->err);
    if (status != LAC_OK && judge->status == LAC_OK) judge->status = status;
    if (of_row && lac_ingest_rules[finding.rule].action == LAC_ACTION_QUARANTINE)
        judge->row[judge->at].set_aside = finding.rule;
}

void lac_ingest_raise(struct lac_ingest_judge *judge, enum lac_ingest_rule rule, enum lac_ingest_field field)
{
    lac_ingest_raise_all(judge, (struct lac_ingest_finding){.rule = rule}, field);
}

void lac_ingest_raise_counts(struct lac_ingest_judge *judge, enum lac_ingest_rule rule,
                             enum lac_ingest_field field, int64_t a, int64_t b)
{
    lac_ingest_raise_all(judge, (struct lac_ingest_finding){.rule = rule, .a = a, .b = b}, field);
}

void lac_ingest_raise_text(struct lac_ingest_judge *judge, enum lac_ingest_rule rule,
                           enum lac_ingest_field field, const char *text)
{
    lac_ingest_raise_all(judge, (struct lac_ingest_finding){.rule = rule, .text = text}, field);
}

/* Columns a total row may add up. */
static const enum lac_ingest_field footed[LAC_INGEST_FOOTED] = {
    LAC_FIELD_n_suspects, LAC_FIELD_n_suspects_unidentified, LAC_FIELD_n_victims};

/* --- rows
 * ------------------------------------------------------------------------------------------------------- */

static bool blank_line(const struct lac_ingest_line *line)
{
    for (size_t i = 0; i < line->width; i++)
        if (line->length[i] > 0 && !lac_text_is_blank(line->cell[i])) return false;
    return true;
}

/* A total, by the word in its first cell or its reference. */
static bool total_line(const struct lac_ingest_judge *judge)
{
    const struct lac_ingest_line *line = &judge->sheet->line;
    const char *text[2] = {line->width > 0 ? line->cell[0] : "",
                           lac_ingest_sheet_cell(judge->sheet, LAC_FIELD_local_ref)};

    for (int i = 0; i < 2; i++) {
        char folded[64];

        if (lac_text_fold_name(text[i], folded, sizeof folded) == (size_t)-1) continue;
        if (strncmp(folded, "TOTAL", 5) == 0 || strncmp(folded, "GRAND TOTAL", 11) == 0 ||
            strncmp(folded, "SUBTOTAL", 8) == 0)
            return true;
    }
    return false;
}

/* Numbers that stand in a row without a role and are the sums of all rows above. */
static bool footing_line(const struct lac_ingest_judge *judge, const struct lac_ingest_row *row)
{
    int sums = 0;

    for (size_t k = 0; k < LAC_COUNT(footed); k++) {
        int32_t value = row->value[footed[k]].number;

        if (value == LAC_INGEST_NONE) continue;
        if (judge->footing[k].rows < 2 || judge->footing[k].sum != value) return false;
        sums++;
    }
    return sums > 0;
}

static void add_footing(struct lac_ingest_judge *judge, const struct lac_ingest_row *row)
{
    for (size_t k = 0; k < LAC_COUNT(footed); k++) {
        if (row->value[footed[k]].number == LAC_INGEST_NONE) continue;
        judge->footing[k].rows++;
        judge->footing[k].sum += row->value[footed[k]].number;
    }
}

/* The header once more, where files were joined. */
static bool header_line(const struct lac_ingest_judge *judge)
{
    const struct lac_ingest_sheet *sheet = judge->sheet;
    static const enum lac_ingest_field fields[] = {LAC_FIELD_local_ref, LAC_FIELD_role, LAC_FIELD_dob};
    size_t same = 0;

    for (size_t k = 0; k < LAC_COUNT(fields); k++) {
        if (sheet->column[fields[k]] < 0) continue;
        if (!lac_ingest_is(lac_ingest_sheet_cell(sheet, fields[k]),
                           lac_ingest_sheet_column(sheet, fields[k])))
            return false;
        same++;
    }
    return same >= 2;
}

static void empty_row(struct lac_ingest_row *row)
{
    memset(row, 0, sizeof *row);
    row->set_aside = LAC_RULE_NONE;
    row->forename_folded = row->surname_folded = row->aliases_folded = "";
    row->dob_recorded = row->postcode_recorded = row->lad_recorded = "";
    row->district = LAC_MISSING_STR;
    for (int f = 0; f < LAC_FIELD_COUNT; f++) {
        if (lac_ingest_field_is_number((enum lac_ingest_field)f))
            row->value[f].number = LAC_INGEST_NONE;
        else
            row->value[f].text = "";
    }
}

static void read_row(struct lac_ingest_judge *judge)
{
    struct lac_ingest_row *row = &judge->row[judge->at];
    const struct lac_ingest_line *line = &judge->sheet->line;

    *row = judge->none;
    if (blank_line(line)) {
        lac_ingest_raise(judge, LAC_RULE_blank_row, LAC_FIELD_COUNT);
    } else if (line->width != judge->sheet->columns) {
        lac_ingest_raise_counts(judge, LAC_RULE_ragged, LAC_FIELD_COUNT, (int64_t)line->width,
                                (int64_t)judge->sheet->columns);
    } else if (header_line(judge)) {
        lac_ingest_raise(judge, LAC_RULE_header_again, LAC_FIELD_COUNT);
    } else {
        lac_ingest_cells_read(judge);
        if (LAC_ROW_TEXT(row, role)[0] == '\0' && (total_line(judge) || footing_line(judge, row)))
            lac_ingest_raise(judge, LAC_RULE_total_row, LAC_FIELD_COUNT);
        else if (LAC_ROW_TEXT(row, local_ref)[0] == '\0')
            lac_ingest_raise(judge, LAC_RULE_no_reference, LAC_FIELD_local_ref);
        else if (LAC_ROW_TEXT(row, role)[0] == '\0')
            lac_ingest_raise(judge, LAC_RULE_no_role, LAC_FIELD_role);
        add_footing(judge, row);
    }
}

/* Lines a row goes over, beyond its first. */
static int64_t breaks(const struct lac_ingest_line *line)
{
    int64_t n = 0;

    for (size_t i = 0; i < line->width; i++)
        for (const char *at = line->cell[i]; (at = strchr(at, '\n')) != NULL; at++) n++;
    return n;
}

/* No field of the layout needs a line break, so a quote is the more likely cause. */
static void test_breaks(struct lac_ingest_judge *judge)
{
    const struct lac_ingest_line *line = &judge->sheet->line;
    size_t last = line->width == 0 ? 0 : line->width - 1;

    if (line->width == 0 ||
        memchr(line->cell[0], '\n', (size_t)(line->cell[last] - line->cell[0]) + line->length[last]) == NULL)
        return;
    lac_ingest_raise_counts(judge, LAC_RULE_line_break, LAC_FIELD_COUNT, breaks(line) + 1, 0);
}

static void test_row(struct lac_ingest_judge *judge)
{
    for (size_t k = 0; k < judge->row_tests && judge->row[judge->at].set_aside == LAC_RULE_NONE; k++)
        lac_ingest_rules[judge->row_test[k]].test(judge);
}

/* --- rows sent twice
 * -------------------------------------------------------------------------------------------- */

static struct lac_ingest_repeat *slot_of(const struct lac_ingest_repeats *repeats, uint64_t hash,
                                         uint32_t check)
{
    size_t mask = repeats->slots - 1, at = (size_t)hash & mask;

    while (repeats->slot[at].row != 0 && (repeats->slot[at].hash != hash || repeats->slot[at].check != check))
        at = (at + 1) & mask;
    return &repeats->slot[at];
}

static enum lac_status grow_repeats(struct lac_ingest_repeats *repeats, struct lac_error *err)
{
    struct lac_ingest_repeats grown = {.slots = repeats->slots == 0 ? 256 : 2 * repeats->slots,
                                       .count = repeats->count};

    grown.slot = calloc(grown.slots, sizeof *grown.slot);
    if (grown.slot == NULL) return lac_fail_memory(err, "the rows of a return");
    for (size_t i = 0; i < repeats->slots; i++)
        if (repeats->slot[i].row != 0)
            *slot_of(&grown, repeats->slot[i].hash, repeats->slot[i].check) = repeats->slot[i];
    free(repeats->slot);
    *repeats = grown;
    return LAC_OK;
}

/* Hashes the row early, so that its place in the table is there when it is looked at. */
static void hash_row(struct lac_ingest_judge *judge)
{
    const struct lac_ingest_line *line = &judge->sheet->line;
    const struct lac_ingest_repeats *repeats = &judge->repeats;
    size_t last = line->width == 0 ? 0 : line->width - 1;

    if (line->width == 0 || judge->twins != NULL) return;
    lac_hash128(line->cell[0], (size_t)(line->cell[last] - line->cell[0]) + line->length[last], &judge->whole,
                &judge->check);
    if (repeats->slots > 0) __builtin_prefetch(&repeats->slot[judge->whole & (repeats->slots - 1)], 1);
}

/* A row that names a person and equals an earlier row cell by cell; without a person_ref two equal rows may
 * be two persons of whom nothing is known. */
static enum lac_status find_twice(struct lac_ingest_judge *judge)
{
    struct lac_ingest_repeats *repeats = &judge->repeats;
    struct lac_ingest_repeat *slot;

    if (LAC_ROW_TEXT(&judge->row[judge->at], person_ref)[0] == '\0') return LAC_OK;
    if (judge->twins != NULL) {
        uint32_t first = lac_ingest_twins_first(judge->twins, judge->sheet->rows);

        if (first > 0) lac_ingest_raise_counts(judge, LAC_RULE_row_twice, LAC_FIELD_COUNT, first, 0);
        return judge->status;
    }
    if (repeats->count * 3 >= repeats->slots * 2) {
        enum lac_status status = grow_repeats(repeats, judge->err);

        if (status != LAC_OK) return status;
    }
    slot = slot_of(repeats, judge->whole, (uint32_t)judge->check);
    if (slot->row != 0) {
        lac_ingest_raise_counts(judge, LAC_RULE_row_twice, LAC_FIELD_COUNT, slot->row, 0);
        return judge->status;
    }
    *slot = (struct lac_ingest_repeat){judge->whole, (uint32_t)judge->check, (uint32_t)judge->sheet->rows};
    repeats->count++;
    return LAC_OK;
}

/* --- cases
 * ------------------------------------------------------------------------------------------------------ */

static void larger(int32_t *most, int32_t value)
{
    if (value > *most) *most = value; /* LAC_INGEST_NONE is the smallest */
}

static void add_to_case(struct lac_ingest_case *one, const struct lac_ingest_row *row)
{
    const char *role = LAC_ROW_TEXT(row, role), *criterion = LAC_ROW_TEXT(row, criterion);
    int low, high;

    one->rows++;
    if (lac_ingest_is(role, "VICTIM"))
        one->victims++;
    else if (lac_ingest_is(role, "FACILITATOR"))
        one->facilitators++;
    else {
        one->suspects++;
        one->suspects_told_apart &= LAC_ROW_TEXT(row, person_ref)[0] != '\0';
    }
    one->images += lac_ingest_is(LAC_ROW_TEXT(row, image_only), "Y");
    if (lac_ingest_row_age(row, LAC_ROW_NUMBER(row, offence_from), &low, &high)) larger(&one->oldest, high);
    larger(&one->n_suspects, LAC_ROW_NUMBER(row, n_suspects));
    larger(&one->n_unidentified, LAC_ROW_NUMBER(row, n_suspects_unidentified));
    larger(&one->n_victims, LAC_ROW_NUMBER(row, n_victims));
    one->criterion_cse |= lac_ingest_is(criterion, "CSE");
    one->criterion_set |= criterion[0] != '\0' && !lac_ingest_is(criterion, "UNK");
    one->flag_set |= LAC_ROW_TEXT(row, cse_flag)[0] != '\0';
}

void lac_ingest_case_add(struct lac_ingest_case *to, const struct lac_ingest_case *from)
{
    if (to->force[0] == '\0') to->force = from->force;
    to->rows += from->rows;
    to->victims += from->victims;
    to->suspects += from->suspects;
    to->facilitators += from->facilitators;
    larger(&to->n_suspects, from->n_suspects);
    larger(&to->n_unidentified, from->n_unidentified);
    larger(&to->n_victims, from->n_victims);
    larger(&to->oldest, from->oldest);
    to->images += from->images;
    to->criterion_cse |= from->criterion_cse;
    to->criterion_set |= from->criterion_set;
    to->flag_set |= from->flag_set;
    to->suspects_told_apart &= from->suspects_told_apart;
}

static enum lac_status spill(struct lac_ingest_judge *judge)
{
    enum lac_status status = judge->spill(judge->context, judge);

    judge->spilled += judge->case_count;
    judge->case_count = 0;
    lac_dict_clear(&judge->refs);
    return status;
}

static enum lac_status find_case(struct lac_ingest_judge *judge)
{
    const struct lac_ingest_row *row = &judge->row[judge->at];
    const char *reference = LAC_ROW_TEXT(row, local_ref);
    void *cases = judge->cases;
    uint32_t code = (uint32_t)judge->case_at; /* mostly that of the row before */
    enum lac_status status = LAC_OK;

    if (judge->spill != NULL && judge->case_count == LAC_INGEST_CASES) status = spill(judge);
    if (status == LAC_OK && strcmp(lac_dict_text(&judge->refs, code), reference) != 0)
        status = lac_dict_code(&judge->refs, reference, &code, judge->err);
    if (status != LAC_OK) return status;
    if (code == judge->case_count) {
        status = lac_grow(&cases, &judge->case_capacity, code + (size_t)1, sizeof *judge->cases, judge->err);
        judge->cases = cases;
        if (status != LAC_OK) return status;
        judge->cases[judge->case_count++] = (struct lac_ingest_case){.first = judge->sheet->rows - 1,
                                                                     .force = "",
                                                                     .n_suspects = LAC_INGEST_NONE,
                                                                     .n_unidentified = LAC_INGEST_NONE,
                                                                     .n_victims = LAC_INGEST_NONE,
                                                                     .oldest = LAC_INGEST_NONE,
                                                                     .suspects_told_apart = true};
    }
    judge->case_at = code;
    add_to_case(&judge->cases[code], row);
    return LAC_OK;
}

static void test_scope(struct lac_ingest_judge *judge, enum lac_ingest_scope scope)
{
    for (int r = 0; r < LAC_RULE_COUNT; r++) {
        if (lac_ingest_rules[r].scope == scope && lac_ingest_rules[r].test != NULL)
            lac_ingest_rules[r].test(judge);
    }
}

/* --- a return
 * ---------------------------------------------------------------------------------------------------- */

enum lac_status lac_ingest_judge_begin(struct lac_ingest_judge *judge)
{
    void *row = NULL;
    enum lac_status status = lac_grow(&row, &judge->row_capacity, 1, sizeof *judge->row, judge->err);

    judge->row = row;
    judge->status = status;
    empty_row(&judge->none);
    lac_arena_init(&judge->words);
    lac_dict_init(&judge->refs);
    for (int r = 0; r < LAC_RULE_COUNT; r++)
        if (lac_ingest_rules[r].scope == LAC_SCOPE_ROW && lac_ingest_rules[r].test != NULL)
            judge->row_test[judge->row_tests++] = (uint16_t)r;
    if (status == LAC_OK) status = lac_ingest_memo_open(&judge->memo, judge->err);
    if (status != LAC_OK) return status;
    return lac_ingest_facts_init(&judge->facts, judge->codes, &judge->about, judge->arena, judge->err);
}

static enum lac_status next_row(struct lac_ingest_judge *judge)
{
    void *row = judge->row;
    enum lac_status status;

    if (!judge->keep) {
        lac_arena_reset(&judge->words);
        return LAC_OK;
    }
    judge->at = judge->sheet->rows - 1;
    status = lac_grow(&row, &judge->row_capacity, judge->sheet->rows, sizeof *judge->row, judge->err);
    judge->row = row;
    return status;
}

/* The sheet's cells do not outlive the row, nor what is remembered the return. */
static enum lac_status keep_texts(struct lac_ingest_judge *judge)
{
    struct lac_ingest_row *row = &judge->row[judge->at];

    row->forename_folded = lac_arena_strdup(&judge->words, row->forename_folded);
    row->surname_folded = lac_arena_strdup(&judge->words, row->surname_folded);
    if (row->forename_folded == NULL || row->surname_folded == NULL)
        return lac_fail_memory(judge->err, "a return");

    for (int f = 0; f < LAC_FIELD_COUNT; f++) {
        if (lac_ingest_field_is_number((enum lac_ingest_field)f)) continue;
        row->value[f].text = lac_arena_strdup(&judge->words, row->value[f].text);
        if (row->value[f].text == NULL) return lac_fail_memory(judge->err, "a return");
    }
    return LAC_OK;
}

enum lac_status lac_ingest_judge_row(struct lac_ingest_judge *judge)
{
    enum lac_status status = next_row(judge);

    if (status != LAC_OK) return status;
    hash_row(judge);
    read_row(judge);
    test_breaks(judge);
    test_row(judge);
    if (judge->status != LAC_OK) return judge->status;
    if (judge->row[judge->at].set_aside == LAC_RULE_NONE && (status = find_twice(judge)) != LAC_OK)
        return status;
    if (judge->row[judge->at].set_aside == LAC_RULE_NONE) {
        judge->used++;
        if ((status = find_case(judge)) != LAC_OK) return status;
    }
    lac_ingest_facts_add(&judge->facts, &judge->row[judge->at]);
    if (judge->take != NULL && (status = judge->take(judge->context, judge)) != LAC_OK) return status;
    return judge->keep ? keep_texts(judge) : LAC_OK;
}

static enum lac_status test_case(struct lac_ingest_judge *judge, const struct lac_ingest_case *one)
{
    judge->one = one;
    judge->facts.cases++;
    test_scope(judge, LAC_SCOPE_CASE);
    return judge->status;
}

static enum lac_status test_cases(struct lac_ingest_judge *judge)
{
    if (judge->spilled > 0) {
        enum lac_status status = spill(judge);

        return status == LAC_OK ? judge->each_case(judge->context, judge, test_case) : status;
    }
    for (size_t i = 0; i < judge->case_count; i++)
        if (test_case(judge, &judge->cases[i]) != LAC_OK) break;
    return judge->status;
}

enum lac_status lac_ingest_judge_end(struct lac_ingest_judge *judge)
{
    enum lac_status status = test_cases(judge);

    if (status != LAC_OK) return status;
    lac_ingest_facts_end(&judge->facts);
    if (judge->spill != NULL && judge->case_count > 0 && (status = spill(judge)) != LAC_OK) return status;
    if (judge->sheet->rows > 0) test_scope(judge, LAC_SCOPE_RETURN);
    return judge->status;
}

void lac_ingest_judge_finish(struct lac_ingest_judge *judge)
{
    free(judge->repeats.slot);
    judge->repeats = (struct lac_ingest_repeats){0};
    lac_ingest_memo_close(&judge->memo);
    free(judge->refs.slot); /* only for adding */
    judge->refs.slot = NULL;
    if (judge->spill != NULL) {
        free(judge->cases);
        judge->cases = NULL;
        lac_dict_release(&judge->refs);
    }
    if (judge->keep) return;
    free(judge->row);
    judge->row = NULL;
    lac_arena_release(&judge->words);
}

void lac_ingest_judge_release(struct lac_ingest_judge *judge)
{
    judge->keep = false;
    lac_ingest_judge_finish(judge);
    free(judge->cases);
    lac_dict_release(&judge->refs);
    judge->cases = NULL;
}
