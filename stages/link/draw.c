/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "draw.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "base/digest.h"
#include "cluster.h"
#include "draw_join.h"
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
    uint32_t *place;              /* per record: rank inside its component */
    uint64_t *hash;               /* per record: its contents */
    uint32_t *rank;               /* per record: place in the order of contents */
    struct lac_link_doubt *doubt; /* per draw */
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
    free(plan->hash);
    free(plan->rank);
    free(plan->doubt);
}

static enum lac_status plan_alloc(struct plan *plan, struct lac_error *err)
{
    size_t n = plan->scored->data->n;
    plan->component = malloc((n + 1) * sizeof *plan->component);
    plan->lowest = malloc((n + 1) * sizeof *plan->lowest);
    plan->doubtful = calloc(n + 1, sizeof *plan->doubtful);
    plan->place = malloc((n + 1) * sizeof *plan->place);
    plan->hash = malloc((n + 1) * sizeof *plan->hash);
    plan->rank = malloc((n + 1) * sizeof *plan->rank);
    plan->doubt = malloc(((size_t)plan->options->draws + 1) * sizeof *plan->doubt);
    bool ok = plan->component && plan->lowest && plan->doubtful && plan->place && plan->hash && plan->rank &&
              plan->doubt;
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

static int by_key(const void *a, const void *b)
{
    const struct lac_link_pair *x = a, *y = b;
    return x->key < y->key ? -1 : x->key > y->key;
}

/* Hashes and ranks of all records; records that say the same keep the order of the input. */
static enum lac_status contents_order(struct plan *plan, struct lac_error *err)
{
    uint32_t n = plan->scored->data->n;
    struct lac_link_pair *item = malloc((2 * (size_t)n + 1) * sizeof *item);
    if (!item) return lac_fail_memory(err, "the order of records");
#pragma omp parallel for schedule(static)
    for (uint32_t i = 0; i < n; i++) {
        plan->hash[i] = content_hash(plan->scored->data, i);
        item[i] = (struct lac_link_pair){plan->hash[i], i, 0};
    }
    if (n) lac_link_sort(item, item + n, n);
    for (uint32_t i = 0; i < n; i++) plan->rank[item[i].pattern] = i;
    free(item);
    return LAC_OK;
}

static void doubts_draw(struct plan *plan)
{
    const struct lac_link_draw_options *options = plan->options;
#pragma omp parallel for schedule(static)
    for (uint32_t d = 0; d < options->draws; d++)
        lac_link_doubt_draw(plan->scored, options->seed, d, &plan->doubt[d]);
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
    doubts_draw(plan);
    st = contents_order(plan, err);
    if (!st) st = plan_list(plan, err);
    return st ? st : plan_starts(plan, err);
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

/* Puts the members in content order and gives each its place. Returns the hash of the first. */
static uint64_t members_order(struct plan *plan, uint32_t k)
{
    struct lac_link_pair *member = plan->member + plan->first[k];
    uint32_t n = size_of(plan, k);
    for (uint32_t i = 0; i < n; i++) member[i].key = plan->rank[member[i].pattern];
    qsort(member, n, sizeof *member, by_key);
    for (uint32_t i = 0; i < n; i++) plan->place[member[i].pattern] = i;
    return plan->hash[member[0].pattern];
}

static double nats(double bits)
{
    return fmin(fmax(bits, -LAC_LINK_CLIP), LAC_LINK_CLIP) * 0.69314718055994530942;
}

/* The atoms of a component and room for their weights. */
struct atoms {
    const struct plan *plan;
    uint32_t k, count, *of;  /* of[i]: atom of member i, numbered as they appear */
    bool *never;             /* count * count: cannot be one */
    double *sum;             /* count * count: of the probabilities of scored pairs */
    uint32_t *pairs, *start; /* count * count: scored pairs; per atom: best partition */
};

static void atoms_release(struct atoms *atoms)
{
    free(atoms->of);
    free(atoms->never);
    free(atoms->sum);
    free(atoms->pairs);
    free(atoms->start);
}

static uint32_t atom_root(uint32_t *of, uint32_t i)
{
    while (of[i] != i) i = of[i] = of[of[i]];
    return i;
}

/* Joins members by certain pairs inside best persons. */
static void atoms_find(struct atoms *atoms)
{
    const struct plan *plan = atoms->plan;
    uint32_t n = size_of(plan, atoms->k), *of = atoms->of;
    for (uint32_t i = 0; i < n; i++) of[i] = i;
    for (size_t p = plan->first_pair[atoms->k]; p < plan->first_pair[atoms->k + 1]; p++) {
        uint32_t at = plan->inside[p].pattern;
        const struct lac_link_pair *pair = &plan->scored->pairs->pair[at];
        if (!same_person(plan->scored, at) ||
            lac_link_probability(-plan->scored->weight[at]) >= LAC_LINK_CERTAIN)
            continue;
        uint32_t a = atom_root(of, plan->place[lac_link_left(pair)]),
                 b = atom_root(of, plan->place[lac_link_right(pair)]);
        of[a > b ? a : b] = a < b ? a : b;
    }
    for (uint32_t i = 0; i < n; i++) of[i] = atom_root(of, i);
    for (uint32_t i = 0; i < n; i++) of[i] = of[i] == i ? atoms->count++ : of[of[i]];
}

static enum lac_status atoms_make(struct atoms *atoms)
{
    const struct plan *plan = atoms->plan;
    uint32_t n = size_of(plan, atoms->k);
    const struct lac_link_pair *member = plan->member + plan->first[atoms->k];
    if (!(atoms->of = malloc(n * sizeof *atoms->of))) return LAC_NOMEM;
    atoms_find(atoms);
    size_t cells = (size_t)atoms->count * atoms->count;
    atoms->never = calloc(cells, sizeof *atoms->never);
    atoms->sum = malloc(cells * sizeof *atoms->sum);
    atoms->pairs = malloc(cells * sizeof *atoms->pairs);
    atoms->start = malloc(atoms->count * sizeof *atoms->start);
    if (!atoms->never || !atoms->sum || !atoms->pairs || !atoms->start) return LAC_NOMEM;
    for (uint32_t i = 0; i < n; i++) { /* persons lie inside components */
        uint32_t lowest = plan->lowest[plan->scored->person[member[i].pattern]], a = atoms->of[i];
        atoms->start[a] = atoms->of[plan->place[lowest]];
        for (uint32_t j = 0; !plan->scored->data->within_source && j < n; j++)
            if (!lac_link_comparable(plan->scored->data, member[i].pattern, member[j].pattern))
                atoms->never[(size_t)a * atoms->count + atoms->of[j]] = true;
    }
    return LAC_OK;
}

/* Weights between atoms in a draw: log odds of the mean probability of the pairs of records. */
static void weights_fill(void *context, uint32_t draw, double *weight)
{
    struct atoms *atoms = context;
    const struct plan *plan = atoms->plan;
    size_t count = atoms->count, cells = count * count;
    memset(atoms->sum, 0, cells * sizeof *atoms->sum);
    memset(atoms->pairs, 0, cells * sizeof *atoms->pairs);
    for (size_t p = plan->first_pair[atoms->k]; p < plan->first_pair[atoms->k + 1]; p++) {
        uint32_t at = plan->inside[p].pattern;
        const struct lac_link_pair *pair = &plan->scored->pairs->pair[at];
        uint32_t i = atoms->of[plan->place[lac_link_left(pair)]],
                 j = atoms->of[plan->place[lac_link_right(pair)]];
        size_t cell = i < j ? i * count + j : j * count + i;
        if (i == j) continue;
        atoms->sum[cell] += lac_link_probability(lac_link_doubt_pair(plan->scored, &plan->doubt[draw], at));
        atoms->pairs[cell]++;
    }
    for (size_t i = 0; i < count; i++)
        for (size_t j = i + 1; j < count; j++) {
            size_t cell = i * count + j;
            double mean = atoms->pairs[cell] ? atoms->sum[cell] / atoms->pairs[cell] : 0;
            double bits = atoms->pairs[cell] ? log2(mean / (1 - mean)) : plan->options->unscored;
            weight[cell] = weight[j * count + i] = atoms->never[cell] ? (double)-INFINITY : nats(bits);
        }
}

/* From draws of atoms to draws of records, each named by the smallest member of its cluster. */
static enum lac_status atoms_spread(const struct atoms *atoms, const uint32_t *drawn, uint32_t *cluster)
{
    uint32_t n = size_of(atoms->plan, atoms->k), *smallest = malloc(n * sizeof *smallest);
    if (!smallest) return LAC_NOMEM;
    for (uint32_t d = 0; d < atoms->plan->options->draws; d++) {
        uint32_t *to = cluster + (size_t)d * n;
        for (uint32_t i = 0; i < n; i++) to[i] = drawn[(size_t)d * atoms->count + atoms->of[i]];
        lac_link_labels_settle(n, to, smallest);
    }
    free(smallest);
    return LAC_OK;
}

static enum lac_status component_draw(struct plan *plan, uint32_t k, struct solution *solution)
{
    uint64_t hash = members_order(plan, k);
    uint32_t n = size_of(plan, k), draws = plan->options->draws, *drawn = NULL;
    struct atoms atoms = {.plan = plan, .k = k};
    double *weight = NULL;
    enum lac_status st = atoms_make(&atoms);
    size_t cells = (size_t)atoms.count * atoms.count;
    if (!st) {
        weight = calloc(cells, sizeof *weight);
        drawn = malloc((size_t)draws * atoms.count * sizeof *drawn);
        solution->cluster = malloc((size_t)draws * n * sizeof *solution->cluster);
        if (!weight || !drawn || !solution->cluster) st = LAC_NOMEM;
    }
    if (!st) {
        struct lac_link_component component = {.n = atoms.count,
                                               .weight = weight,
                                               .start = atoms.start,
                                               .seed = plan->options->seed,
                                               .key = {(uint32_t)hash, (uint32_t)(hash >> 32)},
                                               .fill = weights_fill,
                                               .context = &atoms};
        st = lac_link_partitions_draw(&component, draws, drawn, &solution->chain, NULL);
    }
    if (!st) st = atoms_spread(&atoms, drawn, solution->cluster);
    atoms_release(&atoms);
    free(weight);
    free(drawn);
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

/* Number of the drawn component of every record; UINT32_MAX outside. */
static void regions_mark(const struct plan *plan, uint32_t *region)
{
    for (uint32_t i = 0; i < plan->scored->data->n; i++)
        region[i] = plan->doubtful[plan->component[i]] ? plan->component[i] : UINT32_MAX;
}

/* Adds a draw's rows again, after its persons were joined. */
static enum lac_status joined_add(const struct plan *plan, uint32_t draw, const uint32_t *person,
                                  struct lac_link_drawn *drawn, struct lac_error *err)
{
    enum lac_status st = LAC_OK;
    for (uint32_t i = 0; !st && i < plan->scored->data->n; i++) {
        uint32_t low = person[i], best = plan->lowest[plan->scored->person[i]];
        drawn->persons[draw] += (low == i) - (best == i);
        if (low == best) continue;
        bool known = plan->lowest[plan->scored->person[low]] == low;
        void *grown = drawn->row;
        st = lac_grow(&grown, &drawn->capacity, drawn->rows + 1, sizeof *drawn->row, err);
        drawn->row = grown;
        if (!st) drawn->row[drawn->rows++] = (struct lac_link_pair){(uint64_t)draw << 32 | i, low, known};
    }
    return st;
}

/* Joins persons in every draw; the sorted rows so far are replaced. */
static enum lac_status draws_join(const struct plan *plan, const struct lac_link_joins *joins, uint32_t *room,
                                  struct lac_link_drawn *drawn, struct lac_error *err)
{
    uint32_t n = plan->scored->data->n;
    struct lac_link_join_state state = {room, room + n, room + 2 * (size_t)n, 0, 0};
    struct lac_link_pair *before = drawn->row;
    size_t rows = drawn->rows, row = 0;
    enum lac_status st = LAC_OK;
    drawn->row = NULL;
    drawn->rows = drawn->capacity = 0;
    for (uint32_t d = 0; !st && d < drawn->draws; d++) {
        for (uint32_t i = 0; i < n; i++) state.person[i] = plan->lowest[plan->scored->person[i]];
        for (; row < rows && before[row].key >> 32 == d; row++)
            state.person[(uint32_t)before[row].key] = before[row].pattern;
        lac_link_joins_draw(joins, &plan->doubt[d], d, &state);
        drawn->links[d] += (double)state.pairs;
        drawn->joins += (double)state.joins / drawn->draws;
        drawn->joined_pairs += (double)state.pairs / drawn->draws;
        st = joined_add(plan, d, state.person, drawn, err);
    }
    free(before);
    return st;
}

static enum lac_status joins_add(const struct plan *plan, struct lac_link_drawn *drawn, struct lac_error *err)
{
    struct lac_link_joins *joins = NULL;
    uint32_t *room = malloc((4 * (size_t)plan->scored->data->n + 1) * sizeof *room);
    if (!room) return lac_fail_memory(err, "persons to join");
    uint32_t *region = room + 3 * (size_t)plan->scored->data->n;
    struct lac_link_join_settings with = {plan->scored, plan->rank, region, plan->options->seed};
    regions_mark(plan, region);
    enum lac_status st = lac_link_joins_make(&with, &joins, err);
    if (!st) st = draws_join(plan, joins, room, drawn, err);
    lac_link_joins_release(joins);
    free(room);
    return st;
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
    if (!st) st = joins_add(&plan, drawn, err);
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
