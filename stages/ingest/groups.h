/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_INGEST_GROUPS_H
#define LAC_INGEST_GROUPS_H
/*
 * The findings of one file by rule and column, worst first: what the checker tells a person, as text and as a
 * page. Findings about the file as a whole stand together by rule.
 */
#include "read.h"

#define LAC_INGEST_ROWS_SHOWN 10 /* rows a group lists before "and n more" */

struct lac_ingest_group {
    const struct lac_ingest_rule_row *rule;
    const char *column;                     /* NULL: none, or several */
    const struct lac_ingest_finding **item; /* [count], by row */
    size_t count;
    bool of_rows; /* the findings point at rows */
    bool alike;   /* all have the same message */
};
struct lac_ingest_groups {
    struct lac_ingest_group *group;
    size_t count;
    size_t found[3]; /* groups by severity */
};

/* Everything is the arena's or borrowed from the findings, which must stay as they are. O(n log n). */
enum lac_status lac_ingest_groups_make(struct lac_ingest_groups *groups,
                                       const struct lac_ingest_findings *findings, struct lac_arena *arena,
                                       struct lac_error *err) LAC_CHECKED;
/* "1, 4, 9 and 3 more" */
void lac_ingest_group_rows(const struct lac_ingest_group *group, struct lac_buffer *out);
/* What a file as a whole is told, in a sentence or two. */
void lac_ingest_groups_verdict(const struct lac_ingest_groups *groups, const struct lac_ingest_return *ret,
                               struct lac_buffer *out);

/* What the centre does with such a row or file, as a sentence. */
const char *lac_ingest_group_done(const struct lac_ingest_group *group);

#endif
