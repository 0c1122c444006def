/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_LINK_ALSO_H
#define LAC_LINK_ALSO_H
/*
 * Names by which a record is also known. A record then holds a set of values of a field, its own first, and
 * two records compare as the best of all comparisons between their sets. Sets are few: a record without one
 * has its own value alone and costs nothing.
 *
 * The best of k comparisons reaches a level more easily than one, in matches and by chance. With U_l the
 * chance that one comparison of different persons reaches level l or better, and M_l that of one person:
 *
 *   U'_l = 1 - (1 - U_l)^k                   k chances
 *   M'_l = 1 - (1 - M_l) (1 - U_l)^(k - 1)   one of the k is the same name as in any match, the others chance
 *
 * and u'_l = U'_l - U'_(next better level), m' likewise. Without this, a person with many aliases would be
 * drawn to everybody. Forenames and surnames have a set each: who goes by two forenames may be written down
 * with either surname. Exchanged names are a comparison of the records' own names and are not corrected.
 *
 * Sets are bounded: a record keeps LAC_LINK_ALSO values of a field, its own and then the others in the order
 * in which they come; what is left out is counted.
 */
#include "link.h"

#define LAC_LINK_ALSO 16

struct lac_link_also {
    uint32_t *of;    /* n: number of the record's set, or LAC_LINK_NULL */
    uint32_t *first; /* sets + 1 starts into value */
    uint32_t *value;
    uint32_t sets;
    size_t capacity[2]; /* of first, of value */
    uint64_t dropped;
};

/* Adds a value of a record to a field of kind LAC_LINK_NAME. The record's own value is set before; without
 * one, this is its own. Records come in ascending order, before lac_link_data_prepare(). O(length +
 * LAC_LINK_ALSO). */
enum lac_status lac_link_also_add(struct lac_link_data *data, size_t field, uint32_t record, const char *text,
                                  struct lac_error *err) LAC_CHECKED;
void lac_link_also_release(struct lac_link_field *field);

/* Values of a record: *values points at them, the record's own first. 0 when the field is missing. */
uint32_t lac_link_also_values(const struct lac_link_field *field, uint32_t record, const uint32_t **values);
/* Comparisons between the values of two records: 1 without sets. */
uint32_t lac_link_also_tries(const struct lac_link_field *field, uint32_t left, uint32_t right);
/* Value that both have, the one with the smallest share[] if there are several; of records that agree. */
uint32_t lac_link_also_agreed(const struct lac_link_field *field, uint32_t left, uint32_t right,
                              const double *share);

/* Patterns keep the number of comparisons in classes: 1, 2, 3 to 4, more. */
#define LAC_LINK_TRIES 4
static inline unsigned lac_link_tries_class(uint32_t tries)
{
    return tries <= 1 ? 0 : tries == 2 ? 1 : tries <= 4 ? 2 : 3;
}
static inline unsigned lac_link_tries_of(const struct lac_link_field *field, uint32_t pattern)
{
    return field->also ? pattern >> field->tries_shift & (LAC_LINK_TRIES - 1) : 0;
}
/* What a class stands for where only the pattern is known. */
extern const double lac_link_tries_typical[LAC_LINK_TRIES];

/* m and u of the best of `tries` comparisons at every level of a name. */
struct lac_link_best {
    double m[LAC_LINK_LEVELS], u[LAC_LINK_LEVELS];
};
void lac_link_best_of(const double *m, const double *u, double tries, struct lac_link_best *best);

#endif
