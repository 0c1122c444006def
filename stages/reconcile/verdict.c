/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "verdict.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/date.h"
#include "counted.h"

const char *lac_reconcile_reason_word(enum lac_reconcile_reason reason)
{
#define LAC_RECONCILE_REASON_WORD(name, word) word,
    static const char *const words[] = {LAC_RECONCILE_REASONS(LAC_RECONCILE_REASON_WORD)};

    return words[reason];
}

const char *lac_reconcile_verdict_word(enum lac_reconcile_verdict verdict)
{
    static const char *const words[] = {"out", "apart", "cannot_tell", "in"};

    return words[verdict];
}

/* Whether a value lies in `wanted` when `set` holds every value it may be; `unknown` when nothing is known.
 */
static enum lac_reconcile_truth within(unsigned set, unsigned wanted, enum lac_reconcile_truth unknown)
{
    if (set == 0) return unknown;
    if ((set & wanted) == 0) return LAC_RECONCILE_FALSE;
    return (set & ~wanted) == 0 ? LAC_RECONCILE_TRUE : LAC_RECONCILE_UNKNOWN;
}

/* An unknown criterion is UNK; whether it is one of the others stays not known. */
static enum lac_reconcile_truth criterion_within(unsigned set, unsigned wanted)
{
    return within(set, wanted, wanted & LAC_RECONCILE_UNK ? LAC_RECONCILE_TRUE : LAC_RECONCILE_UNKNOWN);
}

/* A kind is set apart or excluded by the criterion recorded: without one, no kind is recorded. */
static enum lac_reconcile_truth criterion_recorded(unsigned set, unsigned wanted)
{
    return within(set, wanted, wanted & LAC_RECONCILE_UNK ? LAC_RECONCILE_TRUE : LAC_RECONCILE_FALSE);
}

static enum lac_reconcile_truth code_within(const char *code, const struct lac_strings *wanted)
{
    if (code[0] == '\0') return LAC_RECONCILE_UNKNOWN;
    for (size_t i = 0; i < wanted->count; i++) {
        if (strcasecmp(code, wanted->item[i]) == 0) return LAC_RECONCILE_TRUE;
    }
    return LAC_RECONCILE_FALSE;
}

static bool has_word(const char *text, const char *word)
{
    size_t length = strlen(word);

    for (const char *at = text; *at != '\0'; at++) {
        if (at > text && isalnum((unsigned char)at[-1])) continue;
        if (strncasecmp(at, word, length) == 0 && !isalnum((unsigned char)at[length])) return true;
    }
    return false;
}

/* A word stands in the record or it does not: an empty name holds no word. */
static enum lac_reconcile_truth keyword_in(const char *operation, const struct lac_strings *wanted)
{
    for (size_t i = 0; i < wanted->count; i++) {
        if (has_word(operation, wanted->item[i])) return LAC_RECONCILE_TRUE;
    }
    return LAC_RECONCILE_FALSE;
}

static enum lac_reconcile_truth test_holds(const struct lac_reconcile_test *test,
                                           const struct lac_reconcile_view *view)
{
    enum lac_reconcile_truth truth = LAC_RECONCILE_TRUE;

    if (test->criterion != 0)
        truth = lac_reconcile_and(truth, criterion_within(view->criterion, test->criterion));
    if (test->flag != 0)
        truth = lac_reconcile_and(truth, within(view->flag, test->flag, LAC_RECONCILE_UNKNOWN));
    if (test->code.count > 0) truth = lac_reconcile_and(truth, code_within(view->code, &test->code));
    if (test->keyword.count > 0)
        truth = lac_reconcile_and(truth, keyword_in(view->operation, &test->keyword));
    return truth;
}

static enum lac_reconcile_truth exploitation(const struct lac_reconcile_rule *rule,
                                             const struct lac_reconcile_view *view)
{
    enum lac_reconcile_truth truth = rule->tests == 0 ? LAC_RECONCILE_TRUE : view->pooled;

    for (size_t i = 0; i < rule->tests; i++)
        truth = lac_reconcile_or(truth, test_holds(&rule->test[i], view));
    return truth;
}

/* All suspects under 18: none is an adult for sure, and none can be. */
static enum lac_reconcile_truth peers_only(const struct lac_reconcile_view *view)
{
    if (view->adults.low > 0) return LAC_RECONCILE_FALSE;
    return view->adults.high == 0 && view->everyone.low > 0 ? LAC_RECONCILE_TRUE : LAC_RECONCILE_UNKNOWN;
}

