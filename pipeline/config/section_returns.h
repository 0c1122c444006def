/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_CONFIG_SECTION_RETURNS_H
#define LAC_CONFIG_SECTION_RETURNS_H
/* Section `returns`: where the returns lie, which are expected, by when. */
#include "config/schema.h"

/* One line of the expected grid: every agency named owes a return per period. */
struct lac_expected_settings {
    const char *list; /* list code, required */
    struct lac_strings
        forces; /* GSS codes, or the single word ALL: the 43 forces; empty: agencies wider than one force */
    struct lac_strings agencies;        /* agency names when forces is empty */
    const char *every;                  /* quarter or year, default quarter */
    int32_t operates_from, operates_to; /* days the agencies work at all; LAC_DATE_NONE: always */
};
struct lac_returns_settings {
    struct lac_config_path folder;   /* holds returns.csv, required */
    int64_t due_days;                /* days after period_end, default 42 */
    struct lac_sections expected;    /* of struct lac_expected_settings */
    struct lac_config_paths layouts; /* additional layout files */
    struct lac_config_path previous; /* run folder of an earlier run, optional */
    double
        completeness_minimum;   /* share of known values below which a field is reported (F13), default 0.8 */
    double other_share_maximum; /* share of criterion OTH or UNK above which a return is reported (F25),
                                   default 0.3 */
    /* Limits of further rules, as shares from 0 to 1: */
    double revision_maximum;    /* F05: rows changed by a new version, default 0.1 */
    double outside_maximum;     /* F07, F31: rows outside the period, homes outside the force, default 0.5 */
    double other_force_maximum; /* F04: homes in one other force, rows of another agency, default 0.8 */
    double birth_heap_maximum;  /* F18: dates of birth on 1 January, default 0.05 */
    double non_recent_maximum;  /* F40: rows recorded more than a year after the offence, default 0.3 */
    double referred_maximum;    /* F42: rows referred by another agency, default 0.5 */
    double count_probability_minimum; /* F02, F10: probability of so low a count, default 0.001 */
    int64_t rows_minimum;             /* rules about a share need so many rows, default 10 */
};

extern const struct lac_config_schema lac_returns_schema;

#endif
