/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench.h"

#include <string.h>

#include "group.h"

static uint32_t *fresh(struct lac_arena *arena, size_t n)
{
    uint32_t *array = LAC_NEW(arena, uint32_t, n);

    for (size_t i = 0; array != NULL && i < n; i++) array[i] = LAC_RECONCILE_NONE;
    return array;
}

/* A label of one population never equals one of the other: those of suspects come after 2 * rows. */
static size_t label_room(const struct lac_reconcile_set *set)
{
    return 4 * set->rows + set->victims + set->suspects;
}

enum lac_status lac_reconcile_bench_init(struct lac_reconcile_bench *bench, struct lac_arena *arena,
                                         struct lac_error *err)
{
    const struct lac_reconcile_set *set = bench->set;

    bench->label = fresh(arena, set->rows);
    bench->local_case = fresh(arena, set->cases);
    bench->local_incident = fresh(arena, bench->facts->by_incident.groups);
    bench->local_network = fresh(arena, bench->facts->by_network.groups);
    bench->local_person = fresh(arena, label_room(set));
    if (bench->label == NULL || bench->local_case == NULL || bench->local_incident == NULL ||
        bench->local_network == NULL || bench->local_person == NULL)
        return lac_fail_memory(err, "drawn linkages");
    return LAC_OK;
}

/* Number given to a thing on its first appearance. */
static uint32_t local_number(uint32_t *number, size_t *count)
{
    if (*number == LAC_RECONCILE_NONE) *number = (uint32_t)(*count)++;
    return *number;
}

static size_t person_slot(const struct lac_reconcile_bench *bench, const struct lac_reconcile_row *row)
{
    uint32_t label = bench->label[row->record];
    size_t person = label != LAC_RECONCILE_NONE ? label : row->person;

    return row->role == LAC_RECONCILE_VICTIM ? person : 2 * bench->set->rows + bench->set->victims + person;
}

/* Rows, cases, incidents, networks and persons of the part, numbered anew. */
static enum lac_status copy_part(struct lac_reconcile_bench *bench, const struct lac_reconcile_part *part,
                                 struct lac_arena *arena, struct lac_reconcile_set *set,
                                 struct lac_reconcile_facts *facts)
{
    set->row = LAC_NEW(arena, struct lac_reconcile_row, part->rows);
    facts->incident = LAC_NEW(arena, uint32_t, part->rows);
    facts->network = LAC_NEW(arena, uint32_t, part->rows);
    if (set->row == NULL || facts->incident == NULL || facts->network == NULL) return LAC_NOMEM;
    set->rows = part->rows;
    for (size_t i = 0; i < part->rows; i++) {
        struct lac_reconcile_row *row = &set->row[i];
        uint32_t old, number;

        *row = bench->set->row[part->row[i]];
        old = row->case_index;
        number = row->case_index = local_number(&bench->local_case[old], &set->cases);
        facts->incident[number] =
            local_number(&bench->local_incident[bench->facts->incident[old]], &facts->by_incident.groups);
        facts->network[number] =
            local_number(&bench->local_network[bench->facts->network[old]], &facts->by_network.groups);
        row->person = local_number(&bench->local_person[person_slot(bench, row)],
                                   row->role == LAC_RECONCILE_VICTIM ? &set->victims : &set->suspects);
    }
    return LAC_OK;
}

static void clear_scratch(struct lac_reconcile_bench *bench, const struct lac_reconcile_part *part)
{
    for (size_t i = 0; i < part->rows; i++) {
        const struct lac_reconcile_row *row = &bench->set->row[part->row[i]];

        bench->local_person[person_slot(bench, row)] = LAC_RECONCILE_NONE;
        bench->local_case[row->case_index] = LAC_RECONCILE_NONE;
        bench->local_incident[bench->facts->incident[row->case_index]] = LAC_RECONCILE_NONE;
        bench->local_network[bench->facts->network[row->case_index]] = LAC_RECONCILE_NONE;
    }
}

static void set_labels(struct lac_reconcile_bench *bench, const struct lac_reconcile_patch *patch, bool on)
{
    for (size_t i = 0; patch != NULL && i < patch->labels; i++)
        bench->label[patch->label[i].row] = on ? patch->label[i].person : LAC_RECONCILE_NONE;
}

/* Decisions of one definition on the part's rows; closed networks keep theirs. */
static enum lac_status decide(const struct lac_reconcile_bench *bench, const struct lac_reconcile_part *part,
                              const struct lac_reconcile_basis *basis, size_t rule,
                              struct lac_reconcile_decision *decision, struct lac_error *err)
{
    enum lac_status status = lac_reconcile_rows_decide(&bench->rules->rule[rule], basis, decision, err);

    for (size_t i = 0; status == LAC_OK && i < part->rows; i++) {
        uint32_t row = part->row[i];

        if (!bench->open[bench->facts->network[bench->set->row[row].case_index]])
            decision[i] = bench->decision[rule][row];
    }
    return status;
}

/* Outcomes of a population in every definition and window. */
static enum lac_status judge_cohort(const struct lac_reconcile_bench *bench,
                                    struct lac_reconcile_decision *const *decision, struct lac_arena *arena,
                                    struct lac_reconcile_judged_cohort *cohort, struct lac_error *err)
{
    size_t windows = bench->windows, n = bench->rules->count * windows;

