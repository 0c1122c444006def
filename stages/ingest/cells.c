/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Cells to typed values, kind by kind. */
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "days.h"

#define NAME_SIZE 1024

static const char *copy(struct lac_ingest_judge *judge, const char *text, size_t length)
{
    char *out = lac_arena_strndup(&judge->words, text, length);

    if (out == NULL && judge->status == LAC_OK) judge->status = lac_fail_memory(judge->err, "a return");
    return out == NULL ? "" : out;
}

static size_t blank_at(const char *text)
{
    if (*text == ' ' || *text == '\t' || *text == '\n' || *text == '\r') return 1;
    return (unsigned char)text[0] == 0xC2 && (unsigned char)text[1] == 0xA0 ? 2 : 0; /* no-break space */
}

/* The cell without blanks at its ends; the cell itself when there are none. */
static const char *trimmed(struct lac_ingest_judge *judge, const char *text)
{
    size_t length, skip;

    while ((skip = blank_at(text)) > 0) text += skip;
    length = strlen(text);
    for (;;) {
        if (length >= 1 && blank_at(text + length - 1) == 1)
            length--;
        else if (length >= 2 && blank_at(text + length - 2) == 2)
            length -= 2;
        else
            break;
    }
    return text[length] == '\0' ? text : copy(judge, text, length);
}

static const char *upper(struct lac_ingest_judge *judge, const char *text)
{
    char out[64];
    size_t n = lac_text_upper_trim(text, out, sizeof out);

    return n == (size_t)-1 || lac_ingest_is(out, text) ? text : copy(judge, out, n);
}

static bool missing_word(const struct lac_ingest_judge *judge, const char *text)
{
    for (size_t i = 0; i < judge->layout->missing.count; i++) {
        const char *word = judge->layout->missing.item[i];

        /* Most cells differ in the first letter (bit 5 is the case of a letter). */
        if (((text[0] ^ word[0]) & 0xDF) == 0 && lac_text_equal_nocase(text, word)) return true;
    }
    return false;
}

/* The cell, or the layout's constant where the file has no such column. */
static const char *raw_cell(const struct lac_ingest_judge *judge, enum lac_ingest_field field)
{
    const char *constant = judge->layout->field[field].constant;

    if (constant != NULL && judge->sheet->column[field] < 0) return constant;
    return lac_ingest_sheet_cell(judge->sheet, field);
}

const char *lac_ingest_cells_recorded(struct lac_ingest_judge *judge, enum lac_ingest_field field)
{
    const char *text = trimmed(judge, raw_cell(judge, field));

    return copy(judge, text, strlen(text)); /* the sheet's cells do not outlive its row */
}

/* --- codes
 * ------------------------------------------------------------------------------------------------------ */

/* The code the layout has for a text, or NULL. */
static const char *layout_code(struct lac_ingest_judge *judge, enum lac_ingest_field field, const char *text)
{
    const struct lac_string_lists *codes = &judge->layout->field[field].codes;

    for (size_t i = 0; i < codes->count; i++) {
        const struct lac_strings *code = &codes->item[i];

        for (size_t k = 0; k < code->count; k++) {
            if (!lac_text_equal_nocase(text, code->item[k])) continue;
            if (k > 0 && judge->layout->report_spellings)
                lac_ingest_raise(judge, LAC_RULE_code_spelled, field);
            return code->item[0];
        }
    }
    return NULL;
}

/* The one code whose spelling differs from a number by leading zeros alone, or NULL. */
static const char *zeros_code(struct lac_ingest_judge *judge, enum lac_ingest_field field, const char *text)
{
    const struct lac_string_lists *codes = &judge->layout->field[field].codes;
    const char *found = NULL;

    if (text[strspn(text, "0123456789")] != '\0') return NULL;
    for (size_t i = 0; i < codes->count; i++) {
        for (size_t k = 0; k < codes->item[i].count; k++) {
            const char *spelling = codes->item[i].item[k];

            if (spelling[0] != '0' || strcmp(spelling + strspn(spelling, "0"), text) != 0) continue;
            if (found != NULL && found != codes->item[i].item[0]) return NULL;
            found = codes->item[i].item[0];
        }
    }
    if (found != NULL) lac_ingest_raise(judge, LAC_RULE_zeros_lost, field);
    return found;
}

/* What the layout makes of a cell, where it has a list of codes for it; NULL: nothing. */
static const char *mapped(struct lac_ingest_judge *judge, enum lac_ingest_field field, const char *text)
{
    const char *code;

    if (judge->layout->field[field].codes.count == 0) return NULL;
    code = layout_code(judge, field, text);
    return code != NULL ? code : zeros_code(judge, field, text);
}

