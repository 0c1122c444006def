/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_LINK_DEPEND_H
#define LAC_LINK_DEPEND_H
/*
 * Fields on which different persons agree together more often than each alone says: a forename tells the sex,
 * and names keep company. With T pairs of records that are equal in fields f and g, of N with both known, and
 * M = lambda N m_f m_g matches among them,
 *
 *   lift_fg = (T - M + A) / (E + A)        E = N u_f u_g, A = LAC_LINK_PRIOR_PAIRS
 *
 * is how much more often persons agree on both than by chance (u of all lists, exact level), a log-linear
 * term of the model of different persons. T is counted, on about LAC_LINK_DEPEND records at most, drawn by a
 * hash of their number, so it needs no model, but M does: a lift is taken only where E >= M, so that
 * an error of M cannot pass for dependence. Where agreement on both is mostly of matches the fields stay
 * independent. Fields that compare in a scope, and surname, address and birth date with each other (household
 * members and twins, em.h), are left to their own.
 */
#include "model.h"

#define LAC_LINK_DEPEND 65536

/* Makes model->lift from m, u and lambda. Joint counts are made when first needed and kept in the model. O(n
 * log n) for each pair of fields that qualifies. */
enum lac_status lac_link_lifts_make(const struct lac_link_data *data, struct lac_link_model *model,
                                    struct lac_error *err) LAC_CHECKED;

#endif