    cohort->outcome = LAC_NEW(arena, struct lac_reconcile_outcome *, n);
    cohort->outcomes = LAC_NEW(arena, size_t, n);
    if (cohort->outcome == NULL || cohort->outcomes == NULL) return lac_fail_memory(err, "outcomes");
    for (size_t i = 0; i < n; i++) {
        cohort->outcome[i] = LAC_NEW(arena, struct lac_reconcile_outcome, cohort->people.index.persons);
        if (cohort->outcome[i] == NULL) return lac_fail_memory(err, "outcomes");
        cohort->outcomes[i] = lac_reconcile_outcomes_make(&cohort->people, decision[i / windows],
                                                          bench->window[i % windows], cohort->outcome[i]);
    }
    return LAC_OK;
}

/* Persons of the part and its facts; `birth` are those of the victims. */
static enum lac_status settle_part(const struct lac_reconcile_bench *bench,
                                   const struct lac_reconcile_part *part, struct lac_arena *arena,
                                   struct lac_reconcile_facts *facts, struct lac_reconcile_judged *judged,
                                   struct lac_error *err)
{
    const struct lac_reconcile_set *set = &judged->set;
    struct lac_reconcile_population involved;
    const struct lac_reconcile_birth *birth;
    struct lac_reconcile_judged_cohort *cohort = judged->cohort;
    enum lac_status status = lac_reconcile_population_settle(set, LAC_RECONCILE_OF_VICTIMS, arena,
                                                             &cohort[LAC_RECONCILE_VICTIMS].people, err);

    if (status == LAC_OK)
        status = lac_reconcile_population_settle(set, LAC_RECONCILE_OF_INVOLVED, arena, &involved, err);
    if (status != LAC_OK) return status;
    if ((birth = lac_reconcile_births_of(&involved, arena)) == NULL) return lac_fail_memory(err, "persons");
    status = lac_reconcile_facts_gather(set, birth, arena, facts, err);
    /* what the rows say of an event's kind is whole in the run, and no link changes it */
    for (size_t i = 0; status == LAC_OK && i < part->rows; i++)
        facts->kind[facts->incident[set->row[i].case_index]] =
            bench->facts->kind[bench->facts->incident[bench->set->row[part->row[i]].case_index]];
    if (status == LAC_OK && bench->asked[LAC_RECONCILE_SUSPECTS])
        status = lac_reconcile_population_settle(set, LAC_RECONCILE_OF_IDENTIFIED, arena,
                                                 &cohort[LAC_RECONCILE_SUSPECTS].people, err);
    if (status == LAC_OK && bench->asked[LAC_RECONCILE_GROUPS])
        status = lac_reconcile_groups_settle(set, facts, arena, &cohort[LAC_RECONCILE_GROUPS].people, err);
    return status;
}

static enum lac_status judge(const struct lac_reconcile_bench *bench, const struct lac_reconcile_part *part,
                             struct lac_arena *arena, struct lac_reconcile_facts *facts,
                             struct lac_reconcile_judged *judged, struct lac_error *err)
{
    size_t rules = bench->rules->count;
    struct lac_reconcile_basis basis = {&judged->set, facts, NULL,
                                        bench->asked[LAC_RECONCILE_SUSPECTS] ||
                                            bench->asked[LAC_RECONCILE_GROUPS]};
    enum lac_status status = settle_part(bench, part, arena, facts, judged, err);

    if (status != LAC_OK) return status;
    basis.birth = lac_reconcile_births_of(&judged->cohort[LAC_RECONCILE_VICTIMS].people, arena);
    judged->decision = LAC_NEW(arena, struct lac_reconcile_decision *, rules);
    if (basis.birth == NULL || judged->decision == NULL) return lac_fail_memory(err, "decisions");
    for (size_t i = 0; i < rules; i++) {
        judged->decision[i] = LAC_NEW(arena, struct lac_reconcile_decision, part->rows);
        if (judged->decision[i] == NULL) return lac_fail_memory(err, "decisions");
        if ((status = decide(bench, part, &basis, i, judged->decision[i], err)) != LAC_OK) return status;
    }
    for (int p = 0; status == LAC_OK && p < LAC_RECONCILE_POPULATIONS; p++) {
        if (bench->asked[p]) status = judge_cohort(bench, judged->decision, arena, &judged->cohort[p], err);
    }
    return status;
}

enum lac_status lac_reconcile_part_judge(struct lac_reconcile_bench *bench,
                                         const struct lac_reconcile_part *part,
                                         const struct lac_reconcile_patch *patch, struct lac_arena *arena,
                                         struct lac_reconcile_judged *judged, struct lac_error *err)
{
    struct lac_reconcile_facts facts = {0};
    enum lac_status status;

    memset(judged, 0, sizeof *judged);
    set_labels(bench, patch, true);
    status = copy_part(bench, part, arena, &judged->set, &facts);
    clear_scratch(bench, part);
    set_labels(bench, patch, false);
    if (status != LAC_OK) return lac_fail_memory(err, "a part of the records");
    return judge(bench, part, arena, &facts, judged, err);
}