static enum lac_reconcile_truth age_within(const struct lac_reconcile_rule *rule,
                                           struct lac_reconcile_range age)
{
    enum lac_reconcile_truth old_enough = lac_reconcile_reaches(age.low, age.high, rule->age_min);

    if (rule->age_max >= LAC_RECONCILE_AGE_ANY) return old_enough;
    return lac_reconcile_and(old_enough,
                             lac_reconcile_not(lac_reconcile_reaches(age.low, age.high, rule->age_max + 1)));
}

struct clause {
    enum lac_reconcile_truth truth;
    enum lac_reconcile_reason reason;
};

enum { AGE, EXCLUDED, PERSONS, VICTIMS, ASSOCIATION, EXPLOITATION, IMAGE, PEER, CLAUSES };
_Static_assert(CLAUSES == LAC_RECONCILE_CLAUSES, "a decision holds a bit per clause");

static void assume(const struct lac_reconcile_rule *rule, enum lac_reconcile_truth *truth)
{
    if (rule->assume && *truth == LAC_RECONCILE_UNKNOWN)
        *truth = rule->assumed ? LAC_RECONCILE_TRUE : LAC_RECONCILE_FALSE;
}

static void evaluate(const struct lac_reconcile_rule *rule, const struct lac_reconcile_view *view,
                     struct clause *clause, struct clause *apart)
{
    enum lac_reconcile_truth image = within(view->image, LAC_RECONCILE_YES, LAC_RECONCILE_UNKNOWN);
    bool familial = (view->criterion & LAC_RECONCILE_FAM) != 0;

    clause[AGE] = (struct clause){age_within(rule, view->age), LAC_RECONCILE_REASON_AGE};
    clause[EXCLUDED] =
        (struct clause){lac_reconcile_not(criterion_recorded(view->criterion, rule->exclude)),
                        familial && rule->exclude & LAC_RECONCILE_FAM ? LAC_RECONCILE_REASON_FAMILIAL
                                                                      : LAC_RECONCILE_REASON_CRITERION};
    clause[PERSONS] =
        (struct clause){lac_reconcile_reaches(view->persons.low, view->persons.high, rule->min_persons),
                        LAC_RECONCILE_REASON_PERSONS};
    clause[VICTIMS] =
        (struct clause){lac_reconcile_reaches(view->victims.low, view->victims.high, rule->min_victims),
                        LAC_RECONCILE_REASON_VICTIMS};
    clause[ASSOCIATION] = (struct clause){rule->mapped_ocg ? view->mapped : LAC_RECONCILE_TRUE,
                                          LAC_RECONCILE_REASON_ASSOCIATION};
    clause[EXPLOITATION] = (struct clause){exploitation(rule, view), LAC_RECONCILE_REASON_EXPLOITATION};
    clause[IMAGE] = (struct clause){rule->image_only == LAC_RECONCILE_INCLUDE ? LAC_RECONCILE_TRUE
                                                                              : lac_reconcile_not(image),
                                    LAC_RECONCILE_REASON_IMAGE_ONLY};
    clause[PEER] = (struct clause){
        rule->peer_only == LAC_RECONCILE_INCLUDE ? LAC_RECONCILE_TRUE : lac_reconcile_not(peers_only(view)),
        LAC_RECONCILE_REASON_PEER_ONLY};
    *apart = (struct clause){lac_reconcile_not(criterion_recorded(view->criterion, rule->separate)),
                             familial && rule->separate & LAC_RECONCILE_FAM ? LAC_RECONCILE_REASON_FAMILIAL
                                                                            : LAC_RECONCILE_REASON_CRITERION};
    for (int i = 0; i < CLAUSES; i++) assume(rule, &clause[i].truth);
    assume(rule, &apart->truth);
}

static struct lac_reconcile_decision decision(enum lac_reconcile_verdict verdict,
                                              enum lac_reconcile_reason reason, bool event)
{
    struct lac_reconcile_decision d = {
        .verdict = (uint8_t)verdict, .reason = (uint8_t)reason, .event = event};

    return d;
}

/* A false clause of this kind puts the case apart instead of out. */
static bool is_separate(const struct lac_reconcile_rule *rule, int clause)
{
    return (clause == IMAGE && rule->image_only == LAC_RECONCILE_SEPARATE) ||
           (clause == PEER && rule->peer_only == LAC_RECONCILE_SEPARATE);
}

