/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "impute.h"

#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "base/random.h"

#define EMPTY UINT32_MAX
#define FIRST_SLOTS 256
#define CLASSES 3 /* verdicts under the headline: in, cannot tell, else */

enum { ALL, LISTS, VERDICT, OTHER, LEVELS };

/* What persons share: at a coarser level the finer members are 0. */
struct likeness {
    uint32_t what, level, lists, verdict, other; /* other: one more than the value of the other stratum */
};
/* Persons alike. `share`: per draw and value, up to which 32-bit number the value is drawn; NULL until asked
 * for. */
struct lac_reconcile_alike {
    struct likeness of;
    uint32_t *count; /* per value */
    double *share;   /* [draw][value] */
};

static size_t values_of(const struct lac_reconcile_imputer *m, size_t what)
{
    return what == LAC_RECONCILE_IMPUTE_FORCE ? m->forces : m->strata->item[what].values;
}

/* --- persons alike ------------------------------------------------------------------------------------- */

static bool same(const struct likeness *a, const struct likeness *b)
{
    return memcmp(a, b, sizeof *a) == 0;
}

static size_t slot_of(const struct lac_reconcile_imputer *m, const struct likeness *of)
{
    size_t at = (size_t)lac_hash64(of, sizeof *of, 0) & (m->slots - 1);

    while (m->slot[at] != EMPTY && !same(&m->alike[m->slot[at]].of, of)) at = (at + 1) & (m->slots - 1);
    return at;
}

static bool grow_slots(struct lac_reconcile_imputer *m)
{
    uint32_t *slot = malloc(2 * m->slots * sizeof *slot);

    if (slot == NULL) return false;
    free(m->slot);
    m->slot = slot;
    m->slots *= 2;
    memset(slot, 0xff, m->slots * sizeof *slot);
    for (uint32_t i = 0; i < m->groups; i++) m->slot[slot_of(m, &m->alike[i].of)] = i;
    return true;
}

/* Persons with the likeness, made when there are none yet; NULL when memory is short. */
static struct lac_reconcile_alike *find_alike(struct lac_reconcile_imputer *m, const struct likeness *of)
{
    size_t at = slot_of(m, of);
    struct lac_reconcile_alike *alike;

    if (m->slot[at] != EMPTY) return &m->alike[m->slot[at]];
    if (m->groups == m->capacity) {
        size_t capacity = m->capacity == 0 ? 64 : 2 * m->capacity;
        void *grown = realloc(m->alike, capacity * sizeof *m->alike);

        if (grown == NULL) return NULL;
        m->alike = grown;
        m->capacity = capacity;
    }
    alike = &m->alike[m->groups];
    *alike = (struct lac_reconcile_alike){.of = *of,
                                          .count = calloc(values_of(m, of->what) + 1, sizeof *alike->count)};
    if (alike->count == NULL) return NULL;
    m->slot[at] = (uint32_t)m->groups++;
    if (2 * m->groups > m->slots && !grow_slots(m)) return NULL;
    return &m->alike[m->groups - 1];
}

static struct likeness coarser(struct likeness of)
{
    if (of.level == OTHER) of.other = 0;
    if (of.level == VERDICT) of.verdict = 0;
    if (of.level == LISTS) of.lists = 0;
    of.level--;
    return of;
}

/* --- a person ------------------------------------------------------------------------------------------ */

/* What is known of a person. Ages are bands, the first and the last it may be in. */
struct portrait {
    uint32_t lists, verdict;
    size_t value[LAC_RECONCILE_IMPUTED];                            /* values_of(): not known */
    size_t low[LAC_RECONCILE_IMPUTED], high[LAC_RECONCILE_IMPUTED]; /* where it may be */
};

