/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_SIMULATE_ROWS_H
#define LAC_SIMULATE_ROWS_H
/*
 * From captures to rows of returns: events, duplicates, second forces, and the noise of recording.
 *
 * Pure. Each row has its own stream, keyed by victim, list, event, copy and person. Rows come out sorted by
 * agency, quarter, recorded day, victim, event, copy and person: a total order.
 */
#include "nation.h"

/* The national layout, version 1, in its order. */
/* clang-format off */
#define LAC_SIMULATE_COLUMNS(X) \
    X(local_ref) X(person_ref) X(role) X(forename) X(surname) X(aliases) X(dob) X(age) X(sex) X(ethnicity) \
    X(ethnicity_frame) X(ethnicity_source) X(nationality) X(postcode) X(lad) X(offence_from) X(offence_to) \
    X(recorded_date) X(offence_code) X(criterion) X(cse_flag) X(image_only) X(online_flag) X(n_suspects) \
    X(n_suspects_unidentified) X(n_victims) X(group_ref) X(operation) X(status) X(basis) X(referral_source) \
    X(national_ref) X(transfer_force) X(transfer_ref)
/* clang-format on */
enum lac_simulate_column {
#define LAC_SIMULATE_ENUM(name) LAC_RETURN_##name,
    LAC_SIMULATE_COLUMNS(LAC_SIMULATE_ENUM)
#undef LAC_SIMULATE_ENUM
        LAC_RETURN_COLUMNS
};
extern const char *const lac_simulate_column_names[LAC_RETURN_COLUMNS];

struct lac_simulate_agency {
    const char *name, *slug; /* slug: unique within the list, for file names */
    uint32_t list;
    int force; /* index, or -1: wider than one force */
};
enum lac_simulate_copy { LAC_COPY_FIRST, LAC_COPY_DUPLICATE, LAC_COPY_OTHER_FORCE, LAC_COPY_COUNT };

struct lac_simulate_row {
    const char *field[LAC_RETURN_COLUMNS]; /* never NULL once drawn */
    uint32_t person, victim, agency, list;
    int32_t from, to, recorded;   /* as written; LAC_DATE_NONE where empty */
    uint8_t quarter, event, copy; /* quarter 0 to 3 */
    bool evidence;                /* the list saw the person: a live or transferred case, not at risk only */
    bool unusable;                /* a defect was put in that makes a checker set the row aside */
};
struct lac_simulate_rows {
    struct lac_simulate_agency *agency;
    size_t agencies;
    uint32_t first_agency[LAC_SIMULATE_LISTS];
    struct lac_simulate_row *row; /* malloc'd */
    size_t rows, capacity;
};

enum lac_status lac_simulate_rows_draw(const struct lac_simulate_nation *nation,
                                       struct lac_simulate_rows *rows, struct lac_error *err) LAC_CHECKED;
void lac_simulate_rows_release(struct lac_simulate_rows *rows);

/* --- shared by rows.c and noise.c --- */

/* One recorded crime or contact: what its rows have in common. */
struct lac_simulate_crime {
    const struct lac_simulate_person *victim;
    uint32_t victim_index, list, agency, event, copy;
    int32_t from, to, recorded;
    const char *ref, *status, *transfer_force, *transfer_ref;
};
/* Fills the fields that depend on the person: names, birth, sex, home, ethnicity, references, with noise.
 * LAC_NOMEM only. */
enum lac_status lac_simulate_person_fill(const struct lac_simulate_nation *nation,
                                         const struct lac_simulate_crime *crime, uint32_t person,
                                         struct lac_simulate_row *row, struct lac_error *err) LAC_CHECKED;
/* Copy with one letter replaced, left out, doubled or exchanged with its neighbour; NULL when memory is out.
 */
const char *lac_simulate_typo(struct lac_arena *arena, const char *text, struct lac_random *random);
/* n -> a number below 10^8, one to one: references that say nothing about the order of persons. */
uint32_t lac_simulate_scramble(uint64_t n);

#endif
