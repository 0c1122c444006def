/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "draw.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "base/digest.h"
#include "cluster.h"
#include "score.h"
#include "sort.h"

#define BATCH 4096 /* components solved before their draws are gathered */
#define TOGETHER 1e9

/* Records and scored pairs of the components to draw, each grouped by component. */
struct plan {
    const struct lac_link_scored *scored;
    const struct lac_link_draw_options *options;
    uint32_t *component, components;
    uint32_t *lowest;             /* per person: its lowest record */
    bool *doubtful;               /* per component */
    struct lac_link_pair *member; /* key = component, pattern = record */
    struct lac_link_pair *inside; /* key = component, pattern = pair */
    size_t members, insides;
    size_t *first,
        *first_pair; /* starts of every drawn component into member and inside, one more at the end */
    uint32_t drawn;
    uint32_t *place; /* per record: rank inside its component */
};

static void plan_release(struct plan *plan)
{
    free(plan->component);
    free(plan->lowest);
    free(plan->doubtful);
    free(plan->member);
    free(plan->inside);
    free(plan->first);
    free(plan->first_pair);
    free(plan->place);
}

static enum lac_status plan_alloc(struct plan *plan, struct lac_error *err)
{
    size_t n = plan->scored->data->n;
    plan->component = malloc((n + 1) * sizeof *plan->component);
    plan->lowest = malloc((n + 1) * sizeof *plan->lowest);
    plan->doubtful = calloc(n + 1, sizeof *plan->doubtful);
    plan->place = malloc((n + 1) * sizeof *plan->place);
    bool ok = plan->component && plan->lowest && plan->doubtful && plan->place;
    return ok ? LAC_OK : lac_fail_memory(err, "components to draw");
}

static bool same_person(const struct lac_link_scored *scored, size_t p)
{
    const struct lac_link_pair *pair = &scored->pairs->pair[p];
    return scored->person[lac_link_left(pair)] == scored->person[lac_link_right(pair)];
}

/* Drops the pairs between persons up to `above` in components that are too large; how many there are. */
static uint32_t components_trim(const struct plan *plan, double *kept, double above, uint32_t *size)
{
    uint32_t large = 0, n = plan->scored->data->n;
    memset(size, 0, ((size_t)n + 1) * sizeof *size);
    for (uint32_t i = 0; i < n; i++) size[plan->component[i]]++;
    for (uint32_t k = 0; k < plan->components; k++) large += size[k] > LAC_LINK_COMPONENT;
    for (size_t p = 0; large && p < plan->scored->pairs->count; p++) {
        uint32_t k = plan->component[lac_link_left(&plan->scored->pairs->pair[p])];
        if (size[k] > LAC_LINK_COMPONENT && kept[p] <= above) kept[p] = -1;
    }
    return large;
}

/* Components of likely pairs and best persons, none above the limit: at the highest cut only persons hold
 * together, and these were solved inside the limit. */
static enum lac_status components_find(struct plan *plan, struct lac_error *err)
{
    const struct lac_link_scored *scored = plan->scored;
    uint32_t n = scored->data->n, *size = malloc(((size_t)n + 1) * sizeof *size), large = 1;
    double *kept = malloc((scored->pairs->count + 1) * sizeof *kept), t = plan->options->threshold;
    double least = log2(t / (1 - t));
    if (!size || !kept) {
        free(size);
        free(kept);
        return lac_fail_memory(err, "components to draw");
    }
    for (size_t p = 0; p < scored->pairs->count; p++)
        kept[p] = same_person(scored, p) ? TOGETHER : fmax(scored->weight[p] - least, -1);
    for (int cut = 0; large && cut <= 8;
         cut++) { /* after the cut at half of TOGETHER only persons are left */
        plan->components =
            lac_link_components(n, scored->pairs->pair, kept, scored->pairs->count, 0, plan->component);
        large = components_trim(plan, kept, cut < 7 ? ldexp(1, cut) : TOGETHER / 2, size);
    }
    free(size);
    free(kept);
    return LAC_OK;
}

static bool pair_inside(const struct plan *plan, size_t p, uint32_t *component)
{
    const struct lac_link_pair *pair = &plan->scored->pairs->pair[p];
    *component = plan->component[lac_link_left(pair)];
    return *component == plan->component[lac_link_right(pair)];
}

static void doubtful_mark(struct plan *plan)
{
    uint32_t k;
    for (size_t p = 0; p < plan->scored->pairs->count; p++) {
        double weight = plan->scored->weight[p];
        bool doubt = lac_link_probability(weight) >= plan->options->threshold &&
                     lac_link_probability(-weight) >= LAC_LINK_CERTAIN;
        if (doubt && pair_inside(plan, p, &k)) plan->doubtful[k] = true;
    }
}

