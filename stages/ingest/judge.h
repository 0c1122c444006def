/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_INGEST_JUDGE_H
#define LAC_INGEST_JUDGE_H
/*
 * From cells to records, row by row: each row of a sheet is read into typed values and tried against the
 * rules of scope CELL and ROW, then handed on; what the rules of scope CASE and RETURN need to know of all
 * rows is counted on the way, and they are tried at the end in the order of the table. Used alike by the
 * centre and by the checker a force runs itself.
 *
 * One struct lac_ingest_judge per return and thread. In memory are one row, 64 bytes and the reference of a
 * case, of no more than LAC_INGEST_CASES where there is a place for the others, 16 to 48 bytes for each row
 * that names a person unless repeats are known before, and the findings.
 */
#include <string.h>

#include "codes.h"
#include "config/section_returns.h"
#include "facts.h"
#include "memo.h"
#include "sheet.h"
#include "twins.h"

#define LAC_INGEST_NONE INT32_MIN /* a missing number or date */

/* Limits of the rules; percentages are shares from 0 to 1. */
struct lac_ingest_limits {
    double completeness_minimum; /* F13, F17: known share below which a field is reported */
    double other_share_maximum;  /* F25 */
    double revision_maximum;     /* F05d: share of rows changed */
    double outside_maximum;      /* F07b: rows outside the period; F31a: homes outside the force */
    double other_force_maximum;  /* F04b, F04f: homes in one other force; references of another agency */
    double heap_maximum;         /* F18b: dates of birth on 1 January */
    double old_maximum;          /* F40: rows recorded more than a year after the offence */
    double derived_maximum;      /* F42: rows referred by another agency */
    double tail_minimum;         /* F02a, F10b: probability below which a low count is reported */
    int64_t rows_minimum;        /* rules about a share of rows need this many */
};
/* The limits of the configuration, and its defaults for the checker, which has none. */
void lac_ingest_limits_from(struct lac_ingest_limits *limits, const struct lac_returns_settings *settings);
void lac_ingest_limits_default(struct lac_ingest_limits *limits);

struct lac_ingest_row {
    enum lac_ingest_rule set_aside;               /* rule that quarantined the row, LAC_RULE_NONE: used */
    const char *forename_folded, *surname_folded; /* "" when missing */
    const char *aliases_folded;                   /* separated by ';' */
    /* As recorded, where the value differs or is missing; "" otherwise. */
    const char *dob_recorded, *postcode_recorded, *lad_recorded;
    union lac_ingest_value value[LAC_FIELD_COUNT];
    struct lac_ingest_memo_entry *memo[LAC_FIELD_COUNT]; /* of the cell; NULL: it is not remembered */
    uint32_t district;                                   /* index of lad, LAC_MISSING_STR: not known */
    const struct lac_ingest_offence *offence;            /* of offence_code; NULL: not in the list */
};
#define LAC_ROW_TEXT(row, field) ((row)->value[LAC_FIELD_##field].text)
#define LAC_ROW_NUMBER(row, field) ((row)->value[LAC_FIELD_##field].number)

/* The used rows of one local_ref. */
#define LAC_INGEST_CASES 131072 /* cases in memory where they can be put elsewhere */
struct lac_ingest_case {
    size_t first;      /* index of its first row */
    const char *force; /* for the taker: "" until it sets it */
    int32_t rows, victims, suspects, facilitators;
    int32_t n_suspects, n_unidentified, n_victims; /* largest declared; LAC_INGEST_NONE */
    bool criterion_cse, criterion_set, flag_set;
    int32_t images, oldest;   /* rows of images alone; oldest known age, LAC_INGEST_NONE */
    bool suspects_told_apart; /* every suspect row has a person_ref, so that rows can be counted as persons */
};

/* What the register says of the return; all missing in the checker. */
struct lac_ingest_about {
    uint32_t entry;
    const char *list, *force;                                      /* "" when not known */
    int32_t period_start, period_end, extract_date, received_date; /* LAC_INGEST_NONE */
};

#define LAC_INGEST_FOOTED 3 /* columns a total row may add up */

/* Rows of this return told apart by their whole text: a table of hashes (96 bits and the row's number). */
struct lac_ingest_repeats {
    struct lac_ingest_repeat {
        uint64_t hash;
        uint32_t check, row; /* row 0: free */
    } * slot;
    size_t slots, count;
};

/* A remembered cell of the row before: mostly the same stands in the next. */
struct lac_ingest_before {
    uint64_t key[2];
    union lac_ingest_value value;
    struct lac_ingest_memo_entry *entry; /* NULL: none */
};

