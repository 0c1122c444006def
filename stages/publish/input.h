/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_PUBLISH_INPUT_H
#define LAC_PUBLISH_INPUT_H
/* What publish reads: tables of the store, settings, names of forces. Kernels borrow it; main.c fills it. */
#include "config/national.h"
#include "model.h"
#include "table/csv.h"

struct lac_publish_input {
    struct lac_table summary, models, diagnostics, uncertainty, sensitivity, gates, stated; /* estimates.h5 */
    struct lac_table histories, history_lists, verdicts, definitions;                       /* histories.h5 */
    struct lac_table definition_overlaps;                                                   /* histories.h5 */
    struct lac_table link_quality, link_model, link_weights, link_groups;                   /* links.h5 */
    struct lac_table returns, findings, completeness, grid;                                 /* records.h5 */
    const struct lac_config *config;
    int32_t as_at;         /* LAC_DATE_NONE: everything received counts */
    struct lac_csv forces; /* datasets/codes/police_forces.csv */
};

/* Reads every table of the run. Release even after a failure. */
enum lac_status lac_publish_input_read(const char *run, struct lac_publish_input *input,
                                       struct lac_error *err) LAC_CHECKED;
void lac_publish_input_release(struct lac_publish_input *input);

/* Statistical name of a force's area, or the code itself. */
const char *lac_publish_force_name(const struct lac_publish_input *input, const char *code);
/* Name of the region a force's area lies in; "" when it is not known. */
const char *lac_publish_force_region(const struct lac_publish_input *input, const char *code);
/* Name of a capture list from the settings, or the code itself. */
const char *lac_publish_list_name(const struct lac_publish_input *input, const char *code);

#endif
