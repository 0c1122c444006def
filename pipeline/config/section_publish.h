/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_CONFIG_SECTION_PUBLISH_H
#define LAC_CONFIG_SECTION_PUBLISH_H
/* Section `publish`: titles, disclosure control, earlier runs. */
#include "config/schema.h"

struct lac_publish_settings {
    const char *title;                 /* required */
    const char *organisation;          /* default "National taskforce" */
    struct lac_config_path disclosure; /* disclosure profile file, required */
    int64_t headline_rounding;         /* estimates are rounded to this multiple, default 100 */
    double low_reliability_ratio;      /* upper / lower above which an estimate is marked u, default 3 */
    bool provisional;                  /* marks the latest figures as provisional, default true */
    struct lac_config_paths previous;  /* earlier runs to compare with */
};

extern const struct lac_config_schema lac_publish_schema;

#endif
