/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "register.h"

#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/text.h"

const char *lac_ingest_state_word(enum lac_ingest_state state)
{
#define LAC_INGEST_STATE(name) #name,
    static const char *const words[] = {LAC_INGEST_STATES(LAC_INGEST_STATE)};
#undef LAC_INGEST_STATE

    return words[state];
}

/* --- reading the lines
 * ------------------------------------------------------------------------------------------ */

/* Columns of the register; the first REQUIRED ones must be there. */
enum column {
    RETURN_ID,
    LIST,
    AGENCY,
    FORCE,
    PERIOD_START,
    PERIOD_END,
    RECEIVED_DATE,
    COVERAGE,
    FILE_NAME,
    REQUIRED,
    EXTRACT_DATE = REQUIRED,
    VERSION,
    SUPERSEDES,
    LAYOUT,
    SHA256,
    DECLARED_ROWS,
    DEFINITION_VERSION,
    RMS_SYSTEM,
    COLUMNS
};
static const char *const columns[COLUMNS] = {
    "return_id",    "list",         "agency",        "force",
    "period_start", "period_end",   "received_date", "coverage",
    "file",         "extract_date", "version",       "supersedes",
    "layout",       "sha256",       "declared_rows", "definition_version",
    "rms_system"};

struct reading {
    const struct lac_csv *table;
    const struct lac_ingest_codes *codes;
    const struct lac_ingest_register_settings *settings;
    struct lac_arena *arena;
    struct lac_ingest_findings *findings;
    struct lac_error *err;
    int index[COLUMNS];
    size_t line; /* from 0 */
    struct lac_ingest_entry *entry;
    enum lac_status status;
};

static void add(struct reading *reading, enum lac_ingest_rule rule, const char *column, const char *text)
{
    struct lac_ingest_finding finding = {.entry = (uint32_t)reading->line,
                                         .file = LAC_INGEST_REGISTER_FILE,
                                         .row = (int64_t)reading->line + 1,
                                         .rule = rule,
                                         .column = column,
                                         .text = text};
    enum lac_status status = lac_ingest_findings_add(reading->findings, &finding, reading->err);

    if (status != LAC_OK && reading->status == LAC_OK) reading->status = status;
    if (lac_ingest_rules[rule].action == LAC_ACTION_REJECT) reading->entry->set_aside = true;
}

static void unusable(struct reading *reading, enum column column)
{
    reading->entry->unread = true;
    add(reading, LAC_RULE_register_cell, columns[column], columns[column]);
}

static const char *cell(const struct reading *reading, enum column column)
{
    return lac_csv_cell(reading->table, (int64_t)reading->line, reading->index[column]);
}

/* Upper-case code in the arena; the text itself when it is too long to be one. */
static const char *code(struct reading *reading, enum column column)
{
    char out[64];
    const char *copy;

    if (lac_text_upper_trim(cell(reading, column), out, sizeof out) == (size_t)-1)
        return cell(reading, column);
    copy = lac_arena_strdup(reading->arena, out);
    if (copy == NULL) reading->status = lac_fail_memory(reading->err, "the register");
    return copy == NULL ? "" : copy;
}

static int32_t date(struct reading *reading, enum column column, bool required)
{
    int32_t day;

    if (cell(reading, column)[0] == '\0' && !required) return LAC_DATE_NONE;
    if (lac_date_parse(cell(reading, column), &day)) return day;
    unusable(reading, column);
    return LAC_DATE_NONE;
}

static int64_t number(struct reading *reading, enum column column, int64_t missing)
{
    int64_t value;

    if (cell(reading, column)[0] == '\0') return missing;
    if (lac_text_i64(cell(reading, column), &value) && value >= 0 && value <= INT32_MAX) return value;
    unusable(reading, column);
    return missing;
}

static const char *force(struct reading *reading)
{
    bool exact;
    const char *text = cell(reading, FORCE), *gss;

    if (lac_text_is_blank(text)) return "";
    gss = lac_ingest_codes_force(reading->codes, text, &exact);
    if (gss == NULL)
        unusable(reading, FORCE);
    else if (!exact)
        add(reading, LAC_RULE_force_mapped, columns[FORCE], gss);
    return gss == NULL ? "" : gss;
}

static bool one_of(const char *text, const char *const *list, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(text, list[i]) == 0) return true;
    return false;
}

static bool plain_name(const char *file)
{
    return strchr(file, '/') == NULL && strchr(file, '\\') == NULL && strcmp(file, "..") != 0 &&
           strcmp(file, ".") != 0;
}

