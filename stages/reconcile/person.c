/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "person.h"

#include <stdlib.h>

#include "base/date.h"

struct entry {
    uint64_t order;
    uint32_t person, record;
    int32_t recorded;
    uint8_t list;
    size_t row;
};

static int compare_entries(const void *a, const void *b)
{
    const struct entry *x = a, *y = b;

    if (x->person != y->person) return x->person < y->person ? -1 : 1;
    if (x->list != y->list) return x->list < y->list ? -1 : 1;
    if (x->recorded != y->recorded) return x->recorded > y->recorded ? -1 : 1; /* missing is the lowest */
    if (x->order != y->order) return x->order < y->order ? -1 : 1;
    return (x->record > y->record) - (x->record < y->record);
}

static bool is_of(const struct lac_reconcile_row *row, enum lac_reconcile_whose whose)
{
    bool victim = row->role == LAC_RECONCILE_VICTIM;

    if (!row->evidence || victim != (whose == LAC_RECONCILE_OF_VICTIMS)) return false;
    return whose != LAC_RECONCILE_OF_IDENTIFIED || row->named;
}

enum lac_status lac_reconcile_index_by(const struct lac_reconcile_set *set,
                                       const struct lac_reconcile_grouping *grouping, struct lac_arena *arena,
                                       struct lac_reconcile_index *index, struct lac_error *err)
{
    const struct lac_reconcile_row *row = set->row;
    struct entry *entry = LAC_NEW(arena, struct entry, set->rows);
    size_t n = 0, persons = grouping->groups;

    index->persons = persons;
    index->first = LAC_NEW(arena, size_t, persons + 1);
    index->row = LAC_NEW(arena, size_t, set->rows);
    if (entry == NULL || index->first == NULL || index->row == NULL)
        return lac_fail_memory(err, "the index of persons");
    for (size_t i = 0; i < set->rows; i++) {
        if (grouping->of_row[i] == LAC_RECONCILE_NONE) continue;
        entry[n++] =
            (struct entry){row[i].order, grouping->of_row[i], row[i].record, row[i].recorded, row[i].list, i};
    }
    if (n > 1) qsort(entry, n, sizeof *entry, compare_entries);
    for (size_t i = 0, p = 0; p <= persons; p++) {
        while (i < n && entry[i].person < p) i++;
        index->first[p] = i;
    }
    for (size_t i = 0; i < n; i++) index->row[i] = entry[i].row;
    return LAC_OK;
}

enum lac_status lac_reconcile_index_build(const struct lac_reconcile_set *set, enum lac_reconcile_whose whose,
                                          struct lac_arena *arena, struct lac_reconcile_index *index,
                                          struct lac_error *err)
{
    struct lac_reconcile_grouping persons = {LAC_NEW(arena, uint32_t, set->rows),
                                             whose == LAC_RECONCILE_OF_VICTIMS ? set->victims
                                                                               : set->suspects};

    if (persons.of_row == NULL) return lac_fail_memory(err, "the index of persons");
    for (size_t i = 0; i < set->rows; i++)
        persons.of_row[i] = is_of(&set->row[i], whose) ? set->row[i].person : LAC_RECONCILE_NONE;
    return lac_reconcile_index_by(set, &persons, arena, index, err);
}

/* 3 for a full date, 2 for a month, 1 for a year, 0 for none. */
static int precision(int32_t partial)
{
    if (partial <= 0) return 0;
    if (partial % 100 != 0) return 3;
    return partial % 10000 != 0 ? 2 : 1;
}

static void give(struct lac_reconcile_source *source, size_t row, enum lac_reconcile_field field)
{
    if (source != NULL) source[row].gives |= (uint8_t)field;
}

static void contradict(struct lac_reconcile_source *source, size_t row, enum lac_reconcile_field field)
{
    if (source != NULL) source[row].contradicts |= (uint8_t)field;
}

/* Narrows `to` by what row `r` says; false when they exclude each other (then `to` stays). */
static bool narrow(struct lac_reconcile_birth *to, struct lac_reconcile_birth by, size_t r,
                   struct lac_reconcile_source *source)
{
    if (by.first > to->last || by.last < to->first) {
        contradict(source, r, LAC_RECONCILE_BIRTH);
        return false;
    }
    if (by.first > to->first || by.last < to->last) give(source, r, LAC_RECONCILE_BIRTH_NARROWED);
    if (by.first > to->first) to->first = by.first;
    if (by.last < to->last) to->last = by.last;
    return true;
}