static const char *read_code(struct lac_ingest_judge *judge, enum lac_ingest_field field, const char *text)
{
    const char *code = mapped(judge, field, text);

    if (code != NULL) return code;
    if (missing_word(judge, text)) {
        lac_ingest_raise(judge, LAC_RULE_missing_word, field);
        return "";
    }
    if (field != LAC_FIELD_role) lac_ingest_raise(judge, LAC_RULE_code_unknown, field);
    return "";
}

static const char *read_force(struct lac_ingest_judge *judge, enum lac_ingest_field field, const char *text)
{
    bool exact;
    const char *gss = lac_ingest_codes_force(judge->codes, text, &exact);

    if (gss == NULL) {
        lac_ingest_raise(judge, LAC_RULE_force_unknown, field);
        return "";
    }
    if (!exact) lac_ingest_raise_text(judge, LAC_RULE_force_mapped, field, gss);
    return gss;
}

/* Districts of Scotland and Northern Ireland are kept: homes outside England and Wales. */
static const char *read_district(struct lac_ingest_judge *judge, enum lac_ingest_field field,
                                 const char *text)
{
    const char *code = upper(judge, text), *now;

    if (lac_ingest_codes_district(judge->codes, code) != NULL) return code;
    if ((now = lac_ingest_codes_district_now(judge->codes, code)) != NULL) {
        judge->row[judge->at].lad_recorded = lac_ingest_cells_recorded(judge, field);
        lac_ingest_raise(judge, LAC_RULE_lad_old, field);
        return now;
    }
    if (strlen(code) == 9 && (strncmp(code, "S12", 3) == 0 || strncmp(code, "N09", 3) == 0)) return code;
    judge->row[judge->at].lad_recorded = lac_ingest_cells_recorded(judge, field);
    lac_ingest_raise(judge, LAC_RULE_lad_unknown, field);
    return "";
}

static const char *read_postcode(struct lac_ingest_judge *judge, enum lac_ingest_field field,
                                 const char *text)
{
    char out[16];
    bool known = lac_text_postcode(text, out) != 0 && lac_ingest_codes_postcode(judge->codes, out);

    if (known && lac_ingest_is(out, text)) return text;
    judge->row[judge->at].postcode_recorded = lac_ingest_cells_recorded(judge, field);
    if (known) return copy(judge, out, strlen(out));
    lac_ingest_raise(judge, LAC_RULE_postcode_form, field);
    return "";
}

static const char *read_listed(struct lac_ingest_judge *judge, enum lac_ingest_field field, const char *text,
                               const struct lac_dict *list, enum lac_ingest_rule rule)
{
    const char *code = upper(judge, text);

    if (lac_dict_find(list, code) != LAC_MISSING_STR) return code;
    lac_ingest_raise(judge, rule, field);
    return "";
}

static const char *read_national(struct lac_ingest_judge *judge, enum lac_ingest_field field,
                                 const char *text)
{
    static const char *const kinds[] = {"NRM", "UPN", "PNC", "NHS"};

    for (size_t i = 0; i < LAC_COUNT(kinds); i++) {
        char kind[4];

        snprintf(kind, sizeof kind, "%.3s", text);
        if (!lac_text_equal_nocase(kind, kinds[i]) || text[3] != ':' || text[4] == '\0') continue;
        char *out = lac_arena_printf(&judge->words, "%s%s", kinds[i], text + 3);

        if (out != NULL) return out;
        judge->status = lac_fail_memory(judge->err, "a return");
        return "";
    }
    lac_ingest_raise(judge, LAC_RULE_national_ref_form, field);
    return "";
}

/* "1.2E+05": what a spreadsheet makes of a long reference. `digits` gets those before the E without the
 * point, `zeros` how many are lost. */
static bool scientific(const char *text, char digits[24], int64_t *zeros)
{
    size_t mantissa = strspn(text, "0123456789."), n = 0;
    int64_t exponent;

    if (mantissa == 0 || mantissa > 20 || (text[mantissa] != 'E' && text[mantissa] != 'e') ||
        text[mantissa + 1] != '+' || strlen(text + mantissa) > 5)
        return false;
    if (!lac_text_i64(text + mantissa + 2, &exponent) || (text[1] != '.' && mantissa > 1)) return false;
    for (size_t i = 0; i < mantissa; i++)
        if (text[i] != '.') digits[n++] = text[i];
    digits[n] = '\0';
    *zeros = exponent + 1 - (int64_t)n;
    return true;
}

