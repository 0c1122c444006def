/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "facts.h"

#include <stdlib.h>

#include "base/date.h"
#include "base/sets.h"

#define MAX_AGE 200

bool lac_reconcile_row_before(const struct lac_reconcile_row *a, const struct lac_reconcile_row *b)
{
    bool dated = a->recorded != LAC_DATE_NONE, other = b->recorded != LAC_DATE_NONE;

    if (dated != other) return dated;
    if (a->recorded != b->recorded) return a->recorded < b->recorded;
    return a->order != b->order ? a->order < b->order : a->record < b->record;
}

bool lac_reconcile_row_event(const struct lac_reconcile_row *row, int32_t *first, int32_t *last)
{
    int32_t a = row->from, b = row->to;

    if (a == LAC_DATE_NONE) a = b;
    if (b == LAC_DATE_NONE) b = a;
    if (a == LAC_DATE_NONE) a = b = row->recorded;
    *first = a < b ? a : b;
    *last = a < b ? b : a;
    return a != LAC_DATE_NONE;
}

struct lac_reconcile_range lac_reconcile_age_on(struct lac_reconcile_birth birth, int32_t on)
{
    struct lac_reconcile_range age = {0, MAX_AGE};

    if (birth.last != INT32_MAX) age.low = lac_date_years(birth.last, on);
    if (birth.first == birth.last)
        age.high = age.low; /* the day is known, as it mostly is */
    else if (birth.first != INT32_MIN)
        age.high = lac_date_years(birth.first, on);
    return age;
}

/* Last day on which a person who is at least `age` on day `on` can be born. */
static int32_t latest_birth(int32_t age, int32_t on)
{
    int year, month, day;
    int32_t birth;

    lac_date_to_civil(on, &year, &month, &day);
    birth = lac_date_from_civil(year - age, month, day > 28 ? 28 : day);
    while (lac_date_years(birth + 1, on) >= age) birth++;
    return birth;
}

struct lac_reconcile_birth lac_reconcile_birth_of_age(int32_t age, int32_t on)
{
    struct lac_reconcile_birth birth = {latest_birth(age + 1, on) + 1, latest_birth(age, on)};

    return birth;
}

/* --- partitions of the cases --------------------------------------------------------------------------- */

/* Numbers the sets from 0 in order of their lowest case; returns how many. */
static size_t number_sets(uint32_t *parent, size_t cases)
{
    size_t sets = 0;

    for (uint32_t i = 0; i < cases; i++) parent[i] = lac_sets_root(parent, i);
    for (uint32_t i = 0; i < cases; i++) {
        /* roots come before their members, so parent[root] already holds the set's number */
        parent[i] = parent[i] == i ? (uint32_t)sets++ : parent[parent[i]];
    }
    return sets;
}

struct tie {
    uint32_t group, case_index;
};

static int compare_ties(const void *a, const void *b)
{
    const struct tie *x = a, *y = b;

    if (x->group != y->group) return x->group < y->group ? -1 : 1;
    return (x->case_index > y->case_index) - (x->case_index < y->case_index);
}

static size_t drop_repeats(struct tie *tie, size_t n)
{
    size_t kept = 0;

    for (size_t i = 0; i < n; i++) {
        if (kept == 0 || compare_ties(&tie[kept - 1], &tie[i]) != 0) tie[kept++] = tie[i];
    }
    return kept;
}

/* Unites the cases of one group reference. Returns the number of references ignored. */
static size_t tie_references(struct tie *tie, size_t n, uint32_t *parent)
{
    size_t ignored = 0;

    for (size_t i = 0, j; i < n; i = j) {
        for (j = i + 1; j < n && tie[j].group == tie[i].group; j++) continue;
        if (j - i > LAC_RECONCILE_NETWORK_LIMIT) {
            ignored++;
            continue;
        }
        for (size_t k = i + 1; k < j; k++) lac_sets_unite(parent, tie[i].case_index, tie[k].case_index);
    }
    return ignored;
}

