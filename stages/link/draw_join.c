/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "draw_join.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "base/digest.h"
#include "base/random.h"
#include "score.h"
#include "sort.h"

#define CELLS 256
#define CELLS_PER_BIT 4.0
#define LOWEST (-44.0) /* bits, lower edge of the first cell */
#define LEAST 1e-5     /* probability below which a pair outside is not looked at */
#define TRIES 64

/* Records in an order of keys; `key` and `pattern` (the record) of pairs. */
struct list {
    struct lac_link_pair *item;
    size_t count;
};
struct lac_link_joins {
    struct lac_link_join_settings with;
    struct list outside; /* key = cell, pattern = pair */
    size_t first[LAC_LINK_CLASSES * CELLS + 1];
    struct list donor;            /* pattern = pair that a single rule proposed */
    double *donor_sum;            /* running sum of their probabilities */
    size_t classes, *donor_first; /* pairs of sources; starts into donor, one more at the end */
    struct lac_link_miss_class *class;
    struct list like, near; /* records by profile; by profile and region */
};

void lac_link_joins_release(struct lac_link_joins *joins)
{
    if (!joins) return;
    free(joins->outside.item);
    free(joins->donor.item);
    free(joins->donor_sum);
    free(joins->donor_first);
    free(joins->class);
    free(joins->like.item);
    free(joins->near.item);
    free(joins);
}

static unsigned cell_of(double weight)
{
    double cell = (weight - LOWEST) * CELLS_PER_BIT;
    return cell < 0 ? 0 : cell > CELLS - 1 ? CELLS - 1 : (unsigned)cell;
}

/* Pairs between persons that no drawn component holds and that may be matches at all. */
static bool is_outside(const struct lac_link_join_settings *with, size_t p)
{
    const struct lac_link_scored *scored = with->scored;
    uint32_t i = lac_link_left(&scored->pairs->pair[p]), j = lac_link_right(&scored->pairs->pair[p]);
    if (scored->person[i] == scored->person[j]) return false;
    if (with->component[i] != UINT32_MAX && with->component[i] == with->component[j]) return false;
    return lac_link_probability(scored->weight[p]) >= LEAST;
}

/* Orders a list of pairs by what their records say: by the lower rank, then by the higher. */
static void list_settle(const struct lac_link_join_settings *with, struct list *list)
{
    for (size_t k = 0; k < list->count; k++) {
        const struct lac_link_pair *pair = &with->scored->pairs->pair[list->item[k].pattern];
        uint32_t a = with->rank[lac_link_left(pair)], b = with->rank[lac_link_right(pair)];
        list->item[k].key = a < b ? (uint64_t)a << 32 | b : (uint64_t)b << 32 | a;
    }
    if (list->count) lac_link_sort(list->item, list->item + list->count, list->count);
}

static enum lac_status list_alloc(struct list *list, size_t count, struct lac_error *err)
{
    list->item = malloc((2 * count + 1) * sizeof *list->item); /* the second half is for sorting */
    return list->item ? LAC_OK : lac_fail_memory(err, "pairs outside the drawn components");
}

static enum lac_status outside_make(struct lac_link_joins *joins, struct lac_error *err)
{
    const struct lac_link_scored *scored = joins->with.scored;
    const double *by_model = scored->by_model ? scored->by_model : scored->weight;
    struct list *list = &joins->outside;
    size_t count = 0;
    for (size_t p = 0; p < scored->pairs->count; p++) count += is_outside(&joins->with, p);
    enum lac_status st = list_alloc(list, count, err);
    if (st) return st;
    for (size_t p = 0; p < scored->pairs->count; p++)
        if (is_outside(&joins->with, p)) list->item[list->count++].pattern = (uint32_t)p;
    list_settle(&joins->with, list);
    for (size_t k = 0; k < list->count; k++) {
        size_t p = list->item[k].pattern;
        size_t cell = lac_link_class_of(&scored->pairs->pair[p]) * CELLS + cell_of(by_model[p]);
        list->item[k].key = cell;
        joins->first[cell + 1]++;
    }
    if (list->count) lac_link_sort(list->item, list->item + list->count, list->count);
    for (size_t c = 0; c < LAC_LINK_CLASSES * CELLS; c++) joins->first[c + 1] += joins->first[c];
    return LAC_OK;
}