/* 64 hexadecimal digits, in lower case. */
static const char *sha256(struct reading *reading)
{
    const char *text = cell(reading, SHA256);
    char *copy;

    if (text[0] == '\0') return text;
    if (strlen(text) != 64 || strspn(text, "0123456789abcdefABCDEF") != 64) {
        unusable(reading, SHA256);
        return "";
    }
    copy = lac_arena_strdup(reading->arena, text);
    if (copy == NULL) {
        reading->status = lac_fail_memory(reading->err, "the register");
        return "";
    }
    for (char *p = copy; *p != '\0'; p++)
        if (*p >= 'A' && *p <= 'F') *p = (char)(*p - 'A' + 'a');
    return copy;
}

static void check_file(struct reading *reading)
{
    struct lac_ingest_entry *entry = reading->entry;
    bool missing = strcmp(entry->coverage, "MISSING") == 0;

    if (missing) add(reading, LAC_RULE_declared_missing, NULL, NULL);
    if (strcmp(entry->coverage, "PARTIAL") == 0)
        add(reading, LAC_RULE_partial_declared, columns[COVERAGE], NULL);
    if (entry->file[0] == '\0') {
        if (!missing && strcmp(entry->coverage, "NIL") != 0)
            add(reading, LAC_RULE_file_unnamed, columns[FILE_NAME], NULL);
        return;
    }
    if (!plain_name(entry->file)) {
        add(reading, LAC_RULE_path_outside, columns[FILE_NAME], NULL);
        entry->file = "";
    }
}

static void check_dates(struct reading *reading)
{
    struct lac_ingest_entry *entry = reading->entry;
    int64_t late;

    if (entry->period_start != LAC_DATE_NONE && entry->period_end != LAC_DATE_NONE &&
        entry->period_start > entry->period_end)
        unusable(reading, PERIOD_END);
    if (entry->received_date == LAC_DATE_NONE) {
        if (strcmp(entry->coverage, "MISSING") != 0)
            add(reading, LAC_RULE_received_unknown, columns[RECEIVED_DATE], NULL);
        return;
    }
    if (entry->period_end == LAC_DATE_NONE) return;
    if (entry->extract_date != LAC_DATE_NONE && entry->extract_date < entry->period_end) {
        add(reading, LAC_RULE_extract_early, columns[EXTRACT_DATE], NULL);
        if (reading->status == LAC_OK)
            reading->findings->item[reading->findings->count - 1].a =
                (int64_t)entry->period_end - entry->extract_date;
    }
    late = (int64_t)entry->received_date - entry->period_end - reading->settings->due_days;
    /* A later version may come when it is ready. */
    if (late <= 0 || entry->supersedes[0] != '\0') return;
    add(reading, LAC_RULE_late, columns[RECEIVED_DATE], NULL);
    if (reading->status == LAC_OK) reading->findings->item[reading->findings->count - 1].a = late;
}

/* First day of a month and last day of one 3, 6 or 12 months on. */
static bool whole_period(int32_t start, int32_t end)
{
    int y, m, d, ey, em, ed, months;

    lac_date_to_civil(start, &y, &m, &d);
    lac_date_to_civil(end + 1, &ey, &em, &ed);
    months = (ey - y) * 12 + em - m;
    if (d != 1 || ed != 1) return false;
    return (months == 3 && (m - 1) % 3 == 0) || months == 12;
}