/* First clause with the truth value from `from` on, or CLAUSES. */
static int first_clause(const struct clause *clause, int from, enum lac_reconcile_truth truth)
{
    while (from < CLAUSES && clause[from].truth != truth) from++;
    return from;
}

/* Clauses that tell how many were involved and what tied them: one list's record need not say. */
static bool is_of_numbers(int clause)
{
    return clause == PERSONS || clause == VICTIMS || clause == ASSOCIATION;
}

/* No clause but those of numbers puts the case out or apart. */
static bool is_event(const struct clause *clause, const struct clause *apart)
{
    bool event = apart->truth != LAC_RECONCILE_FALSE;

    for (int i = 0; i < CLAUSES; i++)
        event = event && (is_of_numbers(i) || clause[i].truth != LAC_RECONCILE_FALSE);
    return event;
}

struct lac_reconcile_decision lac_reconcile_decide(const struct lac_reconcile_rule *rule,
                                                   const struct lac_reconcile_view *view)
{
    struct clause clause[CLAUSES], apart;
    bool event;
    int i;

    evaluate(rule, view, clause, &apart);
    event = is_event(clause, &apart);
    /* what is set apart by its criterion need not pass the exploitation clause, but every other one */
    if (apart.truth == LAC_RECONCILE_FALSE) clause[EXPLOITATION].truth = LAC_RECONCILE_TRUE;
    for (i = 0; (i = first_clause(clause, i, LAC_RECONCILE_FALSE)) < CLAUSES; i++) {
        if (!is_separate(rule, i)) return decision(LAC_RECONCILE_OUT, clause[i].reason, event);
    }
    if (apart.truth == LAC_RECONCILE_FALSE) return decision(LAC_RECONCILE_APART, apart.reason, event);
    if ((i = first_clause(clause, 0, LAC_RECONCILE_FALSE)) < CLAUSES)
        return decision(LAC_RECONCILE_APART, clause[i].reason, event);
    if ((i = first_clause(clause, 0, LAC_RECONCILE_UNKNOWN)) < CLAUSES)
        return decision(LAC_RECONCILE_CANNOT_TELL, clause[i].reason, event);
    if (apart.truth == LAC_RECONCILE_UNKNOWN) return decision(LAC_RECONCILE_CANNOT_TELL, apart.reason, event);
    return decision(LAC_RECONCILE_IN, LAC_RECONCILE_REASON_ALL, event);
}

struct lac_reconcile_range lac_reconcile_victim_age(const struct lac_reconcile_row *row,
                                                    struct lac_reconcile_birth birth, bool at_record)
{
    int32_t on = row->from != LAC_DATE_NONE ? row->from : row->to;
    struct lac_reconcile_range age =
        lac_reconcile_age_on((struct lac_reconcile_birth){INT32_MIN, INT32_MAX}, 0);

    if (at_record) return row->recorded == LAC_DATE_NONE ? age : lac_reconcile_age_on(birth, row->recorded);
    if (on != LAC_DATE_NONE)
        age = lac_reconcile_age_on(birth, on);
    else if (row->recorded != LAC_DATE_NONE)
        age.high = lac_reconcile_age_on(birth, row->recorded).high; /* the offence came no later */
    if (row->age >= age.low && row->age <= age.high) age.low = age.high = row->age;
    return age;
}

/* The row's own value, else what the incident's rows say. */
static unsigned own_or(unsigned own, unsigned incident)
{
    return own != 0 ? own : incident;
}

/* What the row says of the kind of the event; numbers and ages are left empty. */
static struct lac_reconcile_view view_kind(const struct lac_reconcile_facts *facts,
                                           const struct lac_reconcile_row *row)
{
    const struct lac_reconcile_kind *kind = &facts->kind[facts->incident[row->case_index]];
    struct lac_reconcile_view view = {
        .criterion = own_or(row->criterion, kind->criterion),
        .flag = own_or(row->flag, kind->flag),
        .image = own_or(row->image, kind->image),
        .code = row->code,
        .operation = row->operation,
    };

    return view;
}

/* What is known over the cases of a rule: counts and marks per group, exploitation per unit. */
struct knowledge {
    const struct lac_reconcile_rule *rule;
    const struct lac_reconcile_gathering *gathering; /* the one `require_association` asks for */
    const uint32_t *partition;                       /* its groups, per case */
    struct lac_reconcile_counted *counts;
    uint8_t *mapped; /* truth per group */
    uint8_t *pool;   /* truth per unit; NULL when the unit is the case */
};