/* Lists the members and pairs of doubtful components, grouped by component. */
static enum lac_status plan_list(struct plan *plan, struct lac_error *err)
{
    uint32_t n = plan->scored->data->n, k;
    size_t pairs = plan->scored->pairs->count;
    for (uint32_t i = 0; i < n; i++) plan->members += plan->doubtful[plan->component[i]];
    for (size_t p = 0; p < pairs; p++) plan->insides += pair_inside(plan, p, &k) && plan->doubtful[k];
    plan->member = malloc(2 * (plan->members + 1) * sizeof *plan->member);
    plan->inside = malloc(2 * (plan->insides + 1) * sizeof *plan->inside);
    if (!plan->member || !plan->inside) return lac_fail_memory(err, "components to draw");
    size_t to = 0;
    for (uint32_t i = 0; i < n; i++)
        if (plan->doubtful[plan->component[i]])
            plan->member[to++] = (struct lac_link_pair){plan->component[i], i, 0};
    to = 0;
    for (size_t p = 0; p < pairs; p++)
        if (pair_inside(plan, p, &k) && plan->doubtful[k])
            plan->inside[to++] = (struct lac_link_pair){k, (uint32_t)p, 0};
    lac_link_sort(plan->member, plan->member + plan->members, plan->members);
    lac_link_sort(plan->inside, plan->inside + plan->insides, plan->insides);
    return LAC_OK;
}

/* A drawn component has at least one pair, so both lists start a component together. */
static enum lac_status plan_starts(struct plan *plan, struct lac_error *err)
{
    size_t pair = 0;
    plan->first = malloc((plan->members + 2) * sizeof *plan->first);
    plan->first_pair = malloc((plan->members + 2) * sizeof *plan->first_pair);
    if (!plan->first || !plan->first_pair) return lac_fail_memory(err, "components to draw");
    for (size_t m = 0; m < plan->members; m++) {
        if (m > 0 && plan->member[m].key == plan->member[m - 1].key) continue;
        while (pair < plan->insides && plan->inside[pair].key < plan->member[m].key) pair++;
        plan->first[plan->drawn] = m;
        plan->first_pair[plan->drawn++] = pair;
    }
    plan->first[plan->drawn] = plan->members;
    plan->first_pair[plan->drawn] = plan->insides;
    return LAC_OK;
}

static enum lac_status plan_make(struct plan *plan, struct lac_error *err)
{
    enum lac_status st = plan_alloc(plan, err);
    if (!st) st = components_find(plan, err);
    if (st) return st;
    uint32_t persons = 0;
    for (uint32_t i = 0; i < plan->scored->data->n; i++)
        if (plan->scored->person[i] == persons) plan->lowest[persons++] = i;
    doubtful_mark(plan);
    st = plan_list(plan, err);
    return st ? st : plan_starts(plan, err);
}

/* A record's contents: equal records have equal hashes, wherever they stand. */
static uint64_t content_hash(const struct lac_link_data *data, uint32_t record)
{
    uint64_t hash = data->source ? data->source[record] : 0;
    for (size_t f = 0; f < data->fields; f++) {
        uint32_t value = data->field[f].value[record];
        if (value == LAC_LINK_NULL)
            hash = lac_hash64("", 1, hash);
        else
            hash = lac_hash64(lac_link_value_text(&data->field[f].values, value),
                              lac_link_value_length(&data->field[f].values, value), hash);
    }
    return hash;
}

/* What one component gave. */
struct solution {
    uint32_t *cluster; /* draws * n */
    struct lac_link_chain chain;
};

static uint32_t size_of(const struct plan *plan, uint32_t k)
{
    return (uint32_t)(plan->first[k + 1] - plan->first[k]);
}

/* By hash, then by record. */
static int by_content(const void *a, const void *b)
{
    const struct lac_link_pair *x = a, *y = b;
    if (x->key != y->key) return x->key < y->key ? -1 : 1;
    return x->pattern < y->pattern ? -1 : x->pattern > y->pattern;
}

/* Puts the members in content order and gives each its place. Returns the hash of the first. */
static uint64_t members_order(struct plan *plan, uint32_t k)
{
    struct lac_link_pair *member = plan->member + plan->first[k];
    uint32_t n = size_of(plan, k);
    for (uint32_t i = 0; i < n; i++) member[i].key = content_hash(plan->scored->data, member[i].pattern);
    qsort(member, n, sizeof *member, by_content);
    for (uint32_t i = 0; i < n; i++) plan->place[member[i].pattern] = i;
    return member[0].key;
}

