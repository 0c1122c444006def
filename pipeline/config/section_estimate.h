/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_CONFIG_SECTION_ESTIMATE_H
#define LAC_CONFIG_SECTION_ESTIMATE_H
/* Section `estimate`: method, interval and gates. */
#include "config/schema.h"

struct lac_gate_settings {
    int64_t overlap_minimum;       /* persons on a list and any other, per list, default 10 */
    double unseen_ratio_maximum;   /* unseen / seen, default 10 */
    double failed_share_maximum;   /* share of failed replicates, default 0.2 */
    double interval_ratio_maximum; /* upper / lower, default 5 */
    double list_out_ratio_maximum; /* by which leaving one list out changes the estimate, default 3 */
    double linkage_minimum; /* precision and recall of the linkage where pairs were judged, default 0.9 */
};
struct lac_estimate_settings {
    const char *method;    /* national or another method of the contract that gives one estimate per table */
    int64_t bootstrap;     /* replicates, default 1000 */
    double level;          /* default 0.95 */
    int64_t order;         /* highest interaction order of the models, 2 or 0 for all, default 0 */
    int64_t keep;          /* models averaged, best first, default 200 */
    int64_t linkage_draws; /* drawn linkages the replicates come from, default 100 */
    double residual_dependence; /* national: standard deviation of log unseen for dependence no model sees,
                                   0.35 */
    int64_t sensitivity_replicates;       /* of each sensitivity run, default 400 */
    struct lac_strings independent_lists; /* two lists believed independent given the force; default none */
    struct lac_strings variants;          /* main, own, low, high; default all */
    struct lac_gate_settings gates;
};

extern const struct lac_config_schema lac_estimate_schema;

#endif
