/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nesting.h"

#include <string.h>
#include <strings.h>

#include "verdict.h"

static bool is_within(unsigned inner, unsigned outer)
{
    return (inner & ~outer) == 0;
}

static bool has_code(const struct lac_strings *codes, const char *code)
{
    for (size_t i = 0; i < codes->count; i++) {
        if (strcasecmp(codes->item[i], code) == 0) return true;
    }
    return false;
}

static bool words_within(const struct lac_strings *inner, const struct lac_strings *outer)
{
    for (size_t i = 0; i < inner->count; i++) {
        if (!has_code(outer, inner->item[i])) return false;
    }
    return true;
}

/* --- exploitation -------------------------------------------------------------------------------------- */

/* Whatever makes `inner` true makes `outer` true. */
static bool implies(const struct lac_reconcile_test *inner, const struct lac_reconcile_test *outer)
{
    if (outer->criterion != 0 && (inner->criterion == 0 || !is_within(inner->criterion, outer->criterion)))
        return false;
    if (outer->flag != 0 && (inner->flag == 0 || !is_within(inner->flag, outer->flag))) return false;
    if (outer->code.count > 0 && (inner->code.count == 0 || !words_within(&inner->code, &outer->code)))
        return false;
    return outer->keyword.count == 0 ||
           (inner->keyword.count > 0 && words_within(&inner->keyword, &outer->keyword));
}

/* Both ask for the same things. */
static bool are_comparable(const struct lac_reconcile_test *a, const struct lac_reconcile_test *b)
{
    return (a->criterion != 0) == (b->criterion != 0) && (a->flag != 0) == (b->flag != 0) &&
           (a->code.count > 0) == (b->code.count > 0) && (a->keyword.count > 0) == (b->keyword.count > 0);
}

enum relation { INSIDE, OPEN, WIDER };

static enum relation alternative_relation(const struct lac_reconcile_test *test,
                                          const struct lac_reconcile_rule *outer)
{
    enum relation relation = WIDER;

    for (size_t i = 0; i < outer->tests; i++) {
        if (implies(test, &outer->test[i])) return INSIDE;
        if (!are_comparable(test, &outer->test[i])) relation = OPEN;
    }
    return relation;
}

static enum relation exploitation_relation(const struct lac_reconcile_rule *inner,
                                           const struct lac_reconcile_rule *outer)
{
    enum relation relation = INSIDE;

    if (outer->tests == 0) return INSIDE;
    if (inner->tests == 0) return WIDER;
    for (size_t i = 0; i < inner->tests; i++) {
        enum relation one = alternative_relation(&inner->test[i], outer);

        if (one > relation) relation = one;
    }
    return relation;
}

/* --- criteria ------------------------------------------------------------------------------------------ */

/* Every alternative asks for a criterion and none of them is of `set`. Pooled evidence may be another case's.
 */
static bool asks_otherwise(const struct lac_reconcile_rule *rule, unsigned set)
{
    bool otherwise = rule->tests > 0 && rule->unit == LAC_RECONCILE_UNIT_CRIME;

    for (size_t i = 0; i < rule->tests; i++)
        otherwise = otherwise && rule->test[i].criterion != 0 && (rule->test[i].criterion & set) == 0;
    return otherwise;
}

/* What the outer rule puts out by its criterion, the inner one puts out too. */
static bool criteria_within(const struct lac_reconcile_rule *inner, unsigned outer)
{
    return is_within(outer, inner->exclude) || is_within(outer, inner->separate) ||
           asks_otherwise(inner, outer);
}

/* --- the other keys ------------------------------------------------------------------------------------ */

static bool asks_no_age(const struct lac_reconcile_rule *rule)
{
    return rule->age_min == 0 && rule->age_max >= LAC_RECONCILE_AGE_ANY;
}