struct lac_ingest_judge {
    const struct lac_ingest_codes *codes;
    const struct lac_ingest_layout *layout;
    const struct lac_ingest_limits *limits;
    struct lac_ingest_about about;
    const struct lac_ingest_sheet *sheet;
    /* Called for every row once it was judged, also for one set aside; row[at] is the row. May be NULL. */
    enum lac_status (*take)(void *context, struct lac_ingest_judge *judge);
    /* Puts judge->cases with their references elsewhere when there are LAC_INGEST_CASES of them; and visits
     * all, those of one reference added up, in any order. NULL: they stay in memory. */
    enum lac_status (*spill)(void *context, struct lac_ingest_judge *judge);
    enum lac_status (*each_case)(void *context, struct lac_ingest_judge *judge,
                                 enum lac_status (*visit)(struct lac_ingest_judge *judge,
                                                          const struct lac_ingest_case *one));
    void *context;
    bool keep;                  /* keep all rows in row[] (for tests) */
    struct lac_ingest_row *row; /* the row being judged is row[at] */
    struct lac_ingest_row none; /* a row without cells */
    size_t at;
    struct lac_ingest_case *cases;
    size_t case_count;
    size_t case_at; /* case of the row, when it is not set aside */
    size_t spilled; /* cases put elsewhere; a reference may be among them more than once */
    size_t used;    /* rows not set aside */
    struct lac_ingest_facts facts;
    struct {
        int64_t rows, sum;
    } footing[LAC_INGEST_FOOTED]; /* over the rows so far */
    struct lac_ingest_findings *findings;
    struct lac_arena *arena; /* lives as long as the findings */
    struct lac_arena words;  /* texts of the row's cells; emptied with every row */
    struct lac_error *err;
    enum lac_status status;            /* first failure */
    const struct lac_ingest_case *one; /* where a test of scope CASE stands */
    struct lac_dict refs;              /* local_ref of each case */
    struct lac_ingest_repeats repeats;
    struct lac_ingest_twins *twins; /* known before; NULL: a table is made while rows are read */
    struct lac_ingest_memo memo;
    struct lac_ingest_before before[LAC_FIELD_COUNT];
    uint64_t whole, check;             /* hashes of the row's text, where it may name a person */
    uint16_t row_test[LAC_RULE_COUNT]; /* rules of scope ROW that have a test */
    size_t row_tests;
    size_t case_capacity, row_capacity;
};

/* Before the first row, for every row of the sheet (the sheet stands at it), after the last one. O(fields +
 * rules) a row. */
enum lac_status lac_ingest_judge_begin(struct lac_ingest_judge *judge) LAC_CHECKED;
enum lac_status lac_ingest_judge_row(struct lac_ingest_judge *judge) LAC_CHECKED;
enum lac_status lac_ingest_judge_end(struct lac_ingest_judge *judge) LAC_CHECKED;
/* Releases what only reading needs; cases and counts stay. Harmless on a zeroed struct. */
void lac_ingest_judge_finish(struct lac_ingest_judge *judge);
void lac_ingest_judge_release(struct lac_ingest_judge *judge);

/* Adds what is counted of a case elsewhere; `from` comes later. */
void lac_ingest_case_add(struct lac_ingest_case *to, const struct lac_ingest_case *from);

/* For tests: reports that `rule` fires for `field` (LAC_FIELD_COUNT: no column) of the row, case or return
 * the judge stands at. A rule whose action is QUARANTINE sets the row aside. */
void lac_ingest_raise(struct lac_ingest_judge *judge, enum lac_ingest_rule rule, enum lac_ingest_field field);
void lac_ingest_raise_counts(struct lac_ingest_judge *judge, enum lac_ingest_rule rule,
                             enum lac_ingest_field field, int64_t a, int64_t b);
void lac_ingest_raise_text(struct lac_ingest_judge *judge, enum lac_ingest_rule rule,
                           enum lac_ingest_field field, const char *text);
void lac_ingest_raise_all(struct lac_ingest_judge *judge, struct lac_ingest_finding finding,
                          enum lac_ingest_field field);

/* Reads the cells of the sheet's row into judge->row[at] (cells.c). Texts live in judge->words, in the
 * sheet's row or in lists that outlive the judge. */
void lac_ingest_cells_read(struct lac_ingest_judge *judge);
/* What stands in a cell of that row, without blanks at its ends; lives as long as the row. */
const char *lac_ingest_cells_recorded(struct lac_ingest_judge *judge, enum lac_ingest_field field);
/* Youngest and oldest age of the row's person on `day`, from the date of birth, else the age; false: not
 * known. */
bool lac_ingest_row_age(const struct lac_ingest_row *row, int32_t day, int *low, int *high);
/* Not stated and unknown are not known. */
bool lac_ingest_row_ethnicity_known(const struct lac_ingest_row *row);
static inline bool lac_ingest_is(const char *a, const char *b) /* same text */
{
    return a[0] == b[0] && strcmp(a, b) == 0;
}

#endif