static double nats(double bits)
{
    return fmin(fmax(bits, -LAC_LINK_CLIP), LAC_LINK_CLIP) * 0.69314718055994530942;
}

static void weights_fill(const struct plan *plan, uint32_t k, double *weight)
{
    const struct lac_link_pair *member = plan->member + plan->first[k];
    uint32_t n = size_of(plan, k);
    for (uint32_t i = 0; i < n; i++)
        for (uint32_t j = 0; j < n; j++)
            weight[(size_t)i * n + j] =
                lac_link_comparable(plan->scored->data, member[i].pattern, member[j].pattern)
                    ? nats(plan->options->unscored)
                    : (double)-INFINITY;
    for (size_t p = plan->first_pair[k]; p < plan->first_pair[k + 1]; p++) {
        uint32_t at = plan->inside[p].pattern;
        const struct lac_link_pair *pair = &plan->scored->pairs->pair[at];
        uint32_t i = plan->place[lac_link_left(pair)], j = plan->place[lac_link_right(pair)];
        weight[(size_t)i * n + j] = weight[(size_t)j * n + i] = nats(plan->scored->weight[at]);
    }
}

static enum lac_status component_draw(struct plan *plan, uint32_t k, struct solution *solution)
{
    uint32_t n = size_of(plan, k), draws = plan->options->draws;
    double *weight = malloc((size_t)n * n * sizeof *weight);
    uint32_t *start = malloc(n * sizeof *start);
    solution->cluster = malloc((size_t)draws * n * sizeof *solution->cluster);
    enum lac_status st = weight && start && solution->cluster ? LAC_OK : LAC_NOMEM;
    if (!st) {
        uint64_t hash = members_order(plan, k);
        const struct lac_link_pair *member = plan->member + plan->first[k];
        for (uint32_t i = 0; i < n; i++) /* persons lie inside components */
            start[i] = plan->place[plan->lowest[plan->scored->person[member[i].pattern]]];
        weights_fill(plan, k, weight);
        struct lac_link_component component = {
            n, weight, start, plan->options->seed, {(uint32_t)hash, (uint32_t)(hash >> 32)}};
        st = lac_link_partitions_draw(&component, draws, solution->cluster, &solution->chain, NULL);
    }
    free(weight);
    free(start);
    return st;
}

/* Lowest record of every cluster of one draw into lowest[label]. */
static void lowest_find(const struct lac_link_pair *member, const uint32_t *cluster, uint32_t n,
                        uint32_t *lowest)
{
    for (uint32_t i = 0; i < n; i++) lowest[i] = UINT32_MAX;
    for (uint32_t i = 0; i < n; i++)
        if (member[i].pattern < lowest[cluster[i]]) lowest[cluster[i]] = member[i].pattern;
}

/* Rows of one draw of one component: records whose person is not the best one. */
static enum lac_status rows_add(const struct plan *plan, uint32_t k, uint32_t draw, const uint32_t *lowest,
                                const uint32_t *cluster, struct lac_link_drawn *drawn, struct lac_error *err)
{
    const struct lac_link_pair *member = plan->member + plan->first[k];
    enum lac_status st = LAC_OK;
    for (uint32_t i = 0, n = size_of(plan, k); !st && i < n; i++) {
        uint32_t record = member[i].pattern, low = lowest[cluster[i]];
        uint32_t best = plan->lowest[plan->scored->person[record]];
        bool known = plan->lowest[plan->scored->person[low]] == low;
        drawn->persons[draw] += (low == record) - (best == record);
        if (low == best) continue;
        void *grown = drawn->row;
        st = lac_grow(&grown, &drawn->capacity, drawn->rows + 1, sizeof *drawn->row, err);
        drawn->row = grown;
        if (!st)
            drawn->row[drawn->rows++] = (struct lac_link_pair){(uint64_t)draw << 32 | record, low, known};
    }
    return st;
}

/* Pairs linked in one draw, against the best partition. */
static void links_count(const struct plan *plan, uint32_t k, uint32_t draw, const uint32_t *cluster,
                        struct lac_link_drawn *drawn)
{
    for (size_t p = plan->first_pair[k]; p < plan->first_pair[k + 1]; p++) {
        uint32_t at = plan->inside[p].pattern;
        const struct lac_link_pair *pair = &plan->scored->pairs->pair[at];
        bool linked = cluster[plan->place[lac_link_left(pair)]] == cluster[plan->place[lac_link_right(pair)]];
        drawn->links[draw] += linked - same_person(plan->scored, at);
    }
}

