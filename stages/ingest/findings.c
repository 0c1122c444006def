/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "findings.h"

#include <stdlib.h>
#include <string.h>

#define LAC_RULE(symbol, id, scope, severity, action, title, message, remedy)
#define LAC_TEST(symbol, id, scope, severity, action, title, message, remedy)                                \
    lac_ingest_test lac_ingest_test_##symbol;
#include "rules.def"

const struct lac_ingest_rule_row lac_ingest_rules[LAC_RULE_COUNT] = {
#define LAC_RULE(symbol, id, scope, severity, action, title, message, remedy)                                \
    {#symbol, id,  LAC_SCOPE_##scope, LAC_SEVERITY_##severity, LAC_ACTION_##action, title, message,          \
     remedy,  NULL},
#define LAC_TEST(symbol, id, scope, severity, action, title, message, remedy)                                \
    {#symbol, id,     LAC_SCOPE_##scope,       LAC_SEVERITY_##severity, LAC_ACTION_##action, title,          \
     message, remedy, lac_ingest_test_##symbol},
#include "rules.def"
};

const char *lac_ingest_severity_word(enum lac_ingest_severity severity)
{
    static const char *const words[] = {"note", "warning", "error"};

    return words[severity];
}

const char *lac_ingest_action_word(enum lac_ingest_action action)
{
    static const char *const words[] = {"tag", "fix", "quarantine", "reject"};

    return words[action];
}

enum lac_status lac_ingest_findings_add(struct lac_ingest_findings *findings,
                                        const struct lac_ingest_finding *finding, struct lac_error *err)
{
    void *array = findings->item;
    enum lac_status status = lac_grow(&array, &findings->capacity, findings->count + 1, sizeof *finding, err);

    if (status != LAC_OK) return status;
    findings->item = array;
    findings->item[findings->count++] = *finding;
    return LAC_OK;
}

static int compare_text(const char *a, const char *b)
{
    return strcmp(a == NULL ? "" : a, b == NULL ? "" : b);
}

#define COMPARE(x, y)                                                                                        \
    if ((x) != (y)) return (x) < (y) ? -1 : 1

/* Total: findings that compare equal read the same. */
static int compare(const void *left, const void *right)
{
    const struct lac_ingest_finding *a = left, *b = right;
    int order;

    COMPARE(a->entry, b->entry);
    if ((order = compare_text(a->file, b->file)) != 0) return order;
    COMPARE(a->row, b->row);
    COMPARE(a->rule, b->rule);
    if ((order = compare_text(a->column, b->column)) != 0) return order;
    COMPARE(a->a, b->a);
    COMPARE(a->b, b->b);
    return compare_text(a->text, b->text);
}

void lac_ingest_findings_sort(struct lac_ingest_findings *findings)
{
    if (findings->count > 0) qsort(findings->item, findings->count, sizeof *findings->item, compare);
}

void lac_ingest_findings_release(struct lac_ingest_findings *findings)
{
    free(findings->item);
    memset(findings, 0, sizeof *findings);
}

size_t lac_ingest_findings_count(const struct lac_ingest_findings *findings,
                                 enum lac_ingest_severity severity)
{
    size_t n = 0;

    for (size_t i = 0; i < findings->count; i++)
        n += lac_ingest_rules[findings->item[i].rule].severity == severity;
    return n;
}

void lac_ingest_finding_message(const struct lac_ingest_finding *finding, struct lac_buffer *out)
{
    for (const char *p = lac_ingest_rules[finding->rule].message; *p != '\0';) {
        size_t plain = strcspn(p, "{");

        lac_buffer_add_n(out, p, plain);
        p += plain;
        if (strncmp(p, "{a}", 3) == 0) {
            lac_buffer_printf(out, "%lld", (long long)finding->a);
            p += 3;
        } else if (strncmp(p, "{b}", 3) == 0) {
            lac_buffer_printf(out, "%lld", (long long)finding->b);
            p += 3;
        } else if (strncmp(p, "{text}", 6) == 0) {
            lac_buffer_add(out, finding->text == NULL ? "?" : finding->text);
            p += 6;
        } else if (*p != '\0') {
            lac_buffer_add_n(out, p++, 1);
        }
    }
}

void lac_ingest_finding_action(const struct lac_ingest_finding *finding, struct lac_buffer *out)
{
    static const char *const done[] = {"kept as it is", "changed as said", "row set aside",
                                       "return set aside"};
    const struct lac_ingest_rule_row *rule = &lac_ingest_rules[finding->rule];

    lac_buffer_add(out, done[rule->action]);
    if (rule->remedy[0] != '\0') lac_buffer_printf(out, "; %s", rule->remedy);
}
