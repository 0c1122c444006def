/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_LINK_EM_H
#define LAC_LINK_EM_H
/*
 * m probabilities by EM on counts of comparison patterns (Fellegi & Sunter 1969; Winkler 1988), u held fixed.
 *
 * One training rule at a time: the pairs that agree on the rule, its own fields left out. Non-matches inside
 * a block are not random pairs, so the share of matches lambda_r belongs to the rule and is thrown away.
 *
 *   E: z_g = lambda_r prod m / (lambda_r prod m + (1 - lambda_r) prod u), missing fields left out
 *   M: lambda_r = (sum n_g z_g + 1) / (sum n_g + 2)
 *      m_kl = (sum_{g_k = l} n_g z_g + A a_kl) / (sum_{g_k known} n_g z_g + A)
 *
 * Two random persons are not the only kind of non-match. Members of one household share surname and address,
 * twins the birth date too. They are classes of their own: the fields they share have the m of a match, the
 * others u. With shares eta and tau in the block the denominator gains eta prod_H m prod_rest u + tau prod_T
 * m prod_rest u. A class whose fields the rule uses up is left out. Where the rule uses up either the
 * household's fields or the birth date, twins are what is left of its members: all of the data's twins, as
 * many as the model has found so far, are among the rule's pairs, unless the rule also asks for the forename,
 * which twins do not share. Without them a rule of surname and birth date would take twins for matches and
 * teach that true pairs differ in forename.
 *
 * a_kl is the kind's default m and A = LAC_LINK_PRIOR_PAIRS: the default counts as much as that many matched
 * pairs. It decides where data are few and is lost where they are many.
 */
#include "also.h"

#define LAC_LINK_PRIOR_PAIRS 10.0
/* Twins per pair of household members, before data: about 1 maternity in 65 is of twins (England and Wales).
 * It counts as much as LAC_LINK_PRIOR_PAIRS pairs of twins: twins are told from true pairs whose forenames
 * differ by sex and references alone, which takes some pairs. */
#define LAC_LINK_TWINS 0.02
#define LAC_LINK_TWIN_PAIRS 1.0 /* pairs of twins the default counts as much as */
#define LAC_LINK_TWINS_MOST 0.2 /* of a rule's pairs */
#define LAC_LINK_EM_TOLERANCE 1e-5
#define LAC_LINK_EM_ITERATIONS 500

/* Distinct patterns by pair of lists, ascending, with their numbers of pairs. */
struct lac_link_counts {
    uint32_t *lists, *pattern;
    uint64_t *pairs;
    size_t count;
};
/* Of the pairs whose mask has a bit in common with `mask`; UINT32_MAX counts all, those without a rule too.
 */
enum lac_status lac_link_counts_make(const struct lac_link_data *data, const struct lac_link_pairs *pairs,
                                     uint32_t mask, struct lac_link_counts *counts,
                                     struct lac_error *err) LAC_CHECKED;
void lac_link_counts_release(struct lac_link_counts *counts);

typedef double lac_link_table[LAC_LINK_FIELDS][LAC_LINK_LEVELS]; /* [field][level], level 0 unused */

struct lac_link_em {
    double twins_per_household, twin_pairs; /* given: see above */
    double lambda, household, twins;        /* shares among the rule's pairs */
    double matches;                         /* expected matches among the rule's pairs */
    lac_link_table expected; /* expected matched pairs per level, of the fields that were left in */
    int iterations;
    bool converged;
};
/* u held fixed: a table for every pair of lists (data->lists), and one for all of them. */
struct lac_link_u {
    const lac_link_table *lists;
    const double (*all)[LAC_LINK_LEVELS];
    const double (*lift)[LAC_LINK_FIELDS]; /* of fields that different persons agree on together, or NULL */
};
/* `fields`: bit f set when field f takes part. m: in the start, out the result; one for all lists, and of one
 * comparison: names compared several times (also.h) weigh in the E step by the best of them, with u of all
 * lists in the correction, and teach nothing about m. O(iterations * patterns * fields). */
enum lac_status lac_link_em(const struct lac_link_data *data, const struct lac_link_counts *counts,
                            uint32_t fields, struct lac_link_u u, lac_link_table m,
                            struct lac_link_em *em) LAC_CHECKED;
/* Masks of the fields that members of a household, and twins, share; 0 when there is no such class. When the
 * birth date is not among `fields` there are no household members: the pairs agree on it, and those hardly
 * ever do. */
void lac_link_classes(const struct lac_link_data *data, uint32_t fields, uint32_t *household,
                      uint32_t *twins);
/* Logarithm (natural) of what a pattern's agreements among the fields of a mask come together more often in
 * different persons than apart (depend.h): sum of lift[f][g] over exact ones. lift NULL: 0. */
double lac_link_lift_of(const struct lac_link_data *data, const double (*lift)[LAC_LINK_FIELDS],
                        uint32_t fields, uint32_t pattern);
/* m from expected counts and the default. */
void lac_link_m_update(const struct lac_link_field *field, const double *expected, double *m);

#endif
