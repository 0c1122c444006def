/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_ESTIMATE_TABLE_FREQUENCIES_H
#define LAC_ESTIMATE_TABLE_FREQUENCIES_H
/*
 * Tables that tell only how many persons were caught k times (`ncaptures,count`), of K occasions or lists.
 *
 * Methods whose model depends on a history only through |w| = k need no more: `m0`, `mh-*` and `chao`. They
 * run on a history table with f_k / C(K,k) persons in every history of k lists, which has the same sufficient
 * statistics: same estimate, standard error and deviance. The likelihood is that of the K frequencies:
 *
 *     l = l(spread) + sum f_k log C(K,k) + sum over w of lgamma(n_w + 1) - sum over k of lgamma(f_k + 1)
 */
#include "method.h"
#include "table_read.h"

/* Sets K of a table with frequencies: `lists`, or the largest number of captures when it is 0. LAC_USAGE when
 * the table has histories and `lists` is given, or when persons were caught more often than `lists`;
 * LAC_INPUT when K is not 2 to 16. Must be called after reading, whatever the form. */
enum lac_status lac_estimate_table_occasions(struct lac_estimate_table *table, int lists,
                                             struct lac_error *err) LAC_CHECKED;

/* Persons caught k times, k = 0 to `lists` (index 0 is 0), in the rows of a stratum (`number` NULL: all). */
void lac_estimate_table_captured(const struct lac_estimate_table *table, const int *number, int part,
                                 double f[LAC_ESTIMATE_TABLE_LISTS + 1]);
/* Spreads them over the 2^K cells of `count`. */
void lac_frequencies_spread(int lists, const double *f, double *count);
/* What is added to the log-likelihood of the spread table. */
double lac_frequencies_constant(int lists, const double *f);

/* Whether frequencies are enough for a method. */
bool lac_estimate_method_frequencies(const struct lac_estimate_method *method);

#endif
