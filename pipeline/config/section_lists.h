/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_CONFIG_SECTION_LISTS_H
#define LAC_CONFIG_SECTION_LISTS_H
/* Section `lists`: a mapping LIST CODE -> which agency lists form a capture list. */
#include "config/schema.h"

/* e.g. PF: {name: Police, from: [PF, NCA]} merges NCA into PF. */
struct lac_list_settings {
    const char *code;                /* the mapping key: the capture list */
    const char *name;                /* for readers; default: the code */
    struct lac_strings from;         /* list codes of returns that make it; empty: its own code */
    struct lac_strings derived_from; /* lists whose referrals feed it; reported */
};

extern const struct lac_config_schema lac_lists_schema;

#endif
