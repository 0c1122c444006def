/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_LINK_RATES_H
#define LAC_LINK_RATES_H
/*
 * How often a random comparable pair of records reaches each level of a field: exact, from the table of
 * distinct values and their frequencies, with no sampling.
 *
 *   within a list     t_l = sum over value pairs a < b at level l of f_a f_b, plus C(f_v, 2) for equal ones,
 *                     over C(n, 2)
 *   between lists     t_l = sum over values a, b at level l of f_a g_b, equal ones included, over n_f n_g
 *
 * All pairs together are the sum over the pairs of lists that are comparable.
 *
 * Names and texts compare all pairs of distinct values, or the LAC_LINK_FREQUENT most frequent against all
 * where there are more than LAC_LINK_ALL_VALUES; what that leaves out counts as `else` and is at most the
 * squared share of the records with rarer values. Counts are integers, so the sums do not depend on threads.
 * Names exchanged are too rare to tell lists apart by: their rate is that of all records.
 */
#include "compare.h"

#define LAC_LINK_ALL_VALUES 20000
#define LAC_LINK_FREQUENT 5000

struct lac_link_rates {
    double t[LAC_LINK_LEVELS]; /* by level; t[0] unused */
    double pairs;              /* comparable pairs with both values known */
};
/* Of all comparable pairs into *rates, and of each pair of lists into lists[data->lists] unless that is NULL.
 * Memory: 4 bytes per value and list. */
enum lac_status lac_link_rates(const struct lac_link_data *data, size_t field, struct lac_link_rates *rates,
                               struct lac_link_rates *lists, struct lac_error *err) LAC_CHECKED;
/* Comparable pairs of records; of each pair of lists into lists[data->lists] unless that is NULL. */
double lac_link_comparable_pairs(const struct lac_link_data *data, double *lists);

#endif
