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

/* Where and when of a person's events in the window. */
struct place {
    int32_t day, home_day, force_day; /* earliest event; with a home; with a reporting force */
    uint32_t home, force;
};

/* Ties on the day go to the record of higher precedence: events come in that order. */
static void place_add(struct place *place, const struct lac_reconcile_event *event, int32_t day, bool groups)
{
    bool has_home = event->home != LAC_RECONCILE_NONE && !(groups && event->home == LAC_RECONCILE_OUTSIDE);

    if (day < place->day) place->day = day;
    if (has_home && day < place->home_day) {
        place->home_day = day;
        place->home = event->home;
    }
    if (event->force != LAC_RECONCILE_NONE && day < place->force_day) {
        place->force_day = day;
        place->force = event->force;
    }
}

static bool touches(const struct lac_reconcile_event *event, struct lac_reconcile_window window)
{
    return event->first <= event->last && event->last >= window.start && event->first <= window.end;
}

/* What is the same of a person in every definition; false when it has no event in the window. */
static bool find_place(const struct lac_reconcile_population *population, size_t p,
                       struct lac_reconcile_window window, struct lac_reconcile_outcome *out)
{
    struct place place = {INT32_MAX, INT32_MAX, INT32_MAX, LAC_RECONCILE_NONE, LAC_RECONCILE_NONE};
    const struct lac_reconcile_index *index = &population->index;
    struct lac_reconcile_range age;
    bool any = false;

    for (size_t i = index->first[p]; i < index->first[p + 1]; i++) {
        struct lac_reconcile_event event = lac_reconcile_event_at(population, i);

        if (!touches(&event, window)) continue;
        any = true;
        place_add(&place, &event, event.first > window.start ? event.first : window.start,
                  population->groups);
    }
    if (!any) return false;
    age = lac_reconcile_age_on(population->person[p].birth, place.day);
    *out = (struct lac_reconcile_outcome){
        .person = (uint32_t)p,
        .age_low = (uint8_t)age.low,
        .age_high = (uint8_t)age.high,
        .home = place.home,
        .offence = place.force,
        .force = place.home != LAC_RECONCILE_NONE ? place.home : place.force,
        .age = age.low == age.high ? age.low : LAC_RECONCILE_UNSAID,
    };
    return true;
}

/* Lists by kind of record: every one, those of an event of the definition's kind; with and without referred
 * ones. */
struct lists {
    uint32_t any, any_own, event, event_own;
};

static void lists_add(struct lists *lists, const struct lac_reconcile_event *record, bool event)
{
    uint32_t bit = 1U << record->list;

    lists->any |= bit;
    if (record->own) lists->any_own |= bit;
    if (event) lists->event |= bit;
    if (event && record->own) lists->event_own |= bit;
}

/* Verdict and lists of a person in one definition. */
static void find_verdict(const struct lac_reconcile_population *population,
                         const struct lac_reconcile_decision *decision, struct lac_reconcile_window window,
                         struct lac_reconcile_outcome *out)
{
    const struct lac_reconcile_index *index = &population->index;
    struct lists lists = {0};
    bool any = false, counts;

    for (size_t i = index->first[out->person]; i < index->first[out->person + 1]; i++) {
        const struct lac_reconcile_decision *d = &decision[index->row[i]];
        struct lac_reconcile_event event = lac_reconcile_event_at(population, i);

        if (!touches(&event, window)) continue;
        lists_add(&lists, &event, d->event);
        if (any && d->verdict <= out->verdict) continue;
        any = true;
        out->verdict = d->verdict;
        out->reason = d->reason;
    }
    if (out->force == LAC_RECONCILE_OUTSIDE) {
        out->verdict = LAC_RECONCILE_OUT;
        out->reason = LAC_RECONCILE_REASON_GEOGRAPHY;
    }
    counts = out->verdict == LAC_RECONCILE_IN || out->verdict == LAC_RECONCILE_CANNOT_TELL;
    out->pattern = counts ? lists.event : lists.any;
    out->own = counts ? lists.event_own : lists.any_own;
}

size_t lac_reconcile_outcomes_make(const struct lac_reconcile_population *population,
                                   struct lac_reconcile_decision *const *decision, size_t rules,
                                   struct lac_reconcile_window window,
                                   struct lac_reconcile_outcome *const *outcome)
{
    size_t n = 0;

    for (size_t p = 0; p < population->index.persons; p++) {
        struct lac_reconcile_outcome out;

        if (!find_place(population, p, window, &out)) continue;
        for (size_t i = 0; i < rules; i++) {
            outcome[i][n] = out;
            find_verdict(population, decision[i], window, &outcome[i][n]);
        }
        n++;
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
