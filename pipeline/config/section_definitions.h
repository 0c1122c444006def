/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_CONFIG_SECTION_DEFINITIONS_H
#define LAC_CONFIG_SECTION_DEFINITIONS_H
/* Section `definitions`: which case definitions apply. */
#include "config/schema.h"

struct lac_definitions_settings {
    struct lac_config_paths files; /* definition files, required */
    const char *headline;          /* identifier of the headline definition, required */
};

extern const struct lac_config_schema lac_definitions_schema;

#endif