static void knowledge_release(struct knowledge *k)
{
    free(k->counts);
    free(k->mapped);
    free(k->pool);
}

static bool begins_with_one_of(const char *text, const struct lac_strings *words)
{
    for (size_t i = 0; i < words->count; i++) {
        if (strncasecmp(text, words->item[i], strlen(words->item[i])) == 0) return true;
    }
    return false;
}

/* A group is mapped when one of its references is that of a mapped group; it is not when every case that
 * could say so bears another reference. A case without a reference says nothing. */
static void find_mapped(const struct lac_reconcile_rule *rule, const struct lac_reconcile_set *set,
                        struct knowledge *k)
{
    enum { SAID = 4 };
    const struct lac_strings *words = &rule->definition->mapped_groups;

    for (size_t i = 0; rule->mapped_ocg && i < set->rows; i++) {
        const struct lac_reconcile_row *row = &set->row[i];
        uint8_t *mapped = &k->mapped[k->partition[row->case_index]];

        if (!row->evidence || row->reference[0] == '\0') continue;
        *mapped |= SAID;
        if (begins_with_one_of(row->reference, words)) *mapped = SAID | LAC_RECONCILE_TRUE;
    }
    for (size_t g = 0; g < k->gathering->groups; g++) {
        bool said = (k->mapped[g] & SAID) != 0 && words->count > 0;

        k->mapped[g] &= (uint8_t)~SAID;
        if (!said && k->mapped[g] == LAC_RECONCILE_FALSE) k->mapped[g] = LAC_RECONCILE_UNKNOWN;
    }
}

static void pool_add(uint8_t *pool, enum lac_reconcile_truth truth)
{
    if (truth > *pool) *pool = (uint8_t)truth;
}

/* The unit a row's exploitation is pooled under, or LAC_RECONCILE_NONE when the row takes no part. */
static uint32_t unit_of_row(const struct lac_reconcile_rule *rule, const struct lac_reconcile_facts *facts,
                            const struct lac_reconcile_row *row)
{
    bool victim = row->role == LAC_RECONCILE_VICTIM;

    if (!row->evidence) return LAC_RECONCILE_NONE;
    switch (rule->unit) {
    case LAC_RECONCILE_UNIT_VICTIM:
        return victim ? row->person : LAC_RECONCILE_NONE;
    case LAC_RECONCILE_UNIT_SUSPECT:
        return row->role == LAC_RECONCILE_SUSPECT && row->named ? row->person : LAC_RECONCILE_NONE;
    case LAC_RECONCILE_UNIT_GROUP:
        return facts->network[row->case_index];
    default:
        return LAC_RECONCILE_NONE;
    }
}

static size_t units_of(const struct lac_reconcile_rule *rule, const struct lac_reconcile_basis *basis)
{
    if (rule->unit == LAC_RECONCILE_UNIT_GROUP) return basis->facts->by_network.groups;
    return rule->unit == LAC_RECONCILE_UNIT_VICTIM ? basis->set->victims : basis->set->suspects;
}

static void fill_pool(const struct lac_reconcile_rule *rule, const struct lac_reconcile_basis *basis,
                      uint8_t *pool)
{
    for (size_t i = 0; i < basis->set->rows; i++) {
        const struct lac_reconcile_row *row = &basis->set->row[i];
        uint32_t unit = unit_of_row(rule, basis->facts, row);
        struct lac_reconcile_view view;

        if (unit == LAC_RECONCILE_NONE) continue;
        view = view_kind(basis->facts, row);
        pool_add(&pool[unit], exploitation(rule, &view));
    }
}

/* Exploitation in the other records of the row's unit. */
static enum lac_reconcile_truth pooled(const struct lac_reconcile_facts *facts, const struct knowledge *k,
                                       const struct lac_reconcile_row *row)
{
    const struct lac_reconcile_rule *rule = k->rule;
    const struct lac_reconcile_gathering *incidents = &facts->by_incident;
    uint32_t incident = facts->incident[row->case_index], unit;
    uint8_t truth = LAC_RECONCILE_FALSE;

    if (k->pool == NULL) return LAC_RECONCILE_FALSE;
    if (rule->unit != LAC_RECONCILE_UNIT_SUSPECT) {
        unit = unit_of_row(rule, facts, row);
        return unit == LAC_RECONCILE_NONE ? LAC_RECONCILE_FALSE : (enum lac_reconcile_truth)k->pool[unit];
    }
    for (size_t i = incidents->first[incident]; i < incidents->first[incident + 1]; i++) {
        const struct lac_reconcile_member *m = &incidents->member[i];

        if (!m->victim && !m->facilitator) pool_add(&truth, (enum lac_reconcile_truth)k->pool[m->person]);
    }
    return (enum lac_reconcile_truth)truth;
}

