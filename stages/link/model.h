/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_LINK_MODEL_H
#define LAC_LINK_MODEL_H
/*
 * The Fellegi-Sunter model: u exact from value tables with the expected matches taken out, m by EM over
 * several training rules (expected counts added up over the rules that left the field in), the prior from
 * near-certain pairs.
 *
 *   u_l = (t_l - lambda m_l) / (1 - lambda), at least half a pair
 *   lambda = near-certain pairs / prior_recall / comparable pairs; with prior_recall 0 the share of matches
 * among all comparable pairs that fits the candidates' patterns best, m and u held fixed
 *
 * Both for every pair of lists, shrunk towards what all lists say together (lists.h); m is one for all.
 *
 * The shares of household members and twins among random pairs are fitted to the candidate pairs' patterns by
 * the same mixture (em.h): random pairs outside the candidates share neither name nor address.
 *
 * Guards. A training rule whose share of matches falls outside 0.01 to 0.99 is set aside. A name or date that
 * is known in at least LAC_LINK_LARGE records and that no rule could train, or whose m at the exact level is
 * not above u, is LAC_REFUSED. Any other such field is left out of scoring and marked. In smaller data an
 * untrained field keeps the default m and is marked.
 */
#include "block.h"
#include "em.h"
#include "rates.h"

#define LAC_LINK_LARGE 5000
#define LAC_LINK_TRAINED 1.0 /* expected matches below which a field counts as untrained */

enum lac_link_training {
    LAC_LINK_BY_EM,
    LAC_LINK_BY_DEFAULT, /* too few pairs: the default m stands */
    LAC_LINK_LEFT_OUT    /* carries nothing or the wrong way: not scored */
};
struct lac_link_prior {                 /* of a pair of lists */
    double comparable, matches, lambda; /* pairs, expected matches among them, the prior */
};
struct lac_link_joint { /* of two fields: pairs with both known, pairs equal in both (depend.h) */
    double known, equal;
    bool counted;
};
struct lac_link_model {
    lac_link_table m, u; /* u and rate of all lists together */
    struct lac_link_rates rate[LAC_LINK_FIELDS];
    double trained[LAC_LINK_FIELDS]; /* expected matched pairs behind m */
    enum lac_link_training training[LAC_LINK_FIELDS];
    double lambda, comparable, certain; /* prior, comparable pairs, near-certain pairs */
    double household, twins; /* share of random pairs that share a household, and a birth date besides */
    double lift[LAC_LINK_FIELDS][LAC_LINK_FIELDS]; /* natural logarithms, 0 for fields apart (depend.h) */
    struct lac_link_joint joint[LAC_LINK_FIELDS][LAC_LINK_FIELDS];
    uint32_t lists;                    /* pairs of lists told apart (data->lists) */
    struct lac_link_prior *prior;      /* lists */
    lac_link_table *u_lists;           /* lists */
    struct lac_link_rates *rate_lists; /* lists * LAC_LINK_FIELDS */
};
void lac_link_model_release(struct lac_link_model *model);
struct lac_link_training_rule {
    struct lac_link_rule rule;
    uint64_t pairs;
    double lambda;
    int iterations;
    bool used, converged;
};
/* Candidate pairs with patterns, the rules behind their masks, and the rules to train by. */
struct lac_link_candidates {
    const struct lac_link_pairs *pairs;
    const struct lac_link_rule *rule;
    size_t rules;
    struct lac_link_training_rule *training;
    size_t trainings;
};
struct lac_link_model_options {
    double prior_recall; /* 0: the prior is fitted to the candidates' patterns */
    struct lac_link_block_options block;
};

/* Trains the model; the training rules are marked as used or not. The caller releases the model, also after
 * failure. */
enum lac_status lac_link_model_train(const struct lac_link_data *data,
                                     const struct lac_link_candidates *candidates,
                                     const struct lac_link_model_options *options,
                                     struct lac_link_model *model, struct lac_error *err) LAC_CHECKED;

#endif