static enum lac_status partition_cases(const struct lac_reconcile_set *set, struct lac_arena *arena,
                                       struct lac_reconcile_facts *facts)
{
    const struct lac_reconcile_row *row = set->row;
    struct tie *tie = LAC_NEW(arena, struct tie, set->rows);
    size_t n = 0, cases = set->cases;

    facts->incident = LAC_NEW(arena, uint32_t, cases);
    facts->network = LAC_NEW(arena, uint32_t, cases);
    if (tie == NULL || facts->incident == NULL || facts->network == NULL) return LAC_NOMEM;
    lac_sets_init(facts->incident, (uint32_t)cases);
    lac_sets_init(facts->network, (uint32_t)cases);
    for (size_t i = 0; i < set->transfers; i++) {
        lac_sets_unite(facts->incident, set->transfer[i].from, set->transfer[i].to);
        lac_sets_unite(facts->network, set->transfer[i].from, set->transfer[i].to);
    }
    for (size_t i = 0; i < set->rows; i++) {
        if (row[i].evidence && row[i].group != LAC_RECONCILE_NONE)
            tie[n++] = (struct tie){row[i].group, row[i].case_index};
    }
    if (n > 1) qsort(tie, n, sizeof *tie, compare_ties);
    n = drop_repeats(tie, n);
    facts->ignored_references = tie_references(tie, n, facts->network);
    facts->by_incident.groups = number_sets(facts->incident, cases);
    facts->by_network.groups = number_sets(facts->network, cases);
    return LAC_OK;
}

/* --- declared numbers ---------------------------------------------------------------------------------- */

static int32_t add_bounded(int32_t a, int32_t b)
{
    if (a == LAC_RECONCILE_UNBOUNDED || b >= LAC_RECONCILE_UNBOUNDED - a) return LAC_RECONCILE_UNBOUNDED;
    return a + b;
}

static int32_t greater(int32_t a, int32_t b)
{
    return a > b ? a : b;
}

static void declare(int32_t value, struct lac_reconcile_range *range, bool *known)
{
    if (value < 0) return;
    range->low = range->high = *known ? greater(range->low, value) : value;
    *known = true;
}

/* Rows of unnamed suspects: a case returned twice may hold them twice, so the largest number of one return.
 */
struct unnamed {
    uint32_t incident, return_index;
};

static int compare_unnamed(const void *a, const void *b)
{
    const struct unnamed *x = a, *y = b;

    if (x->incident != y->incident) return x->incident < y->incident ? -1 : 1;
    return (x->return_index > y->return_index) - (x->return_index < y->return_index);
}

static void count_unnamed(struct unnamed *item, size_t n, struct lac_reconcile_tally *tally)
{
    if (n > 1) qsort(item, n, sizeof *item, compare_unnamed);
    for (size_t i = 0, j; i < n; i = j) {
        struct lac_reconcile_range *range = &tally[item[i].incident].unnamed;

        for (j = i + 1; j < n && compare_unnamed(&item[i], &item[j]) == 0; j++) continue;
        range->low = range->high = greater(range->low, (int32_t)(j - i));
    }
}

static enum lac_status tally_incidents(const struct lac_reconcile_set *set, struct lac_arena *arena,
                                       struct lac_reconcile_facts *facts)
{
    const struct lac_reconcile_row *row = set->row;
    struct unnamed *item = LAC_NEW(arena, struct unnamed, set->rows);
    size_t n = 0, groups = facts->by_incident.groups;
    struct lac_reconcile_tally *tally = LAC_NEW(arena, struct lac_reconcile_tally, groups);