/* The most precise date of birth; the first of equals. */
static void start_birth(const struct lac_reconcile_row *row, const size_t *item, size_t n,
                        struct lac_reconcile_birth *birth, struct lac_reconcile_source *source)
{
    size_t from = n;
    int best = 0;

    *birth = (struct lac_reconcile_birth){INT32_MIN, INT32_MAX};
    for (size_t i = 0; i < n; i++) {
        if (precision(row[item[i]].dob) <= best) continue;
        best = precision(row[item[i]].dob);
        from = i;
    }
    if (from == n) return;
    lac_partial_range(row[item[from]].dob, &birth->first, &birth->last);
    give(source, item[from], LAC_RECONCILE_BIRTH);
}

/* False when a record contradicts the others. `source` may be NULL, here and below. */
static bool settle_birth(const struct lac_reconcile_row *row, const size_t *item, size_t n,
                         struct lac_reconcile_birth *birth, struct lac_reconcile_source *source)
{
    struct lac_reconcile_birth by;
    bool agree = true;

    start_birth(row, item, n, birth, source);
    for (size_t i = 0; i < n; i++) {
        const struct lac_reconcile_row *r = &row[item[i]];
        int32_t on = r->from != LAC_DATE_NONE ? r->from : r->to;

        if (precision(r->dob) > 0) {
            lac_partial_range(r->dob, &by.first, &by.last);
            agree = narrow(birth, by, item[i], source) && agree;
        }
        if (r->age >= 0 && on != LAC_DATE_NONE)
            agree = narrow(birth, lac_reconcile_birth_of_age(r->age, on), item[i], source) && agree;
    }
    return agree;
}

static bool settle_sex(const struct lac_reconcile_row *row, const size_t *item, size_t n, char *sex,
                       struct lac_reconcile_source *source)
{
    bool agree = true;

    *sex = 0;
    for (size_t i = 0; i < n; i++) {
        char value = row[item[i]].sex;

        if (value == 0) continue;
        if (*sex == 0) give(source, item[i], LAC_RECONCILE_SEX);
        if (*sex == 0) *sex = value;
        if (*sex == value) continue;
        contradict(source, item[i], LAC_RECONCILE_SEX);
        agree = false;
    }
    return agree;
}

static bool settle_district(const struct lac_reconcile_row *row, const size_t *item, size_t n,
                            struct lac_reconcile_source *source)
{
    uint32_t lad = LAC_RECONCILE_NONE;
    bool agree = true;

    for (size_t i = 0; i < n; i++) {
        uint32_t value = row[item[i]].lad;

        if (value == LAC_RECONCILE_NONE) continue;
        if (lad == LAC_RECONCILE_NONE) give(source, item[i], LAC_RECONCILE_DISTRICT);
        if (lad == LAC_RECONCILE_NONE) lad = value;
        if (lad == value) continue;
        contradict(source, item[i], LAC_RECONCILE_DISTRICT);
        agree = false;
    }
    return agree;
}

static struct lac_reconcile_person settle(const struct lac_reconcile_index *index, size_t p,
                                          const struct lac_reconcile_row *row,
                                          struct lac_reconcile_source *source)
{
    const size_t *item = index->row + index->first[p];
    size_t n = index->first[p + 1] - index->first[p];
    struct lac_reconcile_person person = {.sex = 0};
    int conflicts = 0;

    conflicts += settle_birth(row, item, n, &person.birth, source) ? 0 : 1;
    conflicts += settle_sex(row, item, n, &person.sex, source) ? 0 : 1;
    conflicts += settle_district(row, item, n, source) ? 0 : 1;
    person.conflicts = (uint8_t)conflicts;
    return person;
}

void lac_reconcile_persons_settle(const struct lac_reconcile_index *index,
                                  const struct lac_reconcile_row *row, struct lac_reconcile_person *person)
{
    for (size_t p = 0; p < index->persons; p++) person[p] = settle(index, p, row, NULL);
}

void lac_reconcile_sources_find(const struct lac_reconcile_index *index, const struct lac_reconcile_row *row,
                                struct lac_reconcile_source *source)
{
    for (size_t i = 0; i < index->first[index->persons]; i++)
        source[index->row[i]] = (struct lac_reconcile_source){0, 0};
    for (size_t p = 0; p < index->persons; p++) (void)settle(index, p, row, source);
}
