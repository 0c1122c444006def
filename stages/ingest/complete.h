/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_INGEST_COMPLETE_H
#define LAC_INGEST_COMPLETE_H
/*
 * How complete the fields of a return are: used rows, and those of them in which a field is known, by force,
 * role and age of the case. Ethnicity as the person gave it and as an officer saw it are two fields; a third
 * holds what neither is. They are never added up.
 */
#include "judge.h"

#define LAC_INGEST_COMPLETE_FIELDS 21
extern const char *const lac_ingest_complete_names[LAC_INGEST_COMPLETE_FIELDS];

/* Age of a case: days from its recording to the extract (else the end of the period). */
enum lac_ingest_case_age { LAC_CASE_NEW, LAC_CASE_QUARTER, LAC_CASE_YEAR, LAC_CASE_UNKNOWN, LAC_CASE_AGES };
extern const char *const lac_ingest_case_age_words[LAC_CASE_AGES];

struct lac_ingest_complete {
    struct lac_ingest_complete_group {
        const char *force; /* borrowed from register or code lists; "": not known */
        enum lac_ingest_role role;
        enum lac_ingest_case_age age;
        int64_t rows, known[LAC_INGEST_COMPLETE_FIELDS];
    } * group; /* malloc'd, in order of first appearance */
    size_t count, capacity, last;
};
/* A used row. O(groups) at worst, of which there are few. */
enum lac_status lac_ingest_complete_row(struct lac_ingest_complete *complete,
                                        const struct lac_ingest_row *row,
                                        const struct lac_ingest_about *about, const char *force,
                                        struct lac_error *err) LAC_CHECKED;
void lac_ingest_complete_release(struct lac_ingest_complete *complete);

#endif
