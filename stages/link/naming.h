/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_LINK_NAMING_H
#define LAC_LINK_NAMING_H
/*
 * Person identifiers that stay from run to run, and the ledger of what became of the persons of an earlier
 * run.
 *
 * A person new to the ledger is named "V-" or "S-" and the first 16 hexadecimal digits of the SHA-256 of what
 * its lowest record says: return_id, list, force, local reference, role, person reference, names and birth
 * date, and of a number where that name is taken. Rows have no part in it: the same return with its rows in
 * another order gives the same names. Lowest is by return_id, then by a hash of these fields, then by one of
 * all fields.
 *
 * With an earlier run: a record is the same if return and these fields are, else if return and row are, else
 * if these fields are (a new version of a return), of several alike the k-th by contents the k-th. A person
 * keeps the name of the earlier person it shares most records with, an earlier name goes to the person that
 * shares most of its records: pairs of both are taken by records shared, most first, ties by earlier name,
 * then by lowest record. Records are compared by 64-bit hashes. O(n log n).
 */
#include "population.h"

#define LAC_LINK_ID 20

/* person_of[row] and population_of[row] for every row of `records` (LAC_MISSING_U32, LAC_LINK_POPULATIONS
 * where it takes no part). */
struct lac_link_assignment {
    uint32_t *person;
    uint8_t *population;
    size_t rows;
    uint32_t persons;
};
struct lac_link_before { /* tables of an earlier run */
    const struct lac_table *records, *persons;
};
struct lac_link_names {
    char (*id)[LAC_LINK_ID]; /* per person */
};
/* Names all persons; with `before` also appends its rows to `ledger`, sorted by event and names. */
enum lac_status lac_link_names_make(const struct lac_table *records, const struct lac_table *returns,
                                    const struct lac_link_assignment *assignment,
                                    const struct lac_link_before *before, struct lac_link_names *names,
                                    struct lac_table *ledger, struct lac_error *err) LAC_CHECKED;
void lac_link_names_release(struct lac_link_names *names);

#endif
