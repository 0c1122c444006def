/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_LINK_ENGINE_H
#define LAC_LINK_ENGINE_H
/*
 * The whole linkage of one population: block, compare, train, score, complete components, cluster, count term
 * frequencies over the persons found, score and cluster again, calibrate by judged pairs, draw, estimate
 * errors.
 *
 * Pure: a prepared data set and settings in, a result out. The same bytes at any number of threads.
 * Memory: blocking (block.h), then 24 bytes and a bit per pair, 12 per record, 4 per component, and one
 * component's matrix per thread.
 */
#include "auto_rules.h"
#include "cluster.h"
#include "calibrate.h"
#include "misses.h"
#include "model.h"
#include "score.h"
#include "weights.h"

struct lac_link_options {
    const struct lac_link_rule *blocking; /* none: chosen from block sizes */
    size_t blocking_rules;
    const struct lac_link_rule *training; /* none: chosen */
    size_t training_rules;
    double threshold;       /* pairs between persons below this probability are not kept in the result */
    double prior_recall;    /* share of true pairs that are near-certain ones; 0: the prior is fitted */
    double operating_point; /* match probability from which a pair speaks for one person; 0 means 0.5 */
    double unscored_weight; /* log2 odds of a pair inside a component that was not scored */
    uint64_t pair_budget;
    size_t block_maximum;
    bool weights;                  /* count all scored pairs by weight */
    bool in_context;               /* probabilities of pairs in the light of the persons found (context.h) */
    struct lac_link_labels labels; /* judged pairs, sorted */
    double label_error;            /* relative standard error the sample to be judged is for; 0: none */
    uint32_t label_count;          /* or its size, judged pairs included; 0: not given */
    uint32_t draws, seed;          /* whole linkages to draw; 0: none */
    /* Told when a step begins: block, compare, train, persons, persons again, errors, draws. NULL: nobody
     * asks. */
    void (*step)(void *context, const char *name);
    void *context;
};

struct lac_link_errors {
    double links;             /* scored pairs inside a person */
    double false_links;       /* expected among them */
    double missed_scored;     /* expected true pairs among scored pairs between persons */
    double precision, recall; /* expected; recall counts blocking misses where they are known */
};
struct lac_link_result {
    struct lac_link_rule rule[LAC_LINK_RULES];
    struct lac_link_rule_count rule_count[LAC_LINK_RULES];
    size_t rules;
    struct lac_link_training_rule training[LAC_LINK_RULES];
    size_t trainings;
    uint64_t candidates, completed; /* pairs from rules; pairs added inside components */
    struct lac_link_model model;
    struct lac_link_terms terms; /* of the last scoring */
    double threshold;
    struct lac_link_pairs
        pairs; /* at or above the threshold or inside a person, sorted; mask 0: added inside a component */
    double *weight;   /* of the kept pairs */
    double *by_model; /* the same before calibration; NULL when nothing was judged */
    uint32_t *person; /* per record */
    struct lac_link_cluster_report clusters;
    struct lac_link_misses misses;
    struct lac_link_errors errors;
    struct lac_link_weights weights; /* all zero unless asked for */
    struct lac_link_calibration calibration;
    struct lac_link_drawn drawn;
};
enum lac_status lac_link_run(const struct lac_link_data *data, const struct lac_link_options *options,
                             struct lac_link_result *result, struct lac_error *err) LAC_CHECKED;
void lac_link_result_release(struct lac_link_result *result);

#endif
