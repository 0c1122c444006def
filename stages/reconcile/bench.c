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
    bench->open = LAC_NEW(arena, bool, bench->facts->by_network.groups);
    bench->local_case = fresh(arena, set->cases);
    bench->local_incident = fresh(arena, bench->facts->by_incident.groups);
    bench->local_network = fresh(arena, bench->facts->by_network.groups);
    bench->local_person = fresh(arena, label_room(set));
    if (bench->label == NULL || bench->open == NULL || bench->local_case == NULL ||
        bench->local_incident == NULL || bench->local_network == NULL || bench->local_person == NULL)
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

/* Evidence rows of a patch. */
struct part {
    const uint32_t *row;
    size_t rows;
};

/* Rows, cases, incidents, networks and persons of the part, numbered anew. */
static enum lac_status copy_part(struct lac_reconcile_bench *bench, const struct part *part,
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

static void clear_scratch(struct lac_reconcile_bench *bench, const struct part *part)
{
    for (size_t i = 0; i < part->rows; i++) {
        const struct lac_reconcile_row *row = &bench->set->row[part->row[i]];

        bench->local_person[person_slot(bench, row)] = LAC_RECONCILE_NONE;
        bench->local_case[row->case_index] = LAC_RECONCILE_NONE;
        bench->local_incident[bench->facts->incident[row->case_index]] = LAC_RECONCILE_NONE;
        bench->local_network[bench->facts->network[row->case_index]] = LAC_RECONCILE_NONE;
    }
}

static void set_patch(struct lac_reconcile_bench *bench, const struct lac_reconcile_patch *patch, bool on)
{
    for (size_t i = 0; i < patch->labels; i++)
        bench->label[patch->label[i].row] = on ? patch->label[i].person : LAC_RECONCILE_NONE;
    for (size_t i = 0; i < patch->networks; i++) bench->open[patch->network[i]] = on;
}

/* Decisions of one definition on the part's rows; closed networks keep theirs, and under the best linkage
 * (`basis` NULL) all do. */
static enum lac_status decide(const struct lac_reconcile_bench *bench, const struct part *part,
                              const struct lac_reconcile_basis *basis, size_t rule,
                              struct lac_reconcile_decision *decision, struct lac_error *err)
{
    enum lac_status status =
        basis == NULL ? LAC_OK : lac_reconcile_rows_decide(&bench->rules->rule[rule], basis, decision, err);

    for (size_t i = 0; status == LAC_OK && i < part->rows; i++) {
        uint32_t row = part->row[i];

        if (basis == NULL || !bench->open[bench->facts->network[bench->set->row[row].case_index]])
            decision[i] = bench->decision[rule][row];
    }
    return status;
}

/* Outcomes of a population in every definition and window. */
static enum lac_status judge_cohort(const struct lac_reconcile_bench *bench,
                                    struct lac_reconcile_decision *const *decision, struct lac_arena *arena,
                                    struct lac_reconcile_judged_cohort *cohort, struct lac_error *err)
{
    size_t rules = bench->rules->count;

    cohort->outcome = LAC_NEW(arena, struct lac_reconcile_outcome *, rules * bench->windows);
    cohort->outcomes = LAC_NEW(arena, size_t, bench->windows);
    if (cohort->outcome == NULL || cohort->outcomes == NULL) return lac_fail_memory(err, "outcomes");
    for (size_t w = 0; w < bench->windows; w++) {
        struct lac_reconcile_outcome **outcome = cohort->outcome + w * rules;

        for (size_t i = 0; i < rules; i++) {
            outcome[i] = LAC_NEW(arena, struct lac_reconcile_outcome, cohort->people.index.persons);
            if (outcome[i] == NULL) return lac_fail_memory(err, "outcomes");
        }
        if (!bench->counted[w]) continue;
        cohort->outcomes[w] =
            lac_reconcile_outcomes_make(&cohort->people, decision, rules, bench->window[w], outcome);
    }
    return LAC_OK;
}

/* Persons of the part and its facts. */
static enum lac_status settle_part(const struct lac_reconcile_bench *bench, const struct part *part,
                                   struct lac_arena *arena, struct lac_reconcile_facts *facts,
                                   struct lac_reconcile_judged *judged, struct lac_error *err)
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

/* Persons, facts and decisions; `patched`: of the patch, else of the best linkage. */
static enum lac_status judge(const struct lac_reconcile_bench *bench, const struct part *part, bool patched,
                             struct lac_reconcile_facts *facts, struct lac_arena *arena,
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
    for (size_t i = 0; status == LAC_OK && i < rules; i++) {
        judged->decision[i] = LAC_NEW(arena, struct lac_reconcile_decision, part->rows);
        if (judged->decision[i] == NULL) return lac_fail_memory(err, "decisions");
        status = decide(bench, part, patched ? &basis : NULL, i, judged->decision[i], err);
    }
    return status;
}

/* --- who comes to the same ----------------------------------------------------------------------------- */

/* Whether the rows of a person are decided alike, before and after. */
static bool same_decisions(const struct lac_reconcile_judged judged[2], size_t rules, const size_t *row,
                           size_t n)
{
    for (size_t r = 0; r < rules; r++) {
        for (size_t i = 0; i < n; i++) {
            if (memcmp(&judged[0].decision[r][row[i]], &judged[1].decision[r][row[i]],
                       sizeof **judged[0].decision) != 0)
                return false;
        }
    }
    return true;
}

/* Leaves out the persons marked, and those without rows; the others are numbered anew. */
static void keep_persons(struct lac_reconcile_population *people, const bool *drop)
{
    struct lac_reconcile_index *index = &people->index;
    size_t kept = 0, at = 0;

    for (size_t p = 0; p < index->persons; p++) {
        size_t from = index->first[p], n = index->first[p + 1] - from;

        if (n == 0 || drop[p]) continue;
        memmove(index->row + at, index->row + from, n * sizeof *index->row);
        people->person[kept] = people->person[p];
        index->first[kept++] = at; /* kept <= p: first[p + 1] is still to be read */
        at += n;
    }
    index->first[kept] = at;
    index->persons = kept;
}

/* Leaves out, before and after, whoever has the same rows with the same decisions. */
static enum lac_status drop_equal(const struct lac_reconcile_bench *bench,
                                  struct lac_reconcile_judged judged[2], int p, struct lac_arena *arena)
{
    struct lac_reconcile_population *people[2] = {&judged[0].cohort[p].people, &judged[1].cohort[p].people};
    const struct lac_reconcile_index *before = &people[0]->index, *after = &people[1]->index;
    uint32_t *owner = fresh(arena, judged[0].set.rows); /* by the first row of a person before */
    bool *drop[2] = {LAC_NEW(arena, bool, before->persons), LAC_NEW(arena, bool, after->persons)};

    if (owner == NULL || drop[0] == NULL || drop[1] == NULL) return LAC_NOMEM;
    for (size_t i = 0; i < before->persons; i++) {
        if (before->first[i + 1] > before->first[i]) owner[before->row[before->first[i]]] = (uint32_t)i;
    }
    for (size_t i = 0; i < after->persons; i++) {
        const size_t *row = after->row + after->first[i];
        size_t n = after->first[i + 1] - after->first[i];
        uint32_t was = n > 0 ? owner[row[0]] : LAC_RECONCILE_NONE;

        if (was == LAC_RECONCILE_NONE || before->first[was + 1] - before->first[was] != n) continue;
        if (memcmp(row, before->row + before->first[was], n * sizeof *row) != 0) continue;
        drop[0][was] = drop[1][i] = same_decisions(judged, bench->rules->count, row, n);
    }
    keep_persons(people[0], drop[0]);
    keep_persons(people[1], drop[1]);
    return LAC_OK;
}

enum lac_status lac_reconcile_patch_judge(struct lac_reconcile_bench *bench,
                                          const struct lac_reconcile_patch *patch, struct lac_arena *arena,
                                          struct lac_reconcile_judged judged[2], struct lac_error *err)
{
    struct part part = {NULL, 0};
    enum lac_status status = LAC_OK;

    memset(judged, 0, 2 * sizeof *judged);
    part.row = lac_reconcile_patch_rows(bench->patches, patch, arena, &part.rows);
    if (part.row == NULL) return lac_fail_memory(err, "drawn linkages");
    for (int k = 0; status == LAC_OK && k < 2; k++) {
        struct lac_reconcile_facts facts = {0};

        if (k == 1) set_patch(bench, patch, true);
        status = copy_part(bench, &part, arena, &judged[k].set, &facts);
        clear_scratch(bench, &part);
        status = status == LAC_OK ? judge(bench, &part, k == 1, &facts, arena, &judged[k], err)
                                  : lac_fail_memory(err, "drawn linkages");
        if (k == 1) set_patch(bench, patch, false);
    }
    for (int p = 0; status == LAC_OK && p < LAC_RECONCILE_POPULATIONS; p++) {
        if (!bench->asked[p]) continue;
        if (drop_equal(bench, judged, p, arena) != LAC_OK) return lac_fail_memory(err, "drawn linkages");
        for (int k = 0; status == LAC_OK && k < 2; k++)
            status = judge_cohort(bench, judged[k].decision, arena, &judged[k].cohort[p], err);
    }
    return status;
}