static void read_line(struct reading *reading)
{
    static const char *const coverages[] = {"FULL", "PARTIAL", "NIL", "MISSING"};
    struct lac_ingest_entry *entry = reading->entry;

    *entry = (struct lac_ingest_entry){.replaces = SIZE_MAX, .replaced_by = SIZE_MAX};
    entry->return_id = cell(reading, RETURN_ID);
    entry->list = code(reading, LIST);
    entry->agency = cell(reading, AGENCY);
    entry->supersedes = cell(reading, SUPERSEDES);
    entry->coverage = code(reading, COVERAGE);
    entry->layout = cell(reading, LAYOUT)[0] == '\0' ? "national-1" : cell(reading, LAYOUT);
    entry->file = cell(reading, FILE_NAME);
    entry->definition_version = cell(reading, DEFINITION_VERSION);
    entry->system = code(reading, RMS_SYSTEM);
    if (entry->return_id[0] == '\0') {
        entry->return_id = lac_arena_printf(reading->arena, "(line %zu)", reading->line + 1);
        if (entry->return_id == NULL) reading->status = lac_fail_memory(reading->err, "the register");
        unusable(reading, RETURN_ID);
    }
    if (lac_dict_find(&reading->codes->list, entry->list) == LAC_MISSING_STR) unusable(reading, LIST);
    if (lac_text_is_blank(entry->agency)) unusable(reading, AGENCY);
    if (!one_of(entry->coverage, coverages, 4)) unusable(reading, COVERAGE);
    if (!one_of(entry->layout, reading->settings->layouts, reading->settings->layout_count))
        unusable(reading, LAYOUT);
    entry->force = force(reading);
    entry->period_start = date(reading, PERIOD_START, true);
    entry->period_end = date(reading, PERIOD_END, true);
    entry->extract_date = date(reading, EXTRACT_DATE, false);
    entry->received_date = date(reading, RECEIVED_DATE, false);
    entry->version = (int32_t)number(reading, VERSION, INT32_MIN);
    entry->declared_rows = number(reading, DECLARED_ROWS, -1);
    entry->sha256 = sha256(reading);
    check_dates(reading);
    check_file(reading);
    if (!entry->unread && !whole_period(entry->period_start, entry->period_end))
        add(reading, LAC_RULE_period_odd, columns[PERIOD_END], NULL);
}

enum lac_status lac_ingest_register_read(struct lac_ingest_register *reg, const struct lac_csv *table,
                                         const struct lac_ingest_codes *codes,
                                         const struct lac_ingest_register_settings *settings,
                                         struct lac_arena *arena, struct lac_ingest_findings *findings,
                                         struct lac_error *err)
{
    struct reading reading = {table, codes, settings, arena, findings, err, {0}, 0, NULL, LAC_OK};
    enum lac_status status = lac_csv_require(table, columns, REQUIRED, reading.index, err);

    if (status != LAC_OK) return status;
    for (int c = REQUIRED; c < COLUMNS; c++) reading.index[c] = lac_csv_column(table, columns[c]);
    reg->count = (size_t)table->rows;
    if ((reg->entry = LAC_NEW(arena, struct lac_ingest_entry, reg->count)) == NULL)
        return lac_fail_memory(err, "the register");
    for (; reading.line < reg->count; reading.line++) {
        reading.entry = &reg->entry[reading.line];
        read_line(&reading);
        if (reading.status != LAC_OK) return reading.status;
    }
    return LAC_OK;
}

/* --- lines against one another
 * ---------------------------------------------------------------------------------- */

struct checking {
    struct lac_ingest_register *reg;
    const struct lac_ingest_register_settings *settings;
    struct lac_ingest_findings *findings;
    struct lac_error *err;
    enum lac_status status;
};

static void report(struct checking *checking, size_t i, enum lac_ingest_rule rule, const char *column,
                   const char *text)
{
    struct lac_ingest_finding finding = {.entry = (uint32_t)i,
                                         .file = LAC_INGEST_REGISTER_FILE,
                                         .row = (int64_t)i + 1,
                                         .rule = rule,
                                         .column = column,
                                         .text = text};
    enum lac_status status = lac_ingest_findings_add(checking->findings, &finding, checking->err);

    if (status != LAC_OK && checking->status == LAC_OK) checking->status = status;
    if (lac_ingest_rules[rule].action == LAC_ACTION_REJECT) checking->reg->entry[i].set_aside = true;
}

bool lac_ingest_register_same_sender(const struct lac_ingest_entry *a, const struct lac_ingest_entry *b)
{
    return strcmp(a->list, b->list) == 0 && strcmp(a->agency, b->agency) == 0 &&
           strcmp(a->force, b->force) == 0;
}

static bool same_return(const struct lac_ingest_entry *a, const struct lac_ingest_entry *b)
{
    return lac_ingest_register_same_sender(a, b) && a->period_start == b->period_start &&
           a->period_end == b->period_end;
}

static void check_identifiers(struct checking *checking)
{
    struct lac_ingest_register *reg = checking->reg;

    for (size_t i = 0; i < reg->count; i++) {
        for (size_t j = 0; j < i; j++) {
            if (strcmp(reg->entry[i].return_id, reg->entry[j].return_id) == 0) {
                report(checking, i, LAC_RULE_return_id_twice, columns[RETURN_ID], NULL);
                reg->entry[i].unread = true;
                break;
            }
            if (reg->entry[i].file[0] != '\0' && strcmp(reg->entry[i].file, reg->entry[j].file) == 0) {
                report(checking, i, LAC_RULE_file_twice, columns[FILE_NAME], reg->entry[j].return_id);
                break;
            }
        }
    }
}