static enum lac_status solution_gather(const struct plan *plan, uint32_t k, const struct solution *solution,
                                       struct lac_link_drawn *drawn, struct lac_error *err)
{
    uint32_t n = size_of(plan, k), *lowest = malloc(n * sizeof *lowest);
    enum lac_status st = lowest ? LAC_OK : lac_fail_memory(err, "draws");
    for (uint32_t d = 0; !st && d < drawn->draws; d++) {
        const uint32_t *cluster = solution->cluster + (size_t)d * n;
        lowest_find(plan->member + plan->first[k], cluster, n, lowest);
        st = rows_add(plan, k, d, lowest, cluster, drawn, err);
        links_count(plan, k, d, cluster, drawn);
    }
    free(lowest);
    drawn->records += n;
    if (n > drawn->largest) drawn->largest = n;
    drawn->enumerated += solution->chain.enumerated;
    drawn->sampled += !solution->chain.enumerated;
    drawn->unsettled += solution->chain.rhat > LAC_LINK_UNSETTLED;
    drawn->rhat = fmax(drawn->rhat, solution->chain.rhat);
    drawn->proposed += solution->chain.proposed;
    drawn->accepted += solution->chain.accepted;
    return st;
}

/* Draws `count` components from `from` in parallel, then gathers them in order. */
static enum lac_status batch_draw(struct plan *plan, uint32_t from, uint32_t count, struct solution *solution,
                                  struct lac_link_drawn *drawn, struct lac_error *err)
{
    enum lac_status worst = LAC_OK;
    memset(solution, 0, BATCH * sizeof *solution);
#pragma omp parallel for schedule(dynamic, 16)
    for (uint32_t k = 0; k < count; k++) {
        enum lac_status st = component_draw(plan, from + k, &solution[k]);
        if (st) {
#pragma omp critical
            worst = st;
        }
    }
    if (worst) worst = lac_fail_memory(err, "draws of a component");
    for (uint32_t k = 0; k < count; k++) {
        if (!worst) worst = solution_gather(plan, from + k, &solution[k], drawn, err);
        free(solution[k].cluster);
    }
    return worst;
}

static void expectations_add(const struct plan *plan, struct lac_link_drawn *drawn)
{
    uint32_t k;
    for (size_t p = 0; p < plan->scored->pairs->count; p++) {
        bool linked = same_person(plan->scored, p);
        double chance = lac_link_probability(plan->scored->weight[p]);
        if (pair_inside(plan, p, &k) && plan->doubtful[k])
            drawn->drawn_expected += chance - linked;
        else
            drawn->left_out += linked ? lac_link_probability(-plan->scored->weight[p]) : chance;
    }
    for (uint32_t d = 0; d < drawn->draws; d++) drawn->drawn_links += drawn->links[d] / drawn->draws;
}

static enum lac_status rows_sort(struct lac_link_drawn *drawn, struct lac_error *err)
{
    struct lac_link_pair *spare = malloc((drawn->rows + 1) * sizeof *spare);
    if (!spare) return lac_fail_memory(err, "draws");
    if (drawn->rows) lac_link_sort(drawn->row, spare, drawn->rows);
    free(spare);
    return LAC_OK;
}

enum lac_status lac_link_draw(const struct lac_link_scored *scored,
                              const struct lac_link_draw_options *options, struct lac_link_drawn *drawn,
                              struct lac_error *err)
{
    struct plan plan = {.scored = scored, .options = options};
    struct solution *solution = malloc(BATCH * sizeof *solution);
    memset(drawn, 0, sizeof *drawn);
    drawn->draws = options->draws;
    drawn->rhat = 1;
    drawn->links = calloc((size_t)options->draws + 1, sizeof *drawn->links);
    drawn->persons = calloc((size_t)options->draws + 1, sizeof *drawn->persons);
    enum lac_status st = solution && drawn->links && drawn->persons ? LAC_OK : lac_fail_memory(err, "draws");
    if (!st) st = plan_make(&plan, err);
    for (uint32_t k = 0; !st && k < plan.drawn; k += BATCH)
        st = batch_draw(&plan, k, plan.drawn - k < BATCH ? plan.drawn - k : BATCH, solution, drawn, err);
    if (!st) st = rows_sort(drawn, err);
    if (!st) expectations_add(&plan, drawn);
    plan_release(&plan);
    free(solution);
    return st;
}

void lac_link_drawn_release(struct lac_link_drawn *drawn)
{
    free(drawn->row);
    free(drawn->links);
    free(drawn->persons);
    memset(drawn, 0, sizeof *drawn);
}