/* A reference that a spreadsheet turned into a number is whole where all its digits stand there. */
static const char *read_text(struct lac_ingest_judge *judge, enum lac_ingest_field field, const char *text)
{
    bool reference = field == LAC_FIELD_local_ref || field == LAC_FIELD_person_ref ||
                     field == LAC_FIELD_transfer_ref || field == LAC_FIELD_group_ref;
    char digits[24];
    int64_t zeros;

    if (!reference || !scientific(text, digits, &zeros)) return text;
    if (zeros == 0) {
        lac_ingest_raise(judge, LAC_RULE_scientific_whole, field);
        return copy(judge, digits, strlen(digits));
    }
    lac_ingest_raise(judge, LAC_RULE_scientific, field);
    return text;
}

/* --- numbers
 * ----------------------------------------------------------------------------------------------------- */

static int32_t read_number(struct lac_ingest_judge *judge, enum lac_ingest_field field, const char *text)
{
    int64_t value;

    if (lac_text_i64(text, &value) && value >= 0 && value <= 9999) return (int32_t)value;
    lac_ingest_raise(judge, LAC_RULE_number_unreadable, field);
    return LAC_INGEST_NONE;
}

/* --- names
 * ------------------------------------------------------------------------------------------------------ */

static const char *fold(struct lac_ingest_judge *judge, const char *name)
{
    char out[NAME_SIZE];
    size_t n = lac_text_fold_name(name, out, sizeof out);

    return n == (size_t)-1 || n == 0 ? "" : copy(judge, out, n);
}

/* The folded name of a cell, and whether it is a placeholder. */
static enum lac_ingest_placeholder fold_cell(struct lac_ingest_judge *judge, const struct lac_ingest_row *row,
                                             enum lac_ingest_field field, const char **folded)
{
    struct lac_ingest_memo_entry *entry = row->memo[field];

    if (entry != NULL && entry->folded != NULL) {
        *folded = entry->folded;
        return entry->kind;
    }
    *folded = row->value[field].text[0] == '\0' ? "" : fold(judge, row->value[field].text);
    if (entry == NULL) return lac_ingest_codes_placeholder(judge->codes, *folded);
    entry->kind = lac_ingest_codes_placeholder(judge->codes, *folded);
    entry->folded = lac_arena_strdup(&judge->memo.texts, *folded);
    if (entry->folded != NULL) *folded = entry->folded;
    return entry->kind;
}

static void read_names(struct lac_ingest_judge *judge, struct lac_ingest_row *row)
{
    static const enum lac_ingest_field fields[2] = {LAC_FIELD_forename, LAC_FIELD_surname};
    const char *folded[2];
    bool held[2], weak[2];

    for (int i = 0; i < 2; i++) {
        enum lac_ingest_placeholder kind = fold_cell(judge, row, fields[i], &folded[i]);

        held[i] =
            kind == LAC_PLACEHOLDER_SURE || (folded[i][0] == '\0' && row->value[fields[i]].text[0] != '\0');
        weak[i] = kind == LAC_PLACEHOLDER_WEAK;
    }
    for (int i = 0; i < 2; i++) {
        bool alone = folded[1 - i][0] == '\0' || held[1 - i] || weak[1 - i];

        if (!held[i] && !(weak[i] && alone)) continue;
        lac_ingest_raise(judge, LAC_RULE_placeholder_name, fields[i]);
        held[i] = true;
    }
    row->forename_folded = held[0] ? "" : folded[0];
    row->surname_folded = held[1] ? "" : folded[1];
}

/* Whether a name stands among the texts of a list with ';' between them. */
static bool among(const char *list, const char *name)
{
    size_t n = strlen(name);

    for (const char *p = list; *p != '\0'; p += strcspn(p, ";"), p += *p == ';')
        if (strcspn(p, ";") == n && strncmp(p, name, n) == 0) return true;
    return false;
}

/* Other names, each folded: no placeholder, nothing twice, not the name itself. What does not fit is left
 * out. */
