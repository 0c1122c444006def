/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "outcome.h"

#include "base/date.h"

bool lac_reconcile_window_holds(struct lac_reconcile_window window, const struct lac_reconcile_row *row,
                                int32_t *day)
{
    int32_t first, last;

    if (row->list == LAC_RECONCILE_NO_LIST || !lac_reconcile_row_event(row, &first, &last)) return false;
    if (last < window.start || first > window.end) return false;
    *day = first > window.start ? first : window.start;
    return true;
}

/* Where and when of a person's rows in the window. */
struct place {
    int32_t day, home_day, force_day; /* earliest event; with a home; with a reporting force */
    uint32_t home, force;
};

/* Ties on the day go to the record of higher precedence: rows come in that order. */
static void place_add(struct place *place, const struct lac_reconcile_row *row, int32_t day, bool groups)
{
    bool has_home = row->home != LAC_RECONCILE_NONE && !(groups && row->home == LAC_RECONCILE_OUTSIDE);

    if (day < place->day) place->day = day;
    if (has_home && day < place->home_day) {
        place->home_day = day;
        place->home = row->home;
    }
    if (row->force != LAC_RECONCILE_NONE && day < place->force_day) {
        place->force_day = day;
        place->force = row->force;
    }
}

/* Lists by kind of row: every row, rows of an event of the definition's kind; with and without referred ones.
 */
struct lists {
    uint32_t any, any_own, event, event_own;
};

static void lists_add(struct lists *lists, const struct lac_reconcile_row *row, bool event)
{
    uint32_t bit = 1U << row->list;
    bool own = row->referrer == LAC_RECONCILE_NO_LIST;

    lists->any |= bit;
    if (own) lists->any_own |= bit;
    if (event) lists->event |= bit;
    if (event && own) lists->event_own |= bit;
}

static void finish(const struct lists *lists, const struct place *place,
                   const struct lac_reconcile_person *person, struct lac_reconcile_outcome *out)
{
    struct lac_reconcile_range age = lac_reconcile_age_on(person->birth, place->day);

    out->home = place->home;
    out->offence = place->force;
    out->force = place->home != LAC_RECONCILE_NONE ? place->home : place->force;
    if (out->force == LAC_RECONCILE_OUTSIDE) {
        out->verdict = LAC_RECONCILE_OUT;
        out->reason = LAC_RECONCILE_REASON_GEOGRAPHY;
    }
    out->age = age.low == age.high ? age.low : LAC_RECONCILE_UNSAID;
    if (out->verdict == LAC_RECONCILE_IN || out->verdict == LAC_RECONCILE_CANNOT_TELL) {
        out->pattern = lists->event;
        out->own = lists->event_own;
    } else {
        out->pattern = lists->any;
        out->own = lists->any_own;
    }
}

size_t lac_reconcile_outcomes_make(const struct lac_reconcile_population *population,
                                   const struct lac_reconcile_decision *decision,
                                   struct lac_reconcile_window window, struct lac_reconcile_outcome *outcome)
{
    const struct lac_reconcile_index *index = &population->index;
    const struct lac_reconcile_row *row = population->row;
    size_t n = 0;

    for (size_t p = 0; p < index->persons; p++) {
        struct place place = {INT32_MAX, INT32_MAX, INT32_MAX, LAC_RECONCILE_NONE, LAC_RECONCILE_NONE};
        struct lists lists = {0};
        struct lac_reconcile_outcome out = {.person = (uint32_t)p};
        bool any = false;

        for (size_t i = index->first[p]; i < index->first[p + 1]; i++) {
            size_t r = index->row[i];
            int32_t day;

            if (!lac_reconcile_window_holds(window, &row[r], &day)) continue;
            place_add(&place, &row[r], day, population->groups);
            lists_add(&lists, &row[r], decision[r].event);
            if (any && decision[r].verdict <= out.verdict) continue;
            any = true;
            out.verdict = decision[r].verdict;
            out.reason = decision[r].reason;
        }
        if (!any) continue;
        finish(&lists, &place, &population->person[p], &out);
        outcome[n++] = out;
    }
    return n;
}

/* Counted apart is not counted: 0, as out. */
static int surety(uint8_t verdict)
{
    if (verdict == LAC_RECONCILE_IN) return 2;
    return verdict == LAC_RECONCILE_CANNOT_TELL ? 1 : 0;
}

size_t lac_reconcile_nesting_breaches(const struct lac_reconcile_outcome *inner,
                                      const struct lac_reconcile_outcome *outer, size_t n)
{
    size_t breaches = 0;

    for (size_t i = 0; i < n; i++) {
        if (surety(inner[i].verdict) > surety(outer[i].verdict)) breaches++;
    }
    return breaches;
}

/* The day `months` after the first day of the period; a quarter begins where the one before it ends. */
static int32_t months_on(struct lac_reconcile_window period, int months)
{
    int year, month, day;

    lac_date_to_civil(period.start, &year, &month, &day);
    months += month - 1;
    return lac_date_from_civil(year + months / 12, months % 12 + 1, 1) + day - 1;
}

size_t lac_reconcile_quarters(struct lac_reconcile_window period, struct lac_reconcile_window *quarter,
                              size_t most)
{
    size_t n = 0;

    while (n < most) {
        int32_t start = months_on(period, 3 * (int)n), end = months_on(period, 3 * (int)n + 3) - 1;

        if (start > period.end) break;
        quarter[n++] = (struct lac_reconcile_window){start, end < period.end ? end : period.end};
    }
    return n;
}

size_t lac_reconcile_rolling(struct lac_reconcile_window period, struct lac_reconcile_window *year,
                             size_t most)
{
    size_t n = 0;

    while (n < most) {
        int32_t end = months_on(period, 3 * (int)n + 12) - 1;

        if (end > period.end) break;
        year[n] = (struct lac_reconcile_window){months_on(period, 3 * (int)n), end};
        n++;
    }
    return n;
}

size_t lac_reconcile_windows(struct lac_reconcile_window period, struct lac_reconcile_window_kinds kinds,
                             size_t most, struct lac_reconcile_window *window, bool *counted)
{
    size_t n = 1, kept = 1;

    window[0] = period;
    counted[0] = kinds.period;
    if (kinds.quarters) n += lac_reconcile_quarters(period, window + n, most);
    if (kinds.rolling) n += lac_reconcile_rolling(period, window + n, most);
    for (size_t i = 1; i < n; i++) {
        if (window[i].start == period.start && window[i].end == period.end) {
            counted[0] = true;
            continue;
        }
        window[kept] = window[i];
        counted[kept++] = true;
    }
    return kept;
}
