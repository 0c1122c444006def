/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench.h"

#include <string.h>

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

static enum lac_status settle_births(const struct lac_reconcile_set *set, bool victims,
                                     struct lac_arena *arena, struct lac_reconcile_population *population,
                                     struct lac_reconcile_birth **birth, struct lac_error *err)
{
    enum lac_status status = lac_reconcile_index_build(set, victims, arena, &population->index, err);
    size_t n = population->index.persons;

    if (status != LAC_OK) return status;
    population->row = set->row;
    population->person = LAC_NEW(arena, struct lac_reconcile_person, n);
    *birth = LAC_NEW(arena, struct lac_reconcile_birth, n);
    if (population->person == NULL || *birth == NULL) return lac_fail_memory(err, "persons");
    lac_reconcile_persons_settle(&population->index, set->row, population->person);
    for (size_t i = 0; i < n; i++) (*birth)[i] = population->person[i].birth;
    return LAC_OK;
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

static enum lac_status judge(const struct lac_reconcile_bench *bench, const struct lac_reconcile_part *part,
                             struct lac_arena *arena, struct lac_reconcile_facts *facts,
                             struct lac_reconcile_judged *judged, struct lac_error *err)
{
    struct lac_reconcile_population suspects;
    struct lac_reconcile_birth *victim_birth, *suspect_birth;
    size_t rules = bench->rules->count, windows = bench->windows;
    enum lac_status status = settle_births(&judged->set, true, arena, &judged->victims, &victim_birth, err);

    if (status == LAC_OK) status = settle_births(&judged->set, false, arena, &suspects, &suspect_birth, err);
    if (status == LAC_OK) status = lac_reconcile_facts_gather(&judged->set, suspect_birth, arena, facts, err);
    if (status != LAC_OK) return status;
    /* what the rows say of an event's kind is whole in the run, and no link changes it */
    for (size_t i = 0; i < part->rows; i++)
        facts->kind[facts->incident[judged->set.row[i].case_index]] =
            bench->facts->kind[bench->facts->incident[bench->set->row[part->row[i]].case_index]];
    judged->decision = LAC_NEW(arena, struct lac_reconcile_decision *, rules);
    judged->outcome = LAC_NEW(arena, struct lac_reconcile_outcome *, rules * windows);
    judged->outcomes = LAC_NEW(arena, size_t, rules * windows);
    if (judged->decision == NULL || judged->outcome == NULL || judged->outcomes == NULL)
        return lac_fail_memory(err, "outcomes");
    for (size_t i = 0; i < rules; i++) {
        const struct lac_reconcile_basis basis = {&judged->set, facts, victim_birth};

        judged->decision[i] = LAC_NEW(arena, struct lac_reconcile_decision, part->rows);
        if (judged->decision[i] == NULL) return lac_fail_memory(err, "decisions");
        if ((status = decide(bench, part, &basis, i, judged->decision[i], err)) != LAC_OK) return status;
        for (size_t w = i * windows; w < (i + 1) * windows; w++) {
            judged->outcome[w] = LAC_NEW(arena, struct lac_reconcile_outcome, judged->set.victims);
            if (judged->outcome[w] == NULL) return lac_fail_memory(err, "outcomes");
            judged->outcomes[w] = lac_reconcile_outcomes_make(
                &judged->victims, judged->decision[i], bench->window[w - i * windows], judged->outcome[w]);
        }
    }
    return LAC_OK;
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
