/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "doubt.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/random.h"
#include "logit.h"

/* What a record says, packed: the other lists (32 bits), the list (8), traits (8), whether another record is
 * decided against (1), and for records to be drawn the open clauses (8). */
typedef uint64_t key;
#define REST ((key)1 << 48)
#define OPEN_SHIFT 49

static key key_of(uint32_t others, uint8_t list, uint8_t traits, bool rest)
{
    return others | (key)list << 32 | (key)(traits & ~LAC_RECONCILE_FAILED) << 40 | (rest ? REST : 0);
}

/* Things found by key, in a hash table. `number` is what the caller keeps per entry. */
struct entry {
    key key;
    size_t yes, no; /* trials; of a class: yes is its number */
    bool used;
};
struct map {
    struct entry *entry;
    size_t slots, count;
};

static struct entry *map_slot(const struct map *map, key k)
{
    size_t at = (size_t)((k * UINT64_C(0x9E3779B97F4A7C15)) >> 20) & (map->slots - 1);

    while (map->entry[at].used && map->entry[at].key != k) at = (at + 1) & (map->slots - 1);
    return &map->entry[at];
}

/* The entry of a key, made when it is new; NULL when memory is short. */
static struct entry *map_find(struct map *map, key k)
{
    struct entry *found;

    if (2 * (map->count + 1) > map->slots) {
        struct map grown = {NULL, map->slots == 0 ? 64 : 2 * map->slots, map->count};

        grown.entry = calloc(grown.slots, sizeof *grown.entry);
        if (grown.entry == NULL) return NULL;
        for (size_t i = 0; i < map->slots; i++) {
            if (map->entry[i].used) *map_slot(&grown, map->entry[i].key) = map->entry[i];
        }
        free(map->entry);
        *map = grown;
    }
    found = map_slot(map, k);
    if (!found->used) {
        *found = (struct entry){.key = k, .used = true};
        map->count++;
    }
    return found;
}

static int compare_entries(const void *a, const void *b)
{
    const struct entry *x = a, *y = b;

    if (x->used != y->used) return x->used ? -1 : 1;
    return (x->key > y->key) - (x->key < y->key);
}

struct lac_reconcile_doubt {
    struct lac_reconcile_trials trials[LAC_RECONCILE_CLAUSES];
    double *beta[LAC_RECONCILE_CLAUSES]; /* [draw][p] */
    struct map classes;                  /* of records to be drawn, by key */
    uint32_t *threshold;                 /* [class][draw] */
    size_t capacity;
};

/* --- covariates ---------------------------------------------------------------------------------------- */

enum { INTERCEPT, AGAINST, NAMED_ONE, NAMED_MORE, FLAG_YES, FLAG_NO, FIXED };

static size_t covariates(size_t lists)
{
    return FIXED + 2 * lists;
}

static void covariates_of(key k, size_t lists, struct lac_reconcile_case *item)
{
    unsigned traits = (unsigned)(k >> 40) & 0xff, named = traits >> 1 & 3U, flag = traits >> 3 & 3U;
    size_t list = (size_t)(k >> 32) & 0xff;

    item->ones = 0;
    item->one[item->ones++] = INTERCEPT;
    if (k & REST) item->one[item->ones++] = AGAINST;
    if (named > 0) item->one[item->ones++] = named == 1 ? NAMED_ONE : NAMED_MORE;
    if (flag == 1) item->one[item->ones++] = FLAG_YES;
    if (flag == 2) item->one[item->ones++] = FLAG_NO;
    item->one[item->ones++] = (unsigned short)(FIXED + list);
    for (size_t i = 0; i < lists; i++) {
        if (i != list && (k >> i & 1U)) item->one[item->ones++] = (unsigned short)(FIXED + lists + i);
    }
}

/* --- learning ------------------------------------------------------------------------------------------ */

/* Verdicts of a person's records that form a list. */
struct sight {
    size_t in, against;
    uint32_t lists;
};

static bool forms_list(const struct lac_reconcile_row *row)
{
    return row->list != LAC_RECONCILE_NO_LIST;
}