static const char *read_aliases(struct lac_ingest_judge *judge, const struct lac_ingest_row *row)
{
    char out[NAME_SIZE] = "", part[NAME_SIZE], folded[NAME_SIZE], own[2 * NAME_SIZE];
    size_t length = 0;

    snprintf(own, sizeof own, "%s %s", row->forename_folded, row->surname_folded);
    for (const char *p = LAC_ROW_TEXT(row, aliases); *p != '\0'; p += *p == ';') {
        size_t n = strcspn(p, ";"), m;

        if (n < sizeof part) {
            memcpy(part, p, n);
            part[n] = '\0';
            m = lac_text_fold_name(part, folded, sizeof folded);
            if (m != (size_t)-1 && m > 0 && length + m + 2 <= sizeof out && !lac_ingest_is(folded, own) &&
                lac_ingest_codes_placeholder(judge->codes, folded) == LAC_PLACEHOLDER_NO &&
                !among(out, folded))
                length += (size_t)snprintf(out + length, sizeof out - length, "%s%s", length > 0 ? ";" : "",
                                           folded);
        }
        p += n;
    }
    return length == 0 ? "" : copy(judge, out, length);
}

/* --- the row
 * ---------------------------------------------------------------------------------------------------- */

static const char *read_words(struct lac_ingest_judge *judge, enum lac_ingest_field field, const char *text)
{
    switch (lac_ingest_field_kinds[field]) {
    case LAC_KIND_POSTCODE:
        return read_postcode(judge, field, text);
    case LAC_KIND_DISTRICT:
        return read_district(judge, field, text);
    case LAC_KIND_FORCE:
        return read_force(judge, field, text);
    case LAC_KIND_OFFENCE:
        return upper(judge, text);
    case LAC_KIND_COUNTRY:
        return read_listed(judge, field, text, &judge->codes->country, LAC_RULE_nationality_unknown);
    case LAC_KIND_LIST:
        return read_listed(judge, field, text, &judge->codes->list, LAC_RULE_code_unknown);
    case LAC_KIND_NATIONAL:
        return read_national(judge, field, text);
    default:
        return read_text(judge, field, text);
    }
}

/* What this gives must depend on the field and the text alone: it is remembered. */
static union lac_ingest_value read_text_of(struct lac_ingest_judge *judge, enum lac_ingest_field field)
{
    enum lac_ingest_kind kind = lac_ingest_field_kinds[field];
    const char *text = trimmed(judge, raw_cell(judge, field)), *code;
    union lac_ingest_value value;

    if (lac_ingest_field_is_number(field))
        value.number = LAC_INGEST_NONE;
    else
        value.text = "";
    if (text[0] == '\0') return value;
    if (kind == LAC_KIND_CODE) {
        value.text = read_code(judge, field, text);
    } else if (!lac_ingest_field_is_number(field) && (code = mapped(judge, field, text)) != NULL) {
        value.text = code;
    } else if (kind == LAC_KIND_NAME) {
        value.text = text;
    } else if (missing_word(judge, text)) {
        lac_ingest_raise(judge, LAC_RULE_missing_word, field);
    } else if (kind == LAC_KIND_NUMBER) {
        value.number = read_number(judge, field, text);
    } else if (kind == LAC_KIND_DATE) {
        value.number = lac_ingest_days_date(judge, field, text);
    } else if (kind == LAC_KIND_BIRTH) {
        value.number = lac_ingest_days_birth(judge, field, text);
    } else {
        value.text = read_words(judge, field, text);
    }
    return value;
}

/* Index of a code in the list the rules look it up in. */
static uint32_t listed(const struct lac_ingest_judge *judge, enum lac_ingest_field field, const char *code)
{
    return lac_dict_find(field == LAC_FIELD_lad ? &judge->codes->district : &judge->codes->offence, code);
}

static bool is_listed(enum lac_ingest_field field)
{
    return field == LAC_FIELD_lad || field == LAC_FIELD_offence_code;
}

/* Reads a cell that is not remembered, and remembers it if it has a place and gave no finding. NULL: not
 * remembered. */
static struct lac_ingest_memo_entry *read_anew(struct lac_ingest_judge *judge, enum lac_ingest_field field,
                                               struct lac_ingest_memo_entry *entry, const uint64_t key[2],
                                               union lac_ingest_value *value)
{
    size_t before = judge->findings->count;

    *value = read_text_of(judge, field);
    if (entry == NULL || entry->key[0] != 0 || judge->findings->count > before || judge->status != LAC_OK)
        return NULL;
    lac_ingest_memo_fill(&judge->memo, entry, field, key, *value);
    if (entry->key[0] == 0) return NULL;
    if (is_listed(field)) entry->listed = listed(judge, field, entry->value.text);
    return entry;
}

