/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_CONFIG_NATIONAL_H
#define LAC_CONFIG_NATIONAL_H
/*
 * The configuration of a run (contract section 2): one struct and one schema a section, in
 * section_<name>.h/.c. A stage reads the whole file (so that a wrong key anywhere stops every command) and
 * uses its own sections.
 */
#include "config/schema.h"
#include "config/section_definitions.h"
#include "config/section_estimate.h"
#include "config/section_link.h"
#include "config/section_lists.h"
#include "config/section_publish.h"
#include "config/section_returns.h"
#include "config/section_run.h"
#include "config/section_strata.h"

struct lac_config {
    struct lac_run_settings run;
    struct lac_returns_settings returns;
    struct lac_sections lists; /* of struct lac_list_settings */
    struct lac_link_settings link;
    struct lac_definitions_settings definitions;
    struct lac_strata_settings strata;
    struct lac_estimate_settings estimate;
    struct lac_publish_settings publish;
};

extern const struct lac_config_schema lac_config_schema;

enum lac_status lac_config_national(const char *path, struct lac_arena *arena, struct lac_config **config,
                                    struct lac_error *err) LAC_CHECKED;

/* SHA-256 of the canonical print of the named sections ("returns", "lists", ..., NULL terminated) and of the
 * files the definitions section names. Threads, executor and places on disk do not enter. */
enum lac_status lac_config_digest(const struct lac_config *config, const char *const *sections, char *digest,
                                  struct lac_error *err) LAC_CHECKED;

#endif
