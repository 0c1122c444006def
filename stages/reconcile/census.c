/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "census.h"

#include <stdlib.h>
#include <string.h>

#define EMPTY UINT32_MAX
#define FIRST_SLOTS 256
enum { CERTAIN, POSSIBLE, DRAWN_IN, KINDS };

enum lac_status lac_reconcile_census_init(struct lac_reconcile_census *census, size_t draws,
                                          struct lac_error *err)
{
    memset(census, 0, sizeof *census);
    census->draws = draws;
    census->slots = FIRST_SLOTS;
    census->account = calloc(draws + 1, sizeof *census->account);
    census->slot = malloc(FIRST_SLOTS * sizeof *census->slot);
    if (census->account == NULL || census->slot == NULL) return lac_fail_memory(err, "histories");
    memset(census->slot, 0xff, FIRST_SLOTS * sizeof *census->slot);
    return LAC_OK;
}

void lac_reconcile_census_release(struct lac_reconcile_census *census)
{
    free(census->key);
    free(census->best);
    free(census->drawn);
    free(census->slot);
    free(census->account);
    memset(census, 0, sizeof *census);
}

/* --- cells --------------------------------------------------------------------------------------------- */

static uint64_t key_of(uint32_t place, enum lac_reconcile_variant variant, uint32_t pattern)
{
    return (uint64_t)place << 33 | (uint64_t)variant << 32 | pattern;
}

/* Multiplicative hashing (Knuth, The Art of Computer Programming 3, 6.4). */
static size_t hash_of(uint64_t key, size_t slots)
{
    return (size_t)((key * UINT64_C(0x9E3779B97F4A7C15)) >> 20) & (slots - 1);
}

static void insert(struct lac_reconcile_census *census, uint32_t cell)
{
    size_t at = hash_of(census->key[cell], census->slots);

    while (census->slot[at] != EMPTY) at = (at + 1) & (census->slots - 1);
    census->slot[at] = cell;
}

static bool grow_slots(struct lac_reconcile_census *census)
{
    size_t slots = 2 * census->slots;
    uint32_t *slot = malloc(slots * sizeof *slot);

    if (slot == NULL) return false;
    memset(slot, 0xff, slots * sizeof *slot);
    free(census->slot);
    census->slot = slot;
    census->slots = slots;
    for (uint32_t i = 0; i < census->count; i++) insert(census, i);
    return true;
}

static bool grow(void **array, size_t count, size_t size)
{
    void *grown = realloc(*array, count * size);

    if (grown == NULL) return false;
    *array = grown;
    return true;
}

static bool grow_cells(struct lac_reconcile_census *census)
{
    size_t capacity = census->capacity == 0 ? 64 : 2 * census->capacity;
    size_t drawn = KINDS * census->draws * sizeof *census->drawn;
    void *key = census->key, *best = census->best, *of_draws = census->drawn;
    bool ok = grow(&key, capacity, sizeof *census->key) && grow(&best, capacity, 2 * sizeof *census->best) &&
              grow(&of_draws, capacity, drawn + 1);

    census->key = key;
    census->best = best;
    census->drawn = of_draws;
    if (ok) census->capacity = capacity;
    return ok;
}

/* The cell of a key, made when it is new; EMPTY when memory is short. */
static uint32_t find_cell(struct lac_reconcile_census *census, uint64_t key)
{
    size_t at = hash_of(key, census->slots), drawn = KINDS * census->draws;
    uint32_t cell;

    for (; census->slot[at] != EMPTY; at = (at + 1) & (census->slots - 1)) {
        if (census->key[census->slot[at]] == key) return census->slot[at];
    }
    if (2 * (census->count + 1) > census->slots && !grow_slots(census)) return EMPTY;
    if (census->count == census->capacity && !grow_cells(census)) return EMPTY;
    cell = (uint32_t)census->count++;
    census->key[cell] = key;
    census->best[2 * cell] = census->best[2 * cell + 1] = 0;
    if (drawn > 0) memset(census->drawn + cell * drawn, 0, drawn * sizeof *census->drawn);
    insert(census, cell);
    return cell;
}

static int32_t *drawn_of(const struct lac_reconcile_census *census, size_t cell, int kind)
{
    return census->drawn + (cell * KINDS + (size_t)kind) * census->draws;
}

/* --- adding -------------------------------------------------------------------------------------------- */