    facts->kind = LAC_NEW(arena, struct lac_reconcile_kind, groups);
    facts->by_incident.tally = tally;
    if (item == NULL || tally == NULL || facts->kind == NULL) return LAC_NOMEM;
    for (size_t i = 0; i < set->rows; i++) {
        uint32_t incident = facts->incident[row[i].case_index];
        struct lac_reconcile_tally *t = &tally[incident];

        if (!row[i].evidence) continue;
        declare(row[i].n_suspects, &t->suspects, &t->suspects_known);
        declare(row[i].n_unidentified, &t->unidentified, &t->unidentified_known);
        declare(row[i].n_victims, &t->victims, &t->victims_known);
        facts->kind[incident].criterion |= row[i].criterion;
        facts->kind[incident].flag |= row[i].flag;
        facts->kind[incident].image |= row[i].image;
        if (row[i].role == LAC_RECONCILE_SUSPECT && !row[i].named)
            item[n++] = (struct unnamed){incident, row[i].return_index};
    }
    count_unnamed(item, n, tally);
    for (size_t i = 0; i < groups; i++) {
        if (!tally[i].suspects_known) tally[i].suspects.high = LAC_RECONCILE_UNBOUNDED;
        if (!tally[i].unidentified_known) tally[i].unidentified.high = LAC_RECONCILE_UNBOUNDED;
        if (!tally[i].victims_known) tally[i].victims.high = LAC_RECONCILE_UNBOUNDED;
    }
    return LAC_OK;
}

static void widen(struct lac_reconcile_range *to, const struct lac_reconcile_range *from)
{
    to->low = greater(to->low, from->low);
    to->high = add_bounded(to->high, from->high);
}

/* A network's numbers: at least those of its largest incident, at most those of all together. */
static enum lac_status tally_networks(size_t cases, struct lac_arena *arena,
                                      struct lac_reconcile_facts *facts)
{
    struct lac_reconcile_tally *tally = LAC_NEW(arena, struct lac_reconcile_tally, facts->by_network.groups);
    uint32_t incidents = 0;

    facts->by_network.tally = tally;
    if (tally == NULL) return LAC_NOMEM;
    for (size_t i = 0; i < cases; i++) {
        const struct lac_reconcile_tally *from = &facts->by_incident.tally[facts->incident[i]];
        struct lac_reconcile_tally *to = &tally[facts->network[i]];

        if (facts->incident[i] < incidents) continue; /* its first case has brought it in */
        incidents++;
        widen(&to->suspects, &from->suspects);
        widen(&to->unidentified, &from->unidentified);
        widen(&to->unnamed, &from->unnamed);
        widen(&to->victims, &from->victims);
        to->suspects_known |= from->suspects_known;
        to->unidentified_known |= from->unidentified_known;
        to->victims_known |= from->victims_known;
    }
    return LAC_OK;
}

/* --- persons ------------------------------------------------------------------------------------------- */

static int compare_members(const void *a, const void *b)
{
    const struct lac_reconcile_member *x = a, *y = b;

    if (x->group != y->group) return x->group < y->group ? -1 : 1;
    if (x->victim != y->victim) return x->victim ? 1 : -1;
    if (x->person != y->person) return x->person < y->person ? -1 : 1;
    if (x->facilitator != y->facilitator) return x->facilitator ? 1 : -1;
    return 0;
}

static struct lac_reconcile_range suspect_age(const struct lac_reconcile_row *row,
                                              const struct lac_reconcile_birth *birth)
{
    struct lac_reconcile_range age = {0, MAX_AGE};
    int32_t first, last;

    if (lac_reconcile_row_event(row, &first, &last)) age = lac_reconcile_age_on(birth[row->person], first);
    if (row->age >= age.low && row->age <= age.high) age.low = age.high = row->age;
    return age;
}

/* One entry per person: a suspect who is also a facilitator is a suspect; ages at the latest event. */
static size_t merge_members(struct lac_reconcile_member *member, size_t n)
{
    size_t kept = 0;

    for (size_t i = 0; i < n; i++) {
        struct lac_reconcile_member *last = kept > 0 ? &member[kept - 1] : NULL;

        if (last != NULL && last->group == member[i].group && last->victim == member[i].victim &&
            last->person == member[i].person) {
            last->age_low = greater(last->age_low, member[i].age_low);
            last->age_high = greater(last->age_high, member[i].age_high);
        } else {
            member[kept++] = member[i];
        }
    }
    return kept;
}

