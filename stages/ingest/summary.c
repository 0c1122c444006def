/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "summary.h"

#include <string.h>

/* Once where it says the same of every row; else for the first row, or of the file as a whole every one. */
static void add_messages(const struct lac_ingest_group *group, struct lac_buffer *out)
{
    size_t shown = group->of_rows ? 1 : group->count;

    for (size_t i = 0; i < shown; i++) {
        lac_buffer_add(out, "    ");
        if (group->of_rows && group->count > 1 && !group->alike)
            lac_buffer_printf(out, "row %lld: ", (long long)group->item[i]->row);
        lac_ingest_finding_message(group->item[i], out);
        lac_buffer_add(out, "\n");
    }
}

static void add_group(const struct lac_ingest_group *group, struct lac_buffer *out)
{
    lac_buffer_printf(out, "\n%s  %s", lac_ingest_severity_word(group->rule->severity), group->rule->title);
    if (group->column != NULL) lac_buffer_printf(out, ", column %s", group->column);
    lac_buffer_printf(out, "  [%s]\n", group->rule->id);
    if (group->of_rows) {
        lac_buffer_printf(out, "    %zu %s: ", group->count, group->count == 1 ? "row" : "rows");
        lac_ingest_group_rows(group, out);
        lac_buffer_add(out, "\n");
    }
    add_messages(group, out);
    lac_buffer_printf(out, "    what the centre does: %s\n", lac_ingest_group_done(group));
    if (group->rule->remedy[0] != '\0') lac_buffer_printf(out, "    what to do: %s\n", group->rule->remedy);
}

void lac_ingest_summary_text(const struct lac_ingest_return *ret, const struct lac_ingest_groups *groups,
                             struct lac_buffer *out)
{
    lac_buffer_printf(out, "%s: ", ret->sheet.name);
    if (!ret->judged)
        lac_buffer_add(out, "cannot be used\n");
    else
        lac_buffer_printf(out, "%zu rows, %zu usable, %zu set aside\n", ret->sheet.rows, ret->judge.used,
                          ret->sheet.rows - ret->judge.used);
    if (groups->count > 0)
        lac_buffer_printf(out, "kinds of errors: %zu, of warnings: %zu, of notes: %zu\n",
                          groups->found[LAC_SEVERITY_ERROR], groups->found[LAC_SEVERITY_WARNING],
                          groups->found[LAC_SEVERITY_NOTE]);
    lac_ingest_groups_verdict(groups, ret, out);
    lac_buffer_add(out, "\n");
    if (groups->count > 0)
        lac_buffer_add(out,
                       "Row 1 is the first row below the header: in a spreadsheet without titles, row 2.\n");
    for (size_t i = 0; i < groups->count; i++) add_group(&groups->group[i], out);
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

json_t *lac_ingest_summary_json(const struct lac_ingest_return *ret, const struct lac_ingest_groups *groups)
{
    json_t *list = json_array(), *json = NULL;
    struct lac_buffer verdict = {0};
    size_t used = ret->judged ? ret->judge.used : 0;

    for (size_t i = 0; i < ret->findings.count; i++) {
        if (json_array_append_new(list, finding_json(&ret->findings.item[i])) == 0) continue;
        json_decref(list);
        return NULL;
    }
    lac_ingest_groups_verdict(groups, ret, &verdict);
    if (!verdict.failed)
        json = json_pack("{s:s, s:b, s:s, s:I, s:I, s:I, s:s, s:O}", "file", ret->sheet.name, "usable",
                         (int)ret->judged, "verdict", verdict.text, "rows", (json_int_t)ret->sheet.rows,
                         "used", (json_int_t)used, "set_aside", (json_int_t)(ret->sheet.rows - used),
                         "sha256", ret->digest, "findings", list);
    json_decref(list);
    lac_buffer_release(&verdict);
    return json;
}