static void see(struct sight *sight, const struct lac_reconcile_row *row,
                const struct lac_reconcile_decision *decision)
{
    sight->in += decision->verdict == LAC_RECONCILE_IN ? 1 : 0;
    sight->against +=
        decision->verdict == LAC_RECONCILE_OUT || decision->verdict == LAC_RECONCILE_APART ? 1 : 0;
    if (decision->event) sight->lists |= 1U << row->list;
}

static bool is_against(const struct lac_reconcile_decision *d)
{
    return d->verdict == LAC_RECONCILE_OUT || d->verdict == LAC_RECONCILE_APART;
}

/* Adds the trials of one record. */
static bool try_row(const struct sight *sight, const struct lac_reconcile_row *row,
                    const struct lac_reconcile_decision *d, unsigned *taken, struct map *trials)
{
    bool rest = sight->against > (is_against(d) ? 1U : 0U);
    unsigned fresh = d->trial & ~*taken;

    if (sight->in > (d->verdict == LAC_RECONCILE_IN ? 1U : 0U)) return true;
    for (int c = 0; c < LAC_RECONCILE_CLAUSES; c++) {
        struct entry *entry;

        if (!(fresh >> c & 1U)) continue;
        entry = map_find(&trials[c], key_of(sight->lists & ~(1U << row->list), row->list, d->traits, rest));
        if (entry == NULL) return false;
        *(d->traits & LAC_RECONCILE_FAILED ? &entry->no : &entry->yes) += 1;
    }
    *taken |= fresh;
    return true;
}

static bool gather_trials(const struct lac_reconcile_population *population,
                          const struct lac_reconcile_decision *decision, struct map *trials)
{
    const struct lac_reconcile_index *index = &population->index;
    bool ok = true;

    for (size_t p = 0; ok && p < index->persons; p++) {
        struct sight sight = {0, 0, 0};
        unsigned taken = 0;

        for (size_t i = index->first[p]; i < index->first[p + 1]; i++) {
            size_t r = index->row[i];

            if (forms_list(&population->row[r])) see(&sight, &population->row[r], &decision[r]);
        }
        for (size_t i = index->first[p]; ok && i < index->first[p + 1]; i++) {
            size_t r = index->row[i];

            if (forms_list(&population->row[r]))
                ok = try_row(&sight, &population->row[r], &decision[r], &taken, trials);
        }
    }
    return ok;
}

/* Draws the coefficients of one clause from its trials. */
static enum lac_status learn_clause(const struct lac_reconcile_lessons *lessons, struct map *trials,
                                    uint32_t stream, struct lac_arena *arena,
                                    struct lac_reconcile_doubt *doubt, struct lac_error *err)
{
    size_t p = covariates(lessons->lists), n = trials->count;
    uint32_t clause = stream % LAC_RECONCILE_CLAUSES;
    struct lac_reconcile_case *item = LAC_NEW(arena, struct lac_reconcile_case, n);
    struct lac_reconcile_logit logit;
    enum lac_status status;

    doubt->beta[clause] = LAC_NEW(arena, double, lessons->draws *p);
    if (item == NULL || doubt->beta[clause] == NULL) return lac_fail_memory(err, "persons in doubt");
    if (trials->slots > 1) qsort(trials->entry, trials->slots, sizeof *trials->entry, compare_entries);
    for (size_t i = 0; i < n; i++) {
        covariates_of(trials->entry[i].key, lessons->lists, &item[i]);
        item[i].yes = (double)trials->entry[i].yes;
        item[i].no = (double)trials->entry[i].no;
        doubt->trials[clause].cases += trials->entry[i].yes + trials->entry[i].no;
        doubt->trials[clause].held += trials->entry[i].yes;
    }
    status = lac_reconcile_logit_fit(item, n, p, arena, &logit, err);
    for (size_t d = 0; status == LAC_OK && d < lessons->draws; d++) {
        struct lac_random random;

        lac_random_init(&random, lessons->seed, LAC_PURPOSE_SCOPE, (uint32_t)d, stream, 1);
        lac_reconcile_logit_draw(&logit, &random, doubt->beta[clause] + d * p);
    }
    return status;
}

static enum lac_status learn_rule(const struct lac_reconcile_lessons *lessons, size_t rule,
                                  struct lac_arena *arena, struct lac_reconcile_doubt *doubt,
                                  struct lac_error *err)
{
    struct map trials[LAC_RECONCILE_CLAUSES] = {{0}};
    enum lac_status status = gather_trials(lessons->population, lessons->decision[rule], trials)
                                 ? LAC_OK
                                 : lac_fail_memory(err, "persons in doubt");

