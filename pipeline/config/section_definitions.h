/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_CONFIG_SECTION_DEFINITIONS_H
#define LAC_CONFIG_SECTION_DEFINITIONS_H
/* Section `definitions`: which case definitions apply. */
#include "config/schema.h"

struct lac_definitions_settings {
    struct lac_config_paths files;  /* definition files, required */
    const char *headline;           /* identifier of the headline definition, required */
    int64_t scope_sample;           /* singletons a list to be judged (clerical/scope.csv), default 100 */
    struct lac_config_paths judged; /* judged scope files */
};

extern const struct lac_config_schema lac_definitions_schema;

#endif