static void cell_add(struct lac_reconcile_census *census, uint32_t cell, bool certain, const int8_t *in,
                     const struct lac_reconcile_change *change)
{
    int kind = certain ? CERTAIN : POSSIBLE;
    int32_t *scope = drawn_of(census, cell, DRAWN_IN), *count = drawn_of(census, cell, kind);

    if (change == NULL) {
        census->best[2 * cell + (size_t)kind]++;
        for (size_t d = 0; in != NULL && d < census->draws; d++) scope[d] += in[d];
        return;
    }
    for (size_t i = 0; i < change->draws; i++) {
        uint32_t d = change->draw[i];

        count[d] += change->sign;
        if (in != NULL) scope[d] += change->sign * in[d];
    }
}

static void account_add(struct lac_reconcile_account *account, const struct lac_reconcile_outcome *outcome,
                        int sign)
{
    bool counts = outcome->verdict == LAC_RECONCILE_IN || outcome->verdict == LAC_RECONCILE_CANNOT_TELL;

    account->in += outcome->verdict == LAC_RECONCILE_IN ? sign : 0;
    account->cannot_tell += outcome->verdict == LAC_RECONCILE_CANNOT_TELL ? sign : 0;
    account->apart += outcome->verdict == LAC_RECONCILE_APART ? sign : 0;
    account->out += outcome->verdict == LAC_RECONCILE_OUT ? sign : 0;
    account->unplaced += counts && outcome->force == LAC_RECONCILE_NONE ? sign : 0;
    account->referred += counts && outcome->own == 0 ? sign : 0;
}

static void accounts_add(struct lac_reconcile_census *census, const struct lac_reconcile_outcome *outcome,
                         const int8_t *in, const struct lac_reconcile_change *change)
{
    if (change == NULL) {
        account_add(&census->total, outcome, 1);
        for (size_t d = 0; in != NULL && d < census->draws; d++) census->account[d].counted += in[d];
        return;
    }
    for (size_t i = 0; i < change->draws; i++) {
        struct lac_reconcile_account *account = &census->account[change->draw[i]];

        account_add(account, outcome, change->sign);
        if (in != NULL) account->counted += change->sign * in[change->draw[i]];
    }
}

enum lac_status lac_reconcile_census_add(struct lac_reconcile_census *census,
                                         const struct lac_reconcile_geography *geography,
                                         const struct lac_reconcile_outcome *outcome, const int8_t *in,
                                         const struct lac_reconcile_change *change, struct lac_error *err)
{
    const uint32_t pattern[] = {outcome->pattern, outcome->own};
    bool certain = outcome->verdict == LAC_RECONCILE_IN;
    uint32_t place[3];
    size_t places = lac_reconcile_places_of(geography, outcome->force, place);

    if (!certain && outcome->verdict != LAC_RECONCILE_CANNOT_TELL) in = NULL;
    accounts_add(census, outcome, in, change);
    if (!certain && outcome->verdict != LAC_RECONCILE_CANNOT_TELL) return LAC_OK;
    for (size_t i = 0; i < places; i++) {
        for (int v = LAC_RECONCILE_MAIN; v <= LAC_RECONCILE_OWN; v++) {
            uint32_t cell;

            if (pattern[v] == 0) continue;
            cell = find_cell(census, key_of(place[i], (enum lac_reconcile_variant)v, pattern[v]));
            if (cell == EMPTY) return lac_fail_memory(err, "histories");
            cell_add(census, cell, certain, in, change);
        }
    }
    return LAC_OK;
}

/* --- reading ------------------------------------------------------------------------------------------- */

/* qsort() has no context: keys are sorted with their cells. */
struct ordered {
    uint64_t key;
    uint32_t cell;
};

static int compare_keys(const void *a, const void *b)
{
    const struct ordered *x = a, *y = b;

    return (x->key > y->key) - (x->key < y->key);
}

enum lac_status lac_reconcile_census_order(const struct lac_reconcile_census *census, uint32_t *order,
                                           struct lac_error *err)
{
    struct ordered *sorted = malloc((census->count + 1) * sizeof *sorted);

    if (sorted == NULL) return lac_fail_memory(err, "histories");
    for (uint32_t i = 0; i < census->count; i++) sorted[i] = (struct ordered){census->key[i], i};
    if (census->count > 1) qsort(sorted, census->count, sizeof *sorted, compare_keys);
    for (size_t i = 0; i < census->count; i++) order[i] = sorted[i].cell;
    free(sorted);
    return LAC_OK;
}

