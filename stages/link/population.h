/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_LINK_POPULATION_H
#define LAC_LINK_POPULATION_H
/*
 * The records of one population as a data set: forename, surname, dob, postcode, sex, ethnicity, person_ref
 * and national_ref of the table `records`.
 *
 * Other names (`aliases`) are further values of forename and surname (also.h). In one of several words the
 * surname is the longest ending that is some record's own surname, else the last word.
 *
 * Local references compare inside one force, list and agency alone, national ones inside their kind,
 * ethnicity inside one frame and source; free text ethnicity does not compare. A record with no name, no
 * birth date and no reference cannot be linked: it is a person of its own. Records stand in the order of
 * contents.h, whatever the order of rows.
 */
#include "link.h"

struct lac_link_population {
    const char *name;             /* "victims" or "suspects" */
    char prefix;                  /* of person ids: V or S */
    struct lac_link_data data;    /* the records that can be linked */
    uint32_t *record;             /* data.n rows of `records`, in the order of contents.h */
    uint32_t *source, *region;    /* per record: its list and its force, numbered in order of their codes */
    const char **source_name;     /* codes of the lists, text of the table */
    uint32_t *alone, alone_count; /* rows that cannot be linked, in the same order */
};
enum lac_link_population_id { LAC_LINK_VICTIMS, LAC_LINK_SUSPECTS, LAC_LINK_POPULATIONS };

/* Population of a role, or LAC_LINK_POPULATIONS for an unknown one. */
enum lac_link_population_id lac_link_population_of(const char *role);
/* Makes the (unprepared) data set. Field names are static. Release after failure too. */
enum lac_status lac_link_population_make(const struct lac_table *records, const struct lac_table *returns,
                                         enum lac_link_population_id id,
                                         struct lac_link_population *population,
                                         struct lac_error *err) LAC_CHECKED;
void lac_link_population_release(struct lac_link_population *population);

#endif
