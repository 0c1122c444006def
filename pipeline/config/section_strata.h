/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_CONFIG_SECTION_STRATA_H
#define LAC_CONFIG_SECTION_STRATA_H
/* Section `strata`: windows and geographies of the histories. */
#include "config/schema.h"

struct lac_strata_settings {
    struct lac_strings geographies; /* nation, region; default both */
    struct lac_strings windows; /* year: the run period; quarter: each quarter of it; rolling: twelve months
                                   from each; default year */
    struct lac_strings populations; /* victims, suspects, groups; default victims */
};

extern const struct lac_config_schema lac_strata_schema;

#endif
