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
    struct lac_strings agencies; /* agency names when forces is empty */
    const char *every;           /* quarter or year, default quarter */
};
struct lac_returns_settings {
    struct lac_config_path folder;   /* holds returns.csv, required */
    int64_t due_days;                /* days after period_end, default 42 */
    struct lac_sections expected;    /* of struct lac_expected_settings */
    struct lac_config_paths layouts; /* additional layout files */
    double
        completeness_minimum;   /* share of known values below which a field is reported (F13), default 0.8 */
    double other_share_maximum; /* share of criterion OTH or UNK above which a return is reported (F25),
                                   default 0.3 */
};

extern const struct lac_config_schema lac_returns_schema;

#endif