/* Lists and verdict of a person over its evidence in the period; false without any. */
static bool sketch(const struct lac_reconcile_imputer *m, const struct lac_reconcile_population *people,
                   const struct lac_reconcile_decision *decision, size_t person, struct portrait *portrait)
{
    uint8_t verdict = LAC_RECONCILE_OUT;

    *portrait = (struct portrait){.lists = 0};
    for (size_t i = people->index.first[person]; i < people->index.first[person + 1]; i++) {
        struct lac_reconcile_event event = lac_reconcile_event_at(people, i);
        uint8_t of_row = decision[people->index.row[i]].verdict;

        if (event.first > event.last || event.last < m->period.start || event.first > m->period.end) continue;
        portrait->lists |= 1U << event.list;
        if (of_row > verdict) verdict = of_row;
    }
    portrait->verdict = verdict == LAC_RECONCILE_IN ? 1 : verdict == LAC_RECONCILE_CANNOT_TELL ? 2 : CLASSES;
    return portrait->lists != 0;
}

/* Fills in what is known in the outcome's window. */
static void fill(const struct lac_reconcile_imputer *m, const struct lac_reconcile_person *person,
                 const struct lac_reconcile_outcome *outcome, struct portrait *portrait)
{
    for (size_t k = 0; k < m->strata->count; k++) {
        const struct lac_reconcile_stratum *stratum = &m->strata->item[k];

        portrait->value[k] = lac_reconcile_stratum_value(stratum, person, outcome);
        portrait->low[k] = 0;
        portrait->high[k] = stratum->values - 1;
        if (stratum->by != LAC_RECONCILE_BY_AGE) continue;
        portrait->low[k] = lac_reconcile_stratum_band(stratum, outcome->age_low);
        portrait->high[k] = lac_reconcile_stratum_band(stratum, outcome->age_high);
    }
    portrait->value[LAC_RECONCILE_IMPUTE_FORCE] = outcome->force < m->forces ? outcome->force : m->forces;
    portrait->high[LAC_RECONCILE_IMPUTE_FORCE] = m->forces - 1;
}

/* The stratum that goes with another one: the sex with the age band. */
static size_t other_of(const struct lac_reconcile_imputer *m, size_t what)
{
    for (size_t k = 0; what < m->strata->count && k < m->strata->count; k++) {
        if (k != what) return k;
    }
    return LAC_RECONCILE_IMPUTED;
}

/* Likeness at the finest level; `other` is the value of the other stratum, its number of values unknown. */
static struct likeness likeness_of(const struct lac_reconcile_imputer *m, const struct portrait *portrait,
                                   size_t what, size_t other)
{
    size_t with = other_of(m, what);
    struct likeness of = {(uint32_t)what, VERDICT, portrait->lists, portrait->verdict, 0};

    if (with == LAC_RECONCILE_IMPUTED || other >= values_of(m, with)) return of;
    of.level = OTHER;
    of.other = (uint32_t)other + 1;
    return of;
}

/* --- learning ------------------------------------------------------------------------------------------ */

static bool learn_value(struct lac_reconcile_imputer *m, const struct portrait *portrait, size_t what)
{
    size_t with = other_of(m, what);
    struct likeness of =
        likeness_of(m, portrait, what, with == LAC_RECONCILE_IMPUTED ? 0 : portrait->value[with]);

    if (portrait->value[what] >= values_of(m, what)) return true;
    for (;;) {
        struct lac_reconcile_alike *alike = find_alike(m, &of);

        if (alike == NULL) return false;
        alike->count[portrait->value[what]]++;
        if (of.level == ALL) return true;
        of = coarser(of);
    }
}

static bool asks(const struct lac_reconcile_imputer *m, size_t what)
{
    return what < m->strata->count || (what == LAC_RECONCILE_IMPUTE_FORCE && m->forces > 0);
}

static bool learn_persons(const struct lac_reconcile_impute_lessons *lessons, struct lac_arena *arena,
                          struct lac_reconcile_imputer *m)
{
    const struct lac_reconcile_population *people = lessons->population;
    struct lac_reconcile_outcome *outcome =
        LAC_NEW(arena, struct lac_reconcile_outcome, people->index.persons);
    size_t n;