    for (size_t c = 0; status == LAC_OK && c < LAC_RECONCILE_CLAUSES; c++)
        status = learn_clause(lessons, &trials[c], (uint32_t)(rule * LAC_RECONCILE_CLAUSES + c), arena, doubt,
                              err);
    for (size_t c = 0; c < LAC_RECONCILE_CLAUSES; c++) free(trials[c].entry);
    return status;
}

enum lac_status lac_reconcile_doubts_learn(const struct lac_reconcile_lessons *lessons,
                                           struct lac_arena *arena, struct lac_reconcile_doubts *doubts,
                                           struct lac_error *err)
{
    size_t rules = lessons->rules->count, draws = lessons->draws;
    enum lac_status status = LAC_OK;

    *doubts = (struct lac_reconcile_doubts){.rules = rules,
                                            .draws = draws,
                                            .lists = lessons->lists,
                                            .seed = lessons->seed,
                                            .rules_of = lessons->rules,
                                            .audit = lessons->audit};
    doubts->rule = LAC_NEW(arena, struct lac_reconcile_doubt *, rules);
    doubts->drawn = LAC_NEW(arena, int8_t, rules * draws);
    doubts->uniform = LAC_NEW(arena, uint32_t, draws);
    doubts->threshold = LAC_NEW(arena, uint32_t, draws);
    if (doubts->rule == NULL || doubts->drawn == NULL || doubts->uniform == NULL || doubts->threshold == NULL)
        return lac_fail_memory(err, "persons in doubt");
    for (size_t i = 0; status == LAC_OK && draws > 0 && i < rules; i++) {
        doubts->rule[i] = LAC_NEW(arena, struct lac_reconcile_doubt, 1);
        if (doubts->rule[i] == NULL) return lac_fail_memory(err, "persons in doubt");
        status = learn_rule(lessons, i, arena, doubts->rule[i], err);
    }
    return status;
}

void lac_reconcile_doubts_release(struct lac_reconcile_doubts *doubts)
{
    for (size_t i = 0; doubts->rule != NULL && i < doubts->rules; i++) {
        if (doubts->rule[i] == NULL) continue;
        free(doubts->rule[i]->classes.entry);
        free(doubts->rule[i]->threshold);
    }
    doubts->rule = NULL;
}

struct lac_reconcile_trials lac_reconcile_doubt_trials(const struct lac_reconcile_doubts *doubts, size_t rule,
                                                       int clause)
{
    return doubts->rule[rule]->trials[clause];
}

/* --- drawing ------------------------------------------------------------------------------------------- */

/* Probability that a record of the class is in, per draw, as a threshold for a uniform 32-bit number. */
static void fill_class(const struct lac_reconcile_doubts *doubts, const struct lac_reconcile_doubt *doubt,
                       key k, uint32_t *threshold)
{
    size_t p = covariates(doubts->lists);
    struct lac_reconcile_case item;

    covariates_of(k, doubts->lists, &item);
    for (size_t d = 0; d < doubts->draws; d++) {
        double in = 1;

        for (int c = 0; c < LAC_RECONCILE_CLAUSES; c++) {
            double eta = 0;

            if (!(k >> (OPEN_SHIFT + c) & 1U)) continue;
            for (size_t i = 0; i < item.ones; i++) eta += doubt->beta[c][d * p + item.one[i]];
            in *= 1 / (1 + exp(-eta));
        }
        threshold[d] = (uint32_t)(in * 4294967295.0);
    }
}

/* Thresholds of a class; NULL when memory is short. */
static const uint32_t *class_of(const struct lac_reconcile_doubts *doubts, struct lac_reconcile_doubt *doubt,
                                key k)
{
    size_t before = doubt->classes.count;
    struct entry *entry = map_find(&doubt->classes, k);

    if (entry == NULL) return NULL;
    if (doubt->classes.count > before) {
        if (before == doubt->capacity) {
            size_t capacity = before == 0 ? 64 : 2 * before;
            uint32_t *grown = realloc(doubt->threshold, capacity * doubts->draws * sizeof *doubt->threshold);

            if (grown == NULL) return NULL;
            doubt->threshold = grown;
            doubt->capacity = capacity;
        }
        entry->yes = before;
        fill_class(doubts, doubt, k, doubt->threshold + before * doubts->draws);
    }
    return doubt->threshold + entry->yes * doubts->draws;
}

