/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_CONFIG_SECTION_LINK_H
#define LAC_CONFIG_SECTION_LINK_H
/* Section `link`: how records become persons. See stages/link/README.md. */
#include "config/schema.h"

struct lac_link_settings {
    struct lac_string_lists blocking; /* blocking rules, each a list of keys; or auto */
    struct lac_string_lists training; /* rules for EM training; empty: a default set */
    double threshold;                 /* pairs below this probability are not kept, default 0.01 */
    double
        prior_recall; /* assumed recall of the near-certain rules behind the prior; 0, the default: fitted */
    double unscored_weight; /* log2 odds of an unscored pair inside a component, default -1 */
    int64_t pair_budget;    /* refuse above this number of candidate pairs, default 200000000 */
    int64_t block_maximum;  /* largest block compared whole, default 5000 */
    double label_error; /* relative standard error of N that pairs.csv is sized for, default 0.005; 0: none */
    int64_t label_count;              /* pairs to be judged by population, in place of that; default 0 */
    struct lac_config_paths judged;   /* clerical files with answers */
    struct lac_config_path previous;  /* run folder whose person ids are kept, optional */
    int64_t draws;                    /* whole linkages drawn, default 100 */
    struct lac_config_path nicknames; /* nickname table, optional */
};

extern const struct lac_config_schema lac_link_schema;

#endif
