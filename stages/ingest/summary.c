/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "summary.h"

#include <string.h>

/* A group: the findings of one rule and column, which stand together once sorted for reading. */
static bool same_group(const struct lac_ingest_finding *a, const struct lac_ingest_finding *b)
{
    return a->rule == b->rule &&
           strcmp(a->column == NULL ? "" : a->column, b->column == NULL ? "" : b->column) == 0;
}

static bool first_of_group(const struct lac_ingest_findings *findings, size_t at)
{
    for (size_t i = 0; i < at; i++)
        if (same_group(&findings->item[i], &findings->item[at])) return false;
    return true;
}

static void add_rows(const struct lac_ingest_findings *findings, size_t at, struct lac_buffer *out)
{
    size_t shown = 0, all = 0;

    for (size_t i = at; i < findings->count; i++) {
        const struct lac_ingest_finding *finding = &findings->item[i];

        if (!same_group(&findings->item[at], finding) || finding->row == LAC_INGEST_NO_ROW) continue;
        if (++all > LAC_INGEST_ROWS_SHOWN) continue;
        lac_buffer_printf(out, "%s%lld", shown++ == 0 ? "" : ", ", (long long)finding->row);
    }
    if (all > shown) lac_buffer_printf(out, " and %zu more", all - shown);
}

static size_t group_size(const struct lac_ingest_findings *findings, size_t at)
{
    size_t n = 0;

    for (size_t i = at; i < findings->count; i++) n += same_group(&findings->item[at], &findings->item[i]);
    return n;
}

/* Once for all rows when it says the same of each; else for the first row, or of the file as a whole every
 * one. */
static void add_messages(const struct lac_ingest_findings *findings, size_t at, size_t n,
                         struct lac_buffer *out)
{
    const struct lac_ingest_finding *first = &findings->item[at];
    bool of_rows = first->row != LAC_INGEST_NO_ROW;

    for (size_t i = at; i < findings->count; i++) {
        if (!same_group(first, &findings->item[i])) continue;
        lac_buffer_add(out, "    ");
        if (of_rows && n > 1 && strchr(lac_ingest_rules[first->rule].message, '{') != NULL)
            lac_buffer_printf(out, "row %lld: ", (long long)first->row);
        lac_ingest_finding_message(&findings->item[i], out);
        lac_buffer_add(out, "\n");
        if (of_rows) return;
    }
}

static void add_group(const struct lac_ingest_findings *findings, size_t at, struct lac_buffer *out)
{
    const struct lac_ingest_finding *finding = &findings->item[at];
    const struct lac_ingest_rule_row *rule = &lac_ingest_rules[finding->rule];
    size_t n = group_size(findings, at);

    lac_buffer_printf(out, "\n%s  %s", lac_ingest_severity_word(rule->severity), rule->title);
    if (finding->column != NULL) lac_buffer_printf(out, ", column %s", finding->column);
    lac_buffer_printf(out, "  [%s]\n", rule->id);
    if (finding->row != LAC_INGEST_NO_ROW) {
        lac_buffer_printf(out, "    %zu %s: ", n, n == 1 ? "row" : "rows");
        add_rows(findings, at, out);
        lac_buffer_add(out, "\n");
    }
    add_messages(findings, at, n, out);
    lac_buffer_add(out, "    ");
    lac_ingest_finding_action(finding, out);
    lac_buffer_add(out, "\n");
}

void lac_ingest_summary_text(struct lac_ingest_return *ret, struct lac_buffer *out)
{
    struct lac_ingest_findings *findings = &ret->findings;

    lac_ingest_findings_sort(findings);
    lac_buffer_printf(out, "%s: ", ret->sheet.name);
    if (!ret->judged)
        lac_buffer_add(out, "cannot be used\n");
    else
        lac_buffer_printf(out, "%zu rows, %zu usable, %zu set aside\n", ret->sheet.rows, ret->judge.used,
                          ret->sheet.rows - ret->judge.used);
    if (findings->count == 0) lac_buffer_add(out, "nothing found\n");
    for (int s = LAC_SEVERITY_ERROR; s >= LAC_SEVERITY_NOTE; s--) {
        for (size_t i = 0; i < findings->count; i++) {
            if ((int)lac_ingest_rules[findings->item[i].rule].severity == s && first_of_group(findings, i))
                add_group(findings, i, out);
        }
    }
}

static json_t *finding_json(const struct lac_ingest_finding *finding)
{
    const struct lac_ingest_rule_row *rule = &lac_ingest_rules[finding->rule];
    struct lac_buffer message = {0}, action = {0};
    json_t *json = NULL;

    lac_ingest_finding_message(finding, &message);
    lac_ingest_finding_action(finding, &action);
    if (!message.failed && !action.failed)
        json = json_pack("{s:o, s:o, s:s, s:s, s:s, s:s}", "row",
                         finding->row == LAC_INGEST_NO_ROW ? json_null() : json_integer(finding->row),
                         "column", finding->column == NULL ? json_null() : json_string(finding->column),
                         "rule", rule->id, "severity", lac_ingest_severity_word(rule->severity), "message",
                         message.text, "action", action.text);
    lac_buffer_release(&message);
    lac_buffer_release(&action);
    return json;
}

json_t *lac_ingest_summary_json(struct lac_ingest_return *ret)
{
    json_t *list = json_array();
    size_t used = ret->judged ? ret->judge.used : 0;

    lac_ingest_findings_sort(&ret->findings);
    for (size_t i = 0; i < ret->findings.count; i++) {
        if (json_array_append_new(list, finding_json(&ret->findings.item[i])) == 0) continue;
        json_decref(list);
        return NULL;
    }
    return json_pack("{s:s, s:b, s:I, s:I, s:I, s:o}", "file", ret->sheet.name, "usable", (int)ret->judged,
                     "rows", (json_int_t)ret->sheet.rows, "used", (json_int_t)used, "set_aside",
                     (json_int_t)(ret->sheet.rows - used), "findings", list);
}