static bool in_window(const struct lac_reconcile_row *row, struct lac_reconcile_window window)
{
    int32_t first, last;

    return forms_list(row) && lac_reconcile_row_event(row, &first, &last) && last >= window.start &&
           first <= window.end;
}

/* Per draw the largest threshold over the person's open records in the window. */
static bool find_thresholds(struct lac_reconcile_doubts *doubts, const struct lac_reconcile_drawing *drawing,
                            size_t rule, size_t person)
{
    const struct lac_reconcile_index *index = &drawing->population->index;
    const struct lac_reconcile_decision *decision = drawing->decision[rule];
    const struct lac_reconcile_row *row = drawing->population->row;
    struct sight sight = {0, 0, 0};

    memset(doubts->threshold, 0, doubts->draws * sizeof *doubts->threshold);
    for (size_t i = index->first[person]; i < index->first[person + 1]; i++) {
        size_t r = index->row[i];

        if (in_window(&row[r], drawing->window)) see(&sight, &row[r], &decision[r]);
    }
    for (size_t i = index->first[person]; i < index->first[person + 1]; i++) {
        size_t r = index->row[i];
        const uint32_t *threshold;
        key k;

        if (!in_window(&row[r], drawing->window) || decision[r].verdict != LAC_RECONCILE_CANNOT_TELL)
            continue;
        k = key_of(sight.lists & ~(1U << row[r].list), row[r].list, decision[r].traits, sight.against > 0) |
            (key)decision[r].open << OPEN_SHIFT;
        threshold = class_of(doubts, doubts->rule[rule], k);
        if (threshold == NULL) return false;
        for (size_t d = 0; d < doubts->draws; d++) {
            if (threshold[d] > doubts->threshold[d]) doubts->threshold[d] = threshold[d];
        }
    }
    return true;
}

/* Uniform numbers of a person, a stream for each purpose. */
static void draw_uniforms(struct lac_reconcile_doubts *doubts, const struct lac_reconcile_drawing *drawing,
                          size_t person, uint32_t purpose)
{
    const struct lac_reconcile_index *index = &drawing->population->index;
    uint64_t name = UINT64_MAX;
    struct lac_random random;

    for (size_t i = index->first[person]; i < index->first[person + 1]; i++) {
        uint64_t content = drawing->population->row[index->row[i]].content;

        if (content < name) name = content;
    }
    lac_random_init(&random, doubts->seed, LAC_PURPOSE_SCOPE, (uint32_t)name, (uint32_t)(name >> 32),
                    purpose);
    for (size_t d = 0; d < doubts->draws; d++) doubts->uniform[d] = lac_random_u32(&random);
}

/* What was judged of a person. */
static enum lac_reconcile_answer_of answer_of(const struct lac_reconcile_doubts *doubts,
                                              const struct lac_reconcile_drawing *drawing, size_t person)
{
    const struct lac_reconcile_index *index = &drawing->population->index;
    enum lac_reconcile_answer_of answer = LAC_RECONCILE_UNJUDGED;

    for (size_t i = index->first[person]; i < index->first[person + 1]; i++) {
        uint8_t of_row = doubts->audit->answer[drawing->population->row[index->row[i]].record];

        if (of_row != LAC_RECONCILE_UNJUDGED && answer != LAC_RECONCILE_JUDGED_IN)
            answer = (enum lac_reconcile_answer_of)of_row;
    }
    return answer;
}

/* Takes a person out of a definition in one draw. */
static void draw_out(struct lac_reconcile_doubts *doubts, const struct lac_reconcile_drawing *drawing,
                     size_t rule, size_t draw)
{
    uint8_t verdict = drawing->outcome[rule][drawing->at].verdict;

    doubts->drawn[rule * doubts->draws + draw] = verdict == LAC_RECONCILE_IN ? -1 : 0;
}

static bool is_within(const struct lac_reconcile_rules *rules, size_t inner, size_t outer)
{
    for (size_t j = 0; j < rules->rule[inner].supersets; j++) {
        if (rules->rule[inner].superset[j] == outer) return true;
    }
    return inner == outer;
}

