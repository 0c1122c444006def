/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_RECONCILE_DEFINITION_H
#define LAC_RECONCILE_DEFINITION_H
/*
 * Case definitions are data: one YAML file each, read against a schema and compiled into a rule that
 * verdict.h evaluates. The keys are those of README.md. A value that contradicts another is refused with
 * file, line and remedy (LAC_USAGE).
 *
 * A compiled rule and its strings belong to the arena.
 */
#include <stdbool.h>
#include "config/schema.h"
#include "config/section_definitions.h"

/* Criteria of the complex and organised child abuse return, as bits of a set. UNK and an empty field are the
 * same: the criterion is not known. */
enum lac_reconcile_criterion {
    LAC_RECONCILE_FAM = 1,
    LAC_RECONCILE_CSE = 2,
    LAC_RECONCILE_INS = 4,
    LAC_RECONCILE_RIT = 8,
    LAC_RECONCILE_OTH = 16,
    LAC_RECONCILE_UNK = 32
};
/* A yes-no field as a set of the values seen: none, Y, N or both. */
enum lac_reconcile_answer { LAC_RECONCILE_YES = 1, LAC_RECONCILE_NO = 2 };

/* As victim_age_max with no lower end: no age is asked for. */
#define LAC_RECONCILE_AGE_ANY 120

/* One alternative of the exploitation clause: all its keys must hold. An absent key asks nothing. */
struct lac_reconcile_alternative {
    struct lac_strings criterion, flag, code, keyword;
};

/* A definition file as written. */
struct lac_reconcile_definition {
    const char *id, *title, *version, *status, *words, *basis;
    const char *unit;
    int64_t victim_age_min, victim_age_max;
    const char *age_basis;
    int64_t min_persons, min_victims;
    bool count_unidentified, count_facilitators;
    int64_t suspect_age_min;
    const char *require_association;
    struct lac_strings mapped_groups; /* how a group reference begins when it is that of a mapped group */
    struct lac_sections exploitation; /* of struct lac_reconcile_alternative; empty: no such clause */
    struct lac_strings exclude_criteria, separate_criteria;
    const char *familial, *image_only, *peer_only;
    const char *on_missing;
    struct lac_strings subset_of;
};

/* Whose records the exploitation clause is read from: those of the case, of the victim, of the suspects named
 * on the case, or of the cases tied together. Every other clause is decided on the case. */
enum lac_reconcile_unit {
    LAC_RECONCILE_UNIT_CRIME,
    LAC_RECONCILE_UNIT_VICTIM,
    LAC_RECONCILE_UNIT_SUSPECT,
    LAC_RECONCILE_UNIT_GROUP
};
enum lac_reconcile_treatment { LAC_RECONCILE_INCLUDE, LAC_RECONCILE_EXCLUDE, LAC_RECONCILE_SEPARATE };

struct lac_reconcile_test {
    unsigned criterion, flag; /* sets; 0 asks nothing */
    struct lac_strings code, keyword;
};

/* A definition made ready for evaluation. */
struct lac_reconcile_rule {
    const struct lac_reconcile_definition *definition;
    const char *id, *path; /* path of its file, for messages */
    enum lac_reconcile_unit unit;
    int age_min, age_max;
    bool at_record;
    int min_persons, min_victims, suspect_age_min;
    bool count_unidentified, count_facilitators, same_incident, mapped_ocg;
    struct lac_reconcile_test *test;
    size_t tests;
    unsigned exclude, separate; /* criteria */
    enum lac_reconcile_treatment image_only, peer_only;
    bool assume; /* a clause that cannot tell takes the value `assumed` */
    bool assumed;
    size_t *superset; /* indices of the definitions this one must lie inside */
    size_t supersets;
};

struct lac_reconcile_rules {
    struct lac_reconcile_rule *rule;
    size_t count, headline;
};

extern const struct lac_config_schema lac_reconcile_definition_schema;

/* Checks and compiles one definition; `path` is for messages. */
enum lac_status lac_reconcile_definition_compile(const struct lac_reconcile_definition *definition,
                                                 const char *path, struct lac_arena *arena,
                                                 struct lac_reconcile_rule *rule,
                                                 struct lac_error *err) LAC_CHECKED;

/* Resolves `subset_of` and the headline within a set of compiled rules. LAC_USAGE for a repeated identifier,
 * a superset or headline that is not among them, a circle, or a nesting that contradicts itself (nesting.h).
 */
enum lac_status lac_reconcile_rules_resolve(struct lac_reconcile_rules *rules, const char *headline,
                                            struct lac_arena *arena, struct lac_error *err) LAC_CHECKED;

/* Reads every file of the settings, compiles and resolves. */
enum lac_status lac_reconcile_rules_load(const struct lac_definitions_settings *settings,
                                         struct lac_arena *arena, struct lac_reconcile_rules *rules,
                                         struct lac_error *err) LAC_CHECKED;

/* Bit of a criterion's code (UNK for "" and anything unknown). */
unsigned lac_reconcile_criterion_bit(const char *code);

#endif