    if (outcome == NULL) return false;
    n = lac_reconcile_outcomes_make(people, &lessons->decision[m->headline], 1, m->period, &outcome);
    for (size_t i = 0; i < n; i++) {
        size_t person = outcome[i].person;
        struct portrait portrait;

        if (!sketch(m, people, lessons->decision[m->headline], person, &portrait)) continue;
        fill(m, &people->person[person], &outcome[i], &portrait);
        for (size_t what = 0; what < LAC_RECONCILE_IMPUTED; what++) {
            if (asks(m, what) && !learn_value(m, &portrait, what)) return false;
        }
    }
    return true;
}

enum lac_status lac_reconcile_imputer_learn(const struct lac_reconcile_impute_lessons *lessons,
                                            struct lac_arena *arena, struct lac_reconcile_imputer *m,
                                            struct lac_error *err)
{
    bool ok = true;

    *m = (struct lac_reconcile_imputer){.draws_values = lessons->impute && lessons->draws > 0,
                                        .draws = lessons->draws,
                                        .seed = lessons->seed,
                                        .population = (uint32_t)lessons->whose,
                                        .period = lessons->period,
                                        .strata = lessons->strata,
                                        .forces = lessons->forces,
                                        .headline = lessons->headline,
                                        .slots = FIRST_SLOTS};
    for (size_t k = 0; k < LAC_RECONCILE_IMPUTED; k++) {
        m->drawn[k] = LAC_NEW(arena, uint8_t, m->draws);
        ok = ok && m->drawn[k] != NULL;
    }
    m->slot = malloc(FIRST_SLOTS * sizeof *m->slot);
    if (!ok || m->slot == NULL) return lac_fail_memory(err, "missing values");
    memset(m->slot, 0xff, FIRST_SLOTS * sizeof *m->slot);
    if (m->draws_values && !learn_persons(lessons, arena, m)) return lac_fail_memory(err, "missing values");
    return LAC_OK;
}

void lac_reconcile_imputer_release(struct lac_reconcile_imputer *m)
{
    for (size_t i = 0; i < m->groups; i++) {
        free(m->alike[i].count);
        free(m->alike[i].share);
    }
    free(m->alike);
    free(m->slot);
    memset(m, 0, sizeof *m);
}

/* --- drawing ------------------------------------------------------------------------------------------- */

/* Draws shares of one draw from their posterior, given the coarser ones (NULL: none). */
static void draw_shares(struct lac_random *random, const struct lac_reconcile_alike *alike, size_t values,
                        const double *prior, double *share)
{
    double sum = 0;

    for (size_t v = 0; v < values; v++) {
        double shape =
            alike->count[v] + (prior == NULL ? 1.0 / (double)values : LAC_RECONCILE_IMPUTE_WEIGHT * prior[v]);

        share[v] = shape > 0 ? lac_random_gamma(random, shape, 1) : 0;
        sum += share[v];
    }
    for (size_t v = 0; v < values; v++) share[v] = sum > 0 ? share[v] / sum : 1.0 / (double)values;
}

/* Shares of persons alike in every draw; NULL when memory is short. */
static const double *shares_of(struct lac_reconcile_imputer *m, struct likeness of)
{
    struct lac_reconcile_alike *alike = find_alike(m, &of);
    size_t values = values_of(m, of.what);
    uint64_t name = lac_hash64(&of, sizeof of, m->population);
    const double *prior = NULL;
    double *share;

    if (alike == NULL || alike->share != NULL) return alike == NULL ? NULL : alike->share;
    if (of.level > ALL && (prior = shares_of(m, coarser(of))) == NULL) return NULL;
    if ((share = calloc(m->draws * values, sizeof *share)) == NULL) return NULL;
    alike = find_alike(m, &of); /* the coarser ones may have moved it */
    for (size_t d = 0; d < m->draws; d++) {
        struct lac_random random;

        lac_random_init(&random, m->seed, LAC_PURPOSE_IMPUTE, (uint32_t)d, (uint32_t)name,
                        (uint32_t)(name >> 32));
        draw_shares(&random, alike, values, prior == NULL ? NULL : prior + d * values, share + d * values);
    }
    alike->share = share;
    return share;
}

