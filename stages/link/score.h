/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_LINK_SCORE_H
#define LAC_LINK_SCORE_H
/*
 * Weight of a pair: w = log2(lambda / (1 - lambda)) + sum log2(m / u), plus at the exact level of a field
 * with term frequencies log2 u_exact - log2 max(tf, u_min): names that many persons bear weigh less, rare
 * ones more. p = 1 / (1 + 2^-w). Everything in log2; no probabilities are multiplied.
 *
 * Prior and u are those of the pair of lists the records come from (lists.h).
 *
 * Agreement of household members (surname, address) and of twins is bounded by how common these are: with S_H
 * the sum over the fields a household shares and S_D that over dates, the non-match side is 1 - eta - tau +
 * eta 2^S_H + tau 2^(S_H + S_D) instead of 1, and its log2 is taken off w.
 */
#include "model.h"

/* Term frequencies over persons: log2 of the share of persons that bear value v of field f; NULL where
 * unused. */
struct lac_link_terms {
    double *log2_share[LAC_LINK_FIELDS];
};
/* `person`: number of every record; NULL takes every record as a person. */
enum lac_status lac_link_terms_make(const struct lac_link_data *data, const struct lac_link_model *model,
                                    const uint32_t *person, struct lac_link_terms *terms,
                                    struct lac_error *err) LAC_CHECKED;
void lac_link_terms_release(struct lac_link_terms *terms);

/* What a pair of lists has of its own. */
struct lac_link_list_scores {
    double prior;                                    /* log2 odds */
    double weight[LAC_LINK_FIELDS][LAC_LINK_LEVELS]; /* log2(m / u), 0 for missing and fields left out */
    double log2_u[LAC_LINK_FIELDS];                  /* of the exact level */
};
/* A model and term frequencies made ready for scoring. */
struct lac_link_scorer {
    const struct lac_link_data *data;
    const struct lac_link_model *model;
    const struct lac_link_terms *terms;
    struct lac_link_list_scores *lists; /* data->lists */
    uint32_t in_household, in_twins;    /* masks of the fields */
    uint32_t lifted;                    /* fields that depend on others (depend.h) */
    double household, twins;            /* eta and tau */
    bool scored[LAC_LINK_FIELDS];
};
/* The caller releases, also after failure. */
enum lac_status lac_link_scorer_make(const struct lac_link_data *data, const struct lac_link_model *model,
                                     const struct lac_link_terms *terms, struct lac_link_scorer *scorer,
                                     struct lac_error *err) LAC_CHECKED;
void lac_link_scorer_release(struct lac_link_scorer *scorer);
/* What a field adds to the weight of two records: log2(m / u) of the level, of the best comparison where
 * there are several (also.h), and the term frequency of the value agreed on. */
struct lac_link_part {
    double m, u, weight, term;
    uint32_t tries;
};
struct lac_link_part lac_link_score_part(const struct lac_link_scorer *scorer, const uint32_t record[2],
                                         size_t field, unsigned level);
/* What agreements that come together by chance take off the weight (depend.h), in bits. */
double lac_link_score_lift(const struct lac_link_scorer *scorer, uint32_t pattern);
/* Weight of two records with a pattern, left < right. */
double lac_link_score(const struct lac_link_scorer *scorer, uint32_t left, uint32_t right, uint32_t pattern);
double lac_link_probability(double weight);
/* weight[i] of every pair, in parallel. */
void lac_link_score_pairs(const struct lac_link_scorer *scorer, const struct lac_link_pairs *pairs,
                          double *weight);

#endif
