/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_INGEST_FACTS_H
#define LAC_INGEST_FACTS_H
/*
 * What the rules over a whole return, and those over several returns, need to know of its rows: counts, added
 * up row by row, of a size that does not depend on the number of rows. Rules of scope RETURN and ACROSS read
 * these and never the rows, so that a return can be read in pieces.
 *
 * All counts are of used rows unless they say otherwise.
 */
#include "codes.h"
#include "sample.h"

struct lac_ingest_row;
struct lac_ingest_about;

enum lac_ingest_role {
    LAC_ROLE_VICTIM,
    LAC_ROLE_SUSPECT,
    LAC_ROLE_OFFENDER,
    LAC_ROLE_FACILITATOR,
    LAC_ROLE_COUNT
};
extern const char *const lac_ingest_role_words[LAC_ROLE_COUNT]; /* victim, suspect, ... */

enum lac_ingest_frame {
    LAC_FRAME_SDE16,
    LAC_FRAME_SDE18,
    LAC_FRAME_SDE19,
    LAC_FRAME_IC,
    LAC_FRAME_TEXT,
    LAC_FRAME_NONE,
    LAC_FRAME_COUNT
};

/* How often each code of a field occurs; codes beyond the room are counted together. */
#define LAC_TALLY_SIZE 64
struct lac_ingest_tally {
    uint64_t code[LAC_TALLY_SIZE]; /* the code's first eight bytes */
    int64_t rows[LAC_TALLY_SIZE];
    size_t count, last;
    int64_t all; /* filled cells */
};
/* Fields whose codes are tallied. */
enum lac_ingest_tallied {
    LAC_TALLY_SEX,
    LAC_TALLY_ETHNICITY,
    LAC_TALLY_NATIONALITY,
    LAC_TALLY_OFFENCE,
    LAC_TALLY_CRITERION,
    LAC_TALLY_BASIS,
    LAC_TALLY_REFERENCE, /* the letters local_ref begins with */
    LAC_TALLY_COUNT
};
/* Census groups of ethnicity, as far as a code of any frame tells them. */
#define LAC_GROUP_COUNT 5
extern const char *const lac_ingest_group_words[LAC_GROUP_COUNT];

struct lac_ingest_facts {
    const struct lac_ingest_codes *codes;
    const struct lac_ingest_about *about;
    int64_t rows; /* set aside ones too */
    int64_t used;
    int64_t role[LAC_ROLE_COUNT], ethnicity_known[LAC_ROLE_COUNT];
    int64_t recorded, recorded_outside; /* with a recorded date; outside the period */
    int64_t lag, lag_long;              /* with a time to recording; of more than a year */
    int64_t sex_male, sex_female, sex_known;
    int64_t frame[LAC_FRAME_COUNT];     /* rows with an ethnicity, by frame */
    int64_t birth_full, birth_new_year; /* full dates of birth; on 1 January */
    int64_t criterion_other;            /* OTH, UNK or none */
    int64_t home, home_outside;         /* with a known home district; outside the return's force */
    int64_t *home_force;                /* [codes->force.count] homes by force */
    int64_t cancelled, at_risk, referred;
    int64_t own_answer, observed;       /* rows with an ethnicity, by whom */
    int64_t flagged, flagged_elsewhere; /* flag Y with an offence; with one outside the list */
    int64_t named, name_only;           /* with a name; with nothing else that tells persons apart */
    int64_t group[LAC_GROUP_COUNT], group_identified[LAC_GROUP_COUNT]; /* name and full date of birth known */
    int64_t more_declared; /* rows that declare two or more victims or suspects */
    int64_t merged;        /* set aside: no reference, below a row that has one */
    int64_t cases;         /* the judge's, when all rows are in */
    uint32_t *district;    /* [codes->district.count] homes by district */
    struct lac_ingest_tally tally[LAC_TALLY_COUNT];
    struct lac_ingest_sample persons;    /* name and date of birth; value: the person's reference */
    struct lac_ingest_sample references; /* person's reference; value: name and date of birth */
    bool below_reference;                /* the row before has a reference, or stands below such */
};

/* `codes` and `about` are kept. O(forces). */
enum lac_status lac_ingest_facts_init(struct lac_ingest_facts *facts, const struct lac_ingest_codes *codes,
                                      const struct lac_ingest_about *about, struct lac_arena *arena,
                                      struct lac_error *err) LAC_CHECKED;
/* Adds a row when all rules of its own have been tried. Keeps nothing of it. O(1). */
void lac_ingest_facts_add(struct lac_ingest_facts *facts, const struct lac_ingest_row *row);
/* When all rows are in: makes the samples readable. */
void lac_ingest_facts_end(struct lac_ingest_facts *facts);
/* Rows with the code, and the commonest code (0: none). */
int64_t lac_ingest_tally_rows(const struct lac_ingest_tally *tally, uint64_t code);
uint64_t lac_ingest_tally_top(const struct lac_ingest_tally *tally);
/* The letters a reference begins with, as a code; at most eight. 0 when it begins with something else. */
uint64_t lac_ingest_reference_code(const char *reference);

#endif