static enum lac_status knowledge_make(const struct lac_reconcile_rule *rule,
                                      const struct lac_reconcile_basis *basis, struct knowledge *k,
                                      struct lac_error *err)
{
    const struct lac_reconcile_facts *facts = basis->facts;
    bool pools = rule->unit != LAC_RECONCILE_UNIT_CRIME;

    k->rule = rule;
    k->gathering = rule->same_incident ? &facts->by_incident : &facts->by_network;
    k->partition = rule->same_incident ? facts->incident : facts->network;
    k->counts = calloc(k->gathering->groups + 1, sizeof *k->counts);
    k->mapped = calloc(k->gathering->groups + 1, sizeof *k->mapped);
    k->pool = pools ? calloc(units_of(rule, basis) + 1, sizeof *k->pool) : NULL;
    if (k->counts == NULL || k->mapped == NULL || (pools && k->pool == NULL) ||
        lac_reconcile_cases_count(rule, facts, basis->set->cases, k->counts) != LAC_OK)
        return lac_fail_memory(err, "counts of the cases");
    if (rule->mapped_ocg) find_mapped(rule, basis->set, k);
    if (pools) fill_pool(rule, basis, k->pool);
    return LAC_OK;
}

/* Whether the clause would not be known if the record were silent on what decides it. */
static bool would_be_open(const struct lac_reconcile_rule *rule, const struct lac_reconcile_view *view,
                          const struct lac_reconcile_counted *counts, int clause)
{
    struct lac_reconcile_view silent = *view;

    if (clause == PERSONS) return counts->named < rule->min_persons;
    if (clause != EXPLOITATION) return true;
    silent.criterion = 0;
    if (exploitation(rule, &silent) == LAC_RECONCILE_UNKNOWN) return true;
    silent.criterion = view->criterion;
    silent.flag = 0;
    return exploitation(rule, &silent) == LAC_RECONCILE_UNKNOWN;
}

/* Which clauses are open, and which the row is a trial of. What is set apart by its criterion would be a
 * false exploitation clause if it were asked. */
static void mark_doubt(const struct lac_reconcile_rule *rule, const struct lac_reconcile_view *view,
                       const struct lac_reconcile_counted *counts, struct lac_reconcile_decision *decision)
{
    struct clause clause[CLAUSES], apart;
    unsigned open = 0, failed = 0, trial;
    int named = counts->named > 2 ? 2 : counts->named;

    evaluate(rule, view, clause, &apart);
    if (apart.truth == LAC_RECONCILE_FALSE) clause[EXPLOITATION].truth = LAC_RECONCILE_FALSE;
    if (apart.truth == LAC_RECONCILE_UNKNOWN) open |= 1U << EXCLUDED;
    for (int i = 0; i < CLAUSES; i++) {
        if (clause[i].truth == LAC_RECONCILE_UNKNOWN) open |= 1U << i;
        if (clause[i].truth == LAC_RECONCILE_FALSE) failed |= 1U << i;
    }
    trial = failed != 0 ? failed : (1U << CLAUSES) - 1;
    if ((failed & (failed - 1)) != 0) trial = 0;
    for (int i = 0; i < CLAUSES; i++) {
        if ((open >> i & 1U) || ((trial >> i & 1U) && !would_be_open(rule, view, counts, i)))
            trial &= ~(1U << i);
    }
    if (decision->verdict == LAC_RECONCILE_CANNOT_TELL) decision->open = (uint8_t)open;
    decision->trial = (uint8_t)trial;
    decision->traits = (uint8_t)((failed != 0 ? LAC_RECONCILE_FAILED : 0) | LAC_RECONCILE_NAMED(named) |
                                 LAC_RECONCILE_FLAGGED(view->flag & 3U));
}