static enum lac_status gather_members(const struct lac_reconcile_set *set, const uint32_t *group,
                                      const struct lac_reconcile_birth *birth, struct lac_arena *arena,
                                      struct lac_reconcile_gathering *out)
{
    const struct lac_reconcile_row *row = set->row;
    size_t n = 0, rows = set->rows;

    out->member = LAC_NEW(arena, struct lac_reconcile_member, rows);
    out->first = LAC_NEW(arena, size_t, out->groups + 1);
    if (out->member == NULL || out->first == NULL) return LAC_NOMEM;
    for (size_t i = 0; i < rows; i++) {
        bool victim = row[i].role == LAC_RECONCILE_VICTIM;
        struct lac_reconcile_range age = {0, 0};

        if (!row[i].evidence || (row[i].role == LAC_RECONCILE_SUSPECT && !row[i].named)) continue;
        if (!victim) age = suspect_age(&row[i], birth);
        out->member[n++] = (struct lac_reconcile_member){group[row[i].case_index],
                                                         row[i].person,
                                                         age.low,
                                                         age.high,
                                                         victim,
                                                         row[i].role == LAC_RECONCILE_FACILITATOR};
    }
    if (n > 1) qsort(out->member, n, sizeof *out->member, compare_members);
    n = merge_members(out->member, n);
    for (size_t i = 0, g = 0; g <= out->groups; g++) {
        while (i < n && out->member[i].group < g) i++;
        out->first[g] = i;
    }
    return LAC_OK;
}

/* What an incident may hold beside those its rows name. */
static void tally_more(struct lac_reconcile_gathering *incidents, size_t incident)
{
    struct lac_reconcile_tally *t = &incidents->tally[incident];
    int32_t named = 0, victims = 0, unnamed;

    for (size_t i = incidents->first[incident]; i < incidents->first[incident + 1]; i++) {
        victims += incidents->member[i].victim ? 1 : 0;
        named += !incidents->member[i].victim && !incidents->member[i].facilitator ? 1 : 0;
    }
    unnamed = greater(t->unidentified_known ? t->unidentified.high : 0, t->unnamed.high);
    t->more_suspects = t->more_identified = t->more_victims = LAC_RECONCILE_UNBOUNDED;
    if (t->suspects_known) {
        t->more_suspects = greater(t->suspects.high - named, unnamed);
        t->more_identified =
            greater(0, t->suspects.high - named - greater(t->unidentified.low, t->unnamed.low));
    }
    if (t->victims_known) t->more_victims = greater(0, t->victims.high - victims);
}

/* For every incident, then summed over the networks. */
static void tally_all_more(size_t cases, struct lac_reconcile_facts *facts)
{
    uint32_t incidents = 0;

    for (size_t i = 0; i < facts->by_incident.groups; i++) tally_more(&facts->by_incident, i);
    for (size_t i = 0; i < cases; i++) {
        const struct lac_reconcile_tally *from = &facts->by_incident.tally[facts->incident[i]];
        struct lac_reconcile_tally *to = &facts->by_network.tally[facts->network[i]];

        if (facts->incident[i] < incidents) continue; /* its first case has brought it in */
        incidents++;
        to->more_suspects = add_bounded(to->more_suspects, from->more_suspects);
        to->more_identified = add_bounded(to->more_identified, from->more_identified);
        to->more_victims = add_bounded(to->more_victims, from->more_victims);
    }
}

size_t lac_reconcile_transfers_void(struct lac_reconcile_set *set, uint8_t *scratch)
{
    enum { SEEN = 1, EVIDENCE = 2, GONE = 4 };
    struct lac_reconcile_row *row = set->row;
    size_t cleared = 0;

    for (size_t i = 0; i < set->cases; i++) scratch[i] = 0;
    for (size_t i = 0; i < set->rows; i++)
        scratch[row[i].case_index] |= (uint8_t)(SEEN | (row[i].evidence ? EVIDENCE : 0));
    for (size_t i = 0; i < set->transfers; i++) {
        if ((scratch[set->transfer[i].to] & (SEEN | EVIDENCE)) == SEEN)
            scratch[set->transfer[i].from] |= GONE;
    }
    for (size_t i = 0; i < set->rows; i++) {
        if (!set->transferred[i] || !row[i].evidence || !(scratch[row[i].case_index] & GONE)) continue;
        row[i].evidence = false;
        cleared++;
    }
    return cleared;
}