/* A cell that is not empty. */
static void read_cell(struct lac_ingest_judge *judge, enum lac_ingest_field field, const char *raw,
                      size_t length)
{
    struct lac_ingest_row *row = &judge->row[judge->at];
    struct lac_ingest_before *before = &judge->before[field];
    struct lac_ingest_memo_entry *entry = NULL;
    uint64_t key[2];

    if (lac_ingest_memo_key(raw, length, key)) {
        if (before->entry != NULL && before->key[0] == key[0] && before->key[1] == key[1]) {
            row->memo[field] = before->entry;
            row->value[field] = before->value;
            return;
        }
        entry = lac_ingest_memo_place(&judge->memo, field, key);
    }
    if (entry == NULL || entry->key[0] != key[0] || entry->key[1] != key[1])
        entry = read_anew(judge, field, entry, key, &row->value[field]);
    if (entry == NULL) return;
    row->memo[field] = entry;
    row->value[field] = entry->value;
    *before = (struct lac_ingest_before){{key[0], key[1]}, entry->value, entry};
}

/* The value of a column that the file does not have. */
static void read_constant(struct lac_ingest_judge *judge, enum lac_ingest_field field)
{
    char text[LAC_INGEST_MEMO_LENGTH + 1] = "";
    const char *constant = judge->layout->field[field].constant;
    size_t length = constant == NULL ? 0 : strlen(constant);

    if (length == 0) return;
    if (length <= LAC_INGEST_MEMO_LENGTH) memcpy(text, constant, length);
    read_cell(judge, field, length <= LAC_INGEST_MEMO_LENGTH ? text : constant, length);
}

/* Names hardly repeat from row to row, and their part of the memo is larger than the nearest cache. */
static void fetch_names(const struct lac_ingest_judge *judge)
{
    static const enum lac_ingest_field fields[2] = {LAC_FIELD_forename, LAC_FIELD_surname};

    for (int i = 0; i < 2; i++) {
        size_t length = lac_ingest_sheet_length(judge->sheet, fields[i]);
        uint64_t key[2];

        if (length > 0 && lac_ingest_memo_key(lac_ingest_sheet_cell(judge->sheet, fields[i]), length, key))
            __builtin_prefetch(lac_ingest_memo_place(&judge->memo, fields[i], key), 1);
    }
}

static void read_cells(struct lac_ingest_judge *judge)
{
    const struct lac_ingest_sheet *sheet = judge->sheet;
    const struct lac_ingest_line line = sheet->line;

    fetch_names(judge);
    for (int f = 0; f < LAC_FIELD_COUNT; f++) {
        int column = sheet->column[f];

        if (column < 0)
            read_constant(judge, (enum lac_ingest_field)f);
        else if (line.length[column] > 0)
            read_cell(judge, (enum lac_ingest_field)f, line.cell[column], line.length[column]);
    }
}

/* Where the row's codes stand in the lists that several rules look at. */
static void look_up(struct lac_ingest_judge *judge, struct lac_ingest_row *row)
{
    static const enum lac_ingest_field fields[2] = {LAC_FIELD_lad, LAC_FIELD_offence_code};
    uint32_t at[2];

    for (int i = 0; i < 2; i++) {
        const char *text = row->value[fields[i]].text;

        at[i] = row->memo[fields[i]] != NULL ? row->memo[fields[i]]->listed : listed(judge, fields[i], text);
    }
    row->district = at[0];
    row->offence = at[1] == LAC_MISSING_STR ? NULL : &judge->codes->offence_limit[at[1]];
}

/* The store's convention: U is missing. */
static void empty_unknown(struct lac_ingest_row *row)
{
    static const enum lac_ingest_field fields[] = {LAC_FIELD_sex, LAC_FIELD_cse_flag, LAC_FIELD_image_only,
                                                   LAC_FIELD_online_flag};

    for (size_t i = 0; i < LAC_COUNT(fields); i++)
        if (lac_ingest_is(row->value[fields[i]].text, "U")) row->value[fields[i]].text = "";
}

void lac_ingest_cells_read(struct lac_ingest_judge *judge)
{
    struct lac_ingest_row *row = &judge->row[judge->at];

    read_cells(judge);
    look_up(judge, row);
    read_names(judge, row);
    if (LAC_ROW_TEXT(row, aliases)[0] != '\0') row->aliases_folded = read_aliases(judge, row);
    empty_unknown(row);
    if (LAC_ROW_TEXT(row, ethnicity)[0] != '\0' && !lac_ingest_is(LAC_ROW_TEXT(row, ethnicity_frame), "TEXT"))
        row->value[LAC_FIELD_ethnicity].text = upper(judge, LAC_ROW_TEXT(row, ethnicity));
}