/* The value at `u` of (0, 1), among those from `low` to `high`. */
static uint8_t pick(const double *share, size_t low, size_t high, double u)
{
    double sum = 0, at = 0;

    for (size_t v = low; v <= high; v++) sum += share[v];
    if (sum <= 0) return (uint8_t)(low + (size_t)(u * (double)(high - low + 1)));
    for (size_t v = low; v < high; v++) {
        at += share[v];
        if (u * sum < at) return (uint8_t)v;
    }
    return (uint8_t)high;
}

/* The person's stream, named by what its records say. */
static struct lac_random stream_of(const struct lac_reconcile_imputer *m,
                                   const struct lac_reconcile_population *people, size_t person, size_t what)
{
    uint64_t name = UINT64_MAX;
    struct lac_random random;

    for (size_t i = people->index.first[person]; i < people->index.first[person + 1]; i++) {
        uint64_t content = people->row[people->index.row[i]].content;

        if (content < name) name = content;
    }
    name ^= (uint64_t)m->population << 62;
    lac_random_init(&random, m->seed, LAC_PURPOSE_IMPUTE, (uint32_t)name, (uint32_t)(name >> 32),
                    (uint32_t)what);
    return random;
}

/* Draws one missing value; `other` is drawn per draw, or NULL. */
static bool draw_value(struct lac_reconcile_imputer *m, const struct lac_reconcile_drawing *drawing,
                       const struct portrait *portrait, size_t what, const uint8_t *other)
{
    size_t with = other_of(m, what), values = values_of(m, what),
           known = with == LAC_RECONCILE_IMPUTED ? 0 : portrait->value[with];
    struct lac_random random =
        stream_of(m, drawing->population, drawing->outcome[0][drawing->at].person, what);
    const double *share = NULL;

    for (size_t d = 0; d < m->draws; d++) {
        if (other != NULL || share == NULL)
            share = shares_of(m, likeness_of(m, portrait, what, other != NULL ? other[d] : known));
        if (share == NULL) return false;
        m->drawn[what][d] =
            pick(share + d * values, portrait->low[what], portrait->high[what], lac_random_uniform(&random));
    }
    return true;
}

/* Whether a value of the person is to be drawn. */
static bool lacks(const struct lac_reconcile_imputer *m, const struct portrait *portrait,
                  const struct lac_reconcile_outcome *outcome, size_t what)
{
    if (what == LAC_RECONCILE_IMPUTE_FORCE) return m->forces > 0 && outcome->force == LAC_RECONCILE_NONE;
    return what < m->strata->count && portrait->value[what] >= values_of(m, what);
}

enum lac_status lac_reconcile_imputer_stand(struct lac_reconcile_imputer *m,
                                            const struct lac_reconcile_drawing *drawing,
                                            struct lac_reconcile_stand *stand)
{
    const struct lac_reconcile_outcome *outcome = &drawing->outcome[0][drawing->at];
    const struct lac_reconcile_population *people = drawing->population;
    struct portrait portrait;
    bool missing = outcome->force == LAC_RECONCILE_NONE && m->forces > 0;

    *stand = (struct lac_reconcile_stand){.force = NULL};
    for (size_t k = 0; k < m->strata->count; k++) {
        const struct lac_reconcile_stratum *stratum = &m->strata->item[k];

        stand->value[k] = lac_reconcile_stratum_value(stratum, &people->person[outcome->person], outcome);
        missing = missing || stand->value[k] >= stratum->values;
    }
    if (!missing || !m->draws_values) return LAC_OK;
    if (!sketch(m, people, drawing->decision[m->headline], outcome->person, &portrait)) return LAC_OK;
    fill(m, &people->person[outcome->person], outcome, &portrait);
    for (size_t what = 0; what < LAC_RECONCILE_IMPUTED; what++) {
        size_t with = other_of(m, what);

        if (!lacks(m, &portrait, outcome, what)) continue;
        if (!draw_value(m, drawing, &portrait, what, with < what ? stand->drawn[with] : NULL))
            return LAC_NOMEM;
        if (what == LAC_RECONCILE_IMPUTE_FORCE)
            stand->force = m->drawn[what];
        else
            stand->drawn[what] = m->drawn[what];
    }
    return LAC_OK;
}
