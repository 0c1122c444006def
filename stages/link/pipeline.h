/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_LINK_PIPELINE_H
#define LAC_LINK_PIPELINE_H
/* Linkage of all populations of a run: tables of records.h5 in, tables of links.h5 out. Pure. */
#include "config/section_link.h"
#include "output.h"
#include "quality.h"

struct lac_link_summary { /* per population, for the log */
    const char *population;
    uint32_t records, persons;
    uint64_t candidates, dropped; /* pairs */
    uint64_t aliases_dropped;     /* names */
    double precision, recall;
};
struct lac_link_inputs {
    const struct lac_table *records, *returns;
    const struct lac_link_settings *settings;
    const struct lac_link_nicknames *nicknames; /* or NULL */
    const struct lac_link_judged *judged;       /* or NULL */
    const struct lac_link_before *before;       /* tables of an earlier run, or NULL */
    uint32_t seed;                              /* of draws and samples */
};
enum lac_status lac_link_pipeline(const struct lac_link_inputs *inputs, struct lac_link_output *output,
                                  struct lac_link_summary summary[LAC_LINK_POPULATIONS],
                                  struct lac_error *err) LAC_CHECKED;
/* Links one prepared population by the settings. */
enum lac_status lac_link_population_run(const struct lac_link_population *population,
                                        const struct lac_link_inputs *inputs, struct lac_link_result *result,
                                        struct lac_error *err) LAC_CHECKED;

/* Nickname table from the rows of a CSV file with columns name1, relationship, name2: names folded, in the
 * arena. */
enum lac_status lac_link_nicknames_load(const char *path, struct lac_arena *arena,
                                        struct lac_link_nicknames *nicknames,
                                        struct lac_error *err) LAC_CHECKED;

#endif