static enum lac_status donors_make(struct lac_link_joins *joins, struct lac_error *err)
{
    const struct lac_link_scored *scored = joins->with.scored;
    struct list *list = &joins->donor;
    size_t count = 0;
    for (int pass = 0; pass < 2; pass++) {
        for (size_t p = 0; p < scored->pairs->count; p++) {
            uint32_t mask = scored->pairs->pair[p].mask;
            if (__builtin_popcount(mask) != 1 || lac_link_probability(scored->weight[p]) < 0.01) continue;
            if (pass)
                list->item[list->count++].pattern = (uint32_t)p;
            else
                count++;
        }
        enum lac_status st = pass ? LAC_OK : list_alloc(list, count, err);
        if (st) return st;
    }
    list_settle(&joins->with, list);
    joins->classes = lac_link_miss_classes(scored->data);
    joins->donor_sum = malloc((count + 1) * sizeof *joins->donor_sum);
    joins->donor_first = calloc(joins->classes + 1, sizeof *joins->donor_first);
    joins->class = malloc(joins->classes * sizeof *joins->class);
    if (!joins->donor_sum || !joins->donor_first || !joins->class)
        return lac_fail_memory(err, "pairs of one rule");
    lac_link_misses_count(scored->data, scored->misses->rules, scored->pairs, scored->weight, joins->class);
    for (size_t k = 0; k < count; k++) {
        list->item[k].key = lac_link_miss_class_of(scored->data, &scored->pairs->pair[list->item[k].pattern]);
        joins->donor_first[list->item[k].key + 1]++;
    }
    if (count) lac_link_sort(list->item, list->item + count, count);
    for (size_t c = 0; c < joins->classes; c++) joins->donor_first[c + 1] += joins->donor_first[c];
    double sum = 0;
    for (size_t k = 0; k < count; k++)
        joins->donor_sum[k] = sum += lac_link_probability(scored->weight[list->item[k].pattern]);
    return LAC_OK;
}

/* What makes records alike: their source, which fields are known, and a region; UINT32_MAX: any. */
static uint64_t profile_of(const struct lac_link_data *data, uint32_t record, uint32_t region)
{
    uint32_t what[3] = {data->source ? data->source[record] : 0, 0, region};
    for (size_t f = 0; f < data->fields; f++)
        if (data->field[f].value[record] != LAC_LINK_NULL) what[1] |= UINT32_C(1) << f;
    return lac_hash64(what, sizeof what, 0);
}

static enum lac_status profiles_make(struct lac_link_joins *joins, bool near, struct list *list,
                                     struct lac_error *err)
{
    const struct lac_link_data *data = joins->with.scored->data;
    enum lac_status st = list_alloc(list, data->n, err);
    if (st) return st;
    for (uint32_t i = 0; i < data->n; i++) /* by contents first: the sort keeps the order of equal keys */
        list->item[joins->with.rank[i]] = (struct lac_link_pair){
            profile_of(data, i, near && data->region ? data->region[i] : UINT32_MAX), i, 0};
    list->count = data->n;
    if (list->count) lac_link_sort(list->item, list->item + list->count, list->count);
    return LAC_OK;
}

enum lac_status lac_link_joins_make(const struct lac_link_join_settings *settings,
                                    struct lac_link_joins **joins, struct lac_error *err)
{
    struct lac_link_joins *made = *joins = calloc(1, sizeof *made);
    if (!made) return lac_fail_memory(err, "persons to join");
    made->with = *settings;
    enum lac_status st = outside_make(made, err);
    const struct lac_link_misses *misses = settings->scored->misses;
    if (st || !misses || !misses->known) return st;
    st = donors_make(made, err);
    if (!st) st = profiles_make(made, false, &made->like, err);
    if (!st) st = profiles_make(made, true, &made->near, err);
    return st;
}

static uint32_t person_of(struct lac_link_join_state *state, uint32_t record)
{
    uint32_t at = state->person[record];
    while (state->parent[at] != at) at = state->parent[at] = state->parent[state->parent[at]];
    return at;
}

static void join(struct lac_link_join_state *state, uint32_t a, uint32_t b)
{
    state->joins++;
    state->pairs += (uint64_t)state->size[a] * state->size[b];
    if (a > b) {
        uint32_t kept = a;
        a = b;
        b = kept;
    }
    state->parent[b] = a;
    state->size[a] += state->size[b];
}

/* Where sources have no duplicates only single records of different sources are joined. */
static bool may_join(const struct lac_link_joins *joins, const struct lac_link_join_state *state, uint32_t i,
                     uint32_t j, const uint32_t person[2])
{
    const struct lac_link_data *data = joins->with.scored->data;
    if (person[0] == person[1]) return false;
    if (data->within_source || !data->source) return true;
    return state->size[person[0]] == 1 && state->size[person[1]] == 1 && lac_link_comparable(data, i, j);
}

static void outside_draw(const struct lac_link_joins *joins, const struct lac_link_doubt *doubt,
                         struct lac_random *random, struct lac_link_join_state *state)
{
    for (size_t c = 0; c < LAC_LINK_CLASSES * CELLS; c++) {
        size_t first = joins->first[c], count = joins->first[c + 1] - first;
        if (count == 0) continue;
        double weight = LOWEST + ((double)(c % CELLS) + 0.5) / CELLS_PER_BIT;
        double mean =
            (double)count * lac_link_probability(lac_link_doubt_weight(doubt, (unsigned)(c / CELLS), weight));
        for (uint64_t k = lac_random_poisson(random, mean); k > 0; k--) {
            uint32_t p = joins->outside.item[first + lac_random_below(random, (uint32_t)count)].pattern;
            const struct lac_link_pair *pair = &joins->with.scored->pairs->pair[p];
            uint32_t i = lac_link_left(pair), j = lac_link_right(pair);
            uint32_t person[2] = {person_of(state, i), person_of(state, j)};
            double pairs = (double)state->size[person[0]] * state->size[person[1]];
            double chance = lac_random_uniform(random);
            if (chance * pairs < 1 && may_join(joins, state, i, j, person)) join(state, person[0], person[1]);
        }
    }
}