/* A singleton of the headline with the lists' rates of records out of scope; true when anything may change.
 */
static bool is_audited(const struct lac_reconcile_doubts *doubts, const struct lac_reconcile_drawing *drawing,
                       uint8_t *list)
{
    size_t headline = doubts->rules_of->headline;
    const struct lac_reconcile_outcome *o = &drawing->outcome[headline][drawing->at];

    if (doubts->audit == NULL || doubts->audit->judged == 0) return false;
    if (o->verdict != LAC_RECONCILE_IN && o->verdict != LAC_RECONCILE_CANNOT_TELL) return false;
    *list = lac_reconcile_single_list(drawing->population, drawing->decision[headline], o->person);
    return *list != LAC_RECONCILE_NO_LIST && doubts->audit->in[*list] + doubts->audit->out[*list] > 0;
}

static void audit(struct lac_reconcile_doubts *doubts, const struct lac_reconcile_drawing *drawing,
                  size_t person, uint8_t list)
{
    enum lac_reconcile_answer_of answer = answer_of(doubts, drawing, person);

    draw_uniforms(doubts, drawing, person, 3);
    for (size_t d = 0; d < doubts->draws; d++) {
        double rate = doubts->audit->rate[list * doubts->draws + d];
        bool out = answer == LAC_RECONCILE_JUDGED_OUT ||
                   (answer == LAC_RECONCILE_UNJUDGED && doubts->uniform[d] < rate * 4294967296.0);

        for (size_t i = 0; out && i < doubts->rules; i++) {
            if (is_within(doubts->rules_of, i, doubts->rules_of->headline)) draw_out(doubts, drawing, i, d);
        }
    }
}

/* One who is in a subset is in the superset, if that cannot tell. */
static void nest(struct lac_reconcile_doubts *doubts, const struct lac_reconcile_drawing *drawing)
{
    const struct lac_reconcile_rules *rules = doubts->rules_of;

    for (size_t pass = 0; pass < rules->count; pass++) {
        for (size_t i = 0; i < rules->count; i++) {
            bool in = drawing->outcome[i][drawing->at].verdict == LAC_RECONCILE_IN;
            const int8_t *inner = doubts->drawn + i * doubts->draws;

            for (size_t j = 0; j < rules->rule[i].supersets; j++) {
                size_t outer = rules->rule[i].superset[j];
                int8_t *to = doubts->drawn + outer * doubts->draws;

                if (drawing->outcome[outer][drawing->at].verdict != LAC_RECONCILE_CANNOT_TELL) continue;
                for (size_t d = 0; d < doubts->draws; d++) to[d] |= in || inner[d] != 0 ? 1 : 0;
            }
        }
    }
}

bool lac_reconcile_doubts_draw(struct lac_reconcile_doubts *doubts,
                               const struct lac_reconcile_drawing *drawing, enum lac_status *status)
{
    size_t person = drawing->outcome[0][drawing->at].person;
    bool any = false, audited;
    uint8_t list;

    *status = LAC_OK;
    if (doubts->draws == 0) return false;
    for (size_t i = 0; i < doubts->rules && !any; i++)
        any = drawing->outcome[i][drawing->at].verdict == LAC_RECONCILE_CANNOT_TELL;
    audited = is_audited(doubts, drawing, &list);
    if (!any && !audited) return false;
    memset(doubts->drawn, 0, doubts->rules * doubts->draws);
    if (any) draw_uniforms(doubts, drawing, person, 0);
    for (size_t i = 0; any && i < doubts->rules; i++) {
        int8_t *drawn = doubts->drawn + i * doubts->draws;

        if (drawing->outcome[i][drawing->at].verdict != LAC_RECONCILE_CANNOT_TELL) continue;
        if (!find_thresholds(doubts, drawing, i, person)) {
            *status = LAC_NOMEM;
            return false;
        }
        for (size_t d = 0; d < doubts->draws; d++)
            drawn[d] = doubts->uniform[d] < doubts->threshold[d] ? 1 : 0;
    }
    if (any) nest(doubts, drawing);
    if (audited) audit(doubts, drawing, person, list);
    return true;
}
