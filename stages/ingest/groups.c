/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "groups.h"

#include <stdlib.h>
#include <string.h>

static int compare_text(const char *a, const char *b)
{
    return strcmp(a == NULL ? "" : a, b == NULL ? "" : b);
}

/* Rules about a file as a whole stand together, whatever column they name. */
static bool by_column(const struct lac_ingest_finding *finding)
{
    return lac_ingest_rules[finding->rule].scope != LAC_SCOPE_FILE;
}

#define COMPARE(x, y)                                                                                        \
    if ((x) != (y)) return (x) < (y) ? -1 : 1

static int compare(const void *left, const void *right)
{
    const struct lac_ingest_finding *const *l = left, *const *r = right, *a = *l, *b = *r;
    int order;

    COMPARE(lac_ingest_rules[b->rule].severity, lac_ingest_rules[a->rule].severity);
    COMPARE(a->rule, b->rule);
    if (by_column(a) && (order = compare_text(a->column, b->column)) != 0) return order;
    COMPARE(a->row, b->row);
    if ((order = compare_text(a->column, b->column)) != 0) return order;
    COMPARE(a->a, b->a);
    COMPARE(a->b, b->b);
    return compare_text(a->text, b->text);
}

static bool together(const struct lac_ingest_finding *a, const struct lac_ingest_finding *b)
{
    return a->rule == b->rule && (!by_column(a) || compare_text(a->column, b->column) == 0);
}

static struct lac_ingest_group group_of(const struct lac_ingest_finding **item, size_t count)
{
    const struct lac_ingest_rule_row *rule = &lac_ingest_rules[item[0]->rule];
    bool one_column = true;

    for (size_t i = 1; i < count; i++) one_column &= compare_text(item[0]->column, item[i]->column) == 0;
    return (struct lac_ingest_group){.rule = rule,
                                     .column = one_column ? item[0]->column : NULL,
                                     .item = item,
                                     .count = count,
                                     .of_rows = item[0]->row != LAC_INGEST_NO_ROW,
                                     .alike = strchr(rule->message, '{') == NULL};
}

enum lac_status lac_ingest_groups_make(struct lac_ingest_groups *groups,
                                       const struct lac_ingest_findings *findings, struct lac_arena *arena,
                                       struct lac_error *err)
{
    const struct lac_ingest_finding **item =
        LAC_NEW(arena, const struct lac_ingest_finding *, findings->count);
    size_t n = findings->count;

    memset(groups, 0, sizeof *groups);
    groups->group = LAC_NEW(arena, struct lac_ingest_group, n);
    if (item == NULL || groups->group == NULL) return lac_fail_memory(err, "findings");
    for (size_t i = 0; i < n; i++) item[i] = &findings->item[i];
    if (n > 0) qsort(item, n, sizeof *item, compare);
    for (size_t from = 0, to; from < n; from = to) {
        for (to = from + 1; to < n && together(item[from], item[to]);) to++;
        groups->group[groups->count] = group_of(item + from, to - from);
        groups->found[groups->group[groups->count++].rule->severity]++;
    }
    return LAC_OK;
}

void lac_ingest_group_rows(const struct lac_ingest_group *group, struct lac_buffer *out)
{
    size_t shown = group->count < LAC_INGEST_ROWS_SHOWN ? group->count : LAC_INGEST_ROWS_SHOWN;

    for (size_t i = 0; i < shown; i++)
        lac_buffer_printf(out, "%s%lld", i == 0 ? "" : ", ", (long long)group->item[i]->row);
    if (group->count > shown) lac_buffer_printf(out, " and %zu more", group->count - shown);
}

void lac_ingest_groups_verdict(const struct lac_ingest_groups *groups, const struct lac_ingest_return *ret,
                               struct lac_buffer *out)
{
    size_t errors = groups->found[LAC_SEVERITY_ERROR], warnings = groups->found[LAC_SEVERITY_WARNING];

    if (!ret->judged)
        lac_buffer_add(out,
                       "This file cannot be used. Correct the errors, and check it again before sending it.");
    else if (errors > 0)
        lac_buffer_add(out, "Correct the errors before sending this file, and look at the warnings.");
    else if (warnings > 0)
        lac_buffer_add(
            out, "This file can be used. Look at the warnings before sending it: each may hide a mistake.");
    else
        lac_buffer_add(out, "Nothing to correct: this file can be sent.");
}

const char *lac_ingest_group_done(const struct lac_ingest_group *group)
{
    static const char *const done[] = {"Nothing: the row stays as it is.",
                                       "The cell or file was read as said.", "The row would be set aside.",
                                       "The file would be set aside."};

    if (!group->of_rows && group->rule->action == LAC_ACTION_TAG) return "Nothing: the file stays as it is.";
    return done[group->rule->action];
}