enum lac_status lac_reconcile_facts_gather(const struct lac_reconcile_set *set,
                                           const struct lac_reconcile_birth *birth, struct lac_arena *arena,
                                           struct lac_reconcile_facts *facts, struct lac_error *err)
{
    enum lac_status status = tally_incidents(set, arena, facts);

    if (status == LAC_OK) status = tally_networks(set->cases, arena, facts);
    if (status == LAC_OK) status = gather_members(set, facts->incident, birth, arena, &facts->by_incident);
    if (status == LAC_OK) status = gather_members(set, facts->network, birth, arena, &facts->by_network);
    if (status != LAC_OK) return lac_fail_memory(err, "facts of the cases");
    tally_all_more(set->cases, facts);
    return LAC_OK;
}

enum lac_status lac_reconcile_facts_build(const struct lac_reconcile_set *set,
                                          const struct lac_reconcile_birth *birth, struct lac_arena *arena,
                                          struct lac_reconcile_facts *facts, struct lac_error *err)
{
    if (partition_cases(set, arena, facts) != LAC_OK) return lac_fail_memory(err, "facts of the cases");
    return lac_reconcile_facts_gather(set, birth, arena, facts, err);
}

/* --- counts -------------------------------------------------------------------------------------------- */

/* The fewest suspects, without facilitators. `named` is the number of distinct named ones. */
static int32_t least_suspects(const struct lac_reconcile_tally *t, int32_t named, bool unidentified)
{
    /* A declared number is the total; without one, the rows and the declared unidentified add up. */
    if (unidentified)
        return t->suspects_known ? greater(t->suspects.low, named)
                                 : named + greater(t->unidentified.low, t->unnamed.low);
    if (t->suspects_known && t->unidentified.high != LAC_RECONCILE_UNBOUNDED)
        return greater(named, t->suspects.low - t->unidentified.high);
    return named;
}

struct lac_reconcile_range lac_reconcile_suspects_count(const struct lac_reconcile_gathering *gathering,
                                                        size_t group,
                                                        struct lac_reconcile_count_options options)
{
    const struct lac_reconcile_tally *tally = &gathering->tally[group];
    int32_t named = 0, facilitators = 0, of_age = 0, under = 0;
    struct lac_reconcile_range count;

    for (size_t i = gathering->first[group]; i < gathering->first[group + 1]; i++) {
        const struct lac_reconcile_member *m = &gathering->member[i];

        if (m->victim || (m->facilitator && !options.facilitators)) continue;
        if (m->facilitator)
            facilitators++;
        else
            named++;
        if (m->age_low >= options.age_min)
            of_age++;
        else if (m->age_high < options.age_min)
            under++;
    }
    count.low = least_suspects(tally, named, options.unidentified) + facilitators;
    count.high = add_bounded(named, options.unidentified ? tally->more_suspects : tally->more_identified);
    count.high = add_bounded(count.high, facilitators);
    if (options.age_min > 0) {
        count.low = of_age;
        if (count.high != LAC_RECONCILE_UNBOUNDED) count.high = greater(of_age, count.high - under);
    }
    return count;
}

struct lac_reconcile_range lac_reconcile_victims_count(const struct lac_reconcile_gathering *gathering,
                                                       size_t group)
{
    const struct lac_reconcile_tally *t = &gathering->tally[group];
    struct lac_reconcile_range count;
    int32_t persons = 0;

    for (size_t i = gathering->first[group]; i < gathering->first[group + 1]; i++)
        persons += gathering->member[i].victim ? 1 : 0;
    count.low = greater(t->victims.low, persons);
    count.high = add_bounded(persons, t->more_victims);
    return count;
}
