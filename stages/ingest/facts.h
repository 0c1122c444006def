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
};

/* `codes` and `about` are kept. O(forces). */
enum lac_status lac_ingest_facts_init(struct lac_ingest_facts *facts, const struct lac_ingest_codes *codes,
                                      const struct lac_ingest_about *about, struct lac_arena *arena,
                                      struct lac_error *err) LAC_CHECKED;
/* Adds a row when all rules of its own have been tried. Keeps nothing of it. O(1). */
void lac_ingest_facts_add(struct lac_ingest_facts *facts, const struct lac_ingest_row *row);

#endif