static const char *wider_age(const struct lac_reconcile_rule *inner, const struct lac_reconcile_rule *outer)
{
    if (asks_no_age(outer)) return NULL;
    if (inner->at_record != outer->at_record) return "age_basis";
    if (inner->age_min < outer->age_min) return "victim_age_min";
    return inner->age_max > outer->age_max ? "victim_age_max" : NULL;
}

/* The number of persons is asked over the same cases or fewer. */
static bool asks_of_fewer(const struct lac_reconcile_rule *inner, const struct lac_reconcile_rule *outer)
{
    return inner->same_incident || !outer->same_incident;
}

static const char *wider_persons(const struct lac_reconcile_rule *inner,
                                 const struct lac_reconcile_rule *outer)
{
    if (inner->min_victims < outer->min_victims) return "min_victims";
    if (outer->min_victims > 0 && !asks_of_fewer(inner, outer)) return "require_association";
    if (outer->min_persons == 0) return NULL;
    if (inner->min_persons < outer->min_persons) return "min_persons";
    if (inner->count_unidentified && !outer->count_unidentified) return "count_unidentified";
    if (inner->count_facilitators && !outer->count_facilitators) return "count_facilitators";
    if (inner->suspect_age_min < outer->suspect_age_min) return "suspect_age_min";
    return asks_of_fewer(inner, outer) ? NULL : "require_association";
}

static const char *wider_association(const struct lac_reconcile_rule *inner,
                                     const struct lac_reconcile_rule *outer)
{
    const struct lac_strings *a = &inner->definition->mapped_groups, *b = &outer->definition->mapped_groups;

    if (!outer->mapped_ocg) return NULL;
    if (!inner->mapped_ocg) return "require_association";
    return (a->count > 0) == (b->count > 0) && words_within(a, b) ? NULL : "mapped_groups";
}

/* Peers are looked for over the same cases, else a smaller set may not know what the larger one does. */
static const char *wider_kinds(const struct lac_reconcile_rule *inner, const struct lac_reconcile_rule *outer)
{
    if (!criteria_within(inner, outer->exclude & ~(unsigned)LAC_RECONCILE_FAM)) return "exclude_criteria";
    if (!criteria_within(inner, outer->separate & ~(unsigned)LAC_RECONCILE_FAM)) return "separate_criteria";
    if (!criteria_within(inner, outer->exclude) || !criteria_within(inner, outer->separate))
        return "familial";
    if (outer->image_only != LAC_RECONCILE_INCLUDE && inner->image_only == LAC_RECONCILE_INCLUDE)
        return "image_only";
    if (outer->peer_only == LAC_RECONCILE_INCLUDE) return NULL;
    if (inner->peer_only == LAC_RECONCILE_INCLUDE) return "peer_only";
    return inner->same_incident == outer->same_incident ? NULL : "require_association";
}

/* 0 for what is missing out, 1 for cannot tell, 2 for in. */
static int missing_rank(const struct lac_reconcile_rule *rule)
{
    if (!rule->assume) return 1;
    return rule->assumed ? 2 : 0;
}

const char *lac_reconcile_nesting_contradiction(const struct lac_reconcile_rule *inner,
                                                const struct lac_reconcile_rule *outer)
{
    const char *key = wider_age(inner, outer);

    if (key == NULL) key = wider_persons(inner, outer);
    if (key == NULL) key = wider_association(inner, outer);
    if (key == NULL) key = wider_kinds(inner, outer);
    if (key != NULL) return key;
    if (missing_rank(inner) > missing_rank(outer)) return "on_missing";
    if (exploitation_relation(inner, outer) == WIDER) return "exploitation";
    if (outer->tests > 0 && inner->unit != outer->unit && inner->unit != LAC_RECONCILE_UNIT_CRIME)
        return "unit";
    return NULL;
}

bool lac_reconcile_nesting_certain(const struct lac_reconcile_rule *inner,
                                   const struct lac_reconcile_rule *outer)
{
    return lac_reconcile_nesting_contradiction(inner, outer) == NULL &&
           exploitation_relation(inner, outer) == INSIDE;
}
