/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_INGEST_FINDINGS_H
#define LAC_INGEST_FINDINGS_H
/*
 * The rule table (rules.def) and the findings it gives.
 *
 * A finding points at a return, a row, a column; it never holds a person's value. Its message is made from
 * the rule's pattern only when it is written.
 */
#include <stdbool.h>
#include "base/memory.h"

enum lac_ingest_rule {
#define LAC_RULE(symbol, id, scope, severity, action, title, message, remedy) LAC_RULE_##symbol,
#define LAC_TEST(symbol, id, scope, severity, action, title, message, remedy) LAC_RULE_##symbol,
#include "rules.def"
    LAC_RULE_COUNT,
    LAC_RULE_NONE = LAC_RULE_COUNT
};
enum lac_ingest_severity { LAC_SEVERITY_NOTE, LAC_SEVERITY_WARNING, LAC_SEVERITY_ERROR };
enum lac_ingest_action { LAC_ACTION_TAG, LAC_ACTION_FIX, LAC_ACTION_QUARANTINE, LAC_ACTION_REJECT };
enum lac_ingest_scope {
    LAC_SCOPE_REGISTER, /* a line of the register or the folder */
    LAC_SCOPE_FILE,     /* a file as it is read */
    LAC_SCOPE_CELL,     /* a cell as it is read */
    LAC_SCOPE_ROW,
    LAC_SCOPE_CASE,   /* the rows of one local_ref */
    LAC_SCOPE_RETURN, /* all rows of a return */
    LAC_SCOPE_ACROSS  /* returns against one another */
};

struct lac_ingest_judge;
typedef void lac_ingest_test(struct lac_ingest_judge *judge);
struct lac_ingest_rule_row {
    const char *symbol, *id;
    enum lac_ingest_scope scope;
    enum lac_ingest_severity severity;
    enum lac_ingest_action action;
    const char *title, *message, *remedy;
    lac_ingest_test *test; /* NULL when raised where the thing is read */
};
extern const struct lac_ingest_rule_row lac_ingest_rules[LAC_RULE_COUNT];
const char *lac_ingest_severity_word(enum lac_ingest_severity severity); /* error, warning, note */
const char *lac_ingest_action_word(enum lac_ingest_action action);       /* tag, fix, quarantine, reject */

#define LAC_INGEST_NO_RETURN UINT32_MAX
#define LAC_INGEST_NO_ROW 0

struct lac_ingest_finding {
    uint32_t entry; /* index of the return in the register, or LAC_INGEST_NO_RETURN */
    int64_t row;    /* LAC_INGEST_NO_ROW: the file as a whole */
    enum lac_ingest_rule rule;
    const char *column; /* borrowed; NULL: none */
    const char *file;   /* borrowed; NULL: that of the return */
    const char *text;   /* borrowed; {text} of the message, NULL: none */
    int64_t a, b;
};
struct lac_ingest_findings {
    struct lac_ingest_finding *item; /* owned, malloc'd */
    size_t count, capacity;
};
enum lac_status lac_ingest_findings_add(struct lac_ingest_findings *findings,
                                        const struct lac_ingest_finding *finding,
                                        struct lac_error *err) LAC_CHECKED;
/* By return, file, row (the file as a whole first), rule, column. O(n log n). */
void lac_ingest_findings_sort(struct lac_ingest_findings *findings);
void lac_ingest_findings_release(struct lac_ingest_findings *findings);
size_t lac_ingest_findings_count(const struct lac_ingest_findings *findings,
                                 enum lac_ingest_severity severity);

/* Adds the message, and what was done and is to be done, to a buffer. */
void lac_ingest_finding_message(const struct lac_ingest_finding *finding, struct lac_buffer *out);
void lac_ingest_finding_action(const struct lac_ingest_finding *finding, struct lac_buffer *out);

#endif
