/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_CONFIG_SECTION_RUN_H
#define LAC_CONFIG_SECTION_RUN_H
/* Section `run`: what is run, for when, and how. */
#include "config/schema.h"

struct lac_run_settings {
    const char *name;     /* required */
    int32_t period_start; /* period: first and last day of the reporting period, required */
    int32_t period_end;
    int32_t as_at;              /* LAC_DATE_NONE: everything received counts */
    int64_t seed;               /* 0 .. 2^32-1, default 1 */
    int64_t threads;            /* 0: all; volatile */
    const char *executor;       /* local or slurm; volatile */
    struct lac_config_path out; /* run folder when --out is not given; volatile */
};

extern const struct lac_config_schema lac_run_schema;

#endif
