/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "person.h"

#include <stdlib.h>

#include "base/date.h"

struct entry {
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
    return (x->record > y->record) - (x->record < y->record);
}

enum lac_status lac_reconcile_index_build(const struct lac_reconcile_set *set, bool victims,
                                          struct lac_arena *arena, struct lac_reconcile_index *index,
                                          struct lac_error *err)
{
    const struct lac_reconcile_row *row = set->row;
    struct entry *entry = LAC_NEW(arena, struct entry, set->rows);
    size_t n = 0, persons = victims ? set->victims : set->suspects;

    index->persons = persons;
    index->first = LAC_NEW(arena, size_t, persons + 1);
    index->row = LAC_NEW(arena, size_t, set->rows);
    if (entry == NULL || index->first == NULL || index->row == NULL)
        return lac_fail_memory(err, "the index of persons");
    for (size_t i = 0; i < set->rows; i++) {
        if (!row[i].evidence || (row[i].role == LAC_RECONCILE_VICTIM) != victims) continue;
        entry[n++] = (struct entry){row[i].person, row[i].record, row[i].recorded, row[i].list, i};
    }
    if (n > 1) qsort(entry, n, sizeof *entry, compare_entries);
    for (size_t i = 0, p = 0; p <= persons; p++) {
        while (i < n && entry[i].person < p) i++;
        index->first[p] = i;
    }
    for (size_t i = 0; i < n; i++) index->row[i] = entry[i].row;
    return LAC_OK;
}

/* 3 for a full date, 2 for a month, 1 for a year, 0 for none. */
static int precision(int32_t partial)
{
    if (partial <= 0) return 0;
    if (partial % 100 != 0) return 3;
    return partial % 10000 != 0 ? 2 : 1;
}

/* Narrows `to` by `by`; false when they exclude each other (then `to` stays). */
static bool narrow(struct lac_reconcile_birth *to, struct lac_reconcile_birth by)
{
    if (by.first > to->last || by.last < to->first) return false;
    if (by.first > to->first) to->first = by.first;
    if (by.last < to->last) to->last = by.last;
    return true;
}

/* False when a record contradicts the others. */
static bool settle_birth(const struct lac_reconcile_row *row, const size_t *item, size_t n,
                         struct lac_reconcile_birth *birth)
{
    struct lac_reconcile_birth by;
    int best = 0;
    bool agree = true;

    *birth = (struct lac_reconcile_birth){INT32_MIN, INT32_MAX};
    for (size_t i = 0; i < n; i++) {
        if (precision(row[item[i]].dob) <= best) continue;
        best = precision(row[item[i]].dob);
        lac_partial_range(row[item[i]].dob, &birth->first, &birth->last);
    }
    for (size_t i = 0; i < n; i++) {
        const struct lac_reconcile_row *r = &row[item[i]];
        int32_t on = r->from != LAC_DATE_NONE ? r->from : r->to;

        if (precision(r->dob) > 0) {
            lac_partial_range(r->dob, &by.first, &by.last);
            agree = narrow(birth, by) && agree;
        }
        if (r->age >= 0 && on != LAC_DATE_NONE)
            agree = narrow(birth, lac_reconcile_birth_of_age(r->age, on)) && agree;
    }
    return agree;
}

static bool settle_sex(const struct lac_reconcile_row *row, const size_t *item, size_t n, char *sex)
{
    bool agree = true;

    *sex = 0;
    for (size_t i = 0; i < n; i++) {
        char value = row[item[i]].sex;

        if (value == 0) continue;
        if (*sex == 0) *sex = value;
        agree = agree && *sex == value;
    }
    return agree;
}

static bool districts_agree(const struct lac_reconcile_row *row, const size_t *item, size_t n)
{
    uint32_t lad = LAC_RECONCILE_NONE;

    for (size_t i = 0; i < n; i++) {
        uint32_t value = row[item[i]].lad;

        if (value == LAC_RECONCILE_NONE) continue;
        if (lad != LAC_RECONCILE_NONE && lad != value) return false;
        lad = value;
    }
    return true;
}

void lac_reconcile_persons_settle(const struct lac_reconcile_index *index,
                                  const struct lac_reconcile_row *row, struct lac_reconcile_person *person)
{
    for (size_t p = 0; p < index->persons; p++) {
        const size_t *item = index->row + index->first[p];
        size_t n = index->first[p + 1] - index->first[p];
        int conflicts = 0;

        conflicts += settle_birth(row, item, n, &person[p].birth) ? 0 : 1;
        conflicts += settle_sex(row, item, n, &person[p].sex) ? 0 : 1;
        conflicts += districts_agree(row, item, n) ? 0 : 1;
        person[p].conflicts = (uint8_t)conflicts;
    }
}