/* What the case of a row comes to, for a victim born at `birth`. */
static struct lac_reconcile_decision decide_row(const struct knowledge *k,
                                                const struct lac_reconcile_basis *basis,
                                                const struct lac_reconcile_row *row,
                                                struct lac_reconcile_birth birth)
{
    const struct lac_reconcile_rule *rule = k->rule;
    uint32_t group = k->partition[row->case_index];
    const struct lac_reconcile_counted *counts = &k->counts[group];
    struct lac_reconcile_view view = view_kind(basis->facts, row);
    struct lac_reconcile_decision out;

    view.age = lac_reconcile_victim_age(row, birth, rule->at_record);
    view.persons = counts->persons;
    view.victims = counts->victims;
    view.adults = counts->adults;
    view.everyone = counts->everyone;
    view.mapped = (enum lac_reconcile_truth)k->mapped[group];
    view.pooled = pooled(basis->facts, k, row);
    out = lac_reconcile_decide(rule, &view);
    mark_doubt(rule, &view, counts, &out);
    return out;
}

/* --- those involved ------------------------------------------------------------------------------------ */

/* What an incident comes to over its victims. */
struct verdict_of_case {
    bool any;
    struct lac_reconcile_decision decision;
};

static void fold_victims(const struct lac_reconcile_basis *basis, const struct lac_reconcile_decision *out,
                         struct verdict_of_case *incident)
{
    for (size_t i = 0; i < basis->set->rows; i++) {
        const struct lac_reconcile_row *row = &basis->set->row[i];
        struct verdict_of_case *of = &incident[basis->facts->incident[row->case_index]];
        bool event = of->decision.event || out[i].event;

        if (row->role != LAC_RECONCILE_VICTIM || !row->evidence) continue;
        if (!of->any || out[i].verdict > of->decision.verdict) of->decision = out[i];
        of->decision.event = event;
        of->any = true;
    }
}

/* A case of which no record names the victim: whose age is not known. */
static struct lac_reconcile_decision decide_without_victim(const struct knowledge *k,
                                                           const struct lac_reconcile_basis *basis,
                                                           const struct lac_reconcile_row *row)
{
    const struct lac_reconcile_birth unknown = {INT32_MIN, INT32_MAX};
    struct lac_reconcile_row of_case = *row;

    of_case.age = LAC_RECONCILE_UNSAID; /* that of the suspect */
    return decide_row(k, basis, &of_case, unknown);
}

/* A definition that asks for no number of persons leaves nobody out: so one inside it holds no more suspects.
 */
static bool leaves_out_facilitators(const struct lac_reconcile_rule *rule)
{
    return rule->min_persons > 0 && !rule->count_facilitators;
}

/* Suspects and facilitators: what their case is for a victim. */
static enum lac_status decide_involved(const struct knowledge *k, const struct lac_reconcile_basis *basis,
                                       struct lac_reconcile_decision *out, struct lac_error *err)
{
    struct verdict_of_case *incident = calloc(basis->facts->by_incident.groups + 1, sizeof *incident);

    if (incident == NULL) return lac_fail_memory(err, "decisions");
    fold_victims(basis, out, incident);
    for (size_t i = 0; i < basis->set->rows; i++) {
        const struct lac_reconcile_row *row = &basis->set->row[i];
        const struct verdict_of_case *of = &incident[basis->facts->incident[row->case_index]];

        if (row->role == LAC_RECONCILE_VICTIM || !row->evidence) continue;
        if (row->role == LAC_RECONCILE_FACILITATOR && leaves_out_facilitators(k->rule))
            out[i] = decision(LAC_RECONCILE_OUT, LAC_RECONCILE_REASON_ROLE, false);
        else
            out[i] = of->any ? of->decision : decide_without_victim(k, basis, row);
    }
    free(incident);
    return LAC_OK;
}

enum lac_status lac_reconcile_rows_decide(const struct lac_reconcile_rule *rule,
                                          const struct lac_reconcile_basis *basis,
                                          struct lac_reconcile_decision *out, struct lac_error *err)
{
    struct knowledge k = {0};
    enum lac_status status = knowledge_make(rule, basis, &k, err);

    for (size_t i = 0; status == LAC_OK && i < basis->set->rows; i++) {
        const struct lac_reconcile_row *row = &basis->set->row[i];

        out[i] = decision(LAC_RECONCILE_OUT, LAC_RECONCILE_REASON_ALL, false);
        if (row->role == LAC_RECONCILE_VICTIM && row->evidence)
            out[i] = decide_row(&k, basis, row, basis->birth[row->person]);
    }
    if (status == LAC_OK && basis->involved) status = decide_involved(&k, basis, out, err);
    knowledge_release(&k);
    return status;
}