static bool in_circle(const struct lac_ingest_register *reg, size_t start)
{
    size_t at = reg->entry[start].replaces;

    for (size_t steps = 0; at != SIZE_MAX && steps < reg->count; steps++) {
        if (at == start) return true;
        at = reg->entry[at].replaces;
    }
    return false;
}

static void check_chains(struct checking *checking)
{
    struct lac_ingest_register *reg = checking->reg;

    for (size_t i = 0; i < reg->count; i++) {
        struct lac_ingest_entry *entry = &reg->entry[i];

        if (entry->supersedes[0] == '\0') continue;
        for (size_t j = 0; j < reg->count && entry->replaces == SIZE_MAX; j++)
            if (j != i && strcmp(reg->entry[j].return_id, entry->supersedes) == 0) entry->replaces = j;
    }
    for (size_t i = 0; i < reg->count; i++) {
        struct lac_ingest_entry *entry = &reg->entry[i];

        if (entry->supersedes[0] == '\0' || entry->unread) continue;
        if (entry->replaces == SIZE_MAX || in_circle(reg, i))
            report(checking, i, LAC_RULE_supersedes_unknown, columns[SUPERSEDES], NULL);
        else if (!reg->entry[entry->replaces].unread && !same_return(entry, &reg->entry[entry->replaces]))
            report(checking, i, LAC_RULE_supersedes_other, columns[SUPERSEDES], NULL);
    }
}

static bool arrived(const struct lac_ingest_entry *entry, int32_t as_at)
{
    return as_at == LAC_DATE_NONE || strcmp(entry->coverage, "MISSING") == 0 ||
           (entry->received_date != LAC_DATE_NONE && entry->received_date <= as_at);
}

/* Which of two live versions is newer: version, then day of receipt, then place in the register. */
static bool newer(const struct lac_ingest_entry *a, const struct lac_ingest_entry *b)
{
    if (a->version != b->version) return a->version > b->version;
    if (a->received_date != b->received_date) return a->received_date > b->received_date;
    return a > b;
}

/* A line that says MISSING is no version: what comes later need not name it. */
static bool stands(const struct lac_ingest_entry *entry, int32_t as_at)
{
    return !entry->set_aside && entry->replaced_by == SIZE_MAX && arrived(entry, as_at) &&
           strcmp(entry->coverage, "MISSING") != 0;
}

static void check_live(struct checking *checking)
{
    struct lac_ingest_register *reg = checking->reg;
    int32_t as_at = checking->settings->as_at;

    lac_ingest_register_resolve(reg, as_at);
    for (size_t i = 0; i < reg->count; i++) {
        for (size_t j = i + 1; j < reg->count && stands(&reg->entry[i], as_at); j++) {
            bool first;

            if (!stands(&reg->entry[j], as_at) || !same_return(&reg->entry[i], &reg->entry[j])) continue;
            first = newer(&reg->entry[i], &reg->entry[j]);
            report(checking, first ? j : i, LAC_RULE_two_live, columns[VERSION],
                   reg->entry[first ? i : j].return_id);
        }
    }
}

static bool names_file(const struct lac_ingest_register *reg, const char *name)
{
    for (size_t i = 0; i < reg->count; i++)
        if (strcmp(reg->entry[i].file, name) == 0) return true;
    return false;
}

/* The register itself, notes about the folder and hidden files need no line. */
static bool needs_line(const char *name)
{
    return name[0] != '.' && strcmp(name, LAC_INGEST_REGISTER_FILE) != 0 && strncmp(name, "README", 6) != 0;
}

static void check_folder(struct checking *checking, const char *const *names, size_t n)
{
    struct lac_ingest_register *reg = checking->reg;

    for (size_t k = 0; k < n; k++) {
        struct lac_ingest_finding finding = {
            .entry = LAC_INGEST_NO_RETURN, .file = names[k], .rule = LAC_RULE_file_not_registered};
        enum lac_status status = LAC_OK;

        if (needs_line(names[k]) && !names_file(reg, names[k]))
            status = lac_ingest_findings_add(checking->findings, &finding, checking->err);
        if (status != LAC_OK && checking->status == LAC_OK) checking->status = status;
    }
    for (size_t i = 0; i < reg->count; i++) {
        const struct lac_ingest_entry *entry = &reg->entry[i];

        if (lac_ingest_register_reads(entry, checking->settings->as_at) && !one_of(entry->file, names, n))
            report(checking, i, LAC_RULE_file_absent, columns[FILE_NAME], NULL);
    }
}

