/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_LINK_LISTS_H
#define LAC_LINK_LISTS_H
/*
 * What a model says of every pair of lists, a list with itself included: how often random records agree, and
 * how many pairs are matches. Names and places differ by list, and a list that sees a person again and again
 * has another share of matches inside itself than with another list.
 *
 * u of a level, with N pairs of records and M = lambda N matches among them, out of t N pairs at the level:
 *
 *   u_l = (t_l N - m_l M + A_l) / (N - M + A_l / U_l)        A_l = LAC_LINK_PRIOR_PAIRS + m_l M
 *
 * U_l is the rate of all lists together (model.h). The matches that are taken out are known through the model
 * alone, so that the rate of all lists counts as much as them and as LAC_LINK_PRIOR_PAIRS pairs besides.
 * Where agreement is nearly all of matches (birth dates, full postcodes) the lists share one rate, where it
 * is not (sex, names, areas) each pair has its own.
 *
 * The prior, with M expected matches among N comparable pairs: y = ln((M + 1/2) / N), whose variance is about
 * v = 1 / (M + 1), and
 *
 *   ln lambda = (y / v + mu / tau2) / (1 / v + 1 / tau2)
 *
 * the posterior mean when the rates of the pairs of lists are log-normal about mu with variance tau2. Both
 * are estimated from the pairs of lists themselves (random effects, DerSimonian & Laird 1986), so that lists
 * that differ little share nearly one rate and lists that differ much keep their own, once they have matches
 * to know it by. Pairs between lists and pairs inside lists are two families: one is overlap and the other
 * repetition. Where records of one list are never one person the prior inside it is 0.
 */
#include "model.h"

/* Priors from the expected matches of every pair of lists, and lambda of all. model->prior has `comparable`.
 */
void lac_link_priors_set(const struct lac_link_data *data, const double *matches,
                         struct lac_link_model *model);
/* u of every pair of lists from their rates; model->u is that of all. */
void lac_link_u_by_lists(const struct lac_link_data *data, struct lac_link_model *model);
/* "PF-LA", "PF-PF", or "all" where there is one class; `-` stands for no list. */
void lac_link_lists_name(const struct lac_link_data *data, uint32_t lists, char *name, size_t size);
/* The two lists of a class; a <= b. */
void lac_link_lists_split(uint32_t lists, uint32_t *a, uint32_t *b);

#endif