/* First item with a key not below `key`. */
static size_t list_find(const struct list *list, uint64_t key)
{
    size_t low = 0, high = list->count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (list->item[middle].key < key)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* A random record with a profile into *record; false when there is none. */
static bool record_like(const struct list *list, uint64_t profile, struct lac_random *random,
                        uint32_t *record)
{
    size_t first = list_find(list, profile), last = list_find(list, profile + 1);
    if (first == last) return false;
    *record = list->item[first + lac_random_below(random, (uint32_t)(last - first))].pattern;
    return true;
}

/* A pair of a class that has donors, by its probability. */
static size_t donor_draw(const struct lac_link_joins *joins, size_t class, struct lac_random *random)
{
    size_t low = joins->donor_first[class], high = joins->donor_first[class + 1] - 1;
    double before = low ? joins->donor_sum[low - 1] : 0;
    double at = before + lac_random_uniform(random) * (joins->donor_sum[high] - before);
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (joins->donor_sum[middle] < at)
            low = middle + 1;
        else
            high = middle;
    }
    return joins->donor.item[low].pattern;
}

/* Expected pairs of a class that no rule proposed, as one draw has it. `r`: share of the true number that the
 * bound is. */
static double missed_draw(const struct lac_link_miss_class *class, double r, struct lac_random *random)
{
    double one = lac_random_gamma(random, class->one + 0.5, 1) / (class->one + 0.5);
    double two = (lac_random_gamma(random, class->two + 0.5, 1) + 1) / (class->two + 1);
    return lac_link_missed(class, one * one / two / r);
}

/* Two records like those of a drawn donor, the second where possible of the first one's region if those are
 * of one. */
static void two_draw(const struct lac_link_joins *joins, size_t class, struct lac_random *random,
                     uint32_t two[2])
{
    const struct lac_link_data *data = joins->with.scored->data;
    const struct lac_link_pair *donor = &joins->with.scored->pairs->pair[donor_draw(joins, class, random)];
    uint32_t i = lac_link_left(donor), j = lac_link_right(donor);
    if (joins->with.rank[i] > joins->with.rank[j]) { /* the order of the input does not matter */
        i = j;
        j = lac_link_left(donor);
    }
    bool near = data->region && data->region[i] == data->region[j];
    two[0] = i;
    two[1] = j;
    (void)record_like(&joins->like, profile_of(data, i, UINT32_MAX), random, &two[0]);
    if (near && record_like(&joins->near, profile_of(data, j, data->region[two[0]]), random, &two[1])) return;
    (void)record_like(&joins->like, profile_of(data, j, UINT32_MAX), random, &two[1]);
}

static void missed_join(const struct lac_link_joins *joins, size_t class, double r, struct lac_random *random,
                        struct lac_link_join_state *state)
{
    uint64_t wanted = lac_random_poisson(random, missed_draw(&joins->class[class], r, random));
    uint64_t goal = state->pairs + wanted;
    for (uint64_t tries = TRIES * wanted; state->pairs < goal && tries > 0; tries--) {
        uint32_t two[2];
        two_draw(joins, class, random, two);
        uint32_t person[2] = {person_of(state, two[0]), person_of(state, two[1])};
        double pairs = (double)state->size[person[0]] * state->size[person[1]];
        double chance = lac_random_uniform(random);
        if (chance * pairs < 1 && may_join(joins, state, two[0], two[1], person))
            join(state, person[0], person[1]);
    }
}

void lac_link_joins_draw(const struct lac_link_joins *joins, const struct lac_link_doubt *doubt,
                         uint32_t draw, struct lac_link_join_state *state)
{
    uint32_t n = joins->with.scored->data->n;
    struct lac_random random;
    lac_random_init(&random, joins->with.seed, LAC_PURPOSE_LINK_JOIN, draw, 0, 0);
    memset(state->size, 0, n * sizeof *state->size);
    for (uint32_t i = 0; i < n; i++) {
        state->parent[i] = i;
        state->size[state->person[i]]++;
    }
    state->joins = state->pairs = 0;
    outside_draw(joins, doubt, &random, state);
    double r = LAC_LINK_BOUND_LOW + (1 - LAC_LINK_BOUND_LOW) * lac_random_uniform(&random);
    for (size_t c = 0; c < joins->classes; c++)
        if (joins->donor_first[c] < joins->donor_first[c + 1]) missed_join(joins, c, r, &random, state);
    for (uint32_t i = 0; i < n; i++) state->person[i] = person_of(state, i);
}
