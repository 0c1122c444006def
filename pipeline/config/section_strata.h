/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_CONFIG_SECTION_STRATA_H
#define LAC_CONFIG_SECTION_STRATA_H
/* Section `strata`: windows, geographies and strata of the histories. */
#include "config/schema.h"

struct lac_strata_settings {
    struct lac_strings geographies; /* nation, region; default both */
    struct lac_strings windows; /* year: the run period; quarter: each quarter of it; rolling: twelve months
                                   from each; default year */
    struct lac_strings populations; /* victims, suspects, groups; default victims */
    struct lac_strings by;          /* sex, age_band; default none */
    struct lac_strings
        age_bands; /* first ages of all bands but the lowest, ascending; default 10, 13, 16, 18 */
    bool impute;   /* missing sex, age band and force are drawn in every drawn linkage; default yes */
};

/* First age of a band as written in `age_bands`; -1 when it is none (1 to 120). */
int32_t lac_strata_age(const char *text);

extern const struct lac_config_schema lac_strata_schema;

#endif