struct lac_reconcile_place_of_cell lac_reconcile_census_cell(const struct lac_reconcile_census *census,
                                                             size_t cell)
{
    uint64_t key = census->key[cell];
    struct lac_reconcile_place_of_cell of = {(uint32_t)(key >> 33), (uint32_t)key,
                                             (enum lac_reconcile_variant)(key >> 32 & 1)};

    return of;
}

struct lac_reconcile_count lac_reconcile_census_count(const struct lac_reconcile_census *census, size_t cell,
                                                      int32_t draw)
{
    struct lac_reconcile_count count = {census->best[2 * cell], census->best[2 * cell + 1], 0};

    count.counted = count.certain;
    if (draw < 0) return count;
    count.certain += drawn_of(census, cell, CERTAIN)[draw];
    count.possible += drawn_of(census, cell, POSSIBLE)[draw];
    count.counted = count.certain + drawn_of(census, cell, DRAWN_IN)[draw];
    return count;
}

struct lac_reconcile_account lac_reconcile_census_account(const struct lac_reconcile_census *census,
                                                          int32_t draw)
{
    struct lac_reconcile_account account = census->total;
    const struct lac_reconcile_account *change = draw < 0 ? NULL : &census->account[draw];

    if (change != NULL) {
        account.in += change->in;
        account.cannot_tell += change->cannot_tell;
        account.apart += change->apart;
        account.out += change->out;
        account.unplaced += change->unplaced;
        account.referred += change->referred;
    }
    account.counted = account.in + (change != NULL ? change->counted : 0);
    return account;
}

/* --- conservation -------------------------------------------------------------------------------------- */

/* Persons in the cells, by level (nation, regions, forces) and variant. */
struct sums {
    int64_t known[3][2], counted[3][2];
    bool negative;
};

static void sum_cells(const struct lac_reconcile_census *census,
                      const struct lac_reconcile_geography *geography, int32_t draw, struct sums *sums)
{
    memset(sums, 0, sizeof *sums);
    for (size_t i = 0; i < census->count; i++) {
        struct lac_reconcile_place_of_cell at = lac_reconcile_census_cell(census, i);
        struct lac_reconcile_count n = lac_reconcile_census_count(census, i, draw);
        int level = at.place == 0 ? 0 : at.place <= geography->regions ? 1 : 2;

        sums->known[level][at.variant] += n.certain + n.possible;
        sums->counted[level][at.variant] += n.counted;
        sums->negative |=
            n.certain < 0 || n.possible < 0 || n.counted < 0 || n.counted > n.certain + n.possible;
    }
}

static bool conserves(const struct lac_reconcile_census *census,
                      const struct lac_reconcile_geography *geography, int32_t draw)
{
    const bool asked[] = {geography->nation, geography->by_region, geography->by_force};
    struct lac_reconcile_account account = lac_reconcile_census_account(census, draw);
    int64_t known = account.in + account.cannot_tell;
    struct sums sums;
    bool ok;

    sum_cells(census, geography, draw, &sums);
    ok = !sums.negative;
    for (int level = 0; level < 3; level++) {
        int64_t missing = level == 0 ? 0 : account.unplaced;

        if (!asked[level]) continue;
        ok = ok && sums.known[level][LAC_RECONCILE_MAIN] == known - missing;
        if (level > 0) continue;
        ok = ok && sums.known[level][LAC_RECONCILE_OWN] == known - account.referred;
        ok = ok && sums.counted[level][LAC_RECONCILE_MAIN] == account.counted;
    }
    return ok;
}

enum lac_status lac_reconcile_census_check(const struct lac_reconcile_census *census,
                                           const struct lac_reconcile_geography *geography,
                                           struct lac_error *err)
{
    for (int32_t draw = -1; draw < (int32_t)census->draws; draw++) {
        if (conserves(census, geography, draw)) continue;
        lac_fail(err, LAC_DEFECT, "persons are lost or counted twice in drawn linkage %d", draw);
        lac_error_rule(err, "conservation");
        lac_error_remedy(err, "report this as a defect of Lacuna, with the run's manifest");
        return LAC_DEFECT;
    }
    return LAC_OK;
}
