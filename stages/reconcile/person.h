/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_RECONCILE_PERSON_H
#define LAC_RECONCILE_PERSON_H
/*
 * One person from many records.
 *
 * Precedence of a record: its capture list in the order of the configuration, then the latest recorded date,
 * then what it says (row.h). Sex is that of the first record that knows it. The birth day starts from the
 * most precise date of birth (ties by precedence) and is narrowed, in order of precedence, by every other
 * date of birth and recorded age that does not contradict it. A field is in conflict when two records
 * contradict each other; conflicts are counted, never hidden. Only evidence rows take part.
 */
#include "base/memory.h"
#include "base/status.h"
#include "facts.h"
#include "row.h"

/* Whose rows an index holds. Suspects whom no record names are involved, but not identified: nobody can tell
 * whether two of them are one person. */
enum lac_reconcile_whose { LAC_RECONCILE_OF_VICTIMS, LAC_RECONCILE_OF_INVOLVED, LAC_RECONCILE_OF_IDENTIFIED };

/* Evidence rows of one population by person, in order of precedence:
 * row[first[p]] .. row[first[p+1]-1] are indices of rows. */
struct lac_reconcile_index {
    size_t persons;
    size_t *first, *row;
};

/* Rows by another number than the person's. */
struct lac_reconcile_grouping {
    uint32_t *of_row; /* LAC_RECONCILE_NONE: the row is left out */
    size_t groups;
};

struct lac_reconcile_person {
    struct lac_reconcile_birth birth;
    char sex;          /* 0 when not known */
    uint8_t conflicts; /* of sex, date of birth, district */
};

/* Persons keep their numbers in `set`; one without a row has an empty range. O(n log n). */
enum lac_status lac_reconcile_index_build(const struct lac_reconcile_set *set, enum lac_reconcile_whose whose,
                                          struct lac_arena *arena, struct lac_reconcile_index *index,
                                          struct lac_error *err) LAC_CHECKED;
/* The same by another number. */
enum lac_status lac_reconcile_index_by(const struct lac_reconcile_set *set,
                                       const struct lac_reconcile_grouping *grouping, struct lac_arena *arena,
                                       struct lac_reconcile_index *index, struct lac_error *err) LAC_CHECKED;

/* What a record gives its person, and what it contradicts: sets of the fields. */
enum lac_reconcile_field {
    LAC_RECONCILE_BIRTH = 1,          /* the birth day starts from it */
    LAC_RECONCILE_BIRTH_NARROWED = 2, /* its date of birth or age narrows it */
    LAC_RECONCILE_SEX = 4,
    LAC_RECONCILE_DISTRICT = 8
};
struct lac_reconcile_source {
    uint8_t gives, contradicts;
};
/* Fills source[r] of every row r of the index; others stay as they are. */
void lac_reconcile_sources_find(const struct lac_reconcile_index *index, const struct lac_reconcile_row *row,
                                struct lac_reconcile_source *source);

/* Fills person[0 .. index->persons-1]. */
void lac_reconcile_persons_settle(const struct lac_reconcile_index *index,
                                  const struct lac_reconcile_row *row, struct lac_reconcile_person *person);

#endif