/* The version most live returns use; the others are reported. */
static void check_definitions(struct checking *checking)
{
    struct lac_ingest_register *reg = checking->reg;
    const char *common = "";
    size_t most = 0;

    for (size_t i = 0; i < reg->count; i++) {
        size_t n = 0;

        if (reg->entry[i].definition_version[0] == '\0') continue;
        for (size_t j = 0; j < reg->count; j++)
            n += strcmp(reg->entry[i].definition_version, reg->entry[j].definition_version) == 0;
        if (n > most) common = reg->entry[i].definition_version;
        if (n > most) most = n;
    }
    for (size_t i = 0; i < reg->count; i++) {
        const char *version = reg->entry[i].definition_version;

        if (version[0] != '\0' && strcmp(version, common) != 0)
            report(checking, i, LAC_RULE_definition_mixed, columns[DEFINITION_VERSION], NULL);
    }
}

enum lac_status lac_ingest_register_check(struct lac_ingest_register *reg, const char *const *names,
                                          size_t name_count,
                                          const struct lac_ingest_register_settings *settings,
                                          struct lac_ingest_findings *findings, struct lac_error *err)
{
    struct checking checking = {reg, settings, findings, err, LAC_OK};

    check_identifiers(&checking);
    check_chains(&checking);
    check_folder(&checking, names, name_count);
    check_live(&checking);
    check_definitions(&checking);
    lac_ingest_register_resolve(reg, settings->as_at);
    return checking.status;
}

/* --- which version counts
 * --------------------------------------------------------------------------------------- */

bool lac_ingest_register_reads(const struct lac_ingest_entry *entry, int32_t as_at)
{
    return !entry->set_aside && arrived(entry, as_at) && entry->file[0] != '\0' &&
           strcmp(entry->coverage, "MISSING") != 0;
}

/* Every version before a usable one is replaced by it, also across a version that was set aside. */
static void replace_before(struct lac_ingest_register *reg, size_t by)
{
    size_t at = reg->entry[by].replaces;

    for (size_t steps = 0; at != SIZE_MAX && steps < reg->count; steps++) {
        reg->entry[at].replaced_by = by;
        at = reg->entry[at].replaces;
    }
}

/* A line that says MISSING gives way to a return that came after all. */
static void replace_missing(struct lac_ingest_register *reg, size_t at, int32_t as_at)
{
    for (size_t i = 0; i < reg->count; i++) {
        const struct lac_ingest_entry *entry = &reg->entry[i];

        if (!entry->set_aside && arrived(entry, as_at) && strcmp(entry->coverage, "MISSING") != 0 &&
            same_return(entry, &reg->entry[at]))
            reg->entry[at].replaced_by = i;
    }
}

void lac_ingest_register_resolve(struct lac_ingest_register *reg, int32_t as_at)
{
    for (size_t i = 0; i < reg->count; i++) reg->entry[i].replaced_by = SIZE_MAX;
    for (size_t i = 0; i < reg->count; i++) {
        const struct lac_ingest_entry *entry = &reg->entry[i];

        if (!entry->set_aside && arrived(entry, as_at) && strcmp(entry->coverage, "MISSING") != 0)
            replace_before(reg, i);
        if (strcmp(entry->coverage, "MISSING") == 0) replace_missing(reg, i, as_at);
    }
    for (size_t i = 0; i < reg->count; i++) {
        struct lac_ingest_entry *entry = &reg->entry[i];

        if (!arrived(entry, as_at))
            entry->state = LAC_STATE_LATER;
        else if (entry->set_aside)
            entry->state = LAC_STATE_REJECTED;
        else if (entry->replaced_by != SIZE_MAX)
            entry->state = LAC_STATE_SUPERSEDED;
        else if (strcmp(entry->coverage, "MISSING") == 0)
            entry->state = LAC_STATE_MISSING;
        else
            entry->state = entry->has_rows ? LAC_STATE_USED : LAC_STATE_NIL;
    }
}

bool lac_ingest_register_keeps(const struct lac_ingest_register *reg,
                               const struct lac_ingest_finding *finding)
{
    if (finding->entry == LAC_INGEST_NO_RETURN) return true;
    switch (reg->entry[finding->entry].state) {
    case LAC_STATE_LATER:
        return false;
    case LAC_STATE_SUPERSEDED:
        return finding->rule == LAC_RULE_late;
    default:
        return true;
    }
}
